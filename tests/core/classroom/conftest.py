"""Both stores: a file, and a Redis that is started here, empty, on a port of its own."""

from __future__ import annotations

import itertools
import shutil
import socket
import subprocess
import time

import pytest

from core.classroom import opened

FRESH = itertools.count()  # a database of Redis for each test


@pytest.fixture(scope="session")
def redis_port(tmp_path_factory) -> int:
    """Writes each command to the disk before it answers, as a school's Redis should."""
    if not shutil.which("redis-server"):
        pytest.skip("no redis-server on the path: apt-get install redis-server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("redis")
    settings = {"port": port, "bind": "127.0.0.1", "dir": folder, "databases": 500, "save": "",
                "appendonly": "yes", "appendfsync": "always", "daemonize": "no"}  # fmt: skip
    told = [part for name, value in settings.items() for part in (f"--{name}", str(value))]
    server = subprocess.Popen(["redis-server", *told], stdout=subprocess.DEVNULL)
    try:
        _wait(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(10)


def _wait(port: int, server: subprocess.Popen, patience: float = 10.0) -> None:
    end = time.monotonic() + patience
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            assert server.poll() is None and time.monotonic() < end, "redis-server does not answer"
            time.sleep(0.02)


@pytest.fixture(params=["sqlite", "redis"])
def address(request, tmp_path) -> str:
    """Of an empty store."""
    if request.param == "sqlite":
        return str(tmp_path / "classes.sqlite3")
    port = request.getfixturevalue("redis_port")
    return f"redis://127.0.0.1:{port}/{next(FRESH)}"


@pytest.fixture
def store(address):
    store = opened(address)
    yield store
    store.close()
