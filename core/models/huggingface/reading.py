"""From a folder, or from a model and a tokeniser that somebody has loaded, to what Heed drives."""

from __future__ import annotations

import copy
import math
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import torch
import transformers

from core import memory
from core.facts import READS, TRANSLATES, WRITES
from core.huggingface import FAMILIES as DOES
from core.huggingface import WRITING, Described, look
from core.huggingface.facts import MANY, code_of, fills
from core.huggingface.settings import unheeded
from core.huggingface.weights import SHARDS, WEIGHTS
from core.manifest import CONFIG, ModelError
from core.models.huggingface.adapter import Adapter
from core.models.huggingface.marks import longest, tokens_of
from core.models.huggingface.shapes import SHAPES
from core.models.huggingface.sizing import check_size, line, no_model, no_weight, other_shape
from core.models.huggingface.tokens import Tokens

SMALLEST = 0.9  # the part of a vocabulary that a tokeniser must know to be the one of the model


class Opened(NamedTuple):
    """A model and its tokeniser, ready to be asked."""

    model: Adapter
    tokens: Tokens
    source: str  # ISO 639 codes, or that nobody said
    target: str
    called: str  # where it came from, or its class


def open_folder(folder: Path, source: str | None = None, target: str | None = None) -> Opened:
    """The model in `folder`. A model of many languages wants to be told which it reads and writes.

    Raises ModelError that names the file at fault and says what to do, ValueError for languages
    that do not fit.
    """
    described = look(folder)
    memory.check(folder, described.parameters)
    with quiet():
        tokeniser = _tokeniser(described)
        return adapt(_model(described), tokeniser, source, target, folder)


def adapt(
    hf, tokeniser, source: str | None = None, target: str | None = None, folder: Path | None = None
) -> Opened:
    """A model of transformers and its tokeniser, both as they are. See `open_folder`."""
    where = folder or type(hf).__name__
    config = hf.config
    if config.model_type not in DOES:
        raise ModelError(
            f"{where} is of the architecture {config.model_type!r}, which Heed does not read: take "
            f"a model of {', '.join(DOES)}"
        )
    does = DOES[config.model_type]
    if does == READS and getattr(config, "is_decoder", False):
        raise ModelError(
            f"{where} is an encoder that was turned into a decoder (is_decoder), which Heed does "
            "not read: take a model that reads from both sides"
        )
    if any(one.dtype not in (torch.float32, torch.float64) for one in hf.parameters()):
        raise ModelError(
            f"{where} holds weights of less than single precision: hand over model.float()"
        )
    if any(one.device.type != "cpu" for one in hf.parameters()):
        raise ModelError(f"{where} is not in this machine's memory: hand over model.cpu()")
    model, tokeniser = SHAPES[does](hf, does), copy.deepcopy(tokeniser)
    if does != READS and not model.reads_out():
        raise ModelError(
            f"{where} was made without what reads the next token off it: load it by "
            f"AutoModelFor{'Seq2SeqLM' if does == TRANSLATES else 'CausalLM'}"
        )
    most = longest(config, folder / CONFIG if folder else where)
    model.longest = None if does == READS else most
    fixed, source, target = _languages(config, tokeniser, source, target, where)
    told = hf.generation_config.to_dict() if does != READS else {}
    tokens = tokens_of(hf, tokeniser, told, most, fixed, _file_of(folder, where))
    _check_vocabulary(model, tokens, folder, where)
    model.unheeded = unheeded(told)
    _check_attention(model, tokens, where)
    return Opened(model, tokens, source, target, hf.name_or_path or type(hf).__name__)


@contextmanager
def quiet() -> Iterator[None]:
    """Without the notes of transformers: what is wrong is raised here."""
    before = transformers.logging.get_verbosity()
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    finally:
        transformers.logging.set_verbosity(before)
        transformers.logging.enable_progress_bar()


def _model(described: Described):
    """The weights in the class that they were made for, all of them from files."""
    kind = {
        TRANSLATES: transformers.AutoModelForSeq2SeqLM, WRITES: transformers.AutoModelForCausalLM,
        READS: transformers.AutoModel,
    }[described.does]  # fmt: skip
    if fills(described):
        kind = transformers.AutoModelForMaskedLM
    folder = described.folder
    file = folder / (WEIGHTS if (folder / WEIGHTS).exists() else SHARDS)
    check_size(described, kind, file)
    try:
        hf, told = kind.from_pretrained(
            str(folder), local_files_only=True, trust_remote_code=False, use_safetensors=True,
            dtype=torch.float32, attn_implementation="eager", output_loading_info=True,
            ignore_mismatched_sizes=True,
        )  # fmt: skip
    except Exception as error:  # whatever a config of somebody else makes of its classes
        raise no_model(folder, error) from error
    for name, found, wanted in sorted(told["mismatched_keys"]):
        raise other_shape(file, name, found, wanted)
    for name in sorted(name for name in told["missing_keys"] if "pooler" not in name):
        raise no_weight(file, name)
    odd = [name for name, value in hf.named_parameters() if not bool(value.isfinite().all())]
    if odd:
        raise ModelError(f"{file}: {odd[0]} holds values that are no numbers; restore it")
    return hf


def _tokeniser(described: Described):
    try:
        return transformers.AutoTokenizer.from_pretrained(
            str(described.folder), local_files_only=True, trust_remote_code=False
        )
    except Exception as error:  # as above
        raise ModelError(
            f"{described.folder / 'tokenizer.json'} or the files beside it make no tokeniser "
            f"({line(error)}): save the model's tokeniser into the folder again"
        ) from error


def _file_of(folder: Path | None, where) -> object:
    """What the settings of writing stand in."""
    if folder is None:
        return f"{where}.generation_config"
    return folder / (WRITING if (folder / WRITING).exists() else CONFIG)


def _languages(
    config, tokeniser, source: str | None, target: str | None, where
) -> tuple[tuple[int, ...], str, str]:
    """What all outputs begin with, and the two languages as codes."""
    fixed: tuple[int, ...] = ()
    if config.model_type == MANY:
        known = _known(tokeniser)
        source, target = (_full(code, known) for code in (source, target))
        for side, code in (("source", source), ("target", target)):
            if code not in known:
                raise ValueError(
                    f"{where} reads and writes many languages: name its {side} as {side}=, one of "
                    f"{', '.join(known)}" + (f", not {code!r}" if code else "")
                )
        tokeniser.src_lang, tokeniser.tgt_lang, fixed = source, target, (known[target],)
    source = source or getattr(tokeniser, "source_lang", None)
    target = target or getattr(tokeniser, "target_lang", None)
    return fixed, code_of(source), code_of(target)


def _full(code: str | None, known: dict[str, int]) -> str | None:
    """A language as the tokeniser calls it: "eng_Latn" for "eng", where it has no "eng"."""
    alike = (one for one in known if code and one.partition("_")[0] == code)
    return code if code in known else next(alike, code)


def _known(tokeniser) -> dict[str, int]:
    """The languages of a tokeniser of many, and their marks."""
    if hasattr(tokeniser, "lang_code_to_id"):
        return dict(tokeniser.lang_code_to_id)
    vocabulary = tokeniser.get_vocab()
    return {
        one: vocabulary[one]
        for one in sorted(vocabulary)
        if re.fullmatch("[a-z]{3}_[A-Z][a-z]{3}", one)
    }


def _check_vocabulary(model: Adapter, tokens: Tokens, folder: Path | None, where) -> None:
    """Raises ModelError for a tokeniser that cannot be the one of the model."""
    rows = len(model.hf.get_input_embeddings().weight)
    ids = tokens.known
    file = folder / "tokenizer.json" if folder else type(tokens.hf).__name__
    if folder and not (folder / "tokenizer.json").exists():
        file = folder / "vocab.json"
    if max(ids, default=-1) >= rows or len(ids) < math.floor(SMALLEST * rows) - 8:
        raise ModelError(
            f"{file} has {len(ids):,} tokens up to the number {max(ids, default=-1):,}, but the "
            f"model {where} has embeddings for {rows:,}: put the tokeniser of this very model there"
        )


def _check_attention(model: Adapter, tokens: Tokens, where) -> None:
    """Raises ModelError for a model that does not let its attention be seen."""
    try:
        with torch.inference_mode():
            ids = torch.tensor([[tokens.end or 0]])
            memory = model.encode(ids if model.encoder else ids[:, :0])
            blocks = memory.attentions
            if model.decoder:
                step = model.step(ids[:, 0], model.start(memory))
                blocks = (*blocks, *step.attentions)
            found = {block.name: len(block.layers) for block in blocks}
    except (LookupError, StopIteration):
        found = {}
    if found != {one.block: one.layers for one in model.facts().attentions}:
        raise ModelError(
            f"{where} returns no attention that could be shown: its layers do not use the "
            f"attention of transformers {transformers.__version__}; update that, or take another"
        )
