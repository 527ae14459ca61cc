"""A layer, opened: what each sublayer adds to the residual stream, and what could be read off it.

The stream begins as embeddings and positions; every attention and feed-forward adds a vector to it
(Elhage et al. 2021, "A Mathematical Framework for Transformer Circuits", names it so). Read off
early, by the last norm and the readout, it tells next tokens after each sublayer: the logit lens
(nostalgebraist 2020, "interpreting GPT: the logit lens"). Of a model of masked words it is what
would stand at each place, by the head that fills them in. Only the end of the stream was trained to
be read so; before it the readout is a question put to the model, not something that it computes.

Shape letters: P places of the stream (before the first sublayer and after each), N positions
(target steps, or source tokens), D vector size, V vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from core import passes
from core.formulas import rendered
from core.stage import tongues, worded
from core.stage.codec import packed
from core.trace import Model, Trace
from core.views import require
from core.views.layers.wire import Payload
from core.wire import frozen

if TYPE_CHECKING:
    from core.translator import Translator

NEEDS = ("residual-stream",)
LISTED = 5  # next tokens that are told at each place


@dataclass(frozen=True, eq=False)
class Sublayer:
    """One sublayer at every position. Vectors are (N, D), lengths and cosines (N,), float32."""

    name: str  # "encoder.1", "self.2", "cross.3", or "feed.1" after them
    given: np.ndarray  # what it reads: the stream after the norm, or, norm "post", before it
    added: np.ndarray  # what it adds to the stream
    normed: np.ndarray  # what comes out of its norm: `given`, or, norm "post", the stream after it
    cosine: np.ndarray  # of what it adds and the stream before it; 0 where either has no length

    @property
    def added_norm(self) -> np.ndarray:
        return np.linalg.norm(self.added, axis=-1)

    @property
    def normed_norm(self) -> np.ndarray:
        return np.linalg.norm(self.normed, axis=-1)


class Guess(NamedTuple):
    """A next token that is read off, and its log-probability in nats."""

    piece: str
    log_prob: float


@dataclass(frozen=True, eq=False)
class Lens:
    """The distribution of tokens read off at every place of the stream: (P, N) each. The token that
    it is asked about is the one that was written in the end or, of a model of masked words, the one
    that stands at that position; where that is hidden, what the model puts there in the end."""

    likeliest: tuple[tuple[tuple[Guess, ...], ...], ...]  # (P, N, LISTED), the best first
    log_probs: np.ndarray  # of that token, nats
    ranks: np.ndarray  # its rank, from 1
    entropies: np.ndarray  # nats


@dataclass(frozen=True, eq=False)
class Stream:
    """The residual stream of the encoder or the decoder."""

    side: str  # "encoder" or "decoder"
    reads: tuple[str, ...]  # (N,), the piece that each position reads
    writes: tuple[str, ...]  # (N,), the piece that the lens is asked about; empty without one
    states: np.ndarray  # (P, N, D), the first is the embedding, each other after a sublayer
    sublayers: tuple[Sublayer, ...]  # P - 1 of them
    output: np.ndarray  # (N, D), after the last norm: the memory, or what the logits are read from
    lens: Lens | None  # of a decoder, and of an encoder that fills in masked words

    @property
    def norms(self) -> np.ndarray:
        """(P, N), the lengths of the stream."""
        return np.linalg.norm(self.states, axis=-1)


@dataclass(frozen=True, eq=False)
class Opened:
    """The residual streams of one run: of an encoder, of a decoder, or of both."""

    trace: Trace
    norm: str  # "pre" or "post"
    encoder: Stream | None
    decoder: Stream | None

    @property
    def model(self) -> Model:
        return self.trace.model


def open_layers(translator: Translator, trace: Trace, found: passes.Pass | None = None) -> Opened:
    """The residual streams behind what `trace` read and the best path of what it wrote: projections
    of the forced pass over it, which is `found` where there is one already.

    Raises ValueError for a model without a residual stream, a trace that another model made, and
    one in which attention weights were replaced.
    """
    require(translator, *NEEDS)
    if trace.tree and any(step.replaced for step in trace.path()):
        raise ValueError("attention weights were replaced in this trace, so no pass repeats it")
    found = found or translator.forced(trace)
    encoder, decoder = found.encoder, found.decoder
    lens = decoder and _lens(translator, decoder.states, found.target)
    told, filling = (), None
    if "masked-words" in translator.facts.has:
        stands = _standing(translator, found)
        filling = _lens(translator, encoder.states, stands)
        told = tuple(translator.vocabulary.piece(one) for one in stands)
    return Opened(
        trace,
        (decoder or encoder).norm,
        encoder and _stream("encoder", trace.labels("source"), told, encoder, filling),
        decoder
        and _stream("decoder", trace.labels("read"), trace.labels("written"), decoder, lens),
    )


def _standing(translator: Translator, found: passes.Pass) -> list[int]:
    """The token at each place of what was read; where it is hidden, the likeliest."""
    best = found.filled.argmax(-1)
    hidden = translator.vocabulary.mask
    return [int(best[at]) if one == hidden else one for at, one in enumerate(found.source)]


def _stream(side: str, reads, writes, found: passes.Stream, lens: Lens | None) -> Stream:
    sublayers = tuple(_sublayer(one, found.norm) for one in found.sublayers)
    return Stream(side, reads, writes, found.states, sublayers, found.output, lens)


def _sublayer(one: passes.Sublayer, norm: str) -> Sublayer:
    lengths = np.linalg.norm(one.before, axis=-1) * np.linalg.norm(one.added, axis=-1)
    cosine = (one.before * one.added).sum(-1) / np.maximum(lengths, 1e-8)
    normed = one.given if norm == "pre" else one.after
    return Sublayer(one.name, one.given, one.added, normed, frozen(cosine))


@torch.inference_mode()
def _lens(translator: Translator, states: np.ndarray, written: Sequence[int]) -> Lens:
    model, vocabulary = translator.model, translator.vocabulary
    wanted = torch.tensor(written)[:, None]
    likeliest, log_probs, ranks, entropies = [], [], [], []
    for state in states:  # one place after the other: all at once would be P × N × V numbers
        logits = model.read_off(torch.from_numpy(state.copy())).float()
        told = logits.log_softmax(-1)  # (N, V)
        own = told.gather(-1, wanted)
        values, ids = told.topk(min(LISTED, told.shape[-1]), dim=-1)
        likeliest.append(
            tuple(
                tuple(Guess(vocabulary.piece(i), v) for i, v in zip(*row, strict=True))
                for row in zip(ids.tolist(), values.tolist(), strict=True)
            )
        )
        log_probs.append(own[:, 0].numpy())
        ranks.append((told > own).sum(-1).numpy() + 1)
        entropies.append(-(told.exp() * told).sum(-1).numpy())
    return Lens(tuple(likeliest), frozen(log_probs), frozen(ranks, int), frozen(entropies))


def payload(opened: Opened, language: str) -> Payload:
    """What the script needs to draw `opened`: its numbers and the words.

    Of the stream only the start travels: all else follows from what was added and normed. With the
    norm first, a sublayer reads what was normed, and the stream goes on as the sum of itself and
    what was added, which the script takes in float32 as the model did; with the norm last, it
    reads the stream, and the stream goes on as what was normed.
    """

    def stream(one: Stream) -> dict:
        lens = one.lens
        return {
            "side": one.side,
            "reads": one.reads,
            "writes": one.writes,
            "norms": packed(one.norms.astype(np.float32)),
            "start": packed(one.states[0]),
            "output": packed(one.output),
            "sublayers": [
                {
                    "name": each.name,
                    "normed": packed(each.normed),
                    "added": packed(each.added),
                    "added_norm": packed(each.added_norm),
                    "normed_norm": packed(each.normed_norm),
                    "cosine": packed(each.cosine),
                }
                for each in one.sublayers
            ],
            "lens": lens
            and {
                "likeliest": [
                    [[(piece, round(value, 7)) for piece, value in row] for row in place]
                    for place in lens.likeliest
                ],
                "log_probs": packed(lens.log_probs),
                "ranks": lens.ranks.tolist(),
                "entropies": packed(lens.entropies),
            },
        }

    return {
        "stage": "layers",
        "model": opened.model.name,
        "typed": opened.trace.typed,
        "text": opened.trace.text if opened.trace.tree else "",
        "norm": opened.norm,
        "streams": {
            side: stream(one)
            for side in ("decoder", "encoder")
            if (one := getattr(opened, side)) is not None
        },
        "formulas": rendered("length", "stream_length"),
        "tongues": tongues(opened.model),
        "strings": worded(opened.trace, language, "stage", "layers"),
        "language": language,
    }
