"""What only a browser does on the page of explanations: keys, choices, searches, the address."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import serious, where

pytestmark = pytest.mark.browser


def test_explanations_are_walked_compared_and_searched(page, server):
    page.goto(f"{server}/explain?text=Tom+sings.&model=eng-fra-general&step=2")
    stage = page.locator(".heed-stage")
    stage.wait_for(timeout=90_000)
    expect(page).to_have_title("Tom sings. · Explain · Heed", timeout=20_000)
    rows = stage.locator(".heed-explaining tbody tr")
    assert rows.count() == 6
    pressed = stage.locator('.heed-row-choice[aria-pressed="true"]')
    expect(pressed).to_have_text("Attention")
    stage.locator(".heed-explaining").focus()
    page.keyboard.press("ArrowDown")
    expect(pressed).to_have_text("Attention × ‖value‖")
    page.keyboard.press("ArrowRight")
    expect(stage.locator('[aria-current="step"]')).to_have_attribute("data-act", "step-2")
    assert "row=norms" in where(page) and "step=3" in where(page)
    # Of every row the shares are one scale: no bar is wider than its cell.
    wide = stage.evaluate(
        "s => [...s.querySelectorAll('.heed-share i')].every(i => "
        "i.getBoundingClientRect().width <= i.parentElement.getBoundingClientRect().width)"
    )
    assert wide
    stage.locator(".heed-pick").nth(1).click()
    result = stage.locator(".heed-search-card").first.locator(".heed-result")
    expect(result).to_be_visible(timeout=30_000)
    expect(stage.locator('.heed-pick[aria-pressed="true"]')).to_have_count(1)
    page.keyboard.press("ArrowLeft")
    expect(stage.locator(".heed-search-card").first).to_contain_text("belongs to step 3")
    assert not serious(page)
