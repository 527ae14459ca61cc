"""What travels to the stage of this view."""

from typing import TypedDict

from core.stage.message import Message


class Word(TypedDict):
    """A word of an answer; the end mark is one."""

    label: str
    log_prob: float  # of its pieces together, nats
    weights: list[float]  # of each word of the turn, a mean over its pieces


class Answer(TypedDict):
    way: str  # "beam" or "sampling"
    text: str
    pieces: int  # that were written, the end mark among them
    total: float  # log-probability, nats
    gain: float | None  # what this turn adds to it, nats; None where that was not asked for
    dull: bool  # whether it is one of those that the model gives most often
    ended: bool  # whether the end mark was written; otherwise the greatest length stopped it
    parts: list[Word]


class Payload(Message):
    turn: list[str]  # the words that were read, and the end mark
    answers: list[Answer]  # of each way in their order: likeliest first, or as they were drawn
    dull: int  # how many answers count as dull; 0 where it was never measured
    looks: bool  # whether there is attention
    others: int  # how many other turns the gain compares with
    temperature: float
    typed: str
