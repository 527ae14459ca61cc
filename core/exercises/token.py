"""One of four: which token does the model write next?"""

from __future__ import annotations

import math
from collections.abc import Iterator

from core.exercises import Exercise, Given, Option, Told
from core.exercises.reading import by_word, looked, words

OFFERED = 4


def every(given: Given) -> Iterator[Exercise]:
    """One for each step at which the likeliest token was taken, of the four likeliest; the higher
    the entropy of the whole distribution, the harder it is."""
    found, path = given.side, given.trace.path()
    source = words(found) if found else tuple(given.trace.typed.split())
    for t, step in enumerate(path):
        offered = step.candidates[:OFFERED]
        if step.forced or len(offered) < OFFERED or offered[0].id != step.token.id:
            continue
        chances = [math.exp(one.log_prob) for one in offered]
        why = [Told("why_token", {
            "token": ("target", offered[0].piece), "p": f"{chances[0]:.3f}",
            "nats": f"{max(0.0, -offered[0].log_prob):.2f}",
        })]  # fmt: skip
        if found:
            why.append(looked(by_word(found.weights[t : t + 1], found)[0], source))
        why.append(Told("why_entropy", {
            "nats": f"{step.entropy:.2f}", "tokens": f"{math.exp(step.entropy):.1f}",
        }))  # fmt: skip
        yield Exercise(
            "token", t, step.entropy, source,
            ("".join(one.token.text for one in path[:t]).strip(),),
            (Told("ask_token"),), tuple(why),
            options=tuple(
                Option(one.piece, "target", p) for one, p in zip(offered, chances, strict=True)
            ),
        )  # fmt: skip
