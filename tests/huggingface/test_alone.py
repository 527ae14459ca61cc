"""Words hidden from a model of both sides and foretold by one of the left only: what travels is
what both computed; and the pages that show such models, each only those that it can."""

from __future__ import annotations

import base64
import json
import math
import shutil
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import loader, manifest
from core.heads import MEAN
from core.received import views_of
from core.stage import whole_page
from core.stage.codec import STEP
from core.views import alone, decode, heads, layers, maps, mask, search
from core.views.alone.wire import Payload
from core.words import say
from pages.shared import loading
from pages.shared import received as opened
from tests import tolerance
from tests.core.views.test_wiretypes import conforms
from tests.huggingface.making import WORDS

ROOT = Path(__file__).parents[2]
FAMILIES = ("bert", "albert", "gpt2", "llama", "marian")
READERS = ("bert", "albert", "roberta", "distilbert", "electra")
HIDDEN = (1,)  # "sing"


@pytest.fixture
def place(tmp_path, monkeypatch, folder_of):
    """The place of own models: one of each of these families, called after it."""
    for family in FAMILIES:
        shutil.copytree(folder_of(family), tmp_path / f"my-{family}")
    monkeypatch.setenv(manifest.PLACES, str(tmp_path))
    loading.forget()
    yield tmp_path
    loading.forget()


def read_of(ours, hidden=HIDDEN) -> alone.Read:
    plain = ours.read(WORDS)
    masked = ours.read(alone.hide(plain, hidden))
    return alone.Read(ours.facts, plain, masked, ours.forced(masked))


def written_of(ours) -> alone.Written:
    return alone.Written(ours.facts, ours.write(WORDS, limit=4))


def test_the_words_of_a_text_are_those_that_unicode_finds():
    text = "I don't know."
    found = alone.words(text)
    assert [one.text for one in found] == ["I", "don't", "know", "."]
    assert all(text[one.begin : one.end] == one.text for one in found)


@pytest.mark.parametrize("family", READERS)
def test_a_hidden_word_is_a_mask_for_each_of_its_tokens(family, both):
    ours = both(family).ours
    read = read_of(ours)
    word = alone.words(WORDS)[1]
    count = len(alone.tokens_of(read.plain, word))
    assert read.masked.typed == WORDS.replace("sing", alone.MASK * count)
    data = alone.payload(WORDS, HIDDEN, read, None, "en")
    (told,) = (one["reader"] for one in data["places"])
    ids = [token.id for token in read.masked.source]
    assert [ids[row] for row in told["rows"]] == [ours.vocabulary.mask] * count
    own = [read.plain.source[place].id for place in alone.tokens_of(read.plain, word)]
    expected = [read.found.filled[row, id] for row, id in zip(told["rows"], own)]
    assert [value for _, value in told["was"]] == tolerance.log_prob(expected)
    best = [read.found.filled[row].max() for row in told["rows"]]
    assert [list_[0][1] for list_ in told["guesses"]] == tolerance.log_prob(best)


def test_what_was_typed_as_a_mask_is_not_taken_for_a_hidden_word(both):
    ours, text = both("bert").ours, f"{alone.MASK} I sing now."
    plain = ours.read(text)
    number = [word.text for word in alone.words(text)].index("sing")
    masked = ours.read(alone.hide(plain, (number,)))
    read = alone.Read(ours.facts, plain, masked, ours.forced(masked))
    (place,) = alone.payload(text, (number,), read, None, "en")["places"]
    first = [token.id for token in masked.source].index(ours.vocabulary.mask)
    assert place["reader"]["rows"][0] > first


@pytest.mark.parametrize("family", ["gpt2", "llama"])
def test_the_same_word_is_foretold_from_the_left_alone(family, both):
    ours = both(family).ours
    written = written_of(ours)
    data = alone.payload(WORDS, (1, 2), None, written, "en")
    for place in data["places"]:
        told, word = place["writer"], alone.words(WORDS)[place["word"]]
        steps = [written.trace.path()[row] for row in told["rows"]]
        assert "".join(step.token.text for step in steps).strip() == word.text
        assert [value for _, value in told["was"]] == [step.log_prob for step in steps]
    # What stands after a word has no part in how it is foretold.
    other = ours.write(f"{WORDS[: WORDS.index('now')]}here.", limit=4)
    again = alone.payload(other.typed, (1,), None, alone.Written(ours.facts, other), "en")
    assert [one for _, one in again["places"][0]["writer"]["was"]] == tolerance.log_prob(
        [one for _, one in data["places"][0]["writer"]["was"]]
    )
    first = alone.payload(WORDS, (0,), None, written, "en")["places"][0]["writer"]
    assert first is None or first["rows"], "of a model with a start mark the first is foretold too"


def test_the_square_stands_beside_the_triangle(both):
    read, written = read_of(both("bert").ours), written_of(both("gpt2").ours)
    data = alone.payload(WORDS, HIDDEN, read, written, "en")
    square, triangle = data["reader"]["blocks"]["encoder"], data["writer"]["blocks"]["self"]
    assert square["queries"] == square["keys"] == read.masked.labels("source")
    typed = written.trace.search.typed
    assert len(triangle["queries"]) == len(triangle["keys"]) == typed
    assert data["writer"]["goes_on"] and json.loads(json.dumps(data))
    conforms(data, Payload)
    assert whole_page({**data, "exports": {"name": "x"}}, "t", WORDS, "s")


def test_layers_that_share_their_weights_say_what_that_saves(both):
    read = read_of(both("albert").ours)
    side = alone.payload(WORDS, HIDDEN, read, None, "en")["reader"]
    own = both("albert").theirs
    layer = sum(one.numel() for one in own.albert.encoder.albert_layer_groups.parameters())
    assert side["spared"] == 2 * layer, "three layers, one set of weights"
    facts = read_of(both("bert").ours).facts
    assert facts.spared == facts.factored == 0 and not side["grouped"]
    (tokens, narrow), wide = own.albert.embeddings.word_embeddings.weight.shape, 16
    widening = own.albert.encoder.embedding_hidden_mapping_in
    factors = tokens * narrow + sum(one.numel() for one in widening.parameters())
    assert side["factored"] == max(0, tokens * wide - factors) > 0, "BERT's embedding is whole"
    alike = np.frombuffer(base64.b64decode(side["alike"]["data"]), "<f4")
    grid = alike.reshape(3, 3)
    assert np.diag(grid) == pytest.approx(1, abs=1e-5) and (grid >= -1e-6).all()
    assert grid == pytest.approx(grid.T, abs=1e-5)


def test_maps_of_one_block_hold_the_scores_of_the_model(both):
    for family in ("bert", "gpt2"):
        trace = both(family).ours
        trace = trace.read(WORDS) if family == "bert" else trace.write(WORDS, limit=3)
        data = maps.payload(trace, "en")
        ((name, block),) = data["blocks"].items()
        assert (name, block["layers"], block["heads"]) == (trace.attentions[0].block, 3, 4)
        assert all(step <= STEP for step in block["step"])
        assert len(data["steps"]) == len(trace.path() if trace.tree else trace.source)
        assert data["writes"] == (trace.tree is not None)


def test_above_a_limit_one_layer_travels_and_the_others_when_asked(both, monkeypatch):
    trace = both("gpt2").ours.write(WORDS, limit=3)
    whole = maps.payload(trace, "en")["blocks"]["self"]
    monkeypatch.setattr(maps, "MOST", 10)
    one = maps.payload(trace, "en")["blocks"]["self"]
    assert whole["sent"] == (0, 1, 2) and one["sent"] == (2,)
    assert maps.payload(trace, "en", "self.1.2")["blocks"]["self"]["sent"] == (0,)
    assert maps.payload(trace, "en", whole=True)["blocks"]["self"]["sent"] == (0, 1, 2)
    asked = maps.layer(trace, "self.2")
    assert asked["layer"] == "self.2" and asked["low"] == whole["low"][4:8]
    assert len(one["data"]) < len(whole["data"]) / 2
    with pytest.raises(LookupError):
        maps.layer(trace, "self.4")


@pytest.mark.parametrize("family", ["bert", "gpt2", "llama", "t5"])
def test_every_view_that_can_draws_such_a_model_in_both_languages(family, both):
    ours = both(family).ours
    does = ours.facts.does
    trace = {"read": ours.read, "write": lambda t: ours.write(t, limit=3)}.get(
        does, lambda t: ours.translate(t, limit=4)
    )(WORDS)
    for language in ("en", "ko"):
        drawn = [
            maps.payload(trace, language),
            heads.payload(heads.Switchboard(trace, trace, trace), (), {"command": ""}, language),
            layers.payload(layers.open_layers(ours, trace), language),
        ]
        if trace.tree:
            drawn += [
                decode.payload(trace, language),
                decode.payload(trace, language, f"{trace.looks}.1.1"),
                search.payload({"greedy": trace}, {"greedy": "A"}, language),
                mask.payload(mask.lift(ours, trace), language),
            ]
        for data in drawn:
            assert json.loads(json.dumps(data))
            assert bool(data["strings"].get("remarks")) == bool(ours.facts.remarks)
    assert views_of(trace)[-1] == "maps"
    again = opened.read(trace.to_json().encode())
    assert again == trace


def test_a_head_that_is_off_changes_what_a_reader_would_put(both):
    ours = both("bert").ours
    plain, off = ours.read(WORDS), ours.read(WORDS, heads=["encoder.1.1"])
    data = heads.payload(heads.Switchboard(plain, off, off), (), {"command": ""}, "en")
    assert data["switched"] == ("encoder.1.1",) and len(data["forced"]) == len(plain.source)
    assert data["forced"] != data["plain"]["log_probs"]
    with pytest.raises(ValueError, match="not traces of one model"):
        heads.Switchboard(plain, ours.read("I sing here."), off)


def page(name: str, **query: str) -> AppTest:
    app = AppTest.from_file(ROOT / "app.py", default_timeout=120)
    if "lang" in query:
        app.query_params["lang"] = query["lang"]
    app.run()
    for key, value in query.items():
        app.query_params[key] = value
    app.switch_page(f"pages/{name}.py").run()
    assert not app.exception
    return app


def drawn(app: AppTest) -> dict[str, dict]:
    data = [json.loads(one.proto.json)[0] for one in app.get("bidi_component")]
    return {one["stage"]: one for one in data if one and "stage" in one}


def listed(app: AppTest, key: str) -> list[str]:
    return [one.partition(" · ")[0] for one in app.selectbox(key=key).options]


def test_each_page_lists_the_models_that_it_can_show(place):
    decode_, search_ = (listed(page(name), key) for name, key in (
        ("decode", "model"), ("search", "search_model"),
    ))  # fmt: skip
    for names in (decode_, search_):
        assert {"my-gpt2", "my-llama", "my-marian"} <= {*names}
        assert not {"my-bert", "my-albert"} & {*names}
    inside = listed(page("transformer"), "transformer_model")
    assert {f"my-{family}" for family in FAMILIES} <= {*inside}
    compared = page("compare").multiselect(key="compare_models").options
    assert "my-marian" in compared and not {"my-gpt2", "my-bert"} & {*compared}
    both_ = page("alone")
    assert {"my-bert", "my-albert"} <= {*listed(both_, "alone_reader")}
    assert {"my-gpt2", "my-llama"} <= {*listed(both_, "alone_writer")}
    told = " ".join(one.value for one in page("models").markdown)
    assert say("en", "models.tells_read") in told and say("en", "models.tells_write") in told


def test_a_model_that_writes_on_is_decoded_and_what_was_typed_is_marked(place):
    app = page("decode", model="my-gpt2", text="I sing")
    data = drawn(app)["decode"]
    trace = json.loads(data["trace"])
    assert trace["tree"]["search"]["typed"] and data["head"] and "typed" in data["strings"]
    assert [one["name"] for one in trace["axes"]] == ["written", "read"]
    assert say("en", "decode.beginning_any") in [one.label for one in app.text_input]
    app = page("decode", model="my-gpt2", text="   ")
    assert say("en", "errors.blank") in [one.value for one in app.warning]


def test_words_are_hidden_and_shown_by_the_link(place):
    app = page("alone", text=WORDS, reader="my-bert", writer="my-gpt2", hidden="1.3")
    data = drawn(app)["alone"]
    assert data["hidden"] == [0, 2] and data["words"][2] == "now"
    assert app.query_params["hidden"] == "1.3"
    assert data["reader"]["model"] == "my-bert" and data["writer"]["model"] == "my-gpt2"
    app = page("alone", text=WORDS, hidden="none")
    assert drawn(app)["alone"]["hidden"] == []
    app = page("alone", text=WORDS, hidden="x", reader="gone", at="7", head_reader="encoder.9.9")
    assert len(app.info) == 4, "each is told, and the picture stands all the same"
    assert len(drawn(app)["alone"]["hidden"]) == 1


def test_a_model_that_the_memory_does_not_hold_is_told_on_the_page(place, monkeypatch):
    from core import memory

    monkeypatch.setattr(memory, "available", lambda: 10)
    app = page("decode", model="my-gpt2", text="I sing")
    assert say("en", "errors.damaged") in [one.value for one in app.error]
    assert any("GB are available" in one.value for one in app.text)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_of_ones_own_stands_in_both_languages(language):
    app = page("own", lang=language)
    assert say(language, "own.title") in [one.value for one in app.title]
    assert len(app.expander) == 3


def test_a_mean_over_all_heads_is_that_of_what_was_written_before(both):
    trace = both("gpt2").ours.write("I sing", limit=3)
    data = decode.payload(trace, "en", MEAN)
    shown = json.loads(data["trace"])["attentions"]
    assert [one["block"] for one in shown] == ["self"] and shown[0]["scores"] is None
    assert not math.isnan(trace.attention("self").weights.sum())


def test_every_listed_model_is_opened_as_what_it_does(place):
    for family in FAMILIES:
        entry = manifest.entries()[f"my-{family}"]
        assert loader.opened(entry).facts.does == entry.facts.does
