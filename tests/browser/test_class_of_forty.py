"""A whole class at once: two browsers and forty simulated followers, in one process with a file and
in two behind nginx with Redis, with servers that are killed in the middle of a poll."""

import asyncio
import os
import signal
import threading
import time
import urllib.request
from contextlib import contextmanager

import pytest

from pages.server import several
from tests.browser.conftest import answers, behind, free_port, serving_several, started, where
from tests.followers import following, until

FORTY = 40
SENTENCE = "We forgot the red book."


class Crowd:
    """Simulated followers in a thread of their own, for what a browser's test asks of them."""

    def __init__(self, address, code):
        self.loop, self.followers = asyncio.new_event_loop(), []
        self.come, self.leave = threading.Event(), asyncio.Event()
        self.thread = threading.Thread(target=self._run, args=(address, code), daemon=True)
        self.thread.start()
        assert self.come.wait(30), "the followers did not come"

    def _run(self, address, code):
        async def stay(followers):
            self.followers = followers
            self.come.set()
            await self.leave.wait()

        self.loop.run_until_complete(following(address, code, FORTY, stay))

    def _do(self, work, patience=90):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(patience)

    def see(self, *path, is_):
        """Waits until every one has been told that, under these names of the notes."""

        def seen():
            return all(one.told(*path) == is_ for one in self.followers)

        self._do(until(seen, f"{path} to be {is_} for all", 30))

    def answer(self):
        """Everybody, the first choice or the second in turn."""

        async def all_of_them():
            each = (one.answer(i % 2) for i, one in enumerate(self.followers))
            await asyncio.gather(*each)

        self._do(all_of_them())

    def go(self):
        self.loop.call_soon_threadsafe(self.leave.set)
        self.thread.join(30)
        assert not [told for one in self.followers for told in one.wrong]


@contextmanager
def one_process(tmp_path):
    """The address of one process with a file, and what kills it with -9 and starts it anew."""
    port = free_port()
    told = {"HEED_STORE": str(tmp_path / "classes.sqlite3")}
    command = ["-m", "pages.shared.serve", f"--server.port={port}"]
    address, running = f"http://127.0.0.1:{port}", []

    def again():
        running[-1].kill()
        running[-1].wait()
        begin()

    def begin():
        one = started(command, environment=told)
        running.append(one.__enter__())
        ends.append(one)
        answers(address, running[-1])

    ends = []
    begin()
    try:
        yield address, again
    finally:
        for one in ends:
            one.__exit__(None, None, None)


@contextmanager
def two_processes(tmp_path):
    """The same of two behind nginx, with Redis, both of which are killed."""
    if lacking := several.missing():
        pytest.skip(lacking)
    with serving_several(2) as address:
        port = int(address.rsplit(":", 1)[1])

        def again():
            before = behind(port)
            assert len(before) == 2
            for one in before:
                os.kill(one, signal.SIGKILL)
            end = time.monotonic() + 30
            while len({*behind(port)} - {*before}) < len(before):
                assert time.monotonic() < end, "what was killed is not started again"
                time.sleep(0.1)
            end, well = time.monotonic() + 60, 0
            while well < 12:  # each time another seat: sooner or later each process
                assert time.monotonic() < end, "what was started again does not answer"
                try:
                    urllib.request.urlopen(f"{address}/healthz", timeout=5)
                    well += 1
                except OSError:
                    well = 0
                    time.sleep(0.2)

        yield address, again


def told(page, part):
    return page.locator(f"#heed-class {part}")


@pytest.fixture(params=[one_process, two_processes])
def served(request, tmp_path):
    with request.param(tmp_path) as found:
        yield found


def test_forty_and_two_browsers(served, context, page):
    follower, second = context.new_page(), context.new_page()
    for one in (page, follower, second):
        one.set_default_timeout(90_000)  # servers start in the middle of it
    try:
        goes_through(*served, page, follower, second)
    finally:
        follower.close()
        second.close()


def goes_through(address, kill_and_start, page, follower, second):
    page.goto(f"{address}/decode")
    page.locator(".heed-stage").wait_for()
    page.locator("#heed-class").wait_for(state="attached")
    page.locator(".heed-class-door").click()
    told(page, "[data-act=lead]").click()
    code = told(page, ".huge").inner_text().replace(" ", "")
    key = told(page, "details code").text_content()
    page.keyboard.press("Escape")
    follower.goto(f"{address}/class/{code}")
    told(follower, "[data-act=stray]").wait_for()
    crowd = Crowd(address, code)

    # Steps, for which no script runs, and a sentence, for which one does.
    page.locator(".heed-stage").focus()
    page.keyboard.press("Home")
    crowd.see("scene", "view", "step", is_="1")
    follower.wait_for_function("() => /step=1(&|$)/.test(location.search)")
    page.get_by_role("textbox").first.fill(SENTENCE)
    page.keyboard.press("Enter")
    crowd.see("scene", "asks", "text", is_=SENTENCE)
    follower.wait_for_function(
        "(text) => new URLSearchParams(location.search).get('text') === text", arg=SENTENCE
    )

    # Somebody looks around, and comes back by a key.
    follower.locator(".heed-stage").focus()
    follower.keyboard.press("Home")
    follower.keyboard.press("ArrowRight")
    told(follower, "[data-act=back]").wait_for()
    follower.keyboard.press("b")
    told(follower, "[data-act=stray]").wait_for()

    # A poll, in the middle of which the server is killed: what was acknowledged counts.
    page.goto(f"{address}/predict")
    follower.wait_for_url("**/predict**")
    told(page, "[data-act=ask]").click()
    crowd.see("poll", "state", is_="open")
    told(follower, "[data-act=choice-0]").click()
    crowd.answer()
    told(page, ".answers, [data-act=reveal]").first.wait_for()
    kill_and_start()

    # The lead is handed over to a second device, by the key, and that one reveals.
    second.goto(f"{address}/decode")
    second.locator("#heed-class").wait_for(state="attached")
    second.locator(".heed-class-door").click()
    told(second, "details summary").click()
    typed = told(second, "details input")
    typed.nth(0).fill(code)
    typed.nth(1).fill(key)
    told(second, "details button[type=submit]").click()
    second.wait_for_url("**/predict**")  # to where the class is
    told(second, "[data-act=reveal]").click()
    crowd.see("poll", "state", is_="revealed")
    counts = crowd.followers[0].notes["poll"]["counts"]
    assert sum(counts) == FORTY + 1, "an answer that was acknowledged is lost"
    assert counts[:2] == [FORTY // 2 + 1, FORTY // 2]
    told(follower, ".ghosts i").first.wait_for()
    told(page, "[data-act=take]").wait_for()
    assert "predict" in where(follower), "nobody loses their place"

    told(second, "[data-act=end]").click()
    told(follower, "[data-act=again]").wait_for()
    crowd.go()
