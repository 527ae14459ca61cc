"""The next tokens that a search considered, listed for each run of the decoder. Their numbers are
worked out for all runs at once.

Shape letters: R runs of the decoder, C likeliest tokens of a run, N candidates of all runs, V
vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import islice

import numpy as np
import torch
from torch import Tensor

from core.penalties import Penalty
from core.search import Found, Writable, largest
from core.tree import CUT, OVERRULED, UNDRAWN, Candidate, Search

CANDIDATES = 10  # for each hypothesis at least; more than the beam is wide by five


def rounded(values: Sequence[float]) -> list[float]:
    """To a millionth, which is what single precision leaves of a sum of log-probabilities."""
    return np.round(np.array(values, np.float64), 6).tolist()


def candidates(
    found: Found, log_probs: Tensor, how: Search, tokeniser, writable: Writable
) -> list[tuple[Candidate, ...]]:
    """The likeliest next tokens of each run, of `log_probs` (R, V), and those that were taken."""
    size, nodes, penalty = log_probs.shape[1], found.nodes, Penalty(how.penalty, how.alpha)
    count = min(max(CANDIDATES, how.beam + 5), int(writable.allowed.sum()))
    likeliest = largest(log_probs.masked_fill(~writable.allowed, -torch.inf), count)  # (R, C)
    listed = [
        dict(zip(*columns, strict=True))
        for columns in zip(likeliest.tolist(), log_probs.gather(1, likeliest).tolist(), strict=True)
    ]
    # What is known of a candidate stands under its place in `log_probs`.
    first, fates, ranks = found.first_runs(), {}, {}
    for node in nodes:
        run = first[node.depth] + node.row
        listed[run].setdefault(node.token, node.log_prob)  # if forced or drawn, it may be far down
        fates[run * size + node.token] = node.fate
    for begin, depth in zip(first, found.depths):
        ranked = np.array(depth.ranked) + begin * size
        ranks.update(zip(ranked.tolist(), range(1, len(ranked) + 1)))

    run = np.repeat(np.arange(len(listed)), [len(one) for one in listed])  # (N,)
    tokens = [token for one in listed for token in one]
    places = (run * size + tokens).tolist()
    lasts = [last for depth in found.depths for last in depth.hypotheses]
    before = np.array([0.0 if last is None else nodes[last].total for last in lasts])
    depths = np.repeat(np.arange(len(found.depths)), [len(d.hypotheses) for d in found.depths])
    divisors = np.array([penalty.divisor(how.length(depth)) for depth in depths.tolist()])
    gained = np.array([log_prob for one in listed for log_prob in one.values()])
    totals = before[run] + np.where(how.counts(depths[run]), gained, 0)
    usual, chances = _untaken(found, how, run, depths[run], tokens)
    columns = zip(
        tokens, map(cache(tokeniser.piece), tokens),
        rounded(gained), rounded(totals), rounded(totals / divisors[run]),
        map(fates.get, places, usual), map(ranks.get, places), chances, strict=True,
    )  # fmt: skip
    made = map(Candidate._make, columns)
    return [tuple(islice(made, len(one))) for one in listed]


def _untaken(
    found: Found, how: Search, run: np.ndarray, depth: np.ndarray, tokens: list[int]
) -> tuple[list[str], list[float | None]]:
    """Of candidates, `tokens` (N,) of each one's run and depth, what becomes of them where they are
    not taken, and their chances to be drawn; none where nothing is drawn or a token was forced."""
    forced = {node.depth for node in found.nodes if node.forced}
    overruled = [number in forced for number in depth.tolist()]
    if how.sampling is None:
        return [OVERRULED if one else CUT for one in overruled], [None] * len(tokens)
    chances = torch.cat([one.chances for one in found.depths])[run, tokens].tolist()
    usual = [
        OVERRULED if one else UNDRAWN if chance else CUT
        for one, chance in zip(overruled, chances, strict=True)
    ]
    told = zip(overruled, rounded(chances), strict=True)
    return usual, [None if one else chance for one, chance in told]
