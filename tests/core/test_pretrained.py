"""Models that translate are what they say: files, golden sentences, stored examples."""

import numpy as np
import pytest
import torch

from core.about import TRANSLATION
from core.checkpoint import facts
from core.manifest import MODELS, check_files, entries
from core.measurements import about, table
from core.measurements.opening import opening
from core.tokenisers import tokeniser
from core.tokenisers.pieces import END_ID, START_ID
from core.trace import Trace
from core.translator import Translator

THERE = entries().values() if (MODELS / "manifest.json").exists() else ()
LISTED = [entry for entry in THERE if entry.task == TRANSLATION]
if not LISTED:
    pytest.skip(
        "no model is shipped yet: pretrained/manifest.json lists none", allow_module_level=True
    )

CLOSE = {"atol": 1e-3, "rtol": 1e-3}  # kernels differ between machines


@pytest.fixture(scope="module", params=LISTED, ids=lambda found: found.name)
def found(request):
    return request.param


@pytest.fixture(scope="module")
def shipped(found) -> Translator:
    return Translator.load(found.name)


def test_a_reader_is_told_of_each_model(found):
    text = (MODELS.parent / "README.md").read_text(encoding="utf-8")
    assert f"| `{found.name}` |" in text


def test_the_files_are_those_of_the_manifest(found):
    folder = check_files(found)
    vocabulary = tokeniser(found.facts.tokeniser).file
    assert {"config.json", "weights.safetensors", vocabulary, "card.md"} <= set(found.files)
    assert all((folder / name).is_file() for name in found.files)


def test_the_entry_says_what_the_model_is(found, shipped):
    told = shipped.described()
    assert (told.score and told.score.name, told.cell) == (found.score, found.cell)
    assert facts(shipped.model, shipped.vocabulary) == found.facts
    assert found.name == f"{found.source}-{found.target}-{found.name.split('-', 2)[2]}"


def test_it_opens_on_the_head_that_the_table_has_as_the_best_aligned(found):
    """Of a model that was measured with these weights."""
    measured = table.read(about.PATH)
    if measured.current(found.name, found.digest):
        opens = opening(measured.rows, found.name, found.facts)
        assert opens == found.opens
        assert (opens is None) == (found.facts.heads is None)


def test_the_golden_sentence_gives_its_translation(found, shipped):
    assert shipped.translate(found.sentence).text == found.translation


def test_width_one_takes_the_likeliest_piece_each_time(found, shipped):
    """Greedy decoding as a plain loop over the model."""
    tokens = shipped.vocabulary.source_tokens(found.sentence)
    with torch.no_grad():
        source = torch.tensor([[token.id for token in tokens]])
        state = shipped.model.start(shipped.model.encode(source))
        written = [START_ID]
        while written[-1] != END_ID:
            prediction = shipped.model.step(torch.tensor(written[-1:]), state)
            state = prediction.state
            written.append(END_ID + int(prediction.logits[0, END_ID:].argmax()))
    trace = shipped.translate(found.sentence, beam=1)
    assert [step.token.id for step in trace.path()] == written[1:]


def test_the_stored_example_is_computed_again(found, shipped):
    path = MODELS / found.name / "example.json"
    stored = Trace.from_json(path.read_text(encoding="utf-8"))
    again = shipped.translate(stored.typed)
    assert (again.model, again.typed, again.source) == (stored.model, stored.typed, stored.source)
    assert again.leaves == stored.leaves and len(again.steps) == len(stored.steps)
    states, expected = (one.axis("source").states for one in (again, stored))
    np.testing.assert_allclose(states, expected, atol=5e-3)
    assert [one.block for one in stored.attentions] == [one.block for one in again.attentions]
    assert {one.block for one in stored.attentions} == {
        one.block for one in shipped.facts.attentions
    }
    for one, other in zip(again.attentions, stored.attentions, strict=True):
        assert one.shape == other.shape == (
            (fact := shipped.facts.attention(one.block)).layers, fact.heads,
        )  # fmt: skip
        np.testing.assert_allclose(one.scores, other.scores, **CLOSE)
        np.testing.assert_allclose(one.weights, other.weights, **CLOSE)
        np.testing.assert_array_equal(one.visible, other.visible)
        if one.values is not None:
            np.testing.assert_allclose(one.values, other.values, atol=5e-3)
    for step, other in zip(again.steps, stored.steps, strict=True):
        assert (step.token, step.parent, step.fate) == (other.token, other.parent, other.fate)
        for name in ("log_prob", "total", "entropy"):
            np.testing.assert_allclose(getattr(step, name), getattr(other, name), **CLOSE)
        np.testing.assert_allclose(
            [item.log_prob for item in step.candidates],
            [item.log_prob for item in other.candidates],
            **CLOSE,
        )
