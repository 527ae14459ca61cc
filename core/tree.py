"""The search behind a trace, as a tree: every run of the decoder, every token that the search went
on from, and what became of the others.

Log-probabilities, totals and entropies are in nats. Shape letters: L layers, H heads, D vector
size, E size of a value.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from numbers import Integral
from typing import NamedTuple

import numpy as np

from core.wire import Brief, by_field, revive

UNREADABLE = "\N{REPLACEMENT CHARACTER}"  # decoded from a part of a character
START, END = "<s>", "</s>"  # the marks, as our vocabularies write them; another may otherwise
MASK = "[MASK]"  # what a person types where a token is to be hidden


class Token(NamedTuple):
    """One piece of a sentence: its place in the vocabulary, in the text and in its word."""

    id: int
    piece: str  # as in the vocabulary, "▁" marking the start of a word
    text: str  # the characters that it stands for, as typed where it was typed
    word: int  # index of its word in the sentence; pieces of one word share it
    begin: int | None = None  # where it stands in the typed text; None for what nobody typed
    end: int | None = None
    mark: bool = False  # the end mark: no part of a text, and a word of its own
    cuts: tuple[int, ...] = ()  # where in its text more words begin, if it spans several


def readable(tokens: Iterable[Token]) -> str:
    """The text of `tokens` but for marks; of a character that is there in part the bytes, as their
    pieces write them."""
    parts, pending = [], ""  # pieces without a text of their own, before the one that has it
    for one in tokens:
        if one.mark:
            continue
        if not one.text:
            pending += one.piece
            continue
        parts.append(pending + one.piece if UNREADABLE in one.text else one.text)
        pending = ""
    return "".join(parts)


RANKED = 100  # best extensions of a step whose rank is told, or as many as the beam is wide

# What became of a next token that the search looked at.
KEPT = "kept"  # among the best of its step: the search went on from it
ENDED = "ended"  # among the best of its step, and the end mark: a finished hypothesis
CUT = "cut"  # not among the best of its step; in sampling, left out by top-k or top-p
BEATEN = "beaten"  # kept, but no end of it could still overtake the finished ones
LIMIT = "limit"  # kept, and stopped by the greatest length
OVERRULED = "overruled"  # another token was forced in its place
UNDRAWN = "undrawn"  # in sampling: it might have been drawn, but another was
FATES = (KEPT, ENDED, CUT, BEATEN, LIMIT, OVERRULED, UNDRAWN)

# When a search is over. BEATEN_ALL: when no end of a live hypothesis can overtake the `best`
# finished ones. The others are `early_stopping` of `generate` of Hugging Face, whose beam stays
# full: hypotheses that end leave their places in it to the next best. It asks whether to stop when
# there are as many finished as the beam is wide. NEVER: when the best live total, divided as at the
# limit, overtakes none of them; HEURISTIC (False there): when it overtakes none divided as at its
# present length, though a longer one might; FIRST (True): then at once.
BEATEN_ALL, NEVER, HEURISTIC, FIRST = STOPPING = ("beaten", "never", "heuristic", "first")


class Candidate(NamedTuple):
    """One next token that was considered, and what became of it."""

    id: int
    piece: str
    log_prob: float  # nats
    total: float  # of the hypothesis that it would make
    score: float  # the total, normalised by the length penalty
    fate: str  # one of FATES
    rank: int | None  # among all extensions of its step, from 1; None far behind the best
    chance: float | None  # probability of being drawn; None where nothing is drawn


@dataclass(frozen=True)
class Sampling:
    """How tokens are drawn. Raises ValueError for what cannot be drawn by.

    The logits are divided by `temperature`; of the tokens, the `top_k` likeliest are left (0: all),
    and of these the fewest that together have the probability `top_p` (Holtzman et al. 2020,
    arXiv 1904.09751, section 3.1).
    """

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    seed: int = 1

    def __post_init__(self):
        if self.temperature == 0:
            raise ValueError(
                "a temperature of 0 leaves nothing to chance: that is greedy decoding, a beam of 1"
            )
        if not (self.temperature > 0 and math.isfinite(self.temperature)):
            raise ValueError(f"the temperature is a number above 0, not {self.temperature}")
        if not (isinstance(self.top_k, Integral) and self.top_k >= 0):
            raise ValueError(f"top-k is 1 or more, or 0 for all tokens, not {self.top_k}")
        if not 0 < self.top_p <= 1:
            raise ValueError(f"top-p is above 0 and at most 1, not {self.top_p}")
        if not (isinstance(self.seed, Integral) and 0 <= self.seed < 2**63):
            raise ValueError(f"a seed is a whole number of 0 or more, not {self.seed}")


@dataclass(frozen=True)
class Search:
    """How the search was asked to go about it. Raises ValueError for a `stopping` that there is
    not."""

    beam: int  # hypotheses kept at each step
    best: int  # hypotheses asked for
    limit: int | None  # greatest length, in pieces; None, until it is begun: what its source needs
    penalty: str  # length penalty: a name of `core.penalties.PENALTIES`
    alpha: float  # its strength, where it has one
    sampling: Sampling | None = None  # None: the best are kept and nothing is drawn
    stopping: str = BEATEN_ALL  # when it is over: one of STOPPING
    # Of the tokens that came first, those that were typed and those that every output of the model
    # begins with: no total has them in it, and the length penalty counts the typed ones neither.
    typed: int = 0
    fixed: int = 0

    def __post_init__(self):
        if self.stopping not in STOPPING:
            raise ValueError(f"no stopping {self.stopping!r}; there are {', '.join(STOPPING)}")

    @property
    def full(self) -> bool:
        """Whether the beam stays full, as that of `generate` does."""
        return self.stopping != BEATEN_ALL

    def counts(self, depth: int | np.ndarray) -> bool | np.ndarray:
        """Whether the log-probability of the token at that depth, from 0, is part of totals."""
        return depth >= self.typed + self.fixed

    def length(self, depth: int) -> int:
        """How long the length penalty takes a hypothesis to be whose last token is at that depth,
        from 0."""
        return max(1, depth + 1 - self.typed)


@dataclass(frozen=True, eq=False, repr=False)
class Expansion(Brief):
    """One run of the decoder: a hypothesis, and all that the model made of it.

    Vectors are kept for the best hypothesis alone. Where it looked stands in the trace's
    attentions, in the row of this run.
    """

    run: int  # its place among all runs, in the order in which the decoder ran
    step: int | None  # index of the last step of the hypothesis; None before the first token
    entropy: float  # of the whole next-token distribution
    candidates: tuple[Candidate, ...]  # the best next tokens, likeliest first
    replaced: bool = False  # attention weights were given, not computed
    context: np.ndarray | None = None  # c_t of the attention to the source, float16 (L, H, E)
    state: np.ndarray | None = None  # h_t, before combining, float16 (D,)
    combined: np.ndarray | None = None  # h̃_t, after combining, float16 (D,)


@dataclass(frozen=True, eq=False, repr=False)
class DecodeStep(Brief):
    """One token of one hypothesis and every number that led to it."""

    parent: int | None  # index of the step before it; None for a first token
    token: Token
    log_prob: float
    total: float  # sum of the log-probabilities on the path to here, see `Search.typed`
    score: float  # the total, normalised by the length penalty
    rank: int | None  # among all extensions of its depth, from 1; None far behind the best
    fate: str  # KEPT, ENDED, BEATEN or LIMIT
    expansion: Expansion | None  # where it was chosen; shared by all that were chosen there
    forced: bool = False  # the token was given, not chosen

    @property
    def entropy(self) -> float:
        return self.expansion.entropy

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        return self.expansion.candidates

    @property
    def replaced(self) -> bool:
        return self.expansion.replaced

    @property
    def context(self) -> np.ndarray | None:
        return self.expansion.context

    @property
    def state(self) -> np.ndarray | None:
        return self.expansion.state

    @property
    def combined(self) -> np.ndarray | None:
        return self.expansion.combined


@dataclass(frozen=True, eq=False, repr=False)
class Tree(Brief):
    """A search. `steps` are the tokens that it went on from, `expansions` all runs of the decoder:
    some of these led nowhere. `leaves` are indices into `steps`, best hypothesis first. A greedy
    run is the tree without branches."""

    search: Search
    expansions: tuple[Expansion, ...]
    steps: tuple[DecodeStep, ...]
    leaves: tuple[int, ...]
    start: str = START  # what is read before the first token
    end: str = END  # what ends a hypothesis, both as the vocabulary writes them
    opening: str = ""  # the text of `start`, where it is no mark: a text that was typed begins so

    def path(self, leaf: int | None = None) -> tuple[DecodeStep, ...]:
        """The steps from the first token to `leaf` (an index into `steps`; default: the best).

        Raises IndexError for a step that there is not.
        """
        index = self.leaves[0] if leaf is None else leaf
        if not 0 <= index < len(self.steps):
            raise IndexError(f"there is no step {leaf}; there are {len(self.steps)}")
        return tuple(self.steps[i] for i in chain([step.parent for step in self.steps], index))

    def text_of(self, leaf: int | None = None) -> str:
        """The hypothesis that ends at `leaf` (default: the best) as text; where it ends within a
        character, with the bytes that are there of it."""
        return (self.opening + readable(step.token for step in self.path(leaf))).strip()

    def through(self, place: tuple[int, int] | None) -> Tree:
        """This search with the contexts of one layer and head alone, or with none."""

        def seen(one: Expansion) -> Expansion:
            if one.context is None:
                return one
            kept = place and one.context[place[0] : place[0] + 1, place[1] : place[1] + 1]
            return replace(one, context=kept)

        return self._of(tuple(map(seen, self.expansions)))

    def plain(self) -> dict:
        """As it is written; a step tells its run by number."""
        steps = [{**by_field(step), "expansion": step.expansion.run} for step in self.steps]
        return {**by_field(self), "steps": steps}

    @classmethod
    def revive(cls, data: dict) -> Tree:
        """The tree that `plain` told. Raises KeyError, IndexError, TypeError or ValueError."""
        runs = [step.pop("expansion") for step in data["steps"]]
        found = revive(cls, {**data, "steps": [{**s, "expansion": None} for s in data["steps"]]})
        if [one.run for one in found.expansions] != list(range(len(found.expansions))):
            raise ValueError("the runs are not numbered from 0 on")
        numbered, last = dict(enumerate(found.expansions)), len(found.steps) - 1
        for index, step in enumerate(found.steps):
            if step.parent is not None and not 0 <= step.parent < index:
                raise ValueError(f"step {index} goes on from {step.parent}")
        for one in found.expansions:
            if one.step is not None and not 0 <= one.step <= last:
                raise ValueError(f"run {one.run} goes on from {one.step}")
            if any(candidate.fate not in FATES for candidate in one.candidates):
                raise ValueError(f"run {one.run} has a candidate of an unknown fate")
        if any(step.fate not in FATES for step in found.steps):
            raise ValueError("a step has an unknown fate")
        if not found.leaves or not all(0 <= leaf <= last for leaf in found.leaves):
            raise ValueError(f"the leaves {found.leaves} are no steps of 0 to {last}")
        steps = zip(found.steps, runs, strict=True)
        return replace(
            found, steps=tuple(replace(step, expansion=numbered[run]) for step, run in steps)
        )

    def _of(self, expansions: tuple[Expansion, ...]) -> Tree:
        """This search with other accounts of the same runs."""
        steps = (replace(s, expansion=expansions[s.expansion.run]) for s in self.steps)
        return replace(self, expansions=expansions, steps=tuple(steps))


def chain(parents: list[int | None], last: int | None) -> list[int]:
    """From the root of a tree to `last`, as indices, where `parents` has the parent of each."""
    found = []
    while last is not None:
        found.append(last)
        last = parents[last]
    return found[::-1]
