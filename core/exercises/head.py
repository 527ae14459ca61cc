"""One head was switched off: which of four?"""

from __future__ import annotations

import math
from collections.abc import Iterator

from core.exercises import Exercise, Given, Option, Told
from core.exercises.reading import by_word, signed, words

OFFERED = 4
CLEAR = 0.02  # nats by which the head that was switched off stands out from the others


def every(given: Given) -> Iterator[Exercise]:
    """One for each step at which one head matters most: without it the token that was written is
    less likely. Those beside it look elsewhere. The less it stands out, the harder it is."""
    found = given.side
    if found is None or len(given.off) < OFFERED:
        return
    source, path = words(found), given.trace.path()
    heads = list(given.off)
    looks = {one: by_word(given.trace.attention(one).weights, found) for one in heads}  # (T, W)
    for t, step in enumerate(path):
        costs = {one: step.log_prob - given.off[one].path()[t].log_prob for one in heads}
        order = sorted(heads, key=lambda one: -costs[one])
        off, most = order[0], {one: int(looks[one][t].argmax()) for one in heads}
        elsewhere = [one for one in order[1:] if most[one] != most[order[0]]]
        if len(elsewhere) < OFFERED - 1:
            continue
        rest = given.chance("head", t).sample(elsewhere, OFFERED - 1)
        gap = costs[off] - max(costs[one] for one in rest)
        if step.forced or costs[off] < CLEAR or gap < CLEAR:
            continue
        before, after = (math.exp(p) for p in (step.log_prob, step.log_prob - costs[off]))
        token = ("target", step.token.piece)
        yield Exercise(
            "head", t, -gap, source, ("".join(one.token.text for one in path[:t]).strip(),),
            (Told("ask_head", {"token": token, "before": f"{before:.3f}",
                               "after": f"{after:.3f}"}),),
            (
                Told("why_head", {
                    "head": _place(off), "token": token, "nats": f"{costs[off]:.2f}",
                    "word": ("source", source[most[off]]),
                    "weight": f"{looks[off][t].max():.2f}",
                }),
                Told("why_others", {"nats": signed(max(costs[one] for one in rest))}),
            ),
            word=step.token.piece,
            options=tuple(
                Option(_place(one), "", costs[one], tuple(map(float, looks[one][t])))
                for one in (off, *rest)
            ),
        )  # fmt: skip


def _place(block: str) -> str:
    """ "2.5" of "cross.2.5": the fifth head of the second layer."""
    return block.partition(".")[2]
