"""Give it away: the link of what a page shows, its QR code, and panels as pictures for slides."""

from __future__ import annotations

import segno
import streamlit as st

from core import stage
from core.words import say, section
from pages.shared import lan

LONGEST = 2000  # characters of a link; a code of more is read by few cameras
_script, _style = stage.sharer()
_component = st.components.v2.component("heed_sharer", html="<i></i>", css=_style, js=_script)


def answer(link: str, language: str) -> dict[str, str]:
    """The link as others can follow it, and its code as the address of a picture in SVG."""
    found, how = lan.given(link)
    if len(found) > LONGEST:
        return {"link": found, "code": "", "told": say(language, "share.too_long")}
    code = segno.make(found, error="l", boost_error=False)
    picture = code.svg_data_uri(scale=4, border=4, dark="#000", light="#fff")
    return {"link": found, "code": picture, "told": say(language, f"share.link_{how}")}


@st.fragment
def button() -> None:
    """The button that opens all this. Only this runs when it is pressed."""
    state = st.session_state

    def ask() -> None:
        state.share_asked = state.share.pick

    asked, language = state.pop("share_asked", None), state.lang
    data = {**section(language, "share"), "language": language, "answer": None}
    if asked:
        data["answer"] = answer(str(asked["link"]), language)
    _component(key="share", data=[data], on_pick_change=ask)
