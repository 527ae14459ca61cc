"""Beam search: the tree of all that the search looked at, beside greedy decoding and sampling."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import streamlit as st

from core import manifest
from core import stage as drawing
from core.facts import TRANSLATES, WRITES
from core.manifest import ModelError
from core.penalties import PENALTIES
from core.trace import Trace
from core.views.search import NOISE
from pages.shared import (
    box,
    frame,
    glossing,
    head,
    link,
    loading,
    measured,
    searching,
    sentence,
    stage,
    whole,
)
from pages.shared.fields import Note, Number
from pages.shared.frame import say
from pages.shared.history import History
from pages.shared.predicting import button
from pages.shared.question import There
from pages.shared.questions import RUNS, Search

PREFIX_FAULTS = {"errors.prefix", "search_page.prefix_long"}
WIDTHS = (1, 2, 3, 4, 5, 6, 8, 10)
# What stands behind a button, beside the width.
SETTINGS = ("penalty", "alpha", "best", "limit", "temperature", "top_k", "top_p", "seed")


def draw_again() -> None:
    st.session_state.search_seed = (st.session_state.search_seed + 1) % 1_000_000


def pick() -> None:
    """Something was done in the tree: a beginning forced, or history walked.

    It belongs to the picture, which may still be that of an earlier sentence or model.
    """
    state, choice = st.session_state, st.session_state.search.pick
    if not choice or not state.search_shown:
        return
    shown, history = state.search_shown, state.search_history
    state.search_run = choice["run"]
    if choice["kind"] == "undo":
        history = history.undo()
    elif choice["kind"] == "redo":
        history = history.redo()
    elif choice["kind"] == "reset":
        history = history.push(())
    else:
        word = choice.get("word", "")
        forced = (*choice["ids"], *loading.pieces(shown.model, word)) if word else choice["ids"]
        history = history.push(tuple(forced))
    state.search_history, state.search_sentence = history, (shown.text, shown.model)
    asked = link.heard(Search)
    link.keep(replace(asked, text=shown.text, model=shown.model, prefix=history.prefix))


def find(asked: Search, working) -> tuple[Search, dict[str, Trace]] | None:
    """What is asked, and its runs. Where that cannot be, the page says why, and what was shown last
    stands there, or the example; None where there is none."""
    state = st.session_state
    last = state.get("search_shown")
    try:
        with working, st.spinner(say("decode.working")):
            return asked, searching.runs(asked)
    except loading.Refused as refusal:
        st.warning(say(refusal.key, **refusal.values))
        if asked.prefix and refusal.key in PREFIX_FAULTS:
            state.search_history = state.search_history.drop()
            bare = replace(asked, prefix=state.search_history.prefix)
            link.take(bare)
            return find(bare, working)
    except ModelError as error:
        loading.tell_damage(error)
        if last and last.model != asked.model:
            last = None
    if last:
        return last, searching.runs(last)
    for text in box.examples(manifest.entry(asked.model)):
        example = Search.usual(model=asked.model, text=text)
        with suppress(loading.Refused, ModelError):
            return example, searching.runs(example)
    return None


def verdict(runs: dict[str, Trace]) -> str:
    """What the three results say about one another, in a sentence or two."""
    greedy, beam = (runs[key].path()[-1] for key in ("greedy", "beam"))
    width, factor = runs["beam"].search.beam, searching.times(abs(beam.total - greedy.total))
    same = [s.token.id for s in runs["beam"].path()] == [s.token.id for s in runs["greedy"].path()]
    if same:
        told = say("search_page.same", width=width)
    elif beam.total > greedy.total:
        told = say("search_page.better", width=width, factor=factor)
    elif beam.score > greedy.score:
        told = say("search_page.longer", width=width, factor=factor)
    else:
        told = say("search_page.lost", width=width, factor=factor)
    best = max(greedy.total, beam.total) + NOISE
    if "sampling" in runs and runs["sampling"].path()[-1].total > best:
        told += " " + say("search_page.lucky")
    return told


def before(asked: Search, runs: dict[str, Trace]) -> dict | None:
    """The result before the last word was forced, and what was forced."""
    state = st.session_state
    prefix = state.search_history.before
    if prefix is None:
        return None
    key = state.search_run if state.search_run in runs else "beam"
    try:
        earlier = searching.runs(replace(asked, prefix=prefix)).get(key)
    except loading.Refused:  # what was forced before does not fit this limit
        return None
    forced = [step.token.piece for step in runs[key].path() if step.forced]
    told = say("search_page.forced", pieces=" ".join(forced))
    if any(one.startswith("<0x") for one in forced):
        told += " " + say("search_page.bytes")
    total, now = (one.path()[-1].total for one in (earlier, runs[key]))
    change = searching.change(total, now, not prefix, st.session_state.lang)
    text = earlier.text or earlier.tree.end
    return {"run": key, "text": text, "total": total, "told": told, "change": change}


def controls(models: dict) -> Search:
    """The question as the widgets put it."""
    state = st.session_state
    there = head.shape(state.search_model)
    line = sentence.line()
    sentence.controls("search_", line)
    sentence.model("search_", line, models)
    if there:
        head.picker(line, there, first=head.usual(state.search_model))
    glossing.switch(line, Search, [models[state.search_model]])
    asked = Search.asked()

    def number(place, name: str, step: float, **options) -> None:
        one: Number = asked[name]
        place.number_input(
            say(one.label), one.low, one.high, step=step, key=Search.key(name),
            format="%d" if isinstance(one.low, int) else "%.4g",
            help=say(f"{one.label}_help"), **options,
        )  # fmt: skip

    penalties = {name: say(f"search_page.penalty_{name}") for name in PENALTIES}
    line.slider(
        say("search_page.width"), asked["width"].low, asked["width"].high, key="search_width",
        help=say("search_page.width_help"),
    )  # fmt: skip
    more = line.popover(sentence.settings(Search, SETTINGS))
    penalty, alpha = more.columns(2, vertical_alignment="bottom")
    penalty.selectbox(
        say("search_page.penalty"), list(PENALTIES), key="search_penalty",
        format_func=penalties.__getitem__, help=say("search_page.penalty_help"),
    )  # fmt: skip
    number(alpha, "alpha", 0.1, disabled=state.search_penalty not in ("wu", "power"))
    state.search_fewer = state.search_best > state.search_width
    if state.search_fewer:
        state.search_best = state.search_width
    best, limit = more.columns(2, vertical_alignment="bottom")
    number(best, "best", 1)
    number(limit, "limit", 1, placeholder=say("search_page.automatic"))
    more.markdown(f"**{say('search_page.sampling')}**")
    left, right = more.columns(2, vertical_alignment="bottom")
    for place, name, step in (
        (left, "temperature", 0.1), (right, "top_k", 1), (left, "top_p", 0.05), (right, "seed", 1),
    ):  # fmt: skip
        number(place, name, step)
    more.button(say("search_page.draw_again"), on_click=draw_again)
    found = link.heard(Search)
    if state.search_sentence != (found.text, found.model):
        state.search_history = History()
    state.search_sentence = found.text, found.model
    return replace(found, prefix=state.search_history.prefix)


def told(asked: Search, wrong: list[Note]) -> list[str]:
    """What is to be said above the picture."""
    notes = [note.told() for note in (*link.notes(Search), *wrong)]
    notes += [say("search_page.fewer", width=asked.width)] * st.session_state.search_fewer
    notes += [say("search_page.cold")] * (asked.temperature == 0)
    notes += [say("search_page.no_mass")] * (asked.top_p == 0)
    return notes


@st.fragment
def show(models: dict) -> None:
    state = st.session_state
    asked = controls(models)
    working = st.container(key="working")
    with st.container(key="notes"):
        found = find(asked, working)
        if found is None:
            return
        asked, runs = found
        moved = state.get("search_shown") not in (None, asked) and not link.arrived("search")
        state.search_shown = asked
        first = head.usual(asked.model)
        asked_run = state.search_run if state.search_run in runs else "beam"
        run = runs[asked_run]
        asked, wrong = link.placed(
            asked, moved, step=There(searching.depth(run)),
            node=There(lambda node: searching.is_node(run, node)),
        )  # fmt: skip
        for text in told(asked, wrong):
            st.info(text)
        sentence.hint(run)
        glosses = glossing.under(runs.values(), asked.glosses)
    block = head.chosen(run, first)
    link.write(replace(asked, head=head.parameter(run, first=first)))
    said = {"before": before(asked, runs), "verdict": verdict(runs), "glosses": glosses}
    file = f"heed-search-{asked.model}"
    stage.draw(
        "search", {**searching.drawn(asked, block, state.lang), **said},
        {**asked.opens(), "shown": asked_run}, file, pick,
        history={
            "undo": state.search_history.undoable, "redo": state.search_history.redoable,
            "reset": bool(asked.prefix),
        }, asks=bool(head.shape(asked.model)),
    )  # fmt: skip
    whole.offer("search", lambda one: searching.runs(asked).get(one.get("run"), run))
    head.tell(asked.model, block)
    button(st, asked.model, asked.text, asked.prefix, "beam", False)
    words = say("search.title"), asked.text, say("search_page.subtitle_model", model=asked.model)
    said |= {"projector": state.large, "exports": {"name": file}, "theme": "auto", "open": {}}
    stage.take(
        "search", file, asked.text,
        lambda: drawing.whole_page({**searching.drawn(asked, block, state.lang), **said}, *words),
    )  # fmt: skip
    widths(asked)
    if models[asked.model].facts.does == TRANSLATES:
        measured.searches()
    with st.expander(say("search_page.trying")):
        st.markdown(say(f"search_page.trying_{sentence.text_for(models[asked.model])}"))


def widths(asked: Search) -> None:
    """What each width finds, on request."""
    translates = manifest.entry(asked.model).facts.does == TRANSLATES
    own = "" if translates else "_write"
    with st.expander(say("search_page.widths")):
        st.markdown(say(f"search_page.widths{own}_text", count=len(WIDTHS)))
        if not st.toggle(say(f"search_page.widths{own}_on"), key="search_widths"):
            return
        reference = ""  # of a text that is written on there is none
        if translates:
            reference = st.text_input(
                say("search_page.reference"), key="search_reference",
                help=say("search_page.reference_help"),
            )  # fmt: skip
        rows = []
        for width in WIDTHS:
            trace = searching.runs(replace(asked, width=width, best=1))["beam"]
            last = trace.path()[-1]
            row = {
                say("search_page.width"): width,
                say(f"search_page.{'translation' if translates else 'written'}"): trace.text,
                say("search.total"): last.total,
                say("search.normalised"): last.score,
            }
            if reference.strip():
                row["chrF"] = loading.chrf(trace.text, reference)
            rows.append(row)
        st.dataframe(rows, hide_index=True)


def begin() -> None:
    """What the link asks, or what was asked before: forced words, and the run that is shown."""
    state, asked = st.session_state, link.ask(Search)
    if "search_history" not in state or state.search_history.prefix != asked.prefix:
        state.search_history = History.of(asked.prefix)
    given = st.query_params.get("run", state.get("search_run", "beam"))
    state.search_run = given if given in RUNS else "beam"
    state.search_sentence = asked.text, asked.model


frame.header(say("search_page.title"), say("search_page.subtitle"))
models = loading.models_or_stop(TRANSLATES, WRITES)
begin()
show(models)
for topic in ("what", "honest", "penalties", "sampling_why"):
    with st.expander(say(f"search_page.{topic}")):
        st.markdown(say(f"search_page.{topic}_text"))
loading.warm_up()
