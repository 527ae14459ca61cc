"""The address bar and the session: what a person asks of each page, kept between pages.

What is asked on the server is written here, all at once; the step, the view and the table belong to
the browser, which writes them without asking. A link that this session did not write, because the
person went back or forward or opened it, is asked anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

import streamlit as st

from pages.shared import head
from pages.shared.fields import Note
from pages.shared.frame import name_tab
from pages.shared.question import Question, There

Q = TypeVar("Q", bound=Question)


@dataclass
class Kept:
    """What one kind of question was last, and what was wrong with the link that it came from."""

    question: Question
    arrival: int  # which link it was read from; 0 for none
    read: Question | None = None  # as it was in the link
    notes: list[Note] = field(default_factory=list)


def ask(kind: type[Q]) -> Q:
    """The question of that kind: the link's, where it is new, or else the one that was kept, with
    what has been chosen on other pages since."""
    state = st.session_state
    kept = _kept().get(kind.__name__)
    elsewhere = {
        name: state[f"asked_{name}"]
        for name, one in kind.asked().items()
        if one.shared and f"asked_{name}" in state and one.holds(state[f"asked_{name}"])
    }
    arrival = state.get("arrival", 0)
    if kept is None or arrival not in (0, kept.arrival):
        given = st.query_params.to_dict()
        question, notes = kind.read(given, **elsewhere)
        _kept()[kind.__name__] = Kept(question, arrival, question, notes)
        _share(question, (name for name, one in kind.asked().items() if one.name in given))
        if "head" in kind.asked().keys() - kind.views():  # chosen for all pages, kept with them
            silent = arrival and "head" not in given
            if question.head or silent or "asked_head" not in state:
                head.choose(question.head)
            question = replace(question, head="")
        _lay(question)
    else:
        question = kept.question.follow(**elsewhere)
        if question != kept.question:
            question = question.suited()
        _lay(question, anew=question != kept.question)
        kept.question = question
    return question


def heard(kind: type[Q]) -> Q:
    """The question as the widgets put it."""
    state, kept = st.session_state, _kept()[kind.__name__]
    asked, keys = kind.asked(), kind.keys()
    values = {name: asked[name].hear(state[key]) for name, key in keys.items() if key in state}
    question = kept.question.follow(**values)
    before, kept.question = kept.question, question
    _share(question, (n for n in asked if getattr(before, n) != getattr(question, n)))
    return question


def keep(question: Question) -> None:
    """Another question, as if the widgets had put it: for the callback of a widget."""
    _kept()[type(question).__name__].question = question
    _share(question, type(question).asked())
    _lay(question, anew=True)


def take(question: Question) -> None:
    """Another question of which the widgets do not know."""
    _kept()[type(question).__name__].question = question


def turn(kind: type[Question], /, **values: object) -> None:
    """What that kind of question asks, for the page that is turned to next."""
    kept = _kept().get(kind.__name__)
    question = replace(kept.question if kept else kind.usual(), **values)
    _kept()[kind.__name__] = Kept(question, st.session_state.get("arrival", 0))
    _share(question, values)
    _lay(question, anew=True)


def notes(kind: type[Question]) -> list[Note]:
    """What the link got wrong, until something else is asked."""
    kept = _kept()[kind.__name__]
    return kept.notes if kept.question == kept.read else []


def tell_once(kind: type[Question], **values: object) -> None:
    """Says what the link got wrong, with more `values` to fill in, and forgets it."""
    for note in notes(kind):
        st.info(note._replace(values={**note.values, **values}).told())
    _kept()[kind.__name__].notes = []


def _kept() -> dict[str, Kept]:
    return st.session_state.setdefault("kept", {})


def _share(question: Question, names: Iterable[str]) -> None:
    for name in names:
        if question.asked()[name].shared:
            st.session_state[f"asked_{name}"] = getattr(question, name)


def _lay(question: Question, anew: bool = True) -> None:
    """Gives the widgets their values; unless `anew`, those that have forgotten theirs."""
    for name, key in question.keys().items():
        if anew or key not in st.session_state:
            st.session_state[key] = getattr(question, name)


def write(*questions: Question) -> None:
    """Puts these questions into the address bar; what no question has stays there."""
    state, given = st.session_state, st.query_params.to_dict()
    own = {name: text for one in questions for name, text in one.parameters().items()}
    seen = {field.name for one in questions for field in one.views().values()}
    own |= {"lang": state.lang, "projector": "1" if state.large else ""}
    rest = {name: text for name, text in given.items() if name not in own}
    wanted = {name: text for name, text in own.items() if text} | rest
    state.names = state.get("names", set()) | own.keys() - seen - {"lang", "projector"}
    name_tab(next((one.text for one in questions if "text" in one.asked()), ""))
    put(wanted)


def put(wanted: Mapping[str, str]) -> None:
    """These parameters, and no others, into the address bar: one entry of its history, or none."""
    st.session_state.written = dict(wanted)
    if wanted != st.query_params.to_dict():
        st.query_params.from_dict(wanted)


def placed(question: Q, moved: bool = False, **there: There) -> tuple[Q, list[Note]]:
    """The question at the place in its picture that the link says: see `Question.placed`."""
    return question.placed(st.query_params.to_dict(), moved, **there)


def open_at(own: Q, *asked: Question, moved: bool = False, **there: There) -> dict:
    """How the picture of a part of a page opens, `own` being its question and `asked` the others.
    What the link says in vain is told, and all are put into it."""
    found, wrong = placed(own, moved, **there)
    for note in wrong:
        st.info(note.told())
    write(*asked, found)
    return found.opens()


def arrived(key: str) -> bool:
    """Whether that picture has not been drawn since a link said how it opens; else it opens as it
    was left."""
    state = st.session_state
    arrival = state.get("arrival", 0)
    return bool(arrival) and state.get("drawn", {}).get(key) != arrival


def draws(key: str) -> bool:
    """The same, of a picture that is drawn now."""
    first = arrived(key)
    st.session_state.setdefault("drawn", {})[key] = st.session_state.get("arrival", 0)
    return first
