"""How an encoder reads: its gates and states are those that torch's cells compute."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from core.remembering.reading import encoded, slopes
from core.translator import Translator
from tests.conftest import random_model
from tests.tolerance import SINGLE


def close(one, other) -> bool:
    return np.allclose(one, other, rtol=10 * SINGLE, atol=SINGLE)


CELLS = {"LSTM": nn.LSTMCell, "GRU": nn.GRUCell, "RNN": nn.RNNCell}


def made(vocabulary, **options):
    model = random_model(len(vocabulary), **options)
    return Translator("eng-fra-tiny", "eng", "fra", model, vocabulary)


@pytest.fixture(params=["LSTM", "GRU", "RNN", "one-hot"])
def model(request, vocabulary):
    if request.param == "one-hot":
        return made(vocabulary, score=None, one_hot=True, bidirectional=False, combine=False)
    return made(vocabulary, cell=request.param)


def test_every_state_is_what_torchs_cell_makes_of_the_one_before(model):
    found = encoded(model, model.translate("Tom sings well."))
    layers, kind = model.model.encoder, model.model.config.cell
    ways = 2 if layers.bidirectional else 1
    assert len(found.sweeps) == layers.num_layers * ways
    for one, weights in zip(found.sweeps, layers.all_weights, strict=True):
        cell = CELLS[kind](one.given.shape[1], layers.hidden_size)
        with torch.no_grad():
            for own, theirs in zip(
                (cell.weight_ih, cell.weight_hh, cell.bias_ih, cell.bias_hh), weights, strict=True
            ):
                own.copy_(theirs)
        h, c = torch.zeros(2, 1, layers.hidden_size)
        order = range(len(one.states))
        for place in reversed(order) if one.backward else order:
            given = torch.tensor(one.given[place : place + 1])
            with torch.no_grad():
                if kind == "LSTM":
                    h, c = cell(given, (h, c))
                    assert close(one.cells[place], c[0].numpy())
                else:
                    h = cell(given, h)
            assert close(one.states[place], h[0].numpy())
        for values in one.gates.values():
            assert ((values > 0) & (values < 1)).all()
    top = found.sweeps[-ways:]
    assert close(np.concatenate([one.states for one in top], -1), found.memory)


def test_what_gates_are_called_is_what_they_do(vocabulary):
    model = made(vocabulary, cell="LSTM")
    one = encoded(model, model.translate("Tom sings.")).sweeps[0]
    kept = one.gates["forget"][1:] * one.cells[:-1]
    assert close(one.cells[1:], kept + one.gates["input"][1:] * one.candidate[1:])
    assert close(one.states, one.gates["output"] * np.tanh(one.cells))
    model = made(vocabulary, cell="GRU")
    one = encoded(model, model.translate("Tom sings.")).sweeps[0]
    z = one.gates["update"][1:]
    assert close(one.states[1:], z * one.states[:-1] + (1 - z) * one.candidate[1:])


def test_the_ends_of_all_directions_are_what_is_handed_over(model):
    trace = model.translate("Tom sings well.")
    found = encoded(model, trace)
    ends = [one.states[0 if one.backward else -1] for one in found.sweeps]
    assert close(np.concatenate(ends), found.last[: sum(map(len, ends))])


def test_slopes_are_those_of_one_number_of_the_state_after_another(model):
    trace = model.translate("Tom eats.")
    ids = torch.tensor([[token.id for token in trace.source]])
    given = model.model.encode(ids).embedded.detach().requires_grad_()
    last = model.model.read(given).last[0].flatten()
    total = torch.zeros(given.shape[1])
    for number in last:
        (slope,) = torch.autograd.grad(number, given, retain_graph=True)
        total += slope[0].square().sum(-1)
    assert np.allclose(slopes(model, trace), total.sqrt().numpy(), rtol=1e-4)


def test_a_transformer_reads_all_words_at_once(transformer):
    trace = transformer.translate("Tom sings.")
    found = encoded(transformer, trace)
    assert not found.sweeps and found.last is None
    assert [one.shape for one in found.layers] == [found.memory.shape] * 2
    with pytest.raises(LookupError):
        slopes(transformer, trace)


def test_a_trace_of_another_model_is_refused(translators, transformer):
    with pytest.raises(ValueError):
        encoded(transformer, translators["general"].translate("Tom sings."))
