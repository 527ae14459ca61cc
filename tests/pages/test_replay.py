"""The page of recorded trainings without a browser: what it opens with, links, words from films."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core import words
from pages.shared import replaying
from tests.pages.conftest import drawn
from tests.pages.test_pages import ROOT


def opened(**query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.query_params["lang"] = query.get("lang", "en")
    app.run().switch_page("pages/replay.py")
    app.query_params.clear()
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_it_opens_with_and_without_attention(lang):
    app = opened(lang=lang)
    found = drawn(app)["replay"]
    assert len(found["films"]) == 3 and len(found["sentences"]) == 3 and not app.info
    empty = [not one["moments"][-1]["shown"][0]["weights"] for one in found["films"]]
    assert sorted(empty) == [False, False, True]
    told = [one.value for one in app.markdown]
    assert any(words.say(lang, "replay_page.told_none") in one for one in told)


def test_a_link_chooses_and_what_cannot_be_shown_is_said():
    app = opened(models="eng-fra-dot,eng-fra-concat")
    assert len(drawn(app)["replay"]["films"]) == 2 and not app.info
    app = opened(models="eng-fra-dot,gone")
    assert len(drawn(app)["replay"]["films"]) == 1 and len(app.info) == 1
    app = opened(models="eng-fra-dot,kor-dialogue")
    assert len(drawn(app)["replay"]["films"]) == 1
    assert len(app.info) == 1


def test_what_is_told_follows_from_the_film(monkeypatch):
    monkeypatch.setattr(replaying, "say", lambda key, **values: key.split(".")[1])
    films = replaying.films()
    assert replaying.told("m", films["eng-fra-none"])[1] == "told_none"
    general = films["eng-fra-general"]
    assert replaying.told("m", general)[1] == "told_before"
    bare = general.moments[0]
    late = general.__class__(**{
        **vars(general), "moments": (bare._replace(update=1, shown=()), *general.moments),
    })  # fmt: skip
    assert replaying.told("m", late)[1] == "told_aligned"
