"""The scripts as texts: each belongs to a stage, makes no markup, and finds its words."""

import re
from itertools import chain
from pathlib import Path

import pytest

from core import stage, words
from core.words import LANGUAGES, section

FOLDER = Path(stage.__file__).parent
# Scripts that no stage has: each is mounted by itself.
OWN_WAY = (
    "courier", "taker", "output", "presenter", "presenting", "presented", "panels", "fitting",
    "site", "sharer", "slide", "boxes", "apng",
)  # fmt: skip
SOURCES = [path for folder in (FOLDER, stage.VIEWS) for path in folder.rglob("*.js")]


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.name)
def test_the_script_makes_no_markup_out_of_text(path):
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|DOMParser",
        path.read_text(encoding="utf-8"),
    )


def test_each_script_belongs_to_a_stage_and_is_short():
    used = {path for name in stage.STAGES for path in stage.modules(name)}
    used |= {FOLDER / f"{name}.js" for name in OWN_WAY}
    assert used == set(SOURCES)
    styles = {path for folder in (FOLDER, stage.VIEWS) for path in folder.rglob("*.css")}
    shared = {FOLDER / "styles" / f"{name}.css" for name in (*stage.STYLES, stage.PAPER)}
    assert styles == {path.with_suffix(".css") for path in used} & styles | shared
    for path in (*SOURCES, *shared):
        assert len(path.read_text(encoding="utf-8").splitlines()) < 300
    for name in stage.STAGES:
        assert stage.script(name).count("export default") == 1


# Words that some models have instead of those of all stages.
OTHERS = ("stage_heads", "stage_stream", "stage_characters", "stage_write")
# Words that a stage has besides those of all stages.
OWN = {
    **{name: [name] for name in stage.STAGES if name not in ("decode", "compare")},
    "decode": ["hold"], "maps": ["maps", "hold"], "padding": ["mask", "padding"],
    "bridge": ["bridge", "apart"],
    "show": ["show", "maps"], "alone": ["alone", "maps"],
}  # fmt: skip


FEW = ("card", "course", "home", "lines", "schedule")  # stages that say little by themselves


# A dictionary of words is called so wherever it goes, and is asked in these ways alone.
ASKED = re.compile(r"\b(?:(?<!data\.)words|strings)\.(\w+)")  # `data.words` are those of a text
CHOSEN = re.compile(r"\bwords\[([^\[\]]*(?:\[[^\]]*\][^\[\]]*)*)\]")


def asked(text: str) -> tuple[set[str], set[str]]:
    """The words that a script looks up by name, and patterns of those whose names it makes."""
    names, patterns = set(ASKED.findall(text)), set()
    for chosen in CHOSEN.findall(text):
        plain = re.sub("`[^`]*`", "", chosen)
        names |= set(re.findall(r'(?<!== )"(\w+)"', plain))
        for template in re.findall(r"`([^`]*)`", chosen):
            fixed = re.split(r"\$\{.*?\}", template)
            patterns.add(r"\w+".join(map(re.escape, fixed)))
    return names, patterns


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", stage.STAGES)
def test_the_scripts_find_their_words(language, name):
    known = {**section(language, "stage")}
    for other in OTHERS:
        known |= section(language, other)
    for own in OWN.get(name, ()):
        known |= section(language, own)
    assert all(known.values())
    known["remarks"] = ""  # put together of sentences by `core.stage`
    text = stage.script(name)
    names, patterns = asked(text)
    assert len(names) > (8 if name in FEW else 20) and names <= set(known)
    for pattern in patterns:
        assert any(re.fullmatch(pattern, one) for one in known), pattern
    if name == "compare":  # which has two dictionaries
        used = set(re.findall(r"\bownWords\.(\w+)", text))
        assert len(used) > 20 and used <= set(section(language, "compare"))


@pytest.mark.parametrize("name", stage.STAGES)
def test_a_word_with_plural_forms_is_said_with_its_number(name):
    entries = {}
    for own in ("stage", *OTHERS, *OWN.get(name, (name,))):
        entries |= section("en", own)
    text = stage.script(name)
    for key in (key for key, said in entries.items() if not isinstance(said, str)):
        for found in re.finditer(rf"\b(?:words|ownWords|strings)\.{key}\b", text):
            assert re.search(r"\bfill\([^;]{0,120}$", text[: found.start()]), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_count_is_said_with_words_for_many_alone(language):
    """Such as "1 pieces": what counts pieces, terms, … has a form for one."""
    counted = "tokens|pieces|characters|terms|places|rows|sentences"
    many = re.compile(rf"\{{(count|length|limit)\}} ({counted})")
    for name in ("stage", *OTHERS, *stage.STAGES, "padding"):
        for key, said in words.table(language).get(name, {}).items():
            assert not (isinstance(said, str) and many.search(said)), (name, key)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_lookup_of_a_word_hides(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\bwords: \w+[ ,}]", text)  # under another name
    assert not re.search(r"\} = (?:\w+\.)*(?:words|ownWords|strings)\b", text)  # taken apart
    kept = text.replace("words = { ...ui.words, ...side.strings }", "")  # those of a side besides
    assert not re.search(r"(?<!words = data\.)\bstrings\b(?!\.\w)", kept)


def test_a_missing_word_is_found():
    assert asked("fill(ui.words.gone, {}) + words[a ? \"b\" : `c_${d}`]") == (
        {"gone", "b"}, {r"c_\w+"},
    )  # fmt: skip


def test_no_stage_repeats_a_word_of_all_stages():
    common = {language: section(language, "stage") for language in LANGUAGES}
    for own in {*OTHERS, *chain(*OWN.values())} - {"search", "apart", "workbench"}:
        english, korean = (section(language, own) for language in ("en", "ko"))
        for key in english.keys() & common["en"].keys():
            assert (english[key], korean[key]) != (common["en"][key], common["ko"][key]), key
