"""Trains what the page of live training opens on, and writes its film:

python -m core.training.film
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch

from core.live.config import Config, Learnt
from core.live.film import FILE, SHOWN
from core.training.live import Live

EARLY, LATE, SLOW = 12, 40, 360  # updates between two pictures, before and after that update


def main() -> int:
    torch.set_num_threads(1)
    runs = [filmed(Config.read(one)) for one in SHOWN]
    FILE.write_text(
        json.dumps(runs, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8"
    )
    print(f"{FILE}: {FILE.stat().st_size / 1e3:.0f} kB")
    return 0


def filmed(config: Config) -> dict:
    live = Live(Learnt.checked("reverse"), config, Path())
    frames = [live.look().plain()]
    for _ in live.steps():
        if live.done % (EARLY if live.done <= SLOW else LATE) == 0:
            frames.append(live.look().plain())
    parameters = sum(value.numel() for value in live.model.parameters())
    return {
        "config": config.plain(), "parameters": parameters, **live.example._asdict(),
        "frames": frames,
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
