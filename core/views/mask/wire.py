"""What travels to the stage of this view."""

from typing import TypedDict

from core.stage.message import Message, Packed
from core.tree import Token


class Pass(TypedDict):
    scores: Packed
    weights: Packed
    log_probs: Packed
    likeliest: tuple[str, ...]
    loss: float


class Payload(Message):
    model: str
    typed: str
    layers: int
    heads: int
    target: tuple[Token, ...]
    keys: tuple[str, ...]
    masked: Pass
    bare: Pass
    future: Packed
    answer: Packed
    moved: list[float]
