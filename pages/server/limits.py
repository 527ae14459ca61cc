"""How often somebody may ask: a bucket of tokens for each, which fills up with time."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

KNOWN = 20_000  # buckets that are remembered; the longest unused one goes first


class Limit:
    """`burst` at once, and `rate` a second in the long run, for each name."""

    def __init__(self, burst: float, rate: float, clock: Callable[[], float] = time.monotonic):
        self.burst, self.rate, self.clock = burst, rate, clock
        self.left: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()  # tokens, when

    def allows(self, name: Hashable) -> bool:
        """Whether there is a token; none is taken."""
        return self._tokens(name) >= 1

    def take(self, name: Hashable) -> bool:
        """Takes a token; False where there is none."""
        tokens = self._tokens(name)
        taken = tokens >= 1
        self.left[name] = (tokens - taken, self.clock())
        self.left.move_to_end(name)
        if len(self.left) > KNOWN:
            self.left.popitem(last=False)
        return taken

    def _tokens(self, name: Hashable) -> float:
        tokens, since = self.left.get(name, (self.burst, self.clock()))
        return min(self.burst, tokens + (self.clock() - since) * self.rate)
