"""What travels to the stage of this view."""

from typing import TypedDict

from core.stage.message import Message, Packed
from core.tree import Token


class Recalled(TypedDict):
    """What the probes read of one word of the sentence."""

    word: str
    place: int
    chance: float
    rank: int
    thirds: tuple[float, ...]
    at_place: float


class Figure(TypedDict):
    """How often a probe is right, with a 95% interval."""

    value: float
    low: float
    high: float
    count: int


class Curve(TypedDict):
    """Figures of one task, by the place of a word or the length of a sentence."""

    task: str  # "state", "control", "at its place"
    by: str  # "place", "words"
    at: list[int]
    figures: list[Figure]


class Payload(Message):
    model: str
    typed: str
    source: tuple[Token, ...]
    slopes: Packed | None  # (S,)
    known: int
    count: int  # words of the sentence
    # Each word once, as a text where no probe knows it; None: no probes were trained.
    recalled: list[Recalled | str] | None
    guessed: list[tuple[str, float, bool]]  # the likeliest words; whether they are there
    curves: list[Curve]
    whole: dict[str, Figure]  # "recall state", "accuracy control", …
    command: str
    attends: bool
    both: bool  # whether the encoder reads from both ends
