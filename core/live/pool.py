"""The processes in which trainings run: so many at once, the others wait in a queue (no torch).

Nothing of a training happens here. A thread listens to each process, and one looks after them all:
it begins those that wait, and ends those whose time is over or whose visitor is gone.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from core.live.config import Config, Learnt
from core.live.run import DONE, Run

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "core.training.worker")
AT_ONCE = max(2, (os.cpu_count() or 2) // 2)  # processes
QUEUE = 20  # trainings that may wait
SECONDS = 600.0  # that one may take, pauses included
KEPT = 4  # trained models of one visit: the oldest goes
LOOKS = 0.5  # seconds between two looks at all of them


class Full(Exception):
    """More trainings wait already than are let wait."""


class Pool:
    """Processes of live trainings. `close` ends them all, as does the end of this process."""

    def __init__(
        self, at_once: int = AT_ONCE, queue: int = QUEUE, seconds: float = SECONDS,
        command: Sequence[str] = COMMAND,
    ):  # fmt: skip
        self.at_once, self.queue, self.seconds, self.command = at_once, queue, seconds, command
        self.home = Path(tempfile.mkdtemp(prefix="heed-live-"))
        self._lock = threading.RLock()
        self._jobs: list[tuple[Run, ...]] = []  # those that wait first, those of a job together
        self._runs: list[Run] = []  # all that have a folder
        self._closed = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()
        atexit.register(self.close)

    def begin(
        self, visit: str, learnt: Learnt, configs: Sequence[Config], alive: Callable[[], bool]
    ) -> tuple[Run, ...]:
        """Trainings side by side, begun together as soon as there is room; what the visit had
        running is ended. `alive` says whether the visitor is still there.

        Raises Full.
        """
        with self._lock:
            self.end(visit)
            if len(self._jobs) >= self.queue:
                raise Full
            runs = tuple(
                Run(visit, learnt, config, self._folder(learnt, config), alive)
                for config in configs
            )
            self._jobs.append(runs)
            self._runs += runs
            self._forget(visit)
            self._start()
        return runs

    def end(self, visit: str) -> None:
        """Ends what a visit has running or waiting; its models stay."""
        with self._lock:
            for run in self._of(visit):
                if run.state not in DONE:
                    run.end("stopped")
            self._jobs = [job for job in self._jobs if job[0].visit != visit]

    def leave(self, visit: str) -> None:
        """Ends all of a visit and deletes its models."""
        with self._lock:
            self.end(visit)
            for run in self._of(visit):
                self._delete(run)

    def place(self, run: Run) -> int:
        """How many jobs are begun before that of `run`, itself counted; 0 when it has begun."""
        with self._lock:
            return next((n for n, job in enumerate(self._jobs, 1) if run in job), 0)

    def close(self) -> None:
        """Ends all, and deletes all."""
        self._closed.set()
        with self._lock:
            self._jobs.clear()
            for run in self._runs:
                run.end("stopped")
            self._runs.clear()
        shutil.rmtree(self.home, ignore_errors=True)

    def _of(self, visit: str) -> list[Run]:
        return [run for run in self._runs if run.visit == visit]

    def _folder(self, learnt: Learnt, config: Config) -> Path:
        """A folder that nothing else is called like: models are known by their names."""
        place = tempfile.mkdtemp(dir=self.home)
        mark = Path(place).name[-4:].lower().replace("_", "0")
        return Path(place) / f"{learnt.task}-{config.attention}-{mark}"

    def _forget(self, visit: str) -> None:
        """Deletes the oldest models of a visit that has more than KEPT."""
        ended = [run for run in self._of(visit) if run.state in DONE]
        for run in ended[: max(0, len(ended) - KEPT)]:
            self._delete(run)

    def _delete(self, run: Run) -> None:
        self._runs.remove(run)
        shutil.rmtree(run.folder.parent, ignore_errors=True)

    def _start(self) -> None:
        """Begins the jobs for which there is room, in their order."""
        busy = sum(run.working for run in self._runs)
        while self._jobs and (busy == 0 or busy + len(self._jobs[0]) <= self.at_once):
            job = self._jobs.pop(0)
            busy += len(job)
            for run in job:
                run.begin(self._process)

    def _process(self) -> subprocess.Popen:
        return subprocess.Popen(
            self.command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def _watch(self) -> None:
        while not self._closed.wait(LOOKS):
            with self._lock:
                for visit in {run.visit: run for run in self._runs}.values():
                    if not visit.alive():
                        self.leave(visit.visit)
                for run in self._runs:
                    if run.working and time.monotonic() - run.began > self.seconds:
                        run.end("late")
                self._start()
