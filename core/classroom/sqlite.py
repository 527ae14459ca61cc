"""Classes in a file: SQLite with a write-ahead log, which several processes may share."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.classroom.store import ENDED, IDLE, Gone, Note, NotLeading, Person, Room

TABLES = """
CREATE TABLE IF NOT EXISTS room (
  code TEXT PRIMARY KEY, key TEXT, lead TEXT, poll INTEGER DEFAULT 0, number INTEGER DEFAULT 0,
  ended INTEGER DEFAULT 0, touched REAL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS note (
  code TEXT REFERENCES room ON DELETE CASCADE, name TEXT, number INTEGER, text TEXT,
  PRIMARY KEY (code, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS person (
  code TEXT REFERENCES room ON DELETE CASCADE, who TEXT, number INTEGER DEFAULT 0,
  away INTEGER DEFAULT 0, seen REAL, PRIMARY KEY (code, who)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answer (
  code TEXT REFERENCES room ON DELETE CASCADE, poll INTEGER, who TEXT, choice INTEGER,
  PRIMARY KEY (code, poll, who)
) WITHOUT ROWID;
"""
PATIENCE = 5.0  # seconds that one process waits for another's transaction


class SQLite:
    """See `core.classroom.store.Store`. It forgets a class after `idle` seconds without change."""

    def __init__(self, path: Path, idle: float = IDLE):
        self.idle, self.lock = idle, threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # only its owner reads it
        with _reached():
            self.base = sqlite3.connect(
                path, timeout=PATIENCE, isolation_level=None, check_same_thread=False
            )
            # FULL: what was committed survives not only the process but a power cut, too.
            for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON",
                            "secure_delete = ON"):  # fmt: skip
                self.base.execute(f"PRAGMA {setting}")
            self.base.executescript(TABLES)

    @contextmanager
    def _all(self, sure: bool = True) -> Iterator[sqlite3.Connection]:
        """A transaction; `sure` is one that a power cut does not undo."""
        with self.lock, _reached():
            self.base.execute(f"PRAGMA synchronous = {'FULL' if sure else 'NORMAL'}")
            self.base.execute("BEGIN IMMEDIATE")
            try:
                yield self.base
            except BaseException:
                self.base.execute("ROLLBACK")
                raise
            self.base.execute("COMMIT")

    def _ask(self, query: str, *values) -> list[tuple]:
        with self.lock, _reached():
            return self.base.execute(query, values).fetchall()

    def create(self, code: str, key: str, lead: str) -> bool:
        now = time.time()
        with self._all() as base:
            base.execute("DELETE FROM room WHERE touched < ?", (now - self.idle,))
            made = base.execute(
                "INSERT OR IGNORE INTO room (code, key, lead, touched) VALUES (?, ?, ?, ?)",
                (code, key, lead, now),
            )
        return made.rowcount == 1

    def room(self, code: str) -> Room:
        found = self._ask(
            "SELECT code, key, lead, poll, number, ended FROM room WHERE code = ? AND touched >= ?",
            code, time.time() - self.idle,
        )  # fmt: skip
        if not found:
            raise Gone(code)
        *known, ended = found[0]
        return Room(*known, bool(ended))

    def put(self, code: str, name: str, text: str, by: str, poll: int | None = None) -> int:
        with self._all() as base:
            number = self._touch(base, code)
            if base.execute("SELECT lead FROM room WHERE code = ?", (code,)).fetchone()[0] != by:
                raise NotLeading(code)
            if poll is not None:
                base.execute("UPDATE room SET poll = ? WHERE code = ?", (poll, code))
            return self._write(base, code, name, text, number)

    def take(self, code: str, lead: str, name: str, text: str) -> int:
        with self._all() as base:
            number = self._touch(base, code)
            base.execute("UPDATE room SET lead = ? WHERE code = ?", (lead, code))
            return self._write(base, code, name, text, number)

    def _touch(self, base: sqlite3.Connection, code: str) -> int:
        """Puts off the end of a class; the number of its last note. Raises Gone."""
        now = time.time()
        found = base.execute(
            "UPDATE room SET touched = ? WHERE code = ? AND touched >= ? AND NOT ended"
            " RETURNING number",
            (now, code, now - self.idle),
        ).fetchone()
        if not found:
            raise Gone(code)
        return found[0]

    def _write(self, base, code: str, name: str, text: str, number: int) -> int:
        base.execute(
            "INSERT OR REPLACE INTO note (code, name, number, text) VALUES (?, ?, ?, ?)",
            (code, name, number + 1, text),
        )
        base.execute("UPDATE room SET number = ? WHERE code = ?", (number + 1, code))
        return number + 1

    def notes(self, code: str, after: int = 0) -> list[Note]:
        if self.room(code).number <= after:
            return []
        found = self._ask(
            "SELECT number, name, text FROM note WHERE code = ? AND number > ? ORDER BY number",
            code, after,
        )  # fmt: skip
        return [Note(*one) for one in found]

    def join(self, code: str, who: str, most: int) -> bool:
        with self._all() as base:
            self._touch(base, code)
            count = base.execute("SELECT count(*) FROM person WHERE code = ?", (code,)).fetchone()
            if count[0] >= most:
                return False
            base.execute(
                "INSERT INTO person (code, who, seen) VALUES (?, ?, ?)", (code, who, time.time())
            )
        return True

    def here(self, code: str, who: str, number: int, away: bool) -> bool:
        self._open(code)
        with self._all(sure=False) as base:
            known = base.execute(
                "UPDATE person SET number = ?, away = ?, seen = ? WHERE code = ? AND who = ?",
                (number, away, time.time(), code, who),
            )
        return known.rowcount == 1

    def people(self, code: str) -> list[Person]:
        self._open(code)
        now = time.time()
        found = self._ask("SELECT number, away, seen FROM person WHERE code = ?", code)
        return [Person(number, bool(away), now - seen) for number, away, seen in found]

    def answer(self, code: str, poll: int, who: str, choice: int) -> bool:
        with self._all() as base:
            self._touch(base, code)
            taken = base.execute(
                "INSERT OR REPLACE INTO answer (code, poll, who, choice)"
                " SELECT code, poll, who, ? FROM room JOIN person USING (code)"
                " WHERE code = ? AND poll = ? AND poll > 0 AND who = ?",
                (choice, code, poll, who),
            )
        return taken.rowcount == 1

    def answers(self, code: str, poll: int) -> Counter[int]:
        self._open(code)
        query = "SELECT choice, count(*) FROM answer WHERE code = ? AND poll = ? GROUP BY choice"
        return Counter(dict(self._ask(query, code, poll)))

    def end(self, code: str) -> None:
        with self._all() as base:
            number = self._touch(base, code)
            for table in ("note", "person", "answer"):
                base.execute(f"DELETE FROM {table} WHERE code = ?", (code,))
            base.execute("UPDATE room SET ended = 1, poll = 0 WHERE code = ?", (code,))
            self._write(base, code, ENDED, "{}", number)

    def _open(self, code: str) -> None:
        """Raises Gone for a class that is not, or no longer."""
        if self.room(code).ended:
            raise Gone(code)

    def close(self) -> None:
        with self.lock:
            self.base.close()


@contextmanager
def _reached() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise OSError(f"the file of classes cannot be used: {error}") from error
