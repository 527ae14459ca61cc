"""One search over the stepping protocol: a beam, of which greedy decoding is width 1, or sampling.

At each step every live hypothesis is extended by every token. The `beam` best extensions are kept:
those that end are finished, from the others the search goes on. A hypothesis is dropped as beaten
once no end of it can overtake the finished ones; when none is left, the search is over.

On request it goes about it as `generate` of Hugging Face does: see STOPPING in `core.tree`.

Shape letters: L live hypotheses, V vocabulary, K source tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from numbers import Integral
from typing import NamedTuple

import torch
from torch import Tensor

from core.models import Memory, Model, Prediction, reorder
from core.penalties import Penalty
from core.tokenisers import Tokeniser
from core.tree import BEATEN, ENDED, FIRST, KEPT, LIMIT, NEVER, RANKED, Sampling, Search, chain
from core.whatif import NOTHING, WhatIf


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

    def first_runs(self) -> list[int]:
        """Of each depth, which of all runs of the decoder its first is."""
        return [0, *accumulate(len(depth.hypotheses) for depth in self.depths)][:-1]

    def best(self) -> list[Node]:
        """The best hypothesis, from its first token to its last."""
        return [self.nodes[i] for i in chain([node.parent for node in self.nodes], self.leaves[0])]


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
    stopping: str = Search.stopping,
    typed: int = 0,
    fixed: int = 0,
) -> Found:
    """The `best` (default: as many as the beam is wide) translations of `source` (1, K).

    A hypothesis has at most `limit` tokens; those that are cut off there compete by their scores.
    With `sampling` one hypothesis is drawn, token by token. The prefix of `whatif` is forced: those
    tokens come first, whatever the model thinks of them; for those `typed` and `fixed`, and for
    `stopping`, see `core.tree.Search`. Ties go to the earlier hypothesis, then to the lower token
    id. Raises ValueError for what cannot be.
    """
    best, penalty = beam if best is None else best, penalty or Penalty()
    how = Search(beam, best, limit, penalty.name, penalty.alpha, sampling, stopping, typed, fixed)
    return side_by_side(model, source, writable, (how,), whatif)[0]


@torch.inference_mode()
def side_by_side(
    model: Model, source: Tensor, writable: Writable, hows: Sequence[Search],
    whatif: WhatIf = NOTHING,
) -> list[Found]:  # fmt: skip
    """Several searches for translations of `source` (1, K), each as `search` says. The model reads
    the source once and takes a step for all of them together."""
    for how in hows:
        _check(how, whatif.prefix)
    memory = model.encode(source, whatif=whatif)
    searches = going = [_Running(how, memory, writable, whatif.prefix) for how in hows]
    state, rows = model.start(memory), [0] * len(hows)
    depth, size = 0, 1  # how many rows the state has
    while going:
        if rows != list(range(size)):
            state = reorder(state, torch.tensor(rows, device=source.device))
        tokens = [token for one in going for token in one.tokens()]
        prediction = model.step(torch.tensor(tokens, device=source.device), state, whatif.at(depth))
        state, size, rows, begin = prediction.state, len(tokens), [], 0
        for one in going:
            end = begin + len(one.live)
            rows += [begin + row for row in one.extend(prediction.rows(begin, end))]
            begin = end
        going = [one for one in going if one.live]
        depth += 1
    return [one.found for one in searches]


class _Running:
    """One search, between two steps of the model."""

    def __init__(self, how: Search, memory: Memory, writable: Writable, prefix: tuple[int, ...]):
        self.how, self.writable, self.prefix = how, writable, prefix
        self.penalty, sampling = Penalty(how.penalty, how.alpha), how.sampling
        device = memory.states.device
        self.generator = torch.Generator(device).manual_seed(sampling.seed) if sampling else None
        self.found = Found([], [], [], memory)
        self.live: list[int | None] = [None]  # the last node of each hypothesis; none: it is over

    def tokens(self) -> list[int]:
        """What each hypothesis ends with."""
        nodes = self.found.nodes
        return [self.writable.start if i is None else nodes[i].token for i in self.live]

    def extend(self, prediction: Prediction) -> list[int]:
        """Extends all hypotheses by a token; from which rows of the prediction those that live on
        come."""
        nodes, finished = self.found.nodes, self.found.leaves
        depth, how = len(self.found.depths), self.how
        before = [0.0 if i is None else nodes[i].total for i in self.live]
        log_probs = prediction.logits.float().log_softmax(-1)  # (L, V)
        chosen, gained = self._choose(prediction, log_probs, before)
        ranked, survivors = self.found.depths[-1].ranked, []
        for extension, log_prob in zip(chosen, gained, strict=True):
            row, token = divmod(extension, log_probs.shape[1])
            total = before[row] + (log_prob if how.counts(depth) else 0.0)
            rank = ranked.index(extension) + 1 if extension in ranked else None
            score = self.penalty.score(total, how.length(depth))
            fate = ENDED if token == self.writable.end else KEPT
            (finished if fate == ENDED else survivors).append(len(nodes))
            forced = depth < len(self.prefix)
            nodes.append(
                Node(self.live[row], token, log_prob, total, score, rank, fate, depth, row, forced)
            )
        finished.sort(key=lambda leaf: -nodes[leaf].score)
        if how.full:
            del finished[how.beam :]
        beaten = self._beaten(survivors, depth)
        _end(nodes, beaten, BEATEN)
        survivors = [i for i in survivors if i not in beaten]
        if depth + 1 == how.limit:
            _end(nodes, survivors, LIMIT)
            finished.extend(survivors)
            finished.sort(key=lambda leaf: -nodes[leaf].score)
            survivors = []
        self.live = survivors
        if not survivors:
            del finished[how.best :]
        return [nodes[i].row for i in survivors]

    def _beaten(self, survivors: list[int], depth: int) -> list[int]:
        """Those of `survivors` that do not go on: of a beam that stays full all or none."""
        how, nodes, finished = self.how, self.found.nodes, self.found.leaves
        enough = how.beam if how.full else how.best
        if len(finished) < enough:
            return []
        beyond = nodes[finished[enough - 1]].score
        length = how.length(depth if how.full and how.stopping != NEVER else how.limit - 1)
        beaten = [i for i in survivors if self.penalty.bound(nodes[i].total, length) <= beyond]
        if not how.full:
            return beaten
        first = how.stopping == FIRST and depth + 1 < how.limit
        return survivors if first or len(beaten) == len(survivors) else []

    def _choose(
        self, prediction: Prediction, log_probs: Tensor, before: list[float]
    ) -> tuple[list[int], list[float]]:
        """The extensions to go on with, row × V + token, and their log-probabilities."""
        how, allowed, depth = self.how, self.writable.allowed, len(self.found.depths)
        totals = torch.tensor(before, dtype=torch.float64).to(log_probs.device)[:, None] + log_probs
        ranked = _ranked(totals, allowed, max(how.beam * (1 + how.full), RANKED))
        chances = None
        if how.sampling:
            chances = sampling_distribution(log_probs, how.sampling, allowed)
        self.found.depths.append(Depth(self.live, prediction, log_probs, ranked, chances))
        if depth < len(self.prefix):
            chosen = [int(self.prefix[depth])]
        elif how.sampling:
            chosen = [int(chances[0].multinomial(1, generator=self.generator))]
        elif how.full and depth + 1 < how.limit:
            chosen = _full(ranked, how.beam, log_probs.shape[1], self.writable.end)
        else:
            chosen = ranked[: how.beam]
        return chosen, log_probs.flatten()[chosen].tolist()


def sampling_distribution(log_probs: Tensor, sampling: Sampling, allowed: Tensor) -> Tensor:
    """The chance of each token to be drawn (L, V): none for what is not `allowed` (V,), and for
    what top-k and top-p cut."""
    logits = log_probs.double().masked_fill(~allowed, -torch.inf)
    # The likeliest is brought to zero first, so that no temperature can take all to -inf.
    logits = (logits - logits.amax(-1, keepdim=True)) / sampling.temperature
    if not sampling.top_k and sampling.top_p == 1:  # nothing is cut
        return logits.softmax(-1)
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
    """Those of the `beam` best extensions that end, then the `beam` best that do not."""
    ended = [one for one in ranked[:beam] if one % size == end]
    return ended + [one for one in ranked if one % size != end][:beam]


def _check(how: Search, prefix: tuple[int, ...]) -> None:
    beam, best, limit = how.beam, how.best, how.limit
    for name, value in (("beam", beam), ("number of translations", best), ("limit", limit)):
        if not isinstance(value, Integral):
            raise ValueError(f"the {name} is a whole number, not {value!r}")
    if beam < 1:
        raise ValueError(f"a beam is at least 1 wide, not {beam}")
    if not 1 <= best <= beam:
        raise ValueError(f"a beam {beam} wide gives 1 to {beam} translations, not {best}")
    if limit < 1:
        raise ValueError(f"the limit is at least 1 token, not {limit}")
    if how.sampling and beam > 1:
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
