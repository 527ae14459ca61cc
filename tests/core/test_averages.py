"""The average attention of training data: means of bins, and rows that are distributions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.averages import BINS, Average, read, rows, write
from core.evaluation.averages import averaged
from core.views.decode.holding import Usual, held
from core.wire import revive
from tests.conftest import sentence_pairs


def test_uniform_attention_is_uniform_on_average():
    found = Average()
    for steps, size in ((3, 5), (20, 7), (40, 33)):
        found.add(np.full((1, 1, steps, size), 1 / size))
    assert np.allclose(found.grids()["cross"], 1)
    assert np.allclose(rows(found.grids()["cross"], 4, 6), 1 / 6)


def test_a_grid_has_the_mean_of_what_falls_into_each_bin():
    found = Average()
    found.add(np.eye(BINS)[None, None])
    found.add(np.full((1, 1, BINS, BINS), 1 / BINS))
    grid = found.grids()["cross"]
    assert np.allclose(grid, (BINS * np.eye(BINS) + 1) / 2)
    # A sentence as long as the grid reads its rows as they are.
    assert np.allclose(rows(grid, BINS, BINS), grid / grid.sum(1, keepdims=True))


def test_means_of_heads_are_those_of_the_blocks():
    weights = np.random.default_rng(1).dirichlet(np.ones(6), (2, 3, 5))
    found = Average()
    found.add(weights)
    grids = found.grids()
    assert len(grids) == 1 + 2 + 6
    heads = [grids[f"cross.2.{head}"] for head in (1, 2, 3)]
    assert np.allclose(grids["cross.2"], np.mean(heads, 0))
    assert np.allclose(grids["cross"], (grids["cross.1"] + grids["cross.2"]) / 2)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 5))
def test_rows_are_distributions_for_any_sentence(steps, size, seed):
    grid = np.random.default_rng(seed).random((BINS, BINS)) + 1e-3
    found = rows(grid, steps, size)
    assert found.shape == (steps, size) and (found >= 0).all()
    assert np.allclose(found.sum(1), 1)


def test_averages_of_a_model_are_put_beside_what_is_held(translator, transformer, tmp_path):
    pairs = sentence_pairs()[:6]
    for model, blocks in ((translator, 1), (transformer, 1 + 2 + 4)):
        grids, count = averaged(model, pairs)
        assert (len(grids), count) == (blocks, 6)
        path = tmp_path / f"{model.name}.npz"
        write(path, grids, {"weights": "abc", "sentences": count})
        back, told = read(path)
        assert told["sentences"] == 6 and back.keys() == grids.keys()
        trace = model.translate("Tom sings.", limit=4)
        head = "cross" if blocks == 1 else "cross.2.1"
        sent = held(trace, "en", head, Usual(back, count))
        average = revive(np.ndarray, {**sent["average"], "shape": list(sent["average"]["shape"])})
        assert np.allclose(average, rows(back[head], len(trace.path()), len(trace.source)))
    assert held(trace, "en", "cross")["average"] is None
    path.write_bytes(b"no")
    with pytest.raises(ValueError):
        read(path)
