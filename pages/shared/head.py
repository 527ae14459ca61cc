"""Which attention to the source a page shows of a Transformer: a head, or a mean of heads."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from core.manifest import ModelError
from core.stage import MEAN, head_name
from core.trace import SearchTrace
from pages.shared import loading
from pages.shared.frame import say

Shape = tuple[int, int]  # decoder layers, and heads of each


def blocks(shape: Shape) -> list[str]:
    """All means and heads of a Transformer, as its traces name them."""
    layers, heads = shape
    found = [MEAN]
    for layer in range(1, layers + 1):
        found += [f"{MEAN}.{layer}", *(f"{MEAN}.{layer}.{head}" for head in range(1, heads + 1))]
    return found


def shape(*names: str) -> Shape | None:
    """The most layers and heads that any of these models has; None without a Transformer."""
    found = []
    for name in names:
        with suppress(ModelError):  # told where the model is asked to translate
            found.append(loading.anatomy(name).heads)
    layers, heads = zip(*filter(None, found), strict=True) if any(found) else ((), ())
    return (max(layers), max(heads)) if layers else None


def asked(*names: str) -> list[str]:
    """Takes the head of the link over, for a page with these models, and returns the strings that
    say what is wrong with it.

    What was chosen is kept as `asked_head`, for every page, as a widget forgets it.
    """
    state, given = st.session_state, st.query_params.get("head")
    state.setdefault("asked_head", MEAN)
    if given is None:
        return []
    there = shape(*names)
    if there is None or given not in blocks(there):
        return ["head.wrong"]
    state.asked_head = given
    return []


def picker(place, there: Shape, *, label: str = "head.choose") -> None:
    """Lets the person choose among the heads of a model of that shape; see `chosen`."""
    state, options, language = st.session_state, blocks(there), st.session_state.lang
    if state.get("cross_head") not in options:  # forgotten on another page, or of a larger model
        state.cross_head = state.asked_head if state.asked_head in options else MEAN
    place.selectbox(
        say(label), options, key="cross_head", help=say("head.choose_help"),
        format_func=lambda block: head_name(block, language),
    )  # fmt: skip
    state.asked_head = state.cross_head


def choose(block: str) -> None:
    """As if the person had chosen that one in the picker: for the callback of another widget."""
    st.session_state.asked_head = st.session_state.cross_head = block


def chosen(trace: SearchTrace) -> str:
    """The head that was chosen, as far as this model has it, or the mean."""
    there = trace.heads()
    wanted = st.session_state.get("asked_head", MEAN)
    return wanted if there and wanted in blocks(there) else MEAN


def parameter(*traces: SearchTrace) -> str:
    """What stands in the link: nothing for the mean, or where no model has heads."""
    return next((head for trace in traces if (head := chosen(trace)) != MEAN), "")
