"""At which addresses others reach this server: the links that are given away carry them."""

from __future__ import annotations

import ipaddress
import os
import socket
from contextlib import suppress
from urllib.parse import urlsplit, urlunsplit

try:
    import fcntl
except ImportError:  # Windows has none; there the names of the machine must do
    fcntl = None

PLACE = "HEED_ADDRESS"  # the variable that names it, where something stands in front
ANYWHERE = {None, "", "0.0.0.0", "::"}  # where a server listens that everybody reaches
ASKS = 0x8915  # SIOCGIFADDR, see netdevice(7)
OUTSIDE = ("192.0.2.1", 9)  # reserved for documentation (RFC 5737): nothing is sent there


def here() -> list[str]:
    """The addresses (IPv4) of this machine that others may reach, the likeliest first. Nothing is
    sent: to connect a datagram socket only chooses the way that a packet would take."""
    found: list[str] = []
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
        wire.connect(OUTSIDE)
        found.append(wire.getsockname()[0])
    with suppress(OSError):
        found += socket.gethostbyname_ex(socket.gethostname())[2]
    if fcntl:
        with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
            for _, name in socket.if_nameindex():
                with suppress(OSError):  # one without an address
                    told = fcntl.ioctl(wire, ASKS, name.encode()[:15].ljust(256, b"\0"))
                    found.append(socket.inet_ntoa(told[20:24]))
    return [one for one in dict.fromkeys(found) if not alone(one)]


def alone(host: str) -> bool:
    """Whether only this machine itself is found by that name."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def told() -> str | None:
    """The address that whoever serves has named; None where nobody did."""
    found = os.environ.get(PLACE, "").strip().rstrip("/")
    return (found if "://" in found else f"http://{found}") if found else None


def base(port: int) -> str | None:
    """Where a class finds the server that listens on `port`; None where nobody else does."""
    return told() or next((f"http://{one}:{port}" for one in here()), None)


def bases(reached: str) -> list[str]:
    """Where others find the server that somebody reached at that address: the one that was named,
    or this one, or, where only this machine knows it, each that it has in its networks."""
    if named := told():
        return [named]
    parts = urlsplit(reached)
    if not alone(parts.hostname or "localhost"):
        return [reached.rstrip("/")]
    port = f":{parts.port}" if parts.port else ""
    found = [urlunsplit(parts._replace(netloc=f"{one}{port}")) for one in here()]
    return [one.rstrip("/") for one in found or [reached]]


def given(link: str) -> tuple[str, str]:
    """A link for others, and how it came about: "told" by the variable, "found" in the network,
    "kept" as the browser has it, or "alone" where only this machine can follow it."""
    parts = urlsplit(link)
    rest = f"{parts.path}{f'?{parts.query}' if parts.query else ''}"
    if named := told():
        return f"{named}{rest}", "told"
    if not alone(parts.hostname or "localhost"):
        return link, "kept"
    found = base(parts.port or 80)
    return (f"{found}{rest}", "found") if found else (link, "alone")
