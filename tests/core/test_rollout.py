"""Attention rollout: worked out by hand, its rows, and its place between raw maps."""

from dataclasses import replace

import numpy as np
import pytest

from core.rollout import mixing, rolled, rollout
from core.trace import READ, WRITTEN, Attention
from core.wire import frozen

TEXT = "Tom sings now."


@pytest.fixture(scope="module")
def trace(transformer):
    return transformer.translate(TEXT, limit=6)


# Two layers of two heads over two tokens. The means of the heads are
#   A1 = [[1, 0], [1, 0]]   and   A2 = [[0, 1], [.5, .5]],
# with the residual connection
#   M1 = [[1, 0], [.5, .5]] and   M2 = [[.5, .5], [.25, .75]],
# and M2 M1 = [[.75, .25], [.625, .375]].
HEADS = np.array(
    [
        [[[1, 0], [1, 0]], [[1, 0], [1, 0]]],
        [[[0, 1], [1, 0]], [[0, 1], [0, 1]]],
    ],
    float,
)


def test_a_case_worked_out_by_hand():
    np.testing.assert_allclose(mixing(HEADS[0]), [[1, 0], [0.5, 0.5]])
    np.testing.assert_allclose(mixing(HEADS[1]), [[0.5, 0.5], [0.25, 0.75]])
    np.testing.assert_allclose(rolled(HEADS), [[0.75, 0.25], [0.625, 0.375]])


def test_the_layers_are_multiplied_in_their_order():
    other = mixing(HEADS[0]) @ mixing(HEADS[1])
    assert not np.allclose(rolled(HEADS), other)
    np.testing.assert_allclose(rolled(HEADS[::-1]), other)


def test_rows_that_do_not_sum_to_one_are_renormalised():
    np.testing.assert_allclose(mixing(np.array([[[0.5, 0], [0, 0.5]]])), np.eye(2))
    np.testing.assert_allclose(mixing(2 * HEADS[:1, 0]).sum(-1), 1)


def by_hand(trace, encoder, own, cross):
    """The trace of one target token less, with the attention of the case above."""

    def attention(block, queries, keys, weights, visible):
        return Attention(
            block, queries, keys, frozen(weights), frozen(weights), frozen([[visible]], bool)
        )

    source = replace(trace.axis("source"), items=trace.source[:2], states=None)
    tree = replace(trace.tree, expansions=trace.expansions[:2], steps=trace.path()[:2], leaves=(1,))
    return replace(
        trace,
        axes=(source, *trace.axes[1:]),
        attentions=(
            attention("cross", WRITTEN, "source", cross, [[1, 1]]),
            attention("self", WRITTEN, READ, own, np.tri(2)),
            attention("encoder", "source", "source", encoder, [[1, 1]]),
        ),
        tree=tree,
    )


def test_the_decoder_worked_out_by_hand(trace):
    # Encoder as above: E = [[.75, .25], [.625, .375]]. The decoder has one layer of one head:
    #   self A = [[1, 0], [0, 1]]: M = I, and R = 0 behind it;
    #   cross C = [[1, 0], [0, 1]]: R = .5 C E.
    own = np.array([[[[1, 0], [0, 1]]]], float)
    cross = np.array([[[[1, 0], [0, 1]]]], float)
    found = rollout(by_hand(trace, HEADS, own, cross))
    np.testing.assert_allclose(found.encoder, [[0.75, 0.25], [0.625, 0.375]])
    np.testing.assert_allclose(found.own, np.eye(2))
    np.testing.assert_allclose(found.cross, [[0.375, 0.125], [0.3125, 0.1875]])
    # A second layer of the same cross-attention, whose self-attention reads the first place:
    #   M = [[1, 0], [.5, .5]]; M R = [[.375, .125], [.34375, .15625]], half of it and of C E.
    own = np.array([own[0], [[[1, 0], [1, 0]]]])
    found = rollout(by_hand(trace, HEADS, own, np.array([cross[0], cross[0]])))
    np.testing.assert_allclose(found.cross, [[0.5625, 0.1875], [0.484375, 0.265625]])
    np.testing.assert_allclose(found.own, [[1, 0], [0.5, 0.5]])


def test_what_reaches_a_place_is_one_in_all(trace):
    found = rollout(trace)
    source, target = len(trace.source), len(trace.path())
    assert found.encoder.shape == (source, source) and found.cross.shape == (target, source)
    # Each of two layers halves what comes from the target's own tokens.
    for rows, total in ((found.encoder, 1), (found.own, 1), (found.cross, 0.75)):
        np.testing.assert_allclose(rows.sum(-1), total, atol=1e-5)
        assert (rows >= 0).all()


def test_nothing_comes_from_the_future(trace):
    found = rollout(trace)
    future = ~np.tri(len(trace.path()), dtype=bool)
    assert not found.own[future].any()
    assert np.diag(found.own).min() >= 0.25  # the residual connection of two layers


def test_it_is_made_of_the_maps_of_the_trace(trace):
    heads = np.array(
        [[trace.attention(f"encoder.{i}.{j}").weights for j in (1, 2)] for i in (1, 2)]
    )
    np.testing.assert_allclose(rollout(trace).encoder, rolled(heads), atol=1e-6)


def test_a_model_of_one_attention_has_none(translator):
    with pytest.raises(ValueError, match="does not attend to itself"):
        rollout(translator.translate(TEXT, limit=3))
