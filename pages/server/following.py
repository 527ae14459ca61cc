"""Routes of those who follow a class: to join it, to hear what is shown, and to answer."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from core.classroom import codes, polls
from pages.server import asking, notes
from pages.server.asking import Refused, answered
from pages.server.school import FOLLOWERS, School

STREAM = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # nginx passes it on at once


def routes(school: School) -> list[Route]:
    """Of `school`."""

    @answered
    async def join(request: Request) -> dict:
        """Begins to follow; `who` is the follower's own secret, and no name."""
        if not asking.GUESSES.allows(asking.origin(request)):
            raise Refused("often")
        await asking.body(request)
        code, who = asking.code(request), codes.secret()
        if not school.joins.take(asking.origin(request)):
            raise Refused("often")
        doors = [one for one in await school.ask("notes", code) if one.name == notes.DOOR]
        if doors and json.loads(doors[0].text)["state"] == "closed":
            raise Refused("door")
        if not await school.ask("join", code, who, FOLLOWERS):
            raise Refused("full")
        return {"code": code, "who": who}

    async def known(code: str, given, number: int, away: bool) -> None:
        """Notes that somebody is there. Raises Refused for a stranger."""
        who = asking.text(given, "who")
        if not await school.ask("here", code, who, number, away):
            raise Refused("stranger")

    def left_off(request: Request) -> int:
        """The number of the last note that a browser has; a browser that lost a stream says so."""
        given = request.headers.get("last-event-id") or request.query_params.get("after", "0")
        if not (given.isascii() and given.isdigit() and len(given) < 16):
            raise Refused("body")
        return int(given)

    @answered
    async def stream(request: Request) -> Response:
        """Notes as they are written, by server-sent events."""
        code, after = asking.code(request), left_off(request)
        await known(code, request.query_params, after, False)
        hub = await school.heard()
        if hub.full(code):
            raise Refused("full")
        return StreamingResponse(hub.stream(code, after), 200, STREAM, "text/event-stream")

    @answered
    async def poll(request: Request) -> dict:
        """The same notes at once, where a proxy lets no stream through."""
        code, after = asking.code(request), left_off(request)
        who = request.query_params.get("who", "")
        if not school.words.take(("poll", who)):
            raise Refused("often")
        try:
            await known(code, request.query_params, after, False)
        except LookupError:
            room = await school.ask("room", code)  # one that was ended says so in its last note
            if not room.ended:
                raise
        found = notes.current(await school.ask("notes", code))
        return {"notes": [notes.plain(one) for one in found if one.number > after]}

    @answered
    async def here(request: Request) -> dict:
        """Which note is on somebody's screen, and whether they look around on their own."""
        code, given = asking.code(request), await asking.body(request)
        if not school.words.take(("here", asking.text(given, "who"))):
            raise Refused("often")
        await known(code, given, asking.whole(given, "number"), asking.flag(given, "away"))
        return {}

    @answered
    async def answer(request: Request) -> dict:
        """Takes an answer; once this has returned, it is on the disk."""
        code, given = asking.code(request), await asking.body(request)
        who, choice = asking.text(given, "who"), asking.whole(given, "choice", polls.MOST - 1)
        asked = asking.whole(given, "poll", polls.POLLS)
        if not school.words.take(("answer", who)):
            raise Refused("often")
        if not await school.ask("answer", code, asked, who, choice):
            raise Refused("closed")
        return {"poll": asked, "choice": choice}

    base = "/api/class/{code}"
    return [
        Route(f"{base}/join", join, methods=["POST"]),
        Route(f"{base}/events", stream, methods=["GET"]),
        Route(f"{base}/notes", poll, methods=["GET"]),
        Route(f"{base}/here", here, methods=["POST"]),
        Route(f"{base}/answer", answer, methods=["POST"]),
    ]
