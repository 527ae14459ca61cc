"""From a training folder to a shipped model: its card, its example, its place in the manifest."""

from __future__ import annotations

import hashlib
import json
import shutil
import textwrap
from pathlib import Path

from core import manifest
from core.checkpoint import CONFIG, VOCABULARY, WEIGHTS
from core.evaluation.quality import by_length
from core.evaluation.table import Table, pick
from core.translator import Translator

EXAMPLE = "I did not know that you were there."
RECORD, CARD, STORED = "record.json", "card.md", "example.json"


def publish(
    translator: Translator,
    folder: Path,
    found: Table,
    pairs: int,
    remark: str,
    models: Path = manifest.MODELS,
) -> None:
    """Copies the model in `folder` to `models`, with a card that says what was measured."""
    home = models / translator.name
    home.mkdir(parents=True, exist_ok=True)
    for name in (CONFIG, WEIGHTS, VOCABULARY, RECORD):
        if folder.resolve() != home.resolve():
            shutil.copy(folder / name, home / name)
    trace = translator.translate(EXAMPLE)
    (home / STORED).write_text(trace.to_json(), encoding="utf-8")
    (home / CARD).write_text(card(translator, home, found, pairs, remark), encoding="utf-8")
    manifest.write_entry(
        manifest.Entry(
            translator.name,
            translator.source,
            translator.target,
            translator.model.config.score,
            translator.model.config.cell,
            EXAMPLE,
            trace.text,
            {
                name: hashlib.sha256((home / name).read_bytes()).hexdigest()
                for name in (CONFIG, WEIGHTS, VOCABULARY, RECORD, CARD, STORED)
            },
        ),
        models,
    )


def card(translator: Translator, home: Path, found: Table, pairs: int, remark: str = "") -> str:
    """The card of a model, in Markdown."""
    config = translator.model.config
    score = translator.model.score
    run = json.loads((home / RECORD).read_text(encoding="utf-8"))
    recipe, last = run["recipe"], run["measured"][-1]
    parameters = sum(value.numel() for value in translator.model.parameters())
    attention = (
        f"attention with the {score.name} score ({score.source})"
        if score
        else (
            "no attention: the encoder's last state is all that the decoder gets "
            "(Sutskever et al. 2014)"
        )
    )
    wiring = "Bahdanau's wiring (Bahdanau et al. 2015): it attends with the previous state"
    if config.wiring == "luong":
        wiring = "Luong's wiring (Luong et al. 2015)"
    bleu, bleu_all, chrf = (
        pick(found.rows, measure, model=translator.name, slice="test", setting=setting).iloc[0]
        for measure, setting in (("bleu", ""), ("bleu", "all references"), ("chrf", ""))
    )
    lines = "\n".join(
        f"| {row.words} | {row.sentences} | {row.bleu:.1f} | {row.chrf:.1f} |"
        for row in by_length(found.rows, translator.name)
    )
    return f"""# {translator.name}

English to French. {config.cell}, bidirectional encoder of {config.encoder_layers} layers, decoder
of {config.decoder_layers}, {config.size} dimensions, {attention}.
{wiring}, {"with" if config.input_feeding else "without"} input feeding.

## Data

{pairs:,} sentence pairs of the Tatoeba Project (tatoeba.org), in the selection of
manythings.org/anki of 2019-04-07, licensed CC BY 2.0 FR. The sentences are the work of Tatoeba's
contributors. Split by English sentence: {bleu["count"]:,} sentences of 3 to 20 words are held out
for the test, as many for validation, with all their translations.

## Training

| | |
| --- | --- |
| parameters | {parameters:,} ({(home / WEIGHTS).stat().st_size / 1e6:.1f} MB in half precision) |
| vocabulary | {config.vocabulary:,} pieces, joint, unigram, byte fallback |
| epochs, updates | {recipe["epochs"]}, {last["update"]:,} |
| training time | {last["seconds"] / 60:.0f} minutes on {run["device"]} |
| seed | {recipe["seed"]} |
| dropout, label smoothing | {config.dropout}, {recipe["smoothing"]} |
| learning rate | {recipe["rate"]} at most; {recipe["warmup"]} updates up, half a cosine down |
| batch | about {recipe["tokens"]:,} target tokens |
| weights kept | exponential average, {recipe["average"]} an update |
{remark and chr(10) + textwrap.fill(remark, 99) + chr(10)}
## Quality

Greedy decoding of the {bleu["count"]:,} test sentences.

| measure | value | signature |
| --- | --- | --- |
| BLEU, first translation as the only reference | **{bleu.value:.1f}** | `{found.about["bleu"]}` |
| BLEU, all translations that the corpus has | {bleu_all.value:.1f} | |
| chrF, first translation | {chrf.value:.1f} | `{found.about["chrf"]}` |

By length, validation sentences included:

| words in the source | sentences | BLEU | chrF |
| --- | --- | --- | --- |
{lines}

## What it is bad at

It has read short everyday sentences, mostly of fewer than ten words. It is at a loss with long or
technical sentences, rare words and names, which it spells out piece by piece or replaces, with
numbers, and with anything that is not English. It chooses between *tu* and *vous*, and between
masculine and feminine, without knowing whom you mean. It is meant for looking at how attention
works, not for translating what matters.
"""
