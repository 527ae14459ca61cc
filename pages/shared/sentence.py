"""The sentence and the model that a page is asked about, and the sentences it offers."""

from __future__ import annotations

import streamlit as st

from core import manifest
from core.manifest import Entry
from pages.shared import box
from pages.shared.frame import say


def controls(key: str, place, examples) -> None:
    """A box for the sentence, and beside it those to begin with; `key` begins their keys."""
    model = _model(key)
    source = box.spoken(model.source, st.session_state.lang) if model else ""
    label = say("decode.sentence", source=source) if source else say("decode.sentence_any")
    offered = box.examples(model) if model else ()
    place.text_input(label, key=f"{key}text", placeholder=next(iter(offered), None))
    examples.selectbox(
        say("decode.examples"), offered, index=None, key=f"{key}example",
        placeholder=say("decode.choose"), on_change=_take, args=(key,),
    )  # fmt: skip


def model(key: str, place, models: dict[str, Entry]) -> None:
    """A menu of models."""
    names = box.labels(models, say("decode.none"))
    place.selectbox(
        say("decode.model"), list(models), key=f"{key}model", format_func=names.__getitem__,
        on_change=suit, args=(key,),
    )  # fmt: skip


def suit(key: str) -> None:
    """Another model was chosen: an example for another language than it reads gives way."""
    state, chosen = st.session_state, _model(key)
    if chosen:
        state[f"{key}text"] = box.suited(state[f"{key}text"], chosen, manifest.entries())


def _take(key: str) -> None:
    state = st.session_state
    if state[f"{key}example"]:
        state[f"{key}text"], state[f"{key}example"] = state[f"{key}example"], None


def _model(key: str) -> Entry | None:
    """The model that is chosen, of several the first."""
    state = st.session_state
    several = state.get(f"{key}models") or [None]
    return manifest.entries().get(state.get(f"{key}model") or several[0])
