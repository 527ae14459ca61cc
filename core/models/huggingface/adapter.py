"""What Hugging Face models of all shapes say of themselves, as the contract of models asks for it.

Shape letters: D vector size, V vocabulary.
"""

from __future__ import annotations

from torch import Tensor, nn

from core.facts import READS, TRANSLATES, AttentionFacts, Facts
from core.huggingface.facts import remarks_of
from core.models import Model, Projections, Readout, Scorer
from core.models.huggingface.attending import listen, twin
from core.models.huggingface.families import FAMILIES, Sublayer, blocks
from core.scores import Letters
from core.scores.scaled_dot import ScaledDot
from core.trace import READ, SOURCE, WRITTEN, Score
from core.whatif import NOTHING, WhatIf

LETTERS = Letters("q_t", "k_s", "d_k")
ROTATED = Letters(r"R_t q_t", r"R_s k_s", "d_k")


class Adapter(Model):
    """A Hugging Face model of one of the families, as search, passes and views drive models."""

    def __init__(self, hf: nn.Module, does: str):
        """`hf` is a model of transformers with what reads its logits, if it has that."""
        super().__init__()
        self.does, self.config = does, hf.config
        self.remarks = remarks_of(hf.config.model_type, hf.config.to_dict())
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
        remarks = self.remarks
        if self.does == READS and not self.reads_out():
            remarks = (*remarks, "no-masked-words")
        return Facts(
            "Transformer", self._score().name if cross else None, has, found,
            sum(value.numel() for value in self.hf.parameters()), does=self.does, remarks=remarks,
            spared=self._spared(),
        )  # fmt: skip

    def _spared(self) -> int:
        """Numbers that layers which share theirs would have each for itself."""
        layers = [*(self.encoder or self.decoder).layers]
        return sum(
            value.numel() * (layers.count(one) - 1)
            for one in {id(one): one for one in layers}.values()
            for value in one.parameters()
        )

    def stepping(self) -> tuple[Tensor, ...]:
        """None: the weights are those of whoever loaded the model, and lie in memory as they do
        there."""
        return ()

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
        remarks = self.remarks
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
        odd = {"position-bias", "no-root", "layer-root"} & {*self.remarks}
        if odd:
            raise LookupError(f"its scores are more than a scaled product ({', '.join(odd)})")
        size = self.config.hidden_size // self._heads(block)
        rotary = "rotary" in self.remarks
        return Scorer(ScaledDot(size, size), ROTATED if rotary else LETTERS, ())

    def projections(self, block: str, layer: int) -> Projections:
        """The matrices of the heads of one layer, from 1. Raises LookupError where there are none,
        and where queries and keys are rotated after them."""
        layers, names = self._layers(block), self.family.matrices
        if not 1 <= layer <= len(layers) or not names:
            why = "" if names else ": its queries and keys are rotated by their positions"
            raise LookupError(f"no matrices of {block}.{layer} in this model{why}")
        part = self._part(block)
        module = layers[layer - 1].get_submodule(part.attends or part.adds)
        queries, keys = (_linear(module.get_submodule(name)) for name in names[:2])
        if names[0] == names[1]:  # queries, keys and values are made by one
            queries, keys = (tuple(one.chunk(3)[i] for one in queries) for i in range(2))
        mixing, bias = _linear(
            module.get_submodule(names[2]) if len(names) == 3
            else layers[layer - 1].get_submodule(part.adds)
        )  # fmt: skip
        heads = self._heads(block)
        read = (one.unflatten(0, (heads, -1)) for pair in (queries, keys) for one in pair)
        return Projections(*read, mixing.unflatten(1, (heads, -1)).movedim(1, 0), bias)

    def _part(self, block: str) -> Sublayer:
        stacks = filter(None, (self.encoder, self.decoder))
        return next(one for stack in stacks for one in stack.sublayers if one.block == block)

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


def _linear(module: nn.Module) -> tuple[Tensor, Tensor]:
    """Weight (out, in) and bias (out,) of a linear module; GPT-2 keeps its weights the other way
    round, and a module without a bias adds zeros."""
    weight = module.weight.T if hasattr(module, "nf") else module.weight
    bias = getattr(module, "bias", None)
    return weight, weight.new_zeros(len(weight)) if bias is None else bias
