"""Coverage by hand, and the rows made of it, of entropy and of divergence."""

import math

import numpy as np
import pytest

from core.distributions import divergence
from core.evaluation.behaviour import behaviour, coverage, divergences
from core.evaluation.forced import Forced, Pieces
from core.measurements.table import Row, frame, pick

LIKE = Row("", "", 0.0)


def test_coverage_by_hand():
    weights = np.array([[0.9, 0.0, 0.1], [0.7, 0.2, 0.1]])  # the end mark is the last column
    np.testing.assert_allclose(coverage(weights), [1.0, 0.2])


def test_rows_by_hand():
    weights = np.array([[1.0, 0.0, 0.0], [0.5, 0.25, 0.25]])
    forced = {"a": [Forced(np.zeros(2), {"cross": weights})]}
    marks = {"a": [np.array([False, True, False])]}
    rows = frame(behaviour(forced, marks, np.array([0]), 1, LIKE))
    found = {row.measure: row.value for row in rows.itertuples()}
    assert found == {
        "entropy": pytest.approx(0.75 * math.log(2)),  # (0 + 1.5 ln 2) / 2
        "largest": pytest.approx(0.75),
        "end": pytest.approx(0.125),
        "punctuation": pytest.approx(0.125),
        "coverage": pytest.approx((1 + 0.25) / 2),
    }


def test_a_model_without_attention_has_no_rows():
    forced = {"a": [Forced(np.zeros(1), {})]}
    marks = {"a": [np.array([False])]}
    assert behaviour(forced, marks, np.array([0]), 1, LIKE) == []
    assert divergences(forced, {"a": [Pieces((), ())]}, np.array([0]), 1, LIKE) == []


SURE, TORN = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])


def test_divergence_has_one_row_for_two_models_of_one_block():
    forced = {"a": [Forced(np.zeros(1), {"cross": SURE})],
              "b": [Forced(np.zeros(1), {"cross": TORN})]}  # fmt: skip
    pieces = {name: [Pieces((5,), ())] for name in "ab"}
    rows = divergences(forced, pieces, np.array([0]), 1, LIKE)
    assert [(row.model, row.against) for row in rows] == [("a", "b")]
    assert rows[0].value == pytest.approx(math.log(2))


def test_several_heads_are_compared_as_their_mean_and_measured_each():
    heads = {"cross": (SURE + TORN) / 2, "cross.1.1": SURE, "cross.1.2": TORN}
    forced = {"a": [Forced(np.zeros(1), {"cross": SURE})], "b": [Forced(np.zeros(1), heads)]}
    pieces = {name: [Pieces((5,), ())] for name in "ab"}
    (row,) = divergences(forced, pieces, np.array([0]), 1, LIKE)
    assert (row.model, row.against, row.block) == ("a", "b", "cross")
    assert row.value == pytest.approx(float(divergence([1, 0], [0.5, 0.5])))
    marks = {name: [np.array([False, False])] for name in "ab"}
    rows = pick(frame(behaviour(forced, marks, np.array([0]), 1, LIKE)), "entropy", model="b")
    assert rows.set_index("block")["value"].to_dict() == {
        "cross": pytest.approx(math.log(2)), "cross.1.1": 0, "cross.1.2": 0,
    }  # fmt: skip


def test_models_that_split_text_differently_are_not_compared():
    forced = {name: [Forced(np.zeros(1), {"cross": SURE})] for name in "ab"}
    pieces = {"a": [Pieces((5,), ())], "b": [Pieces((6,), ())]}
    assert divergences(forced, pieces, np.array([0]), 1, LIKE) == []
