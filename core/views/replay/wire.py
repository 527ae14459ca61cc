"""What travels to the stage of this view."""

from typing import TypedDict

from core.stage.message import Message


class Shown(TypedDict):
    """One sentence at one moment, see `core.replay.Shown`."""

    text: str
    tokens: list[str]
    weights: list[list[float]]  # (T, S)


class Moment(TypedDict):
    """See `core.replay.Moment`."""

    update: int
    held_out_loss: float | None
    figure: float | None
    sharpness: float | None
    shown: list[Shown]


class Film(TypedDict):
    """One training."""

    name: str
    sources: list[list[str]]  # the tokens of each sentence
    moments: list[Moment]


class Payload(Message):
    figure: str  # what the upper chart is of, in words
    short: str  # and in a word
    sentences: list[str]
    films: list[Film]
