"""Training goes on where it was killed, bit for bit, and leaves a usable model."""

import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from core.about import About, read_about
from core.checkpoint import load_model
from core.corpus import Pair, split_pairs
from core.models.recurrent import RecurrentConfig
from core.scores import score_functions
from core.tasks import Data
from core.tasks.recipe import Recipe
from core.tasks.translation import Translation
from core.tasks.translation.corpus import Corpus
from core.tokenisers import tokeniser
from core.tokenisers.pieces import Vocabulary
from core.training.__main__ import main
from core.training.loop import Training
from core.translator import Translator
from tests.conftest import sentence_pairs
from tests.tolerance import SINGLE

RECIPE = Recipe(epochs=2, tokens=150, rate=5e-3, warmup=4, interval=4)
ABOUT = About("eng", "fra", "pairs.tsv", "abc", 1, 4, 400)
ROOT = Path(__file__).parents[2]


class Killed(BaseException):
    """As if the process were gone: nothing is saved."""


@pytest.fixture(scope="module")
def made(vocabulary):
    """Makes a training in a folder, always on the same data."""
    split = split_pairs([Pair(*pair) for pair in sentence_pairs()[::3]], 4, 1)

    def make(folder, recipe=RECIPE, about=ABOUT, splits=vocabulary, **options) -> Training:
        config = RecurrentConfig(len(splits), **{"size": 12, **options})
        corpus = Corpus(split.train, splits, recipe.tokens)
        data = Data(corpus, splits, split.valid, about)
        return Training(folder, config, recipe, Translation(), data, torch.device("cpu"))

    return make


def stop_after(training: Training, updates: int, error: type[BaseException]) -> None:
    """Runs until that many updates are done."""
    train, done = training._train, []

    def counted(ready):
        if len(done) == updates:
            raise error
        done.append(1)
        return train(ready)

    training._train = counted
    with pytest.raises(error):
        training.run()


def weights(folder: Path) -> bytes:
    return (folder / "weights.safetensors").read_bytes()


def record(folder: Path) -> list[dict]:
    measured = json.loads((folder / "record.json").read_text(encoding="utf-8"))["measured"]
    return [{k: v for k, v in entry.items() if k != "seconds"} for entry in measured]


@pytest.fixture(scope="module")
def whole(made, tmp_path_factory) -> Path:
    """The folder of a run that nothing disturbed."""
    folder = tmp_path_factory.mktemp("whole")
    made(folder).run()
    return folder


def test_there_is_something_to_interrupt(made, tmp_path):
    training = made(tmp_path)
    assert training.per_epoch > 4 and training.updates > 2 * RECIPE.interval


@pytest.mark.parametrize("updates", [1, 4, 5, 8, 11])
def test_killed_and_gone_on_with_it_is_the_same_model(made, whole, tmp_path, updates):
    stop_after(made(tmp_path), updates, Killed)
    second = made(tmp_path)
    assert second.update == updates // RECIPE.interval * RECIPE.interval  # no more is lost
    second.run()
    assert second.update == second.updates
    assert weights(tmp_path) == weights(whole)
    assert record(tmp_path) == record(whole)


def test_killed_again_and_again_it_is_the_same_model(made, whole, tmp_path):
    for _ in range(2):
        stop_after(made(tmp_path), RECIPE.interval + 1, Killed)
    made(tmp_path).run()
    assert weights(tmp_path) == weights(whole)


@pytest.mark.parametrize("updates", [0, 2, 7])
def test_ctrl_c_leaves_a_usable_model_and_loses_nothing(made, whole, tmp_path, updates):
    stop_after(made(tmp_path), updates, KeyboardInterrupt)
    assert Translator.from_folder(tmp_path, "eng", "fra").translate("I sing.", limit=5).steps
    second = made(tmp_path)
    assert second.update == updates
    second.run()
    assert weights(tmp_path) == weights(whole)


def test_ctrl_c_while_measuring_loses_nothing(made, whole, tmp_path, monkeypatch):
    training = made(tmp_path)
    monkeypatch.setattr(
        training.task, "measure", lambda *given: (_ for _ in ()).throw(KeyboardInterrupt)
    )
    with pytest.raises(KeyboardInterrupt):
        training.run()
    made(tmp_path).run()
    assert weights(tmp_path) == weights(whole)


@pytest.mark.parametrize(
    "recipe", [{"optimiser": "rmsprop"}, {"schedule": "inverse-sqrt"}], ids=str
)
def test_it_is_the_same_model_with_any_optimiser_and_schedule(made, tmp_path, recipe):
    recipe = replace(RECIPE, **recipe)
    made(tmp_path / "whole", recipe).run()
    stop_after(made(tmp_path / "cut", recipe), RECIPE.interval + 2, Killed)
    made(tmp_path / "cut", recipe).run()
    assert weights(tmp_path / "cut") == weights(tmp_path / "whole")
    assert record(tmp_path / "cut") == record(tmp_path / "whole")


def test_a_finished_run_has_nothing_left_to_do(made, whole):
    before = weights(whole)
    again = made(whole)
    again.run()
    assert again.update == again.updates and weights(whole) == before


def test_the_seed_decides_the_model(made, whole, tmp_path):
    made(tmp_path / "same").run()
    assert weights(tmp_path / "same") == weights(whole)
    made(tmp_path / "other", replace(RECIPE, seed=2)).run()
    assert weights(tmp_path / "other") != weights(whole)


@pytest.mark.parametrize("change", [{"seed": 2}, {"rate": 1e-3}, {"epochs": 3}], ids=str)
def test_other_options_on_the_same_folder_are_told(made, whole, change):
    with pytest.raises(ValueError, match=r"resume\.safetensors was written with other options"):
        made(whole, replace(RECIPE, **change))


@pytest.mark.parametrize(
    "change", [{"sha256": "abd"}, {"held_out": 5}, {"vocabulary": 300}], ids=str
)
def test_other_data_on_the_same_folder_is_told(made, whole, change):
    with pytest.raises(ValueError, match="written with other options or data"):
        made(whole, about=replace(ABOUT, **change))
    made(whole, about=replace(ABOUT, data="renamed.tsv", source="deu"))  # the same data


def test_another_vocabulary_on_the_same_folder_is_told(made, whole, vocabulary):
    texts = (side[::-1] for pair in sentence_pairs() for side in pair)
    other = tokeniser("pieces").train(texts, len(vocabulary))
    with pytest.raises(ValueError, match="other options"):
        made(whole, splits=other)


@pytest.mark.parametrize("size", [0, 1, 0.5, -1], ids=str)
def test_a_damaged_checkpoint_is_told(made, whole, tmp_path, size):
    data = (whole / "resume.safetensors").read_bytes()
    cut = int(len(data) * size) if isinstance(size, float) else size
    (tmp_path / "resume.safetensors").write_bytes(data[:cut])
    with pytest.raises(ValueError, match=r"resume\.safetensors is damaged .*; delete it"):
        made(tmp_path)


@pytest.mark.parametrize("told", [None, {"recipe": "{}"}, {"recipe": "{}", "state": "{"}], ids=str)
def test_another_file_in_place_of_a_checkpoint_is_told(made, tmp_path, told):
    save_file({"rng": torch.zeros(2)}, tmp_path / "resume.safetensors", told)
    with pytest.raises(ValueError, match=r"resume\.safetensors is damaged .*; delete it"):
        made(tmp_path)


class EndPads(Vocabulary):
    """A vocabulary that pads with the mark that ends a text, as some of others do."""

    pad = Vocabulary.end


@pytest.mark.parametrize("teacher_forcing", [1.0, 0.0])
def test_padding_that_looks_like_an_end_changes_nothing(
    made, tmp_path, vocabulary, teacher_forcing
):
    recipe = replace(RECIPE, teacher_forcing=teacher_forcing)
    found = []
    for splits in (vocabulary, EndPads(vocabulary.model)):
        training = made(tmp_path, recipe, splits=splits, dropout=0.0)
        torch.manual_seed(0)
        found.append([training._train(ready) for ready, _ in zip(training._batches(), range(4))])
    (losses, tokens), (others, other_tokens) = (zip(*each) for each in found)
    assert tokens == other_tokens and losses == pytest.approx(others, rel=SINGLE)


def test_weights_beyond_half_precision_are_not_written(made, whole, tmp_path):
    folder = Path(shutil.copytree(whole, tmp_path / "model"))
    training = made(folder)
    with torch.no_grad():
        next(training.average.module.parameters())[0] = 1e6
    with pytest.raises(ValueError, match="beyond half precision: .* stays as it was"):
        training.save()
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == {
        one.name: one.read_bytes() for one in whole.iterdir()
    }


def test_a_training_that_leaves_the_numbers_stops_and_says_so(made, tmp_path):
    stop_after(made(tmp_path), 4, Killed)
    before = weights(tmp_path)
    training = made(tmp_path)
    with torch.no_grad():
        next(training.model.parameters())[0] = torch.nan
    with pytest.raises(ValueError, match=r"after 4 updates the loss is nan .* smaller --rate"):
        training.run()
    assert weights(tmp_path) == before


def test_the_folder_says_where_the_model_comes_from(whole):
    assert read_about(whole) == ABOUT


@pytest.mark.parametrize("kind", ["characters", "words"])
def test_any_tokeniser_trains(made, tmp_path, kind):
    splits = tokeniser(kind).train((side for pair in sentence_pairs() for side in pair), 100)
    made(tmp_path, replace(RECIPE, epochs=1), splits=splits, one_hot=True).run()
    model, again = load_model(tmp_path)
    assert again.model == splits.model and model.config.vocabulary == len(splits)
    assert [entry["update"] for entry in record(tmp_path)] == [made(tmp_path, replace(
        RECIPE, epochs=1), splits=splits, one_hot=True).per_epoch]  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"epochs": 0}, "epochs: expected 1 or more, not 0"),
        ({"tokens": 0}, "tokens: expected 1 or more"),
        ({"interval": 0}, "interval: expected 1 or more"),
        ({"warmup": -1}, "warmup: expected 0 or more"),
        ({"longest": -1}, "longest: expected 0 or more"),
        ({"seed": 2**63}, "seed: expected less than"),
        ({"rate": float("nan")}, "rate: expected a number above 0, not nan"),
        ({"clip": 0.0}, "clip: expected a number above 0"),
        ({"smoothing": 2.0}, "smoothing: expected a number from 0 to below 1, not 2.0"),
        ({"average": 2.0}, "average: expected a number from 0 to below 1"),
        ({"teacher_forcing": 7.0}, "teacher forcing: expected a share from 0 to 1, not 7.0"),
        ({"optimiser": "sgd"}, "no optimiser 'sgd'; there are adam, rmsprop"),
        ({"schedule": "flat"}, "no schedule 'flat'; there are cosine, inverse-sqrt"),
    ],
    ids=str,
)
def test_a_recipe_that_cannot_be_is_told(wrong, told):
    with pytest.raises(ValueError, match=told):
        replace(RECIPE, **wrong)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--threads", "0"], "threads: expected 1 or more, not 0"),
        (["--held-out", "-3"], "held-out: expected 0 or more, not -3"),
        (["--size", "0"], "at least one each"),
        (["--vocabulary", "0"], "vocabulary: expected 1 or more"),
        (["--vocabulary", "40"], "no vocabulary of 40 pieces can be made .*: they need 2"),
        (["--dropout", "2"], "dropout"),
        (["--dropout", "1"], "dropout: expected a share from 0 to below 1, not 1.0"),
        (["--family", "--score", "dot"], "--family trains none, dot, .*: leave --score out"),
        (
            ["--family", "--kind", "transformer"],
            "--family trains scores and wirings; --kind transf",
        ),
        (["--languages", "English"], "languages are two ISO 639 codes like eng-fra, not 'English'"),
        (["--languages", "eng-Fr"], "a language is an ISO 639 code"),
        (["--epochs", "0"], "epochs"),
        (["--norm", "post"], "--norm is no option of --kind recurrent"),
    ],
    ids=str,
)
def test_options_that_cannot_be_are_told_in_a_sentence(tmp_path, monkeypatch, capsys, words, told):
    data = tmp_path / "pairs.tsv"
    data.write_text("".join(f"{s}\t{t}\n" for s, t in sentence_pairs()))
    out = ["--out", str(tmp_path / "model"), "--threads", "1"]
    monkeypatch.setattr(
        sys, "argv", ["core.training", str(data), *out, "--vocabulary", "400", *words]
    )
    assert main() == 2
    shown = capsys.readouterr().err
    assert re.search(told, shown) and "Traceback" not in shown
    assert not (tmp_path / "model").exists()


@pytest.fixture
def trained(tmp_path, monkeypatch, capsys):
    """Trains by the command in a folder, and gives what it told and the folder."""
    data, folder = tmp_path / "pairs.tsv", tmp_path / "model"
    data.write_text("".join(f"{s}\t{t}\n" for s, t in sentence_pairs()))
    base = [str(data), "--out", str(folder), "--threads", "1", "--size", "8", "--epochs", "1",
            "--tokens", "600", "--held-out", "3"]  # fmt: skip

    def run(*words: str) -> tuple[int, str, Path]:
        given = ["core.training", *base, *words]
        monkeypatch.setattr(sys, "argv", given)
        code = main()
        return code, "".join(capsys.readouterr()), folder

    return run


def test_a_vocabulary_that_another_run_left_is_not_taken(trained):
    """Without its checkpoint a run begins anew, and with its own options."""
    words = ("--tokeniser", "words", "--vocabulary")
    _, _, folder = trained(*words, "400")
    assert load_model(folder)[0].config.vocabulary > 12
    code, told, _ = trained(*words, "12")
    assert code == 2 and "other options or data" in told
    (folder / "resume.safetensors").unlink()
    assert trained(*words, "12")[0] == 0
    assert load_model(folder)[0].config.vocabulary == 12
    (folder / "words.json").write_bytes(b"")
    code, told, _ = trained(*words, "12")
    assert code == 2 and "words.json cannot be read" in told and "another folder" in told


def test_languages_can_be_said_when_all_is_done(trained):
    assert trained("--vocabulary", "400")[0] == 0
    code, _, folder = trained("--vocabulary", "400", "--languages", "kor-eng")
    about = read_about(folder)
    assert code == 0 and (about.source, about.target) == ("kor", "eng")


def test_a_folder_that_cannot_be_is_told_before_training(trained, tmp_path):
    (tmp_path / "model").write_text("a file")
    code, told, _ = trained("--vocabulary", "400")
    assert code == 2 and "update/s" not in told


@pytest.mark.parametrize("change", [{"cell": "GRU"}, {"score": None}, {"size": 10}], ids=str)
def test_another_model_on_the_same_folder_is_told(made, whole, change):
    with pytest.raises(ValueError, match="other options"):
        made(whole, **change)


def test_the_record_is_that_of_each_epoch(made, whole):
    model, vocabulary = load_model(whole)
    assert model.config.size == 12
    entries = record(whole)
    per_epoch = made(whole).per_epoch
    assert [entry["update"] for entry in entries] == [per_epoch, 2 * per_epoch]
    for entry in entries:
        assert entry["held_out_loss"] > 0 and 0 <= entry["bleu"] <= 100
        for shown in entry["attention"]:
            size = len(vocabulary.encode(shown["source"])) + 1
            assert shown["weights"] and all(len(row) == size for row in shown["weights"])
            assert all(sum(row) == pytest.approx(1, abs=0.01) for row in shown["weights"])


@pytest.mark.parametrize("score", [*score_functions(), None])
@pytest.mark.parametrize("cell", ["LSTM", "GRU"])
def test_every_model_trains(made, tmp_path, score, cell):
    training = made(tmp_path, replace(RECIPE, epochs=1), score=score, cell=cell)
    training.run()
    assert load_model(tmp_path)[0].config.score == score


@pytest.mark.parametrize("feeding", [False, True])
def test_own_words_can_be_read_in_training(made, tmp_path, feeding):
    recipe = replace(RECIPE, epochs=1, teacher_forcing=0.5)
    made(tmp_path, recipe, input_feeding=feeding).run()
    assert load_model(tmp_path)[0].config.input_feeding == feeding


def test_it_learns(made, tmp_path):
    recipe = replace(RECIPE, epochs=16, rate=2e-2, average=0.9)
    made(tmp_path, recipe, size=24, dropout=0.0).run()
    losses = [entry["held_out_loss"] for entry in record(tmp_path)]
    assert losses[-1] < losses[0] / 2


def test_without_held_out_sentences_it_trains_all_the_same(made, tmp_path):
    training = made(tmp_path, replace(RECIPE, epochs=1))
    training.data = training.data._replace(held={})
    training.run()
    assert record(tmp_path) == [] and load_model(tmp_path)


def command(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "core.training", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )


def test_the_manual_names_every_option(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["core.training", "--help"])
    with pytest.raises(SystemExit) as done:
        main()
    assert done.value.code == 0
    manual = capsys.readouterr().out
    for option in ("--score", "--cell", "--teacher-forcing", "--seed", "--held-out", "--out"):
        assert option in manual
    assert all(score in manual for score in score_functions())


def test_the_command_trains_and_tells_broken_lines(tmp_path):
    data = tmp_path / "pairs.tsv"
    data.write_text("".join(f"{s}\t{t}\n" for s, t in sentence_pairs()) + "broken\n")
    done = command(
        str(data), "--out", str(tmp_path / "model"), "--vocabulary", "400", "--size", "8",
        "--epochs", "1", "--tokens", "500", "--threads", "1", "--held-out", "3",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "pairs.tsv, line 251:" in done.stderr
    assert (
        Translator.from_folder(tmp_path / "model", "eng", "fra").translate("I sing.", limit=5).steps
    )
