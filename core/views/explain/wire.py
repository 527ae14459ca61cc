"""What travels to the stage of this view."""

from typing import TypedDict

from core.stage.message import Message, Packed


class Row(TypedDict):
    """One explanation of all steps."""

    kind: str  # one of core.explanations.KINDS, or HUMAN
    signed: bool
    values: Packed  # (T, S)


class Complete(TypedDict):
    """How far integrated gradients are complete, a number each step."""

    gained: Packed  # (T,), nats
    error: Packed  # (T,), a share of them
    points: Packed  # (T,)


class Searched(TypedDict):
    """What one search found, or did not."""

    step: int
    piece: str  # the word that was searched for; or the likeliest with what was found
    outcome: str  # "found", "unreachable", "not-found", "farthest"
    steps: int  # gradient steps
    heads: int  # whose weights were free
    own: list[float]  # (S,), the mean over these heads
    weights: list[float] | None
    distance: float | None  # total variation, 0 to 1
    divergence: float | None  # nats
    changed: float | None  # total variation of the next-token distribution
    same: bool  # whether the likeliest token is the one before
    before: float  # probability of the piece
    after: float | None
    closest: float  # nats
    texts: tuple[str, str] | None  # the translation before, and with what was found
    python: str  # how it is had again


class Payload(Message):
    trace: str  # as `Trace.to_json` writes it, with the attention that is looked through
    rows: list[Row]
    steps: list[int]  # that are explained; of the others there are no numbers
    missing: list[str]  # kinds that the model does not have
    complete: Complete | None
    taus: Packed  # (T, K, K), of each step, row by row; not a number where it has none
    overlaps: Packed
    tau: Packed  # (K, K), the means over steps
    overlap: Packed
    head: str | None  # as a person calls it
    found: Searched | None
    farthest: Searched | None
    epsilon: float
    epsilons: list[float]
