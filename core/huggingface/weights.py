"""The files of weights of a Hugging Face folder: which they are, that they are whole, and the shape
of each tensor in them, of which nothing is loaded (no torch, no transformers)."""

from __future__ import annotations

import math
import struct
from pathlib import Path

from core.huggingface.files import inside, json_of
from core.plain import parsed
from core.refusals import Incomplete, ModelError

WEIGHTS, SHARDS = "model.safetensors", "model.safetensors.index.json"
PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")
MOST_HEADER = 100_000_000  # bytes, as safetensors itself allows
# Bytes of a number of each type that a file of safetensors may name.
SIZES = {
    "F64": 8, "I64": 8, "U64": 8, "F32": 4, "I32": 4, "U32": 4, "F16": 2, "BF16": 2, "I16": 2,
    "U16": 2, "F8_E4M3": 1, "F8_E5M2": 1, "I8": 1, "U8": 1, "BOOL": 1,
}  # fmt: skip


def shapes_of(folder: Path) -> dict[str, tuple[int, ...]]:
    """The shape of each tensor. Raises ModelError where files are missing or not whole."""
    found = {}
    for name in _files(folder):
        found.update(_header(inside(folder, name)))
    return found


def why_pickle(path: object) -> str:
    """What is to be said of weights that are a pickle, `path` by name."""
    return (
        f"{path} is a pickle, which can run code when it is read, so it is not read: where you "
        "trust it, convert it by AutoModel.from_pretrained(folder).save_pretrained(folder), which "
        "writes model.safetensors"
    )


def _files(folder: Path) -> list[str]:
    """The files of the weights, all of them there."""
    if (folder / WEIGHTS).exists():
        return [WEIGHTS]
    if not (folder / SHARDS).exists():
        pickle = next((path for kind in PICKLES for path in sorted(folder.glob(kind))), None)
        if pickle:
            raise Incomplete(why_pickle(pickle))
        raise Incomplete(f"{folder / WEIGHTS} is missing: restore it, or save the model again")
    index = json_of(folder, SHARDS)
    told = index.get("weight_map")
    whole = isinstance(told, dict) and isinstance(index.get("metadata"), dict)
    if not whole or not all(isinstance(one, str) for one in told.values()):
        raise ModelError(
            f"{folder / SHARDS} does not say in its weight_map and metadata in which file each "
            "weight stands: restore it, or save the model again"
        )
    names = sorted(set(told.values()))
    for name in names:
        path = inside(folder, name)
        if not path.exists():
            raise Incomplete(
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
    """The shapes that a file of safetensors names, each with as many bytes as it takes. Raises
    ModelError where it is not whole."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            length = struct.unpack("<Q", file.read(8))[0]
            if length > min(MOST_HEADER, size):
                raise ValueError("its header is longer than the file")
            told = parsed(file.read(length))
        told.pop("__metadata__", None)
        ends = [one["data_offsets"][1] for one in told.values()]
        if 8 + length + max(ends, default=0) != size:
            raise ValueError(f"it has {size:,} bytes of {8 + length + max(ends, default=0):,}")
        return {name: _shape(name, one) for name, one in told.items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError, struct.error) as error:
        raise Incomplete(
            f"{path} is no whole file of safetensors ({error}): download or save it again"
        ) from error


def _shape(name: str, told: dict) -> tuple[int, ...]:
    """Raises ValueError where its bytes are not those of a tensor of that shape, TypeError or
    LookupError where it says nothing of the kind."""
    sides, (begin, end) = told["shape"], told["data_offsets"]
    numbers = [*sides, begin, end]
    if not all(type(one) is int and one >= 0 for one in numbers):
        raise ValueError(f"{name[:80]} has the shape {sides!r:.80}")
    if end - begin != math.prod(sides) * SIZES[told["dtype"]]:
        raise ValueError(f"{name[:80]} has {end - begin:,} bytes for the shape {sides!r:.80}")
    return tuple(sides)
