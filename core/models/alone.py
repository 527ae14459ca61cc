"""What half a Transformer is: one stack of layers that attend to what they read, and no other.

With all places in sight it reads (`encoder_only`), with only those before it goes on writing
(`decoder_only`); both are made of the parts of `transformer`.

Shape letters: B batch, N tokens, K keys, H heads, D vector size, d = D / H size of a head.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

import torch
from torch import Tensor, nn

from core.models import Heads, Stream
from core.models.transformer import EncoderLayer, Headed, MultiHead
from core.trace import Score
from core.whatif import NOTHING, WhatIf

Past = tuple[Tensor, Tensor]  # keys and values (B, H, K, d) of one layer


class Passed(NamedTuple):
    """What a stack made of the tokens that it read."""

    states: Tensor  # x (B, N, D), after the last layer
    heads: tuple[Heads, ...]  # of each layer
    stream: Stream


class Alone(Headed):
    """One stack: layers of their own, or fewer that are gone through again and again."""

    block: ClassVar[str]  # what its attention is called

    def __init__(self, config: Any, layers: int, narrow: int = 0):
        """So many `layers` have weights of their own. An embedding that is `narrow` is widened by a
        second matrix; 0: it is as wide as the states."""
        super().__init__()
        self.config, self.longest = config, config.positions
        self.embedding = nn.Embedding(config.vocabulary, narrow or config.size)
        self.widened = nn.Linear(narrow, config.size, bias=False) if narrow else nn.Identity()
        self.layers = nn.ModuleList(EncoderLayer(config) for _ in range(layers))
        self.norm = (nn.LayerNorm if config.norm == "pre" else nn.Identity)(config.size)
        self.readout_bias = nn.Parameter(torch.zeros(config.vocabulary))
        self.dropout = nn.Dropout(config.dropout)
        self.begin()

    def stack(self) -> list[EncoderLayer]:
        """The layers in the order in which they are gone through."""
        return [self.layers[number % len(self.layers)] for number in range(self.config.layers)]

    def through(
        self, tokens: Tensor, visible: Tensor | None, whatif: WhatIf, pasts: Sequence[Past] = ()
    ) -> Passed:
        """Takes `tokens` (B, N) through all layers. What each layer read before is in `pasts`;
        `visible` (broadcastable to (B, H, N, K)) are the keys that may be read, None where all are.

        Raises ValueError for tokens beyond the last position."""
        first = pasts[0][0].shape[2] if pasts else 0
        if first + tokens.shape[1] > self.config.positions:
            raise ValueError(
                f"this model has {self.config.positions} positions, and {first + tokens.shape[1]} "
                "tokens are too many"
            )
        embedded = x = self.embed(tokens, first, whatif)
        changes, heads = [], []
        for number, layer in enumerate(self.stack(), 1):
            past = pasts[number - 1] if pasts else None
            two, found = layer(x, number, visible, whatif, self.block, past)
            changes += two
            heads.append(found)
            x = changes[-1].after
        stream = Stream(embedded, tuple(changes), self.norm(x), self.config.norm)
        return Passed(x, tuple(heads), stream)

    def attentions(self) -> dict[str, MultiHead]:
        """Every attention by its name, from 1."""
        return {f"{self.block}.{i}": layer.own for i, layer in enumerate(self.stack(), 1)}

    def score_of(self, whatif: WhatIf = NOTHING) -> Score | None:
        """None: nothing attends to a source."""
        return None

    def read_off(self, states: Tensor) -> Tensor:
        """Logits (..., V) of states (..., D) of the residual stream, as if it ended there."""
        return self.logits(self.norm(states))

    def shape(self) -> str:
        """Layers, sizes and norm in a sentence's part, for the card."""
        config, score = self.config, self.layers[0].own.score
        norm = "normalised after each sublayer"
        if config.norm == "pre":
            norm = "normalised before each sublayer (Xiong et al. 2020)"
        return (
            f"{config.layers} layers, {config.size} dimensions, {config.heads} heads of "
            f"{config.size // config.heads} in each layer, {config.inner:,} dimensions within the "
            f"feed-forward parts, sinusoidal positions ({config.positions} at most), {norm}. "
            f"Attention with the {score.name} score ({score.source})"
        )
