"""Measure models on sentences longer than they have learnt: python -m core.evaluation.long.

The sentences are of other texts than those of the training: news, encyclopaedias, medicine. Their
words are others too, so beside BLEU and chrF by length stand `strange`, the share of tokens that no
piece was learnt for (a byte, or the mark of the unknown), and `fertility`, into how many tokens a
word is split. What falls with length is therefore not the length's doing alone.
"""

from __future__ import annotations

import argparse
import gzip
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.about import fingerprint
from core.corpus import Pair
from core.evaluation.__main__ import bar, show, weights_digest
from core.evaluation.bootstrap import estimate
from core.evaluation.job import chosen
from core.evaluation.quality import compared, signatures, translations
from core.loader import load
from core.measurements import about, table
from core.measurements.longer import TASK
from core.measurements.table import Row, Table
from core.refusals import ModelError
from core.tokenisers import STRANGE
from core.translator import Translator, use_threads

BANDS = ((5, 10), (11, 15), (16, 20), (21, 25), (26, 30), (31, 35), (36, 40))  # words of a source
FILES = tuple(f"eng-fra.long.{name}.tsv.gz" for name in ("flores", "ntrex", "tico19"))


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m core.evaluation.long",
        description="Measure translators on long sentences of other texts, by length, and write "
        "the table that the app shows.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("models", nargs="*", help="names or folders; left out, all in the box")
    parser.add_argument(
        "--data", type=Path, nargs="+", help="files of two columns; left out, "
        f"{', '.join(FILES)} in HEED_DATA"
    )  # fmt: skip
    parser.add_argument("--languages", default="eng-fra", help="of the files")
    parser.add_argument("--each", type=int, default=40, help="sentences of each length and file")
    parser.add_argument("--seed", type=int, default=1, help="of the resampling")
    parser.add_argument("--threads", type=int, default=1, help="processor threads")
    parser.add_argument("--table", type=Path, help="where to write; left out, that of the app")
    return parser


def main() -> int:
    options = parser().parse_args()
    try:
        run(options)
    except (OSError, ValueError, ModelError) as error:
        print(f"core.evaluation.long: {error}", file=sys.stderr)
        return 2
    return 0


def run(options: argparse.Namespace) -> None:
    """Measures, prints, and writes. Raises OSError, ValueError or ModelError."""
    for name, least in (("each", 1), ("seed", 0), ("threads", 1)):
        if getattr(options, name) < least:
            raise ValueError(f"--{name}: expected {least} or more, not {getattr(options, name)}")
    use_threads(options.threads)
    home = Path(os.environ.get("HEED_DATA", "."))
    files = options.data or [home / name for name in FILES]
    bands = sample(files, options.each)
    folders = chosen(options.models)
    models = {name: load(folder) for name, folder in folders.items()}
    source, target = options.languages.split("-")
    models = {
        name: one for name, one in models.items()
        if (one.source, one.target) == (source, target) and one.vocabulary.kind == about.USUAL
    }  # fmt: skip
    rows = [row for one in models.values() for row in rows_of(one, bands, options.seed)]
    said = {
        "source": source, "target": target,
        "data": ", ".join(f"{path.name} {fingerprint(path)[: about.DIGEST]}" for path in files),
        "slice": f"the first {options.each} sentences of each length and file",
        "tokeniser": about.USUAL, "task": TASK,
    }  # fmt: skip
    words = ["python", "-m", "core.evaluation.long", *options.models, "--each", str(options.each)]
    asked = {
        "command": shlex.join([*words, *(["--seed", str(options.seed)] * (options.seed != 1))]),
        "seed": str(options.seed), "threads": str(options.threads),
    }  # fmt: skip
    digests = {name: weights_digest(folders[name]) for name in models}
    found = Table(table.frame(rows), {**asked, **said, **signatures()}, digests)
    for name in models:
        show(found, name)
    path = options.table or about.shipped(task=TASK)
    table.write(path, found)
    print(f"{path}: {len(found.rows)} rows")


def sample(files: Sequence[Path], each: int) -> dict[tuple[int, int], list[Pair]]:
    """Of each file the first `each` sentences of each length. Raises OSError or ValueError."""
    found: dict[tuple[int, int], list[Pair]] = {band: [] for band in BANDS}
    for path in files:
        room = dict.fromkeys(BANDS, each)
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                columns = line.rstrip("\n").split("\t")
                if len(columns) != 2:
                    raise ValueError(f"{path}, line {number}: two columns, not {len(columns)}")
                count = len(columns[0].split())
                band = next((one for one in BANDS if one[0] <= count <= one[1]), None)
                if band and room[band]:
                    room[band] -= 1
                    found[band].append(Pair(*columns))
    return {band: pairs for band, pairs in found.items() if pairs}


def rows_of(
    translator: Translator, bands: dict[tuple[int, int], list[Pair]], seed: int
) -> list[Row]:
    """The rows of one model: BLEU and chrF of its greedy translations, and how much of what it
    read was strange to it."""
    rows = []
    for (low, high), pairs in bar(bands.items(), translator.name):
        sources, targets = zip(*pairs, strict=True)
        like = Row(translator.name, "", 0.0, slice=f"{low}-{high} words", count=len(pairs))
        texts = translations(translator, sources)
        rows += compared({translator.name: texts}, [targets], seed, like)
        read = [
            [one.piece for one in translator.vocabulary.source_tokens(text) if not one.mark]
            for text in sources
        ]
        odd = [(sum(map(bool, map(STRANGE.fullmatch, one))), len(one)) for one in read]
        split = [(len(one), len(text.split())) for one, text in zip(read, sources, strict=True)]
        for measure, parts in (("strange", odd), ("fertility", split)):
            found = estimate(np.array(parts, float), seed)  # (N, 2)
            rows.append(like._replace(measure=measure, **found._asdict()))
    return rows


if __name__ == "__main__":
    sys.exit(main())
