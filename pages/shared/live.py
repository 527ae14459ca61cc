"""Trainings of one visit: their processes, what is told of them, and the models that they leave."""

from __future__ import annotations

import io
import secrets
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core import manifest
from core.corpus import Pair, read_pairs
from core.live.config import FEWEST, MOST, Config, Learnt
from core.live.pool import Pool
from core.live.run import Run
from core.manifest import Entry
from pages.shared.frame import say

GRACE = 20.0  # seconds that a browser may be out of touch: it may come back


@dataclass
class Job:
    """What is trained now, or was last."""

    runs: tuple[Run, ...]
    task: str  # in words
    name: str = field(default_factory=lambda: secrets.token_hex(4))
    sent: list[int] = field(default_factory=list)  # the last snapshot that each run has told


@st.cache_resource(show_spinner=False)
def pool() -> Pool:
    """The processes of all visits."""
    return Pool()


def visit() -> str:
    """Who asks; empty outside of a visit."""
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context else ""


def there(name: str) -> Callable[[], bool]:
    """Whether the browser of that visit is there, or was a short while ago."""
    seen = time.monotonic()

    def alive() -> bool:
        nonlocal seen
        now = time.monotonic()
        if not runtime.exists() or runtime.get_instance().is_active_session(name):
            seen = now
        return now - seen < GRACE

    return alive


def start(learnt: Learnt, configs: Sequence[Config], task: str) -> Job:
    """Begins trainings side by side. Raises `core.live.pool.Full`."""
    own = visit()
    runs = pool().begin(own, learnt, configs, there(own))
    st.session_state.live_job = job = Job(runs, task, sent=[0] * len(runs))
    return job


def note(run: Run) -> str:
    """What there is to say of a run that is not under way, or not as it should be."""
    state = run.state
    if state == "waiting":
        return say("live_page.waiting", place=pool().place(run))
    if state == "starting":
        return say("live_page.starting")
    if state in ("running", "paused", "finished"):
        told = say("live_page.not_kept", told=run.told) if run.over and not run.kept else run.told
        return told
    minutes = f"{pool().seconds / 60:g}"
    told = say(f"live_page.state_{state}", told=run.told, minutes=minutes)
    return told


def models() -> Mapping[str, Entry]:
    """The models that this visit has trained, as the other pages know models."""
    if not visit():
        return {}
    known: dict[str, Entry] = st.session_state.setdefault("live_models", {})
    for name in [name for name, entry in known.items() if not entry.folder.is_dir()]:
        del known[name]
    job: Job | None = st.session_state.get("live_job")
    for run in job.runs if job else ():
        if run.kept and run.name not in known and run.folder.is_dir():
            known[run.name] = manifest.own(run.folder)
    return known


manifest.besides = models


def packed(folder: Path) -> bytes:
    """A folder as a zip, itself in it."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, f"{folder.name}/{path.name}")
    return data.getvalue()


@dataclass(frozen=True)
class Brought:
    """Pairs that somebody brought: `count` there were, `told` is what was said of their lines."""

    pairs: tuple[Pair, ...]
    count: int
    told: tuple[str, ...]


@st.cache_data(show_spinner=False, max_entries=8)
def brought(data: bytes, name: str) -> Brought:
    """The pairs of a file or of pasted text. Raises ValueError where they cannot be used."""
    told: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (Path(name).name or "pairs.tsv")
        path.write_bytes(data)
        try:
            pairs = read_pairs(path, told.append, numbers=True)
        except ValueError as error:
            raise ValueError(str(error).replace(str(path), path.name)) from error
    return Brought(tuple(pairs[:MOST]), len(pairs), tuple(told))


def pasted(text: str) -> bytes:
    """Pasted lines as a file: an arrow parts two columns where no tab does."""
    lines = (line if "\t" in line else _parted(line) for line in text.splitlines())
    return "\n".join(lines).encode()


def _parted(line: str) -> str:
    for arrow in ("→", "=>", "->"):
        if arrow in line:
            return "\t".join(part.strip() for part in line.split(arrow, 1))
    return line


def enough(found: Brought) -> bool:
    return len(found.pairs) >= FEWEST
