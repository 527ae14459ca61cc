"""Heads: switched off in any set, what becomes of the translation, their ranking, and rollout."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from core import manifest
from core.trace import SearchTrace, Switches
from core.views import heads as switchboard
from core.views.heads import BLOCKS, Cost, Switchboard
from pages.shared import link, loading, measured
from pages.shared.frame import literal, say
from pages.shared.inside.shown import draw, find, take

TOPICS = ("why", "rolling")


def show(name: str, text: str) -> None:
    """Draws the switchboard of the model and what the heads that are off do to `text`."""
    state = st.session_state
    state.setdefault("heads_off", st.query_params.get("off", ""))
    shown = find(name, text, _ask)
    if shown:
        asked: Asked = shown.found
        if shown.other:
            link.put({"step": ""})  # it was a step of another sentence
        if asked.unknown:
            _tell_unknown(asked)
        data = {**asked.drawn, "pick": True}
        draw("heads", shown.name, data, _opening(asked.plain), on_pick=_pick)
        take(
            "heads", shown.name, lambda: asked.drawn, say("heads.title"), shown.text,
            say("heads.subtitle", model=shown.name),
        )  # fmt: skip
    for topic in TOPICS:
        with st.expander(say(f"heads.{topic}")):
            st.markdown(say(f"heads.{topic}_text"))


def _pick() -> None:
    """Heads were switched in the browser."""
    choice = st.session_state.heads.pick
    if choice:
        st.session_state.heads_off = ",".join(map(str, choice["off"]))


class Asked(NamedTuple):
    """What the stage draws of one sentence, and the heads that are asked to be off."""

    plain: SearchTrace
    off: tuple[str, ...]
    unknown: tuple[str, ...]  # which the model does not have
    drawn: dict


def _ask(name: str, text: str) -> Asked:
    """Raises Refused or ModelError."""
    plain = loading.translate(name, text, ())
    off, unknown = switchboard.chosen(st.session_state.heads_off, plain)
    drawn = _drawn(name, text, off, _measured(name), st.session_state.lang)
    return Asked(plain, off, unknown, drawn)


def _tell_unknown(asked: Asked) -> None:
    """Says once which names mean no head, and takes them out of the link."""
    shapes = {block: asked.plain.heads(block) for block in BLOCKS}
    names = ", ".join(f"{block}.1.1–{block}.{n}.{m}" for block, (n, m) in shapes.items())
    told = say("heads.wrong_off", given=literal(", ".join(asked.unknown)), names=names)
    off = ", ".join(asked.off)
    rest = say(f"heads.{'off_are' if off else 'off_none'}", off=off)
    st.info(f"{told} {rest}")
    st.session_state.heads_off = ",".join(asked.off)


def _opening(plain: SearchTrace) -> dict:
    """Where the picture opens; what the link gets wrong is told and taken out of it."""
    given = st.query_params
    head, rolled, count = given.get("head"), given.get("rollout"), len(plain.path())
    step, missing = link.step(given.get("step"), count)
    wrong = {
        "head": head is not None and switchboard.chosen(head, plain) != ((head,), ()),
        "rollout": rolled is not None and rolled not in BLOCKS,
        "step": missing,
    }
    for key in (key for key, bad in wrong.items() if bad):
        st.info(say(f"heads.wrong_{key}", count=count))
        link.put({key: ""})
    return {"head": head, "rollout": rolled, "step": step, "table": given.get("table") == "1"}


def _measured(name: str) -> tuple[tuple[Cost, ...], dict]:
    """What the heads of that model cost, where it was measured, and how."""
    from core.measurements import table

    about = {"command": measured.COMMAND, "count": 0, "stale": False}
    try:
        found = measured.load(table.PATH, table.PATH.stat().st_mtime_ns)
    except (OSError, ValueError):
        return (), about
    rows = table.pick(found.rows, "head_cost")
    own = rows[rows["model"] == name]
    if own.empty:
        return (), about
    digest = manifest.entry(name).files.get("weights.safetensors", "")
    costs = tuple(Cost(row.block, row.value, row.low, row.high) for row in own.itertuples())
    return costs, {
        **about,
        "count": int(own["count"].iloc[0]),
        "stale": not found.current(name, digest),
    }


@st.cache_data(show_spinner=False, max_entries=100)
def _drawn(
    name: str,
    text: str,
    off: tuple[str, ...],
    costs: tuple[tuple[Cost, ...], dict],
    language: str,
) -> dict:
    """What the stage draws. Raises Refused or ModelError."""
    plain = loading.translate(name, text, ())
    free = forced = plain
    if off:
        switches = Switches(heads=off)
        free = loading.translate(name, text, (), switches=switches)
        written = tuple(step.token.id for step in plain.path())
        forced = loading.translate(name, text, written, switches=switches)
    return switchboard.payload(Switchboard(plain, free, forced), *costs, language)
