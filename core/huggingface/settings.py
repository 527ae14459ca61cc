"""What the settings of a Hugging Face folder may say: types and bounds, checked once, before
anything is computed from them (no torch)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.refusals import ModelError

MOST_LAYERS = 1_000  # the largest models that there are have some hundred layers and heads
MOST_TOKENS = 20_000_000  # of a vocabulary, or that can be read: some can read ten million


def _whole(most: int) -> tuple[str, Callable[[object], bool]]:
    return f"a whole number from 1 to {most:,}", lambda one: type(one) is int and 1 <= one <= most


LAYERS, TOKENS = _whole(MOST_LAYERS), _whole(MOST_TOKENS)
SWITCH = "true or false", lambda one: isinstance(one, bool)
TEXT = "a text", lambda one: isinstance(one, str)
TEXTS = "a list of texts", lambda one: _all(one, lambda name: isinstance(name, str))
TOKEN = "the number of a token", lambda one: _token(one)
SOME = "a list of numbers of tokens", lambda one: _all(one, _token)
ONE_OR_SOME = "the number of a token, or a list", lambda one: _token(one) or _all(one, _token)
RUNS = (
    "a list of lists of numbers of tokens",
    lambda one: _all(one, lambda run: _all(run, _token) and len(run) > 0),
)

# Settings of `config.json` that Heed itself goes by, and what each is, where it is said.
MODEL = {
    "model_type": TEXT, "architectures": TEXTS,
    **dict.fromkeys((
        "num_hidden_layers", "n_layer", "n_layers", "num_layers", "encoder_layers",
        "decoder_layers", "num_decoder_layers", "num_attention_heads", "n_head", "n_heads",
        "num_heads", "encoder_attention_heads", "decoder_attention_heads", "num_key_value_heads",
        "num_hidden_groups", "inner_group_num",
    ), LAYERS),
    **dict.fromkeys(("vocab_size", "max_position_embeddings", "n_positions", "sliding_window",
                     "embedding_size", "hidden_size"), TOKENS),
    **dict.fromkeys(("scale_attn_weights", "scale_attn_by_inverse_layer_idx",
                     "use_parallel_residual", "is_decoder"), SWITCH),
    "layer_types": TEXTS,
}  # fmt: skip
TOKENISER = {"source_lang": TEXT, "target_lang": TEXT}
# Settings of writing, which may stand in `generation_config.json` or, of old, in `config.json`.
WRITING = {
    "eos_token_id": ONE_OR_SOME,
    **dict.fromkeys(("decoder_start_token_id", "bos_token_id", "forced_bos_token_id"), TOKEN),
    "bad_words_ids": RUNS, "suppress_tokens": SOME,
}  # fmt: skip
# Settings of `generate` that change what is written and that our search does not follow, and the
# values with which they change nothing. What `do_sample` draws by is asked for here in another way.
UNHEEDED = {
    "no_repeat_ngram_size": (0,), "encoder_no_repeat_ngram_size": (0,),
    "repetition_penalty": (1.0,), "encoder_repetition_penalty": (1.0,), "diversity_penalty": (0.0,),
    "min_length": (0,), "min_new_tokens": (0,), "forced_eos_token_id": (),
    "begin_suppress_tokens": ([],), "exponential_decay_length_penalty": (),
    "sequence_bias": ({}, []), "renormalize_logits": (False,), "num_beam_groups": (1,),
    "guidance_scale": (1.0,), "constraints": ([],), "force_words_ids": ([],),
    "watermarking_config": (), "penalty_alpha": (0.0,), "dola_layers": (), "stop_strings": ([],),
    "token_healing": (False,), "remove_invalid_values": (False,),
}  # fmt: skip


def check(path: Path, told: dict, known: dict) -> None:
    """Raises ModelError where `told`, which stands in the file `path`, says something of what is
    `known` that is of another kind. What is null is not said."""
    for name, (kind, fits) in known.items():
        value = told.get(name)
        if value is not None and not fits(value):
            raise ModelError(
                f"{path} says {value!r:.60} of {name}, which is {kind}: restore it, or save the "
                "model again"
            )


def check_tokens(where: object, told: dict, size: int) -> None:
    """Raises ModelError where settings of writing name a token beyond a vocabulary of that `size`;
    `where` is what they stand in."""
    check(Path(str(where)), told, WRITING)
    for name in WRITING:
        for token in _flat(told.get(name)):
            if token >= size:
                raise ModelError(
                    f"{where} names the token {token:,} as {name}, but the model has {size:,}: "
                    "restore it, or save the model again"
                )


def unheeded(told: dict) -> tuple[str, ...]:
    """Names of the settings that `generate` would follow and our search does not."""
    several = {
        "eos_token_id": len(set(_flat(told.get("eos_token_id")))) > 1,  # one of them alone ends
        "bad_words_ids": any(len(run) > 1 for run in told.get("bad_words_ids") or ()),
    }
    return (
        *(name for name, same in UNHEEDED.items() if told.get(name) not in (None, *same)),
        *(name for name, holds in several.items() if holds),
    )


def _token(one: object) -> bool:
    return type(one) is int and one >= 0


def _all(values: object, fits: Callable[[object], bool]) -> bool:
    return isinstance(values, list | tuple) and all(fits(one) for one in values)


def _flat(value) -> list[int]:
    """All numbers of tokens in it."""
    if value is None or isinstance(value, int):
        return [] if value is None else [value]
    return [number for one in value for number in _flat(one)]
