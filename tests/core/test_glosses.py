"""Glosses: what is learnt from a corpus of which the dictionary is known, and how it is read."""

import json

import pytest

from core import glosses
from core.corpus import Pair
from core.glosses import Dictionary, Glosses, Meaning, abouts, read, written
from core.glosses.__main__ import main
from core.glosses.cutting import cut
from core.glosses.korean import stem, stems
from core.glosses.learning import dictionary, frequent, measured
from core.glosses.model1 import learn
from core.stage.glossed import glossed, words
from core.views import decode
from tests.conftest import DOES, WHO, sentence_pairs

PAIRS = [Pair(french, english) for english, french in sentence_pairs()]


@pytest.fixture(scope="module")
def learnt() -> Dictionary:
    return dictionary(PAIRS, "fra", "eng")


def test_the_dictionary_of_a_corpus_is_found(learnt):
    for english, french in {**WHO, **DOES}.items():
        assert [one.lower() for one in learnt.meanings(french.lower())] == [english.lower()]


def test_confidence_falls_with_fewer_places(learnt):
    few = dictionary(PAIRS[::25], "fra", "eng")
    sure, less = (one.words["je"][0].confidence for one in (learnt, few))
    assert 0 < less < sure < 1


def test_links_of_a_word_are_at_most_its_places():
    links = learn([(["a", "b"], ["x", "y"]), (["a"], ["x"]), (["b", "b"], ["y", "y"])])
    for word, times in links.times.items():
        total = sum(count for (one, _), count in links.counts.items() if one == word)
        assert total <= times + 1e-6
    assert links.times == {"a": 2, "b": 3}
    assert links.counts["a", "x"] > 10 * links.counts.get(("a", "y"), 0)


def made(*meanings: tuple[str, float]) -> Dictionary:
    return Dictionary("fra", "eng", {"mot": tuple(Meaning(*one) for one in meanings)})


@pytest.mark.parametrize(
    ("meanings", "told"),
    [
        ([("word", 0.5)], ("word",)),
        ([("word", 0.29)], ()),
        ([("word", 0.3)], ("word",)),  # and nothing beside it
        ([("word", 0.35), ("note", 0.15)], ()),
        ([("word", 0.45), ("note", 0.15)], ("word",)),
        ([("house", 0.4), ("home", 0.25)], ("house", "home")),
        ([("house", 0.3), ("home", 0.25)], ()),
    ],
)
def test_only_sure_meanings_are_told(meanings, told):
    assert made(*meanings).meanings("mot") == told


def test_a_meaning_that_stands_in_the_sentence_is_meant():
    found = made(("house", 0.4), ("home", 0.25))
    assert found.meanings("mot", {"home"}) == ("home",)
    assert made(("word", 0.5), ("I", 0.2)).meanings("mot", {"i"}) == ("I",)
    assert made(("word", 0.5), ("note", 0.05)).meanings("mot", {"note"}) == ("word",)


def test_words_are_cut_where_their_language_parts_them():
    assert cut("fra", "Qu'as-tu, l’amour ?") == ["qu'", "as", "tu", "l'", "amour"]
    assert cut("fra", "Aujourd'hui, ce rendez-vous !") == ["aujourd'hui", "ce", "rendez-vous"]
    assert cut("fra", "A-t-il celui-là ?") == ["a", "il", "celui-là"]
    assert cut("eng", "I don't. It's Tom's.") == ["i", "do", "not", "it", "is", "tom"]
    assert cut("por", "Eu não.") == ["eu", "não"]


def test_korean_words_lose_what_is_tied_to_them():
    words = ["책은", "책을", "책이", "나무"]
    assert stems(words) == {"책"}
    assert [stem(word, {"책"}) for word in ("책은", "책", "산은")] == ["책", "책", "산은"]
    verbs = ["이해하다", "이해했다", "이해해요", "이해합니다", "이해한다"]
    assert "이해하다" in stems(verbs)
    assert {stem(verb, {"이해하다"}) for verb in verbs} == {"이해하다"}


def test_a_word_of_several_parts_has_the_gloss_of_each():
    parts = {"l'": ("the",), "amour": ("love",), "y": ()}
    words = {word: tuple(Meaning(one, 0.9) for one in told) for word, told in parts.items()}
    found = Glosses((Dictionary("fra", "eng", words),))
    assert found.gloss("L'amour") == "the love"
    assert found.gloss("d'amour") == "… love"
    assert found.gloss("l'y") == "the"
    assert found.gloss("d'") == found.gloss("!") == ""


def test_one_language_leads_to_another():
    eng = Dictionary("fra", "eng", {"livre": (Meaning("book", 0.6), Meaning("pound", 0.3))})
    kor = Dictionary("eng", "kor", {"book": (Meaning("책", 0.7),)})
    found = Glosses((eng, kor))
    assert found.under(["livre"], "A book.", "eng") == {"livre": "책"}
    assert found.under(["livre"], "A pound.", "eng") == {}


def test_what_is_right_is_counted(learnt):
    words = frequent(learnt, PAIRS, 12)
    found = measured(learnt, PAIRS, words)
    assert found.words == 12
    assert found.shown <= found.places
    assert found.right == found.shown  # no other dictionary would write this corpus
    assert found.chance < found.right / 2


def test_a_dictionary_is_read_as_it_was_written(tmp_path, capsys, learnt):
    data = tmp_path / "pairs.tsv"
    data.write_text("\n".join(f"{one}\t{other}" for one, other in sentence_pairs()), "utf-8")
    asked = [str(data), "--languages", "eng-fra", "--turned", "--held-out", "5", "--out"]
    assert main([*asked, str(tmp_path / "out")]) == 0
    assert "of the 200" not in capsys.readouterr().err
    file = tmp_path / "out/fra-eng.tsv"
    found = read(file)
    assert written(found) == file.read_text(encoding="utf-8")
    assert found.meanings("je") == ("I",)
    assert main([*asked, str(tmp_path / "again")]) == 0  # the same pairs, the same file
    assert (tmp_path / "again/fra-eng.tsv").read_bytes() == file.read_bytes()
    [about] = abouts(tmp_path / "out")
    assert about["measured"]["shown"] == about["measured"]["right"]
    assert about["command"].endswith("pairs.tsv --languages eng-fra --turned --held-out 5")
    assert glosses.glosses("fra", "en", tmp_path / "out").gloss("Je") == "I"
    assert glosses.glosses("fra", "ko", tmp_path / "out") is None
    assert glosses.glosses("eng", "en", tmp_path / "out") is None


def test_a_wrong_call_is_told(tmp_path, capsys):
    assert main([str(tmp_path / "none.tsv"), "--languages", "eng-fra"]) == 2
    assert "there is no" in capsys.readouterr().err
    file = tmp_path / "a.tsv"
    file.write_text("a\tb\n")
    assert main([str(file), "--languages", "eng"]) == 2
    assert "eng-fra" in capsys.readouterr().err


@pytest.mark.parametrize("harm", ["cut off", "no about", "no number"])
def test_a_broken_dictionary_is_named(tmp_path, harm, learnt):
    file = tmp_path / "fra-eng.tsv"
    file.write_text(written(learnt), encoding="utf-8")
    told = {"written": "fra", "reader": "eng", "sha256": glosses.digest_at(file)}
    file.with_suffix(".json").write_text(json.dumps(told))
    assert read(file) == Dictionary("fra", "eng", read(file).words)
    if harm == "cut off":
        file.write_text(written(learnt)[:-9], encoding="utf-8")
    elif harm == "no about":
        file.with_suffix(".json").unlink()
    else:
        file.write_text("je\tI sure\n", encoding="utf-8")
        told["sha256"] = glosses.digest_at(file)
        file.with_suffix(".json").write_text(json.dumps(told))
    with pytest.raises(ValueError, match=r"fra-eng\.tsv cannot be read"):
        read(file)


def test_the_dictionaries_of_the_box():
    for about in abouts():
        file = glosses.FOLDER / f"{about['written']}-{about['reader']}.tsv"
        found = read(file)
        assert len(found.words) == about["words"]
        assert file.stat().st_size < 300_000
        measured = about["measured"]
        assert measured["words"] == 200
        assert measured["right"] > 5 * measured["chance"]
    french = glosses.glosses("fra", "en")
    assert french.gloss("livre") == "book"
    assert french.gloss("l'école").endswith(" school")
    assert glosses.glosses("fra", "ko").gloss("livre") == "책"
    assert glosses.glosses("kor", "en").gloss("책을") == "book"
    assert glosses.glosses("por", "en").gloss("escola") == "school"
    assert glosses.glosses("kor", "ko") is None


def test_a_trace_knows_nothing_of_glosses(shipped_trace):
    told = glossed([shipped_trace], "en")
    assert set(told["words"]) <= set(words(shipped_trace))
    assert told["words"]["livre"] == "book"
    assert told["language"] == "en"
    assert "gloss" not in shipped_trace.to_json()
    drawn = decode.payload(shipped_trace, "en")
    assert "glosses" not in drawn
    page = decode.page(shipped_trace, glosses=told)
    assert told["about"] in page
    assert told["about"] not in decode.page(shipped_trace)
    assert glossed([shipped_trace], "ko")["words"]["livre"] == "책"


@pytest.fixture(scope="module")
def shipped_trace():
    from core import load

    return load("eng-fra-general").translate("She gave him the red book.")
