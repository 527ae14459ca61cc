"""A sentence with its reference: where the ways part, what a slip does, and what travels of it."""

from __future__ import annotations

import numpy as np
import pytest

from core.bothways import both_ways
from core.exposure import FORCED, FREE, SLIP, Slip, expose
from core.views.forcing import payload
from tests.tolerance import LOG_PROB, log_prob, weights

TEXT, REFERENCE = "Tom sings now.", "Tom chante maintenant."


def shown(translator, slip=None, text=TEXT, reference=REFERENCE):
    trace = translator.translate(text, limit=12)
    return trace, expose(translator, trace, translator.vocabulary.encode(reference), slip)


@pytest.fixture(params=["general", "none", "transformer"])
def translator(request, translators, transformer):
    return transformer if request.param == "transformer" else translators.get(
        None if request.param == "none" else request.param
    )  # fmt: skip


def test_the_left_column_is_the_forced_pass_over_the_reference(translator):
    trace, found = shown(translator)
    true = [*translator.vocabulary.encode(REFERENCE), translator.vocabulary.end]
    assert found.reference_ids == tuple(true)
    assert found.column(FORCED).log_probs == log_prob(translator.forced(trace, true).log_probs)
    assert found.column(FORCED).read[1:] == found.reference[:-1]
    assert found.first_difference(FORCED) is None and found.effect(FORCED) is None


def test_the_right_column_reads_what_the_model_writes(translator):
    trace, found = shown(translator)
    free = found.column(FREE)
    assert list(free.written) == [step.token.id for step in trace.path()]
    assert found.text == trace.text
    first = found.first_difference(FREE)
    for step in range(first + 1):  # up to there both have read the same
        assert free.log_probs[step] == log_prob(found.column(FORCED).log_probs[step])
        if free.weights is not None:
            assert free.weights[step] == weights(found.column(FORCED).weights[step])
            assert free.astray[step] == weights(0.0)


def test_one_error_is_the_models_first_and_the_places_stay(translator):
    _, found = shown(translator)
    slip, column = found.slip, found.column(SLIP)
    assert not slip.by_hand and slip.step == found.first_difference(FREE)
    assert slip.token == found.column(FREE).written[slip.step]
    apart = [a != b for a, b in zip(column.written, found.reference_ids, strict=True)]
    assert [step for step, one in enumerate(apart) if one] == [slip.step]
    effect = found.effect(SLIP)
    after = slice(slip.step + 1, None)
    assert effect.here == log_prob(column.log_probs[after].mean())
    assert effect.reference == log_prob(found.column(FORCED).log_probs[after].mean())


def test_an_error_by_hand_is_read_in_both_ways(translator):
    _, plain = shown(translator)
    token = next(
        guess.id for guess in plain.column(FREE).guesses[0]
        if guess.id not in (plain.reference_ids[0], plain.column(FREE).written[0],
                            translator.vocabulary.end)
    )  # fmt: skip
    _, found = shown(translator, Slip(0, token))
    assert found.column(FREE).written[0] == token == found.column(SLIP).written[0]
    again = translator.translate(TEXT, prefix=(token,))
    assert found.text == again.text
    assert found.column(FORCED).log_probs == log_prob(plain.column(FORCED).log_probs)


def test_what_cannot_be_is_refused(translator):
    trace, _ = shown(translator)
    with pytest.raises(ValueError, match="one token at least"):
        expose(translator, trace, [])
    with pytest.raises(ValueError, match="no step"):
        shown(translator, Slip(99, 5))
    _, found = shown(translator)
    with pytest.raises(LookupError):
        found.column("other")


def test_a_model_that_writes_the_reference_differs_nowhere(translator):
    trace = translator.translate(TEXT, limit=12)
    own = [step.token.id for step in trace.path()]
    if own[-1] == translator.vocabulary.end:
        own = own[:-1]
    if not own:
        pytest.skip("it writes nothing")
    found = expose(translator, trace, own)
    if found.column(FREE).written[: len(own)] == tuple(own) and len(own) < 12:
        assert found.first_difference(FREE) is None and found.slip is None
        assert [one.kind for one in found.columns] == [FORCED, FREE]


def test_what_travels_is_what_was_worked_out(translator):
    trace, found = shown(translator)
    sent = payload(trace, found, "en")
    assert [one["kind"] for one in sent["columns"]] == [FORCED, SLIP, FREE]
    for one, column in zip(sent["columns"], found.columns, strict=True):
        told = [np.nan if value is None else value for value in one["log_probs"]]
        assert np.allclose(told, column.log_probs, atol=LOG_PROB, equal_nan=True)
        assert len(one["guesses"]) == len(one["read"]) == len(one["written"])
        assert one["first"] == found.first_difference(column.kind)
    assert (sent["columns"][0]["weights"] is None) == (found.columns[0].weights is None)
    assert sent["slip"]["piece"] == found.column(FREE).pieces[found.slip.step]


def test_at_once_and_step_by_step_are_the_same_numbers(translator):
    trace = translator.translate(TEXT, limit=12)
    found = both_ways(translator, trace)
    assert found.apart < LOG_PROB
    assert found.log_probs[0] == log_prob(found.log_probs[1])
    assert found.log_probs[0] == log_prob([step.log_prob for step in trace.path()])
    assert len(found.steps) == len(trace.path()) and found.at_once > 0 and (found.steps > 0).all()
