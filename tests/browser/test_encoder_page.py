"""What only a browser does on the page of the encoder: the player, keys, pointing, the address."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import serious, where

pytestmark = pytest.mark.browser


def test_a_sentence_is_walked_through_and_its_states_are_looked_up(page, server):
    page.goto(f"{server}/encoder?text=Tom+sings.&model=eng-fra-general&step=1")
    stage = page.locator(".heed-stage")
    stage.wait_for(timeout=90_000)
    expect(stage.locator(".heed-encoder-card")).to_have_count(2)
    there = stage.locator(".heed-encoding .heed-there canvas")
    count = there.count()
    stage.locator(".heed-encoding").focus()
    page.keyboard.press("ArrowRight")
    expect(there).to_have_count(count + 2)  # both directions have read a word more
    assert "step=2" in where(page)
    page.keyboard.press("End")
    expect(stage.locator(".heed-handed:visible")).to_have_count(4)
    expect(stage.locator(".heed-encoder-card h3")).to_have_text("Handed over to the decoder")
    # A click on a cell goes to the step that fills it.
    stage.locator(".heed-encoding tbody tr").nth(1).locator("td").first.click()
    assert "step=1" in where(page).split("&")
    assert not serious(page)
    page.get_by_text("States and words nearby", exact=True).click()
    rows = stage.locator(".heed-near-list li")
    rows.first.wait_for(timeout=60_000)
    expect(rows).to_have_count(8)
    rows.nth(2).hover()
    expect(stage.locator(".heed-near-point.heed-lit text")).to_be_visible()
    stage.locator(".heed-near-token").first.click()
    page.keyboard.press("ArrowRight")
    expect(stage.locator('.heed-near-token[aria-pressed="true"]')).to_have_attribute(
        "data-act", "at-1"
    )
    assert "at=2" in where(page)
    page.get_by_text("What the last state holds", exact=True).click()
    stage.locator(".heed-curve").first.wait_for(timeout=60_000)
    page.mouse.move(2, 2)  # off the button, whose colours move under the mouse
    page.wait_for_timeout(400)
    assert not serious(page)
