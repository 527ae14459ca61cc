"""Attention: rows sum to one over what is visible, and given weights take the softmax's place."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from core.attention import attend
from core.whatif import Replaced, WhatIf


@given(st.integers(0, 10_000), st.integers(1, 6), st.floats(0.01, 50))
def test_rows_sum_to_one_over_what_is_visible(seed, keys, spread):
    torch.manual_seed(seed)
    scores, values = torch.randn(2, 3, keys) * spread, torch.randn(2, keys, 4)
    visible = torch.rand(2, 3, keys) < 0.6
    visible[..., 0] = True
    found = attend(scores, values, visible)
    assert torch.equal(found.scores, scores)
    torch.testing.assert_close(found.weights.sum(-1), torch.ones(2, 3))
    assert (found.weights >= 0).all() and (found.weights[~visible] == 0).all()
    torch.testing.assert_close(found.context, found.weights @ values)


def test_what_is_hidden_changes_nothing():
    scores, values = torch.randn(1, 2, 5), torch.randn(1, 5, 4)
    visible = torch.tensor([True, True, True, False, False])
    found = attend(scores, values, visible)
    alone = attend(scores[..., :3], values[:, :3])
    torch.testing.assert_close(found.weights[..., :3], alone.weights)
    torch.testing.assert_close(found.context, alone.context)


def test_given_weights_take_the_place_of_the_softmax():
    scores, values = torch.randn(1, 2, 3), torch.randn(1, 3, 4)
    row = (0.0, 1.0, 0.0)
    change = WhatIf(weights=(Replaced(0, row), Replaced(1, row))).inside("cross", 1)
    found = attend(scores, values, change=change)
    given_weights = torch.tensor(row).expand(1, 2, 3)
    assert torch.equal(found.weights, given_weights) and torch.equal(found.scores, scores)
    torch.testing.assert_close(found.context, values[:, 1:2].expand(1, 2, 4))


def test_scores_of_half_precision_give_full_weights():
    scores, values = torch.randn(1, 2, 3).bfloat16(), torch.randn(1, 3, 4).bfloat16()
    found = attend(scores, values)
    assert found.weights.dtype is torch.float32 and found.context.dtype is torch.bfloat16
