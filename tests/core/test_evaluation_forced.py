"""Forcing many translations at once is forcing each through the front door; and resampling."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.evaluation.bootstrap import compared, estimate, grouped, median, p_value
from core.evaluation.forced import Forced, Pieces, force, perplexity
from core.evaluation.measure import punctuation
from core.evaluation.quality import greedy
from core.measurements.table import Row, frame, pick
from core.tokenisers import Tokeniser
from core.tokenisers.pieces import END_ID
from core.whatif import Replaced, WhatIf
from tests.conftest import random_model, sentence_pairs

PAIRS = [*sentence_pairs()[::17], ("I sing now. I eat now.", "Je chante.")]
CLOSE = {"atol": 2e-5, "rtol": 1e-4}


def test_a_batch_is_each_translation_forced_by_its_prefix(translators, any_score):
    translator = translators[any_score]
    encode = translator.vocabulary.encode
    found = force(translator.model, [Pieces(encode(a), encode(b)) for a, b in PAIRS], Tokeniser)
    for (source, target), one in zip(PAIRS, found, strict=True):
        prefix = [*encode(target), END_ID]
        trace = translator.translate(source, prefix=prefix, limit=len(prefix))
        path = trace.path()
        assert [step.token.id for step in path] == prefix
        np.testing.assert_allclose(one.log_probs, [step.log_prob for step in path], **CLOSE)
        if any_score is None:
            assert one.weights == {}
        else:
            (weights,) = one.weights.values()
            np.testing.assert_allclose(weights, trace.attention().weights, **CLOSE)
            np.testing.assert_allclose(weights.sum(1), 1, atol=1e-5)


def test_each_head_of_a_transformer_and_their_means_are_those_of_its_trace(transformer):
    encode = transformer.vocabulary.encode
    found = force(transformer.model, [Pieces(encode(a), encode(b)) for a, b in PAIRS], Tokeniser)
    heads = ["cross", *(f"cross.{x}" for x in (1, 2)),
             *(f"cross.{x}.{y}" for x in (1, 2) for y in (1, 2))]  # fmt: skip
    for (source, target), one in zip(PAIRS, found, strict=True):
        prefix = [*encode(target), END_ID]
        trace = transformer.translate(source, prefix=prefix, limit=len(prefix))
        np.testing.assert_allclose(one.log_probs, [s.log_prob for s in trace.path()], **CLOSE)
        assert sorted(one.weights) == sorted(heads)
        for block, weights in one.weights.items():
            np.testing.assert_allclose(weights, trace.attention(block).weights, **CLOSE)


class Elsewhere(Tokeniser):
    pad, unknown, start, end = 7, 6, 5, 4


def test_marks_are_those_of_the_text():
    """A model whose tokeniser has its marks in other places is forced by those."""
    model = random_model(12)
    pairs = [Pieces([8, 9, 10], [1, 2]), Pieces([8], [3])]
    for pair, one in zip(pairs, force(model, pairs, Elsewhere), strict=True):
        memory = model.encode(torch.tensor([[*pair.source, 4]]))
        decoded = model.decode(torch.tensor([[5, *pair.target]]), model.start(memory))
        log_probs = model.logits(decoded.combined)[0].log_softmax(-1)
        wanted = log_probs[range(len(pair.target) + 1), [*pair.target, 4]]
        np.testing.assert_allclose(one.log_probs, wanted.detach(), **CLOSE)


class Padded(Tokeniser):
    pad = end = 4


@pytest.mark.parametrize("wiring", ["luong", "bahdanau"])
def test_a_mark_that_pads_and_ends_is_read_where_it_ends(wiring):
    """What is visible is told by lengths: a pair forced in a batch is that pair alone."""
    model = random_model(12, wiring=wiring)
    pairs = [Pieces([8, 9, 10], [5, 7]), Pieces([8], [6]), Pieces([9, 8], [7, 6, 5])]
    for pair, one in zip(pairs, force(model, pairs, Padded), strict=True):
        (alone,) = force(model, [pair], Padded)
        np.testing.assert_allclose(one.log_probs, alone.log_probs, **CLOSE)
        assert one.weights["cross"].shape == (len(pair.target) + 1, len(pair.source) + 1)
        np.testing.assert_allclose(one.weights["cross"], alone.weights["cross"], **CLOSE)
        np.testing.assert_allclose(one.weights["cross"].sum(1), 1, atol=1e-5)
        memory = model.encode(torch.tensor([[*pair.source, 4]]))
        state = model.start(memory)
        first = model.step(torch.tensor([Padded.start]), state).logits[0].log_softmax(-1)
        assert one.log_probs[0] == pytest.approx(first[pair.target[0]].item(), abs=1e-4)


def test_greedy_translations_read_the_end_where_it_pads(translator):
    """They are those of each sentence alone, whatever mark fills up the batch."""
    vocabulary = SimpleNamespace(
        pad=END_ID, start=translator.vocabulary.start, end=END_ID,
        allowed=translator.vocabulary.allowed,
    )  # fmt: skip
    like = SimpleNamespace(model=translator.model, vocabulary=vocabulary)
    sources = [[token.id for token in translator.vocabulary.source_tokens(a)] for a, _ in PAIRS]
    assert greedy(like, sources) == [
        [step.token.id for step in translator.translate(a).path()] for a, _ in PAIRS
    ]


def test_weights_of_a_step_are_replaced_at_that_step_alone(translator):
    encode = translator.vocabulary.encode
    pair = Pieces(encode("I sing."), encode("Je chante."))
    row = tuple(np.eye(len(pair.source) + 1)[0].tolist())
    (plain,) = force(translator.model, [pair], Tokeniser)
    (given,) = force(translator.model, [pair], Tokeniser, WhatIf(weights=(Replaced(1, row),)))
    changed = np.abs(given.weights["cross"] - plain.weights["cross"]).max(1) > 1e-5
    assert changed.tolist() == [t == 1 for t in range(len(changed))]


def test_perplexity_by_hand():
    forced = {"a": [Forced(np.log([0.5, 0.25]), {}), Forced(np.log([0.125]), {})]}
    (row,) = perplexity(forced, np.array([0, 1]), 1, Row("", "", 0.0))
    assert row.value == pytest.approx((0.5 * 0.25 * 0.125) ** (-1 / 3))
    assert row.low <= row.value <= row.high


def test_punctuation_is_found_among_the_pieces(vocabulary):
    ids = vocabulary.encode("I sing now!")
    marks = punctuation(vocabulary, ids)
    assert len(marks) == len(ids) + 1 and not marks[-1]
    assert [vocabulary.piece(i) for i, seen in zip(ids, marks) if seen] == ["!"]


def test_pairs_of_one_sentence_are_drawn_together():
    parts = grouped([(1, 2), (3, 4), (5, 6)], np.array([0, 1, 0]))
    np.testing.assert_array_equal(parts, [[6, 8], [3, 4]])


def test_resampling_is_the_same_for_one_seed():
    parts = np.random.default_rng(0).random((50, 2))
    assert estimate(parts, 3) == estimate(parts, 3)
    assert estimate(parts, 3) != estimate(parts, 4)
    assert median(parts[:, 0], 3) == median(parts[:, 0], 3)


def test_an_estimate_is_the_ratio_of_the_sums_within_its_interval():
    rng = np.random.default_rng(0)
    parts = np.stack([rng.normal(3, 1, 400), np.ones(400)], 1)
    found = estimate(parts, 1)
    assert found.value == pytest.approx(parts[:, 0].mean())
    error = parts[:, 0].std() / 20  # of the mean of 400
    assert found.low == pytest.approx(found.value - 1.96 * error, abs=0.3 * error)
    assert found.high == pytest.approx(found.value + 1.96 * error, abs=0.3 * error)
    assert estimate(parts, 1, np.exp).high == pytest.approx(math.exp(found.high))
    with pytest.raises(ValueError, match="nothing to divide by"):
        estimate(np.zeros((3, 2)), 1)


def test_unequal_numbers_of_sentences_cannot_be_paired():
    with pytest.raises(ValueError, match="2 sentences cannot be paired with 3"):
        p_value(np.ones((2, 2)), np.ones((3, 2)), 1)


@given(st.integers(0, 50))
def test_p_tells_a_difference_from_noise(seed):
    rng = np.random.default_rng(seed)
    ones = np.ones(200)
    noise = np.stack([rng.normal(0, 1, 200), ones], 1)
    assert p_value(noise, noise, 1) == 1  # nothing is as close as equal
    assert p_value(noise + [1.0, 0], noise + np.stack([rng.normal(0, 0.1, 200), 0 * ones], 1), 1
                   ) < 0.01  # fmt: skip


def test_p_values_of_equal_models_are_spread_evenly():
    """Without any difference, one test of twenty is called significant."""
    rng = np.random.default_rng(5)
    ones = np.ones(100)
    found = [
        p_value(np.stack([rng.normal(size=100), ones], 1),
                np.stack([rng.normal(size=100), ones], 1), 1)
        for _ in range(200)
    ]  # fmt: skip
    assert 0.01 <= np.mean(np.array(found) < 0.05) <= 0.11
    assert np.mean(found) == pytest.approx(0.5, abs=0.08)


def test_each_model_is_compared_with_those_after_it_block_by_block():
    rng = np.random.default_rng(0)
    keys = [("a", "x"), ("b", "x"), ("b", "y"), ("c", "y")]
    rows = frame(compared({key: rng.random((9, 2)) for key in keys}, 1, Row("", "aer", 0.0)))
    gaps = rows[rows["against"] != ""]
    assert list(zip(gaps["model"], gaps["block"], gaps["against"])) == [
        ("a", "x", "b"), ("b", "y", "c"),
    ]  # fmt: skip
    values = {key: pick(rows, "aer", model=key[0], block=key[1])["value"].iloc[0] for key in keys}
    assert gaps["value"].tolist() == pytest.approx(
        [values["a", "x"] - values["b", "x"], values["b", "y"] - values["c", "y"]]
    )
