"""What there is to measure: models of one origin, the sentences that are new to them, links."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from core import manifest
from core.about import TRANSLATION, About
from core.checkpoint import load_model
from core.corpus import read_all, readable, split_pairs
from core.evaluation import publishing
from core.evaluation.alignment import GoldPair, read_aligned
from core.evaluation.card import Told
from core.evaluation.origin import check_data, check_split, key, named, origin
from core.evaluation.quality import HeldOut
from core.models import Model
from core.tokenisers import Tokeniser
from core.translator import Translator

# The files of linked sentences where HEED_DATA points, and their languages.
LINKED = {"hansards.eng-fra.txt": ("eng", "fra"), "alignments.eng-por.jsonl": ("eng", "por")}


def chosen(models: list[str]) -> dict[str, Path]:
    """The folders of these names and folders by the names of the models, or of all in the box.
    Raises ModelError for what is none, ValueError for two of one name."""
    folders: dict[str, Path] = {}
    box = [name for name, one in manifest.shipped().items() if one.task == TRANSLATION]
    for model in models or box:
        if not models and manifest.about_of(manifest.entry(model).folder).parts:
            tell(f"{model} reads several languages and is left out: name it, and say --languages")
            continue
        folder = Path(model) if Path(model).is_dir() else None
        folder = folder or manifest.check_files(manifest.entry(model))
        other = folders.setdefault(folder.resolve().name, folder)
        if other.resolve() != folder.resolve():
            raise ValueError(
                f"{other} and {folder} would be called the same, {other.resolve().name}: rename "
                "one of the folders, or measure each by itself"
            )
    if not folders:
        raise ValueError("there is no model to measure; give the folder of one")
    return folders


def jobs(options: argparse.Namespace, folders: Mapping[str, Path]) -> list[Job]:
    """Everything that the options ask to measure. Raises OSError, ValueError or ModelError for what
    cannot be: whatever can be refused is refused before anything is measured, which takes long."""
    loaded = {name: load_model(folder) for name, folder in folders.items()}
    groups: dict[tuple, list[str]] = {}
    for name, (_, vocabulary) in loaded.items():
        # Models that are named have to be of one origin; of all in the box each group is measured.
        apart = () if options.models else key(origin({name: folders[name]}, None, None, tell))
        groups.setdefault((vocabulary.kind, apart), []).append(name)
    if options.table and len(groups) > 1:
        kinds = sorted({kind for kind, _ in groups})
        raise ValueError(
            f"models of {' and of '.join(kinds)} are not compared: one table cannot have both"
            if len(kinds) > 1
            else "models that were trained on other data are not compared: name those for --table"
        )
    return [
        Job.of(options, tokens, {name: (folders[name], *loaded[name]) for name in group})
        for (tokens, _), group in groups.items()
    ]


class Job(NamedTuple):
    """Models of one origin whose text is split alike, and what they are measured on."""

    tokens: str  # what their tokens are
    came: About
    data: list[Path]
    pairs: int  # that they were trained on
    held: HeldOut
    aligned: list[GoldPair]
    left_out: int  # held-out sentences that are too long
    folders: dict[str, Path]
    translators: dict[str, Translator]

    @classmethod
    def of(
        cls,
        options: argparse.Namespace,
        tokens: str,
        models: Mapping[str, tuple[Path, Model, Tokeniser]],
    ) -> Job:
        """Raises OSError, ValueError or ModelError for what cannot be measured, or published."""
        folders = {name: folder for name, (folder, *_) in models.items()}
        came = origin(folders, options.held_out, options.languages, tell)
        if not (options.data or came.data):
            raise ValueError(
                f"{', '.join(folders)}: the folder does not say what it was trained on; give that "
                "file with --data"
            )
        home = Path(os.environ.get("HEED_DATA", "."))
        data = options.data or [home / name for name in came.files]
        check_data(came, data, folders)
        split = split_pairs(read_all(data, tell, came.turned), came.held_out, came.seed)
        check_split(came, data, split)
        held = whole = HeldOut.of(split, options.slice)
        for _, _, vocabulary in models.values():
            held = HeldOut(readable(held.test, vocabulary), readable(held.valid, vocabulary))
        left_out = len(whole.sources) - len(held.sources)
        if left_out:
            tell(f"{left_out:,} held-out sentences are longer than the models read; left out")
        if not held.test:
            raise ValueError(f"{named(data)}: no held-out sentence is short enough to be read")
        translators = {
            name: Translator(name, came.source, came.target, model, vocabulary)
            for name, (_, model, vocabulary) in models.items()
        }
        if options.publish:
            publishing.check(translators, folders, told(options))
        return cls(
            tokens, came, data, len(split.train), held, links(options, came), left_out, folders,
            translators,
        )  # fmt: skip


def links(options: argparse.Namespace, came: About) -> list[GoldPair]:
    """The aligned pairs to measure on: those that are given, or for models of their languages the
    ones that HEED_DATA has; none where there are none."""
    asked, texts = (came.source, came.target), options.alignments
    if texts is None:
        known = [name for name, pair in LINKED.items() if set(pair) == set(asked)]
        if not known:
            tell(
                f"no links between words are known for {'-'.join(asked)}: alignment is not "
                "measured; --alignments gives some"
            )
            return []
        texts = Path(os.environ.get("HEED_DATA", ".")) / known[0]
    if not texts.exists():
        tell(f"there is no {texts}: alignment is not measured")
        return []
    return read_aligned(texts, turned=LINKED.get(texts.name) == asked[::-1])[: options.slice]


def told(options: argparse.Namespace) -> Told:
    return Told(options.remark, options.provenance, options.weaknesses, options.example)


def tell(line: str) -> None:
    print(line, file=sys.stderr)
