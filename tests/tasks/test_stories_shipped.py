"""The shipped models that answer questions about stories are what they say."""

import numpy as np
import pytest

import core
from core.about import read_about
from core.checkpoint import facts
from core.manifest import MODELS, check_files, entries
from core.measurements import about, table
from core.stories.tongue import tongue
from core.tasks.stories import held
from core.tasks.stories.evaluation import OWN, looked
from core.trace import Trace

THERE = entries().values() if (MODELS / "manifest.json").exists() else ()
LISTED = [entry for entry in THERE if entry.task == "stories"]
if not LISTED:
    pytest.skip("no model of stories is shipped", allow_module_level=True)

CLOSE = {"atol": 1e-3, "rtol": 1e-3}  # kernels differ between machines
MOST = 8e6  # bytes of a model's weights
FEW = 300  # of the held-out stories


@pytest.fixture(scope="module")
def rows():
    """All that was measured of them."""
    return [
        row for path in about.tables(task="stories") for row in table.read(path).rows.itertuples()
    ]


def value(rows, model, measure, slice_, block="", setting=""):
    (found,) = [
        row.value for row in rows
        if (row.model, row.measure, row.slice, row.block, row.setting)
        == (model, measure, slice_, block, setting)
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
    assert found.translation is None and found.sentence == tongue(found.source).examples[0]
    assert read_about(folder).task == found.task
    assert (folder / "weights.safetensors").stat().st_size <= MOST
    assert {"card.md", "record.json", "example.json"} <= {*found.files}


def test_the_stored_example_is_computed_again(found, shipped):
    stored = Trace.from_json((found.folder / "example.json").read_text(encoding="utf-8"))
    again = shipped.answer(stored.typed)
    assert (again.model, again.source, again.text) == (stored.model, stored.source, stored.text)
    for part in ("scores", "weights"):
        one, other = (getattr(trace.blocks["cross"], part) for trace in (again, stored))
        np.testing.assert_allclose(one, other, **CLOSE)


def test_a_part_of_what_was_measured_is_measured_again(found, shipped, rows):
    came = read_about(found.folder)
    stories = held(tongue(found.source), came.seed, came.held_out)[:FEW]
    again = looked(shipped.model, shipped.vocabulary, stories)
    right = np.mean([one.right for one in again])
    assert right == pytest.approx(value(rows, found.name, "accuracy", OWN), abs=0.06)
    for look in range(found.facts.attention("cross").layers):
        share = np.mean([one.supported(look) for one in again])
        expected = value(rows, found.name, "supported", OWN, f"cross.{look + 1}")
        assert share == pytest.approx(expected, abs=0.08)


def test_a_second_look_is_worth_what_the_card_says(rows):
    models = {entry.name: entry.facts.attention("cross").layers for entry in LISTED}
    one, two = (
        next(name for name, looks in models.items() if looks == count and name.startswith("eng"))
        for count in (1, 2)
    )
    assert value(rows, two, "accuracy", "qa1") >= 0.99
    assert value(rows, two, "accuracy", "qa2") >= 0.9 > value(rows, one, "accuracy", "qa2")
    for kind in ("thing", "thing_before"):
        once, twice = (value(rows, name, "accuracy", OWN, setting=kind) for name in (one, two))
        assert once < twice - 0.1
