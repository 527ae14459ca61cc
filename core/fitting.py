"""What a loaded model can be asked: a what-if that does not fit it is refused with a sentence."""

from __future__ import annotations

from contextlib import suppress
from numbers import Integral
from typing import TYPE_CHECKING

from core.refusals import BadPrefix, BadWhatIf, LongPrefix
from core.trace import WRITTEN
from core.whatif import UNDIVIDED, Replaced, WhatIf

if TYPE_CHECKING:
    from core.translator import Translator


def check(translator: Translator, whatif: WhatIf, size: int, limit: int) -> None:
    """Raises BadPrefix or BadWhatIf for what a model cannot do, of a source of `size` tokens and at
    most `limit` steps."""
    end, count = translator.vocabulary.end, len(translator.vocabulary)
    if len(whatif.prefix) > limit:
        raise LongPrefix(len(whatif.prefix), limit)
    for index in whatif.prefix:
        if not (0 <= index < count and translator.writable.allowed[index]):
            raise BadPrefix(
                f"the prefix has the piece {index}; pieces to write are those of 0 to "
                f"{count - 1} that are no mark, and the end mark {end}"
            )
    if end in whatif.prefix[:-1]:
        raise BadPrefix("the prefix goes on after the end mark; leave out what follows it")
    if whatif.scores_changed and not translator.facts.attentions:
        raise BadWhatIf("a model without attention has no scores that could be divided")
    if whatif.scaling == UNDIVIDED and not _divides(translator):
        raise BadWhatIf(
            f"{translator.name} does not divide its scores by √D, so nothing is left out"
        )
    if not whatif.positions and "positions" not in translator.facts.has:
        raise BadWhatIf(f"{translator.name} has no positions to switch off")
    if not whatif.causal and "causal-mask" not in translator.facts.has:
        raise BadWhatIf(f"{translator.name} has no causal mask to lift")
    for head in whatif.heads:
        _check_head(translator, head)
    for row in whatif.weights:
        _check_row(translator, row, size, limit)


def _divides(translator: Translator) -> bool:
    """Whether any of its attentions divides its scores by √D."""
    for one in translator.facts.attentions:
        with suppress(LookupError):  # a score that is not taken apart
            if translator.model.scorer(one.block, 1, 1).score.without_root:
                return True
    return False


def _check_head(translator: Translator, name: str) -> None:
    if "heads" not in translator.facts.has:
        raise BadWhatIf(f"{translator.name} has no heads to switch off")
    known = {
        f"{one.block}.{layer}.{head}" for one in translator.facts.attentions
        for layer in range(1, one.layers + 1) for head in range(1, one.heads + 1)
    }  # fmt: skip
    if name not in known:
        there = ", ".join(
            f"{one.block}.1.1 to {one.block}.{one.layers}.{one.heads}"
            for one in translator.facts.attentions
        )
        raise BadWhatIf(f"there is no head {name!r}; there are {there}")


def _check_row(translator: Translator, row: Replaced, size: int, limit: int) -> None:
    block = translator.facts.attention(row.block)
    if block is None:
        known = ", ".join(one.block for one in translator.facts.attentions)
        raise BadWhatIf(
            f"{translator.name} has no attention {row.block!r} whose weights could be replaced; it "
            f"has {known or 'none'}"
        )
    for name, place, count in (
        ("layer", row.layer, block.layers), ("head", row.head, block.heads),
    ):  # fmt: skip
        if place is not None and place not in range(1, count + 1):
            raise BadWhatIf(
                f"there is no {name} {place!r} of {row.block!r}; there are 1 to {count}, and "
                "None for all"
            )
    steps = limit if block.queries == WRITTEN else size
    if not (isinstance(row.step, Integral) and 0 <= row.step < steps):
        raise BadWhatIf(
            f"of {row.block!r} there are the steps 1 to {steps}, at the places 0 to "
            f"{steps - 1}; there is no place {row.step!r}"
        )
    keys, each = (
        (row.step + 1, "the start mark and each token written before") if block.grows
        else (size, "each source piece and the end mark")
    )  # fmt: skip
    total = sum(row.weights)
    fits = len(row.weights) == keys and all(value >= 0 for value in row.weights)
    if not (fits and abs(total - 1) < 1e-3):
        raise BadWhatIf(
            f"the weights of step {row.step + 1} must be {keys} numbers of 0 or more that sum "
            f"to one, for {each}; they have the shape ({len(row.weights)},) and the sum "
            f"{total:g}"
        )
