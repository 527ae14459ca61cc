"""Models that the hub has: what is whole in its cache is taken, what was cut off is fetched again,
and a pickle is not fetched at all."""

from __future__ import annotations

import shutil
from pathlib import Path

import huggingface_hub
import pytest
from huggingface_hub import constants

from core import load
from core.manifest import ModelError
from tests.huggingface.making import WORDS

COMMIT = "a" * 40


class Hub:
    """A hub whose files are those of a folder, laid out in a cache as it does itself."""

    def __init__(self, cache: Path, files: Path):
        self.place, self.files, self.asked = cache / "models--owner--mine", files, []

    def lay(self, *names: str) -> Path:
        """As a download leaves them of which these files have come."""
        snapshot = self.place / "snapshots" / COMMIT
        for folder in (self.place / "refs", self.place / "blobs", snapshot):
            folder.mkdir(parents=True, exist_ok=True)
        (self.place / "refs" / "main").write_text(COMMIT)
        for name in names:
            shutil.copy(self.files / name, self.place / "blobs" / name)
            (snapshot / name).unlink(missing_ok=True)
            (snapshot / name).symlink_to(Path("../../blobs") / name)
        return snapshot

    def names(self) -> list[str]:
        return sorted(path.name for path in self.files.iterdir())

    def offered(self, name: str) -> list[str]:
        self.asked.append(name)
        return self.names()


@pytest.fixture
def hub(folder_of, tmp_path, monkeypatch) -> Hub:
    found = Hub(tmp_path / "hub", shutil.copytree(folder_of("bert"), tmp_path / "offered"))
    found.place.parent.mkdir()
    cached = huggingface_hub.snapshot_download

    def download(name, local_files_only=False, **_):
        if local_files_only:
            return cached(name, local_files_only=True)
        return str(found.lay(*found.names()))

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(found.place.parent))
    monkeypatch.setattr(huggingface_hub, "list_repo_files", found.offered)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    return found


def test_what_is_whole_asks_nobody(hub, capsys):
    hub.lay(*hub.names())
    assert load("owner/mine").read(WORDS).filled
    assert not hub.asked and not capsys.readouterr().err


@pytest.mark.parametrize("came", [["config.json"], ["config.json", "tokenizer.json"], ["weights"]])
def test_what_was_cut_off_is_fetched_again(hub, came, capsys):
    snapshot = hub.lay(*(came if came != ["weights"] else hub.names()))
    if came == ["weights"]:
        path = (snapshot / "model.safetensors").resolve()
        path.write_bytes(path.read_bytes()[:-50])
    assert load("owner/mine").read(WORDS).filled
    assert hub.asked == ["owner/mine"]
    assert capsys.readouterr().err.startswith("Heed fetches owner/mine from huggingface.co")


def test_what_was_cut_off_is_told_where_there_is_no_network(hub, monkeypatch):
    def refuse(name):
        raise OSError("no network")

    hub.lay("config.json")
    monkeypatch.setattr(huggingface_hub, "list_repo_files", refuse)
    with pytest.raises(ModelError, match=r"not whole: .*tokenizer\.json is missing.*not be fetche"):
        load("owner/mine")


@pytest.mark.parametrize("came", [[], ["config.json"]])
def test_a_pickle_is_not_fetched_and_how_to_convert_it_is_said(hub, came):
    (hub.files / "model.safetensors").rename(hub.files / "pytorch_model.bin")
    if came:
        hub.lay(*came)
    with pytest.raises(ModelError, match=r"pytorch_model\.bin, a pickle.*save_pretrained\(folder"):
        load("owner/mine")
    assert not (hub.place / "blobs" / "pytorch_model.bin").exists()


def test_what_is_whole_and_not_for_us_is_told_without_the_network(hub):
    path = hub.files / "config.json"
    path.write_text(path.read_text().replace('"bert"', '"mamba"'))
    hub.lay(*hub.names())
    with pytest.raises(ModelError, match="architecture 'mamba'"):
        load("owner/mine")
    assert not hub.asked


def test_blobs_are_a_folder_of_the_cache_and_no_link(hub, tmp_path):
    hub.lay(*hub.names())
    (hub.place / "blobs").rename(tmp_path / "elsewhere")
    (hub.place / "blobs").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ModelError, match="leads out of the folder"):
        load("owner/mine")
