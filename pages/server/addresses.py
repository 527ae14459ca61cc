"""Under which addresses this machine is found in its network, and links to a class as pictures."""

from __future__ import annotations

import ipaddress
import socket
from contextlib import suppress
from urllib.parse import urlsplit, urlunsplit

import segno

try:
    import fcntl
except ImportError:  # Windows has none; there the names of the machine must do
    fcntl = None

ASKS = 0x8915  # SIOCGIFADDR, see netdevice(7)
OUTSIDE = ("192.0.2.1", 9)  # reserved for documentation (RFC 5737): nothing is sent there


def here() -> list[str]:
    """The addresses (IPv4) of this machine that others may reach, the likeliest first."""
    found: list[str] = []
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
        wire.connect(OUTSIDE)  # of a datagram that only asks the way
        found.append(wire.getsockname()[0])
    with suppress(OSError):
        found += socket.gethostbyname_ex(socket.gethostname())[2]
    if fcntl:
        with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
            for _, name in socket.if_nameindex():
                with suppress(OSError):  # one without an address
                    told = fcntl.ioctl(wire, ASKS, name.encode()[:15].ljust(256, b"\0"))
                    found.append(socket.inet_ntoa(told[20:24]))
    return [one for one in dict.fromkeys(found) if not ipaddress.ip_address(one).is_loopback]


def links(base: str, code: str) -> list[dict]:
    """Links to a class for whoever reached this server at `base`: by that address first, unless it
    is one that only this machine itself knows. `picture` is a QR code as the address of an image
    (ISO/IEC 18004, by segno)."""
    parts = urlsplit(base)
    port = f":{parts.port}" if parts.port else ""
    own = _alone(parts.hostname or "")
    bases = [] if own else [base]
    bases += [urlunsplit(parts._replace(netloc=f"{one}{port}")) for one in here()] if own else []
    bases = list(dict.fromkeys(bases)) or [base]
    return [_link(f"{one.rstrip('/')}/class/{code}") for one in bases]


def _alone(host: str) -> bool:
    """Whether only this machine itself is found by that name."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _link(link: str) -> dict:
    picture = segno.make(link, error="m", micro=False)
    return {"link": link, "picture": picture.svg_data_uri(border=2, dark="#1d1c24", light="#fff")}
