"""How a model was trained: `record.json` in its folder, written by `core.training` (no torch)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from core.plain import parsed

RECORD = "record.json"
RESUME = "resume.safetensors"  # beside it, what an unfinished training goes on from

# What whoever reads it may ask for.
RECIPE = {"seed", "smoothing", "rate", "warmup", "tokens", "average"}
MEASURED = {"update", "seconds"}
LARGEST = 400_000  # bytes of a record


class Record(NamedTuple):
    recipe: dict  # the fields of `core.tasks.recipe.Recipe`, as far as that version knew them
    device: str
    measured: list[dict]  # at the end of each epoch: update, seconds, loss, held_out_loss, bleu, …
    moments: list[dict] = []  # the same within the first epoch, at updates that are powers of two

    def course(self) -> list[dict]:
        """All that was measured, in its order."""
        return sorted([*self.moments, *self.measured], key=lambda entry: entry["update"])


def read_record(folder: Path) -> Record | None:
    """What stands in `folder`, None where nothing does. Raises ValueError that names the file when
    it is broken."""
    path = folder / RECORD
    try:
        told = parsed(path.read_text(encoding="utf-8"))
        found = Record(
            told["recipe"], told.get("device", ""), told["measured"], told.get("moments", [])
        )
        lacking = RECIPE - found.recipe.keys()
        lacking |= {name for entry in found.course() for name in MEASURED - entry.keys()}
        if lacking:
            raise ValueError(f"it lacks {', '.join(sorted(lacking))}")
        return found
    except FileNotFoundError:
        return None
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise ValueError(
            f"{path} cannot be read ({error}); delete it: then nothing is said of its training"
        ) from error


def written(record: Record, largest: int = LARGEST) -> str:
    """The text of its file. Where that would have more than `largest` bytes, attention is left out
    of every other entry, and again, but never of the last: the figures all stay."""
    step, last = 1, len(record.course()) - 1
    while True:
        bare = {
            entry["update"] for place, entry in enumerate(record.course())
            if (last - place) % step and "attention" in entry
        }  # fmt: skip
        measured, moments = (
            [{**one, "attention": []} if one["update"] in bare else one for one in each]
            for each in (record.measured, record.moments)
        )
        plain = record._replace(measured=measured, moments=moments)._asdict()
        text = json.dumps(plain, ensure_ascii=False, separators=(",", ":")) + "\n"
        if len(text.encode()) <= largest or step > last:
            return text
        step *= 2


def examples(folder: Path) -> list[str]:
    """The held-out sentences that training looked at last; none where the record has none."""
    try:
        record = parsed((folder / RECORD).read_text(encoding="utf-8"))
        return [shown["source"] for shown in record["measured"][-1]["attention"]]
    except (OSError, ValueError, LookupError, TypeError):
        return []
