"""What masks are worth: the decoder of a Transformer with its causal mask and without it, and a
padded batch of its encoder with its padding mask and without it.

Shape letters: S source tokens (of a batch, those of its longer sentence), T target tokens, D vector
size; L layers, H heads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from core.models import reorder
from core.stage.codec import packed
from core.tokenisers.pieces import END_ID, PAD_ID, START_ID
from core.trace import START, Model, SearchTrace, Token, frozen
from core.views import check
from core.words import section

if TYPE_CHECKING:
    from core.translator import Translator


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

    model: Model
    typed: str
    target: tuple[Token, ...]
    masked: Forced
    bare: Forced

    @property
    def keys(self) -> tuple[str, ...]:
        """What the columns of self-attention are: the start mark and all but the last token."""
        return (START, *(token.piece for token in self.target[:-1]))

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


@torch.inference_mode()
def lift(translator: Translator, trace: SearchTrace, target: Sequence[int] | None = None) -> Lifted:
    """The decoder over `target`, ids of pieces, with the causal mask and without it.

    The default target is what the trace wrote. The mask is that of Vaswani et al. 2017, section
    3.2.3: scores of later positions become -∞ before the softmax. Raises ValueError for a model
    that is no Transformer, a trace of another one, and a target that is no text of its pieces.
    """
    check(translator, trace)
    written = [step.token.id for step in trace.path()] if target is None else list(target)
    if not written or not all(END_ID <= one < len(translator.vocabulary) for one in written):
        raise ValueError(
            f"a target is one or more pieces, each {END_ID} to {len(translator.vocabulary) - 1}; "
            f"not {written}"
        )
    model, read = translator.model, torch.tensor([[START_ID, *written[:-1]]])
    state = model.start(_ids(trace.source))

    def forced(causal: bool) -> Forced:
        found = model.decode(read, state, causal=causal)
        log_probs = model.logits(found.combined)[0].log_softmax(-1)  # (T, V)
        heads = [own.heads for own, *_ in found.layers]
        allowed = log_probs[:, END_ID:]  # what a search may write
        return Forced(
            _stacked([one.scores[0] for one in heads]),
            _stacked([one.weights[0] for one in heads]),
            frozen(log_probs.gather(1, torch.tensor(written)[:, None])[:, 0].numpy()),
            tuple(translator.vocabulary.piece(END_ID + one) for one in allowed.argmax(-1).tolist()),
        )

    tokens = translator.vocabulary.target_tokens(written)
    return Lifted(trace.model, trace.typed, tokens, forced(True), forced(False))


@torch.inference_mode()
def pad(translator: Translator, first: SearchTrace, second: SearchTrace) -> Padded:
    """The sources of two traces as one padded batch, with the padding mask and without it.

    Raises ValueError as `lift` does.
    """
    for trace in (first, second):
        check(translator, trace)
    model, sources = translator.model, (first.source, second.source)
    size = max(map(len, sources))
    batch = torch.full((2, size), PAD_ID)
    for row, tokens in enumerate(sources):
        batch[row, : len(tokens)] = _ids(tokens)[0]
    targets = [[step.token.id for step in trace.path()] for trace in (first, second)]

    def log_prob(state, target: list[int]) -> float:
        found = model.decode(torch.tensor([[START_ID, *target[:-1]]]), state)
        log_probs = model.logits(found.combined)[0].log_softmax(-1)
        return log_probs.gather(1, torch.tensor(target)[:, None]).sum().item()

    alone = [
        model.encode(ids, torch.ones_like(ids, dtype=torch.bool)) for ids in map(_ids, sources)
    ]

    def read(visible: Tensor) -> Batch:
        found, state = model.encode(batch, visible), model.start(batch, visible)
        apart = [(0.0, 0.0)] * 2
        for row, own in enumerate(alone):
            count = own.memory.shape[1]
            weights = max(
                (there.heads.weights[row, :, :count, :count] - here.heads.weights[0])
                .abs().max().item()
                for (there, _), (here, _) in zip(found.layers, own.layers)
            )  # fmt: skip
            states = (found.memory[row, :count] - own.memory[0]).abs().max().item()
            apart[row] = states, weights
        heads = [own.heads for own, _ in found.layers]
        states_apart, weights_apart = map(frozen, zip(*apart))
        return Batch(
            frozen(torch.stack([one.scores for one in heads], 1).numpy()),
            frozen(torch.stack([one.weights for one in heads], 1).numpy()),
            states_apart,
            weights_apart,
            frozen([
                log_prob(reorder(state, torch.tensor([row])), target)
                for row, target in enumerate(targets)
            ]),
        )  # fmt: skip

    visible = torch.arange(size) < torch.tensor([[len(tokens)] for tokens in sources])
    return Padded(
        first.model,
        (first.typed, second.typed),
        sources,
        (first.text, second.text),
        frozen([log_prob(model.start(_ids(own)), to) for own, to in zip(sources, targets)]),
        read(visible),
        read(torch.ones_like(visible)),
    )


def payload(lifted: Lifted, language: str) -> dict:
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
        "strings": {**section(language, "stage"), **section(language, "mask")},
        "language": language,
    }


def padding_payload(padded: Padded, language: str) -> dict:
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
        "strings": {**section(language, "stage"), **section(language, "mask")},
        "language": language,
    }


def _ids(tokens: Sequence[Token]) -> Tensor:
    return torch.tensor([[token.id for token in tokens]])


def _stacked(arrays: Sequence[Tensor]) -> np.ndarray:
    return frozen(torch.stack(list(arrays)).numpy())
