"""A cell taken apart gives back its score, in every wiring, by loops written from the formulas."""

import copy
import json
import math
import re
from dataclasses import replace

import numpy as np
import pytest
import torch

import core.scores
from core import stage
from core.formulas import mathml
from core.scores import score_functions
from core.translator import Translator
from core.views.apart import payload, take_apart
from core.whatif import WhatIf
from core.words import LANGUAGES, section
from tests.conftest import random_model

TEXT = "I sing now. She works here!"


def made(vocabulary, score, wiring="luong", **options) -> Translator:
    model = random_model(len(vocabulary), score=score, wiring=wiring, **options)
    return Translator(f"eng-fra-{score}", "eng", "fra", model, vocabulary)


@pytest.fixture(params=["luong", "bahdanau", "luong-feeding"])
def translator(request, vocabulary, any_score) -> Translator:
    if any_score is None:
        pytest.skip("nothing to take apart")
    wiring, _, feeding = request.param.partition("-")
    return made(vocabulary, any_score, wiring, input_feeding=bool(feeding))


def cells(translator, trace):
    """Every eleventh cell of a trace."""
    width = len(trace.source)
    for place in range(0, width * len(trace.path()), 11):
        yield take_apart(translator, trace, *divmod(place, width))


def norm(vector):
    return math.sqrt(sum(x * x for x in vector.tolist()))


def cosine(one, other):
    product = sum(a * b for a, b in zip(one.tolist(), other.tolist(), strict=True))
    return product / (norm(one) * norm(other))


@pytest.mark.parametrize("prefix", ["", "Tu chante"], ids=["free", "forced"])
def test_its_score_is_that_of_the_trace(translator, prefix):
    trace = translator.translate(TEXT, prefix=prefix)
    own = trace.attention()
    for found in cells(translator, trace):
        row = own.scores[found.step]
        np.testing.assert_allclose(found.scores, row, atol=1e-4)
        assert found.score == pytest.approx(row[found.column], abs=1e-4)
        assert found.weight == own.weights[found.step, found.column]
        assert found.token == trace.path()[found.step].token
        assert found.source == trace.source and found.model == trace.model


def test_query_and_keys_are_those_that_met(translator):
    """The scores again, from the vectors and the model's own score; the keys are the memory."""
    trace = translator.translate(TEXT)
    for found in cells(translator, trace):
        query, keys = torch.tensor(found.query), torch.tensor(found.keys)
        with torch.no_grad():
            scores = translator.model.score(query[None, None], keys[None])[0, 0]
        np.testing.assert_allclose(found.scores, scores, atol=1e-4)
        np.testing.assert_allclose(found.keys, trace.axis("source").states, atol=2e-3)
        np.testing.assert_array_equal(found.key, found.keys[found.column])
        if "attends-first" not in trace.model.has:  # what attends is the state that reads out
            np.testing.assert_allclose(found.query, trace.path()[found.step].state, atol=2e-3)
        elif found.step:
            np.testing.assert_allclose(found.query, trace.path()[found.step - 1].state, atol=2e-3)


def test_norms_and_cosines_are_their_formulas(translator):
    found = take_apart(translator, translator.translate(TEXT), 2, 1)
    assert found.query_norm == pytest.approx(norm(found.query), rel=1e-5)
    for j, key in enumerate(found.keys):
        assert found.key_norms[j] == pytest.approx(norm(key), rel=1e-5)
        assert found.cosines[j] == pytest.approx(cosine(found.query, key), abs=1e-5)
        if found.probe is not None:
            assert found.probe_cosines[j] == pytest.approx(
                cosine(found.probe.values, key), abs=1e-5
            )


@pytest.mark.parametrize("score", ["dot", "scaled-dot", "general"])
@pytest.mark.parametrize("wiring", ["luong", "bahdanau"])
def test_lengths_times_cosine_is_the_score(vocabulary, score, wiring):
    translator = made(vocabulary, score, wiring)
    for found in cells(translator, translator.translate(TEXT)):
        product = found.probe_norm * found.key_norms * found.probe_cosines
        np.testing.assert_allclose(product / found.divisor, found.scores, atol=1e-4)
        if score != "general":
            np.testing.assert_array_equal(found.probe.values, found.query)
    assert found.divisors == (((r"\sqrt{D}", math.sqrt(8)),) if score == "scaled-dot" else ())


def test_terms_sum_to_the_score(translator):
    for found in cells(translator, translator.translate(TEXT)):
        if found.terms is not None:
            sums = found.terms.values.sum(1) / found.divisor
            np.testing.assert_allclose(sums, found.scores, atol=1e-4)


@pytest.mark.parametrize("score", ["dot", "scaled-dot", "general", "concat"])
def test_the_scores_of_the_box_tell_their_terms(vocabulary, score):
    translator = made(vocabulary, score)
    assert take_apart(translator, translator.translate(TEXT), 0, 0).terms.values.size


def test_a_window_takes_its_gaussian_from_the_score(vocabulary):
    translator = made(vocabulary, "general", window="predictive", reach=2)
    trace = translator.translate(TEXT)
    shown, rows = trace.attention(), trace.rows()
    for found in cells(translator, trace):
        np.testing.assert_allclose(found.terms.values.sum(1), found.own, atol=1e-4)
        away = np.arange(1, len(trace.source) + 1) - rows.centres[found.step]
        np.testing.assert_allclose(found.gaussian, away**2 / 2, rtol=1e-4)  # σ = D / 2 = 1
        seen = shown.visible[found.step]
        assert seen.any() and not seen.all()
        np.testing.assert_allclose(
            (found.own - found.gaussian)[seen], shown.scores[found.step][seen], atol=1e-4
        )
        told = payload(found, "en")
        assert told["gaussian"] and r"2 \sigma^2" in trace.model.score.latex
    plain = made(vocabulary, "general", window="monotonic", reach=2)
    found = take_apart(plain, plain.translate(TEXT), 0, 0)
    assert found.gaussian is None and payload(found, "en")["gaussian"] is None


def test_what_general_has_in_between(vocabulary):
    translator = made(vocabulary, "general")
    W_a = translator.model.score.W_a.weight.detach().tolist()
    found = take_apart(translator, translator.translate(TEXT), 1, 2)
    size = len(found.query)
    probe = [sum(W_a[i][j] * float(found.query[i]) for i in range(size)) for j in range(size)]
    np.testing.assert_allclose(found.probe.values, probe, atol=1e-5)
    sigma, read, offered = (part.values for part in found.parts)
    expected = torch.linalg.svd(torch.tensor(W_a).double()).S
    np.testing.assert_allclose(sigma, expected, atol=1e-5)
    assert [part.name for part in found.parts] == ["singular_values", "query_along", "key_along"]
    # The directions are orthonormal, so that they hold all of both vectors …
    assert norm(read) == pytest.approx(found.query_norm, rel=1e-4)
    np.testing.assert_allclose(np.linalg.norm(offered, axis=1), found.key_norms, rtol=1e-4)
    # … and stretched by σ they give the length that W_a makes of the query.
    assert norm(sigma * read) == pytest.approx(found.probe_norm, rel=1e-4)
    for j, row in enumerate(found.terms.values):
        for i, term in enumerate(row):
            assert term == pytest.approx(sigma[i] * read[i] * offered[j, i], abs=1e-5)


@pytest.mark.parametrize("wiring", ["luong", "bahdanau"])
def test_the_hidden_layer_of_concat(vocabulary, wiring):
    translator = made(vocabulary, "concat", wiring)
    W_a = translator.model.score.W_a.weight.detach().tolist()
    (v_a,) = translator.model.score.v_a.weight.detach().tolist()
    found = take_apart(translator, translator.translate(TEXT), 2, 3)
    left, right, hidden, weights = (part.values for part in found.parts)
    h, m, total = found.query.tolist(), found.key.tolist(), 0.0
    for i, row in enumerate(W_a):
        from_query = sum(w * x for w, x in zip(row[: len(h)], h, strict=True))
        from_key = sum(w * x for w, x in zip(row[len(h) :], m, strict=True))
        term = v_a[i] * math.tanh(from_query + from_key)
        assert left[i] == pytest.approx(from_query, abs=1e-5)
        assert right[3, i] == pytest.approx(from_key, abs=1e-5)
        assert hidden[3, i] == pytest.approx(math.tanh(from_query + from_key), abs=1e-5)
        assert weights[i] == pytest.approx(v_a[i], abs=1e-6)
        assert found.terms.values[3, i] == pytest.approx(term, abs=1e-5)
        total += term
    assert found.score == pytest.approx(total, abs=1e-4)
    assert found.parameters == (("W_a", (8, 16)), ("v_a", (1, 8)))


def test_a_what_if_is_divided_at_the_end(translator):
    other = translator.translate(TEXT, temperature=2.0, scaling="divided")
    plain = take_apart(translator, translator.translate(TEXT), 0, 1)
    found = take_apart(translator, other, 0, 1)
    assert found.divisor == pytest.approx(2 * math.sqrt(8) * plain.divisor)
    assert found.divisors[len(plain.divisors) :] == ((r"\sqrt{D}", math.sqrt(8)), (r"\tau", 2.0))
    assert found.parameters == plain.parameters
    np.testing.assert_allclose(
        found.scores * found.divisor, plain.scores * plain.divisor, rtol=1e-4, atol=1e-5
    )


def test_the_formulas_name_the_state_that_attends(vocabulary):
    for wiring, symbol in (("luong", "h_t"), ("bahdanau", "h_{t-1}")):
        translator = made(vocabulary, "concat", wiring)
        found = take_apart(translator, translator.translate(TEXT), 0, 0)
        assert symbol in found.terms.latex and symbol in found.parts[0].latex


def test_replaced_weights_are_part_of_the_past(vocabulary):
    translator = made(vocabulary, "general", "bahdanau")
    width = len(translator.translate(TEXT).source)
    trace = translator.translate(TEXT, prefix="Tu chante", weights={1: np.eye(width)[2]})
    free = translator.translate(TEXT, prefix="Tu chante")
    for step in range(3):
        found = take_apart(translator, trace, step, 2)
        np.testing.assert_allclose(found.scores, trace.attention().scores[step], atol=1e-4)
    assert found.scores.tolist() != free.attention().scores[2].tolist()
    assert take_apart(translator, trace, 0, 2).weight == 1


DISTANCE = """
import torch
from core.scores import ScoreFunction


class Distance(ScoreFunction):
    name, source = "distance", "a test"

    @staticmethod
    def formula(letters):
        return f"-|{letters.query} - {letters.key}|"

    def compare(self, queries, projected):
        return -torch.cdist(queries, projected)
"""


def test_a_dropped_in_score_needs_nothing(vocabulary, drop):
    drop(core.scores, "distance.py", DISTANCE, score_functions)
    translator = made(vocabulary, "distance")
    trace = translator.translate(TEXT)
    found = take_apart(translator, trace, 1, 2)
    expected = -math.dist(found.query.tolist(), found.key.tolist())
    assert found.score == pytest.approx(expected, abs=1e-4)
    assert found.probe is found.probe_cosines is found.terms is None
    assert found.parts == found.divisors == found.parameters == () and found.divisor == 1
    assert found.cosines[2] == pytest.approx(cosine(found.query, found.key), abs=1e-5)


HEADS = [f"cross.{layer}.{head}" for layer in (1, 2) for head in (1, 2)]


@pytest.fixture(scope="module", params=["", "Tu chante"], ids=["free", "forced"])
def written(request, transformer):
    return transformer.translate(TEXT, prefix=request.param)


@pytest.mark.parametrize("block", HEADS)
def test_a_head_of_a_transformer(transformer, written, block):
    trace = written
    own, (layer, head) = trace.attention(block), (int(part) - 1 for part in block.split(".")[1:])
    attention = transformer.model.decoder[layer].cross
    rows = slice(4 * head, 4 * head + 4)  # of this head
    W_K, b_K = attention.W_K.weight[rows], attention.W_K.bias[rows]
    with torch.no_grad():
        memory = transformer.model.encode(torch.tensor([[one.id for one in trace.source]]))
        keys = memory.states[0] @ W_K.T + b_K
    for step in range(len(trace.path())):
        found = take_apart(transformer, trace, step, 2, block)
        assert found.head == block and found.query.shape == (4,)
        np.testing.assert_allclose(found.keys, keys, atol=1e-5)
        np.testing.assert_allclose(found.scores, own.scores[step], atol=1e-4)
        np.testing.assert_array_equal(found.weights, own.weights[step])
        assert found.divisors == ((r"\sqrt{d_k}", 2.0),)
        np.testing.assert_allclose(found.terms.values, found.query * found.keys, atol=1e-6)
        np.testing.assert_allclose(found.terms.values.sum(1) / 2, found.scores, atol=1e-4)
        product = found.probe_norm * found.key_norms * found.probe_cosines
        np.testing.assert_allclose(product / found.divisor, found.scores, atol=1e-4)
        assert found.parameters == (("W_Q", (4, 8)), ("W_K", (4, 8)))


def test_a_head_has_the_letters_of_its_paper(transformer):
    found = take_apart(transformer, transformer.translate(TEXT), 0, 0, "cross.2.1")
    for latex in (found.terms.latex, payload(found, "en")["formula"], found.divisors[0][0]):
        told = json.dumps(latex)
        assert "h" not in re.sub(r"\bmath\b", "", told) and "D" not in told
    assert payload(found, "en")["query"]["formula"] == mathml("q_t")
    assert payload(found, "en")["keys"]["formula"] == mathml("k_s")


def test_what_ifs_of_a_head(transformer):
    plain = take_apart(transformer, transformer.translate(TEXT), 0, 1, "cross.1.2")
    twin = transformer.translate(TEXT, temperature=2.0)
    found = take_apart(transformer, twin, 0, 1, "cross.1.2")
    assert found.divisor == pytest.approx(2 * plain.divisor)
    bare = transformer.translate(TEXT, scaling="undivided")
    found = take_apart(transformer, bare, 0, 1, "cross.1.2")
    assert found.divisors == ()
    # In the first layer the query has read nothing that dividing scores could have changed but
    # the score of its own self-attention, of one key at the first step.
    assert found.query == pytest.approx(plain.query, abs=1e-4)


def test_replaced_weights_are_part_of_the_past_of_a_head(transformer):
    width = len(transformer.translate(TEXT).source)
    trace = transformer.translate(TEXT, prefix="Tu chante", weights={1: np.eye(width)[2]})
    for step in range(3):
        found = take_apart(transformer, trace, step, 2, "cross.2.2")
        own = trace.attention("cross.2.2")
        np.testing.assert_allclose(found.scores, own.scores[step], atol=1e-4)
    assert take_apart(transformer, trace, 0, 2, "cross.2.2").weight == 1


def test_a_mean_of_heads_has_no_score(transformer, translators):
    trace = transformer.translate(TEXT)
    for mean in ("cross", "cross.2"):
        with pytest.raises(ValueError, match=f"{mean} is a mean .* cross.1.1"):
            take_apart(transformer, trace, 0, 0, mean)
    for missing in ("cross.3.1", "cross.1.3", "cross.0.1", "cross.x"):
        with pytest.raises(LookupError, match="cross.1.1 to cross.2.2"):
            take_apart(transformer, trace, 0, 0, missing)
    with pytest.raises(ValueError, match="only the attention to the source"):
        take_apart(transformer, trace, 0, 0, "self.1.1")
    with pytest.raises(LookupError, match="it has cross"):
        take_apart(translators["dot"], translators["dot"].translate(TEXT), 0, 0, "cross.1.1")


def test_what_cannot_be_taken_apart_is_told(translators):
    trace = translators["dot"].translate(TEXT)
    steps, width = len(trace.path()), len(trace.source)
    for step, column, told in (
        (steps, 0, f"no step {steps}; .* 0 to {steps - 1}"),
        (-1, 0, "no step -1"),
        (0, width, f"no column {width}; .* 0 to {width - 1}"),
        (0, -1, "no column -1"),
    ):
        with pytest.raises(ValueError, match=told):
            take_apart(translators["dot"], trace, step, column)
    with pytest.raises(ValueError, match="no attention"):
        take_apart(translators[None], translators[None].translate(TEXT), 0, 0)
    with pytest.raises(ValueError, match="eng-fra-dot, not as eng-fra-general makes it"):
        take_apart(translators["general"], trace, 0, 0)
    with pytest.raises(ValueError, match="not as eng-fra-dot makes it"):
        take_apart(translators["dot"], replace(trace, whatif=WhatIf(temperature=2.0)), 0, 0)
    first = translators["dot"]
    again = copy.copy(first)
    again.model = random_model(len(first.vocabulary), seed=9, score="dot")
    with pytest.raises(ValueError, match="other scores"):
        take_apart(again, trace, 0, 0)


def test_nothing_in_it_can_be_changed(translators):
    found = take_apart(translators["concat"], translators["concat"].translate(TEXT), 0, 0)
    arrays = [found.query, found.keys, found.scores, found.cosines, found.terms.values]
    for array in [*arrays, *(part.values for part in found.parts)]:
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_payload_is_plain_and_its_words_and_formulas_are_known(translator, language):
    trace = translator.translate(TEXT)
    data = payload(take_apart(translator, trace, 1, 2), language)
    assert json.loads(json.dumps(data, allow_nan=False))["column"] == 2
    for part in filter(None, (*data["parts"], data["terms"], data["probe"])):
        assert f"part_{part['name']}" in data["strings"]
    known = re.findall(
        r'"(\w+)"', re.search(r"MATH_TAGS = new Set\((.*?)\)", stage.script("apart"), re.S)[1]
    )

    def tags(formula):
        return {formula[0]}.union(*(tags(part) for part in formula[1:] if isinstance(part, list)))

    formulas = [part["formula"] for part in (*data["parts"], data["query"], data["keys"])]
    formulas += [formula for formula, _ in data["divisors"]]
    formulas += [part["formula"] for part in (data["terms"], data["probe"]) if part]
    for formula in (data["formula"], *formulas):
        assert tags(formula) <= set(known)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_script_finds_its_words(language):
    text = "".join(path.read_text("utf-8") for path in (stage.VIEWS / "apart").glob("*.js"))
    used = set(re.findall(r"\bwords\.(\w+)", text))
    known = {**section(language, "stage"), **section(language, "apart")}
    assert len(used) > 40 and used <= set(known)
    for why in ("both", "direction", "length", "neither"):
        assert f"verdict_{why}" in known
