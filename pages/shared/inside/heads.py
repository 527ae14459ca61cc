"""Heads: switched off in any set, what becomes of the translation, their ranking, and rollout."""

from __future__ import annotations

import streamlit as st

from core import language as words
from core import manifest
from core.inside import switchboard
from core.inside.switchboard import BLOCKS, Cost, Switchboard
from core.manifest import ModelError
from core.trace import SearchTrace, Switches
from pages.shared import link, loading, measured, stage
from pages.shared.frame import say

TOPICS = ("why", "rolling")


def show(name: str, text: str) -> None:
    """Draws the switchboard of the model and what the heads that are off do to `text`."""
    state = st.session_state
    state.setdefault("heads_off", st.query_params.get("off", ""))
    try:
        with st.spinner(say("decode.working")):
            plain = loading.translate(name, text, ())
            off = _off(plain)
            drawn = _drawn(name, text, off, _measured(name), state.lang)
    except loading.Refused as refusal:
        st.warning(say(refusal.key, **refusal.values))
    except ModelError as error:
        loading.tell_damage(error)
    else:
        if state.get("heads_of", text) != text:
            link.put({"step": ""})  # it was a step of another sentence
        state.heads_of = text
        state.run = state.get("run", 0) + 1  # every answer ends the stage's waiting
        data = {
            **drawn, "projector": state.large, "pick": True, "run": state.run,
            "open": _opening(plain),
        }  # fmt: skip
        stage.components["heads"](key="heads", data=[data], on_pick_change=_pick)
        st.download_button(
            say("decode.page"),
            lambda language=state.lang: _page(name, text, off, language),
            mime="text/html",
            file_name=f"heed-{name}-heads.html",
            help=say("decode.page_help"),
            on_click="ignore",
        )
    for topic in TOPICS:
        with st.expander(say(f"transformer_heads.{topic}")):
            st.markdown(say(f"transformer_heads.{topic}_text"))


def _pick() -> None:
    """Heads were switched in the browser."""
    choice = st.session_state.heads.pick
    if choice:
        st.session_state.heads_off = ",".join(map(str, choice["off"]))


def _off(plain: SearchTrace) -> tuple[str, ...]:
    """The heads that are off, as far as the model has them; the others are told once."""
    state = st.session_state
    off, unknown = switchboard.chosen(state.heads_off, plain)
    if unknown:
        shapes = {block: plain.heads(block) for block in BLOCKS}
        names = ", ".join(f"{block}.1.1–{block}.{n}.{m}" for block, (n, m) in shapes.items())
        st.info(say("transformer_heads.wrong_off", names=names))
        state.heads_off = ",".join(off)
    return off


def _opening(plain: SearchTrace) -> dict:
    """Where the picture opens; what the link gets wrong is told and taken out of it."""
    given = st.query_params
    head, rolled, count = given.get("head"), given.get("rollout"), len(plain.path())
    step, missing = link.step(given.get("step"), count)
    wrong = {
        "head": head is not None and not switchboard.chosen(head, plain)[0],
        "rollout": rolled is not None and rolled not in BLOCKS,
        "step": missing,
    }
    for key in (key for key, bad in wrong.items() if bad):
        st.info(say(f"transformer_heads.wrong_{key}", count=count))
        link.put({key: ""})
    return {"head": head, "rollout": rolled, "step": step, "table": given.get("table") == "1"}


def _measured(name: str) -> tuple[tuple[Cost, ...], dict]:
    """What the heads of that model cost, where it was measured, and how."""
    from core.evaluation import table

    about = {"command": measured.COMMAND, "slice": "", "count": 0, "stale": False}
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
        "slice": own["slice"].iloc[0],
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


def _page(name: str, text: str, off: tuple[str, ...], language: str) -> str:
    drawn = _drawn(name, text, off, _measured(name), language)
    title = words.say(language, "transformer_heads.title")
    subtitle = words.say(language, "transformer_heads.subtitle", model=name)
    return switchboard.page(drawn, title, subtitle)
