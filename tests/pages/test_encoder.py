"""The page of the encoder without a browser: its three parts, and links good and bad."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import manifest
from core.nearby import FOLDER
from pages.shared import encoding, loading
from tests.pages.conftest import TRANSFORMER, drawn, template, with_transformer  # noqa: F401
from tests.pages.test_pages import ROOT

MODEL, TEXT = "eng-fra-general", "She gave him the red book."
RECURRENT = [
    name for name, entry in manifest.entries().items()
    if entry.facts.does == "translate" and "recurrence" in entry.facts.has
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def forgetting():
    yield
    loading.forget()


def opened(**query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
    app.switch_page("pages/encoder.py")
    app.query_params.clear()
    for key, value in {"text": TEXT, "model": MODEL, **query}.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def infos(app):
    return [one.value for one in (*app.info, *app.warning)]


def test_each_part_of_the_page_draws_its_picture():
    found = drawn(opened(step="3"))["encoder"]
    assert len(found["sweeps"]) == 4 and found["cell"] == "LSTM" and found["open"]["step"] == 2
    found = drawn(opened(part="holds"))["recall"]
    assert found["recalled"] and found["slopes"] and found["curves"]
    app = opened(part="near", at="2", of="words")
    found = drawn(app)["nearby"]
    assert found["states"]["near"][1] and found["words"]["near"][1] and found["open"]["at"] == 1
    assert not infos(app)


@pytest.mark.parametrize("name", RECURRENT)
def test_every_recurrent_model_of_the_box_is_walked_through(name):
    found = encoding.encoded(name, "I know.")
    assert found.sweeps and found.last is not None
    ways = 1 + any(one.backward for one in found.sweeps)
    top = np.concatenate([one.states for one in found.sweeps[-ways:]], -1)
    assert np.allclose(top, found.memory, atol=1e-4)


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ({"step": "99"}, "errors.step"),
        ({"part": "magic"}, "encoder_page.wrong_part"),
        ({"part": "near", "plane": "map"}, "encoder_page.wrong_plane"),
        ({"text": " "}, "errors.blank"),
    ],
)
def test_a_wrong_link_is_told_in_a_sentence(query, key):
    app = opened(**query)
    told = template("en", key).split("{")[0]
    assert any(told.strip("“”") in one for one in infos(app)), infos(app)
    assert drawn(app)


def test_a_transformer_has_layers_and_no_last_state(with_transformer):  # noqa: F811
    found = drawn(opened(model=TRANSFORMER))["encoder"]
    assert not found["sweeps"] and len(found["layers"]) == 2
    app = opened(model=TRANSFORMER, part="holds")
    assert any(
        template("en", "encoder_page.no_last").split("}")[1][:20] in one for one in infos(app)
    )
    assert not drawn(opened(model=TRANSFORMER, part="near"))["nearby"]["states"]["count"]


def test_what_is_shipped_fits_the_models_and_is_small():
    for name in ("eng-fra-none", "eng-fra-general", "eng-fra-characters"):
        assert len(encoding.probe(name).words) > 100
    stored = encoding.stored(MODEL)
    assert 19_000 < len(stored.codes) <= 20_000
    assert all(0 <= i < len(stored.sentences) for i in stored.places[:, 0])
    for folder in (FOLDER, "probes"):
        size = sum(path.stat().st_size for path in (manifest.MODELS / folder).iterdir())
        assert size <= 10 * 2**20, folder


def test_probes_of_other_weights_are_not_used(monkeypatch):
    from dataclasses import replace

    entry = manifest.entry(MODEL)
    other = replace(entry, stamp="another")
    monkeypatch.setattr(manifest, "entry", lambda name: other)
    assert encoding.probe(MODEL) is None and encoding.stored(MODEL) is None


def test_probes_say_of_a_sentence_what_the_table_says_of_many():
    shown = encoding.remembered(encoding.encoded("eng-fra-none", TEXT))
    known = [one for one in shown.recall.recalled if not isinstance(one, str)]
    assert known and all(0 <= one.chance <= 1 for one in known)
    figures = {
        setting: one.value
        for (model, measure, setting), one in shown.measured.values.items()
        if model == "eng-fra-none" and measure == "recall"
    }
    assert figures["control"] < figures["state"] < figures["at its place"]


def test_slopes_are_one_a_place():
    found = encoding.slopes(MODEL, "I know.")
    trace = loading.translate(MODEL, "I know.", ())
    assert found.shape == (len(trace.source),) and (found > 0).all()
