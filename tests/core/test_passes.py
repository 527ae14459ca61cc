"""A forced pass gives what stepping gives, and its gradients are those of finite differences."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core import passes
from core.whatif import Replaced, WhatIf
from tests.conftest import random_model, random_transformer

SIZE = 12
SOURCE, TARGET, START = (5, 9, 7, 3), (6, 8, 4, 10), 2
WIRINGS = {
    "luong": lambda: random_model(SIZE),
    "luong-feeding": lambda: random_model(SIZE, input_feeding=True),
    "bahdanau": lambda: random_model(SIZE, wiring="bahdanau", score="concat"),
    "bahdanau-feeding": lambda: random_model(SIZE, wiring="bahdanau", input_feeding=True),
    "transformer": lambda: random_transformer(SIZE),
}


@pytest.fixture(params=WIRINGS)
def model(request):
    """In double precision but for weights, so that small moves of these can be told."""
    return WIRINGS[request.param]().double()


def total(model, steps, whatif) -> float:
    """The summed log-probabilities of those steps, in double precision."""
    with torch.inference_mode():
        memory = model.encode(torch.tensor([SOURCE]))
        read = torch.tensor([[START, *TARGET[:-1]]])
        combined = model.decode(read, model.start(memory), whatif).combined
        log_probs = model.logits(combined)[0].log_softmax(-1)
    return sum(log_probs[step, TARGET[step]].item() for step in steps)


@pytest.mark.parametrize("steps", [(0,), (2,), (0, 1, 2, 3)], ids=str)
def test_gradients_by_weights_are_finite_differences(model, steps):
    """Each weight of each head moved alone, both ways: what follows it follows."""
    found = passes.forced(model, SOURCE, TARGET, START, gradient_of=steps)
    by, small = found.gradients.weights["cross"], 2e-3
    weights = found.attentions["cross"].weights.astype(float)
    assert by.shape == weights.shape
    layers, heads, queries, keys = by.shape
    for layer, head, query, key in np.ndindex(layers, heads, queries, keys):
        ends = []
        for move in (small, -small):
            row = weights[layer, head, query].copy()
            row[key] += move
            given = Replaced(query, tuple(row), "cross", layer + 1, head + 1)
            ends.append(total(model, steps, WhatIf(weights=(given,))))
        slope = (ends[0] - ends[1]) / (2 * small)
        assert by[layer, head, query, key] == pytest.approx(slope, abs=2e-3, rel=5e-3)
    last = max(steps)
    assert np.abs(by[:, :, : last + 1]).max() > 1e-3 and not by[:, :, last + 1 :].any()


def test_a_pass_with_gradients_is_the_pass_without(model):
    plain = passes.forced(model, SOURCE, TARGET, START)
    found = passes.forced(model, SOURCE, TARGET, START, gradient_of=(1,))
    assert plain.gradients is None and found.gradients.source.shape == found.embedded.shape
    np.testing.assert_array_equal(plain.distributions, found.distributions)
    for name, heads in plain.attentions.items():
        np.testing.assert_array_equal(heads.weights, found.attentions[name].weights)


def test_a_pass_has_the_queries_keys_and_values_of_each_attention(model):
    found = passes.forced(model, SOURCE, TARGET, START)
    for heads in found.attentions.values():
        np.testing.assert_allclose(heads.context, heads.weights @ heads.values, atol=1e-5)
        assert heads.queries.shape[2] == heads.scores.shape[2]
        assert heads.keys.shape[2] == heads.values.shape[2] == heads.scores.shape[3]
