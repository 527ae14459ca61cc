"""What happens inside a Transformer: the numbers of each view, one module a view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.trace import SearchTrace

if TYPE_CHECKING:
    from core.translator import Translator


def check(translator: Translator, trace: SearchTrace) -> None:
    """Raises ValueError unless `translator` is a Transformer, and the one that made `trace`."""
    described = translator.described()
    if described.wiring != "transformer":
        raise ValueError(f"{translator.name} is no Transformer")
    if trace.model != described:
        raise ValueError(f"this trace is of {trace.model.name}, not as {translator.name} makes it")
