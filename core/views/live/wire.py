"""What travels to the stage of this view."""

from typing import TypedDict

from core.stage.message import Message


class Frame(TypedDict):
    """A snapshot, as `core.live.snapshot.Snapshot.plain` writes it."""

    number: int  # frames are told apart by it
    # update, seconds, loss, held-out loss, right; None where it was not measured then
    moment: tuple[int, float, float | None, float | None, float | None]
    updates: int
    rate: float
    forcing: float
    smoothing: float
    norms: list[tuple[str, float]]
    weights: list[list[float]] | None  # (T, S)
    reach: list[float]  # (S,)
    softmax: list[list[tuple[str, float, int]]]
    written: str


class Apart(TypedDict):
    """One update taken apart, see `core.training.live.Apart`."""

    update: int
    loss_before: float
    loss_after: float
    norm: float
    clip: float
    rate: float
    weight: str
    before: float
    gradient: float
    mean: float
    root: float
    after: float


class Run(TypedDict):
    """One of the trainings."""

    label: str
    detail: str
    source: list[str]
    target: list[str]
    tokens: int  # in the vocabulary
    updates: int
    frames: list[Frame]
    state: str
    note: str  # a sentence, where there is something to say of it
    apart: Apart | None


class Payload(Message):
    job: str  # which trainings these are; empty for the film
    task: str
    runs: list[Run]
    layers: dict[str, str]  # parts of a model as a person reads them
