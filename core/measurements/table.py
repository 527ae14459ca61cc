"""The table of all measurements: one row a number, tidy, read and written as CSV.

| column | what it holds |
| --- | --- |
| model | the model's name; empty for what needs no model |
| measure | a key of UNITS |
| block | the attention that was measured, "cross", see below; empty for the whole model |
| slice | sentences: "test", "first 500 of test", "3-5 words" (of test, validation), "hansards" |
| setting | what else: a rule for links, "all references", "beam=4 alpha=0.6", "less 3-5 words" |
| against | the other model of a comparison, or the other setting of the same model |
| value | the number; with `against`, that of the model less that of the other one |
| low, high | its 95% bootstrap interval over sentences, see below |
| p | of the difference, by one of the two tests below; under SIGNIFICANT it is called significant |
| count | how many sentences, pairs or links it rests on |
| unit | of the value |

Of a Transformer "cross" is the mean of all its heads' weights, "cross.2" that of the heads of layer
2, "cross.2.5" head 5 of layer 2. Links by a threshold, differences and divergences are there for
the mean alone.

With the setting "less 3-5 words" the value is that of the slice less that of the sentences of 3 to
5 words; with `against` too, it is how much larger the lead over the other model is in the slice.

Two tests stand in the column p, both on whole sentences drawn again 1,000 times:

- BLEU and chrF: the paired bootstrap of sacrebleu (Koehn 2004; Post 2018), the field's tool. It
  compares the size of the difference with how far the sizes of the resampled ones are above their
  mean, which is one-sided in effect: of models that do not differ about one pair of ten comes out
  below 0.05. Their interval is sacrebleu's too: the mean of the resampled scores ± half of what
  lies between the 2.5th and the 97.5th percentile.
- all other measures, and BLEU with the setting "less ...": the two-sided test of
  `core.evaluation.bootstrap`, which comes out below 0.05 for about one such pair of twenty. Their
  intervals are the percentiles themselves.

Nothing is corrected for the number of comparisons. Six models make 15 pairs for each measure, so
some of the differences that are called significant come by chance.

`divergence` lies between two models, so its value is no difference. What was not measured has no
row. Before the rows stand comments: the command, the seed, the threads, sacrebleu's signatures and
the beginning of the SHA-256 of every model's weights, which shows when a model was trained again.
All but the times (`decoding`) comes out the same each time that the command is run.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from core.measurements import about
from core.measurements.about import DIGEST, TEST
from core.words.languages import known

HEAVIEST, DIAGONAL = "heaviest", "diagonal"  # rules for links, as settings
SETTINGS = ("beam=", "forced")  # what a model is compared with that is itself, set otherwise
SIGNIFICANT = 0.05
PAIR = re.compile(r"([a-z]{2,3})-([a-z]{2,3})-")  # the languages that a name begins with

UNITS = {
    "bleu": "0-100",
    "chrf": "0-100",
    "cer": "share",
    "perplexity": "per token",
    "word_perplexity": "per word",
    "pseudo_perplexity": "per token",  # each of them hidden, and read from both sides
    "masked_loss": "nats per token",  # its logarithm
    "accuracy": "share",  # of tokens or answers that are right, or are among the first few
    "log_prob": "nats per sentence",
    "length": "tokens",
    "aer": "share",
    "precision": "share",
    "recall": "share",
    "left_out": "pairs",  # too long for one of the models
    "entropy": "nats",
    "largest": "share",
    "end": "share",
    "punctuation": "share",
    "coverage": "share",
    "divergence": "nats",
    "head_cost": "nats per token",
    "parameters": "parameters",
    "decoding": "ms per token",
    "training": "minutes",
    "commonest": "share",  # of answers that are one of the model's own few commonest ones
    "said": "share",  # of answers that are the one which the setting names
    "words_written": "words per answer",
    "strange": "share",  # of tokens that no piece was learnt for, see `core.tokenisers.STRANGE`
    "fertility": "tokens per word",
    "reference_loss": "nats per token",  # of the reference, forced or after the model's own words
    "confidence": "share",  # probability of the likeliest token
    "calibration_error": "share",  # mean distance of that from the share of right ones
    "kendall": "-1 to 1",  # how far two explanations rank the source alike
    "overlap": "share",  # of the three heaviest of one that are among those of the other
    "completeness": "share",  # error of integrated gradients
    "supported": "share",  # of looks whose heaviest line is one that the answer follows from
    "pointing": "share",  # of words for things whose heaviest cell is on the thing that they name
}


def setting(width: int, alpha: float = 0.0) -> str:
    """What the table calls a search with that beam and that length penalty of Wu et al. 2016."""
    return f"beam={width} alpha={alpha:g}"


def less(slice_: str) -> str:
    """What the table calls a value less that of another slice."""
    return f"less {slice_}"


def label(rows: pd.DataFrame, name: str) -> str:
    """What a model is called beside the others in `rows`: without its languages, unless another
    one would be called the same."""
    others = {_bare(other) for other in rows["model"].unique() if other != name}
    return name if _bare(name) in others else _bare(name)


@cache
def _bare(name: str) -> str:
    """A name without the languages that it begins with: eng-fra-dot has some, my-own-dot none."""
    found = PAIR.match(name)
    return name[found.end() :] if found and all(map(known, found.groups())) else name


class Row(NamedTuple):
    """One number; see the columns above."""

    model: str
    measure: str
    value: float
    low: float | None = None
    high: float | None = None
    p: float | None = None
    count: int | None = None
    block: str = ""
    slice: str = ""
    setting: str = ""
    against: str = ""


COLUMNS = (
    "model", "measure", "block", "slice", "setting", "against", "value", "low", "high", "p",
    "count", "unit",
)  # fmt: skip
TEXTS = ("model", "measure", "block", "slice", "setting", "against", "unit")


class Table(NamedTuple):
    """All rows, and what is said above them: `about` has command, seed, threads, and the signatures
    of bleu and chrf."""

    rows: pd.DataFrame
    about: dict[str, str]
    weights: dict[str, str]  # model -> the first digits of the SHA-256 of its weights

    @property
    def test(self) -> tuple[str, ...]:
        """What the models were measured on; tables are comparable where it is equal."""
        return tuple(self.about.get(key, "") for key in TEST)

    def only(self, name: str) -> Table:
        """The rows of one model, and those that belong to none."""
        return self._replace(rows=self.rows[self.rows["model"].isin(["", name])])

    def without(self, name: str) -> Table:
        """All but the rows of one model and those that compare another with it."""
        there = (self.rows["model"] != name) & (self.rows["against"] != name)
        weights = {other: sha for other, sha in self.weights.items() if other != name}
        return self._replace(rows=self.rows[there], weights=weights)

    def current(self, name: str, digest: str) -> bool:
        """Whether the model called `name`, whose weights have this SHA-256, was measured."""
        return self.weights.get(name) == digest[:DIGEST]


def frame(rows: Iterable[Row]) -> pd.DataFrame:
    """Rows as a frame with the columns of the table, units filled in."""
    found = pd.DataFrame(rows, columns=Row._fields)
    found["unit"] = found["measure"].map(UNITS)
    return _typed(found[list(COLUMNS)])


def write(path: Path, table: Table) -> None:
    """Writes `table` to `path` as `read` reads it. Raises OSError when it cannot be written."""
    path.write_text(text(table), encoding="utf-8")


def text(table: Table) -> str:
    """The table as its file has it."""
    notes = {**table.about, **{f"weights {name}": sha for name, sha in table.weights.items()}}
    lines = "".join(f"# {key}: {value}\n" for key, value in notes.items())
    rows = table.rows.to_csv(index=False, float_format=written, lineterminator="\n")
    return lines + rows


def written(value: float) -> str:
    """Six digits, and all before the point."""
    whole = value == round(value) or abs(value) >= 1e6
    return f"{value:.0f}" if whole else f"{value:.6g}"


def gather(tables: Iterable[Table]) -> list[Table]:
    """One table for each test set, of all models that were measured on it, in their order.

    A model of two tables is taken from the first. A comparison stays where both models are there
    with the weights that were compared.
    """
    groups: dict[tuple[str, ...], list[Table]] = {}
    for one in tables:
        groups.setdefault(one.test, []).append(one)
    return [_together(group) for group in groups.values()]


def _together(tables: list[Table]) -> Table:
    weights: dict[str, str] = {}
    parts = []
    for one in tables:
        there = set(one.rows["model"])
        new = {n: sha for n, sha in one.weights.items() if n in there and n not in weights}
        weights |= new
        parts.append(one.rows["model"].isin({*new, *([] if parts else [""])}))
    for place, (one, own) in enumerate(zip(tables, parts)):
        same = {name for name, sha in one.weights.items() if weights.get(name) == sha}
        against = one.rows["against"]
        stays = (against == "") | against.str.startswith(SETTINGS) | against.isin(same)
        parts[place] = one.rows[own & stays]
    return tables[0]._replace(rows=pd.concat(parts, ignore_index=True), weights=weights)


def read(path: Path) -> Table:
    """The table in `path`. Raises OSError when it cannot be read, ValueError when it is none."""
    file = about.read(path)
    lines = io.StringIO("".join(file.lines))
    rows = pd.read_csv(lines, keep_default_na=False, na_values={"value": ""})
    if tuple(rows.columns) != COLUMNS:
        raise ValueError(f"{path} has the columns {', '.join(rows.columns)}; write it again")
    return Table(_typed(rows), file.about, file.weights)


def searches(rows: pd.DataFrame) -> list[Row]:
    """The rows of what searches are worth."""
    chosen = rows[rows["setting"].str.startswith("beam=")].astype(object)
    plain = chosen.where(chosen.notna(), None)
    return [Row(*values) for values in plain[list(Row._fields)].itertuples(index=False)]


def pick(rows: pd.DataFrame, measure: str, **where: str) -> pd.DataFrame:
    """The rows of one measure, with `setting`, `against` and the like as given, or empty."""
    wanted: Mapping[str, str] = {"setting": "", "against": "", **where}
    chosen = rows["measure"] == measure
    for column, value in wanted.items():
        chosen &= rows[column] == value
    return rows[chosen]


def of_models(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows in which an attention of several heads is there as the mean of them alone."""
    return rows[~rows["block"].str.contains(".", regex=False)]


def lengths(rows: pd.DataFrame) -> list[str]:
    """The slices by length, short sentences first."""
    slices = [name for name in rows["slice"].unique() if name.endswith(" words")]
    return sorted(slices, key=lambda name: int(name.split("-")[0]))


def _typed(rows: pd.DataFrame) -> pd.DataFrame:
    numbers = {name: pd.to_numeric(rows[name]) for name in ("value", "low", "high", "p")}
    rows = rows.assign(**numbers, count=pd.to_numeric(rows["count"]).astype("Int64"))
    return rows.astype({name: "str" for name in TEXTS})
