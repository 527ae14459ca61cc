"""What a loaded model can be asked: a what-if that does not fit it is refused with a sentence."""

from __future__ import annotations

import math
from contextlib import suppress
from numbers import Integral
from typing import TYPE_CHECKING

from core.refusals import BadPrefix, BadWhatIf, LongPrefix
from core.trace import WRITTEN
from core.whatif import SOURCE_BLOCK, UNDIVIDED, Replaced, WhatIf

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
    for name in whatif.uniform:
        _check_uniform(translator, name, whatif)
    _check_forbidden(translator, whatif, size)
    for row in whatif.weights:
        _check_row(translator, row, size, limit)
        _check_clash(row, whatif)


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


def _check_uniform(translator: Translator, name: str, whatif: WhatIf) -> None:
    known = {one.block for one in translator.facts.attentions}
    if "heads" in translator.facts.has:
        known |= {
            place for one in translator.facts.attentions for layer in range(1, one.layers + 1)
            for place in (f"{one.block}.{layer}", *(
                f"{one.block}.{layer}.{head}" for head in range(1, one.heads + 1)
            ))
        }  # fmt: skip
    if name not in known:
        raise BadWhatIf(
            f"{translator.name} has no attention {name!r} that could weigh all alike; it has "
            f"{', '.join(sorted(known)) or 'none'}", "place",
        )  # fmt: skip
    if name in whatif.heads:
        raise _off(name)


def _check_forbidden(translator: Translator, whatif: WhatIf, size: int) -> None:
    if not whatif.forbidden:
        return
    if translator.facts.attention(SOURCE_BLOCK) is None:
        raise BadWhatIf(
            f"{translator.name} has no attention to a source of which a token could be forbidden",
            "place",
        )
    beyond = [place for place in whatif.forbidden if not 0 <= place < size]
    if beyond:
        raise BadWhatIf(
            f"the source has the tokens 1 to {size}; there is no token {beyond[0] + 1} to forbid",
            "beyond",
        )
    if len({*whatif.forbidden}) == size:
        raise BadWhatIf("all source tokens are forbidden: leave one that can be read", "nothing")


def _check_clash(row: Replaced, whatif: WhatIf) -> None:
    """Raises BadWhatIf for weights that another part of the what-if leaves no room for."""
    name = f"{row.block}.{row.layer}.{row.head}"
    if name in whatif.heads:
        raise _off(name)
    if row.block == SOURCE_BLOCK and row.weights is not None:
        clash = [place for place in whatif.forbidden if row.weights[place]]
        if clash:
            raise BadWhatIf(
                f"the weights of step {row.step + 1} read the source token {clash[0] + 1}, which "
                "is forbidden: give it the weight 0, or allow it", "forbidden",
            )  # fmt: skip


def _off(head: str) -> BadWhatIf:
    return BadWhatIf(
        f"the head {head} is switched off, so its weights change nothing: switch it on, or leave "
        "them out", "off",
    )  # fmt: skip


def _check_row(translator: Translator, row: Replaced, size: int, limit: int) -> None:
    block = translator.facts.attention(row.block)
    if block is None:
        known = ", ".join(one.block for one in translator.facts.attentions)
        raise BadWhatIf(
            f"{translator.name} has no attention {row.block!r} whose weights could be replaced; it "
            f"has {known or 'none'}", "place",
        )  # fmt: skip
    for name, place, count in (
        ("layer", row.layer, block.layers), ("head", row.head, block.heads),
    ):  # fmt: skip
        if place is not None and place not in range(1, count + 1):
            raise BadWhatIf(
                f"there is no {name} {place!r} of {row.block!r}; there are 1 to {count}, and "
                "None for all", "place",
            )  # fmt: skip
    steps = limit if block.queries == WRITTEN else size
    if not (isinstance(row.step, Integral) and 0 <= row.step < steps):
        raise BadWhatIf(
            f"of {row.block!r} there are the steps 1 to {steps}, at the places 0 to "
            f"{steps - 1}; there is no place {row.step!r}", "step",
        )  # fmt: skip
    if row.weights is None:
        return
    keys, each = (
        (row.step + 1, "the start mark and each token written before") if block.grows
        else (size, "each source piece and the end mark")
    )  # fmt: skip
    given, total = f"the weights of step {row.step + 1}", sum(row.weights)
    if not math.isfinite(total):
        raise BadWhatIf(
            f"{given} must be {keys} numbers, and one of them is none (NaN, infinity)", "number"
        )
    if total == 0 and not any(row.weights):
        raise BadWhatIf(
            f"{given} sum to 0, which is no distribution; None switches the attention off", "zero"
        )
    fits = len(row.weights) == keys and min(row.weights) >= 0
    if not (fits and abs(total - 1) < 1e-3):
        raise BadWhatIf(
            f"{given} must be {keys} numbers of 0 or more that sum to one, for {each}; they have "
            f"the shape ({len(row.weights)},) and the sum {total:g}", "count",
        )  # fmt: skip
