"""Which stored states lie near those of a sentence, and which words near its words, on a plane.

Shape letters: S source tokens, D vector size, V vocabulary, M points around, N vectors.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable

import numpy as np

from core.nearby import (
    Around,
    Likeness,
    Near,
    Stored,
    Word,
    cosines,
    decoder_states,
    nearest,
    neighbours,
    principal,
)
from core.remembered import Encoded
from core.translator import Translator

PCA, UMAP = "pca", "umap"
CLOUD = 1500  # points that are drawn around those of a sentence
SEED = 1


def ways() -> tuple[str, ...]:
    """How vectors can be laid on a plane here: UMAP (McInnes et al. 2018, arXiv 1802.03426) where
    umap-learn is installed."""
    return (PCA, UMAP) if importlib.util.find_spec("umap") else (PCA,)


def near(
    translator: Translator, encoded: Encoded, stored: Stored | None, how: str = PCA,
    written: Stored | None = None,
) -> Near:  # fmt: skip
    """Of the states of a sentence, among those `stored` of the encoder and `written` of the
    decoder, and of its words. Raises ValueError for another way than `ways` has, and for a stored
    space of another model."""
    if how not in ways():
        raise ValueError(f"no way {how!r} here; there are {', '.join(ways())}")
    trace, own = encoded.trace, decoder_states(encoded.trace)
    return Near(
        trace, how, _states(encoded.memory, trace.typed, stored, how),
        None if own is None else _states(own, trace.text, written, how),
        _words(translator, encoded, how),
    )  # fmt: skip


def _states(states: np.ndarray, text: str, stored: Stored | None, how: str) -> Around:
    """Of `states` (S, D), one a token of `text`."""
    if stored and stored.mean.shape != states.shape[1:]:
        raise ValueError("the stored states are those of another model")
    if stored is None:
        points, shares = _laid(states, how)
        return Around(points, points[:0], shares, tuple(() for _ in states), 0, 0.0)
    found = neighbours(stored, states, text)
    codes = stored.codes.astype(np.float32)
    own = stored.space.codes(states)
    every = [one for each in found for one in each]
    if how == PCA:  # the stored axes are those of all of them
        cloud, points = _some(codes)[:, :2], own[:, :2]
        at = {one.point: codes[one.point, :2] for one in every}
        shares = stored.shares[:2]
    else:
        around, places = _some(codes), [one.point for one in every]
        both, shares = _laid(np.concatenate([own, around, codes[places]]), how)
        points, cloud = both[: len(own)], both[len(own) : len(own) + len(around)]
        at = dict(zip(places, both[len(own) + len(around) :], strict=True))
    told = tuple(
        tuple(Likeness(one, tuple(map(float, at[one.point]))) for one in each) for each in found
    )
    return Around(points, cloud, shares, told, len(codes), float(stored.shares.sum()))


def _words(translator: Translator, encoded: Encoded, how: str) -> Around:
    """The rows of the matrix that reads out words; in a model whose vocabulary is joint it embeds
    them too."""
    weight = translator.model.readout().weight.detach().float().numpy()  # (V, D)
    tokens = [token.id for token in encoded.trace.source]
    alike = cosines(weight[tokens], weight)
    alike[np.arange(len(tokens)), tokens] = -np.inf
    order = nearest(alike)
    if how == PCA:
        space = principal(weight)
        laid, shares = space.codes(weight), space.shares
        points, cloud = laid[tokens], _some(laid)
        at = {int(one): laid[one] for one in np.unique(order)}
    else:
        places = np.unique(order)
        around = _some(weight)
        both, shares = _laid(np.concatenate([weight[tokens], around, weight[places]]), how)
        points, cloud = both[: len(tokens)], both[len(tokens) : len(tokens) + len(around)]
        at = dict(zip(places.tolist(), both[len(tokens) + len(around) :], strict=True))
    told = tuple(
        tuple(
            Likeness(
                Word(translator.vocabulary.piece(int(one)), float(row[one])),
                tuple(map(float, at[int(one)])),
            )
            for one in each
        )
        for row, each in zip(alike, order, strict=True)
    )
    return Around(points, cloud, shares, told, len(weight), 1.0)


def _some(vectors: np.ndarray) -> np.ndarray:
    """CLOUD of them, evenly."""
    return vectors[:: max(1, len(vectors) // CLOUD)]


def _laid(vectors: np.ndarray, how: str) -> tuple[np.ndarray, np.ndarray]:
    """(N, 2) on a plane, and the shares of variance of its axes, which UMAP has none of."""
    if how == PCA:
        space = principal(vectors)
        return space.codes(vectors), space.shares
    lay: Callable = importlib.import_module("umap").UMAP
    count = min(15, len(vectors) - 1)
    laid = lay(n_components=2, n_neighbors=count, metric="cosine", random_state=SEED)
    return np.asarray(laid.fit_transform(vectors)), np.zeros(0)
