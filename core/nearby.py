"""Vectors on a plane, and which of them lie near: exact PCA, cosines, and stored states of other
sentences (numpy, no torch).

Shape letters: N vectors, D size of a vector, K components, S source tokens.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from core.trace import Trace
from core.wire import frozen

FOLDER = "states"  # beside the models, a file each
ENCODER, DECODER = SIDES = ("encoder", "decoder")  # whose states a file holds
NEAREST = 8  # that are told of each


class Space(NamedTuple):
    """The first principal components of some vectors."""

    mean: np.ndarray  # (D,)
    axes: np.ndarray  # (K, D), of length one, the first of most variance
    shares: np.ndarray  # (K,), of the whole variance

    def codes(self, vectors: np.ndarray) -> np.ndarray:
        """(N, K), where `vectors` (N, D) lie along the axes."""
        return (vectors - self.mean) @ self.axes.T


def principal(vectors: np.ndarray, components: int = 2) -> Space:
    """Of `vectors` (N, D), from the eigenvectors of their covariance; the sign of each axis is such
    that its largest number is positive. There are min(N, D) at most."""
    given = vectors.astype(np.float64)
    mean = given.mean(0)
    moved = given - mean
    if len(moved) < moved.shape[1]:
        _, values, axes = np.linalg.svd(moved, full_matrices=False)
        variances = values**2
    else:
        variances, columns = np.linalg.eigh(moved.T @ moved)
        variances, axes = variances[::-1], columns.T[::-1]
    axes = axes[:components]
    signs = np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(1)])
    whole = max(float(np.square(moved).sum()), np.finfo(float).tiny)
    return Space(mean, axes * signs[:, None], np.maximum(variances[:components], 0) / whole)


def cosines(vectors: np.ndarray, others: np.ndarray) -> np.ndarray:
    """(S, N), of `vectors` (S, D) with `others` (N, D); 0 with a vector of no length."""
    one, two = (
        each / np.maximum(np.linalg.norm(each, axis=-1, keepdims=True), 1e-12)
        for each in (vectors.astype(np.float32), others.astype(np.float32))
    )
    return one @ two.T


def nearest(found: np.ndarray, count: int = NEAREST) -> np.ndarray:
    """(S, count), the places of the largest of each row (S, N), the largest first; of equal ones
    the earlier."""
    return np.argsort(-found, axis=-1, kind="stable")[:, :count]


@dataclass(frozen=True, eq=False)
class Stored:
    """States of held-out sentences along their principal components."""

    weights: str  # the beginning of the SHA-256 of the weights of the model whose states they are
    sentences: tuple[str, ...]
    places: np.ndarray  # int32 (N, 3): which sentence, and where in it the token stands
    codes: np.ndarray  # float16 (N, K)
    mean: np.ndarray  # (D,)
    axes: np.ndarray  # (K, D)
    shares: np.ndarray  # (K,)

    @property
    def space(self) -> Space:
        return Space(self.mean, self.axes, self.shares)


class Neighbour(NamedTuple):
    """A token of another sentence whose state is near."""

    sentence: str
    begin: int
    end: int
    cosine: float
    point: int  # which of the stored ones


class Word(NamedTuple):
    """A word of the vocabulary that is near."""

    piece: str
    cosine: float


class Likeness(NamedTuple):
    """What is near, and where it lies on the plane."""

    one: Neighbour | Word
    at: tuple[float, float]


class Around(NamedTuple):
    """Vectors of a sentence on a plane, with what is near to each."""

    points: np.ndarray  # (S, 2)
    cloud: np.ndarray  # (M, 2), some of all the others
    shares: np.ndarray  # (2,), of the variance, of PCA; (0,) of another way
    near: tuple[tuple[Likeness, ...], ...]  # of each of the S, the nearest first
    count: int  # of all the others
    kept: float  # the share of the variance that cosines are of, 0 to 1


@dataclass(frozen=True, eq=False)
class Near:
    """What lies near the states and the words of one sentence."""

    trace: Trace
    how: str  # they were laid on a plane
    states: Around  # of the encoder, at each source token
    written: Around | None  # of the decoder, from which each token was written
    words: Around


def file_of(model: str, side: str) -> str:
    """What the file of that model's states is called."""
    return f"{model}.npz" if side == ENCODER else f"{model}-{side}.npz"


def written_in(trace: Trace) -> list[tuple[int, int, int]]:
    """Of each step of the best path whose token stands for a text: the step, from 0, and where its
    token begins and ends in `trace.text`."""
    texts = ["" if step.token.mark else step.token.text for step in trace.path()]
    whole = "".join(texts)
    lead, found, at = len(whole) - len(whole.lstrip()), [], 0
    for step, text in enumerate(texts):
        begin, at = max(0, at - lead), at + len(text)
        if trace.text[begin : at - lead].strip():
            found.append((step, begin, at - lead))
    return found


def decoder_states(trace: Trace) -> np.ndarray | None:
    """(T, D), the state from which each token of the best path was written; None where a model
    keeps none."""
    states = [step.state for step in trace.path()]
    return None if any(one is None for one in states) else np.stack(states).astype(np.float32)


def neighbours(
    stored: Stored, states: np.ndarray, typed: str, count: int = NEAREST
) -> tuple[tuple[Neighbour, ...], ...]:
    """Of each of `states` (S, D) those nearest by the cosine of what is stored, the nearest first,
    each sentence once and the text `typed` itself never."""
    near = cosines(stored.space.codes(states), stored.codes)
    own = [i for i, one in enumerate(stored.sentences) if one.casefold() == typed.casefold()]
    near[:, np.isin(stored.places[:, 0], own)] = -np.inf
    found = []
    for row, order in zip(near, nearest(near, 8 * count), strict=True):
        each: dict[int, Neighbour] = {}
        for point in order:
            sentence, begin, end = map(int, stored.places[point])
            if np.isfinite(row[point]):
                each.setdefault(sentence, Neighbour(
                    stored.sentences[sentence], begin, end, float(row[point]), int(point)
                ))  # fmt: skip
        found.append(tuple(each.values())[:count])
    return tuple(found)


ARRAYS = ("places", "codes", "mean", "axes", "shares")


def save_stored(path: Path, stored: Stored) -> None:
    told = {"weights": stored.weights, "sentences": stored.sentences}
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path, about=np.frombuffer(json.dumps(told, ensure_ascii=False).encode(), np.uint8),
        **{name: getattr(stored, name) for name in ARRAYS},
    )  # fmt: skip


def read_stored(path: Path) -> Stored:
    """Raises OSError or ValueError for a file that is none."""
    try:
        with np.load(path, allow_pickle=False) as file:
            told = json.loads(file["about"].tobytes())
            arrays = {name: frozen(file[name], file[name].dtype) for name in ARRAYS}
        return Stored(told["weights"], tuple(told["sentences"]), **arrays)
    except (KeyError, TypeError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path} holds no states: {error}") from error
