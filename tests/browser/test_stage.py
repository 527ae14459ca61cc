"""The stage in a page of its own, opened from a file: stepping, views, tables, downloads."""

import csv
import io
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from core import stage
from core.trace import Trace
from core.tree import END
from core.views import decode
from tests.browser.conftest import where
from tests.core.test_stage import HOSTILE, made

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(page, tmp_path):
    """Opens the page of a trace and gives its stage."""

    def open_(trace, **options):
        path = tmp_path / "page.html"
        path.write_text(decode.page(trace, **options), encoding="utf-8")
        page.goto(path.as_uri())
        return page.locator(".heed-stage")

    return open_


def at(shown):
    return shown.locator(".heed-count").inner_text()


def numbers(locator):
    return [float(text.replace("−", "-")) for text in locator.all_inner_texts()]


def downloaded(page, shown, name):
    shown.locator(".heed-menu summary").click()
    with page.expect_download() as download:
        shown.get_by_role("button", name=name).click()
    return download.value.path().read_bytes()


def test_steps_by_click_key_and_scrubber(page, opened):
    shown = opened(made(), step=1)
    assert at(shown) == "1 / 5"
    for name, place in (("One step forward", 2), ("Last step", 5), ("One step back", 4)):
        shown.get_by_role("button", name=name).click()
        assert at(shown) == f"{place} / 5"
    for key, place in (("Home", 1), ("ArrowRight", 2), ("End", 5), ("ArrowLeft", 4)):
        page.keyboard.press(key)
        assert at(shown) == f"{place} / 5"
    shown.get_by_role("slider").fill("2")
    assert at(shown) == "3 / 5"
    assert "step=3" in where(page)
    shown.locator(".heed-row").nth(0).locator(".heed-cell").nth(1).click()
    assert at(shown) == "1 / 5"


def test_play_stops_at_the_end_and_starts_again(page, opened):
    shown = opened(made(), step=4)
    shown.locator(".heed-speed").select_option("2")
    shown.get_by_role("button", name="Play").click()
    shown.get_by_role("button", name="Pause").wait_for()
    shown.locator(".heed-count", has_text="5 / 5").wait_for()
    shown.get_by_role("button", name="Play").click()
    assert at(shown) == "1 / 5"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Space")
    shown.get_by_role("button", name="Play").wait_for()


def test_a_word_has_the_weights_of_its_pieces(opened):
    trace = made(source=("I", ("kn", "ow")))
    shown = opened(trace, step=2)
    row = trace.attention().weights[1]
    weights = shown.locator(
        ".heed-flow-row:not(.heed-total) .heed-cell-pair:nth-child(3) .heed-value"
    )
    scores = shown.locator(
        ".heed-flow-row:not(.heed-total) .heed-cell-pair:nth-child(2) .heed-value"
    )
    joined = [row[0], row[1] + row[2], row[3]]
    assert numbers(weights) == pytest.approx(joined, abs=6e-4)
    exponents = np.exp(numbers(scores))
    assert exponents / exponents.sum() == pytest.approx(joined, abs=6e-3)
    shown.get_by_role("button", name="Pieces").click()
    assert numbers(weights) == pytest.approx(row.tolist(), abs=6e-4)
    labels = shown.locator(".heed-pair .heed-source .heed-label").all_text_contents()
    assert labels == [token.piece for token in trace.source]


def test_the_tables_say_what_the_trace_says(page, opened):
    trace = made()
    shown = opened(trace, step=5)
    shown.get_by_role("button", name="Pieces").click()
    shown.get_by_role("button", name="As a table").click()
    step, candidates, weights, scores = (shown.locator("table").nth(i) for i in range(4))
    rows = trace.attention()
    assert numbers(step.locator("td:nth-of-type(1)")) == pytest.approx(rows.scores[4], abs=6e-5)
    assert numbers(step.locator("td:nth-of-type(2)")) == pytest.approx(rows.weights[4], abs=6e-6)
    found = numbers(candidates.locator("td:nth-of-type(2)"))
    assert found == pytest.approx([one.log_prob for one in trace.steps[4].candidates], abs=6e-5)
    assert numbers(weights.locator("td")) == pytest.approx(rows.weights.ravel(), abs=6e-6)
    assert numbers(scores.locator("td")) == pytest.approx(rows.scores.ravel(), abs=6e-5)
    for table in (step, candidates, weights, scores):
        assert table.locator("caption").inner_text()
        assert table.locator("th:not([scope])").count() == 0


def test_weights_and_scores_have_scales_of_their_own(opened):
    trace = made()
    shown = opened(trace)
    ends = shown.locator(".heed-legend span")
    assert ends.all_inner_texts()[:2] == ["0", "1"]
    shown.get_by_role("button", name="Scores").click()
    low, high = ends.all_inner_texts()[:2]
    assert low == "−" + high.removeprefix("+")


def test_what_is_masked_is_blank(opened):
    shown = opened(made(masked=(1,)))
    row = shown.locator(".heed-row").nth(0).locator(".heed-cell")
    assert row.nth(1).get_attribute("fill") == "none"
    assert row.nth(0).get_attribute("fill").startswith("rgb")
    assert "masked" in shown.locator(".heed-flow-row").nth(1).inner_text()


def test_pointing_lights_up_the_partners(page, opened):
    shown = opened(made(), step=3)
    shown.locator(".heed-pair .heed-source").nth(1).hover()
    assert "heed-lit" in shown.locator(".heed-flow-row").nth(1).get_attribute("class")
    assert shown.locator(".heed-cell.heed-lit").count() == 2  # one column, two words so far
    shown.locator(".heed-row").nth(1).locator(".heed-cell").nth(2).hover()
    assert shown.locator(".heed-cell.heed-lit").count() == 1
    assert "heed-lit" in shown.locator(".heed-pair .heed-source").nth(2).get_attribute("class")
    tip = page.locator(".heed-tip").inner_text()
    assert "savais ← that" in tip and "weight" in tip and "score" in tip
    page.mouse.move(2, 2)
    shown.locator(".heed-rows").focus()
    page.keyboard.press("ArrowDown")
    assert "heed-lit" in shown.locator(".heed-flow-row").nth(0).get_attribute("class")


def test_a_model_without_attention_has_no_empty_panels(opened):
    shown = opened(made(attends=False))
    assert shown.locator(".heed-none").is_visible()
    assert shown.locator(".heed-panel").count() == 2
    assert shown.locator(".heed-rows, .heed-heat, .heed-curves path").count() == 0


def test_what_was_typed_is_shown_and_never_run(page, opened):
    shown = opened(made(source=HOSTILE, target=HOSTILE, forced=(1,)))
    labels = shown.locator(".heed-pair .heed-source .heed-label").all_text_contents()
    assert labels == [*(text.strip() or f"▁{text}" for text in HOSTILE), END]
    shown.get_by_role("button", name="As a table").click()
    heads = shown.locator("table").nth(0).locator("tbody th").all_text_contents()
    assert heads == labels
    picture = downloaded(page, shown, "SVG").decode()
    assert "<script" not in picture and "<img" not in picture
    ElementTree.fromstring(picture)
    assert page.evaluate("window.hit") is None


def test_the_picture_and_the_numbers_go_home(page, opened):
    trace = made()
    shown = opened(trace)
    texts = {node.text for node in ElementTree.fromstring(downloaded(page, shown, "SVG")).iter()}
    assert {"know", "savais", "que"} <= texts
    assert downloaded(page, shown, "PNG").startswith(b"\x89PNG")
    assert Trace.from_json(downloaded(page, shown, "JSON").decode()) == trace
    lines = list(csv.DictReader(io.StringIO(downloaded(page, shown, "CSV").decode("utf-8-sig"))))
    assert len(lines) == len(trace.steps) * len(trace.source)
    found = trace.attention()
    for line in lines:
        t, i = int(line["step"]) - 1, int(line["source_index"]) - 1
        assert (line["target"], line["source"]) == (found.queries[t], found.keys[i])
        assert np.float32(line["score"]) == found.scores[t, i]
        assert np.float32(line["weight"]) == found.weights[t, i]


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(page, opened, theme, language):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    shown = opened(made(forced=(1,)), theme=theme, language=language)
    shown.locator(".heed-toggle").click()
    found = axe.run(page, options={"rules": {"region": {"enabled": True}}}).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found] == []


def test_a_phone_scrolls_only_downwards(page, opened):
    page.set_viewport_size({"width": 390, "height": 844})
    opened(made(source=("sentence",) * 24, target=("phrase",) * 24))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_picked_candidate_waits_for_the_server(page, tmp_path):
    """As a component: one trigger, at work until the next run, the step kept, the link written."""
    path = tmp_path / "component.html"
    path.write_text(
        f"""<!doctype html><meta charset="utf-8"><style>{stage.style("decode")}</style>
        <div id="here"></div>
        <script type="module">{stage.script("decode").replace("export default ", "")}
        window.picked = [];
        window.show = (data) => component({{
          data: [data], parentElement: document.getElementById("here"),
          setTriggerValue: (name, value) => window.picked.push([name, value]),
        }});</script>""",
        encoding="utf-8",
    )
    page.goto(path.as_uri())
    first, other = made(), made(target=("Il",))
    data = {**decode.payload(first, "en"), "step": 1, "pick": True, "run": 1}
    shown = page.locator(".heed-stage")
    page.evaluate("show", data)
    page.evaluate("show", data)  # the same again changes nothing
    page.keyboard.press("ArrowRight")
    assert "step=3" in where(page) and "view=words-weights" in where(page)
    shown.locator("button.heed-candidate").nth(2).click()
    [[name, value]] = page.evaluate("picked")
    assert (name, value["step"], value["id"]) == ("pick", 2, first.steps[2].candidates[2].id)
    assert shown.get_attribute("aria-busy") == "true"
    assert shown.get_by_text("Translating…").is_visible()
    page.evaluate("show", data)  # a change of theme is no answer
    assert shown.get_attribute("aria-busy") == "true"
    page.evaluate("show", {**data, "run": 2})
    assert shown.get_attribute("aria-busy") == "false"
    assert at(shown) == "3 / 5"
    page.evaluate("show", {**data, **decode.payload(other, "en"), "step": None, "run": 3})
    assert at(shown) == "2 / 2"
    page.evaluate("show", {**data, **decode.payload(other, "ko"), "step": None, "run": 4})
    assert shown.get_by_role("button", name="처음 단계").is_visible()
    assert at(shown) == "2 / 2"
