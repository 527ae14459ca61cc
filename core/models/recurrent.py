"""Recurrent translation models: a bidirectional encoder and a decoder that may attend to it.

Two wirings, and any score runs in either. Luong et al. 2015 attend with the current state: h_t ->
scores -> weights -> context c_t -> h̃_t = tanh(W_c [c_t; h_t]) -> logits. Bahdanau et al. 2015
attend with the previous one and let the recurrence read what they found: h_{t-1} -> scores ->
weights -> c_t -> h_t -> h̃_t -> logits. Without a score it is the model of Sutskever et al. 2014,
where the encoder's last state is all that the decoder gets. A window lets it attend to some places
of the source alone (`core.windows`).

Shape letters: B batch, S source tokens, T target tokens, L layers, D vector size, V vocabulary.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import ClassVar, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from core.attention import attend
from core.facts import AttentionFacts, Facts
from core.formulas import LATEX
from core.models import (
    Block,
    Combining,
    Decoded,
    Heads,
    Memory,
    Model,
    Readout,
    Scorer,
    Sweep,
    described,
)  # fmt: skip
from core.models.unrolling import unrolled
from core.scores import LUONG, score_function
from core.trace import Local, Score
from core.whatif import NOTHING, WhatIf
from core.windows import CENTRES, PREDICTIVE, SHORT, WINDOWS, Predicted, Window, stepped


class Cell(NamedTuple):
    """One kind of recurrence: its layers over a whole sequence, and one step of one layer."""

    layers: type[nn.RNNBase]
    step: Callable[..., Tensor | tuple[Tensor, Tensor]]  # x, the state before, the weights
    remembers: bool = False  # besides its state it has a memory cell: the state is a pair


CELLS = {
    "LSTM": Cell(nn.LSTM, torch.lstm_cell, True),  # Hochreiter & Schmidhuber 1997
    "GRU": Cell(nn.GRU, torch.gru_cell),  # Cho et al. 2014, arXiv 1406.1078
    "RNN": Cell(nn.RNN, torch.rnn_tanh_cell),  # Elman 1990: h_t = tanh(W x_t + U h_{t-1} + b)
}
WIRINGS = ("luong", "bahdanau")
GLOBAL = "global"  # no window: a step may attend to all places
# In Bahdanau's wiring the state before attends.
LETTERS = {"luong": LUONG, "bahdanau": LUONG._replace(query="h_{t-1}")}


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
    window: str = GLOBAL  # which places of the source a step may attend to
    reach: int = 10  # D, the places of a window to each side of its centre

    def __post_init__(self):
        if self.cell not in CELLS:
            raise ValueError(f"no cell {self.cell!r}; there are {', '.join(CELLS)}")
        if self.wiring not in WIRINGS:
            raise ValueError(f"no wiring {self.wiring!r}; there are {', '.join(WIRINGS)}")
        if self.wiring == "bahdanau" and self.score is None:
            raise ValueError("Bahdanau's wiring feeds a context in: it needs a score")
        if self.window not in (GLOBAL, *WINDOWS):
            raise ValueError(f"no window {self.window!r}; there are {GLOBAL}, {', '.join(WINDOWS)}")
        if self.window != GLOBAL and self.score is None:
            raise ValueError("a window says where to attend: it needs a score")
        if min(self.vocabulary, self.size, self.encoder_layers, self.reach) < 1:
            raise ValueError("of vocabulary, size, layers and reach there is at least one each")
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
    keys: Tensor  # what the score makes of the memory (B, S, N); (B, 0, 0) without one
    hidden: Tensor  # (B, L, D)
    cell: Tensor  # (B, L, D); (B, 0, D) for a cell that has none
    feed: Tensor  # h̃ of the step before (B, 1, D); (B, 0, D) without input feeding
    taken: Tensor  # how many steps (B,)


class OneHot(nn.Module):
    """Tokens (...) as vectors (..., V) of zeros and a one: the matrix that reads them has one
    column for each."""

    def __init__(self, size: int):
        super().__init__()
        self.size = size

    def forward(self, tokens: Tensor) -> Tensor:
        vectors = nn.functional.one_hot(tokens, self.size).to(torch.get_default_dtype())
        # A gradient by what is read is asked for outside training alone.
        return vectors.requires_grad_(torch.is_grad_enabled() and not self.training)


class RecurrentModel(Model):
    """An encoder that reads the source once, and a decoder that writes token by token."""

    Config = RecurrentConfig
    choices = {"cell": tuple(CELLS), "wiring": WIRINGS, "window": (GLOBAL, *WINDOWS)}

    def __init__(self, config: RecurrentConfig):
        super().__init__()
        self.config = config
        size = config.size
        self.kind = CELLS[config.cell]
        cell = self.kind.layers
        if config.one_hot:
            self.embedding, given = OneHot(config.vocabulary), config.vocabulary
            self.readout_weight = nn.Parameter(torch.empty(config.vocabulary, size))
            nn.init.xavier_uniform_(self.readout_weight)
        else:
            # One matrix embeds source and target and reads out the logits (Press & Wolf 2017,
            # arXiv 1608.05859): the vocabulary is joint.
            self.embedding, given = nn.Embedding(config.vocabulary, size), size
            nn.init.normal_(self.embedding.weight, std=size**-0.5)
        between = config.dropout if config.decoder_layers > 1 else 0.0
        self.encoder = self._encoder(given, between)
        self.decoder = cell(
            given + size * (config.input_feeding + (config.wiring == "bahdanau")),
            size,
            config.decoder_layers,
            batch_first=True,
            dropout=between,
        )
        self.score = score_function(config.score)(size, size) if config.score else None
        self.centre = Predicted(size) if config.window == PREDICTIVE else None
        if config.combine:
            self.W_c = nn.Linear(size * (2 if config.score else 1), size, bias=False)
        self.readout_bias = nn.Parameter(torch.zeros(config.vocabulary))
        self.dropout = nn.Dropout(config.dropout)

    def _encoder(self, given: int, dropout: float) -> nn.Module:
        """What reads the source, whose tokens are vectors of the size `given`."""
        config = self.config
        self.directions = 1 + config.bidirectional
        return self.kind.layers(
            given,
            config.size // self.directions,
            config.encoder_layers,
            batch_first=True,
            dropout=dropout,
            bidirectional=config.bidirectional,
        )

    def encode(
        self, source: Tensor, visible: Tensor | None = None, whatif: WhatIf = NOTHING
    ) -> Memory:
        """Reads source ids (B, S), padded where not `visible`; a what-if changes nothing here."""
        return self.read(self._embed(source), visible, whatif)

    def read(
        self, embedded: Tensor, visible: Tensor | None = None, whatif: WhatIf = NOTHING
    ) -> Memory:
        """The same of vectors (B, S, D)."""
        if visible is None:
            visible = torch.ones(embedded.shape[:2], dtype=torch.bool, device=embedded.device)
        states, last = self._read(embedded, visible)
        # The directions' last states of each layer, side by side, start the decoder's layer.
        hidden, cell = (
            part.unflatten(0, (-1, self.directions)).permute(2, 0, 1, 3).flatten(2)  # (B, L, D)
            for part in (last if isinstance(last, tuple) else (last, last[:0]))
        )
        return Memory(states, visible, embedded, last=(hidden, cell))

    def sweeps(self, embedded: Tensor) -> tuple[Sweep, ...]:
        """The encoder's layers and directions, read word by word."""
        return unrolled(self.encoder, embedded)

    def start(self, memory: Memory) -> RecurrentState:
        """The state before the first token."""
        states, (hidden, cell) = memory.states, memory.last
        keys = self.score.project(states) if self.score else states[:, :0, :0]
        feed = states.new_zeros(len(states), int(self.config.input_feeding), self.config.size)
        taken = memory.visible.new_zeros(len(states), dtype=torch.long)
        return RecurrentState(states, memory.visible, keys, hidden, cell, feed, taken)

    def decode(self, tokens: Tensor, state: RecurrentState, whatif: WhatIf = NOTHING) -> Decoded:
        """Reads `tokens` (B, T) from `state` on: T = 1 is a step, T > 1 teacher forcing."""
        embedded = self._embed(tokens)  # (B, T, D)
        if self.config.wiring == "luong" and not self.config.input_feeding:
            return self._advance(embedded, state, whatif)
        # What the recurrence reads comes from the step before: one step at a time.
        steps = []
        for t in range(tokens.shape[1]):
            steps.append(self._advance(embedded[:, t : t + 1], state, whatif.at(t)))
            state = steps[-1].state
        return Decoded(
            self._together([step.attentions for step in steps]),
            torch.cat([step.hidden for step in steps], 1),
            torch.cat([step.combined for step in steps], 1),
            state,
        )

    def made_of(self) -> str:
        """What it is made of, in sentences for its card."""
        config, score = self.config, self.score_of()
        attention = (
            "no attention: the encoder's last state is all that the decoder gets (Sutskever et al. "
            "2014)"
        )
        if score:
            attention = f"attention with the {score.name} score ({score.source})"
        if config.window != GLOBAL:
            attention += f" to the {config.reach} places on each side of its centre"
        wiring = "Luong's wiring (Luong et al. 2015)"
        if config.wiring == "bahdanau":
            wiring = "Bahdanau's wiring (Bahdanau et al. 2015): it attends with the previous state"
        if not config.combine:
            wiring = "The decoder's state is read out as it is"
        reads = "it reads one-hot vectors, " if config.one_hot else ""
        ways = "bidirectional" if config.bidirectional else "forward"
        layers = "layer" if config.encoder_layers == 1 else "layers"
        return (
            f"{config.cell}, {reads}{ways} encoder of {config.encoder_layers} {layers}, decoder of "
            f"{config.decoder_layers}, {config.size} dimensions, {attention}. {wiring}, "
            f"{'with' if config.input_feeding else 'without'} input feeding."
        )

    def facts(self) -> Facts:
        """What it is made of and has."""
        attends = self.score is not None
        has = ["recurrence", "encoder"] + ["cross-attention"] * attends
        has += ["attends-first"] * (self.config.wiring == "bahdanau")
        has += ["output-layer"] * self.config.combine
        has += ["window"] * (self.config.window != GLOBAL)
        named = [*self.score.named_parameters()] if attends else []
        named += [*self.centre.named_parameters()] if self.centre else []
        return Facts(
            self.config.cell,
            self.score.name if attends else None,
            tuple(has),
            (AttentionFacts("cross", 1, 1),) if attends else (),
            sum(value.numel() for value in self.parameters()),
            tuple((name.removesuffix(".weight"), tuple(value.shape)) for name, value in named),
        )

    def stepping(self) -> Iterable[Tensor]:
        """All but those of the encoder, which reads a sentence as a whole."""
        return (value for name, value in self.named_parameters() if not name.startswith("encoder."))

    def score_of(self, whatif: WhatIf = NOTHING) -> Score | None:
        """How the attention scores, as a trace says it; None without attention."""
        if self.score is None:
            return None
        bahdanau = self.config.wiring == "bahdanau"
        remark = ", in the wiring of Bahdanau et al. 2015, section 3.1" if bahdanau else ""
        letters = LETTERS[self.config.wiring]
        found = described(type(self.score), letters, whatif, remark)
        if self.config.window == GLOBAL:
            return found
        return replace(
            found,
            name=f"{found.name} ({SHORT[self.config.window]})",
            latex=f"{found.latex} - {LATEX['gaussian']}" if self.centre else found.latex,
            source=f"{found.source}; local attention, section 3.2",
            window=Local(
                self.config.reach,
                self.centre is not None,
                CENTRES[self.config.window].replace("{query}", letters.query),
            ),
        )

    def scorer(self, block: str, layer: int, head: int) -> Scorer:
        """What scores in its attention. Raises LookupError for another than that to the source."""
        if self.score is None or (block, layer, head) != ("cross", 1, 1):
            raise LookupError(f"no attention {block}.{layer}.{head} in this model")
        return Scorer(self.score, LETTERS[self.config.wiring], self.facts().score_parameters)

    def combining(self) -> Combining:
        """W_c, taken apart; none where the context enters the recurrence too."""
        if self.score is None or self.config.wiring == "bahdanau":
            return super().combining()
        return Combining(*self.W_c.weight.split(self.config.size, 1))

    def readout(self) -> Readout:
        """What makes logits of combined states."""
        weight = self.readout_weight if self.config.one_hot else self.embedding.weight
        return Readout(weight, self.readout_bias)

    def _embed(self, tokens: Tensor) -> Tensor:
        if self.config.one_hot:
            return self.embedding(tokens)
        # × √D as in Vaswani et al. 2017, section 3.4, where the readout shares the matrix too.
        return self.dropout(self.embedding(tokens) * self.config.size**0.5)

    def _read(self, embedded: Tensor, visible: Tensor):
        if bool(visible.all()):
            return self.encoder(embedded)
        packed = pack_padded_sequence(
            embedded, visible.sum(1).cpu(), batch_first=True, enforce_sorted=False
        )
        states, last = self.encoder(packed)
        return pad_packed_sequence(states, True, total_length=visible.shape[1])[0], last

    def _advance(self, given: Tensor, state: RecurrentState, whatif: WhatIf) -> Decoded:
        """The recurrence over `given` (B, T, D), and attention after it or, in Bahdanau's wiring,
        where T is 1, before it."""
        found = None
        if self.config.input_feeding:
            given = torch.cat([given, state.feed], -1)
        if self.config.wiring == "bahdanau":
            # s_i = f(s_{i-1}, y_{i-1}, c_i), c_i from s_{i-1}: Bahdanau et al. 2015, section 3.1.
            found = self._attend(state.hidden[:, -1:], state, whatif)  # of the top layer (B, 1, D)
            given = torch.cat([given, found.layers[0].context[:, 0]], -1)
        h, state = self._recur(given, state)
        if self.config.wiring == "luong" and self.score is not None:
            found = self._attend(h, state, whatif)
        combined = h
        if self.config.combine:
            # Luong et al. 2015, equation 5, in both wirings: models differ in their attention
            # alone.
            read = torch.cat([found.layers[0].context[:, 0], h], -1) if found else h
            combined = torch.tanh(self.W_c(read))
        if self.config.input_feeding:
            state = state._replace(feed=combined)
        state = state._replace(taken=state.taken + h.shape[1])
        return Decoded((found,) if found else (), h, self.dropout(combined), state)

    def _recur(self, given: Tensor, state: RecurrentState) -> tuple[Tensor, RecurrentState]:
        """The states h (B, T, D) of the top layer after each of `given` (B, T, N)."""
        if given.shape[1] == 1:
            return self._one_step(given[:, 0], state)
        hidden, cell = (part.transpose(0, 1).contiguous() for part in (state.hidden, state.cell))
        if self.kind.remembers:
            h, (hidden, cell) = self.decoder(given, (hidden, cell))
        else:
            h, hidden = self.decoder(given, hidden)
        return h, state._replace(hidden=hidden.transpose(0, 1), cell=cell.transpose(0, 1))

    def _one_step(self, x: Tensor, state: RecurrentState) -> tuple[Tensor, RecurrentState]:
        """The same for one `x` (B, N): torch's cells, with the decoder's own weights, take a fifth
        of the time that its layers need to set out."""
        hidden, cell = [], []
        for layer, weights in enumerate(self.decoder.all_weights):
            x = x if layer == 0 else nn.functional.dropout(x, self.decoder.dropout, self.training)
            before = state.hidden[:, layer]
            if self.kind.remembers:
                x, c = self.kind.step(x, (before, state.cell[:, layer]), *weights)
                cell.append(c)
            else:
                x = self.kind.step(x, before, *weights)
            hidden.append(x)
        after = state._replace(hidden=torch.stack(hidden, 1))
        return x[:, None], after._replace(cell=torch.stack(cell, 1)) if cell else after

    def _attend(self, queries: Tensor, state: RecurrentState, whatif: WhatIf) -> Block:
        """What the queries (B, T, D) make of the memory, as one layer of one head."""
        scores = self.score.compare(queries, state.keys)[:, None]  # (B, 1, T, S)
        memory, read = state.memory[:, None], state.visible
        change = whatif.inside("cross", 1)
        window = self._window(queries, state)
        visible = window.visible(read) if window else read[:, None, None]
        bias = window.bias(read.shape[1]) if window else None
        found = attend(scores, memory, visible, change, queries.shape[-1], bias)
        if change is not None and change.replaced:
            visible = visible | (found.weights > 0)  # a hand may reach beyond the window
        heads = Heads(queries[:, None], memory, memory, *found)
        return Block("cross", (heads,), visible, True, centres=window and window.centres)

    def _window(self, queries: Tensor, state: RecurrentState) -> Window | None:
        """What each of the queries (B, T, D) may read; None where it is everything."""
        if self.config.window == GLOBAL:
            return None
        if self.centre:
            centres = self.centre(queries, state.visible)
        else:
            centres = stepped(state.taken, queries.shape[1], state.visible)
        return Window(centres, self.config.reach, self.centre is not None)

    def _together(self, steps: list[tuple[Block, ...]]) -> tuple[Block, ...]:
        """The attention of several steps as one of as many queries, beside those of each."""
        if not steps[0]:
            return ()
        layers = [blocks[0].layers[0] for blocks in steps]
        heads = Heads(
            *(
                layers[0]._asdict()[part]
                if part in ("keys", "values")
                else torch.cat([getattr(layer, part) for layer in layers], 2)
                for part in Heads._fields
            )
        )
        (first,), each = steps[0], tuple(blocks[0].layers for blocks in steps)
        visible, centres = first.visible, first.centres
        if centres is not None:  # and each query has a window of its own
            visible = torch.cat([blocks[0].visible for blocks in steps], 2)
            centres = torch.cat([blocks[0].centres for blocks in steps], 1)
        return (Block(first.name, (heads,), visible, True, each, centres),)
