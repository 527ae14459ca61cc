"""What travels to the stage of this view."""

from typing import TypedDict

from core.stage.message import Message


class Guess(TypedDict):
    """One token that might be next."""

    id: int
    piece: str
    p: float


class Column(TypedDict):
    """One way through the sentence, see `core.exposure.Column`; lists are of its T steps."""

    kind: str
    read: list[str]
    written: list[str]
    written_ids: list[int]
    guesses: list[list[Guess]]
    log_probs: list[float | None]  # of the reference's token, nats; None beyond its end
    weights: list[list[float]] | None  # (T, S)
    astray: list[float | None]
    first: int | None  # step at which it goes on with another token than the reference


class Effect(TypedDict):
    """See `core.exposure.Effect`."""

    begin: int
    steps: int
    reference: float
    here: float
    astray: float | None


class Slip(TypedDict):
    """One error among true words."""

    step: int
    id: int
    piece: str
    by_hand: bool


class Payload(Message):
    source: list[str]
    reference: list[str]
    reference_ids: list[int]
    text: str  # what free running wrote
    columns: list[Column]
    effects: dict[str, Effect]  # by the kind of the column, where there is one
    slip: Slip | None
