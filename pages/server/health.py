"""Whether the server lives, whether it can work, and, where that is asked for, its figures."""

from __future__ import annotations

import os
import resource
import threading

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from core.classroom.store import Gone
from pages.server.school import School

FIGURES = "HEED_METRICS"  # the variable that opens /metrics; without it there is none
NOBODY = "BBBBBB"  # a code that is asked for to see whether the store answers


def routes(school: School) -> list[Route]:
    """Of `school`."""

    async def lives(request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def ready(request: Request) -> Response:
        """Whether what keeps the classes answers."""
        try:
            await school.ask("room", NOBODY)
        except Gone:
            pass
        except OSError:
            return PlainTextResponse("the store of classes does not answer\n", 503)
        return PlainTextResponse("ok\n")

    async def figures(request: Request) -> Response:
        """In the text format of Prometheus, version 0.0.4."""
        channels = school.hub.channels.values() if school.hub else ()
        used = resource.getrusage(resource.RUSAGE_SELF)
        told = {
            "heed_classes_listened_to": len(channels),
            "heed_streams_open": sum(one.listening for one in channels),
            "heed_threads": threading.active_count(),
            "heed_cpu_seconds": round(used.ru_utime + used.ru_stime, 3),
            "heed_memory_peak_bytes": used.ru_maxrss * 1024,
        }
        text = "".join(f"# TYPE {name} gauge\n{name} {value}\n" for name, value in told.items())
        return PlainTextResponse(text, media_type="text/plain; version=0.0.4")

    async def closed(request: Request) -> Response:
        return PlainTextResponse("not found\n", 404)

    asked = figures if os.environ.get(FIGURES) else closed
    return [Route("/healthz", lives), Route("/readyz", ready), Route("/metrics", asked)]
