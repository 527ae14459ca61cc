"""Decode on the wire: what a trace of pieces and one of characters take along."""

import json

import pytest

from core.formulas import equation, mathml
from core.tokenisers import tokeniser
from core.trace import CHARACTERS, Trace
from core.translator import Translator
from core.views.decode import payload
from core.words import LANGUAGES, section
from tests.conftest import random_model, sentence_pairs

TEXT = "Tom sings now."


@pytest.fixture(scope="module")
def characters():
    made = tokeniser("characters").train([one for pair in sentence_pairs() for one in pair], 200)
    return Translator("eng-fra-x", "eng", "fra", random_model(len(made), score="general"), made)


def test_the_trace_travels_whole_where_there_is_one_attention(translator):
    trace = translator.translate(TEXT, limit=6)
    told = json.loads(json.dumps(payload(trace, "en")))
    assert told["stage"] == "decode" and Trace.from_json(told["trace"]) == trace
    assert told["head"] is None and told["formulas"]["equation"] == mathml(
        equation(trace.model.score.latex)
    )


def test_of_several_heads_one_travels(transformer):
    trace = transformer.translate(TEXT, limit=6)
    told = payload(trace, "en", "cross.2.1")
    assert Trace.from_json(told["trace"]) == trace.only("cross.2.1")
    assert told["head"] == "layer 2, head 1"
    with pytest.raises(LookupError):
        payload(trace, "en", "cross.9.9")


def test_a_model_without_attention_has_no_equation(translators):
    told = payload(translators[None].translate(TEXT, limit=6), "en")
    assert "equation" not in told["formulas"] and told["head"] is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_of_what_the_model_reads(translator, characters, language):
    pieces = payload(translator.translate(TEXT, limit=6), language)["strings"]
    trace = characters.translate(TEXT, limit=6)
    told = payload(trace, language)["strings"]
    assert trace.axis("source").kind == CHARACTERS
    assert section(language, "stage_characters").items() <= told.items()
    assert section(language, "stage")["pieces"] == pieces["pieces"] != told["pieces"]
    assert "▁" in [token.piece for token in trace.source]  # a space can be seen
