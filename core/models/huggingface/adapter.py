"""The contract of models, kept by Hugging Face models of three shapes.

Shape letters: B batch, S source tokens, T target tokens, K keys, H heads, L layers, D vector size,
V vocabulary.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from core.facts import READS, TRANSLATES, WRITES, AttentionFacts, Facts
from core.models import Decoded, Memory, Model, Readout, Scorer
from core.models.huggingface.attending import listen, recording, twin
from core.models.huggingface.families import FAMILIES, Stack, blocks
from core.scores import Letters
from core.scores.scaled_dot import ScaledDot
from core.trace import READ, SOURCE, WRITTEN, Score
from core.whatif import NOTHING, WhatIf

LETTERS = Letters("q_t", "k_s", "d_k")
ROTATED = Letters(r"R_t q_t", r"R_s k_s", "d_k")


class State(tuple):
    """The memory and its mask, and the model's cache: of each layer the keys and values so far, and
    after the first step those of the source. All are tensors, batch first."""

    def __new__(cls, *parts: Tensor):
        return super().__new__(cls, parts)


class Adapter(Model):
    """A Hugging Face model of one of the families, as search, passes and views drive models."""

    def __init__(self, hf: nn.Module, does: str):
        """`hf` is a model of transformers with what reads its logits, if it has that."""
        super().__init__()
        self.does, self.config = does, hf.config
        self.hf = twin(hf)
        for module in self.hf.modules():
            if hasattr(module, "chunk_size_feed_forward"):  # it saves memory and changes nothing
                module.chunk_size_feed_forward = 0
        self.base = self.hf.base_model
        self.family = FAMILIES[hf.config.model_type]
        self.encoder = self.family.encoder and self.family.encoder(self.base)
        self.decoder = self.family.decoder and self.family.decoder(self.base)
        self.blocks = {**blocks(self.encoder), **blocks(self.decoder)}
        for stack in filter(None, (self.encoder, self.decoder)):
            listen(stack)

    def facts(self) -> Facts:
        """What it is made of and has, and what has to be said of it."""
        cross = self._layers("cross")
        found = tuple(
            AttentionFacts(block, len(layers), self._heads(block), *axes)
            for block, axes in (
                ("encoder", (SOURCE, SOURCE)), ("self", (WRITTEN, READ)), ("cross", ()),
            )
            if (layers := self._layers(block))
        )  # fmt: skip
        stack = self.decoder or self.encoder
        has = (
            *["encoder", "encoder-attention"] * (self.encoder is not None),
            *["cross-attention"] * bool(cross),
            *["self-attention", "causal-mask"] * (self.decoder is not None),
            "heads", "residual-stream",
            *["output-layer"] * (stack.last is not None and self.does != READS),
            *["masked-words"] * (self.does == READS and self.reads_out()),
        )  # fmt: skip
        remarks = self.family.remarks(self.config)
        if self.does == READS and not self.reads_out():
            remarks = (*remarks, "no-masked-words")
        return Facts(
            "Transformer", self._score().name if cross else None, has, found,
            sum(value.numel() for value in self.hf.parameters()), does=self.does, remarks=remarks,
        )  # fmt: skip

    def _layers(self, block: str) -> list[nn.Module]:
        """The layers that have an attention of that name."""
        return [
            layer
            for stack in filter(None, (self.encoder, self.decoder))
            for layer in stack.layers
            if any(part.block == block for part in stack.sublayers)
        ]

    def _heads(self, block: str) -> int:
        names = ["num_attention_heads"]
        if self.does == TRANSLATES:
            side = "encoder" if block == "encoder" else "decoder"
            names = [f"{side}_attention_heads", *names]
        return next(getattr(self.config, name) for name in names if hasattr(self.config, name))

    def reads_out(self) -> bool:
        """Whether it says which tokens its states stand for."""
        return self.hf.get_output_embeddings() is not None

    def _score(self) -> Score:
        """How its heads score."""
        remarks = self.family.remarks(self.config)
        if "position-bias" in remarks:
            return Score(
                "dot + position bias", r"q_t^\top k_s + b_{s-t}",
                "Raffel et al. 2020 (arXiv 1910.10683), section 2.1: a learned bias by distance, "
                "and no division by the root of the size", *LETTERS,
            )  # fmt: skip
        letters, source = LETTERS, ScaledDot.source
        if "rotary" in remarks:
            letters = ROTATED
            source += ", queries and keys rotated by their positions: Su et al. 2021 (2104.09864)"
        if "layer-root" in remarks or "no-root" in remarks:
            return Score("dot", rf"{letters.query}^\top {letters.key}", source, *letters)
        return Score(ScaledDot.name, ScaledDot.formula(letters), source, *letters)

    def score_of(self, whatif: WhatIf = NOTHING) -> Score | None:
        """How the attention to the source scores; None for a model that has none."""
        return self._score() if self._layers("cross") else None

    def scorer(self, block: str, layer: int, head: int) -> Scorer:
        """What scores in one head, from 1. Raises LookupError for one that there is not, and where
        a score is more than a product divided by √D."""
        if not (1 <= layer <= len(self._layers(block)) and 1 <= head <= self._heads(block)):
            raise LookupError(f"no attention {block}.{layer}.{head} in this model")
        odd = {"position-bias", "no-root", "layer-root"} & {*self.family.remarks(self.config)}
        if odd:
            raise LookupError(f"its scores are more than a scaled product ({', '.join(odd)})")
        size = self.config.hidden_size // self._heads(block)
        rotary = "rotary" in self.family.remarks(self.config)
        return Scorer(ScaledDot(size, size), ROTATED if rotary else LETTERS, ())

    def readout(self) -> Readout:
        """What makes logits of combined states. Raises LookupError where nothing does."""
        if not self.reads_out():
            raise LookupError("this model was saved without what reads logits off its states")
        head = self.hf.get_output_embeddings()
        weight, bias = head.weight, getattr(head, "bias", None)
        if self.config.model_type == "t5" and getattr(self.config, "scale_decoder_outputs", False):
            weight = weight * self.config.d_model**-0.5
        if bias is None:
            bias = getattr(self.hf, "final_logits_bias", None)
        return Readout(weight, weight.new_zeros(len(weight)) if bias is None else bias.flatten())

    def read_off(self, states: Tensor) -> Tensor:
        """Logits (..., V) of states (..., D) of the decoder's stream, as if it ended there."""
        last = self.decoder and self.decoder.last
        return self.logits(last(states) if last is not None else states)


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
        return _head(self.hf)(memory.states)


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
