"""The page of measurements in a browser: charts, meanings, sorting, theme and a narrow screen."""

import codecs
import re

import pytest

from core.measurements import about, reading, table

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not about.PATH.exists(), reason="no table is shipped yet"),
]


def open_page(page, server, **query):
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    page.goto(f"{server}/measurements?{asked}")
    page.get_by_test_id("stDataFrame").first.wait_for()
    page.locator(".js-plotly-plot .main-svg").first.wait_for()


def test_figures_meanings_and_the_download(page, server):
    open_page(page, server)
    found = table.read(about.PATH)
    best = reading.read(found.rows, "quality")[0].values
    assert best["value"] in page.locator("li", has_text="Best BLEU").inner_text()
    # The chart has the same number beside its point.
    chart = page.locator(".js-plotly-plot").first
    assert best["value"] in chart.locator(".textpoint").all_text_contents()
    # A meaning is one click away.
    page.get_by_role("button", name=re.compile("^Alignment error rate")).click()
    assert page.get_by_text("Och & Ney 2003").is_visible()
    page.keyboard.press("Escape")
    with page.expect_download() as got:
        page.get_by_role("button", name="Download the table (CSV)").click()
    assert got.value.path().read_bytes() == codecs.BOM_UTF8 + about.PATH.read_bytes()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_type_in_charts_has_the_colour_of_the_page(page, server, scheme):
    page.emulate_media(color_scheme=scheme)
    open_page(page, server)
    colours = page.evaluate(
        """() => {
          const text = [...document.querySelectorAll('.js-plotly-plot .annotation-text')].pop();
          const tick = document.querySelector('.js-plotly-plot .ytick text');
          const body = document.querySelector('[data-testid=stMainBlockContainer] p');
          return [...[text, tick].map((t) => getComputedStyle(t).fill),
            getComputedStyle(body).color];
        }"""
    )
    assert len(set(colours)) == 1


def test_a_phone_scrolls_down_and_not_sideways(page, server):
    page.set_viewport_size({"width": 390, "height": 800})
    open_page(page, server, lang="ko")
    assert page.locator("li", has_text="BLEU가 가장 높은 모델").is_visible()
    width = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert width <= 390
