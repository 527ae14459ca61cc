"""Measure models: python -m core.evaluation, for all that are shipped, or names and folders."""

from __future__ import annotations

import argparse
import hashlib
import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from core import manifest
from core.about import TRANSLATION, About, fingerprint
from core.checkpoint import facts, save_facts
from core.evaluation import publishing
from core.evaluation.job import LINKED, Job, chosen, jobs, told
from core.evaluation.measure import measure
from core.evaluation.origin import check_data
from core.evaluation.publishing import withdraw
from core.evaluation.quality import by_length, signatures
from core.loader import load
from core.manifest import WEIGHTS, ModelError
from core.measurements import about, table
from core.measurements.opening import opening
from core.measurements.table import DIGEST, Table
from core.opening import first, write_opening
from core.tasks import Asked, tasks
from core.translator import use_threads


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m core.evaluation",
        description="Measure models: quality on the held-out sentences of their corpus, alignment "
        "with human links, the behaviour of attention, cost. Without a model all shipped ones are "
        "measured and the table is written that the app draws.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument(
        "models", nargs="*", help="names of the manifest, or folders that training wrote"
    )
    parser.add_argument(
        "--data", type=Path, nargs="+", help="the TSV of the training; left out, the file of that "
        "name in HEED_DATA"
    )  # fmt: skip
    parser.add_argument(
        "--alignments",
        type=Path,
        help="sentence pairs, source ||| target, with links in the .gold file beside it, or an "
        "object a line (.jsonl); left out, what HEED_DATA has of the languages: "
        f"{', '.join(LINKED)}; where there is none, alignment is not measured",
    )
    parser.add_argument(
        "--held-out", type=int, help="for a model whose folder does not say it: as in the training"
    )
    parser.add_argument(
        "--languages",
        nargs=2,
        help="ISO 639 codes, for a model whose folder does "
        "not say them, or which of its pairs is measured",
    )
    parser.add_argument("--seed", type=int, default=1, help="of all resampling")
    parser.add_argument("--slice", type=int, help="measure on the first few sentences alone")
    parser.add_argument("--threads", type=int, default=1, help="processor threads")
    parser.add_argument(
        "--table",
        type=Path,
        help="where to write the table; left out, all shipped models write "
        f"that of the app, and folders that training wrote one each, {about.FILE} in them",
    )
    parser.add_argument(
        "--publish",
        action="store_true",
        help="put the models among the shipped ones: folder, card, example and manifest entry",
    )
    parser.add_argument(
        "--withdraw",
        action="store_true",
        help="take the models named out of the shipped ones again; nothing is measured",
    )
    parser.add_argument(
        "--keep",
        action="store_true",
        help="take the searches, which need longest, from the table, of models that are in it with "
        "these weights; it must have been written by the same command",
    )
    parser.add_argument("--remark", default="", help="a remark on the training, for the card")
    parser.add_argument(
        "--provenance", default="", help="whose sentences these are and under which licence, for "
        "the card"
    )  # fmt: skip
    parser.add_argument("--weaknesses", default="", help="what it is bad at, for the card")
    parser.add_argument(
        "--example", default="", help="the sentence to open on; the first test sentence without"
    )
    return parser


def main() -> int:
    options = parser().parse_args()
    try:
        return run(options)
    except (OSError, ValueError, ModelError) as error:
        print(f"core.evaluation: {error}", file=sys.stderr)
        return 2


def run(options: argparse.Namespace) -> int:
    """Measures, prints, writes, publishes. Raises OSError, ValueError or ModelError."""
    check(options)
    if options.withdraw:
        for name in options.models:
            withdraw(name)
            print(f"{name} is taken out of the box")
        return 0
    use_threads(options.threads)
    folders = chosen(options.models)
    came = {name: manifest.about_of(folder) for name, folder in folders.items()}
    others = [name for name, one in came.items() if one.task != TRANSLATION]
    for name in others:
        measure_other(options, folders[name], came[name])
    translating = {name: folder for name, folder in folders.items() if name not in others}
    for job in jobs(options, translating) if translating else ():
        measure_alike(options, job)
    return 0


def check(options: argparse.Namespace) -> None:
    """Raises ValueError for options that cannot be."""
    for name, least in (("threads", 1), ("seed", 0), ("slice", 1), ("held-out", 1)):
        value = getattr(options, name.replace("-", "_"))
        if value is not None and value < least:
            raise ValueError(f"--{name}: expected {least} or more, not {value}")
    About(*(options.languages or ()))
    if options.withdraw and not options.models:
        raise ValueError("--withdraw: name the models to take out of the box")
    if options.slice and not (options.models or options.table):
        raise ValueError(
            "--slice: a part of the sentences makes no table for the app; say with --table where "
            "to write it"
        )


def measure_alike(options: argparse.Namespace, job: Job) -> None:
    """Measures, prints, writes and publishes models that are compared with each other."""
    came, folders, translators = job.came, job.folders, job.translators
    said = about.test(came, fingerprint(*job.data), options.slice, job.tokens, job.left_out)
    where = options.table or (None if options.models else publishing.place(said))
    box = manifest.MODELS.resolve()
    own = {} if where else {n: f for n, f in folders.items() if f.resolve().parent != box}
    kept = []
    if options.keep:
        kept = searches(where or publishing.place(said), command(options), folders)
    rows = measure(translators, folders, job.held, job.aligned, options.seed, bar, kept)
    found = Table(
        table.frame(rows),
        {
            "command": command(options),
            "seed": str(options.seed),
            "threads": str(options.threads),
            **said,
            **signatures(),
        },
        {name: weights_digest(folder) for name, folder in folders.items()},
    )
    for name in translators:
        show(found, name)
    if where:
        table.write(where, found)
        print(f"\n{len(found.rows)} rows: {where}")
    for name, folder in own.items():
        stated = facts(translators[name].model, translators[name].vocabulary)
        save_facts(folder, stated)
        table.write(folder / about.FILE, found.only(name))
        if opens := opening(found.rows, name, stated):
            write_opening(opens, folder)
        print(f"\nThe rows of {name}: {folder / about.FILE}")
    if options.publish:
        first = next(iter(job.held.test))
        for name, translator in translators.items():
            publishing.publish(
                translator, folders[name], found, job.pairs, came, told(options), first
            )
            print(f"{name} is in the box: {manifest.MODELS / name}")


def measure_other(options: argparse.Namespace, folder: Path, came: About) -> None:
    """Measures, prints, writes and publishes a model of another task than translation."""
    home, facade = Path(os.environ.get("HEED_DATA", ".")), load(folder)
    data = options.data or [home / name for name in came.files]
    check_data(came, data, [facade.name])
    if options.publish:
        publishing.check_name(facade.name, folder)
    asked = Asked(options.seed, options.slice, told(options), bar)
    measured = tasks()[came.task].evaluate(facade, folder, data, asked)
    said = about.test(
        came, fingerprint(*data) if data else "", options.slice, facade.facts.tokeniser
    )
    found = Table(
        table.frame(measured.rows),
        {
            "command": command(options), "seed": str(options.seed),
            "threads": str(options.threads), **said,
        },
        {facade.name: weights_digest(folder)},
    )  # fmt: skip
    show(found, facade.name)
    save_facts(folder, facade.facts)
    where = options.table or folder / about.FILE
    if options.table or folder.resolve().parent != manifest.MODELS.resolve():
        table.write(where, found)
        print(f"\nThe rows of {facade.name}: {where}")
    if options.publish:
        opens = first(facade.facts)
        publishing.put(facade, folder, found, measured.card, measured.trace, opens)
        print(f"{facade.name} is in the box: {manifest.MODELS / facade.name}")


def searches(path: Path, asked: str, folders: Mapping[str, Path]) -> list[table.Row]:
    """The rows of searches that the table in `path` has of these very models.

    Raises ValueError when another command than the one `asked` wrote it.
    """
    before = table.read(path)
    if before.about["command"] != asked:
        raise ValueError(f"{path} was written by {before.about['command']}; leave --keep out")
    same = [n for n, folder in folders.items() if before.current(n, weights_digest(folder))]
    return [row for row in table.searches(before.rows) if row.model in same]


def command(options: argparse.Namespace) -> str:
    """The command that measures this again, files by their names alone."""
    words = [Path(model).name for model in options.models]
    plain = parser()
    for name in ("held_out", "languages", "seed", "slice", "threads"):
        value = getattr(options, name)
        if value != plain.get_default(name):
            words += [f"--{name.replace('_', '-')}", *(value if name == "languages" else [value])]
    if options.data:
        words += ["--data", *(path.name for path in options.data)]
    if options.alignments:
        words += ["--alignments", options.alignments.name]
    return shlex.join(["python", "-m", "core.evaluation", *map(str, words)])


def show(found: Table, name: str) -> None:
    """Prints what was measured of one model."""
    own = found.rows[(found.rows["model"] == name) & (found.rows["against"] == "")]
    print(f"\n{name}")
    for row in own[~own["slice"].str.endswith("words")].itertuples():
        if row.setting.startswith("threshold"):
            continue
        what = " ".join(filter(None, (row.measure, row.block, row.setting)))
        between = "" if pd.isna(row.low) else f"  {row.low:.4g} to {row.high:.4g}"
        print(f"  {what:24} {table.written(row.value):>10}{between}  {row.unit}")
    if (found.rows["measure"] == "bleu").any():
        print(pd.DataFrame(by_length(found.rows, name)).round(1).to_string(index=False))
    for row in found.rows[(found.rows["model"] == name) & found.rows["p"].notna()].itertuples():
        if row.measure == "bleu" and row.slice == "test" and not row.setting:
            print(f"  BLEU less that of {row.against}: {row.value:+.2f}, p = {row.p:.3f}")


def weights_digest(folder: Path) -> str:
    return hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()[:DIGEST]


def bar(items, what: str):
    return tqdm(items, desc=what, unit="")


if __name__ == "__main__":
    sys.exit(main())
