"""How soon what was asked of a model of stories, pictures or dialogue is a finished picture."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import quote

from core import manifest
from tests.benchmarks.bench_app import percentile
from tests.browser.conftest import FLAGS, chromium, serving

# Whether the picture, which is not waiting for another, says something: as text or as a label.
SEEN = """said => {
  const stage = [...document.querySelectorAll('*')].map((e) => e.shadowRoot)
    .find((r) => r && r.querySelector('.heed-stage'))?.querySelector('.heed-stage');
  return stage && stage.getAttribute('aria-busy') !== 'true'
    && [stage.textContent, ...[...stage.querySelectorAll('[aria-label]')].map((e) => e.ariaLabel)]
      .some((text) => text.includes(said));
}"""
TIMES, WARM = 24, 2  # answers that are timed, and before them
STORY = "{} went to the kitchen.\n{} went to the garden.\nWhere is {}?"
NAMES = ("Joe", "Fred", "Anna", "Mary", "John", "Julie")
TURNS = ("hello", "are you tired", "do you like music", "what is your name", "i like dogs")


class Asked(NamedTuple):
    """A page, what is typed on it, and what the picture of that says."""

    task: str
    page: str
    parameter: str  # of the link, with which the page opens on the first of them
    opens: str  # the button behind which the field is, "" where it lies open
    enter: str  # what ends typing
    typed: Callable[[int], tuple[str, str]]


def board(count: int) -> tuple[str, str]:
    return f"owl {10 + count},30,20", f"{10 + count} from the left"


def story(count: int) -> tuple[str, str]:
    first, second = NAMES[count % 6], NAMES[(count // 6 + count % 6 + 1) % 6]
    return STORY.format(first, second, first), f"{second} went to the garden."


def turn(count: int) -> tuple[str, str]:
    said = f"{TURNS[count % 5]} {chr(97 + count % 26)}"
    return said, said


PAGES = (
    Asked("pictures", "pictures", "board", "As a text", "Control+Enter", board),
    Asked("stories", "stories", "story", "The whole story", "Control+Enter", story),
    Asked("dialogue", "dialogue", "text", "", "Enter", turn),
)


def times(browser, address: str, asked: Asked, model: str) -> Iterator[float]:
    """Milliseconds from Enter to the picture, of one after another."""
    page = browser.new_context(bypass_csp=True, locale="en-US").new_page()
    first, _ = asked.typed(0)
    page.goto(f"{address}/{asked.page}?model={model}&lang=en&{asked.parameter}={quote(first)}")
    page.locator(".heed-stage").wait_for()
    page.wait_for_timeout(6000)  # torch and the model load in the background
    if asked.opens:
        page.get_by_role("button", name=asked.opens).click()
    field = page.locator("textarea" if asked.opens else "input[type=text]").first
    for count in range(1, 1 + WARM + TIMES):
        typed, said = asked.typed(count)
        field.fill(typed)
        began = time.perf_counter()
        field.press(asked.enter)
        page.wait_for_function(SEEN, arg=said)
        if count > WARM:
            yield 1000 * (time.perf_counter() - began)
    page.close()


def main() -> None:
    if not chromium():
        print("tasks: skipped, no Chromium on the path")
        return
    from playwright.sync_api import sync_playwright

    models = {one.task: one.name for one in reversed(manifest.shipped().values())}
    with sync_playwright() as play, serving() as address:
        browser = play.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        for asked in PAGES:
            if asked.task not in models:
                print(f"{asked.task}: skipped, the box has no model for it")
                continue
            found = list(times(browser, address, asked, models[asked.task]))
            print(
                f"{asked.task}: Enter to finished picture: median {statistics.median(found):.0f} "
                f"ms, p75 {percentile(found, 0.75):.0f} ms (aim 300)"
            )


if __name__ == "__main__":
    main()
