"""The sentence and the model that a page is asked about, and the sentences it offers."""

from __future__ import annotations

import streamlit as st

from core import manifest
from core.manifest import Entry
from core.words.languages import language
from pages.shared import box
from pages.shared.frame import say

EXAMPLES = (
    "I did not know that you were there.",
    "She gave him the red book.",
    "My sisters are very tired.",
    "He doesn't eat meat anymore.",
    "What time does the last train leave?",
    "The old man sat under the big tree.",
    "We will be happy to help you tomorrow.",
    "Tom is taller than his older brother.",
    "Nobody knows why she left so early.",
    "If I had known that you were coming, I would have bought more bread and made a cake.",
)


def controls(key: str, place, examples) -> None:
    """A box for the sentence, and beside it those to begin with; `key` begins their keys."""
    asked = st.session_state.get(f"{key}model") or st.session_state.get(f"{key}models", [None])[0]
    model = manifest.entries().get(asked)
    source = language(model.source if model else "eng", st.session_state.lang)
    offered = model.examples if model and model.own else EXAMPLES
    place.text_input(
        say("decode.sentence", source=source), key=f"{key}text", placeholder=offered[0]
    )
    examples.selectbox(
        say("decode.examples"), offered, index=None, key=f"{key}example",
        placeholder=say("decode.choose"), on_change=_take, args=(key,),
    )  # fmt: skip


def _take(key: str) -> None:
    state = st.session_state
    if state[f"{key}example"]:
        state[f"{key}text"], state[f"{key}example"] = state[f"{key}example"], None


def model(key: str, place, models: dict[str, Entry]) -> None:
    """A menu of models."""
    names = {name: box.label(models[name], say("decode.none")) for name in models}
    place.selectbox(
        say("decode.model"), list(models), key=f"{key}model", format_func=names.__getitem__
    )
