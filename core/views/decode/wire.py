"""What travels to the stage of this view."""

from core.stage.message import Formulas, Message


class Payload(Message):
    trace: str  # as `Trace.to_json` writes it
    head: str | None  # as a person calls it
    formulas: Formulas
