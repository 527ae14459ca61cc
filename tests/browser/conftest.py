"""A real Chromium, and the app served for it."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

import pytest

from core import manifest
from tests.conftest import add_transformer

ROOT = Path(__file__).parents[2]
# Pages of one site share a process: what it has compiled of Streamlit serves the next page too.
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--process-per-site",
)  # fmt: skip


def where(page):
    """The address of a page; `page.url` comes after what a script of the page writes there."""
    return page.evaluate("location.href")


def chromium():
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def browser():
    if not chromium():
        pytest.skip("no Chromium on the path, and none could be installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def serving(root=ROOT, **environment):
    """The address of a fresh server process of the app in `root`."""
    port = free_port()
    with started(["-m", "pages.shared.serve", f"--server.port={port}"], root, environment) as one:
        address = f"http://127.0.0.1:{port}"
        answers(address, one)
        yield address


@contextmanager
def serving_several(count=2, **environment):
    """The address of nginx with so many fresh processes of the app behind it, and a Redis."""
    told = {"PORT": str(free_port()), "HEED_PROCESSES": str(count), "HOST": "127.0.0.1"}
    with started(["-m", "pages.server.several"], ROOT, told | environment) as one:
        address = f"http://127.0.0.1:{told['PORT']}"
        answers(address, one)
        yield address


def behind(port):
    """The processes of the app behind the nginx at that port: those that were told of it."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            told = (folder / "environ").read_bytes().split(b"\0")
        except OSError:  # it has ended, or is another's
            continue
        if b"pages.shared.serve" in command and f"PORT={port}".encode() in told:
            found.append(int(folder.name))
    return found


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def started(command, root=ROOT, environment=()):
    """A process of Python, until it is told to end."""
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=root,
        env={**os.environ, **dict(environment)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:  # what it still has open is of no interest here
            process.kill()
            process.wait()


def answers(address, process):
    """Waits until the app answers there."""
    end = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=1)
            return
        except OSError:
            assert process.poll() is None, "the server ended at its start"
            assert time.monotonic() < end, "the server did not answer within a minute"
            time.sleep(0.1)


@pytest.fixture(scope="session")
def server():
    with serving() as address:
        yield address


@pytest.fixture(scope="session")
def transformer_server(tmp_path_factory):
    """The app with two recurrent models and a random Transformer of 2 layers of 2 heads."""
    root = tmp_path_factory.mktemp("transformer-app")
    for name in ("app.py", "core", "pages", ".streamlit"):
        (root / name).symlink_to(ROOT / name)
    for name in ("eng-fra-general", "eng-fra-none"):
        shutil.copytree(manifest.MODELS / name, root / "pretrained" / name)
        manifest.write_entry(manifest.entry(name), root / "pretrained")
    add_transformer(root / "pretrained", manifest.entry("eng-fra-general"))
    with serving(root, PYTHONPATH=os.fspath(root)) as address:
        yield address


def shown(trace):
    """The text of a trace as a page shows it: a byte that is part of no character by its piece."""
    pieces = (one.token.piece for one in trace.path())
    odd = (piece for piece in pieces if re.fullmatch("<0x..>", piece))
    return re.sub("\ufffd", lambda _: next(odd), trace.text)


def serious(page):
    """What axe finds serious or critical on a page: the rule, and what breaks it."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        (one["id"], [node["html"][:160] for node in one["nodes"]][:3])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


@pytest.fixture(scope="session")
def context(browser):
    """Where the pages of all tests are opened. What they wait for is evaluated, which the app's
    policy forbids its own scripts."""
    context = browser.new_context(
        bypass_csp=True, viewport={"width": 1400, "height": 1000}, locale="en-US"
    )
    context.set_default_timeout(30_000)
    yield context
    context.close()


@pytest.fixture
def page(context):
    """A page of its own, 1400 × 1000, light, in a browser that has kept nothing. The first that
    a server gave stays open behind the others, so that their process does not end."""
    page = context.new_page()
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    yield page
    context.set_offline(False)
    everywhere = {"origin": "*", "storageTypes": "all"}
    context.new_cdp_session(page).send("Storage.clearDataForOrigin", everywhere)
    if where(page).startswith("http") and len(context.pages) == 1:
        page.goto(urljoin(where(page), "/_stcore/health"))
    else:
        page.close()
    assert page.problems == []


MODELS = {"measurements", "models", "own"}  # pages of the second group of the menu


def turn_to(page, path):
    """Turns to the page at `path` by the menu, as a person does: its group is opened first."""
    group = page.get_by_test_id("stTopNavSection").nth(int(path in MODELS))
    group.click()
    page.locator(f"[role=menuitem][href$='/{path}']").click()
