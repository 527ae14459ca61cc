"""Attention that a person takes hold of: rows by hand and what is steered at every step are exact,
and asked for again in Python they give the same to the bit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.asked import as_python
from core.attention import attend
from core.refusals import BadWhatIf
from core.trace import Trace
from core.views.decode.holding import MILLION, block_of
from core.whatif import Replaced, WhatIf, forbidden_places
from tests.conftest import rows

TEXT = "Tom sings now."
LIMIT = 5


def size(model) -> int:
    return len(model.vocabulary.source_tokens(TEXT))


def even(count: int) -> tuple[float, ...]:
    return (1 / count,) * count


def again(trace: Trace, model) -> Trace:
    """What the lines of Python for `trace` make."""
    code, made = as_python(trace), {}
    assert f"load({model.name!r})" in code
    exec(code.replace("from core import load\n", ""), {"load": lambda name: model}, made)
    return made["trace"]


@pytest.fixture(params=["translator", "transformer"])
def model(request):
    return request.getfixturevalue(request.param)


def test_attention_that_is_off_has_a_context_of_zero(model):
    trace = model.translate(TEXT, weights={2: None}, limit=LIMIT)
    path = trace.path()
    assert not rows(trace)[1].weights.any() and rows(trace)[0].weights.sum() > 0.99
    assert not path[1].context.any() and path[0].context.any()
    assert [step.replaced for step in path] == [t == 1 for t in range(len(path))]
    assert Trace.from_json(trace.to_json()) == trace


def test_a_forbidden_word_is_never_read_and_the_others_share_in_proportion(translator):
    plain = rows(translator.translate(TEXT, limit=LIMIT))[0].weights
    trace = translator.translate(TEXT, forbidden=[2], limit=LIMIT)
    rest = np.delete(plain.astype(float), 1)
    np.testing.assert_allclose(np.delete(rows(trace)[0].weights, 1), rest / rest.sum(), atol=1e-6)
    for row in rows(trace):
        assert row.weights[1] == 0 and row.weights.sum() == pytest.approx(1, abs=1e-5)


def test_a_forbidden_word_is_read_by_no_head_to_the_source(transformer):
    trace = transformer.translate(TEXT, forbidden=[1, 3], limit=LIMIT)
    assert not trace.blocks["cross"].weights[..., [0, 2]].any()
    assert trace.blocks["encoder"].weights[..., 0].any()  # the encoder reads it all the same


@pytest.mark.parametrize("place", ["cross", "cross.2", "cross.2.1", "self.1.2", "encoder.1"])
def test_what_is_uniform_weighs_all_that_it_may_read_alike(transformer, place):
    trace = transformer.translate(TEXT, uniform=[place], limit=LIMIT)
    for block, heads in {name: trace.heads(name) for name in trace.blocks}.items():
        for layer in range(1, heads[0] + 1):
            for head in range(1, heads[1] + 1):
                one = trace.attention(f"{block}.{layer}.{head}")
                wanted = one.visible / one.visible.sum(-1, keepdims=True)
                here = f"{block}.{layer}.{head}".startswith(place)
                assert np.allclose(one.weights, wanted, atol=1e-6) == here, (block, layer, head)


def test_a_row_by_hand_goes_before_what_is_uniform_and_what_is_forbidden_is_left_out():
    change = WhatIf(
        weights=(Replaced(1, (0.0, 0.25, 0.75)),), forbidden=(0,), uniform=("cross",)
    ).inside("cross", 1)
    found = attend(torch.randn(1, 2, 2, 3), torch.randn(1, 2, 3, 4), change=change).weights
    expected = torch.tensor([[0, 0.5, 0.5], [0, 0.25, 0.75]]).expand(1, 2, 2, 3)
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("seed", range(8))
def test_python_makes_the_same_to_the_bit(model, seed):
    """Whatever was dragged, in millionths as the stage sends them."""
    draw, keys = np.random.default_rng(seed), size(model)
    blocks = [(None, None), *([(1, None), (2, 1)] if model.name.endswith("transformer") else [])]
    given = []
    for step in sorted(draw.choice(LIMIT, draw.integers(1, 4), replace=False)):
        parts = draw.multinomial(MILLION, draw.dirichlet(np.full(keys, 0.3)))
        weights = None if draw.random() < 0.3 else tuple((parts / MILLION).tolist())
        given.append(Replaced(int(step), weights, "cross", *blocks[draw.integers(len(blocks))]))
    steered = {"temperature": draw.choice([0.5, 1.0, 2.0]).item()}
    if draw.random() < 0.5:
        steered["uniform"] = ["cross"]
    trace = model.translate(TEXT, weights=given, **steered)
    assert again(trace, model) == trace


def test_python_says_a_prefix_and_what_is_forbidden_too(translator):
    prefix = translator.vocabulary.encode("Tom")
    trace = translator.translate(TEXT, prefix=prefix, forbidden=[2], weights={3: None})
    assert "weights={3: None}" in as_python(trace) and "forbidden=[2]" in as_python(trace)
    assert again(trace, translator) == trace


@pytest.mark.parametrize(
    ("asked", "reason", "told"),
    [
        ({"weights": {1: (0.0, 0.0, 0.0)}}, "zero", "sum to 0"),
        ({"weights": {1: (float("nan"), 0.5, 0.5)}}, "number", "NaN"),
        ({"weights": {1: (1.0,)}}, "count", "must be"),
        ({"weights": {LIMIT + 1: None}}, "step", f"steps 1 to {LIMIT}"),
        ({"weights": [Replaced(0, None, "cross", 2, 1)], "heads": ["cross.2.1"]}, "off", "is off"),
        ({"uniform": ["cross.2.1"], "heads": ["cross.2.1"]}, "off", "switched off"),
        ({"uniform": ["cross.9"]}, "place", "no attention 'cross.9'"),
        ({"forbidden": [99]}, "beyond", "no token 99"),
        ({"forbidden": range(1, 60)}, "beyond", "no token"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence_of_its_own(transformer, asked, reason, told):
    with pytest.raises(BadWhatIf, match=told.replace("is off", "switched off")) as caught:
        transformer.translate(TEXT, limit=LIMIT, **asked)
    assert caught.value.reason == reason


def test_no_word_that_is_forbidden_can_be_weighed_and_one_has_to_be_left(translator):
    count = size(translator)
    with pytest.raises(BadWhatIf, match="source token 1, which is forbidden") as caught:
        translator.translate(TEXT, weights={1: even(count)}, forbidden=[1])
    assert caught.value.reason == "forbidden"
    with pytest.raises(BadWhatIf, match="leave one") as caught:
        translator.translate(TEXT, forbidden=range(1, count + 1))
    assert caught.value.reason == "nothing"
    with pytest.raises(ValueError, match="from 1"):
        forbidden_places([0])


def test_a_step_that_the_shorter_translation_does_not_have_changes_nothing(translator):
    prefix = [*translator.vocabulary.encode("Tom"), translator.vocabulary.end]
    plain = translator.translate(TEXT, prefix=prefix)
    late = translator.translate(TEXT, prefix=prefix, weights={len(prefix) + 1: None})
    assert late.whatif.weights and replace(late, whatif=plain.whatif) == plain


def test_a_model_without_attention_has_none_to_steer(translators):
    for asked in ({"forbidden": [1]}, {"uniform": ["cross"]}, {"weights": {1: None}}):
        with pytest.raises(BadWhatIf):
            translators[None].translate(TEXT, **asked)


def test_a_block_is_named_as_traces_name_it():
    assert block_of(Replaced(0, None)) == "cross"
    assert block_of(Replaced(0, None, "cross", 2)) == "cross.2"
    assert block_of(Replaced(0, None, "self", 2, 5)) == "self.2.5"
