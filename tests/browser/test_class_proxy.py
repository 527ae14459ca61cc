"""A class behind a real nginx that keeps streams back, and one that forbids them: followers ask."""

import subprocess
import time

import pytest

from pages.server import several
from tests.browser.conftest import answers, free_port, serving

# As many a proxy is set: what comes by HTTP 1.0, or is packed, goes out when there is much of it.
KEEPS = "proxy_ignore_headers X-Accel-Buffering; proxy_http_version 1.0; proxy_buffering on;"
FORBIDS = "return 403;"
PROXY = """
map $http_upgrade $way {{ default upgrade; "" ""; }}
server {{
  listen 127.0.0.1:{port};
  proxy_http_version 1.1;
  proxy_set_header Host $http_host;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $way;
  location / {{ proxy_pass {behind}; }}
  location ~ ^/api/class/.*/events {{ {events} proxy_pass {behind}; }}
}}
"""


@pytest.fixture(params=[KEEPS, FORBIDS], ids=["keeps", "forbids"])
def proxied(request, tmp_path):
    nginx = several.found("nginx")
    if not nginx:
        pytest.skip("no nginx here: apt-get install nginx")
    with serving(HEED_STORE=str(tmp_path / "classes.sqlite3")) as address:
        port = free_port()
        text = PROXY.format(port=port, behind=address, events=request.param)
        (tmp_path / "nginx.conf").write_text(several.AROUND.format(folder=tmp_path, config=text))
        tmp_path.chmod(0o755)
        command = [nginx, "-p", tmp_path, "-c", tmp_path / "nginx.conf", "-e", "stderr",
                   "-g", "daemon off;"]  # fmt: skip
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            answers(f"http://127.0.0.1:{port}", process)
            yield address, f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(10)


def told(page, part):
    return page.locator(f"#heed-class {part}")


def test_a_follower_behind_it_hears_what_is_shown(proxied, context, page):
    direct, behind = proxied
    page.goto(f"{direct}/decode")
    page.locator(".heed-stage").wait_for()
    page.locator(".heed-class-door").click()
    told(page, "[data-act=lead]").click()
    code = told(page, ".huge").inner_text().replace(" ", "")
    page.keyboard.press("Escape")
    follower = context.new_page()
    try:
        asked = []
        follower.on("request", lambda one: asked.append(one.url))
        follower.goto(f"{behind}/class/{code}")
        told(follower, "[data-act=stray]").wait_for()
        end = time.monotonic() + 15
        while sum("/notes?" in one for one in asked) < 2:
            assert time.monotonic() < end, "the follower does not ask"
            follower.wait_for_timeout(100)
        assert any("/events?" in one for one in asked), "it tried the stream first"
        page.locator(".heed-stage").focus()
        page.keyboard.press("Home")
        follower.wait_for_function("/step=1(&|$)/.test(location.search)")
    finally:
        follower.close()
