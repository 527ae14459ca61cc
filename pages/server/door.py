"""The door of a class: the script that every page loads, its words, and the link to follow."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from core import classroom, words
from core.classroom import codes
from core.stage.linker import link
from pages.server import asking
from pages.server.school import School

FOLDER = Path(classroom.__file__).parent / "browser"
FRESH = {"Cache-Control": "no-cache"}  # asked for each time, sent where it is another


@cache
def script() -> str:
    """The script of a class, with its style."""
    style = json.dumps((FOLDER / "class.css").read_text(encoding="utf-8"))
    text = link(
        'import start from "./start.js";\nexport default () => start(STYLE);\n', FOLDER
    ).text
    return f"const STYLE = {style};\n{text}"


def routes(school: School) -> list[Route]:
    """Of `school`."""

    async def scripted(request: Request) -> Response:
        return Response(script(), 200, FRESH, "text/javascript")

    async def worded(request: Request) -> Response:
        """The words of a class in a language that there is, or else in that of the request."""
        asked = request.path_params["language"]
        language = asked if asked in words.LANGUAGES else asking.language(request)
        return JSONResponse(words.section(language, "classroom"), headers=FRESH)

    async def follow(request: Request) -> Response:
        """Leads home, with the code in the link: there a page asks to come in, and only whoever was
        let in hears what the class is shown. So it says of no code whether there is such a class.
        """
        typed = request.path_params.get("code", "")
        given = {"class": codes.read(typed) or typed}
        if request.query_params.get("lang") in words.LANGUAGES:
            given["lang"] = request.query_params["lang"]
        root = request.scope.get("root_path", "").rstrip("/")
        return RedirectResponse(f"{root}/?{urlencode(given)}", 302, {"Cache-Control": "no-store"})

    return [
        Route("/api/class.js", scripted, methods=["GET"]),
        Route("/api/class-words/{language}", worded, methods=["GET"]),
        Route("/class", follow, methods=["GET"]),
        Route("/class/{code}", follow, methods=["GET"]),
    ]
