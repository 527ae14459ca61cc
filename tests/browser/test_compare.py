"""The page that compares, in a real browser: one step for all, forced targets, differences."""

import csv
import hashlib
import io
import json
import os
import re
import shutil
import urllib.parse
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import torch
from playwright.sync_api import expect

from core import manifest
from core.agreement import aligned
from core.checkpoint import load_model, save_model
from core.distributions import divergence, entropy
from core.facts import Facts
from core.trace import Trace
from core.translator import Translator
from core.views import compare
from core.views.compare import Panel
from tests.browser.conftest import ROOT, serious, serving, where

pytestmark = pytest.mark.browser
GENERAL, NONE = "eng-fra-general", "eng-fra-none"
BENT = ("eng-fra-bent", "eng-fra-turned", "eng-fra-torn", "eng-fra-blunt")
FOUR = f"{GENERAL},{BENT[0]},{BENT[1]},{NONE}"
SIX = ",".join((GENERAL, *BENT, NONE))
CATS = "The old man who lives next door has three black cats."
DOG, FRENCH = "Where is my dog?", "Où est mon chien ?"
HOSTILE = "<img src=x onerror='window.hit=1'> </style></script> {{x}}"


def bend(models, name, entry, noise):
    """A model like `general` whose attention looks elsewhere, listed in the manifest."""
    model, vocabulary = load_model(models / GENERAL)
    torch.manual_seed(len(name))
    with torch.no_grad():
        model.score.W_a.weight.add_(noise * torch.randn_like(model.score.W_a.weight))
    save_model(models / name, model.config, model.state_dict(), vocabulary)
    trace = Translator.from_folder(models / name, "eng", "fra").translate(entry.sentence)
    (models / name / "example.json").write_text(trace.to_json(), encoding="utf-8")
    files = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (models / name).iterdir()
    }
    manifest.write_entry(replace(entry, name=name, files=files), models)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """The app with six models: the two that are sure to be there, and four bent ones."""
    root = tmp_path_factory.mktemp("family")
    for name in ("app.py", "core", "pages", ".streamlit"):
        (root / name).symlink_to(ROOT / name)
    models = root / "pretrained"
    for name in (GENERAL, NONE):
        shutil.copytree(manifest.MODELS / name, models / name)
        manifest.write_entry(manifest.entry(name), models)
    for number, name in enumerate(BENT):
        bend(models, name, manifest.entry(GENERAL), 0.02 * (number + 1))
    return root


@pytest.fixture(scope="module")
def server(root):
    with serving(root, PYTHONPATH=os.fspath(root)) as address:
        yield address


def opened(page, server, **query):
    page.goto(f"{server}/compare?{urllib.parse.urlencode(query)}")
    page.locator(".heed-one").first.wait_for()
    return page.locator(".heed-stage").first  # the second takes a score apart


def at(stage):
    return stage.locator(".heed-count").inner_text()


def query(page):
    return {key: values[0] for key, values in parse_qs(urlsplit(where(page)).query).items()}


def lit(stage):
    """The panels in which something is lit, and the source columns that are."""
    found = set()
    for cell in stage.locator(".heed-one .heed-cell.heed-lit").all():
        panel = cell.evaluate("(node) => node.closest('[data-panel]').dataset.panel")
        found.add((int(panel), int(cell.get_attribute("data-source"))))
    return found


def example(root, name):
    path = root / "pretrained" / name / "example.json"
    return Trace.from_json(path.read_text(encoding="utf-8"))


def test_all_panels_stand_at_one_step_without_the_server(page, server):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda data: sent.append(data)))
    stage = opened(page, server, models=FOUR, target=GENERAL)
    assert stage.locator(".heed-one").count() == 4
    page.wait_for_timeout(1500)  # whatever the first run still sends
    before = len(sent)
    stage.get_by_role("button", name="First step").click()
    steps = int(at(stage).split("/")[1])
    for step in range(1, 4):
        assert at(stage) == f"{step} / {steps}"
        shown = stage.locator(".heed-one .heed-row:not(.heed-later)").count()
        words = stage.locator(".heed-one").nth(0).locator(".heed-row:not(.heed-later)").count()
        assert shown == 3 * words and words <= step
        now = stage.locator(".heed-one-word.heed-now").all_inner_texts()
        assert len(now) == 4 and len(set(now)) == 1
        page.keyboard.press("ArrowRight")
    page.keyboard.press("End")
    assert at(stage) == f"{steps} / {steps}"
    assert query(page)["step"] == str(steps)
    assert len(sent) == before


def test_plays_all_panels_to_the_end(page, server):
    stage = opened(page, server, models=FOUR, target=GENERAL, step=6)
    steps = at(stage).split(" / ")[1]
    stage.locator(".heed-player .heed-speed").select_option("2")
    stage.locator(".heed-count").click()
    page.keyboard.press("Space")
    stage.locator(".heed-count", has_text=f"{steps} / {steps}").wait_for()


def test_free_running_shows_each_output_and_marks_what_differs(page, server, root):
    stage = opened(page, server, models=f"{GENERAL},{NONE}", text=CATS)
    texts = [
        Translator.from_folder(root / "pretrained" / name, "eng", "fra").translate(CATS).text
        for name in (GENERAL, NONE)
    ]
    shown = stage.locator(".heed-one-sentence").all_inner_texts()
    assert [re.sub(r"\s", "", text) for text in shown] == [
        re.sub(r"\s", "", text) for text in texts
    ]
    marked = stage.locator(".heed-one").nth(1).locator(".heed-one-differs").all_inner_texts()
    words = [set(re.findall(r"[\w']+", text)) for text in texts]
    assert set(marked) == words[1] - words[0] != set()
    assert stage.locator(".heed-one").nth(0).locator(".heed-one-differs").count() == 0
    decoration = stage.locator(".heed-one-differs").first.evaluate(
        "(node) => getComputedStyle(node).textDecorationStyle"
    )
    assert decoration == "wavy"  # not by colour alone
    assert stage.locator(".heed-difference-heat").count() == 0
    assert page.get_by_text("row t may be another word in another panel").is_visible()


def test_the_panels_say_what_the_models_are_made_of(page, server, root):
    stage = opened(page, server, models=FOUR)
    cards = stage.locator(".heed-one")
    assert "320 × 320 = 102,400" in cards.nth(0).locator(".heed-one-makeup").inner_text()
    assert cards.nth(0).locator(".heed-formula math").count() == 1
    assert "no score" in cards.nth(3).locator(".heed-one-makeup").inner_text()
    assert cards.nth(3).locator(".heed-none").is_visible()
    trace = example(root, GENERAL)
    numbers = cards.nth(0).locator(".heed-one-numbers").inner_text().replace("−", "-")
    scores = trace.attention().scores
    assert f"{scores.min():.2f} … {scores.max():.2f}" in numbers
    for index, name in enumerate((GENERAL, BENT[0])):
        last = float(entropy(example(root, name).attention().weights)[-1])
        text = cards.nth(index).locator(".heed-one-numbers div").nth(1).inner_text()
        assert f"{last:.2f} nats" in text
    total = sum(step.log_prob for step in trace.path())
    assert f"log p {total:.2f} nats".replace("-", "−") in (
        cards.nth(0).locator(".heed-one-output").inner_text()
    )


def test_one_target_is_forced_on_all_from_the_page(page, server):
    stage = opened(page, server, models=FOUR)
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("combobox", name="What they write").click()
    page.get_by_role("option", name=re.compile("words that you type")).click()
    stage.locator(".heed-forced-note").wait_for()
    box = page.get_by_role("textbox", name="Translation to force")
    box.fill(FRENCH)
    box.press("Enter")
    stage.locator(".heed-one-word", has_text="chien").first.wait_for()
    shown = stage.locator(".heed-one-sentence").all_inner_texts()
    assert len(shown) == 4 and len(set(shown)) == 1
    assert {"target": "typed", "forced": FRENCH}.items() <= query(page).items()
    assert stage.locator(".heed-forced-note").is_visible()


def test_another_sentence_is_drawn_into_the_frame_that_stands(page, server):
    """What was chosen stays, and a key means one step; another language needs another frame."""
    stage = opened(page, server, models=FOUR, view="pieces-weights", table="1")
    stage.evaluate("(node) => { node.first = true; }")
    box = page.get_by_role("textbox", name="Sentence in English")
    box.fill(DOG)
    box.press("Enter")
    stage.locator(".heed-one .heed-heads text", has_text="dog").first.wait_for()
    assert stage.evaluate("(node) => node.first") is True
    assert stage.locator(".heed-one").count() == 4
    assert query(page)["view"] == "pieces-weights"
    assert stage.locator(".heed-tables table").count() > 1
    steps = at(stage).split(" / ")[1]
    assert at(stage) == f"{steps} / {steps}"
    stage.locator(".heed-count").click()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert at(stage) == f"2 / {steps}"
    page.get_by_text("한국어", exact=True).click()
    stage.get_by_role("button", name="가중치").wait_for()
    assert stage.evaluate("(node) => node.first") is None
    assert at(stage) == f"2 / {steps}"
    stage.locator(".heed-count").click()  # a button outside the stage keeps its keys
    page.keyboard.press("ArrowRight")
    assert at(stage) == f"3 / {steps}"


def test_the_difference_is_that_of_the_weights(page, server, root):
    stage = opened(
        page, server, models=FOUR, target=GENERAL, view="pieces-weights", table="1", pair="3-1"
    )
    assert query(page)["pair"] == "3-1"
    found = stage.locator(".heed-tables table", has_text="turned − general")
    shown = [
        [float(cell.replace("−", "-")) for cell in line.locator("td").all_inner_texts()]
        for line in found.locator("tbody tr").all()
    ]
    ids = [step.token.id for step in example(root, GENERAL).path()]
    first, second = (
        Translator.from_folder(root / "pretrained" / name, "eng", "fra")
        .translate(example(root, GENERAL).typed, prefix=ids)
        for name in (BENT[1], GENERAL)
    )  # fmt: skip
    expected = aligned(first, second)
    difference = (expected.first - expected.second).tolist()
    assert shown == [pytest.approx(row, abs=2e-5) for row in difference]
    pairs = stage.locator(".heed-tables table", has_text="Jensen–Shannon").locator("tbody tr")
    line = pairs.filter(has_text="general · turned").locator("td").all_inner_texts()
    apart = divergence(expected.first, expected.second)
    assert [float(cell) for cell in line] == pytest.approx(apart.tolist(), abs=1e-4)


def test_a_pair_is_chosen_by_curve_and_by_menu(page, server):
    stage = opened(page, server, models=FOUR, target=GENERAL)
    curves = stage.locator("button.heed-agree")
    assert curves.count() == 3  # the model without attention agrees with nobody
    curves.nth(2).click()
    assert query(page)["pair"] == "2-3"
    assert curves.nth(2).get_attribute("aria-pressed") == "true"
    stage.get_by_role("combobox", name="less second").select_option(label="general")
    assert query(page)["pair"] == "2-1"
    stage.get_by_role("combobox", name="first", exact=True).select_option(label="general")
    assert query(page)["pair"] == "1-2"
    assert "general − bent" in stage.locator(".heed-difference-heat .heed-legend").inner_text()
    assert stage.locator(".heed-agree-line").count() == 3
    stage.get_by_role("button", name="First step").click()
    now = curves.nth(0).locator(".heed-agree-now").get_attribute("d")
    assert now.startswith("M0 ")


def test_hovering_a_source_word_lights_it_in_every_panel(page, server):
    stage = opened(page, server, models=FOUR, target=GENERAL)
    stage.locator(".heed-one").nth(1).locator(".heed-cell").nth(2).hover()
    assert {panel for panel, _ in lit(stage)} == {0, 1, 2}
    assert {source for _, source in lit(stage)} == {2}
    assert stage.locator(".heed-difference-heat .heed-cell.heed-lit").count() > 0
    page.mouse.move(5, 5)
    assert lit(stage) == set()


def test_everything_answers_the_keyboard(page, server):
    stage = opened(page, server, models=FOUR, target=GENERAL, step=2)
    stage.locator(".heed-one").nth(2).locator(".heed-points").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert {source for _, source in lit(stage)} == {1}
    assert {panel for panel, _ in lit(stage)} == {0, 1, 2}
    page.keyboard.press("Enter")
    marked = stage.locator(".heed-chosen-cell")
    assert marked.count() == 1
    assert marked.evaluate("(node) => node.closest('[data-panel]').dataset.panel") == "2"
    page.keyboard.press("Escape")
    assert lit(stage) == set()
    page.keyboard.press("ArrowRight")
    assert at(stage).startswith("3 / ")
    page.wait_for_timeout(1000)
    assert marked.count() == 1  # the server has answered, and the cell is still chosen
    title = page.get_by_role("heading", name="Take the score apart")
    expect(title).to_be_in_viewport()  # what the choice filled is in sight


def test_words_pieces_and_raw_scores_share_one_scale(page, server):
    stage = opened(page, server, models=FOUR, target=GENERAL)
    stage.get_by_role("button", name="Scores").click()
    stage.get_by_role("button", name="Pieces").click()
    assert query(page)["view"] == "pieces-scores"
    high = stage.locator(".heed-bar-top .heed-legend span").nth(1).inner_text()
    ranges = stage.locator(".heed-one-numbers div:nth-child(3) dd").all_inner_texts()
    ends = [abs(float(end.replace("−", "-"))) for text in ranges for end in text.split(" … ")]
    assert float(high) == pytest.approx(max(ends), abs=0.06)


def test_a_link_restores_everything_in_a_fresh_process(page, root):
    asked = {
        "text": DOG, "models": f"{BENT[0]},{NONE},{GENERAL}", "target": "typed", "lang": "ko",
        "forced": FRENCH, "step": "2", "view": "pieces-scores", "pair": "3-1",
    }  # fmt: skip
    with serving(root, PYTHONPATH=os.fspath(root)) as fresh:
        stage = opened(page, fresh, **asked)
        assert at(stage).startswith("2 / ")
        assert stage.locator(".heed-one h3").all_inner_texts() == ["bent", "none", "general"]
        assert page.get_by_role("heading", name="점수 함수 비교").first.is_visible()
        assert {**query(page), **asked} == query(page)
        page.goto("about:blank")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"models": "nobody"}, "models that are not here"),
        ({"models": GENERAL}, "fewer than two models"),
        ({"models": f"{SIX},x"}, "models that are not here"),
        ({"step": "999"}, "a step that this translation does not have"),
        ({"target": "nobody"}, "a target that is none of the chosen models"),
        ({"pair": "9-9"}, "a pair of panels that does not exist"),
        ({"target": "typed", "forced": "chat " * 60}, "Nothing was cut"),
    ],
)
def test_a_wrong_link_is_told_and_something_is_drawn(page, server, wrong, told):
    opened(page, server, **wrong)
    page.get_by_text(told).wait_for()


def test_takes_the_comparison_home(page, server, root, tmp_path):
    stage = opened(page, server, models=FOUR, target=GENERAL)
    got = {}
    for name in ("SVG", "PNG", "JSON", "CSV"):
        stage.locator(".heed-menu summary").click()
        with page.expect_download() as download:
            stage.get_by_role("button", name=name).click()
        path = tmp_path / name
        download.value.save_as(path)
        got[name] = path.read_bytes()
    assert got["PNG"].startswith(b"\x89PNG") and len(got["PNG"]) > 40_000
    picture = got["SVG"].decode()
    assert "turned" in picture and "<script" not in picture and "foreignObject" not in picture
    trace = example(root, GENERAL)
    held = json.loads(got["JSON"])
    assert [model["name"] for model in held["models"]] == FOUR.split(",")
    attention = trace.attention()
    # The stored trace was computed with the end mark chosen, this one with it forced.
    weights = [pytest.approx(row, abs=1e-5) for row in attention.weights.tolist()]
    assert held["models"][0]["weights"] == weights
    lines = list(csv.DictReader(io.StringIO(got["CSV"].decode("utf-8-sig"))))
    assert len(lines) == 3 * len(trace.path()) * len(trace.source) + len(trace.path())
    assert float(lines[0]["weight"]) == pytest.approx(held["models"][0]["weights"][0][0])


def test_the_exported_page_steps_all_panels_by_itself(page, server, tmp_path):
    opened(page, server, models=SIX, target=GENERAL)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download this page").click()
    path = tmp_path / "page.html"
    download.value.save_as(path)
    page.context.set_offline(True)
    page.goto(path.as_uri())
    stage = page.locator(".heed-stage")
    assert stage.locator(".heed-one").count() == 6
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert at(stage).startswith("2 / ")
    assert stage.locator(".heed-difference-heat").count() == 1
    assert stage.locator("button.heed-agree").count() == 10
    stage.locator(".heed-one").nth(4).locator(".heed-cell").nth(1).hover()
    assert {panel for panel, _ in lit(stage)} == set(range(5))
    page.context.set_offline(False)


def test_models_with_other_pieces_are_kept_abreast_by_word(page, translators, tmp_path):
    """Two vocabularies: the rows that are subtracted are words, and both panels stand at one."""
    from core.tokenisers.pieces import END_ID, Vocabulary
    from tests.conftest import random_model, sentence_pairs

    vocabulary = Vocabulary.train((side for pair in sentence_pairs() for side in pair), 300)
    other = Translator(
        "eng-fra-other", "eng", "fra", random_model(len(vocabulary), seed=5), vocabulary
    )
    told = Facts("LSTM", "general", (), (), 1000, (("W_a", (8, 8)),))
    panels = [
        Panel(
            name,
            found.translate(
                "Tom sing now.",
                prefix=[*found.vocabulary.encode("Tom chante maintenant."), END_ID],
            ),
            told,
        )
        for name, found in (("one", translators["general"]), ("other", other))
    ]
    assert len(panels[0].trace.path()) != len(panels[1].trace.path())
    path = tmp_path / "page.html"
    path.write_text(compare.page(panels, "typed"), encoding="utf-8")
    page.goto(path.as_uri())
    stage = page.locator(".heed-stage")
    page.keyboard.press("Home")
    for _ in range(int(at(stage).split("/")[1])):
        now = stage.locator(".heed-one-word.heed-now").all_inner_texts()
        assert len(set(now)) <= 1
        page.keyboard.press("ArrowRight")
    stage.get_by_role("button", name="As a table").click()
    rows = stage.locator(".heed-tables table", has_text="one − other").locator("tbody tr")
    both = aligned(panels[0].trace, panels[1].trace)
    shown = [
        [float(cell.replace("−", "-")) for cell in line.locator("td").all_inner_texts()]
        for line in rows.all()
    ]
    assert shown == [pytest.approx(row, abs=2e-5) for row in (both.first - both.second).tolist()]


def test_hostile_text_stays_text(page, server):
    stage = opened(page, server, text=HOSTILE, target="typed", forced=HOSTILE, models=FOUR)
    stage.locator(".heed-one-sentence").first.wait_for()
    assert page.evaluate("window.hit") is None
    stage.get_by_role("button", name="As a table").click()
    assert page.evaluate("window.hit") is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(page, server, scheme):
    page.emulate_media(color_scheme=scheme)
    opened(page, server, models=SIX, target=GENERAL, table="1", step=3)
    page.wait_for_timeout(500)
    assert serious(page) == []


@pytest.mark.parametrize("large", ["0", "1"])
def test_a_phone_stacks_the_panels_and_scrolls_only_downwards(browser, server, large):
    context = browser.new_context(
        bypass_csp=True, viewport={"width": 390, "height": 844}, locale="ko-KR"
    )
    page = context.new_page()
    stage = opened(page, server, models=SIX, target=GENERAL, projector=large)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    boxes = [card.bounding_box() for card in stage.locator(".heed-one").all()]
    assert len({round(box["x"]) for box in boxes}) == 1
    assert all(a["y"] + a["height"] <= b["y"] + 1 for a, b in zip(boxes, boxes[1:]))
    context.close()


@pytest.mark.parametrize(
    ("width", "scheme", "asked"),
    [
        (390, "light", {}),
        (1400, "dark", {}),
        (1400, "light", {"lang": "ko"}),
        (1400, "light", {"projector": "1"}),
    ],
    ids=["phone", "dark", "korean", "projector"],
)
@pytest.mark.parametrize("target", ["free", GENERAL])
def test_nothing_sticks_out_or_is_logged_in_any_setting(page, server, width, scheme, asked, target):
    page.set_viewport_size({"width": width, "height": 1000})
    page.emulate_media(color_scheme=scheme)
    logged = []

    def log(entry):
        # Streamlit looks for its server below the page first, and is answered 404.
        if entry.type == "error" and "/_stcore/" not in entry.location["url"]:
            logged.append(entry.text)

    page.on("console", log)
    opened(page, server, models=FOUR, target=target, cell="1.2.2", table="1", **asked)
    page.locator(".heed-apart-cell").wait_for()
    for one in page.locator(".heed-stage").all():
        assert one.evaluate("(node) => node.scrollWidth <= node.clientWidth")
    wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert page.evaluate(wide)
    marks = page.locator(".heed-help summary:visible").all()
    assert len(marks) > 4
    for mark in marks:
        mark.press("Enter")
        page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        told = mark.locator("xpath=..").locator("p").bounding_box()
        room = mark.locator("xpath=ancestor::*[contains(@class, 'heed-stage')]").bounding_box()
        assert room["x"] <= told["x"]
        assert told["x"] + told["width"] <= room["x"] + room["width"]
        mark.press("Enter")
    assert logged == []


def test_a_transformer_takes_part_with_its_mean_or_one_head(page, transformer_server):
    asked = {"models": f"{GENERAL},eng-fra-transformer", "target": GENERAL, "cell": "1.2.2"}
    stage = opened(page, transformer_server, **asked, view="words-scores", step=2)
    other = stage.locator(".heed-one").nth(1)
    assert "mean of all heads" in other.inner_text()
    assert "has no scores" in other.locator(".heed-heat .heed-none").inner_text()
    curve = stage.locator("button.heed-agree .heed-value").first
    before = curve.inner_text()
    page.get_by_role("combobox", name=re.compile("Head of the Transformers")).click()
    page.get_by_role("option", name="layer 2, head 2", exact=True).click()
    other.get_by_text("layer 2, head 2").wait_for()
    assert not other.locator(".heed-heat .heed-none").count()
    assert at(stage).startswith("2 /") and query(page)["head"] == "cross.2.2"
    assert query(page)["cell"] == "1.2.2"  # of the other model, and still marked
    assert stage.locator(".heed-one").first.locator(".heed-chosen-cell").count() == 1
    assert curve.inner_text() != before
    assert "4 × 8 = 32" in other.locator(".heed-one-makeup").inner_text()
