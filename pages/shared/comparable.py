"""What the page of training and decoding tells of many references: charts, sentences that follow
from their figures, and three trainings that are begun for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import streamlit as st

from core.live.config import Config, Learnt
from core.live.forced import RATIOS, SMOOTHED, TASK, Trained, find
from core.live.pool import Full
from core.live.run import DONE, Run
from core.measurements.exposure import Bin, Group, Measured, read
from pages.shared import live
from pages.shared.frame import say

OPENS = ("eng-fra-general", "eng-fra-none", "eng-fra-transformer")
BARE = {"displaylogo": False, "displayModeBar": False}
APART = 0.02  # of sureness and being right, that is worth a word


def chart(figure) -> None:
    st.plotly_chart(figure, config=BARE)


def chosen(found: Mapping[str, Measured], key: str) -> dict[str, Measured]:
    """The measured models that a person looks at."""
    usual = [name for name in OPENS if name in found] or list(found)[:3]
    names = st.multiselect(say("forcing_page.models"), list(found), default=usual, key=key)
    return {name: found[name] for name in names}


def positions() -> None:
    """Quality by position of the shipped models."""
    from core.figures import exposure as figures

    found = read()
    if not found:
        st.info(say("forcing_page.unmeasured"))
        return
    models = chosen(found, "forcing_models")
    share = st.segmented_control(
        say("forcing_page.measure"), ["loss", "share"], default="share", key="forcing_measure",
        format_func=lambda one: say(f"forcing_page.measure_{one}"), required=True,
        label_visibility="collapsed",
    )  # fmt: skip
    if models:
        groups = {name: one.groups for name, one in models.items()}
        chart(figures.by_position(groups, share == "share", st.session_state.lang))
        st.markdown("\n".join(f"- {lost(name, one)}" for name, one in groups.items()))
        st.markdown(say("forcing_page.positions_note"))
        st.caption(say("forcing_page.command", command=next(iter(models.values())).command))


def lost(name: str, groups: Sequence[Group]) -> str:
    """What free running loses over the positions, in a sentence."""
    first, last = groups[0], groups[-1]
    return say(
        "forcing_page.lost", model=name, first=_span(first), last=_span(last),
        forced_first=_percent(first.right_forced), forced=_percent(last.right_forced),
        free_first=_percent(first.right_free), free=_percent(last.right_free),
    )  # fmt: skip


def _span(group: Group) -> str:
    return str(group.first) if group.first == group.last else f"{group.first}–{group.last}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


def ratios() -> None:
    """Three small models that differ in how much of what they read was true, recorded or trained
    now."""
    st.subheader(say("forcing_page.ratios"), anchor=False)
    st.markdown(say("forcing_page.ratios_text"))
    job: live.Job | None = st.session_state.get("forcing_job")
    st.button(say("forcing_page.train"), on_click=begin, key="forcing_train", type="primary")
    if st.session_state.get("forcing_full"):
        st.error(say("live_page.full"))
    going = job is not None and not over(job)
    st.fragment(progress, run_every=0.7 if going else None)()
    from core.figures import exposure as figures

    shown = trained(job)
    named = {say(f"live_page.forcing_{one.config.forcing}"): one for one in shown}
    chart(figures.by_position(
        {name: one.groups for name, one in named.items()}, language=st.session_state.lang
    ))  # fmt: skip
    st.markdown("\n".join(f"- {line}" for line in gaps(named)))


def begin() -> None:
    """Starts the three trainings side by side."""
    state, visit = st.session_state, live.visit()
    state.forcing_full = False
    try:
        runs = live.pool().begin(visit, Learnt.checked(TASK), RATIOS, live.there(visit))
    except Full:
        state.forcing_full = True
        return
    state.forcing_job = live.Job(runs, TASK)


def over(job: live.Job) -> bool:
    return all(run.state in DONE for run in job.runs)


def progress() -> None:
    """How far each of the three is, while they are trained; once they are done, the page is drawn
    with them."""
    job: live.Job | None = st.session_state.get("forcing_job")
    if job is None:
        st.caption(say("forcing_page.recorded"))
        return
    for run in job.runs:
        done = run.frames[-1][1]["moment"][0] if run.frames else 0
        name = say(f"live_page.forcing_{run.config.forcing}")
        most = run.config.updates
        told = f"{name} · {done:,} / {most:,} {live.note(run)}"
        st.progress(min(1.0, done / most), told)
    if over(job) and st.session_state.get("forcing_over") != job.name:
        st.session_state.forcing_over = job.name
        st.rerun()


def trained(job: live.Job | None) -> list[Trained]:
    """The three that were just trained, or else the recorded ones."""
    if job and all(run.courses and run.frames for run in job.runs):
        return [Trained.of(run.config, _whole(run), run.courses) for run in job.runs]
    return [find(config) for config in RATIOS]


def _whole(run: Run) -> float:
    return next((f["moment"][4] for _, f in reversed(run.frames) if f["moment"][4] is not None), 0)


def gaps(named: Mapping[str, Trained]) -> list[str]:
    """What each loses by reading its own words, and what follows for the three, which come in the
    order of how much of it they have read in training."""
    apart = {name: _gap(one.groups) for name, one in named.items()}
    lines = [
        say(
            "forcing_page.gap", model=name, forced=f"{forced:.2f}", free=f"{free:.2f}",
            gap=f"{free - forced:.2f}", whole=f"{named[name].whole:.0f}",
        )
        for name, (forced, free) in apart.items()
    ]  # fmt: skip
    gap = {name: free - forced for name, (forced, free) in apart.items()}
    most, least = max(gap, key=gap.get), min(gap, key=gap.get)
    best = max(named, key=lambda name: named[name].whole)
    falls = all(one > other for one, other in pairwise(gap.values()))
    key = "same" if best == least else "other"
    lines.append(" ".join((
        say(f"forcing_page.gap_{key}", most=most, least=least, best=best),
        say("forcing_page.gap_falls" if falls else "forcing_page.gap_mixed"),
        say("forcing_page.gap_once"),
    )))  # fmt: skip
    return lines


def _gap(groups: Sequence[Group]) -> tuple[float, float]:
    """Mean loss a token of both ways, over all positions."""
    count = sum(one.count for one in groups)
    return tuple(
        sum(one.count * getattr(one, way) for one in groups) / count for way in ("forced", "free")
    )


def calibration() -> None:
    """Reliability of the shipped models, and of two small ones that differ in smoothing alone."""
    from core.figures import exposure as figures

    found, tongue = read(), st.session_state.lang
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader(say("forcing_page.shipped"), anchor=False)
        if found:
            models = chosen(found, "forcing_sure")
            if models:
                chart(figures.reliability({n: one.bins for n, one in models.items()}, tongue))
            lines = [sure(name, one.bins, one.error) for name, one in models.items()]
            st.markdown("\n".join(f"- {line}" for line in lines))
        else:
            st.info(say("forcing_page.unmeasured"))
    with right:
        st.subheader(say("forcing_page.small"), anchor=False)
        st.markdown(say("forcing_page.small_text"))
        pair = {_smoothed(config): find(config) for config in SMOOTHED}
        chart(figures.reliability({name: one.bins for name, one in pair.items()}, tongue))
        lines = [sure(name, one.bins, one.error) for name, one in pair.items()]
        st.markdown("\n".join(f"- {line}" for line in lines))
    st.markdown(say("forcing_page.smoothing_note"))
    commands = dict.fromkeys(one.command for one in found.values())
    for command in (*commands, "python -m core.training.forced"):
        st.caption(say("forcing_page.command", command=command))


def _smoothed(config: Config) -> str:
    return say("live_page.told_smoothing", value=f"{config.smoothing:g}")


def sure(name: str, bins: Sequence[Bin], error: float) -> str:
    """How sure a model is beside how often it is right, in a sentence."""
    count = sum(one.count for one in bins)
    said = sum(one.count * one.sure for one in bins) / count
    true = sum(one.count * one.right for one in bins) / count
    key = "right" if abs(said - true) < APART else "over" if said > true else "under"
    return say(
        f"forcing_page.sure_{key}", model=name, sure=_percent(said), right=_percent(true),
        error=f"{100 * error:.1f}",
    )  # fmt: skip
