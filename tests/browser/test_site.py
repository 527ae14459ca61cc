"""The course as plain files in a browser: from a folder, and from a server that gives files."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

from pages.shared import site


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("site")
    list(site.write(out, ("sequence",), ("en",)))
    return out


@pytest.fixture(scope="module")
def plain(folder):
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.mark.parametrize("way", ["file", "server"])
def test_everything_steps_without_python(page, folder, plain, way):
    base = folder.as_uri() if way == "file" else plain
    asked = []
    page.on("request", lambda one: asked.append(one.url))
    page.goto(f"{base}/index.html")
    expect(page.locator(".heed-crossing")).to_be_visible()
    page.get_by_role("link", name="Sequence to sequence").click()
    count = page.locator(".heed-count")
    expect(count).to_have_text("1 / 8")
    page.keyboard.press("End")
    expect(count).to_have_text("8 / 8")
    following = page.locator("[data-act=next]")
    expect(following).to_be_enabled()  # the card has heard of it
    following.click()
    expect(page.locator(".heed-kick")).to_contain_text("Card 2")
    expect(count).to_be_visible()
    page.keyboard.press("p")
    expect(page.locator("[data-presented]")).to_have_count(1)
    page.keyboard.press("Escape")
    page.reload()  # the card stands in the address
    expect(page.locator(".heed-kick")).to_contain_text("Card 2")
    page.go_back()
    expect(page.locator(".heed-kick")).to_contain_text("Card 1")
    assert all(one.startswith(base) for one in asked)
