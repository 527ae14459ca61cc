"""Maps on the wire: what the browser reads again, how exact it is, and how many bytes it takes."""

import base64
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.stage.codec import STEP, quantised
from core.views.maps import BLOCKS, payload
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


def test_weights_given_by_hand_are_not_drawn_from_scores(transformer, trace):
    row = Replaced(0, (1.0, *[0.0] * (len(trace.source) - 1)), "cross", 1, 1)
    given = transformer.translate(TEXT, limit=9, weights=[row])
    with pytest.raises(ValueError, match="were given by hand"):
        payload(given, "en")


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
