"""Where a model comes from: its languages, its data, and how that was split.

Training writes it beside the weights, and what measures reads it from there, so that nobody has to
say it again, or says it wrongly.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path

FILE = "about.json"
UNKNOWN = "und"  # ISO 639-3: a language that nobody said


@dataclass(frozen=True)
class Origin:
    """What is known of it; what is not is left as it is here."""

    source: str = UNKNOWN  # ISO 639 code of the language that the model reads
    target: str = UNKNOWN  # and of the one it writes
    tokeniser: str = ""
    data: str = ""  # the name of the file of pairs
    fingerprint: str = ""  # SHA-256 of that file
    seed: int | None = None  # of the split
    held_out: int | None = None  # sources each, to test and to validate

    @classmethod
    def read(cls, folder: Path) -> Origin:
        """From a model's folder; nothing is known where there is no such file.

        Raises ValueError, which names the file, when it cannot be read.
        """
        path = folder / FILE
        if not path.exists():
            return cls()
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            return cls(**{one.name: told[one.name] for one in fields(cls) if one.name in told})
        except (OSError, ValueError, TypeError) as error:
            raise ValueError(f"{path} cannot be read ({error}); train the model again") from error
