"""Where the families of Hugging Face models keep their layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from torch import nn

from core.huggingface.facts import FACTORS


class Sublayer(NamedTuple):
    """One sublayer of a layer, by the paths of its modules in it."""

    block: str  # "encoder", "self", "cross" or "feed"
    norm: str
    adds: str  # whose output is added to the stream
    attends: str = ""  # the module that calls for attention, where it is not `adds`


class Stack(NamedTuple):
    """Layers one after another, and the norm after the last of them."""

    layers: list[nn.Module]
    sublayers: tuple[Sublayer, ...]
    norm: str  # "pre" or "post"
    last: nn.Module | None = None


class Family(NamedTuple):
    """How the stacks of a base model (without what reads logits) are found in it."""

    encoder: Callable[[nn.Module], Stack] | None
    decoder: Callable[[nn.Module], Stack] | None
    # What makes queries and keys in the module that attends, and what mixes the heads: there, or
    # else it is what adds to the stream. Empty where queries and keys are changed afterwards.
    matrices: tuple[str, ...] = ()
    offset: int = 0  # positions that the embeddings of positions keep for padding
    widens: str = ""  # what widens an embedding of two factors, in the base model


def blocks(stack: Stack | None) -> dict[nn.Module, str]:
    """The modules that call for attention, and the block that each is part of."""
    if stack is None:
        return {}
    return {
        layer.get_submodule(part.attends or part.adds): part.block
        for layer in stack.layers
        for part in stack.sublayers
        if part.block != "feed"
    }


def _bart(norm: str) -> Family:
    """BART and what was made after it: Marian, M2M100."""

    def own(block: str) -> Sublayer:
        return Sublayer(block, "self_attn_layer_norm", "self_attn")

    cross = Sublayer("cross", "encoder_attn_layer_norm", "encoder_attn")
    feed = Sublayer("feed", "final_layer_norm", "fc2")
    return Family(
        lambda model: Stack(
            [*model.encoder.layers], (own("encoder"), feed), norm,
            getattr(model.encoder, "layer_norm", None),
        ),
        lambda model: Stack(
            [*model.decoder.layers], (own("self"), cross, feed), norm,
            getattr(model.decoder, "layer_norm", None),
        ),
        matrices=("q_proj", "k_proj", "out_proj"),
    )  # fmt: skip


def _t5() -> Family:
    """Raffel et al. 2020: the norm before each sublayer, and no division by √d."""

    def stack(model: nn.Module, part: str, names: list[tuple[str, str]]) -> Stack:
        side = getattr(model, part)
        return Stack(
            [*side.block],
            tuple(
                Sublayer(block, f"layer.{number}.layer_norm", f"layer.{number}.{adds}")
                for number, (block, adds) in enumerate(names)
            ),
            "pre",
            side.final_layer_norm,
        )

    feed = ("feed", "DenseReluDense")
    return Family(
        lambda model: stack(model, "encoder", [("encoder", "SelfAttention"), feed]),
        lambda model: stack(
            model, "decoder", [("self", "SelfAttention"), ("cross", "EncDecAttention"), feed]
        ),
        ("q", "k", "o"),
    )


BERT = (
    Sublayer("encoder", "attention.output.LayerNorm", "attention.output.dense", "attention.self"),
    Sublayer("feed", "output.LayerNorm", "output.dense"),
)
DISTILBERT = (
    Sublayer("encoder", "sa_layer_norm", "attention"),
    Sublayer("feed", "output_layer_norm", "ffn"),
)
ALBERT = (
    Sublayer("encoder", "attention.LayerNorm", "attention.dense", "attention"),
    Sublayer("feed", "full_layer_layer_norm", "ffn_output"),
)


def _albert(model: nn.Module) -> Stack:
    """Layers that are asked again and again: Lan et al. 2020, section 3.1."""
    config, groups = model.config, model.encoder.albert_layer_groups
    share = config.num_hidden_layers / config.num_hidden_groups
    layers = [
        layer
        for number in range(config.num_hidden_layers)
        for layer in groups[int(number / share)].albert_layers
    ]
    return Stack(layers, ALBERT, "post")


GPT2 = (Sublayer("self", "ln_1", "attn"), Sublayer("feed", "ln_2", "mlp"))
LLAMA = (
    Sublayer("self", "input_layernorm", "self_attn"),
    Sublayer("feed", "post_attention_layernorm", "mlp"),
)
NEOX = (
    Sublayer("self", "input_layernorm", "attention"),
    Sublayer("feed", "post_attention_layernorm", "mlp"),
)


def _bert(offset: int = 0) -> Family:
    return Family(
        lambda model: Stack([*model.encoder.layer], BERT, "post"), None,
        matrices=("query", "key"), offset=offset,
    )  # fmt: skip


_llama = Family(None, lambda model: Stack([*model.layers], LLAMA, "pre", model.norm))

FAMILIES: dict[str, Family] = {
    "marian": _bart("post"),
    "bart": _bart("post"),
    "m2m_100": _bart("pre"),
    "t5": _t5(),
    "bert": _bert(),
    "electra": _bert()._replace(widens=FACTORS["electra"]),
    "roberta": _bert(2),  # positions begin after that of the padding
    "distilbert": Family(
        lambda model: Stack([*model.transformer.layer], DISTILBERT, "post"), None,
        matrices=("q_lin", "k_lin", "out_lin"),
    ),
    "albert": Family(
        _albert, None, ("query", "key"), widens=f"encoder.{FACTORS['albert']}"
    ),
    "gpt2": Family(
        None, lambda model: Stack([*model.h], GPT2, "pre", model.ln_f),
        ("c_attn", "c_attn", "c_proj"),
    ),
    "llama": _llama,
    "mistral": _llama,
    "qwen2": _llama,
    "gpt_neox": Family(
        None, lambda model: Stack([*model.layers], NEOX, "pre", model.final_layer_norm)
    ),
}  # fmt: skip
