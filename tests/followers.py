"""Simulated followers of a class: each joins, hears the stream of notes, comes back where it is
lost, and answers when it is told to."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import httpx2 as httpx

AGAIN = 0.3  # seconds until a stream that was lost is opened again
SILENCE = 30.0  # seconds of a stream without a word, after which it counts as lost


@dataclass
class Follower:
    """One screen. `notes` has the last note of each name."""

    client: httpx.AsyncClient
    code: str
    who: str = ""
    number: int = 0  # of the last note that came
    notes: dict[str, dict] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)  # when each note came, by time.time()
    numbers: list[int] = field(default_factory=list)  # of those notes
    lost: int = 0  # how often the stream was
    wrong: list[str] = field(default_factory=list)  # answers of the server that should not be

    def told(self, *path: str):
        """What stands in the notes under these names; None where nothing does yet."""
        found = self.notes
        for name in path:
            found = found.get(name) or {}
        return found or None

    async def join(self) -> None:
        told = await self.post("join")
        self.who = told["who"]

    async def post(self, path: str, **given) -> dict:
        found = await self.client.post(f"/api/class/{self.code}/{path}", json=given)
        if found.status_code != 200:
            raise AssertionError(f"{path}: {found.status_code} {found.text}")
        return found.json()

    async def listen(self) -> None:
        """Until it is cancelled."""
        while True:
            with suppress(httpx.HTTPError):
                await self._stream()
            self.lost += 1
            await asyncio.sleep(AGAIN)

    async def _stream(self) -> None:
        asked = {"who": self.who, "after": str(self.number)}
        path, wait = f"/api/class/{self.code}/events", httpx.Timeout(10, read=SILENCE)
        async with self.client.stream("GET", path, params=asked, timeout=wait) as found:
            if found.status_code != 200:
                if found.status_code < 500:  # behind nginx a server that is away is a 502
                    self.wrong.append(f"{found.status_code} {await found.aread()!r}")
                return
            async for line in found.aiter_lines():
                if line.startswith("data: {") and len(line) > len("data: {}"):
                    self._take(json.loads(line.removeprefix("data: ")))

    def _take(self, told: dict) -> None:
        self.number = told["number"]
        self.notes[told["name"]] = told["note"]
        self.times.append(time.time())
        self.numbers.append(told["number"])

    async def answer(self, choice: int) -> None:
        """To the poll that is open; it is asked again until it was acknowledged."""
        poll = self.notes["poll"]["poll"]
        while True:
            with suppress(httpx.HTTPError):
                path = f"/api/class/{self.code}/answer"
                given = {"who": self.who, "poll": poll, "choice": choice}
                found = await self.client.post(path, json=given)
                if found.status_code == 200:
                    return
                if found.status_code < 500:
                    raise AssertionError(f"answer: {found.status_code} {found.text}")
            await asyncio.sleep(AGAIN)


async def following(
    address: str, code: str, count: int, then: Callable[[list[Follower]], Awaitable]
) -> list[Follower]:
    """Has `count` followers come to the class, and listen while `then` is done with them."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=count)
    clients = [httpx.AsyncClient(base_url=address, limits=limits) for _ in range(count)]
    followers = [Follower(client, code) for client in clients]
    try:
        for one in followers:
            await one.join()
        listening = [asyncio.create_task(one.listen()) for one in followers]
        try:
            await then(followers)
        finally:
            for task in listening:
                task.cancel()
            await asyncio.gather(*listening, return_exceptions=True)
    finally:
        for client in clients:
            await client.aclose()
    return followers


async def until(true: Callable[[], bool], what: str, patience: float = 20.0) -> None:
    """Waits for it. Raises AssertionError, with `what` was expected."""
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, f"waited {patience:g} s for {what}"
        await asyncio.sleep(0.02)
