"""One search over the stepping protocol: a beam, of which greedy decoding is width 1, or sampling.

At each step every live hypothesis is extended by every token. The `beam` best extensions are kept:
those that end are finished, from the others the search goes on. A hypothesis is dropped as beaten
once no end of it can overtake the finished ones; when none is left, the search is over.

That is how Heed searches. `generate` of Hugging Face goes about it otherwise, and on request so
does this search: hypotheses that end leave their places in the beam to the next best, and of the
finished ones as many as the beam is wide must stand before it asks whether to stop.

Shape letters: L live hypotheses, V vocabulary, K source tokens.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from numbers import Integral
from typing import NamedTuple

import torch
from torch import Tensor

from core.models import Memory, Model, Prediction, reorder
from core.tokenisers import Tokeniser
from core.tree import BEATEN, ENDED, KEPT, LIMIT, RANKED, Sampling, chain
from core.whatif import NOTHING, WhatIf

MOST_ALPHA = 10  # far beyond any use; it keeps the divisor a number

# What a total is divided by, for a length in tokens (the end mark included) and a strength α >= 0.
# None of them falls with the length: `Penalty.bound` rests on that.
PENALTIES: dict[str, Callable[[int, float], float]] = {
    "none": lambda length, alpha: 1.0,
    "average": lambda length, alpha: float(length),
    # Wu et al. 2016, arXiv 1609.08144, equation 14, without the coverage penalty.
    "wu": lambda length, alpha: ((5 + length) / 6) ** alpha,
    "power": lambda length, alpha: float(length) ** alpha,  # `length_penalty` of `generate`
}

# When a search is over. BEATEN_ALL: when no end of a live hypothesis can overtake the `best`
# finished ones. The others are `early_stopping` of `generate`, whose beam stays full: NEVER when
# the best live total, divided as at the limit, overtakes none of the finished; HEURISTIC (False
# there) when it overtakes none divided as at its present length, though a longer one might; FIRST
# (True) when there are as many finished as the beam is wide.
BEATEN_ALL, NEVER, HEURISTIC, FIRST = STOPPING = ("beaten", "never", "heuristic", "first")


@dataclass(frozen=True)
class Penalty:
    """A length penalty: what makes hypotheses of unlike lengths comparable.

    Raises ValueError for a name that there is not, or an α that is no strength.
    """

    name: str = "none"
    alpha: float = 0.6

    def __post_init__(self):
        if self.name not in PENALTIES:
            raise ValueError(f"no length penalty {self.name!r}; there are {', '.join(PENALTIES)}")
        if not 0 <= self.alpha <= MOST_ALPHA:
            raise ValueError(f"α is a number from 0 to {MOST_ALPHA}, not {self.alpha}")

    def score(self, total: float, length: int) -> float:
        """The normalised score of a hypothesis of `length` tokens."""
        return total / PENALTIES[self.name](length, self.alpha)

    def bound(self, total: float, limit: int) -> float:
        """The best score that a hypothesis with `total` could still reach within `limit` tokens.

        What follows adds at most nothing to the total, which is never above zero, and the divisor
        is largest at the limit: so this is that total over that divisor.
        """
        return self.score(total, limit)


class Writable(NamedTuple):
    """What may be written, as ids of a vocabulary."""

    start: int  # read before the first token
    end: int  # after it nothing is written
    allowed: Tensor  # bool (V,), the end mark among them

    @classmethod
    def of(cls, tokeniser: Tokeniser, device: torch.device | None = None) -> Writable:
        """What that tokeniser has."""
        return cls(
            tokeniser.start, tokeniser.end, torch.from_numpy(tokeniser.allowed).to(device or "cpu")
        )


class Node(NamedTuple):
    """One token of one hypothesis."""

    parent: int | None  # index of the node before it
    token: int
    log_prob: float  # nats
    total: float  # sum along the path, nats
    score: float  # the total, normalised
    rank: int | None  # among all extensions of its depth, from 1; None past RANKED
    fate: str  # KEPT, ENDED, BEATEN or LIMIT
    depth: int  # which prediction it was chosen from
    row: int  # and which row of that prediction
    forced: bool


class Depth(NamedTuple):
    """All hypotheses that were alive together, extended in one batch."""

    hypotheses: list[int | None]  # the last node of each
    prediction: Prediction
    log_probs: Tensor  # (L, V)
    ranked: list[int]  # the best extensions, best first: row × V + token
    chances: Tensor | None  # (1, V), what each token's chance to be drawn was


class Found(NamedTuple):
    """The tree that the search made. `leaves` index `nodes`, best first."""

    nodes: list[Node]
    leaves: list[int]
    depths: list[Depth]
    memory: Memory  # of the source

    def best(self) -> list[Node]:
        """The best hypothesis, from its first token to its last."""
        return [self.nodes[i] for i in chain([node.parent for node in self.nodes], self.leaves[0])]


@torch.inference_mode()
def search(
    model: Model,
    source: Tensor,
    writable: Writable,
    *,
    beam: int = 1,
    best: int | None = None,
    limit: int = 100,
    penalty: Penalty | None = None,
    sampling: Sampling | None = None,
    whatif: WhatIf = NOTHING,
    stopping: str = BEATEN_ALL,
    typed: int = 0,
    fixed: int = 0,
) -> Found:
    """The `best` (default: as many as the beam is wide) translations of `source` (1, K).

    A hypothesis has at most `limit` tokens; those that are cut off there compete by their scores.
    With `sampling` one hypothesis is drawn, token by token. The prefix of `whatif` is forced: those
    tokens come first, whatever the model thinks of them; totals leave out the first `typed` and the
    `fixed` ones after them, and lengths the `typed` ones. `stopping` is one of STOPPING. Ties go to
    the earlier hypothesis, then to the lower token id. Raises ValueError for what cannot be.
    """
    penalty, best = penalty or Penalty(), beam if best is None else best
    _check(beam, best, limit, sampling, whatif.prefix, stopping)
    full = stopping != BEATEN_ALL
    generator = torch.Generator(source.device).manual_seed(sampling.seed) if sampling else None
    found = Found([], [], [], model.encode(source, whatif=whatif))
    state = model.start(found.memory)
    nodes, finished = found.nodes, found.leaves
    live: list[int | None] = [None]
    totals = torch.zeros(1, dtype=torch.float64, device=source.device)
    tokens = torch.full((1,), writable.start, device=source.device)
    for depth in range(limit):
        prediction = model.step(tokens, state, whatif.at(depth))
        log_probs = prediction.logits.float().log_softmax(-1)  # (L, V)
        count = max(2 * beam if full else beam, RANKED)
        ranked = _ranked(totals[:, None] + log_probs, writable.allowed, count)
        chances = sampling_distribution(log_probs, sampling, writable.allowed) if sampling else None
        found.depths.append(Depth(live, prediction, log_probs, ranked, chances))

        forced = depth < len(whatif.prefix)
        if forced:
            chosen = [int(whatif.prefix[depth])]
        elif sampling:
            chosen = [int(chances[0].multinomial(1, generator=generator))]
        elif full and depth + 1 < limit:
            chosen = _full(ranked, beam, log_probs.shape[1], writable.end)
        else:
            chosen = ranked[:beam]
        survivors = []
        gained = log_probs.flatten()[chosen].tolist()
        before = totals.tolist()
        for extension, log_prob in zip(chosen, gained, strict=True):
            row, token = divmod(extension, log_probs.shape[1])
            total = before[row] + (log_prob if depth >= typed + fixed else 0.0)
            rank = ranked.index(extension) + 1 if extension in ranked else None
            score = penalty.score(total, max(1, depth + 1 - typed))
            fate = ENDED if token == writable.end else KEPT
            (finished if fate == ENDED else survivors).append(len(nodes))
            nodes.append(
                Node(live[row], token, log_prob, total, score, rank, fate, depth, row, forced)
            )
        finished.sort(key=lambda leaf: -nodes[leaf].score)
        if full:
            del finished[beam:]
        if len(finished) >= (beam if full else best):
            beyond = nodes[finished[-1 if full else best - 1]].score
            length = limit - typed if stopping in (BEATEN_ALL, NEVER) else depth + 1 - typed
            beaten = [i for i in survivors if penalty.bound(nodes[i].total, length) <= beyond]
            if full:  # all go on, or none
                first = stopping == FIRST and depth + 1 < limit
                over = first or len(beaten) == len(survivors)
                beaten = survivors if over else []
            _end(nodes, beaten, BEATEN)
            survivors = [i for i in survivors if i not in beaten]
        if not survivors:
            break
        live = survivors
        totals = torch.tensor([nodes[i].total for i in live], dtype=torch.float64).to(source.device)
        tokens = torch.tensor([nodes[i].token for i in live], device=source.device)
        state, keep = prediction.state, [nodes[i].row for i in live]
        if keep != list(range(len(log_probs))):
            state = reorder(state, torch.tensor(keep, device=source.device))
    else:
        _end(nodes, live, LIMIT)
        finished.extend(live)
        finished.sort(key=lambda leaf: -nodes[leaf].score)
    del finished[best:]
    return found


def sampling_distribution(log_probs: Tensor, sampling: Sampling, allowed: Tensor) -> Tensor:
    """The chance of each token to be drawn (L, V): none for what is not `allowed` (V,), and for
    what top-k and top-p cut."""
    logits = log_probs.double().masked_fill(~allowed, -torch.inf)
    # The likeliest is brought to zero first, so that no temperature can take all to -inf.
    logits = (logits - logits.amax(-1, keepdim=True)) / sampling.temperature
    order = logits.sort(descending=True, stable=True)
    chances = order.values.softmax(-1)
    if sampling.top_k:
        chances[:, sampling.top_k :] = 0
        chances /= chances.sum(-1, keepdim=True)
    if sampling.top_p < 1:  # a token stays if those before it do not reach top-p yet
        chances[chances.cumsum(-1) - chances >= sampling.top_p] = 0
    return torch.zeros_like(chances).scatter(
        -1, order.indices, chances / chances.sum(-1, keepdim=True)
    )


def _full(ranked: list[int], beam: int, size: int, end: int) -> list[int]:
    """The `beam` best extensions that do not end, and before them those that end and are among the
    `beam` best of all."""
    ended = [one for one in ranked[:beam] if one % size == end]
    return ended + [one for one in ranked if one % size != end][:beam]


def _check(beam, best, limit, sampling, prefix, stopping) -> None:
    if stopping not in STOPPING:
        raise ValueError(f"no stopping {stopping!r}; there are {', '.join(STOPPING)}")
    for name, value in (("beam", beam), ("number of translations", best), ("limit", limit)):
        if not isinstance(value, Integral):
            raise ValueError(f"the {name} is a whole number, not {value!r}")
    if beam < 1:
        raise ValueError(f"a beam is at least 1 wide, not {beam}")
    if not 1 <= best <= beam:
        raise ValueError(f"a beam {beam} wide gives 1 to {beam} translations, not {best}")
    if limit < 1:
        raise ValueError(f"the limit is at least 1 token, not {limit}")
    if sampling and beam > 1:
        raise ValueError(f"sampling draws one hypothesis: it needs a beam of 1, not {beam}")
    if len(prefix) > limit:
        raise ValueError(f"the prefix has {len(prefix)} tokens, the limit is {limit}")


def _end(nodes: list[Node], ended: list[int], fate: str) -> None:
    for index in ended:
        nodes[index] = nodes[index]._replace(fate=fate)


def _ranked(totals: Tensor, allowed: Tensor, count: int) -> list[int]:
    """Where the `count` best of `totals` (L, V) stand among all, of what is `allowed` (V,)."""
    count = min(count, len(totals) * int(allowed.sum()))  # what there is to choose from
    return largest(totals.masked_fill_(~allowed, -torch.inf).reshape(1, -1), count)[0].tolist()


def largest(values: Tensor, count: int) -> Tensor:
    """Where the `count` largest of each row of `values` (R, N) stand, largest first, ties in their
    order: (R, `count`)."""
    top = values.topk(min(count + 1, values.shape[1]))
    places = top.indices[:, :count]
    tied = (top.values[:, 1:] == top.values[:, :-1]).any(1)  # topk does not say how it breaks a tie
    if bool(tied.any()):
        order = values[tied].sort(descending=True, stable=True).indices
        places = places.clone()
        places[tied] = order[:, :count]
    return places
