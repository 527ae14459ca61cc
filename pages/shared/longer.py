"""How good translations of longer sentences are, as a section of the page of measurements."""

from __future__ import annotations

import streamlit as st

from core.figures import measurements as figures
from core.measurements import about, table
from core.measurements.longer import TASK
from pages.shared import measured
from pages.shared.frame import say

DRAWN = ("bleu", "chrf", "strange", "fertility")
CHART = {"displaylogo": False, "displayModeBar": False}


def section() -> None:
    """Quality by length up to 40 words, beside it how strange the words are; nothing where that
    was not measured."""
    found = [measured.shipped(path) for path in about.tables(task=TASK)]
    if not found:
        return
    one = found[0]
    st.subheader(say("longer.title"), anchor=False)
    st.markdown(say("longer.text", slice=one.about["slice"]))
    for place, measure in zip(st.columns(2, gap="large") * 2, DRAWN, strict=True):
        with place:
            draw(one, measure)
    st.markdown("\n".join(f"- {line}" for line in told(one)))
    st.caption(say("longer.caption", command=one.about["command"], data=one.about["data"]))


def draw(one: table.Table, measure: str) -> None:
    """A chart by length. What is read is split alike by all: of that there is one line."""
    rows, title = one.rows, say(f"longer.{measure}")
    if measure in ("strange", "fertility"):
        rows = rows[rows["model"] == next(iter(one.weights))]
    if table.UNITS[measure] == "share":
        rows = rows.assign(**{name: 100 * rows[name] for name in ("value", "low", "high")})
    with st.popover(f"**{title}**", type="tertiary", key=f"about-longer-{measure}"):
        st.markdown(say(f"longer.{measure}_help"))
    figure = figures.lengths(rows, measure, st.session_state.lang)
    if st.session_state.large:
        font = {"size": 18}
        figure.update_layout(font=font, legend_font=font, height=1.5 * figure.layout.height)
    st.plotly_chart(figure, config=CHART, key=f"chart-longer-{measure}", alt=title)


def told(one: table.Table) -> list[str]:
    """What length does to each model, from the shortest sentences here to the longest."""
    slices = table.lengths(one.rows)
    ends = [slices[0], slices[-1]]
    lines = []
    for model in one.weights:
        values = [
            table.pick(one.rows, measure, model=model, slice=end)["value"].iloc[0]
            for measure in ("bleu", "chrf") for end in ends
        ]  # fmt: skip
        numbers = dict(zip(("bleu", "bleu_long", "chrf", "chrf_long"), values, strict=True))
        lines.append(
            say(
                "longer.falls", model=table.label(one.rows, model),
                short=words_of(ends[0]), long=words_of(ends[1]),
                **{name: f"{value:.1f}" for name, value in numbers.items()},
            )
        )  # fmt: skip
    return lines


def words_of(slice_: str) -> str:
    return slice_.removesuffix(" words").replace("-", "–")
