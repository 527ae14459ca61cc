"""One cell of one head: the numbers agree with each other, with the trace and with the model."""

import dataclasses
import itertools

import numpy as np
import pytest
import torch

from core.tokenisers.pieces import START_ID
from core.translator import Translator
from core.views.maps.cell import payload, take_cell

TEXT = "Tom sings now."
NAMES, PLACES = ("encoder", "self", "cross"), (1, 2)
BLOCKS = [f"{name}.{i}.{j}" for name, i, j in itertools.product(NAMES, PLACES, PLACES)]


@pytest.fixture(scope="module")
def trace(transformer):
    return transformer.translate(TEXT, limit=7)


def close(found, expected, **options):
    np.testing.assert_allclose(found, expected, **{"rtol": 1e-4, "atol": 2e-5, **options})


@pytest.mark.parametrize("block", BLOCKS)
def test_each_number_follows_from_those_before_it(transformer, trace, block):
    shown = trace.attention(block)
    for row, column in itertools.product((0, 2, len(shown.queries) - 1), (0, 2)):
        cell = take_cell(transformer, trace, block, row, column)
        assert (cell.queries, cell.keys) == (shown.queries, shown.keys)
        assert cell.divisor == pytest.approx(2)  # the root of four dimensions
        close(cell.key_vectors @ cell.query / cell.divisor, cell.scores)
        assert (cell.visible == shown.visible[row]).all()
        close(cell.scores[cell.visible], shown.scores[row][cell.visible])
        raised = np.exp(np.where(cell.visible, cell.scores, -np.inf))
        close(cell.weights, raised / raised.sum())
        close(cell.weights, shown.weights[row])
        assert not cell.weights[~cell.visible].any()
        close(cell.contexts[cell.head], cell.weights @ cell.values)
        close(cell.contributions.sum(0) + cell.bias, cell.added)
        close(cell.contribution, cell.contributions[cell.head])


@pytest.mark.parametrize("block", BLOCKS)
@torch.inference_mode()
def test_a_head_adds_what_the_matrix_makes_of_it_alone(transformer, trace, block):
    """W_O of the joined contexts, where those of all other heads are zero."""
    cell = take_cell(transformer, trace, block, 1, 0)
    attention = transformer.model.attentions()[block.rsplit(".", 1)[0]]
    alone = torch.zeros(2, 4)
    alone[cell.head] = torch.from_numpy(cell.contexts[cell.head].copy())
    expected = attention.W_O(alone.flatten()) - attention.W_O.bias
    close(cell.contribution, expected.numpy())


@torch.inference_mode()
def test_the_residual_stream_goes_on_with_what_is_added(transformer, trace):
    model = transformer.model
    source = torch.tensor([[token.id for token in trace.source]])
    read = torch.tensor([[START_ID, *(step.token.id for step in trace.path()[:-1])]])
    decoded = model.decode(read, model.start(model.encode(source)))
    after = {change.name: change.after[0, 3].numpy() for change in decoded.stream.changes}
    own, cross = (take_cell(transformer, trace, f"{name}.2.1", 3, 0) for name in ("self", "cross"))
    close(own.before, after["feed.1"])
    close(own.before + own.added, cross.before)
    close(cross.before + cross.added, after["cross.2"])


def test_without_the_division_the_softmax_is_that_of_the_dot_products(transformer, trace):
    for block in BLOCKS:
        cell = take_cell(transformer, trace, block, 3, 0)
        raised = np.exp(np.where(cell.visible, cell.key_vectors @ cell.query, -np.inf))
        close(cell.undivided, raised / raised.sum())
        assert cell.undivided.max() >= cell.weights.max() - 1e-6  # sharper, never flatter


def test_a_masked_key_has_no_weight(transformer, trace):
    cell = take_cell(transformer, trace, "self.1.1", 1, 3)
    assert not cell.visible[3] and cell.weights[3] == 0 and cell.undivided[3] == 0
    close(cell.weights[:2].sum(), 1)


def test_what_ifs_are_taken_as_they_were_made(transformer):
    trace = transformer.translate(TEXT, limit=5, heads=("cross.1.2",), scaling="undivided")
    off = take_cell(transformer, trace, "cross.1.2", 2, 1)
    assert off.divisor == 1
    assert not off.contexts[off.head].any() and not off.contribution.any()
    close(off.scores, off.key_vectors @ off.query)
    close(off.weights, off.undivided)
    on = take_cell(transformer, trace, "cross.1.1", 2, 1)
    close(on.added, on.contribution + on.bias)
    other = Translator("other", "eng", "fra", transformer.model, transformer.vocabulary)
    with pytest.raises(ValueError, match="not as other makes it"):
        take_cell(other, trace, "cross.1.1", 2, 1)


def test_what_there_is_not_is_refused(transformer, translators, trace):
    for row, column in ((-1, 0), (99, 0), (0, -1), (0, 99)):
        with pytest.raises(ValueError, match="this map has the"):
            take_cell(transformer, trace, "cross.1.1", row, column)
    for block in ("cross.3.1", "cross.1.3", "cross.x.1", "beyond.1.1"):
        with pytest.raises(LookupError, match="no attention block"):
            take_cell(transformer, trace, block, 0, 0)
    with pytest.raises(LookupError, match="mean over heads; name one, like cross.1.1"):
        take_cell(transformer, trace, "cross.2", 0, 0)
    other = translators["general"]
    with pytest.raises(LookupError):
        take_cell(other, other.translate(TEXT), "cross.1.1", 0, 0)


def test_a_row_given_by_hand_sums_values_by_the_weights_given(transformer, trace):
    """Its scores stay what query and key make; another row's weights are still their softmax."""
    weights = np.eye(len(trace.source), dtype=np.float32)[1]
    given = transformer.translate(TEXT, limit=5, weights={2: weights})
    cell = take_cell(transformer, given, "cross.1.1", 1, 0)
    np.testing.assert_allclose(cell.weights, weights, atol=1e-6)
    np.testing.assert_allclose(cell.contexts[0], cell.values[1], atol=1e-5)
    np.testing.assert_allclose(cell.key_vectors @ cell.query / cell.divisor, cell.scores, atol=1e-4)
    other = take_cell(transformer, given, "cross.1.1", 0, 0)
    raised = np.exp(other.scores - other.scores.max())
    np.testing.assert_allclose(other.weights, raised / raised.sum(), atol=1e-5)


def test_nothing_of_a_cell_can_be_changed(transformer, trace):
    cell = take_cell(transformer, trace, "cross.1.1", 0, 0)
    for value in vars(cell).values():
        assert not (isinstance(value, np.ndarray) and value.flags.writeable)
    with pytest.raises(dataclasses.FrozenInstanceError):
        cell.row = 1


def test_the_message_has_the_lengths_of_all_heads(transformer, trace):
    cell = take_cell(transformer, trace, "self.2.2", 2, 1)
    told = payload(cell)
    close(told["shares"], np.linalg.norm(cell.contributions, axis=1))
    assert told["head"] == "self.2.2" and told["row"] == 2
    assert told["divisor"] == pytest.approx(2)
