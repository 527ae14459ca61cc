"""What travels to the stage of this view."""

from typing import TypedDict

from core.stage.message import Message


class Following(TypedDict):
    """The card that comes next; empty after the last."""

    title: str
    text: list[list[tuple[str, str]]]


class Payload(Message):
    lesson: str  # its name
    card: str  # the card's name
    title: str
    text: list[list[tuple[str, str]]]  # paragraphs of runs: [kind, text], see `core.lessons.marked`
    task: list[tuple[str, str]]  # runs; empty where there is nothing to do
    then: list[tuple[str, str]]
    done: dict[str, list[str]]  # what the picture's place must be, see done.js
    asked: dict[str, str]  # what the picture was asked, as its link says it
    choices: list[tuple[str, str]]  # scenes to choose among, by name and label
    scene: str  # the one that is shown
    notes: list[list[tuple[str, str]]]  # paragraphs for whoever teaches it
    following: Following
    names: list[str]  # of the lesson's cards
    lesson_title: str
    number: int  # of the lesson
    lessons: int
    onward: str  # the title of the lesson that follows; empty after the last
    references: list[str]  # on the last card
