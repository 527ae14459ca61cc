"""The decode page in a real browser: stepping, what-ifs, links, exports, hostile input."""

import json
import re
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from core import manifest
from core.trace import Trace
from core.views.lines import crossing
from tests.browser.conftest import serious, serving, turn_to, where
from tests.conftest import rows as rows_of

pytestmark = pytest.mark.browser
HOSTILE = (
    "<script>window.hit=1</script> $x$ **b**",
    "<img src=x onerror='window.hit=1'> {{x}}",
    "</style></script> <b>",
)


def opened(page, server, **query):
    page.goto(f"{server}/decode?{urllib.parse.urlencode(query)}")
    page.locator(".heed-stage").wait_for()
    return page.locator(".heed-stage")


def at(stage):
    return stage.locator(".heed-count").inner_text()


def query(page):
    return {key: values[0] for key, values in parse_qs(urlsplit(where(page)).query).items()}


def stored():
    folder = manifest.MODELS / "eng-fra-general"
    return Trace.from_json((folder / "example.json").read_text(encoding="utf-8"))


def test_opens_on_the_stored_example(page, server):
    stage = opened(page, server)
    trace = stored()
    assert at(stage) == f"{crossing(trace) + 1} / {len(trace.steps)}"
    words = stage.locator(".heed-pair .heed-box.heed-source .heed-label").all_text_contents()
    assert words[0] == "I" and words[-1] == "</s>"


def test_steps_by_click_and_by_key_without_the_server(page, server):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda data: sent.append(data)))
    stage = opened(page, server)
    last = len(stored().steps)
    page.wait_for_timeout(1500)  # whatever the first run still sends
    before = len(sent)
    stage.get_by_role("button", name="First step").click()
    assert at(stage) == f"1 / {last}"
    page.keyboard.press("ArrowRight")
    assert at(stage) == f"2 / {last}"
    page.keyboard.press("End")
    assert at(stage) == f"{last} / {last}"
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    assert at(stage) == f"1 / {last}"
    stage.locator(".heed-row .heed-cell").nth(0).click()
    stage.get_by_role("slider", name="Step", exact=True).fill("3")
    assert at(stage) == f"4 / {last}"
    assert query(page)["step"] == "4"
    assert len(sent) == before


def test_numbers_on_the_screen_are_those_of_the_trace(page, server):
    stage = opened(page, server, view="pieces-weights", table="1", step=3)
    trace, rows = stored(), stage.locator(".heed-tables table").nth(0).locator("tbody tr")
    row = rows_of(trace)[2]
    for index, cells in enumerate(rows.all()):
        score, weight = cells.locator("td").all_inner_texts()
        assert float(score.replace("−", "-")) == pytest.approx(row.scores[index], abs=1e-4)
        assert float(weight) == pytest.approx(row.weights[index], abs=1e-5)
    shown = stage.locator(
        ".heed-flow-row:not(.heed-total) .heed-cell-pair:nth-child(3) .heed-value"
    )
    assert [float(text) for text in shown.all_inner_texts()] == pytest.approx(
        row.weights.tolist(), abs=6e-4
    )


def test_plays_to_the_end_and_stops(page, server):
    stage = opened(page, server, step=1)
    last = len(stored().steps)
    stage.locator(".heed-speed").select_option("2")
    stage.locator(".heed-count").click()
    page.keyboard.press("Space")
    assert stage.get_by_role("button", name="Pause").is_visible()
    stage.locator(".heed-count", has_text=f"{last} / {last}").wait_for()
    stage.get_by_role("button", name="Play").wait_for()


def test_words_pieces_weights_and_scores(page, server):
    stage = opened(page, server)
    stage.get_by_role("button", name="Pieces").click()
    labels = stage.locator(".heed-pair .heed-box.heed-source .heed-label").all_text_contents()
    assert labels == [token.piece for token in stored().source]
    stage.get_by_role("button", name="Scores").click()
    assert query(page)["view"] == "pieces-scores"
    assert stage.locator(".heed-legend span").nth(0).inner_text().startswith("−")


def test_hovering_lights_up_the_partners(page, server):
    stage = opened(page, server)
    stage.locator(".heed-pair .heed-box[data-source='2']").hover()
    assert "heed-lit" in stage.locator(".heed-flow-row[data-source='2']").get_attribute("class")
    assert stage.locator(".heed-cell.heed-lit[data-source='2']").count() > 0
    assert stage.locator(".heed-cell.heed-lit[data-source='1']").count() == 0


def test_another_sentence_and_another_model(page, server):
    stage = opened(page, server)
    box = page.get_by_role("textbox", name="Sentence in English")
    box.fill("My cat is black.")
    box.press("Enter")
    stage.locator(".heed-label", has_text="cat").first.wait_for()
    assert query(page)["text"] == "My cat is black."
    page.get_by_role("combobox", name="Model").click()
    page.get_by_role("option", name="no attention · LSTM", exact=True).click()
    stage.locator(".heed-none").wait_for()
    assert query(page)["model"] == "eng-fra-none"


def test_the_sentence_is_still_there_after_another_page(page, server):
    stage = opened(page, server, text="Where is my dog?", model="eng-fra-none")
    turn_to(page, "models")
    page.get_by_role("heading", name="The models", exact=True).wait_for()
    turn_to(page, "decode")
    stage.locator(".heed-label", has_text="dog").first.wait_for()
    assert query(page)["model"] == "eng-fra-none"


def test_a_picked_candidate_is_forced_and_taken_back(page, server):
    stage = opened(page, server, step=2)
    other = stage.locator(".heed-candidate").nth(1)
    wanted = other.locator(".heed-piece").inner_text()
    other.click()
    stage.locator(".heed-box.heed-forced").first.wait_for()
    assert at(stage).startswith("2 /")
    assert wanted in stage.locator(".heed-chosen .heed-piece").inner_text()
    assert "prefix" in query(page)
    with serving() as fresh:  # and the link to it restores it in another process
        again = opened(page, f"{fresh}", **query(page))
        again.locator(".heed-box.heed-forced").first.wait_for()
        assert wanted in again.locator(".heed-chosen .heed-piece").inner_text()
    page.goto("about:blank")


def test_a_link_restores_everything_in_a_fresh_process(page):
    with serving() as fresh:
        asked = {
            "text": "Where is my dog?", "model": "eng-fra-none", "step": "2",
            "view": "pieces-scores", "lang": "ko",
        }  # fmt: skip
        stage = opened(page, fresh, **asked)
        stage.locator(".heed-label", has_text="dog").first.wait_for()
        assert at(stage).startswith("2 /")
        assert page.get_by_role("heading", name="한 단계씩 보는 디코딩").first.is_visible()
        assert {**query(page), **asked} == query(page)
        page.goto("about:blank")


def test_a_link_to_another_page_may_be_the_first_to_be_opened(page):
    with serving() as fresh:
        page.goto(f"{fresh}/models")
        page.get_by_role("heading", name="The models", exact=True).wait_for()
        page.goto("about:blank")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"model": "nobody"}, "a model that is not here"),
        ({"view": "sideways"}, "a view that does not exist"),
        ({"step": "999"}, "a step that this translation does not have"),
        ({"lang": "xx"}, "a language that Heed does not speak"),
        ({"prefix": "a.b"}, "do not fit this model"),
        ({"prefix": "999999"}, "do not fit this model"),
    ],
)
def test_a_wrong_link_gives_the_default_and_a_note(page, server, wrong, told):
    opened(page, server, **wrong)
    page.get_by_text(told).wait_for()


def test_blank_and_long_sentences_are_told(page, server):
    stage = opened(page, server)
    box = page.get_by_role("textbox", name="Sentence in English")
    box.fill("   ")
    box.press("Enter")
    page.get_by_text("Type a sentence and press Enter").wait_for()
    box.fill("word " * 80)
    box.press("Enter")
    page.get_by_text("the model reads 60 at most").wait_for()
    assert stage.locator(".heed-label", has_text="know").first.is_visible()


@pytest.mark.parametrize(
    "text", [*HOSTILE, "😀😀 مرحبا 你好", "x" * 200, "?!… ,,,", "a\u0007b\u200bc"], ids=str.__len__
)
def test_any_text_is_shown_as_typed(page, server, text, tmp_path):
    stage = opened(page, server, text=text)
    if text in HOSTILE:
        shown = "".join(stage.locator(".heed-box.heed-source .heed-label").all_text_contents())
        assert shown == text.replace(" ", "") + "</s>"
    assert page.evaluate("window.hit") is None
    with page.expect_download() as download:
        page.get_by_role("button", name="Download this page").click()
    path = tmp_path / "page.html"
    download.value.save_as(path)
    page.goto(path.as_uri())
    page.locator(".heed-stage").wait_for()
    assert page.evaluate("window.hit") is None


def test_the_exported_page_opens_where_one_was_and_steps_by_itself(page, server, tmp_path):
    stage = opened(page, server)
    for key in ("Home", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    stage.get_by_role("button", name="Pieces", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download this page").click()
    path = tmp_path / "page.html"
    download.value.save_as(path)
    page.context.set_offline(True)
    page.goto(path.as_uri())
    stage = page.locator(".heed-stage")
    assert at(stage) == f"3 / {len(stored().steps)}"
    assert download.value.suggested_filename.endswith("-step-3.html")
    assert stage.get_by_role("button", name="Pieces").get_attribute("aria-pressed") == "true"
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert at(stage) == f"2 / {len(stored().steps)}"
    page.context.set_offline(False)


def test_takes_the_trace_home(page, server, tmp_path):
    stage = opened(page, server)
    got = {}
    for name in ("SVG", "PNG", "JSON", "CSV"):
        stage.locator(".heed-menu summary").click()
        with page.expect_download() as download:
            stage.get_by_role("button", name=name).click()
        path = tmp_path / name
        download.value.save_as(path)
        got[name] = path.read_bytes()
    trace = stored()
    assert Trace.from_json(got["JSON"].decode()) == trace
    assert got["PNG"].startswith(b"\x89PNG") and len(got["PNG"]) > 20_000
    assert "savais" in got["SVG"].decode() and "<script" not in got["SVG"].decode()
    lines = got["CSV"].decode().splitlines()
    assert len(lines) == 1 + len(trace.steps) * len(trace.source)
    assert json.loads(lines[1].split(",")[5]) == pytest.approx(
        float(rows_of(trace)[0].weights[0]), rel=1e-6
    )


def test_no_request_leaves_the_machine(page, server):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    opened(page, server)
    turn_to(page, "models")
    page.get_by_role("heading", name="The models", exact=True).wait_for()
    page.wait_for_timeout(1000)
    away = [url for url in asked if urlsplit(url).hostname not in ("127.0.0.1", None)]
    assert asked and away == []


def test_the_server_itself_asks_nobody(page):
    """Whatever it asked by name would go to the proxy that its surroundings tell it to use."""
    asked = []

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(502)

        do_CONNECT = do_POST = do_GET

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{proxy.server_port}"
        names = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")
        with serving(**dict.fromkeys(names, address), no_proxy="", NO_PROXY="") as fresh:
            page.goto(f"{fresh}/models")  # found, so the health check came to this server
            page.get_by_role("heading", name="The models", exact=True).wait_for()
            opened(page, fresh, text="Where is my dog?")
            page.goto("about:blank")
        proxy.shutdown()
    assert asked == []


def test_the_page_says_its_language(page, server):
    opened(page, server, lang="ko")
    page.wait_for_function("document.documentElement.lang === 'ko'")
    page.get_by_role("radio", name="English").click()
    page.wait_for_function("document.documentElement.lang === 'en'")


def test_the_kept_picture_still_answers_after_a_refusal(page, server):
    stage = opened(page, server, step=2)
    stage.locator(".heed-candidate").nth(1).click()
    stage.locator(".heed-box.heed-forced").first.wait_for()
    box = page.get_by_role("textbox", name="Sentence in English")
    box.fill("   ")
    box.press("Enter")
    page.get_by_text("Type a sentence and press Enter").wait_for()
    assert "prefix" in query(page)  # the link is still that of the picture
    page.get_by_role("button", name="Take back the chosen words").click()
    stage.locator(".heed-box.heed-forced").first.wait_for(state="detached")
    assert box.input_value() == stored().typed
    page.wait_for_function("!location.search.includes('prefix')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/decode", "/models"])
def test_axe_finds_nothing_serious(page, server, scheme, path):
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{server}{path}")
    page.locator(".heed-stage" if path == "/decode" else ".stPlotlyChart").first.wait_for()
    page.wait_for_timeout(500)
    assert serious(page) == []


def test_a_phone_scrolls_only_downwards(browser, server):
    context = browser.new_context(
        bypass_csp=True, viewport={"width": 390, "height": 844}, locale="ko-KR"
    )
    page = context.new_page()
    page.goto(f"{server}/decode")
    page.locator(".heed-stage").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.get_by_role("heading", name="한 단계씩 보는 디코딩").first.is_visible()
    context.close()


TRANSFORMER = "eng-fra-transformer"


def choose_head(page, name):
    page.get_by_role("combobox", name=re.compile("Head")).click()
    page.get_by_role("option", name=name, exact=True).click()


def test_a_mean_of_heads_shows_weights_and_says_what_it_has_not(page, transformer_server):
    stage = opened(page, transformer_server, model=TRANSFORMER, head="cross", view="words-scores")
    assert "mean of all heads" in stage.inner_text()
    note = stage.locator(".heed-heat .heed-none")
    note.wait_for()
    assert "has no scores" in note.inner_text()
    assert not stage.locator(".heed-legend").is_visible()
    stage.get_by_role("button", name="Weights", exact=True).click()
    assert not note.is_visible() and stage.locator(".heed-legend").is_visible()
    rows = stage.locator(".heed-rows .heed-flow-row")
    values = [row.locator(".heed-value").all_inner_texts() for row in rows.all()]
    assert all(score == "–" for score, _ in values)
    assert abs(sum(float(weight) for _, weight in values) - 1) < 0.01
    assert stage.locator(".heed-rows canvas").count() == 0  # and no context
    assert "neither scores nor a context" in stage.locator(".heed-mean-note").inner_text()


def test_one_head_shows_all_its_numbers_and_keeps_the_step(page, transformer_server):
    stage = opened(page, transformer_server, model=TRANSFORMER, step=2, text="I sing.")
    # Random weights are in no table of measurements: it opens on the last layer's first head.
    assert "layer 2, head 1 ·" in stage.inner_text() and "head" not in query(page)
    choose_head(page, "layer 1, head 2")
    stage.get_by_text("layer 1, head 2 ·").wait_for()
    assert at(stage).startswith("2 /")
    assert query(page)["head"] == "cross.1.2" and query(page)["step"] == "2"
    rows = stage.locator(".heed-rows .heed-flow-row")
    assert rows.locator("canvas").count() == rows.count()
    assert "–" not in rows.locator(".heed-value").all_inner_texts()
    assert "4 dimensions of this head" in stage.inner_text()
    assert stage.locator(".heed-combine .heed-v-context").count() == 0
    assert "LayerNorm" in stage.locator(".heed-combine").inner_text()
    again = opened(page, transformer_server, **query(page))
    assert "layer 1, head 2" in again.inner_text() and at(again).startswith("2 /")


def test_what_is_taken_home_is_of_the_chosen_head(page, transformer_server):
    stage = opened(page, transformer_server, model=TRANSFORMER, head="cross.1.2")
    found = {}
    for name in ("The trace with this attention as JSON", "Scores and weights as CSV",
                 "This picture as SVG"):  # fmt: skip
        stage.get_by_text("Download", exact=False).first.click()
        with page.expect_download() as caught:
            stage.get_by_role("button", name=name).click()
        found[name] = caught.value
    names = [one.suggested_filename for one in found.values()]
    traced, listed, drawn = (one.path().read_text(encoding="utf-8") for one in found.values())
    trace = Trace.from_json(traced)
    about = "-".join([f"heed-{TRANSFORMER}-cross.1.2", *re.findall(r"\w+", trace.typed)])
    assert names == [f"{about}.json", f"{about}.csv", f"{about}-step-{len(trace.path())}.svg"]
    assert trace.heads() is None and trace.blocks["cross.1.2"].values.shape[-1] == 4
    assert len(listed.splitlines()) == 1 + len(trace.steps) * len(trace.source)
    assert "layer 1, head 2" in drawn
    stage.get_by_text("Download", exact=False).first.click()
    with page.expect_download() as caught:
        stage.get_by_role("button", name="All layers and heads of the trace as JSON").click()
    everything = Trace.from_json(caught.value.path().read_text(encoding="utf-8"))
    assert caught.value.suggested_filename == f"{about}-whole.json"
    assert everything.only("cross.1.2") == trace and len(everything.attentions) == 3
    mean = opened(page, transformer_server, model=TRANSFORMER, head="cross", view="words-scores")
    for name in ("Scores and weights as CSV", "This picture as SVG"):
        mean.get_by_text("Download", exact=False).first.click()
        with page.expect_download() as caught:
            mean.get_by_role("button", name=name).click()
        text = caught.value.path().read_text(encoding="utf-8")
        assert "NaN" not in text
    assert "has no scores" in text


def test_the_search_page_draws_the_chosen_head(page, transformer_server):
    page.goto(f"{transformer_server}/search?model={TRANSFORMER}&text=I+sing.&limit=5&node=2")
    stage = page.locator(".heed-stage")
    stage.get_by_text("layer 2, head 1").wait_for()
    choose_head(page, "layer 1, mean")
    stage.get_by_text("layer 1, mean").wait_for()
    assert query(page)["head"] == "cross.1" and query(page)["node"] == "2"  # the node stays
    cell = stage.locator(".heed-node-heat .heed-cell").first
    cell.hover()
    told = page.locator(".heed-tip").inner_text()
    assert "weight" in told and "score" not in told
