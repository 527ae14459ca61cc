"""The mask lifted: a target read with the causal mask and without it, and a padded batch."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from core.trace import SearchTrace
from pages.shared import link, loading, stage
from pages.shared.frame import literal, say
from pages.shared.inside.shown import find, take
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
    state = st.session_state
    first = "mask_opens" not in state
    if first:
        _begin()
    typed = _controls()
    shown = find(name, text, lambda model, sentence: _ask(model, sentence, typed))
    if shown:
        asked: Asked = shown.found
        if asked.refused:
            st.warning(say(asked.refused.key, **asked.refused.values))
        if shown.other:
            _forget()
        if first:
            _look_at(state.mask_opens, asked.drawn)
        for key, values in state.mask_notes:
            st.info(say(f"transformer_mask.{key}", **values))
        _draw("mask", asked.drawn, state.mask_opens, f"heed-mask-{shown.name}")
        words = say("transformer_mask.title"), shown.text, shown.name
        take("mask", shown.name, lambda: asked.drawn, *words)
    with st.expander(say("transformer_mask.causal")):
        st.markdown(say("transformer_mask.causal_text"))
    if shown:
        _padding(shown.name, shown.text)


def _ask(name: str, text: str, typed: str | None) -> Asked:
    """Raises Refused or ModelError for a sentence that cannot be translated."""
    _trace(name, text)
    target, refused = forced("mask", name, text, typed)
    return Asked(target, _lifted(name, text, target, st.session_state.lang), refused)


def _begin() -> None:
    """The first run of a session: what the link asks for, and what it gets wrong."""
    state, given = st.session_state, st.query_params
    state.mask_notes = []
    state.mask_opens = {
        key: given[key]
        for key in ("mask_head", "mask_step", "mask_view", "padding_head", "padding_mask")
        if key in given
    }
    state.mask_opens["table"] = given.get("table") == "1"
    state.mask_asked = given.get("mask_target", "own")
    state.mask_words = given.get("mask_typed", "")
    state.mask_neighbour = given.get("mask_beside", "")
    if state.mask_asked not in TARGETS:
        state.mask_notes.append(("bad_target", {"given": literal(state.mask_asked)}))
        state.mask_asked = "own"


def _look_at(opens: dict, drawn: dict) -> None:
    """Notes what the link asks for that there is not: it opens as if it had not asked."""
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
    for key, (values, note, more) in known.items():
        if key in opens and opens[key] not in values:
            told = {"given": literal(opens.pop(key)), **more}
            st.session_state.mask_notes.append((note, told))


def _forget() -> None:
    """Another question: the link's mistakes are history."""
    st.session_state.mask_notes = []


def _controls() -> str | None:
    """The target as it was typed, or None for the model's own.

    What a widget holds is forgotten while another part is shown, so it is kept beside it.
    """
    state = st.session_state
    state.setdefault("mask_target", state.mask_asked)
    left, right = st.columns([5, 7], vertical_alignment="bottom")
    left.segmented_control(
        say("transformer_mask.target_choice"), TARGETS, key="mask_target", required=True,
        format_func=lambda one: say(f"transformer_mask.target_{one}"), on_change=_forget,
        help=say("transformer_mask.target_help"),
    )  # fmt: skip
    state.mask_asked = state.mask_target
    if state.mask_asked == "typed":
        state.setdefault("mask_typed", state.mask_words)
        right.text_input(say("transformer_mask.typed"), key="mask_typed", on_change=_forget)
        state.mask_words = state.mask_typed
    typed = state.mask_asked == "typed"
    link.put({
        "mask_target": "typed" if typed else "", "mask_typed": state.mask_words if typed else "",
    })  # fmt: skip
    return state.mask_words if typed else None


def _padding(name: str, text: str) -> None:
    """The same sentence and another one as a padded batch."""
    state = st.session_state
    st.subheader(say("transformer_mask.padding_title"), anchor=False)
    st.markdown(say("transformer_mask.padding_intro"))
    usual = LONG if text != LONG else EXAMPLES[0]
    state.setdefault("mask_beside", state.mask_neighbour)
    st.text_input(
        say("transformer_mask.padding_beside"), key="mask_beside", placeholder=usual,
        help=say("transformer_mask.padding_beside_help"),
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
                st.warning(say("transformer_mask.padding_refused", told=told))
        else:
            state.padding_shown = beside
            _draw("padding", drawn, {**state.mask_opens, "table": False}, f"heed-padding-{name}")
            words = say("transformer_mask.padding_title"), " · ".join(drawn["typed"]), name
            take("padding", name, lambda found=drawn: found, *words)
            break
    with st.expander(say("transformer_mask.padding_why")):
        st.markdown(say("transformer_mask.padding_why_text"))


def _draw(kind: str, data: dict, opens: dict, file: str) -> None:
    state = st.session_state
    state.run = state.get("run", 0) + 1  # every answer ends the stage's waiting
    more = {"projector": state.large, "run": state.run, "open": opens, "exports": {"name": file}}
    # In a list, or Streamlit would import pandas to look for data frames in it.
    stage.components[kind](key=f"{kind}_stage", data=[{**data, **more}])


@st.cache_data(show_spinner=False, max_entries=100)
def _lifted(name: str, text: str, target: tuple[int, ...] | None, language: str) -> dict:
    from core.inside.mask import lift, payload

    return payload(lift(loading.loaded(name), _trace(name, text), target), language)


@st.cache_data(show_spinner=False, max_entries=100)
def _padded(name: str, text: str, beside: str, language: str) -> dict:
    from core.inside.mask import pad, padding_payload

    both = _trace(name, text), _trace(name, beside)
    return padding_payload(pad(loading.loaded(name), *both), language)


def _trace(name: str, text: str) -> SearchTrace:
    return loading.translate(name, text, ())
