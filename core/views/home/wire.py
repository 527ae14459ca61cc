"""What travels to the stage of this view."""

from typing import TypedDict

from core.stage.message import Message


class Box(TypedDict):
    name: str
    x: float
    y: float
    width: float
    colour: str
    href: str


class Plan(TypedDict):
    width: float
    height: float
    tall: float
    boxes: list[Box]
    arrows: list[tuple[str, str]]
    again: tuple[str, str]


class Way(TypedDict):
    title: str
    line: str
    href: str
    kind: str  # of its picture; empty for none
    picture: object


class Payload(Message):
    plans: dict[str, Plan]
    lessons: list[Way]
    pages: list[Way]
    teach: list[Way]
