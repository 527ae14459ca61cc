"""Comparisons: what can be set side by side, how far it agrees, and what travels of it."""

import base64
import json
import math
import re
from dataclasses import replace

import numpy as np
import pytest

from core import stage
from core.agreement import aligned, differing
from core.distributions import divergence, entropy
from core.facts import Facts
from core.formulas import equation, mathml
from core.heads import head_name
from core.manifest import ModelError
from core.tokenisers.pieces import END_ID, Vocabulary
from core.translator import Translator
from core.views import compare
from core.views.compare import Panel
from core.words import LANGUAGES, section
from tests import tolerance
from tests.conftest import random_model, sentence_pairs

SENTENCE, TARGET = "Tom sing now.", "Tom chante maintenant."
HOSTILE = "<script>window.hit=1</script> </style> <!-- $x$ **b** {{x}}"


@pytest.fixture(scope="session")
def other_translator() -> Translator:
    """A model that splits the same words into other, smaller pieces."""
    vocabulary = Vocabulary.train((side for pair in sentence_pairs() for side in pair), 300)
    model = random_model(len(vocabulary), seed=5, score="general")
    return Translator("eng-fra-other", "eng", "fra", model, vocabulary)


def forced(translator, text=SENTENCE, target=TARGET):
    ids = [*translator.vocabulary.encode(target), END_ID]
    return translator.translate(text, prefix=ids)


def rows(trace):
    return trace.attention().weights.astype(float)


def written(trace):
    return [step.token for step in trace.path()]


def panels(translators, text=SENTENCE, target=None):
    return [
        Panel(
            score or "none",
            forced(found, text, target) if target else found.translate(text),
            found.facts,
        )
        for score, found in translators.items()
    ]


def unpacked(plain):
    raw = np.frombuffer(base64.b64decode(plain["data"]), f"<{plain['dtype']}")
    return raw.reshape(plain["shape"])


def test_one_forced_target_makes_every_row_comparable(translators):
    first, second = forced(translators["general"]), forced(translators["dot"])
    both = aligned(first, second)
    assert both.unit == "pieces" and len(both.first) == len(first.path())
    assert both.first - both.second == pytest.approx(rows(first) - rows(second))
    assert (both.first - both.second).sum(1) == tolerance.weights(np.zeros(len(both.first)))
    assert abs(both.first - both.second).max() > 0.01


def test_free_running_is_comparable_until_the_outputs_part(translators):
    parted = 0
    for text, _ in sentence_pairs()[::25]:
        first, second = (translators[score].translate(text) for score in ("general", "concat"))
        pieces = [[token.piece for token in written(trace)] for trace in (first, second)]
        together = next(
            (i for i, (a, b) in enumerate(zip(*pieces)) if a != b), min(map(len, pieces))
        )
        both = aligned(first, second)
        assert both.unit == "pieces"
        assert both.first == pytest.approx(rows(first)[:together])
        assert both.second == pytest.approx(rows(second)[:together])
        parted += together < max(map(len, pieces))
    assert parted  # or this test has seen nothing


def test_no_attention_and_other_sources_are_not_comparable(translators):
    first = forced(translators["general"])
    assert aligned(first, forced(translators[None])) is None
    assert aligned(first, forced(translators["general"], "I eat here.")) is None


def test_other_pieces_are_compared_by_word(translators, other_translator):
    first, second = forced(translators["general"]), forced(other_translator)
    assert len(first.path()) != len(second.path())  # or the pieces are not others
    both = aligned(first, second)
    words = len(TARGET.replace(".", " .").split()) + 1
    columns = len(SENTENCE.replace(".", " .").split()) + 1
    assert both.unit == "words" and both.first.shape == both.second.shape == (words, columns)
    for found, trace in ((both.first, first), (both.second, second)):
        weights = rows(trace)
        for i in range(words):
            for j in range(columns):
                downs = [t for t, token in enumerate(written(trace)) if token.word == i]
                across = [s for s, token in enumerate(trace.source) if token.word == j]
                mean = sum(weights[t, s] for t in downs for s in across) / len(downs)
                assert found[i, j] == tolerance.weights(mean)
        assert found.sum(1) == tolerance.weights(np.ones(words))
    assert divergence(both.first, both.second).max() > 0


def test_words_that_differ_are_whole_words_in_their_place(translator):
    vocabulary = translator.vocabulary

    def tokens(text):
        return vocabulary.target_tokens([*vocabulary.encode(text), END_ID])

    def marked(reference, other):
        found = tokens(other)
        marks = differing(tokens(reference), found)
        return "".join(token.text for token, mark in zip(found, marks) if mark).split()

    assert marked("Tom chante ici.", "Tom chante ici.") == []
    assert marked("Tom chante ici.", "Tom mange ici.") == ["mange"]
    assert marked("Tom chante.", "Tom chante encore ici.") == ["encore", "ici"]
    assert marked("Tom chante ici.", "ici Tom chante.") == ["ici"]
    assert marked("Tom chante ici.", "Tom.") == []


def test_the_facts_are_those_of_the_loaded_model(translators):
    for one in translators.values():
        model, found = one.model, one.facts
        assert found.parameters == sum(value.numel() for value in model.parameters())
        own = model.score.named_parameters() if model.score else ()
        assert dict(found.score_parameters) == {
            name.removesuffix(".weight"): tuple(value.shape) for name, value in own
        }
    assert translators["dot"].facts.score_parameters == ()
    assert dict(translators["concat"].facts.score_parameters) == {"W_a": (8, 16), "v_a": (1, 8)}


def test_facts_that_cannot_be_read_are_told(translator, tmp_path):
    with pytest.raises(ModelError, match="is missing"):
        Translator.from_folder(tmp_path, "eng", "fra")
    plain = json.loads(json.dumps(translator.facts.plain()))
    assert Facts.read(plain) == translator.facts
    with pytest.raises(ValueError, match="no capability 'wings'; there are recurrence, "):
        Facts.read({**plain, "has": ["wings"]})
    del plain["score_parameters"]
    with pytest.raises(KeyError, match="score_parameters"):
        Facts.read(plain)


def test_the_payload_holds_what_the_traces_hold(translators):
    side_by_side = panels(translators, target=TARGET)
    found = compare.payload(side_by_side, "typed", "ko")
    assert json.loads(json.dumps(found))["told"] == section("ko", "compare")
    for plain, panel in zip(found["panels"], side_by_side, strict=True):
        path = panel.trace.path()
        assert [token[1] for token in plain["tokens"]] == [step.token.piece for step in path]
        assert plain["log_probs"] == pytest.approx([step.log_prob for step in path], abs=1e-6)
        assert all(plain["forced"]) and not any(plain["differs"])
        if panel.label == "none":
            assert plain["formula"] is None and "weights" not in plain
            continue
        attention = panel.trace.attention()
        assert (unpacked(plain["weights"]) == attention.weights).all()
        assert (unpacked(plain["scores"]) == attention.scores).all()
        assert plain["visible"] is None
        assert plain["entropy"] == pytest.approx(entropy(attention.weights), abs=1e-6)
        assert plain["formula"] == mathml(equation(panel.trace.model.score.latex))
    attending = [i for i, panel in enumerate(side_by_side) if panel.label != "none"]
    pairs = [tuple(pair["panels"]) for pair in found["pairs"]]
    assert pairs == [(a, b) for a in attending for b in attending if a < b]
    for pair in found["pairs"]:
        both = aligned(*(side_by_side[i].trace for i in pair["panels"]))
        expected = divergence(both.first, both.second)
        assert pair["divergence"] == pytest.approx(expected, abs=1e-5)


def test_a_transformer_stands_beside_the_others_with_one_head_or_their_mean(
    translators, transformer
):
    given = panels({"general": translators["general"]}, target=TARGET)
    own = forced(transformer, target=TARGET)
    for block in ("cross", "cross.2", "cross.2.1"):
        side_by_side = [*given, Panel("transformer", own, transformer.facts, block)]
        found = compare.payload(side_by_side, "typed", "en")
        general, plain = found["panels"]
        attention = own.attention(block)
        assert (unpacked(plain["weights"]) == attention.weights).all()
        if block == "cross.2.1":
            np.testing.assert_array_equal(unpacked(plain["scores"]), attention.scores)
        else:
            assert plain["scores"] is attention.scores is None
        assert plain["block"] == block and plain["head"] == head_name(block, "en")
        assert (general["block"], general["head"]) == ("cross", None)
        (pair,) = found["pairs"]
        expected = divergence(given[0].trace.attention().weights, attention.weights)
        assert pair["divergence"] == pytest.approx(expected, abs=1e-5)


def test_the_facts_of_a_transformer_are_those_of_its_attention_to_the_source(transformer):
    found, model = transformer.facts, transformer.model
    assert found.parameters == sum(value.numel() for value in model.parameters())
    assert found.heads == (2, 2)
    layers = [model.attentions()[f"cross.{layer}"] for layer in (1, 2)]
    real = sum(value.numel() for each in layers for side in (each.W_Q, each.W_K)
               for value in side.parameters())  # fmt: skip
    for block, share in (("cross", 1), ("cross.2", 2), ("cross.2.1", 4)):
        numbers = sum(math.prod(shape) for _, shape in found.parameters_of(block))
        assert numbers * share == real
    assert dict(found.parameters_of("cross.1.2")) == {
        "W_Q": (4, 8), "b_Q": (4,), "W_K": (4, 8), "b_K": (4,),
    }  # fmt: skip


def test_a_masked_source_piece_travels_as_masked(translators, monkeypatch):
    panel = panels({"general": translators["general"]})[0]
    found = panel.trace.attention()
    hidden = found.visible.copy()
    hidden[:, 0] = False
    masked = replace(found, visible=hidden)
    monkeypatch.setattr(type(panel.trace), "attention", lambda *_: masked)
    plain = compare.payload([panel], "free", "en")["panels"][0]
    assert (unpacked(plain["visible"]) == hidden).all()


def test_the_payload_is_small(translators):
    side_by_side = panels(translators)
    travelling = len(json.dumps(compare.payload(side_by_side, "free", "en")["panels"]))
    assert travelling < sum(len(panel.trace.to_json()) for panel in side_by_side)


@pytest.fixture(scope="module")
def hostile_and_plain(translators):
    return panels(translators, HOSTILE), panels(translators)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_fetches_nothing_and_keeps_text_as_text(hostile_and_plain, language):
    hostile, plain = (compare.page(sides, "free", language) for sides in hostile_and_plain)
    for markup in ("<script", "</script", "</style", "<!--", "<"):
        assert hostile.count(markup) == plain.count(markup)
    held = json.loads(re.search(r'id="heed-data">(.*?)</script>', hostile, re.DOTALL)[1])
    assert held["typed"] == HOSTILE and held["stage"] == "compare"
    away = set(re.findall(r"\b\w+://[^\s\"'`)]*", plain))
    assert away <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML"}
    assert f'<html lang="{language}"' in plain


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_stage_finds_its_words(language):
    script = "".join(path.read_text("utf-8") for path in (stage.VIEWS / "compare").glob("*.js"))
    used = set(re.findall(r"\bownWords\.(\w+)", script))
    assert used and used <= set(section(language, "compare"))
