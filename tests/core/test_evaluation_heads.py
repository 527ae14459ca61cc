"""What heads cost: the rise of the cross-entropy, against losses computed one by one."""

import numpy as np
import pytest
import torch

from core.evaluation.heads import head_costs, head_names
from core.measurements.table import UNITS
from core.tokenisers.pieces import END_ID, START_ID
from core.whatif import NOTHING, WhatIf
from tests.conftest import sentence_pairs

PAIRS = sentence_pairs()[:40:4]


@pytest.fixture(scope="module")
def rows(transformer, translators):
    models = {"general": translators["general"], "small": transformer}
    return head_costs(models, PAIRS, seed=1)


@torch.inference_mode()
def losses(translator, whatif=NOTHING):
    """Nats and pieces of all references, forced in one pass each, without batches."""
    encode, model, total, count = translator.vocabulary.encode, translator.model, 0.0, 0
    for source, target in PAIRS:
        memory = model.encode(torch.tensor([[*encode(source), END_ID]]), whatif=whatif)
        ids = encode(target)
        found = model.decode(torch.tensor([[START_ID, *ids]]), model.start(memory), whatif).combined
        told = model.logits(found)[0].log_softmax(-1)
        total -= told[torch.arange(len(ids) + 1), torch.tensor([*ids, END_ID])].sum().item()
        count += len(ids) + 1
    return total, count


def test_every_head_of_every_transformer_has_one_row(rows, transformer):
    names = head_names(transformer)
    assert len(names) == 3 * 2 * 2 and names[0] == "encoder.1.1" and names[-1] == "cross.2.2"
    assert [row.block for row in rows] == names
    assert {row.model for row in rows} == {"small"}
    assert {(row.measure, row.slice, row.count) for row in rows} == {
        ("head_cost", "first 10 of test", 10)
    }
    assert UNITS["head_cost"] == "nats per token"


@pytest.mark.parametrize("head", ["encoder.2.1", "self.1.2", "cross.2.2"])
def test_the_cost_is_the_rise_of_the_cross_entropy(rows, transformer, head):
    whole, count = losses(transformer)
    without, _ = losses(transformer, WhatIf(heads=(head,)))
    (row,) = (row for row in rows if row.block == head)
    assert row.value == pytest.approx((without - whole) / count, abs=1e-4)
    assert row.low <= row.value <= row.high and row.low < row.high


def test_heads_differ(rows):
    assert len({round(row.value, 4) for row in rows}) == len(rows)
    assert np.abs([row.value for row in rows]).max() > 0.01


def test_a_model_of_one_attention_has_no_heads(translators):
    assert head_names(translators["general"]) == head_names(translators[None]) == []
