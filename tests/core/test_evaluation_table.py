"""The table: written and read, made again, and what the command and the card make of it."""

import os
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sacrebleu

from core import manifest
from core.about import About, Part, fingerprint, write_about
from core.checkpoint import save_model
from core.corpus import Pair, read_pairs, split_pairs
from core.evaluation import __main__ as command
from core.evaluation.alignment import alignment, prepare, read_aligned
from core.evaluation.behaviour import behaviour
from core.evaluation.card import Told
from core.evaluation.forced import Pieces, force, perplexity
from core.evaluation.measure import measure, punctuation
from core.evaluation.publishing import publish, withdraw
from core.evaluation.quality import HeldOut, by_length, quality, translations
from core.evaluation.searching import SEARCHES, searching
from core.measurements import about, table
from core.measurements.table import Row, Table, frame, pick
from core.opening import OPENING, Opening
from core.tokenisers import Tokeniser
from core.trace import Trace
from core.translator import Translator
from core.untrained import untrained
from tests.conftest import random_transformer, sentence_pairs
from tests.tolerance import LOG_PROB

DATA = Path(os.environ.get("HEED_DATA", Path(__file__).parents[2] / "../shared/data"))
KEYS = ["model", "measure", "block", "slice", "setting", "against"]
RECORD = (
    '{"recipe": {"epochs": 1, "seed": 1, "smoothing": 0.1, "rate": 0.002, "warmup": 5, '
    '"tokens": 100, "average": 0.9}, "device": "cpu", "measured": [{"update": 9, "seconds": 90}]}'
)


CAME = About("eng", "kor", "pairs.tsv", "0" * 64, 1, 8)


def untimed(rows: pd.DataFrame) -> pd.DataFrame:
    """What must come out the same each time."""
    return rows[rows["measure"] != "decoding"].set_index(KEYS).drop(columns="unit").astype(float)


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """A folder with the toy language as a corpus and two aligned pairs."""
    folder = tmp_path_factory.mktemp("data")
    lines = [f"{source}\t{target}" for source, target in sentence_pairs()]
    (folder / "pairs.tsv").write_text("\n".join(lines), encoding="utf-8")
    (folder / "aligned.txt").write_text("I sing now ! ||| Je chante maintenant !\n" * 2)
    (folder / "aligned.gold").write_text("1-1 2-2 3p3\n4-4 2p3\n")
    return folder


def run(data: Path, folders, *options: str) -> int:
    given = [*map(str, folders), "--data", str(data / "pairs.tsv"), "--alignments",
             str(data / "aligned.txt"), "--held-out", "8", "--slice", "5", *options]  # fmt: skip
    return command.run(command.parser().parse_args(given))


@pytest.fixture(scope="module")
def two(folders, tmp_path_factory) -> list[Path]:
    """Copies of two models, each with a record."""
    home, found = tmp_path_factory.mktemp("two"), []
    for score in ("dot", None):
        found.append(home / folders[score].name)
        shutil.copytree(folders[score], found[-1])
        (found[-1] / "record.json").write_text(RECORD)
        (found[-1] / "about.json").unlink(missing_ok=True)
    return found


@pytest.fixture(scope="module")
def measured(data, two, tmp_path_factory) -> Path:
    """The table of these two, as the command writes it; to be read, and not to be written."""
    path = tmp_path_factory.mktemp("measured") / "t.csv"
    assert run(data, two, "--table", str(path)) == 0
    return path


def test_written_and_read_is_the_same(tmp_path):
    rows = frame([
        Row("a", "bleu", 1 / 3, 0.1, 0.5, count=7, slice="test"),
        Row("a", "bleu", -0.25, p=0.5, against="none", setting="all references"),
        Row("", "aer", 0.5, slice="hansards", setting="diagonal"),
        Row("none", "parameters", 4468640),
    ])  # fmt: skip
    path = tmp_path / "t.csv"
    table.write(path, Table(rows, {"command": "x --y 1: 2", "seed": "1"}, {"a": "0f"}))
    found = table.read(path)
    assert (found.about, found.weights) == ({"command": "x --y 1: 2", "seed": "1"}, {"a": "0f"})
    pd.testing.assert_frame_equal(found.rows, rows, rtol=1e-5)
    assert found.rows["value"].tolist()[-1] == 4468640  # a count has all its digits
    assert found.rows["model"].tolist() == ["a", "a", "", "none"]
    assert found.current("a", "0f" + "0" * 62) is False
    assert found._replace(weights={"a": "0" * 12}).current("a", "0" * 64)


def test_a_count_is_printed_and_written_to_the_unit(capsys):
    assert [table.written(x) for x in (6558624.0, 1 / 3, 1234567.8)] == [
        "6558624", "0.333333", "1234568",
    ]  # fmt: skip
    rows = frame([Row("a", "parameters", 6558624), Row("a", "bleu", 41.0, slice="test", count=9)])
    command.show(Table(rows, {}, {}), "a")
    assert "6558624" in capsys.readouterr().out


def test_another_file_is_refused(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match=r"columns a, b; write it again"):
        table.read(path)
    with pytest.raises(OSError):
        table.read(tmp_path / "none.csv")


def test_the_command_writes_the_same_again(data, two, measured, tmp_path):
    assert run(data, two, "--table", str(tmp_path / "again.csv")) == 0
    one, other = map(table.read, (measured, tmp_path / "again.csv"))
    pd.testing.assert_frame_equal(untimed(one.rows), untimed(other.rows))
    assert (one.about, one.weights) == (other.about, other.weights)
    assert one.about["seed"] == "1" and set(one.weights) == {"eng-fra-dot", "eng-fra-none"}
    assert not one.rows.duplicated(KEYS).any()
    # One model attends, none has heads, and none of them reads or writes on.
    alone = {"divergence", "head_cost", "word_perplexity", "pseudo_perplexity"}
    alone |= {"masked_loss", "accuracy", "supported", "commonest", "words_written"}
    alone |= {"completeness", "kendall", "pointing", "overlap", "said", "strange", "fertility"}
    alone |= {"reference_loss", "confidence", "calibration_error"}
    assert set(one.rows["measure"]) == set(table.UNITS) - alone
    assert command.command(said(one.about["command"])) == one.about["command"]
    assert str(data) not in one.about["command"]


def test_searches_can_be_kept(data, two, measured, tmp_path, monkeypatch):
    path = Path(shutil.copy(measured, tmp_path / "t.csv"))
    before = table.read(path)
    with monkeypatch.context() as patch:
        patch.setattr("core.evaluation.measure.searching", lambda *_: pytest.fail("searched again"))
        assert run(data, two, "--table", str(path), "--keep") == 0
    after = table.read(path)
    pd.testing.assert_frame_equal(untimed(after.rows), untimed(before.rows))
    with pytest.raises(ValueError, match=r"was written by python -m core\.evaluation"):
        run(data, two, "--table", str(path), "--keep", "--seed", "2")
    table.write(path, before._replace(weights=dict.fromkeys(before.weights, "0" * 12)))
    searched = []
    monkeypatch.setattr("core.evaluation.measure.searching", lambda *_: searched.append(1) or [])
    assert run(data, two, "--table", str(path), "--keep") == 0 and len(searched) == 2


def said(line: str):
    """The options of a command that was written into a table."""
    return command.parser().parse_args(line.split()[3:])


def test_the_command_that_is_written_down_measures_the_same():
    given = ["eng-fra-dot", "--languages", "eng", "deu", "--threads", "2", "--slice", "5",
             "--seed", "3", "--held-out", "8"]  # fmt: skip
    options = command.parser().parse_args(given)
    assert said(command.command(options)) == options
    assert command.command(command.parser().parse_args([])) == "python -m core.evaluation"


def test_a_single_model_has_its_rows_of_the_table(data, two, measured, tmp_path):
    """Measuring fewer models changes none of the numbers that are about one."""
    both, alone = measured, tmp_path / "alone.csv"
    run(data, two[:1], "--table", str(alone))
    expected = untimed(table.read(both).rows).query("model == 'eng-fra-dot' and against == ''")
    found = untimed(table.read(alone).rows).query("model != '' and against == ''")
    # The interval around a BLEU differs a little: sacrebleu draws for itself in a paired test.
    pd.testing.assert_frame_equal(found[["value", "count"]], expected[["value", "count"]])


def test_models_given_by_name_write_no_table_unless_asked(data, two, monkeypatch, tmp_path):
    monkeypatch.setattr(about, "PATH", tmp_path / "shipped.csv")
    run(data, two)
    assert not about.PATH.exists()


def test_a_model_without_attention_has_none_of_its_measures(measured):
    rows = table.read(measured).rows
    of_none = set(rows[rows["model"] == "eng-fra-none"]["measure"])
    assert of_none == {
        "bleu", "chrf", "cer", "perplexity", "log_prob", "length", "parameters", "training",
        "decoding",
    }  # fmt: skip
    sizes = pick(rows, "parameters").set_index("model")["value"]
    assert sizes["eng-fra-dot"] > sizes["eng-fra-none"] > 0
    assert set(pick(rows, "training")["value"]) == {1.5}
    times = rows[rows["measure"] == "decoding"].set_index(["model", "setting"])["value"]
    assert (times > 0).all() and set(times.index.get_level_values("setting")) == {"", "model"}


def decoded(translator: Translator, trace: Trace) -> str:
    """What was written as it is measured: bytes that are part of no character as U+FFFD."""
    return translator.vocabulary.decode([step.token.id for step in trace.path()]).strip()


def near_ties(translator: Translator, trace: Trace) -> set[str]:
    """What greedy decoding writes where it takes the second of two pieces that are as likely."""
    found, before = set(), []
    for step in trace.path():
        best, second = step.candidates[:2]
        if best.log_prob - second.log_prob < LOG_PROB:
            other = translator.translate(trace.typed, prefix=[*before, second.id])
            found.add(decoded(translator, other))
        before.append(step.token.id)
    return found


def test_many_at_a_time_are_translated_as_one_at_a_time(translators, any_score):
    sources = [source for source, _ in sentence_pairs()[:70]] + ["Tom.", "I sing now. " * 4]
    translator = translators[any_score]
    for source, text in zip(sources, translations(translator, sources), strict=True):
        alone = translator.translate(source)
        assert text == decoded(translator, alone) or text in near_ties(translator, alone)


def test_searches_are_measured_and_compared_with_greedy(translators):
    translator = translators["general"]
    test = {source: [target] for source, target in sentence_pairs()[:12]}
    rows = frame(searching({"m": translator}, HeldOut(test, {}), 1, lambda items, what: items))
    assert set(rows["setting"]) == set(SEARCHES)
    for name, (width, penalty) in SEARCHES.items():
        traces = [
            translator.translate(s, beam=width, best=1, penalty=penalty.name, alpha=penalty.alpha)
            for s in test
        ]
        own = rows[(rows["setting"] == name) & (rows["against"] == "")].set_index("measure")
        totals = [trace.path()[-1].total for trace in traces]
        assert own.loc["log_prob", "value"] == pytest.approx(np.mean(totals), abs=1e-4)
        lengths = [len(trace.path()) for trace in traces]
        assert own.loc["length", "value"] == pytest.approx(np.mean(lengths))
        bleu = sacrebleu.corpus_bleu(
            [trace.text for trace in traces], [[texts[0] for texts in test.values()]]
        )
        assert own.loc["bleu", "value"] == pytest.approx(bleu.score)
    compared = rows[rows["against"] != ""]
    assert set(compared["against"]) == {table.setting(1)}
    assert set(compared["setting"]) == set(SEARCHES) - {table.setting(1)}


def test_the_scores_are_those_of_sacrebleu(translators):
    held = HeldOut.of(split_pairs(read_toy(), 12, 1))
    names = ("dot", "general")
    hypotheses = {name: translations(translators[name], held.sources) for name in names}
    # Something to be right about: every other translation is the reference.
    first = [texts[0] for texts in held.references]
    for texts in hypotheses.values():
        texts[::2] = first[::2]
    rows = frame(quality(hypotheses, held, 1))
    count = len(held.test)
    for name in names:
        for key, corpus in (("bleu", sacrebleu.corpus_bleu), ("chrf", sacrebleu.corpus_chrf)):
            (row,) = pick(rows, key, model=name, slice="test").itertuples()
            direct = corpus(hypotheses[name][:count], [first[:count]]).score
            assert row.value == pytest.approx(direct) and row.low <= row.high
            lengths = {each.words: each for each in by_length(rows, name)}
            chosen = [i for i, text in enumerate(held.sources) if 3 <= len(text.split()) <= 5]
            part = corpus([hypotheses[name][i] for i in chosen], [[first[i] for i in chosen]])
            assert getattr(lengths["3–5"], key) == pytest.approx(part.score)
            assert lengths["3–5"].sentences == len(chosen) > len(held.test) / 2
    (gap,) = pick(rows, "bleu", model="dot", against="general", slice="test").itertuples()
    both = [pick(rows, "bleu", model=name, slice="test")["value"].iloc[0] for name in names]
    assert gap.value == pytest.approx(both[0] - both[1]) and 0 < gap.p <= 1


def read_toy() -> list[Pair]:
    return [Pair(*pair) for pair in sentence_pairs()]


def test_publishing_writes_card_and_entry(two, measured, tmp_path):
    found, box = table.read(measured), tmp_path / "box"
    box.mkdir()
    for folder in two:
        publish(
            Translator.from_folder(folder, "eng", "fra"),
            folder,
            found,
            123,
            CAME,
            Told("A remark."),
            "Tom sing now.",
            box,
        )
    assert list(manifest.entries(box)) == ["eng-fra-dot", "eng-fra-none"]
    for entry in manifest.entries(box).values():
        manifest.check_files(entry)
        card = (box / entry.name / "card.md").read_text(encoding="utf-8")
        (bleu,) = pick(found.rows, "bleu", model=entry.name, slice="test")["value"]
        assert f"**{bleu:.1f}** | `{found.about['bleu']}`" in card
        assert "English to Korean." in card and "French" not in card and "Tatoeba" not in card
        assert "A remark." in card and "| 3–5 |" in card and "{" not in card
        assert found.current(entry.name, entry.files["weights.safetensors"])


def test_one_that_reads_several_languages_is_published_as_such(two, measured, tmp_path):
    box, folder = tmp_path / "box", Path(shutil.copytree(two[0], tmp_path / two[0].name))
    box.mkdir()
    parts = tuple(Part(one, "eng", f"{one}.tsv", "0" * 64, "1" * 64) for one in ("kor", "por"))
    whole = About("mul", "eng", "kor.tsv, por.tsv", "0" * 64, 1, 8, parts=parts)
    write_about(whole, folder)
    of_one = Translator.from_folder(folder, "kor", "eng")
    publish(of_one, folder, table.read(measured), 1, whole.of("kor", "eng"), Told(), "Tom.", box)
    (entry,) = manifest.entries(box).values()
    assert (entry.source, entry.target) == ("mul", "eng")
    card = " ".join((box / entry.name / "card.md").read_text(encoding="utf-8").split())
    assert "Korean, Portuguese to English, by one model" in card
    assert "what follows was measured on Korean." in card


def test_publishing_is_all_or_nothing(data, two, tmp_path, monkeypatch):
    path, box = tmp_path / "t.csv", tmp_path / "box"
    run(data, two, "--table", str(path))
    found, asked = table.read(path), (123, CAME, Told(), "Tom sing now.", box)
    translator = Translator.from_folder(two[0], "eng", "kor")
    publish(translator, two[0], found, *asked)
    before = {one: one.read_bytes() for one in box.rglob("*") if one.is_file()}
    without = found._replace(rows=found.rows[found.rows["measure"] != "chrf"])
    with pytest.raises(IndexError):  # the card has nothing to say of chrF
        publish(translator, two[0], without, *asked)
    assert {one: one.read_bytes() for one in box.rglob("*") if one.is_file()} == before
    publish(translator, box / translator.name, found, *asked)  # from where it stands, once more
    assert {one: one.read_bytes() for one in box.rglob("*") if one.is_file()} == before


def test_a_model_that_was_stopped_at_once_is_published(data, two, tmp_path):
    path, box = tmp_path / "t.csv", tmp_path / "box"
    stopped = RECORD.replace('[{"update": 9, "seconds": 90}]', "[]")
    folder = Path(shutil.copytree(two[0], tmp_path / two[0].name))
    (folder / "record.json").write_text(stopped)
    run(data, [folder, two[1]], "--table", str(path))
    publish(Translator.from_folder(folder, "eng", "kor"), folder, table.read(path), 1, CAME, Told(),
            "Tom sing now.", box)  # fmt: skip
    card = (box / folder.name / "card.md").read_text(encoding="utf-8")
    assert "stopped before the first epoch ended" in card


def test_an_own_model_is_measured_on_its_own_split_into_its_own_folder(
    data, two, tmp_path, monkeypatch
):
    """The record decides which sentences are new to it, and a mismatch is refused."""
    folder = Path(shutil.copytree(two[0], tmp_path / "mine"))
    own = Path(shutil.copytree(data, tmp_path / "data"))
    came = About("eng", "kor", "pairs.tsv", fingerprint(own / "pairs.tsv"), 7, 9)
    write_about(came, folder)
    (folder / "facts.json").unlink()
    base = [str(folder), "--data", str(own / "pairs.tsv"), "--alignments", "none", "--slice", "5"]

    def measured(*more):
        return command.run(command.parser().parse_args([*more, *base]))

    tested = []
    monkeypatch.setattr(command, "measure", lambda *a, **k: tested.append(a[2]) or [ROW])
    assert measured() == 0
    wanted = split_pairs(read_pairs(own / "pairs.tsv", print), 9, 7)
    assert list(tested[0].test) == list(wanted.test)[:5]
    found = table.read(folder / "evaluation.csv")
    assert found.test[:2] == ("eng", "kor") and "seed 7, 9 sources" in found.about["split"]
    assert (folder / "facts.json").exists()
    assert not (folder / OPENING).exists(), "it has one head"
    for wrong, told in ((["--held-out", "8"], "9 sources held out, not 8"),
                        (["--languages", "eng", "fra"], "eng-kor, not eng-fra")):  # fmt: skip
        with pytest.raises(ValueError, match=told):
            measured(*wrong)
    (own / "pairs.tsv").write_text("I sing.\tJe chante.\n" * 99)
    with pytest.raises(ValueError, match="not the file that was trained on"):
        measured()
    with pytest.raises(ValueError, match="not trained alike"):
        measured("--held-out", "9", str(two[1]))


def test_an_own_model_is_told_which_head_aligns_best(
    data, transformer_folder, tmp_path, monkeypatch
):
    folder = Path(shutil.copytree(transformer_folder, tmp_path / "heads"))
    aligned = [
        Row("heads", "aer", value, block=block, setting=table.HEAVIEST, slice="hansards")
        for block, value in (("cross", 0.1), ("cross.1.2", 0.3), ("cross.2.1", 0.4))
    ]
    row = Row("heads", "bleu", 30.0, 20.0, 40.0, slice="test", count=5)
    monkeypatch.setattr(command, "measure", lambda *a, **k: [row, *aligned])
    assert run(data, [folder], "--languages", "eng", "fra") == 0
    assert manifest.own(folder).opens == Opening("cross.1.2", 0.3)


ROW = Row("mine", "bleu", 30.0, 20.0, 40.0, slice="test", count=5)


def test_tables_are_gathered_by_test_set_and_models_by_their_weights():
    def measured(target, weights, *rows):
        return Table(frame(rows), {"source": "eng", "target": target, "seed": "1"}, weights)

    def bleu(model, against=""):
        return Row(model, "bleu", 1.0, against=against, slice="test")

    french = measured(
        "fra", {"a": "1", "b": "1"}, bleu("a"), bleu("a", "b"), bleu("b"), Row("", "aer", 0.5)
    )
    korean = measured("kor", {"k": "1"}, bleu("k"))
    own = measured(
        "fra", {"c": "1", "a": "1", "b": "2"},
        bleu("c"), bleu("c", "a"), bleu("c", "b"), bleu("c", "d"), Row("", "aer", 0.6),
        Row("c", "bleu", 1.0, setting="beam=4 alpha=0", against="beam=1 alpha=0"),
    )  # fmt: skip
    one, other = table.gather([french, korean, own])
    assert (list(one.weights), list(other.weights)) == (["a", "b", "c"], ["k"])
    pairs = list(zip(one.rows["model"], one.rows["against"]))
    assert pairs == [("a", ""), ("a", "b"), ("b", ""), ("", ""), ("c", ""), ("c", "a"),
                     ("c", "beam=1 alpha=0")]  # fmt: skip
    assert one.rows[one.rows["model"] == ""]["value"].tolist() == [0.5]
    (again,) = table.gather([french, measured("fra", {"a": "9"}, bleu("a"))])
    assert again.weights == french.weights and len(again.rows) == len(french.rows)


def test_a_transformer_is_measured_and_published_like_any_other(data, two, vocabulary, tmp_path):
    path, box, folder = tmp_path / "t.csv", tmp_path / "box", tmp_path / "eng-fra-transformer"
    model = random_transformer(len(vocabulary))
    save_model(folder, model.config, model.state_dict(), vocabulary)
    recipe = RECORD.replace('"epochs"', '"schedule": "inverse-sqrt", "epochs"')
    (folder / "record.json").write_text(recipe)
    run(data, [two[0], folder], "--table", str(path))
    found = table.read(path)
    own = found.rows[found.rows["model"] == folder.name]
    blocks = {"cross", "cross.1", "cross.2", "cross.1.1", "cross.1.2", "cross.2.1", "cross.2.2"}
    for name in ("aer", "entropy", "coverage"):
        assert set(own[own["measure"] == name]["block"]) == blocks
    single = found.rows["block"].str.contains(".", regex=False)
    assert (found.rows[single]["against"] == "").all()
    assert pick(found.rows, "divergence", against=folder.name)["block"].tolist() == ["cross"]
    publish(
        Translator.from_folder(folder, "eng", "fra"),
        folder,
        found,
        123,
        CAME,
        Told(),
        "Tom sing now.",
        box,
    )
    (entry,) = manifest.entries(box).values()
    manifest.check_files(entry)
    assert (entry.score, entry.cell) == ("scaled-dot", "Transformer")
    assert "scaled-dot" in untrained({entry.name: entry})
    card = (box / entry.name / "card.md").read_text(encoding="utf-8")
    assert "2 heads of 4 in each attention" in card and "inverse of their root" in card
    assert "{" not in card and "input feeding" not in card
    assert max(map(len, card.split("## Data")[0].splitlines())) < 100
    told = Trace.from_json((box / entry.name / "example.json").read_text(encoding="utf-8"))
    assert told.heads() == (2, 2) and told.text == entry.translation
    for tokeniser in ("pieces", "characters"):
        table.write(box / about.shipped(tokeniser).name, found)
    withdraw(entry.name, box)
    assert not manifest.entries(box) and not (box / entry.name).exists()
    for place in about.tables(box):
        left = table.read(place)
        assert list(left.weights) == [two[0].name] and len(left.rows)
        assert not {entry.name} & {*left.rows["model"], *left.rows["against"]}
    with pytest.raises(manifest.UnknownModel, match="is in the box"):
        withdraw(entry.name, box)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--data", "nothing.tsv"], "nothing.tsv"),
        (["eng-fra-nothing"], "no model 'eng-fra-nothing'"),
    ],
)
def test_what_is_missing_is_told(monkeypatch, capsys, options, told):
    monkeypatch.setattr("sys.argv", ["core.evaluation", *options])
    assert command.main() == 2
    assert told in capsys.readouterr().err


# What is shipped.


@pytest.fixture(scope="module")
def shipped() -> Table:
    return table.read(about.PATH)


@pytest.fixture(scope="module")
def corpus(shipped):
    """The split that the shipped table was measured on."""
    if not (DATA / "eng-fra.tsv.gz").exists() or not (DATA / "hansards.eng-fra.txt").exists():
        pytest.skip(f"the corpora are not in {DATA}; let HEED_DATA point at them")
    pairs = read_pairs(DATA / "eng-fra.tsv.gz", lambda line: None)
    return split_pairs(pairs, 2000, int(shipped.about["seed"]))


def test_the_shipped_tables_are_of_the_shipped_models():
    for name, entry in manifest.shipped().items():
        paths = about.tables(task=entry.task)
        current = [path for path in paths if table.read(path).current(name, entry.digest)]
        languages = len(manifest.about_of(entry.folder).parts) or 1  # a table each
        assert len(current) == languages, f"{name} was not measured as it is now: measure it"


SHIPPED = {path for one in manifest.shipped().values() for path in about.tables(task=one.task)}


@pytest.mark.parametrize("path", sorted(SHIPPED), ids=lambda path: path.stem)
def test_a_shipped_table_is_whole(path):
    shipped = table.read(path)
    assert not shipped.rows.duplicated(KEYS).any()
    assert set(shipped.rows["measure"]) <= set(table.UNITS)
    assert set(shipped.rows["model"]) - {""} == set(shipped.weights)


def test_part_of_the_shipped_table_is_computed_again(shipped, corpus):
    """Everything of one model that rests on given translations."""
    aligned = read_aligned(DATA / "hansards.eng-fra.txt")
    translator, seed = Translator.load(next(iter(shipped.weights))), int(shipped.about["seed"])
    rows = recomputed(translator, corpus.test, aligned, seed)
    expected = shipped.rows.set_index(KEYS)
    assert len(rows) > 30
    for row in rows.itertuples():
        key = tuple(getattr(row, field) for field in KEYS)
        for field in ("value", "low", "high"):
            wanted = expected.loc[key, field]
            assert getattr(row, field) == pytest.approx(wanted, rel=2e-3, abs=2e-4), key
        assert row.count == expected.loc[key, "count"]


def recomputed(translator: Translator, test, aligned, seed: int) -> pd.DataFrame:
    encode = translator.vocabulary.encode
    pieces = [Pieces(encode(s), encode(t)) for s, targets in test.items() for t in targets]
    group = np.repeat(np.arange(len(test)), [len(targets) for targets in test.values()])
    name, like = translator.name, Row("", "", 0.0, slice="test", count=len(pieces))
    forced = {name: force(translator.model, pieces, translator.vocabulary)}
    marks = {name: [punctuation(translator.vocabulary, each.source) for each in pieces]}
    rows = perplexity(forced, group, seed, like)
    rows += behaviour(forced, marks, group, seed, like)
    prepared = prepare({name: translator.vocabulary}, aligned, Tokeniser.most)
    linked = {name: force(translator.model, prepared.pieces(name), translator.vocabulary)}
    rows += alignment(linked, prepared, seed, Row("", "", 0.0, slice="hansards"))
    return frame([row for row in rows if row.measure != "left_out"])


def test_a_slice_of_the_shipped_bleu_is_computed_again(shipped, corpus):
    """BLEU of the longest sentences, translated once more."""
    held = {
        source: targets[0]
        for part in (corpus.test, corpus.valid)
        for source, targets in part.items()
        if len(source.split()) >= 13
    }
    name = next(iter(shipped.weights))
    written = translations(Translator.load(name), list(held))
    found = sacrebleu.corpus_bleu(written, [list(held.values())]).score
    (row,) = pick(shipped.rows, "bleu", model=name, slice="13-20 words").itertuples()
    # A tie that another processor breaks differently may change a word.
    assert row.value == pytest.approx(found, abs=0.5) and row.count == len(held)


def test_equal_translations_are_not_called_different():
    held = HeldOut({"a b c": ["Je chante maintenant ici."]}, {"d e f": ["Tom mange bien ici."]})
    same = [texts[0] for texts in held.references]
    rows = frame(quality({"one": same, "two": list(same)}, held, 1))
    gaps = rows[rows["against"] != ""]
    assert len(gaps) and set(gaps["value"]) == {0} and set(gaps["p"]) == {1}


def test_measure_needs_no_aligned_pairs(translators, folders):
    held = HeldOut.of(split_pairs(read_toy(), 6, 1), 3)
    rows = frame(measure({"dot": translators["dot"]}, {"dot": folders["dot"]}, held, [], 1))
    assert not set(rows["measure"]) & {"aer", "precision", "recall", "left_out"}
    assert {"bleu", "entropy", "decoding"} <= set(rows["measure"])


def test_an_interval_stays_on_the_scale():
    texts = [text for text, _ in sentence_pairs()[:30]]
    held = HeldOut({text: [text] for text in texts}, {})
    odd = [*texts[:-1], "x"]
    rows = frame(quality({"one": texts, "two": odd, "three": ["x"] * 30}, held, 1))
    own = rows[(rows["against"] == "") & (rows["setting"] == "")]
    assert own["low"].min() >= 0 and own["high"].max() <= 100
