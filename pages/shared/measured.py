"""The table of measurements for any page, and what it tells of searches."""

from __future__ import annotations

import shlex
from pathlib import Path

import streamlit as st

from core import manifest
from core.about import TRANSLATION, read_about
from core.facts import TRANSLATES
from core.foreign import is_huggingface
from core.manifest import Entry
from pages.shared.frame import say, verbatim

COMMAND = "python -m core.evaluation"
# Streamlit draws the type of a chart in grey, hard to read where it is small or on a coloured
# cell. The page's own colour is right in either theme, and follows when the theme changes.
STYLE = """
<style>
.js-plotly-plot :is(.xtick, .ytick, .cbaxis, .textpoint) text,
.js-plotly-plot :is(.annotation-text, .legendtext, .xtitle, .ytitle, .cbtitle) {
  fill: currentColor !important;
}
[data-testid="stCaptionContainer"] code { color: inherit; background: none; padding: 0; }
</style>
"""


@st.cache_resource(show_spinner=False, max_entries=4)
def load(path: Path, modified: int):
    """The table; the time is there so that a new one is read. Raises OSError or ValueError."""
    from core.measurements import table

    return table.read(path)


def shipped(path: Path):
    """The table in `path` as it is now. Raises OSError or ValueError."""
    return load(path, path.stat().st_mtime_ns)


def place(entry: Entry) -> Path:
    """Where the table is that has the measurements of that model, if it has some."""
    from core.measurements import about

    if entry.own:
        return entry.folder / about.FILE
    having = (path for path in about.tables() if entry.name in shipped(path).weights)
    return next(having, about.shipped(entry.facts.tokeniser))


def command(entry: Entry) -> str:
    """The command that measures that model: an own one by itself, the others all together. Empty
    for a model that none measures: one that does not translate, or that another library wrote."""
    translates = entry.facts.does == TRANSLATES and entry.task == TRANSLATION
    if not translates or is_huggingface(entry.folder):
        return ""
    if not entry.own:
        return COMMAND
    about = read_about(entry.folder)
    data = about.data if about and about.data else "PAIRS"
    return f"{COMMAND} {shlex.quote(str(entry.folder))} --data {shlex.quote(data)}"


def unmeasured(tables) -> list[str]:
    """The shipped models of translation that are in none of these tables as they are now."""
    return [
        name
        for name, entry in manifest.shipped().items()
        if entry.facts.does == TRANSLATES
        and entry.task == TRANSLATION
        and not any(one.current(name, entry.digest) for one in tables)
    ]


def searches() -> None:
    """BLEU against the beam's width and the length penalty, on request: it needs pandas and plotly.

    The command that measured it stands below, as does the name of a model that was not measured.
    """
    st.subheader(say("search_page.measured"), anchor=False)
    if not st.toggle(say("search_page.measured_on"), key="search_measured"):
        return
    from core.figures import measurements as figures
    from core.measurements import about, table

    st.html(STYLE)
    language = st.session_state.lang
    try:
        every = [shipped(path) for path in about.tables()]
        found = every[0]
        drawn = [
            figures.searches(found.rows, over, language=language) for over in ("beam", "alpha")
        ]
    except (OSError, ValueError, LookupError):
        st.info(say("search_page.no_table"))
        verbatim(COMMAND)
        return
    missing = [table.label(found.rows, name) for name in unmeasured(every)]
    own = found.rows[found.rows["setting"].str.startswith("beam=")]
    count = f"{int(own['count'].max()):,}"
    penalised = own[~own["setting"].str.endswith("alpha=0")]["setting"].iloc[0]
    width = penalised.split()[0].removeprefix("beam=")
    slice_ = say("search_page.measured_slice", count=count)
    st.markdown(say("search_page.measured_text", slice=slice_, width=width))
    for column, figure in zip(st.columns(2, gap="large"), drawn, strict=True):
        column.plotly_chart(figure, config={"displaylogo": False, "displayModeBar": False})
    st.markdown("\n".join(f"- {line}" for line in told(own)))
    if missing:
        st.info(say("search_page.unmeasured", names=", ".join(missing)))
    how = found.about
    st.caption(say("measurements.caption", what=slice_, command=how["command"], seed=how["seed"]))


def told(own) -> list[str]:
    """What the widest beam without a penalty did for each model, beside greedy decoding."""
    from core.measurements import table
    from core.measurements.reading.base import apart, signed

    plain = own[own["setting"].str.endswith("alpha=0")]
    widths = sorted({int(name.split()[0].removeprefix("beam=")) for name in plain["setting"]})
    first, last = (table.setting(width) for width in (widths[0], widths[-1]))
    lines = []
    for model in own["model"].unique():
        mine = plain[(plain["model"] == model) & (plain["against"] == "")]
        value = mine.set_index(["measure", "setting"])["value"]
        gap = plain[
            (plain["model"] == model) & (plain["against"] == first) & (plain["setting"] == last)
        ].iloc[0]
        greedy, best = value["bleu", first], value["bleu", last]
        lines.append(
            say(
                "search_page.searched",
                model=table.label(own, model),
                width=widths[-1],
                greedy=f"{greedy:.1f}",
                best=f"{best:.1f}",
                gap=signed(apart(best, greedy)),
                p=f"{gap['p']:.3f}",
                low=f"{value['log_prob', first]:.2f}".replace("-", "−"),
                high=f"{value['log_prob', last]:.2f}".replace("-", "−"),
            )
        )
    return lines
