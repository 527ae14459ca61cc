"""Padding: nothing to what masks it, something to what does not."""

import json

import numpy as np
import pytest

from core import stage
from core.translator import Translator
from core.views.padding import pad, payload
from core.words import LANGUAGES, section
from tests.conftest import random_transformer
from tests.tolerance import WEIGHT

TEXT, LONGER = "I sing now.", "She works here again! Tom eats well now."


@pytest.fixture(scope="module")
def trace(transformer):
    return transformer.translate(TEXT)


@pytest.fixture(scope="module")
def padded(transformer, trace):
    return pad(transformer, trace, transformer.translate(LONGER))


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


def test_what_cannot_be_is_told(translators, vocabulary, trace):
    recurrent = translators["dot"]
    with pytest.raises(ValueError, match="has no encoder attention"):
        pad(recurrent, recurrent.translate(TEXT), recurrent.translate(LONGER))
    other = Translator("other", "eng", "fra", random_transformer(len(vocabulary), 1), vocabulary)
    with pytest.raises(ValueError, match="trace is of eng-fra-transformer"):
        pad(other, trace, trace)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_payload_holds_all_numbers(padded, language):
    data = json.loads(json.dumps(payload(padded, language)))
    assert section(language, "padding").items() <= data["strings"].items()
    for name in ("masked", "bare"):
        assert data[name]["weights"]["shape"] == [getattr(padded, name).weights.size]
    assert (data["layers"], data["heads"]) == (2, 2) and data["stage"] in stage.STAGES
