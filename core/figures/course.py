"""The whole record of a training as a plotly figure, and as files: the figures of its task, and the
loss, over the updates."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.figures.measurements import COLOURS, FIGURES
from core.figures.scales import literal
from core.words import say

OWN = (*FIGURES, "right")
WIDE, ROW = 900, 230  # pixels of a picture, and of one of its curves
NAME = "curves"


def curves(course: Sequence[dict], language: str = "en") -> go.Figure:
    """Of `course`, entries of a record in their order. Raises ValueError for an empty one."""
    if not course:
        raise ValueError("nothing was measured in this training: there are no curves to draw")
    figures = [name for name in OWN if any(_number(one.get(name)) for one in course)]
    rows = len(figures) + 1
    titles = [say(language, f"replay_page.curve_{name}") for name in figures]
    titles.append(say(language, "replay_page.curves_loss"))
    figure = make_subplots(rows, 1, shared_xaxes=True, subplot_titles=titles,
                           vertical_spacing=0.3 / rows)  # fmt: skip
    for row, name in enumerate(figures, 1):
        _line(figure, course, name, row, COLOURS[row], language)
    for name, dash in (("loss", "dot"), ("held_out_loss", "solid")):
        _line(figure, course, name, rows, COLOURS[0], language, dash)
    figure.update_xaxes(title=say(language, "replay.update"), row=rows, col=1)
    figure.update_yaxes(rangemode="tozero")
    figure.update_layout(
        height=150 + ROW * rows, template="plotly_white", margin={"t": 90, "b": 90},
        legend={"orientation": "h", "y": -0.14 / rows - 0.06},
    )  # fmt: skip
    return figure


def _line(figure, course, name, row, colour, language, dash="solid") -> None:
    points = [one for one in course if _number(one.get(name))]
    if points:
        figure.add_scatter(
            x=[one["update"] for one in points], y=[one[name] for one in points],
            name=say(language, f"replay_page.curve_{name}"), mode="lines+markers",
            line={"color": colour, "dash": dash}, row=row, col=1,
        )  # fmt: skip


def _number(value) -> bool:
    return isinstance(value, int | float)


def draw(course: Sequence[dict], folder: Path) -> list[str]:
    """Writes the curves into `folder` as an HTML file with nothing to fetch, and as PNG where
    Kaleido and a Chrome are there; what can be told of that. Raises ValueError for an empty course,
    OSError where nothing can be written."""
    figure = curves(course)
    figure.update_layout(title=literal(folder.name))
    path = folder / f"{NAME}.html"
    figure.write_html(path, include_plotlyjs=True)
    told = [f"Its curves: {path}"]
    if find_spec("kaleido") is None:
        return [*told, "For PNG as well: pip install -r requirements-training.txt"]
    picture = path.with_suffix(".png")
    try:
        figure.write_image(picture, width=WIDE, scale=2)
    except Exception as error:  # whatever a browser that is driven from outside may fail of
        return [*told, f"No PNG, for Kaleido says: {str(error).strip().splitlines()[0]}"]
    return [*told, f"and {picture}"]
