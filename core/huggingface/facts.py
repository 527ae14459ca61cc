"""What is known of a Hugging Face model without loading it, from its settings alone (no torch).

The adapter says the same of the model once it is loaded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.about import UNDETERMINED, read_about
from core.facts import READS, TRANSLATES, WRITES, AttentionFacts, Facts
from core.foreign import CONFIG
from core.huggingface import SETTINGS, Described
from core.huggingface.files import optional
from core.huggingface.settings import unheeded
from core.refusals import ModelError
from core.trace import READ, SOURCE, WRITTEN

# How the settings of a family call its layers and heads, where not as BERT's.
LAYERS = {"gpt2": "n_layer", "distilbert": "n_layers", "t5": "num_layers"}
HEADS = {"gpt2": "n_head", "distilbert": "n_heads", "t5": "num_heads"}
# Families whose decoder ends in a norm of its own.
NORMED = {"t5", "m2m_100", "gpt2", "llama", "gpt_neox", "mistral", "qwen2"}
ROTARY = {"llama", "gpt_neox", "mistral", "qwen2"}
# Classes that say which word stands at a place, besides those "ForMaskedLM".
MASKED = ("BertForPreTraining", "AlbertForPreTraining")
MANY = "m2m_100"  # the family of many languages
SHARED = "albert_layer_groups"  # where the tensors stand that layers are made of again and again
# Where an embedding of tokens and what widens it stand, in families that make it of two factors.
FACTORS = {"albert": "embedding_hidden_mapping_in", "electra": "embeddings_project"}


def facts_of(described: Described) -> Facts:
    """What the model has. Raises ModelError where its settings do not say how many layers and heads
    there are."""
    does, remarks = described.does, remarks_of(described.family, described.config)
    left = unheeded(described.writing) if does != READS else ()
    if does == READS and not fills(described):
        remarks = (*remarks, "no-masked-words")
    if left:
        remarks = (*remarks, "unheeded")
    cross = does == TRANSLATES
    has = (
        *["encoder", "encoder-attention"] * (does != WRITES),
        *["cross-attention"] * cross,
        *["self-attention", "causal-mask"] * (does != READS),
        "heads", "residual-stream",
        *["output-layer"] * (described.family in NORMED),
        *["masked-words"] * fills(described),
    )  # fmt: skip
    return Facts(
        "Transformer", _score(remarks) if cross else None, has, _attentions(described),
        described.parameters, tokeniser="pieces", does=does, remarks=remarks,
        spared=_spared(described), factored=_factored(described), unheeded=left,
    )  # fmt: skip


def fills(described: Described) -> bool:
    """Whether it was saved with the part that says which word stands at a place."""
    named = described.architecture
    return described.does == READS and (named.endswith("ForMaskedLM") or named in MASKED)


def languages_of(folder: Path, described: Described) -> tuple[str, str]:
    """ISO 639 codes of what it reads and writes: those of `about.json`, if somebody put one there,
    or those that its tokeniser names; undetermined where neither does.

    Raises ModelError for a model of many languages of which none are named.
    """
    try:
        about = read_about(folder)
    except ValueError as error:
        raise ModelError(f"{error}: write the codes of two languages there") from error
    if about:
        return about.source, about.target
    if described.family == MANY:
        raise ModelError(
            f"{folder / CONFIG} is of a model of many languages, and nobody said which it is to "
            f'read and write: put a file about.json beside it, like {{"source": "en", '
            f'"target": "fr"}}'
        )
    told = optional(folder, SETTINGS)
    return code_of(told.get("source_lang")), code_of(told.get("target_lang"))


def code_of(told: object) -> str:
    """An ISO 639 code of "en", "eng_Latn" or nothing."""
    found = re.match("[a-z]{2,3}(?![a-z])", told if isinstance(told, str) else "")
    return found[0] if found else UNDETERMINED


def _attentions(described: Described) -> tuple[AttentionFacts, ...]:
    config, family = described.config, described.family

    def count(*names: str) -> int:
        told = next((config[name] for name in names if config.get(name) is not None), None)
        if told is None:
            raise ModelError(
                f"{described.folder / CONFIG} does not say how many layers and heads there are "
                f"({names[0]}): save the model again"
            )
        return told

    def side(name: str, *layers: str) -> tuple[int, int]:
        heads = HEADS.get(family, "num_attention_heads")
        both = (f"{name}_attention_heads", heads) if described.does == TRANSLATES else (heads,)
        return count(*layers) * (config.get("inner_group_num") or 1), count(*both)

    layers, found = LAYERS.get(family, "num_hidden_layers"), []
    if described.does != WRITES:
        found.append(AttentionFacts(
            "encoder", *side("encoder", "encoder_layers", layers), SOURCE, SOURCE
        ))  # fmt: skip
    if described.does != READS:
        shape = side("decoder", "num_decoder_layers", "decoder_layers", layers)
        found.append(AttentionFacts("self", *shape, WRITTEN, READ))
        if described.does == TRANSLATES:
            found.append(AttentionFacts("cross", *shape))
    return tuple(found)


def _grouped(config: dict) -> bool:
    shared = config.get("num_key_value_heads")
    return shared is not None and shared != config.get("num_attention_heads")


def sets_of(config: dict) -> int:
    """How many sets of weights an ALBERT has: its layers are in groups, and each layer of a group
    has one of its own."""
    return (config.get("num_hidden_groups") or 1) * (config.get("inner_group_num") or 1)


def _shares(config: dict) -> bool:
    """Whether an ALBERT has more layers than sets of weights."""
    layers = (config.get("num_hidden_layers") or 1) * (config.get("inner_group_num") or 1)
    return sets_of(config) < layers


# What has to be said of a family, and whether its settings say so.
TOLD: dict[str, tuple[tuple[str, Callable[[dict], Any]], ...]] = {
    "t5": (("position-bias", lambda _: True), ("no-root", lambda _: True)),
    "albert": (
        ("shared-layers", lambda config: sets_of(config) == 1 and _shares(config)),
        ("grouped-layers", lambda config: sets_of(config) > 1 and _shares(config)),
    ),
    "gpt2": (
        ("no-root", lambda config: not config.get("scale_attn_weights", True)),
        ("layer-root", lambda config: config.get("scale_attn_by_inverse_layer_idx")),
    ),
    **{
        name: (("rotary", lambda _: True), ("grouped-keys", _grouped))
        for name in ("llama", "mistral", "qwen2")
    },
    "gpt_neox": (
        ("rotary", lambda _: True),
        ("side-by-side", lambda config: config.get("use_parallel_residual", True)),
    ),
}


def remarks_of(family: str, config: dict) -> tuple[str, ...]:
    """What has to be said of the numbers of a model with these settings: names of REMARKS."""
    return tuple(name for name, holds in TOLD.get(family, ()) if holds(config))


def _score(remarks: tuple[str, ...]) -> str:
    """By what the attention to the source scores."""
    return "dot" if "no-root" in remarks else "scaled-dot"


def _spared(described: Described) -> int:
    """Numbers that layers which share theirs would have each for itself."""
    shared = sum(
        math.prod(shape)
        for name, shape in described.shapes.items()
        if f".{SHARED}." in f".{name}"
    )  # fmt: skip
    if not shared:
        return 0
    groups = described.config.get("num_hidden_groups") or 1
    return shared // groups * max(0, described.config["num_hidden_layers"] - groups)


def _factored(described: Described) -> int:
    """Numbers that one matrix of embeddings would have beyond its two factors."""
    widens = FACTORS.get(described.family)
    if widens is None:
        return 0

    def shape(ending: str) -> tuple[int, ...]:
        return next((one for name, one in described.shapes.items() if name.endswith(ending)), ())

    table, wider = shape("embeddings.word_embeddings.weight"), shape(f"{widens}.weight")
    bias = shape(f"{widens}.bias")
    return factored(*table, wider[0], *bias) if (len(table), len(wider)) == (2, 2) else 0


def factored(tokens: int, narrow: int, wide: int, bias: int = 0) -> int:
    """What a matrix (`tokens`, `wide`) of embeddings has beyond the factors (`tokens`, `narrow`)
    and (`narrow`, `wide`) with a `bias`: Lan et al. 2020, section 3.1; 0 where that is nothing."""
    return max(0, tokens * wide - tokens * narrow - narrow * wide - bias)
