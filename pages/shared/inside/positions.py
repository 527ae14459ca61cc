"""Positions: the encoding as a picture, and what order is worth to one sentence."""

from __future__ import annotations

import streamlit as st

from pages.shared import link, loading, stage
from pages.shared.frame import literal, say
from pages.shared.inside.shown import find, take

ORDERS = 9999  # as many as can be asked for by number


def show(name: str, text: str) -> None:
    """The part of the page that takes positions and order from the model `name` and its
    translation of `text`; what cannot be shown is told above what was shown last."""
    state = st.session_state
    if "positions_seed" not in state:
        _begin()
    left, right = st.columns([2, 8], vertical_alignment="center")
    left.button(say("transformer_positions.shuffle"), on_click=_again, width="stretch")
    right.markdown(say("transformer_positions.seed", seed=state.positions_seed))
    link.put({"positions_seed": str(state.positions_seed) if state.positions_seed > 1 else ""})
    asked = (state.positions_seed, state.lang)
    shown = find(name, text, lambda model, sentence: _ordered(model, sentence, *asked))
    if shown:
        if shown.other:
            state.positions_notes = []  # the link's mistakes are history
        for key, values in state.positions_notes:
            st.info(say(f"transformer_positions.{key}", **values))
        state.run = state.get("run", 0) + 1  # every answer ends the stage's waiting
        more = {
            "projector": state.large, "run": state.run, "open": state.positions_opens,
            "exports": {"name": f"heed-positions-{shown.name}"},
        }  # fmt: skip
        # In a list, or Streamlit would import pandas to look for data frames in it.
        stage.components["order"](key="order_stage", data=[{**shown.found, **more}])
        words = say("transformer_positions.title"), shown.text, shown.name
        take("positions", shown.name, lambda: shown.found, *words)
    for topic in ("why", "honest"):
        with st.expander(say(f"transformer_positions.{topic}")):
            st.markdown(say(f"transformer_positions.{topic}_text"))


def _begin() -> None:
    """The first run of a session: what the link asks for, and what it gets wrong."""
    from core.inside.order import DRAWN

    state, given = st.session_state, st.query_params
    seed, place = given.get("positions_seed", "1"), given.get("positions_at")
    state.positions_notes, state.positions_opens = [], {"table": given.get("table") == "1"}
    state.positions_seed = 1
    if seed.isdecimal() and 1 <= int(seed) <= ORDERS:
        state.positions_seed = int(seed)
    else:
        state.positions_notes.append(("bad_seed", {"given": literal(seed), "most": ORDERS}))
    if place is not None and place in map(str, range(DRAWN)):
        state.positions_opens["positions_at"] = place
    elif place is not None:
        state.positions_notes.append(("bad_place", {"given": literal(place), "last": DRAWN - 1}))


def _again() -> None:
    state = st.session_state
    state.positions_seed = state.positions_seed % ORDERS + 1
    state.positions_notes = []


@st.cache_data(show_spinner=False, max_entries=100)
def _ordered(name: str, text: str, seed: int, language: str) -> dict:
    """What the stage draws. Raises Refused or ModelError."""
    from core.inside.order import payload, reorder_and_read, shuffle

    trace = loading.translate(name, text, ())
    try:
        shuffle(trace.source, seed)
    except ValueError as error:
        raise loading.Refused("transformer_positions.one_word") from error
    return payload(reorder_and_read(loading.loaded(name), trace, seed), language)
