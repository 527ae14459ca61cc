"""What the page of encoder and decoder alone is asked, and the models that it can ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core import manifest
from core.facts import WRITES
from pages.shared import box
from pages.shared.fields import TABLE, Choice, Field, Pieces, counted, shown_head
from pages.shared.question import Question, asks
from pages.shared.questions import able


def readers() -> tuple[str, ...]:
    """The models that say which word stands at a place of a text."""
    return tuple(
        name for name, entry in manifest.entries().items() if box.has(entry, "masked-words")
    )


def continuers() -> tuple[str, ...]:
    """The models that write a text on."""
    return able(WRITES)


def example() -> str:
    """The text that the page opens on."""
    models = manifest.entries()
    first = next(iter((*readers(), *continuers())), None)
    return box.examples(models[first])[0] if first else ""


@dataclass(frozen=True)
class Hidden(Pieces):
    """Numbers of words, from 1 in the link and from 0 here; None for those that a page hides by
    itself."""

    usual: Any = None

    def read(self, text: str) -> tuple[int, ...]:
        return () if text == "none" else tuple(one - 1 for one in super().read(text) if one > 0)

    def write(self, value: tuple[int, ...] | None) -> str:
        if value is None:
            return ""
        return super().write(tuple(one + 1 for one in value)) or "none"


@dataclass(frozen=True)
class Alone(Question):
    """A text, the words of it that are hidden, and the two models that look for them."""

    widgets: ClassVar = "alone_"
    text: str = asks(Field("text", example, always=True))
    reader: str = asks(
        Choice("reader", lambda: next(iter(readers()), ""), "alone.wrong_model", options=readers)
    )
    writer: str = asks(
        Choice(
            "writer", lambda: next(iter(continuers()), ""), "alone.wrong_model", options=continuers
        )
    )  # fmt: skip
    hidden: tuple[int, ...] | None = asks(Hidden("hidden", note="alone.wrong_hidden", key=None))
    at: int | None = asks(counted("at", "alone.wrong_at"))
    head_reader: str | None = asks(shown_head("alone.wrong_head", "head_reader"))
    head_writer: str | None = asks(shown_head("alone.wrong_head", "head_writer"))
    table: bool = asks(TABLE)
