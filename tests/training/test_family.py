"""One command trains a family whose members differ in their attention alone."""

import json
import sys

import pytest

from core.checkpoint import load_model
from core.training.__main__ import FAMILY, main
from tests.conftest import sentence_pairs


@pytest.fixture(scope="module")
def family(tmp_path_factory):
    folder = tmp_path_factory.mktemp("family")
    data = folder / "pairs.tsv"
    data.write_text("".join(f"{a}\t{b}\n" for a, b in sentence_pairs()), encoding="utf-8")
    words = [
        "core.training", str(data), "--family", "--out", str(folder / "eng-fra"), "--size", "8",
        "--vocabulary", "400", "--epochs", "1", "--tokens", "600", "--held-out", "4",
        "--threads", "1",
    ]  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", words)
        assert main() == 0
        before = {path: path.stat().st_mtime_ns for path in folder.glob("*/weights.safetensors")}
        assert main() == 0  # all is done: nothing is trained again
    assert before == {path: path.stat().st_mtime_ns for path in before}
    return {name: folder / f"eng-fra-{name}" for name in FAMILY}


def test_each_member_is_a_model_with_its_own_attention(family):
    for name, folder in family.items():
        model, _ = load_model(folder)
        score, wiring = FAMILY[name]
        assert (model.config.score or "none", model.config.wiring) == (score, wiring)


def test_all_else_is_the_same(family):
    configs, recipes, vocabularies, updates = [], [], set(), set()
    for folder in family.values():
        config = json.loads((folder / "config.json").read_text())
        configs.append({k: v for k, v in config.items() if k not in ("score", "wiring")})
        record = json.loads((folder / "record.json").read_text())
        recipes.append(record["recipe"])
        updates.add(record["measured"][-1]["update"])
        vocabularies.add((folder / "vocabulary.model").read_bytes())
    assert all(config == configs[0] for config in configs)
    assert all(recipe == recipes[0] for recipe in recipes)
    assert len(vocabularies) == len(updates) == 1
