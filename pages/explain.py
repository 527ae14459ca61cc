"""Is it an explanation? Several explanations of each word, and searches for other attention."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import streamlit as st

from core import manifest
from core.facts import TRANSLATES
from core.manifest import ModelError
from core.views import explain as view
from core.views.explain import Shown
from pages.shared import (
    agreed,
    box,
    explaining,
    frame,
    head,
    link,
    loading,
    sentence,
    stage,
    whole,
)
from pages.shared.explaining import Explain
from pages.shared.frame import say
from pages.shared.loading import Refused
from pages.shared.question import There


def search() -> None:
    """A word was chosen to be searched for, or the farthest weights were asked for, or what another
    step rests on."""
    state = st.session_state
    choice, last = state.explain.pick, state.get("explain_shown")
    if not choice or not last:
        return
    state.explain_step = explaining.ALL if choice["act"] == "all" else choice.get("step")
    if choice["act"] == "find":
        link.keep(replace(last, word=(choice["step"], choice["id"])))
    elif choice["act"] == "far":
        link.keep(replace(last, far=choice["step"], epsilon=choice["epsilon"]))


def take() -> None:
    """A pair of one's own was chosen: its sentence, its translation and its links."""
    state = st.session_state
    pair, last = state.explain_pair, state.get("explain_shown")
    state.explain_pair = None
    if pair is not None and last is not None:
        link.keep(replace(
            last, model=state.explain_model, text=pair.source, prefix=(), target=pair.target,
            links=pair.links, word=None, far=None,
        ))  # fmt: skip


def people(line) -> None:
    """A translation that the model is made to write, and links that a person drew in it."""
    state = st.session_state
    with line.popover(say("explain.human"), help=say("explain.human_help")):
        offered = explaining.offers(state.explain_model)
        if offered:
            st.selectbox(
                say("explain.pairs"), offered, index=None, key="explain_pair", on_change=take,
                format_func=lambda pair: pair.source, placeholder=say("explain.pairs"),
            )  # fmt: skip
        st.text_input(say("explain.target"), key="explain_target", help=say("explain.target_help"))
        st.text_input(say("explain.links"), key="explain_links", help=say("explain.links_help"))
        if not offered:
            st.caption(say("explain.no_pairs"))


def block_of(asked: Explain) -> str:
    there = head.shape(asked.model)
    return head.wanted(there) if there else "cross"


def find(asked: Explain, working) -> tuple[Explain, Shown, list] | None:
    """What is asked, and all that is shown of it. Where that cannot be, the page says why, and what
    was shown last stands there, or an example; None where there is none."""
    last = st.session_state.get("explain_shown")
    models = box.able(manifest.entries(), TRANSLATES)
    step = st.session_state.pop("explain_step", None)
    if step is None:
        step = link.placed(asked)[0].step
    bare = replace(asked, prefix=(), target="", links="", word=None, far=None)
    tried = [asked, bare] + ([last] if last else [])
    for name in dict.fromkeys((asked.model, *box.preferred(models))):
        tried += [replace(bare, model=name, text=one) for one in box.examples(models[name])]
    told = False
    for one in tried:
        try:
            with working, st.spinner(say("explain.working")):
                return explaining.shown(one, block_of(one), step)
        except Refused as refusal:
            if not told:
                st.warning(say(refusal.key, **refusal.values))
        except ModelError as error:
            if not told:
                loading.tell_damage(error)
        told = True
    return None


def every_step(asked: Explain, drawn: Shown) -> Shown:
    """The same with the explanations of all steps. Raises Refused or ModelError."""
    return explaining.shown(asked, drawn.explained.block, explaining.ALL)[1]


@st.fragment
def show(models: dict) -> None:
    state = st.session_state
    there = head.shape(state.explain_model)
    line = sentence.line()
    sentence.controls("explain_", line)
    sentence.model("explain_", line, models)
    if there:
        head.picker(line, there)
    people(line)
    working = st.container(key="working")
    with st.container(key="notes"):
        asked = link.heard(Explain)
        for note in link.notes(Explain):
            st.info(note.told())
        found = find(asked, working)
        if found is None:
            return
        shown, drawn, notes = found
        before = state.get("explain_shown")
        same = before and (before.text, before.model) == (shown.text, shown.model)
        moved = bool(before) and not same and not link.arrived("explain")
        shown, wrong = link.placed(shown, moved, step=There(len(drawn.trace.path())))
        for note in (*notes, *wrong):
            st.info(note.told())
        sentence.hint(drawn.trace)
    state.explain_shown = shown
    link.take(shown) if notes else None
    link.write(replace(shown, head=head.parameter(drawn.trace)))
    file = view.named(drawn.trace, drawn.explained.block)
    tongue = state.lang
    asks = bool(head.shape(shown.model))
    stage.draw(
        "explain", view.payload(drawn, tongue), shown.opens(), file, search, asks=asks
    )  # fmt: skip
    if asks:
        whole.offer("explain", lambda _: explaining.traced(shown)[0])
    with suppress(Refused, ModelError):
        stage.take("explain", file, shown.text, lambda: view.page(every_step(shown, drawn), tongue))


frame.header(say("explain.title"), say("explain.subtitle"))
models = loading.models_or_stop(TRANSLATES)
link.ask(Explain)
show(models)
for topic in ("reading", "methods", "says"):
    with st.expander(say(f"explain.{topic}")):
        st.markdown(say(f"explain.{topic}_text"))
agreed.table()
loading.warm_up()
