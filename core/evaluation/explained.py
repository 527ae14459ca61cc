"""Explain the sentence that is stored with each model: python -m core.evaluation.explained.

The page of explanations opens on it, with nothing to work out; of the attention it looks through
the mean of all heads.
"""

from __future__ import annotations

import argparse
import sys

from core import manifest
from core.explaining import explained
from core.explanations import write_explained
from core.facts import TRANSLATES
from core.refusals import ModelError
from core.translator import Translator, use_threads

FOLDER = manifest.MODELS / "explained"


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m core.evaluation.explained",
        description="Explain every step of the sentence that is stored with each model.",
    )
    parser.add_argument("models", nargs="*", help="names; left out, all in the box that translate")
    use_threads(1)
    try:
        for name in parser.parse_args().models or translating():
            entry = manifest.entry(name)
            model = Translator.load(name)
            found = explained(model, model.translate(entry.sentence))
            path = FOLDER / f"{name}.npz"
            write_explained(path, found, {"weights": entry.digest, "text": entry.sentence})
            print(f"{path}: {len(found.steps)} steps of {entry.sentence!r}")
    except (OSError, ValueError, ModelError) as error:
        print(f"core.evaluation.explained: {error}", file=sys.stderr)
        return 2
    return 0


def translating() -> list[str]:
    return [name for name, one in manifest.shipped().items() if one.facts.does == TRANSLATES]


if __name__ == "__main__":
    sys.exit(main())
