"""A Transformer's trace: every head, the triangle, the encoder, what-ifs, and one head alone."""

import numpy as np
import pytest
import torch

from core.tokenisers.pieces import END_ID, START_ID
from core.trace import Trace
from core.whatif import WhatIf

TEXT = "Tom sings now."


@pytest.fixture(scope="module")
def trace(transformer):
    return transformer.translate(TEXT, limit=7)


@torch.inference_mode()
def forced(model, trace, **options):
    """One pass over what the trace wrote."""
    source = torch.tensor([[token.id for token in trace.source]])
    given = torch.tensor([[START_ID, *(step.token.id for step in trace.path()[:-1])]])
    return model.decode(given, model.start(model.encode(source)), **options), model.encode(source)


def test_every_head_is_in_the_trace(transformer, trace):
    found, encoded = forced(transformer.model, trace)
    for layer in (1, 2):
        for head in (1, 2):
            for name in ("cross", "self"):
                heads = found.attention(name).layers[layer - 1]
                seen = trace.attention(f"{name}.{layer}.{head}")
                one = np.where(seen.visible, seen.scores, 0)
                expected = heads.scores[0, head - 1].numpy()
                np.testing.assert_allclose(one, np.where(seen.visible, expected, 0), atol=1e-5)
                expected = heads.weights[0, head - 1].numpy()
                np.testing.assert_allclose(seen.weights, expected, atol=1e-5)
            inside = trace.attention(f"encoder.{layer}.{head}")
            expected = encoded.attentions[0].layers[layer - 1].weights[0, head - 1].numpy()
            np.testing.assert_allclose(inside.weights, expected, atol=1e-5)


def test_self_attention_is_a_triangle_that_begins_with_the_start_mark(trace):
    seen = trace.attention("self.2.1")
    size = len(trace.path())
    assert seen.keys == ("<s>", *(step.token.piece for step in trace.path()[:-1]))
    assert (seen.visible == np.tri(size, dtype=bool)).all()
    assert np.isnan(seen.scores[~seen.visible]).all() and not seen.weights[~seen.visible].any()
    np.testing.assert_allclose(seen.weights.sum(1), 1, atol=1e-5)


def test_a_mean_over_heads_has_weights_and_no_scores(trace):
    heads = [[trace.attention(f"cross.{i}.{j}").weights for j in (1, 2)] for i in (1, 2)]
    np.testing.assert_allclose(trace.attention().weights, np.mean(heads, (0, 1)), atol=1e-6)
    np.testing.assert_allclose(trace.attention("cross.2").weights, np.mean(heads[1], 0), atol=1e-6)
    assert trace.attention("cross.2").scores is None


@pytest.mark.parametrize(
    "block", ["cross.3", "cross.0.1", "cross.1.3", "self.x", "cross.1.1.1", "of"]
)
def test_a_head_that_there_is_not_is_told(trace, block):
    with pytest.raises(LookupError, match=r"cross\.1\.1 to cross\.2\.2"):
        trace.attention(block)


def test_it_travels_and_returns(trace):
    assert Trace.from_json(trace.to_json()) == trace


def test_of_one_head_alone_the_context_is_what_it_makes_of_its_values(transformer, trace):
    seen = trace.only("cross.2.1")
    assert list(seen.blocks) == ["cross.2.1"] and seen.text == trace.text
    map_ = seen.attention("cross.2.1")
    np.testing.assert_array_equal(map_.weights, trace.attention("cross.2.1").weights)
    values = seen.blocks["cross.2.1"].values[0, 0]
    np.testing.assert_array_equal(values, trace.blocks["cross"].values[1, 0])
    for step, weights in zip(seen.path(), map_.weights):
        np.testing.assert_allclose(
            step.context[0, 0], weights @ values.astype(np.float32), atol=5e-3
        )
    assert Trace.from_json(seen.to_json()) == seen


def test_of_a_mean_alone_there_are_neither_scores_nor_context(trace):
    seen = trace.only("cross")
    assert seen.path()[0].context is None
    assert seen.attention().scores is None and seen.blocks["cross"].scores is None
    np.testing.assert_allclose(seen.attention().weights, trace.attention().weights, atol=1e-7)
    assert (seen.axis("source").states == trace.axis("source").states).all()
    assert seen.blocks["cross"].values is None
    assert trace.only("self.1.1").attention("self.1.1").weights.shape == (len(trace.path()),) * 2
    for block in ("cross.9.9", "cross.x", "self.9.1"):
        with pytest.raises(LookupError):
            trace.only(block)


def test_a_model_of_one_attention_is_its_own_view(translator):
    trace = translator.translate(TEXT, limit=4)
    assert trace.only("cross") is trace and trace.heads() is None
    with pytest.raises(LookupError):
        trace.only("cross.1.1")


def test_a_beam_has_every_head_of_every_hypothesis(transformer):
    trace = transformer.translate(TEXT, beam=3, limit=6)
    cross, own = trace.blocks["cross"], trace.blocks["self"]
    assert cross.weights.shape == (2, 2, len(trace.expansions), len(trace.source))
    for attention in (cross, own):
        np.testing.assert_allclose(attention.weights.sum(-1), 1, atol=1e-5)
        assert (attention.weights[..., ~attention.visible[0, 0]] == 0).all()
    for leaf in trace.leaves:
        size = len(trace.path(leaf))
        assert (trace.rows("self", leaf).visible[0, 0] == np.tri(size, dtype=bool)).all()


def test_a_head_that_is_off_is_one_whose_output_is_zero(transformer):
    whatif = WhatIf(heads=("cross.2.1", "self.1.2", "encoder.2.2"))
    for name, head in (("cross.2", 0), ("self.1", 1), ("encoder.2", 1)):
        attention = transformer.model.attentions()[name]
        zeroed = attention.W_O.weight.detach().clone()
        zeroed[:, 4 * head : 4 * head + 4] = 0  # nothing that it found goes through W_O
        block, _, layer = name.partition(".")
        x, visible = torch.randn(1, 3, 8), torch.ones(1, 1, 3, 3, dtype=torch.bool)
        with torch.inference_mode():
            change = whatif.inside(block, int(layer))
            found, heads = attention(x, *attention.remember(x), visible, change)
            _, plain = attention(x, *attention.remember(x), visible)
            joined = plain.context.transpose(1, 2).flatten(2)
            expected = joined @ zeroed.T + attention.W_O.bias
        torch.testing.assert_close(found, expected)
        assert not heads.context[:, head].any()
        torch.testing.assert_close(heads.weights, plain.weights)
    assert whatif.inside("cross", 1) is None


def test_what_ifs_are_arguments_and_undone_by_leaving_them_out(transformer, trace):
    before = {name: value.clone() for name, value in transformer.model.state_dict().items()}
    heads = ("cross.1.1", "cross.1.2")
    without = transformer.translate(TEXT, heads=heads, limit=7)
    assert without.whatif.heads == heads
    assert without.path()[0].log_prob != trace.path()[0].log_prob
    assert transformer.translate(TEXT, limit=7) == trace
    for name, value in transformer.model.state_dict().items():
        assert torch.equal(value, before[name])


@pytest.mark.parametrize("head", ["cross.1.3", "cross.9.1", "cross.1", "of.1.1", "cross.1.x", ""])
def test_a_head_to_switch_that_there_is_not_is_told(transformer, head):
    with pytest.raises(ValueError, match="there is no head"):
        transformer.translate(TEXT, heads=(head,))


def test_only_a_model_with_heads_can_be_without_some(translator):
    with pytest.raises(ValueError, match="has no heads"):
        translator.translate(TEXT, heads=("cross.1.1",))
    with pytest.raises(ValueError, match="has no positions"):
        translator.translate(TEXT, positions=False)
    with pytest.raises(ValueError, match="does not divide its scores"):
        translator.translate(TEXT, scaling="undivided")


def test_without_positions_the_encoder_does_not_know_the_order(transformer):
    model, off = transformer.model, WhatIf(positions=False)
    source = torch.tensor([[7, 9, 8, 20, END_ID]])
    order = torch.tensor([3, 0, 4, 2, 1])
    visible = torch.ones_like(source, dtype=torch.bool)
    with torch.inference_mode():
        one, two = (model.encode(ids, visible, off) for ids in (source, source[:, order]))
        torch.testing.assert_close(two.states, one.states[:, order], atol=1e-5, rtol=1e-5)
        first = model.encode(source, visible).states
        second = model.encode(source[:, order], visible).states
    assert (first[:, order] - second).abs().max() > 0.1


def test_unscaled_scores_are_larger_by_the_root_of_d(transformer, trace):
    unscaled = transformer.translate(TEXT, scaling="undivided", limit=7)
    assert unscaled.model.score.name == "dot"
    first, other = trace.attention("encoder.1.1"), unscaled.attention("encoder.1.1")
    np.testing.assert_allclose(other.scores, first.scores * 4**0.5, rtol=1e-4)


def test_tempered_is_every_attention(transformer, trace):
    softer = transformer.translate(TEXT, temperature=2.0, limit=7)
    first, other = trace.attention("encoder.1.2"), softer.attention("encoder.1.2")
    np.testing.assert_allclose(other.scores, first.scores / 2, rtol=1e-4)


def test_one_what_if_beside_another(transformer, trace):
    both = transformer.translate(
        TEXT, temperature=2.0, heads=("cross.1.1",), scaling="undivided", limit=7
    )
    assert both.model.score.name == "dot ÷ 2"
    first, other = trace.attention("encoder.1.2"), both.attention("encoder.1.2")
    np.testing.assert_allclose(other.scores, first.scores * 4**0.5 / 2, rtol=1e-4)
    assert both.whatif == WhatIf(temperature=2.0, heads=("cross.1.1",), scaling="undivided")


def test_weights_can_be_replaced(transformer):
    size = len(transformer.vocabulary.source_tokens(TEXT))
    row = np.full(size, 1 / size, np.float32)
    trace = transformer.translate(TEXT, weights={2: row}, limit=4)
    assert trace.path()[1].replaced
    for block in ("cross.1.1", "cross.2.2", "cross"):
        np.testing.assert_allclose(trace.attention(block).weights[1], row, atol=1e-6)
