"""All maps in step with what is written or read, all layers and heads, and one cell with all
numbers."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.manifest import ModelError
from core.refusals import NotTakenApart
from core.trace import Trace
from core.views.maps import BLOCKS
from pages.shared import courier, link, loading, whole
from pages.shared.fields import TABLE, Places, Step, choice, shown_head
from pages.shared.frame import say
from pages.shared.inside import Part
from pages.shared.inside.shown import draw, find, introduce, say_more, take
from pages.shared.question import Question, There, asks
from pages.shared.shelf import kept

VIEWS = ("weights", "scores")


@dataclass(frozen=True)
class Maps(Question):
    """Where in the maps one is: nothing but what the browser shows."""

    step: int | None = asks(Step())
    head: str | None = asks(shown_head("maps.wrong_head"))
    view: str | None = asks(choice("view", VIEWS, "maps.wrong_view", first=True))
    cell: tuple[int, int] | None = asks(
        Places("cell", note="maps.wrong_cell", key=None, bound=True, seen=True, count=2)
    )
    scaled: str | None = asks(choice("scaled", ("0",)))
    table: bool = asks(TABLE)


def show(name: str, text: str, *asked: Question) -> None:
    """The part of the page with every map of the model `name` on `text`; what cannot be shown is
    told above what was shown last. `asked` is what else stands in the link."""
    state = st.session_state
    shown = find(name, text, lambda model, sentence: loading.translate(model, sentence, ()))
    if shown is None:
        return
    opens = _opening(shown.found, shown.other, asked)
    drawn = (shown.name, shown.text, state.lang)
    layer = (opens["head"] or "").rpartition(".")[0]
    draw("maps", shown.name, {**_drawn(*drawn, layer), "asks": True}, opens)
    last = state.setdefault("maps_cell", {})  # which cell was asked for
    _answer()
    take(
        "maps", shown.name, lambda: _page(_whole(*drawn), shown.name, last),
        say("maps.title"), shown.text, say("maps.subtitle", model=shown.name),
    )  # fmt: skip
    introduce("maps")
    say_more("maps", "qkv", "three", "blanks", "trying")


def _opening(trace: Trace, other: bool, asked: tuple[Question, ...]) -> dict:
    """Where the picture opens; what the link gets wrong is told and taken out of it."""
    layers = {name: trace.heads(name) for name in BLOCKS if trace.heads(name)}
    *_, last = layers
    usual = f"{last}.{layers[last][0]}.1"
    names = ", ".join(f"{one}.1.1 – {one}.{deep}.{many}" for one, (deep, many) in layers.items())
    own = link.ask(Maps)
    heads = There(lambda one: _drawable(one, trace), {"names": names, "shown": usual})
    steps = len(trace.path()) if trace.tree else len(trace.filled)
    rows, columns = trace.attention(link.placed(own, head=heads)[0].head or usual).weights.shape
    return link.open_at(
        own, *asked, moved=other, step=There(steps), head=heads,
        cell=There((rows, columns), {"rows": rows, "columns": columns}),
    )  # fmt: skip


def _drawable(head: str, trace: Trace) -> bool:
    """Whether there is such a head, or mean over a layer: no mean over all layers is drawn."""
    try:
        trace.attention(head)
    except LookupError:
        return False
    return "." in head


@kept
def _drawn(name: str, text: str, language: str, layer: str) -> dict:
    from core.views.maps import payload

    return payload(loading.translate(name, text, ()), language, layer)


def _whole(name: str, text: str, language: str) -> dict:
    from core.views.maps import payload

    return payload(loading.translate(name, text, ()), language, whole=True)


@kept
def _layer(name: str, text: str, layer: str) -> dict:
    """A layer that has not travelled yet. Raises LookupError for one that there is not."""
    from core.views.maps import layer as taken

    return taken(loading.translate(name, text, ()), layer)


@kept
def _cell(name: str, text: str, head: str, row: int) -> dict:
    """The numbers of a row. Raises LookupError or ValueError for one that there is not."""
    from core.views.maps.cell import payload, take_cell

    trace, found = loading.translate(name, text, ()), loading.passed(name, text)
    return payload(take_cell(loading.loaded(name), trace, head, row, 0, found))


@kept
def _exact(name: str, text: str, head: str) -> dict:
    """The map of a head with every digit. Raises LookupError for one that there is not."""
    from core.views.maps import exact

    return exact(loading.translate(name, text, ()), head)


def _ask() -> None:
    """Keeps what the stage asks for: {typed, head, row, of, nonce}; the row is null for a whole map
    or layer."""
    state, asked = st.session_state, st.session_state.maps_courier.pick
    if asked:
        state.maps_asked = asked
        if asked["row"] is not None:
            state.maps_cell.update(asked)


@st.fragment
def _answer() -> None:
    """Carries the numbers of a cell to the stage; only this runs when it asks."""
    answer, (name, typed) = None, st.session_state.transformer_shown
    asked = st.session_state.get("maps_asked", st.session_state.maps_cell)
    if asked.get("of") == "trace":
        st.session_state.pop("maps_asked")
        if asked["typed"] == typed:
            answer = whole.answered(loading.translate(name, typed, ()), asked)
    elif asked.get("typed") == typed:
        try:
            # With its nonce each answer is another one: Streamlit hands over only what changed.
            head, row = asked["head"], asked["row"]
            if row is not None:
                found = _cell(name, typed, head, row)
            else:
                found = (_layer if asked.get("of") == "layer" else _exact)(name, typed, head)
            answer = {**found, "typed": typed, "nonce": asked["nonce"]}
        except NotTakenApart as error:
            answer = _refused(asked, say(f"maps.why_{error.why}"))
        except ModelError as error:
            answer = _refused(asked, str(error))
        except (LookupError, ValueError):
            answer = _refused(asked, say("maps.why_gone"))
    courier.carry(answer, key="maps_courier", on_pick=_ask)


def _refused(asked: dict, reason: str) -> dict:
    return {**asked, "error": say("maps.cell_refused", reason=reason)}


def _page(data: dict, name: str, asked: dict) -> dict:
    """What a page of its own draws: as here, with the numbers of the cell asked for last, and every
    digit of all maps."""
    from core.views.maps import heads

    cells, opened, trace = [], {}, loading.translate(name, data["typed"], ())
    if asked.get("typed") == data["typed"]:
        cells = [_cell(name, asked["typed"], asked["head"], asked["row"])]
        opened = {"head": asked["head"], "cell": f"{asked['row'] + 1}.1"}
    maps = [_exact(name, data["typed"], head) for head in heads(trace)]
    kept = {**data, "asks": False, "cells": cells, "exact": maps, "projector": False}
    return {**kept, "open": opened}


PART = Part("maps", 1, Maps, show, free=True)
