"""All maps in step with what is written or read, all layers and heads, one cell with all numbers,
and rows of weights that a person takes hold of."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from core.manifest import ModelError
from core.refusals import NotTakenApart
from core.trace import Trace
from core.views.maps import BLOCKS
from core.whatif import Replaced, WhatIf
from pages.shared import averaged, courier, holding, link, loading, whole
from pages.shared.fields import TABLE, Places, Step, choice, shown_head
from pages.shared.frame import say
from pages.shared.inside import Part
from pages.shared.inside.shown import draw, find, introduce, say_more, take
from pages.shared.question import Question, There, asks
from pages.shared.shelf import kept

VIEWS = ("weights", "scores")


@dataclass(frozen=True)
class Maps(Question):
    """What is changed by hand, and where in the maps one is."""

    weights: tuple[Replaced, ...] = asks(holding.ROWS)
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
    shown = find(name, text, lambda *place: _trace(*place, _rows(place, (name, text))))
    if shown is None:
        return
    rows = _rows((shown.name, shown.text), (name, text))
    opens = _opening(shown.found, shown.other, asked)
    drawn = (shown.name, shown.text, rows, state.lang)
    layer = (opens["head"] or "").rpartition(".")[0]
    state.maps_rows = rows
    draw("maps", shown.name, {**_drawn(*drawn, layer), "asks": True}, opens, _pick)
    last = state.setdefault("maps_cell", {})  # which cell was asked for
    _answer()
    take(
        "maps", shown.name, lambda: _page(_whole(*drawn), shown.name, rows, last),
        say("maps.title"), shown.text, say("maps.subtitle", model=shown.name),
    )  # fmt: skip
    introduce("maps")
    say_more("maps", "qkv", "three", "blanks", "trying")


def _rows(place: tuple[str, str], asked: tuple[str, str]) -> tuple[Replaced, ...]:
    """The weights by hand of a model and a sentence, `asked` being those of the page: what is
    shown in their stead has none, and what was changed in others is over."""
    state, own = st.session_state, link.ask(Maps)
    if not own.weights or place != asked:
        return ()
    at = (asked, state.get("arrival", 0))
    (before, arrival), state.maps_held = state.get("maps_held", at), at
    if before == asked or arrival != at[1]:
        return own.weights
    link.take(replace(own, weights=()))
    return ()


def _trace(name: str, text: str, rows: tuple[Replaced, ...]) -> Trace:
    """Raises Refused or ModelError; of weights that cannot be, the page says why, and goes on
    without them."""
    try:
        return loading.translate(name, text, (), weights=rows)
    except loading.Refused as refusal:
        if not refusal.key.startswith("held."):
            raise
        st.warning(say(refusal.key, **refusal.values))
    link.take(replace(link.ask(Maps), weights=()))
    return loading.translate(name, text, ())


def _pick() -> None:
    """Weights were changed in the picture."""
    if choice := st.session_state.maps.pick:
        rows = holding.heard(choice["held"])["weights"]
        st.session_state.pop("maps_held", None)
        link.keep(replace(link.ask(Maps), weights=rows))


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
def _drawn(name: str, text: str, rows: tuple[Replaced, ...], language: str, layer: str) -> dict:
    return _maps(name, text, rows, language, layer)


def _whole(name: str, text: str, rows: tuple[Replaced, ...], language: str) -> dict:
    return _maps(name, text, rows, language, whole=True)


def _maps(name: str, text: str, rows: tuple[Replaced, ...], language: str, *how, **more) -> dict:
    from core.views.maps import payload

    before = loading.unchanged(name, text, WhatIf(weights=rows))
    return payload(_held(name, text, rows), language, *how, before=before, **more)


def _held(name: str, text: str, rows: tuple[Replaced, ...]) -> Trace:
    return loading.translate(name, text, (), weights=rows)


@kept
def _layer(name: str, text: str, rows: tuple[Replaced, ...], layer: str) -> dict:
    """A layer that has not travelled yet. Raises LookupError for one that there is not."""
    from core.views.maps import layer as taken

    return taken(_held(name, text, rows), layer)


@kept
def _values(name: str, text: str, rows: tuple[Replaced, ...], layer: str) -> dict:
    """What the heads of a layer sum. Raises LookupError for one that there is not."""
    from core.views.maps import values

    found = loading.passed(name, text, weights=rows).attentions[layer.partition(".")[0]]
    return values(_held(name, text, rows), layer, found.values, averaged.usual(name))


@kept
def _cell(name: str, text: str, rows: tuple[Replaced, ...], head: str, row: int) -> dict:
    """The numbers of a row. Raises LookupError or ValueError for one that there is not."""
    from core.views.maps.cell import payload, take_cell

    trace, found = _held(name, text, rows), loading.passed(name, text, weights=rows)
    return payload(take_cell(loading.loaded(name), trace, head, row, 0, found))


@kept
def _exact(name: str, text: str, rows: tuple[Replaced, ...], head: str) -> dict:
    """The map of a head with every digit. Raises LookupError for one that there is not."""
    from core.views.maps import exact

    return exact(_held(name, text, rows), head)


WHOLE = {"layer": _layer, "values": _values}  # what is asked of a layer; else it is a map


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
    rows = st.session_state.maps_rows
    asked = st.session_state.get("maps_asked", st.session_state.maps_cell)
    if asked.get("of") == "trace":
        st.session_state.pop("maps_asked")
        if asked["typed"] == typed:
            answer = whole.answered(_held(name, typed, rows), asked)
    elif asked.get("typed") == typed:
        try:
            # With its nonce each answer is another one: Streamlit hands over only what changed.
            head, row = asked["head"], asked["row"]
            if row is not None:
                found = _cell(name, typed, rows, head, row)
            else:
                found = WHOLE.get(asked.get("of"), _exact)(name, typed, rows, head)
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


def _page(data: dict, name: str, rows: tuple[Replaced, ...], asked: dict) -> dict:
    """What a page of its own draws: as here, with the numbers of the cell asked for last, and every
    digit of all maps."""
    from core.views.maps import heads

    cells, opened, trace = [], {}, _held(name, data["typed"], rows)
    if asked.get("typed") == data["typed"]:
        cells = [_cell(name, asked["typed"], rows, asked["head"], asked["row"])]
        opened = {"head": asked["head"], "cell": f"{asked['row'] + 1}.1"}
    maps = [_exact(name, data["typed"], rows, head) for head in heads(trace)]
    kept = {**data, "asks": False, "cells": cells, "exact": maps, "projector": False}
    return {**kept, "open": opened}


PART = Part("maps", 1, Maps, show, free=True)
