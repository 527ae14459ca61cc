"""Courses: what is wrong is told with file and line; every language tells every card."""

import re
from pathlib import Path

import pytest

from core import lessons
from core.lessons import LessonError, course, marks, read
from core.words import LANGUAGES
from pages.shared import teaching

ROOT = Path(__file__).parents[2]
EXAMPLES = dict(
    re.findall(
        r"^```toml (\S+)\n(.*?)^```$", (ROOT / "docs/lessons.md").read_text("utf-8"), re.M | re.S
    )
)
WHOLE = EXAMPLES["1-first.en.toml"]


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Writes a lesson into a course of one's own; gives its path."""
    monkeypatch.setenv(lessons.PLACE, str(tmp_path))

    def put(text: str, name: str = "1-first.en.toml") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return put


def test_the_example_of_the_documentation_is_taught(place):
    for name, text in EXAMPLES.items():
        place(text, name)
    assert teaching.problems() == ""
    english, korean = (course(one)["first"] for one in ("en", "ko"))
    assert [card.name for card in english.cards] == ["look", "both"]
    assert english.card("look").done == (("step", ("3",)),)
    assert korean.title != english.title and korean.scenes["with"] == english.scenes["with"]
    assert korean.card("look").scenes == english.card("look").scenes
    assert korean.card("both") == english.card("both"), "what Korean does not say is English"
    with pytest.raises(LookupError, match="nowhere"):
        english.card("nowhere")


WRONG = [
    ('title = "A first look"', "title = A first look", "is no TOML"),
    ('title = "A first look"', "", "'title' is missing"),
    ("minutes = 2", 'minutes = "two"', "minutes: is to be a number"),
    ("[cards.look]", "[cards.look]\ncolour = 3", "colour: is not known"),
    ('scene = "middle"', 'scene = "nowhere"', "scene: there is no scene 'nowhere'"),
    ('"The same sentence through two models."', f'"{"word " * 61}"', "text: has 61 words"),
    ('step = "2"', "step = 2", "asks: says everything as text"),
    ('done = { step = ["3"] }', "done = 3", "done: is to be a table"),
]


@pytest.mark.parametrize(("before", "after", "told"), WRONG)
def test_what_is_wrong_is_told_with_file_and_line(place, before, after, told):
    assert before in WHOLE
    path = place(WHOLE.replace(before, after))
    with pytest.raises(LessonError, match=re.escape(told)) as error:
        read(path)
    lines = path.read_text("utf-8").splitlines()
    assert error.value.path == path and str(error.value).startswith(f"{path}, line ")
    key = told.partition(":")[0]
    if ":" in told:
        assert lines[error.value.line - 1].split("=")[0].strip() == key


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('page = "decode"', 'page = "nowhere"', "no page 'nowhere'"),
        ('model = "eng-fra-none"', 'model = "eng-fra-nobody"', "eng-fra-nobody"),
        ('step = "2"', 'stride = "2"', "stride"),
        ('step = "2"', 'step = "two"', "step"),
    ],
)
def test_a_scene_that_no_page_would_show_is_told_too(place, before, after, told):
    path = place(WHOLE.replace(before, after))
    found = teaching.problems()
    assert told in found and found.startswith(f"{path}, line ")
    line = int(re.search(r"line (\d+)", found)[1])
    assert path.read_text("utf-8").splitlines()[line - 1].startswith("[scenes.")


def test_a_course_without_lessons_or_with_a_wrong_name(place, tmp_path):
    with pytest.raises(LessonError, match="there is no lesson"):
        course("en")
    place(WHOLE, "First.toml")
    with pytest.raises(LessonError, match="is called like"):
        course("en")


def test_another_language_has_no_cards_of_its_own(place):
    place(WHOLE)
    other = place('[cards.nowhere]\ntitle = "x"\n', "1-first.ko.toml")
    with pytest.raises(LessonError, match=f"{re.escape(str(other))}, line 1"):
        course("ko")


def test_a_teacher_reorders_and_leaves_out():
    every = list(course("en"))
    assert list(teaching.taught("en", "")) == every
    assert list(teaching.taught("en", f"{every[2]}.{every[0]}")) == [every[2], every[0]]
    assert list(teaching.taught("en", f"nowhere.{every[1]}.{every[1]}")) == [every[1]]
    assert list(teaching.taught("en", "nowhere")) == every


def test_the_course_of_the_box_is_sound():
    assert course("en").keys() == course("ko").keys()
    for lesson in course("en").values():
        assert 5 <= len(lesson.cards) <= 9 and lesson.references and lesson.about
        assert {one for card in lesson.cards for one in card.scenes} == lesson.scenes.keys()
        assert all(card.task and card.done for card in lesson.cards)
    teaching.check(course("en"))


@pytest.mark.parametrize("spoken", [one for one in LANGUAGES if one != "en"])
def test_every_language_tells_every_card_itself(spoken):
    for english, other in zip(course("en").values(), course(spoken).values(), strict=True):
        assert english.title != other.title or english.title.isascii()
        for one, its in zip(english.cards, other.cards, strict=True):
            assert (one.scenes, one.done, one.only) == (its.scenes, its.done, its.only)
            for key in ("title", "text", "task", "then"):
                assert getattr(one, key) != getattr(its, key), (english.name, one.name, key)


def test_marks_become_runs():
    assert marks.runs("a [b] {c d} ~e~ *f* **g** `h`!") == [
        ("plain", "a "), ("source", "b"), ("plain", " "), ("target", "c d"), ("plain", " "),
        ("context", "e"), ("plain", " "), ("em", "f"), ("plain", " "), ("strong", "g"),
        ("plain", " "), ("formula", "h"), ("plain", "!"),
    ]  # fmt: skip
    assert marks.paragraphs("one\ntwo\n\nthree") == [[("plain", "one two")], [("plain", "three")]]
    assert marks.runs("<b>1 < 2</b>") == [("plain", "<b>1 < 2</b>")], "text stays text"


@pytest.mark.parametrize(
    ("lesson", "card"),
    [(lesson.name, card.name) for lesson in course("en").values() for card in lesson.cards],
)
def test_every_language_marks_the_same_contexts(lesson, card):
    """A range such as 3~5 would begin one where nobody meant it."""
    kinds = [
        [kind for kind, _ in marks.runs(course(one)[lesson].card(card).text)].count("context")
        for one in LANGUAGES
    ]
    assert len(set(kinds)) == 1
