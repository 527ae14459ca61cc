"""What travels to the stage of this view."""

from typing import TypedDict

from core.stage.message import Formulas, Message


class Parts(TypedDict):
    form: int  # its place among the forms of statements, or of questions
    who: str
    what: str
    place: str


class Line(TypedDict):
    """A sentence of the story; the last one asks."""

    text: str
    tokens: tuple[int, int]  # from the first to after the last
    parts: Parts | None  # None for a line that is not understood


class Form(TypedDict):
    """One way to say something, and what fills it."""

    label: str
    who: bool
    what: str  # "place" or "thing"; empty for none
    place: bool


class Menus(TypedDict):
    people: list[str]
    places: list[str]
    things: list[str]
    statements: list[Form]
    questions: list[Form]


class Follows(TypedDict):
    """What follows from the story by reading it carefully."""

    answer: str | None  # None where nobody can say it
    support: list[int]  # the lines that it follows from, from 0
    told: str


class Payload(Message):
    trace: str  # as `Trace.to_json` writes it
    lines: list[Line]
    menus: Menus
    truth: Follows
    most: int  # statements at most
    formulas: Formulas
