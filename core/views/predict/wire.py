"""What travels to the stage of this view."""

from typing import TypedDict

from core.stage.message import Message

Runs = list[tuple[str, str]]  # text by kind: "plain", "source" or "target"


class Option(TypedDict):
    label: str
    side: str  # "source", "target" or empty
    value: float | None  # a probability, a total, nats
    row: list[float]  # where a head looks; empty for others


class Map(TypedDict):
    label: str
    rows: list[str]
    weights: list[list[float]]


class Exercise(TypedDict):
    kind: str  # one of core.exercises.KINDS
    step: int  # from 1
    sources: list[str]  # the words of the source
    written: list[str]  # before that step, words or pieces
    word: str  # that is written; empty where it is asked for
    ask: list[Runs]
    why: list[Runs]
    row: list[float]  # the true weights of the words; empty for others
    best: list[int]  # where ten chips come nearest to them
    scores: list[float]
    wrong: list[float]
    options: list[Option]
    right: int
    clues: list[Map]
    maps: list[Map]


class Payload(Message):
    set: str  # what the exercises were made of: others are another set
    model: str
    typed: str
    seed: int
    exercises: list[Exercise]
