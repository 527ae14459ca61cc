"""The presenter in a browser: one panel fills the screen, and keys do all."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import serious

PANEL = "[data-presented]"


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_a_panel_fills_the_screen_and_keys_lead_through(page, server, size):
    page.set_viewport_size(dict(zip(("width", "height"), size)))
    page.goto(f"{server}/lessons?lesson=attention&lang=en")
    page.locator(".heed-count").first.wait_for()
    page.locator("[data-act=present]").wait_for()
    page.keyboard.press("p")
    page.locator(PANEL).wait_for()
    page.wait_for_timeout(300)
    head, foot = (page.locator(f".heed-pr-{one}").bounding_box() for one in ("head", "foot"))
    names = page.locator(".heed-pr-panels button")
    for number in range(1, names.count() + 1):
        page.keyboard.press(str(number))
        page.wait_for_timeout(200)
        box = page.locator(PANEL).bounding_box()
        assert names.nth(number - 1).get_attribute("aria-pressed") == "true"
        assert box["y"] >= head["y"] + head["height"] - 1
        assert box["y"] + box["height"] <= foot["y"] + 1
        assert box["x"] >= 0 and box["x"] + box["width"] <= size[0]
        # one of both directions is used up, or it is four times as large
        assert max(box["width"] / size[0], box["height"] / size[1]) > 0.6
    step = page.locator(".heed-pr-where").inner_text()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(200)
    assert page.locator(".heed-pr-where").inner_text() != step
    page.keyboard.press("n")
    notes = page.locator(".heed-pr-notes")
    assert "Next card" in notes.inner_text()
    before = page.locator(".heed-pr-where").inner_text()
    notes.get_by_text("Next card →").click()  # another card: the presenter stays
    expect(page.locator(".heed-pr-where")).not_to_have_text(before)
    expect(page.locator(PANEL)).to_have_count(1)
    page.keyboard.press("b")
    assert page.locator(".heed-pr-black").is_visible()
    page.keyboard.press("b")
    page.keyboard.press("?")
    assert page.locator(".heed-pr-keys").is_visible()
    assert serious(page) == []
    for _ in range(3):  # the keys, the notes, the presenter
        page.keyboard.press("Escape")
    page.wait_for_timeout(200)
    assert page.locator(PANEL).count() == 0 and page.locator("[popover]:popover-open").count() == 0
    assert page.locator(".heed-lesson-card").is_visible()
