"""What a part of the Transformer page shows: what was asked for or, where that cannot be, what was
shown last; how it is drawn, and the button that takes it home."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import streamlit as st

from core import manifest
from core.manifest import ModelError
from core.stage import whole_page
from pages.shared import box, link, loading, sentence, stage
from pages.shared.frame import literal, say


class Shown(NamedTuple):
    """What was found out about one sentence."""

    name: str  # of the model
    text: str
    found: object
    other: bool  # not what was shown before, nor what a link asks: what that said is history


def find(name: str, text: str, ask: Callable[[str, str], object]) -> Shown | None:
    """What `ask(name, text)` finds. Where it is Refused, the page says why, and what is found of
    the sentence that was shown last stands there instead, or of an example. None for a model that
    is damaged or not there, which is told too.
    """
    state = st.session_state
    last, said = state.get("transformer_shown"), link.draws("transformer")
    working = st.container(key="working")
    model = manifest.entries().get(name)
    examples = [(name, one) for one in box.examples(model)] if model else []
    for place in dict.fromkeys(filter(None, ((name, text), last, *examples))):
        try:
            with working, st.spinner(say("decode.working")):
                found = ask(*place)
        except loading.Refused as refusal:
            if place == (name, text):
                st.warning(say(refusal.key, **refusal.values))
        except ModelError as error:
            loading.tell_damage(error)
            return None
        else:
            state.transformer_shown = place
            sentence.hint(loading.translate(*place, ()))
            if place != (name, text):
                st.caption(say("transformer.still", text=literal(place[1])))
            return Shown(*place, found, last not in (None, place) and not said)
    return None


def draw(
    part: str, name: str, drawn: dict, opens: dict, on_pick: Callable[[], None] | None = None
) -> None:
    """Draws the payload `drawn` of this part of the page, `name` being the model; `opens` and
    `on_pick` as in `stage.draw`."""
    stage.draw(part, drawn, opens, _file(part, name), on_pick)


def take(part: str, name: str, drawn: Callable[[], dict], *words: str) -> None:
    """A button for a page of its own with what a stage of this part draws, `name` being the model.

    `drawn()` is the stage's payload. The `words` are the page's title,
    its sentence and its subtitle.
    """
    file = _file(part, name)
    stage.take(
        part, file, words[1],
        lambda: whole_page({"exports": {"name": file}, **drawn()}, *words),
    )  # fmt: skip


def introduce(part: str) -> None:
    """What this part of the page is about: under its picture, which comes first."""
    if not st.session_state.get("taught"):
        st.markdown(say(f"transformer.{part}_intro"))


def say_more(part: str, *topics: str, does: str = "") -> None:
    """Explanations, a click away, as they are said of a model that `does` that."""
    for topic in topics if not st.session_state.get("taught") else ():
        with st.expander(say(f"{part}.{topic}")):
            st.markdown(say(f"{part}.{topic}_text", tokens=does))


def _file(part: str, name: str) -> str:
    return f"heed-{part}-{name}"
