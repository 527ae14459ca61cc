"""The vocabulary that a training begins with: the one in its folder, if it is of this run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.about import About, read_about
from core.record import RESUME
from core.tokenisers import Tokeniser


def kept(folder: Path, splits: type[Tokeniser], about: About) -> Tokeniser | None:
    """The vocabulary that is in `folder` already, for a run that goes on or because it was put
    there; None where there is none, or where a run on other data or of another size left it and has
    nothing more to go on from. Raises ValueError, which names the file, when it is broken."""
    path, before = folder / splits.file, read_about(folder)
    left = before and replace(before, source=about.source, target=about.target, data=about.data)
    if not path.exists() or (left not in (None, about) and not (folder / RESUME).exists()):
        return None
    try:
        return splits.read(path)
    except ValueError as error:
        raise ValueError(
            f"{path} cannot be read ({error}); give another folder, or delete this one"
        ) from error
