"""The stage, mounted, for any page; and the trace of a decoding drawn by it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core import stage
from core.trace import SearchTrace
from core.views import decode

components = {
    name: st.components.v2.component(
        f"heed_{name}",
        html='<div class="heed"></div>',
        css=stage.style(name),
        js=stage.script(name),
    )
    for name in stage.STAGES
}


def show(
    trace: SearchTrace,
    *,
    head: str = stage.MEAN,
    step: int | None,
    view: str,
    table: bool,
    on_pick: Callable[[], None],
) -> None:
    """Draws `trace` at `step` (from 0; None for its end), through one `head` of a Transformer.

    The picked candidate, {step, id, piece}, is in the session state under "stage" when `on_pick`
    is called.
    """
    state = st.session_state
    state.run = state.get("run", 0) + 1  # every answer ends the stage's waiting
    components["decode"](
        key="stage",
        # In a list, or Streamlit would import pandas to look for data frames in it.
        data=[
            {
                **decode.payload(trace, state.lang, head),
                "open": {"step": step, "view": view, "table": table},
                "projector": state.large,
                "pick": True,
                "run": state.run,
                "exports": {"name": decode.named(trace, head)},
            }
        ],
        on_pick_change=on_pick,
    )
