"""A class: somebody leads, others follow what is shown and answer what is asked.

Of a class there are *notes*: each has a name, a text, and the number at which it was last written.
A note says the whole of what it is about (what is on the screen, how a poll stands), so whoever
comes late, or comes back, needs the last of each name and no more; a class takes as much room after
a thousand steps as after one.

`Store` says what keeps classes; `SQLite` keeps them in a file, `Redis` in a server that several
processes and machines share. `opened` takes the one that HEED_STORE names.
"""

from __future__ import annotations

import os
from pathlib import Path

from core.classroom.redis import Redis
from core.classroom.sqlite import SQLite
from core.classroom.store import IDLE, Store

PLACE = "HEED_STORE"  # the variable that names the store


def opened(named: str | None = None, idle: float = IDLE) -> Store:
    """The store of that name: `redis://…`, `rediss://…` or the path of a file; without a name the
    one in HEED_STORE, and without that a file in the person's own folder. Raises OSError for a file
    that cannot be written and for a server that does not answer, ValueError for another address."""
    named = named or os.environ.get(PLACE) or str(default())
    scheme, parted, _ = named.partition("://")
    if parted and scheme in ("redis", "rediss"):
        return Redis(named, idle)
    if parted:
        raise ValueError(f"{PLACE}: expected redis://… or the path of a file, not {scheme}://…")
    return SQLite(Path(named).expanduser(), idle)


def default() -> Path:
    """Where classes are kept unless somebody says otherwise."""
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share"
    return Path(data) / "heed" / "classes.sqlite3"
