"""The mask lifted: a target read with the causal mask and without it, and a padded batch."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from core.trace import SearchTrace
from pages.shared import link, loading
from pages.shared.frame import literal, say
from pages.shared.inside.shown import draw, find, take
from pages.shared.inside.typed import forced
from pages.shared.sentence import EXAMPLES

TARGETS = ("own", "typed")
VIEWS = ("weights", "scores")
STEP = 3  # that the picture opens with where no other is asked for
LONG = EXAMPLES[-1]  # what stands beside a sentence in the batch, unless it is that sentence


class Asked(NamedTuple):
    """What the stage draws of one sentence; `refused` says why it is not the target asked for."""

    target: tuple[int, ...] | None  # its pieces; None for what the model writes
    drawn: dict
    refused: loading.Refused | None


def show(name: str, text: str) -> None:
    """The part of the page that lifts the masks of the model `name` from its translation of
    `text`; what cannot be shown is told above what was shown last."""
    typed = _controls()
    shown = find(name, text, lambda model, sentence: _ask(model, sentence, typed))
    opens: dict = {}
    if shown:
        asked: Asked = shown.found
        if asked.refused:
            st.warning(say(asked.refused.key, **asked.refused.values))
        if shown.other:
            link.put({"mask_step": ""})  # it was a step of another sentence
        opens = _opening(asked.drawn)
        draw("mask", shown.name, asked.drawn, opens)
        words = say("mask.title"), shown.text, shown.name
        take("mask", shown.name, lambda: asked.drawn, *words)
    with st.expander(say("mask.causal")):
        st.markdown(say("mask.causal_text"))
    if shown:
        _padding(shown.name, shown.text, opens)


def _ask(name: str, text: str, typed: str | None) -> Asked:
    """Raises Refused or ModelError for a sentence that cannot be translated."""
    _trace(name, text)
    target, refused = forced("mask", name, text, typed)
    return Asked(target, _lifted(name, text, target, st.session_state.lang), refused)


def _opening(drawn: dict) -> dict:
    """Where both pictures open; what the link gets wrong is told and taken out of it."""
    layers, heads, steps = drawn["layers"], drawn["heads"], len(drawn["target"])
    names = {"all", *(str(layer + 1) for layer in range(layers))} | {
        f"{layer + 1}.{head + 1}" for layer in range(layers) for head in range(heads)
    }
    step_told = {"steps": steps, "shown": min(STEP, steps)}
    known = {
        "mask_head": (names, "bad_head", {"layers": layers, "heads": heads}),
        "padding_head": (names, "bad_padding_head", {"layers": layers, "heads": heads}),
        "mask_step": ({str(step + 1) for step in range(steps)}, "bad_step", step_told),
        "mask_view": (VIEWS, "bad_view", {}),
        "padding_mask": (("on", "off"), "bad_padding", {}),
    }
    given = st.query_params
    opens = {"table": given.get("table") == "1"}
    for key, (values, note, more) in known.items():
        if given.get(key) in values:
            opens[key] = given[key]
        elif key in given:
            st.info(say(f"mask.{note}", given=literal(given[key]), **more))
            link.put({key: ""})
    return opens


def _remember() -> None:
    """The first run of a session: the words that the link asks for."""
    state, given = st.session_state, st.query_params
    state.mask_words = given.get("mask_typed", "")
    state.mask_neighbour = given.get("mask_beside", "")
    state.mask_asked = given.get("mask_target", TARGETS[0])
    if state.mask_asked not in TARGETS:
        st.info(say("mask.bad_target", given=literal(state.mask_asked)))
        state.mask_asked = TARGETS[0]


def _controls() -> str | None:
    """The target as it was typed, or None for the model's own.

    What a widget holds is forgotten while another part is shown, so it is kept beside it.
    """
    state = st.session_state
    if "mask_asked" not in state:
        _remember()
    state.setdefault("mask_target", state.mask_asked)
    left, right = st.columns([5, 7], vertical_alignment="bottom")
    left.segmented_control(
        say("mask.target_choice"), TARGETS, key="mask_target", required=True,
        format_func=lambda one: say(f"mask.target_{one}"),
        help=say("mask.target_help"),
    )  # fmt: skip
    state.mask_asked = state.mask_target
    if state.mask_asked == "typed":
        state.setdefault("mask_typed", state.mask_words)
        right.text_input(say("mask.typed"), key="mask_typed")
        state.mask_words = state.mask_typed
    typed = state.mask_asked == "typed"
    link.put({
        "mask_target": "typed" if typed else "", "mask_typed": state.mask_words if typed else "",
    })  # fmt: skip
    return state.mask_words if typed else None


def _padding(name: str, text: str, opens: dict) -> None:
    """The same sentence and another one as a padded batch."""
    state = st.session_state
    st.subheader(say("mask.padding_title"), anchor=False)
    st.markdown(say("mask.padding_intro"))
    usual = LONG if text != LONG else EXAMPLES[0]
    state.setdefault("mask_beside", state.mask_neighbour)
    st.text_input(
        say("mask.padding_beside"), key="mask_beside", placeholder=usual,
        help=say("mask.padding_beside_help"),
    )  # fmt: skip
    state.mask_neighbour = state.mask_beside
    link.put({"mask_beside": state.mask_neighbour})
    asked = state.mask_neighbour.strip() or usual
    for beside in dict.fromkeys((asked, state.get("padding_shown", usual), usual)):
        try:
            drawn = _padded(name, text, beside, state.lang)
        except loading.Refused as refusal:
            if beside == asked:
                told = say(refusal.key, **refusal.values)
                st.warning(say("mask.padding_refused", told=told))
        else:
            state.padding_shown = beside
            draw("padding", name, drawn, opens)
            words = say("mask.padding_title"), " · ".join(drawn["typed"]), name
            take("padding", name, lambda found=drawn: found, *words)
            break
    with st.expander(say("mask.padding_why")):
        st.markdown(say("mask.padding_why_text"))


@st.cache_data(show_spinner=False, max_entries=100)
def _lifted(name: str, text: str, target: tuple[int, ...] | None, language: str) -> dict:
    from core.views.mask import lift, payload

    return payload(lift(loading.loaded(name), _trace(name, text), target), language)


@st.cache_data(show_spinner=False, max_entries=100)
def _padded(name: str, text: str, beside: str, language: str) -> dict:
    from core.views.mask import pad, padding_payload

    both = _trace(name, text), _trace(name, beside)
    return padding_payload(pad(loading.loaded(name), *both), language)


def _trace(name: str, text: str) -> SearchTrace:
    return loading.translate(name, text, ())
