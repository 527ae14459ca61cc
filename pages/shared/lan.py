"""At which address others reach this server: the links that are given away carry it."""

from __future__ import annotations

import os
import socket
from urllib.parse import urlsplit

PLACE = "HEED_ADDRESS"  # the variable that names it, where something stands in front
HERE = {"localhost", "127.0.0.1", "::1", "0.0.0.0"}


def own() -> str | None:
    """This machine's address in its network, or None where it is in none. Nothing is sent: to
    connect a datagram socket only chooses the way that a packet would take."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address of documentation, RFC 5737
            found = probe.getsockname()[0]
        except OSError:
            return None
    return None if found in HERE else found


def base(port: int) -> str | None:
    """Where a class finds the server that listens on `port`; None where nobody else does."""
    told = os.environ.get(PLACE, "").rstrip("/")
    if told:
        return told if "://" in told else f"http://{told}"
    address = own()
    return f"http://{address}:{port}" if address else None


def given(link: str) -> tuple[str, str]:
    """A link for others, and how it came about: "told" by the variable, "found" in the network,
    "kept" as the browser has it, or "alone" where only this machine can follow it."""
    parts = urlsplit(link)
    rest = f"{parts.path}{f'?{parts.query}' if parts.query else ''}"
    if os.environ.get(PLACE):
        return f"{base(0)}{rest}", "told"
    if (parts.hostname or "localhost") not in HERE:
        return link, "kept"
    found = base(parts.port or 80)
    return (f"{found}{rest}", "found") if found else (link, "alone")
