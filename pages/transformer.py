"""Transformer: one sentence, and all that goes on inside the model that translates it."""

from __future__ import annotations

import streamlit as st

from pages.shared import frame, inside, link, loading, predicting, sentence
from pages.shared.frame import say
from pages.shared.predicting import ALL
from pages.shared.questions import Transformer, opened_up


def turn() -> None:
    """Another part: what the link said of the last one goes, until one comes back to it."""
    state, given = st.session_state, st.query_params.to_dict()
    before, after = state.transformer_turned, state.transformer_part
    kept = {one.name for one in Transformer.asked().values()} | {"lang", "projector"}
    left = {name: text for name, text in given.items() if name not in kept}
    state.transformer_left[before] = left
    back = dict(state.transformer_left.get(after, {}))
    if "step" in left and all(inside.every()[part].free for part in (before, after)):
        back["step"] = left["step"]
    rest = {name: text for name, text in given.items() if name in kept}
    link.put({**rest, "part": after, **back})


@st.fragment
def show(models: dict) -> None:
    state = st.session_state
    line = sentence.line()
    sentence.controls("transformer_", line)
    if len(models) > 1:
        sentence.model("transformer_", line, models)
    there = inside.offered(models[state.transformer_model])
    if state.transformer_part not in there:
        state.transformer_part = there[0]
    titles = {name: say(f"transformer.{name}") for name in there}
    line.segmented_control(
        say("transformer.part"), there, key="transformer_part", on_change=turn,
        format_func=titles.__getitem__, label_visibility="collapsed", required=True,
    )  # fmt: skip
    asked = link.heard(Transformer)
    state.transformer_turned = asked.part
    if state.get("transformer_of") != (asked.text, asked.model):  # where each part was left is over
        state.transformer_of, state.transformer_left = (asked.text, asked.model), {}
    for note in link.notes(Transformer):
        st.info(note.told())
    inside.every()[asked.part].show(asked.model, asked.text, asked)
    kind = "head" if asked.part == "heads" else ALL
    predicting.button(st, asked.model, asked.text, kind=kind, step=inside.every()[asked.part].free)
    link.write(asked)  # where the part could draw nothing


frame.header(say("transformer.title"), say("transformer.subtitle"))
models = loading.models_or_stop()
models = {name: models[name] for name in opened_up()}
if models:
    link.ask(Transformer)
    show(models)
    loading.warm_up()
else:
    st.info(say("transformer.none"))
