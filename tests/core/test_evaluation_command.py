"""What the command of measuring refuses before it measures, and what it measures on."""

import json
import shlex
import shutil
from pathlib import Path

import pytest

from core import manifest
from core.about import TRANSLATION, About, fingerprint, write_about
from core.corpus import fingerprint_of, read_pairs, split_pairs
from core.evaluation import __main__ as command
from core.evaluation import publishing
from core.evaluation.card import Told
from core.evaluation.job import chosen, jobs
from core.measurements import about, table
from core.measurements.table import Row, Table, frame
from core.tasks import Evaluated, Task
from core.translator import Translator
from tests.conftest import sentence_pairs

PAIRS = [(f"{source[:-1]} today", f"{target[:-1]} ici") for source, target in sentence_pairs()]
RECIPE = {"seed": 7, "smoothing": 0.1, "rate": 0.002, "warmup": 5, "tokens": 100, "average": 0.9}
RECORD = {"recipe": RECIPE, "device": "cpu", "measured": [{"update": 9, "seconds": 90}]}
FRENCH = "hansards.eng-fra.txt"
SIGNATURES = {"bleu": "B", "chrf": "C"}


@pytest.fixture
def data(tmp_path, monkeypatch) -> Path:
    """A corpus of the toy language, and links, where HEED_DATA points."""
    home = tmp_path / "data"
    home.mkdir()
    path = home / "pairs.tsv"
    path.write_text("".join(f"{s}\t{t}\n" for s, t in PAIRS), encoding="utf-8")
    (home / FRENCH).write_text("I sing now ! ||| Je chante maintenant !\n")
    (home / FRENCH).with_suffix(".gold").write_text("1-1 2-2 3p3\n")
    monkeypatch.setenv("HEED_DATA", str(home))
    return path


@pytest.fixture
def mine(folders, data, tmp_path) -> Path:
    """A model that says what it was trained on."""
    folder = Path(shutil.copytree(folders["general"], tmp_path / "mine"))
    split = split_pairs(read_pairs(data, print), 5, 7)
    said(folder, data, test=fingerprint_of(split.test))
    (folder / "record.json").write_text(json.dumps(RECORD))
    return folder


def said(folder: Path, data: Path, **more) -> None:
    told = {"source": "eng", "target": "fra", "seed": 7, "held_out": 5, **more}
    write_about(About(data=data.name, sha256=fingerprint(data), **told), folder)


def asked(*words: object):
    return command.parser().parse_args(list(map(str, words)))


def found_of(options):
    return jobs(options, chosen(options.models))


def refused(monkeypatch, capsys, *words: object) -> str:
    """What is told of a command that is refused, before anything is measured."""
    monkeypatch.setattr(command, "measure", lambda *_: pytest.fail("it was measured"))
    monkeypatch.setattr("sys.argv", ["core.evaluation", *map(str, words)])
    assert command.main() == 2
    line = capsys.readouterr().err.splitlines()[-1]
    assert line.startswith("core.evaluation: ")
    return line


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--threads", 0], "--threads: expected 1 or more, not 0"),
        (["--seed", -1], "--seed: expected 0 or more, not -1"),
        (["--slice", 0], "--slice: expected 1 or more, not 0"),
        (["--slice", -1], "--slice: expected 1 or more, not -1"),
        (["--held-out", -3], "--held-out: expected 1 or more, not -3"),
        (["--languages", "English", "fra"], "a language is an ISO 639 code"),
        (["--data", "nothing.tsv"], "there is no nothing.tsv: give the file that mine"),
        (["--data", "."], "there is no .: give the file that mine"),
        (["--held-out", 6], "trained with 5 sources held out, not 6"),
    ],
    ids=str,
)
def test_options_that_cannot_be_are_told_in_a_sentence(mine, monkeypatch, capsys, words, told):
    assert told in refused(monkeypatch, capsys, mine, *words)


def test_what_only_the_app_reads_is_not_written_by_the_way(monkeypatch, capsys):
    assert "--withdraw: name the models" in refused(monkeypatch, capsys, "--withdraw")
    assert "say with --table" in refused(monkeypatch, capsys, "--slice", 5)


def test_a_model_that_does_not_say_its_data_is_not_measured_on_a_guess(
    mine, data, monkeypatch, capsys
):
    (mine / "about.json").unlink()
    told = refused(monkeypatch, capsys, mine, "--data", data)
    assert "does not say what it was trained on" in told and "--held-out" in told
    assert "give that file with --data" in refused(monkeypatch, capsys, mine, "--held-out", 5)
    (job,) = found_of(asked(mine, "--held-out", 5, "--data", data))
    assert (job.came.seed, job.came.held_out) == (7, 5)


def test_sentences_that_training_did_not_hold_out_are_refused(mine, data, monkeypatch, capsys):
    said(mine, data, test="0" * 64)
    told = refused(monkeypatch, capsys, mine)
    assert "not the sentences of" in told and "train the model again" in told
    said(mine, data, held_out=0)
    assert "held nothing out (--held-out 0)" in refused(monkeypatch, capsys, mine)
    data.write_text("".join(f"{s}\t{t}\n" for s, t in PAIRS[:15]))
    said(mine, data)
    assert "too small to hold sentences out" in refused(monkeypatch, capsys, mine)


def test_the_sentences_are_those_that_its_training_held_out(mine, data):
    (job,) = found_of(asked(mine, "--seed", 3))
    assert list(job.held.test) == list(split_pairs(read_pairs(data, print), 5, 7).test)
    assert (job.data, job.left_out) == ([data], 0)


@pytest.mark.parametrize(
    ("pair", "count"), [(("eng", "fra"), 1), (("fra", "eng"), 1), (("kor", "eng"), 0)], ids=str
)
def test_links_of_other_languages_are_no_measure(mine, data, capsys, pair, count):
    said(mine, data, source=pair[0], target=pair[1])
    (job,) = found_of(asked(mine))
    assert len(job.aligned) == count
    if count:
        (links,) = job.aligned
        assert (links.source[0] == "I") == (pair[0] == "eng"), "the source is what is read"
    assert ("alignment is not measured" in capsys.readouterr().err) == (count == 0)
    (job,) = found_of(asked(mine, "--alignments", data.with_name(FRENCH)))
    assert len(job.aligned) == 1, "somebody says that they fit"


def test_held_out_sentences_that_no_model_reads_are_left_out_and_told(mine, data, capsys):
    long = [(f"{'Tom' * 40} sings {n}", "Tom") for n in range(60)]
    data.write_text("".join(f"{s}\t{t}\n" for s, t in [*PAIRS, *long]))
    said(mine, data)
    (job,) = found_of(asked(mine))
    assert job.left_out > 0 and len(job.held.sources) + job.left_out == 10
    assert f"{job.left_out} held-out sentences are longer" in capsys.readouterr().err
    told = about.test(job.came, "0", None, "pieces", job.left_out)
    assert told["slice"] == f"without {job.left_out} that are too long"
    reader = job.translators["mine"]
    assert all(reader.read_source(source) for source in job.held.sources)


def test_two_folders_of_one_name_are_not_taken_for_one(mine, tmp_path, monkeypatch, capsys):
    other = shutil.copytree(mine, tmp_path / "elsewhere" / "mine")
    told = refused(monkeypatch, capsys, mine, other)
    assert "would be called the same, mine" in told
    assert len(found_of(asked(mine, f"{mine}/"))) == 1


def test_the_command_that_is_written_down_can_be_given_again():
    given = ["runs/my model", "--data", "my pairs.tsv", "--alignments", "my links.txt"]
    line = command.command(asked(*given))
    again = command.parser().parse_args(shlex.split(line)[3:])
    assert (again.models, again.data) == (["my model"], [Path("my pairs.tsv")])
    assert command.command(again) == line


def test_all_models_are_those_in_the_box(mine, monkeypatch):
    monkeypatch.setenv(manifest.PLACES, str(mine))
    from core.evaluation.job import chosen

    assert "mine" in manifest.entries() and list(chosen([])) == [
        name
        for name, one in manifest.shipped().items()
        if one.task == TRANSLATION and not manifest.about_of(one.folder).parts
    ]  # of one that reads several languages it has to be said which is measured


def test_an_own_model_named_like_one_in_the_box_is_still_an_own_one(mine, data, monkeypatch):
    home = mine.rename(mine.with_name("eng-fra-general"))
    row = Row(home.name, "bleu", 30.0, 20.0, 40.0, slice="test", count=5)
    monkeypatch.setattr(command, "measure", lambda *_: [row])
    assert command.run(asked(home)) == 0 and (home / about.FILE).exists()


def test_what_could_not_be_published_is_told_before_it_is_measured(
    mine, monkeypatch, capsys, tmp_path
):
    long = "now " * 200
    assert "--example" in refused(monkeypatch, capsys, mine, "--publish", "--example", long)
    (mine / "record.json").write_text("{}")
    assert "record.json cannot be read" in refused(monkeypatch, capsys, mine, "--publish")
    (mine / "record.json").write_text('{"recipe": {}, "measured": []}')
    assert "it lacks average" in refused(monkeypatch, capsys, mine, "--publish")
    taken = mine.rename(tmp_path / "eng-fra-general")
    told = refused(monkeypatch, capsys, taken, "--publish")
    assert "a model called eng-fra-general already" in told and "--withdraw" in told


def measured(name: str, **about_it: str) -> Table:
    rows = [
        Row(name, measure, 30.0, 20.0, 40.0, slice="test", count=5, setting=setting)
        for measure, setting in
        (("bleu", ""), ("bleu", "all references"), ("chrf", ""), ("cer", ""))
    ]  # fmt: skip
    return Table(frame(rows), {**SIGNATURES, "command": "x", **about_it}, {name: "0" * 12})


def put(folder: Path, box: Path, **about_it: str) -> None:
    found = measured(folder.name, **about_it)
    found = found._replace(weights={folder.name: command.weights_digest(folder)})
    translator = Translator.from_folder(folder, about_it["source"], about_it["target"])
    came = About(about_it["source"], about_it["target"], "pairs.tsv")
    publishing.publish(translator, folder, found, 9, came, Told(), "Tom sing now.", box)


@pytest.mark.parametrize("languages", [("und", "und"), ("kor", "eng")])
def test_a_card_says_what_is_known_and_no_more(mine, tmp_path, languages):
    (mine / "record.json").unlink()
    put(mine, tmp_path / "box", source=languages[0], target=languages[1])
    card = (tmp_path / "box" / "mine" / "card.md").read_text(encoding="utf-8")
    told = "From which language into which it translates was not said."
    assert (told if languages[0] == "und" else "Korean to English.") in " ".join(card.split())
    assert "| training | not recorded |" in card and "Nobody has said yet" in card
    assert "under which licence was not said" in " ".join(card.split())
    assert not {"French", "Tatoeba", "vous"} & set(card.split())


def test_rows_go_into_the_box_with_their_model_and_out_again(folders, tmp_path):
    """Of another test set they have a table of their own; nothing is compared across."""
    box = tmp_path / "box"
    french = {"source": "eng", "target": "fra", "data": "a 1", "tokeniser": "pieces"}
    korean = {**french, "source": "kor", "target": "eng", "data": "b 2"}
    put(folders["general"], box, **french)
    put(folders["dot"], box, **french)
    own = Path(shutil.copytree(folders["concat"], tmp_path / "mine"))
    put(own, box, **korean)
    first, second = map(table.read, about.tables(box))
    names = [folders["general"].name, folders["dot"].name]
    assert (list(first.weights), list(second.weights)) == (names, ["mine"])
    assert publishing.place(korean, box) == about.tables(box)[1]
    assert publishing.place({**korean, "data": "c 3"}, box) not in about.tables(box)
    put(own, box, **korean)  # once more: the same rows, and no other table
    assert [list(table.read(path).weights) for path in about.tables(box)] == [names, ["mine"]]
    publishing.withdraw("mine", box)
    assert len(about.tables(box)) == 1 and list(manifest.shipped(box)) == sorted(names)


def test_a_table_of_models_that_are_gone_makes_room(folders, tmp_path):
    box = tmp_path / "box"
    asked_of = {"source": "eng", "target": "fra", "tokeniser": "pieces"}
    put(folders["general"], box, **asked_of)
    usual = box / about.FILE
    table.write(usual, table.read(usual)._replace(weights={folders["general"].name: "1" * 12}))
    assert publishing.place({**asked_of, "data": "new"}, box) == usual


def test_publishing_that_fails_at_the_end_leaves_all_as_it_was(folders, tmp_path, monkeypatch):
    box = tmp_path / "box"
    told = {"source": "eng", "target": "fra"}
    put(folders["general"], box, **told)
    before = {one: one.read_bytes() for one in box.rglob("*") if one.is_file()}
    monkeypatch.setattr(manifest, "write_entry", lambda *_: (_ for _ in ()).throw(OSError("full")))
    for score in ("general", "dot"):
        with pytest.raises(OSError, match="full"):
            put(folders[score], box, **told)
        assert {one: one.read_bytes() for one in box.rglob("*") if one.is_file()} == before


def test_nothing_is_withdrawn_where_a_table_is_broken(folders, tmp_path):
    box = tmp_path / "box"
    put(folders["general"], box, source="eng", target="fra")
    (box / "evaluation-zzz.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match="write it again"):
        publishing.withdraw(folders["general"].name, box)
    assert (box / folders["general"].name).exists() and manifest.shipped(box)


class Counting(Task):
    """A task whose models are measured by the length of what they write."""

    name = "counting"

    def evaluate(self, facade, folder, data, asked) -> Evaluated:
        trace = facade.translate(asked.told.example or "Tom sing now.")
        rows = [Row(facade.name, "length", len(trace.path()), slice="test")]
        return Evaluated(rows, f"# {facade.name}\n\nCounts.\n", trace)


def test_a_model_of_another_task_is_measured_and_published_by_it(
    folders, data, tmp_path, monkeypatch, capsys
):
    folder, box = (
        Path(shutil.copytree(folders["general"], tmp_path / "eng-count")),
        tmp_path / "box",
    )
    said(folder, data, task="counting")
    box.mkdir()
    (box / "manifest.json").write_text("{}")
    monkeypatch.setattr(manifest, "MODELS", box)
    monkeypatch.setattr(about, "PATH", box / about.FILE)
    monkeypatch.setattr(command, "tasks", lambda: {"counting": Counting()})
    for function in (publishing.check_name, publishing.put, publishing.withdraw, publishing.place,
                     manifest.shipped, manifest.write_entry, manifest.drop_entry):  # fmt: skip
        monkeypatch.setattr(
            function,
            "__defaults__",
            tuple(box if isinstance(one, Path) else one for one in function.__defaults__),
        )
    assert command.run(asked(folder, "--publish", "--example", "I sing now.")) == 0
    assert "eng-count" in capsys.readouterr().out
    entry = manifest.shipped(box)["eng-count"]
    assert (entry.task, entry.sentence) == ("counting", "I sing now.")
    assert about.tables(box) == [] and len(about.tables(box, "counting")) == 1
    assert (box / "eng-count" / "card.md").read_text() == "# eng-count\n\nCounts.\n"
    assert command.run(asked("eng-count", "--withdraw")) == 0
    assert manifest.shipped(box) == {} and about.tables(box, "counting") == []
