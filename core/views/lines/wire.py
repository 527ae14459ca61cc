"""What travels to the stage of this view."""

from core.stage.message import Message


class Payload(Message):
    trace: str  # as `Trace.to_json` writes it
    middle: int | None  # the step in the middle of a crossing
