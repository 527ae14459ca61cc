"""Models behind one small stepping protocol: `start(source) -> state`, `step(token, state)`.

Shape letters: B batch, S source tokens, T target tokens, K keys, L layers, H heads, D vector size,
V vocabulary.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol, TypeVar

from torch import Tensor

from core.trace import Score

State = TypeVar("State", bound=tuple)


# How formulas of score functions call query, key and size, where a wiring has its own words.
LETTERS = {
    "luong": {},
    "bahdanau": {"h_t": "h_{t-1}"},  # the state before attends
    # Queries and keys are made of states, by each head its own.
    "transformer": {"h_t": "q_t", r"\bar{h}_s": "k_s", r"\sqrt{D}": r"\sqrt{d_k}"},
}


def spelled(latex: str, wiring: str) -> str:
    """A formula of a score function in the letters of that wiring."""
    for ours, theirs in LETTERS[wiring].items():
        latex = latex.replace(ours, theirs)
    return latex


class Block(NamedTuple):
    """One of the model's attentions, for one query of each batch row.

    Scores and weights are (B, K), or (B, L, H, K) where layers and heads attend side by side.
    """

    name: str
    scores: Tensor
    weights: Tensor
    visible: Tensor  # bool (B, K)


class Prediction(NamedTuple):
    """One step of the decoder and all that it computed."""

    logits: Tensor  # (B, V)
    attention: tuple[Block, ...]  # empty without attention
    context: Tensor | None  # c_t (B, D), or of each head (B, L, H, d)
    query: Tensor | None  # the state that attended (B, D), or each head's query (B, L, H, d)
    hidden: Tensor  # h_t (B, D), before the context is combined
    combined: Tensor  # h̃_t (B, D), what the logits are read from
    state: Any  # for the next step


class Readout(NamedTuple):
    """What makes logits of combined states: weight h̃ + bias."""

    weight: Tensor  # (V, D)
    bias: Tensor  # (V,)


class Reading(NamedTuple):
    """What reading one source leaves."""

    state: Any  # before the first token, `memory` (1, S, D) in it
    attention: Block | None  # inside the encoder, (1, L, H, S, S)
    values: Tensor | None  # what cross-attention takes from, by head (1, L, H, S, d)


class SteppingModel(Protocol):
    """What the search drives. The state is a named tuple of tensors, batch first."""

    def start(self, source: Tensor, visible: Tensor | None = None) -> Any:
        """The state before the first token, for source ids (B, S)."""

    def read(self, source: Tensor) -> Reading:
        """The state before the first token, for source ids (1, S), and what else reading left."""

    def described(self) -> tuple[str, str, Score | None]:
        """Its cell, its wiring and its score, as a trace tells them."""

    def decode(self, tokens: Tensor, state: Any) -> Any:
        """Reads `tokens` (B, T) at once, as in training; what it gives has `combined` (B, T, D)."""

    def logits(self, combined: Tensor) -> Tensor:
        """Next-token logits (..., V) of combined states (..., D)."""

    def readout(self) -> Readout:
        """What makes logits of combined states."""

    def step(self, token: Tensor, state: Any, weights: Tensor | None = None) -> Prediction:
        """Reads `token` (B,) and predicts the next; `weights` (B, K) replace the attention's."""


def reorder(state: State, rows: Tensor) -> State:
    """The state of the batch rows `rows`, for any model."""
    return type(state)(*(part[rows] for part in state))
