"""The protocol of Redis, as much of it as classes need: a command goes out, a reply comes back.

RESP 2, https://redis.io/docs/latest/develop/reference/protocol-spec/
"""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import suppress
from urllib.parse import unquote, urlsplit

PATIENCE = 5.0  # seconds that a server may take to answer

Reply = bytes | int | None | list


class Refused(OSError):
    """What the server says that it does not do."""


class Connection:
    """One connection, which is made anew when it was lost; threads take turns."""

    def __init__(self, url: str):
        """`redis://` or, by TLS, `rediss://`, then `[[user]:password@]host[:port][/database]`.
        Raises ValueError for another address and OSError where no server answers."""
        found = urlsplit(url)
        base = found.path.strip("/") or "0"
        if found.scheme not in ("redis", "rediss") or not found.hostname or not base.isdigit():
            raise ValueError("expected redis://host:port/database")
        self.address = (found.hostname, found.port or 6379)
        self.secure = found.scheme == "rediss"
        names = (found.username, found.password)
        known = [unquote(one) for one in names if one]
        self.greetings = [("AUTH", *known)] if known else []
        self.greetings.append(("SELECT", base))
        self.lock = threading.Lock()
        self.stream = None
        self("PING")

    def __call__(self, *words: str | int | float) -> Reply:
        """The reply to a command. It is asked once more where the connection was lost, so it must
        do no harm twice. Raises OSError."""
        with self.lock:
            fresh = self.stream is None
            try:
                return self._asked(words)
            except Refused:
                raise
            except OSError:
                self._drop()
                if fresh:
                    raise
                return self._asked(words)

    def _asked(self, words) -> Reply:
        if self.stream is None:
            self._dial()
        try:
            return self._exchange(words)
        except Refused:
            raise
        except OSError:
            self._drop()
            raise

    def _dial(self) -> None:
        wire = socket.create_connection(self.address, PATIENCE)
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.secure:
            wire = ssl.create_default_context().wrap_socket(wire, server_hostname=self.address[0])
        self.stream = wire.makefile("rwb")
        wire.close()  # the stream keeps it open
        try:
            for words in self.greetings:
                self._exchange(words)
        except OSError:
            self._drop()
            raise

    def _exchange(self, words) -> Reply:
        parts = [str(word).encode() for word in words]
        lines = [b"*%d\r\n" % len(parts), *(b"$%d\r\n%b\r\n" % (len(one), one) for one in parts)]
        self.stream.write(b"".join(lines))
        self.stream.flush()
        return self._reply()

    def _reply(self) -> Reply:
        line = self.stream.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("the store of classes has hung up")
        kind, rest = line[:1], line[1:-2]
        if kind == b"+":
            return rest
        if kind == b"-":
            raise Refused(rest.decode(errors="replace"))
        if kind == b":":
            return int(rest)
        size = int(rest)
        if size < 0:
            return None
        if kind == b"*":
            return self._list(size)
        data = self.stream.read(size + 2)
        if len(data) < size + 2:
            raise ConnectionError("the store of classes has hung up")
        return data[:-2]

    def _list(self, size: int) -> list:
        """Every reply is read to its end, or the next command would get the rest of it."""
        found, refused = [], None
        for _ in range(size):
            try:
                found.append(self._reply())
            except Refused as error:
                refused = error
        if refused:
            raise refused
        return found

    def _drop(self) -> None:
        stream, self.stream = self.stream, None
        if stream is not None:
            with suppress(OSError):  # what was still to be sent cannot be
                stream.close()

    def close(self) -> None:
        with self.lock:
            self._drop()
