"""The presenter of every page: one panel as large as the screen, see core/stage/presenting.js."""

from __future__ import annotations

import streamlit as st

from core import stage
from core.words import section

_script, _style = stage.presenter()
_component = st.components.v2.component("heed_presenter", html="<i></i>", css=_style, js=_script)


def button() -> None:
    """The button that begins to present; the key P does so too."""
    language = st.session_state.lang
    _component(key="presenter", data=[{**section(language, "presenter"), "language": language}])
