"""Home: what is stored for it is what the models say, and every door leads where it says."""

import json
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import lessons, load, words
from core.evaluation import front as making
from core.views.home.plan import PLANS
from core.views.lines import crossing
from pages.shared import front, here
from pages.shared.scene import PAGES, Scene
from tests import tolerance
from tests.pages.conftest import drawn
from tests.pages.test_pages import ROOT


def opened(**query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def test_what_is_stored_is_what_the_model_says():
    stored, anew = front.front().trace, load(making.FIRST).translate(front.SENTENCE)
    assert (stored.typed, stored.text) == (making.SENTENCE, anew.text)
    one, other = (trace.attention("cross").weights for trace in (stored, anew))
    assert one == tolerance.weights(other)
    pictures = front.front().pictures
    assert pictures["decode"] == pytest.approx(np.array(one, float), abs=0.006)
    assert pictures["workbench"] == json.loads(json.dumps(making.bench()))
    assert pictures["measurements"] == making.measured()
    beam = making.branches(load(making.FIRST).translate(front.SENTENCE, beam=making.BEAM))
    assert pictures["search"] == beam


def test_it_opens_in_the_middle_of_a_crossing():
    """The next step looks to the left: *livre* at *book*, before *rouge* at *red*."""
    trace = front.front().trace
    assert crossing(trace) == 4
    looked = trace.attention("cross").weights.argmax(-1)
    assert looked[5] < looked[4]
    data = drawn(opened())["lines"]
    assert data["middle"] == 4 and data["auto"] and data["typed" if "typed" in data else "trace"]


def test_another_model_has_no_stored_picture(tmp_path):
    assert front.front(tmp_path) == front.Front(None, {})


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_every_door_leads_where_it_says(lang):
    data = drawn(opened(lang=lang))["home"]
    course = lessons.course(lang)
    assert [one["title"] for one in data["lessons"]] == [one.title for one in course.values()]
    boxes = [box for plan in data["plans"].values() for box in plan["boxes"]]
    links = [one["href"] for one in (*boxes, *data["pages"], *data["lessons"], *data["teach"])]
    for link in filter(None, links):
        asked = dict(parse_qsl(urlsplit(link).query))
        assert asked.pop("lang") == lang
        scene = Scene.of(f"/{link}")
        usual = Scene.read(scene.page, {}).parameters()
        assert asked.items() <= {**usual, **scene.parameters()}.items(), link
    shown = {urlsplit(one["href"]).path for one in data["pages"]}
    assert shown == PAGES.keys() - {"", "lessons"}
    assert all(one["picture"] for one in data["pages"] if one["kind"])


def test_you_are_here_on_pages_that_there_are():
    assert here.PARTS.keys() <= PAGES.keys()
    for name, lit in here.PARTS.values():
        assert lit <= {box.name for box in PLANS[name].boxes}
    assert here.drawing("nowhere", "x", "en") == ""
    assert 'title="a &lt;b&gt;"' in here.drawing("decode", "a <b>", "en")


def test_boxes_of_the_map_do_not_overlap():
    for plan in PLANS.values():
        names = [box.name for box in plan.boxes]
        assert len({*names}) == len(names)
        for one, other in zip(plan.boxes, plan.boxes[1:]):
            assert one.y != other.y or one.x + one.width < other.x
        assert all(box.x + box.width <= plan.width for box in plan.boxes)


def test_a_sentence_of_a_link_plays():
    data = drawn(opened(sentence="She is tired."))["lines"]
    assert '"typed":"She is tired."' in data["trace"].replace(": ", ":")


def test_a_lesson_that_there_is_not_is_told():
    app = opened()
    app.query_params["lesson"] = "nowhere"
    app.switch_page("pages/lessons.py").run()
    assert not app.exception
    assert "course" in drawn(app)
