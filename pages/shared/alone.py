"""What the page of encoder and decoder alone is asked, and what it shows of one text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, NamedTuple

from core import manifest
from core.facts import WRITES
from core.trace import Trace
from core.views import alone as view
from pages.shared import box, loading
from pages.shared.fields import TABLE, Choice, Field, Pieces, counted, shown_head
from pages.shared.question import Question, asks
from pages.shared.questions import able
from pages.shared.shelf import kept


def readers() -> tuple[str, ...]:
    """The models that say which word stands at a place of a text, those whose layers are their own
    first."""
    found = [one for one in manifest.entries().values() if box.has(one, "masked-words")]
    return tuple(one.name for one in sorted(found, key=lambda one: one.facts.spared > 0))


def continuers() -> tuple[str, ...]:
    """The models that write a text on."""
    return able(WRITES)


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
    text: str = asks(Field("text", lambda: alone_example(), always=True))
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


def alone_example() -> str:
    """The text that the page opens on."""
    models = manifest.entries()
    first = next(iter((*readers(), *continuers())), None)
    examples = box.examples(models[first]) if first else ()
    return next((one for one in examples if view.MASK not in one), "")  # here a click hides


class Shown(NamedTuple):
    """One text in both models, as far as they are there."""

    asked: Alone  # with the words that are hidden
    hidden: tuple[int, ...]
    masked: str  # what the reader was given; the text itself where there is none

    def trace(self, side: str) -> Trace | None:
        """Raises Refused or ModelError."""
        name = getattr(self.asked, side)
        if not name:
            return None
        return loading.translate(name, self.masked if side == "reader" else self.asked.text, ())

    def has(self, side: str, head: str) -> bool:
        """Whether that model has such a head, or mean over a layer."""
        trace = self.trace(side)
        try:
            return trace is not None and "." in head and bool(trace.attention(head))
        except LookupError:
            return False


def shown(asked: Alone) -> Shown:
    """Raises Refused or ModelError."""
    hidden, masked = asked.hidden, asked.text
    if not asked.text.strip():
        raise loading.Refused("errors.blank")
    if asked.writer and view.MASK in asked.text:
        raise loading.Refused("alone.typed_mask")
    words = view.words(asked.text)
    if hidden is None:
        hidden = _usual(words)
    hidden = tuple(one for one in hidden if one < len(words))
    if asked.reader:
        masked = view.hide(loading.translate(asked.reader, asked.text, ()), hidden)
    found = Shown(replace(asked, hidden=hidden), hidden, masked)
    for side in ("reader", "writer"):
        found.trace(side)
    return found


def _usual(words: tuple[view.Word, ...]) -> tuple[int, ...]:
    """A word in the middle: one of letters, and among the three there the longest."""
    letters = [i for i, word in enumerate(words) if any(one.isalpha() for one in word.text)]
    if len(letters) < 3:
        return tuple(letters[-1:])
    middle = letters[len(letters) // 2 - 1 : len(letters) // 2 + 2]
    return (max(middle, key=lambda i: len(words[i].text)),)


@kept
def drawn(
    found: Shown, language: str, heads: tuple[str, ...] = ("", ""), whole: bool = False
) -> dict:
    """What the stage draws. Raises Refused or ModelError."""
    asked, reader, writer = found.asked, None, None
    if asked.reader:
        reader = view.Read(
            manifest.entry(asked.reader).facts,
            loading.translate(asked.reader, asked.text, ()),
            found.trace("reader"),
            loading.passed(asked.reader, found.masked),
        )
    if asked.writer:
        writer = view.Written(manifest.entry(asked.writer).facts, found.trace("writer"))
    return view.payload(asked.text, found.hidden, reader, writer, language, heads, whole)
