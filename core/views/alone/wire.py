"""What travels to the stage of this view."""

from typing import TypedDict

from core.stage.message import Formulas, Message, Packed
from core.tree import Token
from core.views.maps.wire import Block, Step
from core.words import Text


class Told(TypedDict):
    """What a model says of a hidden word, token by token."""

    rows: list[int]  # of its maps, in which it looks for it
    was: list[tuple[str, float]]  # what stood there, and its log-probability, nats
    guesses: list[list[tuple[str, float]]]
    entropies: list[float]


class Place(TypedDict):
    word: int  # among the words
    reader: Told | None
    writer: Told | None


class Side(TypedDict):
    """One model."""

    model: str
    does: str
    blocks: dict[str, Block]
    source: tuple[Token, ...]
    writes: bool
    steps: list[Step]
    typed_steps: int
    cut_off: bool
    goes_on: str  # what it writes after the text
    parameters: int
    spared: int  # numbers that sharing saves
    factored: int  # and an embedding of two factors
    grouped: bool  # layers share in groups, and not all of them one set
    alike: Packed | None  # of each two layers
    tongues: dict[str, str]
    strings: dict[str, Text]


class Payload(Message):
    typed: str
    words: list[str]
    hidden: list[int]
    places: list[Place]
    reader: Side | None
    writer: Side | None
    formulas: Formulas
