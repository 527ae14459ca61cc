"""Plotly figures of measurements: pure functions, a table or a record in, a figure out.

The tables are those of `core.measurements.table`, as pandas frames. No figure sets the colour of
its paper or its type, so that the theme of the page does.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from core.figures.scales import SCALES
from core.measurements import table
from core.words import say

# Each is at least 3.3 : 1 away from light and from dark paper, and no two differ by hue alone
# where lines meet: they have marks and dashes of their own as well.
COLOURS = ("#2b83c6", "#c8641c", "#1f9a7a", "#9467c9", "#d0508f", "#8f8a1d", "#7d7c86")
MARKS = ("circle", "square", "diamond", "triangle-up", "x", "star", "pentagon")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "solid")
QUIET = "#8a8895"  # what stands for no model
# Blue below zero, orange above, and at zero the paper shows, light or dark.
DIFFERENCE = [
    [0.0, "rgba(43,131,198,0.8)"], [0.5, "rgba(128,128,128,0)"], [1.0, "rgba(200,100,28,0.8)"]
]  # fmt: skip
SHARES = {"aer", "cer", "precision", "recall", "largest", "end", "punctuation", "coverage"}
FIGURES = ("bleu", "accuracy", "perplexity")  # what tasks record of held-out data, besides the loss
MARGIN = {"l": 8, "r": 12, "t": 8, "b": 8}
ROW = 38  # pixels of a model in a chart that lists them


def course(record: dict, language: str = "en") -> go.Figure:
    """The figure of its task and the held-out loss over the epochs of a training record, as far as
    it has them."""
    measured = record["measured"]
    own = next((name for name in FIGURES if all(name in entry for entry in measured)), "")
    epochs = [round(entry["update"] / measured[0]["update"]) for entry in measured]
    figure = go.Figure(layout={"height": 300, "margin": {"l": 10, "r": 10, "t": 30, "b": 10}})
    lines = ((own, "y", {"color": COLOURS[2]}), ("held_out_loss", "y2", {"color": QUIET,
             "dash": "dash"}))  # fmt: skip
    for key, axis, line in lines:
        if not all(key in entry for entry in measured):
            continue
        figure.add_scatter(
            x=epochs,
            y=[entry[key] for entry in measured],
            yaxis=axis,
            name=say(language, f"models.{key}"),
            line=line,
        )
    figure.update_layout(
        legend={"orientation": "h", "y": 1.15},
        xaxis={"title": say(language, "models.epoch"), "dtick": 1 if len(epochs) <= 20 else 5},
        yaxis={"title": own and say(language, f"models.axis_{own}"), "rangemode": "tozero"},
        yaxis2={
            "title": say(language, "models.nats"),
            "overlaying": "y",
            "side": "right",
            "showgrid": False,
            "tickformat": ".2f",
        },
    )
    return figure


def estimates(
    rows: pd.DataFrame, measure: str, slice: str = "", setting: str = "", language: str = "en"
) -> go.Figure:
    """One measure of each model: a point, its 95% interval, its value beside it.

    A row without a model, such as links along the diagonal, is a dotted line. Raises LookupError
    when nothing of that measure is in the table.
    """
    found = _own(rows, measure, slice)
    shown = found[(found["model"] != "") & (found["setting"] == setting)]
    if shown.empty:
        raise LookupError(f"the table has nothing of {measure!r} {setting} on {slice or 'models'}")
    percent = measure in SHARES
    scale = 100 if percent else 1
    labels = [table.label(rows, model) for model in shown["model"]]
    value, low, high = (shown[name] * scale for name in ("value", "low", "high"))
    form = "{:.1f}%" if percent else "{:.1f}" if value.abs().max() >= 10 else "{:.2f}"
    if measure == "parameters":
        form = "{:,.0f}"
    texts = [form.format(number) for number in value]
    between = [
        "" if math.isnan(a) else f" ({form.format(a)} – {form.format(b)})"
        for a, b in zip(low, high, strict=True)
    ]
    interval = low.notna().any()
    figure = go.Figure(
        go.Scatter(
            x=list(value),
            y=labels,
            mode="markers+text",
            text=texts,
            textposition="top center",
            cliponaxis=False,
            marker={"size": 11, "color": [_colour(rows, name) for name in shown["model"]]},
            error_x={
                "type": "data", "symmetric": False, "array": list(high - value),
                "arrayminus": list(value - low), "thickness": 1.6, "width": 5, "color": QUIET,
            } if interval else None,
            customdata=between,
            hovertemplate="%{y}: %{text}%{customdata}<extra></extra>",
        )
    )  # fmt: skip
    reached, above = [*value, *low.dropna(), *high.dropna()], MARGIN["t"]
    for line in found[found["model"] == ""].itertuples():
        at = line.value * scale
        reached.append(at)
        figure.add_vline(
            x=at, line={"dash": "dot", "color": QUIET},
            annotation_text=f"{say(language, f'measurements.{line.setting}')} {form.format(at)}",
            # Above the rows: beside one it would lie over its value.
            annotation={"y": 1, "yanchor": "bottom", "xanchor": "center"},
        )  # fmt: skip
        above = 28
    low_end, high_end = min(reached), max(reached)
    room = 0.12 * (high_end - low_end) or 0.1 * abs(high_end) or 1
    figure.update_xaxes(
        range=[low_end - room, high_end + room], zeroline=False, nticks=6,
        ticksuffix="%" if percent else "",
    )  # fmt: skip
    return _listing(figure, labels, above=above)


def lengths(rows: pd.DataFrame, measure: str = "bleu", language: str = "en") -> go.Figure:
    """BLEU or chrF by source length, a line for each model with its 95% intervals.

    Raises LookupError when nothing by length is in the table.
    """
    found = _own(rows, measure)
    found = found[found["slice"].str.endswith(" words") & (found["setting"] == "")]
    if found.empty:
        raise LookupError(f"the table has no {measure!r} by length")
    slices = table.lengths(found)
    models = list(found["model"].unique())
    figure = go.Figure(layout={"height": 360, "margin": MARGIN})
    for place, model in enumerate(models):
        own = found[found["model"] == model].set_index("slice").reindex(slices)
        # A little beside each other, or the intervals would hide one another.
        shift = 0.045 * (place - (len(models) - 1) / 2)
        figure.add_scatter(
            x=[i + shift for i in range(len(slices))],
            y=list(own["value"]),
            name=table.label(rows, model),
            mode="lines+markers",
            line={"color": _colour(rows, model), "dash": _pick(DASHES, rows, model), "width": 2.2},
            marker={"symbol": _pick(MARKS, rows, model), "size": 9},
            error_y=_bars(own),
            customdata=list(zip(own["low"], own["high"], own["count"])),
            hovertemplate=f"{table.label(rows, model)}: %{{y:.1f}} (%{{customdata[0]:.1f}} – "
            "%{customdata[1]:.1f})<extra></extra>",
        )  # fmt: skip
    counts = found.drop_duplicates("slice").set_index("slice")["count"]
    ticks = [
        f"{name.removesuffix(' words').replace('-', '–')}<br>n = {counts[name]:,}"
        for name in slices
    ]
    figure.update_xaxes(
        tickmode="array", tickvals=list(range(len(slices))), ticktext=ticks,
        title=say(language, "measurements.words"), showgrid=False, zeroline=False,
    )  # fmt: skip
    figure.update_yaxes(title=say(language, f"measurements.{measure}"), rangemode="tozero")
    return figure.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"})


def differences(
    rows: pd.DataFrame, measure: str = "bleu", slice: str = "test", setting: str = "",
    significant: float = table.SIGNIFICANT,
) -> go.Figure:  # fmt: skip
    """How far the model of a row is above that of a column; only what has a p below `significant`
    has a colour, the rest stands in brackets. Raises LookupError when no two models are compared.
    """
    found = rows[
        (rows["measure"] == measure) & (rows["slice"] == slice) & (rows["setting"] == setting)
        & rows["p"].notna()
    ]  # fmt: skip
    if found.empty:
        raise LookupError(f"the table compares no two models by {measure!r}")
    scale = 100 if measure in SHARES else 1
    gaps: dict[tuple[str, str], tuple[float, float]] = {}
    for row in found.itertuples():
        gaps[row.model, row.against] = scale * row.value, row.p
        gaps[row.against, row.model] = -scale * row.value, row.p
    models = _ordered(rows, {name for pair in gaps for name in pair})
    names = [table.label(rows, model) for model in models]
    bound = max(abs(gap) for gap, _ in gaps.values()) or 1.0
    figure = go.Figure()
    z, hover = [], []
    for one in models:
        z.append([])
        hover.append([])
        for place, other in enumerate(models):
            gap, p = gaps.get((one, other), (None, None))
            if gap is None:
                z[-1].append(None)
                hover[-1].append("")
                continue
            # The root lets a small significant difference show beside a large one.
            root = math.copysign(math.sqrt(abs(gap) / bound), gap)
            z[-1].append(root if p < significant else 0.0)
            hover[-1].append(f"{names[len(z) - 1]} − {names[place]}: {gap:+.2f}, p = {p:.3f}")
            text = f"{gap:+.1f}".replace("-", "−") if abs(gap) >= 0.05 else "0.0"
            # An annotation has the colour of the page's type, whatever the theme.
            figure.add_annotation(
                x=place, y=names[len(z) - 1], text=text if p < significant else f"({text})",
                showarrow=False,
            )  # fmt: skip
    figure.add_heatmap(
        x=list(range(len(names))), y=names, z=z, customdata=hover, hoverongaps=False,
        hovertemplate="%{customdata}<extra></extra>", showscale=False, xgap=2, ygap=2,
        colorscale=DIFFERENCE, zmin=-1, zmax=1,
    )  # fmt: skip
    return _matrix(figure, names)


def divergence(rows: pd.DataFrame, language: str = "en") -> go.Figure:
    """Mean Jensen–Shannon divergence of every two models, 0 (equal) to ln 2 nats, on the scale
    of weights: brighter is more, so less alike. Raises LookupError when none is in the table."""
    found = rows[rows["measure"] == "divergence"]
    if found.empty:
        raise LookupError("the table has no divergence between models")
    both = {}
    for row in found.itertuples():
        for pair in ((row.model, row.against), (row.against, row.model)):
            both.setdefault(pair, row.value)
    models = _ordered(rows, {name for pair in both for name in pair})
    names, nats = [table.label(rows, model) for model in models], say(language, "figures.nats")
    figure = go.Figure(
        go.Heatmap(
            x=list(range(len(names))), y=names,
            z=[[both.get((one, other)) for other in models] for one in models],
            texttemplate="%{z:.2f}", hoverongaps=False, xgap=2, ygap=2,
            colorscale=SCALES["weights"], zmin=0, zmax=math.log(2),
            colorbar={"title": {"text": nats}, "thickness": 12, "tickvals": [0, 0.2, 0.4, 0.6]},
            hovertemplate=f"%{{y}}, %{{customdata}}: %{{z:.3f}} {nats}<extra></extra>",
            customdata=[names] * len(names),
        )
    )  # fmt: skip
    return _matrix(figure, names)


def heads(rows: pd.DataFrame, model: str, language: str = "en") -> go.Figure:
    """AER of each head of a Transformer by the rule of the heaviest word: a row a layer, a column
    a head, and last the mean of the layer's weights. Bright is far from people's links; the best
    head has a frame. Raises LookupError when the table has no heads of that model.
    """
    found = table.pick(rows, "aer", model=model, slice="hansards", setting=table.HEAVIEST)
    place = found["block"].str.extract(r"^cross\.(?P<layer>\d+)(?:\.(?P<head>\d+))?$")
    found = found.assign(**place.apply(pd.to_numeric)).dropna(subset="layer")
    if found.empty:
        raise LookupError(f"the table has no heads of {model!r}")
    grid = found.assign(head=found["head"].fillna(math.inf)).pivot(
        index="layer", columns="head", values=["value", "low", "high"]
    )  # the mean of a layer comes last
    layers = [say(language, "measurements.layer", layer=int(n)) for n in grid.index]
    heads = [*(f"{int(n)}" for n in grid["value"].columns[:-1]), say(language, "measurements.mean")]
    shares = (100 * grid[name].to_numpy() for name in ("value", "low", "high"))
    value, low, high = (list(map(list, each)) for each in shares)
    figure = go.Figure(
        go.Heatmap(
            x=list(range(len(heads))), y=layers, z=value, customdata=[
                [[head, *between] for head, *between in zip(heads, *bounds)]
                for bounds in zip(low, high)
            ],
            texttemplate="%{z:.0f}", xgap=2, ygap=2, colorscale=SCALES["weights"],
            zmin=0, zmax=100, colorbar={"title": {"text": "AER %"}, "thickness": 12},
            hovertemplate="%{y}, %{customdata[0]}: %{z:.1f}% (%{customdata[1]:.1f} – "
            "%{customdata[2]:.1f})<extra></extra>",
        )
    )  # fmt: skip
    best = found.dropna(subset="head").sort_values("value", kind="stable").iloc[0]
    across, down = int(best["head"]) - 1, int(best["layer"]) - 1
    figure.add_shape(
        x0=across - 0.5, x1=across + 0.5, y0=down - 0.5, y1=down + 0.5,
        line={"color": COLOURS[1], "width": 4},
    )  # fmt: skip
    figure = _matrix(figure, heads)
    figure.update_xaxes(title=say(language, "measurements.head"))
    return figure.update_layout(height=110 + 44 * len(layers))


def alignment_curve(rows: pd.DataFrame, language: str = "en") -> go.Figure:
    """Precision against recall as the threshold for a link rises; a large mark is the rule of the
    heaviest word, a cross the diagonal. Raises LookupError when no links are in the table."""
    precision, recall = _own(rows, "precision"), _own(rows, "recall")
    keys = ["model", "block", "setting"]
    both = precision.merge(recall, on=keys, suffixes=("", "_recall"))
    if both.empty:
        raise LookupError("the table has no precision and recall of links")
    figure = go.Figure(layout={"height": 360, "margin": MARGIN})
    for model, own in both[both["model"] != ""].groupby("model", sort=False):
        colour, name = _colour(rows, model), table.label(rows, model)
        for heaviest in (False, True):
            part = own[(own["setting"] == table.HEAVIEST) == heaviest]
            figure.add_scatter(
                x=list(100 * part["value_recall"]),
                y=list(100 * part["value"]),
                name=name,
                legendgroup=name,
                showlegend=not heaviest,
                mode="markers" if heaviest else "lines+markers",
                line={"color": colour, "dash": _pick(DASHES, rows, model), "width": 2},
                marker={
                    "symbol": _pick(MARKS, rows, model), "size": 15 if heaviest else 7,
                    "color": colour, "line": {"width": 0},
                },
                customdata=[_rule(setting, language) for setting in part["setting"]],
                hovertemplate=f"{name}, %{{customdata}}<br>%{{y:.1f}}% · %{{x:.1f}}%"
                "<extra></extra>",
            )  # fmt: skip
    for line in both[both["model"] == ""].itertuples():
        figure.add_scatter(
            x=[100 * line.value_recall], y=[100 * line.value], mode="markers",
            name=say(language, f"measurements.{line.setting}"),
            marker={"symbol": "cross-thin", "size": 13, "line": {"width": 3, "color": QUIET}},
            hovertemplate="%{y:.1f}% · %{x:.1f}%<extra>%{fullData.name}</extra>",
        )  # fmt: skip
    figure.update_xaxes(title=say(language, "measurements.recall"), ticksuffix="%")
    figure.update_yaxes(title=say(language, "measurements.precision"), ticksuffix="%")
    return figure.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"})


def decoding(rows: pd.DataFrame, language: str = "en") -> go.Figure:
    """Milliseconds a token: the model's own, and on top of it what search and trace take.

    Raises LookupError when no times are in the table.
    """
    found = _own(rows, "decoding")
    whole, alone = (
        found[found["setting"] == setting].set_index("model")["value"] for setting in ("", "model")
    )
    if whole.empty:
        raise LookupError("the table has no decoding times")
    labels = [table.label(rows, model) for model in whole.index]
    alone = alone.reindex(whole.index)
    figure = go.Figure()
    parts = (("model_alone", alone, COLOURS[0]), ("search_trace", whole - alone, QUIET))
    for key, times, colour in parts:
        figure.add_bar(
            x=list(times), y=labels, orientation="h", name=say(language, f"measurements.{key}"),
            marker={"color": colour}, width=0.5,
            hovertemplate="%{y}: %{x:.2f} ms<extra>%{fullData.name}</extra>",
        )  # fmt: skip
    for label, time in zip(labels, whole):
        figure.add_annotation(x=time, y=label, text=f"{time:.2f}", showarrow=False,
                              xanchor="left", xshift=5)  # fmt: skip
    figure.update_xaxes(range=[0, 1.18 * whole.max()], nticks=5)
    figure.update_layout(
        barmode="stack",
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
    )
    return _listing(figure, labels, extra=34).update_yaxes(showgrid=False)


def searches(
    rows: pd.DataFrame, over: str = "beam", significant: float = table.SIGNIFICANT,
    language: str = "en",
) -> go.Figure:  # fmt: skip
    """BLEU of each model against the `over` of its search: "beam", the width, or "alpha", the
    strength of the length penalty. A mark is filled where BLEU differs from that of the model's
    greedy translations with a p below `significant`. Raises LookupError when no search is in the
    table.
    """
    found = rows[(rows["measure"] == "bleu") & rows["setting"].str.startswith("beam=")]
    parts = found["setting"].str.extract(r"beam=(?P<beam>\d+) alpha=(?P<alpha>[\d.]+)")
    found = found.assign(beam=parts["beam"].astype(int), alpha=parts["alpha"].astype(float))
    widest = found.loc[found["alpha"] > 0, "beam"].max()
    found = found[found["alpha"] == 0] if over == "beam" else found[found["beam"] == widest]
    if found.empty:
        raise LookupError("the table has no BLEU of searches")
    ticks = sorted(found[over].unique())
    figure = go.Figure(layout={"height": 360, "margin": MARGIN})
    models = list(found["model"].unique())
    for place, model in enumerate(models):
        own = found[found["model"] == model]
        value = own[own["against"] == ""].set_index(over).reindex(ticks)
        p = own[own["against"] != ""].set_index(over)["p"].reindex(ticks)
        shift = 0.03 * (place - (len(models) - 1) / 2)
        mark = _pick(MARKS, rows, model)
        figure.add_scatter(
            x=[i + shift for i in range(len(ticks))],
            y=list(value["value"]),
            name=table.label(rows, model),
            mode="lines+markers",
            line={"color": _colour(rows, model), "dash": _pick(DASHES, rows, model), "width": 2.2},
            marker={
                "symbol": [mark if odds < significant else f"{mark}-open" for odds in p],
                "size": 10,
            },
            error_y=_bars(value),
            customdata=["" if math.isnan(odds) else f", p = {odds:.3f}" for odds in p],
            hovertemplate=f"{table.label(rows, model)}: %{{y:.1f}}%{{customdata}}<extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(
        tickmode="array", tickvals=list(range(len(ticks))), ticktext=[f"{x:g}" for x in ticks],
        title=say(language, f"search_page.over_{over}"), showgrid=False, zeroline=False,
    )  # fmt: skip
    figure.update_yaxes(title="BLEU")
    return figure.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"})


def _bars(rows: pd.DataFrame) -> dict:
    """The 95% interval of each row, as plotly draws it."""
    return {
        "type": "data", "symmetric": False, "array": list(rows["high"] - rows["value"]),
        "arrayminus": list(rows["value"] - rows["low"]), "thickness": 1.4, "width": 4,
    }  # fmt: skip


def _own(rows: pd.DataFrame, measure: str, slice: str | None = None) -> pd.DataFrame:
    """The rows of a measure that compare nothing, several heads as their mean."""
    rows = table.of_models(rows)
    found = rows[(rows["measure"] == measure) & (rows["against"] == "")]
    return found if slice is None else found[found["slice"] == slice]


def _ordered(rows: pd.DataFrame, names: set[str]) -> list[str]:
    return [name for name in rows["model"].unique() if name in names]


def _pick(choices: Sequence[str], rows: pd.DataFrame, model: str) -> str:
    """The mark or dash of a model in every chart of one table: where colours begin anew, these
    are shifted by one, so that no two of 49 models look the same."""
    place = _place(rows, model)
    return choices[(place + place // len(COLOURS)) % len(choices)]


def _colour(rows: pd.DataFrame, model: str) -> str:
    return COLOURS[_place(rows, model) % len(COLOURS)]


def _place(rows: pd.DataFrame, model: str) -> int:
    return [name for name in rows["model"].unique() if name].index(model)


def _rule(setting: str, language: str) -> str:
    kind, _, threshold = setting.partition("=")
    return f"{say(language, f'measurements.{kind}')} {threshold}".strip()


def _listing(
    figure: go.Figure, labels: list[str], extra: int = 0, above: int = MARGIN["t"]
) -> go.Figure:
    """A chart with one row a model, the first one on top, under `above` pixels of room."""
    figure.update_yaxes(
        categoryorder="array", categoryarray=labels[::-1], showgrid=True,
        range=[-0.6, len(labels) - 0.35], automargin=True, ticklabelstandoff=6,
    )  # fmt: skip
    return figure.update_layout(
        height=66 + extra + above + ROW * len(labels),
        margin=MARGIN | {"t": above},
        showlegend=bool(extra),
    )


def _matrix(figure: go.Figure, names: list[str]) -> go.Figure:
    """A chart of every model by every model; the columns are named below."""
    figure.update_xaxes(
        tickmode="array", tickvals=list(range(len(names))), ticktext=names, showgrid=False,
        ticks="", zeroline=False, automargin=True, constrain="domain", autotickangles=[0, -40],
    )  # fmt: skip
    figure.update_yaxes(
        autorange="reversed", showgrid=False, ticks="", ticklabelstandoff=6, automargin=True
    )
    return figure.update_layout(height=70 + 44 * len(names), margin=MARGIN)
