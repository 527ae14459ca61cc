"""The course as plain files: whole, without a server, and no larger than a stick notices."""

import json
import re
from urllib.parse import urlsplit

import pytest

from core import lessons
from pages.shared import site

LESSON = "sequence"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    out = tmp_path_factory.mktemp("site")
    told = list(site.write(out, (LESSON,)))
    return out, told


def told_by(path):
    text = path.read_text(encoding="utf-8")
    return json.loads(re.search(r'id="heed-page">(.*?)</script>', text)[1])


def test_every_page_has_its_cards_and_the_files_they_name(written):
    out, told = written
    assert told == [f"{LESSON}.html", f"{LESSON}.ko.html"]
    for name, language in zip(told, ("en", "ko")):
        page = told_by(out / name)
        cards = lessons.course(language)[LESSON].cards
        assert [one["name"] for one in page["cards"]] == [one.name for one in cards]
        for card in page["cards"]:
            assert list(card["scenes"]) == card["choices"]
            drawn = [card["drawn"], *(s for one in card["scenes"].values() for s in one["stages"])]
            for part in (part for one in drawn for part in one["parts"]):
                assert (out / "data" / f"{part}.js").is_file()


def test_what_needs_a_model_says_so(written):
    out, _ = written
    cards = {one.name: one for one in lessons.course("en")[LESSON].cards}
    for told in told_by(out / f"{LESSON}.html")["cards"]:
        for scene in told["scenes"].values():
            assert bool(scene["needs"]) == bool(dict(cards[told["name"]].done).keys() & site.MODEL)


def test_languages_share_the_numbers(written):
    out, told = written
    first, second = (
        [one["stages"][0]["parts"] for card in told_by(out / name)["cards"]
         for one in card["scenes"].values()] for name in told
    )  # fmt: skip
    assert [one[0] for one in first] == [one[0] for one in second]
    assert all(one[1] != other[1] for one, other in zip(first, second))


def test_no_link_leads_out_of_the_folder(written):
    out, _ = written
    for path in out.glob("*.html"):
        links = re.findall(r'(?:href|src)="([^"]*)"', path.read_text(encoding="utf-8"))
        for link in links:
            assert not urlsplit(link).scheme
            known = out / urlsplit(link).path
            assert known.is_file() or "index" in link, (path.name, link)
    home = told_by(out / "index.html")
    parts = [out / "data" / f"{part}.js" for one in home["stages"] for part in one["parts"]]
    texts = [one.read_text(encoding="utf-8").split(" = ", 1)[1][:-2] for one in parts]
    sent = [json.loads(one) for one in texts]
    hrefs = [way["href"] for one in sent for k in ("pages", "lessons") for way in one.get(k, [])]
    assert hrefs and all(re.fullmatch(r"[a-z-]+\.html(#card=[a-z-]+)?", one) for one in hrefs)
    assert site.size(out) < 15e6
