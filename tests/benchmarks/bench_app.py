"""How fast the app is for a person: steps, answers, first paint, memory.

A time is taken in the page, from the click until the frame after it has been drawn.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from contextlib import suppress
from pathlib import Path

from tests.browser.conftest import FLAGS, behind, chromium, serving

# Two frames: the first is asked for before the change is painted, the second comes after it.
CLICKS = """async ([selector, count]) => {
  const stage = [...document.querySelectorAll('*')].map((e) => e.shadowRoot)
    .find((r) => r && r.querySelector('.heed-stage')).querySelector('.heed-stage');
  const pixels = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const times = [];
  for (let i = 0; i < count; i += 1) {
    const buttons = stage.querySelectorAll('.heed-player .heed-button');
    const back = (i % 16) > 7;
    await pixels();
    const began = performance.now();
    buttons[back ? 1 : 3].click();
    await pixels();
    times.push(performance.now() - began);
  }
  return times;
}"""

SLIDER_APP = """
import streamlit as st
step = st.slider("step", 0, 500, 0)
st.write(f"now {step}")
"""


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def memory(port: int) -> float:
    """Resident megabytes of the server that listens on `port`, or of all those that the nginx there
    has behind it."""
    return sum(map(_held, listening(port) or behind(port))) or float("nan")


def listening(port: int) -> list[int]:
    """The process of the app that was told to listen on `port`."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"--server.port={port}".encode() in (folder / "cmdline").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


def _held(process: int) -> float:
    """Its resident megabytes; 0 where it has ended."""
    with suppress(OSError):
        told = Path(f"/proc/{process}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", told)[1]) / 1024
    return 0.0


def new_page(browser, address: str, **query: str):
    page = browser.new_context(
        bypass_csp=True, viewport={"width": 1400, "height": 1000}, locale="en-US"
    ).new_page()
    page.goto(f"{address}/?{urllib.parse.urlencode(query)}")
    page.locator(".heed-stage").wait_for()
    return page


def main() -> None:
    if not chromium():
        print("app: skipped, no Chromium on the path")
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play, serving() as address:
        browser = play.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        page = browser.new_context(bypass_csp=True, locale="en-US").new_page()
        began = time.perf_counter()
        page.goto(address)
        page.locator("h1").first.wait_for()
        paint = time.perf_counter() - began
        page.locator(".heed-stage").wait_for()
        picture = time.perf_counter() - began
        print(f"first paint {paint:.2f} s (aim 1.0), first picture {picture:.2f} s (aim 1.5)")

        page = new_page(browser, address)
        page.wait_for_timeout(6000)  # torch and the first model load in the background
        sent: list = []
        page.on(
            "websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame))
        )
        page.reload()
        page.locator(".heed-stage").wait_for()
        page.wait_for_timeout(2000)
        before = len(sent)
        steps = page.evaluate(CLICKS, ["", 160])
        print(
            f"step, click to pixels: median {statistics.median(steps):.1f} ms (aim 33), "
            f"p95 {percentile(steps, 0.95):.1f} ms (aim 50), "
            f"messages to the server {len(sent) - before} (aim 0)"
        )
        slider = slider_times(browser)
        print(
            f"a plain Streamlit slider: median {statistics.median(slider):.1f} ms, "
            f"{statistics.median(slider) / statistics.median(steps):.1f} times as long"
        )

        answers = []
        box = page.get_by_role("textbox", name="Sentence in English")
        for count in range(20):
            word = f"{count} books"
            box.fill(f"I have read {word} this year.")
            began = time.perf_counter()
            box.press("Enter")
            page.locator(f".heed-box.heed-source .heed-label:text-is('{count}')").first.wait_for()
            answers.append(1000 * (time.perf_counter() - began))
        print(
            f"Enter to finished picture: median {statistics.median(answers):.0f} ms, "
            f"p75 {percentile(answers, 0.75):.0f} ms (aim 200)"
        )

        port = int(address.rsplit(":", 1)[1])
        base = memory(port)
        pages = [new_page(browser, address) for _ in range(10)]
        print(
            f"memory: process {base:.0f} MB, "
            f"{(memory(port) - base) / len(pages):.2f} MB for each further session"
        )


def slider_times(browser) -> list[float]:
    """Click to pixels of a slider that reruns its page, for comparison."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "slider.py"
        path.write_text(SLIDER_APP)
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(path), "--server.port=8597",
             "--server.headless=true", "--browser.gatherUsageStats=false"],
            cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            page = browser.new_page()
            for _ in range(100):
                try:
                    page.goto("http://127.0.0.1:8597")
                    break
                except Exception:
                    time.sleep(0.2)
            thumb = page.get_by_role("slider")
            thumb.wait_for()
            times = []
            for count in range(1, 31):
                began = time.perf_counter()
                thumb.press("ArrowRight")
                page.get_by_text(f"now {count}", exact=True).wait_for()
                times.append(1000 * (time.perf_counter() - began))
            return times
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
