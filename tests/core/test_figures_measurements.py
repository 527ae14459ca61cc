"""The charts of measurements hold the numbers of the table and nothing else."""

import json
import math

import numpy as np
import pytest

from core import manifest, words
from core.figures import measurements as figures
from core.measurements.table import Row, frame, less, setting

GENERAL, DOT, NONE = "eng-fra-general", "eng-fra-dot", "eng-fra-none"
TEST = {"slice": "test", "count": 2000}
ROWS = frame([
    Row(GENERAL, "bleu", 42.0, 41.0, 43.5, **TEST),
    Row(DOT, "bleu", 41.8, 40.5, 42.9, **TEST),
    Row(NONE, "bleu", 30.0, 29.0, 31.0, **TEST),
    Row(GENERAL, "bleu", 0.2, p=0.4, against=DOT, **TEST),
    Row(GENERAL, "bleu", 12.0, p=0.001, against=NONE, **TEST),
    Row(DOT, "bleu", 11.8, p=0.001, against=NONE, **TEST),
    *(Row(model, "bleu", value, value - 2, value + 3, slice=part, count=count)
      for part, count in (("13-20 words", 90), ("3-5 words", 1600))
      for model, value in ((GENERAL, 40.0), (DOT, 39.0), (NONE, 20.0))),
    # How much the lead grew is in the table too, but in none of the charts.
    Row(GENERAL, "bleu", -99.0, -100, -98, slice="13-20 words", setting=less("3-5 words")),
    Row(GENERAL, "bleu", 99.0, 98, 100, 0.001, against=NONE, slice="13-20 words",
        setting=less("3-5 words")),
    *(Row(model, measure, value, value - 0.01, value + 0.01, slice="hansards", setting=setting,
          block="cross", count=444)
      for model in (GENERAL, DOT) for setting in ("heaviest", "threshold=0.1", "threshold=0.2")
      for measure, value in (("aer", 0.41), ("precision", 0.58), ("recall", 0.61))),
    *(Row("", measure, 0.5, slice="hansards", setting="diagonal")
      for measure in ("aer", "precision", "recall")),
    Row(GENERAL, "divergence", 0.1, against=DOT, block="cross", **TEST),
    *(Row(model, "decoding", value, slice="test", setting=setting)
      for model in (GENERAL, DOT, NONE) for setting, value in (("", 3.0), ("model", 2.0))),
])  # fmt: skip


def test_an_estimate_is_drawn_with_its_interval():
    (points,) = figures.estimates(ROWS, "bleu", "test").data
    assert list(points.y) == ["general", "dot", "none"] and list(points.x) == [42.0, 41.8, 30.0]
    assert list(points.error_x.array) == pytest.approx([1.5, 1.1, 1.0])
    assert list(points.error_x.arrayminus) == pytest.approx([1.0, 1.3, 1.0])
    assert list(points.text) == ["42.0", "41.8", "30.0"]


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_shares_are_percentages_and_the_diagonal_is_a_line(lang):
    figure = figures.estimates(ROWS, "aer", "hansards", "heaviest", lang)
    (points,) = figure.data
    assert list(points.x) == pytest.approx([41, 41]) and points.text[0] == "41.0%"
    (line,) = figure.layout.shapes
    assert line.x0 == line.x1 == 50
    assert figure.layout.annotations[0].text == (
        words.say(lang, "measurements.diagonal") + " 50.0%"
    )
    # Over the rows, where no value of a model stands.
    note = figure.layout.annotations[0]
    assert (note.yref, note.y, note.yanchor) == ("y domain", 1, "bottom")
    assert figure.layout.margin.t >= 24
    low, high = figure.layout.xaxis.range
    assert low < 40 and high > 50


HEADS = frame([
    Row("eng-fra-x", "aer", value, value - 0.1, value + 0.1, block=block, slice="hansards",
        setting="heaviest")
    for block, value in {"cross": 0.45, "cross.1": 0.6, "cross.1.1": 0.7, "cross.1.2": 0.5,
                         "cross.2": 0.4, "cross.2.1": 0.3, "cross.2.2": 0.8}.items()
])  # fmt: skip


def test_several_heads_are_drawn_as_their_mean():
    (points,) = figures.estimates(HEADS, "aer", "hansards", "heaviest").data
    assert list(points.y) == ["x"] and list(points.x) == pytest.approx([45])


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_each_head_has_its_cell_and_the_best_a_frame(lang):
    figure = figures.heads(HEADS, "eng-fra-x", lang)
    (cells,) = figure.data
    assert np.array(cells.z) == pytest.approx(np.array([[70, 50, 60], [30, 80, 40]]))
    assert list(figure.layout.xaxis.ticktext) == ["1", "2", words.say(lang, "measurements.mean")]
    assert list(cells.y) == [words.say(lang, "measurements.layer", layer=n) for n in (1, 2)]
    assert cells.customdata[1][0] == ["1", pytest.approx(20), pytest.approx(40)]
    (frame_,) = figure.layout.shapes
    assert (frame_.x0, frame_.x1, frame_.y0, frame_.y1) == (-0.5, 0.5, 0.5, 1.5)
    with pytest.raises(LookupError, match="'eng-fra-general'"):
        figures.heads(ROWS, GENERAL)


def test_lengths_run_from_short_to_long_with_their_counts():
    figure = figures.lengths(ROWS)
    assert [line.name for line in figure.data] == ["general", "dot", "none"]
    assert list(figure.data[2].y) == [20.0, 20.0]
    assert [tick.split("<br>") for tick in figure.layout.xaxis.ticktext] == [
        ["3–5", "n = 1,600"], ["13–20", "n = 90"],
    ]  # fmt: skip
    assert len({(line.line.color, line.line.dash, line.marker.symbol) for line in figure.data}) == 3


def test_only_significant_differences_have_a_colour():
    figure = figures.differences(ROWS)
    (cells,) = figure.data
    names = list(cells.y)
    texts = {(note.y, names[note.x]): note.text for note in figure.layout.annotations}
    assert texts["general", "none"] == "+12.0" and texts["none", "general"] == "−12.0"
    assert texts["general", "dot"] == "(+0.2)" and len(texts) == 6
    z = {(one, names[i]): cells.z[k][i] for k, one in enumerate(names) for i in range(3)}
    assert z["general", "dot"] == 0 and z["general", "none"] == 1 and z["none", "general"] == -1
    assert all(z[name, name] is None for name in names)
    assert "p = 0.400" in cells.customdata[names.index("general")][names.index("dot")]


@pytest.mark.parametrize(("lang", "unit"), [("en", "nats"), ("ko", "nat")])
def test_divergence_is_symmetric_on_a_fixed_scale(lang, unit):
    (cells,) = figures.divergence(ROWS, lang).data
    assert cells.colorbar.title.text == unit and f" {unit}<" in cells.hovertemplate
    assert list(cells.y) == ["general", "dot"]
    assert [list(row) for row in cells.z] == [[None, 0.1], [0.1, None]]
    assert (cells.zmin, cells.zmax) == (0, pytest.approx(math.log(2)))


def test_the_curve_has_every_rule():
    figure = figures.alignment_curve(ROWS)
    general = [trace for trace in figure.data if trace.name == "general"]
    assert sorted(len(trace.x) for trace in general) == [1, 2]
    assert {trace.marker.color for trace in general} == {figures.COLOURS[0]}
    (cross,) = [trace for trace in figure.data if "diagonal" in trace.name]
    assert (cross.x[0], cross.y[0]) == (50, 50)


def test_times_are_stacked_to_the_whole():
    model, rest = figures.decoding(ROWS).data
    assert list(model.x) == [2, 2, 2] and list(rest.x) == [1, 1, 1]


SEARCHES = frame([
    Row(model, "bleu", value, p=p, against=against, slice="first 500 of test", count=500,
        setting=setting(*search), low=low, high=high)
    for model, base in ((GENERAL, 42.0), (NONE, 30.0))
    for search, gain, odds in (((1, 0.0), 0.0, None), ((4, 0.0), 0.5, 0.03), ((8, 0.0), 0.4, 0.2),
                               ((4, 1.0), -2.0, 0.001))
    for value, p, against, low, high in (
        (base + gain, None, "", base + gain - 2, base + gain + 3),
        *([] if odds is None else [(gain, odds, setting(1), None, None)]),
    )
])  # fmt: skip


def test_searches_are_drawn_by_width_and_by_penalty():
    by_width, by_alpha = (figures.searches(SEARCHES, over) for over in ("beam", "alpha"))
    assert [line.name for line in by_width.data] == ["general", "none"]
    general = by_width.data[0]
    assert list(by_width.layout.xaxis.ticktext) == ["1", "4", "8"]  # without a penalty
    assert list(general.y) == [42.0, 42.5, 42.4]
    assert list(general.error_y.array) == pytest.approx([3, 3, 3])
    assert list(general.error_y.arrayminus) == pytest.approx([2, 2, 2])
    assert list(general.customdata) == ["", ", p = 0.030", ", p = 0.200"]
    assert list(by_alpha.layout.xaxis.ticktext) == ["0", "1"]  # of the width that has penalties
    assert list(by_alpha.data[1].y) == [30.5, 28.0]
    for figure, key in ((by_width, "over_beam"), (by_alpha, "over_alpha")):
        assert figure.layout.xaxis.title.text == words.say("en", f"search_page.{key}")
    korean = figures.searches(SEARCHES, language="ko")
    assert korean.layout.xaxis.title.text == words.say("ko", "search_page.over_beam")


@pytest.mark.parametrize(("significant", "filled"), [(0.05, [4]), (0.01, []), (0.3, [4, 8])])
def test_only_a_significant_difference_from_greedy_fills_a_mark(significant, filled):
    for line in figures.searches(SEARCHES, significant=significant).data:
        marks = dict(zip((1, 4, 8), line.marker.symbol))
        assert [width for width, mark in marks.items() if "open" not in mark] == filled


def test_a_model_keeps_its_colour_in_every_chart():
    estimates = figures.estimates(ROWS, "bleu", "test").data[0].marker.color
    lengths = [line.line.color for line in figures.lengths(ROWS).data]
    assert list(estimates) == lengths
    assert figures.estimates(ROWS, "aer", "hansards", "heaviest").data[0].marker.color == tuple(
        lengths[:2]
    )


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("paper", ["#fbfaf7", "#14151b"])
@pytest.mark.parametrize("colour", [*figures.COLOURS, figures.QUIET])
def test_colours_stand_out_from_both_papers(paper, colour):
    low, high = sorted((luminance(paper), luminance(colour)))
    assert (high + 0.05) / (low + 0.05) >= 3  # WCAG 2.1, 1.4.11


@pytest.mark.parametrize(
    "draw",
    [
        lambda rows: figures.estimates(rows, "bleu", "test"), figures.lengths, figures.differences,
        figures.divergence, figures.alignment_curve, figures.decoding,
        figures.searches, lambda rows: figures.searches(rows, "alpha"),
    ],
)  # fmt: skip
def test_what_is_not_in_the_table_is_told(draw):
    with pytest.raises(LookupError, match="the table"):
        draw(frame([Row(GENERAL, "parameters", 4)]))


def test_the_course_is_that_of_the_record():
    path = manifest.MODELS / "eng-fra-general" / "record.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    bleu, loss = figures.course(record, "ko").data
    assert list(bleu.y) == [entry["bleu"] for entry in record["measured"]]
    assert list(loss.y) == [entry["held_out_loss"] for entry in record["measured"]]
    assert bleu.name == words.say("ko", "models.bleu") and loss.yaxis == "y2"
    assert list(bleu.x) == list(range(1, len(record["measured"]) + 1))


@pytest.mark.parametrize("figure", ["bleu", "accuracy", "perplexity", "hops"])
@pytest.mark.parametrize("language", words.LANGUAGES)
def test_of_each_task_its_own_figure_is_drawn(figure, language):
    """One that has no name is left out: the loss is there all the same."""
    measured = [
        {"update": 9 * epoch, "seconds": 1, "loss": 2.0, "held_out_loss": 1.5, figure: 40.0 + epoch}
        for epoch in (1, 2)
    ]
    drawn = figures.course({"measured": measured}, language)
    *own, loss = drawn.data
    assert list(loss.y) == [1.5, 1.5]
    assert [list(line.y) for line in own] == [[41.0, 42.0]] * (figure != "hops")
    assert all(line.name == words.say(language, f"models.{figure}") for line in own)
    assert bool(drawn.layout.yaxis.title.text) == bool(own)


def test_models_of_one_short_name_keep_their_whole_names():
    rows = frame([Row(name, "bleu", 40.0, 39, 41, **TEST) for name in (GENERAL, DOT, "general")])
    (points,) = figures.estimates(rows, "bleu", "test").data
    assert list(points.y) == [GENERAL, "dot", "general"]


def test_only_languages_are_left_out_of_a_name():
    rows = frame([Row(name, "bleu", 40.0, 39, 41, **TEST) for name in ("my-own-model", DOT)])
    (points,) = figures.estimates(rows, "bleu", "test").data
    assert list(points.y) == ["my-own-model", "dot"]


def test_no_two_of_many_models_look_the_same():
    rows = frame([
        Row(f"m{number}", "bleu", 40.0, 39, 41, slice="3-5 words", count=9)
        for number in range(49)
    ])  # fmt: skip
    lines = figures.lengths(rows).data
    assert len({(one.line.color, one.marker.symbol, one.line.dash) for one in lines}) == 49
    assert len({(one.line.color, one.marker.symbol) for one in lines}) == 49
