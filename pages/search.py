"""Beam search: the tree of all that the search looked at, beside greedy decoding and sampling."""

from __future__ import annotations

import math
from dataclasses import replace

import streamlit as st

from core import manifest
from core import stage as drawing
from core.manifest import ModelError
from core.trace import END, SearchTrace
from pages.shared import frame, link, loading, measured, searching, stage
from pages.shared.frame import say
from pages.shared.searching import PENALTIES, RANGES, Asked
from pages.shared.sentence import EXAMPLES

WIDTHS = (1, 2, 3, 4, 5, 6, 8, 10)


def begin(models: dict) -> None:
    """The first run of a session: what the link asks for, or the stored example.

    What a widget holds is forgotten while another page is open, so it is kept beside it.
    """
    state, given = st.session_state, st.query_params
    if "search_asked" in state:
        return
    usual = loading.DEFAULT if loading.DEFAULT in models else next(iter(models))
    asked = link.read(list(models))
    text = EXAMPLES[0] if asked.text is None else asked.text
    default = Asked(
        state.get("asked_text", text) if asked.text is None else text,
        asked.model or state.get("asked_model", usual),
    )
    state.search_asked, notes = searching.read(given, default)
    state.search_notes = [*map(say, (n for n in asked.notes if n != "errors.view")), *notes]
    state.search_edits, state.search_place = [asked.prefix], 0
    state.search_run = given.get("run", "beam")
    if state.search_run not in searching.RUNS:
        state.search_notes.append(say("search_page.wrong_run"))
        state.search_run = "beam"
    state.search_shown = None


def forget() -> None:
    """Another sentence or model: forced words and the link's mistakes are history."""
    state = st.session_state
    state.search_edits, state.search_place, state.search_notes = [()], 0, []


def changed() -> None:
    st.session_state.search_notes = []


def take_example() -> None:
    state = st.session_state
    if state.search_example:
        state.search_text, state.search_example = state.search_example, None
        forget()


def draw_again() -> None:
    st.session_state.search_seed = (st.session_state.search_seed + 1) % 1_000_000
    changed()


def pick() -> None:
    """Something was done in the tree: a beginning forced, or history walked."""
    state, choice = st.session_state, st.session_state.search.pick
    if not choice:
        return
    state.search_notes = []
    if choice["kind"] == "undo":
        state.search_place = max(0, state.search_place - 1)
    elif choice["kind"] == "redo":
        state.search_place = min(len(state.search_edits) - 1, state.search_place + 1)
    else:
        prefix = ()
        if choice["kind"] != "reset":
            prefix = tuple(choice["ids"])
        if choice["kind"] == "word":
            prefix += loading.pieces(state.search_asked.model, choice["word"])
        state.search_edits = [*state.search_edits[: state.search_place + 1], prefix]
        state.search_place += 1
        state.search_run = choice["run"]


def decode(asked: Asked, prefix: tuple[int, ...]) -> dict[str, SearchTrace]:
    """The runs that stand beside each other. Raises Refused or ModelError."""
    common = (asked.model, asked.text, prefix, asked.limit)
    found = {
        "greedy": loading.search(*common, 1, 1, asked.penalty, asked.alpha, None),
        "beam": loading.search(*common, asked.width, asked.best, asked.penalty, asked.alpha, None),
    }
    if asked.temperature > 0 and asked.top_p > 0:
        found["sampling"] = loading.search(
            *common, 1, 1, asked.penalty, asked.alpha, asked.sampling()
        )
    return found


def find(asked: Asked, working) -> None:
    """Puts the runs that are asked for in the session state, or says why they cannot be."""
    state = st.session_state
    prefix = state.search_edits[state.search_place]
    try:
        with working, st.spinner(say("decode.working")):
            found = decode(asked, prefix)
    except loading.Refused as refusal:
        st.warning(say(refusal.key, **refusal.values))
        if state.search_place:  # the forced words that do not fit are taken back
            del state.search_edits[state.search_place :]
            state.search_place -= 1
            find(asked, working)
        elif prefix:
            state.search_edits = [()]
            find(asked, working)
    except ModelError as error:
        st.error(say("errors.damaged"))
        st.code(str(error), language=None, wrap_lines=True)
        if state.search_shown and state.search_shown[0].model != asked.model:
            state.search_shown = None
    else:
        key = (asked, prefix)
        state.search_moved = state.search_shown is not None and state.search_shown[:2] != key
        state.search_shown = (*key, found)
    if state.search_shown is None and asked.text != EXAMPLES[0]:
        find(Asked(EXAMPLES[0], asked.model), working)


def verdict(runs: dict[str, SearchTrace]) -> str:
    """What the three results say about one another, in a sentence or two."""
    greedy, beam = (runs[key].path()[-1] for key in ("greedy", "beam"))
    width, factor = runs["beam"].search.beam, math.exp(abs(beam.total - greedy.total))
    same = [s.token.id for s in runs["beam"].path()] == [s.token.id for s in runs["greedy"].path()]
    if same:
        told = say("search_page.same", width=width)
    elif beam.total > greedy.total:
        told = say("search_page.better", width=width, factor=f"{factor:.2f}")
    elif beam.score > greedy.score:
        told = say("search_page.longer", width=width, factor=f"{factor:.2f}")
    else:
        told = say("search_page.lost", width=width, factor=f"{factor:.2f}")
    if "sampling" in runs and runs["sampling"].path()[-1].total > max(greedy.total, beam.total):
        told += " " + say("search_page.lucky")
    return told


def before(asked: Asked, runs: dict[str, SearchTrace]) -> dict | None:
    """The result before the last word was forced, and what was forced."""
    state = st.session_state
    if not state.search_place or not state.search_edits[state.search_place]:
        return None
    key = state.search_run if state.search_run in runs else "beam"
    earlier = decode(asked, state.search_edits[state.search_place - 1]).get(key)
    forced = [step.token.piece for step in runs[key].path() if step.forced]
    told = say("search_page.forced", pieces=" ".join(forced))
    if any(one.startswith("<0x") for one in forced):
        told += " " + say("search_page.bytes")
    last = earlier.path()[-1]
    return {"run": key, "text": earlier.text or END, "total": last.total, "told": told}


def titles(asked: Asked) -> dict[str, str]:
    return {
        "greedy": say("search_page.greedy"),
        "beam": say("search_page.beam", width=asked.width),
        "sampling": say(
            "search_page.sampled", temperature=f"{asked.temperature:g}", seed=asked.seed
        ),
    }


def controls(models: dict) -> Asked:
    """The question as the widgets put it."""
    state, asked = st.session_state, st.session_state.search_asked
    for name in ("text", "model", "penalty", *RANGES):
        state.setdefault(f"search_{name}", getattr(asked, name))
    names = {name: loading.label(models[name], say("decode.none")) for name in models}
    box, examples, picker = st.columns([6, 2, 2], vertical_alignment="bottom")
    box.text_input(
        say("decode.sentence"), key="search_text", on_change=forget, placeholder=EXAMPLES[0]
    )
    examples.selectbox(
        say("decode.examples"), EXAMPLES, index=None, key="search_example",
        placeholder=say("decode.choose"), on_change=take_example,
    )  # fmt: skip
    picker.selectbox(
        say("decode.model"), list(models), key="search_model", on_change=forget,
        format_func=names.__getitem__,
    )  # fmt: skip

    def number(place, name: str, step: float, **options) -> None:
        low, high = RANGES[name]
        place.number_input(
            say(f"search_page.{name}"), low, high, step=step, key=f"search_{name}",
            help=say(f"search_page.{name}_help"), on_change=changed, **options,
        )  # fmt: skip

    width, penalty, alpha, best, limit, dice = st.columns(
        [2.6, 2.2, 1.4, 1.4, 1.6, 1.4], vertical_alignment="bottom"
    )
    penalties = {name: say(f"search_page.penalty_{name}") for name in PENALTIES}
    width.slider(
        say("search_page.width"), *RANGES["width"], key="search_width",
        help=say("search_page.width_help"), on_change=changed,
    )  # fmt: skip
    penalty.selectbox(
        say("search_page.penalty"), PENALTIES, key="search_penalty",
        format_func=penalties.__getitem__,
        help=say("search_page.penalty_help"), on_change=changed,
    )  # fmt: skip
    number(alpha, "alpha", 0.1, disabled=state.search_penalty != "wu", format="%.1f")
    if state.search_best > state.search_width:
        state.search_notes.append(say("search_page.fewer", width=state.search_width))
        state.search_best = state.search_width
    number(best, "best", 1)
    number(limit, "limit", 1, placeholder=say("search_page.automatic"))
    with dice.popover(say("search_page.sampling"), use_container_width=True):
        for name, step in (("temperature", 0.1), ("top_k", 1), ("top_p", 0.05), ("seed", 1)):
            number(st, name, step)
        st.button(say("search_page.draw_again"), on_click=draw_again, icon="🎲")
    return Asked(
        state.search_text, state.search_model,
        **{name: getattr(state, f"search_{name}") for name in ("penalty", *RANGES)},
    )  # fmt: skip


@st.fragment
def show(models: dict) -> None:
    state = st.session_state
    asked = state.search_asked = controls(models)
    working = st.container(key="working")
    with st.container(key="notes"):
        state.search_moved = False
        find(asked, working)
        if state.search_shown is None:
            return
        asked, prefix, runs = state.search_shown
        for note in state.search_notes:
            st.info(note)
        if asked.temperature == 0:
            st.info(say("search_page.cold"))
        if asked.top_p == 0:
            st.info(say("search_page.no_mass"))
        run = state.search_run if state.search_run in runs else "beam"
        step, missing = link.step(searching.depth(runs[run]))
        node = st.query_params.get("node")
        if missing and not state.search_moved:
            st.info(say("errors.step"))
        if node and not state.search_moved and not searching.is_node(runs[run], node):
            st.info(say("search_page.wrong_node"))
            node = None
    link.put({
        **searching.parameters(asked), "prefix": ".".join(map(str, prefix)),
        "lang": state.lang, "projector": "1" if state.large else "",
    })  # fmt: skip
    if state.search_moved:
        link.put({"step": "", "node": ""})
    state.run = state.get("run", 0) + 1  # every answer ends the stage's waiting
    payload = {
        **drawing.search_payload(runs, titles(asked), state.lang),
        "before": before(asked, runs),
        "verdict": verdict(runs),
        "projector": state.large,
        "exports": {"name": f"heed-search-{asked.model}"},
    }
    stage.components["search"](
        key="search",
        data=[
            {
                **payload,
                "open": {
                    "step": None if state.search_moved else step,
                    "node": None if state.search_moved else node,
                    "shown": run,
                    "table": st.query_params.get("table") == "1",
                },
                "pick": True,
                "run": state.run,
                "history": {
                    "undo": state.search_place > 0,
                    "redo": state.search_place < len(state.search_edits) - 1,
                },
            }
        ],
        on_pick_change=pick,
    )
    words = say("search.title"), asked.text, say("search_page.subtitle_model", model=asked.model)
    st.download_button(
        say("decode.page"),
        lambda: drawing.whole_page({**payload, "theme": "auto", "open": {}}, *words),
        mime="text/html",
        file_name=f"heed-search-{asked.model}.html",
        help=say("decode.page_help"),
        on_click="ignore",
    )
    widths(asked, prefix)


def widths(asked: Asked, prefix: tuple[int, ...]) -> None:
    """What each width finds, on request."""
    with st.expander(say("search_page.widths")):
        st.markdown(say("search_page.widths_text"))
        if not st.toggle(say("search_page.widths_on"), key="search_widths"):
            return
        reference = st.text_input(
            say("search_page.reference"), key="search_reference",
            help=say("search_page.reference_help"),
        )  # fmt: skip
        rows = []
        for width in WIDTHS:
            trace = decode(replace(asked, width=width, best=1), prefix)["beam"]
            last = trace.path()[-1]
            row = {
                say("search_page.width"): width,
                say("search_page.translation"): trace.text,
                say("search.total"): last.total,
                say("search.normalised"): last.score,
            }
            if reference.strip():
                row["chrF"] = loading.chrf(trace.text, reference)
            rows.append(row)
        st.dataframe(rows, hide_index=True)


frame.header(say("search_page.title"), say("search_page.subtitle"))
try:
    models = manifest.entries()
except ModelError as error:
    st.error(say("errors.manifest"))
    st.code(str(error), language=None, wrap_lines=True)
    st.stop()
if not models:
    st.error(say("errors.no_models"))
    st.stop()
begin(models)
show(models)
measured.searches()
for topic in ("what", "honest", "penalties", "sampling_why", "trying"):
    with st.expander(say(f"search_page.{topic}")):
        st.markdown(say(f"search_page.{topic}_text"))
loading.warm_up()
