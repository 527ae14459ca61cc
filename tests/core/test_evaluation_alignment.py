"""Alignment error rate: hand-computed cases, its definition, and how weights become links."""

import itertools
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.evaluation import alignment as al
from core.evaluation.bootstrap import estimate
from core.evaluation.forced import force
from core.measurements.table import DIAGONAL, HEAVIEST, Row, frame, pick
from core.tokenisers import Tokeniser
from core.tokenisers.characters import Characters
from core.tokenisers.pieces import Vocabulary
from tests.conftest import sentence_pairs

LINKS = st.frozensets(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=10)
WORDS = ("a", "b", "c", "d")


def pair(sure, possible=()) -> al.GoldPair:
    return al.GoldPair(WORDS, WORDS, frozenset(sure), frozenset(sure) | frozenset(possible))


def error_rate(counts) -> float:
    """AER of sentences together, by what the rows of the table are made of."""
    return estimate(al.parts("aer", counts), 1).value


@pytest.mark.parametrize(
    ("links", "sure", "possible", "rate"),
    [
        # All sure links and one more that is possible: no error.
        ({(0, 0), (1, 1), (2, 1)}, {(0, 0), (1, 1)}, {(2, 1)}, 0),
        # 1 of 2 sure links, nothing wrong: 1 − (1 + 1) / (1 + 2).
        ({(0, 0)}, {(0, 0), (1, 1)}, set(), 1 / 3),
        # One sure, one possible, one wrong; one sure link missed: 1 − (1 + 2) / (3 + 2).
        ({(0, 0), (2, 1), (3, 3)}, {(0, 0), (1, 1)}, {(2, 1)}, 2 / 5),
        # Only wrong links.
        ({(3, 0)}, {(0, 0)}, {(1, 1)}, 1),
        # A possible link is right but finds no sure one: 1 − (0 + 1) / (1 + 1).
        ({(1, 1)}, {(0, 0)}, {(1, 1)}, 1 / 2),
        # Nothing is sure: 1 − (0 + 1) / (2 + 0).
        ({(1, 1), (2, 2)}, set(), {(1, 1)}, 1 / 2),
        # No links at all: every sure one is missed.
        (set(), {(0, 0)}, set(), 1),
    ],
)
def test_hand_computed_rates(links, sure, possible, rate):
    assert error_rate([al.count_links(links, pair(sure, possible))]) == pytest.approx(rate)


@given(st.lists(st.tuples(LINKS, LINKS, LINKS), min_size=1, max_size=4))
def test_the_definition(cases):
    counts = [al.count_links(links, pair(sure, more)) for links, sure, more in cases]
    # Och & Ney 2003, over all sentences together.
    both = found = wanted = 0
    for links, sure, more in cases:
        both += len(links & sure) + len(links & (sure | more))
        found += len(links)
        wanted += len(sure)
    if found + wanted == 0:
        with pytest.raises(ValueError, match="nothing to divide by"):
            error_rate(counts)
    else:
        assert error_rate(counts) == pytest.approx(1 - both / (found + wanted))
        assert 0 <= error_rate(counts) <= 1


@given(LINKS, LINKS, st.data())
def test_what_lies_between_sure_and_possible_has_no_error(sure, more, data):
    links = sure | data.draw(st.frozensets(st.sampled_from(sorted(sure | more)))
                             if sure | more else st.just(frozenset()))  # fmt: skip
    if links or sure:
        assert error_rate([al.count_links(links, pair(sure, more))]) == 0


def test_precision_and_recall_by_hand():
    counts = al.count_links({(0, 0), (2, 1), (3, 3)}, pair({(0, 0), (1, 1)}, {(2, 1)}))
    assert counts == (3, 2, 1, 2)
    assert al.PARTS["precision"](counts) == (2, 3) and al.PARTS["recall"](counts) == (1, 2)


def test_pieces_are_joined_to_words():
    source, target = al.Words((5, 6, 7), (0, 0, 1)), al.Words((8, 9), (0, 0))
    weights = np.array([
        [0.1, 0.2, 0.3, 0.4],  # the last column is the end mark's
        [0.5, 0.1, 0.3, 0.1],
        [0.0, 0.0, 0.0, 1.0],  # and so is the last row
    ])  # fmt: skip
    joined = al.word_weights(weights, source, target)
    np.testing.assert_allclose(joined, [[(0.3 + 0.6) / 2, 0.3]])


def test_a_word_without_pieces_has_no_links():
    joined = al.word_weights(np.full((2, 2), 0.5), al.Words((5,), (0,)), al.Words((6,), (1,)))
    np.testing.assert_allclose(joined, [[0], [0.5]])
    assert al.heaviest(joined) == {(0, 1)}


def test_the_rules_by_hand():
    weights = np.array([[0.6, 0.3, 0.0], [0.2, 0.2, 0.1], [0.0, 0.0, 0.5]])
    assert al.heaviest(weights) == {(0, 0), (0, 1), (2, 2)}  # the first of equals
    assert al.reaching(weights, 0.2) == {(0, 0), (1, 0), (0, 1), (1, 1), (2, 2)}
    assert al.reaching(weights, 0.5) == {(0, 0), (2, 2)}
    assert al.reaching(weights, 0.9) == set()


@pytest.mark.parametrize(("source", "target"), list(itertools.product((1, 3, 7), (1, 3, 7))))
def test_the_diagonal_stays_in_the_sentence(source, target):
    links = al.diagonal(al.GoldPair(("w",) * source, ("w",) * target, frozenset(), frozenset()))
    assert sorted(j for _, j in links) == list(range(target))
    assert all(0 <= i < source for i, _ in links)
    if source == target:
        assert links == {(i, i) for i in range(source)}


def test_words_have_the_pieces_of_the_sentence(vocabulary):
    words = ["She", "sings", ",", "Tom", "eats", "here", "again", "!"]
    split = al.split_words(vocabulary, words)
    assert list(split.ids) == vocabulary.encode(" ".join(words))
    assert list(split.words) == sorted(split.words) and set(split.words) == set(range(len(words)))
    assert al.split_words(vocabulary, []) == ((), ())


def test_the_characters_of_words_have_the_spaces_between_them():
    letters = Characters.train(["Tom eats!"], 40)
    split = al.split_words(letters, ["Tom", "eats", "!"])
    assert letters.decode(split.ids) == "Tom eats !"
    assert split.words == (0, 0, 0, 1, 1, 1, 1, 1, 2, 2)


def test_what_can_be_read_depends_on_the_tokens():
    """Of characters a sentence has more than of pieces, and may have more."""
    letters = Characters.train(["I eat."], 40)
    pair = al.GoldPair(("I",) + ("eat",) * 20, ("mange",), frozenset(), frozenset())
    assert 60 < len(al.split_words(letters, pair.source).ids) <= letters.most
    assert al.prepare({"letters": letters}, [pair]).left_out == 0
    assert al.prepare({"letters": letters}, [pair], 60).left_out == 1


def write(folder, texts, links):
    (folder / "x.txt").write_text(texts, encoding="utf-8")
    (folder / "x.gold").write_text(links, encoding="utf-8")
    return folder / "x.txt"


def test_files_are_read_from_one_and_kept_from_zero(tmp_path):
    (found,) = al.read_aligned(write(tmp_path, "the cat ||| le chat noir\n", "1-1 2p3 2-2\n"))
    assert found.source == ("the", "cat") and found.target == ("le", "chat", "noir")
    assert found.sure == {(0, 0), (1, 1)} and found.possible == {(0, 0), (1, 1), (1, 2)}


def test_an_object_a_line_is_counted_from_zero_and_all_of_it_sure(tmp_path):
    texts = tmp_path / "x.jsonl"
    line = '{"src_words": ["the", "cat"], "tgt_words": ["gato"], "alignment": [[0, 0], [1, 0]]}'
    texts.write_text(f"{line}\n", encoding="utf-8")
    (found,) = al.read_aligned(texts)
    assert found == (("the", "cat"), ("gato",), {(0, 0), (1, 0)}, {(0, 0), (1, 0)})
    (turned,) = al.read_aligned(texts, turned=True)
    assert turned == (("gato",), ("the", "cat"), {(0, 0), (0, 1)}, {(0, 0), (0, 1)})


@pytest.mark.parametrize(
    "line",
    [
        "[]", "nothing", '{"src_words": ["a"], "tgt_words": ["b"]}',
        '{"src_words": ["a"], "tgt_words": ["b"], "alignment": [[0, 1]]}',
        '{"src_words": ["a"], "tgt_words": ["b"], "alignment": [0]}',
        '{"src_words": [], "tgt_words": ["b"], "alignment": []}',
    ],
)  # fmt: skip
def test_a_broken_object_is_told_by_its_line(tmp_path, line):
    texts = tmp_path / "x.jsonl"
    texts.write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"x\.jsonl, line 1: "):
        al.read_aligned(texts)


@pytest.mark.parametrize(
    ("texts", "links", "told"),
    [
        ("a ||| b\n", "1-1\n1-1\n", "has 1 lines, but"),
        ("a ||| b\na b\n", "1-1\n1-1\n", "line 2"),
        ("a ||| b\n", "1-2\n", "line 1: the link 1-2 is to a word that does not exist"),
        ("a ||| b\n", "0-1\n", "line 1"),
        ("a ||| b\n", "1=1\n", "line 1"),
        ("a ||| b\n ||| b\n", "1-1\n\n", "line 2: a side has no words"),
        ("a |||\n", "\n", "line 1: a side has no words"),
    ],
)
def test_broken_files_are_told(tmp_path, texts, links, told):
    with pytest.raises(ValueError, match=told):
        al.read_aligned(write(tmp_path, texts, links))


def test_what_is_too_long_is_left_out_and_counted(vocabulary, translators):
    aligned = [
        al.GoldPair(("I", "sing"), ("Je", "chante"), frozenset({(0, 0)}), frozenset({(0, 0)})),
        al.GoldPair(("eat",) * 90, ("mange",), frozenset({(0, 0)}), frozenset({(0, 0)})),
    ]
    prepared = al.prepare({"general": vocabulary}, aligned, Tokeniser.most)
    assert prepared.left_out == 1 and prepared.pairs == aligned[:1]
    forced = {"general": force(translators["general"].model, prepared.pieces("general"), Tokeniser)}
    rows = frame(al.alignment(forced, prepared, 1, Row("", "", 0.0, slice="two")))
    left = pick(rows, "left_out").iloc[0]
    assert (left.model, left.value, left["count"]) == ("", 1, 2)
    assert pick(rows, "aer", setting=HEAVIEST)["count"].tolist() == [1]


def test_where_nothing_is_left_there_are_no_rows(vocabulary, translators):
    pairs = [al.GoldPair(("eat",) * 90, ("mange",), frozenset(), frozenset())]
    prepared = al.prepare({"general": vocabulary}, pairs, Tokeniser.most)
    assert (prepared.pairs, prepared.left_out) == ([], 1)
    forced = {"general": force(translators["general"].model, prepared.pieces("general"), Tokeniser)}
    assert al.alignment(forced, prepared, 1, Row("", "", 0.0)) == []


def test_models_that_split_words_differently_are_measured_on_the_same_pairs(vocabulary):
    """What one of them cannot read is left out for all: the paired test needs the same pairs."""
    letters = Vocabulary.train((side for pair in sentence_pairs() for side in pair), 300)
    both = {"whole": vocabulary, "letters": letters}
    aligned = [
        al.GoldPair(tuple(text.split()), ("mange",), frozenset(), frozenset())
        for text in ("I eat .", "I sing now . " * 4, "Tom eats here .")
    ]
    sizes = {
        name: [len(each.encode(" ".join(pair.source))) for pair in aligned]
        for name, each in both.items()
    }
    limit = sizes["whole"][1]
    assert max(sizes["letters"][0], sizes["letters"][2]) <= limit < sizes["letters"][1]
    prepared = al.prepare(both, aligned, limit)
    assert prepared.pairs == [aligned[0], aligned[2]] and prepared.left_out == 1
    for name, each in both.items():
        assert [list(pieces.source) for pieces in prepared.pieces(name)] == [
            each.encode(" ".join(pair.source)) for pair in prepared.pairs
        ]


def test_rows_are_the_rates_of_the_links(vocabulary, translators):
    """What the rows say is what one computes sentence by sentence from the weights."""
    sentences = [("I sing now .", "Je chante maintenant ."), ("Tom eats !", "Tom mange !")]
    aligned = []
    for source, target in sentences:
        words = tuple(source.split()), tuple(target.split())
        sure = frozenset((i, i) for i in range(len(words[1])))
        aligned.append(al.GoldPair(*words, sure, sure | {(0, 1)}))
    models = {name: translators[name] for name in ("dot", "general")}
    prepared = al.prepare(dict.fromkeys(models, vocabulary), aligned, Tokeniser.most)
    forced = {
        name: force(each.model, prepared.pieces(name), Tokeniser) for name, each in models.items()
    }
    rows = frame(al.alignment(forced, prepared, 1, Row("", "", 0.0)))
    for name in models:
        for rule in (al.heaviest, lambda weights: al.reaching(weights, 0.2)):
            counts = [
                al.count_links(rule(al.word_weights(one.weights["cross"], *split)), gold)
                for one, split, gold in zip(
                    forced[name], prepared.splits[name], aligned, strict=True
                )
            ]
            setting = HEAVIEST if rule is al.heaviest else "threshold=0.2"
            found = pick(rows, "aer", model=name, block="cross", setting=setting)["value"]
            assert found.tolist() == [pytest.approx(error_rate(counts))]
    assert len(pick(rows, "aer", setting=DIAGONAL)) == 1
    (gap,) = pick(rows, "aer", model="dot", setting=HEAVIEST, against="general")["value"]
    both = [pick(rows, "aer", model=m, setting=HEAVIEST)["value"].iloc[0] for m in models]
    assert gap == pytest.approx(both[0] - both[1])


def test_single_heads_are_measured_by_the_heaviest_word_alone(transformer):
    pair = al.GoldPair(("I", "sing", "."), ("Je", "chante", "."), frozenset({(0, 0)}),
                       frozenset({(0, 0), (1, 1)}))  # fmt: skip
    prepared = al.prepare({"t": transformer.vocabulary}, [pair], Tokeniser.most)
    forced = {"t": force(transformer.model, prepared.pieces("t"), Tokeniser)}
    rows = frame(al.alignment(forced, prepared, 1, Row("", "", 0.0))).query("model == 't'")
    heads = rows[rows["block"].str.contains(".", regex=False)]
    assert set(heads["setting"]) == {HEAVIEST} and heads["block"].nunique() == 6
    assert set(rows[rows["block"] == "cross"]["setting"]) > {HEAVIEST, "threshold=0.1"}
    (one,) = forced["t"]
    for block, weights in one.weights.items():
        links = al.heaviest(al.word_weights(weights, *prepared.splits["t"][0]))
        found = pick(rows, "aer", block=block, setting=HEAVIEST)["value"].tolist()
        assert found == [pytest.approx(error_rate([al.count_links(links, pair)]))]


def test_the_hansards_are_read_whole():
    folder = Path(os.environ.get("HEED_DATA", Path(__file__).parents[2] / "../shared/data"))
    if not (folder / "hansards.eng-fra.txt").exists():
        pytest.skip("the Hansards pairs are not here: HEED_DATA does not point at them")
    texts = folder / "hansards.eng-fra.txt"
    found = al.read_aligned(texts)
    assert len(found) == 447
    assert sum(len(pair.sure) for pair in found) == 4038
    assert all(pair.sure <= pair.possible for pair in found)
