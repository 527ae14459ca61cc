"""A moment of a training as a plotly figure: attention, curves, gradients, target and softmax."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.figures.scales import SCALES, literal
from core.words import section

if TYPE_CHECKING:
    from core.live.snapshot import Snapshot

FIRST, SECOND = "#0b6e5f", "#8a3b78"  # as on the page: what a run is, and what is beside it


def snapshot(shown: Snapshot, language: str = "en") -> go.Figure:
    """Four pictures of one moment: the attention of the example, target by source, or what gradient
    reaches its source tokens where there is none; loss and right answers so far; the norm of the
    gradient by layer; the softmax of the first step beside its smoothed target."""
    words = {**section(language, "live"), **section(language, "live_page")}
    attends = shown.weights is not None
    titles = (
        words["attention"] if attends else words["reach"],
        words["chart_right"], words["norms"], words["softmax_first"],
    )  # fmt: skip
    figure = make_subplots(
        2, 2, subplot_titles=titles, specs=[[{}, {"secondary_y": True}], [{}, {}]],
        vertical_spacing=0.16,
    )  # fmt: skip
    _attention(figure, shown) if attends else _reach(figure, shown)
    _curves(figure, shown, words)
    layers = section(language, "live_layers")
    figure.add_bar(
        x=[norm for _, norm in shown.norms], y=[_layer(name, layers) for name, _ in shown.norms],
        orientation="h", marker_color=FIRST, row=2, col=1,
    )  # fmt: skip
    figure.update_xaxes(type="log", row=2, col=1)
    _softmax(figure, shown, words)
    right = next((one.right for one in reversed(shown.curve) if one.right is not None), None)
    told = "–" if right is None else f"{right:.0f}"
    figure.update_layout(
        title=words["figure_title"].format(update=f"{shown.moment.update:,}", right=told),
        showlegend=False, width=980, height=720, template="plotly_white",
    )  # fmt: skip
    return figure


def _attention(figure: go.Figure, shown: Snapshot) -> None:
    """Tokens stand at their places: two that are alike are two rows."""
    sides = (shown.example.source, shown.example.target)
    places = [list(range(len(side))) for side in sides]
    figure.add_heatmap(
        z=shown.weights, x=places[0], y=places[1], zmin=0, zmax=1, colorscale=SCALES["weights"],
        showscale=False, row=1, col=1,
    )  # fmt: skip
    for axis, side, at in zip(("xaxes", "yaxes"), sides, places, strict=True):
        getattr(figure, f"update_{axis}")(
            tickvals=at, ticktext=[literal(token) for token in side], row=1, col=1
        )
    figure.update_yaxes(autorange="reversed", row=1, col=1)


def _reach(figure: go.Figure, shown: Snapshot) -> None:
    places = list(range(len(shown.reach)))
    figure.add_bar(x=places, y=shown.reach, marker_color=FIRST, row=1, col=1)
    labels = [literal(token) for token in shown.example.source]
    figure.update_xaxes(tickvals=places, ticktext=labels, row=1, col=1)
    figure.update_yaxes(type="log", row=1, col=1)


def _curves(figure: go.Figure, shown: Snapshot, words: dict) -> None:
    for part, colour, second in (("right", FIRST, False), ("held_out_loss", SECOND, True)):
        points = [one for one in shown.curve if getattr(one, part) is not None]
        figure.add_scatter(
            x=[one.update for one in points], y=[getattr(one, part) for one in points],
            line={"color": colour, "dash": "dash" if second else "solid"}, mode="lines+markers",
            row=1, col=2, secondary_y=second,
        )  # fmt: skip
    figure.update_yaxes(range=[0, 100], row=1, col=2, secondary_y=False)
    figure.update_yaxes(
        title=words["chart_loss"], rangemode="tozero", row=1, col=2, secondary_y=True
    )


def _softmax(figure: go.Figure, shown: Snapshot, words: dict) -> None:
    step = shown.softmax[0]
    labels = [literal(one.token) for one in step]
    figure.add_bar(
        x=labels, y=[one.probability for one in step], marker_color=FIRST, row=2, col=2
    )  # fmt: skip
    figure.add_scatter(
        x=labels, y=[shown.target_of(one.wanted) for one in step], mode="markers",
        marker={"symbol": "line-ew-open", "size": 22, "color": SECOND, "line": {"width": 3}},
        row=2, col=2,
    )  # fmt: skip
    figure.update_xaxes(type="category", row=2, col=2)
    figure.update_yaxes(range=[0, 1], row=2, col=2)


def _layer(name: str, layers: dict) -> str:
    part, _, number = name.partition(".")
    return f"{layers.get(part, part)} {number}".strip()
