"""Recurrent translation models: a bidirectional encoder and a decoder that may attend to it.

The wiring is that of Luong et al. 2015: h_t -> scores -> weights -> context c_t ->
h̃_t = tanh(W_c [c_t; h_t]) -> logits. Without a score it is the model of Sutskever et al. 2014,
where the encoder's last state is all that the decoder gets.

Shape letters: B batch, S source tokens, T target tokens, L layers, D vector size, V vocabulary.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from core.attention import attend
from core.models import Block, Prediction
from core.scores import score_function

CELLS = {"LSTM": nn.LSTM, "GRU": nn.GRU}


@dataclass(frozen=True)
class RecurrentConfig:
    """The shape of a recurrent model; raises ValueError for one that cannot be built."""

    vocabulary: int
    size: int = 320  # of embeddings and states; the encoder has half of it in each direction
    encoder_layers: int = 2
    decoder_layers: int = 2
    cell: str = "LSTM"
    score: str | None = "general"
    input_feeding: bool = False
    dropout: float = 0.3

    def __post_init__(self):
        if self.cell not in CELLS:
            raise ValueError(f"no cell {self.cell!r}; there are {', '.join(CELLS)}")
        if self.size % 2:
            raise ValueError(f"the size is split between two directions: {self.size} is odd")
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
    hidden: Tensor  # (B, T, D)
    combined: Tensor  # (B, T, D)
    state: RecurrentState


class RecurrentModel(nn.Module):
    def __init__(self, config: RecurrentConfig):
        super().__init__()
        self.config = config
        size = config.size
        cell = CELLS[config.cell]
        # One matrix embeds source and target and reads out the logits (Press & Wolf 2017,
        # arXiv 1608.05859): the vocabulary is joint.
        self.embedding = nn.Embedding(config.vocabulary, size)
        nn.init.normal_(self.embedding.weight, std=size**-0.5)
        between = config.dropout if config.encoder_layers > 1 else 0.0
        self.encoder = cell(
            size,
            size // 2,
            config.encoder_layers,
            batch_first=True,
            dropout=between,
            bidirectional=True,
        )
        self.decoder = cell(
            size * (1 + config.input_feeding),
            size,
            config.decoder_layers,
            batch_first=True,
            dropout=between,
        )
        self.score = score_function(config.score)(size, size) if config.score else None
        self.W_c = nn.Linear(size * (2 if config.score else 1), size, bias=False)
        self.readout_bias = nn.Parameter(torch.zeros(config.vocabulary))
        self.dropout = nn.Dropout(config.dropout)

    def start(self, source: Tensor, visible: Tensor | None = None) -> RecurrentState:
        """The state before the first token; source ids (B, S), padded where not `visible`."""
        if visible is None:
            visible = torch.ones_like(source, dtype=torch.bool)
        memory, last = self._encode(self._embed(source), visible)
        # The two directions' last states of each layer, side by side, start the decoder's layer.
        hidden, cell = (
            part.unflatten(0, (-1, 2)).permute(2, 0, 1, 3).flatten(2)  # (B, L, D)
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
            decoded.hidden[:, 0],
            decoded.combined[:, 0],
            decoded.state,
        )

    def decode(
        self, tokens: Tensor, state: RecurrentState, weights: Tensor | None = None
    ) -> Decoded:
        """Reads `tokens` (B, T) from `state` on: T = 1 is a step, T > 1 teacher forcing."""
        embedded = self._embed(tokens)  # (B, T, D)
        if not self.config.input_feeding:
            return self._advance(embedded, state, weights)
        steps = []
        for t in range(tokens.shape[1]):
            given = torch.cat([embedded[:, t : t + 1], state.feed], -1)  # (B, 1, 2D)
            steps.append(
                self._advance(given, state, None if weights is None else weights[:, t : t + 1])
            )
            state = steps[-1].state._replace(feed=steps[-1].combined)
        together = [
            None if parts[0] is None else torch.cat(parts, 1)
            for parts in zip(*(s[:5] for s in steps))
        ]
        return Decoded(*together, state)

    def logits(self, combined: Tensor) -> Tensor:
        """Next-token logits (..., V) of combined states (..., D)."""
        return nn.functional.linear(
            self.dropout(combined), self.embedding.weight, self.readout_bias
        )

    def _embed(self, tokens: Tensor) -> Tensor:
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
        """The recurrence over `given` (B, T, ...), then attention and its combination."""
        hidden, cell = (part.transpose(0, 1).contiguous() for part in (state.hidden, state.cell))
        if len(cell):
            h, (hidden, cell) = self.decoder(given, (hidden, cell))
        else:
            h, hidden = self.decoder(given, hidden)
        state = state._replace(hidden=hidden.transpose(0, 1), cell=cell.transpose(0, 1))
        if self.score is None:
            return Decoded(None, None, None, h, torch.tanh(self.W_c(h)), state)
        found = attend(self.score(h, state.memory), state.memory, state.visible[:, None], weights)
        # Luong et al. 2015, equation 5.
        combined = torch.tanh(self.W_c(torch.cat([found.context, h], -1)))
        return Decoded(found.scores, found.weights, found.context, h, combined, state)
