"""A divided score is an argument of decoding: exact, told in the formula, gone when left out."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from core.scores import score_functions
from core.translator import Translator
from core.whatif import Tempered, tempered
from tests.conftest import random_model

TEXT = "I sing now. She works here!"
WHATIFS = [(2.0, False), (0.5, False), (1.0, True), (3.0, True)]


@pytest.fixture(params=["luong", "bahdanau"])
def translator(request, vocabulary, any_score) -> Translator:
    if any_score is None:
        pytest.skip("no scores to divide")
    model = random_model(len(vocabulary), score=any_score, wiring=request.param)
    return Translator(f"eng-fra-{any_score}", "eng", "fra", model, vocabulary)


def rows(trace):
    return [step.attention[0] for step in trace.path()]


def entropy(weights):
    return -sum(w * math.log(w) for w in weights.astype(float) if w > 0)


def test_left_out_it_changes_nothing(translator):
    assert translator.tempered() is translator
    assert translator.tempered(temperature=1.0, scaled=False) is translator
    plain = translator.translate(TEXT)
    one = Translator("", "eng", "fra", tempered(translator.model), translator.vocabulary)
    for found, expected in zip(rows(one.translate(TEXT)), rows(plain), strict=True):
        np.testing.assert_array_equal(found.scores, expected.scores)
        np.testing.assert_array_equal(found.weights, expected.weights)


@pytest.mark.parametrize(("temperature", "scaled"), WHATIFS)
def test_the_softmax_takes_the_divided_scores(translator, temperature, scaled):
    """At the first step, where both models are in the same state."""
    divisor = temperature * (math.sqrt(translator.model.config.size) if scaled else 1)
    plain = rows(translator.translate(TEXT))[0]
    found = rows(translator.tempered(temperature, scaled).translate(TEXT))[0]
    np.testing.assert_allclose(found.scores, plain.scores / divisor, rtol=1e-5, atol=1e-6)
    powers = [math.exp(score / divisor) for score in plain.scores.astype(float)]
    expected = [power / sum(powers) for power in powers]
    np.testing.assert_allclose(found.weights, expected, atol=1e-5)


@pytest.mark.parametrize(("temperature", "scaled"), WHATIFS)
def test_every_step_is_one_of_the_divided_model(translator, temperature, scaled):
    other = translator.tempered(temperature, scaled)
    trace = other.translate(TEXT)
    for row in rows(trace):
        expected = torch.tensor(row.scores).softmax(-1).numpy()
        np.testing.assert_allclose(row.weights, expected, atol=1e-6)
    assert other.translate(TEXT) == trace


def test_hotter_is_flatter(translator):
    found = [
        entropy(rows(translator.tempered(temperature=t).translate(TEXT))[0].weights)
        for t in (0.1, 0.5, 1.0, 2.0, 10.0, 1e6)
    ]
    assert found == sorted(found) and found[0] < found[2] < found[-1]
    assert found[-1] == pytest.approx(math.log(len(translator.translate(TEXT).source)), abs=1e-4)


def test_the_model_stays_as_it_is_and_shares_its_weights(translator):
    before = translator.translate(TEXT)
    other = translator.tempered(temperature=5.0, scaled=True)
    other.translate(TEXT)
    assert translator.translate(TEXT) == before
    assert not isinstance(translator.model.score, Tempered)
    assert not other.model.training
    ours = {id(value) for value in translator.model.parameters()}
    assert {id(value) for value in other.model.parameters()} == ours


def test_the_formula_says_that_it_is_a_what_if(translator):
    plain = translator.translate(TEXT).model
    for options, name, divisor in (
        ({"temperature": 2.0}, "2", "2"),
        ({"temperature": 0.25}, "0.25", "0.25"),
        ({"scaled": True}, "√D", r" \sqrt{D}"),
        ({"temperature": 2.0, "scaled": True}, "2√D", r"2 \sqrt{D}"),
    ):
        told = translator.tempered(**options).translate(TEXT).model
        assert told.score.name == f"{plain.score.name} ÷ {name}"
        assert told.score.latex == rf"\frac{{{plain.score.latex}}}{{{divisor}}}"
        source, _, wiring = plain.score.source.partition(", in the wiring")
        assert told.score.source.startswith(source) and told.score.source.endswith(wiring)
        assert "what-if" in told.score.source
        assert replace(told, score=plain.score) == plain


def test_one_what_if_upon_another(translator):
    twice = translator.tempered(temperature=2.0).tempered(temperature=3.0)
    once = translator.tempered(temperature=6.0)
    for found, expected in zip(
        rows(twice.translate(TEXT)), rows(once.translate(TEXT)), strict=True
    ):
        np.testing.assert_allclose(found.scores, expected.scores, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("wrong", [0.0, -1.0, 1e-9, math.nan, math.inf, -math.inf])
def test_a_temperature_that_cannot_be_is_told(translators, wrong):
    with pytest.raises(ValueError, match="temperature is a finite number above 0"):
        translators["dot"].tempered(temperature=wrong)
    with pytest.raises(ValueError, match="temperature"):
        translators["dot"].tempered(temperature=wrong, scaled=True)


def test_a_model_without_attention_has_no_scores_to_divide(translators):
    with pytest.raises(ValueError, match="without attention"):
        translators[None].tempered(temperature=2.0)


@pytest.mark.parametrize("name", score_functions())
@pytest.mark.parametrize(("temperature", "scaled"), WHATIFS)
def test_a_divided_score_is_a_score(name, temperature, scaled):
    torch.manual_seed(3)
    inner = score_functions()[name](6, 6)
    queries, keys = torch.randn(2, 3, 6), torch.randn(2, 4, 6)
    divisor = temperature * (6**0.5 if scaled else 1)
    found = Tempered(inner, temperature, scaled)(queries, keys)
    torch.testing.assert_close(found, inner(queries, keys) / divisor)


def test_the_least_temperature_still_gives_weights(translators):
    for row in rows(translators["dot"].tempered(temperature=1e-4).translate(TEXT)):
        assert np.isfinite(row.scores).all()
        assert row.weights.sum() == pytest.approx(1, abs=1e-5)
