"""Where classes are kept, the codes that lead to them, and a server that is not as it should be."""

from __future__ import annotations

import socket
import stat
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.classroom import PLACE, codes, default, opened
from core.classroom.sqlite import SQLite


def test_a_code_is_read_however_it_is_typed():
    for _ in range(50):
        code = codes.code()
        typed = f" {code[:3].lower()}-{code[3:]} "
        assert codes.read(code) == codes.read(typed) == code


@given(st.text(max_size=12))
def test_what_is_no_code_is_none(typed):
    found = codes.read(typed)
    assert found is None or (len(found) == codes.LENGTH and set(found) <= set(codes.LETTERS))


def test_no_two_letters_of_codes_are_alike():
    assert not set(codes.LETTERS) & set("AEIOU") and len(set(codes.LETTERS)) == len(codes.LETTERS)
    for alike in ("CG", "DOQ", "IL", "MN", "UV"):
        assert len(set(alike) & set(codes.LETTERS)) <= 1


def test_a_key_is_kept_as_what_opens_nothing():
    key = codes.secret()
    assert codes.fits(key, codes.digest(key)) and not codes.fits(
        codes.digest(key), codes.digest(key)
    )
    assert len({codes.secret() for _ in range(100)}) == 100


def test_without_a_name_classes_are_in_the_persons_folder(monkeypatch, tmp_path):
    monkeypatch.delenv(PLACE, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    store = opened()
    assert isinstance(store, SQLite)
    assert stat.S_IMODE(default().stat().st_mode) == 0o600
    store.close()


def test_the_variable_names_the_file(monkeypatch, tmp_path):
    monkeypatch.setenv(PLACE, str(tmp_path / "there.sqlite3"))
    opened().close()
    assert (tmp_path / "there.sqlite3").exists()


@pytest.mark.parametrize("named", ["http://host", "redis://", "redis://host/first"])
def test_an_address_that_is_none(named):
    with pytest.raises(ValueError, match="expected redis://"):
        opened(named)


def test_a_file_that_is_no_store(tmp_path):
    (tmp_path / "letter").write_text("Dear class, " * 100)
    with pytest.raises(OSError, match="cannot be used"):
        opened(str(tmp_path / "letter"))


def test_a_server_that_is_not_there():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(OSError):
        opened(f"redis://127.0.0.1:{port}")


def test_a_lost_connection_is_made_anew(redis_port):
    store = opened(f"redis://127.0.0.1:{redis_port}/499")
    store.client.connection_pool.disconnect()
    assert store.ask("PING")
    with pytest.raises(OSError, match="unknown command"):
        store.ask("NO_SUCH_COMMAND")
    store.close()


def test_without_its_library_a_sentence_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(OSError, match="requirements-redis.txt"):
        opened("redis://127.0.0.1:1")
