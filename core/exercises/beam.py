"""One of those in the beam has no continuation that is kept: which one dies next?"""

from __future__ import annotations

from collections.abc import Iterator

from core.exercises import Exercise, Given, Option, Told
from core.exercises.reading import signed
from core.trace import Trace

LIVING = 3  # offered beside the one that dies


def every(given: Given) -> Iterator[Exercise]:
    """One for each depth after which one of the beam dies and two or more live on; the nearer its
    total is to theirs, the harder it is."""
    trace = given.search
    if trace is None:
        return
    layers, parents = _layers(trace), {step.parent for step in trace.steps}
    for depth, here in enumerate(layers[:-1]):
        alive = [i for i in here if not trace.steps[i].token.mark]
        dead = [i for i in alive if i not in parents and _best(trace, i) is not None]
        living = [i for i in alive if i in parents][:LIVING]
        if not dead or len(living) < 2:
            continue
        gone = given.chance("beam", depth).choice(dead)
        kept = [i for i in layers[depth + 1] if trace.steps[i].total > _best(trace, gone)]
        if not kept:
            continue
        last = min(trace.steps[i].total for i in kept)
        ahead = min(trace.steps[i].total for i in living) - trace.steps[gone].total
        yield Exercise(
            "beam", depth, -ahead, tuple(trace.typed.split()), (),
            (Told("ask_beam", {"step": depth + 1}),),
            (
                Told("why_beam", {
                    "gone": ("target", _text(trace, gone)), "best": signed(_best(trace, gone)),
                    "last": signed(last),
                }),
                Told("why_total"),
            ),
            options=tuple(
                Option(_text(trace, i), "target", trace.steps[i].total) for i in (gone, *living)
            ),
        )  # fmt: skip


def _layers(trace: Trace) -> list[list[int]]:
    """The steps at each depth."""
    depths: list[int] = []
    layers: list[list[int]] = []
    for i, step in enumerate(trace.steps):
        depths.append(0 if step.parent is None else depths[step.parent] + 1)
        if len(layers) <= depths[i]:
            layers.append([])
        layers[depths[i]].append(i)
    return layers


def _best(trace: Trace, index: int) -> float | None:
    """The total of the best extension of a step; None where it was not continued."""
    found = [one for one in trace.expansions if one.step == index]
    return max(c.total for c in found[0].candidates) if found else None


def _text(trace: Trace, index: int) -> str:
    return "".join(step.token.piece for step in trace.path(index)).replace("▁", " ").strip()
