"""The editor of stories in a real browser: by mouse and by keyboard, and what it leaves behind."""

import os
from urllib.parse import parse_qs, urlsplit

import pytest
import torch
from playwright.sync_api import expect

from core.about import About, write_about
from core.checkpoint import save_model
from core.models.hops import HopsConfig, HopsModel
from core.stories.tongue import tongue
from core.tokenisers.words import Words
from tests.browser.conftest import serious, serving, where

pytestmark = pytest.mark.browser
CLASSIC = tongue("eng").examples[0].split("\n")


@pytest.fixture(scope="module")
def tales(tmp_path_factory):
    """The app with a random model that answers."""
    told = tongue("eng")
    vocabulary = Words.train(told.sentences(), 4000)
    torch.manual_seed(0)
    model = HopsModel(HopsConfig(len(vocabulary), vocabulary.encode(".")[0], size=8))
    folder = tmp_path_factory.mktemp("tales") / "eng-tales"
    save_model(folder, model.config, model.state_dict(), vocabulary)
    write_about(About("eng", "eng", task="stories"), folder)
    with serving(HEED_MODELS=os.fspath(folder)) as address:
        yield address


def told(page):
    return page.locator(".heed-lines .heed-sentence").all_inner_texts()


def test_a_story_is_changed_by_mouse_and_by_keyboard(page, tales):
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{tales}/stories?model=eng-tales&lang=en")
    stage = page.locator(".heed-stage")
    stage.wait_for()
    assert told(page) == CLASSIC[:-1]
    assert stage.locator(".heed-supports").count() == 2
    assert "kitchen" in stage.locator(".heed-truth").inner_text()
    bars = stage.locator(".heed-line").first.locator(".heed-look .heed-value").all_inner_texts()
    assert len(bars) == 2 and all(0 <= float(one) <= 1 for one in bars)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    # By mouse: a line down, another person by its menu, a new line, and one away.
    lines = stage.locator(".heed-lines .heed-line")
    stage.locator("[data-id=down-0]").click()
    expect(lines.nth(0)).to_contain_text(CLASSIC[1])
    expect(lines.nth(1)).to_contain_text(CLASSIC[0])
    stage.locator("[data-id=edit-1]").click()
    stage.get_by_label("Who", exact=True).select_option("Anna")
    expect(lines.nth(1)).to_contain_text("Anna went to the kitchen.")
    stage.locator("[data-id=add-5]").click()
    expect(lines).to_have_count(7)
    stage.locator("[data-id=remove-6]").click()
    expect(lines).to_have_count(6)

    # By keyboard: to the next line, moved up, said anew; the focus stays with it.
    lines.nth(0).focus()
    page.keyboard.press("ArrowDown")
    expect(lines.nth(1)).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    expect(lines.nth(0)).to_contain_text("Anna went to the kitchen.")
    expect(lines.nth(0)).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")  # out of the menu that has the focus
    expect(lines.nth(0)).to_be_focused()
    page.keyboard.press("Enter")
    field = stage.get_by_label("Line 1, as text")
    field.fill(" ")
    page.keyboard.press("Enter")
    assert field.evaluate("field => field.matches(':invalid')")  # and the browser says so
    field.fill("Mary took the <b>book</b>")
    page.keyboard.press("Enter")
    expect(page.locator(".stAlert")).to_contain_text("<")  # what it never learnt, told as text
    assert page.locator(".stAlert b").count() == 0
    expect(lines.nth(0)).to_contain_text("Anna went to the kitchen.")
    expect(field).to_be_focused()  # to be said otherwise, or not at all
    expect(field).to_have_value("Mary took the <b>book</b>")
    page.keyboard.press("Escape")
    expect(lines.nth(0)).to_be_focused()

    # The link holds the story as it is shown, and the look.
    story = parse_qs(urlsplit(where(page)).query)["story"][0]
    assert story.startswith("Anna went") and story.endswith("Where was Joe before the office?")
    stage.locator("[data-id=look-0]").click()
    assert parse_qs(urlsplit(where(page)).query)["step"] == ["1"]
    assert serious(page) == []
