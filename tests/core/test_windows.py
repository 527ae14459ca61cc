"""Local attention: a window on the source, and the Gaussian in it (Luong et al. 2015, section 3.2).

Shape letters: B batch, S source tokens, T steps.
"""

import math

import numpy as np
import pytest
import torch

from core.models.recurrent import RecurrentConfig
from core.models.recurrent import RecurrentModel as Model
from core.trace import Trace
from core.translator import Translator
from core.whatif import Replaced
from core.windows import Window, stepped
from tests import tolerance
from tests.conftest import random_model

SIZE, REACH = 30, 2
KINDS = [
    {"window": window, "reach": REACH, "input_feeding": feeding}
    for window in ("monotonic", "predictive")
    for feeding in (False, True)
]


@pytest.fixture(params=KINDS, ids=lambda kind: f"{kind['window']}-{kind['input_feeding']}")
def model(request) -> Model:
    return random_model(SIZE, **request.param)


@pytest.fixture(params=KINDS[::2], ids=lambda kind: kind["window"])
def translator(request, vocabulary) -> Translator:
    model = random_model(len(vocabulary), **request.param)
    return Translator("eng-fra-local", "eng", "fra", model, vocabulary)


@torch.no_grad()
def decoded(model: Model, steps: int = 5, read: int = 9):
    """The attention of some steps, and the scores that the score function alone would have."""
    torch.manual_seed(3)
    state = model.start(model.encode(torch.randint(3, SIZE, (2, read))))
    found = model.decode(torch.randint(3, SIZE, (2, steps)), state).attention("cross")
    queries, keys = found.layers[0].queries[:, 0], state.memory
    return found, model.score(queries, keys)


def test_the_weights_are_those_of_the_paper_divided_by_their_sum(model):
    found, scores = decoded(model)
    heads = found.layers[0]
    for b in range(2):
        for t in range(5):
            query, p = heads.queries[b, 0, t], min(t + 1, 9)
            if model.centre:
                hidden = torch.tanh(model.centre.W_p.weight @ query)
                p = 9 / (1 + math.exp(-float(model.centre.v_p.weight[0] @ hidden)))
            assert float(found.centres[b, t]) == pytest.approx(p, abs=1e-4)
            within = [s for s in range(1, 10) if abs(s - p) <= REACH]
            total = sum(math.exp(float(scores[b, t, s - 1])) for s in within)
            expected = np.zeros(9)
            for s in within:
                expected[s - 1] = math.exp(float(scores[b, t, s - 1])) / total  # equation 7
                if model.centre:  # equation 10, σ = D / 2
                    expected[s - 1] *= math.exp(-((s - p) ** 2) / (2 * (REACH / 2) ** 2))
            expected /= expected.sum()
            assert heads.weights[b, 0, t].tolist() == tolerance.weights(expected.tolist())
            assert found.visible[b, 0, t].nonzero()[:, 0].tolist() == [s - 1 for s in within]


def test_step_by_step_it_reads_what_it_reads_at_once(model):
    whole, _ = decoded(model)
    torch.manual_seed(3)
    state = model.start(model.encode(torch.randint(3, SIZE, (2, 9))))
    tokens = torch.randint(3, SIZE, (2, 5))
    for t in range(5):
        step = model.step(tokens[:, t], state)
        state, block = step.state, step.attentions[0]
        torch.testing.assert_close(block.centres[:, 0], whole.centres[:, t])
        torch.testing.assert_close(
            block.layers[0].weights[:, :, 0], whole.layers[0].weights[:, :, t]
        )


def test_padding_has_no_part_in_a_window(model):
    source = torch.randint(3, SIZE, (1, 4))
    padded = torch.cat([source, torch.zeros(1, 3, dtype=torch.long)], 1)
    visible = torch.arange(7)[None] < 4
    tokens = torch.randint(3, SIZE, (1, 6))
    alone = model.decode(tokens, model.start(model.encode(source))).attention("cross")
    beside = model.decode(tokens, model.start(model.encode(padded, visible))).attention("cross")
    torch.testing.assert_close(alone.centres, beside.centres)
    torch.testing.assert_close(
        alone.layers[0].weights, beside.layers[0].weights[..., :4], atol=1e-5, rtol=0
    )


def test_past_the_end_of_the_source_the_monotonic_centre_stays_there():
    read = torch.tensor([[True] * 3 + [False], [True] * 4])
    found = stepped(torch.tensor([1, 1]), 4, read)
    assert found.tolist() == [[2, 3, 3, 3], [2, 3, 4, 4]]
    assert Window(found, 1, False).visible(read).any(-1).all()


def test_the_trace_holds_the_window(translator):
    trace = translator.translate("She is tired today.", beam=3)
    found = trace.rows()
    seen = np.broadcast_to(found.visible, found.weights.shape)
    away = np.abs(np.arange(1, len(trace.source) + 1) - found.centres[:, None])
    assert (seen[0, 0] == (away <= REACH)).all()
    assert (found.weights[~seen] == 0).all() and np.isnan(found.scores[~seen]).all()
    assert found.weights.sum(-1).ravel().tolist() == tolerance.weights([1.0] * len(found.centres))
    again = Trace.from_json(trace.to_json())
    assert again == trace and again.model.score.window == trace.model.score.window
    passed = translator.forced(trace).attentions["cross"]
    assert passed.weights.ravel().tolist() == tolerance.weights(found.weights.ravel().tolist())
    assert (passed.visible == seen[0, 0]).all()


def test_a_hand_reaches_beyond_the_window(translator):
    plain = translator.translate("She is tired today.")
    row = [0.0] * (len(plain.source) - 1) + [1.0]
    held = translator.translate("She is tired today.", weights=[Replaced(0, tuple(row))])
    assert held.attention().weights[0].tolist() == row
    assert held.attention().visible[0, -1]
    assert Trace.from_json(held.to_json()) == held


def test_where_all_of_a_window_is_forbidden_nothing_is_read(translator):
    plain = translator.translate("She is tired today.").attention()
    window = np.flatnonzero(plain.visible[0])
    found = translator.translate("She is tired today.", forbidden=[int(s) + 1 for s in window])
    assert not found.attention().weights[0].any()
    assert np.isfinite(found.attention().weights).all()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"window": "round"}, "no window 'round'; there are global, monotonic, predictive"),
        ({"window": "predictive", "score": None}, "it needs a score"),
        ({"window": "predictive", "reach": 0}, "reach there is at least one"),
    ],
)
def test_a_window_that_cannot_be_is_told(options, told):
    with pytest.raises(ValueError, match=told):
        RecurrentConfig(SIZE, **options)
