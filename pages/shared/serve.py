"""Serves the app: python -m pages.shared.serve, with any options of `streamlit run` after it.

Once the server is up it asks it for one health check. Until some session has run `app.py`,
Streamlit takes the files in `pages/` for pages by an older rule, under which a link to a page
other than the first is not found; the health check is that session.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from streamlit import config, runtime
from streamlit.web import cli

from core import lessons
from pages.shared import lan


def health_check() -> str:
    """Where this server runs the app for a check; known once its options have been read."""
    address = config.get_option("server.address")  # one that is everywhere is asked at home
    host = "127.0.0.1" if address in lan.ANYWHERE else f"[{address}]" if ":" in address else address
    base = config.get_option("server.baseUrlPath").strip("/")
    path = "/".join(part for part in (base, "_stcore/script-health-check") if part)
    return f"http://{host}:{config.get_option('server.port')}/{path}"


def first_session(patience: float = 30.0) -> None:
    """Waits until the server answers, `patience` seconds at most, and has it run the app once."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never by a proxy
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            if runtime.exists():  # before, the options, and so the port, may still change
                direct.open(health_check(), timeout=9).close()
                return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.05)


def tell() -> None:
    """Says where Heed is, for whoever started it and for a class in the same network."""
    port = config.get_option("server.port")
    print(f"\n  Heed: http://localhost:{port}", flush=True)
    address = config.get_option("server.address")
    others = lan.base(port) if address in lan.ANYWHERE else None
    if others:
        print(
            f"  For a class on the same network: {others}\n"
            "  Whoever reaches this machine can open it; HOST=127.0.0.1 make app shuts that.\n"
            "  One process serves about thirty people; make serve puts nginx in front of several:\n"
            "  see docs/serving.md.\n",
            flush=True,
        )


def thrifty() -> bool:
    """Has the C library keep less memory that nobody uses; whether it could be told so.

    glibc gives threads arenas of their own, and what one of them let go of no other takes up: under
    the load of a class the server held half as much again. Two are enough. And what is large has
    pages of its own, which go back as soon as it is let go of, if only glibc is kept from raising
    what it calls large. See M_ARENA_MAX and M_MMAP_THRESHOLD in mallopt(3).
    """
    try:
        tell = ctypes.CDLL(None).mallopt
        return bool(tell(-8, 2) and tell(-3, 2**18))
    except (OSError, TypeError, AttributeError):  # another C library
        return False


def begin() -> None:
    """What is done beside the server, once it is up."""
    first_session()
    tell()


def checked() -> None:
    """Ends where something that was named at the start is not as it should be: a course of one's
    own, with file and line, or what is to be switched off."""
    from pages.shared import allowed

    told = allowed.problem()
    if lessons.PLACE in os.environ:
        from pages.shared import teaching

        told = told or teaching.problems()
    if told:
        sys.exit(told)


if __name__ == "__main__":
    checked()
    thrifty()
    threading.Thread(target=begin, daemon=True).start()
    served = Path(__file__).parents[1] / "server/application.py"
    sys.argv = ["streamlit", "run", str(served), *sys.argv[1:]]
    cli.main()
