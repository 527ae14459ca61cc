"""Learn a dictionary of glosses from training pairs: python -m core.glosses.

The pairs are split as training splits them, and learnt from those it trains on alone; the rest
measure how often glosses of the most frequent words are right. With --turned the second column is
glossed in the language of the first.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from pathlib import Path

from core.corpus import Pair, read_all, split_pairs
from core.digests import digest_at
from core.glosses import FOLDER, written
from core.glosses.learning import dictionary, frequent, measured

FREQUENT = 200  # words to measure


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m core.glosses", description=__doc__.split("\n")[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )  # fmt: skip
    parser.add_argument("data", nargs="+", type=Path, help="pairs of sentences, tab-separated")
    parser.add_argument("--languages", required=True, help="of the columns, such as eng-fra")
    parser.add_argument(
        "--turned", action="store_true", help="gloss the second column by the first, not the first"
    )
    parser.add_argument("--reads", choices=("first", "second"), default="first",
                        help="which column models read, by which the pairs are split")  # fmt: skip
    parser.add_argument("--held-out", type=int, default=2000, help="as it was in training")
    parser.add_argument(
        "--least", type=int, default=2, help="times that a word stands in the pairs"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the split")
    parser.add_argument("--source", default="Tatoeba Project, CC BY 2.0 FR", help="to be credited")
    parser.add_argument("--out", type=Path, default=FOLDER, help="a folder")
    return parser


def main(arguments: list[str] | None = None) -> int:
    asked = parser().parse_args(arguments)
    try:
        return learnt(asked)
    except (OSError, ValueError) as error:
        print(f"core.glosses: {error}", file=sys.stderr)
        return 2


def learnt(asked: argparse.Namespace) -> int:
    """Raises OSError or ValueError."""
    columns = asked.languages.split("-")
    if len(columns) != 2:
        raise ValueError(f"--languages: expected two codes, such as eng-fra, not {asked.languages}")
    language, reader = reversed(columns) if asked.turned else columns
    turned = asked.reads == "second"
    pairs = read_all(asked.data, lambda line: print(line, file=sys.stderr), turned)
    split = split_pairs(pairs, asked.held_out, asked.seed)
    held = [
        Pair(source, target)
        for part in (split.valid, split.test) for source, targets in part.items()
        for target in targets
    ]  # fmt: skip
    if turned != asked.turned:  # the written language stands first from here on
        held, train = ([Pair(*reversed(one)) for one in part] for part in (held, split.train))
    else:
        train = split.train
    found = dictionary(train, language, reader, asked.least)
    words = frequent(found, train, FREQUENT)
    result = measured(found, held, words, asked.seed)
    file = asked.out / f"{language}-{reader}.tsv"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(written(found), encoding="utf-8")
    command = ["python", "-m", "core.glosses", *(path.name for path in asked.data)]
    command += ["--languages", asked.languages, *["--turned"] * asked.turned]
    for name in ("reads", "held_out", "least", "seed"):
        if getattr(asked, name) != parser().get_default(name):
            command += [f"--{name.replace('_', '-')}", str(getattr(asked, name))]
    about = {
        "written": language, "reader": reader, "sha256": digest_at(file), "words": len(found.words),
        "pairs": len(train), "source": asked.source, "command": shlex.join(command),
        "measured": {**result._asdict(), "pairs": len(held)},
    }  # fmt: skip
    text = json.dumps(about, indent=2, ensure_ascii=False)
    file.with_suffix(".json").write_text(text + "\n", encoding="utf-8")
    shown = result.shown or 1
    print(
        f"{file}: {len(found.words):,} words, {file.stat().st_size / 1000:.0f} kB; of the "
        f"{result.words} most frequent words {result.glossed} have a sure gloss, which "
        f"{100 * result.shown / max(1, result.places):.1f} % of {result.places:,} places in "
        f"{len(held):,} held-out pairs show: {100 * result.right / shown:.1f} % of them stand in "
        f"the translation (by chance {100 * result.chance / shown:.1f} %)"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
