"""Heads: switched off in any set, what becomes of the translation, their ranking, and rollout."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import NamedTuple

import streamlit as st

from core import manifest
from core.trace import Trace
from core.views import heads as switchboard
from core.views.heads import BLOCKS, Cost, Switchboard
from pages.shared import link, loading, measured
from pages.shared.fields import TABLE, Field, Step, choice, shown_head
from pages.shared.frame import literal, say
from pages.shared.inside import Part
from pages.shared.inside.shown import draw, find, introduce, say_more, take
from pages.shared.question import Question, There, asks
from pages.shared.shelf import kept


@dataclass(frozen=True)
class Heads(Question):
    """Which heads are off, as names between commas."""

    off: str = asks(Field("off", key=None))
    head: str | None = asks(shown_head("heads.wrong_head"))
    rollout: str | None = asks(choice("rollout", BLOCKS, "heads.wrong_rollout"))
    step: int | None = asks(Step(note="heads.wrong_step"))
    table: bool = asks(TABLE)


class Asked(NamedTuple):
    """What of the heads that are asked to be off there is, and what there is not."""

    plain: Trace
    off: tuple[str, ...]
    unknown: tuple[str, ...]
    drawn: dict


def show(name: str, text: str, *asked: Question) -> None:
    """Draws the switchboard of the model and what the heads that are off do to `text`; `asked` is
    what else stands in the link."""
    language, board = st.session_state.lang, link.ask(Heads)
    shown = find(name, text, lambda model, sentence: _ask(model, sentence, board.off, language))
    if shown:
        found: Asked = shown.found
        if found.unknown:
            _tell_unknown(found)
            board = replace(board, off=",".join(found.off))
            link.take(board)
        count = len(switchboard.tokens(found.plain))
        opens = link.open_at(
            board, *asked, moved=shown.other, step=There(count, {"count": count}),
            head=There(lambda one: switchboard.chosen(one, found.plain) == ((one,), ())),
        )  # fmt: skip
        draw("heads", shown.name, found.drawn, opens, on_pick=_pick)
        take(
            "heads", shown.name,
            lambda: _ask(shown.name, shown.text, board.off, language).drawn,
            say("heads.title"), shown.text, say("heads.subtitle", model=shown.name),
        )  # fmt: skip
    introduce("heads")
    say_more("heads", "why", "rolling")


def _pick() -> None:
    """Heads were switched in the browser."""
    choice = st.session_state.heads.pick
    if choice:
        link.take(replace(link.ask(Heads), off=",".join(map(str, choice["off"]))))


def _ask(name: str, text: str, off: str, language: str) -> Asked:
    """Raises Refused or ModelError."""
    plain = loading.translate(name, text, ())
    known, unknown = switchboard.chosen(off, plain)
    return Asked(plain, known, unknown, _drawn(name, text, known, _measured(name), language))


def _tell_unknown(asked: Asked) -> None:
    """Says which names mean no head."""
    shapes = switchboard.known(asked.plain)
    names = ", ".join(f"{block}.1.1–{block}.{n}.{m}" for block, (n, m) in shapes.items())
    told = say("heads.wrong_off", given=literal(", ".join(asked.unknown)), names=names)
    off = ", ".join(asked.off)
    rest = say(f"heads.{'off_are' if off else 'off_none'}", off=off)
    st.info(f"{told} {rest}")


def _measured(name: str) -> tuple[tuple[Cost, ...], tuple[tuple[str, object], ...]]:
    """What the heads of that model cost, where it was measured, and how."""
    from core.measurements import table

    entry = manifest.entry(name)
    about = {"command": measured.command(entry), "count": 0, "stale": False}
    costs = ()
    with suppress(OSError, ValueError):
        found = measured.shipped(measured.place(entry))
        rows = table.pick(found.rows, "head_cost", model=name)
        if not rows.empty:
            costs = tuple(
                Cost(one.block, one.value, one.low, one.high) for one in rows.itertuples()
            )
            about["count"] = int(rows["count"].iloc[0])
            about["stale"] = not found.current(name, entry.digest)
    return costs, tuple(about.items())


@kept
def _drawn(
    name: str,
    text: str,
    off: tuple[str, ...],
    measures: tuple[tuple[Cost, ...], tuple[tuple[str, object], ...]],
    language: str,
) -> dict:
    """What the stage draws. Raises Refused or ModelError."""
    plain = loading.translate(name, text, ())
    free = forced = plain
    if off:
        free = forced = loading.translate(name, text, (), heads=off)
        if plain.tree:
            written = tuple(step.token.id for step in plain.path()[plain.search.typed :])
            forced = loading.translate(name, text, written, heads=off)
    costs, about = measures
    return switchboard.payload(Switchboard(plain, free, forced), costs, dict(about), language)


PART = Part("heads", 5, Heads, show, free=True)
