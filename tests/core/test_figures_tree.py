"""The tree as a figure holds the tokens of the trace, each at a place of its own."""

import math

import pytest

from core.figures import beam_tree
from core.figures.tree import BEST
from core.tree import ENDED, FATES, Sampling
from core.words import say

TEXT = "I sing now. I eat now."


@pytest.fixture(params=[1, 3, 8])
def trace(request, translator):
    return translator.translate(TEXT, beam=request.param, penalty="wu", limit=9)


def marked(figure):
    return [data for data in figure.data if data.mode == "markers+text"]


def test_each_token_is_there_once_with_its_numbers(trace):
    (kept,) = marked(beam_tree(trace))
    assert len(kept.x) == len(trace.steps)
    assert sorted(kept.marker.color) == pytest.approx(
        sorted(math.exp(step.log_prob) for step in trace.steps)
    )
    for step in trace.steps:
        numbers = f"total {step.total:.4f}<br>score {step.score:.4f}<br>rank {step.rank}"
        fate = say("en", f"search.fate_{step.fate}")
        assert any(numbers in text and text.endswith(fate) for text in kept.hovertext)
    # No two stand in the same place, and each stands in the column of its step.
    assert len(set(zip(kept.x, kept.y, strict=True))) == len(kept.x)
    depths = []
    for step in trace.steps:
        depths.append(1 if step.parent is None else depths[step.parent] + 1)
    assert sorted(kept.x) == sorted(depths)


def test_it_speaks_the_language_that_is_asked_for(trace):
    figure = beam_tree(trace, cut=True, language="ko")
    kept, cut = marked(figure)
    assert kept.marker.colorbar.title.text == say("ko", "search.probability") == "확률"
    assert figure.layout.xaxis.title.text == say("ko", "figures.step") == "단계"
    for text in (*kept.hovertext, *cut.hovertext):
        told = text.split("<br>")[1:]  # the first line is the piece itself
        assert not any("a" <= letter <= "z" for line in told for letter in line), told


def test_each_fate_has_its_words():
    for fate in FATES:
        assert say("en", f"search.fate_{fate}") and say("ko", f"search.fate_{fate}")


def test_the_best_hypothesis_is_the_orange_line(trace):
    lines = [data for data in beam_tree(trace).data if data.mode == "lines"]
    best = [data for data in lines if data.line.color == BEST]
    assert sum(list(data.x).count(None) for data in best) == len(trace.path())


def test_what_was_cut_is_shown_on_request(trace):
    kept, cut = marked(beam_tree(trace, cut=True))
    listed = sum(len(one.candidates) for one in trace.expansions)
    assert len(cut.x) == listed - len(trace.steps)
    places = [*zip(kept.x, kept.y, strict=True), *zip(cut.x, cut.y, strict=True)]
    assert len(set(places)) == len(places)


def test_every_token_but_the_start_has_its_line(trace):
    lines = [data for data in beam_tree(trace).data if data.mode == "lines"]
    assert sum(list(data.x).count(None) for data in lines) == len(trace.steps)


def test_finished_hypotheses_carry_their_place_and_score(trace):
    texts = beam_tree(trace).data[-1].text
    ended = [s for i, s in enumerate(trace.steps) if s.fate == ENDED or i in trace.leaves]
    assert len(texts) == len(ended)
    for place, leaf in enumerate(trace.leaves, 1):
        assert f"<b>{place}.</b> {trace.steps[leaf].score:.3f}" in texts


def test_a_drawn_run_and_hostile_pieces_are_drawn_as_text(translator):
    drawn = translator.translate(TEXT, sampling=Sampling(2.0), limit=6)
    (kept,) = marked(beam_tree(drawn))
    assert len(kept.x) == len(drawn.steps)
    forced = translator.translate(TEXT, prefix="<b>$x$", limit=30)
    (kept,) = marked(beam_tree(forced))
    assert not any("<" in text or "$" in text for text in kept.text)
