"""Training and decoding as plotly figures: quality by position both ways, calibration, and the time
of a target at once and step by step. No figure sets the colour of its paper or its type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from core.figures.measurements import COLOURS, MARKS, QUIET
from core.figures.scales import literal
from core.measurements.exposure import Bin, Group
from core.words import say

if TYPE_CHECKING:
    from core.bothways import BothWays

MARGIN = {"l": 8, "r": 12, "t": 8, "b": 8}
HIGH = 360


def by_position(
    shown: Mapping[str, Sequence[Group]], share: bool = False, language: str = "en"
) -> go.Figure:
    """−log p of the reference's token by position, or the `share` of steps at which it is the
    likeliest: a full line under teacher forcing, a dashed one free running."""
    figure = go.Figure(layout={"height": HIGH, "margin": MARGIN})
    for place, (name, groups) in enumerate(shown.items()):
        for way, dash in (("forced", "solid"), ("free", "dash")):
            key = f"right_{way}" if share else way
            told = say(language, f"forcing_page.{way}")
            figure.add_scatter(
                x=[(one.first + one.last) / 2 for one in groups],
                y=[getattr(one, key) * (100 if share else 1) for one in groups],
                name=f"{literal(name)} · {told}", mode="lines+markers",
                line={"color": COLOURS[place % len(COLOURS)], "dash": dash},
                marker={"symbol": MARKS[place % len(MARKS)], "size": 7},
                customdata=[[_span(one), f"{one.count:,}"] for one in groups],
                hovertemplate=say(language, "forcing_page.hover_position"),
            )  # fmt: skip
    figure.update_layout(
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        xaxis={"title": say(language, "forcing_page.position"), "rangemode": "tozero"},
        yaxis={
            "title": say(language, f"forcing_page.axis_{'share' if share else 'loss'}"),
            "rangemode": "tozero", "ticksuffix": "%" if share else "",
        },
    )  # fmt: skip
    return figure


def _span(one: Group) -> str:
    return str(one.first) if one.first == one.last else f"{one.first}–{one.last}"


def reliability(shown: Mapping[str, Sequence[Bin]], language: str = "en") -> go.Figure:
    """How often a model is right where it is so sure; on the diagonal sureness is what it says
    (Guo et al. 2017, arXiv 1706.04599, figure 1)."""
    figure = go.Figure(layout={"height": HIGH, "margin": MARGIN})
    figure.add_scatter(
        x=[0, 100], y=[0, 100], mode="lines", line={"color": QUIET, "dash": "dot"},
        name=say(language, "forcing_page.calibrated"), hoverinfo="skip",
    )  # fmt: skip
    for place, (name, bins) in enumerate(shown.items()):
        most = max(one.count for one in bins)
        figure.add_scatter(
            x=[100 * one.sure for one in bins], y=[100 * one.right for one in bins],
            name=literal(name), mode="lines+markers",
            line={"color": COLOURS[place % len(COLOURS)]},
            marker={
                "symbol": MARKS[place % len(MARKS)],
                "size": [6 + 12 * (one.count / most) ** 0.5 for one in bins],
            },
            customdata=[f"{one.count:,}" for one in bins],
            hovertemplate=say(language, "forcing_page.hover_bin"),
        )  # fmt: skip
    figure.update_layout(
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        xaxis={"title": say(language, "forcing_page.axis_sure"), "range": [0, 100.5],
               "ticksuffix": "%"},
        yaxis={"title": say(language, "forcing_page.axis_right"), "range": [0, 102],
               "ticksuffix": "%"},
    )  # fmt: skip
    return figure


def both_ways(shown: BothWays, language: str = "en") -> go.Figure:
    """The time of all positions at once above that of each step, one after another."""
    rows = [say(language, f"forcing_page.{one}") for one in ("stepwise", "at_once")]
    figure = go.Figure(layout={"height": 190, "margin": MARGIN, "barmode": "stack"})
    figure.add_bar(
        x=[shown.at_once], y=rows[1:], orientation="h", marker_color=COLOURS[0],
        hovertemplate="%{x:.1f} ms<extra></extra>",
    )  # fmt: skip
    for step, (piece, ms) in enumerate(zip(shown.pieces, shown.steps, strict=True), 1):
        figure.add_bar(
            x=[float(ms)], y=rows[:1], orientation="h", marker_color=COLOURS[1],
            marker_line={"color": "rgba(255,255,255,.9)", "width": 1.5},
            hovertemplate=f"{step}: {literal(piece)}<br>%{{x:.1f}} ms<extra></extra>",
        )  # fmt: skip
    figure.update_layout(showlegend=False, xaxis={"title": "ms", "rangemode": "tozero"})
    return figure
