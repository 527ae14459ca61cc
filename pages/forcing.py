"""Training is not decoding: what a decoder reads in each, and what follows from that."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core import manifest
from core.facts import TRANSLATES
from core.manifest import ModelError
from core.views import forcing as view
from core.views import schedule as rates
from pages.shared import comparable, forcing, frame, link, loading, sentence, stage
from pages.shared.forcing import OPENS, Forcing
from pages.shared.frame import say
from pages.shared.loading import Refused
from pages.shared.question import There


def turn() -> None:
    """Another part: where one was in the picture of the last says nothing of this one."""
    given, seen = st.query_params.to_dict(), {one.name for one in Forcing.views().values()}
    rest = {name: text for name, text in given.items() if name not in seen}
    link.put({**rest, "part": st.session_state.forcing_part})


def slip() -> None:
    """An error was put in by hand, or taken out again."""
    state = st.session_state
    choice, last = state.forcing.pick, state.get("forcing_shown")
    if not choice or not last:
        return
    put = (choice["step"], choice["id"]) if choice["act"] == "slip" else None
    link.keep(replace(last, slip=put))


def asks(line, models: dict) -> None:
    """The sentence, the model, and behind a button the reference."""
    sentence.controls("forcing_", line)
    sentence.model("forcing_", line, models)
    known = forcing.known(st.session_state.forcing_model, st.session_state.forcing_text)
    with line.popover(say("forcing_page.reference")):
        st.text_input(
            say("forcing_page.reference"), key="forcing_reference", placeholder=known or None,
            help=say("forcing_page.reference_help"),
        )  # fmt: skip


def find(asked: Forcing, working):
    """What is asked and all that is drawn of it. Where that cannot be, the page says why, and the
    example stands there; None where there is none either."""
    tried, told = [asked], False
    if not asked.wanted:
        st.info(say("forcing_page.no_reference"))
        tried, told = [], True
    last = st.session_state.get("forcing_shown")
    tried += [replace(asked, text=OPENS, reference="", slip=None), *([last] if last else [])]
    for one in tried:
        if not one.wanted:
            continue
        try:
            with working, st.spinner(say("forcing_page.working")):
                return forcing.shown(one)
        except Refused as refusal:
            if not told:
                st.warning(say(refusal.key, **refusal.values))
        except ModelError as error:
            if not told:
                loading.tell_damage(error)
        told = True
    return None


def one_sentence(asked: Forcing, working) -> None:
    """The two columns."""
    found = find(asked, working)
    if found is None:
        return
    shown, trace, exposed, notes = found
    state = st.session_state
    before = state.get("forcing_shown")
    same = before and (before.text, before.model) == (shown.text, shown.model)
    moved = bool(before) and not same and not link.arrived("forcing")
    shown, wrong = link.placed(shown, moved, step=There(exposed.steps))
    for note in (*notes, *wrong):
        st.info(note.told())
    sentence.hint(trace)
    state.forcing_shown = shown
    link.take(shown) if notes else None
    link.write(shown)
    drawn = view.payload(trace, exposed, state.lang)
    stage.draw("forcing", drawn, shown.opens(), f"heed-forcing-{trace.model.name}", slip)


def both_ways(asked: Forcing, working) -> None:
    """The translation at once, and step by step."""
    link.write(asked)
    try:
        with working, st.spinner(say("forcing_page.working")):
            found = forcing.timed(asked.model, asked.text)
    except Refused as refusal:
        st.warning(say(refusal.key, **refusal.values))
        return
    except ModelError as error:
        loading.tell_damage(error)
        return
    from core.figures import exposure as figures

    if "self-attention" not in manifest.entry(asked.model).facts.has:
        st.info(say("forcing_page.ways_recurrent"))
    comparable.chart(figures.both_ways(found, st.session_state.lang))
    total, count = float(found.steps.sum()), len(found.pieces)
    st.markdown(say(
        "forcing_page.ways_told", count=count, once=f"{found.at_once:.1f}", total=f"{total:.1f}",
        times=f"{total / found.at_once:.1f}", apart=f"{found.apart:.1g}",
    ))  # fmt: skip
    rows = [
        {
            say("forcing_page.column_step"): step, say("forcing_page.column_token"): piece,
            say("forcing_page.at_once"): f"{first:.5f}",
            say("forcing_page.stepwise"): f"{second:.5f}", "ms": f"{ms:.2f}",
        }
        for step, (piece, first, second, ms) in enumerate(
            zip(found.pieces, *found.log_probs.tolist(), found.steps.tolist(), strict=True), 1
        )
    ]  # fmt: skip
    st.dataframe(rows, hide_index=True, key="forcing_ways", alt=say("forcing_page.ways"))
    st.markdown(say("forcing_page.ways_text"))


def positions(asked: Forcing, working) -> None:
    """Quality by position, of the models of the box and of three small ones."""
    link.write(asked)
    comparable.positions()
    comparable.ratios()


def rate(asked: Forcing, working) -> None:
    """Warm-up and decay."""
    link.write(asked)
    drawn = rates.payload(forcing.schedule(), st.session_state.lang)
    stage.draw("schedule", drawn, {}, "heed-learning-rate")
    st.markdown(say("forcing_page.rate_text"))


def smoothing(asked: Forcing, working) -> None:
    """Label smoothing, and how far sureness is right."""
    link.write(asked)
    comparable.calibration()


SHOWN = {
    "sentence": one_sentence, "positions": positions, "ways": both_ways, "rate": rate,
    "smoothing": smoothing,
}  # fmt: skip


@st.fragment
def show(models: dict) -> None:
    line = sentence.line()
    line.segmented_control(
        say("forcing_page.part"), list(SHOWN), key="forcing_part", on_change=turn, required=True,
        format_func=lambda part: say(f"forcing_page.{part}"), label_visibility="collapsed",
    )  # fmt: skip
    if st.session_state.forcing_part in ("sentence", "ways"):
        asks(line, models)
    working = st.container(key="working")
    with st.container(key="notes"):
        asked = link.heard(Forcing)
        for note in link.notes(Forcing):
            st.info(note.told())
        SHOWN[asked.part](asked, working)


frame.header(say("forcing_page.title"), say("forcing_page.subtitle"))
models = loading.models_or_stop(TRANSLATES)
link.ask(Forcing)
show(models)
for topic in ("reading", "why"):
    with st.expander(say(f"forcing_page.{topic}")):
        st.markdown(say(f"forcing_page.{topic}_text"))
loading.warm_up()
