"""Trains the small models of `core.live.forced`, and writes what was measured of them:

python -m core.training.forced
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import torch

from core.live.config import Config, Learnt
from core.live.forced import FILE, RATIOS, SMOOTHED, TASK
from core.training.live import Live


def main() -> int:
    torch.set_num_threads(1)
    told = [trained(config) for config in dict.fromkeys((*RATIOS, *SMOOTHED))]
    text = json.dumps(told, separators=(",", ":"))
    FILE.write_text(text.replace("},{", "},\n{") + "\n", encoding="utf-8")
    print(f"{FILE}: {FILE.stat().st_size / 1e3:.0f} kB")
    return 0


def trained(config: Config) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        live = Live(Learnt.checked(TASK), config, Path(folder))
        for _ in live.steps():
            pass
        courses = {
            name: [[round(value, 5) for value in row] for row in rows]
            for name, rows in live.courses().items()
        }
        whole = round(live.look().moment.right, 1)
        return {"config": config.plain(), "whole": whole, **courses}


if __name__ == "__main__":
    sys.exit(main())
