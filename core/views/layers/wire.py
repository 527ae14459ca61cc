"""What travels to the stage of this view."""

from typing import TypedDict

from core.stage.message import Formulas, Message, Packed


class Sublayer(TypedDict):
    name: str
    normed: Packed
    added: Packed
    added_norm: Packed
    normed_norm: Packed
    cosine: Packed


class Lens(TypedDict):
    likeliest: list[list[list[tuple[str, float]]]]
    log_probs: Packed
    ranks: list[list[int]]
    entropies: Packed


class Stream(TypedDict):
    side: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    norms: Packed
    start: Packed
    output: Packed
    sublayers: list[Sublayer]
    lens: Lens | None


class Payload(Message):
    model: str
    typed: str
    text: str
    norm: str
    streams: dict[str, Stream]
    formulas: Formulas
