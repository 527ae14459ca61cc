"""Dialogue in a real browser: answers chosen by mouse and by keyboard, and what is said of them."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import serious

pytestmark = pytest.mark.browser


def chosen(page):
    return page.locator(".heed-answer[aria-pressed=true] .heed-answer-text")


def test_answers_are_chosen_by_mouse_and_by_keyboard(page, server):
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{server}/dialogue?model=eng-dialogue&text=How+are+you%3F&count=3&lang=en")
    answers = page.locator(".heed-answer")
    answers.first.wait_for()
    assert answers.count() == 6
    first = answers.first.locator(".heed-answer-text").inner_text()
    assert chosen(page).inner_text() == first
    likelihoods = page.locator(".heed-answer .heed-by-total").all_inner_texts()[:3]
    values = [float(one.replace("−", "-")) for one in likelihoods]
    assert values == sorted(values, reverse=True)

    answers.nth(1).click()
    second = answers.nth(1).locator(".heed-answer-text").inner_text()
    assert chosen(page).inner_text() == second
    expect(page.locator(".heed-in-chosen")).to_have_text(second)
    page.keyboard.press("ArrowDown")
    assert chosen(page).inner_text() == answers.nth(2).locator(".heed-answer-text").inner_text()
    page.wait_for_function("location.search.includes('answer=3')")

    page.get_by_role("button", name="per token", exact=True).click()
    page.wait_for_function("location.search.includes('order=each')")
    page.get_by_role("button", name="As a table").click()
    assert page.locator(".heed-tables tbody tr").count() == 6
    assert serious(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_turn_that_is_not_answered_says_why(page, server):
    page.goto(f"{server}/dialogue?model=eng-dialogue&lang=en")
    page.locator(".heed-answer").first.wait_for()
    field = page.get_by_label("What you say")
    field.fill("You are stupid.")
    field.press("Enter")
    expect(page.get_by_text("No answer to this")).to_be_visible()
    field.fill("I am hungry.")
    field.press("Enter")
    expect(page.get_by_text("No answer to this")).to_be_hidden()
