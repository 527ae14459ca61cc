"""How fast the search and its tree are: python -m tests.benchmarks.bench_search

Figures hold for the machine they were taken on; ratios and bytes hold anywhere.
"""

from __future__ import annotations

import statistics
import time

import torch

from core import stage
from core.trace import Trace
from core.views import search
from tests.benchmarks.bench_core import tell, translator
from tests.browser.conftest import FLAGS, chromium

LONG = "If I had known that you were coming, I would have bought more bread and made a cake."
MIDDLE = "The old man who lives next door has three black cats."
ROUNDS = 15

# From a click to the frame after it was drawn, of each button in turn.
CLICKS = """async ([selectors, count]) => {
  const pixels = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const times = [];
  for (let i = 0; i < count; i += 1) {
    const buttons = selectors.map((one) => document.querySelector(one));
    await pixels();
    const began = performance.now();
    buttons[i % buttons.length].click();
    await pixels();
    times.push(performance.now() - began);
  }
  return times;
}"""
STEPS = """async ([count]) => {
  const pixels = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const buttons = document.querySelectorAll('.heed-player .heed-button');
  const times = [];
  for (let i = 0; i < count; i += 1) {
    await pixels();
    const began = performance.now();
    buttons[i % 24 < 12 ? 1 : 3].click();
    await pixels();
    times.push(performance.now() - began);
  }
  return times;
}"""
PAN = """async ([frames]) => {
  const box = document.querySelector('.heed-tree-box'), frame = () => new Promise(requestAnimationFrame);
  await frame();
  const began = performance.now();
  for (let i = 0; i < frames; i += 1) {
    box.scrollLeft = (i * 23) % (box.scrollWidth - box.clientWidth);
    box.scrollTop = (i * 7) % Math.max(1, box.scrollHeight - box.clientHeight);
    await frame();
  }
  return frames / ((performance.now() - began) / 1000);
}"""  # noqa: E501


def seconds(work, rounds: int = ROUNDS) -> float:
    work()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def page_of(browser, runs: dict[str, Trace]):
    """The search stage as a page of its own."""
    payload = search.payload(runs, {key: key for key in runs}, "en")
    page = browser.new_page(viewport={"width": 1400, "height": 1200})
    page.set_content(
        stage.whole_page({**payload, "theme": "light", "open": {}}, "Beam search", LONG, "")
    )
    page.locator(".heed-card").first.wait_for()
    return page


def main() -> None:
    torch.set_num_threads(1)
    model, name = translator()
    print(f"the search, {name}, one thread")
    own = [step.token.id for step in model.translate(MIDDLE).path()]
    tell("pieces of the translation", str(len(own)), "(15 are meant)")
    one = seconds(lambda: model.translate(MIDDLE))
    for width in (5, 10):
        many = seconds(lambda width=width: model.translate(MIDDLE, beam=width))
        tell(f"width {width} beside width 1, full trace", f"{many / one:.2f} x",
             "aim 2.5" if width == 5 else "")  # fmt: skip
    five = model.translate(LONG, beam=5, limit=20)
    depth = len(five.path(five.leaves[0]))
    tell(f"bytes of a trace, 5 x {depth}", f"{len(five.to_json().encode()) / 1000:.0f} kB",
         "aim 250")  # fmt: skip
    if not chromium():
        print("the tree: skipped, no Chromium on the path")
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        page = page_of(browser, {"beam": five, "again": model.translate(LONG, beam=5, limit=20)})
        nodes = page.locator(".heed-node").count()
        cards = ["[data-run=again]", "[data-run=beam]"]
        redraw = statistics.median(page.evaluate(CLICKS, [cards, 20]))
        tell(f"redraw of a tree of {nodes} nodes", f"{redraw:.0f} ms", "aim 120")
        steps = statistics.median(page.evaluate(STEPS, [96]))
        tell("step of that tree, click to pixels", f"{steps:.1f} ms", "aim 33")
        ten = model.translate(f"{LONG} {LONG}", beam=10, limit=40)
        page = page_of(browser, {"beam": ten})
        page.get_by_role("button", name="Larger").click()
        nodes = page.locator(".heed-node").count()
        tell(f"panning a tree of {nodes} nodes, 10 wide", f"{page.evaluate(PAN, [240]):.0f} /s",
             "aim 50 frames")  # fmt: skip


if __name__ == "__main__":
    main()
