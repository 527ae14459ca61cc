"""The mask lifted: what each pass reads, what the mask had covered, and padding not there."""

import json
import math
import re

import numpy as np
import pytest
import torch

from core import stage
from core.tokenisers.pieces import END_ID, START_ID
from core.translator import Translator
from core.views import padding
from core.views.mask import lift, payload
from core.views.padding import pad
from core.whatif import WhatIf
from core.words import LANGUAGES, section
from tests.conftest import random_transformer
from tests.tolerance import LOG_PROB, WEIGHT

TEXT, LONGER = "I sing now.", "She works here again! Tom eats well now."


@pytest.fixture(scope="module")
def trace(transformer):
    return transformer.translate(TEXT)


@pytest.fixture(scope="module")
def lifted(transformer, trace):
    return lift(transformer, trace, transformer.vocabulary.encode("Je chante ici.") + [END_ID])


@pytest.fixture(scope="module")
def padded(transformer, trace):
    return pad(transformer, trace, transformer.translate(LONGER))


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


def test_padding_changes_nothing(padded):
    short, long = (len(tokens) for tokens in padded.sentences)
    assert short < long and padded.visible.sum(1).tolist() == [short, long]
    assert padded.masked.states_apart.max() < 1e-4
    assert padded.masked.weights_apart.max() < 1e-5
    np.testing.assert_allclose(padded.masked.log_probs, padded.alone, atol=1e-4)
    assert not padded.masked.weights[0, :, :, :, short:].any()
    np.testing.assert_allclose(padded.masked.weights.sum(-1), 1, atol=1e-5)


def test_padding_changes_nothing_under_a_what_if_either(transformer):
    heads = ("encoder.1.1", "cross.2.2")
    short, long = (
        transformer.translate(text, heads=heads, positions=False) for text in (TEXT, LONGER)
    )
    found = pad(transformer, short, long)
    assert found.masked.states_apart.max() < 1e-4 < 1e-2 < found.bare.states_apart[0]
    for at, one in enumerate((short, long)):
        assert found.alone[at] == pytest.approx(one.path()[-1].total, abs=1e-3)
        assert found.masked.log_probs[at] == pytest.approx(found.alone[at], abs=1e-4)
    with pytest.raises(ValueError, match="different what-ifs"):
        pad(transformer, short, transformer.translate(LONGER))


def test_without_the_padding_mask_it_would(padded):
    short = len(padded.sentences[0])
    assert padded.bare.states_apart[0] > 1e-2 and padded.bare.weights_apart[0] > 1e-3
    assert abs(padded.bare.log_probs[0] - padded.alone[0]) > 1e-3
    assert padded.bare.states_apart[1] < 1e-4  # the longer one has no padding
    expected = padded.bare.weights[0, :, :, :short, short:].sum(-1).mean(-1)
    np.testing.assert_allclose(padded.on_padding[0], expected, atol=1e-6)
    assert (padded.on_padding[0] > 0).all() and not padded.on_padding[1].any()


def test_a_translation_alone_has_the_probability_of_its_trace(transformer, trace):
    other = transformer.translate(LONGER)
    for found in (pad(transformer, trace, other), pad(transformer, other, trace)):
        for at, one in enumerate((trace, other) if found.typed[0] == TEXT else (other, trace)):
            assert found.alone[at] == pytest.approx(one.path()[-1].total, abs=1e-3)
            assert found.translations[at] == one.text


def test_sentences_of_one_length_have_no_padding(transformer, trace):
    found = pad(transformer, trace, trace)
    assert found.visible.all() and not found.on_padding.any()
    np.testing.assert_allclose(found.masked.weights, found.bare.weights, atol=WEIGHT)


def test_what_cannot_be_is_told(translators, transformer, vocabulary, trace):
    recurrent = translators["dot"]
    with pytest.raises(ValueError, match="has no causal mask"):
        lift(recurrent, recurrent.translate(TEXT))
    with pytest.raises(ValueError, match="has no encoder attention"):
        pad(recurrent, recurrent.translate(TEXT), recurrent.translate(LONGER))
    other = Translator("other", "eng", "fra", random_transformer(len(vocabulary), 1), vocabulary)
    for wrong in (lambda: lift(other, trace), lambda: pad(other, trace, trace)):
        with pytest.raises(ValueError, match="trace is of eng-fra-transformer"):
            wrong()
    for target in ([], [START_ID], [len(vocabulary)]):
        with pytest.raises(ValueError, match="a target is one or more pieces"):
            lift(transformer, trace, target)


@pytest.mark.parametrize("language", LANGUAGES)
def test_payloads_hold_all_numbers(lifted, padded, language):
    both = ((payload(lifted, language), lifted), (padding.payload(padded, language), padded))
    for data, source in both:
        again = json.loads(json.dumps(data))
        assert again["strings"] == {
            **section(language, "stage"), **section(language, "mask"),
        }  # fmt: skip
        for name in ("masked", "bare"):
            assert again[name]["weights"]["shape"] == [getattr(source, name).weights.size]
        assert (again["layers"], again["heads"]) == (2, 2)
        assert data["stage"] in stage.STAGES
    text = stage.whole_page(payload(lifted, language), "The mask", lifted.typed, "")
    assert lifted.target[0].piece in text.replace("\\u2581", "▁")


@pytest.mark.parametrize("name", ["mask", "positions"])
def test_the_languages_say_the_same(name):
    english, korean = section("en", name), section("ko", name)
    for key in english:
        if not key.endswith("_text"):  # there braces belong to formulas
            english_blanks, korean_blanks = (
                set(re.findall(r"{(\w+)}", texts[key])) for texts in (english, korean)
            )
            assert english_blanks == korean_blanks, key
