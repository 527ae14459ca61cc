"""From a training folder to a shipped model and back: all of it or nothing."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

from core import manifest
from core.about import ABOUT, TRANSLATION, About
from core.checkpoint import facts
from core.evaluation.card import Told, card
from core.facts import CAPTIONS, TRANSLATES
from core.manifest import CONFIG, WEIGHTS, ModelError
from core.measurements import about
from core.measurements.opening import opening
from core.measurements.table import Table, gather, read, write
from core.opening import Opening
from core.record import RECORD, read_record
from core.trace import Trace
from core.translator import Translator

CARD, STORED = "card.md", "example.json"


def check(
    translators: Mapping[str, Translator],
    folders: Mapping[str, Path],
    told: Told,
    models: Path = manifest.MODELS,
) -> None:
    """Raises ValueError or ModelError for what could not be published, before it is measured: a
    name that is taken, a sentence that cannot be read, a broken record."""
    for name, translator in translators.items():
        check_name(name, folders[name], models)
        if told.example:
            try:
                translator.read_source(told.example)
            except ValueError as error:
                raise ValueError(f"--example {told.example!r}: {error}") from error


def check_name(name: str, folder: Path, models: Path = manifest.MODELS) -> None:
    """Raises ValueError for a name that another model has, and for a broken record."""
    there = manifest.shipped(models).get(name)
    if there and folder.resolve() != there.folder.resolve():
        raise ValueError(
            f"the box has a model called {name} already; rename {folder}, or take the other out "
            f"first: python -m core.evaluation {name} --withdraw"
        )
    read_record(folder)


def publish(
    translator: Translator,
    folder: Path,
    found: Table,
    pairs: int,
    came: About,
    told: Told,
    example: str,
    models: Path = manifest.MODELS,
) -> None:
    """Puts a model that translates into the box, with a card that says what was measured. It opens
    on what the person said, or on `example`."""
    whole = manifest.about_of(folder)
    shown = translator
    if whole.parts:  # as it is opened from the box
        shown = Translator(
            translator.name, whole.source, whole.target, translator.model, translator.vocabulary
        )
    trace = shown.translate(told.example or example)
    text = card(translator, folder, found, pairs, came, told)
    put(
        shown,
        folder,
        found,
        text,
        trace,
        opening(found.rows, translator.name, facts(translator.model, translator.vocabulary)),
        models,
    )


def put(
    facade: Translator,
    folder: Path,
    found: Table,
    text: str,
    trace: Trace,
    opens: Opening | None = None,
    models: Path = manifest.MODELS,
) -> None:
    """Copies the model in `folder` to `models`, with `text` as its card and `trace` as what it
    opens on, and its rows to the table there.

    All of it or nothing: the new folder takes the place of the old one when it is whole.
    """
    name = facade.name
    home, new, old = (models / f"{name}{end}" for end in ("", ".new", ".old"))
    for left in (new, old):
        shutil.rmtree(left, ignore_errors=True)
    new.mkdir(parents=True)
    with ExitStack() as undo:
        undo.callback(shutil.rmtree, new, ignore_errors=True)
        for file in (CONFIG, WEIGHTS, facade.vocabulary.file, RECORD, ABOUT):
            if (folder / file).exists():
                shutil.copy(folder / file, new / file)
        (new / STORED).write_text(trace.to_json(), encoding="utf-8")
        (new / CARD).write_text(text, encoding="utf-8")
        entry = manifest.Entry(
            name,
            facade.source,
            facade.target,
            facts(facade.model, facade.vocabulary),
            trace.typed,
            trace.text if facade.facts.does in (TRANSLATES, CAPTIONS) else None,
            opens,
            {
                path.name: hashlib.sha256(path.read_bytes()).hexdigest()
                for path in sorted(new.iterdir())
            },
            task=manifest.about_of(new).task,
        )
        path, rows = _together(found, name, models)
        if home.exists():
            home.replace(old)
            undo.callback(old.replace, home)
        new.replace(home)
        undo.callback(shutil.rmtree, home, ignore_errors=True)
        before = path.read_bytes() if path.exists() else None
        undo.callback(_restore, path, before)
        write(path, rows)
        manifest.write_entry(entry, models)
        undo.pop_all()
    shutil.rmtree(old, ignore_errors=True)


def _restore(path: Path, before: bytes | None) -> None:
    """Makes a file what it was, or none."""
    path.unlink(missing_ok=True) if before is None else path.write_bytes(before)


def _together(found: Table, name: str, models: Path) -> tuple[Path, Table]:
    """The table of `models` that is of the same test set, with the rows of that model in it."""
    path, own = place(found.about, models), found.only(name)
    before = [read(path).without(name)] if path.exists() else []
    alike = [one for one in before if one.weights and one.test == own.test]
    (together,) = gather([*alike, own])
    return path, together


def place(test: Mapping[str, str], models: Path = manifest.MODELS) -> Path:
    """The table of a box that is of that test set, or where one would stand: the usual one of its
    tokens, if no model in the box has its measurements there."""
    known: dict[str, str] = {}
    with suppress(ModelError):  # the first model makes the manifest
        known = {name: one.digest[: about.DIGEST] for name, one in manifest.shipped(models).items()}
    task = test.get("task", TRANSLATION)
    for path in about.tables(models, task):
        if about.same(about.read(path).about, test):
            return path
    usual = models / about.shipped(test.get("tokeniser", about.USUAL), task).name
    if not usual.exists() or not known.items() & about.read(usual).weights.items():
        return usual
    told = [test.get(key, "") for key in about.TEST]
    mark = hashlib.sha256("\n".join(told).encode()).hexdigest()[:8]
    return usual.with_stem("-".join([usual.stem, *told[:2], mark]))


def withdraw(name: str, models: Path = manifest.MODELS) -> None:
    """Takes a model out of the box again: its folder, its entry, its rows in the tables.

    Raises UnknownModel for a name that is not in the box, ValueError for a table that is broken;
    then nothing is taken out.
    """
    left = {path: read(path).without(name) for path in models.glob(f"*{about.PATH.suffix}")}
    manifest.drop_entry(name, models)
    shutil.rmtree(models / name, ignore_errors=True)
    for path, table in left.items():
        if table.weights:
            write(path, table)
        else:
            path.unlink()
