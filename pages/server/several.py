"""Serves the app by several processes behind nginx, with classes in Redis, on this one machine:
python -m pages.server.several. nginx and redis-server have to be installed.

PORT is where nginx listens (8501), HOST at which address (all), HEED_PROCESSES how many processes
there are (one for each processor), HEED_STORE another Redis than the one that is started here.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

from core.classroom import PLACE as STORE
from pages.shared import lan

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "deploy/heed.conf"
PROGRAMS = {"nginx": "nginx", "redis-server": "redis-server"}  # and Debian's packages of them
MOST = 64  # processes
AGAIN = 1.0  # seconds after which a process that ended is started again
# What nginx needs around `CONFIG` when it runs by itself and writes nothing outside `folder`.
AROUND = """\
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
{config}
}}
"""


class Wrong(Exception):
    """What was asked for cannot be served, in a sentence."""


def number(asked: Mapping[str, str], name: str, usual: int, most: int) -> int:
    """A whole number of the environment. Raises Wrong."""
    told = asked.get(name) or str(usual)
    if not (told.isascii() and told.isdigit() and 1 <= int(told) <= most):
        raise Wrong(f"{name}: expected a whole number from 1 to {most}, not {told}")
    return int(told)


def missing(programs: Mapping[str, str] = PROGRAMS) -> str:
    """Which of the programs are not installed, in a sentence; empty where all are."""
    lacking = [package for name, package in programs.items() if not found(name)]
    if not lacking:
        return ""
    return (
        f"make serve needs {' and '.join(lacking)}: apt-get install {' '.join(lacking)}, or what "
        "your system calls them. make app serves about thirty people without."
    )


def found(program: str) -> str | None:
    """Where a program lies; a person's own path often lacks /usr/sbin."""
    return shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")


def config(text: str, folder: Path, listen: str, ports: list[int]) -> str:
    """All that nginx is told: `text`, which is `CONFIG`, with other processes behind it, `listen`
    for its own port and its files in `folder`."""
    servers = "".join(f"  server 127.0.0.1:{port} max_fails=1 fail_timeout=5s;\n" for port in ports)
    text = re.sub(r"(?:^  server 127\.0\.0\.1:.*\n)+", lambda _: servers, text, flags=re.M)
    text = re.sub(r"(?<=  listen )[^;]*", lambda _: listen, text)
    text = re.sub(r"(?<=proxy_cache_path )\S+", lambda _: f"{folder}/static", text)
    return AROUND.format(folder=folder, config=text)


def checked(port: int, host: str) -> None:
    """Raises Wrong where nginx could not listen there: it would say so again and again."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as own:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as nginx does
        try:
            own.bind((host, port))
        except OSError as error:
            raise Wrong(
                f"PORT {port} of {host or 'this machine'}: {error.strerror}; choose another, "
                "as in PORT=8502 make serve, or end what listens there"
            ) from error


def free_ports(count: int) -> list[int]:
    """Ports of this machine on which nothing listens."""
    held = [socket.socket() for _ in range(count)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()


class Served:
    """The processes, by name. What ends is started again until all are ended."""

    def __init__(self, folder: Path, asked: Mapping[str, str]):
        """Raises Wrong."""
        port, host = number(asked, "PORT", 8501, 65535), asked.get("HOST", "")
        checked(port, host)
        count = number(asked, "HEED_PROCESSES", os.cpu_count() or 1, MOST)
        *ports, store = free_ports(count + 1)
        self.told, self.port, self.host = dict(asked), port, host
        self.commands: dict[str, list[str]] = {}
        if not asked.get(STORE):
            self.told[STORE] = f"redis://127.0.0.1:{store}/0"
            self.commands["redis"] = [
                found("redis-server") or "redis-server", "--port", str(store),
                "--bind", "127.0.0.1", "--dir", str(folder), "--appendonly", "yes",
                "--appendfsync", "always", "--save", "", "--loglevel", "warning",
            ]  # fmt: skip
        for own in ports:
            self.commands[f"heed {own}"] = [
                sys.executable, "-m", "pages.shared.serve",
                f"--server.port={own}", "--server.address=127.0.0.1",
            ]  # fmt: skip
        listen = f"[{host}]:{port}" if ":" in host else f"{host}:{port}" if host else str(port)
        text = config(CONFIG.read_text(encoding="utf-8"), folder, listen, ports)
        (folder / "nginx.conf").write_text(text, encoding="utf-8")
        self.commands["nginx"] = [
            found("nginx") or "nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"),
            "-e", "stderr", "-g", "daemon off;",
        ]  # fmt: skip
        self.running: dict[str, subprocess.Popen] = {}

    def start(self, name: str) -> None:
        quiet = None if name == "nginx" else subprocess.DEVNULL
        self.running[name] = subprocess.Popen(
            self.commands[name], cwd=ROOT, env=self.told, stdout=quiet, start_new_session=True
        )

    def keep(self) -> None:
        """Starts all, and again what ends."""
        for name in self.commands:
            self.start(name)
        while True:
            time.sleep(AGAIN)
            for name, process in self.running.items():
                if process.poll() is not None:
                    print(f"  {name} ended ({process.returncode}); started again", flush=True)
                    self.start(name)

    def end(self) -> None:
        """Ends all, the last that was started first."""
        for process in reversed(self.running.values()):
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()

    def tell(self) -> None:
        """Says where Heed is."""
        count = sum(name.startswith("heed") for name in self.commands)
        print(f"\n  Heed, {count} processes: http://localhost:{self.port}", flush=True)
        others = lan.base(self.port) if self.host in lan.ANYWHERE else None
        if others:
            print(f"  For everybody on the same network: {others}\n", flush=True)


def stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> int:
    lacking = missing({"nginx": "nginx"} if os.environ.get(STORE) else PROGRAMS)
    if lacking:
        print(lacking, file=sys.stderr)
        return 1
    for kind in (signal.SIGTERM, signal.SIGHUP):  # the second where its terminal is closed
        signal.signal(kind, stop)
    with tempfile.TemporaryDirectory(prefix="heed-") as folder:
        os.chmod(folder, 0o755)  # nginx's workers, which may be of another user, keep files there
        try:
            served = Served(Path(folder), os.environ)
        except Wrong as error:
            print(error, file=sys.stderr)
            return 2
        try:
            served.tell()
            served.keep()
        except KeyboardInterrupt:
            return 0
        finally:
            served.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
