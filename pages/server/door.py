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
from core.classroom.store import ENDED, Gone
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
        """Leads to what the class is shown now, with its code in the link."""
        code = codes.read(request.path_params.get("code", ""))
        root = request.scope.get("root_path", "").rstrip("/")
        to, asked = f"{root}/", {}
        if code:
            try:
                found = await school.ask("notes", code)
            except (Gone, OSError):
                found = []
            scene = next((json.loads(one.text) for one in found if one.name == "scene"), None)
            if scene and not any(one.name == ENDED for one in found):
                to, asked = f"{root}/{scene['page']}", scene["asks"] | scene["view"]
        given = urlencode({**asked, "class": code or request.path_params.get("code", "")})
        if request.query_params.get("lang") in words.LANGUAGES:
            given += f"&lang={request.query_params['lang']}"
        return RedirectResponse(f"{to}?{given}", 302, {"Cache-Control": "no-store"})

    return [
        Route("/api/class.js", scripted, methods=["GET"]),
        Route("/api/class-words/{language}", worded, methods=["GET"]),
        Route("/class", follow, methods=["GET"]),
        Route("/class/{code}", follow, methods=["GET"]),
    ]
