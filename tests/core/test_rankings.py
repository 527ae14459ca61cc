"""Kendall's τ-b against scipy's, and what the overlap of the heaviest is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau

from core.rankings import by_chance, overlap, tau

LISTS = st.integers(2, 12).flatmap(
    lambda size: st.tuples(*[st.lists(st.integers(-3, 3), min_size=size, max_size=size)] * 2)
)


@given(LISTS)
def test_tau_is_that_of_scipy_ties_and_all(lists):
    first, second = map(np.array, lists)
    assert tau(first, second) == pytest.approx(
        kendalltau(first, second, variant="b").statistic, nan_ok=True
    )


def test_the_overlap_counts_the_three_heaviest():
    assert overlap(np.array([5, 4, 3, 2, 1]), np.array([5, 1, 4, 2, 3])) == pytest.approx(2 / 3)
    assert overlap(np.array([1, 2]), np.array([2, 1])) == 1
    assert overlap(np.ones(5), np.array([9, 8, 7, 1, 2])) == 1  # of equal ones the first


def test_chance_is_the_mean_over_all_orders():
    rng = np.random.default_rng(0)
    drawn = [overlap(rng.random(8), rng.random(8)) for _ in range(4000)]
    assert np.mean(drawn) == pytest.approx(by_chance(8), abs=0.02)
    assert by_chance(2) == 1
