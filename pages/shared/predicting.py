"""What the page of exercises is asked, and what the exercises are made of, worked out once for
everybody."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import ClassVar

import streamlit as st

from core import manifest
from core.exercises import KINDS, LEVELS, MIXED, Given
from core.tree import Search
from core.views import predict as view
from pages.shared import box, head, link, loading
from pages.shared.fields import Choice, Number, Step, choice, counted, number
from pages.shared.frame import say
from pages.shared.question import asks
from pages.shared.questions import Translated, translators
from pages.shared.shelf import kept

BEAM = 4  # hypotheses of the search that is asked about
FEW = 2  # other models that a set of all kinds asks about
SHEETS = ("questions", "answers")
ALL = "all"


def _first() -> str:
    found = [name for name in box.preferred(manifest.entries()) if name in translators()]
    return next(iter((*found, *translators())), "")


@dataclass(frozen=True)
class Predict(Translated):
    """A sentence, a model, and which ten exercises are made of them."""

    widgets: ClassVar = "predict_"
    model: str = asks(
        Choice("model", _first, "errors.model", shared=True, always=True, options=translators)
    )
    kind: str = asks(Choice("kind", ALL, "predict_page.wrong", options=(ALL, *KINDS)))
    level: str = asks(Choice("level", MIXED, "predict_page.wrong", options=LEVELS))
    seed: int = asks(Number("seed", 1, "predict_page.wrong_seed", low=1, high=9999, always=True))
    step: int | None = asks(Step(note="", seen=False))  # that the first exercise is about
    number: int | None = asks(counted("number", "", bound=True))
    sheet: str | None = asks(choice("sheet", SHEETS))


def block_of(asked: Predict) -> str:
    """The attention that is looked through."""
    there = head.shape(asked.model)
    return head.wanted(there, head.usual(asked.model)) if there else head.MEAN


def given(asked: Predict) -> Given:
    """What the exercises are made of. Raises Refused or ModelError."""
    return _given(asked.model, asked.text, asked.prefix, block_of(asked), asked.kind, asked.seed)


@kept
def _given(
    name: str, text: str, prefix: tuple[int, ...], block: str, kind: str, seed: int
) -> Given:
    trace = loading.translate(name, text, prefix)
    wanted = KINDS if kind == ALL else (kind,)
    written = tuple(step.token.id for step in trace.path())
    entry, others, off, search = manifest.entry(name), {}, {}, None
    if "model" in wanted and trace.attentions:
        alike = _alike(entry)
        if kind == ALL:  # a set has no more of them
            alike = Random(seed).sample(alike, min(FEW, len(alike)))
        for other in alike:
            own = head.usual(other.name)
            others[other.name] = loading.translate(other.name, text, written), own
    if "head" in wanted and trace.heads():
        layers, count = trace.heads()
        names = (f"{trace.looks}.{layers}.{one}" for one in range(1, count + 1))
        off = {one: loading.translate(name, text, written, heads=(one,)) for one in names}
    if "beam" in wanted:
        search = loading.search(name, text, prefix, Search(BEAM, 1, None, "none", 0.6))
    return Given(trace, block, others, search, off, seed)


def _alike(entry: manifest.Entry) -> list[manifest.Entry]:
    """The other models that split text as this one does and have an attention to the source."""
    return [
        one for one in box.able(manifest.entries(), entry.facts.does).values()
        if one.name != entry.name and box.split_alike(one, entry) and one.facts.attentions
    ]  # fmt: skip


@kept
def drawn(asked: Predict, language: str) -> dict:
    """What the stage draws. Raises Refused or ModelError."""
    kind = "" if asked.kind == ALL else asked.kind
    return view.payload(given(asked), language, kind, asked.level, asked.step)


def button(
    place, name: str, text: str, prefix: tuple[int, ...] = (), kind: str = ALL, step: bool = True
) -> None:
    """On another page: leads to exercises of that kind with this very sentence and model, and with
    the step at which one is there, where `step` says that it is one of the words of these."""
    if name not in translators():
        return
    if not place.button(say("predict_page.go"), help=say("predict_page.go_help")):
        return
    at = number(st.query_params.get("step", "")) if step else None
    asked = {"text": text, "model": name, "prefix": prefix, "kind": kind}
    link.turn(Predict, **asked, step=at - 1 if at else None, number=None)
    st.switch_page("pages/predict.py")
