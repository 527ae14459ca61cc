"""Three maps in step with the translation, all layers and heads, and one cell with all numbers."""

from __future__ import annotations

import streamlit as st

from core.manifest import ModelError
from core.trace import SearchTrace
from pages.shared import courier, link, loading, stage
from pages.shared.frame import literal, say
from pages.shared.inside.shown import find, take

VIEWS = ("weights", "scores")
ASKED = ("step", "head", "view", "cell", "scaled", "table")  # in the link; the browser's from then


def show(name: str, text: str) -> None:
    state = st.session_state
    asked = {key: st.query_params[key] for key in ASKED if key in st.query_params}
    if "maps_opened" in state:
        asked = {}  # the stage has them already
    shown = find(name, text, lambda model, sentence: loading.translate(model, sentence, ()))
    if shown is None:
        return
    trace: SearchTrace = shown.found
    opened, notes = _opening(asked, trace)
    state.maps_opened = True
    for key, values in notes:
        st.info(say(key, **values))
    state.run = state.get("run", 0) + 1
    data = {
        **_drawn(trace.model.name, trace.typed, state.lang),
        "asks": True,
        "projector": state.large,
        "exports": {"name": f"heed-maps-{trace.model.name}"},
    }
    # In a list, or Streamlit would import pandas to look for data frames in it.
    stage.components["maps"](key="maps", data=[{**data, "open": opened, "run": state.run}])
    state.maps_shown = (trace.model.name, trace.typed)
    last = state.setdefault("maps_cell", {})  # which cell was asked for
    _answer()
    take(
        "maps", trace.model.name, lambda: _page(data, trace.model.name, last),
        say("transformer_maps.title"), trace.typed,
        say("transformer_maps.subtitle", model=trace.model.name),
    )  # fmt: skip
    for topic in ("qkv", "three", "blanks", "trying"):
        with st.expander(say(f"transformer_maps.{topic}")):
            st.markdown(say(f"transformer_maps.{topic}_text"))


def _opening(asked: dict[str, str], trace: SearchTrace) -> tuple[dict, list]:
    """How the link wants the stage to open, and what it gets wrong."""
    opened, notes = {}, []
    step, missing = link.step(asked.get("step"), len(trace.path()))
    if missing:
        notes.append(("errors.step", {}))
    head = asked.get("head")
    try:
        shown = head and trace.attention(head)
        if shown and "." not in head:
            raise LookupError("no mean over all layers is drawn")
    except LookupError:
        layers = {name: trace.heads(name) for name in ("encoder", "self", "cross")}
        names = ", ".join(
            f"{name}.1.1 – {name}.{deep}.{many}" for name, (deep, many) in layers.items()
        )
        notes.append(("transformer_maps.wrong_head", {"given": literal(head), "names": names}))
        head = None
    view = asked.get("view", VIEWS[0])
    if view not in VIEWS:
        notes.append(("transformer_maps.wrong_view", {"given": literal(view)}))
        view = VIEWS[0]
    cell = asked.get("cell")
    if cell is not None:
        layers = trace.heads("cross")[0]
        rows, columns = trace.attention(head or f"cross.{layers}.1").weights.shape
        numbers = cell.split(".")
        fits = len(numbers) == 2 and all(one.isdecimal() for one in numbers)
        if not (fits and 1 <= int(numbers[0]) <= rows and 1 <= int(numbers[1]) <= columns):
            told = {"given": literal(cell), "rows": rows, "columns": columns}
            notes.append(("transformer_maps.wrong_cell", told))
            cell = None
    opened = {"step": step, "head": head, "view": view, "cell": cell}
    return {**opened, "scaled": asked.get("scaled"), "table": asked.get("table") == "1"}, notes


@st.cache_data(show_spinner=False, max_entries=100)
def _drawn(name: str, text: str, language: str) -> dict:
    from core.inside.heads import payload

    return payload(loading.translate(name, text, ()), language)


@st.cache_data(show_spinner=False, max_entries=500)
def _cell(name: str, text: str, head: str, row: int) -> dict:
    """The numbers of a row. Raises LookupError or ValueError for one that there is not."""
    from core.inside.cell import payload, take_cell

    return payload(take_cell(loading.loaded(name), loading.translate(name, text, ()), head, row, 0))


def _ask() -> None:
    """Keeps what the stage asks for: {typed, head, row}."""
    asked = st.session_state.maps_courier.pick
    if asked:
        st.session_state.maps_cell.update({key: asked[key] for key in ("typed", "head", "row")})


@st.fragment
def _answer() -> None:
    """Carries the numbers of a cell to the stage; only this runs when it asks."""
    answer, (name, typed) = None, st.session_state.maps_shown
    asked = st.session_state.maps_cell
    if asked.get("typed") == typed:
        try:
            answer = {**_cell(name, typed, asked["head"], asked["row"]), "typed": typed}
        except (LookupError, ValueError, ModelError) as error:
            answer = {**asked, "error": say("transformer_maps.cell_refused", reason=error)}
    courier.carry(answer, key="maps_courier", on_pick=_ask)


def _page(data: dict, name: str, asked: dict) -> dict:
    """What a page of its own draws: as here, with the numbers of the cell asked for last."""
    cells, opened = [], {}
    if asked.get("typed") == data["typed"]:
        cells = [_cell(name, asked["typed"], asked["head"], asked["row"])]
        opened = {"head": asked["head"], "cell": f"{asked['row'] + 1}.1"}
    kept = {**data, "asks": False, "cells": cells, "projector": False}
    return {**kept, "open": opened}
