"""Dialogue: a turn, several answers to it, how likely each is, and where it looked."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import streamlit as st

from core.manifest import ModelError
from core.views import dialogue as view
from core.views.dialogue import Answers
from pages.shared import box, chatted, chatting, frame, link, loading, sentence, stage
from pages.shared.chatting import Dialogue
from pages.shared.frame import say
from pages.shared.question import There

SETTINGS = ("temperature", "top_k", "top_p", "seed")


def draw_again() -> None:
    state = st.session_state
    state.dialogue_seed = (state.dialogue_seed + state.dialogue_count) % 1_000_000


def take() -> None:
    """An example was chosen."""
    state = st.session_state
    if state.dialogue_example:
        state.dialogue_text, state.dialogue_example = state.dialogue_example, None


def suit() -> None:
    """Another model was chosen: an example in another language gives way to one of its own."""
    state, models = st.session_state, chatting.talkers()
    state.dialogue_text = box.suited(state.dialogue_text, models[state.dialogue_model], models)


def find(asked: Dialogue, working) -> tuple[Dialogue, Answers] | None:
    """What is asked, and its answers. Where that cannot be, the page says why, and what was shown
    last stands there, or an example; None where there is none."""
    last = st.session_state.get("dialogue_shown")
    try:
        with working, st.spinner(say("decode.working")):
            return asked, chatting.answered(asked)
    except loading.Refused as refusal:
        st.warning(say(refusal.key, **refusal.values))
    except ModelError as error:
        loading.tell_damage(error)
        last = last if last and last.model != asked.model else None
    tried = [last] if last else []
    for name in dict.fromkeys((asked.model, *chatting.talkers())):
        tried += [replace(asked, model=name, text=one) for one in chatting.examples(name)]
    for one in tried:
        with suppress(loading.Refused, ModelError):
            return one, chatting.answered(one)
    return None


def controls(line) -> None:
    """The turn, turns to begin with, the model, and how answers are drawn."""
    state, models = st.session_state, chatting.talkers()
    offered = chatting.examples(state.dialogue_model)
    line.text_input(
        say("dialogue_page.turn"), key="dialogue_text", label_visibility="collapsed",
        placeholder=next(iter(offered), None),
    )  # fmt: skip
    line.selectbox(
        say("dialogue_page.examples"), offered, index=None, key="dialogue_example", on_change=take,
        placeholder=say("dialogue_page.examples"), label_visibility="collapsed",
    )  # fmt: skip
    line.selectbox(
        say("dialogue_page.model"), list(models), key="dialogue_model", on_change=suit,
        label_visibility="collapsed",
    )  # fmt: skip
    asked = Dialogue.asked()
    more = line.popover(sentence.settings(Dialogue, ("count", *SETTINGS)))
    count = asked["count"]
    more.slider(
        say(count.label), count.low, count.high, key="dialogue_count",
        help=say("dialogue_page.count_help"),
    )  # fmt: skip
    places = more.columns(2, vertical_alignment="bottom") * 2
    for place, name, step in zip(places, SETTINGS, (0.1, 1, 0.05, 1), strict=True):
        one = asked[name]
        place.number_input(
            say(one.label), one.low, one.high, step=step, key=Dialogue.key(name),
            format="%d" if isinstance(one.low, int) else "%.4g", help=say(f"{one.label}_help"),
        )  # fmt: skip
    line.button(say("search_page.draw_again"), on_click=draw_again)


@st.fragment
def show() -> None:
    state = st.session_state
    line = st.container(key="question", horizontal=True, vertical_alignment="center", gap="small")
    controls(line)
    working = st.container(key="working")
    with st.container(key="notes"):
        asked = link.heard(Dialogue)
        for note in link.notes(Dialogue):
            st.info(note.told())
        found = find(asked, working)
        if found is None:
            return
        shown, answers = found
        moved = state.get("dialogue_shown") not in (None, shown) and not link.arrived("dialogue")
        count = len(answers.beam.leaves) + len(answers.samples)
        shown, wrong = link.placed(shown, moved, answer=There(count, {"count": count}))
        for note in wrong:
            st.info(note.told())
        sentence.hint(answers.beam)
    state.dialogue_shown = shown
    link.write(shown)
    file, tongue = view.named(answers.beam), state.lang
    stage.draw("dialogue", view.payload(answers, tongue), shown.opens(), file)
    stage.take(
        "dialogue", file, shown.text, lambda: view.page(chatting.answered(shown), tongue),
        help="dialogue_page.page_help",
    )  # fmt: skip
    st.caption(say("dialogue_page.honest"))
    chatted.why(shown.model)


frame.header(say("dialogue.title"), say("dialogue_page.subtitle"))
loading.models_or_stop()
if not chatting.talkers():
    st.info(say("dialogue_page.none"))
    st.stop()
link.ask(Dialogue)
show()
for topic in ("reading", "kept_out", "trying"):
    with st.expander(say(f"dialogue_page.{topic}")):
        st.markdown(say(f"dialogue_page.{topic}_text"))
loading.warm_up()
