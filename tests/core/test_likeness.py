"""How alike layers look is the divergence of their rows, head by nearest head."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.distributions import divergence
from core.likeness import likeness
from core.models.encoder_only import EncoderOnlyConfig, EncoderOnlyModel
from core.reader import Reader
from tests.tolerance import SINGLE


@pytest.fixture(scope="module")
def trace(vocabulary):
    torch.manual_seed(0)
    config = EncoderOnlyConfig(len(vocabulary), size=8, heads=2, layers=3, inner=12, dropout=0.0)
    model = EncoderOnlyModel(config).eval()
    with torch.no_grad():
        for value in model.parameters():
            value.normal_(std=0.6)
    return Reader("eng-bert", "eng", "eng", model, vocabulary).read("I sing now.")


def test_each_pair_of_layers_has_the_mean_divergence_of_its_rows(trace):
    found = likeness(trace)
    weights = trace.blocks["encoder"].weights
    for i in range(3):
        for j in range(3):
            means = divergence(weights[i].mean(0), weights[j].mean(0)).mean()
            assert found.means[i, j] == pytest.approx(means, rel=SINGLE, abs=1e-7)
            pairs = [[divergence(a, b).mean() for b in weights[j]] for a in weights[i]]
            both = (np.min(pairs, 0).mean() + np.min(pairs, 1).mean()) / 2
            assert found.nearest[i, j] == pytest.approx(both, rel=SINGLE, abs=1e-7)
    assert (found.means == found.means.T).all() and not np.diag(found.nearest).any()


def test_layers_that_differ_in_the_order_of_their_heads_are_alike_head_by_head(trace):
    block = trace.blocks["encoder"]
    turned = block.weights.copy()
    turned[1] = turned[0][::-1]
    found = likeness(replace(trace, attentions=(replace(block, weights=turned),)))
    assert found.nearest[0, 1] == 0 and found.nearest[0, 2] > 0
    with pytest.raises(LookupError):
        likeness(trace, "cross")


def test_of_what_is_written_the_rows_of_one_path_count(transformer):
    found = transformer.translate("I sing now.", beam=2, limit=6)
    for leaf in found.leaves:
        weights = found.rows("self", leaf).weights
        expected = divergence(weights[0].mean(0), weights[1].mean(0)).mean()
        assert likeness(found, "self", leaf).means[0, 1] == pytest.approx(expected, rel=SINGLE)
