"""An encoder alone, which reads a text from both sides and says which token stands at a place that
is hidden: BERT (Devlin et al. 2019). With all layers sharing one set of weights and an embedding of
two factors it is ALBERT (Lan et al. 2020).

It is BERT in what it learns and how it reads, made of our parts: sinusoids instead of learned
positions, ReLU instead of GELU, one end mark instead of [CLS] and [SEP], and no second task of
pairs of sentences.

Shape letters: B batch, S tokens, M hidden places, D vector size, E size of a narrow embedding,
V vocabulary.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from core.facts import READS, AttentionFacts, Facts
from core.loss import readout_loss
from core.models import FORCED, Block, Forcing, Loss, Memory
from core.models.alone import Alone
from core.models.transformer import NORMS, check_shape
from core.trace import SOURCE
from core.whatif import NOTHING, WhatIf


@dataclass(frozen=True)
class EncoderOnlyConfig:
    """The shape of an encoder alone; raises ValueError for one that cannot be built."""

    kind: ClassVar[str] = "encoder-only"
    vocabulary: int
    size: int = 256
    heads: int = 8
    layers: int = 4
    inner: int = 1024  # of the feed-forward layer
    norm: str = "pre"
    dropout: float = 0.1
    shared: bool = False  # all layers have one set of weights: Lan et al. 2020, section 3.1
    embedding: int = 0  # E of the embedding's factors (V, E) and (E, D), ibid.; 0: one (V, D)
    positions: int = 64  # tokens that it can read

    def __post_init__(self):
        check_shape(self, self.layers, self.positions)
        if not 0 <= self.embedding <= self.size:
            raise ValueError(
                f"an embedding is at most as wide as the states, {self.size}, or 0 for one matrix; "
                f"not {self.embedding}"
            )


class EncoderOnlyModel(Alone):
    """Reads a text at once, from both sides of each place."""

    Config = EncoderOnlyConfig
    does = READS
    task = "masked-words"
    block = "encoder"
    choices = {"norm": NORMS}

    def __init__(self, config: EncoderOnlyConfig):
        super().__init__(config, 1 if config.shared else config.layers, config.embedding)

    def encode(
        self, source: Tensor, visible: Tensor | None = None, whatif: WhatIf = NOTHING
    ) -> Memory:
        """Reads source ids (B, S), padded where not `visible`."""
        if visible is None:
            visible = torch.ones_like(source, dtype=torch.bool)
        mask = visible[:, None, None]
        passed = self.through(source, mask, whatif)
        return Memory(
            passed.stream.output, visible, passed.stream.embedded,
            (Block(self.block, passed.heads, mask),), stream=passed.stream,
        )  # fmt: skip

    def fill(self, memory: Memory) -> Tensor:
        """Logits (B, S, V) of what stands at each place."""
        return self.logits(memory.states)

    def loss(
        self, batch, smoothing: float = 0.0, dtype: torch.dtype = torch.float32,
        forcing: Forcing = FORCED,
    ) -> Loss:  # fmt: skip
        """The loss of saying what stood at the chosen places of a batch of
        `core.tasks.masked_words.corpus.Batch`, as tensors: Devlin et al. 2019, section 3.1.

        It reads what it is given, so no share of it could be `forcing`."""
        source, wanted, chosen = batch
        with torch.autocast(source.device.type, dtype, enabled=dtype is not torch.float32):
            states = self.encode(source).states[chosen]  # (M, D)
        found = readout_loss(states, *self.readout(), wanted[chosen], smoothing, dtype)
        return Loss(*found, int(chosen.sum()))

    def spared(self) -> int:
        """How many numbers its layers would have besides if each had its own."""
        one = sum(value.numel() for value in self.layers[0].parameters())
        return one * (self.config.layers - len(self.layers))

    def factored(self) -> int:
        """How many numbers one matrix of embeddings would have beyond the two factors."""
        config = self.config
        factors = sum(value.numel() for value in self.widened.parameters())
        factors += self.embedding.weight.numel()
        return config.vocabulary * config.size - factors

    def unshared(self) -> int:
        """How many parameters a model of this size has whose layers share nothing, and whose
        embedding is one matrix: BERT, where this is ALBERT."""
        own = sum(value.numel() for value in self.parameters())
        return own + self.spared() + self.factored()

    def made_of(self) -> str:
        """What it is made of, in sentences for its card."""
        config = self.config
        which = "BERT (Devlin et al. 2019)"
        if config.shared or config.embedding:
            which = "ALBERT (Lan et al. 2020)"
        told = f"Encoder alone, after {which}: {self.shape()}. "
        if config.shared:
            told += "All layers are one set of weights, gone through again and again. "
        told += "One matrix embeds the tokens and reads out which of them stands at a place"
        if config.embedding:
            told += f"; it is the product of two factors, {config.embedding} dimensions wide"
        own = self.facts().parameters
        if self.unshared() > own:
            told += (
                f". It has {own:,} parameters; BERT of the same size, whose layers share nothing, "
                f"has {self.unshared():,}"
            )
        return f"{told}."

    def facts(self) -> Facts:
        """What it is made of and has."""
        config = self.config
        return Facts(
            "Transformer", None,
            (
                "encoder", "encoder-attention", "heads", "positions", "residual-stream",
                "masked-words",
            ),
            (AttentionFacts(self.block, config.layers, config.heads, SOURCE, SOURCE),),
            sum(value.numel() for value in self.parameters()),
            does=self.does, remarks=("shared-layers",) * config.shared, spared=self.spared(),
            factored=max(0, self.factored()),
        )  # fmt: skip
