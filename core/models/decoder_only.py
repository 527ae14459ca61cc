"""A decoder alone, which writes on after what it has read and reads nothing else: GPT (Radford et
al. 2018, 2019).

It is GPT in what it learns and how it reads, made of our parts: sinusoids instead of learned
positions, and ReLU instead of GELU.

Shape letters: B batch, T tokens, K keys, L layers, H heads, D vector size, d size of a head.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import torch
from torch import Tensor

from core.facts import WRITES, AttentionFacts, Facts
from core.models import Block, Decoded, Memory
from core.models.alone import Alone
from core.models.transformer import NORMS, check_shape
from core.trace import READ, WRITTEN
from core.whatif import NOTHING, WhatIf


@dataclass(frozen=True)
class DecoderOnlyConfig:
    """The shape of a decoder alone; raises ValueError for one that cannot be built."""

    kind: ClassVar[str] = "decoder-only"
    vocabulary: int
    size: int = 256
    heads: int = 8
    layers: int = 4
    inner: int = 1024  # of the feed-forward layer
    norm: str = "pre"
    dropout: float = 0.1
    positions: int = 64  # tokens that it can read, the start mark among them

    def __post_init__(self):
        check_shape(self, self.layers, self.positions)


class DecoderOnlyState(NamedTuple):
    """All that it carries from step to step, batch first."""

    keys: Tensor  # of each layer, so far (B, L, H, T, d)
    values: Tensor


class DecoderOnlyModel(Alone):
    """Reads token by token, each looking back at those before it, and writes the next."""

    Config = DecoderOnlyConfig
    does = WRITES
    block = "self"
    choices = {"norm": NORMS}

    def __init__(self, config: DecoderOnlyConfig):
        super().__init__(config, config.layers)

    def encode(
        self, source: Tensor, visible: Tensor | None = None, whatif: WhatIf = NOTHING
    ) -> Memory:
        """A memory of nothing: `source` is (B, 0)."""
        nothing = self.embedding.weight.new_zeros(len(source), 0, self.config.size)
        return Memory(nothing, source.new_ones(len(source), 0, dtype=torch.bool), nothing)

    def start(self, memory: Memory) -> DecoderOnlyState:
        """The state before the first token."""
        config = self.config
        shape = (config.layers, config.heads, 0, config.size // config.heads)
        nothing = memory.states.new_zeros(len(memory.states), *shape)
        return DecoderOnlyState(nothing, nothing)

    def decode(self, tokens: Tensor, state: DecoderOnlyState, whatif: WhatIf = NOTHING) -> Decoded:
        """Reads `tokens` (B, T) from `state` on: T = 1 is a step, T > 1 teacher forcing. A what-if
        without the causal mask lets every token read all of `tokens`, those after it too."""
        done, count = state.keys.shape[3], tokens.shape[1]
        seen = torch.ones(count, done + count, dtype=torch.bool, device=tokens.device)
        if whatif.causal:  # query t may read the keys up to its own place
            seen = seen.tril(done)
        pasts = tuple(zip(state.keys.unbind(1), state.values.unbind(1)))
        passed = self.through(tokens, None if bool(seen.all()) else seen, whatif, pasts)
        block = Block(self.block, passed.heads, seen[None, None])
        state = DecoderOnlyState(block.all("keys"), block.all("values"))
        return Decoded((block,), passed.states, passed.stream.output, state, passed.stream)

    def made_of(self) -> str:
        """What it is made of, in sentences for its card."""
        return (
            f"Decoder alone, after GPT (Radford et al. 2018, 2019): {self.shape()}, under a causal "
            "mask. One matrix embeds the tokens and reads out the next of them."
        )

    def facts(self) -> Facts:
        """What it is made of and has."""
        config = self.config
        return Facts(
            "Transformer", None,
            (
                "self-attention", "causal-mask", "heads", "positions", "residual-stream",
                *["output-layer"] * (config.norm == "pre"),
            ),
            (AttentionFacts(self.block, config.layers, config.heads, WRITTEN, READ),),
            sum(value.numel() for value in self.parameters()),
            does=self.does,
        )  # fmt: skip
