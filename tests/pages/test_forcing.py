"""The page of training and decoding without a browser: its parts, links, and words from figures."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import words
from core.live.forced import RATIOS, SMOOTHED, find, recorded
from core.live.pool import Full
from core.live.run import Run
from core.measurements.exposure import Bin, Group
from pages.shared import comparable, forcing, live, loading
from pages.shared.forcing import OPENS
from tests.pages.conftest import drawn
from tests.pages.test_pages import ROOT

MODEL = "eng-fra-general"


@pytest.fixture(scope="module", autouse=True)
def forgetting():
    yield
    loading.forget()


def opened(**query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.query_params["lang"] = query.get("lang", "en")
    app.run().switch_page("pages/forcing.py")
    app.query_params.clear()
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def infos(app):
    return [one.value for one in (*app.info, *app.warning)]


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_it_opens_on_a_sentence_whose_two_ways_part(lang):
    app = opened(lang=lang)
    found = drawn(app)["forcing"]
    assert [one["kind"] for one in found["columns"]] == ["forced", "slip", "free"]
    free = found["effects"]["free"]
    assert free["here"] < free["reference"] and 0 < free["astray"] <= 1
    assert not infos(app) and app.title[0].value == words.say(lang, "forcing_page.title")
    assert found["slip"]["by_hand"] is False


def test_a_link_puts_an_error_in_and_one_without_a_place_is_said():
    first = drawn(opened())["forcing"]["columns"][-1]
    token = first["guesses"][0][1]["id"]
    app = opened(slip=f"1.{token + 1}")
    found = drawn(app)["forcing"]
    assert found["slip"] == {
        "step": 0, "id": token, "piece": first["guesses"][0][1]["piece"], "by_hand": True
    }  # fmt: skip
    assert found["columns"][-1]["written_ids"][0] == token and not infos(app)
    app = opened(slip="90.7")
    assert infos(app) == [words.say("en", "forcing_page.wrong_slip")]
    assert drawn(app)["forcing"]["slip"]["by_hand"] is False


def test_a_sentence_without_a_reference_asks_for_one_and_one_that_is_typed_is_taken():
    app = opened(text="Tom sings.")
    assert infos(app) == [words.say("en", "forcing_page.no_reference")]
    assert drawn(app)["forcing"]["text"]
    app = opened(text="Tom sings.", reference="Tom chante.")
    found = drawn(app)["forcing"]
    assert not infos(app) and "".join(found["reference"][:-1]) == "▁Tom▁chante."


def test_each_part_has_its_words_and_the_wrong_one_is_said():
    app = opened(part="rate")
    assert drawn(app)["schedule"]["trained"]["warmup"] == 2000
    app = opened(part="ways")
    told = " ".join(one.value for one in app.markdown)
    assert "step by step" in told and app.dataframe
    app = opened(part="smoothing")
    told = " ".join(one.value for one in app.markdown)
    assert words.say("en", "forcing_page.small_text") in told and "Calibration error" in told
    app = opened(part="gone")
    assert infos(app) and drawn(app)["forcing"]


def test_the_charts_by_position_say_what_follows_from_them():
    app = opened(part="positions")
    told = [one.value for one in app.markdown]
    assert any("eng-fra-general" in one and "% of tokens are right" in one for one in told)
    gaps = next(one for one in told if "a gap of" in one)
    assert words.say("en", "live_page.forcing_never") in gaps


def test_every_known_sentence_is_among_the_examples_and_has_a_reference():
    assert forcing.known(MODEL, OPENS)
    assert all(text.strip() for text in forcing.references()["eng-fra"].values())


def test_the_recorded_trainings_are_those_that_are_told_of():
    assert len(recorded()) == len({*RATIOS, *SMOOTHED})
    always, _, never = (find(one) for one in RATIOS)
    gap = [comparable._gap(one.groups) for one in (always, never)]
    assert gap[0][1] - gap[0][0] > gap[1][1] - gap[1][0] > 0  # who never read its own errors
    plain, smoothed = (find(one) for one in SMOOTHED)
    assert plain.error < smoothed.error
    with pytest.raises(LookupError):
        find(type(RATIOS[0])(seed=99))


def test_sentences_follow_from_the_figures(monkeypatch):
    monkeypatch.setattr(comparable, "say", lambda key, **values: (key, values))
    for sure, right, key in ((0.9, 0.5, "over"), (0.5, 0.9, "under"), (0.8, 0.81, "right")):
        told, values = comparable.sure("m", (Bin(10, sure, right),), 0.1)
        assert told == f"forcing_page.sure_{key}" and values["right"] == f"{100 * right:.0f}"
    group = Group(1, 1, 10, 0.1, 0.3, 0.9, 0.8, math.nan)
    assert comparable._gap([group, group._replace(count=30, free=0.7)]) == pytest.approx((0.1, 0.6))


@pytest.mark.parametrize(("gaps", "key"), [((0.3, 0.2, 0.1), "falls"), ((0.2, 0.3, 0.1), "mixed")])
def test_what_is_said_of_three_forcings_follows_from_their_gaps(monkeypatch, gaps, key):
    monkeypatch.setattr(comparable, "say", lambda key, **values: key)
    always = find(RATIOS[0])
    named = {
        name: always._replace(groups=(Group(1, 1, 10, 0.1, 0.1 + gap, 0.9, 0.8, math.nan),))
        for name, gap in zip("abc", gaps, strict=True)
    }
    last = comparable.gaps(named)[-1]
    assert f"forcing_page.gap_{key}" in last and "forcing_page.gap_once" in last


def test_three_are_trained_when_there_is_room_and_a_full_queue_is_told(monkeypatch):
    asked = []

    class Pool:
        full = True

        def begin(self, visit, learnt, configs, alive):
            if self.full:
                raise Full
            asked.extend(configs)
            return tuple(Run(visit, learnt, one, Path(f"reverse-{i}"), alive)
                         for i, one in enumerate(configs))  # fmt: skip

        def place(self, run):
            return 1

    pool = Pool()
    monkeypatch.setattr(live, "pool", lambda: pool)
    app = opened(part="positions")
    app.button(key="forcing_train").click().run()
    assert [one.value for one in app.error] == [words.say("en", "live_page.full")]
    pool.full = False
    app.button(key="forcing_train").click().run()
    assert not app.exception and not app.error and tuple(asked) == RATIOS


def test_a_decoder_that_is_recurrent_says_what_a_mask_would_change():
    told = words.say("en", "forcing_page.ways_recurrent")
    assert told in infos(opened(part="ways"))
    assert told not in infos(opened(part="ways", model="eng-fra-transformer"))
