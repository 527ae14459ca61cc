"""The mask lifted: what each pass reads, and what the mask had covered."""

import json
import math

import numpy as np
import pytest
import torch

from core import stage
from core.tokenisers.pieces import END_ID, START_ID
from core.translator import Translator
from core.views.mask import lift, payload
from core.whatif import WhatIf
from core.words import LANGUAGES, section
from tests.conftest import random_transformer
from tests.tolerance import LOG_PROB

TEXT = "I sing now."


@pytest.fixture(scope="module")
def trace(transformer):
    return transformer.translate(TEXT)


@pytest.fixture(scope="module")
def lifted(transformer, trace):
    return lift(transformer, trace, transformer.vocabulary.encode("Je chante ici.") + [END_ID])


def test_rows_sum_to_one_over_what_they_read(lifted):
    count = len(lifted.target)
    for one in (lifted.masked, lifted.bare):
        assert one.weights.shape == one.scores.shape == (2, 2, count, count)
        np.testing.assert_allclose(one.weights.sum(-1), 1, atol=1e-5)
    assert not np.triu(lifted.masked.weights, 1).any()
    assert (lifted.bare.weights > 0).all()


def test_the_masked_pass_is_what_the_model_does(transformer, trace):
    """Its own output, step by step with the mask: the numbers of the trace."""
    found = lift(transformer, trace)
    assert found.target == tuple(step.token for step in trace.path())
    for layer in (1, 2):
        for head in (1, 2):
            own, place = trace.attention(f"self.{layer}.{head}"), (layer - 1, head - 1)
            assert found.keys == own.keys
            np.testing.assert_allclose(found.masked.weights[place], own.weights, atol=1e-5)
            seen = own.visible
            np.testing.assert_allclose(
                found.masked.scores[place][seen], own.scores[seen], atol=1e-4
            )
    expected = [step.log_prob for step in trace.path()]
    np.testing.assert_allclose(found.masked.log_probs, expected, atol=1e-5)
    assert found.masked.likeliest == tuple(step.token.piece for step in trace.path())


def test_each_row_of_both_passes_is_the_softmax_of_its_scores(lifted):
    for one, seen in ((lifted.masked, np.tri(len(lifted.target)) > 0), (lifted.bare, True)):
        powers = np.where(seen, np.exp(one.scores - one.scores.max(-1, keepdims=True)), 0)
        np.testing.assert_allclose(one.weights, powers / powers.sum(-1, keepdims=True), atol=1e-5)


def test_covered_scores_are_the_same_in_the_first_layer_alone(lifted):
    """The mask comes after the scores, and what the first layer reads has seen nothing yet."""
    assert lifted.moved[0] < 1e-5 < 1e-2 < lifted.moved[1]


def test_without_the_mask_a_step_reads_what_comes_later(transformer, trace):
    """Another end changes the probability of the first words without the mask, and only then."""
    encode = transformer.vocabulary.encode
    one, other = (
        lift(transformer, trace, [*encode(text), END_ID])
        for text in ("Je chante ici", "Je chante bien")
    )
    shared = 2
    assert one.target[:shared] == other.target[:shared]
    np.testing.assert_allclose(
        one.masked.log_probs[:shared], other.masked.log_probs[:shared], atol=1e-5
    )
    assert np.abs(one.bare.log_probs[:shared] - other.bare.log_probs[:shared]).max() > 1e-3


def test_shares_of_the_future_are_sums_of_weights(lifted):
    count = len(lifted.target)
    for place in np.ndindex(2, 2, count):
        row, t = lifted.bare.weights[place], place[-1]
        assert lifted.future[place] == pytest.approx(sum(row[t + 1 :].tolist()), abs=1e-6)
        answer = row[t + 1] if t + 1 < count else 0
        assert lifted.answer[place] == pytest.approx(answer, abs=1e-7)
    assert not lifted.future[..., -1].any()


def test_a_loss_is_the_mean_of_its_steps(lifted):
    for one in (lifted.masked, lifted.bare):
        steps = one.log_probs.tolist()
        assert one.loss == pytest.approx(-sum(steps) / len(steps), abs=1e-6)
        assert all(math.exp(step) <= 1 + 1e-6 for step in steps)


def test_the_bare_pass_is_that_of_the_model(transformer, trace, lifted):
    model, ids = transformer.model, [token.id for token in lifted.target]
    bare = WhatIf(causal=False)
    with torch.inference_mode():
        state = model.start(model.encode(torch.tensor([[token.id for token in trace.source]])))
        found = model.decode(torch.tensor([[START_ID, *ids[:-1]]]), state, bare)
        log_probs = model.logits(found.combined)[0].log_softmax(-1)
    np.testing.assert_allclose(
        lifted.bare.log_probs, [log_probs[t, one] for t, one in enumerate(ids)], atol=LOG_PROB
    )
    for layer, own in enumerate(found.attention("self").layers):
        np.testing.assert_allclose(lifted.bare.scores[layer], own.scores[0], atol=LOG_PROB)


def test_what_cannot_be_is_told(translators, transformer, vocabulary, trace):
    recurrent = translators["dot"]
    with pytest.raises(ValueError, match="has no causal mask"):
        lift(recurrent, recurrent.translate(TEXT))
    other = Translator("other", "eng", "fra", random_transformer(len(vocabulary), 1), vocabulary)
    with pytest.raises(ValueError, match="trace is of eng-fra-transformer"):
        lift(other, trace)
    for target in ([], [START_ID], [len(vocabulary)]):
        with pytest.raises(ValueError, match="a target is one or more pieces"):
            lift(transformer, trace, target)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_payload_holds_all_numbers(lifted, language):
    data = json.loads(json.dumps(payload(lifted, language)))
    assert data["strings"] == {**section(language, "stage"), **section(language, "mask")}
    for name in ("masked", "bare"):
        assert data[name]["weights"]["shape"] == [getattr(lifted, name).weights.size]
    assert (data["layers"], data["heads"]) == (2, 2) and data["stage"] in stage.STAGES
    text = stage.whole_page(payload(lifted, language), "The mask", lifted.typed, "")
    assert lifted.target[0].piece in text.replace("\\u2581", "▁")
