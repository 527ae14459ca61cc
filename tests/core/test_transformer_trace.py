"""A Transformer's trace: every head, the triangle, the encoder, what-ifs, and one head alone."""

import numpy as np
import pytest
import torch

from core.tokenisers.pieces import END_ID, START_ID
from core.trace import SearchTrace, Switches
from core.whatif import switched

TEXT = "Tom sings now."


@pytest.fixture(scope="module")
def trace(transformer):
    return transformer.translate(TEXT, limit=7)


@torch.inference_mode()
def forced(model, trace, **options):
    """One pass over what the trace wrote."""
    source = torch.tensor([[token.id for token in trace.source]])
    given = torch.tensor([[START_ID, *(step.token.id for step in trace.path()[:-1])]])
    return model.decode(given, model.start(source), **options), model.encode(
        source, torch.ones_like(source, dtype=torch.bool)
    )


def test_every_head_is_in_the_trace(transformer, trace):
    found, encoded = forced(transformer.model, trace)
    for layer in (1, 2):
        own, cross, _ = found.layers[layer - 1]
        for head in (1, 2):
            for name, change in (("cross", cross), ("self", own)):
                seen = trace.attention(f"{name}.{layer}.{head}")
                one = np.where(seen.visible, seen.scores, 0)
                expected = change.heads.scores[0, head - 1].numpy()
                np.testing.assert_allclose(one, np.where(seen.visible, expected, 0), atol=1e-5)
                expected = change.heads.weights[0, head - 1].numpy()
                np.testing.assert_allclose(seen.weights, expected, atol=1e-5)
            inside = trace.attention(f"encoder.{layer}.{head}")
            expected = encoded.layers[layer - 1][0].heads.weights[0, head - 1].numpy()
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
    assert np.isnan(trace.attention("cross.2").scores).all()


@pytest.mark.parametrize(
    "block", ["cross.3", "cross.0.1", "cross.1.3", "self.x", "cross.1.1.1", "of"]
)
def test_a_head_that_there_is_not_is_told(trace, block):
    with pytest.raises(LookupError, match=r"cross\.1\.1 to cross\.2\.2"):
        trace.attention(block)


def test_it_travels_and_returns(trace):
    assert SearchTrace.from_json(trace.to_json()) == trace


def test_through_one_head_the_context_is_what_it_makes_of_its_values(transformer, trace):
    seen = trace.through("cross.2.1")
    assert seen.heads() is None and seen.encoder is None and seen.text == trace.text
    map_ = seen.attention()
    np.testing.assert_array_equal(map_.weights, trace.attention("cross.2.1").weights)
    for step, weights in zip(seen.path(), map_.weights):
        expected = weights @ seen.source_states.astype(np.float32)
        np.testing.assert_allclose(step.context, expected, atol=5e-3)
    assert SearchTrace.from_json(seen.to_json()) == seen


def test_through_a_mean_there_are_neither_scores_nor_context(trace):
    seen = trace.through("cross")
    assert seen.path()[0].context is None
    assert np.isnan(seen.attention().scores).all()
    assert (seen.source_states == trace.source_states).all()
    for block in ("cross.9.9", "cross.x", "self.1.1"):
        with pytest.raises(LookupError):
            trace.through(block)


def test_a_model_of_one_attention_is_its_own_view(translator):
    trace = translator.translate(TEXT, limit=4)
    assert trace.through("cross") is trace and trace.heads() is None
    with pytest.raises(LookupError):
        trace.through("cross.1.1")


def test_a_beam_has_every_head_of_every_hypothesis(transformer):
    trace = transformer.translate(TEXT, beam=3, limit=6)
    for expansion in trace.expansions:
        cross, own = expansion.attention
        assert cross.weights.shape == (2, 2, len(trace.source))
        assert own.weights.shape[2] == len(own.visible)
        np.testing.assert_allclose(cross.weights.sum(-1), 1, atol=1e-5)


def off(*heads) -> Switches:
    return Switches(heads=heads)


def test_a_head_that_is_off_is_one_whose_output_is_zero(transformer, trace):
    twin = switched(transformer.model, off("cross.2.1", "self.1.2", "encoder.2.2"))
    for name, head in (("cross.2", 0), ("self.1", 1), ("encoder.2", 1)):
        attention = transformer.model.attentions()[name]
        zeroed = attention.W_O.weight.detach().clone()
        zeroed[:, 4 * head : 4 * head + 4] = 0  # nothing that it found goes through W_O
        other = twin.attentions()[name]
        x, visible = torch.randn(1, 3, 8), torch.ones(1, 1, 3, 3, dtype=torch.bool)
        with torch.inference_mode():
            found, heads = other(x, *other.remember(x), visible)
            _, plain = attention(x, *attention.remember(x), visible)
            joined = plain.context.transpose(1, 2).flatten(2)
            expected = joined @ zeroed.T + attention.W_O.bias
        torch.testing.assert_close(found, expected)
        assert not heads.context[:, head].any()
        torch.testing.assert_close(heads.weights, plain.weights)


def test_switches_are_arguments_and_undone_by_leaving_them_out(transformer, trace):
    without = transformer.translate(TEXT, switches=off("cross.1.1", "cross.1.2"), limit=7)
    assert without.model.switches == off("cross.1.1", "cross.1.2")
    assert without.path()[0].log_prob != trace.path()[0].log_prob
    assert transformer.translate(TEXT, limit=7) == trace
    plain = transformer.switched(off("cross.1.1")).switched(Switches())
    assert plain.translate(TEXT, limit=7) == trace


@pytest.mark.parametrize("head", ["cross.1.3", "cross.9.1", "cross.1", "of.1.1", "cross.1.x", ""])
def test_a_head_to_switch_that_there_is_not_is_told(transformer, head):
    with pytest.raises(ValueError, match="there is no head"):
        transformer.translate(TEXT, switches=off(head))


def test_only_a_transformer_can_be_switched(translator):
    with pytest.raises(ValueError, match="only a Transformer"):
        translator.translate(TEXT, switches=off("cross.1.1"))


def test_without_positions_the_encoder_does_not_know_the_order(transformer):
    twin = switched(transformer.model, Switches(positions=False))
    source = torch.tensor([[7, 9, 8, 20, END_ID]])
    order = torch.tensor([3, 0, 4, 2, 1])
    visible = torch.ones_like(source, dtype=torch.bool)
    with torch.inference_mode():
        one, two = twin.encode(source, visible), twin.encode(source[:, order], visible)
        torch.testing.assert_close(two.memory, one.memory[:, order], atol=1e-5, rtol=1e-5)
        first = transformer.model.encode(source, visible).memory
        second = transformer.model.encode(source[:, order], visible).memory
    assert (first[:, order] - second).abs().max() > 0.1


def test_unscaled_scores_are_larger_by_the_root_of_d(transformer, trace):
    unscaled = transformer.translate(TEXT, switches=Switches(scaled=False), limit=7)
    assert unscaled.model.score.name == "dot"
    first, other = trace.attention("encoder.1.1"), unscaled.attention("encoder.1.1")
    np.testing.assert_allclose(other.scores, first.scores * 4**0.5, rtol=1e-4)


def test_tempered_is_every_attention(transformer, trace):
    softer = transformer.translate(TEXT, temperature=2.0, limit=7)
    first, other = trace.attention("encoder.1.2"), softer.attention("encoder.1.2")
    np.testing.assert_allclose(other.scores, first.scores / 2, rtol=1e-4)


def test_a_temperature_stays_where_heads_are_switched(transformer):
    switches = Switches(heads=("cross.1.1",), scaled=False)
    expected = transformer.translate(TEXT, temperature=2.0, switches=switches, limit=7)
    found = transformer.tempered(2.0).translate(TEXT, switches=switches, limit=7)
    assert found == expected
    assert found.model.score.name == "dot ÷ 2"


def test_weights_can_be_replaced(transformer):
    size = len(transformer.vocabulary.source_tokens(TEXT))
    row = np.full(size, 1 / size, np.float32)
    trace = transformer.translate(TEXT, weights={1: row}, limit=4)
    assert trace.path()[1].replaced
    for block in ("cross.1.1", "cross.2.2", "cross"):
        np.testing.assert_allclose(trace.attention(block).weights[1], row, atol=1e-6)
