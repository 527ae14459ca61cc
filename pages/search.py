"""Beam search: the tree of all that the search looked at, beside greedy decoding and sampling."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core import stage as drawing
from core.manifest import ModelError
from core.trace import END, SearchTrace
from core.views import search as search_view
from pages.shared import frame, head, link, loading, measured, searching, stage
from pages.shared.frame import say
from pages.shared.history import History
from pages.shared.searching import PENALTIES, RANGES, Asked
from pages.shared.sentence import EXAMPLES

PREFIX_FAULTS = {"errors.prefix", "search_page.prefix_long"}
WIDTHS = (1, 2, 3, 4, 5, 6, 8, 10)


def begin(models: dict) -> None:
    """The first run of a session: what the link asks for, or the stored example.

    What a widget holds is forgotten while another page is open, so it is kept beside it.
    """
    state, given = st.session_state, st.query_params
    if "search_asked" in state:
        follow()
        return
    usual = loading.DEFAULT if loading.DEFAULT in models else next(iter(models))
    asked = link.read(list(models))
    text = EXAMPLES[0] if asked.text is None else asked.text
    default = Asked(
        state.get("asked_text", text) if asked.text is None else text,
        asked.model or state.get("asked_model", usual),
    )
    state.search_asked, notes = searching.read(given, default)
    told = [note for note in asked.notes if note != "errors.view"]
    told += head.asked(state.search_asked.model)
    state.search_notes = [(note, {}) for note in told] + notes
    state.search_history = History.of(asked.prefix)
    state.search_run = given.get("run", "beam")
    if state.search_run not in searching.RUNS:
        state.search_notes.append(("search_page.wrong_run", {}))
        state.search_run = "beam"
    # Later steps and nodes are the browser's.
    state.search_link = {key: given.get(key) for key in ("step", "node", "table")}
    state.search_shown = None


def follow() -> None:
    """Takes over the sentence and the model that were chosen on another page."""
    state, asked = st.session_state, st.session_state.search_asked
    if (state.asked_text, state.asked_model) != (asked.text, asked.model):
        state.search_asked = replace(asked, text=state.asked_text, model=state.asked_model)
        forget()


def changed() -> None:
    """Another question: the link's mistakes are history."""
    st.session_state.search_notes = []


def forget() -> None:
    """Another sentence or model: so are forced words."""
    changed()
    st.session_state.search_history = History()


def take_example() -> None:
    state = st.session_state
    if state.search_example:
        state.search_text, state.search_example = state.search_example, None
        forget()


def draw_again() -> None:
    st.session_state.search_seed = (st.session_state.search_seed + 1) % 1_000_000
    changed()


def pick() -> None:
    """Something was done in the tree: a beginning forced, or history walked.

    It belongs to the picture, which may still be that of an earlier sentence or model.
    """
    state, choice = st.session_state, st.session_state.search.pick
    if not choice or not state.search_shown:
        return
    changed()
    shown, history = state.search_shown[0], state.search_history
    state.search_text, state.search_model = shown.text, shown.model
    state.search_run = choice["run"]
    if choice["kind"] == "undo":
        state.search_history = history.undo()
    elif choice["kind"] == "redo":
        state.search_history = history.redo()
    elif choice["kind"] == "reset":
        state.search_history = history.push(())
    else:
        word = choice.get("word", "")
        forced = (*choice["ids"], *loading.pieces(shown.model, word)) if word else choice["ids"]
        state.search_history = history.push(tuple(forced))


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
    while True:
        prefix = state.search_history.prefix
        try:
            with working, st.spinner(say("decode.working")):
                found = decode(asked, prefix)
        except loading.Refused as refusal:
            st.warning(say(refusal.key, **refusal.values))
            if prefix and refusal.key in PREFIX_FAULTS:
                state.search_history = state.search_history.drop()
                continue
            found = None
        except ModelError as error:
            loading.tell_damage(error)
            found = None
            if state.search_shown and state.search_shown[0].model != asked.model:
                state.search_shown = None
        break
    if found:
        key = (asked, prefix)
        state.search_moved = state.search_shown is not None and state.search_shown[:2] != key
        state.search_shown = (*key, found)
    elif state.search_shown is None and asked.text != EXAMPLES[0]:
        find(Asked(EXAMPLES[0], asked.model), working)


def verdict(runs: dict[str, SearchTrace]) -> str:
    """What the three results say about one another, in a sentence or two."""
    greedy, beam = (runs[key].path()[-1] for key in ("greedy", "beam"))
    width, factor = runs["beam"].search.beam, searching.times(abs(beam.total - greedy.total))
    same = [s.token.id for s in runs["beam"].path()] == [s.token.id for s in runs["greedy"].path()]
    if same:
        told = say("search_page.same", width=width)
    elif beam.total > greedy.total:
        told = say("search_page.better", width=width, factor=factor)
    elif beam.score > greedy.score:
        told = say("search_page.longer", width=width, factor=factor)
    else:
        told = say("search_page.lost", width=width, factor=factor)
    best = max(greedy.total, beam.total) + searching.NOISE
    if "sampling" in runs and runs["sampling"].path()[-1].total > best:
        told += " " + say("search_page.lucky")
    return told


def before(asked: Asked, runs: dict[str, SearchTrace]) -> dict | None:
    """The result before the last word was forced, and what was forced."""
    state = st.session_state
    if state.search_history.before is None:
        return None
    key = state.search_run if state.search_run in runs else "beam"
    try:
        earlier = decode(asked, state.search_history.before).get(key)
    except loading.Refused:  # what was forced before does not fit this limit
        return None
    forced = [step.token.piece for step in runs[key].path() if step.forced]
    told = say("search_page.forced", pieces=" ".join(forced))
    if any(one.startswith("<0x") for one in forced):
        told += " " + say("search_page.bytes")
    last, free = earlier.path()[-1], not state.search_history.before
    return {
        "run": key,
        "text": earlier.text or END,
        "total": last.total,
        "told": told,
        "free": free,
    }


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
    there = head.shape(state.search_model)
    box, examples, picker, *one = st.columns(
        [5.4, 2, 2, 2.4] if there else [6, 2, 2], vertical_alignment="bottom"
    )
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
    if there:
        head.picker(one[0], there, first=head.usual(state.search_model))

    def number(place, name: str, step: float, **options) -> None:
        low, high = RANGES[name]
        place.number_input(
            say(f"search_page.{name}"), low, high, step=step, key=f"search_{name}",
            format="%d" if isinstance(low, int) else "%.4g",
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
    number(alpha, "alpha", 0.1, disabled=state.search_penalty != "wu")
    if state.search_best > state.search_width:
        state.search_notes.append(("search_page.fewer", {"width": state.search_width}))
        state.search_best = state.search_width
    number(best, "best", 1)
    number(limit, "limit", 1, placeholder=say("search_page.automatic"))
    with dice.popover(say("search_page.sampling"), use_container_width=True):
        for name, step in (("temperature", 0.1), ("top_k", 1), ("top_p", 0.05), ("seed", 1)):
            number(st, name, step)
        st.button(say("search_page.draw_again"), on_click=draw_again)
    return Asked(
        state.search_text, state.search_model,
        **{name: getattr(state, f"search_{name}") for name in ("penalty", *RANGES)},
    )  # fmt: skip


@st.fragment
def show(models: dict) -> None:
    state = st.session_state
    asked = state.search_asked = controls(models)
    state.asked_text, state.asked_model = asked.text, asked.model
    working = st.container(key="working")
    with st.container(key="notes"):
        state.search_moved = False
        find(asked, working)
        if state.search_shown is None:
            return
        asked, prefix, runs = state.search_shown
        first = head.usual(asked.model)
        head.tell(asked.model, head.chosen(next(iter(runs.values())), first))
        for key, values in state.search_notes:
            st.info(say(key, **values))
        if asked.temperature == 0:
            st.info(say("search_page.cold"))
        if asked.top_p == 0:
            st.info(say("search_page.no_mass"))
        run = state.search_run if state.search_run in runs else "beam"
        asked_first, state.search_link = state.search_link, {}
        step, missing = link.step(asked_first.get("step"), searching.depth(runs[run]))
        node = asked_first.get("node")
        if missing:
            st.info(say("errors.step"))
        if node and not searching.is_node(runs[run], node):
            st.info(say("search_page.wrong_node"))
            node = None
    link.put({
        **searching.parameters(asked), "prefix": ".".join(map(str, prefix)),
        "head": head.parameter(runs[run], first=first),
        "lang": state.lang, "projector": "1" if state.large else "",
    })  # fmt: skip
    if state.search_moved:
        link.put({"step": "", "node": ""})
    state.run = state.get("run", 0) + 1  # every answer ends the stage's waiting
    payload = {
        **search_view.payload(runs, titles(asked), state.lang, head.chosen(runs[run], first)),
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
                    "step": step,
                    "node": node,
                    "shown": run,
                    "table": asked_first.get("table") == "1",
                },
                "pick": True,
                "run": state.run,
                "history": {
                    "undo": state.search_history.undoable,
                    "redo": state.search_history.redoable,
                    "reset": bool(prefix),
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
models = loading.models_or_stop()
begin(models)
show(models)
measured.searches()
for topic in ("what", "honest", "penalties", "sampling_why", "trying"):
    with st.expander(say(f"search_page.{topic}")):
        st.markdown(say(f"search_page.{topic}_text"))
loading.warm_up()
