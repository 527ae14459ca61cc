"""What the page of explanations is sent: rows, agreement, and what the searches found."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from core.explaining import explained
from core.explaining.farthest import farthest
from core.explaining.finding import find
from core.explanations import HUMAN, KINDS, agreement, mean_agreement
from core.views import explain
from core.views.explain import Shown
from core.wire import revive

TEXT = "Tom sings well."


@pytest.fixture(params=["recurrent", "transformer"])
def shown(request, translator, transformer):
    model = {"recurrent": translator, "transformer": transformer}[request.param]
    trace = model.translate(TEXT, limit=4)
    human = np.eye(len(trace.path()), len(trace.source))
    token = trace.path()[1].expansion.candidates[1].id
    sought, far = find(model, trace, 1, token), farthest(model, trace, 2, 0.1)
    before = [one.token.id for one in trace.path()]
    written = model.translate(TEXT, prefix=before[:1], weights=sought.rows) if sought.rows else None
    again = model.translate(TEXT, prefix=before[:2], weights=far.rows)
    return model, Shown(trace, explained(model, trace), human, sought, written, far, again, 0.1)


def square(packed):
    return revive(np.ndarray, json.loads(json.dumps(packed)))


def test_all_rows_travel_with_their_agreement(shown):
    _, one = shown
    data = explain.payload(one, "en")
    assert json.loads(json.dumps(data))["stage"] == "explain"
    kinds = [row["kind"] for row in data["rows"]]
    assert kinds == [*(k for k in KINDS if k in one.explained.values), HUMAN]
    assert {*kinds, *data["missing"]} == {*KINDS, HUMAN}
    values = [*one.explained.values.values(), one.human]
    for row, each in zip(data["rows"], values, strict=True):
        assert np.allclose(square(row["values"]), each, atol=1e-5)
        assert row["signed"] or (each >= 0).all()
    taus, mean = square(data["taus"]), square(data["tau"])
    assert taus.shape == (len(one.trace.path()), len(kinds), len(kinds))
    for i, first in enumerate(values):
        for j, second in enumerate(values):
            if i != j:
                wanted = agreement(first[2], second[2])[0]
                assert taus[2, i, j] == pytest.approx(wanted, abs=1e-6, nan_ok=True)
                wanted = mean_agreement(first, second)[0]
                assert mean[i, j] == pytest.approx(wanted, abs=1e-6, nan_ok=True)


def test_what_is_copied_as_python_has_the_same_weights(shown):
    model, one = shown
    data = explain.payload(one, "en")["farthest"]
    assert data["texts"] == (one.trace.text, one.rewritten.text)
    told = (
        data["python"]
        .replace("from core import load\n", "")
        .replace(f"model = load({model.name!r})\n", "")
    )
    names = {"model": model}
    exec(told, names)
    assert names["trace"].path()[2].token == one.rewritten.path()[2].token
    mine, theirs = (x.rows("cross").weights[..., 2, :] for x in (names["trace"], one.rewritten))
    assert np.array_equal(mine, theirs)


def test_the_page_stands_alone_and_holds_what_was_found(shown):
    _, one = shown
    page = explain.page(one, "ko")
    assert '"stage": "explain"' in page and 'lang="ko"' in page and "http" not in page.split("<")[0]


def test_a_model_without_attention_is_explained_all_the_same(translators):
    none = translators[None]
    trace = none.translate(TEXT, limit=3)
    data = explain.payload(Shown(trace, explained(none, trace)), "en")
    assert [row["kind"] for row in data["rows"]] == [
        "gradient", "integrated", "removed", "replaced",
    ]  # fmt: skip
    assert data["found"] is None and data["head"] is None


def test_drawing_it_loads_no_torch():
    code = "import sys, core.views.explain; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
