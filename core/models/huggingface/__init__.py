"""Models of Hugging Face, driven as our own are: an adapter, not a port.

Everything in a trace is the model's own. transformers is imported when a model is opened, and
nowhere else: Heed does not need it.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

from core.huggingface import look
from core.huggingface.weights import PICKLES, SHARDS, WEIGHTS
from core.manifest import ModelError
from core.refusals import Incomplete

NEEDED = "transformers"
PATTERNS = ("*.json", "*.safetensors", "*.spm", "*.model", "vocab.txt", "merges.txt")


def require(name: str = "") -> None:
    """Raises ModelError that says how to get it where transformers is not installed."""
    if importlib.util.find_spec(NEEDED) is None:
        gone = f"there is no model and no folder {name!r}, and " if name else ""
        raise ModelError(
            f"{gone}a Hugging Face model needs the library transformers, which is not installed: "
            "pip install -r requirements-huggingface.txt, or make app HUGGINGFACE=1"
        )


def open_folder(folder: Path, source: str | None = None, target: str | None = None):
    """See `core.models.huggingface.reading.open_folder`."""
    require()
    from core.models.huggingface import reading

    return reading.open_folder(folder, source, target)


def adapt(hf, tokeniser, source: str | None = None, target: str | None = None):
    """See `core.models.huggingface.reading.adapt`."""
    require()
    from core.models.huggingface import reading

    with reading.quiet():
        return reading.adapt(hf, tokeniser, source, target)


def fetched(name: str) -> Path:
    """The folder of the model that the hub calls `name`, "owner/model". What is whole in the hub's
    cache on this machine is taken from there; else the network is used, and that is said before.

    Raises ModelError where it can be had from neither, and where the hub has no safetensors of it.
    """
    require(name)
    from huggingface_hub import list_repo_files, snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    lacking = None
    try:
        folder = Path(snapshot_download(name, local_files_only=True))
        lacking = _lacking(folder)
        if lacking is None:
            return folder
    except LocalEntryNotFoundError:
        pass
    except HFValidationError as error:
        raise ModelError(f"{name!r} is no folder, and no name that the hub could have") from error
    print(f"Heed fetches {name} from huggingface.co over the network.", file=sys.stderr)
    try:
        _check_offered(name, list_repo_files(name))
        return Path(snapshot_download(name, allow_patterns=list(PATTERNS)))
    except ModelError:
        raise
    except Exception as error:  # of the network, of the hub, of the disk: there are many
        there = f"what is in the cache is not whole: {lacking}; and " if lacking else ""
        raise ModelError(
            f"{there}{name} could not be fetched from huggingface.co ({type(error).__name__}): see "
            "that the name is right and that there is a network, or name a folder"
        ) from error


def _lacking(folder: Path) -> str | None:
    """What is missing in a snapshot of the cache, as a download leaves it that was cut off."""
    try:
        look(folder)
    except Incomplete as error:
        return str(error)
    except ModelError:  # whole, but not for us: whoever opens it is told
        return None
    return None


def _check_offered(name: str, files: Sequence[str]) -> None:
    """Raises ModelError where the hub has weights of that model as a pickle alone."""
    if {WEIGHTS, SHARDS} & {*files}:
        return
    if pickle := next((one for one in files for kind in PICKLES if fnmatch(one, kind)), None):
        raise ModelError(
            f"of {name} the hub has no model.safetensors but {pickle}, a pickle, which can run "
            "code when it is read, so it is not fetched: where you trust it, have transformers "
            f"convert it, AutoModelForSeq2SeqLM (or the class of its kind).from_pretrained("
            f"{name!r}).save_pretrained(folder) and AutoTokenizer.from_pretrained({name!r})"
            ".save_pretrained(folder), and load that folder"
        )
