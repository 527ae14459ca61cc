"""Weights that are found really write the word; what is called out of reach is out of reach."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

from core.explaining.again import Again
from core.explaining.farthest import divergence, farthest
from core.explaining.finding import find, margin, transported
from core.explaining.reach import _over
from core.explanations import FOUND, NOT_FOUND, UNREACHABLE
from core.translator import Translator
from tests.conftest import random_model, random_transformer

TEXT = "Tom sings well."
MODELS = {
    "luong": lambda size: random_model(size),
    "feeding": lambda size: random_model(size, input_feeding=True, cell="GRU"),
    "bahdanau": lambda size: random_model(size, wiring="bahdanau", score="concat"),
    "transformer": lambda size: random_transformer(size),
}


@pytest.fixture(scope="module", params=MODELS)
def asked(request, vocabulary):
    """A model and what it wrote."""
    model = MODELS[request.param](len(vocabulary))
    translator = Translator(f"eng-fra-{request.param}", "eng", "fra", model, vocabulary)
    return translator, translator.translate(TEXT, limit=5)


def candidates(trace, step, count=6):
    return [one.id for one in trace.path()[step].expansion.candidates[:count]]


def test_found_weights_write_the_word_in_a_plain_decode(asked):
    translator, trace = asked
    path, found = [one.token.id for one in trace.path()], 0
    for step in (0, 2):
        for token in candidates(trace, step):
            sought = find(translator, trace, step, token)
            assert sought.outcome in (FOUND, UNREACHABLE, NOT_FOUND)
            if sought.outcome != FOUND:
                assert sought.weights is None and sought.closest < 0.01
                continue
            found += 1
            assert sought.weights.min() >= 0
            assert np.allclose(sought.weights.sum(1), 1, atol=1e-5)
            after = translator.translate(
                TEXT, prefix=path[:step], weights=sought.rows, limit=step + 1
            )
            assert after.path()[step].token.id == token
            assert after.path()[step].log_prob == pytest.approx(sought.after, abs=1e-4)
            gap = np.abs(sought.weights - sought.own).sum(1).mean() / 2
            assert sought.distance == pytest.approx(gap, abs=1e-6)
    assert found > 2  # others than those that are written anyway


def test_what_the_model_writes_is_found_without_a_move(asked):
    translator, trace = asked
    sought = find(translator, trace, 1, trace.path()[1].token.id)
    assert (sought.outcome, sought.distance, sought.steps) == (FOUND, 0, 0)


def test_the_nearest_weights_are_about_as_near_as_a_grid_finds(vocabulary):
    """Of few source tokens all weights in steps of one in twenty-four are tried."""
    translator = Translator("x", "eng", "fra", random_model(len(vocabulary), 3), vocabulary)
    trace = translator.translate("I sing", limit=3)
    again, checked = Again(translator, trace, 1), 0
    assert again.own.shape[1] <= 4
    parts = 24
    every = torch.tensor(
        [
            [count / parts for count in counts]
            for counts in itertools.product(range(parts + 1), repeat=again.own.shape[1])
            if sum(counts) == parts
        ]
    )[:, None]
    with torch.no_grad():
        log_probs = again.log_probs(every)
    far = (every - again.own).abs().sum(-1).mean(-1) / 2
    for token in candidates(trace, 1, 12):
        reached = margin(log_probs, token, again.allowed) > 0.01
        sought = find(translator, trace, 1, token)
        if reached.any():
            checked += 1
            assert sought.outcome == FOUND
            assert sought.distance <= far[reached].min() + 0.05
        elif sought.outcome == FOUND:
            assert sought.distance > 0
    assert checked > 1


def test_what_is_proven_out_of_reach_is_at_no_weights(vocabulary):
    translator = Translator("x", "eng", "fra", random_model(len(vocabulary), 1), vocabulary)
    trace = translator.translate(TEXT, limit=3)
    again, proven = Again(translator, trace, 1), 0
    drawn = torch.distributions.Dirichlet(torch.full((again.own.shape[1],), 0.3))
    torch.manual_seed(0)
    with torch.no_grad():
        log_probs = again.log_probs(drawn.sample((4000, 1)))
    for token in range(3, 40):
        if not again.allowed[token]:
            continue
        sought = find(translator, trace, 1, token)
        if sought.outcome == UNREACHABLE:
            proven += 1
            assert (margin(log_probs, token, again.allowed) < 0).all()
    assert proven > 3


def test_a_line_over_the_tangent_is_over_it():
    torch.manual_seed(0)
    ends = (3 * torch.randn(2, 500, dtype=torch.float64)).sort(0).values
    slope, height = _over(*ends)
    inside = ends[0] + torch.linspace(0, 1, 201, dtype=torch.float64)[:, None] * (ends[1] - ends[0])
    assert (slope * inside + height - inside.tanh()).min() >= -1e-9


def test_transported_weights_are_distributions_at_their_distance():
    torch.manual_seed(0)
    own, slope = torch.rand(3, 5).softmax(-1), torch.randn(3, 5)
    levels = torch.tensor([0.0, 0.2, 0.5])
    moved = transported(own, slope, levels)
    assert moved.min() >= 0 and torch.allclose(moved.sum(-1), torch.ones(3, 3), atol=1e-6)
    assert torch.allclose((moved - own).abs().sum(-1).mean(-1) / 2, levels, atol=1e-6)


@pytest.mark.parametrize("epsilon", [0.01, 0.2])
def test_adversarial_weights_stay_inside(asked, epsilon):
    translator, trace = asked
    path = [one.token.id for one in trace.path()]
    found = farthest(translator, trace, 1, epsilon)
    assert found.changed <= epsilon
    assert np.allclose(found.weights.sum(1), 1, atol=1e-5) and found.weights.min() >= 0
    assert 0 <= found.divergence <= np.log(2) + 1e-6
    # A plain decode has that distribution: what it writes, and how likely that is, agree.
    after = translator.translate(TEXT, prefix=path[:1], weights=found.rows, limit=2).path()[1]
    assert after.token.id == found.token
    chance = np.exp(trace.path()[1].log_prob)
    assert abs(np.exp(after.log_prob) - chance) <= epsilon + 1e-5 or not found.same


def test_of_no_ε_nothing_moves_far_and_more_lets_more(asked):
    translator, trace = asked
    near, far = (farthest(translator, trace, 1, one) for one in (0.0, 0.5))
    assert near.divergence <= far.divergence and far.divergence > 0
    assert near.changed == 0


def test_the_divergence_is_that_of_jensen_and_shannon():
    own, other = torch.tensor([[0.2, 0.3, 0.5]]), torch.tensor([[0.0, 0.6, 0.4]])
    middle = (own + other) / 2
    entropy = [-(p[p > 0] * p[p > 0].log()).sum() for p in (middle, own, other)]
    wanted = entropy[0] - (entropy[1] + entropy[2]) / 2
    assert divergence(other, own) == pytest.approx(float(wanted), abs=1e-6)
    assert divergence(torch.eye(2)[:1], torch.eye(2)[1:]) == pytest.approx(np.log(2), abs=1e-6)


def test_one_head_alone_is_free_if_it_is_named(transformer):
    trace = transformer.translate(TEXT, limit=4)
    token = candidates(trace, 1)[1]
    sought = find(transformer, trace, 1, token, "cross.2.1")
    assert sought.heads == ((2, 1),) and len(sought.own) == 1
    assert find(transformer, trace, 1, token, "cross.2").heads == ((2, 1), (2, 2))


def test_what_cannot_be_asked_is_refused_with_a_sentence(translators, transformer):
    plain, none = translators["general"], translators[None]
    trace, lacking = (one.translate(TEXT, limit=4) for one in (plain, none))
    count = len(trace.path())
    with pytest.raises(ValueError, match=f"the steps 1 to {count}; there is no step {count + 1}"):
        find(plain, trace, count, 5)
    with pytest.raises(ValueError, match="no piece -1 that could be written"):
        find(plain, trace, 0, -1)
    with pytest.raises(LookupError, match="no attention 'cross' to a source"):
        find(none, lacking, 0, 5)
    with pytest.raises(LookupError, match="no attention block 'cross.7'"):
        find(transformer, transformer.translate(TEXT, limit=4), 0, 5, "cross.7")
    with pytest.raises(ValueError, match="is of eng-fra-none, not as"):
        find(plain, lacking, 0, 5)
    for epsilon in (-0.1, 1.5, float("nan")):
        with pytest.raises(ValueError, match="ε is a total variation, from 0 to 1"):
            farthest(plain, trace, 0, epsilon)
