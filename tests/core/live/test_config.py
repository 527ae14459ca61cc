"""What a live training is asked, and what is refused before a process begins."""

import pytest

from core.live.config import ATTENTIONS, FEWEST, MOST, OWN, TASKS, BadConfig, Config, Learnt
from core.tasks import tasks


def test_what_is_named_is_there():
    config = Config()
    assert Config.read(config.plain()) == config
    assert {name for name, _ in TASKS.values()} <= tasks().keys()
    for name, (kind, own) in ATTENTIONS.items():
        known = tasks()["reverse"].kinds()[kind].Config
        assert set(own) <= {*known.__dataclass_fields__}, name


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("size", 0, "range"), ("size", 10_000, "range"), ("size", 33, "even"),
        ("size", 64.0, "range"), ("size", True, "range"), ("rate", float("nan"), "range"),
        ("rate", 0, "range"), ("rate", 1e9, "range"), ("smoothing", 1.0, "range"),
        ("updates", 0, "range"), ("seed", -1, "range"), ("most", 10_000, "range"),
        ("attention", "cosine-or-so", "choice"), ("cell", "", "choice"), ("least", 9, "lengths"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_a_sentence(field, value, why):
    with pytest.raises(BadConfig) as told:
        Config(**{field: value})
    assert (told.value.field, told.value.why) == (field, why)
    assert str(value) in str(told.value)


@pytest.mark.parametrize("count", [0, FEWEST - 1, MOST + 1])
def test_too_few_pairs_and_too_many_are_refused(count):
    with pytest.raises(BadConfig, match=f"{count:,}"):
        Learnt.checked(OWN, [(f"a{i}", "b") for i in range(count)])
    assert Learnt.checked(OWN, [["a", "b"]] * FEWEST).pairs[0].source == "a"
    with pytest.raises(BadConfig, match="no task"):
        Learnt.checked("reversal of fortune")


def test_what_differs_is_named():
    assert Config().apart(Config(attention="none", size=32)) == ("attention", "size")
