"""Text in, a complete trace out; what-ifs are arguments; errors say what to do."""

import itertools
import math

import numpy as np
import pytest
import torch

from core import tables
from core.candidates import CANDIDATES
from core.search import search
from core.tokenisers import Tokeniser
from core.tokenisers.pieces import END_ID
from core.translator import TooLong, Translator
from core.tree import (
    BEATEN,
    CUT,
    END,
    ENDED,
    KEPT,
    LIMIT,
    OVERRULED,
    UNDRAWN,
    UNREADABLE,
    Sampling,
)  # fmt: skip
from core.whatif import WhatIf
from tests.conftest import random_model, rows
from tests.tolerance import LOG_PROB

TEXT = "I sing now. She works here!"


def one_hot(trace, column: int) -> np.ndarray:
    return np.eye(len(trace.source), dtype=np.float32)[column]


@pytest.fixture
def any_translator(translators, any_score):
    return translators[any_score]


def test_a_trace_is_complete(any_translator):
    model, vocabulary = any_translator.model, any_translator.vocabulary
    trace = any_translator.translate(TEXT)
    size = model.config.size
    assert (trace.model.name, trace.model.source, trace.model.target) == (
        any_translator.name, "eng", "fra",
    )  # fmt: skip
    assert trace.model.cell == model.config.cell
    assert trace.model.pieces == len(vocabulary) - 3  # without padding, unknown and start
    assert (trace.model.score and trace.model.score.name) == model.config.score
    assert trace.typed == TEXT and trace.source == vocabulary.source_tokens(TEXT)
    assert trace.axis("source").states.shape == (len(trace.source), size)
    for number, step in enumerate(trace.steps):
        assert step.parent == (number - 1 if number else None)
        assert step.state.shape == step.combined.shape == (size,)
        assert {step.state.dtype, step.combined.dtype} == {np.dtype(np.float16)}
        last = number == len(trace.steps) - 1
        assert step.fate == ("ended" if step.token.piece == END else "limit" if last else "kept")
        assert step.rank == 1 and step.score == step.total
        assert not step.forced and not step.replaced
        if model.score is None:
            assert trace.attentions == () and step.context is None
        else:
            assert list(trace.blocks) == ["cross"]
            row = rows(trace)[number]
            assert row.visible.all()
            assert row.scores.shape == row.weights.shape == (len(trace.source),)
            assert row.weights.sum() == pytest.approx(1, abs=1e-5)
            np.testing.assert_allclose(row.weights, torch.tensor(row.scores).softmax(-1), atol=1e-6)
            np.testing.assert_allclose(
                step.context[0, 0],
                row.weights @ trace.axis("source").states.astype(np.float32),
                atol=5e-3,
            )


def test_the_numbers_are_those_of_the_model(any_translator):
    """Each step against one pass of teacher forcing over the same tokens."""
    model, trace = any_translator.model, any_translator.translate(TEXT)
    source = torch.tensor([[token.id for token in trace.source]])
    with torch.no_grad():
        given = torch.tensor([[2, *(step.token.id for step in trace.steps[:-1])]])
        decoded = model.decode(given, model.start(model.encode(source)))
        log_probs = model.logits(decoded.combined)[0].log_softmax(-1)
    total = 0.0
    for t, step in enumerate(trace.path()):
        row = log_probs[t].double()
        total += step.log_prob
        assert step.log_prob == pytest.approx(row[step.token.id].item(), abs=1e-4)
        assert step.total == pytest.approx(total, abs=1e-5)
        assert step.entropy == pytest.approx(-(row.exp() * row).sum().item(), abs=1e-4)
        np.testing.assert_allclose(step.state, decoded.hidden[0, t], atol=2e-3)
        np.testing.assert_allclose(step.combined, decoded.combined[0, t], atol=2e-3)
        assert len(step.candidates) == CANDIDATES
        values = [item.log_prob for item in step.candidates]
        assert values == sorted(values, reverse=True)
        expected = row[END_ID:].topk(CANDIDATES).values.tolist()
        assert values == pytest.approx(expected, abs=1e-4)
        for item in step.candidates:
            assert item.id >= END_ID
            assert item.piece == any_translator.vocabulary.piece(item.id)
            assert item.log_prob == pytest.approx(row[item.id].item(), abs=1e-4)
        assert step.candidates[0].id == step.token.id  # greedy takes the likeliest
        assert sum(math.exp(value) for value in values) <= 1 + 1e-5


@pytest.mark.parametrize("beam", [1, 3])
def test_the_text_is_the_decoded_hypothesis(any_translator, beam):
    trace = any_translator.translate(TEXT, beam=beam, limit=9)
    ids = [step.token.id for step in trace.path()]
    decoded = any_translator.vocabulary.decode(ids).strip()
    assert trace.text == decoded or UNREADABLE in decoded  # then the bytes are written
    for leaf in trace.leaves:
        path = trace.path(leaf)
        tokens = [step.token for step in path]
        alone = any_translator.vocabulary.target_tokens([token.id for token in tokens])
        if leaf == trace.leaves[0]:
            assert tokens == list(alone)
        # What follows decides where a word ends: a token that likelier ones share has theirs.
        plain = [token._replace(word=0, cuts=()) for token in tokens]
        assert plain == [token._replace(word=0, cuts=()) for token in alone]
        assert path[-1].total == pytest.approx(sum(step.log_prob for step in path), abs=1e-4)


def test_the_rows_of_a_beam_belong_to_their_steps(any_translator):
    trace = any_translator.translate(TEXT, beam=3, limit=6)
    assert 1 <= len(trace.leaves) <= 3
    for leaf in trace.leaves:
        path = trace.path(leaf)
        ids = [step.token.id for step in path]
        forced = any_translator.translate(TEXT, prefix=ids, limit=6)
        for step, alone in zip(path, forced.path(), strict=True):
            if step.state is not None:
                np.testing.assert_allclose(step.state, alone.state, atol=2e-3)
            assert step.entropy == pytest.approx(alone.entropy, abs=1e-4)
        if trace.attentions:
            for row, other in zip(rows(trace, leaf=leaf), rows(forced), strict=True):
                np.testing.assert_allclose(row.weights, other.weights, atol=1e-5)


def test_the_same_arguments_give_the_same_trace(any_translator):
    assert any_translator.translate(TEXT) == any_translator.translate(TEXT)


def test_a_prefix_equal_to_its_own_output_changes_nothing_but_the_mark(any_translator):
    free = any_translator.translate(TEXT)
    ids = [step.token.id for step in free.path()]
    forced = any_translator.translate(TEXT, prefix=ids[:2])
    assert [step.forced for step in forced.steps[:3]] == [True, True, False]
    assert [step.token for step in forced.steps] == [step.token for step in free.steps]
    for step, other in zip(forced.steps, free.steps, strict=True):
        for one, two in zip(step.candidates, other.candidates, strict=True):
            assert one[:5] == two[:5]
    assert {item.fate for item in forced.steps[0].candidates[1:]} == {OVERRULED}
    assert [step.total for step in forced.steps] == [step.total for step in free.steps]


def test_a_prefix_may_be_text_or_pieces(translator):
    ids = translator.vocabulary.encode("Tu chante")
    as_text = translator.translate(TEXT, prefix="Tu chante")
    assert as_text == translator.translate(TEXT, prefix=ids)
    assert as_text.text.startswith("Tu chante")
    assert [step.forced for step in as_text.path()][: len(ids)] == [True] * len(ids)
    assert translator.translate(TEXT, prefix="") == translator.translate(TEXT)


def test_each_candidate_can_be_picked(translator):
    free = translator.translate(TEXT)
    before = [step.token.id for step in free.path()[:1]]
    for item in free.steps[1].candidates:
        trace = translator.translate(TEXT, prefix=[*before, item.id])
        assert trace.steps[1].token.id == item.id
        assert trace.steps[1].log_prob == pytest.approx(item.log_prob, abs=1e-5)


def test_replaced_weights_arrive(translators, any_score):
    if any_score is None:
        pytest.skip("no weights to replace")
    translator = translators[any_score]
    free = translator.translate(TEXT, prefix="Tu chante")
    trace = translator.translate(TEXT, prefix="Tu chante", weights={2: one_hot(free, 2)})
    assert [step.replaced for step in trace.steps[:3]] == [False, True, False]
    changed = trace.steps[1]
    np.testing.assert_array_equal(rows(trace)[1].weights, one_hot(free, 2))
    np.testing.assert_array_equal(rows(trace)[1].scores, rows(free)[1].scores)
    np.testing.assert_array_equal(changed.context[0, 0], trace.axis("source").states[2])
    assert [row.step for row in trace.whatif.weights] == [1]
    table = tables.attention(trace)
    given = table[table["weight"] == 1]
    assert given["step"].tolist() == [2], "a table counts as the argument does"
    assert changed.candidates != free.steps[1].candidates
    assert trace.steps[0].candidates == free.steps[0].candidates


def test_its_own_weights_change_nothing(translator):
    free = translator.translate(TEXT)
    own = {t: row.weights for t, row in enumerate(rows(free), 1)}
    trace = translator.translate(TEXT, weights=own)
    assert [step.token for step in trace.steps] == [step.token for step in free.steps]
    assert all(step.replaced for step in trace.steps)


@pytest.mark.parametrize(
    "wrong",
    [[1.0], [[1.0] * 9], [-1.0] + [0.0] * 8, [np.nan] * 9, [np.inf] * 9, [0.5] * 9],
    ids=str,
)
def test_weights_that_do_not_fit_are_told(translator, wrong):
    size = len(translator.translate(TEXT).source)
    wrong = wrong[:1] * size if len(wrong) == 9 and wrong[0] != -1.0 else wrong
    with pytest.raises(ValueError, match=rf"step 1 must be {size} numbers"):
        translator.translate(TEXT, weights={1: np.array(wrong)})


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (-1, "whole number from 1"),
        (0, "from 1, which is the first, not 0"),
        (8, "steps 1 to 7"),
        ("1", "whole number"),
        (2.5, "whole number"),
    ],
)
def test_weights_for_a_step_that_there_is_not_are_told(translator, step, told):
    own = rows(translator.translate(TEXT))[0].weights
    with pytest.raises(ValueError, match=told):
        translator.translate(TEXT, weights={step: own}, limit=7)


def test_equal_candidates_stand_in_the_order_of_their_ids(vocabulary):
    model = random_model(len(vocabulary), score="dot")
    with torch.no_grad():
        model.embedding.weight.zero_()
        model.readout_bias.zero_()
    trace = Translator("x", "eng", "fra", model, vocabulary).translate(TEXT, beam=3, limit=2)
    for one in trace.expansions:
        assert [item.id for item in one.candidates] == list(range(END_ID, END_ID + 10))


def test_a_softer_softmax_is_an_argument(translator):
    softer = translator.translate(TEXT, temperature=2.0, scaling="divided")
    assert softer.whatif == WhatIf(temperature=2.0, scaling="divided")
    assert softer == translator.translate(TEXT, temperature=2.0, scaling="divided")
    assert translator.translate(TEXT, temperature=1.0) == translator.translate(TEXT) != softer


def test_a_model_without_attention_has_no_weights_to_replace(translators):
    with pytest.raises(ValueError, match="no attention"):
        translators[None].translate(TEXT, weights={1: [1.0]})


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u3000"])
def test_a_blank_text_is_told(translator, text):
    with pytest.raises(ValueError, match="blank"):
        translator.translate(text)


@pytest.mark.parametrize("text", ["\u200b", "\ufeff"])
def test_a_text_of_nothing_visible_is_told(translator, text):
    with pytest.raises(ValueError, match="no visible character"):
        translator.translate(text)


def test_too_long_tells_the_length_and_the_limit(translator):
    pieces = len(translator.vocabulary.encode("Tom"))
    fits = " ".join(["Tom"] * (Tokeniser.most // pieces))
    assert len(translator.translate(fits, limit=2).source) == Tokeniser.most // pieces * pieces + 1
    with pytest.raises(TooLong, match=f"limit is {Tokeniser.most}") as caught:
        translator.translate(fits + " Tom" * 2)
    assert (caught.value.length, caught.value.limit) == (
        (Tokeniser.most // pieces + 2) * pieces,
        Tokeniser.most,
    )


@pytest.mark.parametrize("index", [-1, 0, 1, 2, 10**6])
def test_a_prefix_of_pieces_that_there_are_not_is_told(translator, index):
    with pytest.raises(ValueError, match=f"the piece {index};"):
        translator.translate(TEXT, prefix=[5, index])


def test_a_prefix_beyond_its_end_or_the_limit_is_told(translator):
    with pytest.raises(ValueError, match="after the end mark"):
        translator.translate(TEXT, prefix=[5, END_ID, 5])
    with pytest.raises(ValueError, match="limit is 2"):
        translator.translate(TEXT, prefix=[5, 5, 5], limit=2)
    with pytest.raises(ValueError, match="at least 1"):
        translator.translate(TEXT, beam=0)


@pytest.mark.parametrize(
    "text",
    [
        "😀👍",
        "مرحبا",
        "这是中文",
        "?!...",
        "a\u0000b\u202ec",
        "\u0000\u0007",
        "<script>alert(1)</script>",
        "$x$ **b** {{x}}",
    ],
)
def test_any_text_is_translated_and_kept_as_typed(translator, text):
    trace = translator.translate(text, limit=5)
    assert trace.typed == text
    shown = "".join(token.text for token in trace.source[:-1])
    assert shown == "".join(text.split()) or not text.isprintable()


def test_a_trace_needs_no_more_passes_than_the_search(translator, monkeypatch):
    calls = []
    step = translator.model.step
    monkeypatch.setattr(translator.model, "step", lambda *given: calls.append(1) or step(*given))
    trace = translator.translate(TEXT)
    assert len(calls) == len(trace.steps)


def test_a_translation_is_what_the_search_finds(translator):
    source = torch.tensor([[token.id for token in translator.vocabulary.source_tokens(TEXT)]])
    found = search(translator.model, source, translator.writable, limit=2 * source.shape[1] + 10)
    trace = translator.translate(TEXT)
    assert [node.token for node in found.nodes] == [step.token.id for step in trace.steps]


@pytest.mark.parametrize("beam", [1, 3, 10])
@pytest.mark.parametrize("penalty", ["none", "average", "wu"])
def test_each_hypothesis_has_its_candidates_and_their_fates(any_translator, beam, penalty):
    trace = any_translator.translate(TEXT, beam=beam, penalty=penalty, limit=7)
    lengths = {None: 0}
    for index, step in enumerate(trace.steps):
        lengths[index] = lengths[step.parent] + 1
    for attention in trace.attentions:
        assert attention.weights.shape[2] == len(trace.expansions)
    assert len(trace.attentions) == (any_translator.model.score is not None)
    for one in trace.expansions:
        before = 0.0 if one.step is None else trace.steps[one.step].total
        length = lengths[one.step] + 1
        divisor = {"none": 1, "average": length, "wu": ((5 + length) / 6) ** 0.6}[penalty]
        assert len(one.candidates) >= max(CANDIDATES, beam + 5)
        taken = {s.token.id: s for s in trace.steps if s.expansion is one}
        for item in one.candidates:
            assert item.total == pytest.approx(before + item.log_prob, abs=3e-6)
            assert item.score == pytest.approx(item.total / divisor, abs=3e-6)
            assert item.chance is None
            step = taken.pop(item.id, None)
            assert item.fate == (step.fate if step else CUT)
            if step:
                assert item.rank == step.rank <= beam
            else:
                assert item.rank is None or item.rank > beam
        assert not taken
    # In each depth every place from 1 to the width was given to one.
    for depth in range(1, max(lengths.values()) + 1):
        ranks = [s.rank for i, s in enumerate(trace.steps) if lengths[i] == depth]
        assert sorted(ranks) == list(range(1, len(ranks) + 1))
    assert {step.fate for step in trace.steps} <= {KEPT, ENDED, BEATEN, LIMIT}


def test_the_whole_width_finds_no_worse_than_greedy(any_translator):
    greedy = any_translator.translate(TEXT, limit=2)
    wide = any_translator.translate(TEXT, beam=400, best=1, limit=2)
    assert wide.path()[-1].total >= greedy.path()[-1].total - LOG_PROB
    assert wide.search.beam == 400 and len(wide.leaves) == wide.search.best == 1


def test_what_is_drawn_has_its_chances(any_translator):
    how = Sampling(temperature=1.5, top_k=4, top_p=0.9, seed=3)
    trace = any_translator.translate(TEXT, sampling=how, limit=8)
    assert trace == any_translator.translate(TEXT, sampling=how, limit=8)
    assert trace.search.sampling == how
    for step in trace.path():
        listed = step.candidates
        (own,) = [item for item in listed if item.id == step.token.id]
        assert own.chance > 0 and own.fate == step.fate
        assert sum(item.chance for item in listed) == pytest.approx(1, abs=1e-5)
        for item in listed:
            if item is not own:
                assert item.fate == (UNDRAWN if item.chance else CUT)
        assert sum(item.chance > 0 for item in listed) <= 4
    totals = list(itertools.accumulate(step.log_prob for step in trace.path()))
    assert [step.total for step in trace.path()] == pytest.approx(totals, abs=1e-4)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"beam": 3, "best": 4}, "1 to 3 translations"),
        ({"penalty": "long"}, "none, average, wu"),
        ({"penalty": "wu", "alpha": -5}, "from 0 to 10, not -5"),
        ({"beam": 2, "sampling": Sampling()}, "a beam of 1"),
        ({"limit": 0}, "at least 1"),
    ],
)
def test_a_search_that_cannot_be_is_told(translator, options, told):
    with pytest.raises(ValueError, match=told):
        translator.translate(TEXT, **options)


def test_the_state_that_attends_is_named(vocabulary):
    for wiring, state in (("luong", "h_t"), ("bahdanau", "h_{t-1}")):
        model = random_model(len(vocabulary), score="concat", wiring=wiring)
        trace = Translator("x", "eng", "fra", model, vocabulary).translate(TEXT, limit=2)
        assert f"[{state};" in trace.model.score.latex
