"""A Hugging Face folder, looked at before anything of it is loaded (no torch, no transformers).

Only what is looked at here is read afterwards: settings as JSON, weights as safetensors, and the
files of the tokeniser. Whatever would run code of the folder, or lead out of it, is refused.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from core.facts import READS, TRANSLATES, WRITES
from core.foreign import CONFIG
from core.huggingface import settings
from core.huggingface.files import check_links, json_of, optional
from core.huggingface.weights import shapes_of
from core.refusals import Incomplete, ModelError

# The architectures that the adapter knows by their name in `config.json`, and what each does.
FAMILIES = {
    "marian": TRANSLATES, "t5": TRANSLATES, "bart": TRANSLATES, "m2m_100": TRANSLATES,
    "bert": READS, "roberta": READS, "distilbert": READS, "albert": READS, "electra": READS,
    "gpt2": WRITES, "llama": WRITES, "gpt_neox": WRITES, "mistral": WRITES, "qwen2": WRITES,
}  # fmt: skip
SETTINGS, WRITING = "tokenizer_config.json", "generation_config.json"
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
READ_TOO = ("tokenizer.json", "vocab.json", "special_tokens_map.json", "added_tokens.json")
# Settings by which a folder would have other files read than those that are looked at here.
OTHER_FILES = {CONFIG: "transformers_weights", SETTINGS: "sp_model_kwargs"}
# What pages open on, where nobody has said what a model reads.
EXAMPLES = {
    TRANSLATES: "The cat sat on the mat.", WRITES: "Once upon a time",
    READS: "The cat sat on the mat because it was tired.",
}  # fmt: skip


@dataclass(frozen=True)
class Described:
    """What a folder says of its model. Weights are not loaded, but they are there and whole."""

    folder: Path
    family: str  # of FAMILIES
    does: str  # TRANSLATES, READS or WRITES
    architecture: str  # the class that it was saved from, such as "MarianMTModel"; may be empty
    config: dict
    shapes: dict[str, tuple[int, ...]]  # of each tensor
    writing: dict  # settings of writing

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
        return sum(map(math.prod, self.shapes.values()))


def look(folder: Path) -> Described:
    """What stands in `folder`. Raises ModelError that names the file at fault and what to do."""
    try:
        return _looked(folder)
    except OSError as error:
        raise ModelError(
            f"{folder} cannot be read ({error}): see that its files are there and may be read"
        ) from error


def _looked(folder: Path) -> Described:
    check_links(folder)
    config = json_of(folder, CONFIG)
    settings.check(folder / CONFIG, config, settings.MODEL)
    family, named = config.get("model_type"), (config.get("architectures") or [""])[0]
    for name in (CONFIG, SETTINGS):
        told = optional(folder, name)
        if told.get("auto_map"):
            raise ModelError(
                f"{folder / name} asks for code of its own (auto_map), and Heed runs no code from "
                f"a folder: take a model of an architecture that transformers has itself"
            )
        if told.get(OTHER_FILES[name]):
            raise ModelError(
                f"{folder / name} names other files to be read ({OTHER_FILES[name]}), and only "
                "those are read that a model is saved in: take that setting out"
            )
    if family not in FAMILIES:
        known = ", ".join(FAMILIES)
        raise ModelError(
            f"{folder / CONFIG} names the architecture {family or named or 'none'!r:.80}, which "
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
    return Described(
        folder, family, FAMILIES[family], named, config, shapes_of(folder), _writing(folder, config)
    )


def _tokeniser(folder: Path) -> None:
    """Raises ModelError where there is none, or where one of its files is broken."""
    for files in TOKENISERS:
        if all((folder / name).exists() for name in files):
            break
    else:
        raise Incomplete(
            f"{folder / 'tokenizer.json'} is missing, and there is no other tokeniser: save the "
            "model's tokeniser into the folder too (tokenizer.save_pretrained)"
        )
    settings.check(folder / SETTINGS, optional(folder, SETTINGS), settings.TOKENISER)
    for name in READ_TOO:
        optional(folder, name)


def _writing(folder: Path, config: dict) -> dict:
    """The settings of writing, which stood in `config.json` before they had a file of their own."""
    name = WRITING if (folder / WRITING).exists() else CONFIG
    told = config if name == CONFIG else json_of(folder, name)
    settings.check(folder / name, told, settings.WRITING)
    return told
