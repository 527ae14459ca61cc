"""The trace is immutable, and reads back equal to what was written."""

import itertools
import json
from dataclasses import FrozenInstanceError, fields, replace

import numpy as np
import pytest

from core.trace import Trace


@pytest.fixture(params=[1, 3], ids=["greedy", "beam"])
def trace(request, translators, any_score) -> Trace:
    return translators[any_score].translate("I sing <b>now</b>. 😀", beam=request.param, limit=8)


def arrays(trace):
    yield from (axis.states for axis in trace.axes if axis.states is not None)
    for one in trace.expansions:
        yield from (v for v in (one.context, one.state, one.combined) if v is not None)
    for one in trace.attentions:
        yield from (v for v in (one.scores, one.weights, one.visible, one.values) if v is not None)


def test_it_reads_back_equal(trace):
    text = trace.to_json()
    again = Trace.from_json(text)
    assert again == trace and hash(again) == hash(trace) and again.to_json() == text
    for one, other in zip(arrays(trace), arrays(again), strict=True):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)
    assert again.text == trace.text and again.leaves == trace.leaves
    for step, other in zip(trace.steps, again.steps, strict=True):
        assert step.candidates == other.candidates and step.token == other.token
        assert (step.log_prob, step.total, step.entropy) == (
            other.log_prob,
            other.total,
            other.entropy,
        )
    assert (again.model, again.source, again.typed) == (trace.model, trace.source, trace.typed)


def test_any_change_makes_it_another(trace):
    assert trace != replace(trace, typed="x") and trace != "trace"
    changed = replace(trace.expansions[-1], entropy=7.0)
    assert changed.entropy != trace.expansions[-1].entropy
    last = [
        replace(s, expansion=changed) if s.expansion is trace.expansions[-1] else s
        for s in trace.steps
    ]
    tree = replace(trace.tree, expansions=(*trace.expansions[:-1], changed), steps=tuple(last))
    other = replace(trace, tree=tree)
    assert trace != other


def test_it_is_plain_json_that_a_browser_reads(trace):
    def refuse(name):
        raise AssertionError(f"{name} is no JSON")

    data = json.loads(trace.to_json(), parse_constant=refuse)
    assert data["heed"] == 5


def test_nothing_in_it_can_be_changed(trace):
    with pytest.raises(FrozenInstanceError):
        trace.typed = "x"
    first = trace.expansions[0]
    for part in (trace.steps[0], first, trace.search, trace.model, *trace.attentions, *trace.axes):
        with pytest.raises(FrozenInstanceError):
            setattr(part, fields(part)[0].name, None)
    with pytest.raises(AttributeError):
        trace.source[0].text = "x"
    for whole in (trace, Trace.from_json(trace.to_json())):
        for array in arrays(whole):
            assert not array.flags.writeable
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 0


def test_vectors_are_compact_and_weights_exact(trace):
    kinds = {array.dtype.name for array in arrays(trace)}
    assert kinds <= {"float16", "float32", "bool"}
    for one in trace.attentions:
        assert one.scores.dtype == one.weights.dtype == np.float32


def test_expansions_are_shared_and_whole(trace):
    """Each step stands in the expansion of its parent, and all expansions are there."""
    for whole in (trace, Trace.from_json(trace.to_json())):
        assert whole.expansions[0].step is None
        for step in whole.steps:
            (place,) = [one for one in whole.expansions if one is step.expansion]
            assert place.step == step.parent
            (listed,) = [item for item in place.candidates if item.id == step.token.id]
            assert listed[2:7] == (step.log_prob, step.total, step.score, step.fate, step.rank)
        best = {id(step.expansion) for step in whole.path()}
        assert [one.state is not None for one in whole.expansions] == [
            id(one) in best for one in whole.expansions
        ]


def test_a_path_leads_from_the_first_token_to_its_leaf(trace):
    for leaf in trace.leaves:
        path = trace.path(leaf)
        assert path[0].parent is None and path[-1] is trace.steps[leaf]
        assert all(trace.steps[b.parent] is a for a, b in itertools.pairwise(path))
    assert trace.path() == trace.path(trace.leaves[0])


def test_the_map_of_a_path_has_the_rows_of_its_steps(trace):
    if trace.model.score is None:
        with pytest.raises(LookupError, match="the model has no attention"):
            trace.attention()
        return
    for leaf in trace.leaves:
        path, found = trace.path(leaf), trace.attention("cross", leaf)
        assert found.weights.shape == (len(path), len(trace.source))
        assert len(found.queries) == len(path) and len(found.keys) == len(trace.source)
        np.testing.assert_allclose(found.weights.sum(1), 1, atol=1e-5)
        for number, step in enumerate(path):
            run = step.expansion.run
            np.testing.assert_array_equal(
                found.scores[number], trace.blocks["cross"].scores[0, 0, run]
            )
    with pytest.raises(LookupError, match=r"'self'.*it has cross"):
        trace.attention("self")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "[]",
        "7",
        "null",
        "{}",
        '{"heed":5}',
        '"heed"',
        '{"heed":5,"typed":"a"}',
    ],
)
def test_what_is_no_trace_is_told(text):
    with pytest.raises(ValueError, match="not a trace"):
        Trace.from_json(text)


@pytest.mark.parametrize("version", [0, 1, 4, 6, "x", None])
def test_a_trace_of_another_version_is_told_as_such(version):
    with pytest.raises(ValueError, match=r"another version of Heed; this one reads format 5"):
        Trace.from_json(json.dumps({"heed": version}))


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data.update(more=1),
        lambda data: data["tree"].pop("steps"),
        lambda data: data["tree"].update(steps=5),
        lambda data: data["tree"]["steps"].append(None),
        lambda data: data["tree"]["steps"][0].update(expansion=99),
        lambda data: data["tree"]["steps"][0].update(expansion=-1),
        lambda data: data["tree"]["steps"][0].update(parent=0),
        lambda data: data["tree"]["steps"][1].update(parent=7),
        lambda data: data["tree"]["expansions"][0].update(run=1),
        lambda data: data["tree"].update(leaves=[99]),
        lambda data: data["tree"].update(leaves=[]),
        lambda data: data["tree"]["search"].update(beam=1, width=2),
        lambda data: data["axes"][0]["items"].append([1]),
        lambda data: data["axes"][0]["items"].pop(),
        lambda data: data["axes"].pop(0),
        lambda data: data["axes"][0]["states"].update(shape=[3, 3]),
        lambda data: data["axes"][0]["states"].update(dtype="nonsense"),
        lambda data: data["axes"][0]["states"].update(data="%%%"),
        lambda data: data["axes"][0].update(states=[1, 2]),
        lambda data: data["attentions"][0].update(keys="beyond"),
        lambda data: data["attentions"][0].pop("weights"),
        lambda data: data["attentions"][0].update(weights=data["axes"][0]["states"]),
    ],
)
def test_a_damaged_trace_is_told(translator, damage):
    data = json.loads(translator.translate("I sing.", limit=3).to_json())
    damage(data)
    with pytest.raises(ValueError, match="not a trace"):
        Trace.from_json(json.dumps(data))


def test_a_cut_off_trace_is_told(translator):
    text = translator.translate("I sing.", limit=3).to_json()
    for size in range(0, len(text), 97):
        with pytest.raises(ValueError, match="not a trace"):
            Trace.from_json(text[:size])
