"""The classes of this process: their store, their streams, and how often each may ask."""

from __future__ import annotations

import threading
from collections.abc import Callable

from anyio import to_thread

from core.classroom import codes, opened
from core.classroom.store import Room, Store
from pages.server import asking
from pages.server.asking import Refused
from pages.server.limits import Limit
from pages.server.notes import Hub

FOLLOWERS = 300  # of one class


class School:
    """`opening` is called when the first class is asked for: until then nothing is stored."""

    def __init__(self, opening: Callable[[], Store] = opened):
        self.opening, self.lock = opening, threading.Lock()
        self.store: Store | None = None
        self.hub: Hub | None = None
        self.classes = Limit(10, 1 / 6)  # opened from one address
        self.joins = Limit(FOLLOWERS, 5)  # from one address: a school has one
        self.writes = Limit(60, 30)  # of one leader
        self.words = Limit(10, 2)  # of one follower: answers, and where they are

    async def ask(self, method: str, *values):
        """What a method of the store returns; it is asked in a thread. Raises what it raises."""
        return await to_thread.run_sync(self._ask, method, values)

    def _ask(self, method: str, values: tuple):
        with self.lock:
            if self.store is None:
                self.store = self.opening()
        return getattr(self.store, method)(*values)

    async def heard(self) -> Hub:
        """The streams. Raises OSError."""
        if self.hub is None:
            await to_thread.run_sync(self._open)
            self.hub = self.hub or Hub(self.store)
        return self.hub

    def _open(self) -> None:
        with self.lock:
            if self.store is None:
                self.store = self.opening()

    def wrote(self, code: str) -> None:
        """A note was written by this process."""
        if self.hub:
            self.hub.wake(code)

    async def led(self, request, may_wait: bool = False) -> Room:
        """The class that a request leads. Raises Refused, Gone and OSError."""
        code = asking.code(request)
        room = await self.ask("room", code)
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not codes.fits(key, room.key):
            raise Refused("key")
        if room.ended:
            raise Refused("gone")
        if not may_wait and not self.writes.take(code):
            raise Refused("often")
        return room

    def stop(self) -> None:
        """Ends all streams."""
        if self.hub:
            self.hub.stop()

    def close(self) -> None:
        if self.store:
            self.store.close()
