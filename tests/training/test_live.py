"""A training that is watched: what it shows is what is computed, and what breaks is told."""

import io
import json
import queue

import numpy as np
import pytest
import torch

from core import manifest
from core.live.config import ATTENTIONS, CELLS, FORCINGS, BadConfig, Config, Learnt
from core.live.snapshot import CURVE, Snapshot, thinned
from core.loader import load
from core.loss import readout_loss
from core.tasks.translation.corpus import batch
from core.training import train
from core.training.live import MEASURED, Live
from core.training.loop import Diverged
from core.training.making import layer_of
from core.training.worker import Worker
from tests.tolerance import weights

SMALL = {"size": 16, "updates": 12, "least": 2, "most": 4}


def made(tmp_path, **options):
    return Live(Learnt.checked("reverse"), Config(**{**SMALL, **options}), tmp_path / "model")


@pytest.mark.parametrize("attention", ATTENTIONS)
def test_every_attention_is_trained_and_shown(attention):
    shown = list(train("reverse", Config(attention=attention, **SMALL), every=6))
    assert [one.moment.update for one in shown] == [0, 6, 12]
    for one in shown:
        assert (one.weights is None) == (attention == "none")
        if one.weights is not None:
            assert one.weights.shape == (len(one.example.target), len(one.example.source))
            assert one.weights.sum(1) == weights(np.ones(len(one.weights)))
        assert len(one.reach) == len(one.example.source) and (one.reach > 0).all()
        assert np.isfinite(one.moment.held_out_loss) and 0 <= one.moment.right <= 100
    assert not shown[0].norms and {name for name, _ in shown[1].norms} >= {"embedding", "readout"}
    assert len(shown[-1].curve) == 3


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("forcing", FORCINGS)
def test_every_cell_and_forcing_learns(cell, forcing):
    config = Config(**{**SMALL, "updates": 30}, cell=cell, forcing=forcing, rate=0.01)
    first, last = list(train("copy", config, every=30))
    assert last.moment.held_out_loss < first.moment.held_out_loss
    share = {"always": 1, "never": 0}.get(forcing)
    assert share in (None, first.forcing) and share in (None, last.forcing)
    if share is None:
        assert first.forcing == 1 and last.forcing < 0.05


def test_a_seed_gives_the_same_numbers_however_often_one_looks():
    config = Config(**SMALL)
    often, seldom = (list(train("reverse", config, every=every))[-1] for every in (1, 12))
    assert often.moment.held_out_loss == seldom.moment.held_out_loss
    assert (often.weights == seldom.weights).all()
    other = list(train("reverse", Config(**{**SMALL, "seed": 2}), every=12))[-1]
    assert other.moment.held_out_loss != often.moment.held_out_loss


def test_norms_by_layer_make_up_the_whole_before_it_is_clipped(tmp_path):
    live = made(tmp_path, smoothing=0.0)
    next(live.steps())
    whole = sum(norm**2 for _, norm in live.norms()) ** 0.5
    assert whole == pytest.approx(live.training.norm, rel=1e-4)


def test_the_target_that_is_shown_is_the_one_that_is_learnt():
    """The gradient of the loss by the logits is the softmax minus the target."""
    snapshot = next(iter(train("reverse", Config(**SMALL, smoothing=0.2))))
    size = snapshot.example.tokens
    bias = torch.zeros(size, requires_grad=True)
    loss, _ = readout_loss(
        torch.zeros(1, 2), torch.zeros(size, 2), bias, torch.tensor([5]), snapshot.smoothing
    )
    loss.backward()
    target = 1 / size - bias.grad.numpy()
    assert target == weights([snapshot.target_of(token == 5) for token in range(size)])
    assert target.sum() == pytest.approx(1, abs=1e-5)


def test_one_update_taken_apart_is_adams(tmp_path):
    live = made(tmp_path)
    steps = live.steps()
    for _ in range(3):
        next(steps)
    apart = live.apart(steps)
    assert apart.update == 4 and apart.weight.startswith("score.W_a[")
    change = -apart.rate * apart.mean / (apart.root + 1e-8)
    assert apart.after - apart.before == pytest.approx(change, rel=1e-3)
    assert apart.rate == pytest.approx(live.config.rate * 4 / 50, rel=1e-3)  # as it warms up
    assert apart.loss_after < apart.loss_before
    again = live.apart(steps)
    assert again.weight == apart.weight and again.before == apart.after


def test_a_loss_that_is_no_number_ends_it_with_the_last_good_weights(tmp_path):
    live = made(tmp_path)
    steps = live.steps()
    next(steps)
    live.look()
    good = live.model.readout_bias.detach().clone()
    with torch.no_grad():
        live.model.readout_bias[0] = torch.nan
    with pytest.raises(Diverged, match="after 1 updates"):
        next(steps)
    assert (live.model.readout_bias == good).all()
    live.keep()
    assert load(live.folder).translate("123").path()


def test_the_rate_changes_while_it_trains(tmp_path):
    live = made(tmp_path)
    steps = live.steps()
    next(steps)
    live.rate = 0.5
    assert live.look().rate == pytest.approx(0.5 * 2 / 50)
    next(steps)
    assert live.training.optimizer.param_groups[0]["lr"] == pytest.approx(0.5 * 3 / 50)
    with pytest.raises(BadConfig):
        live.rate = float("inf")


def test_what_was_trained_opens_like_any_model(tmp_path):
    last = list(train("reverse", Config(**SMALL), every=12, out=tmp_path / "mine"))[-1]
    entry = manifest.own(tmp_path / "mine")
    assert entry.name == "mine" and entry.task == "reverse" and len(entry.examples) == 3
    facade = load(tmp_path / "mine")
    trace = facade.translate(entry.sentence)
    assert trace.attention("cross").weights.shape[1] == len(entry.sentence) + 1
    assert last.moment.update == 12
    assert not (tmp_path / "mine" / "resume.safetensors").exists()


def test_own_pairs_are_trained():
    pairs = [(f"{i} one", f"{i} eins") for i in range(30)]
    assert list(train(pairs, Config(**SMALL), every=12))[-1].moment.update == 12
    with pytest.raises(BadConfig, match="pairs"):
        next(train(pairs[:3]))


def test_a_snapshot_travels_and_is_drawn():
    for attention in ("general", "none"):
        found = list(train("reverse", Config(attention=attention, **SMALL), every=12))[-1]
        plain = json.loads(json.dumps(found.plain()))
        again = Snapshot.read(plain, found.example)
        assert again.moment == pytest.approx(found.moment, abs=1e-4)
        assert [one.token for one in again.softmax[0]] == [one.token for one in found.softmax[0]]
        for language in ("en", "ko"):
            kinds = {trace.type for trace in found.plot(language).data}
            assert ("heatmap" in kinds) == (attention != "none") and "scatter" in kinds


def test_a_curve_is_thinned_evenly_and_keeps_its_end():
    moments: list[int] = []
    for update in range(5000):
        moments = thinned([*moments, update])
    assert len(moments) <= CURVE and moments[0] == 0 and moments[-1] == 4999


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("embedding.weight", "embedding"), ("encoder.weight_ih_l0_reverse", "encoder.1"),
        ("decoder.bias_hh_l1", "decoder.2"), ("score.W_a.weight", "score"), ("W_c.weight", "W_c"),
        ("readout_bias", "readout"), ("encoder.1.own.W_Q.weight", "encoder.2"),
        ("decoder_norm.weight", "decoder_norm"),
    ],
)  # fmt: skip
def test_a_parameter_belongs_to_a_layer(name, layer):
    assert layer_of(name) == layer


def told(tmp_path, *commands, **config):
    """What a worker says when it is told that from the beginning."""
    waiting: queue.Queue = queue.Queue()
    for command in commands:
        waiting.put(command)
    out = io.BytesIO()
    asked = {"task": "reverse", "config": {**SMALL, **config}, "folder": str(tmp_path / "model")}
    Worker(waiting, out).work(asked)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_worker_says_all_from_the_beginning_to_the_end(tmp_path):
    lines = told(tmp_path)
    kinds = [line["kind"] for line in lines]
    assert kinds[0] == "ready" and kinds[1] == "snapshot" and kinds[-1] == "done"
    assert lines[-1]["why"] == "finished" and lines[-1]["kept"]
    assert lines[-2]["moment"][0] == 12 and lines[-2]["moment"][4] is not None
    assert max(map(len, map(json.dumps, lines))) < 20_000


def test_a_worker_does_what_it_is_told(tmp_path):
    single = {"do": "single"}
    lines = told(tmp_path, single, single, {"do": "rate", "rate": 0.1}, {"do": "rate", "rate": -1},
                 {"do": "stop"})  # fmt: skip
    apart = [line for line in lines if line["kind"] == "apart"]
    assert [one["update"] for one in apart] == [1, 2]
    assert any(line["kind"] == "told" and "rate" in line["told"] for line in lines)
    assert lines[-1]["why"] == "stopped" and lines[-1]["kept"]
    assert [line["moment"][0] for line in lines if line["kind"] == "snapshot"][-1] == 2


def test_a_worker_that_is_stopped_before_it_learns_keeps_nothing(tmp_path):
    last = told(tmp_path, {"do": "stop"})[-1]
    assert (last["why"], last["kept"]) == ("stopped", False) and not (tmp_path / "model").exists()


def test_a_worker_tells_what_it_cannot_train(tmp_path):
    (line,) = told(tmp_path, size=0)
    assert line["kind"] == "refused" and "size" in line["told"]


def test_a_worker_tells_of_a_loss_that_is_no_number(tmp_path, monkeypatch):
    step = Live.steps

    def broken(self):
        for one in step(self):
            yield one
            if self.done == 3:
                with torch.no_grad():
                    self.model.readout_bias[0] = torch.inf

    monkeypatch.setattr(Live, "steps", broken)
    lines = told(tmp_path)
    assert [line["kind"] for line in lines[-2:]] == ["diverged", "done"]
    assert lines[-2]["update"] == 3 and lines[-1]["why"] == "diverged" and lines[-1]["kept"]


def test_measuring_is_of_the_first_held_out_sources(tmp_path):
    live = made(tmp_path)
    held = list(live.data.held.items())[:MEASURED]
    vocabulary = live.data.vocabulary
    total = count = 0
    with torch.no_grad():
        for source, (target, *_) in held:
            pair = ([*vocabulary.encode(source), vocabulary.end], vocabulary.encode(target))
            loss = live.training.loss(live.model.eval(), batch([pair], vocabulary))
            total, count = total + loss.plain.item(), count + loss.count
    assert live.look().moment.held_out_loss == pytest.approx(total / count, rel=1e-5)
