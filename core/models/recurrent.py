"""Recurrent translation models: a bidirectional encoder and a decoder that may attend to it.

Two wirings, and any score runs in either. Luong et al. 2015 attend with the current state: h_t ->
scores -> weights -> context c_t -> h̃_t = tanh(W_c [c_t; h_t]) -> logits. Bahdanau et al. 2015
attend with the previous one and let the recurrence read what they found: h_{t-1} -> scores ->
weights -> c_t -> h_t -> h̃_t -> logits. Without a score it is the model of Sutskever et al. 2014,
where the encoder's last state is all that the decoder gets.

Shape letters: B batch, S source tokens, T target tokens, L layers, D vector size, V vocabulary.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from core.attention import Attended, attend
from core.models import Block, Prediction, Reading, Readout, spelled
from core.scores import score_function
from core.trace import Score

CELLS = {"LSTM": nn.LSTM, "GRU": nn.GRU}
WIRINGS = ("luong", "bahdanau")


@dataclass(frozen=True)
class RecurrentConfig:
    """The shape of a recurrent model; raises ValueError for one that cannot be built."""

    kind: ClassVar[str] = "recurrent"
    vocabulary: int
    size: int = 320  # of embeddings and states; two directions of the encoder share it evenly
    encoder_layers: int = 2
    decoder_layers: int = 2
    cell: str = "LSTM"
    score: str | None = "general"
    input_feeding: bool = False
    dropout: float = 0.2
    wiring: str = "luong"  # which state attends, and where its context goes
    bidirectional: bool = True  # whether the encoder reads from both ends
    one_hot: bool = False  # tokens are read as one-hot vectors, and written by a matrix of its own
    combine: bool = True  # h̃ = tanh(W_c [c; h]) before the readout, or h as it is

    def __post_init__(self):
        if self.cell not in CELLS:
            raise ValueError(f"no cell {self.cell!r}; there are {', '.join(CELLS)}")
        if self.wiring not in WIRINGS:
            raise ValueError(f"no wiring {self.wiring!r}; there are {', '.join(WIRINGS)}")
        if self.wiring == "bahdanau" and self.score is None:
            raise ValueError("Bahdanau's wiring feeds a context in: it needs a score")
        if self.bidirectional and self.size % 2:
            raise ValueError(f"the size is split between two directions: {self.size} is odd")
        if not self.combine and (self.input_feeding or (self.score and self.wiring == "luong")):
            raise ValueError("attention and input feeding need h̃: they cannot do without combine")
        if self.encoder_layers != self.decoder_layers:
            raise ValueError(
                "each decoder layer starts from the encoder layer beside it, so there must be as "
                f"many: {self.encoder_layers} and {self.decoder_layers} differ"
            )


class RecurrentState(NamedTuple):
    """All that the decoder carries from step to step, batch first."""

    memory: Tensor  # h̄, the encoder's states (B, S, D)
    visible: Tensor  # bool (B, S), False where padded
    hidden: Tensor  # (B, L, D)
    cell: Tensor  # (B, L, D); (B, 0, D) for a GRU
    feed: Tensor  # h̃ of the step before (B, 1, D); (B, 0, D) without input feeding


class Decoded(NamedTuple):
    """T decoder steps at once."""

    scores: Tensor | None  # (B, T, S)
    weights: Tensor | None  # (B, T, S)
    context: Tensor | None  # (B, T, D)
    query: Tensor | None  # (B, T, D), what attended: h_t in Luong's wiring, h_{t-1} in Bahdanau's
    hidden: Tensor  # (B, T, D)
    combined: Tensor  # (B, T, D)
    state: RecurrentState


class OneHot(nn.Module):
    """Tokens (...) as vectors (..., V) of zeros and a one: the matrix that reads them has one
    column for each."""

    def __init__(self, size: int):
        super().__init__()
        self.size = size

    def forward(self, tokens: Tensor) -> Tensor:
        return nn.functional.one_hot(tokens, self.size).to(torch.get_default_dtype())


class RecurrentModel(nn.Module):
    """An encoder that reads the source once, and a decoder that writes token by token."""

    def __init__(self, config: RecurrentConfig):
        super().__init__()
        self.config = config
        size = config.size
        cell = CELLS[config.cell]
        if config.one_hot:
            self.embedding, given = OneHot(config.vocabulary), config.vocabulary
            self.readout_weight = nn.Parameter(torch.empty(config.vocabulary, size))
            nn.init.xavier_uniform_(self.readout_weight)
        else:
            # One matrix embeds source and target and reads out the logits (Press & Wolf 2017,
            # arXiv 1608.05859): the vocabulary is joint.
            self.embedding, given = nn.Embedding(config.vocabulary, size), size
            nn.init.normal_(self.embedding.weight, std=size**-0.5)
        between = config.dropout if config.encoder_layers > 1 else 0.0
        self.directions = 1 + config.bidirectional
        self.encoder = cell(
            given,
            size // self.directions,
            config.encoder_layers,
            batch_first=True,
            dropout=between,
            bidirectional=config.bidirectional,
        )
        self.decoder = cell(
            given + size * (config.input_feeding + (config.wiring == "bahdanau")),
            size,
            config.decoder_layers,
            batch_first=True,
            dropout=between,
        )
        self.score = score_function(config.score)(size, size) if config.score else None
        if config.combine:
            self.W_c = nn.Linear(size * (2 if config.score else 1), size, bias=False)
        self.readout_bias = nn.Parameter(torch.zeros(config.vocabulary))
        self.dropout = nn.Dropout(config.dropout)

    def start(self, source: Tensor, visible: Tensor | None = None) -> RecurrentState:
        """The state before the first token; source ids (B, S), padded where not `visible`."""
        if visible is None:
            visible = torch.ones_like(source, dtype=torch.bool)
        memory, last = self._encode(self._embed(source), visible)
        # The directions' last states of each layer, side by side, start the decoder's layer.
        hidden, cell = (
            part.unflatten(0, (-1, self.directions)).permute(2, 0, 1, 3).flatten(2)  # (B, L, D)
            for part in (last if isinstance(last, tuple) else (last, last[:0]))
        )
        feed = memory.new_zeros(len(source), int(self.config.input_feeding), self.config.size)
        return RecurrentState(memory, visible, hidden, cell, feed)

    def step(
        self, token: Tensor, state: RecurrentState, weights: Tensor | None = None
    ) -> Prediction:
        """Reads `token` (B,) and predicts the next; `weights` (B, S) replace the attention's."""
        decoded = self.decode(token[:, None], state, None if weights is None else weights[:, None])
        blocks = ()
        if decoded.scores is not None:
            blocks = (Block("cross", decoded.scores[:, 0], decoded.weights[:, 0], state.visible),)
        return Prediction(
            self.logits(decoded.combined[:, 0]),
            blocks,
            None if decoded.context is None else decoded.context[:, 0],
            None if decoded.query is None else decoded.query[:, 0],
            decoded.hidden[:, 0],
            decoded.combined[:, 0],
            decoded.state,
        )

    def decode(
        self, tokens: Tensor, state: RecurrentState, weights: Tensor | None = None
    ) -> Decoded:
        """Reads `tokens` (B, T) from `state` on: T = 1 is a step, T > 1 teacher forcing."""
        embedded = self._embed(tokens)  # (B, T, D)
        if self.config.wiring == "luong" and not self.config.input_feeding:
            return self._advance(embedded, state, weights)
        # What the recurrence reads comes from the step before: one step at a time.
        steps = []
        for t in range(tokens.shape[1]):
            here = slice(t, t + 1)
            given = None if weights is None else weights[:, here]
            steps.append(self._advance(embedded[:, here], state, given))
            state = steps[-1].state
        together = [
            None if parts[0] is None else torch.cat(parts, 1)
            for parts in zip(*(step[:-1] for step in steps))
        ]
        return Decoded(*together, state)

    def read(self, source: Tensor) -> Reading:
        """A state and nothing besides: the encoder does not attend."""
        return Reading(self.start(source), None, None)

    def described(self) -> tuple[str, str, Score | None]:
        """Its cell, its wiring and its score, as a trace tells them."""
        config, score = self.config, self.score
        if score is None:
            return config.cell, config.wiring, None
        source = score.source
        if config.wiring == "bahdanau":
            source += ", in the wiring of Bahdanau et al. 2015, section 3.1"
        told = Score(score.name, spelled(score.latex, config.wiring), source)
        return config.cell, config.wiring, told

    def readout(self) -> Readout:
        """What makes logits of combined states."""
        weight = self.readout_weight if self.config.one_hot else self.embedding.weight
        return Readout(weight, self.readout_bias)

    def logits(self, combined: Tensor) -> Tensor:
        """Next-token logits (..., V) of combined states (..., D)."""
        return nn.functional.linear(combined, *self.readout())

    def _embed(self, tokens: Tensor) -> Tensor:
        if self.config.one_hot:
            return self.embedding(tokens)
        # × √D as in Vaswani et al. 2017, section 3.4, where the readout shares the matrix too.
        return self.dropout(self.embedding(tokens) * self.config.size**0.5)

    def _encode(self, embedded: Tensor, visible: Tensor):
        if bool(visible.all()):
            return self.encoder(embedded)
        packed = pack_padded_sequence(
            embedded, visible.sum(1).cpu(), batch_first=True, enforce_sorted=False
        )
        states, last = self.encoder(packed)
        return pad_packed_sequence(states, True, total_length=visible.shape[1])[0], last

    def _advance(self, given: Tensor, state: RecurrentState, weights: Tensor | None) -> Decoded:
        """The recurrence over `given` (B, T, D), and attention after it or, in Bahdanau's wiring,
        where T is 1, before it."""
        found = query = None
        if self.config.input_feeding:
            given = torch.cat([given, state.feed], -1)
        if self.config.wiring == "bahdanau":
            # s_i = f(s_{i-1}, y_{i-1}, c_i), c_i from s_{i-1}: Bahdanau et al. 2015, section 3.1.
            query = state.hidden[:, -1:]  # of the top layer (B, 1, D)
            found = self._attend(query, state, weights)
            given = torch.cat([given, found.context], -1)
        h, state = self._recur(given, state)
        if self.config.wiring == "luong" and self.score is not None:
            query = h
            found = self._attend(query, state, weights)
        combined = h
        if self.config.combine:
            # Luong et al. 2015, equation 5, in both wirings: models differ in their attention
            # alone.
            combined = torch.tanh(self.W_c(torch.cat([found.context, h], -1) if found else h))
        if self.config.input_feeding:
            state = state._replace(feed=combined)
        combined = self.dropout(combined)
        return Decoded(*(found or (None, None, None)), query, h, combined, state)

    def _recur(self, given: Tensor, state: RecurrentState) -> tuple[Tensor, RecurrentState]:
        hidden, cell = (part.transpose(0, 1).contiguous() for part in (state.hidden, state.cell))
        if len(cell):
            h, (hidden, cell) = self.decoder(given, (hidden, cell))
        else:
            h, hidden = self.decoder(given, hidden)
        return h, state._replace(hidden=hidden.transpose(0, 1), cell=cell.transpose(0, 1))

    def _attend(self, query: Tensor, state: RecurrentState, weights: Tensor | None) -> Attended:
        scores = self.score(query, state.memory)
        return attend(scores, state.memory, state.visible[:, None], weights)
