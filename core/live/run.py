"""One live training as those see it who asked for it: its state, what it told, and its commands."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from core.live.config import Config, Learnt
from core.live.snapshot import Example, Snapshot, thinned

LINE = 2**18  # bytes of the longest message; a process that sends more is ended
FRAMES = 240  # snapshots that are kept
DONE = ("finished", "stopped", "diverged", "late", "refused", "crashed")


class Run:
    """One training. Its `state` is "waiting", "starting", "running", "paused", or one of DONE:

    finished, stopped; diverged: its loss was no number; late: its time was over; refused: there is
    nothing to train on; crashed: its process ended by itself.
    """

    def __init__(
        self, visit: str, learnt: Learnt, config: Config, folder: Path, alive: Callable[[], bool]
    ):
        self.visit, self.learnt, self.config = visit, learnt, config
        self.folder, self.alive = folder, alive
        self.state, self.told = "waiting", ""
        self.example: Example | None = None
        self.about: dict[str, Any] = {}
        # Snapshots as plain data, each with its number; in memory there are so many at most.
        self.frames: list[tuple[int, dict[str, Any]]] = []
        self.apart: dict[str, Any] | None = None  # the last single update
        self.courses: dict[str, list] | None = None  # held-out references both ways, at its end
        self.kept = False  # whether its folder holds a model
        self.began = 0.0
        self._count = 0
        self._process: subprocess.Popen | None = None
        self._lock = threading.RLock()

    @property
    def name(self) -> str:
        """What its model is called."""
        return self.folder.name

    @property
    def working(self) -> bool:
        """Whether its process is there."""
        return self.state not in ("waiting", *DONE) or (
            self._process is not None and self._process.poll() is None
        )

    @property
    def over(self) -> bool:
        return self.state in DONE

    @property
    def pid(self) -> int | None:
        return self._process and self._process.pid

    @property
    def snapshot(self) -> Snapshot | None:
        """The last one."""
        with self._lock:
            if not (self.frames and self.example):
                return None
            return Snapshot.read(self.frames[-1][1], self.example)

    def since(self, number: int) -> list[tuple[int, dict[str, Any]]]:
        """The snapshots after that number, as plain data."""
        with self._lock:
            return [one for one in self.frames if one[0] > number]

    def begin(self, process: Callable[[], subprocess.Popen]) -> None:
        """Starts a process and tells it what to train."""
        with self._lock:
            self.state, self.began = "starting", time.monotonic()
            try:
                self._process = process()
            except OSError as error:
                self.state, self.told = "crashed", str(error)
                return
        threading.Thread(target=self._listen, daemon=True).start()
        self._send({
            "task": self.learnt.task, "pairs": self.learnt.pairs, "config": self.config.plain(),
            "folder": str(self.folder),
        })  # fmt: skip

    def command(self, do: str, **values: Any) -> None:
        """Sends "pause", "go", "stop", "single", or "rate" with a `rate`."""
        self._send({"do": do, **values})

    def end(self, state: str) -> None:
        """Ends its process at once; it comes to that state, unless it was over before."""
        with self._lock:
            if self.state not in DONE:
                self.state = state
            if self._process and self._process.poll() is None:
                self._process.kill()

    def _send(self, message: dict[str, Any]) -> None:
        process = self._process
        if process is None or process.stdin is None:
            return
        with suppress(OSError, ValueError):  # it is gone, as the listening thread will find
            process.stdin.write(json.dumps(message).encode() + b"\n")
            process.stdin.flush()

    def _listen(self) -> None:
        process = self._process
        with suppress(OSError, ValueError):
            while line := process.stdout.readline(LINE):
                if len(line) == LINE:
                    process.kill()
                    break
                self._hear(json.loads(line))
        code = process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                pipe.close()
        with self._lock:
            if self.state not in DONE:
                self.state, self.told = "crashed", self.told or f"exit status {code}"

    def _hear(self, message: dict[str, Any]) -> None:
        kind = message.pop("kind", "")
        with self._lock:
            if self.state in DONE:
                return
            if kind == "ready":
                self.example = Example(
                    tuple(message["source"]), tuple(message["target"]), message["tokens"]
                )
                self.about = {one: message[one] for one in ("parameters", "told")}
                self.state = "running"
            elif kind == "snapshot":
                self._count += 1
                self.frames = thinned([*self.frames, (self._count, message)], FRAMES)
            elif kind == "apart":
                self.apart = message
            elif kind == "courses":
                self.courses = message
            elif kind in ("running", "paused"):
                self.state = kind
            elif kind in ("told", "diverged", "failed"):
                self.told = message["told"]
            elif kind == "refused":
                self.state, self.told = "refused", message["told"]
            elif kind == "done":
                self.kept = message["kept"]
                self.told = message["told"] or self.told
                self.state = message["why"]
