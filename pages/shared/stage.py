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


_script, _style = stage.taker()
_taker = st.components.v2.component("heed_taker", html="<i></i>", css=_style, js=_script)


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
    if state.get("taught"):  # by the card of a lesson: what of the picture is in question
        data |= {"spot": state.spot, "taught": state.taught}
    if on_pick:
        data["pick"] = True
    # In a list, or Streamlit would import pandas to look for data frames in it.
    picked = {"on_pick_change": on_pick} if on_pick else {}
    components[drawn["stage"]](key=key, data=[data], **picked)


@st.fragment
def take(
    kind: str, file: str, typed: str, page: Callable[[], str], help: str = "decode.page_help"
) -> None:
    """A button for a page of its own with the stage `kind`, which opens where one is then. Its file
    is called `file`, with the sentence `typed` and the step. Only this runs when it is asked for.
    """
    state = st.session_state
    if state.get("taught"):  # beside a lesson's card stands the picture alone
        return
    nonce = state.pop(f"{kind}_taken", None)

    def ask() -> None:
        state[f"{kind}_taken"] = state[f"{kind}_page"].pick

    data = {
        "label": say("decode.page"), "help": say(help), "of": kind, "file": file, "typed": typed,
        "page": page() if nonce else None, "nonce": nonce,
    }  # fmt: skip
    # In a list, as a stage's data.
    _taker(key=f"{kind}_page", data=[data], on_pick_change=ask)
