"""The attention of a translation as a plotly heatmap."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from core.figures.scales import SCALES, literal
from core.trace import Trace
from core.words import section

# What keys and queries are, where they are not source and target.
SIDES = {"self": ("target", "target"), "encoder": ("source", "source")}


def heatmap(
    trace: Trace, kind: str = "weights", block: str = "cross", language: str = "en"
) -> go.Figure:
    """The attention of the best hypothesis, target by source; `kind` is "weights" or "scores".

    Of a Transformer `block` is any of `Trace.attention`, a mean of heads, or what words of
    one side read of each other. Weights are coloured from 0 to 1, scores around zero; what is not
    visible stays blank. Raises ValueError for another kind, or the scores of a mean, which has
    none; LookupError when the model has no such block.
    """
    if kind not in SCALES:
        raise ValueError(f"no kind of heatmap {kind!r}; there are {', '.join(SCALES)}")
    found = trace.attention(block)
    scored = found.scores is not None
    if kind == "scores" and not scored:
        known = any(one.scores is not None for one in trace.attentions)
        raise ValueError(
            f"{block!r} is a mean over heads and has no scores; say {block}.1 or so" if known
            else f"{block!r} has weights in this trace, but no scores"
        )  # fmt: skip
    values = getattr(found, kind)
    seen = values[found.visible]
    # A domain of no width could not be drawn.
    bound = float(np.abs(seen).max(initial=0)) or 1.0
    low, high = (0.0, 1.0) if kind == "weights" else (-bound, bound)
    sources, targets = (
        [literal(label) for label in labels] for labels in (found.keys, found.queries)
    )
    words = section(language, "figures")
    across, down = SIDES.get(block.split(".")[0], ("source", "target"))
    told = [(across, 0), (down, 1), *([("score", 2)] if scored else []), ("weight", 3)]
    figure = go.Figure(
        go.Heatmap(
            # Indices and not labels are the coordinates: a token may occur twice.
            x=list(range(len(sources))),
            y=list(range(len(targets))),
            z=_blanked(values, found.visible),
            zmin=low,
            zmax=high,
            colorscale=SCALES[kind],
            colorbar={"title": {"text": words[kind[:-1]]}},
            customdata=[
                [
                    [
                        source,
                        target,
                        f"{found.scores[q, k]:.4f}" if scored else "",
                        f"{found.weights[q, k]:.4f}",
                    ]
                    for k, source in enumerate(sources)
                ]
                for q, target in enumerate(targets)
            ],
            hovertemplate="<br>".join(
                f"{words[key]} %{{customdata[{place}]}}" for key, place in told
            )
            + "<extra></extra>",
            hoverongaps=False,
        )
    )
    figure.update_xaxes(
        title=words[across], tickmode="array", tickvals=list(range(len(sources))),
        ticktext=sources, side="top", constrain="domain", showgrid=False, zeroline=False,
    )  # fmt: skip
    figure.update_yaxes(
        title=words[down], tickmode="array", tickvals=list(range(len(targets))),
        ticktext=targets, autorange="reversed", constrain="domain", showgrid=False, zeroline=False,
    )  # fmt: skip
    return figure


def _blanked(values: np.ndarray, visible: np.ndarray) -> list[list[float | None]]:
    return [
        [float(value) if shown else None for value, shown in zip(row, mask, strict=True)]
        for row, mask in zip(values, visible, strict=True)
    ]
