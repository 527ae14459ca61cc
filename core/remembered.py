"""How an encoder read a sentence, and what was read from its states again: the types (numpy, no
torch). `core.remembering` makes them.

Probes are linear classifiers on states. Shape letters: S source tokens, N size of what is read, or
of all that the decoder begins with, D size of a state, W words that a probe knows, B sentences.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from core.trace import Trace
from core.tree import Token
from core.wire import frozen


@dataclass(frozen=True, eq=False)
class Swept:
    """One layer of a recurrent encoder in one direction; arrays are float32, a row a place."""

    layer: int  # from 1
    backward: bool
    given: np.ndarray  # (S, N), what it reads
    states: np.ndarray  # (S, D), after each place
    cells: np.ndarray | None  # (S, D), memory cells, where there are some
    gates: dict[str, np.ndarray]  # (S, D), 0 to 1
    candidate: np.ndarray  # (S, D)


@dataclass(frozen=True, eq=False)
class Encoded:
    """How one sentence was read: place by place, or layer by layer at all places at once."""

    trace: Trace
    embedded: np.ndarray  # (S, N), what the encoder begins with
    sweeps: tuple[Swept, ...]  # of a recurrent encoder, forward before backward
    layers: tuple[np.ndarray, ...]  # of another: (S, D), after each layer
    memory: np.ndarray  # (S, D), h̄
    last: np.ndarray | None  # (N,), all that the decoder begins with, where there is such


@dataclass(frozen=True, eq=False)
class Probe:
    """Linear probes on the last state of one model, and what they were trained to tell: whether
    each of some words was in the sentence, and in which third of it. Logits are W x + b."""

    weights: str  # the SHA-256 of the model's weights, of which the states are
    words: tuple[str, ...]  # (W,), in lower case
    there: np.ndarray  # float16 (W, N + 1): W, and b as its last column
    where: np.ndarray  # float16 (3 W, N + 1): the thirds of the first word, of the second, …
    at_place: np.ndarray  # float16 (W, D + 1): which word it is, from the encoder's state at it

    def logits(self, part: str, states: np.ndarray) -> np.ndarray:
        """(..., outputs) of states (..., inputs) by one of "there", "where", "at_place"."""
        matrix = getattr(self, part).astype(np.float32)
        return states @ matrix[:, :-1].T + matrix[:, -1]


THIRDS = 3
WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


class Word(NamedTuple):
    """A word as probes know it, in lower case and without signs, and where it stands."""

    text: str
    begin: int
    end: int


def words_of(text: str) -> list[Word]:
    """The words of a sentence, in order."""
    return [Word(one.group().casefold(), *one.span()) for one in WORD.finditer(text)]


def last_token(tokens: Sequence[Token], word: Word) -> int:
    """The place of the token in which a word ends."""
    inside = [i for i, one in enumerate(tokens) if one.begin is not None and one.begin < word.end]
    return inside[-1]


def third(place: int, count: int) -> int:
    """In which third of a sentence of `count` words the one at `place`, from 0, stands: 0, 1, 2."""
    return min(THIRDS - 1, THIRDS * place // count)


@dataclass(frozen=True)
class Recalled:
    """What the probes read of one word of a sentence that they know."""

    word: str  # as it was typed
    place: int  # among the words of the sentence, from 0
    chance: float  # that the last state has it, 0 to 1
    rank: int  # among all words that the probe knows, from 1
    thirds: tuple[float, ...]  # where in the sentence it is taken to be
    at_place: float  # the share that the state at the word itself gives to it


@dataclass(frozen=True)
class Recall:
    """What the probes read of one sentence."""

    known: int  # words that the probes know
    count: int  # words of the sentence
    recalled: tuple[Recalled | str, ...]  # each once, in order; as a text those that no probe knows
    guessed: tuple[tuple[str, float, bool], ...]  # the likeliest words; whether they are there


def recall(probe: Probe, encoded: Encoded) -> Recall:
    """What `probe` reads of the states of a sentence. Raises ValueError for states of another size
    than it was trained on."""
    if encoded.last is None or encoded.last.shape[-1] != probe.there.shape[1] - 1:
        raise ValueError("the probe was trained on the states of another model")
    tokens, words = encoded.trace.source, words_of(encoded.trace.typed)
    there = 1 / (1 + np.exp(-probe.logits("there", encoded.last)))  # (W,)
    where = softmax(probe.logits("where", encoded.last).reshape(-1, THIRDS))  # (W, 3)
    at_place = softmax(probe.logits("at_place", encoded.memory))  # (S, W)
    ranks = np.argsort(np.argsort(-there, kind="stable"), kind="stable")
    index = {word: i for i, word in enumerate(probe.words)}
    found: dict[str, Recalled | str] = {}
    for place, word in enumerate(words):
        i, typed = index.get(word.text), encoded.trace.typed[word.begin : word.end]
        if word.text not in found:
            found[word.text] = typed if i is None else Recalled(
                typed, place, float(there[i]), int(ranks[i]) + 1, tuple(where[i].tolist()),
                float(at_place[last_token(tokens, word), i]),
            )  # fmt: skip
    known = sum(word in index for word in found)
    return Recall(
        len(probe.words), len(words), tuple(found.values()),
        tuple((probe.words[i], float(there[i]), probe.words[i] in found) for i in
              np.argsort(-there, kind="stable")[:known]),
    )  # fmt: skip


def softmax(logits: np.ndarray) -> np.ndarray:
    """Over the last axis."""
    shares = np.exp(logits - logits.max(-1, keepdims=True))
    return shares / shares.sum(-1, keepdims=True)


def save_probe(path: Path, probe: Probe) -> None:
    arrays = {name: getattr(probe, name) for name in ("there", "where", "at_place")}
    about = json.dumps({"weights": probe.weights, "words": probe.words}, ensure_ascii=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, about=np.frombuffer(about.encode(), np.uint8), **arrays)


def read_probe(path: Path) -> Probe:
    """Raises OSError or ValueError for a file that is none."""
    try:
        with np.load(path, allow_pickle=False) as file:
            about = json.loads(file["about"].tobytes())
            arrays = [frozen(file[name], np.float16) for name in ("there", "where", "at_place")]
        return Probe(about["weights"], tuple(about["words"]), *arrays)
    except (KeyError, TypeError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path} holds no probes: {error}") from error
