"""Measurements: how the shipped models differ, in figures, in words and in a table."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core import manifest
from core.about import UNDETERMINED
from core.figures import measurements as figures
from core.manifest import ModelError
from core.measurements import about, reading, table
from core.measurements.reading import base
from core.measurements.table import HEAVIEST
from pages.shared import agreed, box, frame, glossaries, link, longer, measured, sentence
from pages.shared.frame import literal, reads, say, verbatim

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

QUALITY = ("bleu", "chrf", "cer", "perplexity")
BEHAVIOUR = ("entropy", "largest", "end", "punctuation", "coverage")
# The columns of the table: the measure, where and how it was measured.
COLUMNS = (
    ("bleu", "test", ""), ("chrf", "test", ""), ("cer", "test", ""), ("perplexity", "test", ""),
    ("aer", "hansards", HEAVIEST), ("precision", "hansards", HEAVIEST),
    ("recall", "hansards", HEAVIEST), ("entropy", "test", ""), ("largest", "test", ""),
    ("end", "test", ""), ("punctuation", "test", ""), ("coverage", "test", ""),
    ("decoding", "test", ""), ("training", "", ""), ("parameters", "", ""),
)  # fmt: skip


class Page:
    """One run of the page over one table."""

    def __init__(self, found: table.Table):
        self.found, self.rows = found, found.rows
        self.alone = len(found.weights) < 2  # nothing to compare, with a paper or otherwise
        self.language, self.large = st.session_state.lang, st.session_state.large

    def tell(self, topic: str) -> None:
        """What follows from the table, as a list."""
        facts = reading.read(self.rows, topic)
        st.markdown("\n".join(f"- {self.sentence(fact)}" for fact in facts))

    def paper(self, topic: str) -> None:
        """What the paper found, and whether our models agree."""
        facts = [] if self.alone else reading.read(self.rows, topic)
        if facts:
            with st.container(border=True):
                st.markdown(" ".join(map(self.sentence, facts)))

    def sentence(self, fact: reading.Fact) -> str:
        """A fact in words, with the most tokens that these models read."""
        from core.tokenisers import tokeniser

        kind = self.found.about.get("tokeniser", about.USUAL)
        values = fact.values and {"limit": tokeniser(kind).most, **fact.values}
        for name in self.found.weights:
            called = table.label(self.rows, name)
            if literal(called) != called:  # a name of a folder is no markup
                values = {
                    key: one.replace(called, literal(called)) if isinstance(one, str) else one
                    for key, one in values.items()
                }
        return say(f"measurements.{fact.key}", tokens=kind, **values)

    def draw(self, name: str, figure: Figure, what: str, of: str = "") -> None:
        """A chart under a title that opens its meaning, and over the command that measured it.

        `of` is the model whose chart it is, where each has one of its own.
        """
        key, title = f"{name}{of}", say(f"measurements.{name}")
        with st.popover(f"**{title}**", type="tertiary", key=f"about-{key}"):
            st.markdown(self.help(name))
        if self.large:
            font = {"size": 18}
            figure.update_layout(font=font, legend_font=font, height=1.5 * figure.layout.height)
            figure.update_xaxes(tickfont=font, title_font=font)
            figure.update_yaxes(tickfont=font, title_font=font)
        st.plotly_chart(
            figure, config={"displaylogo": False, "displayModeBar": False}, key=f"chart-{key}",
            alt=f"{title}. {say('measurements.numbers')} ↓",
        )  # fmt: skip
        self.caption(what)

    def help(self, name: str) -> str:
        """What a chart or a column means."""
        models, told = len(self.found.weights), self.found.about
        means = say(
            f"measurements.{name}_help", threads=told["threads"], models=models,
            pairs=models * (models - 1) // 2,
        )  # fmt: skip
        usual = "--alignments" not in told["command"]  # the links that measuring finds by itself
        return f"{means} {say('measurements.aer_hansards')}" if name == "aer" and usual else means

    def caption(self, what: str) -> None:
        about = self.found.about
        st.caption(
            say("measurements.caption", what=what, command=about["command"], seed=about["seed"])
        )

    def count(self, measure: str, kind: str, **where: str) -> str:
        """How much a measure rests on, in words."""
        found = table.pick(self.rows, measure, **where)["count"]
        return say(f"measurements.rests_{kind}", count=int(found.max()))

    def quality(self) -> None:
        st.subheader(say("measurements.quality"), anchor=False)
        there = [key for key in QUALITY if len(table.pick(self.rows, key, slice="test"))]
        chosen = st.segmented_control(
            say("measurements.choose"), there, default=there[0], key="quality",
            format_func=lambda key: say(f"measurements.{key}"), required=True,
            label_visibility="collapsed",
        )  # fmt: skip
        pairs = "pairs" if chosen == "perplexity" else "sentences"
        rests = self.count(chosen, pairs, slice="test")
        left, right = st.columns(2, gap="large")
        with left:
            figure = figures.estimates(self.rows, chosen, "test", language=self.language)
            self.draw(chosen, figure, rests)
        with right:
            if len(self.found.weights) > 1:
                figure = figures.differences(self.rows, chosen)
                self.draw("differences", figure, rests)
        self.tell("quality")
        figure = figures.lengths(self.rows, language=self.language)
        self.draw("lengths", figure, say("measurements.rests_lengths"))
        self.paper("luong_scores")
        self.paper("luong_length")

    def alignment(self) -> None:
        st.subheader(say("measurements.alignment"), anchor=False)
        if table.pick(self.rows, "aer", slice="hansards", setting=HEAVIEST).empty:
            st.info(say("measurements.unattended"))
            return
        rests = self.count("aer", "pairs", slice="hansards", setting=HEAVIEST)
        left, right = st.columns(2, gap="large")
        with left:
            figure = figures.estimates(self.rows, "aer", "hansards", HEAVIEST, self.language)
            self.draw("aer", figure, rests)
        with right:
            figure = figures.alignment_curve(self.rows, self.language)
            self.draw("curve", figure, rests)
        self.tell("alignment")
        self.heads()
        self.paper("luong_aer")

    def heads(self) -> None:
        """The alignment of each head of the Transformers."""
        aligned = table.pick(self.rows, "aer", slice="hansards", setting=HEAVIEST)
        for model in aligned[aligned["block"].str.contains(".", regex=False)]["model"].unique():
            figure = figures.heads(self.rows, model, self.language)
            rests = self.count("aer", "pairs", model=model, slice="hansards", setting=HEAVIEST)
            self.draw("heads", figure, f"{table.label(self.rows, model)} · {rests}", of=model)

    def attention(self) -> None:
        st.subheader(say("measurements.attention"), anchor=False)
        if table.pick(self.rows, "entropy").empty:
            st.info(say("measurements.unattended"))
            return
        rests = self.count("entropy", "pairs", slice="test")
        compared = (self.rows["measure"] == "divergence").any()
        places = iter([*st.columns(3, gap="medium"), *st.columns(3, gap="medium")])
        for key in BEHAVIOUR:
            with next(places):
                figure = figures.estimates(self.rows, key, "test", language=self.language)
                self.draw(key, figure, rests)
        if compared:
            with next(places):
                self.draw("divergence", figures.divergence(self.rows, self.language), rests)
        self.tell("attention")

    def cost(self) -> None:
        st.subheader(say("measurements.cost"), anchor=False)
        time, training, size = st.columns(3, gap="medium")
        with time:
            rests = self.count("decoding", "sentences", slice="test")
            self.draw("decoding", figures.decoding(self.rows, self.language), rests)
        with training:
            if not table.pick(self.rows, "training").empty:
                figure = figures.estimates(self.rows, "training", language=self.language)
                self.draw("training", figure, say("measurements.rests_training"))
        with size:
            figure = figures.estimates(self.rows, "parameters", language=self.language)
            self.draw("parameters", figure, say("measurements.rests_models"))
        self.tell("cost")

    def numbers(self) -> None:
        st.subheader(say("measurements.numbers"), anchor=False)
        shown = self.wide()
        st.dataframe(
            shown, hide_index=True, key="numbers", alt=say("measurements.numbers"),
            placeholder="–",
            column_config={
                "model": st.column_config.TextColumn(say("measurements.model"), pinned=True),
                **{key: self.column(key) for key in shown.columns[1:]},
            },
        )  # fmt: skip
        self.caption(say("measurements.table_help"))
        with st.expander(say("measurements.whole")):
            st.dataframe(self.rows, hide_index=True, key="whole", alt=say("measurements.whole"))
        st.download_button(
            # Its mark at the beginning tells spreadsheets that it is in UTF-8.
            say("measurements.download"), lambda: "\ufeff" + table.text(self.found),
            mime="text/csv", file_name="heed-evaluation.csv", on_click="ignore",
        )  # fmt: skip

    def wide(self) -> pd.DataFrame:
        """One row a model, one column a measure that there is; several heads as their mean."""
        shown = {
            key: base.values(self.rows, key, slice=where, setting=setting)
            * (100 if table.UNITS[key] == "share" else 1)
            for key, where, setting in COLUMNS
        }
        found = pd.DataFrame(shown).reindex(list(self.found.weights)).dropna(axis=1, how="all")
        found.index = [table.label(self.rows, name) for name in found.index]
        return found.rename_axis("model").reset_index()

    def column(self, key: str):
        share = table.UNITS[key] == "share"
        form = "%.1f%%" if share else "localized" if key == "parameters" else "%.2f"
        return st.column_config.NumberColumn(
            "AER" if key == "aer" else say(f"measurements.{key}"),
            help=self.help(key),
            format=form,
        )


def own() -> list[table.Table]:
    """The tables of own models, as far as they have one of these weights."""
    found = []
    for entry in manifest.entries().values():
        path = entry.folder / about.FILE
        with suppress(OSError, ValueError):
            one = measured.shipped(path) if entry.own else None
            if one and one.current(entry.name, entry.digest):
                found.append(one)
    return found


def choose(tables: list[table.Table]) -> table.Table:
    """The test set that the person chooses: models of two, or whose tokens are others, are never
    compared."""
    if len(tables) < 2:
        return tables[0]

    def named(one: table.Table) -> str:
        pair = box.languages(*(one.about.get(side, UNDETERMINED) for side in ("source", "target")))
        read = reads(one.about.get("tokeniser", about.USUAL))
        names = ", ".join(table.label(one.rows, name) for name in one.weights)
        return " · ".join(filter(None, (pair, read, names)))

    titles = {str(place): named(one) for place, one in enumerate(tables)}
    place = sentence.line().selectbox(
        say("measurements.test_set"), list(titles), key="test_set", format_func=titles.__getitem__,
        label_visibility="collapsed",
    )  # fmt: skip
    return tables[int(place)]


def show() -> None:
    try:
        found = [measured.shipped(path) for path in (about.tables() or [about.PATH])]
    except (OSError, ValueError) as error:
        st.error(say("measurements.missing"))
        verbatim(measured.COMMAND)
        verbatim(error)
        return
    try:
        page = Page(choose(table.gather([*found, *own()])))
        missing = measured.unmeasured(found)
    except ModelError as error:
        page = Page(found[0])
        st.error(say("errors.manifest"))
        verbatim(error)
    else:
        if missing:
            st.info(
                say("measurements.unmeasured", models=", ".join(missing)) + f" `{measured.COMMAND}`"
            )
    page.quality()
    longer.section()
    page.alignment()
    page.attention()
    agreed.section()
    page.cost()
    page.numbers()
    glossaries.section()


st.html(measured.STYLE)
frame.header(say("measurements.title"), say("measurements.subtitle"))
link.write()
show()
