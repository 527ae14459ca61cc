"""The switch of glosses: on where the reader's language is another, in the link, on every page."""

import pytest

from core import glosses
from core.words import say
from tests.pages.conftest import drawn
from tests.pages.test_question import asked, opened, turned

BOOK = "She gave him the red book."


def test_glosses_stand_beside_the_trace_and_can_be_switched_off():
    app = opened(text=BOOK)
    data = drawn(app)["decode"]
    assert data["glosses"]["words"]["livre"] == "book"
    assert "glosses" not in asked(app)
    app.toggle(key="glosses").set_value(False).run()
    off = drawn(app)["decode"]
    assert off["glosses"] is None
    assert off["trace"] == data["trace"]
    assert asked(app)["glosses"] == "0"
    app = turned(app, "search")  # what is switched off on one page is off on the others
    assert not app.toggle(key="search_glosses").value
    assert drawn(app)["search"]["glosses"] is None
    app.toggle(key="search_glosses").set_value(True).run()
    assert drawn(app)["search"]["glosses"]["words"]["livre"] == "book"
    app = turned(app, "compare")
    assert app.toggle(key="compare_glosses").value
    assert drawn(app)["compare"]["glosses"]["words"]["livre"] == "book"
    assert "glosses" not in asked(app)


@pytest.mark.parametrize(("lang", "book"), [("en", "book"), ("ko", "책")])
def test_glosses_are_in_the_language_of_the_interface(lang, book):
    told = drawn(opened(text=BOOK, lang=lang))["decode"]["glosses"]
    assert (told["words"]["livre"], told["language"]) == (book, lang)
    assert told["about"] == say(lang, "glosses.about")


def test_a_link_can_switch_them_off():
    app = opened(text=BOOK, glosses="0")
    assert drawn(app)["decode"]["glosses"] is None
    assert not app.toggle(key="glosses").value


def test_where_no_dictionary_is_there_is_no_switch(monkeypatch, tmp_path):
    monkeypatch.setattr("pages.shared.glossing.glosses", lambda *_: None)
    monkeypatch.setattr("core.stage.glossed.glosses", lambda *_: None)
    app = opened(text=BOOK)
    assert not [one for one in app.toggle if one.key == "glosses"]
    assert drawn(app)["decode"]["glosses"] is None


def test_a_broken_dictionary_is_told(monkeypatch):
    def broken(*_):
        raise ValueError("fra-eng.tsv cannot be read")

    monkeypatch.setattr("core.stage.glossed.glosses", broken)
    app = opened(text=BOOK)
    assert say("en", "glosses.damaged") in [one.value for one in app.info]
    assert drawn(app)["decode"]["glosses"] is None


def test_how_often_they_are_right_stands_among_the_measurements():
    app = turned(opened(), "measurements")
    [rows] = [one.value for one in app.dataframe if "glossed" in one.value]
    assert len(rows) == len(glosses.abouts())
    assert (rows["right"] > 5 * rows["chance"]).all()
