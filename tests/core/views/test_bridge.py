"""Both sides of the bridge are what their models compute, and the forms add up to their scores."""

import base64
import copy
import json
import re

import numpy as np
import pytest
import torch

from core import stage
from core.formulas import mathml
from core.tokenisers.pieces import END_ID, Vocabulary
from core.translator import Translator
from core.tree import END
from core.views.bridge import cross, formulas, payload
from core.words import LANGUAGES, section
from tests.conftest import random_model, random_transformer, sentence_pairs

TEXT = "I sing now. She works here!"
SIZE, ROOT = 8, 2.0  # of the states, and √d_k of a head


@pytest.fixture
def recurrent(translators):
    return translators["general"]


@pytest.fixture
def target(transformer):
    return (*transformer.vocabulary.encode("Je chante ici."), END_ID)


@pytest.fixture
def bridge(recurrent, transformer, target):
    return cross(recurrent, transformer, TEXT, target)


def test_both_sides_are_their_forced_traces(bridge, recurrent, transformer, target):
    left, right = (one.translate(TEXT, prefix=target) for one in (recurrent, transformer))
    assert [step.token.id for step in left.path()] == list(target)
    assert bridge.source == left.source == right.source
    assert bridge.target == tuple(step.token for step in left.path())
    for found, trace in ((bridge.recurrent, left), (bridge.heads, right)):
        log_probs = [step.log_prob for step in trace.path()]
        np.testing.assert_allclose(found.log_probs, log_probs, atol=1e-4)
        assert found.model == trace.model
    own = left.attention()
    np.testing.assert_allclose(bridge.recurrent.scores, own.scores, atol=1e-4)
    np.testing.assert_allclose(bridge.recurrent.weights, own.weights, atol=1e-5)
    for layer in (0, 1):
        for head in (0, 1):
            own = right.attention(f"cross.{layer + 1}.{head + 1}")
            np.testing.assert_allclose(bridge.heads.scores[layer, head], own.scores, atol=1e-4)
            np.testing.assert_allclose(bridge.heads.weights[layer, head], own.weights, atol=1e-5)


def test_form_and_biases_add_up_to_the_score_of_each_head(bridge):
    heads = bridge.heads
    assert heads.scores.shape == (2, 2, len(bridge.target), len(bridge.source))
    terms = (heads.products, heads.query_biases, heads.key_biases, heads.both_biases)
    np.testing.assert_allclose(sum(terms) / ROOT, heads.scores, atol=1e-4)
    assert all(np.abs(term).max() > 0.05 for term in terms)  # none is idle in this test
    np.testing.assert_allclose(bridge.recurrent.products, bridge.recurrent.scores, atol=1e-4)


def test_each_term_is_its_formula_written_as_loops(bridge, transformer):
    attention, heads = transformer.model.decoder[1].cross, bridge.heads
    W_Q, b_Q = attention.W_Q.weight[4:].tolist(), attention.W_Q.bias[4:].tolist()  # of head 2
    W_K, b_K = attention.W_K.weight[4:].tolist(), attention.W_K.bias[4:].tolist()
    t, s = 2, 3
    x, m = heads.given[1, t].tolist(), heads.memory[s].tolist()
    inner, size = range(4), range(SIZE)
    form = [[sum(W_Q[k][i] * W_K[k][j] for k in inner) for j in size] for i in size]
    product = sum(x[i] * form[i][j] * m[j] for i in size for j in size)
    assert heads.products[1, 1, t, s] == pytest.approx(product, abs=1e-4)
    by_query = sum(b_Q[k] * W_K[k][j] * m[j] for k in inner for j in size)
    assert heads.query_biases[1, 1, 0, s] == pytest.approx(by_query, abs=1e-4)
    by_key = sum(b_K[k] * W_Q[k][i] * x[i] for k in inner for i in size)
    assert heads.key_biases[1, 1, t, 0] == pytest.approx(by_key, abs=1e-4)
    both = sum(b_Q[k] * b_K[k] for k in inner)
    assert heads.both_biases[1, 1, 0, 0] == pytest.approx(both, abs=1e-4)
    query = [sum(W_Q[k][i] * x[i] for i in size) + b_Q[k] for k in inner]
    np.testing.assert_allclose(heads.queries[1, 1, t], query, atol=1e-4)


def test_singular_values_are_those_of_the_whole_matrices(bridge, recurrent, transformer):
    whole = torch.linalg.svdvals(recurrent.model.score.W_a.weight).detach()
    np.testing.assert_allclose(bridge.recurrent.stretch, whole, atol=1e-4)
    for layer, one in enumerate(transformer.model.decoder):
        W_Q, W_K = (side.weight.detach().double() for side in (one.cross.W_Q, one.cross.W_K))
        for head in (0, 1):
            rows = slice(4 * head, 4 * head + 4)
            found = torch.linalg.svdvals(W_Q[rows].T @ W_K[rows])
            np.testing.assert_allclose(bridge.heads.stretch[layer, head], found[:4], atol=1e-4)
            np.testing.assert_allclose(found[4:], 0, atol=1e-9)  # the rank is d at most


def test_keys_and_values_are_one_on_the_left_and_two_on_the_right(bridge, transformer):
    left, right = bridge.recurrent, bridge.heads
    np.testing.assert_allclose(left.contexts, left.weights @ left.memory, atol=1e-5)
    np.testing.assert_allclose(right.contexts, right.weights @ right.values, atol=1e-4)
    assert np.abs(right.values - right.keys).max() > 0.1
    # Weights sum to one, so that W_V might as well be applied after the sum.
    attention = transformer.model.decoder[0].cross
    W_V, b_V = attention.W_V.weight.detach()[:4], attention.W_V.bias.detach()[:4]
    after = right.weights[0, 0] @ right.memory @ W_V.T.numpy() + b_V.numpy()
    np.testing.assert_allclose(right.contexts[0, 0], after, atol=1e-4)


def test_what_becomes_of_the_contexts(bridge, recurrent, transformer):
    left, right = bridge.recurrent, bridge.heads
    W_c = recurrent.model.W_c.weight.detach().numpy()
    combined = np.tanh(np.concatenate([left.contexts, left.queries], 1) @ W_c.T)
    np.testing.assert_allclose(left.combined, combined, atol=1e-4)
    for layer, one in enumerate(transformer.model.decoder):
        joined = torch.tensor(np.concatenate(list(right.contexts[layer]), -1))
        with torch.no_grad():
            added = one.cross.W_O(joined)
        np.testing.assert_allclose(right.added[layer], added, atol=1e-4)


def test_what_b_k_adds_moves_no_weight(bridge):
    heads = bridge.heads
    felt = torch.tensor((heads.products + heads.query_biases) / ROOT).softmax(-1)
    np.testing.assert_allclose(felt, heads.weights, atol=1e-5)


def test_the_nearest_head_looks_where_the_recurrent_model_looks(bridge):
    apart = bridge.divergences
    layer, head = bridge.nearest
    assert apart.shape == (2, 2) and apart[layer, head] == apart.min() < apart.max()


def test_a_turned_head_keeps_its_scores(recurrent, transformer, vocabulary, target):
    """Only W_Qᵀ W_K counts: both turned alike, scores and singular values stay."""
    turned = copy.deepcopy(transformer.model)
    rotation = torch.linalg.qr(torch.arange(16.0).reshape(4, 4) + 3 * torch.eye(4))[0]
    with torch.no_grad():
        for side in (turned.decoder[0].cross.W_Q, turned.decoder[0].cross.W_K):
            side.weight[:4] = rotation @ side.weight[:4]
            side.bias[:4] = rotation @ side.bias[:4]
    other = Translator("eng-fra-turned", "eng", "fra", turned, vocabulary)
    one, two = (cross(recurrent, it, TEXT, target).heads for it in (transformer, other))
    assert np.abs(one.queries[0, 0] - two.queries[0, 0]).max() > 0.1
    np.testing.assert_allclose(one.scores[0, 0], two.scores[0, 0], atol=1e-4)
    np.testing.assert_allclose(one.stretch[0, 0], two.stretch[0, 0], atol=1e-4)


def test_bahdanau_asks_with_the_state_before(vocabulary, translators, transformer, target):
    model = random_model(len(vocabulary), score="general", wiring="bahdanau")
    recurrent = Translator("eng-fra-bahdanau", "eng", "fra", model, vocabulary)
    found = cross(recurrent, transformer, TEXT, target)
    trace = recurrent.translate(TEXT, prefix=target)
    states = [step.state for step in trace.path()]
    np.testing.assert_allclose(found.recurrent.queries[1:], states[:-1], atol=2e-3)
    luong = cross(translators["general"], transformer, TEXT, target)
    queries = [payload(one, "en")["formulas"]["query_left"] for one in (found, luong)]
    assert queries == [mathml("q_t = h_{t-1}"), mathml("q_t = h_t")]
    # Both wirings mix the context with the state that the step ends with.
    W_c = recurrent.model.W_c.weight.detach().numpy()
    new = np.array([step.state for step in trace.path()], np.float32)
    combined = np.tanh(np.concatenate([found.recurrent.contexts, new], 1) @ W_c.T)
    np.testing.assert_allclose(found.recurrent.combined, combined, atol=5e-3)
    assert payload(found, "en")["formulas"]["on_left"] == mathml(formulas("h_{t-1}")["on_left"])


def test_what_cannot_be_crossed_is_told(translators, recurrent, transformer, target, vocabulary):
    for name, told in (("dot", "scores by dot"), (None, "scores by nothing")):
        with pytest.raises(ValueError, match=f"{told}: .* W_a"):
            cross(translators[name], transformer, TEXT, target)
    with pytest.raises(ValueError, match="has no heads"):
        cross(recurrent, recurrent, TEXT, target)
    english = Vocabulary.train((pair[0] for pair in sentence_pairs()), 300)
    other = Translator("eng-fra-other", "eng", "fra", random_transformer(len(english)), english)
    with pytest.raises(ValueError, match="different pieces.*one vocabulary"):
        cross(recurrent, other, TEXT, target)
    with pytest.raises(ValueError, match="blank"):
        cross(recurrent, transformer, " ", target)
    for wrong in ((), (len(vocabulary),), (0,)):
        with pytest.raises(ValueError, match="the target is one piece or more"):
            cross(recurrent, transformer, TEXT, wrong)


def test_nothing_in_it_can_be_changed(bridge):
    for side in (bridge.recurrent, bridge.heads):
        for array in (one for one in vars(side).values() if isinstance(one, np.ndarray)):
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 0


def test_what_travels_is_what_was_computed_to_the_last_bit(bridge):
    data, read = payload(bridge, "en"), set()
    for side in ("recurrent", "heads"):
        for name, sent in data[side].items():
            if isinstance(sent, dict):
                found = np.frombuffer(base64.b64decode(sent["data"]), "<f4").reshape(sent["shape"])
                own = bridge if name == "divergences" else getattr(bridge, side)
                expected = np.asarray(getattr(own, name), np.float32)
                np.testing.assert_array_equal(found.ravel(), expected.ravel())
                assert sent["dtype"] == "f4" and found.shape[-1] == expected.shape[-1]
                read.add(name)
    assert {"queries", "values", "contexts", "added", "combined", "products"} <= read


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_payload_is_plain_and_its_formulas_are_known(bridge, language):
    data = payload(bridge, language)
    assert json.loads(json.dumps(data, allow_nan=False))["target"][-1][1] == END
    known = re.findall(
        r'"(\w+)"', re.search(r"MATH_TAGS = new Set\((.*?)\)", stage.script("bridge"), re.S)[1]
    )

    def tags(formula):
        return {formula[0]}.union(*(tags(part) for part in formula[1:] if isinstance(part, list)))

    assert all(tags(formula) <= set(known) for formula in data["formulas"].values())
    assert data["heads"]["nearest"] == bridge.nearest


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_script_finds_its_words(language):
    paths = (stage.FOLDER / "sight.js", *(stage.VIEWS / "bridge").glob("*.js"))
    text = "".join(path.read_text("utf-8") for path in paths)
    used = set(re.findall(r"\bwords\.(\w+)", text))
    order = re.search(r"const order = \[(.*?)\]", text, re.DOTALL)[1]
    for row in re.findall(r'"(\w+)"', order):
        used |= {f"{row}_row", f"{row}_words", f"{row}_help"}
    known = {**section(language, "stage"), **section(language, "bridge")}
    assert len(used) > 60 and used <= set(known)
    drawn = set(re.findall(r"(?<!/)\bformulas\.(\w+)", text))
    drawn |= {"query_bias", "key_bias", "both_bias"}
    assert drawn <= set(formulas("h_t"))


def test_a_page_of_its_own_fetches_nothing(bridge):
    for language in LANGUAGES:
        title = section(language, "bridge")["title"]
        text = stage.whole_page(payload(bridge, language), title, bridge.typed, "both")
        assert title.split("'")[0] in text and "default-src 'none'" in text
        assert not re.search(r'(?:src|href)="https?:', text)
