"""The tree of a search as a plotly figure, for notebooks and reports."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass
from functools import cache

import plotly.graph_objects as go

from core.figures.scales import SCALES, literal
from core.trace import Trace
from core.tree import BEATEN, ENDED
from core.words import say

BEST, OTHER = "#d2691e", "#8a8895"  # lines: the best hypothesis, and all that is not
THICK = 7.0  # pixels of a line with probability 1
BINS = 4  # thicknesses of lines: plotly has one for each trace


@dataclass(frozen=True)
class Place:
    """A token of the tree and where it stands; the start has no token."""

    depth: int
    lane: int
    parent: tuple[int, int] | None  # depth and lane of the token before it
    label: str
    log_prob: float
    hover: str
    kept: bool
    best: bool
    beaten: bool = False
    end: str = ""  # what is written beside a finished hypothesis


def beam_tree(trace: Trace, cut: bool = False, language: str = "en") -> go.Figure:
    """All that the search kept, from left to right, a column a step.

    The colour of a token and the thickness of the line to it are its probability; the best
    hypothesis is the orange line; finished ones end with their place and normalised score.
    With `cut` the candidates that were let go are there too, small. Hovering tells each token's
    numbers and what became of it.
    """
    places = _places(trace, cut, language)
    figure = go.Figure()
    for best in (False, True):
        for level in range(BINS):
            x: list[float | None] = []
            y: list[float | None] = []
            for one in places:
                share = math.exp(one.log_prob)
                if one.parent and one.best == best and min(BINS - 1, int(share * BINS)) == level:
                    depth, lane = one.parent
                    x += [depth, depth + 0.55, one.depth, None]
                    y += [lane, one.lane, one.lane, None]
            if x:
                width = 1 + THICK * (level + 0.5) / BINS
                line = {"color": BEST if best else OTHER, "width": width + 2 * best}
                figure.add_scatter(
                    x=x, y=y, mode="lines", line=line, hoverinfo="skip", showlegend=False
                )
    for kept in (True, False):
        shown = [one for one in places if one.kept == kept and one.parent]
        if not shown:
            continue
        figure.add_scatter(
            x=[one.depth for one in shown],
            y=[one.lane for one in shown],
            mode="markers+text",
            text=[literal(one.label) for one in shown],
            textposition="top center",
            hovertext=[one.hover for one in shown],
            hovertemplate="%{hovertext}<extra></extra>",
            marker={
                "symbol": ["square-x" if one.beaten else "square" for one in shown],
                "size": 17 if kept else 8,
                "color": [math.exp(one.log_prob) for one in shown],
                "colorscale": SCALES["weights"],
                "cmin": 0,
                "cmax": 1,
                "showscale": kept,
                "colorbar": {"title": {"text": say(language, "search.probability")}},
                "line": {"color": OTHER, "width": 1},
            },
            showlegend=False,
        )
    ends = [one for one in places if one.end]
    figure.add_scatter(
        x=[one.depth + 0.2 for one in ends],
        y=[one.lane for one in ends],
        mode="text",
        text=[one.end for one in ends],
        textposition="middle right",
        hoverinfo="skip",
        showlegend=False,
    )
    lanes = max(one.lane for one in places) + 1
    last = max(one.depth for one in places)
    figure.update_layout(
        height=90 + 52 * lanes, margin={"l": 20, "r": 20, "t": 30, "b": 50}, plot_bgcolor="#0000"
    )
    figure.update_xaxes(
        title=say(language, "figures.step"), range=[-0.4, last + 1.4], showgrid=False,
        tickvals=list(range(1, last + 1)), zeroline=False,
    )  # fmt: skip
    figure.update_yaxes(range=[lanes - 0.4, -0.8], visible=False)
    return figure


def _places(trace: Trace, cut: bool, language: str) -> list[Place]:
    """Every token with its lane: a branch runs on in one lane, its best continuation with it; other
    continuations begin further down, the later ones nearer."""
    below: dict[int | None, list[int]] = defaultdict(list)
    for index, step in enumerate(trace.steps):
        below[step.parent].append(index)
    best = _way(trace, trace.leaves[0])
    ranks = {leaf: place for place, leaf in enumerate(trace.leaves, 1)}

    @cache
    def depth(index: int | None) -> int:
        return 0 if index is None else depth(trace.steps[index].parent) + 1

    reach = {index: depth(index) for index in range(len(trace.steps))}
    for index in reversed(range(len(trace.steps))):
        parent = trace.steps[index].parent
        if parent is not None:
            reach[parent] = max(reach[parent], reach[index])

    def follow(index: int | None) -> int | None:
        """The continuation that stays in the lane."""
        return max(
            below[index],
            key=lambda kid: (kid in best, reach[kid], trace.steps[kid].total),
            default=None,
        )

    taken: dict[int, list[tuple[int, int]]] = defaultdict(list)

    def lane_for(first: int, last: int, least: int) -> int:
        while any(first <= to and last >= start for start, to in taken[least]):
            least += 1
        taken[least].append((first, last))
        return least

    places: dict[int | None, Place] = {}
    waiting: deque[tuple[int | None, int]] = deque([(None, 0)])
    while waiting:
        head, least = waiting.popleft()
        chain = [head]
        while (kid := follow(chain[-1])) is not None:
            chain.append(kid)
        tail = chain[-1]
        ended = tail is not None and trace.steps[tail].fate == ENDED
        lane = lane_for(depth(head), depth(tail) + ended, least)
        for index in chain:
            places[index] = _placed(trace, index, depth(index), lane, places, best, ranks, language)
        for index in reversed(chain):
            others = [kid for kid in below[index] if kid != follow(index)]
            # What leads nowhere comes last, and fills the gaps that are left.
            for kid in sorted(others, key=lambda kid: reach[kid] == depth(kid)):
                waiting.append((kid, lane + 1))
    found = list(places.values())
    if cut:
        for expansion in trace.expansions:
            went = {trace.steps[kid].token.id for kid in below[expansion.step]}
            parent = places[expansion.step]
            for item in expansion.candidates:
                if item.id not in went:
                    column = parent.depth + 1
                    lane = lane_for(column, column, parent.lane + 1)
                    found.append(
                        Place(
                            column, lane, (parent.depth, parent.lane), item.piece, item.log_prob,
                            _told(item.piece, item, language), False, False,
                        )
                    )  # fmt: skip
    return found


def _placed(trace, index, depth, lane, places, best, ranks, language) -> Place:
    if index is None:
        return Place(0, lane, None, "", 0.0, "", True, True)
    step = trace.steps[index]
    before = places[step.parent]
    end = ""
    if step.fate == ENDED or index in ranks:
        place = f"<b>{ranks[index]}.</b> " if index in ranks else ""
        end = f"{place}{step.score:.3f}"
    return Place(
        depth, lane, (before.depth, before.lane), step.token.piece, step.log_prob,
        _told(step.token.piece, step, language), True, index in best, step.fate == BEATEN, end,
    )  # fmt: skip


def _told(piece: str, one, language: str) -> str:
    """The numbers of a token and what became of it, in the words of the stage."""
    numbers = (("log_prob", one.log_prob), ("total", one.total), ("normalised", one.score))
    lines = [f"{say(language, f'search.{key}')} {number:.4f}" for key, number in numbers]
    if one.rank is not None:
        lines.append(f"{say(language, 'search.rank')} {one.rank}")
    return "<br>".join([literal(piece), *lines, say(language, f"search.fate_{one.fate}")])


def _way(trace: Trace, leaf: int) -> set[int]:
    """The steps on the way to `leaf`, which is one of them."""
    way, step = {leaf}, trace.steps[leaf]
    while step.parent is not None:
        way.add(step.parent)
        step = trace.steps[step.parent]
    return way
