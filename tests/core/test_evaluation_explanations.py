"""The table of how far explanations agree: its rows, their reading, and what is told of them."""

from __future__ import annotations

import numpy as np
import pytest

from core import manifest
from core.evaluation.explanations import main, rows_of
from core.explaining import explained
from core.explanations import agreement
from core.measurements import about, explanations, table
from core.measurements.explanations import Agreed, Tables
from core.measurements.table import UNITS
from pages.shared import agreed

SENTENCES = ["Tom sings well.", "She eats.", "I talk here!"]


def test_rows_are_means_over_sentences_of_a_step_drawn_by_the_seed(translator):
    rows = {(row.measure, row.setting): row for row in rows_of(translator, SENTENCES, 3, 7)}
    draw, taus, shares = np.random.default_rng(7), [], []
    for sentence in SENTENCES:
        trace = translator.translate(sentence)
        step = int(draw.integers(len(trace.path())))
        found = explained(translator, trace, [step]).values
        taus.append(agreement(found["attention"][0], found["removed"][0]))
        shares.append(min(3, len(trace.source)) / len(trace.source))
    row = rows["kendall", "attention removed"]
    assert row.value == pytest.approx(np.mean([tau for tau, _ in taus]), abs=1e-4)
    assert row.low <= row.value <= row.high and row.count == 3
    assert row.slice == "first 3 of test"
    assert rows["overlap", "chance"].value == pytest.approx(np.mean(shares))
    assert rows["completeness", "integrated"].value <= 0.01
    assert {measure for measure, _ in rows} <= {*UNITS}
    again = {(row.measure, row.setting): row for row in rows_of(translator, SENTENCES, 3, 7)}
    assert again.keys() == rows.keys() and again["kendall", "attention removed"] == row


def test_wrong_options_are_told_in_a_sentence(capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["explanations", "--sentences", "0"])
    assert main() == 2
    assert "--sentences: expected 1 or more, not 0" in capsys.readouterr().err


def test_the_shipped_tables_are_of_these_weights():
    paths = about.tables(task=explanations.TASK)
    assert paths
    for path in paths:
        found = table.read(path)
        assert found.about["command"].startswith("python -m core.evaluation.explanations")
        for name in found.weights:
            assert found.current(name, manifest.entry(name).digest), name
    one = explanations.read()
    assert one.models and one.commands
    for (_, measure, _), each in one.values.items():
        assert each.low - 1e-6 <= each.value <= each.high + 1e-6, measure


def made(removed, chance=0.3):
    values = {}
    for model, (low, value, high) in removed.items():
        for kind in ("norms", "gradient", "removed"):
            values[model, "kendall", f"attention {kind}"] = Agreed(value, low, high, 9)
            values[model, "overlap", f"attention {kind}"] = Agreed(0.5, 0.4, 0.6, 9)
        values[model, "overlap", "chance"] = Agreed(chance, chance, chance, 9)
    values["b", "completeness", "integrated"] = Agreed(0.004, 0, 0.01, 9)
    return Tables(tuple(removed), values, ("python",))


def test_what_is_told_follows_from_the_figures(monkeypatch):
    monkeypatch.setattr(agreed, "say", lambda key, **values: f"{key} {values}")
    apart = agreed.told(made({"a": (0.1, 0.2, 0.3), "b": (0.4, 0.5, 0.6)}))
    assert apart[0].startswith("explain.told_removed_apart") and "'best': 'b'" in apart[0]
    alike = agreed.told(made({"a": (0.1, 0.3, 0.5), "b": (0.4, 0.5, 0.6)}))
    assert alike[0].startswith("explain.told_removed_alike")
    assert alike[2].startswith("explain.told_chance_none")
    assert "0.40" in alike[-1]
    below = agreed.told(made({"a": (0.1, 0.3, 0.5)}, chance=0.45))
    assert below[2].startswith("explain.told_chance_some") and "a" in below[2]


def test_a_model_without_attention_has_no_row(monkeypatch):
    monkeypatch.setattr(agreed, "say", lambda key, **values: key)
    found = made({"a": (0.1, 0.2, 0.3)})
    found.values["c", "kendall", "gradient removed"] = Agreed(0.1, 0, 0.2, 9)
    text = agreed.written(found._replace(models=("a", "c")), "kendall")
    assert "| a | 0.20 (0.10–0.30)" in text and "| c |" not in text
