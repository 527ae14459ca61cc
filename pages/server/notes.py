"""Notes of a class on their way to browsers: looked up once for all who follow, and sent to each
from where they left off."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterable

from anyio import to_thread

from core.classroom.store import ENDED, Gone, Note, Store

PAUSE = 0.05  # seconds between two looks for what another process wrote
BEAT = 15.0  # seconds of silence after which a proxy is told that somebody is there
LISTENING = 400  # streams of one class in one process
POLL = "poll."  # how names of polls begin
DOOR = "door"  # the note that says whether others may still come in


def current(notes: Iterable[Note]) -> list[Note]:
    """What a screen shows of them: of polls the last one alone."""
    kept = sorted(notes)
    last = max((_poll(one) for one in kept), default=0)
    return [one for one in kept if _poll(one) in (0, last)]


def _poll(note: Note) -> int:
    return int(note.name.removeprefix(POLL)) if note.name.startswith(POLL) else 0


def plain(note: Note) -> dict:
    """As JSON has it."""
    name = "poll" if _poll(note) else note.name
    return {"number": note.number, "name": name, "note": json.loads(note.text)}


def event(note: Note) -> str:
    """As an event of a stream, see https://html.spec.whatwg.org/multipage/server-sent-events.html"""
    data = json.dumps(plain(note), ensure_ascii=False)  # in one line
    return f"id: {note.number}\nevent: note\ndata: {data}\n\n"


class Channel:
    """One class: its notes as this process knows them, and who waits for more."""

    def __init__(self, store: Store, code: str):
        self.store, self.code = store, code
        self.notes: dict[str, Note] = {}
        self.number = 0
        self.gone = False
        self.listening = 0
        self.looked = asyncio.Event()  # is set to have a look at once
        self.news = asyncio.Event()  # is set, and replaced, when there is something new
        self.task: asyncio.Task | None = None

    async def look(self) -> None:
        """Takes up what is new in the store. Raises OSError."""
        try:
            found = await to_thread.run_sync(self.store.notes, self.code, self.number)
        except Gone:
            self.gone, found = True, []
        if any(note.name == ENDED for note in found):
            self.notes, self.gone = {}, True
        for note in found:
            self.notes[note.name] = note
            self.number = max(self.number, note.number)
        if found or self.gone:
            self.tell()

    def tell(self) -> None:
        news, self.news = self.news, asyncio.Event()
        news.set()

    async def keep_looking(self) -> None:
        while not self.gone:
            pause = PAUSE
            try:
                await self.look()
            except OSError:
                pause = 1.0  # the store is away; whoever listens keeps waiting
            try:
                await asyncio.wait_for(self.looked.wait(), pause)
            except TimeoutError:
                continue
            self.looked.clear()


class Hub:
    """The classes that somebody in this process listens to."""

    def __init__(self, store: Store):
        self.store = store
        self.channels: dict[str, Channel] = {}
        self.stopping = False

    def full(self, code: str) -> bool:
        channel = self.channels.get(code)
        return channel is not None and channel.listening >= LISTENING

    def wake(self, code: str) -> None:
        """Something was written in this process."""
        if code in self.channels:
            self.channels[code].looked.set()

    def stop(self) -> None:
        """Ends all streams: the server is about to."""
        self.stopping = True
        for channel in self.channels.values():
            channel.tell()

    async def stream(self, code: str, after: int) -> AsyncIterator[str]:
        """Events after that number, until the class or the server ends, or nobody reads on."""
        channel = self.channels.get(code)
        if channel is None or channel.gone:
            channel = self.channels[code] = Channel(self.store, code)
        if channel.task is None:
            channel.task = asyncio.create_task(channel.keep_looking())
        channel.listening += 1
        try:
            # Milliseconds after which a browser that lost us comes back; and a word at once, by
            # which it knows that nothing on the way keeps back what is sent.
            yield "retry: 1500\nevent: hello\ndata: {}\n\n"
            spoke = time.monotonic()
            while not self.stopping:
                news = channel.news
                fresh = [one for one in current(channel.notes.values()) if one.number > after]
                for note in fresh:
                    yield event(note)
                if fresh:
                    after, spoke = fresh[-1].number, time.monotonic()
                if channel.gone:
                    yield "event: gone\ndata: {}\n\n"
                    return
                try:
                    await asyncio.wait_for(news.wait(), max(0.0, spoke + BEAT - time.monotonic()))
                except TimeoutError:
                    yield ":\n\n"
                    spoke = time.monotonic()
        finally:
            channel.listening -= 1
            if not channel.listening:
                channel.task.cancel()
                if self.channels.get(code) is channel:
                    del self.channels[code]
