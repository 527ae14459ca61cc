"""Which attention a page shows of a Transformer: a head, or a mean of heads, that looks at the
source or, in a model that reads none, at what was written before.

A mean has neither scores nor a context, so a page that shows these opens on one head: see `usual`.
"""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

import streamlit as st

from core import manifest
from core.heads import MEAN, head_name
from core.manifest import ModelError
from core.trace import Trace
from pages.shared.frame import say


class Shape(NamedTuple):
    layers: int  # of the decoder
    heads: int  # of each
    block: str = MEAN  # as a trace names the attention


def blocks(shape: Shape | None) -> list[str]:
    """All means and heads of such a model, as its traces name them; none without a shape."""
    if shape is None:
        return []
    layers, heads, block = Shape(*shape)
    found = [block]
    for layer in range(1, layers + 1):
        found += [f"{block}.{layer}", *(f"{block}.{layer}.{head}" for head in range(1, heads + 1))]
    return found


def shape(*names: str) -> Shape | None:
    """The most layers and heads that any of these models has; None without a Transformer."""
    found = []
    for name in names:
        with suppress(ModelError):  # told where the model is asked to translate
            facts = manifest.entry(name).facts
            if facts.looks and "heads" in facts.has:
                found.append(facts.looks)
    if not found:
        return None
    most = (max(getattr(one, name) for one in found) for name in ("layers", "heads"))
    return Shape(*most, found[0].block)


def usual(name: str) -> str:
    """The head on which a page opens that shows scores and context; MEAN for a model without heads.

    It is the head whose heaviest weights agree best with hand-made word alignments; where that was
    not measured, the first head of the last layer.
    """
    there = shape(name)
    if not there:
        return MEAN
    opens = manifest.entry(name).opens
    return opens.block if opens else f"{there.block}.{there.layers}.1"


def tell(name: str, block: str) -> None:
    """Says of the `usual` head of a model why it is that one."""
    there = shape(name)
    if there and block == usual(name):
        opens = manifest.entry(name).opens
        reason = "best" if opens and opens.aer is not None else "first"
        if there.block != MEAN:
            reason = "own"
        named = head_name(block, st.session_state.lang)
        st.caption(say(f"head.usual_{reason}", head=named, count=there[0] * there[1]))


def choose(block: str) -> None:
    """What was chosen is kept as `asked_head`, for every page. Where none was chosen, as an empty
    `block` says (`head_open`), each page shows what it shows first: see `chosen`."""
    st.session_state.asked_head, st.session_state.head_open = block or MEAN, not block


def picker(place, there: Shape, *, label: str = "head.choose", first: str = MEAN) -> None:
    """Lets the person choose among the heads of a model of that shape; `first` as in `chosen`."""
    state, options, language = st.session_state, blocks(there), st.session_state.lang
    state.cross_head = _within(there, first)
    place.selectbox(
        say(label), options, key="cross_head", help=say("head.choose_help"), on_change=_take,
        format_func=lambda block: head_name(block, language), label_visibility="collapsed",
    )  # fmt: skip


def _take() -> None:
    choose(st.session_state.cross_head)


def chosen(trace: Trace, first: str = MEAN) -> str:
    """The head that was chosen, as far as this model has it, or else `first`: the mean for a page
    that compares models, the `usual` head for one that shows where scores and context come from."""
    there = trace.heads()
    return _within(Shape(*there, trace.looks), first) if there else MEAN


def wanted(there: Shape, first: str = MEAN) -> str:
    """The head that was chosen, as far as a model of that shape has it, or else `first`."""
    return _within(there, first)


def _within(there: Shape, first: str) -> str:
    state = st.session_state
    wanted = first if state.get("head_open", True) else state.asked_head
    return next(one for one in (wanted, first, there.block) if one in blocks(there))


def parameter(*traces: Trace, first: str = MEAN) -> str:
    """What stands in the link: nothing until another than the `first` is chosen, for the mean of a
    page that begins with it, and where no model has heads."""
    silent = {first} if st.session_state.get("head_open", True) or first == MEAN else set()
    heads = (chosen(trace, first) for trace in traces if trace.heads())
    return next((head for head in heads if head not in silent), "")
