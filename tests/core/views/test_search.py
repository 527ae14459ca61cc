"""Search on the wire: every run with its tree, and the words that it needs."""

import json

import pytest

from core.trace import Trace
from core.tree import RANKED
from core.views.search import payload
from core.words import LANGUAGES, section

TEXT = "Tom sings now."


@pytest.fixture(scope="module")
def runs(translators):
    return {
        "greedy": translators["general"].translate(TEXT, limit=6),
        "beam": translators["general"].translate(TEXT, limit=6, beam=3),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_run_travels_with_its_title(runs, language):
    told = json.loads(json.dumps(payload(runs, {"greedy": "One", "beam": "Three"}, language)))
    assert [(one["key"], one["title"]) for one in told["runs"]] == [
        ("greedy", "One"), ("beam", "Three"),
    ]  # fmt: skip
    for one, trace in zip(told["runs"], runs.values(), strict=True):
        assert Trace.from_json(one["trace"]) == trace
    assert told["head"] is None
    assert section(language, "search").items() <= told["strings"].items()


def test_of_several_heads_one_travels(transformer):
    trace = transformer.translate(TEXT, limit=6, beam=2)
    told = payload({"beam": trace}, {"beam": ""}, "en", "cross.1")
    assert Trace.from_json(told["runs"][0]["trace"]) == trace.only("cross.1")
    assert told["head"] == "layer 1, mean"


def test_how_many_ranks_are_told_travels(translators):
    wide = translators["general"].translate(TEXT, limit=2, beam=RANKED + 1)
    assert payload({"a": wide}, {"a": ""}, "en")["runs"][0]["ranked"] == RANKED + 1
    narrow = translators["general"].translate(TEXT, limit=2)
    assert payload({"a": narrow}, {"a": ""}, "en")["runs"][0]["ranked"] == RANKED
