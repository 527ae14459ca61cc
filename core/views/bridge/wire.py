"""What travels to the stage of this view."""

from typing import TypedDict

from core.formulas import Formula
from core.stage.message import Formulas, Message, Packed
from core.tree import Token


class Side(TypedDict):
    model: str
    scores: Packed
    weights: Packed
    queries: Packed
    memory: Packed
    products: Packed
    contexts: Packed
    stretch: Packed
    log_probs: Packed


class Recurrent(Side):
    combined: Packed
    attends: Formula


class Heads(Side):
    given: Packed
    keys: Packed
    values: Packed
    added: Packed
    query_biases: Packed
    key_biases: Packed
    both_biases: Packed
    layers: int
    heads: int
    divergences: Packed
    nearest: tuple[int, int]


class Payload(Message):
    typed: str
    source: tuple[Token, ...]
    target: tuple[Token, ...]
    recurrent: Recurrent
    heads: Heads
    formulas: Formulas
