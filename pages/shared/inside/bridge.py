"""The bridge: one translation through a recurrent model and the Transformer, term by term."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from core import manifest
from pages.shared import link, loading
from pages.shared.frame import literal, say
from pages.shared.inside.shown import draw, find, take
from pages.shared.inside.typed import forced

RECURRENT, OWN, TYPED = "recurrent", "transformer", "typed"  # whose translation both write
VIEWS = ("weights", "scores")


class Asked(NamedTuple):
    """What the stage draws of one sentence; `refused` says why it is not the words asked for."""

    partner: str
    pieces: tuple[int, ...]  # that both write
    drawn: dict
    refused: loading.Refused | None


def show(name: str, text: str) -> None:
    """Draws the Transformer `name` and the recurrent model beside it on `text`; what cannot be
    shown is told above what was shown last."""
    try:
        whose, typed = _controls(_partner(name), name)
    except loading.Refused as refusal:
        st.warning(say(refusal.key, **refusal.values))
        shown = None
    else:
        shown = find(name, text, lambda model, sentence: _ask(model, sentence, whose, typed))
    if shown:
        asked: Asked = shown.found
        if asked.refused:
            st.warning(say(asked.refused.key, **asked.refused.values))
        draw("bridge", shown.name, asked.drawn, _opening(asked.drawn))
        take(
            "bridge", shown.name, lambda: asked.drawn, say("bridge.title"), shown.text,
            f"{asked.partner} ↔ {shown.name}",
        )  # fmt: skip
    for topic in ("names", "why", "form"):
        with st.expander(say(f"bridge.{topic}")):
            st.markdown(say(f"bridge.{topic}_text"))


def _ask(name: str, text: str, whose: str, typed: str) -> Asked:
    """Raises Refused or ModelError."""
    partner = _partner(name)
    trace = loading.translate(name if whose == OWN else partner, text, ())
    pieces, refused = forced("bridge", name, text, typed if whose == TYPED else None)
    if pieces is None:
        pieces = tuple(step.token.id for step in trace.path())
    if whose != TYPED:
        st.session_state.bridge_text = trace.text
    drawn = _drawn(partner, name, text, pieces, st.session_state.lang)
    return Asked(partner, pieces, drawn, refused)


def _partner(name: str) -> str:
    """The recurrent model to set beside `name`: of the same languages, with the general score and
    the same vocabulary. Raises Refused where there is none."""
    models = manifest.entries()
    own = models[name]
    found = [
        one
        for one in models.values()
        if (one.source, one.target, one.score) == (own.source, own.target, "general")
    ]
    if not found:
        raise loading.Refused("bridge.no_partner", model=name, source=own.source, target=own.target)
    split = "vocabulary.model"
    for one in found:
        if one.files[split] == own.files[split]:
            return one.name
    raise loading.Refused("bridge.other_vocabulary", left=found[0].name, right=name)


def _controls(partner: str, name: str) -> tuple[str, str]:
    """Whose translation both write, and the words where they are typed.

    Both stand in the link, as `target` and `forced`. What a widget holds is forgotten while
    another part is open, so it is kept beside it.
    """
    state, given = st.session_state, st.query_params
    titles = {
        RECURRENT: say("bridge.target_model", model=partner),
        OWN: say("bridge.target_model", model=name),
        TYPED: say("bridge.target_typed"),
    }
    if "bridge_asked" not in state:
        target = given.get("target", RECURRENT)
        if target not in titles:
            st.info(say("bridge.wrong_target", given=literal(target), model=partner))
            target = RECURRENT
        state.bridge_asked = {"target": target, "typed": given.get("forced", "")}
    for key, value in state.bridge_asked.items():
        state.setdefault(f"bridge_{key}", value)
    left, right = st.columns([4, 6], vertical_alignment="bottom")
    left.selectbox(
        say("bridge.target_choice"), list(titles), key="bridge_target",
        format_func=titles.__getitem__, help=say("bridge.target_help"),
        on_change=_prefill,
    )  # fmt: skip
    if state.bridge_target == TYPED:
        right.text_input(say("bridge.typed"), key="bridge_typed")
    asked = {"target": state.bridge_target, "typed": state.bridge_typed}
    state.bridge_asked = asked
    link.put({
        "target": "" if asked["target"] == RECURRENT else asked["target"],
        "forced": asked["typed"] if asked["target"] == TYPED else "",
    })  # fmt: skip
    return asked["target"], asked["typed"]


def _prefill() -> None:
    """Words of one's own begin as what was shown last."""
    state = st.session_state
    if state.bridge_target == TYPED and not state.get("bridge_typed"):
        state.bridge_typed = state.get("bridge_text", "")


@st.cache_data(show_spinner=False, max_entries=30)
def _drawn(partner: str, name: str, text: str, pieces: tuple[int, ...], language: str) -> dict:
    from core.views.bridge import cross, payload

    both = loading.loaded(partner), loading.loaded(name)
    return payload(cross(*both, text, pieces), language)


def _opening(drawn: dict) -> dict:
    """Where the picture opens, as the link says: step, source token, head, view and table.

    What a link gets wrong is told and taken out of it. After another sentence or translation, its
    step and its token belong to one that is gone.
    """
    state, given = st.session_state, st.query_params
    shown, before = (drawn["source"], drawn["target"]), state.get("bridge_shown")
    state.bridge_shown = shown
    if before not in (None, shown):
        link.put({"step": "", "source_token": ""})
    steps, columns = len(drawn["target"]), len(drawn["source"])
    layers, heads = drawn["heads"]["layers"], drawn["heads"]["heads"]
    found = {key: given.get(key) for key in ("source_token", "head", "view")}
    step, missing = link.step(given.get("step"), steps)
    wrong = {}
    if missing:
        step = (steps - 1) // 2
        wrong["step"] = ("bridge.wrong_step", {"steps": steps, "shown": step + 1})
    if link.step(found["source_token"], columns)[1]:
        wrong["source_token"] = ("bridge.wrong_token", {"columns": columns})
    places = {f"{i}.{j}" for i in range(1, layers + 1) for j in range(1, heads + 1)}
    if found["head"] not in {None, *places}:
        wrong["head"] = ("bridge.wrong_head", {"layers": layers, "heads": heads})
    if found["view"] not in {None, *VIEWS}:
        wrong["view"] = ("bridge.wrong_view", {})
    for key, (words, values) in wrong.items():
        st.info(say(words, given=literal(given[key]), **values))
    link.put(dict.fromkeys(wrong, ""))
    kept = {key: None if key in wrong else value for key, value in found.items()}
    return {"step": step, "table": given.get("table") == "1", **kept}
