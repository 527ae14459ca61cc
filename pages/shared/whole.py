"""The whole trace of a picture, for a file of it: it goes to the browser when it is asked for."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.trace import Trace
from pages.shared import courier


@st.fragment
def offer(key: str, trace: Callable[[dict], Trace]) -> None:
    """Answers the stage that is drawn with `asks`: `trace(asked)` is what it asks for. Only this
    runs then, and the answer is gone with the next run."""
    state = st.session_state

    def ask() -> None:
        state[f"{key}_whole"] = state[f"{key}_courier"].pick

    asked = state.pop(f"{key}_whole", None)
    answer = answered(trace(asked), asked) if asked else None
    courier.carry(answer, key=f"{key}_courier", on_pick=ask)


def answered(trace: Trace, asked: dict) -> dict:
    """The answer that a stage knows by its number."""
    return {"whole": trace.to_json(), "nonce": asked["nonce"]}
