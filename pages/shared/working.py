"""The stage of the workbench, and what it asks the server."""

from __future__ import annotations

from dataclasses import asdict

import streamlit as st

from core.words import section
from pages.shared import courier, link, stage
from pages.shared.bench import Workbench


def answer() -> dict:
    """The setting worked out, and which question that answers."""
    from core.views import workbench

    state = st.session_state
    worked_out = asdict(workbench.work(link.ask(Workbench).setting))
    return {
        "asked": state.get("bench_asked", 0), "answer": worked_out,
        "lost": state.get("bench_lost", False),
    }  # fmt: skip


def change() -> None:
    """Something was changed in the browser: what it says now is worked out."""
    from core.views import workbench

    state, sent = st.session_state, st.session_state.courier.pick
    if not sent:
        return
    state.bench_asked = sent["asked"]
    try:
        setting = workbench.Setting.read(sent["setting"])
    except ValueError:
        state.bench_lost = True
    else:
        state.bench_lost = False
        link.take(Workbench(sent["situation"], sent["score"], setting))


@st.fragment
def listen() -> None:
    courier.carry(answer(), key="courier", on_pick=change)


def show() -> None:
    from core.views import workbench
    from core.views.workbench.formulas import formulas

    state, asked, found = st.session_state, link.ask(Workbench), answer()
    scored = found["answer"]["scored"]
    stage.draw(
        "workbench",
        {
            "stage": "workbench", "strings": section(state.lang, "workbench"),
            "language": state.lang, **found, "situations": workbench.situations(),
            **formulas(scored),
            "limits": workbench.LIMITS,
        },
        {
            "score": asked.score, "situation": asked.situation,
            **link.placed(asked)[0].opens(),
        },
        "heed-workbench",
    )  # fmt: skip
