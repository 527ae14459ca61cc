"""Small models that were trained with different shares of true words, and with and without label
smoothing: what the page of training and decoding opens on (no torch).

`python -m core.training.forced` writes them anew.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from core.live.config import FORCINGS, Config
from core.measurements.exposure import Bin, Group

FILE = Path(__file__).parent / "forced.json"
TASK = "reverse"
# Without attention and not trained to the end, so that there are errors to be seen.
USUAL = Config(attention="none", updates=700)
RATIOS = tuple(Config(**{**USUAL.plain(), "forcing": one}) for one in FORCINGS)
SMOOTHED = (Config(**{**USUAL.plain(), "smoothing": 0.0}), USUAL)


class Trained(NamedTuple):
    """One of them, and what was measured of it on held-out pairs."""

    config: Config
    whole: float  # percentage of whole answers that are right
    groups: tuple[Group, ...]
    bins: tuple[Bin, ...]

    @classmethod
    def of(cls, config: Config, whole: float, courses: Mapping[str, Any]) -> Trained:
        """From what a training tells at its end."""
        groups = tuple(
            Group(first, first, count, *means, math.nan)
            for first, count, *means in courses["places"]
        )
        return cls(config, whole, groups, tuple(Bin(*one) for one in courses["bins"]))

    @property
    def error(self) -> float:
        """Expected calibration error (Guo et al. 2017, arXiv 1706.04599, equation 3)."""
        total = sum(one.count for one in self.bins)
        return sum(one.count * abs(one.sure - one.right) for one in self.bins) / total


@cache
def recorded() -> tuple[Trained, ...]:
    """Those of the file: RATIOS, and of SMOOTHED the one that is not among them."""
    told = json.loads(FILE.read_text(encoding="utf-8"))
    return tuple(Trained.of(Config.read(one["config"]), one["whole"], one) for one in told)


def find(config: Config) -> Trained:
    """The recorded one of that configuration. Raises LookupError."""
    for one in recorded():
        if one.config == config:
            return one
    raise LookupError(f"{FILE.name} has no training of {config}")
