"""What travels to the stage of this view."""

from typing import TypedDict

from core.stage.message import Formulas, Message, Packed
from core.tree import Token
from core.views.decode.wire import Held
from core.words import Text


class Step(TypedDict):
    token: Token
    log_prob: float
    entropy: float
    candidates: list[tuple[str, float]]


class ByHand(TypedDict):
    """Rows of weights that are not the softmax of their scores."""

    at: list[tuple[int, int]]  # map (layer times the heads of one, plus head) and row, from 0
    weights: Packed  # one row each


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
    by_hand: ByHand | None


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
    held: Held | None  # what was changed by hand; None of a model that only reads
    holding: dict[str, Text]  # what is said of that
    before: list[Step] | None  # what was written before something was changed


class Layer(Block):
    """One layer of a block, that was asked for."""

    layer: str


class Exact(TypedDict):
    """A map as it is, for a file; a mean has no scores."""

    head: str
    scores: Packed | None
    weights: Packed


class Values(TypedDict):
    """What the heads of one layer sum by their weights, and how they look on average."""

    valued: str  # the layer: "cross.2"
    values: Packed  # (H, K, d)
    averages: dict[str, Packed]  # (T, S), by what is held: see core.views.decode.wire.Held
    averaged: int


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
