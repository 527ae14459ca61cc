"""What travels to the stage of this view."""

from typing import TypedDict

from core.stage.message import Message


class Item(TypedDict):
    name: str
    title: str
    about: str
    minutes: int
    cards: list[str]


class Payload(Message):
    items: list[Item]
    all: list[Item]  # of which a teacher may choose
    link: str  # of a lesson, with {lesson}
    course_link: str  # of a course, with {course}
