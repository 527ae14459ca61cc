"""What travels to the stage of this view."""

from typing import NotRequired, TypedDict

from core.stage.message import Message, Packed
from core.tree import Token


class Output(TypedDict):
    text: str
    tokens: list[Token]
    log_probs: list[float]
    cut_off: bool
    differs: NotRequired[list[int]]  # of the one without the heads


class Rollout(TypedDict):
    raw: Packed
    rolled: Packed


class Payload(Message):
    model: str
    typed: str
    source: tuple[Token, ...]
    start: str  # what is read before anything is written
    blocks: list[tuple[str, int, int]]  # name, layers, heads
    switched: tuple[str, ...]
    plain: Output
    free: Output
    forced: list[float]
    weights: dict[str, Packed]
    without: dict[str, Packed] | None
    rollouts: dict[str, Rollout]
    costs: list[tuple[str, float, float, float]]
    measured: dict[str, object]
