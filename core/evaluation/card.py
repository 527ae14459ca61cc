"""The card of a model, in Markdown: what it is, what was measured, what its maker said of it."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import NamedTuple

from core import manifest
from core.about import UNDETERMINED, About
from core.evaluation.quality import by_length
from core.manifest import WEIGHTS
from core.measurements.table import Table, pick
from core.record import Record, read_record
from core.translator import Translator
from core.words.languages import language

DECAYS = {"cosine": "half a cosine down", "inverse-sqrt": "down by the inverse of their root"}


class Told(NamedTuple):
    """What only a person can say of a model; what is empty is not known."""

    remark: str = ""  # on the training
    provenance: str = ""  # whose sentences these are, under which licence
    weaknesses: str = ""
    example: str = ""  # the sentence that pages open on


def card(
    translator: Translator, home: Path, found: Table, pairs: int, came: About, told: Told
) -> str:
    """The card of a model, in Markdown; what nobody said it does not say either."""
    config, record = translator.model.config, read_record(home)
    parameters = sum(value.numel() for value in translator.model.parameters())
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
    if came.source == came.target == UNDETERMINED:
        languages = "From which language into which it translates was not said"
    if several := manifest.about_of(home).parts:
        sources = ", ".join(language(part.source, "en") for part in several)
        languages = (
            f"{sources} to {language(came.target, 'en')}, by one model (Johnson et al. 2017, "
            f"arXiv 1611.04558); what follows was measured on {language(came.source, 'en')}"
        )
    short = ""
    if record and record.recipe.get("longest"):
        short = (
            f"Of those to train on, the ones whose source has at most {record.recipe['longest']} "
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
{trained(record, config.dropout)}
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


def trained(record: Record | None, dropout: float, batched: str = "target tokens") -> str:
    """The rows of the card that say how a model was trained, as far as it was recorded."""
    if record is None:
        return "| training | not recorded |"
    run, minutes = "not recorded: stopped before the first epoch ended", "not recorded"
    if record.measured:
        last = record.measured[-1]
        run = f"{len(record.measured)}, {last['update']:,}"
        minutes = f"{last['seconds'] / 60:.0f} minutes on {record.device}"
    recipe = record.recipe
    rate = f"{recipe['rate']} at most; {recipe['warmup']:,} updates up"
    rows = {
        "epochs, updates": run,
        "training time": minutes,
        "seed": recipe["seed"],
        "optimiser": recipe.get("optimiser", "adam"),
        "dropout, label smoothing": f"{dropout}, {recipe['smoothing']}",
        "learning rate": f"{rate}, {DECAYS[recipe.get('schedule', 'cosine')]}",
        "batch": f"about {recipe['tokens']:,} {batched}",
        "weights kept": f"exponential average, {recipe['average']} an update",
    }
    return "\n".join(f"| {name} | {value} |" for name, value in rows.items())
