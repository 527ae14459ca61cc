"""A layer, opened: what each sublayer adds to the residual stream, and what is read off there."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from core import manifest
from pages.shared import link, loading
from pages.shared.fields import TABLE, Field, Step, choice
from pages.shared.frame import say
from pages.shared.inside import Part
from pages.shared.inside.shown import draw, find, introduce, say_more, take
from pages.shared.question import Question, There, asks
from pages.shared.shelf import kept

SIDES = ("decoder", "encoder")


@dataclass(frozen=True)
class Layers(Question):
    """Where in a stream one is: nothing but what the browser shows."""

    side: str | None = asks(choice("side", SIDES, "layers.wrong_side", first=True))
    at: str | None = asks(Field("at", None, "layers.wrong_at", key=None, seen=True))
    step: int | None = asks(Step(note="layers.wrong_step"))
    table: bool = asks(TABLE)


def show(name: str, text: str, *asked: Question) -> None:
    """Draws both residual streams of the translation of `text`, at what the link asks for; `asked`
    is what else stands in the link."""
    language = st.session_state.lang
    shown = find(name, text, lambda model, sentence: _opened(model, sentence, language))
    if shown:
        opens = _opening(shown.found["streams"], shown.other, asked)
        draw("layers", shown.name, shown.found, opens)
        take(
            "layers", shown.name, lambda: _opened(shown.name, shown.text, language),
            say("layers.title"), shown.text, say("layers.subtitle", model=shown.name),
        )  # fmt: skip
    introduce("layers")
    say_more("layers", "stream", "norm", "lens", does=manifest.entry(name).facts.does)


def _opening(streams: dict, other: bool, asked: tuple[Question, ...]) -> dict:
    """Where the picture opens; what the link gets wrong is told and taken out of it."""
    own, _ = link.placed(link.ask(Layers))
    if own.side not in streams:
        own = replace(own, side=None)
    stream = streams[own.side or next(iter(streams))]
    places = ["embedding", *(one["name"] for one in stream["sublayers"])]
    count = len(stream["reads"])
    return link.open_at(
        own, *asked, moved=other, at=There(places, {"names": ", ".join(places)}),
        step=There(count, {"count": count}),
    )  # fmt: skip


@kept
def _opened(name: str, text: str, language: str) -> dict:
    """What the stage draws. Raises Refused or ModelError."""
    trace = loading.translate(name, text, ())
    from core.views.layers import open_layers, payload

    return payload(open_layers(loading.loaded(name), trace, loading.passed(name, text)), language)


PART = Part("layers", 3, Layers, show, free=True)
