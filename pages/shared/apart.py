"""One score taken apart, and the what-ifs on scores, for any page."""

from __future__ import annotations

import math

import streamlit as st

from core import manifest
from core.manifest import ModelError
from pages.shared import loading, stage
from pages.shared.frame import say

TEMPERATURES = (0.1, 0.2, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 3.0, 5.0, 10.0)


def controls() -> tuple[float, bool]:
    """The softmax temperature, and whether scores are divided by √D, as the person set them.

    Both stand in the link, as `temperature` and `scaled`; what it gets wrong is left out.
    """
    left, right, _ = st.columns([4, 4, 6], gap="large", vertical_alignment="bottom")
    temperature = left.select_slider(
        say("apart.temperature"), TEMPERATURES, value=1.0, key="temperature", bind="query-params",
        format_func="{:g}".format, help=say("apart.temperature_help"),
    )  # fmt: skip
    scaled = right.toggle(
        say("apart.scaled"), key="scaled", bind="query-params", help=say("apart.scaled_help")
    )
    return temperature, scaled


def show(
    name: str,
    text: str,
    prefix: tuple[int, ...],
    step: int,
    source_index: int,
    *,
    temperature: float = 1.0,
    scaled: bool = False,
    key: str = "apart",
) -> None:
    """Takes apart one score of the model `name`: that of `step` in its translation of `text`
    beginning with the pieces `prefix`, and of the source piece `source_index`, both from 0.

    `temperature` and `scaled` are what-ifs (see Translator.tempered); `key` tells several on one
    page from one another. What cannot be shown is told in its place.
    """
    try:
        if not (math.isfinite(temperature) and temperature > 0):
            raise loading.Refused("apart.bad_temperature", temperature=temperature)
        if manifest.entry(name).score is None:
            raise loading.Refused("apart.no_attention", model=name)
        drawn = _row(name, text, prefix, step, temperature, scaled, st.session_state.lang)
        columns = len(drawn["source"])
        if not 0 <= source_index < columns:
            raise _no_cell(drawn["steps"], columns, step, source_index)
    except loading.Refused as refusal:
        st.warning(say(refusal.key, **refusal.values))
    except ModelError as error:
        st.error(say("errors.damaged"))
        st.code(str(error), language=None, wrap_lines=True)
    else:
        data = {
            **drawn,
            "column": source_index,
            "whatif": temperature != 1 or scaled,
            "projector": st.session_state.large,
            "run": 1,
            "open": {},
        }
        stage.components["apart"](key=key, data=[data])


@st.cache_data(show_spinner=False, max_entries=200)
def _row(
    name: str,
    text: str,
    prefix: tuple[int, ...],
    step: int,
    temperature: float,
    scaled: bool,
    language: str,
) -> dict:
    """What the stage draws of the row of a cell. Raises Refused or ModelError."""
    try:
        trace = loading.translate(name, text, prefix, temperature, scaled)
    except loading.Refused as refusal:
        if refusal.key == "errors.prefix":
            raise loading.Refused("apart.bad_prefix", model=name) from refusal
        raise
    from core.apart import payload, take_apart

    translator = loading.loaded(name).tempered(temperature, scaled)
    steps = len(trace.path())
    if not 0 <= step < steps:
        raise _no_cell(steps, len(trace.source), step, 0)
    return {**payload(take_apart(translator, trace, step, 0), language), "steps": steps}


def _no_cell(steps: int, columns: int, step: int, column: int) -> loading.Refused:
    return loading.Refused(
        "apart.no_cell", steps=steps, columns=columns, step=step + 1, column=column + 1
    )
