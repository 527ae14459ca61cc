"""What-ifs: everything that a person may change about a run, in one value.

A what-if is an argument, handed down to the one place where attention happens. Nothing of a model
is copied or flipped for it, so leaving it out undoes it.

Shape letters: L layers, H heads, Q queries, K keys.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from numbers import Integral
from typing import NamedTuple

import numpy as np

SOURCE_BLOCK = "cross"  # the attention to the source, as traces name it
LEAST = 1e-4  # a temperature below it could take scores out of single precision's range
# What becomes of the division by the root of D, the size of a query.
TRAINED, DIVIDED, UNDIVIDED = "trained", "divided", "undivided"
SCALINGS = (TRAINED, DIVIDED, UNDIVIDED)


class Replaced(NamedTuple):
    """Attention weights given by hand for one query: (K,), of all layers and heads of a block
    unless one is named; None switches the attention off at that step, so that its context is zero.
    Layers and heads count from 1; `step` is the place of the query in the arrays of a trace, from
    0. Everything that a person counts, `{step: weights}`, tables, files and links, begins with step
    1, which stands at place 0.

    Of attention to a source K are its tokens, the end mark last; of attention to what has been
    written so far the start mark and the tokens before this step."""

    step: int
    weights: tuple[float, ...] | None
    block: str = "cross"
    layer: int | None = None
    head: int | None = None


class Change(NamedTuple):
    """A what-if as the attention of one block and layer takes it."""

    temperature: float
    scaling: str
    off: tuple[int, ...]  # heads whose output is zero, from 0
    replaced: tuple[Replaced, ...]
    forbidden: tuple[int, ...] = ()  # keys that nothing is read of, from 0
    uniform: tuple[int, ...] | None = ()  # heads that weigh all keys alike, from 0; None: all

    def divisor(self, size: int) -> float:
        """What scores of queries of that size are divided by before the softmax."""
        root = {TRAINED: 1.0, DIVIDED: size**0.5, UNDIVIDED: size**-0.5}[self.scaling]
        return self.temperature * root


@dataclass(frozen=True)
class WhatIf:
    """What is changed; nothing, unless it is said. Raises ValueError for what cannot be.

    `scaling` says of the scores that they are divided by √D on top of what the model does
    ("divided"), or not divided where it does so by nature ("undivided"). A head is named by its
    block, layer and place, counted from 1: "cross.2.5"; "cross.2" is a layer, "cross" all of them.

    The softmax never sees the scores of `forbidden` tokens, so that their weights are zero and the
    others share theirs in proportion. Weights given for a step go before what is `uniform`.
    """

    prefix: tuple[int, ...] = ()  # ids of the tokens that the output begins with
    weights: tuple[Replaced, ...] = ()
    temperature: float = 1.0  # scores are divided by it: Hinton et al. 2015 (1503.02531), eq. 1
    scaling: str = TRAINED
    heads: tuple[str, ...] = ()  # without these
    positions: bool = True  # embeddings tell where a token stands
    causal: bool = True  # a token of the target reads none that come after it
    forbidden: tuple[int, ...] = ()  # places of the source, from 0, whose weight is zero everywhere
    uniform: tuple[str, ...] = ()  # heads, layers or blocks that weigh all they may read alike

    def __post_init__(self):
        if not (math.isfinite(self.temperature) and self.temperature >= LEAST):
            raise ValueError(
                f"a temperature is a finite number above 0, at least {LEAST:g}; "
                f"not {self.temperature!r}"
            )
        if self.scaling not in SCALINGS:
            raise ValueError(f"no scaling {self.scaling!r}; there are {', '.join(SCALINGS)}")

    @property
    def scores_changed(self) -> bool:
        """Whether what enters the softmax is divided otherwise than the model was trained."""
        return self.temperature != 1 or self.scaling != TRAINED

    @property
    def weights_changed(self) -> bool:
        """Whether some weights are not the softmax of the scores beside them."""
        return bool(self.weights or self.forbidden or self.uniform)

    def inside(self, block: str, layer: int) -> Change | None:
        """What concerns the attention of that block and layer (from 1); None where nothing does."""
        off = tuple(
            int(head.rpartition(".")[2]) - 1
            for head in self.heads
            if head.rpartition(".")[0] == f"{block}.{layer}"
        )
        rows = tuple(
            row for row in self.weights if row.block == block and row.layer in (None, layer)
        )
        forbidden = self.forbidden if block == SOURCE_BLOCK else ()
        even = self._even(block, layer)
        if not (off or rows or forbidden or even != () or self.scores_changed):
            return None
        return Change(self.temperature, self.scaling, off, rows, forbidden, even)

    def _even(self, block: str, layer: int) -> tuple[int, ...] | None:
        """Which heads of that block and layer are uniform, from 0; None for all of them."""
        if {block, f"{block}.{layer}"} & {*self.uniform}:
            return None
        own = (name.rpartition(".") for name in self.uniform)
        return tuple(int(head) - 1 for before, _, head in own if before == f"{block}.{layer}")

    def at(self, step: int) -> WhatIf:
        """The what-if of that step alone, as a model takes it that is asked for one step."""
        if not self.weights:
            return self
        here = tuple(row._replace(step=0) for row in self.weights if row.step == step)
        return replace(self, weights=here)


NOTHING = WhatIf()


def replaced_rows(weights: Mapping[int, Sequence[float] | None] | Sequence[Replaced]) -> tuple:
    """Rows as they are most often given, {step: weights of the attention to the source} with steps
    from 1, or ready made, as `WhatIf` has them. Raises ValueError for a step that is no whole
    number from 1."""
    if not isinstance(weights, Mapping):
        return tuple(weights)
    for step in weights:
        if not isinstance(step, Integral) or step < 1:
            raise ValueError(f"a step is a whole number from 1, which is the first, not {step!r}")
    return tuple(
        Replaced(int(step) - 1, row if row is None else tuple(np.ravel(row).astype(float).tolist()))
        for step, row in sorted(weights.items())
    )


def forbidden_places(tokens: Sequence[int]) -> tuple[int, ...]:
    """Source tokens that a person counts from 1, as `WhatIf` has them. Raises ValueError for what
    is no whole number from 1."""
    for one in tokens:
        if not isinstance(one, Integral) or one < 1:
            raise ValueError(f"a source token is a whole number from 1, not {one!r}")
    return tuple(sorted({int(one) - 1 for one in tokens}))
