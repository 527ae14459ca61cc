"""The immutable record of one decoding run, which every view draws (numpy, no torch).

Shape letters: S source tokens, K keys, Q queries, D vector size. Scores are raw (before the
softmax), weights come after it; log-probabilities, totals and entropies are in nats.
Vectors are half precision, scores and weights single precision, and that is exactly what
`to_json` writes, so a trace that is read back equals the one that was written.
"""

from __future__ import annotations

import base64
import json
import types
import typing
from dataclasses import dataclass, fields, is_dataclass
from typing import NamedTuple

import numpy as np

FORMAT = 1  # raised whenever a trace written before could no longer be read

START, END = "<s>", "</s>"


class Token(NamedTuple):
    """One piece of a sentence: its place in the vocabulary, in the text and in its word."""

    id: int
    piece: str  # as in the vocabulary, "▁" marking the start of a word
    text: str  # the characters that it stands for, as typed where it was typed
    word: int  # index of its word in the sentence; pieces of one word share it


class Candidate(NamedTuple):
    """One next token that was considered, with its log-probability in nats."""

    id: int
    piece: str
    log_prob: float


@dataclass(frozen=True)
class Score:
    """How the attention score of the model is computed: its name, formula and source."""

    name: str
    latex: str
    source: str


@dataclass(frozen=True)
class Model:
    """What a view may say about the model behind a trace. `score` is None without attention."""

    name: str
    source: str  # ISO 639-3 code of the language that is read
    target: str  # and of the one that is written
    cell: str  # "LSTM" or "GRU"
    score: Score | None


@dataclass(frozen=True, eq=False)
class AttentionRow:
    """What one query made of its keys in one step: scores, weights, visible, each (K,)."""

    block: str
    scores: np.ndarray  # float32 (K,)
    weights: np.ndarray  # float32 (K,), sums to one over what is visible
    visible: np.ndarray  # bool (K,), True = may be read


@dataclass(frozen=True, eq=False)
class AttentionMap:
    """The rows of several queries, with the labels of both sides; arrays are (Q, K)."""

    block: str
    queries: tuple[str, ...]
    keys: tuple[str, ...]
    scores: np.ndarray
    weights: np.ndarray
    visible: np.ndarray


@dataclass(frozen=True, eq=False)
class DecodeStep:
    """One token of one hypothesis and every number that led to it."""

    parent: int | None  # index of the step before it; None for a first token
    token: Token
    log_prob: float
    total: float  # sum of the log-probabilities on the path to here
    entropy: float  # of the whole next-token distribution
    candidates: tuple[Candidate, ...]  # the best next tokens, likeliest first
    attention: tuple[AttentionRow, ...]  # empty for a model without attention
    context: np.ndarray | None  # c_t, float16 (D,); None without attention
    state: np.ndarray  # h_t, before combining, float16 (D,)
    combined: np.ndarray  # h̃_t, after combining, float16 (D,)
    fate: str  # "kept" by the search, or "ended": a finished hypothesis
    forced: bool = False  # the token was given, not chosen
    replaced: bool = False  # the attention weights were given, not computed


@dataclass(frozen=True, eq=False)
class SearchTrace:
    """One translation: the source, every step as a tree, and the finished leaves.

    `leaves` are indices into `steps`, best hypothesis first. A greedy run is the tree
    without branches.
    """

    model: Model
    typed: str  # the sentence exactly as it was typed
    source: tuple[Token, ...]
    source_states: np.ndarray  # h̄_s, float16 (S, D)
    steps: tuple[DecodeStep, ...]
    leaves: tuple[int, ...]
    encoder: tuple[AttentionMap, ...] = ()  # attention inside the encoder, where there is any

    def path(self, leaf: int | None = None) -> tuple[DecodeStep, ...]:
        """The steps from the first token to `leaf` (an index into `steps`; default: the best)."""
        index: int | None = self.leaves[0] if leaf is None else leaf
        path: list[DecodeStep] = []
        while index is not None:
            path.append(self.steps[index])
            index = self.steps[index].parent
        return tuple(reversed(path))

    @property
    def text(self) -> str:
        """The best hypothesis as text."""
        return "".join(step.token.text for step in self.path() if step.token.piece != END).strip()

    def attention(self, block: str = "cross", leaf: int | None = None) -> AttentionMap:
        """The map of one block along a path, target by source: arrays are (steps, S).

        Raises LookupError when the model has no such block.
        """
        path = self.path(leaf)
        rows = [row for step in path for row in step.attention if row.block == block]
        if not rows:
            known = sorted({row.block for step in path for row in step.attention})
            raise LookupError(
                f"no attention block {block!r} in this trace; "
                f"it has {', '.join(known) or 'none: the model has no attention'}"
            )
        return AttentionMap(
            block,
            tuple(step.token.piece for step in path),
            tuple(token.piece for token in self.source),
            *(frozen([getattr(row, name) for row in rows]) for name in ("scores", "weights")),
            frozen([row.visible for row in rows], bool),
        )

    def to_json(self) -> str:
        """One compact message, arrays as base64 of their little-endian bytes."""
        return json.dumps(
            {"heed": FORMAT, **_plain(self)}, ensure_ascii=False, separators=(",", ":")
        )

    @staticmethod
    def from_json(text: str) -> SearchTrace:
        """The trace that `to_json` wrote. Raises ValueError for anything else."""
        try:
            data = json.loads(text)
            if data.pop("heed") != FORMAT:
                raise ValueError("another version of the format")
            return _revive(SearchTrace, data)
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


def _plain(value):
    """Dataclasses to dicts, arrays to their bytes, named tuples and tuples to lists."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, np.ndarray):
        little = value.astype(value.dtype.newbyteorder("<"), copy=False)
        data = base64.b64encode(np.ascontiguousarray(little).tobytes()).decode()
        return {"dtype": value.dtype.str[1:], "shape": value.shape, "data": data}
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
