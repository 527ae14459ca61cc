"""Workbench: a query and a few keys to move, and what every score function makes of them."""

from __future__ import annotations

from dataclasses import asdict, replace

import streamlit as st

from core import stage as drawing
from core.words import section
from pages.shared import courier, frame, stage
from pages.shared.frame import say


def rows(text: str) -> tuple[tuple[float, ...], ...]:
    """Numbers of a link: _ between numbers, * between rows. Raises ValueError."""
    return tuple(tuple(map(float, row.split("_"))) for row in text.split("*"))


def only(items: tuple):
    """The one item. Raises ValueError where there are others."""
    (item,) = items
    return item


# What a link may say of a setting: its name there, the field, and how it is read.
FIELDS = (
    ("q", "query", lambda text: only(rows(text))),
    ("k", "keys", rows),
    ("t", "temperature", lambda text: only(only(rows(text)))),
)


def begin() -> None:
    """The first run of a session: what the link asks for, else the first situation.

    What the link gets wrong is left out and told, in whatever language is chosen then.
    """
    from core.views import workbench

    state, given, notes = st.session_state, st.query_params, []
    if "bench" in state:
        return

    def wrong(what: str) -> None:
        note = (
            f"workbench_page.bad_{what}",
            {
                "reach": f"{workbench.REACH:g}",
                "most": workbench.MOST_KEYS,
                "coldest": f"{workbench.COLDEST:g}",
                "hottest": f"{workbench.HOTTEST:g}",
            },
        )
        if note not in notes:
            notes.append(note)

    situation = given.get("situation", workbench.FIRST)
    if situation not in workbench.SITUATIONS:
        situation = workbench.FIRST
        wrong("situation")
    score, setting = workbench.SITUATIONS[situation]
    setting = workbench.complete(setting)
    if given.get("score", score) in (one.name for one in workbench.work(setting).scored):
        score = given.get("score", score)
    else:
        wrong("score")
    for name, field, read in FIELDS:
        try:
            if name in given:
                setting = replace(setting, **{field: read(given[name])})
        except ValueError:
            wrong(field)
    for name in given:
        score_name, dot, parameter = name.partition(".")
        try:
            if dot:
                own = workbench.Parameter(score_name, parameter, rows(given[name]))
                setting = workbench.with_parameter(setting, own)
        except ValueError:
            wrong("parameter")
    state.bench, state.bench_asked, state.bench_notes = setting, 0, notes
    state.bench_lost = False
    state.bench_score, state.bench_situation = score, situation
    state.bench_table = given.get("table") == "1"


def answer() -> dict:
    """The setting worked out, and which question that answers."""
    from core.views import workbench

    state = st.session_state
    worked_out = asdict(workbench.work(state.bench))
    return {"asked": state.bench_asked, "answer": worked_out, "lost": state.bench_lost}


def change() -> None:
    """Something was changed in the browser: what it says now is worked out."""
    from core.views import workbench

    state, sent = st.session_state, st.session_state.courier.pick
    if not sent:
        return
    state.bench_asked, state.bench_notes, state.bench_lost = sent["asked"], [], False
    try:
        state.bench = workbench.Setting.read(sent["setting"])
        state.bench_score, state.bench_situation = sent["score"], sent["situation"]
    except ValueError:
        state.bench_lost = True


@st.fragment
def listen() -> None:
    courier.carry(answer(), key="courier", on_pick=change)


def show() -> None:
    from core.views import workbench

    state, found = st.session_state, answer()
    scored = found["answer"]["scored"]
    stage.components["workbench"](
        key="workbench",
        # In a list, or Streamlit would import pandas to look for data frames in it.
        data=[
            {
                "stage": "workbench",
                "strings": section(state.lang, "workbench"),
                "language": state.lang,
                "projector": state.large,
                **found,
                "formulas": {one["name"]: drawing.mathml(one["latex"]) for one in scored},
                "situations": workbench.situations(),
                "limits": workbench.LIMITS,
                "open": {
                    "score": state.bench_score,
                    "situation": state.bench_situation,
                    "table": state.bench_table,
                },
            }
        ],
    )


def origins() -> None:
    """Every score function with its formula and its source."""
    from core.views import workbench

    st.markdown(say("workbench_page.formulas_text"))
    for one in workbench.work(st.session_state.bench).scored:
        st.markdown(f"- **{one.name}**: $\\displaystyle {one.latex}$  \n  {one.source}")


frame.header(say("workbench_page.title"), say("workbench_page.subtitle"))
picture = st.container()  # filled last: the words under it can be read meanwhile
for topic in ("reading", "why"):
    with st.expander(say(f"workbench_page.{topic}")):
        st.markdown(say(f"workbench_page.{topic}_text"))
begin()
with picture:
    for key, values in st.session_state.bench_notes:
        st.info(say(key, **values))
    show()
with st.expander(say("workbench_page.formulas")):
    origins()
listen()
