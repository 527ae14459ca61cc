"""One score taken apart, and the what-ifs on scores, for any page."""

from __future__ import annotations

import math
from collections.abc import Callable

import streamlit as st

from core import manifest
from core.heads import head_name
from core.manifest import ModelError
from core.trace import Trace
from pages.shared import head, loading, stage
from pages.shared.frame import say, verbatim
from pages.shared.questions import TEMPERATURES
from pages.shared.shelf import kept


def controls() -> None:
    """The widgets of a question that asks for a temperature, and whether scores are divided."""
    st.select_slider(
        say("apart.temperature"), TEMPERATURES, key="temperature", format_func="{:g}".format,
        help=say("apart.temperature_help"),
    )  # fmt: skip
    st.toggle(say("apart.scaled"), key="scaled", help=say("apart.scaled_help"))


def show(
    name: str,
    text: str,
    prefix: tuple[int, ...],
    step: int,
    source_index: int,
    *,
    block: str = "cross",
    temperature: float = 1.0,
    scaled: bool = False,
    key: str = "apart",
    on_head: Callable[[str], None] | None = None,
) -> None:
    """Takes apart one score of the model `name`: that of `step` in its translation of `text`
    beginning with the pieces `prefix`, and of the source piece `source_index`, both from 0.

    `block` is a head of a Transformer, "cross.2.5"; for a mean, "cross" or "cross.2", heads are
    offered instead. The one that is chosen goes to `on_head`, so that the page may show it too, and
    where there is no `on_head` it is taken apart here. `temperature` and `scaled` are what-ifs (see
    core.whatif.WhatIf); `key` tells several on one page from one another. What cannot be shown is
    told in its place.
    """
    try:
        if not (math.isfinite(temperature) and temperature > 0):
            raise loading.Refused("apart.bad_temperature", temperature=temperature)
        if manifest.entry(name).score is None:
            raise loading.Refused("apart.no_attention", model=name)
        asked = (name, text, prefix, step)
        if weights := _weights(*asked, temperature, scaled, block, source_index):
            block = _offer(weights, key, on_head)
            if block is None:
                return
        drawn = _row(*asked, temperature, scaled, block, st.session_state.lang)
    except loading.Refused as refusal:
        st.warning(say(refusal.key, **refusal.values))
    except ModelError as error:
        st.error(say("errors.damaged"))
        verbatim(error)
    else:
        changed = {"column": source_index, "whatif": temperature != 1 or scaled}
        stage.draw(key, {**drawn, **changed}, {}, f"heed-apart-{name}")


def _offer(
    weights: dict[str, float], key: str, on_head: Callable[[str], None] | None
) -> str | None:
    """The head that the person chooses among those with `weights`; None while there is none."""
    st.info(say("apart.choose_head"))
    names = {
        one: say(
            "apart.head_weight", head=head_name(one, st.session_state.lang), weight=f"{weight:.3f}"
        )
        for one, weight in weights.items()
    }
    own = f"{key}_head"

    def hand_on() -> None:
        if on_head and st.session_state[own]:
            on_head(st.session_state[own])

    chosen = st.selectbox(
        say("apart.head_choice"), list(weights), index=None, key=own, width=420,
        format_func=names.__getitem__, placeholder=say("decode.choose"),
        on_change=hand_on,
    )  # fmt: skip
    return None if on_head else chosen


@kept
def _row(
    name: str,
    text: str,
    prefix: tuple[int, ...],
    step: int,
    temperature: float,
    scaled: bool,
    block: str,
    language: str,
) -> dict:
    """What the stage draws of the row of a cell. Raises Refused or ModelError."""
    trace = _trace(name, text, prefix, temperature, scaled)
    from core.views.apart import payload, take_apart

    translator = loading.loaded(name)
    found = loading.passed(name, text, prefix, temperature, scaled)
    return payload(take_apart(translator, trace, step, 0, block, found), language)


def _weights(
    name: str,
    text: str,
    prefix: tuple[int, ...],
    step: int,
    temperature: float,
    scaled: bool,
    block: str,
    column: int,
) -> dict[str, float]:
    """The heads that `block` is the mean of, with their weights in this cell; none where it is one
    attention. Raises Refused for a cell or head that there is not, or ModelError."""
    trace = _trace(name, text, prefix, temperature, scaled)
    path, columns, heads = trace.path(), len(trace.source), trace.heads()
    if not (0 <= step < len(path) and 0 <= column < columns):
        raise _no_cell(len(path), columns, step, column)
    if heads is None:
        return {}
    if block not in head.blocks(heads):
        raise loading.Refused(
            "apart.no_head", model=name, block=block, layers=heads[0], heads=heads[1]
        )
    names = [one for one in head.blocks(heads) if one.count(".") == 2]
    weights = trace.rows().weights[:, :, step, column].ravel().tolist()
    return {one: weight for one, weight in zip(names, weights) if one.startswith(f"{block}.")}


def _trace(
    name: str, text: str, prefix: tuple[int, ...], temperature: float, scaled: bool
) -> Trace:
    try:
        return loading.translate(name, text, prefix, temperature, scaled)
    except loading.Refused as refusal:
        if refusal.key == "errors.prefix":
            raise loading.Refused("apart.bad_prefix", model=name) from refusal
        raise


def _no_cell(steps: int, columns: int, step: int, column: int) -> loading.Refused:
    return loading.Refused(
        "apart.no_cell", steps=steps, columns=columns, step=step + 1, column=column + 1
    )
