"""The three shapes of Hugging Face models, driven through our stepping protocol.

Shape letters: B batch, S source tokens, T target tokens, D vector size, V vocabulary.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from core.facts import READS, TRANSLATES, WRITES
from core.models import Decoded, Memory
from core.models.huggingface.adapter import Adapter
from core.models.huggingface.attending import recording
from core.models.huggingface.families import Stack
from core.whatif import NOTHING, WhatIf


class State(tuple):
    """The memory and its mask, and the model's cache: of each layer the keys and values so far, and
    after the first step those of the source. All are tensors, batch first."""

    def __new__(cls, *parts: Tensor):
        return super().__new__(cls, parts)


class Written(Adapter):
    """What the shapes that write share: a decoder that is asked through its own cache."""

    def _cache(self, state: State, first: int):
        """The model's cache with the keys and values of `state`, whose tensors stay as they are."""
        from transformers import DynamicCache, EncoderDecoderCache

        parts, layers = state[first:], len(self.decoder.layers)

        def filled(tensors: tuple[Tensor, ...]) -> DynamicCache:
            cache = DynamicCache()
            for number, pair in enumerate(zip(tensors[::2], tensors[1::2])):
                cache.update(*pair, number)
            return cache

        own = filled(parts[: 2 * layers])
        if self.encoder is None:
            return own
        return EncoderDecoderCache(own, filled(parts[2 * layers :]))

    def _kept(self, cache) -> list[Tensor]:
        """The tensors of a cache, for the next state."""
        parts = [cache] if self.encoder is None else [
            cache.self_attention_cache, cache.cross_attention_cache
        ]  # fmt: skip
        return [
            kept for part in parts for layer in part.layers for kept in (layer.keys, layer.values)
        ]

    def decode(self, tokens: Tensor, state: State, whatif: WhatIf = NOTHING) -> Decoded:
        """Reads `tokens` (B, T) from `state` on: T = 1 is a step, T > 1 teacher forcing."""
        source = state[:2] if self.encoder is not None else ()
        cache = self._cache(state, len(source))
        done = cache.get_seq_length()
        seen = torch.ones(len(tokens), done + tokens.shape[1], dtype=torch.long)
        asked: dict[str, Any] = {
            "attention_mask": seen,
            "past_key_values": cache,
            "use_cache": True,
        }
        decoder = self.base
        if source:
            decoder = self.base.decoder
            asked |= {
                "encoder_hidden_states": source[0],
                "encoder_attention_mask": source[1].long(),
            }
        with recording(self.blocks, whatif) as recorder:
            combined = decoder(input_ids=tokens, **asked).last_hidden_state
        stream = recorder.stream(self.decoder, combined)
        names = [name for name in ("cross", "self") if recorder.heads.get(name)]
        return Decoded(
            tuple(recorder.block(name) for name in names), stream.changes[-1].after, combined,
            State(*source, *self._kept(cache)), stream,
        )  # fmt: skip


class EncoderDecoder(Written):
    """Marian, T5, BART, M2M100: reads a source, and writes."""

    def encode(
        self, source: Tensor, visible: Tensor | None = None, whatif: WhatIf = NOTHING
    ) -> Memory:
        return _encoded(self, self.base.encoder, source, visible, whatif)

    def start(self, memory: Memory) -> State:
        return State(memory.states, memory.visible)


class DecoderOnly(Written):
    """GPT-2, Llama and theirs: writes on what it has read, and reads nothing else."""

    def encode(
        self, source: Tensor, visible: Tensor | None = None, whatif: WhatIf = NOTHING
    ) -> Memory:
        """A memory of nothing: `source` is (B, 0)."""
        nothing = torch.zeros(len(source), 0, self.config.hidden_size)
        return Memory(nothing, torch.ones(len(source), 0, dtype=torch.bool), nothing)

    def start(self, memory: Memory) -> State:
        return State()


class EncoderOnly(Adapter):
    """BERT and theirs: reads a text from both sides, and may say which word stands where."""

    def encode(
        self, source: Tensor, visible: Tensor | None = None, whatif: WhatIf = NOTHING
    ) -> Memory:
        return _encoded(self, self.base, source, visible, whatif)

    def fill(self, memory: Memory) -> Tensor:
        """Logits (B, S, V) of what stands at each place."""
        if not self.reads_out():
            raise LookupError("this model was saved without what says which word stands at a place")
        return self.read_off(memory.states)

    def read_off(self, states: Tensor) -> Tensor:
        """Logits (..., V) of states (..., D) of the stream, as if it ended there."""
        return _head(self.hf)(states)


def _head(hf: nn.Module):
    """What a model with masked words makes logits of its states by."""
    if hf.config.model_type == "distilbert":
        return lambda states: hf.vocab_projector(
            hf.vocab_layer_norm(hf.activation(hf.vocab_transform(states)))
        )
    if hf.config.model_type == "electra":
        return lambda states: hf.generator_lm_head(hf.generator_predictions(states))
    name = {"bert": "cls", "roberta": "lm_head", "albert": "predictions"}[hf.config.model_type]
    return getattr(hf, name)


def _encoded(
    model: Adapter, encoder: nn.Module, source: Tensor, visible: Tensor | None, whatif: WhatIf
) -> Memory:
    """What reading a source leaves, with everything in it."""
    if visible is None:
        visible = torch.ones_like(source, dtype=torch.bool)
    with recording(model.blocks, whatif) as recorder:
        output = encoder(input_ids=source, attention_mask=visible.long()).last_hidden_state
    stack: Stack = model.encoder
    stream = recorder.stream(stack, output)
    return Memory(output, visible, stream.embedded, (recorder.block("encoder"),), stream=stream)


SHAPES: dict[str, type[Adapter]] = {
    TRANSLATES: EncoderDecoder, READS: EncoderOnly, WRITES: DecoderOnly
}  # fmt: skip
