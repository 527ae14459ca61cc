"""What travels to the stage of this view."""

from core.stage.message import Message


class Payload(Message):
    trace: str  # as `Trace.to_json` writes it
    typed: str
    model: str  # what it is told as: its shape
    loose: str | None  # what is said of rows that do not sum to one
    exports: dict[str, str]
