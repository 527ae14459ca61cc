"""The views, one folder each: what it computes, what travels, its script and style."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.translator import Translator


def require(translator: Translator, capability: str) -> None:
    """Raises ValueError for a model without that capability, one of `core.facts.CAPABILITIES`."""
    if capability not in translator.facts.has:
        raise ValueError(f"{translator.name} has no {capability.replace('-', ' ')}")
