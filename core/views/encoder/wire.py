"""What travels to the stage of this view."""

from typing import TypedDict

from core.stage.message import Formulas, Message, Packed
from core.tree import Token


class Swept(TypedDict):
    """One layer in one direction; arrays have a row a place of the source."""

    layer: int
    backward: bool
    given: Packed | None  # what it reads: None for the first layer, which reads the embeddings
    states: Packed
    cells: Packed | None
    gates: dict[str, Packed]
    candidate: Packed


class Payload(Message):
    model: str
    cell: str  # "LSTM", "GRU", "RNN", "Transformer", …
    typed: str
    source: tuple[Token, ...]
    embedded: Packed
    sweeps: list[Swept]  # of a recurrent encoder
    layers: list[Packed]  # of one that reads all places at once: the stream after each layer
    memory: Packed
    attends: bool  # whether the decoder reads the states of all places, too
    formulas: Formulas
