"""What `make serve` says to nginx and to whoever starts it; nothing is started here."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess

import pytest

from pages.server import several
from pages.server.several import CONFIG, Served, Wrong
from tests.browser.conftest import free_port


def test_nginx_is_told_of_these_processes_and_of_no_other(tmp_path):
    asked = {"PORT": str(free_port()), "HOST": "127.0.0.1", "HEED_PROCESSES": "3"}
    served = Served(tmp_path, asked)
    own = {one.removeprefix("heed ") for one in served.commands if one.startswith("heed ")}
    told = (tmp_path / "nginx.conf").read_text()
    assert len(own) == 3 and set(re.findall(r"^  server 127\.0\.0\.1:(\d+)", told, re.M)) == own
    assert f"listen 127.0.0.1:{asked['PORT']};" in told and f"{tmp_path}/static" in told
    assert "/var/cache" not in told and "redis" in served.commands
    served = Served(tmp_path, asked | {several.STORE: "redis://there/0"})
    assert "redis" not in served.commands and served.told[several.STORE] == "redis://there/0"


@pytest.mark.skipif(not several.found("nginx"), reason="no nginx here")
def test_nginx_understands_what_it_is_told(tmp_path):
    text = several.config(CONFIG.read_text(encoding="utf-8"), tmp_path, "[::1]:8501", [1, 2])
    (tmp_path / "nginx.conf").write_text(text, encoding="utf-8")
    command = [several.found("nginx"), "-t", "-q", "-p", tmp_path, "-c", tmp_path / "nginx.conf",
               "-e", "stderr"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_port_on_which_something_listens_is_refused_in_a_sentence(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Wrong, match=f"PORT {port} of 127.0.0.1: .*; choose another"):
            Served(tmp_path, {"PORT": str(port), "HOST": "127.0.0.1"})


@pytest.mark.parametrize("told", ["0", "-1", "two", "65", "²"])
def test_a_number_of_processes_that_is_none(tmp_path, told):
    asked = {"PORT": str(free_port()), "HOST": "127.0.0.1", "HEED_PROCESSES": told}
    with pytest.raises(Wrong, match="HEED_PROCESSES: expected a whole number from 1 to 64"):
        Served(tmp_path, asked)


def test_what_is_not_installed_is_named(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name, **more: None)
    assert "apt-get install nginx redis-server" in several.missing()
    monkeypatch.setattr(shutil, "which", lambda name, **more: f"/usr/sbin/{name}")
    assert several.missing() == ""
