"""Positions: the encoding as a picture, and what order is worth to one sentence."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from core import manifest
from pages.shared import link, loading
from pages.shared.fields import TABLE, Counted, counted
from pages.shared.frame import say
from pages.shared.inside import Part
from pages.shared.inside.shown import draw, find, introduce, say_more, take
from pages.shared.question import Question, There, asks
from pages.shared.shelf import kept

ORDERS = 9999  # of words, as many as can be asked for by number


@dataclass(frozen=True)
class Positions(Question):
    """In which order the words stand."""

    seed: int = asks(
        Counted("positions_seed", 1, "positions.bad_seed", key=None, low=1, high=ORDERS)
    )
    at: int | None = asks(counted("positions_at", "positions.bad_place", low=0))
    table: bool = asks(TABLE)


def show(name: str, text: str, *asked: Question) -> None:
    """The part of the page that takes positions and order from the model `name` and what it makes
    of `text`; what cannot be shown is told above what was shown last. `asked` is what
    else stands in the link."""
    from core.views.positions import DRAWN

    order = link.ask(Positions)
    link.tell_once(Positions)
    left, right = st.columns([2, 8], vertical_alignment="center")
    left.button(say("positions.shuffle"), on_click=_again, width="stretch")
    right.markdown(say("positions.seed", seed=order.seed))
    how = order.seed, st.session_state.lang
    shown = find(name, text, lambda model, sentence: _ordered(model, sentence, *how))
    if shown:
        last = DRAWN - 1
        opens = link.open_at(order, *asked, at=There(last, {"last": last}))
        draw("positions", shown.name, shown.found, opens)
        words = say("positions.title"), shown.text, shown.name
        take("positions", shown.name, lambda: _ordered(shown.name, shown.text, *how), *words)
    introduce("positions")
    say_more("positions", "why")
    with st.expander(say("positions.honest")):
        st.markdown(say("positions.honest_text", tokens=manifest.entry(name).facts.does))


def _again() -> None:
    order = link.ask(Positions)
    link.take(replace(order, seed=order.seed % ORDERS + 1))


@kept
def _ordered(name: str, text: str, seed: int, language: str) -> dict:
    """What the stage draws. Raises Refused or ModelError."""
    from core.views.positions import given, payload, reorder_and_read, shuffle

    translator, trace = loading.loaded(name), loading.translate(name, text, ())
    try:
        shuffle(given(translator, trace), seed)
    except ValueError as error:
        raise loading.Refused("positions.one_word", tokens=trace.model.does) from error
    return payload(reorder_and_read(translator, trace, seed), language)


PART = Part("positions", 4, Positions, show)
