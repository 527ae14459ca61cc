"""A layer, opened: what each sublayer adds to the residual stream, and what is read off there."""

from __future__ import annotations

import streamlit as st

from pages.shared import link, loading
from pages.shared.frame import say
from pages.shared.inside.shown import draw, find, take

SIDES = ("decoder", "encoder")
TOPICS = ("stream", "norm", "lens")


def show(name: str, text: str) -> None:
    """Draws both residual streams of the translation of `text`, at what the link asks for."""
    state = st.session_state
    shown = find(name, text, lambda model, sentence: _opened(model, sentence, state.lang))
    if shown:
        if shown.other:
            link.put({"step": ""})  # it was a step of another sentence
        drawn: dict = shown.found
        draw("layers", shown.name, drawn, _asked(drawn["streams"]))
        take(
            "layers", shown.name, lambda: drawn, say("layers.title"), shown.text,
            say("layers.subtitle", model=shown.name),
        )  # fmt: skip
    for topic in TOPICS:
        with st.expander(say(f"layers.{topic}")):
            st.markdown(say(f"layers.{topic}_text"))


def _asked(streams: dict) -> dict:
    """Where the picture opens; what the link gets wrong is told and taken out of it."""
    given = st.query_params
    side, at = given.get("side", SIDES[0]), given.get("at")
    wrong = {}
    if side not in SIDES:
        wrong["side"], side = {}, SIDES[0]
    places = ["embedding", *(one["name"] for one in streams[side]["sublayers"])]
    if at is not None and at not in places:
        wrong["at"] = {"names": ", ".join(places)}
    count = len(streams[side]["reads"])
    step, missing = link.step(given.get("step"), count)
    if missing:
        wrong["step"] = {"count": count}
    for key, values in wrong.items():
        st.info(say(f"layers.wrong_{key}", **values))
        link.put({key: ""})
    return {"side": side, "at": at, "step": step, "table": given.get("table") == "1"}


@st.cache_data(show_spinner=False, max_entries=100)
def _opened(name: str, text: str, language: str) -> dict:
    """What the stage draws. Raises Refused or ModelError."""
    trace = loading.translate(name, text, ())
    from core.views.layers import open_layers, payload

    return payload(open_layers(loading.loaded(name), trace), language)
