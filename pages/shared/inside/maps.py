"""Three maps in step with the translation, all layers and heads, and one cell with all numbers."""

from __future__ import annotations

import streamlit as st

from core.manifest import ModelError
from core.trace import SearchTrace
from pages.shared import courier, link, loading
from pages.shared.frame import literal, say
from pages.shared.inside.shown import draw, find, take

VIEWS = ("weights", "scores")


def show(name: str, text: str) -> None:
    """The part of the page with every map of the model `name` on its translation of `text`; what
    cannot be shown is told above what was shown last."""
    state = st.session_state
    shown = find(name, text, lambda model, sentence: loading.translate(model, sentence, ()))
    if shown is None:
        return
    trace: SearchTrace = shown.found
    if shown.other:
        link.put({"step": "", "cell": ""})  # they were of another sentence
    data = {**_drawn(trace.model.name, trace.typed, state.lang), "asks": True}
    draw("maps", trace.model.name, data, _opening(trace))
    last = state.setdefault("maps_cell", {})  # which cell was asked for
    _answer()
    take(
        "maps", trace.model.name, lambda: _page(data, trace.model.name, last),
        say("maps.title"), trace.typed,
        say("maps.subtitle", model=trace.model.name),
    )  # fmt: skip
    for topic in ("qkv", "three", "blanks", "trying"):
        with st.expander(say(f"maps.{topic}")):
            st.markdown(say(f"maps.{topic}_text"))


def _opening(trace: SearchTrace) -> dict:
    """Where the picture opens; what the link gets wrong is told and taken out of it."""
    given, wrong = st.query_params, {}
    step, missing = link.step(given.get("step"), len(trace.path()))
    if missing:
        wrong["step"] = ("errors.step", {})
    head = given.get("head")
    try:
        shown = head and trace.attention(head)
        if shown and "." not in head:
            raise LookupError("no mean over all layers is drawn")
    except LookupError:
        layers = {name: trace.heads(name) for name in ("encoder", "self", "cross")}
        names = ", ".join(
            f"{name}.1.1 – {name}.{deep}.{many}" for name, (deep, many) in layers.items()
        )
        shown = f"cross.{layers['cross'][0]}.1"
        wrong["head"] = ("maps.wrong_head", {"names": names, "shown": shown})
        head = None
    view = given.get("view", VIEWS[0])
    if view not in VIEWS:
        wrong["view"] = ("maps.wrong_view", {})
        view = VIEWS[0]
    cell = given.get("cell")
    if cell is not None:
        layers = trace.heads("cross")[0]
        rows, columns = trace.attention(head or f"cross.{layers}.1").weights.shape
        numbers = [link.number(one) for one in cell.split(".")]
        fits = len(numbers) == 2 and all(numbers)
        if not (fits and numbers[0] <= rows and numbers[1] <= columns):
            wrong["cell"] = ("maps.wrong_cell", {"rows": rows, "columns": columns})
            cell = None
    opened = {"step": step, "head": head, "view": view, "cell": cell}
    opened |= {"scaled": given.get("scaled"), "table": given.get("table") == "1"}
    for key, (note, values) in wrong.items():
        st.info(say(note, given=literal(given[key]), **values))
        link.put({key: ""})
    return opened


@st.cache_data(show_spinner=False, max_entries=100)
def _drawn(name: str, text: str, language: str) -> dict:
    from core.views.maps import payload

    return payload(loading.translate(name, text, ()), language)


@st.cache_data(show_spinner=False, max_entries=500)
def _cell(name: str, text: str, head: str, row: int) -> dict:
    """The numbers of a row. Raises LookupError or ValueError for one that there is not."""
    from core.views.maps.cell import payload, take_cell

    return payload(take_cell(loading.loaded(name), loading.translate(name, text, ()), head, row, 0))


def _ask() -> None:
    """Keeps what the stage asks for: {typed, head, row, nonce}."""
    asked = st.session_state.maps_courier.pick
    if asked:
        st.session_state.maps_cell.update(asked)


@st.fragment
def _answer() -> None:
    """Carries the numbers of a cell to the stage; only this runs when it asks."""
    answer, (name, typed) = None, st.session_state.transformer_shown
    asked = st.session_state.maps_cell
    if asked.get("typed") == typed:
        try:
            # With its nonce each answer is another one: Streamlit hands over only what changed.
            found = _cell(name, typed, asked["head"], asked["row"])
            answer = {**found, "typed": typed, "nonce": asked["nonce"]}
        except (LookupError, ValueError, ModelError) as error:
            answer = {**asked, "error": say("maps.cell_refused", reason=error)}
    courier.carry(answer, key="maps_courier", on_pick=_ask)


def _page(data: dict, name: str, asked: dict) -> dict:
    """What a page of its own draws: as here, with the numbers of the cell asked for last."""
    cells, opened = [], {}
    if asked.get("typed") == data["typed"]:
        cells = [_cell(name, asked["typed"], asked["head"], asked["row"])]
        opened = {"head": asked["head"], "cell": f"{asked['row'] + 1}.1"}
    kept = {**data, "asks": False, "cells": cells, "projector": False}
    return {**kept, "open": opened}
