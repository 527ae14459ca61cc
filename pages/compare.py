"""Compare: one sentence, two to six models, and what the choice of score changes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import streamlit as st

from core import manifest
from core.manifest import ModelError
from core.stage import head_name
from core.trace import SearchTrace
from core.views import compare
from core.views.compare import FEWEST, MOST, Panel
from pages.shared import apart, frame, head, link, loading, stage
from pages.shared.frame import say
from pages.shared.sentence import EXAMPLES

PREFERRED = ("eng-fra-general", "eng-fra-dot", "eng-fra-concat")
FREE, TYPED = "free", "typed"  # targets that no model is called by
PLAIN = (1.0, False)  # no what-if: temperature, and whether scores are divided by √D


def short(entry) -> str:
    """What a model is called beside others of its languages."""
    return entry.name.removeprefix(f"{entry.source}-{entry.target}-")


def usual(models: dict) -> list[str]:
    """What a comparison opens with: the preferred models, filled up to two with others."""
    found = [name for name in PREFERRED if name in models]
    return found + [name for name in models if name not in found][: max(0, FEWEST - len(found))]


def begin(models: dict) -> None:
    """The first run of a session: what the link asks for, or the stored example.

    What a widget holds is forgotten while another page is open, so it is kept beside it. Notes
    are kept as strings' names and values, to be told in whatever language is chosen then.
    """
    state, given, notes = st.session_state, st.query_params, []
    if "compare_asked" in state:
        follow()
        return
    chosen = named(given.get("models", ""), models, notes)
    target = given.get("target", FREE)
    if target not in (FREE, TYPED, *chosen):
        notes.append(("compare.wrong_target", {}))
        target = FREE
    view = given.get("view", link.VIEWS[0])
    if view not in link.VIEWS:
        notes.append(("errors.view", {}))
    state.compare_asked = {
        "text": given.get("text", state.get("asked_text", EXAMPLES[0])),
        "models": chosen, "target": target, "typed": given.get("forced", ""),
    }  # fmt: skip
    state.cell = cell_of(given.get("cell"), notes)
    notes += [(note, {}) for note in head.asked(*chosen)]
    state.compare_notes, state.compared = notes, None
    state.compare_open = {"view": view, "table": given.get("table") == "1"}
    # Later steps and pairs are the browser's.
    state.compare_link = {key: given.get(key) for key in ("step", "pair")}


def named(text: str, models: dict, notes: list) -> list[str]:
    """The models that a link names, as far as they are here and can stand side by side."""
    asked = list(dict.fromkeys(name for name in text.split(",") if name))
    chosen = [name for name in asked if name in models]
    if unknown := [name for name in asked if name not in models]:
        notes.append(("compare.unknown_models", {"names": ", ".join(unknown)}))
    if len(chosen) > MOST:
        notes.append(("compare.too_many", {"count": len(chosen)}))
    if len(chosen) < FEWEST:
        if asked:
            notes.append(("compare.filled_up", {}))
        others = usual(models)
        chosen = [*chosen, *(name for name in others if name not in chosen)][: len(others)]
    return chosen[:MOST]


def cell_of(text: str | None, notes: list) -> dict | None:
    """The cell that a link names by panel, step and source piece, from 1 there and from 0 here."""
    if text is None:
        return None
    numbers = [link.number(one) for one in text.split(".")]
    if len(numbers) == 3 and all(numbers):
        return dict(zip(("panel", "step", "source"), (one - 1 for one in numbers)))
    notes.append(("compare.wrong_cell", {}))
    return None


def follow() -> None:
    """Takes over the sentence that was chosen on another page."""
    state = st.session_state
    if state.asked_text != state.compare_asked["text"]:
        state.compare_asked = {**state.compare_asked, "text": state.asked_text}
        forget()


def forget() -> None:
    """Another question: the link's mistakes are history."""
    st.session_state.compare_notes = []


def take_example() -> None:
    state = st.session_state
    if state.compare_example:
        state.compare_text, state.compare_example = state.compare_example, None
        forget()


def prefill() -> None:
    """Words to force begin as what the first panel wrote."""
    state = st.session_state
    forget()
    if state.compare_target == TYPED and state.compared and not state.compare_asked["typed"]:
        state.compare_typed = state.compared[0][0].trace.text


def pick() -> None:
    """Keeps the cell that was chosen, {panel, step, source}, to be taken apart."""
    choice = st.session_state.compare.pick
    if choice:
        st.session_state.cell = {key: choice[key] for key in ("panel", "step", "source")}


def forced(models: dict, asked: dict) -> dict[str, tuple[int, ...]]:
    """The pieces that each model is to write; none when all run free.

    A model with the vocabulary of the one whose output it is gets its pieces, any other its text.
    """
    if asked["target"] == FREE:
        return dict.fromkeys(asked["models"], ())
    if asked["target"] == TYPED:
        text, own, pieces = asked["typed"], None, ()
        if not text.strip():
            raise loading.Refused("compare.blank_target")
    else:
        trace = loading.translate(asked["target"], asked["text"], ())
        text, own = trace.text, models[asked["target"]].files["vocabulary.model"]
        pieces = tuple(step.token.id for step in trace.path())
    found = {}
    for name in asked["models"]:
        alike = models[name].files["vocabulary.model"] == own
        found[name] = pieces if alike else loading.forced(name, asked["text"], text)
    return found


def find(models: dict, asked: dict, working) -> None:
    """Puts the panels that are asked for in the session state, or says why they cannot be."""
    state = st.session_state
    panels, broken = [], {}
    try:
        if len(asked["models"]) < FEWEST:
            raise loading.Refused("compare.too_few")
        with working, st.spinner(say("decode.working")):
            prefixes = forced(models, asked)
            for name in asked["models"]:
                try:
                    changed = asked["whatif"] if models[name].score else PLAIN
                    trace = loading.translate(name, asked["text"], prefixes[name], *changed)
                    panels.append(Panel(short(models[name]), trace, models[name].facts))
                except ModelError as error:
                    broken.setdefault(str(error), error)
    except loading.Refused as refusal:
        st.warning(say(refusal.key, **refusal.values))
        panels = []
    except ModelError as error:  # the model whose output was to be forced
        broken.setdefault(str(error), error)
    for error in broken.values():
        loading.tell_damage(error)
    if len(panels) >= FEWEST:
        target = asked["target"]
        label = short(models[target]) if target in models else target
        before, state.compared = state.compared, (tuple(panels), label, asked)
        state.compare_moved = before is not None and before[2] != asked
        if state.compare_moved and not same_words(before[0], panels):
            state.cell = None
    elif state.compared is None and asked != (fallback := stored(models)):
        find(models, fallback, working)


def same_words(first: Sequence[Panel], second: Sequence[Panel]) -> bool:
    """Whether the same models read and wrote the same: then a cell is what it was."""
    return [(one.label, one.trace.typed, one.trace.text) for one in first] == [
        (one.label, one.trace.typed, one.trace.text) for one in second
    ]


def stored(models: dict) -> dict:
    """What can be drawn when what was asked for cannot: the example, by the usual models."""
    return {
        "text": EXAMPLES[0], "models": usual(models), "target": FREE, "typed": "", "whatif": PLAIN,
    }  # fmt: skip


def opening(panels: tuple[Panel, ...]) -> dict:
    """Where the picture opens; the browser has its own step and pair once it stands.

    A link's are looked at once, with the first picture, and hold until another one comes.
    """
    state = st.session_state
    asked, state.compare_link = state.compare_link, {}
    if asked:
        longest = max(len(panel.trace.path()) for panel in panels)
        step, missing = link.step(asked["step"], longest)
        pairs = {f"{a}-{b}" for a, b in permutations(range(1, len(panels) + 1), 2)}
        pair = asked["pair"] if asked["pair"] in pairs else None
        state.compare_open |= {"step": step, "pair": pair}
        if missing:
            state.compare_notes.append(("errors.step", {}))
            link.put({"step": ""})
        if pair != asked["pair"]:
            state.compare_notes.append(("compare.wrong_pair", {}))
            link.put({"pair": ""})
    elif state.compare_moved:
        state.compare_open |= {"step": None, "pair": None}
        link.put({"step": "", "pair": ""})
    return {**state.compare_open, "cell": state.cell}


def about_heads(panels: tuple[Panel, ...], asked: dict) -> list[tuple[str, dict]]:
    """What must be said of the Transformers among the panels: a head that one lacks, and what a
    what-if means for them."""
    state, several = st.session_state, [panel for panel in panels if panel.trace.heads()]
    told = [
        ("head.absent", {"model": panel.label, "head": head_name(state.asked_head, state.lang)})
        for panel in several
        if panel.head != state.asked_head
    ]
    return told + [("head.whatif", {})] * bool(several and asked["whatif"] != PLAIN)


def address(asked: dict, traces: list[SearchTrace]) -> None:
    """Puts what is shown into the address bar; the step and the view are the browser's."""
    cell = st.session_state.cell
    link.put(
        {
            "text": asked["text"],
            "models": ",".join(asked["models"]),
            "target": "" if asked["target"] == FREE else asked["target"],
            "forced": asked["typed"] if asked["target"] == TYPED else "",
            "cell": ".".join(str(number + 1) for number in cell.values()) if cell else "",
            "head": head.parameter(*traces),
            "lang": st.session_state.lang,
            "projector": "1" if st.session_state.large else "",
        }
    )


def take_apart(panels: tuple[Panel, ...], asked: dict) -> None:
    """The score of the chosen cell, with what is between its query and its key."""
    cell = st.session_state.cell
    st.subheader(say("apart.title"), anchor=False)
    if cell is None:
        st.markdown(say("compare.choose_cell"))
        return
    if cell["panel"] >= len(panels):
        st.warning(say("compare.wrong_cell"))
        return
    trace = panels[cell["panel"]].trace
    temperature, scaled = asked["whatif"]
    apart.show(
        trace.model.name, trace.typed,
        tuple(step.token.id for step in trace.path() if step.forced),
        cell["step"], cell["source"], block=panels[cell["panel"]].head, temperature=temperature,
        scaled=scaled, on_head=head.choose,
    )  # fmt: skip


def controls(models: dict) -> dict:
    """The question as the widgets put it."""
    state, asked = st.session_state, st.session_state.compare_asked
    for key in ("text", "models", "target", "typed"):
        state.setdefault(f"compare_{key}", asked[key])
    box, examples = st.columns([8, 2], vertical_alignment="bottom")
    box.text_input(
        say("decode.sentence"), key="compare_text", on_change=forget, placeholder=EXAMPLES[0]
    )
    examples.selectbox(
        say("decode.examples"), EXAMPLES, index=None, key="compare_example",
        placeholder=say("decode.choose"), on_change=take_example,
    )  # fmt: skip
    # As they stand now: what is chosen below decides whether there are heads to choose from.
    there = head.shape(*(name for name in state.compare_models if name in models))
    several, writing, *one = st.columns([6, 4, 2] if there else [6, 4], vertical_alignment="top")
    names = {name: short(models[name]) for name in models} | {
        name: say("compare.untrained", score=name) for name in manifest.untrained(models)
    }
    several.multiselect(
        say("compare.models"), list(names), key="compare_models", max_selections=MOST,
        format_func=names.__getitem__, on_change=forget,
    )  # fmt: skip
    chosen = [name for name in state.compare_models if name in models]
    targets = {
        FREE: say("compare.target_free"),
        **{name: say("compare.target_model", model=short(models[name])) for name in chosen},
        TYPED: say("compare.target_typed"),
    }
    if state.compare_target not in targets:  # the model whose output it was has left
        state.compare_notes.append(("compare.target_left", {}))
        state.compare_target = FREE
    writing.selectbox(
        say("compare.target"), list(targets), key="compare_target", on_change=prefill,
        format_func=targets.__getitem__,
    )  # fmt: skip
    if there:
        head.picker(one[0], there, label="head.choose_all")
    if state.compare_target == TYPED:
        st.text_input(say("compare.typed"), key="compare_typed", on_change=forget)
    return {
        "text": state.compare_text, "models": chosen,
        "target": state.compare_target, "typed": state.get("compare_typed", asked["typed"]),
        "whatif": apart.controls(),
    }  # fmt: skip


def draw(panels: tuple[Panel, ...], target: str, opens: dict) -> None:
    state = st.session_state
    state.run = state.get("run", 0) + 1  # every answer ends the stage's waiting
    stage.components["compare"](
        key="compare",
        data=[
            {
                **compare.payload(panels, target, state.lang),
                "open": opens,
                "projector": state.large,
                "pick": True,
                "run": state.run,
                "exports": {"name": "heed-compare"},
            }
        ],
        on_pick_change=pick,
    )


@st.fragment
def show(models: dict) -> None:
    state = st.session_state
    state.compare_asked = asked = controls(models)
    state.asked_text = asked["text"]
    working = st.container(key="working")
    for name in state.compare_models:
        if name not in models:
            st.info(say("compare.train_it", score=name))
            st.code(manifest.training(name), language="bash")
    with st.container(key="notes"):
        state.compare_moved = False
        find(models, asked, working)
        if state.compared is None:
            return
        panels, target, shown = state.compared
        panels = tuple(panel._replace(head=head.chosen(panel.trace)) for panel in panels)
        opens = opening(panels)
        for key, values in [*state.compare_notes, *about_heads(panels, shown)]:
            st.info(say(key, **values))
    address(shown, [panel.trace for panel in panels])
    draw(panels, target, opens)
    take_apart(panels, shown)
    st.download_button(
        say("decode.page"),
        lambda language=state.lang: compare.page(panels, target, language),
        mime="text/html",
        file_name="heed-compare.html",
        help=say("compare.page_help"),
        on_click="ignore",
    )


frame.header(say("compare.title"), say("compare.subtitle"))
models = loading.models_or_stop()
if len(models) < FEWEST:
    st.error(say("compare.only_one"))
    st.stop()
begin(models)
show(models)
with st.expander(say("compare.reading")):
    st.markdown(say("compare.reading_text"))
loading.warm_up()
