"""The parts of the Transformer page, one module each, found because it is there: its `PART`."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import NamedTuple

from core.manifest import Entry
from core.views import fed
from pages.shared.question import Question


class Part(NamedTuple):
    """One of them."""

    name: str  # in the link; also that of its view, and of its words
    place: int  # among the others, from the left
    asked: type[Question]  # what it is asked beside the sentence and the model
    # show(model, text, *asked) draws it, `asked` being what else stands in the link.
    show: Callable[..., None]
    free: bool = False  # its steps are those of what the model writes by itself
    drawable: Callable[[Entry], bool] = lambda entry: True  # where it needs more than its view


@cache
def every() -> dict[str, Part]:
    """All of them by name, in their order."""
    modules = pkgutil.iter_modules(__path__, f"{__name__}.")
    found = [getattr(import_module(one.name), "PART", None) for one in modules]
    return {one.name: one for one in sorted(filter(None, found), key=lambda part: part.place)}


def names() -> tuple[str, ...]:
    return tuple(every())


def offered(entry: Entry) -> tuple[str, ...]:
    """Those that can be drawn of that model."""
    there = fed(entry.facts.has)
    return tuple(name for name, part in every().items() if name in there and part.drawable(entry))
