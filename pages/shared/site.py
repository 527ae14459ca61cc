"""The course as plain files: python -m core.lessons --site out/

Any web server, or a USB stick, gives them without Python. Each card's picture is what the page of
the app draws beside that card; data that several cards or both languages share stands there once.
"""

from __future__ import annotations

import argparse
import html
import json
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import streamlit as st
from streamlit.testing.v1 import AppTest

from core import lessons, stage
from core.lessons import Card, Lesson, Shot
from core.views import card as carding
from core.words import LANGUAGES, say, section
from core.words.languages import language as called
from pages.shared import teaching

ROOT = Path(__file__).parents[2]
MARK = Path(__file__).with_name("mark.svg").read_text(encoding="utf-8")
# What a stage is sent for the sake of the server, or for one visit of a page.
PASSING = {"run", "linked", "taught", "pick", "projector", "asks", "exports"}
MODEL = {"prefix", "hidden"}  # what a card may ask for that no browser does alone
FIRST = "en"


def beside(lang: str, lesson: str, card: str, shot: str) -> None:
    """A page with the picture beside a card and nothing else, as a script of Streamlit."""
    from importlib import import_module

    import_module("pages.shared.site").by_itself(lang, lesson, card, shot)


def by_itself(language: str, lesson: str, card: str, shot: str) -> None:
    """Draws the picture beside a card as it opens, in a session of its own."""
    state = st.session_state
    state.lang, state.large, state.lesson_at = language, False, f"{lesson} {card}"
    told = lessons.course(language)[lesson]
    teaching.open_at(told.scenes[shot], told.card(card))
    teaching.draw(told.scenes[shot], told.card(card))


class Picture(NamedTuple):
    """What the stages of a page are sent, and what its address says then."""

    sent: list[dict]
    given: dict[str, str]


def picture(lesson: Lesson, card: Card, shot: Shot, language: str) -> Picture:
    """Raises RuntimeError where the page does not draw it."""
    args = (language, lesson.name, card.name, shot.name)
    app = AppTest.from_function(beside, args=args, default_timeout=300).run()
    sent = stages(app)
    if app.exception or not sent:
        told = "; ".join(one.message for one in app.exception) or "nothing was drawn"
        raise RuntimeError(f"{lesson.name}, {card.name}, scene {shot.name}: {told}")
    return Picture(sent, {name: values[0] for name, values in app.query_params.items()})


def stages(app: AppTest) -> list[dict]:
    """What the stages of a page are sent."""
    found = [json.loads(one.proto.json)[0] for one in app.get("bidi_component")]
    return [one for one in found if isinstance(one, dict) and "stage" in one]


class Site:
    """The files of a course in a folder."""

    def __init__(self, out: Path):
        self.out = out
        for name in ("data", "scripts"):
            (out / name).mkdir(parents=True, exist_ok=True)
        self.written: set[str] = set()

    def put(self, name: str, text: str) -> None:
        if name not in self.written:
            (self.out / name).write_text(text, encoding="utf-8")
            self.written.add(name)

    def store(self, data: dict) -> str:
        """The name of the data, which stands in a file of its own, once."""
        text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
        name = blake2b(text.encode(), digest_size=8).hexdigest()
        self.put(f"data/{name}.js", f'heedSite.data["{name}"] = {text};\n')
        return name

    def drawn(self, sent: dict) -> dict:
        """What the script of a page needs to draw a stage: its numbers, its words, and where it
        opens, each stored by itself."""
        kind = sent["stage"]
        self.put(f"scripts/{kind}.js", stage.plain_script(kind))
        data = {name: one for name, one in sent.items() if name not in PASSING}
        opens, spot = data.pop("open", {}), data.pop("spot", None)
        words = {name: data.pop(name) for name in ("strings", "language") if name in data}
        more = {"spot": spot} if spot else {}
        return {"parts": [self.store(data), self.store(words)], "open": opens, "more": more}

    def lesson(self, course: dict[str, Lesson], name: str, language: str) -> None:
        lesson, order = course[name], list(course)
        following = order[order.index(name) + 1 :][:1]
        home = page_name(language)
        told = {
            "cards": [self.card(course, lesson, card, language) for card in lesson.cards],
            "before": home,
            "after": page_name(language, following[0]) if following else home,
        }
        self.page(page_name(language, name), lesson.title, told, language, name)

    def card(self, course: dict[str, Lesson], lesson: Lesson, card: Card, language: str) -> dict:
        scenes = {}
        for name in card.scenes:
            found = picture(lesson, card, lesson.scenes[name], language)
            needs = dict(card.done).keys() & MODEL or (
                card.done and lesson.scenes[name].page == "workbench"
            )
            scenes[name] = {
                "stages": [self.drawn(one) for one in found.sent],
                "given": found.given,
                "needs": say(language, "site.needs") if needs else "",
            }
        sent = carding.payload(course, lesson.name, card.name, card.scenes[0], {}, language)
        return {
            "name": card.name, "scenes": scenes, "choices": list(card.scenes),
            "drawn": self.drawn(sent),
        }  # fmt: skip

    def home(self, course: dict[str, Lesson], language: str) -> None:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=300)
        app.query_params["lang"] = language
        sent = stages(app.run())
        plays, ways = (
            next(one for one in sent if one["stage"] == name) for name in ("lines", "home")
        )
        plays = {name: one for name, one in plays.items() if name != "decode"}
        doors = Doors(course, language)
        ways["strings"] = {**ways["strings"], "explore_line": say(language, "site.explore")}
        ways["lessons"] = [{**one, "href": doors.of(one["href"])} for one in ways["lessons"]]
        ways["pages"] = [
            {**one, "href": doors.of(one["href"])} for one in ways["pages"] if doors.of(one["href"])
        ]
        ways["teach"] = [one for one in ways["teach"] if not one["href"]][:1]
        for plan in ways["plans"].values():
            for box in plan["boxes"]:
                box["href"] = doors.of(box["href"]) or page_name(language)
        told = {"stages": [self.drawn(plays), self.drawn(ways)]}
        self.page(page_name(language), say(language, "site.title"), told, language)

    def page(self, name: str, title: str, told: dict, language: str, lesson: str = "") -> None:
        words = {**section(language, "presenter"), "language": language}
        data = json.dumps({**told, "presenter": words}).replace("<", "\\u003c")
        kind = " site-lesson" if lesson else ""
        here = {language: ' aria-current="true"'}
        tongues = " ".join(
            f'<a href="{page_name(one, lesson)}" lang="{one}"{here.get(one, "")}>'
            f"{called(one, one)}</a>"
            for one in LANGUAGES
        )
        self.put(name, f"""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(title)}</title>
<link rel="stylesheet" href="scripts/site.css">
</head>
<body class="heed-site{kind}">
<header>
<a class="site-name" href="{page_name(language)}">\
<span style="width:26px" aria-hidden="true">{MARK}</span>Heed</a>
<span>{html.escape(title) if lesson else ""}</span>
<nav class="site-tongues">{tongues}</nav>
<div class="site-present"></div>
</header>
<main></main>
<footer>{html.escape(say(language, "site.made"))}</footer>
<script type="application/json" id="heed-page">{data}</script>
<script src="scripts/site.js"></script>
</body>
</html>
""")  # fmt: skip


class Doors:
    """Where what a page of the app shows is to be seen in the course."""

    def __init__(self, course: dict[str, Lesson], language: str):
        self.language = language
        self.cards: dict[tuple[str, str], str] = {}
        for lesson in course.values():
            for card in lesson.cards:
                shot = lesson.scenes[card.scenes[0]]
                part = dict(shot.asked).get("part", "")
                place = f"{page_name(language, lesson.name)}#card={card.name}"
                for one in (part, ""):
                    self.cards.setdefault((shot.page, one), place)

    def of(self, link: str) -> str:
        """The file that shows what that link of the app leads to; nothing where none does."""
        found = urlsplit(link)
        asked = {name: values[0] for name, values in parse_qs(found.query).items()}
        if found.path == "lessons" and "lesson" in asked:
            return page_name(self.language, asked["lesson"])
        known = self.cards.get((found.path, asked.get("part", "")))
        return known or self.cards.get((found.path, ""), "")


def page_name(language: str, lesson: str = "") -> str:
    """A file: index.html is the home page in the first language."""
    return f"{lesson or 'index'}{'' if language == FIRST else f'.{language}'}.html"


def write(out: Path, names: tuple[str, ...] = (), languages=LANGUAGES) -> Iterator[str]:
    """Writes the lessons `names`, or all, and the home pages; tells each page as it is done."""
    site = Site(out)
    site.put("scripts/site.js", stage.site_script())
    site.put("scripts/site.css", stage.site_style())
    site.put("scripts/presenter.js", stage.plain_presenter())
    for language in languages:
        course = teaching.taught(language, ".".join(names))
        site.home(course, language)
        for name in course:
            site.lesson(course, name, language)
            yield page_name(language, name)


def size(out: Path) -> int:
    """The bytes of all files."""
    return sum(one.stat().st_size for one in out.rglob("*") if one.is_file())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m core.lessons", description=__doc__)
    parser.add_argument("--site", type=Path, required=True, help="the folder to write")
    out = parser.parse_args().site
    for name in write(out):
        print(name, flush=True)
    print(f"{out / 'index.html'}: {size(out) / 1e6:.1f} MB")
