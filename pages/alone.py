"""Encoder and decoder alone: words hidden from a model that reads both sides and from one that
reads to the left only, and where each looks for them."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core import manifest
from core.manifest import ModelError
from core.stage import whole_page
from pages.shared import alone, box, frame, link, loading, sentence, stage
from pages.shared.alone import Alone, continuers, readers
from pages.shared.frame import say
from pages.shared.question import There
from pages.shared.questions import Transformer

SIDES = ("reader", "writer")


def pick() -> None:
    """Words were hidden or shown, or a layer asked for that has not travelled."""
    choice, state = st.session_state.alone.pick, st.session_state
    if not choice:
        return
    if "hidden" in choice:
        link.take(replace(link.heard(Alone), hidden=tuple(choice["hidden"])))
    else:
        state.alone_heads = {**state.get("alone_heads", {}), choice["of"]: choice["head"]}


def find(asked: Alone, working) -> alone.Shown | None:
    """What is asked for. Where it cannot be, the page says why, and what was shown last stands
    there, or an example; None where there is none."""
    last = st.session_state.get("alone_shown")
    example = replace(asked, text=Alone.usual().text, hidden=None)
    for one in filter(None, (asked, last, example)):
        try:
            with working, st.spinner(say("decode.working")):
                return alone.shown(one)
        except loading.Refused as refusal:
            if one == asked:
                st.warning(say(refusal.key, **refusal.values))
        except ModelError as error:
            loading.tell_damage(error)
            if one != asked:
                return None
    return None


@st.fragment
def show(models: dict) -> None:
    state = st.session_state
    line = sentence.line()
    line.text_input(
        say("decode.sentence_any"), key="alone_text", label_visibility="collapsed",
        placeholder=Alone.usual().text,
    )  # fmt: skip
    for side, names in zip(SIDES, (readers(), continuers())):
        if names:
            there = {name: models[name] for name in names}
            labels = box.labels(there, say("decode.none"))
            line.selectbox(
                say(f"alone.{side}"), names, key=f"alone_{side}",
                format_func=labels.__getitem__, label_visibility="collapsed",
            )  # fmt: skip
    working = st.container(key="working")
    with st.container(key="notes"):
        asked = link.heard(Alone)
        for note in link.notes(Alone):
            st.info(note.told())
        last = state.get("alone_shown")
        if last and last.text != asked.text:
            asked = replace(asked, hidden=None)
            link.take(asked)
        found = find(asked, working)
        if found is None:
            return
        moved = last not in (None, found.asked) and not link.arrived("alone")
        state.alone_shown = found.asked
        heads = {
            f"head_{side}": There(lambda head, side=side: found.has(side, head)) for side in SIDES
        }
        shown, wrong = link.placed(found.asked, moved, at=There(len(found.hidden)), **heads)
        for note in wrong:
            st.info(note.told())
    link.write(shown)
    opens = shown.opens()
    opens["at"] = None if shown.at is None else shown.at - 1
    wanted = state.get("alone_heads", {})
    looked = tuple(wanted.get(side) or getattr(shown, f"head_{side}") or "" for side in SIDES)
    drawn = alone.drawn(found, state.lang, looked)
    stage.draw("alone", drawn, opens, "heed-alone", pick)
    stage.take("alone", "heed-alone", shown.text, lambda: page(found))
    onward(shown, found)


def page(found: alone.Shown) -> str:
    """The page of its own."""
    names = " · ".join(filter(None, (found.asked.reader, found.asked.writer)))
    data = {**alone.drawn(found, st.session_state.lang, whole=True),
            "exports": {"name": "heed-alone"}}  # fmt: skip
    return whole_page(data, say("alone.title"), found.asked.text, names)


def onward(asked: Alone, found: alone.Shown) -> None:
    """The other views of these models, one click away."""
    state = st.session_state
    with st.container(horizontal=True):
        if asked.writer and st.button(say("alone.write_on", model=asked.writer)):
            state.asked_text, state.asked_model = asked.text, asked.writer
            st.switch_page("pages/decode.py")
        if asked.writer and st.button(say("alone.lift", model=asked.writer)):
            go_inside(asked.writer, asked.text, "mask")
        for side in SIDES:
            name = getattr(asked, side)
            if name and st.button(say("alone.inside", model=name), key=f"alone_inside_{side}"):
                text = found.masked if side == "reader" else asked.text
                go_inside(name, text, "maps")


def go_inside(model: str, text: str, part: str) -> None:
    """Turns to the Transformer page, with that model and that part."""
    link.turn(Transformer, text=text, model=model, part=part)
    st.switch_page("pages/transformer.py")


frame.header(say("alone.title"), say("alone.subtitle"))
models = loading.models_or_stop()
if readers() or continuers():
    link.ask(Alone)
    show(models)
    for topic in ("what", "same", "elmo"):
        with st.expander(say(f"alone.{topic}")):
            st.markdown(say(f"alone.{topic}_text"))
    loading.warm_up()
else:
    st.info(say("alone.none"))
    frame.verbatim(f"make app MODELS={manifest.MODELS.parent / 'my-models'}")
