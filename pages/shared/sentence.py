"""The sentence and the model that a page is asked about, and the sentences it offers."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from core import manifest
from core.facts import WRITES
from core.manifest import Entry
from core.tokenisers import MARKS, STRANGE
from core.trace import Trace
from pages.shared import box
from pages.shared.frame import say
from pages.shared.question import Question

LONGEST = 20  # words of the longest sentences that the models of the box were measured on


def line():
    """The line in which everything stands that a page is asked. The names of its fields are for
    screen readers: what is in them speaks for itself."""
    return st.container(key="question", horizontal=True, vertical_alignment="center", gap="small")


def controls(key: str, place) -> None:
    """A box for the sentence, and beside it those to begin with; `key` begins their keys."""
    model = _model(key)
    source = box.spoken(model.source, st.session_state.lang) if model else ""
    named = "beginning" if model and model.facts.does == WRITES else "sentence"
    label = say(f"decode.{named}" if source else f"decode.{named}_any", source=source)
    offered = box.examples(model) if model else ()
    place.text_input(
        label, key=f"{key}text", placeholder=next(iter(offered), None), label_visibility="collapsed"
    )
    place.selectbox(
        say("decode.examples"), offered, index=None, key=f"{key}example",
        placeholder=say("decode.examples"), on_change=_take, args=(key,),
        label_visibility="collapsed",
    )  # fmt: skip


def model(key: str, place, models: dict[str, Entry]) -> None:
    """A menu of models."""
    names = box.labels(models, say("decode.none"))
    place.selectbox(
        say("decode.model"), list(models), key=f"{key}model", format_func=names.__getitem__,
        on_change=suit, args=(key,), label_visibility="collapsed",
    )  # fmt: skip


def text_for(entry: Entry) -> str:
    """How the names of texts end that explain what such a model does: one that writes on has no
    source, and texts of its own."""
    return "write_text" if entry.facts.does == WRITES else "text"


def hint(*traces: Trace) -> None:
    """Says so where a model reads what it was never taught: mostly signs of another script, or far
    more words than the sentences that it was measured on had."""
    told = dict.fromkeys(found for trace in traces for found in _unlike(trace))
    for key in told:
        st.info(say(f"decode.{key}", most=LONGEST))


def _unlike(trace: Trace) -> Iterable[str]:
    read = [*trace.source] if trace.reads_source else [step.token for step in trace.path()]
    pieces = [token.piece for token in read if token.piece not in MARKS[2:]]
    strange = sum(bool(STRANGE.fullmatch(piece)) for piece in pieces)
    if 2 * strange >= len(pieces):
        yield "strange"
    entry = manifest.entries().get(trace.model.name)
    if entry and not entry.own and len(trace.typed.split()) > LONGEST:
        yield "long"


def settings(kind: type[Question], names: tuple[str, ...]) -> str:
    """What the button says behind which the widgets of these fields of a question are: how many of
    them are not as usual, since they are out of sight."""
    state, asked = st.session_state, kind.asked()
    found = [kind.key(name) for name in names]
    usual = [asked[name].default() for name in names]
    count = sum(state.get(key, one) != one for key, one in zip(found, usual, strict=True))
    return say("decode.settings") + (f" ({count})" if count else "")


def suit(key: str) -> None:
    """Another model was chosen: an example for another language than it reads gives way."""
    state, chosen = st.session_state, _model(key)
    if chosen:
        state[f"{key}text"] = box.suited(state[f"{key}text"], chosen, manifest.entries())


def _take(key: str) -> None:
    state = st.session_state
    if state[f"{key}example"]:
        state[f"{key}text"], state[f"{key}example"] = state[f"{key}example"], None


def _model(key: str) -> Entry | None:
    """The model that is chosen, of several the first."""
    state = st.session_state
    several = state.get(f"{key}models") or [None]
    return manifest.entries().get(state.get(f"{key}model") or several[0])
