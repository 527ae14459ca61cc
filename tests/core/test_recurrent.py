"""What holds for every score and none, LSTM or GRU, in every wiring."""

import math
from typing import NamedTuple

import pytest
import torch

from core.models import reorder
from core.models.recurrent import GLOBAL, RecurrentConfig
from core.tokenisers.pieces import END_ID, START_ID
from core.whatif import Replaced, WhatIf
from tests.conftest import random_model

SIZE = 20  # of the vocabulary


def close(found, expected):
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)


def ids(*shape: int, seed: int = 1) -> torch.Tensor:
    return torch.randint(END_ID + 1, SIZE, shape, generator=torch.Generator().manual_seed(seed))


class Seen(NamedTuple):
    """The attention of a recurrent model, (B, T, ...)."""

    scores: torch.Tensor
    weights: torch.Tensor
    context: torch.Tensor
    queries: torch.Tensor


def seen(decoded) -> Seen | None:
    block = decoded.attention("cross")
    return block and Seen(*(block.all(part)[:, 0, 0] for part in Seen._fields))


def replaced(weights: torch.Tensor) -> WhatIf:
    """The same for every row of a batch."""
    return WhatIf(weights=(Replaced(0, tuple(weights.tolist())),))


@pytest.fixture
def model(options):
    return random_model(SIZE, **options)


@pytest.fixture(autouse=True)
def without_gradients():
    with torch.no_grad():
        yield


def test_weights_sum_to_one_and_give_the_context(model):
    state = model.start(model.encode(ids(2, 5)))
    found = model.decode(ids(2, 4), state)
    if model.score is None:
        assert found.attentions == ()
    else:
        own = seen(found)
        close(own.weights.sum(-1), torch.ones(2, 4))
        visible = found.attention("cross").visible[:, 0]
        close(own.weights, own.scores.masked_fill(~visible, -torch.inf).softmax(-1))
        close(own.context, own.weights @ state.memory)


@pytest.mark.parametrize("mean", [0.0, 3.0])
def test_padding_changes_nothing(model, mean):
    lengths, width = [3, 5, 1], 5
    source, given = ids(3, width), ids(3, 4)
    visible = torch.arange(width) < torch.tensor(lengths)[:, None]
    source[~visible] = int(mean)  # whatever stands there
    together = model.decode(given, state := model.start(model.encode(source, visible)))
    for row, length in enumerate(lengths):
        alone = model.decode(
            given[row : row + 1], own := model.start(model.encode(source[row : row + 1, :length]))
        )
        close(state.memory[row : row + 1, :length], own.memory)
        close(state.hidden[row : row + 1], own.hidden)
        close(together.combined[row : row + 1], alone.combined)
        if model.score is not None:
            whole, part = seen(together), seen(alone)
            close(whole.weights[row : row + 1, :, :length], part.weights)
            close(whole.context[row : row + 1], part.context)
            assert (whole.weights[row, :, length:] == 0).all()


def test_stepping_equals_teacher_forcing(model):
    given = ids(2, 6)
    given[:, 0] = START_ID
    state = model.start(model.encode(ids(2, 4)))
    forced = model.decode(given, state)
    for t in range(6):
        step = model.step(given[:, t], state)
        state = step.state
        close(step.logits, model.logits(forced.combined[:, t]))
        close(step.decoded.hidden[:, 0], forced.hidden[:, t])
        close(step.decoded.combined[:, 0], forced.combined[:, t])
        if model.score is None:
            assert step.attentions == ()
        else:
            (block,) = step.attentions
            assert block.name == "cross"
            assert bool(block.visible.all()) == (model.config.window == GLOBAL)
            for part, whole in zip(seen(step.decoded), seen(forced), strict=True):
                close(part[:, 0], whole[:, t])
    for part, expected in zip(state, forced.state, strict=True):
        close(part, expected)


def test_replaced_weights_arrive_in_the_context(model):
    if model.score is None:
        pytest.skip("no weights to replace")
    state = model.start(model.encode(ids(2, 4)))
    weights = torch.rand(4)
    step = model.step(ids(2), state, replaced(weights)).decoded
    plain = model.step(ids(2), state).decoded
    close(seen(step).weights[:, 0], weights.expand(2, 4))
    close(seen(step).scores, seen(plain).scores)
    close(seen(step).context, weights @ state.memory[:, None])
    before = model.config.wiring == "luong"  # the state is there before anything is attended to
    assert torch.allclose(step.hidden, plain.hidden) == before
    assert not torch.allclose(step.combined, plain.combined)


def test_only_attention_reads_the_memory(model):
    state = model.start(model.encode(ids(2, 4)))
    moved = torch.randn_like(state.memory)
    other = model.start(model.encode(ids(2, 4))._replace(states=state.memory + moved))
    same = torch.equal(model.step(ids(2), state).logits, model.step(ids(2), other).logits)
    assert same == (model.score is None)


def test_input_feeding_alone_reads_the_feed(model):
    state = model.start(model.encode(ids(2, 4)))
    first = model.step(ids(2), state).state
    assert first.feed.shape[1] == int(model.config.input_feeding)
    if model.config.input_feeding:
        again = first._replace(feed=first.feed + 1)
        assert not torch.allclose(
            model.step(ids(2), first).decoded.hidden, model.step(ids(2), again).decoded.hidden
        )


def test_dropout_leaves_what_is_fed_back_whole():
    model = random_model(SIZE, input_feeding=True, dropout=0.5).train()
    found = model.step(ids(2), model.start(model.encode(ids(2, 4))))
    fed = found.state.feed[:, 0]
    combined = found.decoded.combined[:, 0]
    kept = combined != 0
    assert (fed != 0).all() and not kept.all()
    close(combined[kept], 2 * fed[kept])  # the others make up for those dropped


def test_a_reordered_state_goes_on_as_the_rows_it_was_made_of(model):
    state = model.step(ids(3), model.start(model.encode(ids(3, 4)))).state
    rows = torch.tensor([2, 0, 2, 1])
    token = ids(3)
    expected = model.step(token, state)
    found = model.step(token[rows], reorder(state, rows))
    close(found.logits, expected.logits[rows])
    for part, whole in zip(found.state, expected.state, strict=True):
        close(part, whole[rows])


def test_a_source_token_is_read_from_both_sides_or_from_the_left(model):
    source = ids(1, 5)
    other = source.clone()
    other[0, 2] = (other[0, 2] - END_ID) % (SIZE - END_ID - 1) + END_ID + 1
    changed = (model.encode(source).states != model.encode(other).states).any(-1)[0]
    assert changed[2:].all() and bool(changed[:2].any()) == model.config.bidirectional


def test_gradients_reach_every_weight(options):
    with torch.enable_grad():
        model = random_model(SIZE, **options)
        model.logits(
            model.decode(ids(2, 3), model.start(model.encode(ids(2, 4)))).combined
        ).logsumexp(-1).sum().backward()
    assert all(value.grad is not None and value.grad.any() for value in model.parameters())


def test_what_attends_is_the_state_of_the_wiring(model):
    if model.score is None:
        pytest.skip("nothing attends")
    state = model.start(model.encode(ids(2, 4)))
    for t in range(3):
        step = model.step(ids(2, seed=t), state)
        luong = model.config.wiring == "luong"
        query = seen(step.decoded).queries
        close(query, step.decoded.hidden if luong else state.hidden[:, -1:])
        if not model.centre:  # whose Gaussian is taken from them
            close(seen(step.decoded).scores, model.score(query, state.memory))
        state = step.state


def test_bahdanaus_wiring_is_the_papers_step_by_step():
    """Bahdanau et al. 2015, section 3.1 and appendix A.1.2, in loops over plain numbers."""
    model = random_model(SIZE, score="concat", wiring="bahdanau", cell="GRU", size=4,
                         encoder_layers=1, decoder_layers=1)  # fmt: skip
    source, given = ids(1, 5), [START_ID, 7, 4, 9]
    state = model.start(model.encode(source))
    found = model.decode(torch.tensor([given]), state)
    annotations, s = state.memory[0].tolist(), state.hidden[0, 0].tolist()
    W_a, (v_a,) = model.score.W_a.weight.tolist(), model.score.v_a.weight.tolist()

    def times(matrix, vector):
        return [sum(w * x for w, x in zip(row, vector, strict=True)) for row in matrix]

    def gates(weight, bias, vector):  # reset, update, new: each of 4
        out = [a + b for a, b in zip(times(weight.tolist(), vector), bias.tolist(), strict=True)]
        return out[:4], out[4:8], out[8:]

    def sigmoid(x):
        return 1 / (1 + math.exp(-x))

    for t, token in enumerate(given):
        # e_ij = v_a tanh(W_a s_{i-1} + U_a h_j), α_ij = softmax_j(e_ij), c_i = Σ α_ij h_j
        e = [
            sum(v * math.tanh(x) for v, x in zip(v_a, times(W_a, [*s, *h]), strict=True))
            for h in annotations
        ]
        total = sum(math.exp(x) for x in e)
        alpha = [math.exp(x) / total for x in e]
        c = [sum(a * h[d] for a, h in zip(alpha, annotations, strict=True)) for d in range(4)]
        # s_i = f(s_{i-1}, y_{i-1}, c_i), f a gated recurrent unit
        y = (model.embedding.weight[token] * 4**0.5).tolist()
        rnn = model.decoder
        r_in, z_in, n_in = gates(rnn.weight_ih_l0, rnn.bias_ih_l0, [*y, *c])
        r_on, z_on, n_on = gates(rnn.weight_hh_l0, rnn.bias_hh_l0, s)
        for d in range(4):
            r, z = sigmoid(r_in[d] + r_on[d]), sigmoid(z_in[d] + z_on[d])
            s[d] = (1 - z) * math.tanh(n_in[d] + r * n_on[d]) + z * s[d]
        close(seen(found).scores[0, t], torch.tensor(e))
        close(seen(found).weights[0, t], torch.tensor(alpha))
        close(seen(found).context[0, t], torch.tensor(c))
        close(found.hidden[0, t], torch.tensor(s))
        combined = [math.tanh(x) for x in times(model.W_c.weight.tolist(), [*c, *s])]
        close(found.combined[0, t], torch.tensor(combined))


def test_a_one_hot_vector_picks_a_column_of_the_matrix_that_reads_it():
    model = random_model(SIZE, one_hot=True)
    tokens = ids(2, 5)
    vectors = model.embedding(tokens)
    assert vectors.shape == (2, 5, SIZE) and (vectors.sum(-1) == 1).all()
    for reader in (model.encoder, model.decoder):
        read = reader.weight_ih_l0 @ vectors[..., None]
        close(read[..., 0], reader.weight_ih_l0.T[tokens])
    assert "embedding.weight" not in model.state_dict()
    assert model.readout() == (model.readout_weight, model.readout_bias)


def test_characters_without_attention_are_the_model_of_keras_step_by_step():
    """The encoder's h and c go to the decoder, whose h is read out as it is (Chollet 2017, A
    ten-minute introduction to sequence-to-sequence learning in Keras), in loops over numbers."""
    model = random_model(SIZE, score=None, one_hot=True, bidirectional=False, combine=False,
                         size=3, encoder_layers=1, decoder_layers=1)  # fmt: skip
    source, given = [5, 8, 5, 4], [START_ID, 7, 4]
    found = model.decode(torch.tensor([given]), model.start(model.encode(torch.tensor([source]))))

    def sigmoid(x):
        return 1 / (1 + math.exp(-x))

    def lstm(cell, token, h, c):
        weight, recurrent = cell.weight_ih_l0.tolist(), cell.weight_hh_l0.tolist()
        bias = (cell.bias_ih_l0 + cell.bias_hh_l0).tolist()
        gates = [
            weight[row][token] + bias[row] + sum(w * x for w, x in zip(recurrent[row], h))
            for row in range(12)
        ]
        i, f, g, o = (gates[k : k + 3] for k in range(0, 12, 3))
        c = [sigmoid(f[d]) * c[d] + sigmoid(i[d]) * math.tanh(g[d]) for d in range(3)]
        return [sigmoid(o[d]) * math.tanh(c[d]) for d in range(3)], c

    h = c = [0.0] * 3
    for token in source:
        h, c = lstm(model.encoder, token, h, c)
    for t, token in enumerate(given):
        h, c = lstm(model.decoder, token, h, c)
        close(found.hidden[0, t], torch.tensor(h))
        logits = model.readout_weight @ torch.tensor(h) + model.readout_bias
        close(model.logits(found.combined)[0, t], logits)


def test_fields_that_a_config_leaves_out_are_those_of_older_models():
    old = {"size": 8, "encoder_layers": 2, "decoder_layers": 2, "cell": "LSTM", "score": "general"}
    config = RecurrentConfig(SIZE, **old)
    assert (config.bidirectional, config.one_hot, config.combine) == (True, False, True)
    assert list(random_model(SIZE, **old).state_dict()) == [
        "readout_bias", "embedding.weight",
        *(f"encoder.{kind}_l{layer}{way}" for layer in (0, 1) for way in ("", "_reverse")
          for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")),
        *(f"decoder.{kind}_l{layer}" for layer in (0, 1)
          for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")),
        "score.W_a.weight", "W_c.weight",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"wiring": "vaswani"}, "luong, bahdanau"),
        ({"wiring": "bahdanau", "score": None}, "needs a score"),
        ({"cell": "Elman"}, "LSTM, GRU"),
        ({"size": 7}, "7 is odd"),
        ({"size": 0}, "at least one each"),
        ({"combine": False}, "cannot do without combine"),
        ({"combine": False, "score": None, "input_feeding": True}, "cannot do without combine"),
        ({"encoder_layers": 1}, "1 and 2 differ"),
    ],
)
def test_a_config_that_cannot_be_built_is_told(wrong, told):
    with pytest.raises(ValueError, match=told):
        RecurrentConfig(SIZE, **wrong)
