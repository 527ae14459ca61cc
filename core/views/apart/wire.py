"""What travels to the stage of this view."""

from typing import TypedDict

from core.formulas import Formula
from core.stage.message import Formulas, Message, Packed
from core.tree import Token


class Part(TypedDict):
    name: str
    formula: Formula
    length: Formula  # of the vector
    values: Packed


class Norms(TypedDict):
    query: float
    probe: float | None
    keys: Packed


class Payload(Message):
    model: str
    head: str | None  # as a person calls it
    score: str
    formula: Formula  # the equation of the score
    formulas: Formulas
    gain: Formula | None  # what a matrix makes of the query's length
    source: tuple[Token, ...]
    token: Token
    step: int
    column: int
    query: Part
    keys: Part
    probe: Part | None
    norms: Norms
    cosines: Packed
    probe_cosines: Packed | None
    scores: Packed
    own: Packed  # what the score function alone makes of query and keys
    gaussian: Packed | None  # what a window takes from that
    weights: Packed
    parts: list[Part]
    terms: Part | None
    divisors: list[tuple[Formula, float]]
    parameters: tuple[tuple[str, tuple[int, ...]], ...]
