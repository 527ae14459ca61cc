"""How far explanations agree over held-out sentences, as tables and sentences of a page."""

from __future__ import annotations

import streamlit as st

from core.explanations import KINDS
from core.measurements.explanations import CHANCE, Agreed, Tables, read
from pages.shared.frame import say

OTHERS = KINDS[1:]  # what attention is compared with


def table() -> None:
    """The agreement of attention with every other explanation, a row each model, behind a title."""
    found = read()
    if found.models:
        with st.expander(say("explain.measured")):
            show(found)


def section() -> None:
    """The same as a section of the page of measurements."""
    found = read()
    if found.models:
        st.subheader(say("explain.measured"), anchor=False)
        show(found)


def show(found: Tables) -> None:
    """The tables, what follows from them, and the command that makes them."""
    st.markdown(say("explain.measured_text"))
    for measure in ("kendall", "overlap"):
        st.markdown(f"**{say(f'explain.measured_{measure}')}**\n\n{written(found, measure)}")
    st.markdown("\n".join(f"- {line}" for line in told(found)))
    for command in found.commands:
        st.caption(say("explain.measured_command", command=command))


def _of(found: Tables, model: str, measure: str, kind: str) -> Agreed | None:
    return found.values.get((model, measure, f"attention {kind}"))


def written(found: Tables, measure: str) -> str:
    """A table in Markdown: a model a row, an explanation a column, attention against each."""
    kinds = [kind for kind in OTHERS if any(_of(found, one, measure, kind) for one in found.models)]
    heads = [say("explain.measured_model"), *(say(f"explain.row_{kind}") for kind in kinds)]
    chance = measure == "overlap"
    if chance:
        heads.append(say("explain.measured_chance"))
    heads.append(say("explain.measured_count"))
    lines = ["| " + " | ".join(heads) + " |", "| --- |" + " ---: |" * (len(heads) - 1)]
    for model in found.models:
        own = [_of(found, model, measure, kind) for kind in kinds]
        if not any(own):
            continue  # a model without attention
        cells = [_cell(one) for one in own]
        if chance:
            cells.append(_cell(found.values.get((model, "overlap", CHANCE)), False))
        count = max(one.count for one in own if one)
        lines.append("| " + " | ".join([model, *cells, str(count)]) + " |")
    return "\n".join(lines)


def _cell(one: Agreed | None, between: bool = True) -> str:
    if one is None:
        return "–"
    value = f"{one.value:.2f}".replace("-", "−")
    if not between:
        return value
    return f"{value} ({one.low:.2f}–{one.high:.2f})".replace("-", "−")


def told(found: Tables) -> list[str]:
    """What follows from the figures, in sentences."""
    attending = [one for one in found.models if _of(found, one, "kendall", "removed")]
    lines = []
    if attending:
        best = max(attending, key=lambda one: _of(found, one, "kendall", "removed").value)
        worst = min(attending, key=lambda one: _of(found, one, "kendall", "removed").value)
        high, low = (_of(found, one, "kendall", "removed") for one in (best, worst))
        apart = high.low > low.high
        lines.append(say(
            f"explain.told_removed_{'apart' if apart else 'alike'}", best=best, worst=worst,
            high=f"{high.value:.2f}", low=f"{low.value:.2f}",
        ))  # fmt: skip
        means = {
            kind: [one.value for model in attending if (one := _of(found, model, "kendall", kind))]
            for kind in OTHERS
        }
        means = {kind: sum(each) / len(each) for kind, each in means.items() if each}
        others = {kind: mean for kind, mean in means.items() if kind != "norms"}
        most, least = max(others, key=others.get), min(others, key=others.get)
        lines.append(say(
            "explain.told_kinds", most=say(f"explain.row_{most}"), high=f"{others[most]:.2f}",
            least=say(f"explain.row_{least}"), low=f"{others[least]:.2f}",
        ))  # fmt: skip
        below = [
            one for one in attending
            if (own := _of(found, one, "overlap", "gradient"))
            and (chance := found.values.get((one, "overlap", CHANCE))) and own.low <= chance.high
        ]  # fmt: skip
        lines.append(say(
            f"explain.told_chance_{'some' if below else 'none'}", models=", ".join(below),
        ))  # fmt: skip
    errors = [one for (_, measure, _), one in found.values.items() if measure == "completeness"]
    if errors:
        worst = max(one.value for one in errors)
        lines.append(say("explain.told_complete", error=f"{100 * worst:.2f}"))
    return lines
