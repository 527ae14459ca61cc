"""The mask lifted: a target read with the causal mask and without it, and a padded batch."""

from __future__ import annotations

import streamlit as st

from core.manifest import ModelError
from core.trace import SearchTrace
from pages.shared import link, loading, stage
from pages.shared.frame import literal, say
from pages.shared.sentence import EXAMPLES

TARGETS = ("own", "typed")
VIEWS = ("weights", "scores")
LONG = EXAMPLES[-1]  # what stands beside a sentence in the batch, unless it is that sentence


def show(name: str, text: str) -> None:
    """The part of the page that lifts the masks of the model `name` from its translation of
    `text`; what cannot be shown is told in its place."""
    state = st.session_state
    first = "mask_opens" not in state
    if first:
        _begin()
    if state.setdefault("mask_text", text) != text:
        state.mask_text = text
        _forget()
    typed = _controls()
    drawn = trace = None
    try:
        trace = loading.translate(name, text, ())
        target = None
        if typed is not None:
            if not typed.strip():
                raise loading.Refused("transformer_mask.blank_typed")
            target = loading.forced(name, text, typed)
        drawn = _lifted(name, text, target, state.lang)
    except loading.Refused as refusal:
        st.warning(say(refusal.key, **refusal.values))
    except ModelError as error:
        loading.tell_damage(error)
    if drawn:
        if first:
            _look_at(state.mask_opens, drawn)
        for key, values in state.mask_notes:
            st.info(say(f"transformer_mask.{key}", **values))
        _draw("mask", {**drawn, "exports": {"name": f"heed-mask-{name}"}}, state.mask_opens)
        st.download_button(
            say("transformer_mask.page"),
            lambda: _page(name, text, target, state.lang),
            mime="text/html", file_name=f"heed-mask-{name}.html", on_click="ignore",
            key="mask_page", help=say("transformer_mask.page_help"),
        )  # fmt: skip
    with st.expander(say("transformer_mask.causal")):
        st.markdown(say("transformer_mask.causal_text"))
    if trace:
        _padding(name, text)


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
    known = {
        "mask_head": (names, "bad_head", {"layers": layers, "heads": heads}),
        "padding_head": (names, "bad_head", {"layers": layers, "heads": heads}),
        "mask_step": ({str(step + 1) for step in range(steps)}, "bad_step", {"steps": steps}),
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
    try:
        drawn = _padded(name, text, state.mask_neighbour.strip() or usual, state.lang)
    except loading.Refused as refusal:
        told = say(refusal.key, **refusal.values)
        st.warning(say("transformer_mask.padding_refused", told=told))
    else:
        _draw("padding", drawn, {**state.mask_opens, "table": False})
    with st.expander(say("transformer_mask.padding_why")):
        st.markdown(say("transformer_mask.padding_why_text"))


def _draw(kind: str, data: dict, opens: dict) -> None:
    state = st.session_state
    state.run = state.get("run", 0) + 1  # every answer ends the stage's waiting
    more = {"projector": state.large, "run": state.run, "open": opens}
    # In a list, or Streamlit would import pandas to look for data frames in it.
    stage.components[kind](key=f"{kind}_stage", data=[{**data, **more}])


def _found(name: str, text: str, target: tuple[int, ...] | None):
    from core.inside.mask import lift

    return lift(loading.loaded(name), _trace(name, text), target)


@st.cache_data(show_spinner=False, max_entries=100)
def _lifted(name: str, text: str, target: tuple[int, ...] | None, language: str) -> dict:
    from core.inside.mask import payload

    return payload(_found(name, text, target), language)


def _page(name: str, text: str, target: tuple[int, ...] | None, language: str) -> str:
    from core.inside.mask import page

    return page(_found(name, text, target), language)


@st.cache_data(show_spinner=False, max_entries=100)
def _padded(name: str, text: str, beside: str, language: str) -> dict:
    from core.inside.mask import pad, padding_payload

    found = pad(loading.loaded(name), _trace(name, text), _trace(name, beside))
    return padding_payload(found, language)


def _trace(name: str, text: str) -> SearchTrace:
    return loading.translate(name, text, ())
