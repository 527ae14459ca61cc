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
from core.rollout import rollout
from core.stage import tongues, worded
from core.stage.codec import packed
from core.trace import Trace
from core.tree import LIMIT, Token
from core.views.heads.wire import Payload

NEEDS = ("heads",)
BLOCKS = ("encoder", "self", "cross")


class Cost(NamedTuple):
    """What the loss of one head costs: the rise of the held-out cross-entropy."""

    head: str  # "cross.2.5"
    value: float  # nats per piece
    low: float  # its 95% interval
    high: float


@dataclass(frozen=True, eq=False)
class Switchboard:
    """One run with all heads and without some. Raises ValueError for traces that are not of one
    model and sentence, or of which `forced` does not repeat what `plain` wrote. Of a model that
    only reads, all three have read the same."""

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
        written, forced = ([one.id for one in tokens(each)] for each in (plain, self.forced))
        if written != forced:
            raise ValueError("the forced trace does not repeat what the plain one wrote")
        if not known(plain):
            raise ValueError(f"{plain.model.name} has no heads")

    @property
    def off(self) -> tuple[str, ...]:
        """The heads that are switched off."""
        return self.free.whatif.heads


def tokens(trace: Trace) -> list[Token]:
    """What was written or, where nothing was, what was read and could be told place by place."""
    if trace.tree:
        return [step.token for step in trace.path()]
    return [trace.source[one.place] for one in trace.filled]


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
    written, free = (_told(one) for one in (plain, board.free))
    return {
        "stage": "heads",
        "model": plain.model.name,
        "typed": plain.typed,
        "source": plain.source if plain.reads_source else (),
        "start": plain.tree.start if plain.tree else "",
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
        "strings": worded(plain, language, "stage", "heads"),
        "language": language,
    }


def _output(trace: Trace) -> dict:
    """What was written, and whether the greatest length cut it off before it came to an end; or
    what was read, and what would be put in its places."""
    told = _told(trace)
    return {
        "text": trace.text if trace.tree else " ".join(one.piece for one in told),
        "tokens": told if trace.tree else _apart(tokens(trace)),
        "log_probs": _log_probs(trace),
        "cut_off": trace.tree is not None and trace.path()[-1].fate == LIMIT,
    }


def _told(trace: Trace) -> list[Token]:
    """What was written, or the likeliest token of each place of what was read."""
    if trace.tree:
        return tokens(trace)
    best = (one.guesses[0] for one in trace.filled)
    return _apart([Token(one.id, one.piece, "", 0) for one in best])


def _apart(found: list[Token]) -> list[Token]:
    """Tokens that are shown as the pieces they are, not as parts of words."""
    return [
        one._replace(text=f" {one.piece}", word=place, mark=False)
        for place, one in enumerate(found)
    ]


def _log_probs(trace: Trace) -> list[float]:
    """Of the tokens that were written, or of those that stand there."""
    if trace.tree:
        return [round(step.log_prob, 6) for step in trace.path()]
    own = ({guess.id: guess.log_prob for guess in one.guesses} for one in trace.filled)
    return [round(told[one.id], 6) for told, one in zip(own, tokens(trace))]


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
        if values is None:
            continue
        last = trace.attention(f"{block}.{trace.heads(block)[0]}").weights
        found[block] = {"raw": packed(_flat(last)), "rolled": packed(_flat(values))}
    return found


def _flat(values: np.ndarray) -> np.ndarray:
    return values.astype(np.float32).ravel()
