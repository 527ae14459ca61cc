"""How fast a class follows, and how many: python -m tests.benchmarks.bench_class

Somebody leads through a recorded lesson: a step every second or two, and now and then another
sentence, as a teacher would. Followers hear of it by streams, all on this machine. Measured is the
time from the leader's request to the note at each follower. Figures hold for the machine that they
were taken on, and only where it has nothing else to do.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2 as httpx

from tests.benchmarks.bench_app import memory, percentile
from tests.benchmarks.bench_load import between
from tests.browser.conftest import serving, serving_several
from tests.followers import Follower, following, until

# The lesson: sentences, and how many steps are shown of each.
LESSON = (
    ("I did not know that you were there.", 9), ("She gave him the red book.", 8),
    ("I love you.", 5), ("Where did you put the keys of my car?", 10),
)  # fmt: skip
EVERY = 1.5  # seconds between two steps


class Leader:
    """Whoever leads, by the routes that the page of a leader asks."""

    def __init__(self, client: httpx.AsyncClient):
        self.client, self.led = client, {}
        self.wrote: dict[int, float] = {}  # when each note was sent, by its number

    async def begin(self) -> str:
        self.led = (await self.client.post("/api/class", json={})).json()
        return self.led["code"]

    async def show(self, text: str, step: int) -> None:
        began = time.time()
        found = await self.client.post(
            f"/api/class/{self.led['code']}/scene",
            headers={"Authorization": f"Bearer {self.led['key']}"},
            json={"device": self.led["device"],
                  "scene": {"page": "decode", "text": text, "step": str(step)}},
        )  # fmt: skip
        found.raise_for_status()
        self.wrote[found.json()["number"]] = began

    async def teach(self, seconds: float) -> None:
        """Goes through the lesson, again and again."""
        end = time.monotonic() + seconds
        while True:
            for text, steps in LESSON:
                for step in range(1, steps + 1):
                    await self.show(text, step)
                    if time.monotonic() > end:
                        return
                    await asyncio.sleep(EVERY)


@contextmanager
def served(processes: int, store: str) -> Iterator[str]:
    told = {"HEED_STORE": store} if store else {}
    with serving(**told) if processes == 1 else serving_several(processes, **told) as address:
        yield address


async def measure(address: str, count: int, seconds: float) -> None:
    async with httpx.AsyncClient(base_url=address, timeout=30) as client:
        leader = Leader(client)
        code = await leader.begin()
        await leader.show(LESSON[0][0], 1)
        port, held = int(address.rsplit(":", 1)[1]), []

        async def lesson(followers: list[Follower]) -> None:
            await until(lambda: all(one.number for one in followers), "everybody to be there", 60)
            for one in followers:
                one.times.clear(), one.numbers.clear()
            first = min(60.0, seconds / 2)
            await leader.teach(first)
            held.append(memory(port))
            await leader.teach(seconds - first)
            await asyncio.sleep(1)
            held.append(memory(port))

        followers = await following(address, code, count, lesson)
    sent = leader.wrote
    waits = [
        1000 * (when - sent[number])
        for one in followers
        for number, when in zip(one.numbers, one.times)
        if number in sent
    ]
    behind = sum(one.number != max(sent) for one in followers)
    print(f"{count} followers, {seconds:.0f} s, {len(sent)} steps")
    print(
        f"a step: median {percentile(waits, 0.5):.0f} ms, p95 {percentile(waits, 0.95):.0f} ms, "
        f"longest {max(waits):.0f} ms"
    )
    lost, wrong = (sum(each) for each in zip(*((one.lost, len(one.wrong)) for one in followers)))
    print(f"{behind} behind at the end, {lost} streams lost, {wrong} errors")
    print(f"memory after the first minute {held[0]:.0f} MB, at the end {held[1]:.0f} MB")


def main(given: list[str] | tuple[str, ...] = ()) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--followers", type=between(1, 300), default=30)
    parser.add_argument("--seconds", type=between(10, 3600), default=60)
    parser.add_argument("--processes", type=between(1, 16), default=1, help="behind nginx, if more")
    parser.add_argument("--store", default="", help="as HEED_STORE")
    asked = parser.parse_args(list(given))
    with served(asked.processes, asked.store) as address:
        asyncio.run(measure(address, asked.followers, asked.seconds))


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
