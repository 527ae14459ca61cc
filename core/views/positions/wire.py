"""What travels to the stage of this view."""

from typing import TypedDict

from core.stage.message import Message, Packed
from core.tree import Token


class Run(TypedDict):
    placed: bool
    shuffled: bool
    tokens: tuple[Token, ...]
    differs: list[int]
    log_probs: Packed
    plain: Packed
    cut_off: bool


class Payload(Message):
    model: str
    typed: str
    shuffled: str
    source: tuple[Token, ...]
    order: tuple[int, ...]
    runs: list[Run]
    encoding: Packed
    similarity: Packed
    length: float
    lengths: Packed
    moved: Packed
    cosines: Packed
