"""What whoever serves has switched off is nowhere offered, and says so."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.words import say
from pages.shared import allowed, serve

ROOT = Path(__file__).parents[2]


@pytest.fixture
def opened():
    """A page of the app, run once."""

    def run(page):
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
        app = app.switch_page(f"pages/{page}.py").run()
        assert not app.exception
        return app

    return run


def told(app):
    return [one.value for one in (*app.caption, *app.info)]


@pytest.mark.parametrize("page", ["own", "pictures"])
def test_no_file_is_taken_where_uploads_are_off(opened, monkeypatch, page):
    assert opened(page).get("file_uploader")
    monkeypatch.setenv(allowed.WITHOUT, "uploads")
    app = opened(page)
    assert not app.get("file_uploader") and say("en", "frame.no_uploads") in told(app)


def test_nothing_is_trained_where_training_is_off(opened, monkeypatch):
    before = opened("training")
    monkeypatch.setenv(allowed.WITHOUT, "uploads, training")
    app = opened("training")
    assert say("en", "live_page.off") in told(app)
    assert app.button(key="live_start").disabled
    before.button(key="live_start").click().run()  # of a page that was open then
    assert "live_job" not in before.session_state
    assert say("en", "live_page.off") in [one.value for one in before.error]


def test_what_is_no_part_is_said_before_anything_is_served(monkeypatch):
    monkeypatch.setenv(allowed.WITHOUT, "uploads, trainig")
    with pytest.raises(SystemExit, match="names uploads, training or both, not trainig"):
        serve.checked()
    monkeypatch.setenv(allowed.WITHOUT, "training uploads")
    serve.checked()
