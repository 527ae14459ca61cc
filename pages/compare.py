"""Compare: one sentence, two to six models, and what the choice of score changes."""

from __future__ import annotations

from itertools import permutations

import streamlit as st

from core import compare, manifest
from core.compare import FEWEST, MOST, Panel
from core.manifest import ModelError
from pages.shared import apart, frame, link, loading, stage
from pages.shared.frame import say

EXAMPLES = (
    "I did not know that you were there.",
    "She gave him the red book.",
    "My sisters are very tired.",
    "He doesn't eat meat anymore.",
    "The old man sat under the big tree.",
    "Nobody knows why she left so early.",
    "If I had known that you were coming, I would have bought more bread and made a cake.",
)
PREFERRED = ("eng-fra-general", "eng-fra-dot", "eng-fra-concat")
FREE, TYPED = "free", "typed"  # targets that no model is called by
PLAIN = (1.0, False)  # no what-if: temperature, and whether scores are divided by √D


def short(entry) -> str:
    """What a model is called beside others of its languages."""
    return entry.name.removeprefix(f"{entry.source}-{entry.target}-")


def begin(models: dict) -> None:
    """The first run of a session: what the link asks for, or the stored example.

    What a widget holds is forgotten while another page is open, so it is kept beside it.
    """
    state, given, notes = st.session_state, st.query_params, []
    if "compare_asked" in state:
        return
    default = [name for name in PREFERRED if name in models]
    default += [name for name in models if name not in default][: max(0, FEWEST - len(default))]
    named = list(dict.fromkeys(name for name in given.get("models", "").split(",") if name))
    chosen = [name for name in named if name in models]
    if unknown := [name for name in named if name not in models]:
        notes.append(say("compare.unknown_models", names=", ".join(unknown)))
    if len(chosen) > MOST:
        notes.append(say("compare.too_many", count=len(chosen)))
    if named and len(chosen) < FEWEST:
        notes.append(say("compare.filled_up"))
        chosen += [name for name in [*default, *models] if name not in chosen]
        chosen = chosen[: max(FEWEST, len(default))]
    chosen = (chosen or default)[:MOST]
    target = given.get("target", FREE)
    if target not in (FREE, TYPED, *chosen):
        notes.append(say("compare.wrong_target"))
        target = FREE
    view = given.get("view", link.VIEWS[0])
    if view not in link.VIEWS:
        notes.append(say("errors.view"))
    state.compare_asked = {
        "text": given.get("text", state.get("asked_text", EXAMPLES[0])),
        "models": chosen, "target": target, "typed": given.get("forced", ""),
    }  # fmt: skip
    state.cell = None
    if "cell" in given:
        numbers = given["cell"].split(".")
        if len(numbers) == 3 and all(one.isdecimal() and int(one) for one in numbers):
            panel, step, source = (int(one) - 1 for one in numbers)
            state.cell = {"panel": panel, "step": step, "source": source}
        else:
            notes.append(say("compare.wrong_cell"))
    state.compare_notes, state.compared = notes, None
    state.compare_open = {"view": view, "table": given.get("table") == "1"}


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
    panels, broken = [], []
    try:
        if len(asked["models"]) < FEWEST:
            raise loading.Refused("compare.too_few")
        with working, st.spinner(say("decode.working")):
            prefixes = forced(models, asked)
            for name in asked["models"]:
                try:
                    changed = asked["whatif"] if models[name].score else PLAIN
                    trace = loading.translate(name, asked["text"], prefixes[name], *changed)
                    panels.append(Panel(short(models[name]), trace, loading.anatomy(name)))
                except ModelError as error:
                    broken.append(str(error))
    except loading.Refused as refusal:
        st.warning(say(refusal.key, **refusal.values))
        panels = []
    except ModelError as error:  # the model whose output was to be forced
        broken.append(str(error))
    for message in dict.fromkeys(broken):
        st.error(say("errors.damaged"))
        st.code(message, language=None, wrap_lines=True)
    if len(panels) >= FEWEST:
        target = asked["target"]
        label = short(models[target]) if target in models else target
        before, state.compared = state.compared, (tuple(panels), label, asked)
        state.compare_moved = before is not None and before[2] != asked
        if state.compare_moved:
            state.cell = None
    elif state.compared is None and asked != (fallback := stored(models)):
        find(models, fallback, working)


def stored(models: dict) -> dict:
    """What can be drawn when what was asked for cannot: the example, by the default models."""
    names = [name for name in PREFERRED if name in models]
    names += [name for name in models if name not in names]
    return {
        "text": EXAMPLES[0], "models": names[:3], "target": FREE, "typed": "", "whatif": PLAIN,
    }  # fmt: skip


def address(asked: dict) -> None:
    """Puts what is shown into the address bar; the step and the view are the browser's."""
    cell = st.session_state.cell
    link.put(
        {
            "text": asked["text"],
            "models": ",".join(asked["models"]),
            "target": "" if asked["target"] == FREE else asked["target"],
            "forced": asked["typed"] if asked["target"] == TYPED else "",
            "cell": ".".join(str(number + 1) for number in cell.values()) if cell else "",
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
        cell["step"], cell["source"], temperature=temperature, scaled=scaled,
    )  # fmt: skip


@st.fragment
def show(models: dict) -> None:
    state = st.session_state
    asked = state.compare_asked
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
    several, writing = st.columns([6, 4], vertical_alignment="top")
    untrained = {name: say("compare.untrained", score=name) for name in manifest.untrained(models)}
    names = {**{name: short(models[name]) for name in models}, **untrained}
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
    if state.compare_target not in targets:
        state.compare_target = FREE  # the model whose output it was has left
    writing.selectbox(
        say("compare.target"), list(targets), key="compare_target", on_change=prefill,
        format_func=lambda name: targets[name],
    )  # fmt: skip
    if state.compare_target == TYPED:
        st.text_input(say("compare.typed"), key="compare_typed", on_change=forget)
    state.compare_asked = asked = {
        "text": state.compare_text, "models": chosen,
        "target": state.compare_target, "typed": state.get("compare_typed", asked["typed"]),
        "whatif": apart.controls(),
    }  # fmt: skip
    working = st.container(key="working")
    for name in state.compare_models:
        if name in untrained:
            st.info(say("compare.train_it", score=name))
            st.code(manifest.training(name), language="bash")
    with st.container(key="notes"):
        for note in state.compare_notes:
            st.info(note)
        state.compare_moved = False
        find(models, asked, working)
        if state.compared is None:
            return
        panels, target, shown = state.compared
        step, missing = link.step(max(len(panel.trace.path()) for panel in panels))
        if missing and not state.compare_moved:
            st.info(say("errors.step"))
        pairs = [f"{a}-{b}" for a, b in permutations(range(1, len(panels) + 1), 2)]
        pair = st.query_params.get("pair")
        if pair is not None and pair not in pairs and not state.compare_moved:
            st.info(say("compare.wrong_pair"))
    address(shown)
    state.run = state.get("run", 0) + 1  # every answer ends the stage's waiting
    stage.components["compare"](
        key="compare",
        data=[
            {
                **compare.payload(panels, target, state.lang),
                "open": {"step": step, "pair": pair, "cell": state.cell, **state.compare_open},
                "projector": state.large,
                "pick": True,
                "run": state.run,
                "exports": {"name": "heed-compare"},
            }
        ],
        on_pick_change=pick,
    )
    take_apart(panels, shown)
    st.download_button(
        say("compare.page"),
        lambda language=state.lang: compare.page(panels, target, language),
        mime="text/html",
        file_name="heed-compare.html",
        help=say("compare.page_help"),
        on_click="ignore",
    )


frame.header(say("compare.title"), say("compare.subtitle"))
try:
    models = manifest.entries()
except ModelError as error:
    st.error(say("errors.manifest"))
    st.code(str(error), language=None, wrap_lines=True)
    st.stop()
if len(models) < FEWEST:
    st.error(say("compare.only_one" if models else "errors.no_models"))
    st.stop()
begin(models)
show(models)
with st.expander(say("compare.reading")):
    st.markdown(say("compare.reading_text"))
loading.warm_up()
