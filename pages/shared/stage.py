"""The stage, mounted, for any page: what a view draws, and the button that takes it home."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core import stage
from pages.shared import link
from pages.shared.frame import say

components = {
    name: st.components.v2.component(
        f"heed_{name}",
        html='<div class="heed"></div>',
        css=stage.style(name),
        js=stage.script(name),
    )
    for name in stage.STAGES
}


def draw(
    key: str,
    drawn: dict,
    opens: dict,
    file: str,
    on_pick: Callable[[], None] | None = None,
    **more: object,
) -> None:
    """Draws the payload `drawn` of a view; its exports are called `file`.

    `opens` is where the picture begins, unless the person was there before. What is picked in it is
    in the session state under `key` as `pick` when `on_pick` is called.
    """
    state = st.session_state
    state.run = state.get("run", 0) + 1  # every answer ends the stage's waiting
    data = {
        **drawn, **more, "open": opens, "linked": link.draws(key), "projector": state.large,
        "run": state.run, "exports": {"name": file},
    }  # fmt: skip
    if on_pick:
        data["pick"] = True
    # In a list, or Streamlit would import pandas to look for data frames in it.
    picked = {"on_pick_change": on_pick} if on_pick else {}
    components[drawn["stage"]](key=key, data=[data], **picked)


def take(key: str, file: str, page: Callable[[], str], help: str = "decode.page_help") -> None:
    """A button for a page of its own. `page()` is asked outside the session, so it may not ask what
    is in it."""
    st.download_button(
        say("decode.page"), page, mime="text/html", file_name=f"{file}.html", key=f"{key}_page",
        help=say(help), on_click="ignore",
    )  # fmt: skip
