"""Routes of whoever leads a class: to open it, to show, to ask, to hand over and to end."""

from __future__ import annotations

import json

import segno
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.classroom import codes, polls
from core.classroom.store import Room
from pages.server import asking, notes
from pages.server.asking import Refused, answered
from pages.server.school import School
from pages.shared import inside, lan
from pages.shared.scene import PAGES, Scene

DOORS = ("open", "closed")  # whether others may still come in
SCREENS = ("open", "blank", "frozen")  # what followers see: the scene, nothing, or what they saw
TRIES = 20  # codes that may be taken already
# What may be done to the last poll, and in which states of it.
BEFORE = {
    "open": ("open", "closed", "revealed"), "close": ("open",), "reveal": ("open", "closed"),
}  # fmt: skip
RECENT = 30.0  # seconds since somebody who still follows was heard of


SEEN = {one.name for kind in PAGES.values() for one in kind.views().values()}
SEEN |= {one.name for part in inside.every().values() for one in part.asked.views().values()}


def told(scene: Scene, given: dict) -> dict:
    """A scene as followers hear of it: what its page is asked, for which a script runs, and what
    the browser alone does with it. A lesson says in its link what its picture is asked, too."""
    asked = scene.parameters()
    if scene.page == "lessons":
        asked = {name: text for name, text in given.items() if name != "page"} | asked
    return {
        "page": scene.page,
        "asks": {name: text for name, text in asked.items() if name not in SEEN},
        "view": {name: text for name, text in asked.items() if name in SEEN},
    }


def _pictured(link: str) -> dict:
    """A link, and its QR code (ISO/IEC 18004) as the address of an image."""
    picture = segno.make(link, error="m", micro=False)
    return {"link": link, "picture": picture.svg_data_uri(border=2, dark="#1d1c24", light="#fff")}


def routes(school: School) -> list[Route]:
    """Of `school`."""

    async def write(room: Room, name: str, note: dict, by: str, poll: int | None = None) -> dict:
        text = json.dumps(note, ensure_ascii=False)
        number = await school.ask("put", room.code, name, text, by, poll)
        school.wrote(room.code)
        return {"number": number}

    @answered
    async def begin(request: Request) -> dict:
        """Opens a class: its code for everybody, its key for whoever leads."""
        await asking.body(request)
        if not school.classes.take(asking.origin(request)):
            raise Refused("often")
        key, device = codes.secret(), codes.secret()
        for _ in range(TRIES):
            code = codes.code()
            if await school.ask("create", code, codes.digest(key), device):
                return {"code": code, "key": key, "device": device}
        raise Refused("full")

    @answered
    async def show(request: Request) -> dict:
        """What is on the leader's screen is on everybody's: page, sentence, step, view, …"""
        room = await school.led(request)
        given = await asking.body(request)
        by, large = asking.text(given, "device"), asking.flag(given, "large")
        try:
            scene = Scene.from_json(json.dumps(given.get("scene")))
        except ValueError as error:
            raise Refused("body") from error
        note = told(scene, given["scene"]) | {"large": large}
        return await write(room, "scene", note, by)

    @answered
    async def screen(request: Request) -> dict:
        """Shows everybody the scene, nothing, or what they saw last."""
        room = await school.led(request)
        given = await asking.body(request)
        if given.get("state") not in SCREENS:
            raise Refused("body")
        return await write(room, "screen", {"state": given["state"]}, asking.text(given, "device"))

    @answered
    async def door(request: Request) -> dict:
        """Lets others come in, or nobody else."""
        room = await school.led(request)
        given = await asking.body(request)
        if given.get("state") not in DOORS:
            raise Refused("body")
        return await write(
            room, notes.DOOR, {"state": given["state"]}, asking.text(given, "device")
        )

    @answered
    async def call(request: Request) -> dict:
        """Takes everybody back who looks around on their own."""
        room = await school.led(request)
        given = await asking.body(request)
        return await write(room, "call", {}, asking.text(given, "device"))

    @answered
    async def take(request: Request) -> dict:
        """Another device of the leader's leads from now on; the one before is told."""
        room = await school.led(request)
        await asking.body(request)
        device = codes.secret()
        note = json.dumps({"device": codes.digest(device)[:16]})
        number = await school.ask("take", room.code, device, "lead", note)
        school.wrote(room.code)
        return {"device": device, "number": number}

    async def asked(room: Room) -> list[dict]:
        """All polls of a class, the latest last."""
        found = await school.ask("notes", room.code)
        every = [json.loads(one.text) for one in found if one.name.startswith(notes.POLL)]
        return sorted(every, key=lambda poll: poll["poll"])

    @answered
    async def poll(request: Request) -> dict:
        """Opens a poll, closes it, or reveals what was answered beside the model's weights."""
        room = await school.led(request)
        given = await asking.body(request)
        by, every, doing = asking.text(given, "device"), await asked(room), given.get("do")
        last = every[-1] if every else {"poll": 0, "state": "revealed"}
        if last["state"] not in BEFORE.get(doing if isinstance(doing, str) else "", ()):
            raise Refused("body")
        number = last["poll"] + (doing == "open")
        if number > polls.POLLS:
            raise Refused("full")
        try:
            if doing == "open":
                new = polls.opened(
                    number, given.get("question"), given.get("choices"),
                    given.get("sort", "answer"), given.get("match", 0),
                )  # fmt: skip
            elif doing == "close":
                new = polls.closed(last)
            else:
                polls.revealed(last, await school.ask("answers", room.code, number),
                               given.get("weights"))  # fmt: skip
                await write(room, f"{notes.POLL}{number}", polls.closed(last), by, poll=0)
                answers = await school.ask("answers", room.code, number)  # the last one is in
                new = polls.revealed(last, answers, given.get("weights"))
        except ValueError as error:
            raise Refused("body") from error
        taking = number if doing == "open" else 0
        done = await write(room, f"{notes.POLL}{number}", new, by, taking)
        return done | {"poll": number, "note": new}

    @answered
    async def people(request: Request) -> dict:
        """Who follows, by the note on their screens and without names, and how many answered."""
        room = await school.led(request, may_wait=True)
        there = [one for one in await school.ask("people", room.code) if one.since < RECENT]
        count = (await school.ask("answers", room.code, room.poll)).total() if room.poll else None
        return {
            "number": room.number,
            "at": sorted(one.number for one in there if not one.away),
            "away": sum(one.away for one in there),
            "poll": room.poll,
            "answers": count,
            "leads": request.headers.get("x-heed-device") == room.lead,
        }

    @answered
    async def results(request: Request) -> Response:
        """All polls that were revealed, as CSV."""
        room = await school.led(request)
        named = {"Content-Disposition": f'attachment; filename="heed-{room.code}.csv"'}
        return Response(polls.table(await asked(room)), 200, named, "text/csv")

    @answered
    async def links(request: Request) -> dict:
        """The addresses under which followers reach the class, each with its picture; and what
        the class is shown, for a device that leads from now on."""
        room = await school.led(request, may_wait=True)
        found, reached = notes.current(await school.ask("notes", room.code)), str(request.base_url)
        return {
            "links": [_pictured(f"{one}/class/{room.code}") for one in lan.bases(reached)],
            "notes": [notes.plain(one) for one in found],
        }

    @answered
    async def end(request: Request) -> dict:
        """Ends the class, and deletes who followed and what they answered."""
        room = await school.led(request)
        await asking.body(request)
        await school.ask("end", room.code)
        school.wrote(room.code)
        return {}

    base = "/api/class/{code}"
    posted = {
        "scene": show, "screen": screen, "door": door, "call": call, "lead": take, "poll": poll,
        "end": end,
    }  # fmt: skip
    return [
        Route("/api/class", begin, methods=["POST"]),
        *(Route(f"{base}/{name}", route, methods=["POST"]) for name, route in posted.items()),
        Route(f"{base}/people", people, methods=["GET"]),
        Route(f"{base}/links", links, methods=["GET"]),
        Route(f"{base}/polls.csv", results, methods=["GET"]),
    ]
