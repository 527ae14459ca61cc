"""The application that `pages.shared.serve` runs: the app, and routes of its own beside it."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from pages.server import door, following, health, leading
from pages.server.safety import Safety
from pages.server.school import School

SCHOOL = School()
PARTS = (leading, following, door, health)


def at_the_end(done: Callable[[], None]) -> None:
    """Has `done` called in this loop as soon as the server is told to end, before what it does then
    itself: it waits for streams that are open, and they would wait for it."""
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    for kind in (signal.SIGINT, signal.SIGTERM):
        before = signal.getsignal(kind)

        def both(number, frame, before=before):
            loop.call_soon_threadsafe(done)
            if callable(before):
                before(number, frame)

        signal.signal(kind, both)


@asynccontextmanager
async def lifespan(_) -> AsyncIterator[None]:
    at_the_end(SCHOOL.stop)
    yield
    SCHOOL.close()


app = st.App(
    Path(__file__).parents[2] / "app.py",
    lifespan=lifespan,
    routes=[one for part in PARTS for one in part.routes(SCHOOL)],
    middleware=[Middleware(Safety)],
)
