"""Length penalties: what makes hypotheses of unlike lengths comparable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

MOST_ALPHA = 10  # far beyond any use; it keeps the divisor a number

# What a total is divided by, for a length in tokens (the end mark included) and a strength α >= 0.
# None of them falls with the length: `Penalty.bound` rests on that.
PENALTIES: dict[str, Callable[[int, float], float]] = {
    "none": lambda length, alpha: 1.0,
    "average": lambda length, alpha: float(length),
    # Wu et al. 2016, arXiv 1609.08144, equation 14, without the coverage penalty.
    "wu": lambda length, alpha: ((5 + length) / 6) ** alpha,
    "power": lambda length, alpha: float(length) ** alpha,  # `length_penalty` of `generate`
}


@dataclass(frozen=True)
class Penalty:
    """A length penalty: what makes hypotheses of unlike lengths comparable.

    Raises ValueError for a name that there is not, or an α that is no strength.
    """

    name: str = "none"
    alpha: float = 0.6

    def __post_init__(self):
        if self.name not in PENALTIES:
            raise ValueError(f"no length penalty {self.name!r}; there are {', '.join(PENALTIES)}")
        if not 0 <= self.alpha <= MOST_ALPHA:
            raise ValueError(f"α is a number from 0 to {MOST_ALPHA}, not {self.alpha}")

    def divisor(self, length: int) -> float:
        """What the total of a hypothesis of `length` tokens is divided by."""
        return PENALTIES[self.name](length, self.alpha)

    def score(self, total: float, length: int) -> float:
        """The normalised score of a hypothesis of `length` tokens."""
        return total / self.divisor(length)

    def bound(self, total: float, limit: int) -> float:
        """The best score that a hypothesis with `total` could still reach within `limit` tokens.

        What follows adds at most nothing to the total, which is never above zero, and the divisor
        is largest at the limit: so this is that total over that divisor.
        """
        return self.score(total, limit)
