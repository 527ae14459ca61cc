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
from core.facts import AttentionFacts, Facts
from core.models import (
    Block,
    Change,
    Decoded,
    Heads,
    Memory,
    Model,
    Projections,
    Readout,
    Scorer,
    Stream,
    described,
)  # fmt: skip
from core.scores import Letters, score_function
from core.trace import READ, SOURCE, WRITTEN, Score
from core.whatif import NOTHING, WhatIf
from core.whatif import Change as Changed

NORMS = ("pre", "post")
# Queries and keys are made of states, by each head its own.
LETTERS = Letters("q_t", "k_s", "d_k")


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
        check_shape(self, self.encoder_layers, self.decoder_layers)


def check_shape(config, *counts: int) -> None:
    """Raises ValueError for a configuration that no Transformer can be built of; of each of
    `counts` there is one at least."""
    if min(config.vocabulary, config.size, config.heads, config.inner, *counts) < 1:
        raise ValueError("of sizes, heads and layers a Transformer has at least one each")
    if config.size % config.heads:
        raise ValueError(f"{config.heads} heads cannot share {config.size} dimensions evenly")
    if config.size % 2:
        raise ValueError(f"positions are pairs of sine and cosine, so {config.size} is no size")
    if config.norm not in NORMS:
        raise ValueError(f"no norm {config.norm!r}; there are {', '.join(NORMS)}")


class TransformerState(NamedTuple):
    """All that the decoder carries from step to step, batch first."""

    memory: Tensor  # the encoder's output (B, S, D)
    visible: Tensor  # bool (B, S), False where padded
    source_keys: Tensor  # of each decoder layer's cross-attention (B, L, H, S, d)
    source_values: Tensor
    own_keys: Tensor  # of each decoder layer's self-attention, so far (B, L, H, T, d)
    own_values: Tensor


class MultiHead(nn.Module):
    """Attention by H heads side by side: Vaswani et al. 2017, section 3.2.2."""

    def __init__(self, size: int, heads: int):
        super().__init__()
        self.heads = heads
        self.score = score_function("scaled-dot")(size // heads, size // heads)
        self.W_Q, self.W_K, self.W_V, self.W_O = (nn.Linear(size, size) for _ in range(4))

    def split(self, given: Tensor) -> Tensor:
        """(B, N, D) -> (B, H, N, d)."""
        return given.view(*given.shape[:-1], self.heads, -1).transpose(1, 2)

    def remember(self, given: Tensor) -> tuple[Tensor, Tensor]:
        """Keys and values (B, H, K, d) of what is attended to (B, K, D)."""
        return self.split(self.W_K(given)), self.split(self.W_V(given))

    def forward(
        self, given: Tensor, keys: Tensor, values: Tensor, visible: Tensor | None,
        change: Changed | None = None,
    ) -> tuple[Tensor, Heads]:  # fmt: skip
        """What W_O makes of all heads (B, Q, D), where the queries come from `given` (B, Q, D).

        Keys and values are those of `remember`; `visible` is broadcastable to (B, H, Q, K), None
        where all is.
        """
        queries = self.split(self.W_Q(given))
        scores = self.score.compare(queries, keys)
        found = attend(scores, values, visible, change, queries.shape[-1])
        joined = found.context.transpose(1, 2).flatten(2)  # (B, Q, D)
        return self.W_O(joined), Heads(queries, keys, values, *found)


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

    def after(self, name: str, x: Tensor, given: Tensor, added: Tensor) -> Change:
        """All of the sublayer that was `given` what `before` made of x, and answered `added`."""
        changed = x + (self.dropout(added) if self.training else added)
        return Change(name, x, given, added, changed if self.pre else self.norm(changed))


class EncoderLayer(nn.Module):
    """Self-attention and feed-forward: Vaswani et al. 2017, section 3.1. Under a causal mask, and
    with the keys and values of what was read before, it is a layer of a decoder without a source:
    Radford et al. 2018, section 3.1."""

    def __init__(self, config: TransformerConfig):
        super().__init__()
        self.own = MultiHead(config.size, config.heads)
        self.feed = FeedForward(config.size, config.inner)
        self.own_around, self.feed_around = Residual(config), Residual(config)

    def forward(
        self, x: Tensor, layer: int, visible: Tensor | None, whatif: WhatIf,
        block: str = "encoder", past: tuple[Tensor, Tensor] | None = None,
    ) -> tuple[tuple[Change, Change], Heads]:  # fmt: skip
        """What both sublayers make of the states x (B, S, D). Queries read the keys that are
        `visible`, None where all are; those of the `past` (B, H, K, d) come before their own."""
        given = self.own_around.before(x)
        keys, values = self.own.remember(given)
        if past is not None:
            keys, values = (torch.cat(both, 2) for both in zip(past, (keys, values)))
        added, heads = self.own(given, keys, values, visible, whatif.inside(block, layer))
        own = self.own_around.after(f"{block}.{layer}", x, given, added)
        given = self.feed_around.before(own.after)
        feed = self.feed_around.after(f"feed.{layer}", own.after, given, self.feed(given))
        return (own, feed), heads


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
        self, x: Tensor, layer: int, state: TransformerState, seen: Tensor | None,
        visible: Tensor | None, whatif: WhatIf,
    ) -> tuple[tuple[Change, Change, Change], Heads, Heads]:  # fmt: skip
        """What the three sublayers make of the states x (B, T, D); queries of self-attention read
        the keys that are `seen` (T, K), those to the source the ones that are `visible`
        (B, 1, 1, S). None where all are."""
        given = self.own_around.before(x)
        keys, values = (
            torch.cat([past[:, layer - 1], new], 2)
            for past, new in zip((state.own_keys, state.own_values), self.own.remember(given))
        )
        added, own_heads = self.own(given, keys, values, seen, whatif.inside("self", layer))
        own = self.own_around.after(f"self.{layer}", x, given, added)
        given = self.cross_around.before(own.after)
        added, cross_heads = self.cross(
            given,
            state.source_keys[:, layer - 1],
            state.source_values[:, layer - 1],
            visible,
            whatif.inside("cross", layer),
        )
        cross = self.cross_around.after(f"cross.{layer}", own.after, given, added)
        given = self.feed_around.before(cross.after)
        feed = self.feed_around.after(f"feed.{layer}", cross.after, given, self.feed(given))
        return (own, cross, feed), own_heads, cross_heads


@lru_cache(1024)
def positions(first: int, count: int, size: int) -> Tensor:
    """Sinusoids (count, D) of the positions from `first` on: Vaswani et al. 2017, section 3.5."""
    place = torch.arange(first, first + count)[:, None]
    rate = 10_000 ** (-torch.arange(0, size, 2) / size)
    return torch.stack([torch.sin(place * rate), torch.cos(place * rate)], -1).flatten(1)


class Headed(Model):
    """What models of such heads share: one matrix that embeds tokens and reads them out, sinusoids,
    and heads that can be taken apart."""

    embedding: nn.Embedding
    widened: nn.Module  # of rows of the embedding what the layers read, (..., D)
    readout_bias: nn.Parameter
    dropout: nn.Dropout

    def attentions(self) -> dict[str, MultiHead]:
        """Every attention by its name: "encoder.1", "self.2", "cross.3" and so on, from 1."""
        raise NotImplementedError

    def scorer(self, block: str, layer: int, head: int) -> Scorer:
        """What scores in one head, counted from 1. Raises LookupError for one that there is not."""
        attention = self.attentions().get(f"{block}.{layer}")
        if attention is None or not 1 <= head <= attention.heads:
            raise LookupError(f"no attention {block}.{layer}.{head} in this model")
        shape = (self.config.size // attention.heads, self.config.size)  # the rows of this head
        return Scorer(attention.score, LETTERS, (("W_Q", shape), ("W_K", shape)))

    def projections(self, block: str, layer: int) -> Projections:
        """The matrices of the heads of one layer, from 1."""
        attention = self.attentions().get(f"{block}.{layer}")
        if attention is None:
            raise LookupError(f"no heads of {block}.{layer} in this model")
        parts = (
            getattr(side, name).unflatten(0, (attention.heads, -1))
            for side in (attention.W_Q, attention.W_K)
            for name in ("weight", "bias")
        )
        output = attention.W_O  # (D, D) -> (H, D, d): the columns of the matrix that meet each head
        mixing = output.weight.unflatten(1, (attention.heads, -1)).movedim(1, 0)
        return Projections(*parts, mixing, output.bias)

    def encoding(self, count: int) -> Tensor:
        """(`count`, D), the sinusoids that are added to embeddings."""
        return positions(0, count, self.config.size)

    def readout(self) -> Readout:
        """What makes logits of combined states."""
        return Readout(self.widened(self.embedding.weight), self.readout_bias)

    def begin(self) -> None:
        """Draws the first weights."""
        for value in self.parameters():
            if value.dim() > 1:
                nn.init.xavier_uniform_(value)
        nn.init.normal_(self.embedding.weight, std=self.config.size**-0.5)

    def embed(self, tokens: Tensor, first: int, whatif: WhatIf) -> Tensor:
        """What the layers begin with (B, N, D), of tokens from the position `first` on."""
        # Embeddings times the root of D: section 3.4.
        size = self.config.size
        embedded = self.widened(self.embedding(tokens)) * size**0.5
        if whatif.positions:
            embedded = embedded + positions(first, tokens.shape[1], size).to(tokens.device)
        return self.dropout(embedded)


class TransformerModel(Headed):
    """An encoder that reads the source at once, and a decoder that writes token by token."""

    Config = TransformerConfig
    choices = {"norm": NORMS}
    recipe = {
        "epochs": 24, "rate": 1.5e-3, "warmup": 2000, "schedule": "inverse-sqrt", "average": 0.9995
    }  # fmt: skip

    def __init__(self, config: TransformerConfig):
        super().__init__()
        self.config = config
        # One matrix embeds source and target and reads out the logits: section 3.4.
        self.embedding, self.widened = nn.Embedding(config.vocabulary, config.size), nn.Identity()
        self.encoder = nn.ModuleList(EncoderLayer(config) for _ in range(config.encoder_layers))
        self.decoder = nn.ModuleList(DecoderLayer(config) for _ in range(config.decoder_layers))
        last = nn.LayerNorm if config.norm == "pre" else nn.Identity
        self.encoder_norm, self.decoder_norm = last(config.size), last(config.size)
        self.readout_bias = nn.Parameter(torch.zeros(config.vocabulary))
        self.dropout = nn.Dropout(config.dropout)
        self.begin()

    def encode(
        self, source: Tensor, visible: Tensor | None = None, whatif: WhatIf = NOTHING
    ) -> Memory:
        """Reads source ids (B, S), padded where not `visible`."""
        return self.read(self.embed(source, 0, whatif), visible, whatif)

    def read(
        self, embedded: Tensor, visible: Tensor | None = None, whatif: WhatIf = NOTHING
    ) -> Memory:
        """The same of vectors (B, S, D), positions included."""
        if visible is None:
            visible = torch.ones(embedded.shape[:2], dtype=torch.bool, device=embedded.device)
        x = embedded
        changes, heads, mask = [], [], visible[:, None, None]
        for number, layer in enumerate(self.encoder, 1):
            own, found = layer(x, number, mask, whatif)
            changes += own
            heads.append(found)
            x = changes[-1].after
        output = self.encoder_norm(x)
        return Memory(
            output,
            visible,
            embedded,
            (Block("encoder", tuple(heads), mask),),
            stream=Stream(embedded, tuple(changes), output, self.config.norm),
        )

    def start(self, memory: Memory) -> TransformerState:
        """The state before the first token."""
        keys, values = (
            torch.stack(part, 1)
            for part in zip(*(layer.cross.remember(memory.states) for layer in self.decoder))
        )
        nothing = keys[:, :, :, :0]
        return TransformerState(memory.states, memory.visible, keys, values, nothing, nothing)

    def decode(self, tokens: Tensor, state: TransformerState, whatif: WhatIf = NOTHING) -> Decoded:
        """Reads `tokens` (B, T) from `state` on: T = 1 is a step, T > 1 teacher forcing. A what-if
        without the causal mask lets every token read all of `tokens`, those after it too."""
        done, count = state.own_keys.shape[3], tokens.shape[1]
        seen = torch.ones(count, done + count, dtype=torch.bool, device=tokens.device)
        if whatif.causal:  # query t may read the keys up to its own place
            seen = seen.tril(done)
        embedded = x = self.embed(tokens, done, whatif)
        changes, own, cross = [], [], []
        visible = state.visible[:, None, None]
        masks = [None if bool(mask.all()) else mask for mask in (seen, visible)]
        for number, layer in enumerate(self.decoder, 1):
            three, own_heads, cross_heads = layer(x, number, state, *masks, whatif)
            changes += three
            own.append(own_heads)
            cross.append(cross_heads)
            x = changes[-1].after
        blocks = (
            Block("cross", tuple(cross), visible),
            Block("self", tuple(own), seen[None, None]),
        )
        state = state._replace(own_keys=blocks[1].all("keys"), own_values=blocks[1].all("values"))
        combined = self.decoder_norm(x)
        return Decoded(
            blocks, x, combined, state, Stream(embedded, tuple(changes), combined, self.config.norm)
        )

    def attentions(self) -> dict[str, MultiHead]:
        """Every attention by its name, from 1."""
        return {
            **{f"encoder.{i}": layer.own for i, layer in enumerate(self.encoder, 1)},
            **{f"self.{i}": layer.own for i, layer in enumerate(self.decoder, 1)},
            **{f"cross.{i}": layer.cross for i, layer in enumerate(self.decoder, 1)},
        }

    def made_of(self) -> str:
        """What it is made of, in sentences for its card."""
        config, score = self.config, self.score_of()
        norm = "normalised after each sublayer"
        if config.norm == "pre":
            norm = "normalised before each sublayer (Xiong et al. 2020)"
        return (
            f"Transformer (Vaswani et al. 2017): encoder of {config.encoder_layers} layers, "
            f"decoder of {config.decoder_layers}, {config.size} dimensions, {config.heads} heads "
            f"of {config.size // config.heads} in each attention, {config.inner:,} dimensions "
            f"within the feed-forward parts, sinusoidal positions, {norm}. One matrix embeds both "
            f"languages and reads out the next token. Attention with the {score.name} score "
            f"({score.source})."
        )

    def facts(self) -> Facts:
        """What it is made of and has."""
        config, cross = self.config, self.decoder[0].cross
        named = {
            f"{letter}_{side}": getattr(getattr(cross, f"W_{side}"), kind)
            for side in "QK"
            for letter, kind in (("W", "weight"), ("b", "bias"))
        }
        return Facts(
            "Transformer",
            cross.score.name,
            (
                "encoder", "encoder-attention", "cross-attention", "self-attention", "heads",
                "positions", "residual-stream", "causal-mask",
                *["output-layer"] * (config.norm == "pre"),
            ),
            (
                AttentionFacts("encoder", config.encoder_layers, config.heads, SOURCE, SOURCE),
                AttentionFacts("self", config.decoder_layers, config.heads, WRITTEN, READ),
                AttentionFacts("cross", config.decoder_layers, config.heads),
            ),
            sum(value.numel() for value in self.parameters()),
            tuple((name, (config.decoder_layers, *v.shape)) for name, v in named.items()),
        )  # fmt: skip

    def score_of(self, whatif: WhatIf = NOTHING) -> Score:
        """How each head scores, as a trace says it."""
        return described(type(self.decoder[0].cross.score), LETTERS, whatif)

    def read_off(self, states: Tensor) -> Tensor:
        """Logits (..., V) of states (..., D) of the decoder's residual stream, as if it ended
        there."""
        return self.logits(self.decoder_norm(states))
