"""The heatmap holds every cell of the map, and labels are text and never markup."""

import html
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import core.stage
from core import figures
from core.figures import scales
from core.tree import Token
from core.wire import frozen

TEXT = "I sing now. I eat now."


@pytest.fixture
def trace(translator):
    return translator.translate(TEXT, limit=8)


def masked(trace, column: int):
    """The trace with one source token hidden."""
    (cross,) = trace.attentions
    visible = cross.visible.copy()
    visible[..., column] = False
    return replace(trace, attentions=(replace(cross, visible=frozen(visible, bool)),))


@pytest.mark.parametrize("kind", ["weights", "scores"])
def test_each_cell_is_there_once(trace, kind):
    (cells,) = figures.heatmap(trace, kind).data
    values = getattr(trace.attention(), kind)
    np.testing.assert_allclose(np.array(cells.z, float), values)
    assert len(set(cells.x)) == values.shape[1] and len(set(cells.y)) == values.shape[0]


def test_weights_have_a_fixed_domain_and_scores_one_around_zero(trace):
    (weights,), (scores,) = (figures.heatmap(trace, kind).data for kind in ("weights", "scores"))
    assert (weights.zmin, weights.zmax) == (0, 1)
    assert scores.zmin == -scores.zmax < 0
    assert scores.zmax == pytest.approx(np.abs(trace.attention().scores).max())


def luminance(colour: str) -> float:
    red, green, blue = (int(part) / 255 for part in re.findall(r"\d+", colour))
    return 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2


def test_brighter_is_more(trace):
    scale = figures.heatmap(trace).data[0].colorscale
    light = [luminance(colour) for _, colour in scale]
    assert light == sorted(light) and light[-1] - light[0] > 0.6
    assert [scale[0][0], scale[-1][0]] == [0, 1]


def test_the_colours_are_those_of_the_stage():
    script = (Path(core.stage.__file__).parent / "colours.js").read_text(encoding="utf-8")
    for name, stops in (("SEQUENTIAL =", scales.SEQUENTIAL), ("light:", scales.DIVERGING)):
        listed = re.search(rf"{name} (\[\s*\[.*?\],?\s*\])", script, re.DOTALL)
        assert listed and json.loads(re.sub(r",(\s*\])", r"\1", listed[1])) == [
            list(stop) for stop in stops
        ]
    assert f"** {scales.POWER}" in script


@pytest.mark.parametrize("kind", ["weights", "scores"])
def test_what_is_not_visible_is_blank(trace, kind):
    (cells,) = figures.heatmap(masked(trace, 1), kind).data
    for row in cells.z:
        assert [value is None for value in row] == [k == 1 for k in range(len(row))]
    assert cells.hoverongaps is False


def test_hover_tells_both_tokens_and_both_numbers(trace):
    (cells,) = figures.heatmap(trace).data
    found = trace.attention()
    for q, k in np.ndindex(found.weights.shape):
        source, target, score, weight = cells.customdata[q][k]
        assert (html.unescape(source), html.unescape(target)) == (found.keys[k], found.queries[q])
        assert float(score) == pytest.approx(found.scores[q, k], abs=6e-5)
        assert float(weight) == pytest.approx(found.weights[q, k], abs=6e-5)
    assert all(f"customdata[{i}]" in cells.hovertemplate for i in range(4))


def test_equal_tokens_keep_columns_of_their_own(trace):
    figure = figures.heatmap(trace)
    labels = list(figure.layout.xaxis.ticktext)
    assert len(set(labels)) < len(labels) == len(trace.source)
    assert list(figure.layout.xaxis.tickvals) == list(figure.data[0].x) == list(range(len(labels)))


@pytest.mark.parametrize("label", ["<b>", "<script>alert(1)</script>", "&amp;", "$x$", "<br>"])
def test_a_label_is_text_and_never_markup(trace, label):
    source = (Token(9, label, label, 0), *trace.source[1:])
    step = replace(trace.steps[0], token=Token(9, label, label, 0))
    axes = (replace(trace.axis("source"), items=source), *trace.axes[1:])
    tree = replace(trace.tree, steps=(step, *trace.steps[1:]))
    figure = figures.heatmap(replace(trace, axes=axes, tree=tree))
    for shown in (
        figure.layout.xaxis.ticktext[0],
        figure.layout.yaxis.ticktext[0],
        *figure.data[0].customdata[0][0][:2],
    ):
        assert html.unescape(shown) == label
        assert "<" not in shown and "$" not in shown


def test_it_speaks_the_language_that_is_asked_for(trace):
    for kind, word in (("weights", "가중치"), ("scores", "점수")):
        figure = figures.heatmap(trace, kind, language="ko")
        (cells,) = figure.data
        assert cells.colorbar.title.text == word
        assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == (
            "원문", "번역문"
        )  # fmt: skip
        told = re.sub(r"%\{[^}]*\}|<[^>]*>", "", cells.hovertemplate)
        assert told.split() == ["원문", "번역문", "점수", "가중치"]


def test_what_cannot_be_drawn_is_told(trace, translators):
    with pytest.raises(ValueError, match="'weight'; there are weights, scores"):
        figures.heatmap(trace, "weight")
    with pytest.raises(LookupError, match="the model has no attention"):
        figures.heatmap(translators[None].translate(TEXT, limit=3))
    with pytest.raises(LookupError, match="'self'"):
        figures.heatmap(trace, block="self")


def test_a_head_of_a_transformer_is_drawn_as_it_is(transformer):
    trace = transformer.translate(TEXT, limit=5)
    (cells,) = figures.heatmap(trace, "scores", "cross.2.1").data
    np.testing.assert_allclose(np.array(cells.z), trace.attention("cross.2.1").scores)
    (triangle,) = figures.heatmap(trace, block="self.1.2").data
    drawn = np.array([[value is not None for value in row] for row in triangle.z])
    assert (drawn == trace.attention("self.1.2").visible).all() and not drawn.all()


@pytest.mark.parametrize(
    ("block", "titles"),
    [
        ("cross.1.1", "source target"), ("self.1.1", "target target"),
        ("encoder.1.1", "source source"),
    ],
)  # fmt: skip
def test_the_sides_are_named_by_what_they_are(transformer, block, titles):
    layout = figures.heatmap(transformer.translate(TEXT, limit=5), block=block).layout
    assert f"{layout.xaxis.title.text} {layout.yaxis.title.text}" == titles


def test_a_mean_over_heads_has_weights_and_no_scores(transformer):
    trace = transformer.translate(TEXT, limit=5)
    (cells,) = figures.heatmap(trace).data
    np.testing.assert_allclose(np.array(cells.z), trace.attention().weights)
    assert "score" not in cells.hovertemplate and "weight" in cells.hovertemplate
    for block in ("cross", "cross.2", "self.1"):
        with pytest.raises(ValueError, match=f"'{block}' is a mean over heads"):
            figures.heatmap(trace, "scores", block)
