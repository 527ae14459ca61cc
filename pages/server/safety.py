"""What every answer says to a browser about itself: what it may load, and who may frame it."""

from __future__ import annotations

import os

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FRAMERS = "HEED_FRAME"  # the variable that names sites that may frame the app, between spaces
# Streamlit writes scripts and styles into the page, loads those of components as blobs, and speaks
# by a websocket. Nothing comes from elsewhere.
POLICY = (
    "default-src 'self'", "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:",
    "style-src 'self' 'unsafe-inline'", "img-src 'self' data: blob:", "font-src 'self' data:",
    "media-src 'self' data: blob:", "connect-src 'self' ws: wss: blob: data:",
    "worker-src 'self' blob:", "frame-src 'self' blob: data:", "object-src 'none'",
    "base-uri 'self'", "form-action 'self'",
)  # fmt: skip


def policy(framers: str = "") -> str:
    """The content security policy; `framers` are sites, as in `https://school.example`."""
    listed = " ".join(one for one in framers.split() if ";" not in one and "," not in one)
    return "; ".join((*POLICY, f"frame-ancestors 'self' {listed}".strip()))


class Safety:
    """Adds these headers to every answer."""

    def __init__(self, app: ASGIApp):
        framers = os.environ.get(FRAMERS, "")
        self.app, self.headers = (
            app,
            {
                "Content-Security-Policy": policy(framers),
                "X-Content-Type-Options": "nosniff",
                "Referrer-Policy": "no-referrer",
                **({} if framers else {"X-Frame-Options": "SAMEORIGIN"}),
            },
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self.headers)
            await send(message)

        await self.app(scope, receive, sending if scope["type"] == "http" else send)
