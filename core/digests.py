"""The SHA-256 of files, worked out again only when they change."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path


def digest_at(path: Path) -> str:
    """Empty where the file cannot be read."""
    try:
        status = path.stat()
        return _digest(path, status.st_size, status.st_mtime_ns)
    except OSError:
        return ""


@cache
def _digest(path: Path, size: int, modified: int) -> str:
    """The size and time are there so that a changed file is read again."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
