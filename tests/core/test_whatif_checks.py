"""A what-if that does not fit the attention that it changes is told, in every place it is given."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.arrays import trace_of
from core.refusals import BadPrefix, BadWhatIf
from core.whatif import Replaced, WhatIf

TEXT = "Tom sings now."
LIMIT = 5


@pytest.fixture(scope="module")
def size(transformer) -> int:
    return len(transformer.vocabulary.source_tokens(TEXT))


def even(count: int) -> tuple[float, ...]:
    return (1 / count,) * count


def wrong(size: int) -> dict[str, tuple[Replaced, str]]:
    """Rows that fit no attention, and what is said of each."""
    return {
        "block": (Replaced(0, even(size), "of"), "no attention 'of'.*encoder, self, cross"),
        "layer": (Replaced(0, even(size), "cross", 9), r"no layer 9 of 'cross'.*1 to 2"),
        "layer 0": (Replaced(0, even(size), "cross", 0), "no layer 0"),
        "head": (Replaced(0, even(size), "cross", 1, 99), r"no head 99 of 'cross'.*1 to 2"),
        "head 0": (Replaced(0, even(size), "cross", 1, 0), "no head 0"),
        "cross": (Replaced(0, even(size + 1)), f"must be {size} numbers.*source piece"),
        "self": (Replaced(1, even(size), "self"), "must be 2 numbers.*start mark"),
        "step": (Replaced(LIMIT, even(size)), f"steps 1 to {LIMIT}.*no place {LIMIT}"),
        "half a step": (Replaced(0.5, even(size)), "steps 1 to"),
        "encoder": (Replaced(size, even(size), "encoder"), f"'encoder'.*steps 1 to {size}, at"),
    }


@pytest.mark.parametrize("name", wrong(3))
def test_a_row_that_fits_no_attention_is_told(transformer, size, name):
    row, told = wrong(size)[name]
    with pytest.raises(BadWhatIf, match=told):
        transformer.translate(TEXT, weights=[row], limit=LIMIT)
    trace = transformer.translate(TEXT, limit=LIMIT)
    with pytest.raises(BadWhatIf, match=told):
        transformer.forced(trace, whatif=WhatIf(weights=(row,)))


@pytest.mark.parametrize("head", ["cross.9.9", "cross.1.0", "cross.1.x", "cross.1", ""])
def test_a_head_that_there_is_not_is_told_in_a_forced_pass_too(transformer, head):
    trace = transformer.translate(TEXT, limit=LIMIT)
    with pytest.raises(BadWhatIf, match=r"no head.*cross\.1\.1 to cross\.2\.2"):
        transformer.forced(trace, whatif=WhatIf(heads=(head,)))


def test_what_a_model_has_not_is_told_in_a_forced_pass_too(translator):
    trace = translator.translate(TEXT, limit=LIMIT)
    for whatif, told in (
        (WhatIf(positions=False), "no positions"),
        (WhatIf(causal=False), "no causal mask"),
        (WhatIf(scaling="undivided"), "does not divide"),
    ):
        with pytest.raises(BadWhatIf, match=told):
            translator.forced(trace, whatif=whatif)


@pytest.mark.parametrize("head", [None, 2])
def test_weights_of_self_attention_arrive_at_the_step_they_are_given_for(transformer, head):
    row = Replaced(2, (0.5, 0.0, 0.5), "self", 1, head)
    trace = transformer.translate(TEXT, weights=[row], limit=LIMIT)
    together = transformer.forced(trace)
    for place in (1, 2):
        found = trace.attention(f"self.1.{place}").weights
        np.testing.assert_allclose(
            together.attentions["self"].weights[0, place - 1], found, atol=1e-5
        )
        assert (found[2, :3].tolist() == list(row.weights)) == (head in (None, place))
        assert not found[2, 3:].any()
    assert [step.replaced for step in trace.path()] == [t == 2 for t in range(len(trace.path()))]


def test_weights_inside_an_encoder_are_of_no_step_of_the_decoder(transformer, size):
    row = Replaced(1, even(size), "encoder")
    trace = transformer.translate(TEXT, weights=[row], limit=LIMIT)
    np.testing.assert_allclose(trace.attention("encoder.2.1").weights[1], row.weights, atol=1e-6)
    assert not any(step.replaced for step in trace.path())


def test_a_trace_of_no_model_or_another_cannot_be_forced(translator, transformer):
    with pytest.raises(ValueError, match="of no model"):
        transformer.forced(trace_of([[1.0]]))
    with pytest.raises(ValueError, match="eng-fra-general, not as eng-fra-transformer"):
        transformer.forced(translator.translate(TEXT, limit=LIMIT))


def test_steps_beyond_the_target_have_no_gradient(translator):
    trace = translator.translate(TEXT, limit=LIMIT)
    count = len(trace.path())
    for step in (count, -1):
        with pytest.raises(ValueError, match=f"steps 0 to {count - 1}, not {step}"):
            translator.forced(trace, gradient_of=[step])


def test_what_a_trace_was_made_with_is_forced_again(transformer, size):
    """A prefix longer than another target, and weights of a step that it does not reach."""
    prefix = transformer.vocabulary.encode("Tom chante")
    trace = transformer.translate(TEXT, prefix=prefix, weights={5: even(size)}, limit=LIMIT)
    found = transformer.forced(trace, prefix[:1])
    assert found.log_probs[0] == pytest.approx(trace.path()[0].log_prob, abs=1e-4)
    with pytest.raises(BadPrefix):
        transformer.translate(TEXT, prefix=[0], limit=LIMIT)
    assert replace(trace.whatif, prefix=()).weights[0].step == 4
