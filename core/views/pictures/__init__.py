"""A board with drawings, its caption word by word, and where on it the model looks for each.

The picture is drawn from what was typed: whole numbers, the same pixels that the model read.
"""

from __future__ import annotations

import base64
from contextlib import suppress

import numpy as np

from core.formulas import Formula, equation, mathml, rendered
from core.pictures.board import HOLDS, LARGEST, SIDE, SMALLEST, Board, things
from core.pictures.drawing import ACROSS, CELL, sheet_url
from core.pictures.photo import is_photo
from core.pictures.seen import board, pixels, under
from core.pictures.tongue import Tongue, tongue
from core.stage import framed, tongues, whole_page, worded
from core.trace import Trace
from core.views.pictures import wire
from core.words import say

NEEDS = ("picture",)


def words_of(code: str) -> Tongue | None:
    """The captions of that language; None where there are none."""
    with suppress(ValueError):
        return tongue(code)
    return None


def payload(trace: Trace, language: str) -> wire.Payload:
    """What the script needs to draw `trace`: it, the pixels, and what lies where. Raises ValueError
    for a trace of a model that sees no picture, and BadBoard for one whose picture is none."""
    if not {*NEEDS} <= {*trace.model.has}:
        raise ValueError(f"{trace.model.name} has no picture to look at")
    placed, grid = board(trace.typed), trace.axis("source").grid
    return {
        "stage": "pictures",
        "trace": trace.to_json(),
        "tongues": tongues(trace.model),
        "strings": worded(trace, language, "stage", "pictures"),
        "language": language,
        "pixels": base64.b64encode(pixels(trace.typed).tobytes()).decode(),
        "grid": grid,
        "own": is_photo(trace.typed),
        "first": _first(trace),
        "placed": [one._asdict() for one in placed],
        "groups": _groups(placed, grid, language),
        "truth": _truth(trace, placed, language),
        "board": {"side": SIDE, "smallest": SMALLEST, "largest": LARGEST, "holds": HOLDS},
        "sheet": {"url": sheet_url(), "cell": CELL, "across": ACROSS},
        "things": [
            {"name": one.name, "label": called(one.name, language)} for one in things().values()
        ],
        "formulas": _formulas(trace),
    }  # fmt: skip


def called(thing: str, language: str) -> str:
    """What a reader calls a drawing."""
    names = things()[thing].names
    return names.get(language, names["en"])


def _first(trace: Trace) -> int:
    """The step that writes the first word for a thing, or else the last."""
    written = [step.token.piece for step in trace.path()]
    words = words_of(trace.model.target)
    named = words.named(written) if words else []
    return next((at for at, thing in enumerate(named) if thing), len(written) - 1)


def _groups(placed: Board, grid: tuple[int, int], language: str) -> list[wire.Group]:
    """Each thing with the cells that lie on it, and the rest; what lies on two is the upper's."""
    whose = np.full(grid[0] * grid[1], -1)
    names = list(dict.fromkeys(one.thing for one in placed))
    for one in placed:
        whose[under([one], grid)] = names.index(one.thing)
    found: list[wire.Group] = [
        {"label": called(name, language), "cells": np.flatnonzero(whose == at).tolist()}
        for at, name in enumerate(names)
    ]
    rest = {"label": say(language, "pictures.paper"), "cells": np.flatnonzero(whose < 0).tolist()}
    return [group for group in (*found, rest) if group["cells"]]


def _truth(trace: Trace, placed: Board, language: str) -> wire.Truth:
    if is_photo(trace.typed):
        return {"right": None, "told": say(language, "pictures.own_told")}
    words = words_of(trace.model.target)
    captions = words.captions(placed) if words else ()
    if not captions:
        return {"right": None, "told": say(language, "pictures.untold")}
    if trace.text in captions:
        return {"right": True, "told": say(language, "pictures.right")}
    told = say(language, "pictures.wrong", captions=" · ".join(captions[:2]))
    return {"right": False, "told": told}


def _formulas(trace: Trace) -> dict[str, Formula]:
    found = rendered(
        "context", "state", "combined", "softmax", "context_of_states", "combine", "next",
    )  # fmt: skip
    return found | {"equation": mathml(equation(trace.model.score.latex))}


def named(trace: Trace) -> str:
    """What a file about `trace` is called, without its ending."""
    return f"heed-{trace.model.name}"


def page(trace: Trace, language: str = "en", theme: str = "auto") -> str:
    """One HTML file that steps through the caption like the app, with nothing to fetch. `theme` is
    "auto" (the reader's), "light" or "dark"."""
    data = {**payload(trace, language), "theme": theme, "exports": {"name": named(trace)}}
    return whole_page(
        data, say(language, "pictures.title"), trace.text,
        say(language, "pictures.about", model=trace.model.name),
    )  # fmt: skip


def notebook(trace: Trace, language: str = "en") -> str:
    """The page in a frame of its own, for the output cell of a notebook."""
    from core.figures.still import still  # with plotly, which no page may load for this

    return framed(page(trace, language), still(trace), repr(trace), language)
