"""The Transformer equals torch's own layers, and a step equals a pass over the whole prefix."""

import pytest
import torch
from torch import nn

from core.models import reorder
from core.models.transformer import TransformerConfig, TransformerModel, positions
from core.tokenisers.pieces import END_ID, START_ID
from core.whatif import NOTHING, Replaced, WhatIf

SIZE = 20


def close(found, expected, atol=1e-5):
    torch.testing.assert_close(found, expected, atol=atol, rtol=1e-5)


def ids(*shape, seed=1):
    return torch.randint(END_ID + 1, SIZE, shape, generator=torch.Generator().manual_seed(seed))


@pytest.fixture(params=["pre", "post"])
def model(request):
    torch.manual_seed(0)
    config = TransformerConfig(SIZE, 16, 4, 2, 3, 24, request.param, 0.0)
    model = TransformerModel(config).eval()
    with torch.no_grad():
        for value in model.parameters():
            value.normal_(std=0.4)
    return model


@pytest.fixture(autouse=True)
def without_gradients():
    with torch.no_grad():
        yield


def lend(theirs: nn.MultiheadAttention, ours) -> None:
    """Gives torch's attention our weights."""
    for part, name in zip(("weight", "bias"), ("in_proj_weight", "in_proj_bias"), strict=True):
        rows = [getattr(getattr(ours, one), part) for one in ("W_Q", "W_K", "W_V")]
        getattr(theirs, name).copy_(torch.cat(rows))
    theirs.out_proj.load_state_dict(ours.W_O.state_dict())


def lend_feed(theirs, ours) -> None:
    theirs.linear1.load_state_dict(ours.feed[0].state_dict())
    theirs.linear2.load_state_dict(ours.feed[2].state_dict())


@pytest.mark.parametrize("padded", [False, True])
def test_an_encoder_layer_is_torchs(model, padded):
    config = model.config
    layer = model.encoder[0]
    theirs = nn.TransformerEncoderLayer(
        config.size, config.heads, config.inner, 0.0, batch_first=True,
        norm_first=config.norm == "pre",
    ).eval()  # fmt: skip
    lend(theirs.self_attn, layer.own)
    lend_feed(theirs, layer)
    theirs.norm1.load_state_dict(layer.own_around.norm.state_dict())
    theirs.norm2.load_state_dict(layer.feed_around.norm.state_dict())
    x, visible = torch.randn(3, 6, config.size), torch.ones(3, 6, dtype=torch.bool)
    if padded:
        visible[0, 4:] = visible[2, 1:] = False
    (_, feed), heads = layer(x, 1, visible[:, None, None], NOTHING)
    expected = theirs(x, src_key_padding_mask=~visible)
    close(feed.after[visible], expected[visible])
    close(heads.weights.sum(-1), torch.ones(3, 4, 6))


@pytest.mark.parametrize("padded", [False, True])
def test_a_decoder_layer_is_torchs(model, padded):
    config = model.config
    layer = model.decoder[1]
    theirs = nn.TransformerDecoderLayer(
        config.size, config.heads, config.inner, 0.0, batch_first=True,
        norm_first=config.norm == "pre",
    ).eval()  # fmt: skip
    lend(theirs.self_attn, layer.own)
    lend(theirs.multihead_attn, layer.cross)
    lend_feed(theirs, layer)
    for norm, ours in (("norm1", "own"), ("norm2", "cross"), ("norm3", "feed")):
        getattr(theirs, norm).load_state_dict(getattr(layer, f"{ours}_around").norm.state_dict())
    visible = torch.ones(2, 5, dtype=torch.bool)
    if padded:
        visible[1, 2:] = False
    state = model.start(model.encode(ids(2, 5), visible))
    x = torch.randn(2, 4, config.size)
    causal = torch.ones(4, 4, dtype=torch.bool).tril()
    source = visible[:, None, None]
    (*_, feed), _, _ = layer(x, 2, state, causal, source, NOTHING)
    expected = theirs(x, state.memory, tgt_mask=~causal, memory_key_padding_mask=~visible)
    close(feed.after, expected)


def test_the_attention_is_torchs_scaled_dot_product(model):
    attention = model.encoder[0].own
    x = torch.randn(2, 5, model.config.size)
    q, (k, v) = attention.split(attention.W_Q(x)), attention.remember(x)
    mask = torch.rand(2, 1, 5, 5) > 0.4
    mask |= torch.eye(5, dtype=torch.bool)
    expected = nn.functional.scaled_dot_product_attention(q, k, v, mask)
    found, heads = attention(x, k, v, mask)
    close(heads.context, expected)
    close(found, attention.W_O(expected.transpose(1, 2).flatten(2)))


def test_stepping_equals_teacher_forcing_and_no_weight_lies_on_the_future(model):
    given = ids(2, 6)
    given[:, 0] = START_ID
    first = state = model.start(model.encode(ids(2, 4)))
    forced = model.decode(given, first)
    whole = {block.name: block for block in forced.attentions}
    for heads in whole["self"].layers:
        assert (heads.weights.triu(1) == 0).all()
        close(heads.weights.sum(-1), torch.ones(2, 4, 6))
    for t in range(6):
        step = model.step(given[:, t], state)
        state = step.state
        close(step.decoded.combined[:, 0], forced.combined[:, t])
        close(step.logits, model.logits(forced.combined[:, t]))
        cross, own = step.attentions
        assert (cross.name, own.name) == ("cross", "self")
        assert cross.visible.shape == (2, 1, 1, 4) and own.visible.shape == (1, 1, 1, t + 1)
        for part in ("weights", "scores"):
            close(own.all(part)[..., 0, :], whole["self"].all(part)[..., t, : t + 1])
        for part in ("weights", "scores", "context", "queries"):
            close(cross.all(part)[..., 0, :], whole["cross"].all(part)[..., t, :])
    close(state.own_keys, forced.state.own_keys)


def test_padding_changes_nothing(model):
    source, given = ids(2, 5), ids(2, 4)
    visible = torch.tensor([[True] * 5, [True] * 3 + [False] * 2])
    together = model.decode(given, model.start(model.encode(source, visible)))
    alone = model.decode(given[1:], model.start(model.encode(source[1:, :3])))
    close(together.combined[1:], alone.combined)
    both = (found.attention("cross").layers for found in (together, alone))
    for one, other in zip(*both, strict=True):
        close(one.weights[1:, :, :, :3], other.weights)
        assert (one.weights[1:, :, :, 3:] == 0).all()


def test_a_reordered_state_goes_on_as_the_rows_it_was_made_of(model):
    state = model.step(ids(3), model.start(model.encode(ids(3, 4)))).state
    rows, token = torch.tensor([2, 0, 2, 1]), ids(3)
    expected, found = model.step(token, state), model.step(token[rows], reorder(state, rows))
    close(found.logits, expected.logits[rows])
    for part, whole in zip(found.state, expected.state, strict=True):
        close(part, whole[rows])


def test_replaced_weights_arrive_in_every_head(model):
    state = model.start(model.encode(ids(2, 4)))
    weights = torch.rand(4).softmax(-1)
    whatif = WhatIf(weights=(Replaced(0, tuple(weights.tolist())),))
    step = model.step(ids(2), state, whatif)
    close(step.attentions[0].all("weights"), weights.expand(2, 3, 4, 1, 4))
    one = WhatIf(weights=(Replaced(0, tuple(weights.tolist()), "cross", 2, 3),))
    found, plain = (model.step(ids(2), state, each).attentions[0] for each in (one, NOTHING))
    close(found.layers[1].weights[:, 2], weights.expand(2, 1, 4))
    close(found.layers[1].weights[:, :2], plain.layers[1].weights[:, :2])
    close(found.layers[0].weights, plain.layers[0].weights)


def test_without_the_mask_every_token_reads_all_and_the_covered_scores_are_the_same(model):
    given, state = ids(2, 5), model.start(model.encode(ids(2, 4)))
    masked, lifted = model.decode(given, state), model.decode(given, state, WhatIf(causal=False))
    first, other = masked.attention("self").layers[0], lifted.attention("self").layers[0]
    close(first.scores, other.scores)  # of the first layer: the mask comes after them
    assert (other.weights.triu(1).sum((-2, -1)) > 0.01).all()
    for own in lifted.attention("self").layers:
        close(own.weights.sum(-1), torch.ones(2, 4, 5))


def test_reading_gives_the_maps_and_values_that_the_state_was_made_with(model):
    source = ids(1, 4)
    memory = model.encode(source)
    (block,) = memory.attentions
    assert block.name == "encoder" and block.all("weights").shape == (1, 2, 4, 4, 4)
    close(block.all("scores").softmax(-1), block.all("weights"))
    state = model.start(memory)
    found = model.step(ids(1), state).decoded.attention("cross")
    close(found.all("values"), state.source_values)


def test_what_the_sublayers_add_is_the_way_from_one_layer_to_the_next(model):
    found = model.decode(ids(2, 3), model.start(model.encode(ids(2, 4))))
    x = found.stream.embedded
    assert len(found.stream.changes) == 3 * model.config.decoder_layers
    for change in found.stream.changes:
        close(change.before, x)
        if model.config.norm == "pre":
            close(change.after, x + change.added)
        x = change.after
    close(found.hidden, x)


def test_positions_are_the_sinusoids_of_the_paper():
    found = positions(3, 4, 6)
    for row in range(4):
        for i in range(3):
            angle = torch.tensor((row + 3) / 10_000 ** (2 * i / 6))
            close(found[row, 2 * i], angle.sin())
            close(found[row, 2 * i + 1], angle.cos())
    close(positions(0, 7, 6)[3:], found)


def test_gradients_reach_every_weight(model):
    with torch.enable_grad():
        for value in model.parameters():
            value.requires_grad_(True)
        found = model.decode(ids(2, 3), model.start(model.encode(ids(2, 4))))
        model.logits(found.combined).logsumexp(-1).sum().backward()
    assert all(value.grad is not None and value.grad.any() for value in model.parameters())


@pytest.mark.parametrize(
    ("wrong", "told"),
    [({"heads": 7}, "7 heads cannot share"), ({"norm": "mid"}, "pre, post"),
     ({"size": 9, "heads": 3}, "9 is no size"), ({"heads": 0}, "at least one"),
     ({"heads": -8}, "at least one"), ({"encoder_layers": 0}, "at least one")],
)  # fmt: skip
def test_a_config_that_cannot_be_built_is_told(wrong, told):
    with pytest.raises(ValueError, match=told):
        TransformerConfig(SIZE, **wrong)
