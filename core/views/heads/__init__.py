"""Heads switched off: what becomes of the output, of its probabilities and of the maps, and what
the loss of each head costs on held-out sentences.

Shape letters: L layers, H heads, Q queries, K keys, S source tokens, T target tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from core.agreement import differing
from core.stage import tongues
from core.stage.codec import packed
from core.trace import Trace
from core.tree import LIMIT
from core.views.heads.rollout import rollout
from core.views.heads.wire import Payload
from core.words import section

NEEDS = ("heads", "encoder-attention", "self-attention", "cross-attention")
BLOCKS = ("encoder", "self", "cross")


class Cost(NamedTuple):
    """What the loss of one head costs: the rise of the held-out cross-entropy."""

    head: str  # "cross.2.5"
    value: float  # nats per piece
    low: float  # its 95% interval
    high: float


@dataclass(frozen=True, eq=False)
class Switchboard:
    """One translation with all heads and without some. Raises ValueError for traces that are not
    of one model and sentence, or of which `forced` does not repeat what `plain` wrote."""

    plain: Trace
    free: Trace  # without the heads, writing what it likes
    forced: Trace  # without the heads, made to write what `plain` wrote

    def __post_init__(self):
        plain, *others = (self.plain, self.free, self.forced)
        for other in others:
            if (other.model.name, other.typed) != (plain.model.name, plain.typed):
                raise ValueError("these are not traces of one model and one sentence")
        if self.free.whatif.heads != self.forced.whatif.heads:
            raise ValueError("these are not traces with the same heads switched off")
        written, forced = ([s.token.id for s in one.path()] for one in (plain, self.forced))
        if written != forced:
            raise ValueError("the forced trace does not repeat what the plain one wrote")
        if plain.heads() is None:
            raise ValueError(f"{plain.model.name} has no heads")

    @property
    def off(self) -> tuple[str, ...]:
        """The heads that are switched off."""
        return self.free.whatif.heads


def known(trace: Trace) -> dict[str, tuple[int, int]]:
    """How many layers and heads each attention of a Transformer's trace has."""
    return {block: trace.heads(block) for block in BLOCKS if trace.heads(block)}


def chosen(text: str, trace: Trace) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The heads that a text like "cross.2.5,self.1.1" names, in order: those that there are, and
    the names of those that there are not."""
    there = [
        f"{block}.{layer}.{head}"
        for block, (layers, heads) in known(trace).items()
        for layer in range(1, layers + 1)
        for head in range(1, heads + 1)
    ]
    asked = dict.fromkeys(name.strip() for name in text.split(",") if name.strip())
    return tuple(name for name in there if name in asked), tuple(
        name for name in asked if name not in there
    )


def payload(board: Switchboard, costs: Sequence[Cost], measured: dict, language: str) -> Payload:
    """What the script needs to draw `board`: numbers and words.

    `costs` may be empty; `measured` says of them the command and how many sentences.
    """
    plain = board.plain
    tokens = plain.axis("source").kind
    written = [step.token for step in plain.path()]
    free = [step.token for step in board.free.path()]
    return {
        "stage": "heads",
        "model": plain.model.name,
        "typed": plain.typed,
        "source": plain.source,
        "blocks": [(block, *size) for block, size in known(plain).items()],
        "switched": board.off,
        "plain": _output(plain),
        "free": {
            **_output(board.free),
            "differs": [int(mark) for mark in differing(written, free)],
        },
        "forced": _log_probs(board.forced),
        "weights": _weights(plain),
        "without": _weights(board.forced) if board.off else None,
        "rollouts": _rollout(plain),
        "costs": [
            (cost.head, *(round(value, 6) for value in (cost.value, cost.low, cost.high)))
            for cost in costs
        ],
        "measured": measured,
        "tongues": tongues(plain.model),
        "strings": {
            **section(language, "stage", tokens),
            **section(language, "heads", tokens),
        },
        "language": language,
    }


def _output(trace: Trace) -> dict:
    """What was written, and whether the greatest length cut it off before it came to an end."""
    path = trace.path()
    return {
        "text": trace.text,
        "tokens": [step.token for step in path],
        "log_probs": _log_probs(trace),
        "cut_off": path[-1].fate == LIMIT,
    }


def _log_probs(trace: Trace) -> list[float]:
    return [round(step.log_prob, 6) for step in trace.path()]


def _weights(trace: Trace) -> dict:
    """The maps of all heads of each attention: one row a head, of the cells that are there."""
    found = {}
    for block, (layers, heads) in known(trace).items():
        maps = trace.rows(block)
        weights = maps.weights.reshape(layers * heads, *maps.weights.shape[2:])
        there = np.broadcast_to(maps.visible[0, 0], weights.shape[1:])
        found[block] = packed(weights[:, there])
    return found


def _rollout(trace: Trace) -> dict:
    """Each attention's mean over the heads of its last layer, and beside it the rollout."""
    rolled = rollout(trace)
    found = {}
    for block, values in (
        ("encoder", rolled.encoder), ("self", rolled.own), ("cross", rolled.cross),
    ):  # fmt: skip
        last = trace.attention(f"{block}.{trace.heads(block)[0]}").weights
        found[block] = {"raw": packed(_flat(last)), "rolled": packed(_flat(values))}
    return found


def _flat(values: np.ndarray) -> np.ndarray:
    return values.astype(np.float32).ravel()
