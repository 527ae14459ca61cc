"""Decode: a sentence, its translation, and every number behind each token."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import streamlit as st

from core import manifest
from core.facts import TRANSLATES, WRITES
from core.manifest import ModelError
from core.trace import Trace
from core.views import decode as view
from core.views.lines import crossing
from core.words import section
from pages.shared import box, frame, glossing, head, holding, link, loading, sentence, stage, whole
from pages.shared.decoding import following, trace_of
from pages.shared.frame import say
from pages.shared.predicting import button
from pages.shared.question import There
from pages.shared.questions import Decode

WRITING = (TRANSLATES, WRITES)


def pick() -> None:
    """A candidate was chosen, or something was changed in the attention.

    It belongs to the picture, which may still be that of an earlier sentence or model.
    """
    choice, shown = st.session_state.stage.pick, st.session_state.decode_shown
    if choice and shown:
        link.keep(following(shown, choice))


def unforce() -> None:
    """The sentence of the picture again, without forced words."""
    link.keep(replace(st.session_state.decode_shown, prefix=()))


def find(asked: Decode, working) -> tuple[Decode, Trace] | None:
    """What is asked, and its trace. Where that cannot be, the page says why, and what was shown
    last stands there, or an example; None where there is none.

    `working` is the place that says that the model is at work.
    """
    last = st.session_state.get("decode_shown")
    try:
        with working, st.spinner(say("decode.working")):
            return asked, trace_of(asked)
    except loading.Refused as refusal:
        st.warning(say(refusal.key, **refusal.values))
        amiss = refusal.key.startswith("held.")  # what was changed in the attention
        bare = replace(asked, **holding.USUAL, prefix=asked.prefix if amiss else ())
        link.take(bare)
        if amiss or refusal.key == "errors.prefix":
            return find(bare, working)
    except ModelError as error:
        loading.tell_damage(error)
        if last and last.model != asked.model:
            last = None
    if last:
        return last, trace_of(last)
    models = box.able(manifest.entries(), *WRITING)
    for name in dict.fromkeys((asked.model, *box.preferred(models))):
        for text in box.examples(models[name]):
            example = replace(asked, **holding.USUAL, text=text, model=name, prefix=())
            with suppress(loading.Refused, ModelError):
                return example, trace_of(example)
    return None


@st.fragment
def show(models: dict) -> None:
    decode(models)
    chosen = models[st.session_state.model]
    text = sentence.text_for(chosen)
    for topic in ("attention", "reading"):
        with st.expander(say(f"decode.{topic}")):
            st.markdown(say(f"decode.{topic}_{text}"))
    with st.expander(say("decode.trying")):
        st.markdown(f"{trying(*box.pair(chosen))}\n{say(f'decode.trying_{text}')}".lstrip())
    translating = box.able(models, TRANSLATES)
    if chosen.name in translating and any(box.has(one, "heads") for one in translating.values()):
        with st.expander(say("head.about")):
            st.markdown(say("head.about_text"))


def trying(source: str, target: str) -> str:
    """What to try with models of these languages, where there is something to say of them."""
    return section(st.session_state.lang, "trying").get(f"{source}-{target}", "").strip()


def decode(models: dict) -> None:
    state, nothing = st.session_state, "text" not in st.query_params  # that was asked by a link
    there = head.shape(state.model)
    line = sentence.line()
    sentence.controls("", line)
    sentence.model("", line, models)
    if there:
        head.picker(line, there, first=head.usual(state.model))
    glossing.switch(line, Decode, [models[state.model]])
    working = st.container(key="working")
    with st.container(key="notes"):
        asked = link.heard(Decode)
        for note in link.notes(Decode):
            st.info(note.told())
        before = state.get("decode_shown")
        found = find(asked, working)
        if found is None:
            return
        shown, trace = found
        moved = before not in (None, shown) and not link.arrived("stage")
        shown, wrong = link.placed(shown, moved, step=There(len(trace.path())))
        for note in wrong:
            st.info(note.told())
        sentence.hint(trace)
        glosses = glossing.under([trace], shown.glosses)
    state.decode_shown = shown
    typed = trace.search.typed
    forced = sum(step.forced for step in trace.path()[typed:])
    if forced:
        line.button(say("decode.unforce"), on_click=unforce, icon="↩️")
    button(line, shown.model, shown.text, shown.prefix)
    first = head.usual(shown.model)
    block = head.chosen(trace, first)
    link.write(replace(shown, head=head.parameter(trace, first=first)))
    opens = shown.opens()
    if nothing and before is None and opens["step"] is None:
        opens["step"] = crossing(trace, block)
    if moved and forced:
        opens["step"] = typed + forced - 1
    file = view.named(trace, block)
    drawn = loading.decoded(shown.model, shown.text, shown.whatif, block, state.lang)
    stage.draw("stage", drawn, opens, file, pick, asks=bool(head.shape(shown.model)),
               glosses=glosses)  # fmt: skip
    if head.shape(shown.model):
        whole.offer("stage", lambda _: trace_of(shown))
    head.tell(shown.model, block)
    tongue = state.lang

    def page() -> str:
        before = loading.unchanged(shown.model, shown.text, shown.whatif)
        return view.page(trace_of(shown), tongue, head=block, before=before, glosses=glosses)

    stage.take("decode", file, shown.text, page)


frame.header(say("decode.title"), say("decode.subtitle"))
models = loading.models_or_stop(*WRITING)
link.ask(Decode)
show(models)
loading.warm_up()
