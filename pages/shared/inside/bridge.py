"""The bridge: one translation through a recurrent model and the Transformer, term by term."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import streamlit as st

from core import manifest
from core.manifest import Entry
from core.words.languages import language
from pages.shared import box, link, loading
from pages.shared.fields import (
    TABLE,
    TYPED,
    Choice,
    Field,
    Step,
    choice,
    counted,
    places,
    shown_head,
)
from pages.shared.frame import say
from pages.shared.inside import Part
from pages.shared.inside.shown import draw, find, introduce, say_more, take
from pages.shared.inside.typed import forced
from pages.shared.question import Question, There, asks
from pages.shared.shelf import kept

VIEWS = ("weights", "scores")
RECURRENT, OWN = "recurrent", "transformer"  # whose translation both sides write


@dataclass(frozen=True)
class Bridge(Question):
    """What the models at both ends of the bridge write."""

    widgets: ClassVar = "bridge_"
    target: str = asks(
        Choice("target", RECURRENT, "bridge.wrong_target", options=(RECURRENT, OWN, TYPED))
    )
    typed: str = asks(Field("forced"))
    step: int | None = asks(Step(note="bridge.wrong_step"))
    source_token: int | None = asks(counted("source_token", "bridge.wrong_token", bound=True))
    head: str | None = asks(shown_head("bridge.wrong_head"))
    view: str | None = asks(choice("view", VIEWS, "bridge.wrong_view"))
    table: bool = asks(TABLE)

    def parameters(self) -> dict[str, str]:
        found = super().parameters()
        return found | {"forced": found["forced"] if self.target == TYPED else ""}


class Asked(NamedTuple):
    """What the stage draws of one sentence; `refused` says why it is not the words asked for."""

    partner: str
    pieces: tuple[int, ...]  # that both write
    drawn: dict
    refused: loading.Refused | None


def show(name: str, text: str, *asked: Question) -> None:
    """Draws the Transformer `name` and the recurrent model beside it on `text`; what cannot be
    shown is told above what was shown last. `asked` is what else stands in the link."""
    language = st.session_state.lang
    try:
        own = _controls(_partner(name), name)
    except loading.Refused as refusal:
        st.warning(say(refusal.key, **refusal.values))
        shown = None
    else:
        shown = find(name, text, lambda model, sentence: _ask(model, sentence, own))
    if shown:
        found: Asked = shown.found
        if found.refused:
            st.warning(say(found.refused.key, **found.refused.values))
        draw("bridge", shown.name, found.drawn, _opening(found.drawn, own, asked))
        both = found.partner, shown.name
        take(
            "bridge", shown.name, lambda: _drawn(*both, shown.text, found.pieces, language),
            say("bridge.title"), shown.text, " ↔ ".join(both),
        )  # fmt: skip
    introduce("bridge")
    say_more("bridge", "names", "why", "form")


def _ask(name: str, text: str, own: Bridge) -> Asked:
    """Raises Refused or ModelError."""
    partner = _partner(name)
    trace = loading.translate(name if own.target == OWN else partner, text, ())
    pieces, refused = forced("bridge", name, text, own.typed if own.target == TYPED else None)
    if pieces is None:
        pieces = tuple(step.token.id for step in trace.path())
    if own.target != TYPED:
        st.session_state.bridge_text = trace.text
    drawn = _drawn(partner, name, text, pieces, st.session_state.lang)
    return Asked(partner, pieces, drawn, refused)


def _partner(name: str) -> str:
    """The recurrent model to set beside `name`: of the same languages, with the general score and
    the same vocabulary. Raises Refused where there is none."""
    own = manifest.entries()[name]
    found = _partners(own)
    if not found:
        source, target = (language(code, st.session_state.lang) for code in box.pair(own))
        raise loading.Refused("bridge.no_partner", model=name, source=source, target=target)
    for one in found:
        if box.split_alike(one, own):
            return one.name
    raise loading.Refused("bridge.other_vocabulary", left=found[0].name, right=name)


def _partners(own: Entry) -> list[Entry]:
    """The models of the languages of `own` that have the general score, first those whose tokens
    are of the same kind."""
    models = manifest.entries().values()
    found = [one for one in models if (*box.pair(one), one.score) == (*box.pair(own), "general")]
    return sorted(found, key=lambda one: one.facts.tokeniser != own.facts.tokeniser)


def _controls(partner: str, name: str) -> Bridge:
    """Whose translation both write, and the words where they are typed."""
    titles = {
        RECURRENT: say("bridge.target_model", model=partner),
        OWN: say("bridge.target_model", model=name),
        TYPED: say("bridge.target_typed"),
    }
    link.ask(Bridge)
    link.tell_once(Bridge, model=partner)
    left, right = st.columns(2, vertical_alignment="bottom")
    left.selectbox(
        say("bridge.target_choice"), list(titles), key="bridge_target",
        format_func=titles.__getitem__, help=say("bridge.target_help"), on_change=_prefill,
    )  # fmt: skip
    if st.session_state.bridge_target == TYPED:
        right.text_input(say("bridge.typed"), key="bridge_typed")
    return link.heard(Bridge)


def _prefill() -> None:
    """Words of one's own begin as what was shown last."""
    state = st.session_state
    if state.bridge_target == TYPED and not state.get("bridge_typed"):
        state.bridge_typed = state.get("bridge_text", "")


@kept
def _drawn(partner: str, name: str, text: str, pieces: tuple[int, ...], language: str) -> dict:
    from core.views.bridge import cross, payload

    both = loading.loaded(partner), loading.loaded(name)
    return payload(cross(*both, text, pieces), language)


def _opening(drawn: dict, own: Bridge, asked: tuple[Question, ...]) -> dict:
    """Where the picture opens, as the link says: step, source token, head, view and table.

    What a link gets wrong is told and taken out of it. After another sentence or translation, its
    step and its token belong to one that is gone.
    """
    state = st.session_state
    shown, before = (drawn["source"], drawn["target"]), state.get("bridge_shown")
    state.bridge_shown = shown
    steps, columns = len(drawn["target"]), len(drawn["source"])
    layers, heads = drawn["heads"]["layers"], drawn["heads"]["heads"]
    middle, given = (steps - 1) // 2, "step" in st.query_params
    moved = before not in (None, shown) and not link.arrived("bridge")
    opens = link.open_at(
        own, *asked, moved=moved, step=There(steps, {"steps": steps, "shown": middle + 1}),
        source_token=There(columns, {"columns": columns}),
        head=There(places(layers, heads), {"layers": layers, "heads": heads}),
    )  # fmt: skip
    if given and not moved and opens["step"] is None:
        opens["step"] = middle
    return opens


def _drawable(own: Entry) -> bool:
    return any(box.split_alike(one, own) for one in _partners(own))


PART = Part("bridge", 6, Bridge, show, drawable=_drawable)
