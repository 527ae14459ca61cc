"""Models of Hugging Face, driven as our own are: an adapter, not a port.

Everything in a trace is the model's own. transformers is imported when a model is opened, and
nowhere else: Heed does not need it.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from core.manifest import ModelError

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
    """The folder of the model that the hub calls `name`, "owner/model". What is in the hub's cache
    on this machine is taken from there; only then is the network used, and that is said before.

    Raises ModelError where it can be had from neither.
    """
    require(name)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except LocalEntryNotFoundError:
        print(f"Heed fetches {name} from huggingface.co over the network.", file=sys.stderr)
    except HFValidationError as error:
        raise ModelError(f"{name!r} is no folder, and no name that the hub could have") from error
    try:
        return Path(snapshot_download(name, allow_patterns=list(PATTERNS)))
    except Exception as error:  # of the network, of the hub, of the disk: there are many
        raise ModelError(
            f"{name} could not be fetched from huggingface.co ({type(error).__name__}): see that "
            "the name is right and that there is a network, or name a folder"
        ) from error
