"""Explanations against loops, finite sums and graphs that are written out here."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core import passes
from core.explaining import explained
from core.explaining.flow import flow, network
from core.explanations import (
    KINDS,
    agreement,
    mean_agreement,
    read_explained,
    together,
    write_explained,
)
from core.rollout import rollout
from core.translator import Translator
from tests.conftest import random_model, random_transformer

TEXT = "Tom sings well."
MODELS = {
    "luong": lambda size: random_model(size),
    "bahdanau": lambda size: random_model(size, wiring="bahdanau", score="concat", cell="GRU"),
    "one-hot": lambda size: random_model(size, one_hot=True, bidirectional=False),
    "none": lambda size: random_model(size, score=None),
    "transformer": lambda size: random_transformer(size),
    "post-norm": lambda size: random_transformer(size, norm="post"),
}


@pytest.fixture(scope="module", params=MODELS)
def found(request, vocabulary):
    model = MODELS[request.param](len(vocabulary))
    translator = Translator(f"eng-fra-{request.param}", "eng", "fra", model, vocabulary)
    trace = translator.translate(TEXT, limit=4)
    return translator, trace, explained(translator, trace)


def test_each_model_has_what_it_can_have(found):
    _, trace, one = found
    lacking = {"rollout", "flow"} if "self" not in trace.blocks else set()
    lacking |= {"attention", "norms"} if "cross" not in trace.blocks else set()
    assert {*one.missing} == lacking and {*one.values} == {*KINDS} - lacking
    shape = (len(trace.path()), len(trace.source))
    for kind, values in one.values.items():
        assert values.shape == shape and np.isfinite(values).all(), kind


def test_steps_that_are_explained_apart_are_explained_alike(found, tmp_path):
    translator, trace, one = found
    parts = [explained(translator, trace, [step]) for step in (2, 0)]
    both = together(parts)
    assert both.steps == (0, 2)
    for kind, values in both.values.items():
        if kind != "integrated":  # of which each has its own points
            assert np.allclose(values, one.values[kind][[0, 2]], atol=1e-5), kind
    path = tmp_path / "one.npz"
    write_explained(path, both, {"text": TEXT})
    back, asked = read_explained(path)
    assert (back.steps, back.missing, asked) == (both.steps, both.missing, {"text": TEXT})
    assert all(np.array_equal(back.values[kind], both.values[kind]) for kind in both.values)
    assert np.array_equal(back.completeness.error, both.completeness.error)
    path.write_bytes(b"no")
    with pytest.raises(ValueError):
        read_explained(path)


def test_integrated_gradients_are_complete(found):
    """Their sum is what the word gained between an empty sentence and this one, within 1 %."""
    translator, trace, one = found
    source, start = translator.given(trace)
    target = [step.token.id for step in trace.path()]
    model = translator.model
    memory = model.encode(torch.tensor([source]))
    zeros = torch.zeros_like(memory.embedded)
    if "positions" in translator.facts.has:
        zeros = zeros + model.encoding(len(source))
    with torch.no_grad():
        ends = [
            passes.log_probs(model, model.read(given), target, start)[0].numpy()
            for given in (zeros, memory.embedded)
        ]
    gained, complete = ends[1] - ends[0], one.completeness
    assert complete.gained == pytest.approx(gained, abs=1e-4)
    missing = np.abs(one.values["integrated"].sum(1) - gained)
    assert (missing <= 0.01 * np.abs(gained) + 1e-4).all()
    assert (complete.error <= 0.01).all()


def test_gradient_times_input_is_what_a_small_step_along_the_input_brings(found):
    translator, trace, one = found
    model, small = translator.model, 1e-3
    source, start = translator.given(trace)
    target = [step.token.id for step in trace.path()]
    memory = model.encode(torch.tensor([source]))
    zeros = torch.zeros_like(memory.embedded)
    if "positions" in translator.facts.has:
        zeros = zeros + model.encoding(len(source))
    way = memory.embedded - zeros
    with torch.no_grad():
        for place in range(len(source)):
            moved = torch.zeros_like(way)
            moved[0, place] = small * way[0, place]
            ends = torch.cat([memory.embedded - moved, memory.embedded + moved])
            low, high = passes.log_probs(model, model.read(ends), target, start)
            slope = ((high - low) / (2 * small)).numpy()
            assert one.values["gradient"][:, place] == pytest.approx(slope, abs=2e-2, rel=2e-2)


def test_leaving_one_out_is_a_loop_over_forced_passes(found):
    translator, trace, one = found
    source, start = translator.given(trace)
    target = [step.token.id for step in trace.path()]
    model, whole = translator.model, translator.forced(trace).log_probs
    memory = model.encode(torch.tensor([source]))
    positions = torch.zeros_like(memory.embedded[0])
    if "positions" in translator.facts.has:
        positions = model.encoding(len(source))
    for place in range(len(source)):
        without = [token for i, token in enumerate(source) if i != place]
        left = passes.forced(model, without, target, start).log_probs
        assert one.values["removed"][:, place] == pytest.approx(whole - left, abs=1e-4)
        embedded = (memory.embedded[0] - positions).detach().clone()
        embedded[place] = sum(embedded[i] for i in range(len(source)) if i != place) / len(without)
        with torch.no_grad():
            read = model.read((embedded + positions)[None])
            left = passes.log_probs(model, read, target, start)[0].numpy()
        assert one.values["replaced"][:, place] == pytest.approx(whole - left, abs=1e-4)


def test_norms_are_lengths_of_what_heads_add(transformer):
    trace = transformer.translate(TEXT, limit=3)
    heads = transformer.forced(trace).attentions["cross"]
    one = explained(transformer, trace, block="cross.2.1").values["norms"]
    mixing = transformer.model.projections("cross", 2).W_O[0].detach().numpy()
    for step, source in np.ndindex(one.shape):
        added = heads.weights[1, 0, step, source] * mixing @ heads.values[1, 0, source]
        assert one[step, source] == pytest.approx(np.linalg.norm(added), abs=1e-5)
    layers = []
    for layer in (1, 2):
        mixing = transformer.model.projections("cross", layer).W_O.detach().numpy()
        added = sum(
            heads.weights[layer - 1, head, 1, 0] * mixing[head] @ heads.values[layer - 1, head, 0]
            for head in (0, 1)
        )
        layers.append(np.linalg.norm(added))
    whole = explained(transformer, trace, [1]).values["norms"]
    assert whole[0, 0] == pytest.approx(np.mean(layers), abs=1e-5)


def test_norms_of_one_attention_are_those_of_its_states(translator):
    trace = translator.translate(TEXT, limit=3)
    one = explained(translator, trace)
    states = translator.forced(trace).memory
    wanted = one.values["attention"] * np.linalg.norm(states, axis=1)
    assert one.values["norms"] == pytest.approx(wanted, abs=1e-5)


def test_the_flow_is_that_of_a_graph_by_hand():
    """One layer each, one head, two source tokens, the second of two steps. Encoder mixing is
    [[.75, .25], [.5, .5]] (half of the attention, half of it stays); cross-attention looks at
    [.2, .8], half of it passes. To source 0: 0.1 by encoder place 0 (which holds .75 of it) and
    min(.4, .5) by place 1, so 0.5; to source 1: min(.1, .25) + min(.4, .5) = .5."""
    encoder = np.array([[[[0.5, 0.5], [1.0, 0.0]]]])
    cross = np.array([[[[0.5, 0.5], [0.2, 0.8]]]])
    own = np.array([[[[1.0, 0.0], [0.5, 0.5]]]])
    graph = network(encoder, own, cross, 1)
    top = ("decoder", 2, 1)
    assert graph[top]["encoder", 1, 0]["capacity"] == pytest.approx(0.1)
    assert graph["encoder", 1, 1]["encoder", 0, 0]["capacity"] == pytest.approx(0.5)
    found = _flows(encoder, own, cross, 1)
    assert found == pytest.approx([0.5, 0.5])
    # With all of it on place 1, which gives source 1 no more than .25: .25 there, .5 to source 0.
    encoder = np.array([[[[1.0, 0.0], [0.5, 0.5]]]])  # mixing [[1, 0], [.25, .75]]
    cross = np.array([[[[0.5, 0.5], [0.0, 1.0]]]])
    assert _flows(encoder, own, cross, 1) == pytest.approx([0.25, 0.5])


def _flows(encoder, own, cross, step):
    import networkx as nx

    graph = network(encoder, own, cross, step)
    top = ("decoder", 2 * len(own), step)
    return [
        nx.maximum_flow_value(graph, top, ("encoder", 0, place))
        for place in range(encoder.shape[-1])
    ]


def test_the_flow_lets_at_least_as_much_through_as_the_rollout(transformer):
    """What rolls along all paths is itself a flow: no cut stops it."""
    trace = transformer.translate(TEXT, limit=4)
    steps = [0, 2]
    assert (flow(trace, steps) >= rollout(trace).cross[steps] - 1e-6).all()
    assert (flow(trace, steps) <= 1 + 1e-6).all()


def test_some_steps_are_those_of_all(found):
    translator, trace, one = found
    some = explained(translator, trace, [2, 0])
    for kind, values in some.values.items():
        close = {"abs": 2e-3, "rel": 3e-2} if kind == "integrated" else {"abs": 1e-4, "rel": 1e-4}
        assert values == pytest.approx(one.values[kind][[2, 0]], **close), kind


def test_what_cannot_be_explained_is_refused(translators, transformer):
    plain = translators["general"]
    trace = plain.translate(TEXT, limit=3)
    with pytest.raises(ValueError, match="there is no step 9"):
        explained(plain, trace, [8])
    with pytest.raises(ValueError, match="of no step"):
        explained(plain, trace, [])
    even = np.full(len(trace.source), 1 / len(trace.source))
    with pytest.raises(ValueError, match="replaced by hand"):
        explained(plain, plain.translate(TEXT, weights={1: even}, limit=3))
    with pytest.raises(LookupError, match="no attention block 'cross.3.1'"):
        explained(transformer, transformer.translate(TEXT, limit=3), block="cross.3.1")


def test_agreement_is_of_sizes_and_its_mean_leaves_out_what_has_none():
    assert agreement(np.array([1.0, -3.0, 2.0]), np.array([1.0, 3.0, 2.0]))[0] == pytest.approx(1)
    first = np.array([[1.0, 2.0, 3.0], [1.0, 1.0, 1.0]])
    second = np.array([[3.0, 2.0, 1.0], [1.0, 2.0, 3.0]])
    tau, overlap = mean_agreement(first, second)
    assert tau == pytest.approx(-1) and overlap == 1
    assert np.isnan(mean_agreement(first[1:], second[1:])[0])
