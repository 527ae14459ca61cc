"""The film on which the page opens: two real trainings, written by `core.training.film`."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from core.live.config import Config

FILE = Path(__file__).with_name("film.json")
SHOWN = tuple(Config(attention=attention, updates=600).plain() for attention in ("general", "none"))


@cache
def film() -> list[dict[str, Any]]:
    """Each run with its configuration, its example, and its snapshots as plain data."""
    return json.loads(FILE.read_text(encoding="utf-8"))
