"""How soon a changed board is a finished picture, in the app."""

from __future__ import annotations

import statistics
import time

from core import manifest
from core.facts import CAPTIONS
from tests.benchmarks.bench_app import percentile
from tests.browser.conftest import FLAGS, chromium, serving

SEEN = """board => document.querySelectorAll('*').length && [...document.querySelectorAll('*')]
  .map((e) => e.shadowRoot).some((r) => r && r.querySelector('.heed-caption:not(.heed-old)')
    && r.querySelector('.heed-drawing').getAttribute('aria-label').includes(board))"""
TIMES = 24


def main() -> None:
    if not chromium():
        print("pictures: skipped, no Chromium on the path")
        return
    names = [one.name for one in manifest.shipped().values() if one.facts.does == CAPTIONS]
    if not names:
        print("pictures: skipped, no model that writes captions is in the box")
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play, serving() as address:
        browser = play.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        page = browser.new_context(locale="en-US").new_page()
        page.goto(f"{address}/pictures?model={names[0]}&lang=en&board=owl 30,30,20")
        page.locator(".heed-stage").wait_for()
        page.wait_for_timeout(6000)  # torch and the model load in the background
        page.get_by_role("button", name="As a text").click()
        field, times = page.locator("textarea").first, []
        for count in range(TIMES):
            field.fill(f"owl {10 + count},30,20")
            began = time.perf_counter()
            field.press("Control+Enter")
            page.wait_for_function(SEEN, arg=f"{10 + count} from the left")
            times.append(1000 * (time.perf_counter() - began))
        times = times[2:]  # the first ones load the model
        print(
            f"pictures: Enter to finished picture: median {statistics.median(times):.0f} ms, "
            f"p75 {percentile(times, 0.75):.0f} ms (aim 300)"
        )


if __name__ == "__main__":
    main()
