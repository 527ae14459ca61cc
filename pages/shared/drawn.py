"""The picture that a page is asked about, and the models that write captions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import streamlit as st

from core import manifest
from core.facts import CAPTIONS
from core.manifest import Entry
from core.pictures.board import BadBoard, read
from core.pictures.photo import is_photo
from core.pictures.seen import board as board_of
from core.trace import Trace
from core.views.pictures import called
from core.words.languages import tag
from pages.shared import loading
from pages.shared.fields import TABLE, Choice, Field, Step, choice
from pages.shared.frame import literal
from pages.shared.loading import Refused
from pages.shared.question import Question, asks
from pages.shared.shelf import kept

UNITS = ("cells",)  # what has a row in the picture; things, where nothing is asked for
LIGHTS = ("off",)  # whether what is looked at is lit; it is, where nothing is asked for
EXAMPLES = (
    "fox 36,3,18; pizza 20,26,32",
    "elephant 22,20,30; cat 2,24,17; owl 28,2,16",
    "cat 4,6,18; cat 24,2,18; cat 44,8,18; house 20,32,30",
    "house 6,20,32; sailboat 44,12,17; bicycle 42,38,18",
    "apple 6,6,22; apple 36,30,24",
    "rocket 20,14,34",
)


class Drawn(Field):
    """A board as a text. A picture of one's own is in no link: it would be too long for one."""

    def write(self, value: str) -> str:
        return "" if is_photo(value) else value


def captioners() -> dict[str, Entry]:
    """The models that write captions, those of the box first, English before the others."""
    found = [one for one in manifest.entries().values() if one.facts.does == CAPTIONS]
    found.sort(key=lambda one: (one.own, one.target != "eng"))
    return {one.name: one for one in found}


def _first() -> str:
    """The model that the page opens on: one that writes as the reader reads, if there is one."""
    found, reader = captioners(), st.session_state.get("lang", "")
    own = (name for name, one in found.items() if tag(one.target) == reader)
    return next(own, next(iter(found), ""))


@dataclass(frozen=True)
class Pictures(Question):
    """A board or a picture, and the model that says what is to be seen on it."""

    widgets: ClassVar = "pictures_"
    board: str = asks(Drawn("board", always=True, key=None))
    model: str = asks(
        Choice("model", _first, "errors.model", always=True, options=lambda: tuple(captioners()))
    )
    step: int | None = asks(Step())
    unit: str | None = asks(choice("unit", UNITS))
    light: str | None = asks(choice("light", LIGHTS))
    table: bool = asks(TABLE)

    def settle(self, given: Mapping[str, str], notes: list) -> Self:
        return self if "board" in given else replace(self, board=EXAMPLES[0])


def listed(board: str, language: str) -> str:
    """An example in a menu, by what lies on it."""
    found: dict[str, int] = {}
    for one in read(board):
        name = called(one.thing, language)
        found[name] = found.get(name, 0) + 1
    return " · ".join(f"{name} × {count}" if count > 1 else name for name, count in found.items())


@kept
def captioned(name: str, text: str) -> Trace:
    """The trace of the caption of what `text` tells. Raises Refused or ModelError."""
    try:
        board_of(text)
    except BadBoard as error:
        raise refusal(error) from error
    example = loading.stored(name)
    if example and text == example.typed:
        return example
    captioner = loading.loaded(name)
    try:
        with loading.TURNS:
            return captioner.caption(text)
    except BadBoard as error:
        raise refusal(error) from error


def refusal(error: BadBoard) -> Refused:
    """What a person is told of a text that is no board, or of a file that is no picture."""
    values = {
        name: literal(one) if isinstance(one, str) else one for name, one in error.values.items()
    }
    return Refused(f"pictures_page.{error.key}", **values)
