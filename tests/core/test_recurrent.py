"""What holds for every score and none, LSTM or GRU, with input feeding or without."""

import pytest
import torch

from core.models import reorder
from core.models.recurrent import RecurrentConfig
from core.text import END_ID, START_ID
from tests.conftest import random_model

SIZE = 20  # of the vocabulary


def close(found, expected):
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)


def ids(*shape: int, seed: int = 1) -> torch.Tensor:
    return torch.randint(END_ID + 1, SIZE, shape, generator=torch.Generator().manual_seed(seed))


@pytest.fixture
def model(options):
    return random_model(SIZE, **options)


@pytest.fixture(autouse=True)
def without_gradients():
    with torch.no_grad():
        yield


def test_weights_sum_to_one_and_give_the_context(model):
    state = model.start(ids(2, 5))
    found = model.decode(ids(2, 4), state)
    if model.score is None:
        assert found.scores is found.weights is found.context is None
    else:
        close(found.weights.sum(-1), torch.ones(2, 4))
        close(found.weights, found.scores.softmax(-1))
        close(found.context, found.weights @ state.memory)


@pytest.mark.parametrize("mean", [0.0, 3.0])
def test_padding_changes_nothing(model, mean):
    lengths, width = [3, 5, 1], 5
    source, given = ids(3, width), ids(3, 4)
    visible = torch.arange(width) < torch.tensor(lengths)[:, None]
    source[~visible] = int(mean)  # whatever stands there
    together = model.decode(given, state := model.start(source, visible))
    for row, length in enumerate(lengths):
        alone = model.decode(
            given[row : row + 1], own := model.start(source[row : row + 1, :length])
        )
        close(state.memory[row : row + 1, :length], own.memory)
        close(state.hidden[row : row + 1], own.hidden)
        close(together.combined[row : row + 1], alone.combined)
        if model.score is not None:
            close(together.weights[row : row + 1, :, :length], alone.weights)
            close(together.context[row : row + 1], alone.context)
            assert (together.weights[row, :, length:] == 0).all()


def test_stepping_equals_teacher_forcing(model):
    given = ids(2, 6)
    given[:, 0] = START_ID
    state = model.start(ids(2, 4))
    forced = model.decode(given, state)
    for t in range(6):
        step = model.step(given[:, t], state)
        state = step.state
        close(step.logits, model.logits(forced.combined[:, t]))
        close(step.hidden, forced.hidden[:, t])
        close(step.combined, forced.combined[:, t])
        if model.score is None:
            assert step.attention == () and step.context is None
        else:
            (block,) = step.attention
            assert block.name == "cross" and block.visible.all()
            close(block.scores, forced.scores[:, t])
            close(block.weights, forced.weights[:, t])
            close(step.context, forced.context[:, t])
    for part, expected in zip(state, forced.state, strict=True):
        close(part, expected)


def test_replaced_weights_arrive_in_the_context(model):
    if model.score is None:
        pytest.skip("no weights to replace")
    state = model.start(ids(2, 4))
    weights = torch.rand(2, 4)
    step = model.step(ids(2), state, weights)
    plain = model.step(ids(2), state)
    close(step.attention[0].weights, weights)
    close(step.attention[0].scores, plain.attention[0].scores)
    close(step.context, (weights[:, None] @ state.memory)[:, 0])
    close(step.hidden, plain.hidden)
    assert not torch.allclose(step.logits, plain.logits)


def test_only_attention_reads_the_memory(model):
    state = model.start(ids(2, 4))
    other = state._replace(memory=state.memory + torch.randn_like(state.memory))
    same = torch.equal(model.step(ids(2), state).logits, model.step(ids(2), other).logits)
    assert same == (model.score is None)


def test_input_feeding_alone_reads_the_feed(model):
    state = model.start(ids(2, 4))
    first = model.step(ids(2), state).state
    assert first.feed.shape[1] == int(model.config.input_feeding)
    if model.config.input_feeding:
        again = first._replace(feed=first.feed + 1)
        assert not torch.allclose(
            model.step(ids(2), first).hidden, model.step(ids(2), again).hidden
        )


def test_a_reordered_state_goes_on_as_the_rows_it_was_made_of(model):
    state = model.step(ids(3), model.start(ids(3, 4))).state
    rows = torch.tensor([2, 0, 2, 1])
    token = ids(3)
    expected = model.step(token, state)
    found = model.step(token[rows], reorder(state, rows))
    close(found.logits, expected.logits[rows])
    for part, whole in zip(found.state, expected.state, strict=True):
        close(part, whole[rows])


def test_a_source_token_is_read_from_both_sides(model):
    source = ids(1, 5)
    other = source.clone()
    other[0, 2] = (other[0, 2] - END_ID) % (SIZE - END_ID - 1) + END_ID + 1
    changed = (model.start(source).memory != model.start(other).memory).any(-1)[0]
    assert changed.all()


def test_gradients_reach_every_weight(options):
    with torch.enable_grad():
        model = random_model(SIZE, **options)
        model.logits(model.decode(ids(2, 3), model.start(ids(2, 4))).combined).logsumexp(
            -1
        ).sum().backward()
    assert all(value.grad is not None and value.grad.any() for value in model.parameters())


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"cell": "RNN"}, "LSTM, GRU"),
        ({"size": 7}, "7 is odd"),
        ({"encoder_layers": 1}, "1 and 2 differ"),
    ],
)
def test_a_config_that_cannot_be_built_is_told(wrong, told):
    with pytest.raises(ValueError, match=told):
        RecurrentConfig(SIZE, **wrong)
