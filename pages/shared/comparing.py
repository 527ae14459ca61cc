"""One sentence through several models, side by side."""

from __future__ import annotations

from typing import NamedTuple

from core import manifest
from core.manifest import Entry, ModelError
from core.stage.glossed import Glossed
from core.trace import Trace
from core.views import compare
from core.views.compare import Panel
from pages.shared import box, head, loading
from pages.shared.questions import FREE, TYPED, Compare
from pages.shared.shelf import kept

PLAIN = (1.0, False)  # no what-if: temperature, and whether scores are divided by √D


class Side(NamedTuple):
    """One model of a comparison, and what it was asked."""

    label: str
    name: str
    text: str
    prefix: tuple[int, ...]  # that it was made to write
    temperature: float
    scaled: bool

    def trace(self) -> Trace:
        """Raises Refused or ModelError."""
        return loading.translate(*self[1:])

    def head(self) -> str:
        """Which attention of it is shown."""
        return head.chosen(self.trace())


class Compared(NamedTuple):
    """What can be shown of a comparison."""

    asked: Compare
    sides: tuple[Side, ...]
    target: str  # what they write: a label, or FREE or TYPED
    broken: tuple[ModelError, ...]  # models that cannot be shown, each once

    def same_words(self, other: Compared) -> bool:
        """Whether the same models read and wrote the same: then a cell is what it was."""
        mine, theirs = (
            [(one.name, one.text, one.trace().text) for one in compared.sides]
            for compared in (self, other)
        )
        return mine == theirs


def find(models: dict[str, Entry], asked: Compare) -> Compared:
    """Raises Refused, and ModelError for the model whose output is to be forced."""
    prefixes, sides, broken = _forced(models, asked), [], {}
    called = box.names({name: models[name] for name in asked.models})
    for name in asked.models:
        whatif = asked.whatif if models[name].score else PLAIN
        side = Side(called[name], name, asked.text, prefixes[name], *whatif)
        try:
            side.trace()
        except ModelError as error:
            broken.setdefault(str(error), error)
        else:
            sides.append(side)
    target = called.get(asked.target, asked.target)
    return Compared(asked, tuple(sides), target, tuple(broken.values()))


def _forced(models: dict[str, Entry], asked: Compare) -> dict[str, tuple[int, ...]]:
    """The pieces that each model is to write; none when all run free.

    A model with the vocabulary of the one whose output it is gets its pieces, any other its text.
    """
    if asked.target == FREE:
        return dict.fromkeys(asked.models, ())
    if asked.target == TYPED:
        text, written, pieces = asked.typed, None, ()
        if not text.strip():
            raise loading.Refused("compare.blank_target")
    else:
        trace = loading.translate(asked.target, asked.text, ())
        text, written = trace.text, models[asked.target]
        pieces = tuple(step.token.id for step in trace.path())
    found = {}
    for name in asked.models:
        alike = written is not None and box.split_alike(models[name], written)
        found[name] = pieces if alike else loading.forced(name, asked.text, text)
    return found


@kept
def drawn(sides: tuple[Side, ...], heads: tuple[str, ...], target: str, language: str) -> dict:
    """What the stage draws of them, each through its head. Raises Refused or ModelError."""
    return compare.payload(_panels(sides, heads), target, language)


def page(
    sides: tuple[Side, ...], heads: tuple[str, ...], target: str, language: str,
    glosses: Glossed | None = None,
) -> str:  # fmt: skip
    """A page of its own. Raises Refused or ModelError."""
    return compare.page(_panels(sides, heads), target, language, glosses=glosses)


def _panels(sides: tuple[Side, ...], heads: tuple[str, ...]) -> list[Panel]:
    return [
        Panel(one.label, one.trace(), manifest.entry(one.name).facts, block)
        for one, block in zip(sides, heads, strict=True)
    ]
