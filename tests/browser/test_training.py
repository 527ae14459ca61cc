"""A model learns to reverse, for real: pressed, watched, taken apart, and opened on Decode."""

import re

from tests.browser.conftest import where


def right(page, run=0):
    """The last percentage that is told of a run."""
    told = page.locator(".heed-figures").nth(run).inner_text()
    found = re.search(r"(\d+)%", told)
    return int(found[1]) if found else -1


def test_a_model_learns_to_reverse_while_one_watches(page, server):
    page.goto(f"{server}/training?beside=nothing&lang=en&updates=2000&rate=0.004")
    scrub = page.locator(".heed-scrub")
    scrub.wait_for()
    before = page.locator(".heed-count").inner_text()
    page.locator(".heed-stage").focus()
    page.keyboard.press("ArrowRight")  # the film that it opens on steps without the server
    assert page.locator(".heed-count").inner_text() != before
    page.get_by_role("button", name="Start").click()

    first = page.locator(".heed-forming-cell").first
    page.wait_for_function(  # its process is there, and has told of an update
        """() => [...document.querySelectorAll("*")].some((one) => one.shadowRoot?.querySelector(
             ".heed-progress-told")?.textContent.match(/update [1-9]/))
           || document.querySelector(".heed-progress-told")?.textContent.match(/update [1-9]/)""",
        timeout=240_000,
    )
    hold = page.locator("[data-act=hold]")
    hold.click()
    page.get_by_role("button", name="Go on").wait_for(timeout=60_000)
    page.locator("[data-act=single]").click()
    apart = page.locator(".heed-apart-of")
    apart.wait_for(timeout=60_000)
    assert "score.W_a[" in apart.inner_text()
    page.get_by_role("button", name="Go on").click()
    dark = first.get_attribute("fill")
    for _ in range(500):
        if right(page) > 50:
            break
        page.wait_for_timeout(500)
    assert right(page) > 50
    cells = page.locator(".heed-forming-cell")
    colours = {cells.nth(i).get_attribute("fill") for i in range(cells.count())}
    assert len(colours) > 5 and dark is not None  # weights differ now
    page.locator("[data-act=stop]").click()
    page.get_by_role("button", name="Decode").click(timeout=120_000)
    page.wait_for_url(re.compile("model=reverse-general"), timeout=60_000)
    page.locator(".heed-pair, .heed-flow").first.wait_for(timeout=120_000)
    assert "reverse-general" in where(page)
