"""What every answer says to a browser, and the routes for whoever watches the server."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from pages.server import health
from pages.server.safety import FRAMERS, Safety, policy
from pages.server.school import School


def client(school):
    routes = health.routes(school)
    return TestClient(Starlette(routes=routes, middleware=[Middleware(Safety)]))


def test_every_answer_forbids_sniffing_referrers_and_frames(school, monkeypatch):
    found = client(school).get("/nowhere").headers
    assert found["x-content-type-options"] == "nosniff"
    assert found["referrer-policy"] == "no-referrer"
    assert found["x-frame-options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in found["content-security-policy"]
    monkeypatch.setenv(FRAMERS, "https://school.example")
    found = client(school).get("/nowhere").headers
    assert found["content-security-policy"].endswith(
        "frame-ancestors 'self' https://school.example"
    )
    assert "x-frame-options" not in found


def test_who_may_frame_adds_no_rule_of_another_kind():
    assert policy("https://a.example; script-src *") == policy("script-src *")
    assert policy("x;script-src").endswith("frame-ancestors 'self'")


def test_health_and_figures(school, monkeypatch):
    own = client(school)
    assert own.get("/healthz").text == own.get("/readyz").text == "ok\n"
    assert own.get("/metrics").status_code == 404  # unless it is asked for
    monkeypatch.setenv(health.FIGURES, "1")
    assert "heed_streams_open 0\n" in client(school).get("/metrics").text

    def away():
        raise OSError

    assert client(School(away)).get("/readyz").status_code == 503
