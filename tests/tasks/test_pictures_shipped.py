"""The shipped models that write captions are what they say."""

import numpy as np
import pytest

import core
from core.about import read_about
from core.checkpoint import facts
from core.manifest import MODELS, check_files, entries
from core.measurements import about, table
from core.pictures.tongue import tongue
from core.tasks.pictures import held, of_unseen_pairs
from core.tasks.pictures.evaluation import EXAMPLE, OWN, UNSEEN, looked
from core.trace import PICTURE, Trace

THERE = entries().values() if (MODELS / "manifest.json").exists() else ()
LISTED = [entry for entry in THERE if entry.task == "pictures"]
if not LISTED:
    pytest.skip("no model of pictures is shipped", allow_module_level=True)

CLOSE = {"atol": 1e-3, "rtol": 1e-3}  # kernels differ between machines
MOST = 8e6  # bytes of a model's weights
FEW = 150  # of the boards that were measured on


@pytest.fixture(scope="module")
def rows():
    """All that was measured of them."""
    return [
        row for path in about.tables(task="pictures") for row in table.read(path).rows.itertuples()
    ]


def value(rows, model, measure, slice_, block=""):
    (found,) = [
        row.value for row in rows
        if (row.model, row.measure, row.slice, row.block, row.setting)
        == (model, measure, slice_, block, "")
    ]  # fmt: skip
    return found


@pytest.fixture(scope="module", params=LISTED, ids=lambda found: found.name)
def found(request):
    return request.param


@pytest.fixture(scope="module")
def shipped(found):
    return core.load(found.name)


def test_the_entry_says_what_the_model_is(found, shipped):
    folder = check_files(found)
    assert facts(shipped.model, shipped.vocabulary) == found.facts
    assert found.name.split("-")[0] == found.source == found.target
    assert found.sentence == EXAMPLE and read_about(folder).task == found.task
    assert (folder / "weights.safetensors").stat().st_size <= MOST
    assert {"card.md", "record.json", "example.json"} <= {*found.files}
    assert "CC BY-SA 4.0" in (folder / "card.md").read_text(encoding="utf-8")


def test_the_golden_board_gives_its_caption(found, shipped):
    assert shipped.caption(found.sentence).text == found.translation


def test_the_stored_example_is_computed_again(found, shipped):
    stored = Trace.from_json((found.folder / "example.json").read_text(encoding="utf-8"))
    again = shipped.caption(stored.typed)
    assert (again.model, again.source, again.text) == (stored.model, stored.source, stored.text)
    assert stored.axis("source").kind == PICTURE
    for part in ("scores", "weights"):
        one, other = (getattr(trace.blocks["cross"], part) for trace in (again, stored))
        np.testing.assert_allclose(one, other, **CLOSE)


def test_a_part_of_what_was_measured_is_measured_again(found, shipped, rows):
    came, words = read_about(found.folder), tongue(found.target)
    boards = {
        OWN: held(came.seed, came.held_out)[:FEW],
        UNSEEN: of_unseen_pairs(came.seed, FEW),
    }
    for test, some in boards.items():
        again = looked(shipped.model, shipped.vocabulary, words, some)
        right = np.mean([one.right for one in again])
        assert right == pytest.approx(value(rows, found.name, "accuracy", test), abs=0.12)
        hits = np.mean([hit for one in again for hit in one.hits])
        assert hits == pytest.approx(value(rows, found.name, "pointing", test, "cross"), abs=0.06)


def test_a_word_looks_at_its_thing_far_more_often_than_by_chance(found, rows):
    for test in (OWN, UNSEEN):
        pointing = value(rows, found.name, "pointing", test, "cross")
        assert pointing > 0.9 > 4 * value(rows, found.name, "pointing", test, "chance")
