"""What travels to the stage of this view."""

from typing import TypedDict

from core.stage.message import Message, Packed
from core.tree import Token


class Pass(TypedDict):
    scores: Packed
    weights: Packed
    states_apart: list[float]
    weights_apart: list[float]
    log_probs: list[float]


class Payload(Message):
    model: str
    typed: tuple[str, str]
    layers: int
    heads: int
    sentences: tuple[tuple[Token, ...], tuple[Token, ...]]
    translations: tuple[str, str]
    alone: list[float]
    masked: Pass
    bare: Pass
    on_padding: Packed
