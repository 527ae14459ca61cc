"""Several processes on one training compute what one computes, and go on where one was stopped."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from core.checkpoint import load_model
from core.tasks.translation.corpus import Batch
from core.training import __main__, loop
from core.training.team import ALONE, Team
from tests.conftest import sentence_pairs

ROOT = Path(__file__).parents[2]
TOLERANCE = 1e-4  # relative: sums of single precision in another order, over a whole training


class Stopped(BaseException):
    """As if the process were gone."""


def rows(count: int) -> Batch:
    numbers = np.arange(count)[:, None]
    return Batch(numbers, numbers + 10, numbers + 20, numbers >= 0)


@pytest.mark.parametrize("count", [1, 2, 5, 6])
def test_each_row_of_a_batch_is_counted_in_one_process(count):
    parts = [Team(rank, 3).part(rows(count)) for rank in range(3)]
    counted = [row for part, counts in parts if counts for row in part.source[:, 0].tolist()]
    assert sorted(counted) == list(range(count))
    assert all(len(part.real) == len(part.given) >= 1 for part, _ in parts)


def test_one_process_by_itself_is_a_team_of_one(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    team = Team.joined(torch.device("cpu"))
    assert team == ALONE and team.first
    whole = rows(3)
    part, counts = team.part(whole)
    assert counts == 1 and all((a == b).all() for a, b in zip(part, whole, strict=True))
    assert team.sums(1.0, 2.5) == [1.0, 2.5]


def measured(folder: Path) -> list[dict]:
    told = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    return sorted(told["moments"] + told["measured"], key=lambda one: one["update"])


def test_two_processes_have_the_loss_curve_of_one_and_go_on_from_it(tmp_path, monkeypatch):
    data = tmp_path / "pairs.tsv"
    data.write_text("".join(f"{a}\t{b}\n" for a, b in sentence_pairs()[:60]), encoding="utf-8")
    words = [
        str(data), "--languages", "eng-fra", "--size", "12", "--tokeniser", "words",
        "--vocabulary", "120", "--epochs", "2", "--tokens", "24", "--held-out", "2",
        "--dropout", "0", "--warmup", "2", "--rate", "0.01", "--interval", "4", "--threads", "1",
        "--out",
    ]  # fmt: skip
    monkeypatch.setattr(loop, "fast_bfloat16", lambda device: False)
    monkeypatch.setattr(__main__, "draw", lambda folder: None)
    monkeypatch.setattr(sys, "argv", ["core.training", *words, str(tmp_path / "one")])
    assert __main__.main() == 0
    # The same again, gone after five updates: the checkpoint has four.
    train = loop.Training._train

    def stopped(self, ready):
        if self.update == 5:
            raise Stopped
        return train(self, ready)

    monkeypatch.setattr(loop.Training, "_train", stopped)
    monkeypatch.setattr(sys, "argv", ["core.training", *words, str(tmp_path / "two")])
    with pytest.raises(Stopped):
        __main__.main()
    done = subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2",
         "-m", "tests.training.together", *words, str(tmp_path / "two")],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Done:") == 1 and " 4/" in done.stderr  # it went on
    one, two = (measured(tmp_path / name) for name in ("one", "two"))
    assert [each["update"] for each in one] == [each["update"] for each in two]
    assert len(one) > 5 and one[-1]["loss"] < one[0]["loss"]
    for name in ("loss", "held_out_loss"):
        found = [[each[name] for each in course] for course in (one, two)]
        assert found[1] == pytest.approx(found[0], rel=TOLERANCE, abs=TOLERANCE)
    weights = [dict(load_model(tmp_path / name)[0].named_parameters()) for name in ("one", "two")]
    for name, value in weights[0].items():
        assert weights[1][name].detach().numpy() == pytest.approx(
            value.detach().numpy(), abs=2e-3
        ), name
