"""One sentence with its reference, read in the way of training and written in the way of decoding,
side by side: what a wrong word does to the steps after it (numpy, no torch).

Exposure bias: in training the decoder reads true words alone, in decoding its own (Ranzato et al.
2016, arXiv 1511.06732, section 1; Bengio et al. 2015, arXiv 1506.03099, section 1).

Shape letters: T steps of a column, S source tokens, V vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from core.trace import Trace
from core.tree import readable
from core.wire import frozen

if TYPE_CHECKING:
    from core.passes import Pass
    from core.translator import Translator

FORCED, SLIP, FREE = "forced", "slip", "free"  # kinds of columns
LISTED = 6  # likeliest tokens of a step that are told


class Slip(NamedTuple):
    """One error among true words."""

    step: int  # from 0
    token: int
    by_hand: bool = True  # else it is the first word that the model wrote otherwise


class Guess(NamedTuple):
    """One token that might be next."""

    id: int
    piece: str
    probability: float


@dataclass(frozen=True, eq=False)
class Column:
    """The steps of one way through a sentence."""

    kind: str  # FORCED: reads the reference; SLIP: that with one error; FREE: its own words
    read: tuple[str, ...]  # (T,), the piece before each step, the start mark first
    written: tuple[int, ...]  # (T,), what follows each step: given, or for FREE what it wrote
    pieces: tuple[str, ...]  # (T,), the same as pieces
    guesses: tuple[tuple[Guess, ...], ...]  # (T,), the likeliest first
    log_probs: np.ndarray  # (T,), of the reference's token at that step, nats; NaN beyond its end
    weights: np.ndarray | None  # (T, S), mean of layers and heads; None without attention
    astray: np.ndarray  # (T,), total variation of the weights from those of FORCED, 0 to 1, or NaN


class Effect(NamedTuple):
    """What follows the first step at which a column has read another word than the reference has:
    means over the steps after it that both columns have."""

    begin: int  # the first step that reads the wrong word, from 0
    steps: int
    reference: float  # mean log-probability of its tokens while true words are read, nats
    here: float  # and in this column
    astray: float  # mean total variation of the weights; NaN without attention


@dataclass(frozen=True, eq=False)
class Exposure:
    """A sentence, its reference, and the columns, FORCED first and FREE last."""

    typed: str
    source: tuple[str, ...]  # (S,), pieces, the end mark last
    reference: tuple[str, ...]  # pieces, the end mark last
    reference_ids: tuple[int, ...]
    text: str  # what free running wrote
    columns: tuple[Column, ...]
    slip: Slip | None  # None where the model writes the reference

    @property
    def steps(self) -> int:
        """Those of the longest column."""
        return max(len(one.read) for one in self.columns)

    def column(self, kind: str) -> Column:
        """Raises LookupError where there is none of that kind."""
        for one in self.columns:
            if one.kind == kind:
                return one
        raise LookupError(f"no column {kind}")

    def first_difference(self, kind: str) -> int | None:
        """The first step at which that column goes on with another token than the reference; None
        where it never does."""
        written = self.column(kind).written
        for step, (own, true) in enumerate(zip(written, self.reference_ids)):
            if own != true:
                return step
        return None

    def effect(self, kind: str) -> Effect | None:
        """What the first difference of a column did to the steps after it; None without one, or
        where it comes at the last step."""
        first, forced, own = self.first_difference(kind), self.column(FORCED), self.column(kind)
        steps = min(len(own.read), len(self.reference_ids))
        if first is None or first + 1 >= steps:
            return None
        after = slice(first + 1, steps)
        return Effect(
            first + 1, steps - first - 1, float(forced.log_probs[after].mean()),
            float(own.log_probs[after].mean()), float(own.astray[after].mean()),
        )  # fmt: skip


def expose(
    translator: Translator, trace: Trace, reference: Sequence[int], slip: Slip | None = None
) -> Exposure:
    """The ways through what `trace` read: `reference` are ids without the end mark.

    With a `slip` FREE writes that token at its step instead of its own choice. SLIP reads it there
    and then the reference's tokens again; without one, it reads what FREE wrote at the first step
    that differs.

    Raises ValueError for an empty reference, and for a slip that neither has a place for nor could
    be written; and what `Translator.forced` and `translate` do.
    """
    vocabulary = translator.vocabulary
    if not reference:
        raise ValueError("a reference has one token at least")
    true = (*reference, vocabulary.end)
    own = [step.token.id for step in trace.path()]
    if slip is not None:
        if not 0 <= slip.step < min(len(own), len(reference)):
            raise ValueError(f"no step {slip.step + 1} that both the reference and the model have")
        again = translator.translate(trace.typed, prefix=(*own[: slip.step], slip.token))
        own = [step.token.id for step in again.path()]
    else:
        slip = next((
            Slip(step, token, False)
            for step, (token, wanted) in enumerate(zip(own, true)) if token != wanted
        ), None)  # fmt: skip
    ways = {FORCED: true}
    if slip is not None and slip.step < len(reference):
        ways[SLIP] = (*true[: slip.step], slip.token, *true[slip.step + 1 :])
    ways[FREE] = tuple(own)
    passes = {kind: translator.forced(trace, target) for kind, target in ways.items()}
    forced = passes[FORCED]
    columns = tuple(
        _column(kind, ways[kind], one, forced, true, translator) for kind, one in passes.items()
    )
    text = readable(vocabulary.target_tokens(own)).strip()
    return Exposure(
        trace.typed, tuple(token.piece for token in trace.source),
        tuple(map(vocabulary.piece, true)), true, text, columns, slip,
    )  # fmt: skip


def _column(
    kind: str, target: tuple[int, ...], found: Pass, forced: Pass, true: tuple[int, ...],
    translator: Translator,
) -> Column:  # fmt: skip
    piece, start = translator.vocabulary.piece, translator.vocabulary.start
    common = min(len(target), len(true))
    log_probs = np.full(len(target), np.nan)
    log_probs[:common] = found.distributions[range(common), true[:common]]
    weights, right = _weights(found), _weights(forced)
    astray = np.full(len(target), np.nan)
    if weights is not None:
        astray[:common] = 0.5 * np.abs(weights[:common] - right[:common]).sum(1)
    return Column(
        kind, tuple(map(piece, (start, *target[:-1]))), target, tuple(map(piece, target)),
        tuple(_guesses(row, translator) for row in found.distributions), frozen(log_probs),
        weights, frozen(astray),
    )  # fmt: skip


def _weights(found: Pass) -> np.ndarray | None:
    cross = found.attentions.get("cross")
    return None if cross is None else frozen(cross.weights.mean((0, 1)))


def _guesses(log_probs: np.ndarray, translator: Translator) -> tuple[Guess, ...]:
    vocabulary = translator.vocabulary
    may = np.where(vocabulary.allowed, log_probs, -np.inf)  # (V,)
    best = np.argsort(-may, kind="stable")[:LISTED].tolist()
    return tuple(Guess(one, vocabulary.piece(one), float(np.exp(may[one]))) for one in best)
