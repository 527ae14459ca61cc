"""A divided score is an argument of decoding: exact, told in the formula, gone when left out."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from core.attention import attend
from core.scores import score_functions
from core.translator import Translator
from core.whatif import NOTHING, Change, Replaced, WhatIf
from tests.conftest import random_model, rows

TEXT = "I sing now. She works here!"
SCALING = {False: "trained", True: "divided"}
WHATIFS = [(2.0, False), (0.5, False), (1.0, True), (3.0, True)]


@pytest.fixture(params=["luong", "bahdanau"])
def translator(request, vocabulary, any_score) -> Translator:
    if any_score is None:
        pytest.skip("no scores to divide")
    model = random_model(len(vocabulary), score=any_score, wiring=request.param)
    return Translator(f"eng-fra-{any_score}", "eng", "fra", model, vocabulary)


def divided(translator, temperature: float, scaled: bool):
    return translator.translate(TEXT, temperature=temperature, scaling=SCALING[scaled])


def entropy(weights):
    return -sum(w * math.log(w) for w in weights.astype(float) if w > 0)


def test_left_out_it_changes_nothing(translator):
    plain = translator.translate(TEXT)
    assert plain.whatif == NOTHING and NOTHING.inside("cross", 1) is None
    assert translator.translate(TEXT, temperature=1.0, scaling="trained") == plain
    # Divided by one, every number is the same.
    change = Change(1.0, "trained", (), ())
    scores, values = torch.randn(1, 2, 5), torch.randn(1, 5, 4)
    for found, expected in zip(attend(scores, values, change=change), attend(scores, values)):
        assert torch.equal(found, expected)


@pytest.mark.parametrize(("temperature", "scaled"), WHATIFS)
def test_the_softmax_takes_the_divided_scores(translator, temperature, scaled):
    """At the first step, where both models are in the same state."""
    divisor = temperature * (math.sqrt(translator.model.config.size) if scaled else 1)
    plain = rows(translator.translate(TEXT))[0]
    found = rows(divided(translator, temperature, scaled))[0]
    np.testing.assert_allclose(found.scores, plain.scores / divisor, rtol=1e-5, atol=1e-6)
    powers = [math.exp(score / divisor) for score in plain.scores.astype(float)]
    expected = [power / sum(powers) for power in powers]
    np.testing.assert_allclose(found.weights, expected, atol=1e-5)


@pytest.mark.parametrize(("temperature", "scaled"), WHATIFS)
def test_every_step_is_one_of_the_divided_model(translator, temperature, scaled):
    trace = divided(translator, temperature, scaled)
    for row in rows(trace):
        expected = torch.tensor(row.scores).softmax(-1).numpy()
        np.testing.assert_allclose(row.weights, expected, atol=1e-6)
    assert divided(translator, temperature, scaled) == trace


def test_hotter_is_flatter(translator):
    found = [
        entropy(rows(translator.translate(TEXT, temperature=t))[0].weights)
        for t in (0.1, 0.5, 1.0, 2.0, 10.0, 1e6)
    ]
    assert found == sorted(found) and found[0] < found[2] < found[-1]
    assert found[-1] == pytest.approx(math.log(len(translator.translate(TEXT).source)), abs=1e-4)


def test_the_model_stays_as_it_is(translator):
    before = translator.translate(TEXT)
    values = {name: value.clone() for name, value in translator.model.state_dict().items()}
    divided(translator, 5.0, True)
    assert translator.translate(TEXT) == before
    for name, value in translator.model.state_dict().items():
        assert torch.equal(value, values[name])


def test_the_formula_says_that_it_is_a_what_if(translator):
    plain = translator.translate(TEXT).model
    for options, name, divisor in (
        ((2.0, False), "2", "2"),
        ((0.25, False), "0.25", "0.25"),
        ((1.0, True), "√D", r" \sqrt{D}"),
        ((2.0, True), "2√D", r"2 \sqrt{D}"),
    ):
        told = divided(translator, *options).model
        assert told.score.name == f"{plain.score.name} ÷ {name}"
        assert told.score.latex == rf"\frac{{{plain.score.latex}}}{{{divisor}}}"
        source, _, wiring = plain.score.source.partition(", in the wiring")
        assert told.score.source.startswith(source) and wiring in told.score.source
        assert "what-if" in told.score.source
        assert replace(told, score=plain.score) == plain


@pytest.mark.parametrize("wrong", [0.0, -1.0, 1e-9, math.nan, math.inf, -math.inf])
def test_a_temperature_that_cannot_be_is_told(translators, wrong):
    with pytest.raises(ValueError, match="temperature is a finite number above 0"):
        translators["dot"].translate(TEXT, temperature=wrong)
    with pytest.raises(ValueError, match="temperature"):
        translators["dot"].translate(TEXT, temperature=wrong, scaling="divided")


def test_a_scaling_that_there_is_not_is_told(translators):
    with pytest.raises(ValueError, match="trained, divided, undivided"):
        translators["dot"].translate(TEXT, scaling="twice")


def test_a_model_without_attention_has_no_scores_to_divide(translators):
    with pytest.raises(ValueError, match="without attention"):
        translators[None].translate(TEXT, temperature=2.0)


@pytest.mark.parametrize("name", score_functions())
@pytest.mark.parametrize(("temperature", "scaled"), WHATIFS)
def test_a_divided_score_is_a_score(name, temperature, scaled):
    torch.manual_seed(3)
    scores = score_functions()[name](6, 6)(torch.randn(2, 3, 6), torch.randn(2, 4, 6))
    divisor = temperature * (6**0.5 if scaled else 1)
    change = WhatIf(temperature=temperature, scaling=SCALING[scaled]).inside("cross", 1)
    found = attend(scores, torch.randn(2, 4, 5), change=change, size=6)
    torch.testing.assert_close(found.scores, scores / divisor)
    torch.testing.assert_close(found.weights, (scores / divisor).softmax(-1))


def test_the_least_temperature_still_gives_weights(translators):
    for row in rows(translators["dot"].translate(TEXT, temperature=1e-4)):
        assert np.isfinite(row.scores).all()
        assert row.weights.sum() == pytest.approx(1, abs=1e-5)


def test_a_step_takes_what_is_meant_for_it():
    given = (Replaced(0, (1.0, 0.0)), Replaced(2, (0.5, 0.5), "cross", 2, 3))
    whatif = WhatIf(prefix=(5,), weights=given, heads=("self.1.2",))
    assert whatif.at(0).weights == given[:1]
    assert whatif.at(1).weights == ()
    assert whatif.at(2).weights == (given[1]._replace(step=0),)
    assert whatif.at(2).inside("cross", 1) is None
    assert whatif.inside("self", 1).off == (1,) and whatif.inside("self", 2) is None
    assert whatif.inside("cross", 1).replaced == given[:1]
    assert whatif.inside("cross", 2).replaced == given
