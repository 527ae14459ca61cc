"""The courier between a stage that asks often and the server: few bytes, no script of the stage."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core import stage

_component = st.components.v2.component("heed_courier", html="<i></i>", js=stage.courier())


def carry(answer: dict, *, key: str, on_pick: Callable[[], None]) -> None:
    """Hands `answer` to the stage, as the event "heed-answer" of its document.

    What the stage asks, by the event "heed-question", is in the session state under `key` as
    `pick` when `on_pick` is called. Called in a fragment, a question runs only that fragment.
    """
    # In a list, or Streamlit would import pandas to look for data frames in it.
    _component(key=key, data=[answer], on_pick_change=on_pick)
