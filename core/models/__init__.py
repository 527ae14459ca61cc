"""Models behind one small stepping protocol: `start(source) -> state`, `step(token, state)`.

Shape letters: B batch, S source tokens, T target tokens, K keys, D vector size, V vocabulary.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol, TypeVar

from torch import Tensor

State = TypeVar("State", bound=tuple)


class Block(NamedTuple):
    """The attention of one place in the model, for one query of each batch row."""

    name: str
    scores: Tensor  # (B, K)
    weights: Tensor  # (B, K)
    visible: Tensor  # bool (B, K)


class Prediction(NamedTuple):
    """One step of the decoder and all that it computed."""

    logits: Tensor  # (B, V)
    attention: tuple[Block, ...]  # empty without attention
    context: Tensor | None  # c_t (B, D)
    query: Tensor | None  # the state that attended (B, D)
    hidden: Tensor  # h_t (B, D), before the context is combined
    combined: Tensor  # h̃_t (B, D), what the logits are read from
    state: Any  # for the next step


class SteppingModel(Protocol):
    """What the search drives. The state is a named tuple of tensors, batch first."""

    def start(self, source: Tensor, visible: Tensor | None = None) -> Any:
        """The state before the first token, for source ids (B, S)."""

    def step(self, token: Tensor, state: Any, weights: Tensor | None = None) -> Prediction:
        """Reads `token` (B,) and predicts the next; `weights` (B, K) replace the attention's."""


def reorder(state: State, rows: Tensor) -> State:
    """The state of the batch rows `rows`, for any model."""
    return type(state)(*(part[rows] for part in state))
