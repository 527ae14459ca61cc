"""What travels to the stage of this view."""

from typing import TypedDict

from core.stage.message import Formulas, Message, Packed


class Part(TypedDict):
    """A head, a layer or a whole attention."""

    block: str
    name: str  # as a person calls it; empty where there is but one


class Given(TypedDict):
    """A row of weights by hand."""

    step: int
    block: str
    name: str  # of the block, as a person calls it
    parts: list[int] | None  # millionths; None: attention is off


class Held(TypedDict):
    block: str  # whose rows are taken hold of: "cross", "cross.2", "cross.2.5"
    given: list[Given]
    temperature: float
    forbidden: list[int]  # places of the source
    uniform: list[Part]
    even: list[Part]  # what could be uniform: the head that is shown, its layer, all
    temperatures: list[float]  # that can be chosen
    python: str  # what asks for the same
    average: Packed | None  # (T, S), rows of the training data's average attention
    averaged: int  # sentences that it is the average of


class Payload(Message):
    trace: str  # as `Trace.to_json` writes it
    head: str | None  # as a person calls it
    formulas: Formulas
    before: str | None  # the trace without what was changed in its attention
    held: Held | None  # what was changed; none of a model without attention
