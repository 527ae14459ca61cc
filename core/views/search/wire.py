"""What travels to the stage of this view."""

from typing import TypedDict

from core.stage.message import Message


class Run(TypedDict):
    key: str
    title: str
    likeliest: bool  # of several: whether no other result is more probable
    trace: str  # as `Trace.to_json` writes it
    ranked: int  # best extensions of a step whose rank is told


class Payload(Message):
    runs: list[Run]
    head: str | None  # as a person calls it
