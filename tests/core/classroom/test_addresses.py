"""Where classes are kept, the codes that lead to them, and a server that is not as it should be."""

from __future__ import annotations

import socket
import stat
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.classroom import PLACE, codes, default, opened, resp
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


class Server:
    """Answers its connections in turn, each with the bytes it was given, then hangs up."""

    def __init__(self, *replies: bytes):
        self.wire = socket.create_server(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self.wire.getsockname()[1]}"
        self.got: list[bytes] = []
        self.thread = threading.Thread(target=self.serve, args=(replies,), daemon=True)
        self.thread.start()

    def serve(self, replies):
        for reply in replies:
            one, _ = self.wire.accept()
            with one:
                one.sendall(reply)
                while got := one.recv(4096):
                    self.got.append(got)
                    if b"LAST" in got:
                        break

    def close(self):
        self.wire.close()


GREETING = b"+OK\r\n+PONG\r\n"


def test_replies_of_every_kind_are_read():
    inner = b"*2\r\n$3\r\na\r\n\r\n*0\r\n"
    server = Server(GREETING + b":-7\r\n$-1\r\n$0\r\n\r\n*3\r\n:1\r\n$2\r\nhi\r\n" + inner)
    ask = resp.Connection(server.url)
    assert [ask("A"), ask("B"), ask("C"), ask("D")] == [-7, None, b"", [1, b"hi", [b"a\r\n", []]]]
    ask.close()
    server.close()


def test_a_lost_connection_is_made_anew_once():
    server = Server(GREETING, b"+OK\r\n:5\r\n")
    ask = resp.Connection(server.url)
    assert ask("LAST") == 5  # the first connection hung up, the second one answers
    server.close()
    ask.close()


def test_what_the_server_refuses_is_said_and_the_connection_goes_on():
    server = Server(GREETING + b"-ERR no such thing\r\n*2\r\n-ERR one\r\n:2\r\n:3\r\n")
    ask = resp.Connection(server.url)
    with pytest.raises(resp.Refused, match="no such thing"):
        ask("A")
    with pytest.raises(resp.Refused, match="one"):
        ask("B")
    assert ask("C") == 3
    ask.close()
    server.close()


def test_a_password_is_said_first():
    server = Server(b"+OK\r\n+OK\r\n+PONG\r\n")
    url = server.url.replace("redis://", "redis://:s%20ecret@") + "/3"
    resp.Connection(url).close()
    server.thread.join(5)
    got = b"".join(server.got)
    assert got.index(b"AUTH") < got.index(b"s ecret") < got.index(b"SELECT") < got.index(b"PING")
    server.close()
