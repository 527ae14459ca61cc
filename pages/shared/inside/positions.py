"""Positions: the encoding as a picture, and what order is worth to one sentence."""

from __future__ import annotations

import streamlit as st

from pages.shared import link, loading
from pages.shared.frame import literal, say
from pages.shared.inside.shown import draw, find, take

ORDERS = 9999  # as many as can be asked for by number


def show(name: str, text: str) -> None:
    """The part of the page that takes positions and order from the model `name` and its
    translation of `text`; what cannot be shown is told above what was shown last."""
    state = st.session_state
    if "positions_seed" not in state:
        state.positions_seed = _asked_seed()
    left, right = st.columns([2, 8], vertical_alignment="center")
    left.button(say("positions.shuffle"), on_click=_again, width="stretch")
    right.markdown(say("positions.seed", seed=state.positions_seed))
    link.put({"positions_seed": str(state.positions_seed) if state.positions_seed > 1 else ""})
    asked = (state.positions_seed, state.lang)
    shown = find(name, text, lambda model, sentence: _ordered(model, sentence, *asked))
    if shown:
        draw("positions", shown.name, shown.found, _opening())
        words = say("positions.title"), shown.text, shown.name
        take("positions", shown.name, lambda: shown.found, *words)
    for topic in ("why", "honest"):
        with st.expander(say(f"positions.{topic}")):
            st.markdown(say(f"positions.{topic}_text"))


def _asked_seed() -> int:
    """The order that the link asks for; one that there is not is told."""
    given = st.query_params.get("positions_seed", "1")
    seed = link.number(given)
    if seed and seed <= ORDERS:
        return seed
    st.info(say("positions.bad_seed", given=literal(given), most=ORDERS))
    return 1


def _opening() -> dict:
    """Where the picture opens; what the link gets wrong is told and taken out of it."""
    from core.views.positions import DRAWN

    given = st.query_params
    opens, place = {"table": given.get("table") == "1"}, given.get("positions_at")
    if place in map(str, range(DRAWN)):
        opens["positions_at"] = place
    elif place is not None:
        told = {"given": literal(place), "last": DRAWN - 1}
        st.info(say("positions.bad_place", **told))
        link.put({"positions_at": ""})
    return opens


def _again() -> None:
    st.session_state.positions_seed = st.session_state.positions_seed % ORDERS + 1


@st.cache_data(show_spinner=False, max_entries=100)
def _ordered(name: str, text: str, seed: int, language: str) -> dict:
    """What the stage draws. Raises Refused or ModelError."""
    from core.views.positions import payload, reorder_and_read, shuffle

    trace = loading.translate(name, text, ())
    try:
        shuffle(trace.source, seed)
    except ValueError as error:
        raise loading.Refused("positions.one_word") from error
    return payload(reorder_and_read(loading.loaded(name), trace, seed), language)
