"""The immutable record of one decoding run, which every view draws (numpy, no torch).

Shape letters: S source tokens, K keys, Q queries, D vector size; of a Transformer, L layers,
H heads, d size of a head. Scores are raw (before the
softmax), weights come after it; log-probabilities, totals and entropies are in nats.
Vectors are half precision, scores and weights single precision, log-probabilities and what is
computed from them are rounded to a millionth, and that is exactly what `to_json` writes, so a
trace that is read back equals the one that was written.
"""

from __future__ import annotations

import base64
import json
import math
import types
import typing
from dataclasses import dataclass, fields, is_dataclass, replace
from numbers import Integral
from typing import NamedTuple

import numpy as np

FORMAT = 3  # raised whenever a trace written before could no longer be read

START, END = "<s>", "</s>"  # the marks, as the vocabulary writes them


class Token(NamedTuple):
    """One piece of a sentence: its place in the vocabulary, in the text and in its word."""

    id: int
    piece: str  # as in the vocabulary, "▁" marking the start of a word
    text: str  # the characters that it stands for, as typed where it was typed
    word: int  # index of its word in the sentence; pieces of one word share it
    begin: int | None = None  # where it begins in the typed text; None where nobody typed it
    end: int | None = None  # and where it ends


# What became of a next token that the search looked at.
KEPT = "kept"  # among the best of its step: the search went on from it
ENDED = "ended"  # among the best of its step, and the end mark: a finished hypothesis
CUT = "cut"  # not among the best of its step; in sampling, left out by top-k or top-p
BEATEN = "beaten"  # kept, but no end of it could still overtake the finished ones
LIMIT = "limit"  # kept, and stopped by the greatest length
OVERRULED = "overruled"  # another token was forced in its place
UNDRAWN = "undrawn"  # in sampling: it might have been drawn, but another was
FATES = (KEPT, ENDED, CUT, BEATEN, LIMIT, OVERRULED, UNDRAWN)


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
    """How the search was asked to go about it."""

    beam: int  # hypotheses kept at each step
    best: int  # hypotheses asked for
    limit: int  # greatest length, in pieces
    penalty: str  # length penalty: a name of `core.search.PENALTIES`
    alpha: float  # its strength, where it has one
    sampling: Sampling | None = None  # None: the best are kept and nothing is drawn


@dataclass(frozen=True)
class Score:
    """How the attention score of the model is computed: its name, formula and source."""

    name: str
    latex: str
    source: str


@dataclass(frozen=True)
class Switches:
    """What is switched off in a Transformer, as a what-if: nothing, unless it is said.

    A head is named by its attention (cross, self or encoder), layer and place, counted from 1:
    "cross.2.5".
    """

    heads: tuple[str, ...] = ()  # without these
    positions: bool = True  # embeddings tell where a token stands
    scaled: bool = True  # scores are divided by the root of d


@dataclass(frozen=True)
class Model:
    """What a view may say about the model behind a trace. `score` is None without attention."""

    name: str
    source: str  # ISO 639-3 code of the language that is read
    target: str  # and of the one that is written
    cell: str  # "LSTM", "GRU" or "Transformer"
    wiring: str  # "luong" or "bahdanau": which state attends, where its context goes; "transformer"
    score: Score | None
    pieces: int  # that it can write: each hypothesis has as many extensions
    switches: Switches = Switches()


@dataclass(frozen=True, eq=False)
class AttentionRow:
    """What one query made of its keys in one step, or each head of a Transformer of its own."""

    block: str
    scores: np.ndarray  # float32 (K,) or (L, H, K)
    weights: np.ndarray  # float32, as the scores; sums to one over what is visible
    visible: np.ndarray  # bool (K,), True = may be read


@dataclass(frozen=True, eq=False)
class AttentionMap:
    """The rows of several queries, with the labels of both sides.

    Arrays are (Q, K). Scores are not a number where nothing is visible, and in a mean over heads:
    weights have one, but it is the softmax of no score.
    """

    block: str
    queries: tuple[str, ...]
    keys: tuple[str, ...]
    scores: np.ndarray
    weights: np.ndarray
    visible: np.ndarray


@dataclass(frozen=True, eq=False)
class Expansion:
    """One run of the decoder: a hypothesis, and all that the model made of it.

    Vectors are kept for the best hypothesis alone; attention and candidates for every one.
    """

    step: int | None  # index of the last step of the hypothesis; None before the first token
    entropy: float  # of the whole next-token distribution
    candidates: tuple[Candidate, ...]  # the best next tokens, likeliest first
    attention: tuple[AttentionRow, ...]  # empty for a model without attention
    replaced: bool = False  # the attention weights were given, not computed
    context: np.ndarray | None = None  # c_t, float16 (D,), or (L, H, d); None without attention
    state: np.ndarray | None = None  # h_t, before combining, float16 (D,)
    combined: np.ndarray | None = None  # h̃_t, after combining, float16 (D,)


@dataclass(frozen=True, eq=False)
class DecodeStep:
    """One token of one hypothesis and every number that led to it."""

    parent: int | None  # index of the step before it; None for a first token
    token: Token
    log_prob: float
    total: float  # sum of the log-probabilities on the path to here
    score: float  # the total, normalised by the length penalty
    rank: int | None  # among all extensions of its depth, from 1; None far behind the best
    fate: str  # KEPT, ENDED, BEATEN or LIMIT
    expansion: Expansion  # where it was chosen; shared by all that were chosen there
    forced: bool = False  # the token was given, not chosen

    @property
    def entropy(self) -> float:
        return self.expansion.entropy

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        return self.expansion.candidates

    @property
    def attention(self) -> tuple[AttentionRow, ...]:
        return self.expansion.attention

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


@dataclass(frozen=True, eq=False)
class SearchTrace:
    """One translation: the source, every step as a tree, and the best leaves.

    `steps` are the tokens that the search went on from, `expansions` all that it looked at:
    some of these led nowhere. `leaves` are indices into `steps`, best hypothesis first. A greedy
    run is the tree without branches.
    """

    model: Model
    search: Search
    typed: str  # the sentence exactly as it was typed
    source: tuple[Token, ...]
    source_states: np.ndarray  # h̄_s, float16 (S, D)
    expansions: tuple[Expansion, ...]  # in the order in which the decoder ran
    steps: tuple[DecodeStep, ...]
    leaves: tuple[int, ...]
    # Of a Transformer: attention inside the encoder, float32 (2, L, H, S, S), scores and weights;
    # and what each head of the attention to the source takes from, float16 (L, H, S, d).
    encoder: np.ndarray | None = None
    values: np.ndarray | None = None

    def path(self, leaf: int | None = None) -> tuple[DecodeStep, ...]:
        """The steps from the first token to `leaf` (an index into `steps`; default: the best).

        Raises IndexError for a step that there is not.
        """
        index: int | None = self.leaves[0] if leaf is None else leaf
        if not 0 <= index < len(self.steps):
            raise IndexError(f"there is no step {leaf}; there are {len(self.steps)}")
        path: list[DecodeStep] = []
        while index is not None:
            path.append(self.steps[index])
            index = self.steps[index].parent
        return tuple(reversed(path))

    @property
    def text(self) -> str:
        """The best hypothesis as text."""
        return self.text_of()

    def text_of(self, leaf: int | None = None) -> str:
        """The hypothesis that ends at `leaf` (default: the best) as text."""
        return "".join(s.token.text for s in self.path(leaf) if s.token.piece != END).strip()

    def heads(self, block: str = "cross") -> tuple[int, int] | None:
        """How many layers and heads a block has; None where one attention is all there is."""
        if block == "encoder":
            return None if self.encoder is None else self.encoder.shape[1:3]
        rows = [row.weights.shape for row in self.expansions[0].attention if row.block == block]
        return rows[0][:2] if rows and len(rows[0]) == 3 else None

    def attention(self, block: str = "cross", leaf: int | None = None) -> AttentionMap:
        """The map of one block along a path: arrays are (Q, K).

        "cross" is target by source; a Transformer has "self", target by what is written so far
        (its row t is what the model read when it wrote token t), and "encoder", source by source.
        There, "cross.2.5" is head 5 of layer 2, "cross.2" the mean of that layer's heads and
        "cross" that of all heads. Raises LookupError when the model has no such block.
        """
        path, (name, *place) = self.path(leaf), block.split(".")
        source = tuple(token.piece for token in self.source)
        written = tuple(step.token.piece for step in path)
        if name == "encoder" and self.encoder is not None:
            scores, weights = self._chosen(block, place, *self.encoder)
            return AttentionMap(
                block, source, source, frozen(scores), frozen(weights),
                frozen(np.ones(weights.shape), bool),
            )  # fmt: skip
        rows = [row for step in path for row in step.attention if row.block == name]
        if not rows:
            raise self._no_block(block)
        seen = [self._chosen(block, place, row.scores, row.weights) for row in rows]
        shape = (len(rows), len(rows[-1].visible))
        scores, weights = np.full(shape, np.nan, np.float32), np.zeros(shape, np.float32)
        visible = np.zeros(shape, bool)
        for t, (row, (score, weight)) in enumerate(zip(rows, seen)):
            count = len(row.visible)  # a row of self-attention is as long as what is written
            scores[t, :count], weights[t, :count], visible[t, :count] = score, weight, row.visible
        keys = source if name == "cross" else (START, *written[:-1])
        return AttentionMap(
            block, written, keys, frozen(scores), frozen(weights), frozen(visible, bool)
        )

    def _chosen(self, block: str, place: list[str], scores: np.ndarray, weights: np.ndarray):
        """Scores and weights of the layer and head that `place` names, or their mean."""
        heads = self.heads(block.split(".")[0])
        try:
            numbers = [int(part) for part in place]
            fits = len(numbers) <= len(heads or ()) and all(
                1 <= number <= count for number, count in zip(numbers, heads or ())
            )
        except ValueError:
            fits = False
        if not fits:
            raise self._no_block(block)
        index = tuple(number - 1 for number in numbers)
        if heads and len(index) < 2:
            missing = tuple(range(2 - len(index)))
            return np.full(scores[index].shape[len(missing) :], np.nan), weights[index].mean(
                missing
            )
        return scores[index], weights[index]

    def _no_block(self, block: str) -> LookupError:
        names = {row.block for step in self.path() for row in step.attention}
        known = []
        for name in (*sorted(names), *(["encoder"] if self.encoder is not None else [])):
            heads = self.heads(name)
            known.append(f"{name}.1.1 to {name}.{heads[0]}.{heads[1]}" if heads else name)
        return LookupError(
            f"no attention block {block!r} in this trace; "
            f"it has {', '.join(known) or 'none: the model has no attention'}"
        )

    def through(self, block: str) -> SearchTrace:
        """This trace with one head of the attention to the source, or a mean, as its only one.

        So a view for one attention can show a Transformer's: of "cross.2.5", the encoder states
        are what that head takes from and the context what it makes of them; a mean over heads has
        neither scores nor context. Raises LookupError when the model has no such block.
        """
        name, *named = block.split(".")
        if name != "cross":
            raise self._no_block(block)
        self.attention(block)
        if self.heads() is None:
            return self
        place = tuple(int(part) - 1 for part in named)
        one = len(place) == 2
        reduced = {}
        for expansion in self.expansions:
            row = next(row for row in expansion.attention if row.block == "cross")
            scores, weights = self._chosen(block, named, row.scores, row.weights)
            row = AttentionRow("cross", frozen(scores), frozen(weights), row.visible)
            context = expansion.context[place] if one and expansion.context is not None else None
            reduced[id(expansion)] = replace(expansion, attention=(row,), context=context)
        return replace(
            self,
            source_states=self.values[place] if one else self.source_states,
            expansions=tuple(reduced.values()),
            steps=tuple(
                replace(step, expansion=reduced[id(step.expansion)]) for step in self.steps
            ),
            encoder=None,
            values=None,
        )

    def to_json(self) -> str:
        """One compact message, arrays as base64 of their little-endian bytes."""
        place = {id(expansion): index for index, expansion in enumerate(self.expansions)}
        data = {f.name: _plain(getattr(self, f.name)) for f in fields(self) if f.name != "steps"}
        data["steps"] = [
            {
                f.name: place[id(step.expansion)]
                if f.name == "expansion"
                else _plain(getattr(step, f.name))
                for f in fields(step)
            }
            for step in self.steps
        ]
        return json.dumps({"heed": FORMAT, **data}, ensure_ascii=False, separators=(",", ":"))

    @staticmethod
    def from_json(text: str) -> SearchTrace:
        """The trace that `to_json` wrote. Raises ValueError for anything else."""
        try:
            data = json.loads(text)
            if data.pop("heed") != FORMAT:
                raise ValueError("another version of the format")
            expansions = tuple(_revive(Expansion, one) for one in data["expansions"])
            numbered = dict(enumerate(expansions))
            for step in data["steps"]:
                step["expansion"] = numbered[step["expansion"]]
            return _revive(SearchTrace, {**data, "expansions": expansions})
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ValueError(f"this is not a trace in format {FORMAT}: {error}") from error

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SearchTrace) and self.to_json() == other.to_json()

    def __hash__(self) -> int:
        return hash(self.to_json())


def frozen(values, dtype=np.float32) -> np.ndarray:
    """A read-only array of its own."""
    array = np.array(values, dtype)
    array.setflags(write=False)
    return array


def packed(array: np.ndarray) -> dict:
    """An array as it travels: its type, its shape, and its little-endian bytes in base64."""
    little = array.astype(array.dtype.newbyteorder("<"), copy=False)
    data = base64.b64encode(np.ascontiguousarray(little).tobytes()).decode()
    return {"dtype": array.dtype.str[1:], "shape": array.shape, "data": data}


def _plain(value):
    """Dataclasses to dicts, arrays to their bytes, named tuples and tuples to lists."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, np.ndarray):
        return packed(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _revive(kind, data):
    """The opposite of `_plain`, led by the annotations of the types."""
    if isinstance(kind, types.UnionType):
        if data is None:
            return None
        kind = next(option for option in typing.get_args(kind) if option is not types.NoneType)
    if is_dataclass(kind):
        if isinstance(data, kind):
            return data
        hints = typing.get_type_hints(kind)
        return kind(**{name: _revive(hints[name], item) for name, item in data.items()})
    if kind is np.ndarray:
        raw = np.frombuffer(
            base64.b64decode(data["data"]), np.dtype(data["dtype"]).newbyteorder("<")
        )
        return frozen(raw.reshape(data["shape"]), np.dtype(data["dtype"]))
    if typing.get_origin(kind) is tuple:
        item = typing.get_args(kind)[0]
        return tuple(_revive(item, one) for one in data)
    if hasattr(kind, "_fields"):
        return kind(*data)
    return data
