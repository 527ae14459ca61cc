"""What a model's settings say of its tokens: which begin and end, which it must not write, and how
many it can read."""

from __future__ import annotations

from core.facts import READS, TRANSLATES
from core.huggingface import FAMILIES as DOES
from core.huggingface.settings import check_tokens
from core.models.huggingface.families import FAMILIES
from core.models.huggingface.tokens import Tokens
from core.refusals import ModelError

USUAL = 512  # tokens, where a model itself knows no end
FEWEST = 2  # tokens that a model must be able to read: one and the mark that ends it


def tokens_of(
    hf, tokeniser, told: dict, most: int, fixed: tuple[int, ...], where: object
) -> Tokens:
    """The tokeniser as Heed asks it, of a model that reads `most` tokens. `told` are its settings
    of writing, which stand in `where`; `fixed` is what all that it writes begins with.

    Raises ModelError where they name tokens that there are not.
    """
    does, size = DOES[hf.config.model_type], hf.config.vocab_size
    if does == READS:
        end = _first(tokeniser.sep_token_id, tokeniser.eos_token_id, tokeniser.pad_token_id, 0)
        return Tokens(tokeniser, size, end, end, most - 1)
    if does == TRANSLATES:
        size = len(hf.get_output_embeddings().weight)
    check_tokens(where, told, size)
    ends = told.get("eos_token_id")
    ends = ends if isinstance(ends, list) else [ends]
    own = tokeniser.eos_token_id
    end = own if own in ends else _first(*ends, own)
    begins = (told.get("decoder_start_token_id"), told.get("bos_token_id"), tokeniser.bos_token_id)
    start = _first(*begins, end) if does == TRANSLATES else _first(begins[2], end, begins[1])
    forbidden = [one[0] for one in told.get("bad_words_ids") or () if len(one) == 1]
    forbidden += told.get("suppress_tokens") or ()
    forced = told.get("forced_bos_token_id")
    return Tokens(
        tokeniser, size, start, end, most - 1, forbidden,
        fixed or (() if forced is None else (forced,)),
    )  # fmt: skip


def longest(config, where: object) -> int:
    """How many tokens a model can read: what its positions allow, and no more than its windows, so
    that each sees all that was before it. Raises ModelError where `config`, which stands in
    `where`, leaves no room for any."""
    found = getattr(config, "max_position_embeddings", None) or USUAL
    found -= FAMILIES[config.model_type].offset
    kinds = getattr(config, "layer_types", None) or ()
    window = getattr(config, "sliding_window", None)
    if window is not None and (not kinds or "sliding_attention" in kinds):
        found = min(found, window)
    if found < FEWEST:
        raise ModelError(
            f"{where} leaves room for {found} tokens (max_position_embeddings, sliding_window), "
            f"and nothing can be read of fewer than {FEWEST}: restore it, or save the model again"
        )
    return found


def _first(*ids: int | None) -> int | None:
    return next((one for one in ids if one is not None), None)
