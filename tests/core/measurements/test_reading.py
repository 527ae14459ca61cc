"""What the page says follows from the table: change a number and the sentence changes."""

import re
from pathlib import Path

import pandas as pd
import pytest

from core import words
from core.measurements import about, reading, table
from core.measurements.reading import base
from core.measurements.table import HEAVIEST, Row, frame, less
from core.tokenisers import tokenisers

DOT, GENERAL, CONCAT, NONE = (f"eng-fra-{kind}" for kind in ("dot", "general", "concat", "none"))


def rows(
    gap: float = 0.3, p: float = 0.21, aer=(0.40, 0.42), far: float = 20.0, grown: float = 0.002,
    odds: float = 0.3, high: float = -8.0,
) -> pd.DataFrame:  # fmt: skip
    """A small table in which general is `gap` BLEU above dot (p), and `far` above none in the
    longest sentences, where it was 10 in the shortest; `grown` is the p of that change, `odds` that
    of the difference in AER, and up to `high` goes the change of BLEU with attention."""
    test = {"slice": "test", "count": 2000}
    best, long = 42.0 + gap, {"slice": "13-20 words", "count": 90}
    return frame([
        Row(DOT, "bleu", 42.0, 41.0, 43.0, **test),
        Row(GENERAL, "bleu", best, 41.3, 43.3, **test),
        Row(NONE, "bleu", 30.0, 29.0, 31.0, **test),
        Row(DOT, "bleu", -gap, p=p, against=GENERAL, **test),
        Row(DOT, "bleu", 12.0, p=0.001, against=NONE, **test),
        Row(GENERAL, "bleu", best - 30, p=0.001, against=NONE, **test),
        *(Row(model, "bleu", 50.0 - (model == NONE) * 10, slice="3-5 words", count=1600)
          for model in (DOT, GENERAL, NONE)),
        *(Row(model, "bleu", 40.0 - (model == NONE) * far, **long)
          for model in (DOT, GENERAL, NONE)),
        *(Row(model, "bleu", 10.0, p=0.001, against=NONE, slice="3-5 words")
          for model in (DOT, GENERAL)),
        *(Row(model, "bleu", far, p=0.002, against=NONE, **long) for model in (DOT, GENERAL)),
        *(Row(model, "bleu", value, value - 2, top, setting=less("3-5 words"), **long)
          for model, value, top in ((DOT, -10.0, high), (GENERAL, -10.0, high),
                                    (NONE, -far, 2 - far))),
        *(Row(model, "bleu", far - 10, p=grown, against=NONE, setting=less("3-5 words"), **long)
          for model in (DOT, GENERAL)),
        *(Row(model, measure, value, block="cross", **test)
          for model, sharp in ((DOT, 0.9), (GENERAL, 0.7))
          for measure, value in (("entropy", 1 - sharp), ("largest", sharp), ("end", sharp / 10),
                                 ("punctuation", 0.1), ("coverage", 0.8))),
        Row(DOT, "divergence", 0.125, block="cross", against=GENERAL, **test),
        *(Row(model, measure, value, value - 0.02, value + 0.02, slice="hansards", block="cross",
              setting=setting)
          for model, rate in zip((DOT, GENERAL), aer)
          for measure, value, setting in (("aer", rate, HEAVIEST), ("precision", 0.6, HEAVIEST),
                                          ("recall", 0.5, HEAVIEST),
                                          ("aer", rate - 0.01, "threshold=0.4"))),
        Row(DOT, "aer", aer[0] - aer[1], p=odds, against=GENERAL, slice="hansards",
            setting=HEAVIEST, block="cross"),
        Row("", "aer", 0.54, slice="hansards", setting="diagonal"),
        Row("", "left_out", 3, slice="hansards", count=447),
        *(Row(model, "decoding", 2.0 + (model == GENERAL), slice="test", setting=setting)
          for model in (DOT, GENERAL) for setting in ("", "model")),
    ])  # fmt: skip


def said(found: pd.DataFrame, topic: str) -> dict[str, dict[str, str]]:
    return {fact.key: fact.values for fact in reading.read(found, topic)}


def test_a_difference_within_noise_is_called_so():
    found = said(rows(gap=0.3, p=0.21), "quality")
    assert found["fact_best"]["model"] == "general" and found["fact_best"]["value"] == "42.3"
    assert found["fact_bleu_noise"] == {"models": "dot (−0.3, p = 0.21)"}
    assert found["fact_bleu_worse"] == {"models": "none (−12.3, p = 0.001)"}


@pytest.mark.parametrize(("p", "significant"), [(0.049, True), (0.05, False), (0.051, False)])
def test_significance_begins_below_one_in_twenty(p, significant):
    worse = said(rows(p=p), "quality")["fact_bleu_worse"]["models"]
    assert ("dot" in worse) == significant


def test_the_sign_follows_whichever_row_there_is():
    found = rows(gap=-1.5, p=0.01)
    assert said(found, "quality")["fact_best"]["model"] == "dot"
    assert "general (−1.5, p = 0.010)" in said(found, "quality")["fact_bleu_worse"]["models"]
    one = base.difference(found, "bleu", DOT, GENERAL, slice="test")
    other = base.difference(found, "bleu", GENERAL, DOT, slice="test")
    assert one.value == -other.value == pytest.approx(1.5) and one.p == other.p
    assert base.difference(found, "bleu", DOT, CONCAT, slice="test") is None


@pytest.mark.parametrize(
    ("far", "grown", "key"),
    [
        (20.0, 0.01, "fact_long_grows"), (5.0, 0.01, "fact_long_shrinks"),
        # The lead in long sentences is significant in all of them; that it grew is not.
        (20.0, 0.2, "fact_long_open"), (5.0, 0.2, "fact_long_open"),
    ],
)  # fmt: skip
def test_whether_a_lead_grows_is_judged_on_its_growth(far, grown, key):
    found = said(rows(far=far, grown=grown), "quality")
    assert [name for name in found if name.startswith("fact_long")] == [key]
    assert found[key]["more"] == base.signed(far - 10)
    assert found[key]["p"] == base.probability(grown)
    assert found[key]["near"] == "+10.0" and found[key]["count"] == "90"
    assert (found[key]["short_words"], found[key]["long_words"]) == ("3–5", "13–20")


def test_a_difference_is_that_of_the_numbers_beside_it():
    found = rows(far=18.04, grown=0.01)
    near = (found["against"] == NONE) & (found["slice"] == "3-5 words")
    found.loc[near & (found["model"] == GENERAL), "value"] = 10.76
    grown = (found["setting"] == less("3-5 words")) & (found["against"] == NONE)
    found.loc[grown & (found["model"] == GENERAL), "value"] = 18.04 - 10.76  # 7.28
    fact = said(found, "quality")["fact_long_grows"]
    assert (fact["near"], fact["far"], fact["more"]) == ("+10.8", "+18.0", "+7.2")


def test_alignment_is_read_from_the_lowest_rate():
    found = said(rows(aer=(0.40, 0.42)), "alignment")
    assert found["fact_aligns"]["model"] == "dot" and found["fact_aligns"]["aer"] == "40.0"
    assert found["fact_aligns"]["diagonal"] == "54.0"
    assert found["fact_aer_noise"] == {"models": "general (+2.0, p = 0.30)"}
    assert found["fact_threshold"] == {"model": "dot", "threshold": "0.4", "aer": "39.0"}
    assert found["fact_left_out"] == {"left": "3", "count": "447"}
    assert said(rows(aer=(0.45, 0.42)), "alignment")["fact_aligns"]["model"] == "general"


def test_attention_and_cost_are_compared():
    found = said(rows(), "attention")
    assert (found["fact_sharp"]["model"], found["fact_sharp"]["model_2"]) == ("dot", "general")
    assert found["fact_marks"]["model"] == "dot" and found["fact_marks"]["end"] == "9.0"
    assert found["fact_agree_alone"]["near"] == "0.12"
    slow = said(rows(), "cost")["fact_slow"]
    assert (slow["slow"], slow["fast"], slow["ratio"]) == ("general", "dot", "1.50")


@pytest.mark.parametrize(
    ("gap", "p", "verdict"),
    [(0.3, 0.2, "open"), (0.9, 0.01, "differs"), (-0.9, 0.01, "agrees")],
)
def test_whether_ours_agrees_with_the_paper_on_scores(gap, p, verdict):
    """The paper has dot ahead of general."""
    assert f"luong_scores_{verdict}" in said(rows(gap, p), "luong_scores")


def test_a_model_that_is_not_there_is_not_judged():
    found = rows()
    without = found[(found["model"] != GENERAL) & (found["against"] != GENERAL)]
    assert "luong_scores_missing" in said(without, "luong_scores")
    assert "luong_aer_missing" in said(without, "luong_aer")
    assert not any(key.startswith("luong_concat") for key in said(found, "luong_scores"))


@pytest.mark.parametrize(
    ("p", "against", "verdict"),
    [
        (0.01, -2.0, "agrees"), (0.01, 2.0, "differs"), (0.2, -2.0, "open"), (0.2, 2.0, "open"),
    ],
)  # fmt: skip
def test_of_concat_nothing_is_said_within_noise(p, against, verdict):
    more = frame([
        Row(CONCAT, "bleu", 42.3 + against, slice="test", count=2000),
        Row(CONCAT, "bleu", against, p=p, against=GENERAL, slice="test"),
        Row(CONCAT, "bleu", against, p=p, against=DOT, slice="test"),
    ])  # fmt: skip
    found = said(pd.concat([rows(), more]), "luong_scores")
    verdicts = [key for key in found if key.startswith("luong_concat")]
    assert verdicts == [f"luong_concat_{verdict}"]
    assert found[verdicts[0]]["gap"] == base.signed(against)


@pytest.mark.parametrize(("aer", "verdict"), [((0.40, 0.42), "agrees"), ((0.42, 0.40), "differs")])
def test_whether_alignment_and_translation_go_together(aer, verdict):
    """General translates better than dot; only what is significant in both counts."""
    found = said(rows(aer=aer, p=0.01, odds=0.01), "luong_aer")[f"luong_aer_{verdict}"]
    assert (found["pairs"], found["both"]) == ("1", "1")
    for chance in ({"p": 0.2, "odds": 0.01}, {"p": 0.01, "odds": 0.2}):
        assert "luong_aer_open" in said(rows(aer=aer, **chance), "luong_aer")


def test_where_pairs_of_models_disagree_the_paper_is_right_in_part():
    more = frame([
        Row(CONCAT, "aer", 0.5, slice="hansards", setting=HEAVIEST, block="cross"),
        Row(CONCAT, "bleu", 20.0, slice="test", count=2000),
        *(Row(CONCAT, "bleu", -22.0, p=0.001, against=other, slice="test")
          for other in (DOT, GENERAL)),
        *(Row(CONCAT, "aer", 0.1, p=0.001, against=other, slice="hansards", setting=HEAVIEST)
          for other in (DOT, GENERAL)),
    ])  # fmt: skip
    found = said(pd.concat([rows(aer=(0.40, 0.42), p=0.01, odds=0.01), more]), "luong_aer")
    facts = found["luong_aer_partly"]
    assert (facts["pairs"], facts["both"], facts["same"]) == ("3", "3", "2")
    assert (facts["aer"], facts["bleu"]) == ("dot, general, concat", "general, dot, concat")


@pytest.mark.parametrize(
    ("far", "grown", "high", "verdict"),
    [
        (20.0, 0.01, -8.0, "partly"), (20.0, 0.01, 0.5, "agrees"), (5.0, 0.01, -8.0, "differs"),
        (20.0, 0.2, -8.0, "open"), (5.0, 0.2, -8.0, "open"),
    ],
)  # fmt: skip
def test_whether_long_sentences_suffer(far, grown, high, verdict):
    found = said(rows(far=far, grown=grown, high=high), "luong_length")
    assert list(found) == ["luong_length", f"luong_length_{verdict}"]
    facts = found[f"luong_length_{verdict}"]
    assert (facts["change"], facts["low"]) == ("−10.0", "−12.0")
    assert facts["high"] == base.signed(high)


def test_without_the_change_nothing_is_said_of_length():
    found = rows()
    found = found[found["setting"] != less("3-5 words")]
    assert said(found, "luong_length") == {}
    assert not any(key.startswith("fact_long") for key in said(found, "quality"))


@pytest.mark.parametrize("topic", reading.TOPICS)
def test_an_empty_table_says_nothing_of_itself(topic):
    facts = reading.read(frame([]), topic)
    assert all(not fact.values for fact in facts)


@pytest.mark.parametrize("topic", reading.TOPICS)
@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_every_fact_of_the_shipped_table_can_be_said(topic, lang):
    for fact in reading.read(table.read(about.PATH).rows, topic):
        values = fact.values and {"limit": 60, **fact.values}  # as the page adds it
        text = words.say(lang, f"measurements.{fact.key}", **values)
        assert "{" not in text and "nan" not in text


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_what_was_left_out_is_longer_than_that_tokeniser_reads(lang):
    told = {"left": "3", "count": "447"}
    for kind, made in tokenisers().items():
        said_ = words.say(lang, "measurements.fact_left_out", tokens=kind, limit=made.most, **told)
        assert str(made.most) in said_ and ("60" in said_) == (made.most == 60)


def test_every_fact_that_the_code_knows_has_its_string():
    strings = words.section("en", "measurements")
    files = sorted(Path(reading.__file__).parent.glob("*.py"))
    source = "".join(path.read_text(encoding="utf-8") for path in files)
    keys = set(re.findall(r'"((?:fact|luong)_[a-z_]+)"', source))
    keys |= {f"fact_{measure}_{kind}" for measure in ("bleu", "aer") for kind in ("noise", "worse")}
    keys |= {f"fact_long_{verdict}" for verdict in ("grows", "open", "shrinks")}
    for topic, verdicts in (("length", 4), ("aer", 4), ("scores", 3), ("concat", 3)):
        told = ("agrees", "open", "differs", "partly")[:verdicts]
        keys |= {f"luong_{topic}_{verdict}" for verdict in told}
    assert keys <= set(strings), keys - set(strings)
    told = {key for key in strings if key.startswith(("fact_", "luong_"))}
    assert told <= keys, told - keys


def test_several_heads_are_represented_by_their_mean():
    found = frame([
        Row("a", "aer", 0.5, block="cross"), Row("a", "aer", 0.3, block="cross.1.2"),
        Row("a", "aer", 0.4, block="cross.1"), Row("b", "aer", 0.45, block="cross"),
    ])  # fmt: skip
    assert base.values(found, "aer").to_dict() == {"b": 0.45, "a": 0.5}


@pytest.mark.parametrize(("best", "verdict"), [(0.3, "ahead"), (0.45, "behind")])
def test_the_best_and_the_worst_head_are_named(best, verdict):
    heads = {"cross": 0.6, "cross.1": 0.1, "cross.1.1": 0.9, "cross.1.2": 0.7, "cross.2": 0.2,
             "cross.2.1": best, "cross.2.2": 0.8}  # fmt: skip
    where = {"slice": "hansards", "setting": HEAVIEST}
    known = rows(aer=(0.4, 0.42))
    single = frame([
        *(Row("eng-fra-transformer", "aer", value, value - 0.05, value + 0.05, block=block, **where)
          for block, value in heads.items()),
        *(Row("eng-fra-transformer", measure, 0.5, block="cross", **where)
          for measure in ("precision", "recall")),
    ])  # fmt: skip
    told = said(pd.concat([known, single], ignore_index=True), "alignment")
    assert told["fact_aligns"]["model"] == "dot"  # by the means, whatever a head does
    assert told["fact_heads"] == {
        "model": "transformer", "heads": "4", "aer": f"{100 * best:.1f}",
        "low": f"{100 * best - 5:.1f}", "high": f"{100 * best + 5:.1f}", "mean": "60.0",
        "worst": "90.0", "layer": "2", "head": "1", "layer_2": "1", "head_2": "1",
    }  # fmt: skip
    assert told[f"fact_heads_{verdict}"] == {"other": "dot", "aer": "40.0"}
    assert "fact_heads" not in said(known, "alignment")
