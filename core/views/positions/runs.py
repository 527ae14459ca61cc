"""What a model makes of its tokens in one order: it translates them, says what stands at each
place, or writes them on.

Shape letters: S tokens that are read, T tokens that are told about, D vector size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from core.agreement import differing
from core.trace import Trace
from core.tree import LIMIT, Token
from core.wire import frozen

if TYPE_CHECKING:
    from core.translator import Translator


@dataclass(frozen=True, eq=False)
class Run:
    """What the model makes of the sentence in one of the four ways to read it.

    One that translates writes the tokens. One that only reads would put them in the places of the
    tokens that it reads, and they stand in the order of what was typed. One that only writes goes
    on by them."""

    placed: bool  # with positions
    shuffled: bool
    tokens: tuple[Token, ...]
    differs: tuple[bool, ...]  # from the words of the plain run, or from the tokens that were read
    log_probs: np.ndarray  # (T,), nats: of the tokens; of a model that only writes, of what it read
    plain: np.ndarray  # nats, of each token that the plain run wrote, or of each that was read
    cut_off: bool  # by the greatest length, before it came to an end


class Made(NamedTuple):
    """What a model made of its tokens, as it stands in a run, and their states."""

    tokens: tuple[Token, ...]
    differs: tuple[bool, ...]
    log_probs: np.ndarray
    plain: np.ndarray
    states: np.ndarray  # (S, D)


def run(
    translator: Translator, read: Trace, places: Sequence[int], source: Sequence[Token],
    first: Run | None,
) -> tuple[Run, np.ndarray]:  # fmt: skip
    """The run in which the tokens of `source` were read in the order of these `places`, and the
    states (S, D) that it gave them; `first` is the first of all runs, None where it is this one."""
    if read.tree is None:
        made = _filled(translator, read, places, source)
    elif read.reads_source:
        made = _translated(translator, read, first)
    else:
        made = _continued(translator, read, first)
    cut_off = read.tree is not None and read.path()[-1].fate == LIMIT
    shuffled = list(places) != sorted(places)
    return Run(read.whatif.positions, shuffled, *made[:4], cut_off), made.states


def unmasked(translator: Translator, read: Trace) -> np.ndarray:
    """(S, D), the states of what was typed, where a decoder alone may read all of it from each
    place of it."""
    whatif = replace(read.whatif, causal=False)
    path = read.path()[: read.search.typed + 1]  # a pass does not read the last of its tokens
    return translator.forced(read, [step.token.id for step in path], whatif).combined


def _translated(translator: Translator, read: Trace, first: Run | None) -> Made:
    path = read.path()
    tokens, own = tuple(step.token for step in path), frozen([step.log_prob for step in path])
    plain = first.tokens if first else tokens
    found = translator.forced(read, [token.id for token in plain])
    told = found.log_probs if first else own
    return Made(tokens, differing(plain, tokens), own, told, found.memory)


def _continued(translator: Translator, read: Trace, first: Run | None) -> Made:
    typed = read.search.typed
    begun, tokens = read.path()[:typed], tuple(step.token for step in read.path()[typed:])
    plain = first.tokens if first else tokens
    found = translator.forced(read, [one.id for one in (*(s.token for s in begun), *plain)])
    own, told = frozen(found.log_probs[:typed]), frozen(found.log_probs[typed:])
    return Made(tokens, differing(plain, tokens), own, told, found.combined[: typed + 1])


def _filled(
    translator: Translator, read: Trace, places: Sequence[int], source: Sequence[Token]
) -> Made:
    """Of a place that is hidden nothing is said of what stands there, which is the mask; the end
    mark is left out."""
    found = translator.forced(read)
    back = np.argsort(places)[: len(source) - 1]  # where each token of the text was read
    guesses = [read.filled[place].guesses[0] for place in back]
    stands = np.array([token.id for token in source[:-1]])
    plain = np.where(stands == translator.vocabulary.mask, 0, found.filled[back, stands])
    return Made(
        translator.vocabulary.target_tokens([guess.id for guess in guesses]),
        tuple(guess.id != id for guess, id in zip(guesses, stands, strict=True)),
        frozen([guess.log_prob for guess in guesses]),
        frozen(plain),
        found.memory,
    )
