"""Gradients of a written token by what the encoder begins with, and their integral.

The function is the log-probability of the token, nats; the baseline of every source piece is an
embedding of zeros, at its position where a model adds positions. Gradient × input is the gradient
by an embedding, times how far that is from the baseline. Integrated gradients take the mean of the
gradient along the straight way from the baseline to the embeddings (Sundararajan et al. 2017, arXiv
1703.01365, equation 1); their sum over the source is what the token gained on the way (proposition
1, completeness), and what is missing of that is their error. The way is cut into CUTS, and the mean
over each is by Gauss–Legendre quadrature, of more points where more is gained or lost: near the
baseline a model changes its mind within a few hundredths of the way, and later hardly.

Shape letters: T steps, S source tokens, D vector size, G points.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from core import passes
from core.explanations import Integrated
from core.models import Memory, Model
from core.whatif import WhatIf
from core.wire import frozen

CUTS = 16
POINTS = (24, 64, 160, 400)  # on the way, about; more, until the error is under ERROR
ERROR = 0.01  # of what the token gained
ROOM = 512  # points × steps that are read at once


def baseline(model: Model, memory: Memory, whatif: WhatIf) -> Tensor:
    """(1, S, D): zeros, and positions where the model adds them."""
    zeros = torch.zeros_like(memory.embedded)
    try:
        positions = model.encoding(zeros.shape[1])
    except LookupError:
        return zeros
    return zeros + positions if whatif.positions else zeros


def integrated(
    model: Model, source: Sequence[int], target: Sequence[int], start: int, whatif: WhatIf,
    steps: Sequence[int],
) -> Integrated:  # fmt: skip
    """Of each of `steps`, from 0. Raises LookupError for a model that reads tokens alone."""
    with torch.no_grad():
        memory = model.encode(torch.tensor([list(source)]), whatif=whatif)
        zero = baseline(model, memory, whatif)
        way = memory.embedded - zero
        places = torch.linspace(0, 1, CUTS + 1, dtype=way.dtype)[:, None, None]
        read = model.read(zero + places * way, None, whatif)
        passed = passes.log_probs(model, read, target, start, whatif)[:, list(steps)].double()
    gained = (passed[-1] - passed[0]).numpy()
    moved = passed.diff(dim=0).abs().numpy()  # (CUTS, T)
    values = np.zeros((len(steps), len(source)))
    error, points = np.full(len(steps), np.inf), np.zeros(len(steps), int)
    for count in POINTS:
        left = [place for place in range(len(steps)) if error[place] > ERROR]
        if not left:
            break
        where = _points(moved[:, left], count)
        mean = _mean_gradient(
            model, zero, way, target, start, whatif, [steps[place] for place in left], *where
        )
        values[left] = (mean * way.double()).sum(-1).numpy()
        points[left] = len(where[0])
        short = np.abs(values[left].sum(1) - gained[left])
        error[left] = short / np.maximum(np.abs(gained[left]), 1e-9)
    return Integrated(*map(frozen, (values, gained, error), [np.float64] * 3), frozen(points, int))


def _points(moved: np.ndarray, count: int) -> tuple[Tensor, Tensor]:
    """Where on the way gradients are taken, from 0 to 1, and the share of each in their mean, (G,)
    each; `moved` (CUTS, T) is by how much each step changes along each part of the way."""
    wanted = (moved / np.maximum(moved.sum(0), 1e-9)).mean(1)  # (CUTS,)
    counts = 1 + np.round(wanted * (count - CUTS)).astype(int)
    found = [(np.polynomial.legendre.leggauss(one), cut) for cut, one in enumerate(counts)]
    places = np.concatenate([(cut + (nodes + 1) / 2) / CUTS for (nodes, _), cut in found])
    shares = np.concatenate([weights / 2 / CUTS for (_, weights), _ in found])
    return torch.tensor(places), torch.tensor(shares)


def _mean_gradient(
    model: Model, zero: Tensor, way: Tensor, target: Sequence[int], start: int, whatif: WhatIf,
    steps: Sequence[int], places: Tensor, shares: Tensor,
) -> Tensor:  # fmt: skip
    """(T, S, D), of each of `steps`, over `places` on the way, each with its share (G,)."""
    upto = target[: max(steps) + 1]
    room = max(1, ROOM // len(upto))
    total = torch.zeros(len(steps), *way.shape[1:], dtype=torch.float64)
    for first in range(0, len(places), room):
        part = slice(first, first + room)
        given = (zero + places[part, None, None].to(way.dtype) * way).requires_grad_()  # (G, S, D)
        with torch.enable_grad():
            read = model.read(given, None, whatif)
            log_probs = passes.log_probs(model, read, upto, start, whatif)  # (G, T)
            for place, step in enumerate(steps):
                keep = place + 1 < len(steps)
                (slope,) = torch.autograd.grad(log_probs[:, step].sum(), given, retain_graph=keep)
                total[place] += (shares[part, None, None] * slope).sum(0)
    return total
