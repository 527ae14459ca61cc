"""Answers beside each other: their numbers are those of the traces; where they looked adds up."""

import json
import math

import pytest

from core.tree import LIMIT, Sampling, Search
from core.views import dialogue
from core.views.dialogue import Answers, ids_of
from tests import tolerance

TURN = "He sings here."


def hows(count, limit=8):
    draws = [Search(1, 1, limit, "none", 0.0, Sampling(seed=seed)) for seed in range(count)]
    return [Search(count, count, limit, "none", 0.0), *draws]


@pytest.fixture(params=["general", None, "transformer"])
def answers(request, translators, transformer):
    found = transformer if request.param == "transformer" else translators[request.param]
    beam, *samples = found.side_by_side(TURN, hows(3))
    elsewhere = {ids_of(beam, beam.leaves[0]): -7.5}
    return Answers(beam, tuple(samples), elsewhere, 4, {samples[1].text})


def test_the_numbers_are_those_of_the_traces(answers):
    data = dialogue.payload(answers, "en")
    assert data["stage"] == "dialogue" and json.loads(json.dumps(data))
    beam, drawn = data["answers"][:3], data["answers"][3:]
    assert [one["way"] for one in beam + drawn] == ["beam"] * 3 + ["sampling"] * 3
    paths = [(answers.beam, leaf) for leaf in answers.beam.leaves]
    paths += [(one, one.leaves[0]) for one in answers.samples]
    for one, (trace, leaf) in zip(data["answers"], paths, strict=True):
        path = trace.path(leaf)
        assert one["text"] == trace.tree.text_of(leaf) and one["pieces"] == len(path)
        assert one["total"] == path[-1].total
        assert sum(part["log_prob"] for part in one["parts"]) == tolerance.log_prob(one["total"])
        assert one["ended"] == (path[-1].fate != LIMIT)
        assert one["dull"] == (one["text"] == answers.samples[1].text)
    totals = [one["total"] for one in beam]
    assert totals == sorted(totals, reverse=True)
    assert beam[0]["gain"] == beam[0]["total"] + 7.5 and beam[1]["gain"] is None


def test_where_a_word_looked_sums_to_one(answers):
    data = dialogue.payload(answers, "en")
    assert data["looks"] == ("cross" in answers.beam.blocks)
    assert data["turn"][-1] == "</s>" and data["turn"][:3] == ["He", "sings", "here"]
    for one in data["answers"]:
        for part in one["parts"]:
            assert len(part["weights"]) == (len(data["turn"]) if data["looks"] else 0)
            assert not data["looks"] or math.isclose(sum(part["weights"]), 1, abs_tol=1e-3)


def test_a_page_of_its_own_holds_it(answers):
    text = dialogue.page(answers, "ko")
    assert '<html lang="ko"' in text and TURN in text and "src=" not in text.split("<style>")[0]
    assert dialogue.named(answers.beam).startswith("heed-dialogue-")
