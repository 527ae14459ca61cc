"""The address that links carry when they are given away."""

import base64
from urllib.parse import unquote

import pytest

from pages.shared import lan, sharing

LINK = "http://localhost:8501/decode?text=I+love+you.&step=3"


@pytest.fixture(autouse=True)
def in_a_network(monkeypatch):
    monkeypatch.delenv(lan.PLACE, raising=False)
    monkeypatch.setattr(lan, "here", lambda: ["192.168.1.5", "10.0.0.2"])


def test_a_link_of_this_machine_gets_its_address_in_the_network():
    assert lan.base(8501) == "http://192.168.1.5:8501"
    assert lan.given(LINK) == (LINK.replace("localhost", "192.168.1.5"), "found")
    assert lan.given("http://127.0.0.1:9000/") == ("http://192.168.1.5:9000/", "found")


def test_a_link_that_others_can_follow_stays():
    assert lan.given("https://heed.example/decode?step=3") == (
        "https://heed.example/decode?step=3", "kept",
    )  # fmt: skip


def test_whoever_serves_says_what_stands_in_front(monkeypatch):
    monkeypatch.setenv(lan.PLACE, "https://heed.example/")
    assert lan.given(LINK) == ("https://heed.example/decode?text=I+love+you.&step=3", "told")


def test_without_a_network_the_link_stays_and_says_so(monkeypatch):
    monkeypatch.setattr(lan, "here", list)
    assert lan.given(LINK) == (LINK, "alone") and lan.base(8501) is None


def test_a_class_may_choose_among_the_addresses_of_this_machine(monkeypatch):
    assert lan.bases("http://localhost:8501/") == [
        "http://192.168.1.5:8501",
        "http://10.0.0.2:8501",
    ]
    assert lan.bases("https://heed.example/") == ["https://heed.example"]
    monkeypatch.setattr(lan, "here", list)
    assert lan.bases("http://127.0.0.1:8501/") == ["http://127.0.0.1:8501"]
    monkeypatch.setenv(lan.PLACE, "heed.example")
    assert lan.bases("http://127.0.0.1:8501/") == ["http://heed.example"]


def test_what_only_this_machine_knows_is_no_address_for_others():
    alone = ("localhost", "heed.localhost", "127.0.0.1", "127.3.2.1", "::1", "0.0.0.0")
    assert all(map(lan.alone, alone))
    assert not any(map(lan.alone, ("192.168.1.5", "heed.example", "localhost.example")))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_code_is_a_picture_of_exactly_that_link(language):
    told = sharing.answer(LINK, language)
    assert told["link"] == LINK.replace("localhost", "192.168.1.5")
    kind, _, data = told["code"].partition(",")
    assert kind.startswith("data:image/svg+xml")
    svg = base64.b64decode(data).decode() if "base64" in kind else unquote(data)
    assert svg.startswith("<?xml") or svg.startswith("<svg")
    assert sharing.answer(f"{LINK}&more={'x' * 3000}", language)["code"] == ""
