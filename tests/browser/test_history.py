"""Back and forward go from question to question, and a page is as it was left."""

import re
from urllib.parse import parse_qsl, urlsplit

from tests.browser.conftest import turn_to, where

TEXT, OTHER = "I did not know that you were there.", "My cat is black."


def opened(page, server):
    page.set_default_timeout(120_000)
    page.goto(f"{server}/decode")
    page.locator(".heed-stage").wait_for()
    page.wait_for_function("location.search.includes('step=')")


def count(page):
    """How many entries of the history are behind the page; some may be ahead of it."""
    return page.evaluate("navigation.currentEntry.index")


def asked(page):
    return dict(parse_qsl(urlsplit(where(page)).query))


def turn(page, path):
    turn_to(page, path)
    page.wait_for_url(re.compile(rf"/{path}\?.*lang="))
    page.wait_for_timeout(1000)  # whatever else would be written


def ask(page, text):
    box = page.get_by_role("textbox", name="Sentence in English")
    box.fill(text)
    box.press("Enter")
    page.wait_for_url(re.compile("text=" + text.replace(" ", r"\+")))
    page.wait_for_timeout(1000)


def test_a_page_makes_one_entry_and_so_does_a_question(page, server):
    opened(page, server)
    page.go_back()
    page.wait_for_url("about:blank")  # whoever goes back leaves
    page.go_forward()
    page.locator(".heed-stage").wait_for()
    page.wait_for_timeout(1000)
    for path in ("search", "decode", "compare"):
        before = count(page)
        turn(page, path)
        assert count(page) == before + 1, path
    before = count(page)
    ask(page, OTHER)
    assert count(page) == before + 1
    page.locator(".heed-stage").focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(300)
    assert count(page) == before + 1, "a step makes none"
    for language, code in (("한국어", "ko"), ("English", "en")):
        page.get_by_text(language).first.click()
        page.wait_for_function(f"location.search.includes('lang={code}')")
    assert count(page) == before + 1, "another language asks nothing"


def test_back_and_forward_go_from_question_to_question(page, server):
    opened(page, server)
    page.locator(".heed-stage").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("location.search.includes('step=2')")
    ask(page, OTHER)
    box, label = (
        page.get_by_role("textbox", name="Sentence in English"),
        page.locator(".heed-label"),
    )
    turn(page, "search")
    page.go_back()
    label.get_by_text("cat", exact=True).first.wait_for()
    assert asked(page)["text"] == box.input_value() == OTHER
    page.go_back()
    label.get_by_text("know", exact=True).first.wait_for()
    assert asked(page)["text"] == box.input_value() == TEXT
    page.wait_for_function("location.search.includes('step=2')")  # where it was left
    assert page.locator(".heed-stage input[type=range]").first.input_value() == "1"
    page.go_forward()
    label.get_by_text("cat", exact=True).first.wait_for()
    assert asked(page)["text"] == box.input_value() == OTHER


def test_whoever_comes_back_finds_the_step_and_the_view(page, server):
    opened(page, server)
    stage = page.locator(".heed-stage")
    stage.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    stage.get_by_role("button", name="Pieces").or_(stage.get_by_text("Pieces")).first.click()
    page.wait_for_function("location.search.includes('view=pieces')")
    left = asked(page)
    assert left["step"] == "2" and left["view"].startswith("pieces")
    turn(page, "search")
    turn(page, "decode")
    page.wait_for_function("location.search.includes('step=')")
    assert asked(page) == left
    assert page.title() == f"{TEXT} · Decode · Heed"


def test_pages_without_a_sentence_keep_language_and_size(page, server):
    page.set_default_timeout(120_000)
    page.goto(f"{server}/models?model=eng-fra-none&lang=ko&projector=1")
    page.get_by_role("heading", level=1).wait_for()
    page.wait_for_timeout(500)
    kept = {"lang": "ko", "projector": "1"}
    assert asked(page) == {"model": "eng-fra-none", **kept}
    turn_to(page, "measurements")
    page.wait_for_url(re.compile(r"/measurements\?.*projector"))
    assert asked(page) == kept
