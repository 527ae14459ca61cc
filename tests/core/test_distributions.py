"""Entropy and divergence by hand and from their definitions."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.distributions import divergence, entropy

ROWS = arrays(float, 5, elements=st.floats(0, 1)).filter(lambda row: row.sum() > 0.1).map(
    lambda row: row / row.sum()
)  # fmt: skip


def test_entropy_by_hand():
    rows = [[1, 0, 0, 0], [0.25] * 4, [0.5, 0.5, 0, 0], [0.75, 0.25, 0, 0]]
    by_hand = [0, math.log(4), math.log(2), -0.75 * math.log(0.75) - 0.25 * math.log(0.25)]
    np.testing.assert_allclose(entropy(np.array(rows)), by_hand, atol=1e-12)


def test_divergence_by_hand():
    assert divergence([1, 0], [0, 1]) == pytest.approx(math.log(2))
    assert divergence([0.3, 0.7], [0.3, 0.7]) == 0
    # One sure, one undecided; the middle is (3/4, 1/4).
    by_hand = 0.5 * math.log(1 / 0.75) + 0.5 * (
        0.5 * math.log(0.5 / 0.75) + 0.5 * math.log(0.5 / 0.25)
    )
    assert divergence([1, 0], [0.5, 0.5]) == pytest.approx(by_hand)


@given(ROWS, ROWS)
def test_divergence_is_symmetric_and_between_its_bounds(one, other):
    found = divergence(one, other)
    assert 0 <= found <= math.log(2)
    assert found == pytest.approx(divergence(other, one))
    middle = (one + other) / 2

    def relative(row):  # Kullback–Leibler, from its definition
        return sum(p * math.log(p / q) for p, q in zip(row, middle) if p > 0)

    assert found == pytest.approx((relative(one) + relative(other)) / 2, abs=1e-9)


def test_divergence_runs_from_the_same_to_nothing_in_common():
    rows = np.eye(3, dtype=np.float32)
    assert divergence(rows, rows).tolist() == [0, 0, 0]
    assert divergence(rows, rows[::-1])[[0, 2]] == pytest.approx([math.log(2)] * 2)
    single = np.random.default_rng(2).dirichlet(np.ones(9), 50).astype(np.float32)
    assert (divergence(single, single) >= 0).all()
