"""Stories: what happens in them, how they are told and read, in every language."""

import random

import pytest

from core.stories import babi, generator, story
from core.stories.editing import edited, follows, retold
from core.stories.tongue import languages, tongue
from core.stories.world import (
    DROPS,
    HOLDER,
    MOVES,
    PERSON,
    PERSON_BEFORE,
    QUESTIONS,
    TAKES,
    THING,
    THING_BEFORE,
    Question,
    Statement,
    Untold,
    solved,
)  # fmt: skip
from core.templates import particle
from tests.core.stories.solver import solve

CLASSIC = [
    Statement(MOVES, "Joe", "kitchen"),
    Statement(MOVES, "Fred", "kitchen"),
    Statement(TAKES, "Joe", "milk"),
    Statement(MOVES, "Joe", "office"),
    Statement(DROPS, "Joe", "milk"),
    Statement(MOVES, "Joe", "bathroom"),
]
WORDS = {code: tongue(code) for code in languages()}


@pytest.fixture(params=languages())
def words(request):
    return WORDS[request.param]


@pytest.mark.parametrize(
    ("question", "answer", "support"),
    [
        (Question(PERSON, "Joe"), "bathroom", (5,)),
        (Question(PERSON_BEFORE, "Joe", "office"), "kitchen", (3, 0)),
        (Question(PERSON_BEFORE, "Joe", "bathroom"), "office", (5, 3)),
        (Question(THING, "milk"), "office", (4, 3)),
        (Question(THING_BEFORE, "milk", "office"), "kitchen", (4, 3, 0)),
        (Question(HOLDER, "milk"), None, (4,)),
    ],
)
def test_the_classic_is_followed(question, answer, support):
    assert solved(CLASSIC, question) == (answer, support)


def test_what_is_carried_comes_along_and_what_is_taken_on_changes_hands():
    told = [*CLASSIC[:4], Statement(MOVES, "Fred", "office"), Statement(TAKES, "Fred", "milk")]
    assert solved(told, Question(HOLDER, "milk")) == ("Fred", (5,))
    assert solved(told, Question(THING, "milk")) == ("office", (5, 4))
    told.append(Statement(MOVES, "Joe", "garden"))  # who has nothing any more
    assert solved(told, Question(THING, "milk")).answer == "office"


@pytest.mark.parametrize(
    ("question", "key"),
    [
        (Question(PERSON, "Mary"), "unplaced"),
        (Question(THING, "apple"), "untouched"),
        (Question(HOLDER, "apple"), "untouched"),
        (Question(PERSON_BEFORE, "Joe", "garden"), "never_there"),
        (Question(PERSON_BEFORE, "Joe", "kitchen"), "there_first"),
        (Question(THING_BEFORE, "milk", "kitchen"), "there_first"),
    ],
)
def test_what_is_not_told_is_not_answered(question, key):
    with pytest.raises(Untold) as untold:
        solved(CLASSIC, question)
    assert untold.value.key == key


def test_made_up_stories_are_solved_by_another_reader(words):
    rng = random.Random(3)
    kinds = set()
    for _ in range(400):
        made = generator.story(rng, words)
        answer, support = solve(made.statements, made.question, words.code)
        assert (answer, support) == (made.answer, sorted({*made.support})), made.text
        assert generator.LEAST <= len(made.statements) <= generator.MOST
        kinds.add(made.kind)
    assert kinds == {*QUESTIONS}


def test_a_seed_decides_a_story(words):
    one, same, other = (generator.story(random.Random(seed), words) for seed in (1, 1, 2))
    assert one == same != other


def test_what_is_made_up_is_read_again(words):
    rng = random.Random(4)
    for _ in range(100):
        made = generator.story(rng, words, least=16, most=story.MOST)
        again = story.read(made.text)
        assert (again.statements, again.question) == (made.statements, made.question)
        truth = follows(again, words)
        assert (words.answer(truth), truth.support) == (made.answer, made.support)


def test_every_form_is_read_as_what_it_says(words):
    for kind in (MOVES, TAKES, DROPS):
        what = words.places[0] if kind == MOVES else words.things[0]
        said = {
            words.say(Statement(kind, who, what), random.Random(seed))
            for seed in range(40) for who in words.people
        }  # fmt: skip
        assert {(words.statement(one).kind, words.statement(one).what) for one in said} == {
            (kind, what)
        }


@pytest.mark.parametrize(
    ("word", "pair", "form"),
    [
        ("민수", ("은", "는"), "는"), ("지영", ("은", "는"), "은"),
        ("책", ("을", "를"), "을"), ("우유", ("을", "를"), "를"),
        ("부엌", ("으로", "로"), "으로"), ("학교", ("으로", "로"), "로"),
        ("사무실", ("으로", "로"), "로"), ("침실", ("으로", "로"), "로"),
        ("침실", ("이", "가"), "이"), ("영희", ("이", "가"), "가"),
    ],
)  # fmt: skip
def test_a_particle_goes_with_its_word(word, pair, form):
    assert particle(word, *pair) == form


def test_every_language_has_as_many_words():
    counts = {(len(w.people), len(w.places), len(w.things)) for w in WORDS.values()}
    assert len(counts) == 1


def test_examples_are_stories_that_are_answered(words):
    for text in words.examples:
        assert follows(story.read(text), words).support
    told = story.read(words.examples[0])
    assert follows(told, words).answer == words.places[0]  # the kitchen


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "empty"), (" \n . ? ", "empty"), ("Joe went to the kitchen.", "no_question"),
        ("Where is Joe?", "no_statements"),
        ("Where is Joe? Joe went to the kitchen. Where is Joe?", "early_question"),
        ("Joe went to the kitchen.\n" * (story.MOST + 1) + "Where is Joe?", "long"),
    ],
)  # fmt: skip
def test_what_is_no_story_says_why(text, key):
    with pytest.raises(story.BadStory) as bad:
        story.read(text)
    assert bad.value.key == key


def test_lines_and_full_stops_part_sentences():
    one = story.read("Joe went to the kitchen.  Joe took the milk\n\nWhere is the milk ?")
    assert one.statements == ("Joe went to the kitchen.", "Joe took the milk.")
    assert one.question == "Where is the milk?"


BABI = """\
1 Mary moved to the bathroom.
2 John went to the hallway.
3 Where is Mary? \tbathroom\t1
4 Mary took the milk there.
5 Where is the milk?\tbathroom\t4 1
1 Fred went to the office.
2 Where is Fred?\toffice\t1
"""


def test_babi_is_read_by_its_numbers():
    first, second, third = babi.stories(BABI.splitlines())
    assert first.statements == ("Mary moved to the bathroom.", "John went to the hallway.")
    assert (first.question, first.answer, first.support) == ("Where is Mary?", "bathroom", (0,))
    assert second.statements[-1] == "Mary took the milk there." and second.support == (2, 0)
    assert third.statements == ("Fred went to the office.",)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Mary moved.", "expected"), ("4 Where?\tgarden", "expected"),
        ("4 Where?\tgarden\t9", "no statement has the number 9"), ("4 Where?\t\t1", "no answer"),
        ("2 Mary moved to the garden.", "does not come after"),
    ],
)  # fmt: skip
def test_what_is_not_babi_says_where(line, why):
    with pytest.raises(ValueError, match=f"line 4: .*{why}"):
        list(babi.stories([*BABI.splitlines()[:3], line]))


class TestEditing:
    told = story.read(WORDS["eng"].examples[0])

    def after(self, **choice):
        return edited(self.told, WORDS["eng"], choice)

    def test_a_line_is_moved_removed_added_and_said_anew(self):
        lines = self.told.statements
        assert self.after(act="move", line=0, by=1).statements[:2] == (lines[1], lines[0])
        assert self.after(act="remove", line=2).statements == lines[:2] + lines[3:]
        added = self.after(act="add", line=2).statements
        assert len(added) == 7 and WORDS["eng"].statement(added[3]).who == "Joe"
        said = self.after(act="say", line=1, text=" Fred  went to the park ")
        assert said.statements[1] == "Fred went to the park."

    def test_the_question_is_asked_anew(self):
        assert (
            self.after(act="say", line=6, text="Who has the milk").question == "Who has the milk?"
        )
        filled = self.after(act="fill", line=6, form=1, who="", what="milk", place="")
        assert filled.question == "Where is the milk?"

    def test_a_menu_fills_a_form(self):
        filled = self.after(act="fill", line=0, form=0, who="Anna", what="park", place="")
        assert filled.statements[0] == "Anna went to the park."
        korean = story.read(WORDS["kor"].examples[0])
        choice = {"act": "fill", "line": 0, "form": 0, "who": "지영", "what": "침실", "place": ""}
        assert edited(korean, WORDS["kor"], choice).statements[0] == "지영은 침실로 갔다."

    @pytest.mark.parametrize(
        "choice",
        [
            {"act": "move", "line": 6, "by": -1}, {"act": "remove", "line": 9},
            {"act": "fill", "line": 0, "form": 0, "who": "Joe", "what": "milk"},
            {"act": "fill", "line": 0, "form": 99, "who": "Joe", "what": "park"},
            {"act": "sing", "line": 0},
        ],
    )  # fmt: skip
    def test_what_cannot_be_changed_is_refused(self, choice):
        with pytest.raises((ValueError, LookupError)):
            self.after(**choice)

    def test_a_story_is_told_in_another_language(self):
        again = retold(self.told, WORDS["eng"], WORDS["kor"])
        truth = follows(again, WORDS["kor"])
        assert truth.support == follows(self.told, WORDS["eng"]).support
        assert truth.answer == "부엌"
        odd = story.Story(("Something happened.",), self.told.question)
        assert retold(odd, WORDS["eng"], WORDS["kor"]) is None
