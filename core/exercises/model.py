"""One of two: which model drew this map?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.agreement import Side, side
from core.distributions import divergence as jensen_shannon
from core.distributions import entropy
from core.exercises import Exercise, Given, Map, Option, Told, divergence
from core.exercises.reading import rows, words


def every(given: Given) -> Iterator[Exercise]:
    """One for each other model that wrote the same words; the more alike both maps, the harder."""
    found = given.side
    if found is None:
        return
    mine = given.trace.model.name
    for place, (name, (trace, block)) in enumerate(given.others.items()):
        other = side(trace, block)
        if other is None or words(other) != words(found):
            continue
        maps = [_map(mine, found), _map(name, other)]
        if maps[0].rows != maps[1].rows:
            continue
        chance = given.chance("model", place)
        drawn = chance.randrange(2)
        first, second = maps[drawn], maps[1 - drawn]
        wide = [float(entropy(one.weights).mean()) for one in maps]
        apart = jensen_shannon(maps[0].weights, maps[1].weights)  # (rows,)
        most = int(apart.argmax())
        looks = [words(found)[int(one.weights[most].argmax())] for one in maps]
        nats = np.mean([divergence(*pair) for pair in zip(first.weights, _kept(second.weights))])
        yield Exercise(
            "model", len(given.trace.path()) - 1, -float(apart.mean()), words(found), (),
            (Told("ask_model"), Told("ask_model_how", {
                "first": mine, "second": name,
                "wide": f"{wide[0]:.2f}", "narrow": f"{wide[1]:.2f}",
            })),
            (
                Told("why_model", {"drew": first.label, "other": second.label,
                                   "nats": f"{nats:.2f}"}),
                Told("why_apart", {
                    "word": ("target", maps[0].rows[most]), "first": mine, "second": name,
                    "one": ("source", looks[0]), "two": ("source", looks[1]),
                    "most": f"{maps[0].weights[most].max():.2f}",
                    "least": f"{maps[1].weights[most].max():.2f}",
                }),
            ),
            options=(Option(mine), Option(name)), right=drawn,
            clues=(Map("", first.rows, first.weights),), maps=(first, second),
        )  # fmt: skip


def _map(name: str, found: Side) -> Map:
    every_row = list(rows(found))
    return Map(name, tuple(one.word for one in every_row), np.stack([o.weights for o in every_row]))


def _kept(weights: np.ndarray) -> np.ndarray:
    """Rows without a nothing: single precision may round the least weights away."""
    kept = np.maximum(weights, 1e-12)
    return kept / kept.sum(-1, keepdims=True)
