"""What travels to the stage of this view."""

from typing import TypedDict

from core.stage.message import Message, Packed
from core.tree import Token


class Likeness(TypedDict):
    """What is near: a token in another sentence, or a word of the vocabulary."""

    text: str
    begin: int | None  # of the token in the sentence; None for a word
    end: int | None
    cosine: float
    at: tuple[float, float]


class Around(TypedDict):
    points: Packed  # (S, 2)
    cloud: Packed | None  # (M, 2)
    shares: list[float]  # of the variance, of the two axes; none of UMAP
    near: list[list[Likeness]]
    count: int
    kept: float


class Payload(Message):
    model: str
    typed: str
    source: tuple[Token, ...]
    how: str  # "pca", "umap"
    target: list[Token]
    states: Around
    written: Around | None  # of a decoder that keeps its states
    words: Around
