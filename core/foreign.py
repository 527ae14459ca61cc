"""Folders of models that another library wrote, told by their `config.json` alone."""

from __future__ import annotations

from pathlib import Path

from core.plain import parsed

CONFIG = "config.json"


def is_huggingface(folder: Path) -> bool:
    """Whether `config.json` there is one of Hugging Face; one that cannot be read is not."""
    try:
        told = parsed((folder / CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(told, dict) and "kind" not in told and bool(
        {"model_type", "architectures"} & told.keys()
    )  # fmt: skip
