"""A class in two browsers: what one shows the other sees, asks and answers, without an account."""

import re

import pytest

from tests.browser.conftest import serving, where

SHADOW = "document.querySelector('#heed-class').shadowRoot"


@pytest.fixture
def classes(tmp_path):
    with serving(HEED_STORE=str(tmp_path / "classes.sqlite3")) as address:
        yield address


def told(page, part):
    return page.locator(f"#heed-class {part}")


def test_a_class_is_led_followed_left_asked_and_ended(classes, context, page):
    page.goto(f"{classes}/decode")
    page.locator(".heed-stage").wait_for()
    page.locator("#heed-class").wait_for(state="attached")
    page.locator(".heed-class-door").click()
    told(page, "[data-act=lead]").click()
    code = told(page, ".huge").inner_text().replace(" ", "")
    told(page, ".qr[src^='data:image/svg+xml']").wait_for()
    page.keyboard.press("Escape")
    follower = context.new_page()
    try:
        follower.goto(f"{classes}/class/{code}?lang=ko")
        told(follower, "[data-act=stray]").wait_for()
        follower.locator(".heed-count").wait_for()
        page.locator(".heed-stage").focus()
        page.keyboard.press("End")
        last = page.locator(".heed-count").inner_text()
        follower.get_by_text(last, exact=True).wait_for()
        page.keyboard.press("Home")  # no script runs for a step: the address alone is another
        follower.wait_for_function("/step=1(&|$)/.test(location.search)")

        follower.locator(".heed-stage").focus()
        follower.keyboard.press("ArrowRight")
        told(follower, "[data-act=back]").wait_for()
        page.keyboard.press("End")
        follower.wait_for_timeout(400)
        assert "step=2" in where(follower)  # whoever looks around is left alone
        follower.keyboard.press("b")
        follower.get_by_text(last, exact=True).wait_for()

        page.goto(f"{classes}/predict")
        follower.wait_for_url(re.compile("/predict"))
        told(page, "[data-act=ask]").click()
        told(follower, "[data-act=choice-0]").click()
        page.wait_for_function(f"/1 answer/.test({SHADOW}.textContent)")
        told(page, "[data-act=reveal]").click()
        told(follower, ".ghosts i").first.wait_for()
        assert told(follower, ".ghosts i").count() == 10
        told(page, "[data-act=blank]").click()
        told(follower, ".blank").wait_for()
        told(page, "[data-act=end]").click()
        told(follower, "[data-act=again]").wait_for()
    finally:
        follower.close()


def test_a_wrong_code_has_its_sentence(classes, page):
    page.goto(f"{classes}/class/BBBBBB")
    told(page, ".refused").get_by_text("no class with this code").wait_for()


@pytest.mark.parametrize(
    "forbids", [lambda route: route.abort(), lambda route: None], ids=["refuses", "keeps"]
)
def test_where_a_proxy_lets_no_stream_through_a_follower_asks(classes, context, page, forbids):
    """One that refuses it, and one that keeps back what is sent."""
    page.goto(f"{classes}/decode")
    page.locator(".heed-stage").wait_for()
    page.locator("#heed-class").wait_for(state="attached")
    page.locator(".heed-class-door").click()
    told(page, "[data-act=lead]").click()
    code = told(page, ".huge").inner_text().replace(" ", "")
    page.keyboard.press("Escape")
    follower = context.new_page()
    try:
        follower.route("**/api/class/*/events**", forbids)
        follower.goto(f"{classes}/class/{code}")
        told(follower, "[data-act=stray]").wait_for()
        with follower.expect_request("**/api/class/*/notes**"):
            page.locator(".heed-stage").focus()
            page.keyboard.press("Home")
        follower.wait_for_function("/step=1(&|$)/.test(location.search)")
    finally:
        follower.unroute_all(behavior="ignoreErrors")
        follower.close()
