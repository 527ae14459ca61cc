"""A reference read two ways, many at once: its own words before each step, or what the model itself
has written. Where both are alike, nothing is lost by training on true words alone (exposure bias:
Ranzato et al. 2016, arXiv 1511.06732, section 1).

Shape letters: B batch, S source tokens, T tokens of the reference with its end mark, V vocabulary.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from core.exposure import FORCED, FREE
from core.models import Model
from core.tokenisers import Tokeniser

BATCH = 64


class Course(NamedTuple):
    """What the model thought at each step of one reference; arrays are (T,)."""

    log_probs: np.ndarray  # of the reference's token, nats
    right: np.ndarray  # bool, whether that is the likeliest token
    sure: np.ndarray  # probability of the likeliest token


class Both(NamedTuple):
    """One reference both ways. Free running is told of up to the step at which the model's own
    sentence ends: beyond it there is nothing to compare."""

    forced: Course
    free: Course
    steps: int  # that both have, T at most


@torch.inference_mode()
def both(
    model: Model, pairs: Sequence[tuple[Sequence[int], Sequence[int]]], marks: Tokeniser
) -> list[Both]:
    """Each pair's reference, both ways: pairs of ids without end marks. Free running writes the
    likeliest token that may be written."""
    found: dict[int, Both] = {}
    # Like lengths together: little padding.
    order = sorted(range(len(pairs)), key=lambda i: (len(pairs[i][1]), len(pairs[i][0])))
    for begin in range(0, len(order), BATCH):
        chosen = order[begin : begin + BATCH]
        found.update(zip(chosen, _batch(model, [pairs[i] for i in chosen], marks), strict=True))
    return [found[i] for i in range(len(pairs))]


def _batch(model: Model, pairs: Sequence[tuple], marks: Tokeniser) -> Iterator[Both]:
    source, visible = padded([[*one, marks.end] for one, _ in pairs], marks.pad)  # (B, S)
    wanted, _ = padded([[*one, marks.end] for _, one in pairs], marks.pad)  # (B, T)
    memory = model.encode(source, visible)
    forced, _ = _walk(model, memory, wanted, marks, free=False)
    free, own = _walk(model, memory, wanted, marks, free=True)
    for row, (_, target) in enumerate(pairs):
        steps = len(target) + 1
        ended = np.flatnonzero(own[row, :steps] == marks.end)
        yield Both(
            Course(*(part[row, :steps].copy() for part in forced)),
            Course(*(part[row, :steps].copy() for part in free)),
            int(ended[0]) + 1 if len(ended) else steps,
        )


def _walk(
    model: Model, memory, wanted: Tensor, marks: Tokeniser, free: bool
) -> tuple[tuple[np.ndarray, ...], np.ndarray]:
    """The parts of a course (B, T), and the likeliest tokens (B, T)."""
    never = torch.from_numpy(~marks.allowed)
    state, parts = model.start(memory), []
    read = torch.full((len(wanted),), marks.start)
    for t in range(wanted.shape[1]):
        prediction = model.step(read, state)
        state = prediction.state
        chances = prediction.logits.float().log_softmax(-1)  # (B, V)
        sure, best = chances.masked_fill(never, -torch.inf).max(-1)
        given = chances.gather(1, wanted[:, t : t + 1])[:, 0]
        parts.append((given, best == wanted[:, t], sure.exp(), best))
        read = best if free else wanted[:, t]
    *course, own = (torch.stack(part, 1).numpy() for part in zip(*parts, strict=True))
    return tuple(course), own


def padded(rows: Sequence[Sequence[int]], pad: int) -> tuple[Tensor, Tensor]:
    """Rows of ids as one batch (B, N), and what of it is no padding, bool (B, N): told by lengths,
    because the mark that pads may stand in a row too."""
    lengths = torch.tensor([len(row) for row in rows])
    size = int(lengths.max())
    ids = torch.tensor([[*row, *[pad] * (size - len(row))] for row in rows])
    return ids, torch.arange(size) < lengths[:, None]


class Place(NamedTuple):
    """Means over the references that have this step."""

    position: int  # from 1
    count: int  # references
    forced: float  # −log p of the reference's token, nats
    free: float
    right_forced: float  # share of steps whose likeliest token is the reference's
    right_free: float


FEWEST = 10  # references that a mean is told of


def places(found: Sequence[Both]) -> list[Place]:
    """By position, as far as FEWEST references go."""
    rows = []
    for t in range(max((one.steps for one in found), default=0)):
        there = [one for one in found if one.steps > t]
        if len(there) < FEWEST:
            break
        rows.append(Place(
            t + 1, len(there),
            *(-float(np.mean([getattr(one, way).log_probs[t] for one in there]))
              for way in (FORCED, FREE)),
            *(float(np.mean([getattr(one, way).right[t] for one in there]))
              for way in (FORCED, FREE)),
        ))  # fmt: skip
    return rows


class Bin(NamedTuple):
    """Steps at which the model was about as sure (Guo et al. 2017, arXiv 1706.04599, section 2)."""

    low: float  # of the probability of the likeliest token; the bin ends a tenth further
    count: int
    sure: float  # its mean
    right: float  # share of these steps at which it is the reference's


BINS = 10


def reliability(sure: np.ndarray, right: np.ndarray) -> list[Bin]:
    """The bins that have steps, of the probabilities (N,) of likeliest tokens, and whether each was
    right, bool (N,)."""
    which = np.minimum((sure * BINS).astype(int), BINS - 1)
    return [
        Bin(one / BINS, int(here.sum()), float(sure[here].mean()), float(right[here].mean()))
        for one in range(BINS)
        if (here := which == one).any()
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Expected calibration error: the mean distance of sureness from being right, each bin by its
    share of steps (Guo et al. 2017, equation 3)."""
    total = sum(one.count for one in bins)
    return sum(one.count * abs(one.sure - one.right) for one in bins) / total
