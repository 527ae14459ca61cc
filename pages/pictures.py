"""Pictures: a board with drawings, what a model writes of it, and where it looks for each word."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import streamlit as st

from core.manifest import ModelError
from core.pictures.board import BadBoard
from core.pictures.photo import is_photo, text_of
from core.trace import Trace
from core.views import pictures as view
from pages.shared import allowed, drawn, frame, link, loading, picturing, stage
from pages.shared.drawn import Pictures
from pages.shared.frame import say
from pages.shared.loading import Refused
from pages.shared.question import There


def ask(board: str) -> None:
    """Another board, or another picture."""
    shown = st.session_state.pictures_shown
    if shown:
        link.keep(replace(shown, board=board))


def change() -> None:
    """The board was changed in the picture."""
    choice = st.session_state.pictures.pick
    if choice and isinstance(choice.get("board"), str):
        ask(choice["board"])


def take() -> None:
    """An example was chosen."""
    state = st.session_state
    if state.pictures_example:
        ask(state.pictures_example)
        state.pictures_example = None


def upload() -> None:
    """A file was chosen: its picture is asked about, or what is wrong with it told."""
    state = st.session_state
    state.pictures_refused = None
    if state.pictures_file is None:
        return
    try:
        ask(text_of(state.pictures_file.getvalue()))
    except BadBoard as error:
        state.pictures_refused = drawn.refusal(error)


def find(asked: Pictures, working) -> tuple[Pictures, Trace] | None:
    """What is asked, and its trace. Where that cannot be, the page says why, and what was shown
    last stands there, or an example; None where there is none."""
    state = st.session_state
    last = state.get("pictures_shown")
    if refusal := state.pop("pictures_refused", None):
        st.warning(say(refusal.key, **refusal.values))
    try:
        with working, st.spinner(say("pictures.working")):
            return asked, drawn.captioned(asked.model, asked.board)
    except Refused as refusal:
        st.warning(say(refusal.key, **refusal.values))
    except ModelError as error:
        loading.tell_damage(error)
        last = last if last and last.model != asked.model else None
    tried = [last] if last else []
    for name in dict.fromkeys((asked.model, *drawn.captioners())):
        tried += [replace(asked, model=name, board=one) for one in drawn.EXAMPLES]
    for one in tried:
        with suppress(Refused, ModelError):
            return one, drawn.captioned(one.model, one.board)
    return None


def controls(line, asked: Pictures) -> None:
    """The model, boards to begin with, the board as a text, and a picture of one's own."""
    state, tongue = st.session_state, st.session_state.lang
    line.selectbox(
        say("pictures_page.model"), list(drawn.captioners()), key="pictures_model",
        label_visibility="collapsed",
    )  # fmt: skip
    line.selectbox(
        say("pictures_page.examples"), drawn.EXAMPLES, index=None, key="pictures_example",
        format_func=lambda one: drawn.listed(one, tongue), on_change=take,
        placeholder=say("pictures_page.examples"), label_visibility="collapsed",
    )  # fmt: skip
    with line.popover(say("pictures_page.text")):
        state.pictures_text = "" if is_photo(asked.board) else asked.board
        st.text_area(
            say("pictures_page.text"), key="pictures_text", help=say("pictures_page.text_help"),
            on_change=lambda: ask(state.pictures_text),
        )  # fmt: skip
        st.button(say("pictures_page.take"))
    with line.popover(say("pictures_page.own")):
        allowed.upload(
            say("pictures_page.own"), key="pictures_file", help=say("pictures_page.own_help"),
            on_change=upload,
        )  # fmt: skip


@st.fragment
def show() -> None:
    state = st.session_state
    line = st.container(key="question", horizontal=True, vertical_alignment="center", gap="small")
    working = st.container(key="working")
    controls(line, link.heard(Pictures))
    with st.container(key="notes"):
        asked = link.heard(Pictures)
        for note in link.notes(Pictures):
            st.info(note.told())
        found = find(asked, working)
        if found is None:
            return
        shown, trace = found
        moved = state.get("pictures_shown") not in (None, shown) and not link.arrived("pictures")
        shown, wrong = link.placed(shown, moved, step=There(len(trace.path())))
        for note in wrong:
            st.info(note.told())
    state.pictures_shown = shown
    link.write(shown)
    file, tongue = view.named(trace), state.lang
    stage.draw("pictures", view.payload(trace, tongue), shown.opens(), file, change)
    stage.take(
        "pictures", file, trace.text,
        lambda: view.page(drawn.captioned(shown.model, shown.board), tongue),
        help="pictures_page.page_help",
    )  # fmt: skip
    st.caption(say("pictures_page.credit"))


frame.header(say("pictures.title"), say("pictures_page.subtitle"))
loading.models_or_stop()
if not drawn.captioners():
    st.info(say("pictures_page.none"))
    st.stop()
link.ask(Pictures)
show()
for topic in ("reading", "why", "trying"):
    with st.expander(say(f"pictures_page.{topic}")):
        st.markdown(say(f"pictures_page.{topic}_text"))
picturing.table()
