"""What a model makes of given translations: log-probabilities and attention, many at once.

It drives the stepping protocol alone, so any model can be measured. Shape letters: B batch,
T target tokens and the end mark, S source tokens and the end mark, L layers, H heads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch

from core.evaluation.bootstrap import compared, grouped
from core.measurements.table import Row
from core.models import Model
from core.positions import padded
from core.tokenisers import Tokeniser
from core.whatif import NOTHING, WhatIf

BATCH = 64
Marks = Tokeniser | type[Tokeniser]  # a class has marks too


class Pieces(NamedTuple):
    """A sentence and its translation as ids, without end marks."""

    source: Sequence[int]
    target: Sequence[int]


class Forced(NamedTuple):
    """A given translation as the model sees it."""

    log_probs: np.ndarray  # (T,), nats, of each given token and, at last, of the end mark
    weights: dict[str, np.ndarray]  # block -> (T, S), where it looked to predict that token


@torch.inference_mode()
def force(
    model: Model, pairs: Sequence[Pieces], marks: Marks, whatif: WhatIf = NOTHING
) -> list[Forced]:
    """Each pair's target, read token by token after its source; `marks` has those of its text.

    The blocks are those that look at the source: "cross" is in their name. Of layers and heads
    "cross" is the mean of all, "cross.2" that of a layer, "cross.2.5" one head, as in a trace.
    """
    found: dict[int, Forced] = {}
    # Like lengths together: little padding.
    order = sorted(range(len(pairs)), key=lambda i: (len(pairs[i].target), len(pairs[i].source)))
    for begin in range(0, len(order), BATCH):
        chosen = order[begin : begin + BATCH]
        found.update(
            zip(chosen, _batch(model, [pairs[i] for i in chosen], marks, whatif), strict=True)
        )
    return [found[i] for i in range(len(pairs))]


def _batch(model: Model, pairs: Sequence[Pieces], marks: Marks, whatif: WhatIf) -> Iterator[Forced]:
    source, visible = padded([[*pair.source, marks.end] for pair in pairs], marks.pad)  # (B, S)
    given, _ = padded([[marks.start, *pair.target] for pair in pairs], marks.pad)  # (B, T)
    wanted, _ = padded([[*pair.target, marks.end] for pair in pairs], marks.pad)
    state = model.start(model.encode(source, visible, whatif))
    found, rows = [], {}
    for t in range(given.shape[1]):
        prediction = model.step(given[:, t], state, whatif.at(t))
        state = prediction.state
        logits = prediction.logits.float()  # (B, V)
        found.append(logits.gather(1, wanted[:, t : t + 1]) - logits.logsumexp(-1, keepdim=True))
        for block in prediction.attentions:
            if "cross" in block.name:
                rows.setdefault(block.name, []).append(block.all("weights")[..., 0, :])
    together = torch.cat(found, 1).numpy()  # (B, T)
    maps: dict[str, np.ndarray] = {}  # (B, T, S)
    for name, each in rows.items():
        maps.update(_by_head(name, torch.stack(each, 1).numpy()))
    for row, pair in enumerate(pairs):
        steps, keys = len(pair.target) + 1, len(pair.source) + 1
        yield Forced(
            together[row, :steps].copy(),
            {name: each[row, :steps, :keys].copy() for name, each in maps.items()},
        )


def _by_head(name: str, weights: np.ndarray) -> dict[str, np.ndarray]:
    """Of weights (B, T, L, H, S) those of each head and their means (B, T, S)."""
    if weights.shape[2:4] == (1, 1):
        return {name: weights[:, :, 0, 0]}
    found = {name: weights.mean((2, 3))}
    for layer, heads in enumerate(np.moveaxis(weights, 2, 0), 1):  # (B, T, H, S)
        found[f"{name}.{layer}"] = heads.mean(2)
        for place, head in enumerate(np.moveaxis(heads, 2, 0), 1):
            found[f"{name}.{layer}.{place}"] = head
    return found


def perplexity(
    forced: Mapping[str, Sequence[Forced]], group: np.ndarray, seed: int, like: Row
) -> list[Row]:
    """Rows of each model's perplexity: exp of the mean negative log-probability of a piece.

    End marks count as pieces. `group` (N,) says which of the pairs are of one source.
    """
    parts = {
        (name, ""): grouped([(-one.log_probs.sum(), len(one.log_probs)) for one in found], group)
        for name, found in forced.items()
    }
    return list(compared(parts, seed, like._replace(measure="perplexity"), np.exp))
