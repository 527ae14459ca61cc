"""Watch it learn: a small model is trained in front of whoever asks, in a process of its own."""

from __future__ import annotations

import streamlit as st

from core.live.config import (
    ATTENTIONS,
    CELLS,
    FEWEST,
    FORCINGS,
    MOST,
    OWN,
    TASKS,
    BadConfig,
    Learnt,
)  # fmt: skip
from core.live.pool import Full
from core.views import live as view
from pages.shared import allowed, courier, frame, link, live, stage
from pages.shared.frame import literal, say, verbatim
from pages.shared.lively import CHANGES, NOTHING, Live
from pages.shared.questions import Compare, Decode, Search

EVERY = 0.4  # seconds between two looks at a training
COMMANDS = ("pause", "go", "single", "stop", "rate")
PASTED = "pasted.tsv"


def words_of(name: str, value: str) -> str:
    """What one choice of a field is called."""
    if name == "beside":
        return change(value)
    return say(f"live_page.{name}_{value.replace('-', '_').lower()}")


def change(text: str) -> str:
    """What one change is called, for the model beside."""
    name, _, value = text.partition(".")
    if name == NOTHING:
        return say("live_page.beside_nothing")
    if name in ("size", "smoothing"):
        return say(f"live_page.told_{name}", value=value)
    return f"{say(f'live_page.{name}')}: {words_of(name, value)}"


def choose(place, name: str, options, width: int | str = "stretch", **more) -> None:
    labels = {one: words_of(name, one) for one in options}
    place.selectbox(
        say(f"live_page.{name}"), options, key=f"live_{name}", width=width, format_func=labels.get,
        **more,
    )  # fmt: skip


def form() -> None:
    """What is trained, in a row; the rest is folded away."""
    state = st.session_state
    row = st.container(key="question", horizontal=True, vertical_alignment="bottom", gap="small")
    choose(row, "task", (*TASKS, OWN), 230)
    choose(row, "attention", tuple(ATTENTIONS), 190)
    choose(row, "beside", (NOTHING, *CHANGES), 270, help=say("live_page.beside_help"))
    with row.popover(say("live_page.more")):
        left, right = st.columns(2)
        choose(left, "cell", CELLS, help=say("live_page.cell_help"))
        left.number_input(say("live_page.size"), step=2, key="live_size")
        choose(left, "forcing", tuple(FORCINGS), help=say("live_page.forcing_help"))
        left.number_input(say("live_page.smoothing"), step=0.05, key="live_smoothing")
        right.number_input(say("live_page.rate"), step=0.0005, format="%.5f", key="live_rate")
        right.number_input(say("live_page.updates"), step=100, key="live_updates")
        right.number_input(say("live_page.seed"), step=1, key="live_seed")
        help_ = say("live_page.lengths_help")
        left.number_input(say("live_page.least"), step=1, key="live_least", help=help_)
        right.number_input(say("live_page.most"), step=1, key="live_most", help=help_)
    job = state.get("live_job")
    row.button(
        say("live_page.again" if job else "live_page.start"), type="primary", on_click=begin,
        key="live_start", disabled=not allowed.trains(),
    )  # fmt: skip
    if not allowed.trains():
        st.info(say("live_page.off"))
    elif state.live_task == OWN:
        bring()


def bring() -> None:
    """Pairs of one's own, pasted or from a file."""
    st.text_area(
        say("live_page.paste"), key="live_pasted", height=130,
        help=say("live_page.paste_help", most=f"{MOST:,}"),
    )  # fmt: skip
    allowed.upload(say("live_page.upload"), type=["tsv", "txt", "gz"], key="live_file")
    try:
        found = brought()
    except ValueError as error:
        st.error(say("live_page.no_pairs"))
        verbatim(error)
        return
    if found is None:
        return
    if not live.enough(found):
        st.error(say("live_page.few_pairs", count=len(found.pairs), least=FEWEST))
    elif found.count > len(found.pairs):
        st.info(say("live_page.pairs_first", most=f"{MOST:,}", count=f"{found.count:,}"))
    if found.told:
        st.info(say("live_page.pairs_left"))
        verbatim("\n".join(found.told))


def brought() -> live.Brought | None:
    """The pairs that were brought, None where nothing was. Raises ValueError."""
    state = st.session_state
    if given := state.get("live_file"):
        return live.brought(given.getvalue(), given.name)
    if text := state.get("live_pasted", "").strip():
        return live.brought(live.pasted(text), PASTED)
    return None


def begin() -> None:
    """Start was pressed: a process is begun, or it is said why not."""
    state, asked = st.session_state, link.heard(Live)
    state.pop("live_wrong", None)
    if not allowed.trains():
        state.live_wrong = say("live_page.off")
        return
    try:
        pairs = ()
        if asked.task == OWN:
            found = brought()
            pairs = found.pairs if found else ()
        learnt = Learnt.checked(asked.task, pairs)
        live.start(learnt, asked.configs(), told_task(asked))
    except BadConfig as error:
        state.live_wrong = wrong(error)
    except ValueError:
        state.live_wrong = say("live_page.no_pairs")  # why stands beside the pairs
    except Full:
        state.live_wrong = say("live_page.full")


def wrong(error: BadConfig) -> str:
    """A sentence about a configuration that cannot be."""
    if error.field == "pairs":
        return say("live_page.few_pairs", count=error.values["given"], least=FEWEST)
    told = {
        name: f"{one:g}" if isinstance(one, float) else one for name, one in error.values.items()
    }
    if error.why != "lengths":
        told["field"] = say(f"live_page.{error.field}")
    return say(f"live_page.bad_{error.why}", **told)


def told_task(asked: Live) -> str:
    task = words_of("task", asked.task)
    if asked.strings:
        return say("live_page.of_strings", task=task, least=asked.least, most=asked.most)
    return say("live_page.of_task", task=task)


def picture(job: live.Job | None) -> None:
    language = st.session_state.lang
    if job is None:
        runs = view.filmed(language)
        task = say("live_page.of_strings", task=words_of("task", "reverse"), least=5, most=8)
        drawn = view.payload(runs, "", task, language)
    else:
        runs = [view.told(run, job.runs, live.note(run), language) for run in job.runs]
        drawn = view.payload(runs, job.name, job.task, language)
    stage.draw("live", drawn, {}, "heed-training")


def command() -> None:
    """Something was asked of the trainings in the picture."""
    state, sent = st.session_state, st.session_state.courier.pick
    job = state.get("live_job")
    if not (job and sent and sent.get("job") == job.name and sent.get("do") in COMMANDS):
        return
    for run in job.runs:
        if sent["do"] != "rate":
            run.command(sent["do"])
        elif isinstance(sent.get("rate"), (int, float)):
            run.command("rate", rate=sent["rate"])


def listen(job: live.Job | None) -> None:
    """Hands what is new to the picture, a few times a second while something is trained."""
    runs = job.runs if job else ()
    told = [
        view.answer(run, sent, live.note(run))
        for run, sent in zip(runs, job.sent if job else (), strict=True)
    ]
    courier.carry({"job": job.name if job else "", "runs": told}, key="courier", on_pick=command)
    for place, one in enumerate(told):
        if one["frames"]:
            job.sent[place] = one["frames"][-1]["number"]
    if job and view.over(runs) and st.session_state.get("live_over") != job.name:
        st.session_state.live_over = job.name
        st.rerun()


def trained(job: live.Job) -> None:
    """The models that were trained, to be opened on the other pages or taken home."""
    names = [run.name for run in job.runs if run.name in live.models()]
    if not names:
        return
    st.subheader(say("live_page.trained"), anchor=False)
    for name in names:
        entry = live.models()[name]
        st.markdown(say("live_page.trained_text", name=literal(name)))
        row = st.container(horizontal=True, key=f"live_opens_{name}")
        for page, kind in (("decode", Decode), ("compare", Compare), ("search", Search)):
            if row.button(say(f"live_page.open_{page}"), key=f"live_{page}_{name}"):
                own = {"models": tuple(names)} if page == "compare" else {"model": name}
                link.turn(kind, text=entry.sentence, **own)
                st.switch_page(f"pages/{page}.py")
        row.download_button(
            say("live_page.download", name=f"{name}.zip"), lambda e=entry: live.packed(e.folder),
            f"{name}.zip", "application/zip", key=f"live_zip_{name}", on_click="ignore",
            help=say("live_page.download_help"),
        )  # fmt: skip


frame.header(say("live_page.title"), say("live_page.subtitle"))
link.ask(Live)
form()
link.write(link.heard(Live))
for note in link.notes(Live):
    st.info(note.told())
if st.session_state.get("live_wrong"):
    st.error(st.session_state.live_wrong)
current = st.session_state.get("live_job")
if current is None:
    st.caption(say("live_page.film"))
picture(current)
going = current is not None and not view.over(current.runs)
st.fragment(listen, run_every=EVERY if going else None)(current)
if current is not None and not going:
    trained(current)
for topic in ("reading", "trying"):
    with st.expander(say(f"live_page.{topic}")):
        st.markdown(say(f"live_page.{topic}_text"))
with st.expander(say("live_page.python")):
    verbatim(say("live_page.python_text").strip())
