"""What home and the lessons are asked."""

from __future__ import annotations

from dataclasses import dataclass

from pages.shared.fields import Field
from pages.shared.question import Question, asks


@dataclass(frozen=True)
class Home(Question):
    """The sentence that plays; empty for the stored one. It has another name in the link than on
    the page of the decoding, whose old links lead to the address of this page."""

    text: str = asks(Field("sentence", "", shared=True))


@dataclass(frozen=True)
class Lessons(Question):
    """Which lesson, at which card, and which lessons a teacher has put in which order."""

    lesson: str = asks(Field("lesson", "", key=None))
    card: str = asks(Field("card", "", key=None))
    course: str = asks(Field("course", "", key=None))  # names between dots; empty for all
