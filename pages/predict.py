"""Predict, then reveal: any sentence as ten exercises that the model made itself."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core import manifest
from core.exercises import KINDS, LEVELS
from core.facts import TRANSLATES
from core.manifest import ModelError
from core.views import predict as view
from pages.shared import box, frame, head, link, loading, predicting, sentence, stage
from pages.shared.frame import say
from pages.shared.loading import Refused
from pages.shared.predicting import ALL, Predict


def pick() -> None:
    """Another ten are asked for."""
    choice, shown = st.session_state.predict.pick, st.session_state.predict_shown
    if choice:
        link.keep(replace(shown, seed=int(choice["seed"]), step=None))


def which(line) -> None:
    """Which exercises: their kind, how hard, and the number of the set."""
    names = {ALL: say("predict_page.kind_all")}
    names |= {kind: say(f"predict.kind_{kind}") for kind in KINDS}
    line.selectbox(
        say("predict_page.kind"), list(names), key="predict_kind", format_func=names.get,
        label_visibility="collapsed",
    )  # fmt: skip
    more = line.popover(sentence.settings(Predict, ("level",)))
    levels = {one: say(f"predict_page.level_{one}") for one in LEVELS}
    more.radio(
        say("predict_page.level"), list(levels), key="predict_level", format_func=levels.get,
        help=say("predict_page.level_help"),
    )  # fmt: skip
    more.number_input(
        say("predict_page.seed"), 1, 9999, key="predict_seed", help=say("predict_page.seed_help")
    )


def find(asked: Predict, working) -> tuple[Predict, dict] | None:
    """What is asked, and what is drawn. Where that cannot be, the page says why, and what was shown
    last stands there, or an example; None where there is none."""
    last = st.session_state.get("predict_shown")
    models = box.able(manifest.entries(), TRANSLATES)
    tried = [asked, replace(asked, prefix=())] + ([last] if last else [])
    for name in dict.fromkeys((asked.model, *box.preferred(models))):
        tried += [
            replace(asked, prefix=(), model=name, text=one) for one in box.examples(models[name])
        ]
    told = False
    for one in tried:
        try:
            with working, st.spinner(say("decode.working")):
                return one, predicting.drawn(one, st.session_state.lang)
        except Refused as refusal:
            if not told:
                st.warning(say(refusal.key, **refusal.values))
        except ModelError as error:
            if not told:
                loading.tell_damage(error)
        told = True
    return None


@st.fragment
def show(models: dict) -> None:
    state = st.session_state
    there = head.shape(state.predict_model)
    line = sentence.line()
    sentence.controls("predict_", line)
    sentence.model("predict_", line, models)
    if there:
        head.picker(line, there, first=head.usual(state.predict_model))
    which(line)
    working = st.container(key="working")
    with st.container(key="notes"):
        asked = link.heard(Predict)
        for note in link.notes(Predict):
            st.info(note.told())
        found = find(asked, working)
        if found is None:
            return
        shown, drawn = found
        shown, _ = link.placed(shown)
    state.predict_shown = shown
    link.write(replace(shown, head=parameter(shown)))
    file = view.named(drawn)
    stage.draw("predict", drawn, shown.opens(), file, pick)
    stage.take("predict", file, shown.text, lambda: view.page(drawn))


def parameter(asked: Predict) -> str:
    """What the link says of the head: nothing until another is chosen than the first."""
    block = predicting.block_of(asked)
    first = head.usual(asked.model)
    return "" if block == first or st.session_state.get("head_open", True) else block


frame.header(say("predict_page.title"), say("predict_page.subtitle"))
models = loading.models_or_stop(TRANSLATES)
link.ask(Predict)
show(models)
with st.expander(say("predict_page.reading")):
    st.markdown(say("predict_page.reading_text"))
loading.warm_up()
