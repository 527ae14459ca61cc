"""Sentences are read, split and served once an epoch; hidden tokens are others each time, and the
same when an epoch is begun again."""

import gzip
import random
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import torch

import core
from core import manifest
from core.about import ABOUT, About, read_about, write_about
from core.corpus import fingerprint_of, read_pairs, read_sentences, split_pairs, split_sentences
from core.evaluation import __main__ as command
from core.evaluation import publishing
from core.evaluation.card import Told
from core.measurements import about, table
from core.opening import first
from core.record import read_record
from core.tasks import Asked, tasks
from core.tasks.masked_words.corpus import Corpus as Masked
from core.tasks.next_word import Corpus as Next
from core.tasks.sentences import parted
from core.tokenisers import tokeniser
from core.trace import Trace
from core.training.__main__ import main
from core.tree import MASK
from tests.conftest import sentence_pairs

SENTENCES = [source for source, _ in sentence_pairs()]


@pytest.fixture(scope="module")
def hiding():
    return tokeniser("pieces").train(SENTENCES, 300, True)


@pytest.mark.parametrize("name", ["plain.txt", "packed.gz"])
def test_a_text_or_a_column_of_a_table_is_read_each_sentence_once(tmp_path, name):
    path, told = tmp_path / name, []
    text = "I sing.\nI eat.\n\nI sing.\n" + "".join(f"Tom eats {i}.\n" for i in range(40))
    path.write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
    found = read_sentences(path, told.append)
    assert found == ["I sing.", "I eat.", *(f"Tom eats {i}." for i in range(40))]
    assert told == [f"{name}: 1 of 44 lines left out"]
    path.write_text("".join(f"{s}\t{t}\n" for s, t in sentence_pairs()), encoding="utf-8")
    assert read_sentences(path, print) == SENTENCES
    assert read_sentences(path, print, 2)[0] == "Je chante."
    with pytest.raises(ValueError, match="250 of 250 lines have nothing in column 3"):
        read_sentences(path, print, 3)
    with pytest.raises(ValueError, match="a sentence on each line"):
        read_sentences(tmp_path / "none.txt", print)


def test_sentences_come_of_columns_of_several_files_and_not_those_unfit_for_a_class(tmp_path):
    one, two = tmp_path / "one.tsv", tmp_path / "two.tsv"
    one.write_text("a\tI sing.\nb\tYou idiot!\n" * 9, encoding="utf-8")
    two.write_text("I sing.\tI eat.\nTom sings.\tTom eats.\n" * 9, encoding="utf-8")
    about = About("eng", "eng", held_out=0, columns=(2, 0), fit=True)
    assert parted(about, [one, two]).train == ["I sing.", "I eat.", "Tom sings.", "Tom eats."]
    assert "You idiot!" in parted(replace(about, fit=False), [one, two]).train
    write_about(about, tmp_path)
    assert read_about(tmp_path) == about
    (tmp_path / ABOUT).write_text('{"source": "eng", "column": 2}', encoding="utf-8")
    assert read_about(tmp_path).columns == (2,)


@pytest.mark.parametrize(
    ("columns", "told"), [("1 2 1", "for each of 2 files"), ("-1", "0 or more")]
)
def test_columns_that_fit_no_file_are_told(columns, told, tmp_path, monkeypatch, capsys):
    words = f"--task next-word one.txt two.txt --column {columns} --out {tmp_path}"
    monkeypatch.setattr("sys.argv", ["core.training", *words.split()])
    assert main() == 2 and told in capsys.readouterr().err


def test_the_same_sentences_are_held_out_as_of_pairs(tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text("".join(f"{s}\t{t}\n" for s, t in sentence_pairs()), encoding="utf-8")
    split = split_sentences(read_sentences(path, print), 10, 3)
    pairs = split_pairs(read_pairs(path, print), 10, 3)
    assert split.test == [*pairs.test] and split.valid == [*pairs.valid]
    assert fingerprint_of(split.test) == fingerprint_of(pairs.test)
    parts = [{*part} for part in split]
    assert sum(map(len, parts)) == len(set.union(*parts)) == len(SENTENCES)


@pytest.mark.parametrize("corpus", [Masked, Next])
def test_an_epoch_has_every_sentence_once_and_always_as_many_batches(hiding, corpus):
    served = corpus(SENTENCES, hiding, 60)
    counts = set()
    for seed in range(3):
        batches = list(served.batches(random.Random(seed)))
        counts.add(len(batches))
        rows = [tuple(row) for one in batches for row in one.wanted.tolist()]
        expected = [(*hiding.encode(sentence), hiding.end) for sentence in SENTENCES]
        assert Counter(rows) == Counter(expected)
        assert all(one.wanted.size <= 60 + one.wanted.shape[1] for one in batches)
    assert len(counts) == 1
    with pytest.raises(ValueError, match="none is short enough"):
        corpus(SENTENCES, hiding, 60, longest=1)


def test_hidden_tokens_follow_from_seed_and_epoch_alone(hiding):
    served = Masked(SENTENCES, hiding, 60)

    def epoch(number):
        return list(served.batches(random.Random(f"1 {number}")))

    for one, other in zip(epoch(0), epoch(0), strict=True):
        assert all((a == b).all() for a, b in zip(one, other))

    def hidden(number):
        return {
            (tuple(row), tuple(places))
            for one in epoch(number)
            for row, places in zip(one.wanted.tolist(), one.chosen.tolist())
        }

    assert len(hidden(0) & hidden(1)) < len(SENTENCES) / 2, "others in the next epoch"


def test_of_the_tokens_so_many_are_hidden_exchanged_and_left(hiding):
    long = [" ".join(SENTENCES[i : i + 6]) for i in range(0, 240, 6)] * 20
    served = Masked(long, hiding, 2000)
    chosen = masked = left = total = 0
    for one in served.batches(random.Random(5)):
        assert not one.chosen[:, -1].any(), "the end mark stays"
        assert (one.source == one.wanted)[~one.chosen].all()
        share = one.chosen.sum(1)
        assert (share == max(1, round(0.15 * (one.wanted.shape[1] - 1)))).all()
        chosen += one.chosen.sum()
        total += one.wanted[:, :-1].size
        masked += (one.source == hiding.mask).sum()
        left += (one.source == one.wanted)[one.chosen].sum()
        assert hiding.allowed[one.source[one.source != hiding.mask]].all()
    assert chosen / total == pytest.approx(0.15, abs=0.01)
    assert masked / chosen == pytest.approx(0.8, abs=0.02)
    assert left / chosen == pytest.approx(0.1, abs=0.02)


def test_of_the_next_word_each_token_follows_those_before_it(hiding):
    for one in Next(SENTENCES, hiding, 60).batches(random.Random(0)):
        assert one.source.shape == (len(one.wanted), 0) and one.real.all()
        assert (one.given[:, 0] == hiding.start).all() and (one.wanted[:, -1] == hiding.end).all()
        assert (one.given[:, 1:] == one.wanted[:, :-1]).all()


# Trained to perfection on a few sentences.

TASK = {"eng-bert": "masked-words", "eng-albert": "masked-words", "eng-gpt": "next-word"}
FEW = [f"{who} {does} {when}." for who, does, when in (
    ("Tom", "sings", "now"), ("Mary", "eats", "here"), ("We", "talk", "again"),
    ("They", "work", "well"), ("You", "look", "back"), ("I", "run", "home"),
)]  # fmt: skip


@pytest.fixture(scope="module", params=["eng-bert", "eng-albert", "eng-gpt"])
def trained(request, tmp_path_factory):
    """A folder that the command wrote, of nothing but those."""
    root = tmp_path_factory.mktemp("trained")
    data = root / "few.txt"
    data.write_text("\n".join(FEW))
    name = request.param
    words = [
        "--task", TASK[name], str(data), "--language", "eng", "--out", str(root / name),
        "--threads", "1", "--tokeniser", "words", "--vocabulary", "60", "--held-out", "0",
        "--epochs", "220",
        "--tokens", "60", "--size", "16", "--heads", "2", "--layers", "2", "--inner", "16",
        "--dropout", "0", "--rate", "0.01", "--warmup", "10", "--average", "0.9",
        *["--shared", "--embedding", "12"] * (name == "eng-albert"),
    ]  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["core.training", *words])
        assert main() == 0
    return root / name


def test_a_few_sentences_are_learnt_by_heart(trained):
    found = core.load(trained)
    assert read_about(trained).task == manifest.own(trained).task
    for sentence in FEW:
        words = sentence[:-1].split()
        if found.facts.does == "write":
            assert found.write(words[0], limit=6).text.startswith(sentence)
            continue
        for place in range(3):
            text = " ".join([*words[:place], MASK, *words[place + 1 :]]) + "."
            trace = found.read(text)
            at = [token.text for token in trace.source].index(MASK)
            assert trace.filled[at].guesses[0].piece == words[place], text


# Measured, published, withdrawn.


@pytest.fixture(scope="module", params=["eng-albert", "eng-gpt"])
def measured(request, tmp_path_factory):
    """A folder of a model that has hardly learnt, and the data of its training."""
    root, name = tmp_path_factory.mktemp("measured"), request.param
    data = root / "pairs.tsv.gz"
    data.write_bytes(gzip.compress("".join(f"{s}\t{t}\n" for s, t in sentence_pairs()).encode()))
    words = [
        "--task", TASK[name], str(data), "--language", "eng", "--out", str(root / name),
        "--threads", "1", "--vocabulary", "300", "--held-out", "12", "--epochs", "1", "--size", "8",
        "--heads", "2", "--layers", "2", "--inner", "8", "--tokens", "300",
        *["--shared", "--embedding", "6"] * (name == "eng-albert"),
    ]  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["core.training", *words])
        assert main() == 0
    return root / name, data


def asked_to(folder, data, *more):
    words = [str(folder), "--data", str(data), *more]
    return command.run(command.parser().parse_args(words))


def test_the_record_has_what_was_held_out(measured):
    folder, _ = measured
    (entry,) = read_record(folder).measured
    name = "accuracy" if "albert" in folder.name else "perplexity"
    assert {"held_out_loss", name} <= entry.keys()
    for shown in entry["attention"]:
        assert [sum(row) for row in shown["weights"]] == pytest.approx(
            [1.0] * len(shown["weights"]), abs=0.01
        )
    assert manifest.own(folder).sentence == entry["attention"][0]["source"]
    assert manifest.own(folder).task == TASK[folder.name]


def test_what_is_measured_is_what_the_model_says(measured):
    """Worked out anew for a few sentences, one token at a time."""
    folder, data = measured
    assert asked_to(folder, data) == 0
    found = table.read(folder / about.FILE)
    model = core.load(folder)
    vocabulary = model.vocabulary
    test = split_sentences(read_sentences(data, print), 12, 1).test
    assert fingerprint_of(test) == read_about(folder).test
    nats, right, count, ends = 0.0, 0, 0, 0
    for sentence in test:
        ids = vocabulary.encode(sentence)
        for place, token in enumerate([*ids, vocabulary.end]):
            with torch.no_grad():
                if "albert" in folder.name:
                    if token == vocabulary.end:
                        continue
                    read = [*ids[:place], vocabulary.mask, *ids[place + 1 :], vocabulary.end]
                    memory = model.model.encode(torch.tensor([read]))
                    logits = model.model.fill(memory)[0, place]
                else:
                    read = torch.tensor([[vocabulary.start, *ids[:place]]])
                    state = model.model.start(model.model.encode(read[:, :0]))
                    logits = model.model.logits(model.model.decode(read, state).combined[0, -1])
            nats -= float(logits.log_softmax(-1)[token])
            ends += token == vocabulary.end
            count += 1
            right += token != vocabulary.end and int(logits.argmax()) == token
    value = {(row.measure, row.setting): row.value for row in found.rows.itertuples()}
    if "albert" in folder.name:
        assert value["masked_loss", ""] == pytest.approx(nats / count, rel=1e-4)
        assert value["pseudo_perplexity", ""] == pytest.approx(np.exp(nats / count), rel=1e-4)
    else:
        assert value["perplexity", ""] == pytest.approx(np.exp(nats / count), rel=1e-4)
        assert value["word_perplexity", ""] > value["perplexity", ""]
    assert value["accuracy", ""] == pytest.approx(right / (count - ends), rel=1e-4, abs=1e-9)
    assert value["accuracy", "first 5"] >= value["accuracy", ""]
    assert value["parameters", ""] == model.facts.parameters
    between = found.rows[found.rows["low"].notna()]
    assert (between["low"] <= between["value"]).all() and len(between) == 4


def test_it_is_published_with_a_sentence_and_no_translation(measured, tmp_path):
    folder, data = measured
    came, facade, box = read_about(folder), core.load(folder), tmp_path / "box"
    told = Told("A remark.", "Of somebody, CC BY.")
    found = tasks()[came.task].evaluate(facade, folder, [data], Asked(1, None, told, None))
    rows = table.Table(
        table.frame(found.rows), {"source": "eng", "task": came.task}, {facade.name: "1"}
    )
    publishing.put(facade, folder, rows, found.card, found.trace, first(facade.facts), box)
    (entry,) = manifest.entries(box).values()
    manifest.check_files(entry)
    assert (entry.task, entry.translation, entry.opens is None) == (
        came.task, None, "albert" in folder.name
    )  # fmt: skip
    assert (entry.source, entry.target) == ("eng", "eng") and entry.facts == facade.facts
    stored = Trace.from_json((box / entry.name / "example.json").read_text(encoding="utf-8"))
    assert stored.typed == entry.sentence
    card = (box / entry.name / "card.md").read_text(encoding="utf-8")
    assert "Of somebody, CC BY." in card and "A remark." in card and "{" not in card
    assert f"{facade.facts.parameters:,}" in card and "tokens" in card and "**" in card
    assert not [*box.glob("evaluation*.csv")], "it is compared with none that translate"
    command.withdraw(entry.name, box)
    assert not manifest.entries(box) and not (box / entry.name).exists()


def test_a_model_is_measured_on_what_it_did_not_learn_or_not_at_all(measured, tmp_path):
    folder, _ = measured
    other = tmp_path / "pairs.tsv.gz"
    other.write_bytes(gzip.compress(b"I sing.\tx\n" * 30))
    with pytest.raises(ValueError, match="not the file that was trained on"):
        asked_to(folder, other)


def test_a_vocabulary_without_a_mask_is_refused(tmp_path, monkeypatch, capsys):
    data, out = tmp_path / "s.txt", tmp_path / "out"
    data.write_text("\n".join(SENTENCES))
    out.mkdir()
    plain = tokeniser("words").train(SENTENCES, 40)
    (out / plain.file).write_bytes(plain.model)
    words = ["--task", "masked-words", str(data), "--out", str(out), "--tokeniser", "words"]
    monkeypatch.setattr("sys.argv", ["core.training", *words])
    assert main() == 2 and "has no mask" in capsys.readouterr().err


def test_each_kind_learns_its_own_task():
    assert set(tasks()["masked-words"].kinds()) == {"encoder-only"}
    assert "decoder-only" in tasks()["next-word"].kinds()
    assert not {"encoder-only", "decoder-only"} & set(tasks()["translation"].kinds())
