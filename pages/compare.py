"""Compare: one sentence, several models, and what the choice of score changes."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import streamlit as st

from core.facts import TRANSLATES
from core.heads import head_name
from core.manifest import ModelError
from core.untrained import untrained
from core.views.compare import FEWEST, MOST
from pages.shared import (
    apart,
    box,
    comparing,
    frame,
    glossing,
    head,
    link,
    loading,
    sentence,
    stage,
)
from pages.shared.fields import TYPED
from pages.shared.frame import literal, say, verbatim
from pages.shared.predicting import button
from pages.shared.question import There
from pages.shared.questions import FREE, Compare

# Brings what a click in the picture fills into sight; the number makes it new for each click.
TURN = """
<script data-pick="%d">
setTimeout(() => document.querySelector(".st-key-apart_title")?.scrollIntoView(
  { behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" }), 200);
</script>
"""


def prefill() -> None:
    """Words to force begin as what the first panel wrote."""
    state = st.session_state
    if state.compare_target == TYPED and state.get("compared") and not state.compare_typed:
        state.compare_typed = state.compared.sides[0].trace().text


def pick() -> None:
    """Keeps the cell that was chosen, (panel, step, source), to be taken apart."""
    choice, asked = st.session_state.compare.pick, link.heard(Compare)
    if choice:
        st.session_state.compare_picks += 1
        link.take(replace(asked, cell=tuple(choice[key] for key in ("panel", "step", "source"))))


def find(models: dict, asked: Compare, working) -> comparing.Compared | None:
    """The panels that are asked for. Where they cannot be, the page says why, and what was shown
    last stands there, or what the usual models make of the example; None where that cannot be."""
    last, found = st.session_state.get("compared"), None
    try:
        if len(asked.models) < FEWEST:
            raise loading.Refused("compare.too_few")
        with working, st.spinner(say("decode.working")):
            found = comparing.find(models, asked)
    except loading.Refused as refusal:
        st.warning(say(refusal.key, **refusal.values))
    except ModelError as error:  # the model whose output was to be forced
        loading.tell_damage(error)
    for error in found.broken if found else ():
        loading.tell_damage(error)
    if found and len(found.sides) >= FEWEST:
        return found
    if last is None and asked != (usual := Compare.usual()):
        return find(models, usual, working)
    return last


def about_heads(shown: comparing.Compared) -> list[str]:
    """What must be said of the models with several heads among the panels: a head that one lacks,
    and what a what-if means for them."""
    state, several = st.session_state, [one for one in shown.sides if one.trace().heads()]
    named = {"head": head_name(state.asked_head, state.lang)}
    lacking = [one for one in several if one.head() != state.asked_head]
    return [say("head.absent", model=one.label, **named) for one in lacking] + [
        say("head.whatif")
    ] * bool(several and shown.asked.whatif != comparing.PLAIN)


def about_languages(models: dict, shown: comparing.Compared) -> list[str]:
    """What must be said of panels of other languages than the first one's."""
    pairs = {
        one.label: box.languages(*box.pair(models[one.name]))
        for one in shown.sides if one.name in models
    }  # fmt: skip
    first = next(iter(pairs), "")
    return [
        say("compare.other_pair", model=literal(name), first=literal(first), pair=pair,
            other=pairs[first])
        for name, pair in pairs.items() if pair and pairs[first] not in ("", pair)
    ]  # fmt: skip


def take_apart(shown: comparing.Compared, cell: tuple[int, int, int] | None) -> None:
    """The score of the chosen cell, with what is between its query and its key."""
    with st.container(key="apart_title"):
        st.subheader(say("apart.title"), anchor=False)
    if picks := st.session_state.compare_picks:
        with st.container(key="turned"):
            st.html(TURN % picks, unsafe_allow_javascript=True)
    if cell is None:
        st.markdown(say("compare.choose_cell"))
        return
    panel, step, source = cell
    if panel >= len(shown.sides):
        st.warning(say("compare.wrong_cell"))
        return
    one = shown.sides[panel]
    apart.show(
        one.name, shown.asked.text, one.prefix, step, source, block=one.head(),
        temperature=one.temperature, scaled=one.scaled, on_head=head.choose,
    )  # fmt: skip


def controls(models: dict) -> Compare:
    """The question as the widgets put it."""
    state = st.session_state
    line = sentence.line()
    sentence.controls("compare_", line)
    names = box.names(models) | {
        name: say("compare.untrained", score=name) for name in untrained(models)
    }
    line.multiselect(
        say("compare.models", fewest=FEWEST, most=MOST), list(names), key="compare_models",
        max_selections=MOST, format_func=names.__getitem__, on_change=sentence.suit,
        args=("compare_",), label_visibility="collapsed",
    )  # fmt: skip
    chosen = tuple(name for name in state.compare_models if name in models)
    called = box.names({name: models[name] for name in chosen})
    targets = {
        FREE: say("compare.target_free"),
        **{name: say("compare.target_model", model=called[name]) for name in chosen},
        TYPED: say("compare.target_typed"),
    }
    left = state.compare_target not in targets  # the model whose output it was
    if left:
        state.compare_target = FREE
    # As they stand now: what is chosen above decides whether there are heads to choose from.
    there = head.shape(*chosen)
    if there:
        head.picker(line, there, label="head.choose_all")
    more = line.popover(sentence.settings(Compare, ("target", "temperature", "scaled")))
    more.selectbox(
        say("compare.target"), list(targets), key="compare_target", on_change=prefill,
        format_func=targets.__getitem__,
    )  # fmt: skip
    if state.compare_target == TYPED:
        more.text_input(say("compare.typed"), key="compare_typed")
    with more:
        apart.controls()
    glossing.switch(line, Compare, [models[name] for name in chosen])
    if left:
        st.info(say("compare.target_left"))
    return replace(link.heard(Compare), models=chosen)


@st.fragment
def show(models: dict) -> None:
    state = st.session_state
    asked, last = controls(models), state.get("compared")
    working = st.container(key="working")
    for name in state.compare_models:
        if name not in models:
            st.info(say("compare.train_it", score=name))
            verbatim(box.training(name, models))
    with st.container(key="notes"):
        cell = asked.cell
        shown = find(models, replace(asked, cell=None), working)
        if shown is None:
            return
        another = last is not None and last.asked != shown.asked
        moved = another and not link.arrived("compare")
        if moved and not last.same_words(shown):
            cell = None
            link.take(replace(link.heard(Compare), cell=None))
        state.compared = shown
        for note in link.notes(Compare):
            st.info(note.told())
        longest = max(len(one.trace().path()) for one in shown.sides)
        pairs = {*permutations(range(len(shown.sides)), 2)}
        asked, wrong = link.placed(
            shown.asked, moved, step=There(longest), pair=There(pairs.__contains__)
        )
        for note in wrong:
            st.info(note.told())
        for text in (*about_languages(models, shown), *about_heads(shown)):
            st.info(text)
        sentence.hint(*(one.trace() for one in shown.sides))
        glosses = glossing.under((one.trace() for one in shown.sides), asked.glosses)
    named = head.parameter(*(one.trace() for one in shown.sides))
    link.write(replace(asked, cell=cell, head=named))
    opens = asked.opens()
    opens["cell"] = dict(zip(("panel", "step", "source"), cell)) if cell else None
    heads, language = tuple(one.head() for one in shown.sides), state.lang
    stage.draw(
        "compare", comparing.drawn(shown.sides, heads, shown.target, language), opens,
        "heed-compare", pick, glosses=glosses,
    )  # fmt: skip
    button(st, asked.models[0], asked.text, kind="model", step=False)
    take_apart(shown, cell)
    stage.take(
        "compare", "heed-compare", shown.asked.text,
        lambda: comparing.page(shown.sides, heads, shown.target, language, glosses),
        "compare.page_help",
    )  # fmt: skip


frame.header(say("compare.title"), say("compare.subtitle"))
models = loading.models_or_stop(TRANSLATES)
if len(models) < FEWEST:
    st.error(say("compare.only_one"))
    st.stop()
link.ask(Compare)
st.session_state.compare_picks = 0  # since the page was opened
show(models)
with st.expander(say("compare.reading")):
    st.markdown(say("compare.reading_text"))
loading.warm_up()
