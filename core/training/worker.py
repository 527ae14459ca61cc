"""A live training in a process of its own, which `core.live.pool` begins and listens to.

It reads a line of JSON that says what to do, then one for each command; it writes a line for each
thing that it has to tell. When its input ends, whoever began it is gone, and so is it.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import torch

from core.live.config import BadConfig, Config, Learnt
from core.training.live import Live
from core.training.loop import Diverged

PICTURES = 0.35  # seconds between two, at least
LOOKING = 0.05  # share of the time that may go into pictures, and as much into measuring
NICE = 10  # lower in priority than whoever serves pages


class Worker:
    """One training: commands come in, what there is to tell goes out."""

    def __init__(self, commands: queue.Queue, out: BinaryIO):
        self.commands, self.out = commands, out
        self.paused = self.stopped = False
        self.drawn = self.measured = 0.0  # when the next picture and the next measuring are due

    def tell(self, kind: str, **values: Any) -> None:
        line = json.dumps({"kind": kind, **values}, ensure_ascii=False, separators=(",", ":"))
        self.out.write(line.encode() + b"\n")
        self.out.flush()

    def work(self, asked: dict[str, Any]) -> None:
        """Trains as `asked`, until it is done or told to stop; then writes the model."""
        try:
            config = Config.read(asked["config"])
            learnt = Learnt.checked(asked["task"], asked.get("pairs", ()))
            live = Live(learnt, config, Path(asked["folder"]))
        except BadConfig as error:
            self.tell("refused", told=str(error))
            return
        except ValueError as error:
            self.tell("refused", told=str(error))
            return
        self.tell("ready", told=live.data.told, **live.example._asdict(), parameters=sum(
            value.numel() for value in live.model.parameters()
        ))  # fmt: skip
        why = self._train(live)
        if why != "diverged":
            self.tell("courses", **live.courses())
            self._show(live, measure=True)
        if live.done == 0:  # nothing was learnt
            self.tell("done", why=why, kept=False, told="")
            return
        try:
            live.keep()
        except ValueError as error:
            self.tell("done", why=why, kept=False, told=str(error))
        else:
            self.tell("done", why=why, kept=True, told="")

    def _train(self, live: Live) -> str:
        """Why it came to its end: "finished", "stopped" or "diverged"."""
        self._show(live, measure=True)
        steps = live.steps()
        try:
            while not self.stopped:
                if not self._hear(live, steps):
                    break
                if self.stopped:
                    break
                if next(steps, None) is None:
                    return "finished"
                self._show_if_due(live)
        except Diverged as error:
            self.tell("diverged", update=live.done, told=str(error))
            return "diverged"
        return "stopped" if self.stopped else "finished"

    def _hear(self, live: Live, steps: Iterator) -> bool:
        """Does what was commanded; while it is paused, waits for it. False when a single update was
        the last one."""
        while not self.stopped and (self.paused or not self.commands.empty()):
            command = self.commands.get()
            do = command.get("do")
            if do == "pause":
                self.paused = True
                self._show(live, measure=True)
                self.tell("paused")
            elif do == "go":
                self.paused = False
                self.tell("running")
            elif do == "stop":
                self.stopped = True
            elif do == "rate":
                try:
                    live.rate = float(command["rate"])
                except (BadConfig, TypeError, ValueError) as error:
                    self.tell("told", told=str(error))
                self._show(live, measure=False)
            elif do == "single":
                self.paused = True
                taken = live.apart(steps)
                if taken is None:
                    return False
                self.tell("apart", **taken._asdict())
                self._show(live, measure=True)
                self.tell("paused")
        return True

    def _show_if_due(self, live: Live) -> None:
        now = time.monotonic()
        if now >= self.drawn:
            self._show(live, now >= self.measured)

    def _show(self, live: Live, measure: bool) -> None:
        began = time.monotonic()
        self.tell("snapshot", **live.look(measure).plain())
        ended = time.monotonic()
        pause = (ended - began) / LOOKING
        if measure:
            self.measured, pause = ended + pause, 0.0
        self.drawn = ended + max(PICTURES, pause)


def listen(source: BinaryIO, commands: queue.Queue) -> None:
    """Puts each line into the queue; ends the process with its input."""
    for line in source:
        commands.put(json.loads(line))
    os._exit(0)


def main() -> int:
    os.nice(NICE)
    torch.set_num_threads(1)
    out, sys.stdout = sys.stdout.buffer, sys.stderr  # what is printed is no message
    asked = json.loads(sys.stdin.buffer.readline())
    commands: queue.Queue = queue.Queue()
    threading.Thread(target=listen, args=(sys.stdin.buffer, commands), daemon=True).start()
    worker = Worker(commands, out)
    try:
        worker.work(asked)
    except (OSError, RuntimeError, MemoryError) as error:
        worker.tell("failed", told=str(error)[:500])
        return 1
    return 0


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    os._exit(code)  # a thread waits for input that may never come
