"""What a model reads and writes is marked with its language, in every view that shows tokens."""

import pytest

from core.stage import whole_page
from core.views import bridge
from tests.core.views.test_needs import DRAWN
from tests.core.views.test_wiretypes import HOW, OTHERS, TEXT

pytestmark = pytest.mark.browser

# Texts of the sides whose language is the reader's, and the languages of the others.
FOUND = """() => {
  const kinds = ["bdi", ".heed-head", ".heed-crossing .heed-word", ".heed-piece:not(:has(bdi))",
    ".heed-box", ".heed-label"];
  const tokens = [...document.querySelectorAll(`.heed-stage :is(${kinds})`)];
  const said = tokens.filter((one) => one.textContent.trim());
  const tongue = (one) => one.closest("[lang]").getAttribute("lang");
  return [
    said.filter((one) => tongue(one) === "ko").map((one) => one.outerHTML.slice(0, 150)),
    [...new Set(said.map(tongue))].sort(),
  ];
}"""


def test_tokens_of_every_view_have_their_language(page, tmp_path, translators, transformer):
    trace = transformer.translate(TEXT, limit=6)
    ids = [step.token.id for step in trace.path()]
    crossed = bridge.cross(translators["general"], transformer, TEXT, ids)
    drawn = {view: HOW[view](transformer, trace) for view in sorted(DRAWN.keys() - OTHERS)}
    drawn |= {"bridge": bridge.payload(crossed, "en")}
    for view, data in drawn.items():
        # As if the reader were another: what is left in that language is marked with none.
        text = whole_page({**data, "language": "ko", "open": {"table": True}}, "", TEXT, "")
        (tmp_path / f"{view}.html").write_text(text, "utf-8")
        page.goto((tmp_path / f"{view}.html").as_uri())
        page.locator(".heed-stage").first.wait_for()
        unmarked, tongues = page.evaluate(FOUND)
        assert not unmarked, (view, unmarked)
        assert {*tongues} <= {"en", "fr"} and tongues, view
        assert page.locator("main > p b").evaluate("(one) => one.closest('[lang]').lang") == "en"
