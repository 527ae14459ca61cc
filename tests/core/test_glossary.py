"""The terms of docs/glossary.md are the ones that a person reads; those shunned do not return."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from core import words
from core.stage import STAGES, style
from pages.shared.frame import STYLE

ROOT = Path(__file__).parents[2]
ENTRY = re.compile(r"- \*\*(.+?)\*\* · \*\*(.+?)\*\*(?: · `(.+?)`)?(?: \(not (.+?)\))? {2}")
# Beside what the glossary says that a thing is not called: words that say what is not so, or say it
# as nobody would.
SHUNNED = {
    "en": (
        r"[\d}][ \u00a0]%", "there (is|are) not\\b", "times less", "power of e\\b", "Off are",
        "sorry for", "the dice", "is not yet", "one vector for the whole sentence", r"exp\(e\)",
        "asked for were", "(whole|entire) sentence in(to)? one vector",
    ),
    "ko": (
        r"[\d}][ \u00a0]%", "et al", r"외 ?\(\d{4}\)은", r"교사 강요(?!\(teacher forcing\))",
        "고정로", "쓰인 (토큰|조각|글자)", "그럴듯", "배 덜", "뾰족", "e의 지수", "로그-합-지수",
        "그려진 것", "주사위", "차가운", "좋아합니다", "좋아하는", "이깁니다", "일화", "아프다는",
        "채운 자리", r"문맥(?! 벡터)", "방향키", r"e\^\{",
    ),
}  # fmt: skip
# Numbers of things that there are more of one day.
COUNTED = {
    "en": r"\b(six|seven|eight|nine|ten|\d+) (\w+ )?(models|pairs|widths|candidates|likeliest)\b",
    "ko": r"(모델|후보) ?(여섯|일곱|여덟|아홉|열|\d)|(여섯|일곱|여덟|열) 가지|\d쌍",
}


class Term(NamedTuple):
    english: str
    korean: str
    symbol: str | None
    shunned: str | None


def terms() -> list[Term]:
    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    lines = text.splitlines()
    starts = [place for place, line in enumerate(lines) if line.startswith("- ")]
    for place in starts:  # one line of meaning in each language
        english, korean, after = lines[place + 1], lines[place + 2], lines[place + 3 : place + 4]
        assert re.fullmatch(r"  [^가-힣]+ {2}", english) and re.match("  .*[가-힣]", korean)
        assert not after or not after[0].startswith("  ")
    return [Term(*ENTRY.fullmatch(lines[place]).groups()) for place in starts]


def texts(spoken: str) -> list[tuple[str, str]]:
    """Every text of a language with its name, a plural as its forms."""
    return [
        (f"{name}.{key}", form)
        for name, entries in words.table(spoken).items()
        for key, text in entries.items()
        for form in ([text] if isinstance(text, str) else text.values())
    ]


def test_each_term_each_name_and_each_symbol_stands_once():
    for names in zip(*(one[:3] for one in terms()), strict=True):
        there = [name for name in names if name]
        assert sorted(set(there)) == sorted(there)


@pytest.mark.parametrize(("spoken", "place"), [("en", 0), ("ko", 1)])
def test_its_terms_are_the_ones_used(spoken, place):
    said = " ".join(text for _, text in texts(spoken)).casefold()
    assert [one[place] for one in terms() if one[place].casefold() not in said] == []


@pytest.mark.parametrize("spoken", words.LANGUAGES)
def test_what_is_shunned_does_not_return(spoken):
    listed = [re.escape(one) for term in terms() for one in (term.shunned or "").split(", ") if one]
    shunned = re.compile("|".join([*SHUNNED.get(spoken, ()), *listed]))
    found = {name: match[0] for name, text in texts(spoken) if (match := shunned.search(text))}
    assert found == {}


@pytest.mark.parametrize("file", ["README.md", "docs/adding.md"])
def test_nor_in_what_stands_beside(file):
    text = (ROOT / file).read_text(encoding="utf-8")
    assert re.findall("|".join(f"(?:{one})" for one in SHUNNED["en"]), text) == []


@pytest.mark.parametrize("spoken", COUNTED)
def test_what_can_be_counted_is_no_word(spoken):
    counted = re.compile(COUNTED[spoken])
    assert {name: match[0] for name, text in texts(spoken) if (match := counted.search(text))} == {}


def test_what_speaks_of_pieces_has_other_words_for_characters():
    for spoken, piece in (("en", r"(?<![{\w])[Pp]ieces?\b(?!\})"), ("ko", "조각")):
        told = words.table(spoken)
        for name, entries in told.items():
            others = told.get(f"{name}_characters", {})
            for key, text in entries.items():
                if re.search(piece, str(text)) and not key.startswith("tokens_"):
                    assert key in others, (spoken, name, key)


@pytest.mark.parametrize("name", STAGES)
def test_korean_is_not_broken_within_a_word(name):
    assert re.search(r"\.heed-page,\s*\.heed-root \{\s*word-break: keep-all;", style(name))
    assert "body, body * { word-break: keep-all !important; }" in " ".join(STYLE.split())
