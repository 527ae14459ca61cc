"""How fast attention follows a hand: python -m tests.benchmarks.bench_hold

On the decode page a weight is dragged and let go, again and again. Figures hold for the machine
that they were taken on, and only where it has nothing else to do.
"""

from __future__ import annotations

import statistics

from tests.benchmarks.bench_app import percentile
from tests.benchmarks.bench_core import tell
from tests.browser.conftest import FLAGS, chromium, serving

GESTURES, FRAMES = 24, 20
# A gesture: milliseconds of every frame of the drag, and from its release to the frame after the
# new picture was drawn.
GESTURE = """async ([stage, count, turn]) => {
  const pixels = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const around = stage.parentElement.parentElement;
  const bars = stage.querySelectorAll(".heed-handle");
  const bar = bars[2 + (turn % (bars.length - 4))], box = bar.getBoundingClientRect();
  bar.setPointerCapture = () => {};
  const point = (kind, x) => bar.dispatchEvent(new PointerEvent(kind, {
    pointerId: 1, button: 0, pointerType: "mouse", clientX: x, clientY: box.top + 5, bubbles: true,
  }));
  const frames = [];
  point("pointerdown", box.left);
  for (let i = 1; i <= count; i += 1) {
    await pixels();
    const began = performance.now();
    point("pointermove", box.left + i * (2 + (turn % 3)));
    await pixels();
    frames.push(performance.now() - began);
  }
  const began = performance.now();
  point("pointerup", 0);
  while (around.contains(stage)) await pixels();
  await pixels();
  return [frames, performance.now() - began];
}"""


def main() -> None:
    if not chromium():
        print("taking hold: skipped, no Chromium on the path")
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play, serving() as address:
        browser = play.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1400, "height": 1000}, locale="en-US")
        page.goto(f"{address}/?step=5")
        page.locator(".heed-stage").wait_for()
        page.wait_for_timeout(6000)  # torch and a first model load in the background
        frames, releases = [], []
        for turn in range(GESTURES):
            stage = page.locator(".heed-stage").element_handle()
            drawn, release = page.evaluate(GESTURE, [stage, FRAMES, turn])
            frames += drawn
            releases.append(release)
            page.wait_for_timeout(200)
        browser.close()
    releases = releases[4:]  # the first ones also load the model
    tell("a frame while a weight is dragged, median", f"{statistics.median(frames):.1f} ms")
    tell("the same, p95", f"{percentile(frames, 0.95):.1f} ms", "aim 25")
    tell("release to the new picture, median", f"{statistics.median(releases):.0f} ms")
    tell("the same, p75", f"{percentile(releases, 0.75):.0f} ms", "aim 150")


if __name__ == "__main__":
    main()
