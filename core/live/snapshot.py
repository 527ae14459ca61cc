"""What a training shows of itself at a moment (numpy, no torch).

Shape letters: S source tokens, T target tokens of the one example that is watched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

CURVE = 400  # moments that a curve keeps at most


class Moment(NamedTuple):
    """One point of the curves; None where that was not measured then."""

    update: int
    seconds: float  # spent in updates
    loss: float | None  # plain, of the batches since the moment before, a token, nats
    held_out_loss: float | None = None  # a token, nats
    right: float | None = None  # percentage of whole held-out answers


class Guess(NamedTuple):
    """One token that a step could write."""

    token: str
    probability: float  # softmax of the model
    wanted: bool  # whether it is the right one


class Example(NamedTuple):
    """The held-out pair that is watched, the same all the time; nothing of it is trained on."""

    source: tuple[str, ...]  # tokens, the end mark last
    target: tuple[str, ...]
    tokens: int  # in the whole vocabulary


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One moment of a training. Arrays are of the example, its true target being read."""

    moment: Moment
    updates: int  # that are asked for
    rate: float  # learning rate of the next update
    forcing: float  # share of true tokens that the decoder reads
    smoothing: float
    norms: tuple[tuple[str, float], ...]  # of the gradient, by layer, before it was clipped
    example: Example
    weights: np.ndarray | None  # (T, S), the mean of all heads; None without attention
    reach: np.ndarray  # (S,), norm of the gradient of the example's log-probability, a source token
    softmax: tuple[tuple[Guess, ...], ...]  # of each target token, the likeliest first
    written: str  # what the model writes by itself
    curve: tuple[Moment, ...] = ()  # all moments up to this one, thinned to CURVE

    def target_of(self, wanted: bool) -> float:
        """The smoothed target of a token: 1 − ε + ε / V for the right one, ε / V for the others
        (Szegedy et al. 2016, section 7)."""
        share = self.smoothing / self.example.tokens
        return share + (1 - self.smoothing) * wanted

    def plain(self) -> dict[str, Any]:
        """As JSON has it, without the example and the curve, which do not change."""
        weights = None if self.weights is None else _rounded(self.weights, 3)
        return {
            "moment": [None if one is None else round(one, 4) for one in self.moment],
            "updates": self.updates, "rate": self.rate, "forcing": round(self.forcing, 3),
            "smoothing": self.smoothing,
            "norms": [[name, float(f"{norm:.4g}")] for name, norm in self.norms],
            "weights": weights, "reach": [float(f"{one:.3g}") for one in self.reach],
            "softmax": [
                [[one.token, round(one.probability, 4), int(one.wanted)] for one in step]
                for step in self.softmax
            ],
            "written": self.written,
        }  # fmt: skip

    @classmethod
    def read(cls, plain: Mapping[str, Any], example: Example) -> Snapshot:
        """From what `plain` makes. Raises LookupError, TypeError or ValueError."""
        weights = plain["weights"]
        return cls(
            Moment(*plain["moment"]), plain["updates"], plain["rate"], plain["forcing"],
            plain["smoothing"], tuple((name, norm) for name, norm in plain["norms"]), example,
            None if weights is None else np.array(weights, np.float32),
            np.array(plain["reach"], np.float32),
            tuple(tuple(Guess(t, p, bool(w)) for t, p, w in step) for step in plain["softmax"]),
            plain["written"],
        )  # fmt: skip

    def plot(self, language: str = "en"):
        """The picture of it, a figure of plotly: attention, curves, gradients, target and softmax
        of the first step."""
        from core.figures.training import snapshot

        return snapshot(self, language)


def _rounded(array: np.ndarray, digits: int) -> list:
    return np.round(array.astype(float), digits).tolist()


def thinned(moments: list, most: int = CURVE) -> list:
    """Every second one but the last, where there are more than `most`."""
    return moments if len(moments) <= most else [*moments[:-1:2], moments[-1]]
