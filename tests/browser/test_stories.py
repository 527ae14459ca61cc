"""The editor of stories in a real browser: by mouse and by keyboard, and what it leaves behind."""

import os
from urllib.parse import parse_qs, urlsplit

import pytest
import torch

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
    stage.locator("[data-id=down-0]").click()
    page.wait_for_function(
        "document.body.innerText.includes('Fred went') && "
        "new URL(location.href).searchParams.get('story').startsWith('Fred')"
    )
    assert told(page)[:2] == [CLASSIC[1], CLASSIC[0]]
    stage.locator("[data-id=edit-1]").click()
    stage.get_by_label("Who", exact=True).select_option("Anna")
    stage.locator(".heed-sentence", has_text="Anna went to the kitchen.").wait_for()
    stage.locator("[data-id=add-5]").click()
    page.wait_for_function("document.querySelectorAll('.heed-lines .heed-line').length === 7")
    stage.locator("[data-id=remove-6]").click()
    page.wait_for_function("document.querySelectorAll('.heed-lines .heed-line').length === 6")

    # By keyboard: to the next line, moved up, said anew; the focus stays with it.
    line = stage.locator("[data-id=line-0]")
    line.focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.id") == "line-1"
    page.keyboard.press("Alt+ArrowUp")
    page.wait_for_function("new URL(location.href).searchParams.get('story').startsWith('Anna')")
    assert told(page)[0] == "Anna went to the kitchen."
    page.locator("[data-id=line-0]").focus()
    page.keyboard.press("Enter")
    stage.get_by_label("Line 1, as text").fill("Mary took the <b>book</b>")
    page.keyboard.press("Enter")
    page.locator(".stAlert").wait_for()  # words that it never learnt, told as text
    assert page.locator(".stAlert b").count() == 0
    assert told(page)[0] == "Anna went to the kitchen."

    # The link holds it all, and so does going back.
    story = parse_qs(urlsplit(where(page)).query)["story"][0]
    assert story.endswith("Where was Joe before the office?")
    page.keyboard.press("Escape")
    stage.locator("[data-id=look-0]").click()
    assert "step=1" in where(page)
    assert serious(page) == []
