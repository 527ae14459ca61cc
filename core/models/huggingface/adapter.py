"""What Hugging Face models of all shapes say of themselves, as the contract of models asks for it.

Shape letters: D vector size, V vocabulary.
"""

from __future__ import annotations

from torch import Tensor, nn

from core.facts import READS, TRANSLATES, AttentionFacts, Facts
from core.huggingface.facts import factored, remarks_of
from core.models import Model, Projections, Readout, Scorer
from core.models.huggingface.attending import listen, twin
from core.models.huggingface.families import FAMILIES, Sublayer, blocks
from core.refusals import NotTakenApart
from core.scores import Letters
from core.scores.dot import Dot
from core.scores.scaled_dot import ScaledDot
from core.trace import READ, SOURCE, WRITTEN, Score
from core.whatif import NOTHING, WhatIf

LETTERS = Letters("q_t", "k_s", "d_k")
ODD = {"position-bias", "no-root", "layer-root"}  # of scores that are no products divided by √D
ROTATED = Letters(r"R_t q_t", r"R_s k_s", "d_k")


class Adapter(Model):
    """A Hugging Face model of one of the families, as search, passes and views drive models."""

    def __init__(self, hf: nn.Module, does: str):
        """`hf` is a model of transformers with what reads its logits, if it has that."""
        super().__init__()
        self.does, self.config = does, hf.config
        self.remarks = remarks_of(hf.config.model_type, hf.config.to_dict())
        self.unheeded: tuple[str, ...] = ()  # settings of its own that our search does not follow
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
        if self.unheeded:
            remarks = (*remarks, "unheeded")
        return Facts(
            "Transformer", self._score().name if cross else None, has, found,
            sum(value.numel() for value in self.hf.parameters()), does=self.does, remarks=remarks,
            spared=self._spared(), factored=self._factored(), unheeded=self.unheeded,
        )  # fmt: skip

    def _spared(self) -> int:
        """Numbers that layers which share theirs would have each for itself."""
        layers = [*(self.encoder or self.decoder).layers]
        return sum(
            value.numel() * (layers.count(one) - 1)
            for one in {id(one): one for one in layers}.values()
            for value in one.parameters()
        )

    def _factored(self) -> int:
        """Numbers that one matrix of embeddings would have beyond its two factors."""
        parts = dict(self.base.named_modules())
        widens = parts.get(self.family.widens) if self.family.widens else None
        if widens is None:
            return 0
        table = self.hf.get_input_embeddings().weight
        return factored(*table.shape, len(widens.weight), len(widens.bias))

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
        """How the heads of its attention to the source score. No family that has one turns its
        queries and keys, and T5's bias by distance is one of self-attention alone."""
        if "no-root" in self.remarks:
            return Score(
                "dot", rf"{LETTERS.query}^\top {LETTERS.key}",
                "Raffel et al. 2020 (arXiv 1910.10683): no division by the root of the size",
                *LETTERS,
            )  # fmt: skip
        return Score(ScaledDot.name, ScaledDot.formula(LETTERS), ScaledDot.source, *LETTERS)

    def score_of(self, whatif: WhatIf = NOTHING) -> Score | None:
        """How the attention to the source scores; None for a model that has none."""
        return self._score() if self._layers("cross") else None

    def scorer(self, block: str, layer: int, head: int) -> Scorer:
        """What scores in one head, from 1. Raises LookupError for one that there is not, and where
        a score is more than a product divided by √D, or of cross-attention a product alone."""
        if not (1 <= layer <= len(self._layers(block)) and 1 <= head <= self._heads(block)):
            raise LookupError(f"no attention {block}.{layer}.{head} in this model")
        size, odd = self.config.hidden_size // self._heads(block), {*self.remarks} & ODD
        if block == "cross" and odd:  # T5
            return Scorer(Dot(size, size), LETTERS, ())
        if odd:
            raise NotTakenApart(
                f"its scores are more than a scaled product ({', '.join(sorted(odd))})",
                NotTakenApart.BIASED if "position-bias" in odd else NotTakenApart.DIVIDED,
            )
        rotary = "rotary" in self.remarks
        return Scorer(ScaledDot(size, size), ROTATED if rotary else LETTERS, ())

    def projections(self, block: str, layer: int) -> Projections:
        """The matrices of the heads of one layer, from 1. Raises LookupError where there are none,
        and where queries and keys are rotated after them."""
        layers, names = self._layers(block), self.family.matrices
        if not 1 <= layer <= len(layers):
            raise LookupError(f"no matrices of {block}.{layer} in this model")
        if not names:
            raise NotTakenApart(
                f"no matrices of {block}.{layer} in this model: its queries and keys are rotated "
                "by their positions",
                NotTakenApart.ROTATED,
            )
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
