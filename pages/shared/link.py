"""The address bar and what it restores: sentence, model, step, view, language, forced words.

The step, the view and the table belong to the browser, which writes them without asking; the
rest is written here.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

VIEWS = ("words-weights", "words-scores", "pieces-weights", "pieces-scores")


@dataclass(frozen=True)
class Link:
    """What the address bar asked for; `notes` are the strings that say what it got wrong."""

    text: str | None
    model: str | None
    prefix: tuple[int, ...]
    view: str
    table: bool
    notes: tuple[str, ...]


def read(models: list[str]) -> Link:
    given, notes = st.query_params, []
    model, view, prefix = given.get("model"), given.get("view", VIEWS[0]), ()
    if model is not None and model not in models:
        model = None
        notes.append("errors.model")
    if view not in VIEWS:
        view = VIEWS[0]
        notes.append("errors.view")
    try:
        prefix = tuple(int(part) for part in given.get("prefix", "").split(".") if part)
    except ValueError:
        notes.append("errors.prefix")
    return Link(given.get("text"), model, prefix, view, given.get("table") == "1", tuple(notes))


def step(given: str | None, count: int) -> tuple[int | None, bool]:
    """The step that a link asked for, counted from 0, and whether there is no such step."""
    if given is None:
        return None, False
    steps = [str(number) for number in range(1, count + 1)]
    return (steps.index(given), False) if given in steps else (None, True)


def number(given: str) -> int | None:
    """A whole number of at most nine plain digits, or None: nothing else can be meant."""
    plain = given.isascii() and given.isdecimal() and len(given) <= 9
    return int(given) if plain else None


def write(text: str, model: str, prefix: tuple[int, ...], *, moved: bool) -> None:
    """Puts what is shown into the address bar; `moved` when it is another trace than before."""
    put(
        {
            "text": text,
            "model": model,
            "lang": st.session_state.lang,
            "prefix": ".".join(map(str, prefix)),
            "projector": "1" if st.session_state.large else "",
        }
    )
    if moved:
        put({"step": ""})


def put(wanted: dict[str, str]) -> None:
    """These parameters into the address bar; those that are empty out of it."""
    for key, value in wanted.items():
        if value and st.query_params.get(key) != value:
            st.query_params[key] = value
        elif not value and key in st.query_params:
            del st.query_params[key]
