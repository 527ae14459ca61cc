"""The immutable record of one run of a model, which every view draws (numpy, no torch).

A trace has *axes*, what stands along a side of an attention, *attentions* between two axes, and,
where a model wrote something, the *tree* of the search. An encoder alone has no tree, a plain array
has neither tree nor model.

Shape letters: L layers, H heads, Q queries, K keys, N items of an axis, D vector size, E size of a
value. Scores are raw (before the softmax), weights come after it. Vectors are half precision,
scores and weights single precision, log-probabilities and what is computed from them are rounded to
a millionth, and that is exactly what `to_json` writes, so a trace that is read back equals the one
that was written.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from core.refusals import NoTrace
from core.tree import DecodeStep, Expansion, Search, Token, Tree
from core.whatif import NOTHING, WhatIf
from core.wire import Brief, by_field, frozen, plainly, revive, shortened, written

FORMAT = 5  # raised whenever a trace written before could no longer be read

SOURCE = "source"  # the axis of what a model of one source reads
# Axes that follow a path of the tree, and so have no items of their own: what each run of the
# decoder wrote, and what it had read by then.
WRITTEN, READ = "written", "read"
PATH = "path"  # the kind of both
TEXT, CHARACTERS, PICTURE, LABELS = "text", "characters", "picture", "labels"
KINDS = (TEXT, CHARACTERS, PICTURE, LABELS, PATH)


@dataclass(frozen=True, eq=False, repr=False)
class Axis(Brief):
    """What stands along a side of an attention. Raises ValueError for a kind that there is not, and
    for items that states or the grid of a picture do not fit."""

    name: str  # "source", WRITTEN, READ, or what a person calls it
    kind: str  # one of KINDS
    items: tuple[Token, ...] = ()  # empty for the kind PATH
    states: np.ndarray | None = None  # what an encoder made of each item, float16 (N, D)
    grid: tuple[int, int] | None = None  # rows and columns of a PICTURE, whose items go row by row

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"no kind of axis {self.kind!r}; there are {', '.join(KINDS)}")
        if (self.kind == PICTURE) != (self.grid is not None):
            raise ValueError(f"{self.name!r}: a picture has a grid, rows and columns, and only it")
        if self.grid and (len(self.grid) != 2 or math.prod(self.grid) != len(self.items)):
            raise ValueError(f"{self.name!r}: {len(self.items)} items do not fill {self.grid}")
        if self.states is not None and len(self.states) != len(self.items):
            raise ValueError(f"{self.name!r}: {len(self.items)} items, {len(self.states)} states")


@dataclass(frozen=True, eq=False, repr=False)
class Attention(Brief):
    """One attention of a model: all its layers and heads, 1 × 1 where there is one.

    Of a block whose queries are WRITTEN there is a row for each run of the decoder, by
    `Expansion.run`. Scores are not a number where nothing is visible. A mean over heads has none:
    its weights are the softmax of no score.
    """

    block: str  # "cross", "self", "encoder"; "cross.2.5" where a trace holds just that head
    queries: str  # names of axes
    keys: str
    scores: np.ndarray | None  # float32 (L, H, Q, K), what enters the softmax; None: there are none
    weights: np.ndarray  # float32 (L, H, Q, K), each row sums to one over what is visible
    visible: np.ndarray  # bool, broadcastable to them; True = may be read
    values: np.ndarray | None = None  # what contexts are sums of, float16 (L, H, K, E), if kept
    sums_states: bool = False  # they are sums of the states along the axis of the keys
    # p_t (Q,), in the middle of what each query may read, as places of keys that count from 1;
    # None: it is not a local attention.
    centres: np.ndarray | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """How many layers and heads."""
        return self.weights.shape[:2]


class Guess(NamedTuple):
    """A token that might stand at a place."""

    id: int
    piece: str
    log_prob: float  # nats


@dataclass(frozen=True)
class Filled:
    """What a model of masked words thinks of one place of what it read, from both sides of it."""

    place: int  # along the axis of the source
    entropy: float  # of the whole distribution, nats
    guesses: tuple[Guess, ...]  # the likeliest tokens, and the one that stands there


@dataclass(frozen=True)
class Local:
    """A window of local attention."""

    reach: int  # D, the keys that may be read on each side of the centre p_t
    gaussian: bool  # whether one around p_t, of σ = D / 2, is taken from the scores
    latex: str  # how p_t comes about


@dataclass(frozen=True)
class Score:
    """How the attention score of the model is computed: its name, formula and source, the letters
    of query, key and size in it, and the window, where it is not scored for all keys."""

    name: str
    latex: str
    source: str
    query: str = "h_t"
    key: str = r"\bar{h}_s"
    size: str = "D"
    window: Local | None = None


@dataclass(frozen=True)
class Model:
    """What a view may say about the model behind a trace. `score` is None without attention."""

    name: str
    source: str  # ISO 639-3 code of the language that is read
    target: str  # and of the one that is written
    cell: str  # what it is made of, as a person calls it: "LSTM", "GRU", "Transformer"
    score: Score | None
    pieces: int  # that it can write: each hypothesis has as many extensions
    has: tuple[str, ...] = ()  # what there is to show: names of `core.facts.CAPABILITIES`
    does: str = "translate"  # with a text: one of `core.facts.DOES`
    remarks: tuple[str, ...] = ()  # what has to be said of its numbers: `core.facts.REMARKS`


@dataclass(frozen=True, eq=False, repr=False)
class AttentionMap(Brief):
    """One head, or the mean of some, along one path: labels of both sides, arrays (Q, K). There
    are no scores of a mean, nor where a trace has none."""

    block: str
    queries: tuple[str, ...]
    keys: tuple[str, ...]
    scores: np.ndarray | None
    weights: np.ndarray
    visible: np.ndarray


@dataclass(frozen=True, eq=False)
class Trace:
    """One run of a model: what was typed, the axes, the attentions, and the search if there was
    one. Raises ValueError or LookupError for attentions that do not fit their axes."""

    model: Model | None
    typed: str  # the input exactly as it was typed
    axes: tuple[Axis, ...]
    attentions: tuple[Attention, ...]
    tree: Tree | None = None
    whatif: WhatIf = field(default=NOTHING)  # what was changed
    filled: tuple[Filled, ...] = ()  # a place each, of a model of masked words

    def __post_init__(self):
        names = [axis.name for axis in self.axes]
        if len({*names}) < len(names):
            raise ValueError(f"axes have names of their own, not {', '.join(names)}")
        for attention in self.attentions:
            self._check(attention)

    def axis(self, name: str) -> Axis:
        """The axis of that name. Raises LookupError when there is none."""
        for axis in self.axes:
            if axis.name == name:
                return axis
        raise LookupError(f"no axis {name!r}; there are {', '.join(a.name for a in self.axes)}")

    @property
    def reads_source(self) -> bool:
        """Whether there is a source: a model that only writes on has none."""
        return any(axis.name == SOURCE for axis in self.axes)

    @property
    def source(self) -> tuple[Token, ...]:
        """What was read by a model of one source. Raises LookupError for another."""
        return self.axis(SOURCE).items

    @cached_property
    def blocks(self) -> dict[str, Attention]:
        """The attentions by their names."""
        return {one.block: one for one in self.attentions}

    @property
    def _searched(self) -> Tree:
        """The search. Raises LookupError where nothing was written."""
        if self.tree is None:
            raise LookupError("nothing was written in this trace: it has attention, but no search")
        return self.tree

    @property
    def search(self) -> Search:
        return self._searched.search

    @property
    def expansions(self) -> tuple[Expansion, ...]:
        return self._searched.expansions

    @property
    def steps(self) -> tuple[DecodeStep, ...]:
        return self._searched.steps

    @property
    def leaves(self) -> tuple[int, ...]:
        return self._searched.leaves

    def path(self, leaf: int | None = None) -> tuple[DecodeStep, ...]:
        """The steps from the first token to `leaf` (an index into `steps`; default: the best).

        Raises IndexError for a step that there is not.
        """
        return self._searched.path(leaf)

    @property
    def text(self) -> str:
        """The best hypothesis as text."""
        return self._searched.text_of()

    @property
    def looks(self) -> str:
        """The block by which what is written looks: to the source or, where there is none, to what
        was written before."""
        return "self" if "self" in self.blocks and "cross" not in self.blocks else "cross"

    def heads(self, block: str = "") -> tuple[int, int] | None:
        """How many layers and heads a block has, that of `looks` unless another is named; None
        where one attention is all there is."""
        found = self.blocks.get(block or self.looks)
        return None if found is None or found.shape == (1, 1) else found.shape

    def rows(self, block: str = "cross", leaf: int | None = None) -> Attention:
        """An attention with the rows of one path alone: its queries are the path's steps, and what
        it had read at the last of them are the keys of a block over READ."""
        if block not in self.blocks:
            raise self._no_block(block)
        found = self.blocks[block]
        if found.queries != WRITTEN or self.axis(WRITTEN).kind != PATH:
            return found
        runs = [step.expansion.run for step in self.path(leaf)]
        keys = slice(None) if found.keys != READ else slice(len(runs))

        def along(array: np.ndarray) -> np.ndarray:
            return array[:, :, runs, keys] if array.shape[2] > 1 else array[..., keys]

        return replace(
            found, scores=None if found.scores is None else along(found.scores),
            weights=along(found.weights), visible=along(found.visible),
            centres=None if found.centres is None else found.centres[runs],
        )  # fmt: skip

    def labels(self, axis: str, leaf: int | None = None) -> tuple[str, ...]:
        """What the items of an axis are called; of WRITTEN and READ those of the path to `leaf`."""
        if self.axis(axis).kind == PATH:
            written = tuple(step.token.piece for step in self.path(leaf))
            return written if axis == WRITTEN else (self._searched.start, *written[:-1])
        return tuple(token.piece for token in self.axis(axis).items)

    def attention(self, block: str = "cross", leaf: int | None = None) -> AttentionMap:
        """The map of one block along a path: arrays are (Q, K).

        "cross" is target by source, "self" target by what is written so far (its row t is what the
        model read when it wrote token t), "encoder" source by source. Where a block has several
        heads, "cross.2.5" is head 5 of layer 2, "cross.2" the mean of that layer's heads and
        "cross" that of all heads. Raises LookupError when the trace has no such block.
        """
        name, index = self._place(block)
        found = self.rows(name, leaf)
        visible = np.broadcast_to(found.visible, found.weights.shape)[(*index, 0, 0)[:2]]
        if found.shape == (1, 1):  # the mean is the head itself
            index = (0, 0)
        known = len(index) == 2 and found.scores is not None
        weights = found.weights[index]
        return AttentionMap(
            block, self.labels(found.queries, leaf), self.labels(found.keys, leaf),
            frozen(found.scores[index]) if known else None,
            frozen(weights.mean(tuple(range(weights.ndim - 2)))), frozen(visible, bool),
        )  # fmt: skip

    def only(self, block: str) -> Trace:
        """This trace with one head, or the mean of some, as its only attention: it is called
        `block`, takes from what that head takes from, and contexts are what it made of them; a mean
        has neither scores nor context. Raises LookupError when the trace has no such block."""
        name, index = self._place(block)
        found = self.blocks[name]
        if len(self.attentions) == 1 and found.shape == (1, 1):
            return self
        one = len(index) == 2 or found.shape == (1, 1)
        narrow = Attention(
            block, found.queries, found.keys,
            None if found.scores is None or not one else _kept(found.scores, index),
            _kept(found.weights, index), _kept(found.visible, index, np.any),
            None if found.values is None or not one else _kept(found.values, index),
            one and found.sums_states, found.centres,
        )  # fmt: skip
        # Contexts are those of the attention from what is written to the source.
        theirs = one and (found.queries, found.keys) == (WRITTEN, "source")
        tree = self.tree and self.tree.through((index or (0, 0)) if theirs else None)
        return replace(self, attentions=(narrow,), tree=tree)

    def standing(self, leaf: int | None = None) -> Trace:
        """This trace along one path alone: what was written and read stand as labels, and there is
        no search any more."""
        found = {name: self.rows(name, leaf) for name in self.blocks}
        axes = tuple(
            axis if axis.kind != PATH
            else Axis(axis.name, LABELS, tuple(
                Token(place, label, label, place)
                for place, label in enumerate(self.labels(axis.name, leaf))
            ))
            for axis in self.axes
        )  # fmt: skip
        return replace(self, axes=axes, attentions=tuple(found.values()), tree=None)

    def _place(self, block: str) -> tuple[str, tuple[int, ...]]:
        """The block that a name like "cross.2.5" means, and layer and head in it, from 0."""
        if block in self.blocks:
            return block, ()
        name, *place = block.split(".")
        heads = self.heads(name)
        fits = heads and len(place) <= 2 and all(part.isdecimal() for part in place)
        numbers = tuple(map(int, place)) if fits else ()
        if not numbers or not all(1 <= n <= count for n, count in zip(numbers, heads)):
            raise self._no_block(block)
        return name, tuple(number - 1 for number in numbers)

    def _no_block(self, block: str) -> LookupError:
        known = [
            f"{name}.1.1 to {name}.{heads[0]}.{heads[1]}" if (heads := self.heads(name)) else name
            for name in sorted(self.blocks)
        ]
        return LookupError(
            f"no attention block {block!r} in this trace; "
            f"it has {', '.join(known) or 'none: the model has no attention'}"
        )

    def to_json(self) -> str:
        """One compact message, arrays as base64 of their little-endian bytes."""
        return written({"heed": FORMAT, **by_field(self), "tree": self.tree and self.tree.plain()})

    @staticmethod
    def from_json(text: str) -> Trace:
        """The trace that `to_json` wrote. Raises NoTrace, a ValueError, for anything else."""
        try:
            data = plainly(text)
        except ValueError as error:
            raise NoTrace(f"this is not a trace that Heed wrote: {error}", "no_json") from error
        if not isinstance(data, dict) or "heed" not in data:
            raise NoTrace("this is not a trace that Heed wrote: it does not say so", "other")
        version = data.pop("heed")
        if version != FORMAT:
            raise NoTrace(
                f"this trace was written in format {version!r:.60} by another version of "
                f"Heed; this one reads format {FORMAT}: make the trace again",
                "version",
            )
        try:
            tree = data.pop("tree")
            found = revive(Trace, {**data, "tree": None})
            found = replace(found, tree=tree and Tree.revive(tree))
            found.check_whole()
            return found
        except (AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
            why = f"{error} is missing or unknown" if isinstance(error, KeyError) else error
            raise NoTrace(f"this is not a trace in format {FORMAT}: {why}", "damaged") from error

    def check_whole(self) -> None:
        """Raises ValueError or LookupError where something is missing that every trace has which a
        model made: what a picture would look for in vain."""
        paths = [axis.name for axis in self.axes if axis.kind == PATH]
        if paths and not self.tree:
            raise ValueError(f"{', '.join(paths)} follow a search, and there is none")
        for one in self.attentions:
            given = (one.scores, one.weights, one.visible, one.values)
            if any(array is not None and array.ndim != 4 for array in given):
                raise ValueError(f"arrays of {one.block!r} are not (L, H, Q, K)")
            if not np.isfinite(one.weights).all() or one.weights.min(initial=0) < 0:
                raise ValueError(f"weights of {one.block!r} are no weights")
            if one.centres is not None and not _places(one.centres, one.weights.shape[2]):
                raise ValueError(f"centres of {one.block!r} are not one of each query")
            if one.values is not None and one.values.shape[2] != one.weights.shape[3]:
                raise ValueError(f"values of {one.block!r} are not those of its keys")
        for axis in self.axes:
            if axis.states is not None and axis.states.ndim != 2:
                raise ValueError(f"states of {axis.name!r} are not (N, D)")
        places = len(self.source) if self.reads_source else 0
        for one in self.filled:
            if not 0 <= one.place < places or not one.guesses:
                raise ValueError(f"there is no place {one.place}, or nothing is said of it")
            if self.source[one.place].id not in {guess.id for guess in one.guesses}:
                raise ValueError(f"what stands at place {one.place} is not among what might")

    def _check(self, attention: Attention) -> None:
        """Raises ValueError or LookupError for arrays that do not fit one another or the axes."""
        shape = attention.weights.shape
        known = attention.scores is None or attention.scores.shape == shape
        if not known or len(shape) != 4:
            raise ValueError(f"scores and weights of {attention.block!r} are not (L, H, Q, K)")
        np.broadcast_to(attention.visible, shape)
        for name, size in zip((attention.queries, attention.keys), shape[2:]):
            axis = self.axis(name)
            runs = len(self.expansions) if name == WRITTEN and self.tree else None
            expected = runs if axis.kind == PATH else len(axis.items)
            if expected is not None and size != expected:
                raise ValueError(f"{attention.block!r} has {size} rows or columns of {name!r}")

    def __repr__(self) -> str:
        """A line: the model, what was typed and what became of it, or the sizes of attentions."""
        name = f"{self.model.name}: " if self.model else ""
        if self.tree:
            return f"Trace({name}{shortened(self.typed)} → {shortened(self.text)})"
        typed = f"{shortened(self.typed)}, " if self.typed else ""
        told = ", ".join(f"{one.block} {one.weights.shape}" for one in self.attentions)
        return f"Trace({name}{typed}{told})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Trace) and self.to_json() == other.to_json()

    def __hash__(self) -> int:
        return hash(self.to_json())


def _places(centres: np.ndarray, queries: int) -> bool:
    """Whether these are places of keys, one of each of so many queries."""
    return centres.shape == (queries,) and bool(np.isfinite(centres).all())


def _kept(array: np.ndarray, index: tuple[int, ...], merge=np.mean) -> np.ndarray:
    """Of an array (L, H, ...) the layer and head of `index`, or all that it leaves open merged into
    one: (1, 1, ...)."""
    if array.shape[:2] == (1, 1):
        return array
    taken = array[index]
    missing = tuple(range(2 - len(index)))
    merged = merge(taken, axis=missing) if missing else taken
    return frozen(merged[None, None], array.dtype)
