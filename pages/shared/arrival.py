"""Whether the link that a page runs with is one that this session wrote."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx


def arrive() -> None:
    """Begins a whole run of a page. A link that was opened, or to which the person went back or
    forward, is an arrival, by its number: what it asks is asked anew. Without a link there is none,
    `arrival` is 0: the page was turned to, and what was asked there stands."""
    state, given = st.session_state, st.query_params.to_dict()
    page = get_script_run_ctx().page_script_hash
    turned = state.get("page") != page
    if turned:
        state.names = set()  # of parameters that say what is asked; others are the browser's
    written = state.get("written", {})
    another = any(given.get(name) != written.get(name) for name in state.names)
    if given and (turned or (another and not state.get("by_widget"))):
        state.arrivals = state.get("arrivals", 0) + 1
        state.arrival = state.arrivals
    elif turned:
        state.arrival = 0
    state.page, state.by_widget = page, False
