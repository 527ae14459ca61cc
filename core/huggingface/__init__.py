"""A Hugging Face folder, looked at before anything of it is loaded (no torch, no transformers).

Only what is looked at here is read afterwards: settings as JSON, weights as safetensors, and the
files of the tokeniser. Whatever would run code of the folder, or lead out of it, is refused.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path

from core.facts import READS, TRANSLATES, WRITES
from core.foreign import CONFIG
from core.refusals import ModelError

# The architectures that the adapter knows by their name in `config.json`, and what each does.
FAMILIES = {
    "marian": TRANSLATES, "t5": TRANSLATES, "bart": TRANSLATES, "m2m_100": TRANSLATES,
    "bert": READS, "roberta": READS, "distilbert": READS, "albert": READS, "electra": READS,
    "gpt2": WRITES, "llama": WRITES, "gpt_neox": WRITES, "mistral": WRITES, "qwen2": WRITES,
}  # fmt: skip
WEIGHTS, SHARDS = "model.safetensors", "model.safetensors.index.json"
PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")
SETTINGS = "tokenizer_config.json"
# One of these sets of files holds the tokeniser.
TOKENISERS = (
    ("tokenizer.json",),
    ("source.spm", "target.spm", "vocab.json"),  # Marian
    ("sentencepiece.bpe.model", "vocab.json"),  # M2M100
    ("vocab.json", "merges.txt"),
    ("vocab.txt",),
    ("spiece.model",),
    ("tokenizer.model",),
)
# What is read besides, where it is there.
READ_TOO = (
    "tokenizer.json", "vocab.json", "special_tokens_map.json", "added_tokens.json",
    "generation_config.json",
)  # fmt: skip
# What pages open on, where nobody has said what a model reads.
EXAMPLES = {
    TRANSLATES: "The cat sat on the mat.", WRITES: "Once upon a time",
    READS: "The cat sat on the mat because it was tired.",
}  # fmt: skip
MOST_HEADER = 100_000_000  # bytes, as safetensors itself allows


@dataclass(frozen=True)
class Described:
    """What a folder says of its model. Weights are not loaded, but they are there and whole."""

    folder: Path
    family: str  # of FAMILIES
    does: str  # TRANSLATES, READS or WRITES
    architecture: str  # the class that it was saved from, such as "MarianMTModel"; may be empty
    config: dict
    shapes: dict[str, tuple[int, ...]]  # of each tensor

    @property
    def stamp(self) -> str:
        """Which weights these are, by the sizes and times of their files: to read some gigabytes
        for a digest takes minutes."""
        told = [(path.name, path.stat()) for path in sorted(self.folder.glob("*.safetensors"))]
        return repr([(name, one.st_size, one.st_mtime_ns) for name, one in told])

    @property
    def example(self) -> str:
        """A text to begin with."""
        return EXAMPLES[self.does]

    @property
    def parameters(self) -> int:
        """How many numbers the weights are."""
        total = 0
        for shape in self.shapes.values():
            size = 1
            for side in shape:
                size *= side
            total += size
        return total


def look(folder: Path) -> Described:
    """What stands in `folder`. Raises ModelError that names the file at fault and what to do."""
    config = _json(folder, CONFIG)
    family = config.get("model_type")
    named = config.get("architectures") or [""]
    for name in (CONFIG, SETTINGS):
        if optional(folder, name).get("auto_map"):
            raise ModelError(
                f"{folder / name} asks for code of its own (auto_map), and Heed runs no code from "
                f"a folder: take a model of an architecture that transformers has itself"
            )
    if family not in FAMILIES:
        known = ", ".join(FAMILIES)
        raise ModelError(
            f"{folder / CONFIG} names the architecture {family or named[0] or 'none'!r}, which "
            f"Heed does not read: take a model of {known}"
        )
    if "quantization_config" in config:
        raise ModelError(
            f"{folder / CONFIG} says that the weights are quantised, and those are not the numbers "
            "that attention is computed with: save the model in full or half precision"
        )
    if (folder / "adapter_config.json").exists():
        raise ModelError(
            f"{folder / 'adapter_config.json'} says that this is an adapter, a part of a model: "
            "merge it with its model and save both as one"
        )
    _tokeniser(folder)
    shapes = {}
    for name in _weights(folder):
        shapes.update(_header(_inside(folder, name)))
    return Described(
        folder, family, FAMILIES[family], str(named[0] or ""), config, shapes
    )  # fmt: skip


def _json(folder: Path, name: str) -> dict:
    path = _inside(folder, name)
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(found, dict):
            raise ValueError("it is no JSON object")
        return found
    except FileNotFoundError as error:
        raise ModelError(
            f"{folder / name} is missing: restore it, or save the model again"
        ) from error
    except (OSError, ValueError) as error:
        raise ModelError(
            f"{folder / name} cannot be read ({error}): restore it, or save the model again"
        ) from error


def optional(folder: Path, name: str) -> dict:
    return _json(folder, name) if (folder / name).exists() else {}


def _inside(folder: Path, name: str) -> Path:
    """That file of the folder. Raises ModelError for one that lies elsewhere: a name that leads out
    of the folder, or a link that does, unless it is one of the hub's cache to its own blobs."""
    path, real = folder / name, (folder / name).resolve()
    places = [folder.resolve()]
    if folder.parent.name == "snapshots":
        places.append((folder.parent.parent / "blobs").resolve())
    if Path(name).name != name or not any(place in real.parents for place in places):
        raise ModelError(
            f"{path} leads out of the folder, and nothing outside it is read: put the file itself "
            "there"
        )
    return path


def _tokeniser(folder: Path) -> None:
    """Raises ModelError where there is none, or where its files are links that lead elsewhere."""
    for files in TOKENISERS:
        if all((folder / name).exists() for name in files):
            break
    else:
        raise ModelError(
            f"{folder / 'tokenizer.json'} is missing, and there is no other tokeniser: save the "
            "model's tokeniser into the folder too (tokenizer.save_pretrained)"
        )
    for path in folder.iterdir():
        if path.is_file() or path.is_symlink():
            _inside(folder, path.name)
    for name in READ_TOO:
        optional(folder, name)


def _weights(folder: Path) -> list[str]:
    """The files of the weights, all of them there."""
    if (folder / WEIGHTS).exists():
        return [WEIGHTS]
    if not (folder / SHARDS).exists():
        pickle = next((path for kind in PICKLES for path in sorted(folder.glob(kind))), None)
        if pickle:
            raise ModelError(
                f"{pickle} is a pickle, which can run code when it is read, so it is not read: "
                "where you trust it, convert it by AutoModel.from_pretrained(folder)"
                ".save_pretrained(folder), which writes model.safetensors"
            )
        raise ModelError(f"{folder / WEIGHTS} is missing: restore it, or save the model again")
    index = _json(folder, SHARDS)
    told = index.get("weight_map")
    whole = isinstance(told, dict) and isinstance(index.get("metadata"), dict)
    if not whole or not all(isinstance(one, str) for one in told.values()):
        raise ModelError(
            f"{folder / SHARDS} does not say in its weight_map and metadata in which file each "
            "weight stands: restore it, or save the model again"
        )
    names = sorted(set(told.values()))
    for name in names:
        path = _inside(folder, name)
        if not path.exists():
            raise ModelError(
                f"{path} is missing, one of {len(names)} files of weights that {SHARDS} names: "
                "download it again"
            )
        lost = {key for key, file in told.items() if file == name} - _header(path).keys()
        if lost:
            raise ModelError(
                f"{path} has no weight {sorted(lost)[0]}, which {SHARDS} says it holds: download "
                "it again"
            )
    return names


def _header(path: Path) -> dict[str, tuple[int, ...]]:
    """The shapes that a file of safetensors names. Raises ModelError where it is not whole."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            length = struct.unpack("<Q", file.read(8))[0]
            if length > min(MOST_HEADER, size):
                raise ValueError("its header is longer than the file")
            told = json.loads(file.read(length))
        told.pop("__metadata__", None)
        ends = [one["data_offsets"][1] for one in told.values()]
        if 8 + length + max(ends, default=0) != size:
            raise ValueError(f"it has {size:,} bytes of {8 + length + max(ends, default=0):,}")
        return {name: tuple(map(int, one["shape"])) for name, one in told.items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError, struct.error) as error:
        raise ModelError(
            f"{path} is no whole file of safetensors ({error}): download or save it again"
        ) from error
