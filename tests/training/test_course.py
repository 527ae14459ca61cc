"""What a training leaves besides its model: curves as a file, and TensorBoard's events."""

import sys
import types

import pytest

from core.figures import course
from core.training import __main__ as command
from core.training.events import Events
from tests.conftest import sentence_pairs

COURSE = [
    {"update": 1, "seconds": 0, "loss": 3.0, "held_out_loss": 3.1, "bleu": 0.5, "attention": []},
    {"update": 2, "seconds": 0, "loss": 2.0, "held_out_loss": 2.5, "bleu": 2.0, "attention": []},
    {"update": 7, "seconds": 2, "loss": 1.0, "held_out_loss": 1.5, "bleu": 20.0, "attention": []},
]


def test_the_curves_have_every_moment_and_every_figure():
    for language in ("en", "ko"):
        figure = course.curves(COURSE, language)
        lines = {tuple(one.y): tuple(one.x) for one in figure.data}
        assert lines == {
            tuple(each[name] for each in COURSE): (1, 2, 7)
            for name in ("loss", "held_out_loss", "bleu")
        }
    with pytest.raises(ValueError, match="no curves to draw"):
        course.curves([])


def test_the_curves_are_one_file_with_nothing_to_fetch_and_png_is_told_of(tmp_path, monkeypatch):
    monkeypatch.setattr(course, "find_spec", lambda name: None)
    told = course.draw(COURSE, tmp_path)
    assert "requirements-training.txt" in told[1] and len(told) == 2
    page = (tmp_path / "curves.html").read_text(encoding="utf-8")
    assert str(tmp_path / "curves.html") in told[0] and "20.0" in page
    assert not any(f'src="{scheme}' in page for scheme in ("http", "//"))
    # Where there is Kaleido but no browser for it, the training is done all the same.
    monkeypatch.setattr(course, "find_spec", lambda name: object())
    monkeypatch.setattr(
        "plotly.graph_objects.Figure.write_image",
        lambda *given, **options: (_ for _ in ()).throw(RuntimeError("no Chrome\nat all")),
    )
    assert course.draw(COURSE, tmp_path)[1] == "No PNG, for Kaleido says: no Chrome"
    monkeypatch.setattr("plotly.graph_objects.Figure.write_image", lambda *given, **options: None)
    assert course.draw(COURSE, tmp_path)[1] == f"and {tmp_path / 'curves.png'}"


class Writer:
    """What TensorBoard's would be told."""

    made: list = []

    def __init__(self, folder, purge_step):
        self.folder, self.purge_step, self.scalars, self.closed = folder, purge_step, [], False
        self.made.append(self)

    def add_scalar(self, name, value, step):
        self.scalars.append((name, value, step))

    def close(self):
        self.closed = True


def trained(tmp_path, monkeypatch, *options) -> int:
    data = tmp_path / "pairs.tsv"
    data.write_text("".join(f"{a}\t{b}\n" for a, b in sentence_pairs()[:60]), encoding="utf-8")
    words = [
        "core.training", str(data), "--languages", "eng-fra", "--out", str(tmp_path / "model"),
        "--size", "8", "--tokeniser", "words", "--vocabulary", "90", "--epochs", "1",
        "--tokens", "60", "--held-out", "4", "--threads", "1", *options,
    ]  # fmt: skip
    monkeypatch.setattr(sys, "argv", words)
    return command.main()


def test_events_have_each_update_and_what_was_held_out(tmp_path, monkeypatch, capsys):
    Writer.made = []
    fake = types.ModuleType("torch.utils.tensorboard")
    fake.SummaryWriter = Writer
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", fake)
    assert trained(tmp_path, monkeypatch, "--tensorboard") == 0
    (writer,) = Writer.made
    assert writer.folder == str(tmp_path / "model" / "events") and writer.closed
    assert writer.purge_step == 1
    of = {name: [step for each, _, step in writer.scalars if each == name]
          for name, _, _ in writer.scalars}  # fmt: skip
    updates = list(range(1, max(of["train/loss"]) + 1))
    assert of["train/loss"] == of["train/norm"] == of["train/rate"] == updates
    assert of["held_out/bleu"] == of["held_out/held_out_loss"] and of["held_out/bleu"][:2] == [1, 2]
    assert not {"held_out/update", "held_out/loss", "held_out/attention"} & of.keys()
    told = capsys.readouterr().out
    assert "curves.html" in told and (tmp_path / "model" / "curves.html").exists()


def test_without_tensorboard_it_says_how_to_get_it_before_anything_is_read(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    assert trained(tmp_path, monkeypatch, "--tensorboard") == 2
    assert "pip install -r requirements-training.txt" in capsys.readouterr().err
    assert not (tmp_path / "model").exists()


def test_tensorboard_reads_the_files(tmp_path):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    for begin, values in ((0, (3.0, 2.0, 9.0)), (2, (1.0,))):  # stopped, and gone on after two
        events = Events(tmp_path)
        events.begin(begin)
        for number, value in enumerate(values, begin + 1):
            events.update(number, loss=value)
        events.moment(COURSE[1])
        events.close()
    read = EventAccumulator(str(tmp_path / "events"))
    read.Reload()
    assert {"train/loss", "held_out/bleu"} <= {*read.Tags()["scalars"]}
    assert [(one.step, one.value) for one in read.Scalars("train/loss")] == [
        (1, 3.0), (2, 2.0), (3, 1.0)
    ]  # fmt: skip
