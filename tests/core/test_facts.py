"""What a model states of itself is what it is made of, and what stands in its folder."""

import json
import math

import pytest

from core.checkpoint import facts
from core.facts import CAPABILITIES, DOES, FILE, REMARKS, TRANSLATES, Facts
from core.words import LANGUAGES, section
from tests.conftest import random_model, random_transformer


def test_the_facts_of_a_recurrent_model_are_those_of_its_parameters(translators):
    for score, found in translators.items():
        model, told = found.model, facts(found.model, found.vocabulary)
        assert told.parameters == sum(value.numel() for value in model.parameters())
        own = model.score.named_parameters() if model.score else ()
        assert dict(told.score_parameters) == {
            name.removesuffix(".weight"): tuple(value.shape) for name, value in own
        }
        assert (told.cell, told.score) == ("LSTM", score)
        assert "recurrence" in told.has and told.heads is None
        assert ("cross-attention" in told.has) == (score is not None) == bool(told.attentions)
        assert told.tokeniser == "pieces"


def test_the_parameters_of_a_score_are_its_own(translators):
    def own(score):
        return dict(facts(translators[score].model, translators[score].vocabulary).score_parameters)

    assert own("dot") == {}
    assert own("concat") == {"W_a": (8, 16), "v_a": (1, 8)}


def test_a_transformer_has_all_but_recurrence(transformer):
    told = facts(transformer.model, transformer.vocabulary)
    others = {"recurrence", "attends-first", "masked-words", "hops", "picture", "window"}
    assert set(told.has) == {*CAPABILITIES} - others
    assert {one.block: (one.layers, one.heads) for one in told.attentions} == {
        "encoder": (2, 2), "self": (2, 2), "cross": (2, 2),
    }  # fmt: skip
    names = {
        f"{one.block}.{layer}" for one in told.attentions for layer in range(1, one.layers + 1)
    }
    assert names == set(transformer.model.attentions())
    assert told.parameters == sum(math.prod(v.shape) for v in transformer.model.parameters())


def test_what_stands_before_the_readout_is_told(vocabulary):
    size = len(vocabulary)
    for model, layer in (
        (random_model(size, score="general"), True),
        (random_model(size, score="concat", wiring="bahdanau", combine=False), False),
        (random_model(size, score=None, combine=False), False),
        (random_transformer(size, norm="pre"), True),
        (random_transformer(size, norm="post"), False),
    ):
        assert ("output-layer" in model.facts().has) == layer


def test_they_stand_in_the_folder_that_training_writes(folders, translators, any_score):
    plain = json.loads((folders[any_score] / FILE).read_text(encoding="utf-8"))
    found = translators[any_score]
    assert Facts.read(plain) == facts(found.model, found.vocabulary)


def test_a_capability_that_there_is_not_is_told(transformer):
    plain = facts(transformer.model, transformer.vocabulary).plain()
    with pytest.raises(ValueError, match="wings"):
        Facts.read({**plain, "has": ["wings"]})


def test_facts_that_were_written_before_are_of_a_model_that_translates(translator):
    told = translator.facts.plain()
    before = {name: one for name, one in told.items() if name not in ("does", "remarks")}
    assert Facts.read(before) == translator.facts and translator.facts.does == TRANSLATES
    again = Facts.read(json.loads(json.dumps({**told, "remarks": ["rotary"]})))
    assert again.remarks == ("rotary",)
    for wrong in ({"does": "dream"}, {"remarks": ["odd"]}):
        with pytest.raises(ValueError, match="there are"):
            Facts.read({**told, **wrong})


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_has_to_be_said_of_a_model_is_said_in_every_language(language):
    assert tuple(section(language, "remarks")) == REMARKS


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_a_model_does_has_words(language):
    told = section(language, "models")
    for does in DOES:
        if does != TRANSLATES:  # which is told by its languages
            assert told[f"does_{does}"] and told[f"tells_{does}"]
