"""Decode: a sentence, its translation, and every number behind each token."""

from __future__ import annotations

import streamlit as st

from core.manifest import ModelError
from core.views import decode as view
from pages.shared import frame, head, link, loading, stage
from pages.shared.frame import say
from pages.shared.sentence import EXAMPLES


def begin(models: dict) -> None:
    """The first run of a session: what the link asks for, or the stored example.

    What a widget holds is forgotten while another page is open, so the sentence and the model are
    kept beside it, as `asked_text` and `asked_model`.
    """
    state = st.session_state
    if "shown" in state:
        if state.shown and (state.asked_text, state.asked_model) != (
            state.shown.typed,
            state.shown.model.name,
        ):
            forget()  # another sentence or model was chosen on another page
        return
    asked = link.read(list(models))
    default = loading.DEFAULT if loading.DEFAULT in models else next(iter(models))
    chosen = state.get("asked_text", EXAMPLES[0])  # on another page
    state.asked_text = chosen if asked.text is None else asked.text
    state.asked_model = asked.model or state.get("asked_model", default)
    state.prefix = asked.prefix
    state.notes = (*asked.notes, *head.asked(state.asked_model))
    state.view, state.table, state.shown = asked.view, asked.table, None
    state.asked_step = st.query_params.get("step")  # later steps are the browser's


def forget() -> None:
    """Another sentence or model: forced words and the link's mistakes are history."""
    st.session_state.prefix, st.session_state.notes = (), ()


def take_example() -> None:
    state = st.session_state
    if state.example:
        state.text, state.example = state.example, None
        forget()


def pick() -> None:
    """A candidate was chosen: its path so far is forced, and it after that.

    It belongs to the picture, which may still be that of an earlier sentence or model.
    """
    state, choice = st.session_state, st.session_state.stage.pick
    if choice and state.shown:
        path = [step.token.id for step in state.shown.path()]
        state.text, state.model = state.shown.typed, state.shown.model.name
        state.prefix = (*path[: choice["step"]], choice["id"])


def unforce() -> None:
    """The sentence of the picture again, without forced words."""
    state = st.session_state
    state.text, state.model = state.shown.typed, state.shown.model.name
    forget()


def find(working) -> None:
    """Puts the trace that is asked for in the session state, or says why it cannot be.

    `working` is the place that says that the model is at work.
    """
    state = st.session_state
    try:
        with working, st.spinner(say("decode.working")):
            found = loading.translate(state.model, state.text, state.prefix)
    except loading.Refused as refusal:
        st.warning(say(refusal.key, **refusal.values))
        state.prefix = ()
        if refusal.key == "errors.prefix":
            find(working)
    except ModelError as error:
        loading.tell_damage(error)
        if state.shown and state.shown.model.name != state.model:
            state.shown = None
    else:
        state.moved = state.shown is not None and found is not state.shown
        state.shown = found
    if state.shown is None:
        for name in (state.model, loading.DEFAULT):
            try:
                state.shown = loading.example(name)
                break
            except ModelError:
                continue


@st.fragment
def decode(models: dict) -> None:
    state = st.session_state
    state.setdefault("text", state.asked_text)
    state.setdefault("model", state.asked_model)
    names = {name: loading.label(models[name], say("decode.none")) for name in models}
    there = head.shape(state.model)
    box, examples, picker, *one = st.columns(
        [5.4, 2, 2, 2.4] if there else [6, 2, 2], vertical_alignment="bottom"
    )
    box.text_input(say("decode.sentence"), key="text", on_change=forget, placeholder=EXAMPLES[0])
    examples.selectbox(
        say("decode.examples"), EXAMPLES, index=None, key="example",
        placeholder=say("decode.choose"), on_change=take_example,
    )  # fmt: skip
    picker.selectbox(
        say("decode.model"), list(models), key="model", on_change=forget,
        format_func=names.__getitem__,
    )  # fmt: skip
    if there:
        head.picker(one[0], there, first=head.usual(state.model))
    state.asked_text, state.asked_model, state.moved = state.text, state.model, False
    working = st.container(key="working")
    with st.container(key="notes"):
        for note in state.notes:
            st.info(say(note))
        find(working)
        trace = state.shown
        if trace is None:
            return
        step, missing = link.step(state.asked_step, len(trace.path()))
        state.asked_step = None
        if missing and not state.moved:
            st.info(say("errors.step"))
    forced = tuple(step.token.id for step in trace.path() if step.forced)
    if state.moved:
        step = len(forced) - 1 if forced else None
    if forced:
        st.button(say("decode.unforce"), on_click=unforce, icon="↩️")
    link.write(trace.typed, trace.model.name, forced, moved=state.moved or missing)
    first = head.usual(trace.model.name)
    link.put({"head": head.parameter(trace, first=first)})
    block = head.chosen(trace, first)
    head.tell(trace.model.name, block)
    stage.show(trace, head=block, step=step, view=state.view, table=state.table, on_pick=pick)
    st.download_button(
        say("decode.page"),
        lambda language=state.lang: view.page(trace, language, head=block),
        mime="text/html",
        file_name=f"{view.named(trace, block)}.html",
        help=say("decode.page_help"),
        on_click="ignore",
    )


frame.header(say("decode.title"), say("decode.subtitle"))
models = loading.models_or_stop()
begin(models)
decode(models)
for topic in ("attention", "reading", "trying"):
    with st.expander(say(f"decode.{topic}")):
        st.markdown(say(f"decode.{topic}_text"))
if any(entry.cell == "Transformer" for entry in models.values()):
    with st.expander(say("head.about")):
        st.markdown(say("head.about_text"))
loading.warm_up()
