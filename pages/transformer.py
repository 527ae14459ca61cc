"""Transformer: one sentence, and all that goes on inside the model that translates it."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st
from streamlit.errors import StreamlitAPIException

from pages.shared import frame, link, loading
from pages.shared.frame import say
from pages.shared.inside import bridge, heads, layers, maps, mask, positions
from pages.shared.sentence import EXAMPLES

PARTS = {
    "maps": maps, "mask": mask, "layers": layers, "positions": positions, "heads": heads,
    "bridge": bridge,
}  # fmt: skip
FIRST = "maps"
KEPT = {"text", "model", "part", "lang", "projector"}  # in the link whatever part is shown
OWN = {"maps", "layers", "heads"}  # parts whose steps are those of the model's own translation


def begin(models: dict) -> None:
    """The first run of a session: what the link asks for, or the first example.

    What a widget holds is forgotten while another page is open, so it is kept beside it.
    """
    state, given = st.session_state, st.query_params
    if "transformer_asked" in state:
        if state.transformer_asked["text"] != state.asked_text:
            forget()
        state.transformer_asked["text"] = state.asked_text
        return
    part, model, notes = given.get("part", FIRST), given.get("model"), []
    if part not in PARTS:
        told = {"given": frame.literal(part), "names": ", ".join(PARTS)}
        notes.append(("transformer.wrong_part", told))
        part = FIRST
    if model is not None and model not in models:
        told = {"given": frame.literal(model), "names": ", ".join(models)}
        notes.append(("transformer.wrong_model", told))
    chosen = model if model in models else state.get("asked_model")
    state.transformer_asked = {
        "text": given.get("text", state.get("asked_text", EXAMPLES[0])),
        "model": chosen if chosen in models else next(iter(models)),
        "part": part,
    }
    state.transformer_notes, state.transformer_left = notes, {}


def forget() -> None:
    """Another question: the link's mistakes are history, and so is where each part was left."""
    st.session_state.transformer_notes, st.session_state.transformer_left = [], {}


def take_example() -> None:
    state = st.session_state
    if state.transformer_example:
        state.transformer_text, state.transformer_example = state.transformer_example, None
        forget()


def turn() -> None:
    """Another part: what the link said of the last one goes, until one comes back to it."""
    state = st.session_state
    state.transformer_notes = []
    before, after = state.transformer_asked["part"], state.transformer_part
    left = {key: value for key, value in st.query_params.items() if key not in KEPT}
    state.transformer_left[before] = left
    for key in left:
        with suppress(StreamlitAPIException):  # what a widget wrote goes with the widget
            link.put({key: ""})
    back = dict(state.transformer_left.get(after, {}))
    if "step" in left and {before, after} <= OWN:
        back["step"] = left["step"]
    link.put(back)


@st.fragment
def show(models: dict) -> None:
    state = st.session_state
    asked = state.transformer_asked
    for key in asked:
        state.setdefault(f"transformer_{key}", asked[key])
    several = len(models) > 1
    box, examples, *picker = st.columns(
        [6, 2, 2] if several else [6, 2], vertical_alignment="bottom"
    )
    box.text_input(
        say("decode.sentence"), key="transformer_text", on_change=forget, placeholder=EXAMPLES[0]
    )
    examples.selectbox(
        say("decode.examples"), EXAMPLES, index=None, key="transformer_example",
        placeholder=say("decode.choose"), on_change=take_example,
    )  # fmt: skip
    for place in picker:
        place.selectbox(
            say("decode.model"), list(models), key="transformer_model", on_change=forget
        )
        state.asked_model = state.transformer_model
    titles = {name: say(f"transformer.{name}") for name in PARTS}
    st.segmented_control(
        say("transformer.part"), list(PARTS), key="transformer_part", on_change=turn,
        format_func=titles.__getitem__, label_visibility="collapsed", required=True,
    )  # fmt: skip
    asked.update({key: state[f"transformer_{key}"] for key in asked})
    state.asked_text = asked["text"]
    for key, values in state.transformer_notes:
        st.info(say(key, **values))
    link.put({
        "text": asked["text"], "model": asked["model"] if several else "", "part": asked["part"],
        "lang": state.lang, "projector": "1" if state.large else "",
    })  # fmt: skip
    st.markdown(say(f"transformer.{asked['part']}_intro"))
    PARTS[asked["part"]].show(asked["model"], asked["text"])


frame.header(say("transformer.title"), say("transformer.subtitle"))
models = {
    name: entry for name, entry in loading.models_or_stop().items() if entry.cell == "Transformer"
}
if models:
    begin(models)
    show(models)
    loading.warm_up()
else:
    st.info(say("transformer.none"))
