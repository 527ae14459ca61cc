"""The Transformer page without a browser: parts, links good and bad, both languages, cells."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import manifest, words
from core.about import TRANSLATION
from core.views import maps
from core.views.maps import cell
from pages.shared import frame, loading
from tests.pages.conftest import EXAMPLES, components

ROOT = Path(__file__).parents[2]
PARTS = ("maps", "mask", "layers", "positions", "heads", "bridge")
ENTRIES = manifest.entries()
NAME = next(
    (
        name for name, one in ENTRIES.items()
        if {"heads", "cross-attention"} <= {*one.facts.has} and one.task == TRANSLATION
    ), None,
)  # fmt: skip


@pytest.fixture(autouse=True)
def box(request):
    """All but the test of a box without a Transformer need the one that is shipped."""
    if NAME is None and request.function is not test_without_a_transformer_the_page_says_so:
        pytest.skip("there is no Transformer in the box")


def run(lang="en", **query):
    """The page in a session that was on the first one; only this one reads the rest of the link."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.query_params["lang"] = lang
    app.run()
    app.query_params.clear()
    for key, value in query.items():
        app.query_params[key] = value
    return app.switch_page("pages/transformer.py").run()


def sent(app, place=0):
    """What the page gave one of its components: the stage is the first, the courier the second."""
    return json.loads(components(app)[place].proto.json)[0]


def told(app):
    return " ".join(one.value for one in (*app.info, *app.warning, *app.error))


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_both_languages_are_whole(lang):
    app = run(lang=lang)
    assert not app.exception and not told(app)
    assert app.title[0].value == words.say(lang, "transformer.title")
    expected = words.section(lang, "maps")
    assert expected.items() <= sent(app)["strings"].items()
    assert [one.label for one in app.expander] == [
        expected[topic] for topic in ("qkv", "three", "blanks", "trying")
    ]


def test_opens_on_the_maps_of_the_example():
    found, trace = sent(run()), loading.translate(NAME, EXAMPLES[0], ())
    assert found["typed"] == EXAMPLES[0] and found["open"]["head"] is None
    assert found["blocks"] == json.loads(json.dumps(maps.payload(trace, "en")["blocks"]))


@pytest.mark.parametrize("part", PARTS)
def test_every_part_opens_and_stays_in_the_link(part):
    app = run(part=part)
    assert not app.exception
    assert app.query_params["part"] == part
    assert words.say("en", f"transformer.{part}_intro") in [one.value for one in app.markdown]


def test_a_link_opens_where_it_says():
    app = run(head="self.1.2", view="scores", step="2", cell="2.1", scaled="0", table="1")
    assert not told(app)
    assert sent(app)["open"] == {
        "step": 1, "head": "self.1.2", "view": "scores", "cell": "2.1", "scaled": "0",
        "table": True,
    }  # fmt: skip


def test_whoever_comes_back_to_a_part_finds_it_as_it_was_left():
    app = run(head="self.1.2", view="scores", step="2", cell="2.1")
    app.segmented_control(key="transformer_part").set_value("heads").run()
    assert app.query_params["step"] == "2", "of the same translation"
    assert not {"head", "view", "cell"} & set(app.query_params)
    app.query_params["step"] = "3"  # as the browser does
    app.segmented_control(key="transformer_part").set_value("maps").run()
    opened = sent(app)["open"]
    assert (opened["step"], opened["head"], opened["cell"]) == (2, "self.1.2", "2.1")
    app.segmented_control(key="transformer_part").set_value("bridge").run()
    assert "step" not in app.query_params, "it writes another translation"
    app.text_input(key="transformer_text").set_value("I sing.").run()
    app.segmented_control(key="transformer_part").set_value("maps").run()
    assert sent(app)["open"]["head"] is None and not app.info


TOLD = {
    "head": "maps.wrong_head",
    "step": "errors.step",
    "view": "maps.wrong_view",
    "cell": "maps.wrong_cell",
    "part": "transformer.wrong_part",
    "model": "transformer.wrong_model",
}


@pytest.mark.parametrize(
    "query",
    [
        {"head": "cross.9.9"}, {"head": "cross"}, {"head": "<b>"}, {"head": "cross.0.1"},
        {"head": "cross.1.1.1"}, {"head": "cross.²"}, {"step": "0"}, {"step": "x"},
        {"step": "999"}, {"view": "<i>"}, {"cell": "0.1"}, {"cell": "1"}, {"cell": "99.1"},
        {"cell": "1.x"}, {"cell": "²."}, {"part": "![x](http://a/b)"}, {"model": "eng-fra-general"},
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_mistake_in_the_link_is_told_in_a_sentence(query, lang):
    app = run(lang=lang, **query)
    assert not app.exception
    ((key, given),) = query.items()
    before, *after = words.say(lang, TOLD[key]).split("{given}")
    (note,) = app.info
    assert note.value.startswith(before + frame.literal(given) if after else before)
    assert "{" not in note.value
    shown = {one: sent(app)["open"][one] for one in ("step", "head", "view", "cell")}
    assert shown == {"step": None, "head": None, "view": "weights", "cell": None}
    assert sent(app)["stage"] == "maps", "the first part"


def test_what_a_link_says_is_quoted_and_no_markup():
    assert frame.literal("![x](y) $z$\n:red[a]") == r"\!\[x\]\(y\) \$z\$ \:red\[a\]"
    assert frame.literal("두 words") == "두 words"


def test_a_blank_or_too_long_sentence_keeps_the_picture():
    app = run()
    app.text_input[0].set_value("She gave him the red book.").run()
    before = sent(app)
    blank = words.say("en", "errors.blank")
    for text, start in (("  ", blank), ("word " * 90, "This sentence has 90 tokens")):
        app.text_input[0].set_value(text).run()
        assert not app.exception and len(app.warning) == 1
        assert app.warning[0].value.startswith(start)
        assert sent(app)["typed"] == before["typed"] == "She gave him the red book."
        assert words.say("en", "transformer.still", text=r"She gave him the red book.") in [
            one.value for one in app.caption
        ]


@pytest.mark.parametrize("first", ["She gave him the red book.", None])
@pytest.mark.parametrize("part", ["maps", "layers"])
def test_a_blank_sentence_leaves_no_part_empty(part, first):
    """Neither where the part is turned to after the sentence was taken away, nor by a link."""
    other = "layers" if part == "maps" else "maps"
    app = run(part=other, text=first or "  ")
    app.text_input[0].set_value("  ").run()
    app.session_state.transformer_part = part
    app.run()
    assert not app.exception and len(app.warning) == 1
    assert app.warning[0].value == words.say("en", "errors.blank")
    assert (sent(app)["stage"], sent(app)["typed"]) == (part, first or EXAMPLES[0])


def test_sixty_pieces_are_drawn():
    translator = loading.loaded(NAME)
    text = next(
        text
        for text in (" ".join(["I see the cat."] * count) for count in range(40, 0, -1))
        if len(translator.vocabulary.source_tokens(text)) <= 61
    )
    found = sent(run(text=text))
    assert found["typed"] == text and len(found["source"]) > 50


def test_what_is_typed_is_never_markup():
    hostile = "<img src=x onerror='window.hit=1'> **b** $x$"
    app = run(text=hostile)
    assert not app.exception and sent(app)["typed"] == hostile
    assert not [one for one in app.markdown if "onerror" in one.value]


def test_the_sentence_follows_from_page_to_page():
    app = run()
    app.text_input[0].set_value("My sisters are very tired.").run()
    app.switch_page("pages/decode.py").run()
    assert app.text_input[0].value == "My sisters are very tired."
    app.text_input[0].set_value("Nobody knows why she left so early.").run()
    app.switch_page("pages/transformer.py").run()
    assert sent(app)["typed"] == "Nobody knows why she left so early."


@pytest.mark.parametrize("block", ["encoder.1.1", "self.2.2", "cross.1.2"])
def test_a_cell_that_is_asked_for_is_answered_with_its_numbers(block):
    app, trace = run(), loading.translate(NAME, EXAMPLES[0], ())
    asked = {"typed": EXAMPLES[0], "head": block, "row": 1}
    app.session_state.maps_cell = {**asked, "nonce": 7}
    app.run()
    answer = sent(app, 1)
    expected = cell.payload(cell.take_cell(loading.loaded(NAME), trace, block, 1, 0))
    told = {**expected, "typed": EXAMPLES[0], "nonce": 7}
    assert answer == json.loads(json.dumps(told))
    app.session_state.maps_cell = {**asked, "nonce": 8}  # a stage made anew asks the same again
    assert sent(app.run(), 1) != answer, "or it would not be handed over"


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_cell_that_there_is_not_is_told(lang):
    app = run(lang=lang)
    for wrong in ({"head": "cross.9.9", "row": 1}, {"head": "cross.1.1", "row": 999}):
        app.session_state.maps_cell = {"typed": EXAMPLES[0], **wrong}
        app.run()
        start = words.say(lang, "maps.cell_refused", reason="")[:10]
        assert not app.exception and sent(app, 1)["error"].startswith(start)


def test_a_cell_of_another_sentence_is_not_answered():
    app = run()
    app.session_state.maps_cell = {"typed": "Another one.", "head": "cross.1.1", "row": 1}
    app.run()
    assert sent(app, 1) is None


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_without_a_transformer_the_page_says_so(monkeypatch, lang):
    others = {name: one for name, one in ENTRIES.items() if one.cell != "Transformer"}
    assert others
    monkeypatch.setattr(manifest, "entries", lambda *_: others)
    app = run(lang=lang)
    assert not app.exception and not app.text_input and not components(app)
    assert [one.value for one in app.info] == [words.say(lang, "transformer.none")]


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_without_any_model_the_page_says_so(monkeypatch, lang):
    monkeypatch.setattr(manifest, "entries", lambda *_: {})
    app = run(lang=lang)
    assert not app.exception and not components(app)
    assert [one.value for one in app.error] == [words.say(lang, "errors.no_models")]
