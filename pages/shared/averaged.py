"""The average attention of models, as it is stored beside them."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from core import averages, manifest
from core.views.decode.holding import Usual


@lru_cache(maxsize=16)
def _averages(path: Path, modified: int) -> tuple[dict, dict]:
    return averages.read(path)


def usual(name: str) -> Usual | None:
    """What the attention of that model is on average, or None where nobody measured it for these
    weights."""
    path = manifest.MODELS / averages.FOLDER / f"{name}.npz"
    with suppress(OSError, ValueError):
        grids, told = _averages(path, path.stat().st_mtime_ns)
        if manifest.entry(name).digest.startswith(told["weights"]):
            return Usual(grids, told["sentences"])
    return None
