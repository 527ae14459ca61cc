"""How long people wait when many type at once, and what they leave behind in memory.

python -m tests.benchmarks.bench_load --page compare --people 30 --seconds 60

Simulated people speak to a server of their own over the websocket, as a browser does: each opens a
page, then writes another sentence every few seconds. A time is taken from sending the changed
widget until the script says that it has finished. What a browser then draws is not in it. Without
`--page` every page is measured, and then the memory of the server after many visits. `--mixed`
has people on all pages at the same time instead, and says how memory grew in the second half.

With `--trainings 2` the last page is measured once more while so many live trainings run beside the
server, in the processes and with the priority that they have on the page Watch it learn.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.TextInput_pb2 import TextInput
from websockets.asyncio.client import ClientConnection, connect

from core.live.config import RANGES, Config, Learnt
from core.live.pool import Pool
from tests.benchmarks.bench_app import memory, percentile
from tests.browser.conftest import serving, serving_several

MODELS = "eng-fra-general,eng-fra-dot,eng-fra-concat"
# What each page is asked when it is opened: its name in the address, and its parameters.
PAGES = {
    "decode": ("decode", ""),
    "transformer": ("transformer", ""),
    "compare": ("compare", f"models={MODELS}"),
    "search": ("search", ""),
}
HOME = ""
FINISHED = {ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY}
PATIENCE = 60.0  # seconds until an answer is given up
LARGEST = 2**26  # bytes of one message
AT_ONCE = 4  # visits side by side, when memory is measured
EVERY = 100  # visits between two readings of memory

WHO = ("I", "We", "My sister", "The old man next door", "Nobody", "Tom", "Your friends", "She")
DOES = ("likes", "has never seen", "wants to buy", "would not sell", "talks about", "forgot")
WHAT = ("the red book", "a house by the sea", "my answer", "these old songs", "the last train")
WHEN = ("", " today", " every morning", " since the war", " when it rains", " without a reason")


def sentence(chance: random.Random) -> str:
    """One of 144,000 sentences of 5 to 17 words, so that hardly any is asked twice."""
    count = chance.randint(2, 101)
    who, does, what, when = map(chance.choice, (WHO, DOES, WHAT, WHEN))
    return f"{who} {does} {what} and {count} more{when}."


class Failed(Exception):
    """The server did not answer as it should."""


@dataclass
class Person:
    """One session: its connection, and the sentence's box as the page last sent it."""

    socket: ClientConnection
    page: str
    box: TextInput | None = None
    fragment: str = ""  # that the box is in
    hash: str = ""  # of the page's script
    received: int = 0  # bytes of the last answer
    drawn: list[str] = field(default_factory=list)  # what its components were given

    async def _answer(self) -> float:
        """Reads until the script has finished; the seconds that it took."""
        began, self.received, self.drawn = time.perf_counter(), 0, []
        async with asyncio.timeout(PATIENCE):
            while True:
                raw = await self.socket.recv()
                message = ForwardMsg.FromString(raw)
                self.received += len(raw)
                kind = message.WhichOneof("type")
                if kind == "new_session":
                    self.hash = message.new_session.page_script_hash
                elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                    self._element(message)
                elif kind == "script_finished":
                    if message.script_finished not in FINISHED:
                        raise Failed(f"{self.page}: the script ended with {message}")
                    return time.perf_counter() - began

    def _element(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            raise Failed(f"{self.page}: {element.exception.type}: {element.exception.message}")
        if kind == "bidi_component":
            self.drawn.append(element.bidi_component.json)
        # The sentence is asked first on every page; a rerun sends the same box again.
        if kind == "text_input" and (self.box is None or element.text_input.id == self.box.id):
            self.box, self.fragment = element.text_input, message.delta.fragment_id

    async def open(self) -> float:
        """Opens the page; the seconds until its script had finished."""
        name, query = PAGES.get(self.page, (HOME, ""))
        asked = BackMsg()
        asked.rerun_script.page_name, asked.rerun_script.query_string = name, query
        await self.socket.send(asked.SerializeToString())
        took = await self._answer()
        if self.box is None and self.page != HOME:
            raise Failed(f"{self.page}: there is no box for a sentence on the page")
        return took

    async def type(self, text: str) -> float:
        """Writes a sentence and presses Enter; the seconds until the answer was whole."""
        asked = BackMsg()
        rerun = asked.rerun_script
        rerun.page_script_hash, rerun.fragment_id = self.hash, self.fragment
        rerun.query_string = PAGES[self.page][1]
        rerun.widget_states.widgets.add(id=self.box.id, string_value=text)
        await self.socket.send(asked.SerializeToString())
        took = await self._answer()
        if not any(text in one for one in self.drawn):
            raise Failed(f"{self.page}: {text!r} was not answered")
        return took


@asynccontextmanager
async def person(address: str, page: str) -> AsyncIterator[Person]:
    """Somebody who comes to the server, and leaves it at the end."""
    url = address.replace("http", "ws", 1) + "/_stcore/stream"
    async with connect(url, subprotocols=["streamlit"], max_size=LARGEST) as socket:
        yield Person(socket, page)


async def types_on(
    address: str, page: str, seed: int, every: float, until: float, times: list, sizes: list
) -> None:
    """One person, who writes every so many seconds until that moment, or later if they wait."""
    chance = random.Random(seed)
    async with person(address, page) as one:
        await one.open()
        await asyncio.sleep(chance.random() * every)  # not all at the same moment
        while (began := time.monotonic()) < until:
            times.append(await one.type(sentence(chance)))
            sizes.append(one.received)
            await asyncio.sleep(max(0.0, began + every - time.monotonic()))


async def warm(address: str) -> None:
    """Lets the server load its models, so that they are not measured."""
    chance = random.Random(0)
    async with person(address, HOME) as first:
        await first.open()  # only there does a server that has just begun know its pages
    for page in PAGES:
        async with person(address, page) as one:
            await one.open()
            for _ in range(2):
                await one.type(sentence(chance))


async def load(address: str, page: str, people: int, every: float, seconds: float) -> float:
    """Many people on one page, and what they waited for; the 95th percentile, ms."""
    times, sizes, until = [], [], time.monotonic() + seconds
    await asyncio.gather(
        *(types_on(address, page, seed, every, until, times, sizes) for seed in range(people))
    )
    millis = [1000 * one for one in times]
    print(
        f"{page:<12} {people} people, every {every:g} s: median {statistics.median(millis):.0f} ms,"
        f" p95 {percentile(millis, 0.95):.0f} ms, longest {max(millis):.0f} ms of"
        f" {len(millis)} answers of {statistics.median(sizes) / 1000:.0f} kB",
        flush=True,
    )
    return percentile(millis, 0.95)


async def mixed(address: str, people: int, every: float, seconds: float) -> None:
    """Many people, each on one of the pages, and what the server's memory is meanwhile."""
    times, sizes, port = [], [], int(address.rsplit(":", 1)[1])
    began, held = time.monotonic(), {}
    pages = [*PAGES]

    async def watch() -> None:
        for share in (0.5, 1.0):
            await asyncio.sleep(max(0.0, began + share * seconds - time.monotonic()))
            held[share] = memory(port)

    each = (
        types_on(address, pages[seed % len(pages)], seed, every, began + seconds, times, sizes)
        for seed in range(people)
    )
    await asyncio.gather(watch(), *each)
    millis = [1000 * one for one in times]
    print(
        f"mixed pages, {people} people, every {every:g} s, for {seconds:.0f} s: median "
        f"{statistics.median(millis):.0f} ms, p95 {percentile(millis, 0.95):.0f} ms, longest "
        f"{max(millis):.0f} ms of {len(millis)} answers; memory after half {held[0.5]:.0f} MB, "
        f"at the end {held[1.0]:.0f} MB ({held[1.0] / held[0.5] - 1:+.1%})",
        flush=True,
    )


@contextmanager
def trainings(count: int) -> Iterator[None]:
    """So many live trainings of the largest model, which go on all the while."""
    pool = Pool(at_once=count)
    config = Config(size=RANGES["size"].high, updates=RANGES["updates"].high)
    runs = pool.begin("bench", Learnt.checked("reverse"), [config] * count, lambda: True)
    try:
        while not all(run.frames for run in runs):
            if any(run.over for run in runs):
                raise Failed(f"a training ended: {runs[0].told or runs[-1].told}")
            time.sleep(0.2)
        yield
        if any(run.over for run in runs):
            raise Failed("a training ended before the measurement did")
    finally:
        pool.close()


async def visits(address: str, port: int, count: int, seconds: float) -> None:
    """Many who come, write a sentence or two, and leave; the server's memory as they do."""
    numbers, end = iter(range(1, count + 1)), time.monotonic() + seconds
    start, done = memory(port), 0

    async def come_and_go() -> None:
        nonlocal done
        for number in numbers:
            if time.monotonic() > end:
                return
            chance = random.Random(-number)
            async with person(address, [*PAGES][number % len(PAGES)]) as one:
                await one.open()
                for _ in range(1 + number % 2):
                    await one.type(sentence(chance))
            done += 1
            if done % EVERY == 0:
                print(f"memory after {done} visits: {memory(port):.0f} MB", flush=True)

    await asyncio.gather(*(come_and_go() for _ in range(AT_ONCE)))
    print(f"memory: {start:.0f} MB before, {memory(port):.0f} MB after {done} visits", flush=True)


def between(least: float, most: float, kind=int):
    """A number of an option that is not outside these bounds."""

    def read(text: str):
        if not least <= (value := kind(text)) <= most:
            raise argparse.ArgumentTypeError(f"a number from {least} to {most}, not {text}")
        return value

    return read


def main(given: list[str] | tuple[str, ...] = ()) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--page", choices=PAGES, action="append", help="one page, or several")
    parser.add_argument("--people", type=between(1, 200), default=30)
    parser.add_argument("--every", type=between(0.1, 60, float), default=3.0, metavar="SECONDS")
    parser.add_argument("--seconds", type=between(1, 3600), default=60, help="of each page")
    parser.add_argument("--mixed", action="store_true", help="all pages at the same time")
    parser.add_argument(
        "--visits", type=between(0, 10_000), help="0 with --page, 1000 without; 900 s at most"
    )
    parser.add_argument("--processes", type=between(1, 16), default=1, help="behind nginx, if more")
    parser.add_argument("--trainings", type=between(0, 8), default=0, help="beside the last page")
    asked = parser.parse_args(list(given))
    count = asked.visits if asked.visits is not None else 0 if asked.page else 1000
    several = asked.processes > 1
    with serving_several(asked.processes) if several else serving() as address:
        port = int(address.rsplit(":", 1)[1])
        for _ in range(4 * asked.processes if several else 1):  # each process, or nearly surely
            asyncio.run(warm(address))
        print(f"memory of the server with all models: {memory(port):.0f} MB", flush=True)
        if asked.mixed:
            asyncio.run(mixed(address, asked.people, asked.every, asked.seconds))
            return
        for page in asked.page or PAGES:
            alone = asyncio.run(load(address, page, asked.people, asked.every, asked.seconds))
            print(f"memory: {memory(port):.0f} MB", flush=True)
        if asked.trainings:
            with trainings(asked.trainings):
                beside = asyncio.run(load(address, page, asked.people, asked.every, asked.seconds))
            print(f"beside {asked.trainings} trainings p95 is {beside / alone:.2f} x; aim: 1.5")
        if count:
            asyncio.run(visits(address, port, count, 900.0))


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
