"""An encoder alone reads from both sides, a decoder alone looks back, and both are made of the
Transformer's parts."""

import pytest
import torch
from torch import nn

from core.models import kinds, reorder
from core.models.decoder_only import DecoderOnlyConfig, DecoderOnlyModel
from core.models.encoder_only import EncoderOnlyConfig, EncoderOnlyModel
from core.models.transformer import EncoderLayer
from core.whatif import NOTHING, WhatIf

SIZE = 20
SMALL = {"size": 16, "heads": 4, "layers": 3, "inner": 24, "dropout": 0.0}


def close(found, expected, atol=1e-5):
    torch.testing.assert_close(found, expected, atol=atol, rtol=1e-5)


def ids(*shape, seed=1):
    return torch.randint(5, SIZE, shape, generator=torch.Generator().manual_seed(seed))


def random(model):
    torch.manual_seed(0)
    with torch.no_grad():
        for value in model.parameters():
            value.normal_(std=0.4)
    return model.eval()


@pytest.fixture(params=["pre", "post"])
def norm(request):
    return request.param


@pytest.fixture(
    params=[{}, {"shared": True, "embedding": 6}, {"embedding": 6}],
    ids=["bert", "albert", "factors"],
)
def reads(request, norm):
    return random(EncoderOnlyModel(EncoderOnlyConfig(SIZE, norm=norm, **SMALL, **request.param)))


@pytest.fixture
def writes(norm):
    return random(DecoderOnlyModel(DecoderOnlyConfig(SIZE, norm=norm, **SMALL)))


@pytest.fixture(autouse=True)
def without_gradients():
    with torch.no_grad():
        yield


def lend(theirs: nn.TransformerEncoderLayer, layer: EncoderLayer) -> None:
    """Gives torch's layer our weights."""
    rows = (layer.own.W_Q, layer.own.W_K, layer.own.W_V)
    theirs.self_attn.in_proj_weight.copy_(torch.cat([one.weight for one in rows]))
    theirs.self_attn.in_proj_bias.copy_(torch.cat([one.bias for one in rows]))
    for one, other in (
        (theirs.self_attn.out_proj, layer.own.W_O), (theirs.linear1, layer.feed[0]),
        (theirs.linear2, layer.feed[2]), (theirs.norm1, layer.own_around.norm),
        (theirs.norm2, layer.feed_around.norm),
    ):  # fmt: skip
        one.load_state_dict(other.state_dict())


def test_a_decoder_alone_is_torchs_encoder_under_a_causal_mask(writes):
    config, given = writes.config, ids(2, 5)
    x = writes.embed(given, 0, NOTHING)
    for layer in writes.layers:
        theirs = nn.TransformerEncoderLayer(
            config.size, config.heads, config.inner, 0.0, batch_first=True,
            norm_first=config.norm == "pre",
        ).eval()  # fmt: skip
        lend(theirs, layer)
        x = theirs(x, src_mask=torch.ones(5, 5, dtype=torch.bool).triu(1))
    found = writes.decode(given, writes.start(writes.encode(given[:, :0])))
    close(found.combined, writes.norm(x))


def test_stepping_equals_teacher_forcing_and_no_weight_lies_on_the_future(writes):
    given = ids(2, 6)
    first = state = writes.start(writes.encode(given[:, :0]))
    forced = writes.decode(given, first)
    (whole,) = forced.attentions
    assert whole.name == "self" and len(whole.layers) == 3
    for heads in whole.layers:
        assert (heads.weights.triu(1) == 0).all()
        close(heads.weights.sum(-1), torch.ones(2, 4, 6))
    for t in range(6):
        step = writes.step(given[:, t], state)
        state = step.state
        close(step.logits, writes.logits(forced.combined[:, t]))
        (own,) = step.attentions
        assert own.visible.shape == (1, 1, 1, t + 1)
        for part in ("weights", "scores"):
            close(own.all(part)[..., 0, :], whole.all(part)[..., t, : t + 1])
    close(state.keys, forced.state.keys)
    part = writes.decode(given[:, 2:], writes.decode(given[:, :2], first).state)
    close(part.combined, forced.combined[:, 2:])


def test_what_comes_later_changes_nothing_unless_the_mask_is_lifted(writes):
    given, state = ids(2, 5), writes.start(writes.encode(ids(2, 0)))
    other = given.clone()
    other[:, 4] = (given[:, 4] - 4) % (SIZE - 5) + 5
    one, two = (writes.decode(each, state).combined for each in (given, other))
    close(one[:, :4], two[:, :4])
    lifted = WhatIf(causal=False)
    one, two = (writes.decode(each, state, lifted) for each in (given, other))
    assert (one.combined[:, :4] - two.combined[:, :4]).abs().max() > 1e-3, "it leaks"
    for heads in one.attentions[0].layers:
        assert (heads.weights.triu(1).sum((-2, -1)) > 0.01).all()
        close(heads.weights.sum(-1), torch.ones(2, 4, 5))


def test_a_reordered_state_goes_on_as_the_rows_it_was_made_of(writes):
    state = writes.step(ids(3), writes.start(writes.encode(ids(3, 0)))).state
    rows, token = torch.tensor([2, 0, 2, 1]), ids(3)
    expected, found = writes.step(token, state), writes.step(token[rows], reorder(state, rows))
    close(found.logits, expected.logits[rows])


def test_padding_changes_nothing(reads):
    source = ids(2, 5)
    visible = torch.tensor([[True] * 5, [True] * 3 + [False] * 2])
    together, alone = reads.encode(source, visible), reads.encode(source[1:, :3])
    close(together.states[1:, :3], alone.states)
    for one, other in zip(together.attentions[0].layers, alone.attentions[0].layers):
        close(one.weights[1:, :, :3, :3], other.weights)
        assert (one.weights[1:, :, :, 3:] == 0).all()


def test_what_is_said_of_a_place_depends_on_both_sides_of_it(reads):
    source = ids(1, 5)
    plain = reads.fill(reads.encode(source))
    assert plain.shape == (1, 5, SIZE)
    for place in (0, 4):
        other = source.clone()
        other[0, place] = (source[0, place] - 4) % (SIZE - 5) + 5
        assert (reads.fill(reads.encode(other))[0, 2] - plain[0, 2]).abs().max() > 1e-4


def test_the_stream_leads_from_the_embedding_to_what_is_read_off(reads, writes):
    memory = reads.encode(ids(2, 4))
    decoded = writes.decode(ids(2, 4), writes.start(writes.encode(ids(2, 0))))
    for model, stream, logits in (
        (reads, memory.stream, reads.fill(memory)),
        (writes, decoded.stream, writes.logits(decoded.combined)),
    ):
        x = stream.embedded
        assert len(stream.changes) == 2 * 3
        for change in stream.changes:
            close(change.before, x)
            if model.config.norm == "pre":
                close(change.after, x + change.added)
            x = change.after
        close(model.read_off(x), logits)
        assert [change.name for change in stream.changes[:2]] == [f"{model.block}.1", "feed.1"]


@pytest.mark.parametrize("kind", ["encoder-only", "decoder-only"])
def test_the_matrices_of_the_heads_make_what_they_read_and_add(kind):
    model = random(kinds()[kind](kinds()[kind].Config(SIZE, **SMALL)))
    if kind == "encoder-only":
        memory = model.encode(ids(1, 4))
        block, stream = memory.attentions[0], memory.stream
    else:
        found = model.decode(ids(1, 4), model.start(model.encode(ids(1, 0))))
        block, stream = found.attentions[0], found.stream
    for layer in (1, 3):
        matrices = model.projections(model.block, layer)
        heads, change = block.layers[layer - 1], stream.changes[2 * (layer - 1)]
        queries = torch.einsum("hdD,bnD->bhnd", matrices.W_Q, change.given)
        close(queries + matrices.b_Q[:, None], heads.queries, 1e-4)
        added = torch.einsum("hDd,bhnd->bnD", matrices.W_O, heads.context) + matrices.b_O
        close(added, change.added, 1e-4)
        score = model.scorer(model.block, layer, 4).score
        close(score.compare(heads.queries, heads.keys), heads.scores)
    with pytest.raises(LookupError, match=r"no heads of .*\.4"):
        model.projections(model.block, 4)
    with pytest.raises(LookupError):
        model.scorer(model.block, 1, 5)


def test_all_layers_of_albert_are_one_set_of_parameters():
    shape = {**SMALL, "layers": 4}
    albert = EncoderOnlyModel(EncoderOnlyConfig(SIZE, shared=True, embedding=6, **shape))
    bert = EncoderOnlyModel(EncoderOnlyConfig(SIZE, **shape))
    first, *others = albert.stack()
    assert len(others) == 3 and all(one is first for one in others)
    one = sum(value.numel() for value in bert.layers[0].parameters())
    count = {m: sum(v.numel() for v in m.parameters()) for m in (albert, bert)}
    assert albert.facts().parameters == count[albert] < count[bert] == bert.facts().parameters
    assert albert.facts().spared == albert.spared() == 3 * one and bert.facts().spared == 0
    assert albert.unshared() == count[bert] == bert.unshared()
    facts = albert.facts()
    assert facts.parameters + facts.spared + facts.factored == count[bert]
    assert bert.facts().factored == 0
    assert count[albert] + 3 * one + SIZE * 16 == count[bert] + (SIZE + 16) * 6
    assert albert.facts().remarks == ("shared-layers",) and bert.facts().remarks == ()
    assert f"{count[albert]:,}" in albert.made_of() and f"{count[bert]:,}" in albert.made_of()
    assert "ALBERT" in albert.made_of() and "(Devlin" in bert.made_of()


def test_a_factorised_embedding_is_one_matrix_of_two_factors():
    model = random(EncoderOnlyModel(EncoderOnlyConfig(SIZE, embedding=6, **SMALL)))
    whole = model.embedding.weight @ model.widened.weight.T  # (V, D)
    close(model.readout().weight, whole)
    close(model.embed(torch.arange(SIZE)[None], 0, WhatIf(positions=False))[0], whole * 4)


def test_gradients_reach_every_weight(reads, writes):
    with torch.enable_grad():
        for model in (reads, writes):
            for value in model.parameters():
                value.requires_grad_(True)
        reads.fill(reads.encode(ids(2, 4))).logsumexp(-1).sum().backward()
        found = writes.decode(ids(2, 4), writes.start(writes.encode(ids(2, 0))))
        writes.logits(found.combined).logsumexp(-1).sum().backward()
    for model in (reads, writes):
        for name, value in model.named_parameters():
            last = model.config.norm == "post" and name.endswith("bias")
            assert value.grad is not None and (last or value.grad.any()), name


@pytest.mark.parametrize(
    ("wrong", "told"),
    [({"heads": 7}, "7 heads cannot share"), ({"norm": "mid"}, "pre, post"),
     ({"layers": 0}, "at least one"), ({"positions": 0}, "at least one")],
)  # fmt: skip
@pytest.mark.parametrize("config", [EncoderOnlyConfig, DecoderOnlyConfig])
def test_a_config_that_cannot_be_built_is_told(config, wrong, told):
    with pytest.raises(ValueError, match=told):
        config(SIZE, **wrong)
    with pytest.raises(ValueError, match="at most as wide"):
        EncoderOnlyConfig(SIZE, size=16, embedding=17)
