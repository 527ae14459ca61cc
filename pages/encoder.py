"""The encoder: how a sentence becomes states, what the last of them holds, and what lies near."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from core import manifest
from core.facts import TRANSLATES
from core.manifest import ModelError
from core.views import encoder as view
from core.views import nearby
from core.views import recall as recalled
from pages.shared import box, encoding, frame, link, loading, sentence, stage
from pages.shared.encoding import Encoder
from pages.shared.frame import say
from pages.shared.loading import Refused
from pages.shared.question import There


def turn() -> None:
    """Another part: where one was in the last one's picture says nothing of this one."""
    given = st.query_params.to_dict()
    seen = {one.name for one in Encoder.views().values()}
    rest = {name: text for name, text in given.items() if name not in seen}
    link.put({**rest, "part": st.session_state.encoder_part})


def read(asked: Encoder, working):
    """What is asked, and how that sentence was read. Where it cannot be, the page says why, and an
    example stands there; None where there is none."""
    models, told = box.able(manifest.entries(), TRANSLATES), False
    tried = [(asked.model, asked.text)]
    for name in dict.fromkeys((asked.model, *box.preferred(models))):
        tried += [(name, text) for text in box.examples(models[name])]
    for name, text in tried:
        try:
            with working, st.spinner(say("encoder_page.working")):
                return encoding.encoded(name, text)
        except Refused as refusal:
            if not told:
                st.warning(say(refusal.key, **refusal.values))
        except ModelError as error:
            if not told:
                loading.tell_damage(error)
        told = True
    return None


def steps(asked: Encoder, found) -> None:
    """How the sentence is read, step by step."""
    tongue, file = st.session_state.lang, view.named(found)
    drawn = view.payload(found, tongue)
    size = len(found.trace.source)
    layers = len({one.layer for one in found.sweeps})
    count = layers * size + 1 if layers else len(found.layers) + 2
    asked, wrong = link.placed(asked, step=There(count))
    for note in wrong:
        st.info(note.told())
    link.write(asked)
    stage.draw("encoder", drawn, asked.opens(), file)
    with suppress(Refused, ModelError):
        stage.take("encoder", file, found.trace.typed, lambda: view.page(found, tongue))


def holds(asked: Encoder, found) -> None:
    """What the last state holds of the sentence."""
    link.write(asked)
    if not found.sweeps:
        st.info(say("encoder_page.no_last", model=found.trace.model.name))
        return
    shown = encoding.remembered(found)
    tongue, file = st.session_state.lang, recalled.named(shown)
    asked, _ = link.placed(asked)
    stage.draw("recall", recalled.payload(shown, tongue), asked.opens(), file)
    stage.take("recall", file, found.trace.typed, lambda: recalled.page(shown, tongue))


def near(asked: Encoder, found) -> None:
    """Which states and words lie near those of the sentence."""
    trace = found.trace
    if len(encoding.planes()) > 1:
        st.segmented_control(
            say("encoder_page.plane"), encoding.planes(), key="encoder_plane", required=True,
            format_func=str.upper,
        )  # fmt: skip
    shown = encoding.near(trace.model.name, trace.typed, asked.plane)
    tongue, file = st.session_state.lang, nearby.named(shown)
    asked, wrong = link.placed(asked, at=There(len(trace.source)))
    for note in wrong:
        st.info(note.told())
    link.write(asked)
    stage.draw("nearby", nearby.payload(shown, tongue), asked.opens(), file)
    stage.take("nearby", file, trace.typed, lambda: nearby.page(shown, tongue))


SHOWN = {encoding.STEPS: steps, encoding.HOLDS: holds, encoding.NEAR: near}


@st.fragment
def show(models: dict) -> None:
    line = sentence.line()
    sentence.controls("encoder_", line)
    sentence.model("encoder_", line, models)
    line.segmented_control(
        say("encoder_page.part"), list(SHOWN), key="encoder_part", on_change=turn, required=True,
        format_func=lambda part: say(f"encoder_page.{part}"), label_visibility="collapsed",
    )  # fmt: skip
    working = st.container(key="working")
    with st.container(key="notes"):
        asked = link.heard(Encoder)
        for note in link.notes(Encoder):
            st.info(note.told())
        found = read(asked, working)
        if found is None:
            return
        sentence.hint(found.trace)
        SHOWN[asked.part](asked, found)


frame.header(say("encoder_page.title"), say("encoder_page.subtitle"))
models = loading.models_or_stop(TRANSLATES)
link.ask(Encoder)
show(models)
for topic in ("gates", "last"):
    with st.expander(say(f"encoder_page.{topic}")):
        st.markdown(say(f"encoder_page.{topic}_text"))
loading.warm_up()
