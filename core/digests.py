"""The SHA-256 of files, worked out again only when they change."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path


def digest_of(path: Path) -> str:
    """Raises OSError where the file cannot be read."""
    status = path.stat()
    return _digest(path, status.st_size, status.st_mtime_ns)


def digest_at(path: Path) -> str:
    """Empty where the file cannot be read."""
    try:
        return digest_of(path)
    except OSError:
        return ""


@cache
def _digest(path: Path, size: int, modified: int) -> str:
    """The size and time are there so that a changed file is read again."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
