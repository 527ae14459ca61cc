"""The tables hold the numbers of the trace, tidily."""

import math

import pandas as pd
import pytest

from core import tables
from tests.tolerance import weights

TEXT = "I sing now. I eat now."


@pytest.fixture(params=[1, 3], ids=["greedy", "beam"])
def trace(request, translator):
    return translator.translate(TEXT, beam=request.param, limit=8)


def test_steps_are_the_steps_of_the_tree(trace):
    frame = tables.steps(trace)
    assert len(frame) == len(trace.steps)
    for row, step in zip(frame.itertuples(), trace.steps, strict=True):
        assert row.target == step.token.piece and row.text == step.token.text
        assert (row.log_prob, row.total, row.entropy) == (step.log_prob, step.total, step.entropy)
        assert (row.fate, row.forced, row.replaced) == (step.fate, step.forced, step.replaced)
        assert pd.isna(row.parent) if step.parent is None else row.parent == step.parent
        before = 0 if step.parent is None else frame["step"][step.parent]
        assert trace.steps[row.node] is step and row.step == before + 1


def test_candidates_are_those_of_each_hypothesis(trace):
    frame = tables.candidates(trace)
    assert len(frame) == sum(len(one.candidates) for one in trace.expansions)
    for row in frame.itertuples():
        one = trace.expansions[row.expansion]
        item = one.candidates[row.place - 1]
        assert (row.id, row.candidate, row.log_prob, row.total, row.score) == item[:5]
        assert row.probability == pytest.approx(math.exp(item.log_prob))
        assert row.fate == item.fate and pd.isna(row.chance)
        assert pd.isna(row.rank) if item.rank is None else row.rank == item.rank
        assert pd.isna(row.hypothesis) if one.step is None else row.hypothesis == one.step


def test_attention_is_the_map_cell_by_cell(trace):
    frame, found = tables.attention(trace), trace.attention()
    assert len(frame) == found.weights.size
    for row in frame.itertuples():
        place = row.step - 1, row.source_index - 1  # counted from 1, as in a file or a link
        assert (row.target, row.source) == (found.queries[place[0]], found.keys[place[1]])
        assert (row.score, row.weight) == (found.scores[place], found.weights[place])
        assert row.visible
    assert frame.groupby("step")["weight"].sum().tolist() == weights([1] * len(trace.path()))
    assert not frame.duplicated(["step", "source_index"]).any()


def test_a_transformer_has_a_table_of_each_head_and_of_their_mean(transformer):
    trace = transformer.translate(TEXT, limit=6)
    one, mean = (tables.attention(trace, block) for block in ("cross.2.1", "cross"))
    assert one["score"].tolist() == trace.attention("cross.2.1").scores.ravel().tolist()
    assert mean["score"].isna().all() and mean["visible"].all()
    assert mean["weight"].tolist() == trace.attention().weights.ravel().tolist()
    assert tables.attention(trace.only("cross.2.1"), "cross.2.1").equals(one)
    own = tables.attention(trace, "self.1.2")
    assert own["visible"].sum() == len(trace.path()) * (len(trace.path()) + 1) / 2
    assert own[~own["visible"]][["score", "weight"]].isna().all(axis=None)


def test_without_attention_there_is_no_map_but_the_rest(translators):
    trace = translators[None].translate(TEXT, limit=4)
    assert len(tables.steps(trace)) == len(trace.steps) and len(tables.candidates(trace))
    with pytest.raises(LookupError, match="the model has no attention"):
        tables.attention(trace)
