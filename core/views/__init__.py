"""The views, one folder each: what it computes, what travels, its script and style.

A view of a model's trace states what the model must have as `NEEDS`, names of
`core.facts.CAPABILITIES`; one without it, such as the workbench, draws no model's trace.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.translator import Translator


def require(translator: Translator, *needs: str) -> None:
    """Raises ValueError for a model without one of these capabilities."""
    for capability in needs:
        if capability not in translator.facts.has:
            raise ValueError(f"{translator.name} has no {capability.replace('-', ' ')}")


def fed(has: Iterable[str]) -> tuple[str, ...]:
    """The views that a trace of a model with these capabilities can feed."""
    return tuple(name for name, needs in needed().items() if needs <= {*has})


@cache
def needed() -> dict[str, frozenset[str]]:
    """What each view needs, by its folder's name.

    It is read from the files: to import some of them would load torch, which no page may.
    """
    return {
        path.parent.name: frozenset(ast.literal_eval(line.value))
        for folder in __path__
        for path in sorted(Path(folder).glob("*/__init__.py"))
        for line in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "NEEDS"
    }
