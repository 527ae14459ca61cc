"""Maps on the wire: what the browser reads again, how exact it is, and how many bytes it takes."""

import base64
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.stage.codec import STEP, quantised
from core.views.maps import BLOCKS, payload, values
from core.whatif import Replaced
from core.words import section

TEXT = "Tom sings now."


@pytest.fixture(scope="module")
def trace(transformer):
    return transformer.translate(TEXT, limit=9)


def unpacked(block, shape):
    """What a reader makes of the bits, written from their description: (N, Q, K), NaN if masked."""
    stream = np.unpackbits(np.frombuffer(base64.b64decode(block["data"]), np.uint8))
    bits = np.unpackbits(np.frombuffer(base64.b64decode(block["visible"]), np.uint8))
    visible = bits[: np.prod(shape)].reshape(shape).astype(bool)
    maps, place = [], 0
    for low, step, width in zip(block["low"], block["step"], block["bits"], strict=True):
        taken = stream[place : place + width * visible.sum()].reshape(-1, width)
        place += taken.size
        scores = np.full(shape, np.nan)
        scores[visible] = low + step * (taken @ (2.0 ** np.arange(width - 1, -1, -1)))
        maps.append(scores)
    assert len(stream) - place < 8
    return np.array(maps)


def softmax(scores):
    raised = np.exp(np.nan_to_num(scores, nan=-np.inf) - np.nanmax(scores, -1, keepdims=True))
    return raised / raised.sum(-1, keepdims=True)


@pytest.mark.parametrize("name", BLOCKS)
def test_every_map_comes_back(trace, name):
    block = json.loads(json.dumps(payload(trace, "en")))["blocks"][name]
    shape = len(block["queries"]), len(block["keys"])
    maps = unpacked(block, shape)
    assert (block["layers"], block["heads"]) == trace.heads(name) and len(maps) == 4
    for i, scores in enumerate(maps):
        true = trace.attention(f"{name}.{i // 2 + 1}.{i % 2 + 1}")
        assert (tuple(block["queries"]), tuple(block["keys"])) == (true.queries, true.keys)
        assert (np.isnan(scores) == ~true.visible).all()
        off = np.abs(scores - true.scores)[true.visible].max()
        assert off <= block["step"][i] / 2 + 1e-6 and block["step"][i] <= STEP
        assert np.abs(softmax(scores) - true.weights).max() < 5e-4


@pytest.mark.parametrize("place", [("cross", 1, 1), ("cross", 2), ("self",), ("encoder", 2)])
def test_rows_given_by_hand_travel_as_they_are_and_no_others(transformer, trace, place):
    """All else is the softmax of the scores that travel."""
    name, *inner = place
    size = 2 if name == "self" else len(trace.source)
    weights = np.arange(size) / np.arange(size).sum()
    row = Replaced(1, tuple(weights), *place)
    given = transformer.translate(TEXT, limit=9, weights=[row])
    block = json.loads(json.dumps(payload(given, "en")))["blocks"][name]
    maps = unpacked(block, (len(block["queries"]), len(block["keys"])))
    found = np.array([softmax(one) for one in maps])  # (L H, Q, K)
    sent = np.frombuffer(base64.b64decode(block["by_hand"]["weights"]["data"]), np.float32)
    for (at, i), one in zip(block["by_hand"]["at"], sent.reshape(-1, found.shape[-1]), strict=True):
        found[at, i] = one
    true = given.rows(name).weights.reshape(found.shape)
    assert np.abs(found - true).max() < 5e-4
    hit = [at for at, i in block["by_hand"]["at"] if i == 1]
    layers = inner[:1] or [1, 2]
    heads = inner[1:] or [1, 2]
    assert hit == [2 * (one - 1) + head - 1 for one in layers for head in heads]
    assert len(hit) == len(block["by_hand"]["at"])
    for at in hit:
        np.testing.assert_allclose(found[at, 1, :size], weights, atol=1e-6)


def test_what_was_changed_is_told_with_what_was_written_before(transformer, trace):
    row = Replaced(0, None, "cross", 1)
    given = transformer.translate(TEXT, limit=9, weights=[row])
    told = payload(given, "en", before=trace)
    assert [one["block"] for one in told["held"]["given"]] == ["cross.1"]
    assert told["before"] == payload(trace, "en")["steps"]
    plain = payload(trace, "en")
    assert plain["before"] is None and plain["held"]["given"] == []
    assert all(one["by_hand"] is None for one in plain["blocks"].values())


@pytest.mark.parametrize("name", BLOCKS)
def test_contexts_are_the_weights_times_the_values_that_travel(transformer, trace, name):
    """Σ α v of every head of a layer: what the browser shows while a weight is dragged."""
    found = transformer.forced(trace).attentions[name]
    sent = json.loads(json.dumps(values(trace, f"{name}.2", found.values)))
    read = np.frombuffer(base64.b64decode(sent["values"]["data"]), np.float32)
    read = read.reshape(sent["values"]["shape"])  # (H, K, d)
    np.testing.assert_allclose(found.weights[1] @ read, found.context[1], atol=1e-5)
    assert sent["valued"] == f"{name}.2" and sent["averages"] == {}


@pytest.mark.parametrize("name", ["cross", "cross.3", "cross.0", "cross.1.1", "other.1", ""])
def test_of_no_layer_there_are_no_values(transformer, trace, name):
    found = transformer.forced(trace).attentions["cross"].values
    with pytest.raises(LookupError, match="no layer"):
        values(trace, name, found)


@given(st.integers(0, 2**32 - 1), st.floats(0, 60), st.integers(1, 9), st.booleans())
def test_weights_are_exact_whatever_the_scores(seed, spread, size, causal):
    generator = np.random.default_rng(seed)
    scores = (spread * generator.standard_normal((3, size, size))).astype(np.float32)
    visible = np.tri(size, dtype=bool) if causal else np.ones((size, size), bool)
    found = unpacked(quantised(scores, visible), visible.shape)
    true = np.where(visible, scores.astype(np.float64), np.nan)
    assert np.nanmax(np.abs(found - true)) <= STEP / 2 + 1e-9
    assert np.abs(softmax(found) - softmax(true)).max() < 5e-4


def test_equal_scores_stay_equal():
    visible = np.ones((2, 3), bool)
    found = unpacked(quantised(np.full((1, 2, 3), -2.5, np.float32), visible), visible.shape)
    assert (found == -2.5).all()


def test_masked_scores_are_left_out_whatever_they_are():
    """No mask of the wire depends on what stands below it."""
    visible = np.tri(4, dtype=bool)
    scores = np.random.default_rng(0).standard_normal((1, 4, 4)).astype(np.float32)
    hidden = np.where(visible, scores, np.float32(1e9))
    assert quantised(scores, visible) == quantised(hidden, visible)


def test_six_layers_of_eight_heads_take_less_than_300_kilobytes():
    """Fifty tokens by fifty, scores between -16 and 16: as wide as a trained model has them."""
    scores = np.random.default_rng(0).uniform(-16, 16, (48, 50, 50)).astype(np.float32)
    message = json.dumps(quantised(scores, np.ones((50, 50), bool)))
    assert len(message) < 300_000


def test_steps_tell_what_was_written_and_what_might_have_been(trace):
    told = payload(trace, "ko")
    for step, one in zip(trace.path(), told["steps"], strict=True):
        assert one["token"] == step.token and one["log_prob"] == step.log_prob
        best = [(one.piece, one.log_prob) for one in step.candidates[:5]]
        assert one["candidates"] == best and one["entropy"] == step.entropy
    assert told["source"] == trace.source and told["typed"] == TEXT
    assert section("ko", "maps").items() <= told["strings"].items()


def test_a_model_without_heads_is_refused(translator):
    with pytest.raises(LookupError, match="no heads"):
        payload(translator.translate(TEXT), "en")
