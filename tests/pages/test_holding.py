"""Decode with its attention taken hold of: what the stage says is asked of the model, stands in the
link, comes back from it, and what cannot be is told in a sentence of its own."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import load, words
from core.trace import Trace
from core.views import decode
from core.views.decode.holding import MILLION
from core.whatif import Replaced
from pages.shared import holding, loading
from pages.shared.questions import Decode
from tests.pages.test_pages import run, stage_data
from tests.pages.test_question import asked

TEXT = "I did not know that you were there."
GENERAL = "eng-fra-general"
PLACES = [(), ("cross",), ("cross", 2), ("cross", 2, 5), ("self", 1, 1)]


def even(count):
    parts = [MILLION // count] * count
    parts[0] += MILLION - sum(parts)
    return parts


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_rows_come_back_from_a_link_to_the_bit(data):
    found = []
    for step in sorted(data.draw(st.sets(st.integers(0, 60), max_size=5))):
        parts = data.draw(st.none() | st.lists(st.integers(0, MILLION), min_size=1, max_size=9))
        weights = None if parts is None else tuple(part / MILLION for part in parts)
        found.append(Replaced(step, weights, *data.draw(st.sampled_from(PLACES))))
    rows = tuple(found)
    assert holding.ROWS.read(holding.ROWS.write(rows)) == rows
    told = {"weights": holding.ROWS.write(rows), "temperature": "2", "without": "1.3"}
    heard = holding.heard(told)
    assert heard == {
        "weights": rows, "temperature": 2.0, "forbidden": (0, 2), "uniform": ()
    }  # fmt: skip


def test_what_the_stage_says_amiss_is_left_out():
    wrong = {"weights": "x:1.2", "temperature": "hot", "without": "0", "uniform": 7}
    assert holding.heard(wrong) == holding.USUAL


def test_another_sentence_or_model_drops_what_was_changed():
    one = Decode.usual(weights=(Replaced(0, None),), temperature=2.0, forbidden=(1,))
    for other in ({"text": "She works."}, {"model": "eng-fra-none"}):
        found = one.follow(**other)
        assert (found.weights, found.temperature, found.forbidden) == ((), 1.0, ())


@pytest.fixture(scope="module")
def general():
    return load(GENERAL)


def test_a_link_gives_what_python_gives_and_what_it_was_before(general):
    count = len(general.vocabulary.source_tokens(TEXT))
    link = f"5:{'.'.join(map(str, even(count)))},7:off"
    app = run(text=TEXT, weights=link, temperature="2", step="5")
    assert not app.exception and not app.info and not app.warning
    data = stage_data(app)
    row = tuple(part / MILLION for part in even(count))
    trace = general.translate(TEXT, weights={5: row, 7: None}, temperature=2.0)
    assert Trace.from_json(data["trace"]) == trace
    assert Trace.from_json(data["before"]) == loading.translate(GENERAL, TEXT, ())
    assert data["held"]["given"][0]["parts"] == even(count)
    assert asked(app)["weights"] == link
    made = {}
    exec(data["held"]["python"], made)
    assert made["trace"] == trace
    page = decode.page(trace, before=general.translate(TEXT))  # the file to take home has both
    assert '"before": null' in decode.page(trace) and '"before": null' not in page


def test_without_a_change_there_is_nothing_to_compare():
    data = stage_data(run(text=TEXT))
    assert data["before"] is None and data["held"]["given"] == []
    data = stage_data(run(text=TEXT, model="eng-fra-none"))
    assert data["held"] is None  # and without attention nothing to take hold of


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"weights": "5:1.x"}, "wrong_rows"),
        ({"weights": "nan:1"}, "wrong_rows"),
        ({"without": "0"}, "wrong_tokens"),
        ({"weights": "5:1000000"}, "count"),
        ({"weights": "1:0.0.0.0.0.0.0.0.0.0"}, "zero"),
        ({"weights": "99:off"}, "step"),
        ({"weights": "1@cross.2.5:off"}, "place"),
        ({"without": "99"}, "beyond"),
        ({"without": "1.2.3.4.5.6.7.8.9.10"}, "nothing"),
        ({"without": "1", "weights": "1:1000000.0.0.0.0.0.0.0.0.0"}, "forbidden"),
        ({"uniform": "self.1"}, "place"),
    ],
)
def test_what_cannot_be_is_told_and_the_picture_stands_without_it(wrong, told):
    app = run(text=TEXT, **wrong)
    assert not app.exception
    said = [item.value for item in (*app.info, *app.warning)]
    assert words.say("en", f"held.{told}") in said
    assert stage_data(app)["before"] is None


def test_every_refusal_has_its_sentence():
    reasons = ("other", "place", "beyond", "nothing", "forbidden", "off", "step", "number", "zero")
    for lang in words.LANGUAGES:
        assert {*reasons, "count"} <= words.table(lang)["held"].keys()


def test_a_temperature_that_cannot_be_chosen_is_told():
    app = run(text=TEXT, temperature="1.23")
    assert any("1.23" in item.value for item in app.info)


def test_one_head_of_a_transformer_is_taken_hold_of(with_transformer):
    app = run(text="Tom sings.", model="eng-fra-transformer", head="cross.1.2",
              weights="2@cross.1.2:off", uniform="cross.2")  # fmt: skip
    data = stage_data(app)
    assert data["held"]["block"] == "cross.1.2"
    assert [one["block"] for one in data["held"]["even"]] == ["cross.1.2", "cross.1", "cross"]
    assert data["held"]["uniform"] == [{"block": "cross.2", "name": "layer 2"}]
    trace = loading.changed(
        "eng-fra-transformer", "Tom sings.",
        Decode.usual(weights=(Replaced(1, None, "cross", 1, 2),), uniform=("cross.2",)).whatif,
    )  # fmt: skip
    assert not trace.attention("cross.1.2").weights[1].any()
    assert trace.attention("cross.1.1").weights[1].any()
    shown = Trace.from_json(data["trace"]).attention("cross.1.2").weights[1]
    assert not shown.any()
