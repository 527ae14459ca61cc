"""Streams of a class from a real server: steps arrive at once, and nothing that was acknowledged is
lost when it is killed."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress

import pytest

from tests.pages.server.conftest import POLL, SCENE

SERVER = """
import sys, uvicorn
from starlette.applications import Starlette
from pages.server import application, following, leading
from pages.server.limits import Limit
school = application.SCHOOL
school.joins = school.writes = school.words = Limit(10**9, 1)
app = Starlette(routes=[*leading.routes(school), *following.routes(school)],
                lifespan=application.lifespan)
uvicorn.run(app, port=int(sys.argv[1]), log_level="error")
"""


class Server:
    """A server process of the routes alone."""

    def __init__(self, address: str):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = address
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(self.port)],
            env={**os.environ, "HEED_STORE": self.address},
        )
        end = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert self.process.poll() is None and time.monotonic() < end
                time.sleep(0.05)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def post(self, path: str, given=None, key: str = "") -> dict:
        """The answer; raises OSError or an HTTPException where there is none."""
        wire = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            said = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
            wire.request("POST", f"/api/class{path}", json.dumps(given or {}), said)
            return json.loads(wire.getresponse().read())
        finally:
            wire.close()

    @contextmanager
    def listening(self, code: str, who: str, after: int = 0):
        """A list that fills with the notes of a stream, each with the time it came."""
        wire = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        wire.request("GET", f"/api/class/{code}/events?who={who}&after={after}")
        found = wire.getresponse()
        assert found.getheader("content-type").startswith("text/event-stream")
        notes: list[tuple[dict, float]] = []
        done = threading.Event()

        def read():
            try:
                while line := found.readline():
                    if line.startswith(b'data: {"number'):
                        notes.append((json.loads(line[6:]), time.monotonic()))
            except (OSError, ValueError, AttributeError):
                pass  # it was killed, or closed here
            done.set()

        threading.Thread(target=read, daemon=True).start()
        try:
            yield notes, done
        finally:
            with suppress(OSError, AttributeError):  # it was killed
                wire.sock.shutdown(socket.SHUT_RDWR)
            done.wait(20)
            wire.close()


def until(true, patience: float = 10.0) -> None:
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.005)


@pytest.fixture
def server(address):
    server = Server(address)
    yield server
    server.kill()


def test_a_class_through_the_death_of_its_server(server):
    begun = server.post("")
    code, key, device = begun["code"], begun["key"], begun["device"]

    def lead(name, **given):
        return server.post(f"/{code}/{name}", {"device": device, **given}, key)

    followers = [server.post(f"/{code}/join")["who"] for _ in range(30)]
    with server.listening(code, followers[0]) as (notes, done):
        late = []
        for step in range(10):
            sent = time.monotonic()
            number = lead("scene", scene=SCENE | {"step": str(step)})["number"]
            until(lambda: notes and notes[-1][0]["number"] == number)  # noqa: B023, called at once
            late.append(notes[-1][1] - sent)
        assert sorted(late)[len(late) // 2] < 0.15, late  # seconds
        assert [one["note"]["view"]["step"] for one, _ in notes] == [str(n) for n in range(10)]

        # Everybody answers; the server dies in the middle of it.
        lead("poll", **POLL)
        acknowledged = []

        def answer(own):
            for turn, who in enumerate(own):
                try:
                    given = {"who": who, "poll": 1, "choice": turn % 3}
                    if "choice" in server.post(f"/{code}/answer", given):
                        acknowledged.append(who)
                except (OSError, http.client.HTTPException, ValueError):
                    return

        threads = [threading.Thread(target=answer, args=(followers[n::3],)) for n in range(3)]
        for one in threads:
            one.start()
        until(lambda: len(acknowledged) >= 6)
        server.kill()
        for one in threads:
            one.join()
        assert done.wait(10)
    last = notes[-1][0]["number"]
    server.start()
    told = lead("poll", do="reveal", weights=[0.2, 0.3, 0.5])
    with server.listening(code, followers[1], last) as (notes, _):
        until(lambda: notes)
        shown = notes[0][0]["note"]
        assert (shown["state"], told["poll"]) == ("revealed", 1)
        lost = len(acknowledged) - sum(shown["counts"])
        assert -3 <= lost <= 0  # those on their way may be in, none that was acknowledged is out


def test_a_server_that_is_told_to_end_does_so_though_somebody_listens(server):
    begun = server.post("")
    who = server.post(f"/{begun['code']}/join")["who"]
    with server.listening(begun["code"], who) as (_, done):
        server.process.terminate()
        assert server.process.wait(10) is not None and done.wait(5)


def test_what_another_process_writes_arrives_and_the_end_ends_the_stream(server, address):
    other = Server(address)
    try:
        begun = server.post("")
        code, key, device = begun["code"], begun["key"], begun["device"]
        who = other.post(f"/{code}/join")["who"]
        with other.listening(code, who) as (notes, done):
            sent = time.monotonic()
            server.post(f"/{code}/call", {"device": device}, key)
            until(lambda: notes)
            assert notes[0][0]["name"] == "call" and notes[0][1] - sent < 1
            server.post(f"/{code}/end", {"device": device}, key)
            assert done.wait(5) and notes[-1][0]["name"] == "ended"
    finally:
        other.kill()
