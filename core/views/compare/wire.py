"""What travels to the stage of this view."""

from typing import NotRequired, TypedDict

from core.formulas import Formula
from core.stage.message import Message, Packed
from core.tree import Token
from core.words import Text


class Panel(TypedDict):
    label: str
    model: str
    tongues: dict[str, str]
    score: str | None
    reference: str | None
    formula: Formula | None  # the equation of the score
    parameters: tuple[tuple[str, tuple[int, ...]], ...]
    symbols: list[Formula]  # of the parameters
    block: str | None
    head: str | None
    total: int
    attends_first: bool
    text: str
    source: tuple[Token, ...]
    tokens: list[Token]
    log_probs: list[float]
    forced: list[int]
    differs: list[int]
    scores: NotRequired[Packed | None]  # like the rest, of a model that attends
    weights: NotRequired[Packed]
    visible: NotRequired[Packed | None]
    entropy: NotRequired[list[float]]


class Pair(TypedDict):
    panels: list[int]
    unit: str
    divergence: list[float]


class Payload(Message):
    typed: str
    target: str
    panels: list[Panel]
    pairs: list[Pair]
    told: dict[str, Text]
