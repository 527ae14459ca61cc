"""The routes of a class by themselves, without the app, on either store."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.classroom import opened
from pages.server import asking, door, following, leading
from pages.server.limits import Limit
from pages.server.school import School
from tests.core.classroom.conftest import address, redis_port  # noqa: F401

SCENE = {"page": "decode", "text": "I love you.", "step": "2"}
POLL = {"do": "open", "question": "Which word next?", "choices": ["love", "you", "."]}


class Class(NamedTuple):
    """A class that is open, and how to speak to it."""

    client: TestClient
    school: School
    code: str
    key: str
    device: str

    def post(self, name: str, given=None, key: str | None = None):
        return self.client.post(
            f"/api/class/{self.code}/{name}", json=given or {},
            headers={"Authorization": f"Bearer {self.key if key is None else key}"},
        )  # fmt: skip

    def lead(self, name: str, **given):
        """What the leader's device asks for; it is done."""
        found = self.post(name, {"device": self.device, **given})
        assert found.status_code == 200, found.text
        return found.json()

    def people(self) -> dict:
        key = {"Authorization": f"Bearer {self.key}", "X-Heed-Device": self.device}
        return self.client.get(f"/api/class/{self.code}/people", headers=key).json()

    def join(self) -> str:
        return self.post("join").json()["who"]

    def notes(self, who: str, after: int = 0) -> list[dict]:
        found = self.client.get(f"/api/class/{self.code}/notes?who={who}&after={after}")
        assert found.status_code == 200, found.text
        return found.json()["notes"]

    def answer(self, who: str, choice: int, poll: int = 1):
        return self.post("answer", {"who": who, "poll": poll, "choice": choice})


@pytest.fixture
def patient(monkeypatch):
    """Nobody asks too often."""
    monkeypatch.setattr(asking, "GUESSES", Limit(10**9, 1))

    def endless(school: School) -> School:
        for name in ("classes", "joins", "writes", "words"):
            setattr(school, name, Limit(10**9, 1))
        return school

    return endless


def client(school: School) -> TestClient:
    parts = (leading, following, door)
    return TestClient(Starlette(routes=[one for part in parts for one in part.routes(school)]))


@pytest.fixture
def school(address, patient):  # noqa: F811
    school = patient(School(lambda: opened(address)))
    yield school
    school.close()


@pytest.fixture
def room(school) -> Class:
    own = client(school)
    found = own.post("/api/class", json={}).json()
    return Class(own, school, found["code"], found["key"], found["device"])
