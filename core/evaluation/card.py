"""From a training folder to a shipped model: its card, its example, its place in the manifest."""

from __future__ import annotations

import hashlib
import json
import shutil
import textwrap
from pathlib import Path

from core import manifest
from core.checkpoint import facts
from core.evaluation.quality import by_length
from core.manifest import CONFIG, RECORD, WEIGHTS
from core.measurements.opening import opening
from core.measurements.table import Table, pick
from core.models.recurrent import RecurrentConfig
from core.models.transformer import TransformerConfig
from core.trace import Score
from core.translator import Translator

EXAMPLE = "I did not know that you were there."
CARD, STORED = "card.md", "example.json"
DECAYS = {"cosine": "half a cosine down", "inverse-sqrt": "down by the inverse of their root"}


def _recurrent(config: RecurrentConfig, score: Score | None) -> str:
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
    return (
        f"English to French. {config.cell}, bidirectional encoder of {config.encoder_layers} "
        f"layers, decoder of {config.decoder_layers}, {config.size} dimensions, {attention}. "
        f"{wiring}, {'with' if config.input_feeding else 'without'} input feeding."
    )


def _transformer(config: TransformerConfig, score: Score) -> str:
    norm = {
        "pre": "normalised before each sublayer (Xiong et al. 2020)",
        "post": "normalised after each sublayer",
    }[config.norm]
    return (
        f"English to French. Transformer (Vaswani et al. 2017): encoder of "
        f"{config.encoder_layers} layers, decoder of {config.decoder_layers}, {config.size} "
        f"dimensions, {config.heads} heads of {config.size // config.heads} in each attention, "
        f"{config.inner:,} dimensions within the feed-forward parts, sinusoidal positions, {norm}. "
        f"One matrix embeds both languages and reads out the next token. Attention with the "
        f"{score.name} score ({score.source})."
    )


# What a model is, for each kind that `core.checkpoint` knows.
BUILDS = {RecurrentConfig.kind: _recurrent, TransformerConfig.kind: _transformer}


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
    for name in (CONFIG, WEIGHTS, translator.vocabulary.file, RECORD):
        if folder.resolve() != home.resolve():
            shutil.copy(folder / name, home / name)
    trace = translator.translate(EXAMPLE)
    told = facts(translator.model, translator.vocabulary)
    (home / STORED).write_text(trace.to_json(), encoding="utf-8")
    (home / CARD).write_text(card(translator, home, found, pairs, remark), encoding="utf-8")
    manifest.write_entry(
        manifest.Entry(
            translator.name,
            translator.source,
            translator.target,
            told,
            EXAMPLE,
            trace.text,
            opening(found.rows, translator.name, told),
            {
                name: hashlib.sha256((home / name).read_bytes()).hexdigest()
                for name in (CONFIG, WEIGHTS, translator.vocabulary.file, RECORD, CARD, STORED)
            },
        ),
        models,
    )


def card(translator: Translator, home: Path, found: Table, pairs: int, remark: str = "") -> str:
    """The card of a model, in Markdown."""
    config = translator.model.config
    run = json.loads((home / RECORD).read_text(encoding="utf-8"))
    recipe, last = run["recipe"], run["measured"][-1]
    parameters = sum(value.numel() for value in translator.model.parameters())
    decay = DECAYS[recipe.get("schedule", "cosine")]
    bleu, bleu_all, chrf = (
        pick(found.rows, measure, model=translator.name, slice="test", setting=setting).iloc[0]
        for measure, setting in (("bleu", ""), ("bleu", "all references"), ("chrf", ""))
    )
    lines = "\n".join(
        f"| {row.words} | {row.sentences} | {row.bleu:.1f} | {row.chrf:.1f} |"
        for row in by_length(found.rows, translator.name)
    )
    return f"""# {translator.name}

{textwrap.fill(BUILDS[config.kind](config, translator.described().score), 99)}

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
| epochs, updates | {len(run["measured"])}, {last["update"]:,} |
| training time | {last["seconds"] / 60:.0f} minutes on {run["device"]} |
| seed | {recipe["seed"]} |
| dropout, label smoothing | {config.dropout}, {recipe["smoothing"]} |
| learning rate | {recipe["rate"]} at most; {recipe["warmup"]:,} updates up, {decay} |
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
