"""Stories: lines that a person changes, a question, and every look that led to its answer."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import streamlit as st

from core import manifest
from core.manifest import ModelError
from core.stories.editing import edited
from core.stories.story import read
from core.trace import Trace
from core.views import stories as view
from pages.shared import frame, link, loading, stage, storied, telling
from pages.shared.frame import say
from pages.shared.loading import Refused
from pages.shared.question import There
from pages.shared.telling import Stories


def change() -> None:
    """A line was changed in the picture, which may still be that of an earlier story."""
    state = st.session_state
    choice, shown = state.stories.pick, state.stories_shown
    if not choice or not shown:
        return
    words = view.words_of(manifest.entry(shown.model).source)
    with suppress(ValueError, LookupError):  # of a picture that is not there any more
        link.keep(replace(shown, story=edited(read(shown.story), words, choice).text))


def take() -> None:
    """An example was chosen."""
    state = st.session_state
    if state.stories_example:
        state.stories_story, state.stories_example = state.stories_example, None


def suit() -> None:
    """Another model was chosen: the story is told in its language."""
    state, models = st.session_state, telling.answerers()
    before = state.get("stories_shown")
    state.stories_story = telling.suited(
        state.stories_story, before and models.get(before.model), models[state.stories_model]
    )


def find(asked: Stories, working) -> tuple[Stories, Trace] | None:
    """What is asked, and its trace. Where that cannot be, the page says why, and what was shown
    last stands there, or an example; None where there is none."""
    last = st.session_state.get("stories_shown")
    try:
        with working, st.spinner(say("stories.working")):
            return asked, telling.answered(asked.model, asked.story)
    except Refused as refusal:
        st.warning(say(refusal.key, **refusal.values))
    except ModelError as error:
        loading.tell_damage(error)
        last = last if last and last.model != asked.model else None
    models = telling.answerers()
    tried = [last] if last else []
    for name in dict.fromkeys((asked.model, *models)):
        tried += [replace(asked, model=name, story=one) for one in telling.examples(models[name])]
    for one in tried:
        with suppress(Refused, ModelError):
            return one, telling.answered(one.model, one.story)
    return None


def controls(line) -> None:
    """The model, stories to begin with, and the whole story as a text."""
    state, models = st.session_state, telling.answerers()
    called = {
        name: f"{name} · {say('stories_page.look_some', count=telling.looks(entry))}"
        for name, entry in models.items()
    }
    line.selectbox(
        say("stories_page.model"), list(models), key="stories_model", on_change=suit,
        format_func=called.__getitem__, label_visibility="collapsed",
    )  # fmt: skip
    offered = telling.examples(models.get(state.stories_model))
    line.selectbox(
        say("stories_page.examples"), offered, index=None, key="stories_example",
        format_func=lambda one: one.rpartition("\n")[2], on_change=take,
        placeholder=say("stories_page.examples"), label_visibility="collapsed",
    )  # fmt: skip
    with line.popover(say("stories_page.text")):
        st.text_area(
            say("stories_page.text"), key="stories_story", height=280,
            help=say("stories_page.text_help"),
        )  # fmt: skip
        st.button(say("stories_page.take"))


@st.fragment
def show() -> None:
    state = st.session_state
    line = st.container(key="question", horizontal=True, vertical_alignment="center", gap="small")
    controls(line)
    working = st.container(key="working")
    with st.container(key="notes"):
        asked = link.heard(Stories)
        for note in link.notes(Stories):
            st.info(note.told())
        found = find(asked, working)
        if found is None:
            return
        shown, trace = found
        moved = state.get("stories_shown") not in (None, shown) and not link.arrived("stories")
        count = trace.blocks["cross"].shape[0]
        shown, wrong = link.placed(shown, moved, step=There(count))
        for note in wrong:
            st.info(note.told())
    state.stories_shown = shown
    link.write(shown)
    file = view.named(trace)
    stage.draw("stories", view.payload(trace, state.lang), shown.opens(), file, change)
    tongue = state.lang
    stage.take(
        "stories", file, read(trace.typed).question,
        lambda: view.page(telling.answered(shown.model, shown.story), tongue),
        help="stories_page.page_help",
    )  # fmt: skip


frame.header(say("stories.title"), say("stories_page.subtitle"))
loading.models_or_stop()
if not telling.answerers():
    st.info(say("stories_page.none"))
    st.stop()
link.ask(Stories)
show()
for topic in ("reading", "why", "trying"):
    with st.expander(say(f"stories_page.{topic}")):
        st.markdown(say(f"stories_page.{topic}_text"))
storied.table()
