"""Heads switched off: the numbers of three traces side by side, and heads named in a link."""

import base64
import json
from dataclasses import replace

import numpy as np
import pytest

from core.stage import whole_page
from core.tokenisers.pieces import END_ID
from core.tree import END
from core.views.heads import BLOCKS, Cost, Switchboard, chosen, known, payload
from core.words import LANGUAGES, section

TEXT = "Tom sings now."
OFF = ("encoder.1.2", "self.2.1", "cross.2.1")
MEASURED = {"command": "python -m core.evaluation", "count": 9, "stale": False}


@pytest.fixture(scope="module")
def plain(transformer):
    return transformer.translate(TEXT, limit=6)


@pytest.fixture(scope="module")
def board(transformer, plain):
    written = [step.token.id for step in plain.path()]
    free = transformer.translate(TEXT, limit=6, heads=OFF)
    forced = transformer.translate(TEXT, limit=6, heads=OFF, prefix=written)
    return Switchboard(plain, free, forced)


def unpacked(packed):
    kind = np.dtype(packed["dtype"]).newbyteorder("<")
    return np.frombuffer(base64.b64decode(packed["data"]), kind).reshape(packed["shape"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_payload_is_json_and_has_the_numbers_of_the_traces(board, plain, language):
    costs = [Cost("cross.1.1", 0.5, 0.25, 0.75)]
    data = json.loads(json.dumps(payload(board, costs, MEASURED, language)))
    assert data["blocks"] == [["encoder", 2, 2], ["self", 2, 2], ["cross", 2, 2]]
    assert data["switched"] == list(OFF) == list(board.off) and data["costs"] == [
        ["cross.1.1", 0.5, 0.25, 0.75]
    ]
    assert data["plain"]["log_probs"] == [step.log_prob for step in plain.path()]
    assert data["forced"] == [step.log_prob for step in board.forced.path()]
    assert np.abs(np.subtract(data["forced"], data["plain"]["log_probs"])).max() > 1e-3
    assert data["free"]["text"] == board.free.text
    assert len(data["free"]["differs"]) == len(data["free"]["tokens"])
    assert section(language, "heads").items() <= data["strings"].items()


def test_an_output_that_comes_to_no_end_is_cut_off(transformer):
    cut = transformer.translate(TEXT, limit=2)
    words = [transformer.vocabulary.encode("Tom chante.")[0], END_ID]
    ended = transformer.translate(TEXT, prefix=words)
    assert ended.path()[-1].token.piece == END != cut.path()[-1].token.piece
    for trace, expected in ((cut, True), (ended, False)):
        data = payload(Switchboard(trace, trace, trace), (), MEASURED, "en")
        assert data["plain"]["cut_off"] is data["free"]["cut_off"] is expected


def test_the_maps_are_those_of_the_heads(board, plain):
    data = payload(board, (), MEASURED, "en")
    for key, trace in (("weights", plain), ("without", board.forced)):
        for block in BLOCKS:
            maps = [
                trace.attention(f"{block}.{layer}.{head}") for layer in (1, 2) for head in (1, 2)
            ]
            expected = np.concatenate([one.weights[one.visible] for one in maps])
            np.testing.assert_array_equal(unpacked(data[key][block]).ravel(), expected)


def test_beside_the_rollout_is_the_mean_of_the_last_layer(board, plain):
    drawn = payload(board, (), MEASURED, "en")["rollouts"]
    for block in BLOCKS:
        expected = plain.attention(f"{block}.2").weights.ravel()
        np.testing.assert_allclose(unpacked(drawn[block]["raw"]), expected, atol=1e-6)
        assert unpacked(drawn[block]["rolled"]).shape == expected.shape


def test_with_all_heads_there_is_one_side_alone(plain):
    data = payload(Switchboard(plain, plain, plain), (), MEASURED, "en")
    assert data["without"] is None and data["switched"] == () and not any(data["free"]["differs"])
    assert data["forced"] == data["plain"]["log_probs"]


@pytest.mark.parametrize(
    ("text", "heads", "unknown"),
    [
        ("", (), ()),
        ("cross.2.1", ("cross.2.1",), ()),
        (" self.1.2 , cross.1.1,self.1.2,", ("self.1.2", "cross.1.1"), ()),
        ("cross.9.1,cross.1.1", ("cross.1.1",), ("cross.9.1",)),
        ("cross.1", (), ("cross.1",)),
        ("cross.1.0,<b>,cross.01.1", (), ("cross.1.0", "<b>", "cross.01.1")),
    ],
)
def test_heads_are_read_from_a_link(plain, text, heads, unknown):
    assert chosen(text, plain) == (heads, unknown)


def test_traces_that_do_not_belong_together_are_told(transformer, translators, board, plain):
    other = transformer.translate("You talk.", limit=4)
    with pytest.raises(ValueError, match="one model and one sentence"):
        Switchboard(plain, other, other)
    with pytest.raises(ValueError, match="same heads"):
        Switchboard(plain, board.free, plain)
    shorter = transformer.translate(TEXT, limit=3, heads=OFF)
    with pytest.raises(ValueError, match="does not repeat"):
        Switchboard(plain, shorter, shorter)
    recurrent = translators["general"].translate(TEXT, limit=3)
    with pytest.raises(ValueError, match="has no heads"):
        Switchboard(recurrent, recurrent, recurrent)
    assert known(recurrent) == {}


def test_a_page_of_its_own_holds_what_was_typed_as_text(plain):
    hostile = replace(plain, typed="</script><img src=x>")
    board = Switchboard(hostile, hostile, hostile)
    text = whole_page(payload(board, (), MEASURED, "en"), "Heads", hostile.typed, "of a model")
    assert "<img" not in text
