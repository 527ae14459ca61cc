"""What every route of a class does with a request: reads it within bounds, and answers in JSON, or
with a sentence in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from functools import wraps

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core import wire, words
from core.classroom import codes
from core.classroom.store import Gone, NotLeading
from pages.server.limits import Limit

LARGEST = 64_000  # bytes of a request's body
# What is refused, by the name of its sentence, and the status of the answer.
STATUS = {
    "code": 404, "gone": 404, "stranger": 403, "key": 403, "door": 403, "leading": 409,
    "closed": 409, "often": 429, "full": 503, "large": 413, "body": 400, "store": 503,
}  # fmt: skip
GUESSES = Limit(60, 1)  # wrong codes, keys and names of followers from one address


class Refused(Exception):
    """A request that is not done, and why: a name of STATUS."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


def language(request: Request) -> str:
    """The link's, or the first of the browser's that there are words in."""
    given = [request.query_params.get("lang", "")]
    given += request.headers.get("accept-language", "").split(",")
    asked = (one.split(";")[0].strip().partition("-")[0].lower() for one in given)
    return next((one for one in asked if one in words.LANGUAGES), words.FALLBACK)


def refusal(request: Request, why: str) -> JSONResponse:
    told = words.say(language(request), f"classroom.refused_{why}", letters=" ".join(codes.LETTERS))
    return JSONResponse({"why": why, "told": told}, STATUS[why], {"Cache-Control": "no-store"})


def origin(request: Request) -> str:
    """The address that a request comes from."""
    return request.client.host if request.client else ""


Route = Callable[[Request], Awaitable[Response | dict]]


def answered(route: Route) -> Callable[[Request], Awaitable[Response]]:
    """A route that returns what JSON holds, or raises, as one that always answers. Whoever guesses
    too often is told so whatever they guessed, right or wrong."""

    @wraps(route)
    async def answering(request: Request) -> Response:
        try:
            found = await route(request)
        except (Gone, NotLeading, Refused, OSError) as error:
            return refusal(request, _why(request, error))
        if isinstance(found, Response):
            return found
        return JSONResponse(found, headers={"Cache-Control": "no-store"})

    return answering


def _why(request: Request, error: Exception) -> str:
    if isinstance(error, NotLeading):
        return "leading"
    if isinstance(error, OSError):
        return "store"
    why = "gone" if isinstance(error, Gone) else error.why
    if why in ("gone", "stranger", "key", "code") and not GUESSES.take(origin(request)):
        return "often"
    return why


def code(request: Request) -> str:
    """The class that the address names. Raises Refused."""
    found = codes.read(request.path_params["code"])
    if not found:
        raise Refused("code")
    return found


async def body(request: Request) -> dict:
    """The object that was sent as JSON; a page of another site cannot send one unasked. Raises
    Refused."""
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise Refused("body")
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > LARGEST:
            raise Refused("large")
    try:
        given = wire.plainly(data.decode())
        json.dumps(given, ensure_ascii=False).encode()  # no halves of characters
    except ValueError as error:
        raise Refused("body") from error
    if not isinstance(given, dict):
        raise Refused("body")
    return given


def text(given: dict, name: str, longest: int = 64) -> str:
    """A short text of a request. Raises Refused."""
    found = given.get(name)
    if not isinstance(found, str) or not 0 < len(found) <= longest:
        raise Refused("body")
    return found


def whole(given: dict, name: str, most: int = 2**53) -> int:
    """A whole number of a request, from 0 to `most`. Raises Refused."""
    found = given.get(name)
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found <= most:
        raise Refused("body")
    return found


def flag(given: dict, name: str) -> bool:
    """Yes or no; no where nothing is said. Raises Refused."""
    found = given.get(name, False)
    if not isinstance(found, bool):
        raise Refused("body")
    return found
