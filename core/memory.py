"""Whether a model fits into the memory of this machine, told before it is loaded (no torch)."""

from __future__ import annotations

import os
from pathlib import Path

from core.refusals import ModelError

NUMBER = 4  # bytes of a number in single precision, as models compute
MORE = 1.25  # what a run needs beside the weights, as a part of them
# Where Linux tells of memory: of the machine, and of the container that this runs in.
MACHINE = Path("/proc/meminfo")
LIMITS = (
    (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")),
    (
        Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
        Path("/sys/fs/cgroup/memory/memory.usage_in_bytes"),
    ),
)


def available() -> int | None:
    """Bytes that can still be taken; None where the system does not say so."""
    found = []
    try:
        lines = dict(line.split(":", 1) for line in MACHINE.read_text().splitlines())
        found.append(int(lines["MemAvailable"].split()[0]) * 1024)
    except (OSError, ValueError, LookupError):
        found += _of_pages()
    for limit, used in LIMITS:
        try:
            found.append(max(0, int(limit.read_text()) - int(used.read_text())))
        except (OSError, ValueError):  # no container, or none with a limit
            continue
    return min(found, default=None)


def _of_pages() -> list[int]:
    """Where there is no such file, all that the machine has."""
    try:
        return [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    except (AttributeError, OSError, ValueError):
        return []


def check(what: object, parameters: int) -> None:
    """Raises ModelError with both numbers where a model of that many parameters, `what` by name,
    would not fit."""
    needed, there = parameters * NUMBER * MORE, available()
    if there is not None and needed > there:
        raise ModelError(
            f"{what} needs {needed / 2**30:.1f} GB of memory, and {there / 2**30:.1f} GB are "
            "available: close what else runs, take a larger machine, or a smaller model"
        )
