"""The shipped models of masked words and of the next word are what they say."""

import os
from pathlib import Path

import numpy as np
import pytest

import core
from core.about import read_about
from core.checkpoint import facts
from core.manifest import MODELS, check_files, entries
from core.measurements import about, table
from core.tasks import measuring
from core.tasks.masked_words.evaluation import hidden_in_turn
from core.tasks.next_word.evaluation import one_after_another
from core.tasks.sentences import held_out
from core.trace import Trace
from core.tree import MASK

TASKS = ("masked-words", "next-word")
THERE = entries().values() if (MODELS / "manifest.json").exists() else ()
LISTED = [entry for entry in THERE if entry.task in TASKS]
if not LISTED:
    pytest.skip("no model of masked words or the next word is shipped", allow_module_level=True)

DATA = Path(os.environ.get("HEED_DATA", Path(__file__).parents[2] / "../shared/data"))
CLOSE = {"atol": 1e-3, "rtol": 1e-3}  # kernels differ between machines
MOST = 12e6  # bytes of a model's weights


@pytest.fixture(scope="module", params=LISTED, ids=lambda found: found.name)
def found(request):
    return request.param


@pytest.fixture(scope="module")
def rows(found):
    """What the box measured of it; those of one language stand in one table."""
    tables = map(table.read, about.tables(task=found.task))
    return next(one for one in tables if found.name in one.weights)


@pytest.fixture(scope="module")
def shipped(found):
    return core.load(found.name)


def test_the_entry_says_what_the_model_is(found, shipped):
    folder = check_files(found)
    assert facts(shipped.model, shipped.vocabulary) == found.facts
    assert found.name.split("-")[0] == found.source == found.target
    assert found.translation is None and found.sentence
    assert read_about(folder).task == found.task
    assert (folder / "weights.safetensors").stat().st_size <= MOST
    assert {"card.md", "record.json", "example.json"} <= {*found.files}


def test_the_stored_example_is_computed_again(found, shipped):
    stored = Trace.from_json((found.folder / "example.json").read_text(encoding="utf-8"))
    assert stored.typed == found.sentence
    again = shipped.read(stored.typed) if stored.tree is None else shipped.write(stored.typed)
    assert again.model == stored.model
    for one, other in zip(again.attentions, stored.attentions, strict=True):
        np.testing.assert_allclose(one.weights, other.weights, **CLOSE)
        np.testing.assert_allclose(one.scores, other.scores, **CLOSE)
    if stored.tree is None:
        assert any(token.text == MASK for token in stored.source)
        for one, other in zip(again.filled, stored.filled, strict=True):
            assert one.guesses[0].id == other.guesses[0].id
            np.testing.assert_allclose(one.entropy, other.entropy, **CLOSE)
        return
    assert again.text == stored.text
    for one, other in zip(again.steps, stored.steps, strict=True):
        assert one.token == other.token
        np.testing.assert_allclose(one.log_prob, other.log_prob, **CLOSE)


def test_the_card_says_what_was_measured(found, rows):
    assert rows.current(found.name, found.digest)
    card = " ".join((found.folder / "card.md").read_text(encoding="utf-8").split())
    head = rows.only(found.name).rows
    head = head[head["slice"] == "test"]
    assert len(head) == 4
    for row in head.itertuples():
        written = f"{row.value:.1%}" if row.measure == "accuracy" else f"{row.value:.1f}"
        assert row.measure == "masked_loss" or written in card, row.measure
    assert f"{found.facts.parameters:,}" in card and "CC BY 2.0 FR" in card


def test_some_of_the_measures_are_worked_out_again(found, shipped, rows):
    came, count = read_about(found.folder), measuring.CHECKED
    files = [DATA / name for name in came.files]
    if not all(path.is_file() for path in files):
        pytest.skip(f"the corpora are not in {DATA}; let HEED_DATA point at them")
    sentences = held_out(came, files, shipped.vocabulary, count).test
    assert len(sentences) == count
    rows = rows.only(found.name).rows
    rows = rows[rows["slice"] == f"first {count} of test"]
    value = {(row.measure, row.setting): row.value for row in rows.itertuples()}
    reads = found.task == "masked-words"
    say = hidden_in_turn if reads else one_after_another
    said = say(shipped.model, shipped.vocabulary, sentences)
    nats = -np.mean(np.concatenate([one.log_probs for one in said]))
    right = np.concatenate([one.ranks[: None if reads else -1] for one in said])
    measure = "pseudo_perplexity" if reads else "perplexity"
    assert value[measure, ""] == pytest.approx(np.exp(nats), rel=2e-3)
    assert value["accuracy", ""] == pytest.approx((right == 1).mean(), abs=5e-3)
    assert value["accuracy", "first 5"] == pytest.approx((right <= 5).mean(), abs=5e-3)


def test_albert_has_one_set_of_weights(found, shipped):
    if "shared-layers" not in found.facts.remarks:
        pytest.skip(f"{found.name} does not share its layers")
    assert len({id(layer) for layer in shipped.model.stack()}) == 1
    assert found.facts.parameters + found.facts.spared < shipped.model.unshared()
    facts = found.facts
    assert facts.parameters + facts.spared + facts.factored == shipped.model.unshared()
    assert found.facts.attentions[0].layers == 4
