"""Whether a word is out of reach of attention at a step, as a proof.

Where a context has a part in h̃ = tanh(W_c [c; h]) alone, what enters the tanh is linear in the
weights. Each tanh lies between two lines over what its argument can be (Zhang et al. 2018, arXiv
1811.00866, section 3.2, table 2), so the lead of the word over a rival is at most a linear function
of the weights, which is largest at a corner. Where the bound is not below zero for any rival, the
simplex is halved along its longest edge, and each half asked again: branch and bound. All is in
double precision, and a bound must be below zero by SLACK.

Shape letters: K corners, S source tokens, D vector size, E of a context, R rivals, V vocabulary.
"""

from __future__ import annotations

import torch
from torch import Tensor

from core.explaining.again import Again
from core.models import Model

PARTS = 300  # of the simplex, at most
RIVALS = 8
SLACK = 1e-4  # nats


def out_of_reach(model: Model, again: Again, token: int) -> bool:
    """Whether no weights at all make `token` the likeliest at that step. False where it cannot be
    proven: also for a model whose contexts have a part in more than h̃."""
    try:
        combining = model.combining()
    except LookupError:
        return False
    with torch.no_grad():
        decoded = again.taken(again.own[None]).decoded
        size = again.own.shape[-1]
        corners = torch.eye(size)[:, None]  # (S, 1, S)
        rivals = again.log_probs(torch.cat([again.own[None], corners]))
        weight, bias = (part.double() for part in model.readout())
        context, state = (part.double() for part in combining)
        values = decoded.attention("cross").layers[0].values[0, 0].double()  # (S, E)
        inner = values @ context.T + decoded.hidden[0, 0].double() @ state.T  # (S, D)
        return _nowhere(inner, weight, bias, token, _strongest(rivals, token, again.allowed))


def _strongest(log_probs: Tensor, token: int, allowed: Tensor) -> Tensor:
    """The tokens (R,) that are likeliest somewhere, but `token`."""
    log_probs = log_probs.masked_fill(~allowed, -torch.inf)
    log_probs[:, token] = -torch.inf
    return log_probs.max(0).values.topk(min(RIVALS, int(allowed.sum()) - 1)).indices


def _nowhere(inner: Tensor, weight: Tensor, bias: Tensor, token: int, rivals: Tensor) -> bool:
    """Whether some rival leads everywhere; `inner` (S, D) is what enters the tanh at corners."""
    lead = weight[token] - weight[rivals]  # (R, D)
    rest = bias[token] - bias[rivals]  # (R,)
    open_, asked = [inner], 0
    while open_:
        asked += 1
        if asked > PARTS:
            return False
        corners = open_.pop()  # (K, D)
        if (_bounds(corners, lead, rest) < -SLACK).any():
            continue
        if (corners.tanh() @ lead.T + rest > 0).all(1).any():
            return False  # a corner where it leads them all: nothing is to be proven
        edges = torch.cdist(corners, corners)
        first, second = divmod(int(edges.argmax()), len(corners))
        middle = (corners[first] + corners[second]) / 2
        for place in (first, second):
            half = corners.clone()
            half[place] = middle
            open_.append(half)
    return True


def _bounds(corners: Tensor, lead: Tensor, rest: Tensor) -> Tensor:
    """(R,), what the lead over each rival is at most between `corners` (K, D)."""
    low, high = corners.min(0).values, corners.max(0).values  # (D,)
    upper = _over(low, high)
    lower = tuple(part * sign for part, sign in zip(_over(-high, -low), (1, -1), strict=True))
    slopes, heights = (
        torch.where(lead > 0, above, below) * lead
        for above, below in zip(upper, lower, strict=True)
    )  # (R, D) each
    return (slopes @ corners.T).max(1).values + heights.sum(1) + rest


def _over(low: Tensor, high: Tensor) -> tuple[Tensor, Tensor]:
    """Slope and height (D,) of a line that is nowhere below tanh from `low` to `high`."""
    chord = (high.tanh() - low.tanh()) / (high - low).clamp(min=1e-12)
    # From `low` the line touches the curve at a place above 0: bisected, and kept on its far side.
    near, far = torch.zeros_like(high), torch.maximum(high, torch.zeros_like(high))
    for _ in range(40):
        middle = (near + far) / 2
        steep = 1 - middle.tanh().square()
        beyond = steep * (middle - low) < middle.tanh() - low.tanh()
        near, far = torch.where(beyond, near, middle), torch.where(beyond, middle, far)
    middle = torch.where(low >= 0, (low + high) / 2, far)
    tangent = 1 - middle.tanh().square()
    curved = (low >= 0) | (far < high)
    slope = torch.where(curved, tangent, chord)
    through = torch.where(curved, middle, high)
    height = through.tanh() - slope * through
    # A chord lies over the curve where that is convex, and up to the place of touching: whatever
    # rounding does, at both ends and at the middle the line is lifted over it.
    for place in (low, high, (low + high) / 2):
        height = torch.maximum(height, place.tanh() - slope * place)
    return slope, height
