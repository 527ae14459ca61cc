"""The Transformer (Vaswani et al. 2017): the same attention three times, and no recurrence.

Encoder layers attend to the source itself; decoder layers to what has been written so far, under a
causal mask, and then to the encoder's output. Sublayers are pre-norm, x + sublayer(norm(x)), as in
Xiong et al. 2020 (arXiv 2002.04745), with a norm after the last layer; `norm="post"` gives the
paper's norm(x + sublayer(x)).

Shape letters: B batch, S source tokens, T target tokens, Q queries, K keys, H heads, L layers,
D vector size, d = D / H size of a head, V vocabulary.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, NamedTuple

import torch
from torch import Tensor, nn

from core.attention import attend
from core.models import Block, Prediction, Reading, Readout, spelled
from core.scores import score_function
from core.trace import Score

NORMS = ("pre", "post")


@dataclass(frozen=True)
class TransformerConfig:
    """The shape of a Transformer; raises ValueError for one that cannot be built."""

    kind: ClassVar[str] = "transformer"
    vocabulary: int
    size: int = 256
    heads: int = 8
    encoder_layers: int = 3
    decoder_layers: int = 3
    inner: int = 1024  # of the feed-forward layer
    norm: str = "pre"
    dropout: float = 0.1

    def __post_init__(self):
        counts = (
            self.vocabulary, self.size, self.heads, self.encoder_layers, self.decoder_layers,
            self.inner,
        )  # fmt: skip
        if min(counts) < 1:
            raise ValueError("of sizes, heads and layers a Transformer has at least one each")
        if self.size % self.heads:
            raise ValueError(f"{self.heads} heads cannot share {self.size} dimensions evenly")
        if self.size % 2:
            raise ValueError(f"positions are pairs of sine and cosine, so {self.size} is no size")
        if self.norm not in NORMS:
            raise ValueError(f"no norm {self.norm!r}; there are {', '.join(NORMS)}")


class TransformerState(NamedTuple):
    """All that the decoder carries from step to step, batch first."""

    memory: Tensor  # the encoder's output (B, S, D)
    visible: Tensor  # bool (B, S), False where padded
    source_keys: Tensor  # of each decoder layer's cross-attention (B, L, H, S, d)
    source_values: Tensor
    own_keys: Tensor  # of each decoder layer's self-attention, so far (B, L, H, T, d)
    own_values: Tensor


class Heads(NamedTuple):
    """What one multi-head attention computed, nothing left out."""

    queries: Tensor  # (B, H, Q, d)
    keys: Tensor  # (B, H, K, d)
    values: Tensor  # (B, H, K, d)
    visible: Tensor  # bool, broadcastable to (B, H, Q, K)
    scores: Tensor  # (B, H, Q, K)
    weights: Tensor  # (B, H, Q, K)
    context: Tensor  # (B, H, Q, d), zero for a head that is switched off


class Change(NamedTuple):
    """One sublayer, and the residual stream before and after it."""

    before: Tensor  # x (B, N, D)
    given: Tensor  # what the sublayer reads: norm(x), or x where the norm comes after it
    added: Tensor  # what it adds to x
    after: Tensor  # the next x
    heads: Heads | None  # of an attention


class Encoded(NamedTuple):
    """The source, read at once."""

    memory: Tensor  # (B, S, D)
    embedded: Tensor  # (B, S, D), embeddings and positions: where the residual stream begins
    layers: list[tuple[Change, Change]]  # self-attention and feed-forward of each layer


class Decoded(NamedTuple):
    """T decoder steps at once."""

    embedded: Tensor  # (B, T, D)
    layers: list[tuple[Change, Change, Change]]  # self-, cross-attention, feed-forward of each
    hidden: Tensor  # (B, T, D), of the last layer, before the last norm
    combined: Tensor  # (B, T, D), what the logits are read from
    state: TransformerState


class MultiHead(nn.Module):
    """Attention by H heads side by side: Vaswani et al. 2017, section 3.2.2."""

    def __init__(self, size: int, heads: int):
        super().__init__()
        self.heads = heads
        self.off: tuple[int, ...] = ()  # heads that are switched off, from 0
        self.score = score_function("scaled-dot")(size // heads, size // heads)
        self.W_Q, self.W_K, self.W_V, self.W_O = (nn.Linear(size, size) for _ in range(4))

    def split(self, given: Tensor) -> Tensor:
        """(B, N, D) -> (B, H, N, d)."""
        return given.view(*given.shape[:-1], self.heads, -1).transpose(1, 2)

    def remember(self, given: Tensor) -> tuple[Tensor, Tensor]:
        """Keys and values (B, H, K, d) of what is attended to (B, K, D)."""
        return self.split(self.W_K(given)), self.split(self.W_V(given))

    def forward(
        self,
        given: Tensor,
        keys: Tensor,
        values: Tensor,
        visible: Tensor,
        weights: Tensor | None = None,
    ) -> tuple[Tensor, Heads]:
        """What W_O makes of all heads (B, Q, D), where the queries come from `given` (B, Q, D).

        Keys and values are those of `remember`; `visible` and `weights`, which replace the
        softmax, are broadcastable to (B, H, Q, K).
        """
        queries = self.split(self.W_Q(given))
        found = attend(self.score(queries, keys), values, visible, weights)
        context = found.context
        if self.off:
            on = context.new_ones(self.heads, 1, 1)
            on[list(self.off)] = 0
            context = context * on
        joined = context.transpose(1, 2).flatten(2)  # (B, Q, D)
        heads = Heads(queries, keys, values, visible, found.scores, found.weights, context)
        return self.W_O(joined), heads


class FeedForward(nn.Sequential):
    """max(0, x W_1 + b_1) W_2 + b_2: Vaswani et al. 2017, equation 2."""

    def __init__(self, size: int, inner: int):
        super().__init__(nn.Linear(size, inner), nn.ReLU(), nn.Linear(inner, size))


class Residual(nn.Module):
    """The residual connection and norm (section 3.1) and the dropout (section 5.4) around attention
    or feed-forward."""

    def __init__(self, config: TransformerConfig):
        super().__init__()
        self.pre = config.norm == "pre"
        self.norm = nn.LayerNorm(config.size)
        self.dropout = nn.Dropout(config.dropout)

    def before(self, x: Tensor) -> Tensor:
        """What the sublayer reads of the states x, both (B, N, D)."""
        return self.norm(x) if self.pre else x

    def after(self, x: Tensor, given: Tensor, added: Tensor, heads: Heads | None = None) -> Change:
        """All of the sublayer that was `given` what `before` made of x, and answered `added`."""
        changed = x + (self.dropout(added) if self.training else added)
        return Change(x, given, added, changed if self.pre else self.norm(changed), heads)


class EncoderLayer(nn.Module):
    """Self-attention and feed-forward: Vaswani et al. 2017, section 3.1."""

    def __init__(self, config: TransformerConfig):
        super().__init__()
        self.own = MultiHead(config.size, config.heads)
        self.feed = FeedForward(config.size, config.inner)
        self.own_around, self.feed_around = Residual(config), Residual(config)

    def forward(self, x: Tensor, visible: Tensor) -> tuple[Change, Change]:
        """What both sublayers make of the states x (B, S, D)."""
        given = self.own_around.before(x)
        own = self.own_around.after(x, given, *self.own(given, *self.own.remember(given), visible))
        given = self.feed_around.before(own.after)
        return own, self.feed_around.after(own.after, given, self.feed(given))


class DecoderLayer(nn.Module):
    """Masked self-attention, attention to the encoder, feed-forward: section 3.1."""

    def __init__(self, config: TransformerConfig):
        super().__init__()
        self.own = MultiHead(config.size, config.heads)
        self.cross = MultiHead(config.size, config.heads)
        self.feed = FeedForward(config.size, config.inner)
        self.own_around, self.cross_around = Residual(config), Residual(config)
        self.feed_around = Residual(config)

    def forward(
        self,
        x: Tensor,
        state: TransformerState,
        layer: int,
        seen: Tensor,
        weights: Tensor | None,
    ) -> tuple[Change, Change, Change]:
        """What the three sublayers make of the states x (B, T, D); queries of self-attention read
        the keys that are `seen` (T, K)."""
        given = self.own_around.before(x)
        keys, values = (
            torch.cat([past[:, layer], new], 2)
            for past, new in zip((state.own_keys, state.own_values), self.own.remember(given))
        )
        own = self.own_around.after(x, given, *self.own(given, keys, values, seen))
        given = self.cross_around.before(own.after)
        cross = self.cross_around.after(
            own.after,
            given,
            *self.cross(
                given,
                state.source_keys[:, layer],
                state.source_values[:, layer],
                state.visible[:, None, None],
                weights,
            ),
        )
        given = self.feed_around.before(cross.after)
        return own, cross, self.feed_around.after(cross.after, given, self.feed(given))


@lru_cache(1024)
def positions(first: int, count: int, size: int) -> Tensor:
    """Sinusoids (count, D) of the positions from `first` on: Vaswani et al. 2017, section 3.5."""
    place = torch.arange(first, first + count)[:, None]
    rate = 10_000 ** (-torch.arange(0, size, 2) / size)
    return torch.stack([torch.sin(place * rate), torch.cos(place * rate)], -1).flatten(1)


class TransformerModel(nn.Module):
    """An encoder that reads the source at once, and a decoder that writes token by token."""

    def __init__(self, config: TransformerConfig):
        super().__init__()
        self.config = config
        # One matrix embeds source and target and reads out the logits: section 3.4.
        self.embedding = nn.Embedding(config.vocabulary, config.size)
        self.encoder = nn.ModuleList(EncoderLayer(config) for _ in range(config.encoder_layers))
        self.decoder = nn.ModuleList(DecoderLayer(config) for _ in range(config.decoder_layers))
        last = nn.LayerNorm if config.norm == "pre" else nn.Identity
        self.encoder_norm, self.decoder_norm = last(config.size), last(config.size)
        self.readout_bias = nn.Parameter(torch.zeros(config.vocabulary))
        self.dropout = nn.Dropout(config.dropout)
        self.placed = True  # whether embeddings get positions
        for value in self.parameters():
            if value.dim() > 1:
                nn.init.xavier_uniform_(value)
        nn.init.normal_(self.embedding.weight, std=config.size**-0.5)

    def encode(self, source: Tensor, visible: Tensor) -> Encoded:
        """Reads the source ids (B, S), padded where not `visible`."""
        embedded = x = self._embed(source, 0)
        layers = []
        for layer in self.encoder:
            layers.append(layer(x, visible[:, None, None]))
            x = layers[-1][-1].after
        return Encoded(self.encoder_norm(x), embedded, layers)

    def start(self, source: Tensor, visible: Tensor | None = None) -> TransformerState:
        """The state before the first token; source ids (B, S), padded where not `visible`."""
        if visible is None:
            visible = torch.ones_like(source, dtype=torch.bool)
        return self._before(self.encode(source, visible).memory, visible)

    def read(self, source: Tensor) -> Reading:
        """The state after the source ids (1, S), all of the encoder's maps, and the values that
        each head of the cross-attention takes from."""
        visible = torch.ones_like(source, dtype=torch.bool)
        encoded = self.encode(source, visible)
        scores, weights = (
            torch.stack([getattr(own.heads, name) for own, _ in encoded.layers], 1)
            for name in ("scores", "weights")
        )  # (1, L, H, S, S)
        state = self._before(encoded.memory, visible)
        return Reading(state, Block("encoder", scores, weights, visible), state.source_values)

    def decode(
        self,
        tokens: Tensor,
        state: TransformerState,
        weights: Tensor | None = None,
        causal: bool = True,
    ) -> Decoded:
        """Reads `tokens` (B, T) from `state` on: T = 1 is a step, T > 1 teacher forcing.

        `weights` (B, T, S) replace those of every head's attention to the source. Without the
        `causal` mask every token reads all of `tokens`, those after it too: a what-if.
        """
        done, count = state.own_keys.shape[3], tokens.shape[1]
        seen = torch.ones(count, done + count, dtype=torch.bool, device=tokens.device)
        if causal:  # query t may read the keys up to its own place
            seen = seen.tril(done)
        embedded = x = self._embed(tokens, done)
        layers = []
        for index, layer in enumerate(self.decoder):
            given = None if weights is None else weights[:, None]
            layers.append(layer(x, state, index, seen, given))
            x = layers[-1][-1].after
        keys, values = (
            torch.stack([getattr(own.heads, name) for own, *_ in layers], 1)
            for name in ("keys", "values")
        )
        state = state._replace(own_keys=keys, own_values=values)
        return Decoded(embedded, layers, x, self.decoder_norm(x), state)

    def step(
        self, token: Tensor, state: TransformerState, weights: Tensor | None = None
    ) -> Prediction:
        """Reads `token` (B,) and predicts the next; `weights` (B, S) replace those of every head's
        attention to the source."""
        found = self.decode(token[:, None], state, None if weights is None else weights[:, None])
        own, cross = ([layer[place].heads for layer in found.layers] for place in (0, 1))

        def last(heads: list[Heads], name: str) -> Tensor:  # (B, L, H, ...), of the one query
            return torch.stack([getattr(one, name) for one in heads], 1)[..., -1, :]

        written = found.state.own_keys.shape[3]
        seen = torch.ones(len(token), written, dtype=torch.bool, device=token.device)
        blocks = (
            Block("cross", last(cross, "scores"), last(cross, "weights"), state.visible),
            Block("self", last(own, "scores"), last(own, "weights"), seen),
        )
        combined = found.combined[:, 0]
        return Prediction(
            self.logits(combined),
            blocks,
            last(cross, "context"),
            last(cross, "queries"),
            found.hidden[:, 0],
            combined,
            found.state,
        )

    def attentions(self) -> dict[str, MultiHead]:
        """Every attention by its name: "encoder.1", "self.2", "cross.3" and so on, from 1."""
        return {
            **{f"encoder.{i}": layer.own for i, layer in enumerate(self.encoder, 1)},
            **{f"self.{i}": layer.own for i, layer in enumerate(self.decoder, 1)},
            **{f"cross.{i}": layer.cross for i, layer in enumerate(self.decoder, 1)},
        }

    def described(self) -> tuple[str, str, Score]:
        """Its cell, its wiring and its score, as a trace tells them."""
        score = self.decoder[0].cross.score
        latex = spelled(score.latex, "transformer")
        return "Transformer", "transformer", Score(score.name, latex, score.source)

    def readout(self) -> Readout:
        """What makes logits of combined states."""
        return Readout(self.embedding.weight, self.readout_bias)

    def logits(self, combined: Tensor) -> Tensor:
        """Next-token logits (..., V) of combined states (..., D)."""
        return nn.functional.linear(combined, *self.readout())

    def _before(self, memory: Tensor, visible: Tensor) -> TransformerState:
        keys, values = (
            torch.stack(part, 1)
            for part in zip(*(layer.cross.remember(memory) for layer in self.decoder))
        )
        nothing = keys[:, :, :, :0]
        return TransformerState(memory, visible, keys, values, nothing, nothing)

    def _embed(self, tokens: Tensor, first: int) -> Tensor:
        # Embeddings times the root of D: section 3.4.
        size = self.config.size
        embedded = self.embedding(tokens) * size**0.5
        if self.placed:
            embedded = embedded + positions(first, tokens.shape[1], size).to(tokens.device)
        return self.dropout(embedded)
