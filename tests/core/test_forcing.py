"""What the decoder reads in training: true tokens, or guesses made in one of two ways."""

from dataclasses import replace

import pytest
import torch

from core.models import GUESSES, Forcing
from core.tasks.recipe import Recipe
from tests.conftest import random_model, random_transformer

START = 2


def asked(model, seed=0):
    """A batch of 3 targets of 6 tokens after the start mark, the last row padded, and its state."""
    torch.manual_seed(seed)
    given = torch.randint(4, 12, (3, 6))
    given[:, 0] = START
    real = torch.ones(3, 6, dtype=torch.bool)
    real[2, 4:] = False
    return given, real, model.start(model.encode(torch.randint(4, 12, (3, 5))))


MODELS = [
    pytest.param(lambda: random_model(12), id="LSTM"),
    pytest.param(lambda: random_model(12, cell="RNN", score=None), id="RNN"),
    pytest.param(lambda: random_model(12, wiring="bahdanau", score="concat"), id="bahdanau"),
    pytest.param(lambda: random_transformer(12), id="transformer"),
]


@pytest.mark.parametrize("make", MODELS)
@torch.no_grad()
def test_in_turn_reads_what_greedy_decoding_would_write(make):
    model = make()
    given, real, state = asked(model)
    read = GUESSES["in-turn"](model, given, real, state, 0.0)
    token, now, written = given[:, 0], state, []
    for _ in range(5):
        predicted = model.step(token, now)
        token, now = predicted.logits.argmax(-1), predicted.state
        written.append(token)
    assert (read[:2, 1:] == torch.stack(written, 1)[:2]).all()
    assert (read[:, 0] == START).all() and (read[~real] == given[~real]).all()


@pytest.mark.parametrize("guesses", GUESSES)
@torch.no_grad()
def test_with_all_tokens_true_nothing_is_guessed_and_with_half_some_are(guesses):
    model = random_model(12)
    given, real, state = asked(model)
    make = GUESSES[guesses]
    assert (make(model, given, real, state, 1.0) == given).all()
    torch.manual_seed(1)
    half = make(model, given, real, state, 0.5)
    never = make(model, given, real, state, 0.0)
    assert (half != given).any() and (half != never).any()


@torch.no_grad()
def test_the_first_guess_is_the_same_in_both_ways():
    model = random_model(12)
    given, real, state = asked(model)
    first = [make(model, given, real, state, 0.0)[:, 1] for make in GUESSES.values()]
    assert (first[0] == first[1]).all()


def test_a_share_falls_in_a_line_where_it_is_to_fall():
    recipe = Recipe(teacher_forcing=0.2, guesses="in-turn")
    assert recipe.forcing(0, 100) == recipe.forcing(90, 100) == Forcing(0.2, "in-turn")
    falling = replace(recipe, forcing_falls=True)
    shares = [falling.forcing(done, 100).share for done in (0, 50, 100, 200)]
    assert shares == pytest.approx([1, 0.6, 0.2, 0.2])
    with pytest.raises(ValueError, match="no guesses"):
        Recipe(guesses="by-dice")
