"""How a model was trained: `record.json` in its folder, written by `core.training` (no torch)."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from core.plain import parsed

RECORD = "record.json"
RESUME = "resume.safetensors"  # beside it, what an unfinished training goes on from

# What whoever reads it may ask for.
RECIPE = {"seed", "smoothing", "rate", "warmup", "tokens", "average"}
MEASURED = {"update", "seconds"}


class Record(NamedTuple):
    recipe: dict  # the fields of `core.tasks.recipe.Recipe`, as far as that version knew them
    device: str
    measured: list[dict]  # at the end of each epoch: update, seconds, loss, held_out_loss, bleu, …


def read_record(folder: Path) -> Record | None:
    """What stands in `folder`, None where nothing does. Raises ValueError that names the file when
    it is broken."""
    path = folder / RECORD
    try:
        told = parsed(path.read_text(encoding="utf-8"))
        found = Record(told["recipe"], told.get("device", ""), told["measured"])
        lacking = RECIPE - found.recipe.keys()
        lacking |= {name for entry in found.measured for name in MEASURED - entry.keys()}
        if lacking:
            raise ValueError(f"it lacks {', '.join(sorted(lacking))}")
        return found
    except FileNotFoundError:
        return None
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise ValueError(
            f"{path} cannot be read ({error}); delete it: then nothing is said of its training"
        ) from error


def examples(folder: Path) -> list[str]:
    """The held-out sentences that training looked at last; none where the record has none."""
    try:
        record = parsed((folder / RECORD).read_text(encoding="utf-8"))
        return [shown["source"] for shown in record["measured"][-1]["attention"]]
    except (OSError, ValueError, LookupError, TypeError):
        return []
