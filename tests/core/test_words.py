"""What a person reads: in every language the same entries, each with the same values to fill in."""

import re
from pathlib import Path
from string import Formatter

import pytest
from babel import Locale

from core import words
from core.refusals import NotTakenApart
from core.words.languages import language

OTHERS = [name for name in words.LANGUAGES if name != words.FALLBACK]


def forms(text) -> list[str]:
    """A string, or all its plural forms."""
    return [text] if isinstance(text, str) else [v for k, v in text.items() if k != "by"]


def fields(text) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_file_is_a_language_and_english_comes_first():
    files = {path.stem for path in Path(words.__file__).parent.glob("*.toml")}
    assert set(words.LANGUAGES) == files and words.LANGUAGES[0] == "en"


@pytest.mark.parametrize("spoken", OTHERS)
def test_no_entry_is_missing_and_none_is_unknown(spoken):
    told = {
        one: {(name, key) for name, entries in words.table(one).items() for key in entries}
        for one in (spoken, words.FALLBACK)
    }
    assert told[spoken] == told[words.FALLBACK]


@pytest.mark.parametrize("spoken", words.LANGUAGES)
def test_every_string_says_something_and_fills_in_what_the_english_one_does(spoken):
    for name, entries in words.table(spoken).items():
        for key, text in entries.items():
            english = words.table(words.FALLBACK)[name][key]
            assert all(form.strip() for form in forms(text)), (name, key)
            if any("\\" in form or "{{" in form for form in [*forms(text), *forms(english)]):
                continue  # formulas have braces of their own
            wanted = fields(forms(english)[-1])
            assert all(fields(form) == wanted for form in forms(text)), (name, key)


@pytest.mark.parametrize("spoken", words.LANGUAGES)
def test_a_plural_has_the_forms_of_its_language(spoken):
    rule = Locale(spoken).plural_form
    for name, entries in words.table(spoken).items():
        for key, text in entries.items():
            if isinstance(text, dict):
                assert set(text) - {"by"} == {*rule.tags, "other"}, (name, key)


@pytest.mark.parametrize("spoken", words.LANGUAGES)
def test_quotation_marks_are_of_one_kind(spoken):
    """Those of code and of formulas are their own."""
    for name, entries in words.table(spoken).items():
        for key, text in entries.items():
            for form in forms(text) if (name, key) != ("live_page", "python_text") else ():
                plain = re.sub(r"```.*?```|`.*?`|\$.*?\$", "", form, flags=re.DOTALL)
                assert not re.search('["«»‘’„「」『』]', plain), (name, key)
                assert plain.count("“") == plain.count("”"), (name, key)


def test_one_is_not_many():
    assert words.say("en", "measurements.rests_sentences", count=1) == "1 sentence"
    assert words.say("en", "measurements.rests_sentences", count=2000) == "2,000 sentences"
    assert words.say("ko", "measurements.rests_sentences", count=1) == "문장 1개"
    one, two = (words.say("en", "errors.too_long", length=n, limit=60) for n in (1, 61))
    assert "1 token;" in one and "61 tokens;" in two


def test_a_browser_is_sent_all_forms_and_whose_they_are(monkeypatch):
    told = {
        "en": {"a": {"b": {"one": "1", "other": "2"}, "c": "d"}},
        "pl": {"a": {"b": {"few": "3"}}},
    }
    monkeypatch.setattr(words, "table", told.__getitem__)
    assert words.section("en", "a")["b"] == {"one": "1", "other": "2", "language": "en"}
    assert words.section("pl", "a") == {"b": {"few": "3", "language": "pl"}, "c": "d"}


def test_what_is_said_of_other_tokens(monkeypatch):
    told = {
        "en": {"a": {"b": "piece", "c": "all"}, "a_characters": {"b": "character"}},
        "ko": {"a": {"b": "조각"}, "a_characters": {"b": "글자"}},
    }
    monkeypatch.setattr(words, "table", told.__getitem__)
    assert words.section("ko", "a", "characters") == {"b": "글자", "c": "all"}
    assert words.section("ko", "a", "text") == {"b": "조각", "c": "all"}
    assert words.say("ko", "a.b", tokens="characters") == "글자"
    assert words.say("ko", "a.c", tokens="characters") == "all"
    assert words.say("ko", "a.b", tokens="pieces") == "조각"


@pytest.mark.parametrize("spoken", words.LANGUAGES)
def test_what_reads_characters_is_not_told_of_pieces(spoken):
    """Each entry of a section for characters takes the place of one that is there."""
    for name, entries in words.table(spoken).items():
        if name.endswith("_characters"):
            assert entries.keys() <= words.table(spoken)[name.removesuffix("_characters")].keys()
            for text in entries.values():
                for form in forms(text):
                    assert not re.search("pieces?[^}s]|조각", form), form


def test_what_a_language_does_not_say_is_said_in_english(monkeypatch):
    monkeypatch.setattr(words, "table", {"en": {"a": {"b": "yes"}}, "ko": {}}.__getitem__)
    assert words.say("ko", "a.b") == "yes" and words.section("ko", "a") == {"b": "yes"}
    with pytest.raises(KeyError, match="a.c"):
        words.say("ko", "a.c")


def test_languages_are_named_in_the_readers_own():
    assert [language(code, "en") for code in ("eng", "kor", "ko", "und")] == [
        "English", "Korean", "Korean", "Unknown language",
    ]  # fmt: skip
    assert language("fra", "ko") == "프랑스어" and language("xyz", "ko") == "xyz"


def test_no_label_takes_the_languages_of_the_box_for_granted():
    for spoken, names in (("en", "English|French"), ("ko", "영어|프랑스어")):
        for section, key in (("decode", "sentence"), ("decode", "subtitle"), ("errors", "blank"),
                             ("compare", "typed"), ("compare", "blank_target")):  # fmt: skip
            assert not re.search(names, words.table(spoken)[section][key]), (section, key)


@pytest.mark.parametrize("called", words.LANGUAGES)
def test_why_a_score_is_not_taken_apart_is_said_in_every_language(called):
    told = [words.say(called, f"maps.why_{why}") for why in (*NotTakenApart.WHY, "gone")]
    assert len({*told}) == len(told) and all(one.endswith(".") for one in told)
