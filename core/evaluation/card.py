"""From a training folder to a shipped model: its card, its example, its place in the manifest."""

from __future__ import annotations

import hashlib
import json
import shutil
import textwrap
from pathlib import Path
from typing import NamedTuple

from core import manifest
from core.about import ABOUT, About
from core.checkpoint import facts
from core.evaluation.quality import by_length
from core.manifest import CONFIG, RECORD, WEIGHTS
from core.measurements.about import tables
from core.measurements.opening import opening
from core.measurements.table import Table, pick, read, write
from core.translator import Translator
from core.words.languages import language

CARD, STORED = "card.md", "example.json"
DECAYS = {"cosine": "half a cosine down", "inverse-sqrt": "down by the inverse of their root"}


class Told(NamedTuple):
    """What only a person can say of a model; what is empty is not known."""

    remark: str = ""  # on the training
    provenance: str = ""  # whose sentences these are, under which licence
    weaknesses: str = ""
    example: str = ""  # the sentence that pages open on


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
    """Copies the model in `folder` to `models`, with a card that says what was measured.

    All of it or nothing: the new folder takes the place of the old one when it is whole. It opens
    on what the person said, or on `example`.
    """
    home, new = models / translator.name, models / f"{translator.name}.new"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    try:
        for name in (CONFIG, WEIGHTS, translator.vocabulary.file, RECORD, ABOUT):
            if (folder / name).exists():
                shutil.copy(folder / name, new / name)
        trace = translator.translate(told.example or example)
        (new / STORED).write_text(trace.to_json(), encoding="utf-8")
        (new / CARD).write_text(card(translator, new, found, pairs, came, told), encoding="utf-8")
        stated = facts(translator.model, translator.vocabulary)
        entry = manifest.Entry(
            translator.name,
            translator.source,
            translator.target,
            stated,
            trace.typed,
            trace.text,
            opening(found.rows, translator.name, stated),
            {
                path.name: hashlib.sha256(path.read_bytes()).hexdigest()
                for path in sorted(new.iterdir())
            },
        )
        shutil.rmtree(home, ignore_errors=True)
        new.replace(home)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    manifest.write_entry(entry, models)


def withdraw(name: str, models: Path = manifest.MODELS) -> None:
    """Takes a model out of the box again: its folder, its entry, its rows in the tables.

    Raises UnknownModel for a name that is not in the box.
    """
    manifest.drop_entry(name, models)
    shutil.rmtree(models / name, ignore_errors=True)
    for path in tables(models):
        left = read(path).without(name)
        if left.weights:
            write(path, left)
        else:
            path.unlink()


def card(
    translator: Translator, home: Path, found: Table, pairs: int, came: About, told: Told
) -> str:
    """The card of a model, in Markdown; what nobody said it does not say either."""
    config = translator.model.config
    run = json.loads((home / RECORD).read_text(encoding="utf-8"))
    recipe, last = run["recipe"], run["measured"][-1] if run["measured"] else None
    parameters = sum(value.numel() for value in translator.model.parameters())
    decay = DECAYS[recipe.get("schedule", "cosine")]
    trained = "not recorded: stopped before the first epoch ended"
    minutes = "not recorded"
    if last:
        trained = f"{len(run['measured'])}, {last['update']:,}"
        minutes = f"{last['seconds'] / 60:.0f} minutes on {run['device']}"
    bleu, bleu_all, chrf, errors = (
        pick(found.rows, measure, model=translator.name, slice="test", setting=setting).iloc[0]
        for measure, setting in (
            ("bleu", ""), ("bleu", "all references"), ("chrf", ""), ("cer", "")
        )
    )  # fmt: skip
    lines = "\n".join(
        f"| {row.words} | {row.sentences} | {row.bleu:.1f} | {row.chrf:.1f} | {row.cer:.1f}% |"
        for row in by_length(found.rows, translator.name)
    )
    languages = " to ".join(language(code, "en") for code in (came.source, came.target))
    short = ""
    if recipe.get("longest"):
        short = (
            f"Of those to train on, the ones whose source has at most {recipe['longest']} "
            f"{translator.vocabulary.kind} were used. "
        )
    data = (
        f"{pairs:,} pairs of sentences{f' of {came.data}' if came.data else ''}. "
        f"{told.provenance or 'Where they come from and under which licence was not said.'} "
        f"{short}Split by source sentence: {bleu['count']:,} sentences of 3 to 20 words are held "
        f"out for the test, as many for validation, with all their translations."
    )
    weak = told.weaknesses or "Nobody has said yet. Look at its measurements by length."
    return f"""# {translator.name}

{textwrap.fill(f"{languages}. {translator.model.made_of()}", 99)}

## Data

{textwrap.fill(data, 99)}

## Training

| | |
| --- | --- |
| parameters | {parameters:,} ({(home / WEIGHTS).stat().st_size / 1e6:.1f} MB in half precision) |
| vocabulary | {config.vocabulary:,} {translator.vocabulary.kind} |
| epochs, updates | {trained} |
| training time | {minutes} |
| seed | {recipe["seed"]} |
| optimiser | {recipe.get("optimiser", "adam")} |
| dropout, label smoothing | {config.dropout}, {recipe["smoothing"]} |
| learning rate | {recipe["rate"]} at most; {recipe["warmup"]:,} updates up, {decay} |
| batch | about {recipe["tokens"]:,} target tokens |
| weights kept | exponential average, {recipe["average"]} an update |
{told.remark and chr(10) + textwrap.fill(told.remark, 99) + chr(10)}
## Quality

Greedy decoding of the {bleu["count"]:,} test sentences.

| measure | value | signature |
| --- | --- | --- |
| BLEU, first translation as the only reference | **{bleu.value:.1f}** | `{found.about["bleu"]}` |
| BLEU, all translations that the corpus has | {bleu_all.value:.1f} | |
| chrF, first translation | {chrf.value:.1f} | `{found.about["chrf"]}` |
| character error rate, first translation | {100 * errors.value:.1f}% | |

By length, validation sentences included:

| words in the source | sentences | BLEU | chrF | character errors |
| --- | --- | --- | --- | --- |
{lines}

## What it is bad at

{textwrap.fill(weak, 99)}
"""
