"""What travels to the stage of this view."""

from typing import TypedDict

from core.stage.message import Message


class Trained(TypedDict):
    """How a model of the box was trained."""

    name: str
    size: int  # of embeddings and states
    warmup: int
    rate: float  # at the peak
    updates: int


class Payload(Message):
    trained: Trained | None
