"""Plotly figures of a trace: pure functions, a trace in, a figure out."""

from __future__ import annotations

import html

import numpy as np
import plotly.graph_objects as go

from core.trace import SearchTrace

# The stage's colours (core/stage/colours.js): weights dark to bright, the small ones lifted by a
# power; scores blue below zero, orange above, paper between. Red never stands against green.
SEQUENTIAL = ((18, 30, 66), (38, 83, 124), (44, 140, 140), (128, 190, 110), (253, 231, 76))
DIVERGING = ((0, 78, 137), (96, 160, 204), (250, 249, 246), (226, 146, 90), (158, 58, 0))
POWER = 0.75


def _scale(stops: tuple[tuple[int, int, int], ...], power: float = 1.0) -> list[tuple[float, str]]:
    """A plotly colour scale through `stops`, evenly spaced along value ** power."""
    at = np.linspace(0, 1, 33)
    mixed = [
        np.interp(at**power, np.linspace(0, 1, len(stops)), part)
        for part in zip(*stops, strict=True)
    ]
    return [
        (float(x), f"rgb({r:.0f},{g:.0f},{b:.0f})") for x, r, g, b in zip(at, *mixed, strict=True)
    ]


SCALES = {"weights": _scale(SEQUENTIAL, POWER), "scores": _scale(DIVERGING)}


def heatmap(trace: SearchTrace, kind: str = "weights", block: str = "cross") -> go.Figure:
    """The attention of the best hypothesis, target by source; `kind` is "weights" or "scores".

    Weights are coloured from 0 to 1, scores around zero; what is not visible stays blank. Raises
    ValueError for another kind, LookupError when the model has no such block.
    """
    if kind not in SCALES:
        raise ValueError(f"no kind of heatmap {kind!r}; there are {', '.join(SCALES)}")
    found = trace.attention(block)
    values = getattr(found, kind)
    seen = values[found.visible]
    # A domain of no width could not be drawn.
    bound = float(np.abs(seen).max(initial=0)) or 1.0
    low, high = (0.0, 1.0) if kind == "weights" else (-bound, bound)
    sources, targets = (
        [_literal(label) for label in labels] for labels in (found.keys, found.queries)
    )
    figure = go.Figure(
        go.Heatmap(
            # Indices and not labels are the coordinates: a token may occur twice.
            x=list(range(len(sources))),
            y=list(range(len(targets))),
            z=_blanked(values, found.visible),
            zmin=low,
            zmax=high,
            colorscale=SCALES[kind],
            colorbar={"title": {"text": kind[:-1]}},
            customdata=[
                [
                    [source, target, f"{found.scores[q, k]:.4f}", f"{found.weights[q, k]:.4f}"]
                    for k, source in enumerate(sources)
                ]
                for q, target in enumerate(targets)
            ],
            hovertemplate="source %{customdata[0]}<br>target %{customdata[1]}<br>"
            "score %{customdata[2]}<br>weight %{customdata[3]}<extra></extra>",
            hoverongaps=False,
        )
    )
    figure.update_xaxes(
        title="source", tickmode="array", tickvals=list(range(len(sources))), ticktext=sources,
        side="top", constrain="domain", showgrid=False, zeroline=False,
    )  # fmt: skip
    figure.update_yaxes(
        title="target", tickmode="array", tickvals=list(range(len(targets))), ticktext=targets,
        autorange="reversed", constrain="domain", showgrid=False, zeroline=False,
    )  # fmt: skip
    return figure


def _blanked(values: np.ndarray, visible: np.ndarray) -> list[list[float | None]]:
    return [
        [float(value) if shown else None for value, shown in zip(row, mask, strict=True)]
        for row, mask in zip(values, visible, strict=True)
    ]


def _literal(label: str) -> str:
    """`label` as plotly draws it literally: it reads some HTML, and TeX between dollar signs."""
    return html.escape(label, quote=False).replace("$", "&#36;")
