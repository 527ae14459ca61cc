"""What the causal mask is worth: the decoder over one target with the mask and without it.

Shape letters: T target tokens, L layers, H heads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from core.passes import Pass
from core.stage import tongues, worded
from core.stage.codec import packed
from core.trace import Model, Trace
from core.tree import Token
from core.views import require
from core.views.mask.wire import Payload
from core.wire import frozen

if TYPE_CHECKING:
    from core.translator import Translator

NEEDS = ("causal-mask",)


@dataclass(frozen=True, eq=False)
class Forced:
    """One pass of the decoder over a given target. Row t of self-attention is what the model read
    when it was to write token t: <s> and the tokens before t, and without the mask those after."""

    scores: np.ndarray  # float32 (L, H, T, T), raw: also where a mask covers them afterwards
    weights: np.ndarray  # float32 (L, H, T, T), zero where masked
    log_probs: np.ndarray  # float32 (T,), nats, of each token of the target
    likeliest: tuple[str, ...]  # the piece that the model would write at each step

    @property
    def loss(self) -> float:
        """Cross-entropy of the whole target in nats a token, without label smoothing."""
        return float(-self.log_probs.mean())


@dataclass(frozen=True, eq=False)
class Lifted:
    """The same target read by the decoder with the causal mask and without it."""

    trace: Trace
    target: tuple[Token, ...]
    masked: Forced
    bare: Forced
    start: str  # what is read before the first token

    @property
    def model(self) -> Model:
        return self.trace.model

    @property
    def typed(self) -> str:
        return self.trace.typed

    @property
    def keys(self) -> tuple[str, ...]:
        """What the columns of self-attention are: the start mark and all but the last token."""
        return (self.start, *(token.piece for token in self.target[:-1]))

    @property
    def future(self) -> np.ndarray:
        """(L, H, T), the share of each row's weight that lies on what comes later, mask lifted."""
        return np.triu(self.bare.weights, 1).sum(-1)

    @property
    def answer(self) -> np.ndarray:
        """(L, H, T), of it what lies on the very token that the row was to write: column t + 1."""
        return np.pad(np.diagonal(self.bare.weights, 1, -2, -1), ((0, 0), (0, 0), (0, 1)))

    @property
    def moved(self) -> np.ndarray:
        """(L,), the largest difference between the raw scores of the two passes."""
        return np.abs(self.bare.scores - self.masked.scores).max((1, 2, 3))


def lift(translator: Translator, trace: Trace, target: Sequence[int] | None = None) -> Lifted:
    """The decoder over `target`, ids of pieces, with the causal mask and without it: projections of
    two forced passes.

    The default target is what the trace wrote. The mask is that of Vaswani et al. 2017, section
    3.2.3: scores of later positions become -∞ before the softmax. Raises ValueError for a model
    that has no causal mask, a trace of another one, and a target that is no text of its pieces.
    """
    require(translator, *NEEDS)
    masked, bare = (
        translator.forced(trace, target, replace(trace.whatif, causal=causal))
        for causal in (True, False)
    )
    tokens = translator.vocabulary.target_tokens(masked.target)
    start = translator.vocabulary.piece(translator.given(trace)[1])
    return Lifted(
        trace, tokens, _forced(translator, masked), _forced(translator, bare),
        start,
    )  # fmt: skip


def _forced(translator: Translator, found: Pass) -> Forced:
    own, vocabulary = found.attentions["self"], translator.vocabulary
    written = np.where(vocabulary.allowed, found.distributions, -np.inf)  # what a search may write
    likeliest = tuple(vocabulary.piece(int(one)) for one in written.argmax(-1))
    return Forced(own.scores, own.weights, frozen(found.log_probs), likeliest)


def payload(lifted: Lifted, language: str) -> Payload:
    """What the script needs to draw both passes; maps of all heads lie one after another."""

    def plain(one: Forced) -> dict:
        return {
            "scores": packed(one.scores.reshape(-1)),
            "weights": packed(one.weights.reshape(-1)),
            "log_probs": packed(one.log_probs),
            "likeliest": one.likeliest,
            "loss": one.loss,
        }

    return {
        "stage": "mask",
        "model": lifted.model.name,
        "typed": lifted.typed,
        "layers": lifted.masked.weights.shape[0],
        "heads": lifted.masked.weights.shape[1],
        "target": lifted.target,
        "keys": lifted.keys,
        "masked": plain(lifted.masked),
        "bare": plain(lifted.bare),
        "future": packed(lifted.future.reshape(-1)),
        "answer": packed(lifted.answer.reshape(-1)),
        "moved": lifted.moved.tolist(),
        "tongues": tongues(lifted.model),
        "strings": worded(lifted.trace, language, "stage", "mask"),
        "language": language,
    }
