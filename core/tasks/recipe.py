"""How a model is trained: optimiser, learning rate, batches, averages; checked when it is made."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import torch

from core.models import GUESSES, Forcing


def _cosine(done: int, warmup: int, updates: int) -> float:
    """A half cosine from one down to nothing (Loshchilov & Hutter 2017, arXiv 1608.03983)."""
    part = (done - 1 - warmup) / max(1, updates - warmup)
    return 0.5 * (1 + math.cos(math.pi * part))


def _inverse_sqrt(done: int, warmup: int, updates: int) -> float:
    """Falls with the root of the updates (Vaswani et al. 2017, equation 3)."""
    return math.sqrt(max(1, warmup) / done)


def _constant(done: int, warmup: int, updates: int) -> float:
    """Stays where it is."""
    return 1.0


# Share of the peak learning rate at the update `done`, counted from 1, past the warm-up.
SCHEDULES = {"cosine": _cosine, "inverse-sqrt": _inverse_sqrt, "constant": _constant}


def _adam(parameters: Iterable[torch.nn.Parameter], rate: float) -> torch.optim.Optimizer:
    """Kingma & Ba 2015 (arXiv 1412.6980), with the second decay of Vaswani et al. 2017."""
    return torch.optim.Adam(parameters, rate, betas=(0.9, 0.98), fused=True)


def _rmsprop(parameters: Iterable[torch.nn.Parameter], rate: float) -> torch.optim.Optimizer:
    """Tieleman & Hinton 2012 (Coursera, lecture 6.5), with the decay that Keras gives it."""
    return torch.optim.RMSprop(parameters, rate, alpha=0.9, eps=1e-7)


OPTIMISERS = {"adam": _adam, "rmsprop": _rmsprop}


SEEDS = 2**63  # that torch knows, from 0
THREADS = (
    256  # the most that are used, however many are asked for: torch has no room for any number
)


@dataclass(frozen=True)
class Recipe:
    """How a model is trained: the same for every model that is to be compared.

    Raises ValueError for what no training can be made of.
    """

    epochs: int = 12
    tokens: int = 3000  # target tokens a batch
    longest: int = 0  # tokens of the longest source to train on; 0: all that can be read
    optimiser: str = "adam"
    rate: float = 2e-3  # peak learning rate
    warmup: int = 500  # updates
    smoothing: float = 0.1
    clip: float = 1.0  # largest norm of the gradient
    average: float = 0.999  # of the weights, exponential, a step
    teacher_forcing: float = 1.0  # share of true tokens that the decoder reads in training
    forcing_falls: bool = False  # to that share from one, linearly over the training
    guesses: str = "at-once"  # how the tokens that are not true are made
    schedule: str = "cosine"
    seed: int = 1
    interval: int = 250  # updates between two checkpoints

    def __post_init__(self):
        for name, known in (
            ("schedule", SCHEDULES), ("optimiser", OPTIMISERS), ("guesses", GUESSES),
        ):  # fmt: skip
            if getattr(self, name) not in known:
                raise ValueError(f"no {name} {getattr(self, name)!r}; there are {', '.join(known)}")
        for name in ("epochs", "tokens", "interval"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}: expected 1 or more, not {getattr(self, name)}")
        for name in ("warmup", "seed", "longest"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name}: expected 0 or more, not {getattr(self, name)}")
        if self.seed >= SEEDS:
            raise ValueError(f"seed: expected less than {SEEDS:,}, not {self.seed}")
        for name in ("rate", "clip"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name}: expected a number above 0, not {getattr(self, name)}")
        for name in ("smoothing", "average"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(
                    f"{name}: expected a number from 0 to below 1, not {getattr(self, name)}"
                )
        if not 0 <= self.teacher_forcing <= 1:
            raise ValueError(
                f"teacher forcing: expected a share from 0 to 1, not {self.teacher_forcing}"
            )

    def forcing(self, done: int, updates: int) -> Forcing:
        """How the decoder is forced after `done` of the `updates`: always by that share, or by one
        that falls to it from 1 (Bengio et al. 2015, section 2.4, linear decay)."""
        left = 1 - min(1.0, done / max(1, updates)) if self.forcing_falls else 0.0
        return Forcing(self.teacher_forcing + (1 - self.teacher_forcing) * left, self.guesses)

    def share(self, done: int, updates: int) -> float:
        """Of the peak learning rate, after `done` of the `updates`: a linear warm-up, then down by
        the schedule."""
        if done < self.warmup:
            return (done + 1) / self.warmup
        return SCHEDULES[self.schedule](done + 1, self.warmup, updates)
