"""Buckets of tokens."""

from pages.server import limits
from pages.server.limits import Limit


def test_a_bucket_empties_and_fills():
    now = 0.0
    limit = Limit(2, 0.5, lambda: now)
    assert [limit.take("a") for _ in range(3)] == [True, True, False] and limit.take("b")
    now = 1.0
    assert not limit.allows("a")
    now = 2.0
    assert limit.allows("a") and limit.take("a") and not limit.take("a")
    now = 1e6
    assert [limit.take("a") for _ in range(3)] == [True, True, False]  # no more than it holds


def test_the_longest_unused_bucket_is_forgotten(monkeypatch):
    monkeypatch.setattr(limits, "KNOWN", 2)
    limit = Limit(1, 0)
    for name in "aba":
        limit.take(name)
    limit.take("c")
    assert not limit.allows("a") and limit.allows("b")
