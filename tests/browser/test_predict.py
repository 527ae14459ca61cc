"""Predict in a browser: chips by mouse and by keys, what is revealed, the sheet, a phone."""

import pytest

from tests.browser.conftest import serious

pytestmark = pytest.mark.browser
BOOK = "text=She+gave+him+the+red+book.&model=eng-fra-general"


def counts(page):
    return [int(one.get_attribute("aria-valuenow")) for one in page.locator(".heed-column").all()]


def test_a_row_is_predicted_and_revealed(page, server):
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{server}/predict?lang=en&{BOOK}&kind=row&step=5&seed=2")
    columns = page.locator(".heed-column")
    columns.nth(7).wait_for()
    reveal = page.locator('[data-act="reveal"]')
    assert reveal.is_disabled() and serious(page) == []
    box = reveal.bounding_box()
    assert box["y"] + box["height"] <= 720, "the board and its button are on the first screen"

    # A click puts a chip, a click on a chip takes it, and one is dragged from the pool and on.
    columns.nth(5).locator("b").click()
    columns.nth(5).locator("b").click()
    assert counts(page)[5] == 2
    columns.nth(5).locator(".heed-chip").first.click()
    assert counts(page)[5] == 1
    for place, (start, goal) in enumerate(
        ((".heed-pool .heed-chip", 4), (".heed-stack .heed-chip", 3))
    ):
        chip = page.locator(start).first.bounding_box()
        to = columns.nth(goal).bounding_box()
        page.mouse.move(chip["x"] + 5, chip["y"] + 5)
        page.mouse.down()
        page.mouse.move(to["x"] + to["width"] / 2, to["y"] + 60, steps=4)
        page.mouse.up()
        assert counts(page)[goal] == 1 and sum(counts(page)) == 2, place

    # Keys: a digit, arrows, never more than there are.
    columns.nth(5).focus()
    page.keyboard.press("9")
    assert counts(page)[5] == 9 and sum(counts(page)) == 10
    page.keyboard.press("ArrowUp")
    assert sum(counts(page)) == 10
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement") is not None and sum(counts(page)) == 10

    columns.nth(5).focus()
    page.keyboard.press("Enter")
    told = page.locator(".heed-told")
    told.wait_for()
    assert "90% of your chips" in told.inner_text() and "KL(model ‖ you)" in told.inner_text()
    assert page.locator(".heed-truth:visible").count() == 8 and serious(page) == []

    # What was answered is there again, and the sheet is a link.
    page.locator('[data-act="next"]').click()
    page.wait_for_function("location.search.includes('number=2')")
    assert sum(counts(page)) == 0
    page.locator('[data-act="back"]').click()
    assert counts(page)[5] == 9
    page.get_by_role("button", name="Sheet with answers").click()
    page.wait_for_function("location.search.includes('sheet=answers')")
    assert page.locator(".heed-paper-list > li").count() == 8
    assert page.locator(".heed-chips:visible").count() == 0
    page.emulate_media(media="print")
    assert page.locator(".heed-paper").is_visible()
    assert not page.locator('[data-act="print"]').is_visible()


def test_choices_a_swap_and_a_phone(page, server):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server}/predict?lang=ko&{BOOK}&kind=softmax&projector=0")
    page.locator(".heed-swaps").wait_for()
    page.locator('[data-act="swap-0"]').focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator('.heed-swap[aria-pressed="true"]').count() == 2
    page.locator('[data-act="reveal"]').click()
    page.locator(".heed-told").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.goto(f"{server}/predict?lang=en&{BOOK}&kind=model")
    page.locator(".heed-map-asked").first.wait_for()
    page.keyboard.press("2")
    page.keyboard.press("Tab")
    page.locator(".heed-stage").focus()
    page.keyboard.press("Enter")
    page.locator(".heed-told").wait_for()
    assert page.locator(".heed-both-maps figure").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1280, "height": 720})
    assert serious(page) == []
