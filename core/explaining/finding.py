"""What attention would write this word? A search over the simplex for the nearest weights.

The objective is the least total variation from the model's own weights under which the word is the
likeliest, by MARGIN nats. Where the margin is m(α) = log p(word) − log p(its strongest rival), a
first-order model of it is solved exactly at each gradient step: of all weights at one distance the
ones that raise m most take from the keys with the least slope and give to the key with the most
(the linear programme of Frank & Wolfe 1956 within a ball of total variation). A line search follows
that path, and the straight ones from each point to the corner that its gradient names, through the
real model. It stops when the distance has improved by less than LEAST in two steps together, or
after STEPS of them. Where several rivals are as strong, one linear model is not enough: POLISH
steps of the switching subgradient method (Polyak 1967) follow, towards the model's own weights
where the word leads, and up the margin where it does not.

Shape letters: B rows of weights, P points, N free heads, S source tokens, V vocabulary, G levels.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from core.explaining.again import Again, apart
from core.explaining.reach import out_of_reach
from core.explanations import FOUND, NOT_FOUND, UNREACHABLE, Sought
from core.trace import Trace
from core.translator import Translator
from core.wire import frozen

STEPS = 24  # gradient steps at most
MARGIN = 0.01  # nats: a plain decode must come to the same word
LEAST = 1e-3  # of a distance
POLISH = 20  # and as many more, once there are weights
STRIDE = 0.06  # of the first of these, in each weight
GRID = 12  # levels of a line search


def find(
    translator: Translator, trace: Trace, step: int, token: int, block: str = "cross"
) -> Sought:
    """The weights of step `step`, from 0, nearest to the model's own under which `token` would be
    written there. Raises what `Again` does, and ValueError for a token that may not be written."""
    again = Again(translator, trace, step, block)
    if not (0 <= token < len(again.allowed) and again.allowed[token]):
        raise ValueError(f"there is no piece {token} that could be written")
    search = _Search(again, token)
    before = float(again.log_probs(again.own[None]).detach()[0, token])
    search.run()
    found, outcome = search.best, FOUND
    if found is None:
        proven = out_of_reach(translator.model, again, token)
        outcome = UNREACHABLE if proven else NOT_FOUND
    with torch.no_grad():
        after = None if found is None else float(again.log_probs(found[None])[0, token])
    return Sought(
        step, token, block, outcome, search.steps, again.heads, frozen(again.own.numpy()),
        None if found is None else frozen(found.numpy()),
        None if found is None else float(apart(found, again.own)),
        before, after, search.closest, () if found is None else again.rows(found),
    )  # fmt: skip


class _Search:
    """The search itself: `best` are the nearest weights (N, S) found so far, or None."""

    def __init__(self, again: Again, token: int):
        self.again, self.token, self.steps = again, token, 0
        self.best: Tensor | None = None
        self.distance, self.closest = np.inf, -np.inf

    def run(self) -> None:
        own, before = self.again.own, []
        size = own.shape[-1]
        corners = torch.eye(size)[:, None].expand(size, *own.shape)  # (S, N, S)
        margins = self._try(torch.cat([own[None], corners]))
        if self.distance == 0:
            return  # it is what the model writes by itself
        top = corners[margins[1:].argmax()]
        self._straight(top)
        points = torch.stack([own, top, torch.full_like(own, 1 / size)])
        while self.steps < STEPS and self.distance > 0:
            self.steps += 1
            points = self._step(points)
            before.append(self.distance if self.best is not None else -self.closest)
            if len(before) > 2 and before[-3] - before[-1] < LEAST:
                break
        if self.best is not None:
            self._polish(self.best)

    def _polish(self, point: Tensor) -> None:
        """Walks along the border of where the word leads; `point` is (N, S)."""
        for turn in range(POLISH):
            self.steps += 1
            slope = self._slopes(point[None])[0]
            short = MARGIN - float(self._try(point[None])[0])
            slope = slope - slope.mean(-1, keepdim=True)  # along the simplex
            if short > 0:
                step = (short + MARGIN) / slope.square().sum().clamp(min=1e-9) * slope
            else:
                step = (self.again.own - point).sign() * STRIDE * (1 - turn / POLISH)
            point = on_simplex(point + step)
        self._straight(self.best)

    def _step(self, points: Tensor) -> Tensor:
        """One gradient step from each of `points` (P, N, S): the best of what each path met."""
        slopes = self._slopes(points)
        levels = torch.linspace(0, 1, GRID + 1)[1:]
        corners = torch.nn.functional.one_hot(slopes.argmax(-1), points.shape[-1]).float()
        found = []
        for point, slope, corner in zip(points, slopes, corners, strict=True):
            moved = transported(self.again.own, slope, levels)
            straight = point + levels[:, None, None] * (corner - point)
            tried = torch.cat([moved, straight])  # (2 G, N, S)
            before = self.distance
            margins = self._try(tried)
            if self.distance < before:
                self._refine(slope)
            found.append(tried[margins.argmax()])
        if self.best is not None:
            self._straight(self.best)
            found[0] = self.best
        return torch.stack(found)

    def _slopes(self, points: Tensor) -> Tensor:
        """(P, N, S), of the margin by each weight."""
        given = points.clone().requires_grad_()
        with torch.enable_grad():
            margins = self._margins(given)
            return torch.autograd.grad(margins.sum(), given)[0]

    def _margins(self, weights: Tensor) -> Tensor:
        return margin(self.again.log_probs(weights), self.token, self.again.allowed)

    @torch.no_grad()
    def _try(self, tried: Tensor) -> Tensor:
        """Their margins (B,), the nearest of those that are large enough kept as `best`."""
        margins = self._margins(tried)
        self.closest = max(self.closest, float(margins.max()))
        distances = torch.where(margins >= MARGIN, apart(tried, self.again.own), torch.inf)
        nearest = distances.argmin()
        if distances[nearest] < self.distance:
            self.best, self.distance = tried[nearest], float(distances[nearest])
        return margins

    def _refine(self, slope: Tensor) -> None:
        """Looks closer at what lies just before the nearest weights on the path of `slope`."""
        high = self.distance
        levels = torch.linspace(max(0.0, high - 1 / GRID), high, GRID + 1)[:-1]
        self._try(transported(self.again.own, slope, levels))

    def _straight(self, point: Tensor) -> None:
        """Looks on the way from the model's own weights to `point` (N, S), twice as close."""
        low, high = 0.0, 1.0
        for _ in range(2):
            levels = torch.linspace(low, high, GRID + 1)[1:]
            own = self.again.own
            margins = self._try(own + levels[:, None, None] * (point - own))
            if not (margins >= MARGIN).any():
                return
            first = int((margins >= MARGIN).int().argmax())
            low, high = (low if first == 0 else float(levels[first - 1])), float(levels[first])


def margin(log_probs: Tensor, token: int, allowed: Tensor) -> Tensor:
    """(B,), by how much `token` is likelier than every other one that may be written, nats."""
    rivals = log_probs.masked_fill(~allowed, -torch.inf)
    rivals = rivals.index_fill(-1, torch.tensor([token]), -torch.inf)
    return log_probs[:, token] - rivals.max(-1).values


def on_simplex(given: Tensor) -> Tensor:
    """The nearest distribution to each row of `given` (N, S): Duchi et al. 2008, figure 1."""
    ordered = given.sort(-1, descending=True).values
    over = (ordered.cumsum(-1) - 1) / torch.arange(1, given.shape[-1] + 1)
    last = (ordered > over).sum(-1, keepdim=True) - 1
    return (given - over.gather(-1, last)).clamp(min=0)


def transported(own: Tensor, slope: Tensor, levels: Tensor) -> Tensor:
    """At each of `levels` (G,) of total variation from `own` (N, S) the weights (G, N, S) that gain
    most by `slope` (N, S): in each head all goes to the key of the most slope, first from where the
    slope is least."""
    count, size = own.shape
    to = slope.argmax(-1)  # (N,)
    gain = (slope.gather(1, to[:, None]) - slope).flatten()  # (N S,)
    order = gain.argsort(descending=True)
    capacity = own.clone().scatter_(1, to[:, None], 0).flatten()[order]
    before = capacity.cumsum(0) - capacity
    taken = (levels[:, None] * count - before).clamp(min=0).minimum(capacity)  # (G, N S)
    moved = torch.zeros(len(levels), count * size).scatter_(
        1, order.expand(len(levels), -1), taken
    )  # (G, N S), by key again
    moved = moved.view(-1, count, size)
    given = torch.zeros_like(moved).scatter_(
        2, to[None, :, None].expand(len(levels), -1, 1), moved.sum(-1, keepdim=True)
    )
    return (own - moved + given).clamp(min=0)
