"""Models of the three shapes that somebody brought, and a trace that somebody sent, in a real
browser."""

import json
from importlib.util import find_spec
from urllib.parse import urlencode

import pytest

from tests.browser.conftest import serious, serving, where

pytestmark = pytest.mark.skipif(find_spec("transformers") is None, reason="no transformers here")

TEXT = "I sing now."
HOSTILE = "<img src=x onerror=\"document.title='run'\">"


@pytest.fixture(scope="module")
def brought(tmp_path_factory):
    """A folder of each shape, and the app that was told of them."""
    from tests.huggingface import making

    place = tmp_path_factory.mktemp("brought")
    for family in ("bert", "gpt2", "marian"):
        making.save(family, place / f"my-{family}")
    with serving(HEED_MODELS=str(place)) as address:
        yield place, address


def opened(page, address, name, **query):
    page.goto(f"{address}/{name}?{urlencode({'lang': 'en', **query})}")
    page.locator(".heed-stage").first.wait_for(timeout=90_000)


def test_words_are_hidden_by_click_and_by_key(page, brought):
    _, address = brought
    opened(page, address, "alone", text=TEXT, reader="my-bert", writer="my-gpt2")
    words = page.locator(".heed-alone-word")
    assert words.all_inner_texts()[0] == "I" and words.count() == 4
    hidden = page.locator(".heed-alone-hidden")
    assert hidden.count() == 1 and "[MASK]" in hidden.inner_text() and "sing" in hidden.inner_text()
    sides = page.locator(".heed-alone-side")
    for at in (0, 1):
        assert sides.nth(at).locator(".heed-candidate").count() >= 5
        assert sides.nth(at).locator(".heed-mosaic-tiles").bounding_box()["width"] > 100
    tops = [sides.nth(at).locator(".heed-mosaic").bounding_box()["y"] for at in (0, 1)]
    assert tops[0] == pytest.approx(tops[1], abs=2), "the square stands beside the triangle"
    unread = sides.nth(1).locator(".heed-alone-unread")
    assert unread.count() and sides.nth(0).locator(".heed-alone-unread").count() == 0

    words.nth(2).click()
    page.locator(".heed-alone-hidden").nth(1).wait_for()
    assert "hidden=2.3" in where(page)
    words.nth(2).focus()
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.shadowRoot === null") is not None
    page.keyboard.press("Enter")
    page.wait_for_function("new URLSearchParams(location.search).get('hidden') === '3'")
    page.locator(".heed-alone-hidden").first.wait_for()
    page.get_by_role("button", name="As a table").click()
    assert page.locator(".heed-tables table").count() >= 3
    assert serious(page) == []


def test_a_model_that_writes_on_is_stepped_through_and_forced(page, brought):
    _, address = brought
    opened(page, address, "", model="my-gpt2", text=TEXT)
    assert page.locator(".heed-box.heed-typed").count() > 0
    page.locator(".heed-typed-note").wait_for()
    page.locator(".heed-stage").focus()
    page.keyboard.press("Home")
    pick = page.locator(".heed-candidate[aria-disabled=false]")
    assert pick.count() == 0, "what was typed is another question"
    visible = page.locator(".heed-heat .heed-head.heed-source:visible")
    assert visible.count() == 1, "what is written later cannot be read yet"
    page.keyboard.press("End")
    pick.first.click()
    page.wait_for_function("new URLSearchParams(location.search).get('prefix')")
    page.locator(".heed-given-note").wait_for()


def test_every_shape_is_opened_up(page, brought):
    _, address = brought
    for name, blocks in (("my-bert", 1), ("my-gpt2", 1), ("my-marian", 3)):
        opened(page, address, "transformer", model=name, text=TEXT, part="maps")
        titles = page.locator(".heed-mosaic-names .heed-mosaic-block")
        titles.first.wait_for()
        assert titles.count() == blocks, name
        page.locator(".heed-grid").focus()
        page.keyboard.press("Enter")  # one cell, all numbers: the model is asked
        page.locator(".heed-cell-panels").wait_for()


def test_a_trace_is_opened_and_a_hostile_one_is_told(page, brought, tmp_path):
    place, address = brought
    from core import load

    trace = load(place / "my-bert").read(TEXT).to_json()
    files = {
        "good.json": trace.replace('"I sing now."', json.dumps(HOSTILE)),
        "bad.json": json.dumps({"heed": 5, "typed": HOSTILE}),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    page.goto(f"{address}/own?lang=en")
    upload = page.locator("input[type=file]")
    upload.wait_for(state="attached")
    upload.set_input_files(tmp_path / "good.json")
    page.locator(".heed-mosaic-tiles").wait_for()
    upload.set_input_files(tmp_path / "bad.json")
    page.get_by_text("cannot be opened here").wait_for()
    assert page.locator(".heed-stage").count() == 0
    assert page.title() != "run" and page.locator("img[src=x]").count() == 0
