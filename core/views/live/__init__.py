"""A training as it goes, or its film: attention forming, curves, gradients, target and softmax.

What changes while it trains comes as answers of the courier, as `answer` has them; the picture is
sent once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from core.live.config import Config
from core.live.film import film
from core.live.run import DONE, Run
from core.words import say, section

SETTINGS = ("attention", "cell", "size", "forcing", "smoothing", "rate")
AGAIN = 2  # frames that are sent twice, should one answer be passed over


def payload(runs: Sequence[Mapping[str, Any]], job: str, task: str, language: str) -> dict:
    """What the script needs to draw `runs`, each as `told` or `filmed` makes it."""
    return {
        "stage": "live", "strings": section(language, "live"), "language": language,
        "tongues": {"source": "und", "target": "und"}, "job": job, "task": task,
        "runs": list(runs), "layers": section(language, "live_layers"),
    }  # fmt: skip


def filmed(language: str) -> list[dict[str, Any]]:
    """The runs of the film."""
    told = film()
    configs = [Config.read(one["config"]) for one in told]
    return [
        {
            "label": label(config, configs, language), "detail": detail(config, language),
            **{name: one[name] for name in ("source", "target", "tokens")},
            "updates": config.updates, "frames": numbered(enumerate(one["frames"], 1)),
            "state": "film", "note": "", "apart": None,
        }
        for one, config in zip(told, configs, strict=True)
    ]  # fmt: skip


def told(run: Run, others: Sequence[Run], note: str, language: str) -> dict[str, Any]:
    """One run with all its snapshots."""
    example = run.example
    return {
        "label": label(run.config, [one.config for one in others], language),
        "detail": detail(run.config, language),
        "source": list(example.source) if example else [],
        "target": list(example.target) if example else [],
        "tokens": example.tokens if example else 0, "updates": run.config.updates,
        "frames": numbered(run.since(0)), "state": run.state, "note": note, "apart": run.apart,
    }  # fmt: skip


def answer(run: Run, sent: int, note: str) -> dict[str, Any]:
    """What is new of a run since the snapshot `sent`."""
    example = run.example
    return {
        "frames": numbered(run.since(max(0, sent - AGAIN))), "state": run.state, "note": note,
        "apart": run.apart, "source": list(example.source) if example else [],
        "target": list(example.target) if example else [],
        "tokens": example.tokens if example else 0,
    }  # fmt: skip


def numbered(frames) -> list[dict[str, Any]]:
    return [{"number": number, **plain} for number, plain in frames]


def label(config: Config, all_: Sequence[Config], language: str) -> str:
    """What a run is called beside the other: by what differs, or by its attention."""
    names = [name for other in all_ for name in config.apart(other) if name in SETTINGS] or [
        "attention"
    ]
    return ", ".join(setting(config, name, language) for name in dict.fromkeys(names))


def setting(config: Config, name: str, language: str) -> str:
    """One setting in words."""
    value = getattr(config, name)
    if name in ("attention", "forcing"):
        return say(language, f"live_page.{name}_{re.sub('-', '_', value)}")
    if name == "cell":
        return say(language, f"live_page.cell_{value.lower()}")
    return say(language, f"live_page.told_{name}", value=f"{value:g}")


def detail(config: Config, language: str) -> str:
    """The settings of a run in a line."""
    return " · ".join(setting(config, name, language) for name in SETTINGS)


def over(runs: Sequence[Run]) -> bool:
    """Whether all of them have come to their end."""
    return all(run.state in DONE for run in runs)
