"""What travels to the stage of this view."""

from typing import TypedDict

from core.stage.message import Formulas, Message, Packed
from core.tree import Token


class Step(TypedDict):
    token: Token
    log_prob: float
    entropy: float
    candidates: list[tuple[str, float]]


class Block(TypedDict):
    """The maps of one block: see core.stage.codec.quantised."""

    queries: tuple[str, ...]
    keys: tuple[str, ...]
    layers: int
    heads: int
    sent: tuple[int, ...]  # layers whose scores are there, from 0
    visible: str
    low: list[float]
    step: list[float]
    bits: list[int]
    data: str


class Payload(Message):
    model: str
    typed: str
    source: tuple[Token, ...]  # empty of a model that reads none
    writes: bool  # whether the steps are tokens that were written, or places that were read
    typed_steps: int  # of those that were written, so many were typed
    steps: list[Step]
    cut_off: bool
    blocks: dict[str, Block]
    formulas: Formulas


class Layer(Block):
    """One layer of a block, that was asked for."""

    layer: str


class Exact(TypedDict):
    """A map as it is, for a file; a mean has no scores."""

    head: str
    scores: Packed | None
    weights: Packed


class Cell(TypedDict):
    head: str
    row: int
    query: Packed
    keys: Packed
    values: Packed
    visible: Packed
    scores: Packed
    weights: Packed
    undivided: Packed
    divisor: float
    contexts: Packed
    contribution: Packed
    shares: list[float]
    bias: float
    added: Packed
    before: Packed
