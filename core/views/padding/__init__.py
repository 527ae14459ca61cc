"""What the padding mask is worth: two sentences in one batch of the encoder, the shorter padded,
with the mask and without it.

Shape letters: S source tokens of the longer sentence, L layers, H heads, D vector size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from core.passes import Pass, batched
from core.stage import tongues
from core.trace import Model, Trace
from core.tree import Token
from core.views import require
from core.views.padding.wire import Payload
from core.wire import frozen, packed
from core.words import section

if TYPE_CHECKING:
    from core.translator import Translator

NEEDS = ("encoder-attention",)


@dataclass(frozen=True, eq=False)
class Batch:
    """A pass of the encoder over two sentences of which the shorter is padded."""

    scores: np.ndarray  # float32 (2, L, H, S, S)
    weights: np.ndarray  # float32 (2, L, H, S, S)
    states_apart: np.ndarray  # (2,), largest difference of a state from the sentence read alone
    weights_apart: np.ndarray  # (2,), the same of a weight
    log_probs: np.ndarray  # (2,), of each sentence's own translation, nats


@dataclass(frozen=True, eq=False)
class Padded:
    """Two sentences in one batch, with the padding mask and without it."""

    model: Model
    typed: tuple[str, str]
    sentences: tuple[tuple[Token, ...], tuple[Token, ...]]
    translations: tuple[str, str]
    alone: np.ndarray  # (2,), log-probability of each translation without a batch, nats
    masked: Batch
    bare: Batch

    @property
    def visible(self) -> np.ndarray:
        """bool (2, S), False where padded."""
        lengths = np.array([[len(tokens)] for tokens in self.sentences])
        return np.arange(lengths.max()) < lengths

    @property
    def on_padding(self) -> np.ndarray:
        """(2, L, H), the mean share of weight that a word's row gives to padding, mask lifted."""
        return np.stack([
            weights[:, :, seen][..., ~seen].sum(-1).mean(-1)
            for weights, seen in zip(self.bare.weights, self.visible)
        ])  # fmt: skip


def pad(translator: Translator, first: Trace, second: Trace) -> Padded:
    """The sources of two traces as one padded batch, with the padding mask and without it:
    projections of forced passes.

    Both are read under the what-if of the traces, but for weights, which are given for the keys of
    one sentence. Raises ValueError for a model whose encoder does not attend, a trace of another
    model, and traces that were made under different what-ifs.
    """
    require(translator, *NEEDS)
    whatif, other = (replace(one.whatif, prefix=(), weights=()) for one in (first, second))
    if whatif != other:
        raise ValueError("these traces were made under different what-ifs: one batch has one")
    alone = [translator.forced(trace, whatif=whatif) for trace in (first, second)]
    read, written = [one.source for one in alone], [one.target for one in alone]
    marks = translator.vocabulary
    masked, bare = (
        _batch(alone, batched(translator.model, read, written, marks.start, marks.pad, whatif, on))
        for on in (True, False)
    )
    return Padded(
        first.model,
        (first.typed, second.typed),
        (first.source, second.source),
        (first.text, second.text),
        frozen([found.log_probs.sum() for found in alone]),
        masked,
        bare,
    )


def _batch(alone: Sequence[Pass], together: Sequence[Pass]) -> Batch:
    """What becomes of two passes in one batch."""
    maps = [found.attentions["encoder"] for found in together]
    states_apart, weights_apart = [], []
    for own, found, read in zip(alone, together, maps, strict=True):
        count, there = len(own.source), own.attentions["encoder"].weights
        states_apart.append(np.abs(found.memory[:count] - own.memory).max())
        weights_apart.append(np.abs(read.weights[..., :count, :count] - there).max())
    return Batch(
        frozen([one.scores for one in maps]),
        frozen([one.weights for one in maps]),
        frozen(states_apart),
        frozen(weights_apart),
        frozen([found.log_probs.sum() for found in together]),
    )


def payload(padded: Padded, language: str) -> Payload:
    """What the script needs to draw a padded batch."""

    def plain(one: Batch) -> dict:
        return {
            "scores": packed(one.scores.reshape(-1)),
            "weights": packed(one.weights.reshape(-1)),
            "states_apart": one.states_apart.tolist(),
            "weights_apart": one.weights_apart.tolist(),
            "log_probs": one.log_probs.tolist(),
        }

    return {
        "stage": "padding",
        "model": padded.model.name,
        "typed": padded.typed,
        "layers": padded.masked.weights.shape[1],
        "heads": padded.masked.weights.shape[2],
        "sentences": padded.sentences,
        "translations": padded.translations,
        "alone": padded.alone.tolist(),
        "masked": plain(padded.masked),
        "bare": plain(padded.bare),
        "on_padding": packed(padded.on_padding.reshape(-1)),
        # Heads are called as in the view beside it.
        "tongues": tongues(padded.model),
        "strings": {
            **section(language, "stage"), **section(language, "mask"),
            **section(language, "padding"),
        },
        "language": language,
    }  # fmt: skip
