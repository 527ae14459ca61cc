"""A scene goes into a link and into JSON and comes back, and links of every page mean what they
always meant."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import manifest
from core.facts import TRANSLATES
from core.views import workbench
from pages.shared import box, inside, questions
from pages.shared.bench import Workbench
from pages.shared.fields import TYPED, Choice, Flag, Names, Number, Pieces, Places
from pages.shared.inside import heads
from pages.shared.scene import PAGES, Scene

MODELS = tuple(box.able(manifest.entries(), TRANSLATES))
GENERAL, NONE = "eng-fra-general", "eng-fra-none"
TRANSFORMERS = questions.opened_up()
TEXTS = st.text(min_size=1, max_size=30)


def values(one):
    """What a field can hold."""
    if isinstance(one, Choice):
        return st.sampled_from([*one.every(), *([None] if one.default() is None else [])])
    if isinstance(one, Number):
        kind = st.integers if isinstance(one.low, int) else st.floats
        return kind(one.low, one.high) | (st.none() if one.default() is None else st.nothing())
    if isinstance(one, Flag):
        return st.booleans()
    if isinstance(one, Pieces):
        return st.lists(st.integers(0, 9999), max_size=5).map(tuple)
    if isinstance(one, Places):
        return st.none() | st.tuples(*[st.integers(0, 99)] * one.count)
    if isinstance(one, Names):
        some = st.lists(st.sampled_from(MODELS), min_size=2, max_size=6, unique=True)
        return some.map(tuple)
    return st.just(one.default()) if one.key is None else TEXTS


def asked(kind):
    """Questions of a kind, as they stand when their fields fit one another."""

    def fits(found):
        """What is typed counts where typed words are asked for, and a target is a model's."""
        if getattr(found, "target", "") != TYPED and hasattr(found, "typed"):
            found = kind(**{**vars(found), "typed": ""})
        return found.settle({}, [])

    fields = {name: values(one) for name, one in kind.asked().items()}
    if kind is questions.Compare:
        fields["target"] = st.sampled_from([questions.FREE, TYPED, *MODELS])
    if kind is heads.Heads:
        fields["off"] = st.sampled_from(["", "cross.1.2", "cross.1.2,self.1.1"])
    return st.builds(kind, **fields).map(fits)


@st.composite
def settings_of_the_bench(draw):
    situation = draw(st.sampled_from([*workbench.SITUATIONS]))
    numbers = st.floats(-10, 10)
    vectors = st.tuples(numbers, numbers)
    setting = workbench.complete(
        workbench.Setting(
            draw(vectors),
            tuple(draw(st.lists(vectors, min_size=1, max_size=6))),
            draw(st.floats(0.05, 20)),
        )
    )
    score = draw(st.sampled_from([one.name for one in workbench.work(setting).scored]))
    return Workbench(situation, score, setting)


@st.composite
def scenes(draw):
    page = draw(st.sampled_from([*PAGES]))
    kind = PAGES[page]
    question = draw(settings_of_the_bench() if kind is Workbench else asked(kind))
    part = None
    if isinstance(question, questions.Transformer):
        part = draw(asked(inside.every()[question.part].asked))
    names = sorted(seen.name for one in (question, part) if one for seen in one.views().values())
    taken = {name for one in (question, part) if one for name in one.parameters()}
    left = [name for name in names if name not in taken]
    view = draw(st.dictionaries(st.sampled_from(left), TEXTS, max_size=4)) if left else {}
    return Scene(page, question, part, view)


@settings(max_examples=150, deadline=None)
@given(scenes())
def test_a_scene_comes_back_from_its_link_and_its_json(scene):
    if len(TRANSFORMERS) < 2 and isinstance(scene.question, questions.Transformer):
        assert scene.question.model == TRANSFORMERS[0]
    assert Scene.of(scene.link) == scene
    assert Scene.from_json(scene.to_json()) == scene
    more = f"{scene.link}{'&' if '?' in scene.link else '?'}lang=ko&projector=1"
    assert Scene.of(f"http://127.0.0.1:8501{more}") == scene


LINKS = [
    "/decode?text=Hello.&model=eng-fra-general&weights=2%3A250000.750000%2C4%3Aoff&temperature=2"
    "&without=1.3&uniform=cross&step=2",
    "/decode?text=Where+is+my+dog%3F&model=eng-fra-none&step=2&view=pieces-scores&prefix=12.7&table=1",
    "/search?text=I+sing.&model=eng-fra-none&width=3&penalty=wu&alpha=0.9&best=2&limit=9"
    "&temperature=0.7&top_k=5&top_p=0.9&seed=4&prefix=300&step=2&node=0.1&run=greedy&table=1",
    "/compare?text=Hello.&models=eng-fra-none%2Ceng-fra-general&target=typed&forced=Bonjour."
    "&cell=1.3.4&temperature=2&scaled=true&step=3&pair=2-1&view=words-scores&table=1",
    "/compare?text=Hello.&models=eng-fra-none%2Ceng-fra-general&target=eng-fra-none",
    "/transformer?text=Hello.&part=maps&head=self.1.2&view=scores&step=2&cell=2.1&scaled=0",
    "/transformer?text=Hello.&part=mask&mask_target=typed&mask_typed=Bonjour.&mask_beside=He+reads."
    "&mask_head=2.3&mask_step=2&mask_view=scores&padding_head=all&padding_mask=off",
    "/transformer?text=Hello.&part=layers&side=encoder&at=encoder.2&step=3&table=1",
    "/transformer?text=Hello.&part=positions&positions_seed=2&positions_at=12",
    "/transformer?text=Hello.&part=heads&off=cross.1.2&head=cross.1.1&rollout=self&step=1",
    "/transformer?text=Hello.&part=bridge&target=typed&forced=Bonjour.&step=2&source_token=3"
    "&head=2.5&view=scores",
    "/predict?text=Hello.&model=eng-fra-none&kind=token&level=hard&seed=7&step=2&number=3"
    "&sheet=answers",
    "/models?model=eng-fra-none",
    "/measurements",
    "/?sentence=I+sing.",
    "/lessons?lesson=attention&card=score&course=attention.heatmap",
]  # fmt: skip


@pytest.mark.parametrize("link", LINKS)
def test_a_link_of_a_page_is_the_same_link_again(link):
    def said(one):
        found = urlsplit(one)
        return found.path, dict(parse_qsl(found.query))

    path, expected = said(link)
    if path == "/transformer" and len(TRANSFORMERS) > 1:
        expected.setdefault("model", TRANSFORMERS[0])
    assert said(Scene.of(link).link) == (path, expected)


def test_an_old_link_of_a_decoding_is_one_still():
    """It was the first page, at the address where home is now."""
    old = "?text=Where+is+my+dog%3F&model=eng-fra-none&step=2&view=pieces-scores&prefix=12.7"
    for asked in (old, "?step=2", "?model=eng-fra-dot", "?prefix=12", "?view=words-scores"):
        assert Scene.of(f"/{asked}") == Scene.of(f"/decode{asked}")
    assert Scene.from_json('{"page": "", "step": "4"}').page == "decode"
    assert Scene.of("/").page == Scene.of("/?lang=ko").page == ""


def test_a_link_of_the_workbench_is_the_same_setting_again():
    scene = Scene.of("/workbench?situation=turn&score=concat&q=1_-2.5&k=0_0*10_-10&t=0.05&table=1")
    assert scene.question.setting.query == (1, -2.5) and scene.view == {"table": "1"}
    assert Scene.of(scene.link) == scene


def test_what_a_scene_says_amiss_is_left_out_or_refused():
    assert Scene.of("/?model=nobody&prefix=a.b").question == questions.Decode.usual()
    assert Scene.of("/?step=banana").view == {"step": "banana"}, "for the page to judge"
    with pytest.raises(ValueError, match="nowhere"):
        Scene.of("/nowhere?text=x")


@pytest.mark.parametrize(
    "text",
    ["{", "3", "null", "[]", '["page"]', '{"text": "x"}', '{"page": null}', '{"page": "nowhere"}',
     '{"page": "", "prefix": 4}', '{"page": "compare", "scaled": true}',
     '{"page": "", "step": 4}', '{"page": "", "view": ["words"]}'],
)  # fmt: skip
def test_what_is_no_scene_is_refused_with_one_kind_of_error(text):
    with pytest.raises(ValueError):
        Scene.from_json(text)


def test_scenes_can_stand_in_a_set():
    one = Scene.of("/?text=x&view=pieces-scores&step=4")
    assert one.view == {"step": "4", "view": "pieces-scores"} and one.view["step"] == "4"
    assert len({one, Scene.of("/?step=4&text=x&view=pieces-scores"), Scene.of("/?text=x")}) == 2
    (bench,) = {Scene.of("/workbench?situation=turn"), Scene.of("/workbench?situation=turn")}
    assert isinstance(bench.question, Workbench)


PART = """
'''A part that counts.'''
from dataclasses import dataclass

import streamlit as st

from pages.shared.inside import Part
from pages.shared.fields import Counted, Step
from pages.shared.question import Question, asks


@dataclass(frozen=True)
class Maps(Question):
    step: int | None = asks(Step())
    many: int = asks(Counted("many", 1, low=1, high=9))


def show(name, text, *asked):
    st.write(name, text)


PART = Part("decode", 9, Maps, show)
"""


def test_a_part_of_the_transformer_page_is_found_because_it_is_there(drop):
    before = inside.names()
    assert before == ("maps", "mask", "layers", "positions", "heads", "bridge")
    drop(inside, "counted.py", PART, inside.every)
    assert inside.names() == (*before, "decode")
    assert inside.offered(manifest.entry(TRANSFORMERS[0])) == (*before, "decode")
    scene = Scene.of("/transformer?text=x&part=decode&many=3&step=2&cell=1.1")
    assert (scene.part.many, scene.view) == (3, {"step": "2"})
    assert Scene.of(scene.link) == scene
