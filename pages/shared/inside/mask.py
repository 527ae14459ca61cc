"""The mask lifted: a target read with the causal mask and without it, and a padded batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import streamlit as st

from core import manifest
from core.trace import Trace
from pages.shared import box, link, loading
from pages.shared.fields import TABLE, TYPED, Choice, Field, choice, counted, places, shown_head
from pages.shared.frame import say
from pages.shared.inside import Part
from pages.shared.inside.shown import draw, find, introduce, say_more, take
from pages.shared.inside.typed import forced
from pages.shared.question import Question, There, asks
from pages.shared.shelf import kept

VIEWS = ("weights", "scores")
STEP = 3  # that the picture opens with where no other is asked for


@dataclass(frozen=True)
class Mask(Question):
    """What the model is made to write without its mask, and what is read beside it."""

    widgets: ClassVar = "mask_"
    target: str = asks(Choice("mask_target", "own", "mask.bad_target", options=("own", TYPED)))
    typed: str = asks(Field("mask_typed"))
    beside: str = asks(Field("mask_beside"))
    head: str | None = asks(shown_head("mask.bad_head", "mask_head"))
    step: int | None = asks(counted("mask_step", "mask.bad_step", bound=True))
    view: str | None = asks(choice("mask_view", VIEWS, "mask.bad_view"))
    padding_head: str | None = asks(shown_head("padding.bad_head", "padding_head"))
    padding_mask: str | None = asks(choice("padding_mask", ("on", "off"), "padding.bad_mask"))
    table: bool = asks(TABLE)

    def parameters(self) -> dict[str, str]:
        found = super().parameters()
        return found | {"mask_typed": found["mask_typed"] if self.target == TYPED else ""}


class Asked(NamedTuple):
    """What the stage draws of one sentence; `refused` says why it is not the target asked for."""

    target: tuple[int, ...] | None  # its pieces; None for what the model writes
    drawn: dict
    refused: loading.Refused | None


def show(name: str, text: str, *asked: Question) -> None:
    """The part of the page that lifts the masks of the model `name` from its translation of
    `text`; what cannot be shown is told above what was shown last. `asked` is what else stands in
    the link."""
    language, own = st.session_state.lang, _controls()
    typed = own.typed if own.target == TYPED else None
    shown = find(name, text, lambda model, sentence: _ask(model, sentence, typed))
    opens: dict = {}
    if shown:
        found: Asked = shown.found
        if found.refused:
            st.warning(say(found.refused.key, **found.refused.values))
        opens = _opening(found.drawn, shown.other, own, asked)
        draw("mask", shown.name, found.drawn, opens)
        words = say("mask.title"), shown.text, shown.name
        take(
            "mask", shown.name,
            lambda: _lifted(shown.name, shown.text, found.target, language), *words,
        )  # fmt: skip
    introduce("mask")
    say_more("mask", "causal")
    alone = st.session_state.get("taught")  # beside a lesson's card
    if shown and not alone and box.has(manifest.entry(shown.name), "encoder-attention"):
        _padding(shown.name, shown.text, own.beside.strip(), opens)


def _ask(name: str, text: str, typed: str | None) -> Asked:
    """Raises Refused or ModelError for a sentence that cannot be translated."""
    _trace(name, text)
    target, refused = forced("mask", name, text, typed)
    return Asked(target, _lifted(name, text, target, st.session_state.lang), refused)


def _opening(drawn: dict, other: bool, own: Mask, asked: tuple[Question, ...]) -> dict:
    """Where both pictures open; what the link gets wrong is told and taken out of it."""
    layers, heads, steps = drawn["layers"], drawn["heads"], len(drawn["target"])
    names = {"all", *map(str, range(1, layers + 1)), *places(layers, heads)}
    any_head = There(names, {"layers": layers, "heads": heads})
    opens = link.open_at(
        own, *asked, moved=other, head=any_head, padding_head=any_head,
        step=There(steps, {"steps": steps, "shown": min(STEP, steps)}),
    )  # fmt: skip
    return {name: one for name, one in opens.items() if one is not None}


def _controls() -> Mask:
    """What is asked, as the widgets put it."""
    link.ask(Mask)
    link.tell_once(Mask)
    left, right = st.columns([5, 7], vertical_alignment="bottom")
    left.segmented_control(
        say("mask.target_choice"), Mask.asked()["target"].every(), key="mask_target",
        required=True, format_func=lambda one: say(f"mask.target_{one}"),
        help=say("mask.target_help"),
    )  # fmt: skip
    if st.session_state.mask_target == TYPED:
        right.text_input(say("mask.typed"), key="mask_typed")
    return link.heard(Mask)


def _padding(name: str, text: str, beside: str, opens: dict) -> None:
    """The same sentence and another one as a padded batch."""
    state = st.session_state
    st.subheader(say("padding.title"), anchor=False)
    st.markdown(say("padding.intro"))
    # The longest example, unless it is the sentence itself; where it is too long, another one.
    first, *others = box.examples(manifest.entry(name))
    usual = [one for one in (*others[::-1], first) if one != text] or [first]
    language = state.lang
    st.text_input(
        say("padding.beside"), key="mask_beside", placeholder=usual[0],
        help=say("padding.beside_help"),
    )  # fmt: skip
    asked = beside
    for beside in dict.fromkeys(
        filter(None, (asked, asked and state.get("padding_shown"), *usual))
    ):
        try:
            drawn = _padded(name, text, beside, language)
        except loading.Refused as refusal:
            if beside == asked:
                told = say(refusal.key, **refusal.values)
                st.warning(say("padding.refused", told=told))
        else:
            state.padding_shown = beside
            draw("padding", name, drawn, opens)
            words = say("padding.title"), " · ".join(drawn["typed"]), name
            take(
                "padding", name, lambda beside=beside: _padded(name, text, beside, language), *words
            )
            break
    say_more("padding", "why")


@kept
def _lifted(name: str, text: str, target: tuple[int, ...] | None, language: str) -> dict:
    from core.views.mask import lift, payload

    return payload(lift(loading.loaded(name), _trace(name, text), target), language)


@kept
def _padded(name: str, text: str, beside: str, language: str) -> dict:
    from core.views.padding import pad, payload

    both = _trace(name, text), _trace(name, beside)
    return payload(pad(loading.loaded(name), *both), language)


def _trace(name: str, text: str) -> Trace:
    return loading.translate(name, text, ())


PART = Part("mask", 2, Mask, show)
