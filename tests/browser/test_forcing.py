"""Teacher forcing and replay in a browser: by keys alone, and with an error that is put in."""

import re

from tests.browser.conftest import where


def test_an_error_is_put_in_by_keys_and_taken_out_again(page, server):
    page.goto(f"{server}/forcing?lang=en&step=3")
    page.locator(".heed-two-ways").wait_for(timeout=120_000)
    count = page.locator(".heed-count").first
    assert count.inner_text().startswith("3 ")
    row = page.locator('[data-act="step-4"]').last
    row.focus()
    page.keyboard.press("Enter")
    assert count.inner_text().startswith("5 ") and "step=5" in where(page)
    page.keyboard.press("Home")
    other = page.locator('button[data-act^="slip-"]').first
    other.focus()
    page.keyboard.press("Enter")
    undo = page.locator('[data-act="undo"]')
    undo.wait_for(timeout=120_000)
    assert re.search(r"slip=1\.\d+", where(page))
    assert "by hand" in page.locator(".heed-effect").inner_text()
    way = page.get_by_role("button", name="one error, then true words again")
    way.focus()
    page.keyboard.press("Enter")
    assert "way=slip" in where(page)
    wrong = page.locator(".heed-way-right .heed-read.heed-wrong")
    assert wrong.count() == 1  # true words again after it
    undo.focus()
    page.keyboard.press("Enter")
    undo.wait_for(state="detached", timeout=120_000)
    assert "slip=1." not in where(page)


def test_recorded_trainings_go_in_step_by_keys(page, server):
    page.goto(f"{server}/replay?lang=en")
    page.locator(".heed-films").wait_for(timeout=120_000)
    notes = page.locator(".heed-film .heed-note:visible")
    first = notes.first.inner_text()
    page.locator(".heed-stage").focus()
    page.keyboard.press("ArrowRight")
    assert notes.first.inner_text() != first and "BLEU" in first
    page.keyboard.press("End")
    last = page.locator(".heed-reel .heed-count").inner_text()
    page.keyboard.press("Home")
    assert notes.first.inner_text() == first and last not in first
    page.get_by_role("button", name="Numbers as a table").click()
    assert page.locator(".heed-tables table").count() == 3
