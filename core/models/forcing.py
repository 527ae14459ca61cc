"""What the decoder reads in training where it does not read all true tokens: its own guesses.

Shape letters: B batch, T target tokens, V vocabulary.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import Tensor

if TYPE_CHECKING:
    from core.models import Model


def at_once(model: Model, given: Tensor, real: Tensor, state: Any, forcing: float) -> Tensor:
    """Guesses of all steps at once, each after true tokens (Duckworth et al. 2019,
    arXiv 1906.04331)."""
    guesses = model.logits(model.decode(given, state).combined).argmax(-1)
    return torch.where(_own(given, real, forcing), guesses.roll(1, 1), given)


def in_turn(model: Model, given: Tensor, real: Tensor, state: Any, forcing: float) -> Tensor:
    """Step by step, each guess after what was read before it, guesses among that: the way that a
    model decodes (Bengio et al. 2015, section 2.4, with the likeliest token as the guess)."""
    own, read = _own(given, real, forcing), given.clone()
    for t in range(given.shape[1] - 1):
        predicted = model.step(read[:, t], state)
        state = predicted.state
        guess = predicted.logits.argmax(-1)  # (B,)
        read[:, t + 1] = torch.where(own[:, t + 1], guess, given[:, t + 1])
    return read


def _own(given: Tensor, real: Tensor, forcing: float) -> Tensor:
    """bool (B, T): where a guess is read; never at the start, never at padding."""
    own = torch.rand(given.shape, device=given.device) >= forcing
    own[:, 0] = False
    return own & real


# Each makes of true tokens `given` (B, T), of which `real` ones are no padding, what is read: a
# share of `forcing` of them is true.
GUESSES: dict[str, Callable[..., Tensor]] = {"at-once": at_once, "in-turn": in_turn}


class Forcing(NamedTuple):
    """How much of what the decoder reads in training is true: teacher forcing (Williams & Zipser
    1989) where it is all."""

    share: float = 1.0  # of the tokens, from 0 to 1
    guesses: str = "at-once"  # how the others are made: one of GUESSES

    def read(self, model: Model, given: Tensor, real: Tensor, state: Any) -> Tensor:
        """What the decoder reads from `state` on for `given` (B, T), of which `real` tokens are no
        padding."""
        if self.share >= 1:
            return given
        with torch.no_grad():
            return GUESSES[self.guesses](model, given, real, state, self.share)


FORCED = Forcing()
