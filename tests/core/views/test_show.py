"""Anybody's attention: what is taken, what is refused in a sentence, and what travels."""

import base64
import html
import json
import re
import subprocess
import sys

import numpy as np
import pytest
import torch

from core import arrays, show, stage
from core.figures.still import still
from core.trace import LABELS, Trace
from core.views.show import Shown, notebook, payload
from core.words import LANGUAGES, say

HOSTILE = "</script><img src=x onerror='window.hit=1'>&\u2028"


def softmax(*shape, seed=0, mask=None):
    """Weights and the scores that they come from, −∞ where `mask` is False."""
    scores = np.random.default_rng(seed).normal(size=shape) * 2
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True), scores


def only(shown: Shown):
    return shown.trace.attentions[0]


@pytest.mark.parametrize("shape", [(3, 4), (2, 3, 4), (5, 2, 3, 4), (1, 1)])
def test_any_number_of_heads_and_layers_is_at_home(shape):
    weights, _ = softmax(*shape)
    shown = show(weights)
    assert only(shown).weights.shape == (1, 1, 1, *shape)[-4:]
    assert np.array_equal(only(shown).weights.reshape(shape), weights.astype(np.float32))
    assert shown.trace.model is None and shown.trace.tree is None
    assert [axis.kind for axis in shown.trace.axes] == [LABELS, LABELS]
    assert shown.trace.labels("keys") == tuple(str(i + 1) for i in range(shape[-1]))


def test_it_may_come_as_numpy_torch_or_lists():
    weights = torch.rand(2, 3, 4, requires_grad=True).softmax(-1)
    numbers = weights.detach().numpy()
    for given in (weights, numbers, numbers.tolist(), list(weights), tuple(numbers)):
        assert show(given).trace == show(numbers).trace
    for dtype in (torch.bfloat16, torch.float16, torch.float64):
        close = only(show(weights.to(dtype))).weights[0]
        assert np.allclose(close, numbers, atol=4e-3)


def test_what_a_model_of_hugging_face_returns_fits_as_it_is():
    layers = tuple(torch.rand(1, 4, 5, 5).softmax(-1) for _ in range(3))
    shown = show(layers, list("abcde"), list("abcde"))
    assert only(shown).weights.shape == (3, 4, 5, 5)
    assert np.array_equal(only(shown).weights[2], layers[2][0].numpy())


def test_its_trace_is_a_trace_like_any_other():
    weights, scores = softmax(2, 3, 4, 5)
    trace = show(weights, "abcd", "vwxyz", scores=scores, title="t").trace
    again = Trace.from_json(trace.to_json())
    assert again == trace and again.typed == "t"
    head = again.attention("attention.2.3")
    assert head.queries == tuple("abcd") and head.keys == tuple("vwxyz")
    assert np.array_equal(head.weights, weights[1, 2].astype(np.float32))
    assert np.array_equal(head.scores, scores[1, 2].astype(np.float32))
    assert np.allclose(again.attention("attention.1").weights, weights[0].mean(0))
    narrow = again.only("attention.2.3")
    assert np.array_equal(narrow.attention("attention.2.3").weights, head.weights)
    assert again._repr_html_() == notebook(trace)


def test_scores_that_nobody_gave_are_not_known():
    trace = show(softmax(2, 3, 4)[0]).trace
    assert Trace.from_json(trace.to_json()) == trace
    for one in (trace, trace.only("attention.1.2")):
        head = one.attention("attention.1.2")
        assert head.scores is None and head.weights.shape == (3, 4)
    with pytest.raises(LookupError, match="attention.1.1 to attention.1.2"):
        trace.attention("attention.1.3")


def test_where_a_score_is_no_number_nothing_is_visible():
    mask = np.tri(4, dtype=bool)
    weights, scores = softmax(2, 4, 4, mask=mask)
    low = np.where(mask, scores, np.finfo(np.float32).min)
    given = [
        show(weights, scores=scores), show(weights, scores=low),
        show(weights, visible=mask), show(weights, scores=scores, visible=torch.tensor(mask)),
    ]  # fmt: skip
    for shown in given:
        assert only(shown).visible.shape == (1, 1, 4, 4)  # the same for all
        assert np.array_equal(only(shown).visible[0, 0], mask)
        if only(shown).scores is not None:
            assert np.array_equal(np.isnan(only(shown).scores[0, 1]), ~mask)
    assert only(show(weights)).visible.shape == (1, 1, 1, 1)
    own = np.ones((2, 4, 4), bool)
    own[1] = mask
    differ = show(softmax(2, 4, 4, mask=own)[0], visible=own)
    assert np.array_equal(only(differ).visible[0], own)


def test_a_row_that_reads_nothing_is_left_blank():
    weights, _ = softmax(3, 4)
    weights[1] = np.nan  # what a softmax makes of nothing
    shown = show(weights, visible=np.array([[1], [0], [1]]))
    assert not only(shown).weights[0, 0, 1].any() and not arrays.loose(shown.trace).size


BAD = {
    "one dimension": (lambda w: show(w[0, 0]), "shape (queries, keys)", "1 dimension, (4,)"),
    "a batch": (lambda w: show(w[None, None].repeat(2, 1)), "(layers", "choose one sentence"),
    "ragged": (lambda w: show([[1.0], [0.5, 0.5]]), "one array of numbers", "cannot be made one"),
    "words": (lambda w: show([["a", "b"]]), "one array of numbers", "cannot be made one"),
    "nothing": (lambda w: show(None), "(queries, keys)", "dimensions"),
    "empty": (lambda w: show(w[:, :0]), "a number at least", "came empty"),
    "labels": (lambda w: show(w, ["a", "b"]), "queries must be 3 labels", "but 2 came"),
    "key labels": (lambda w: show(w, keys="abcde"), "keys must be 4 labels", "but 5 came"),
    "no labels": (lambda w: show(w, 7), "queries must be 3 labels", "but 0 came"),
    "not a number": (lambda w: show(np.where(w == w[1, 2, 3], np.nan, w)), "finite", "[1, 2, 3]"),
    "negative": (lambda w: show(w - 0.5), "0 or more", "scores="),
    "too much": (lambda w: show(w * 9), "at most 1", "scores="),
    "scores": (lambda w: show(w, scores=w[0]), "the shape of weights, (2, 3, 4)", "(3, 4)"),
    "infinite": (lambda w: show(w, scores=w / 0), "scores must be finite", "inf at [0, 0, 0]"),
    "mask": (lambda w: show(w, visible=np.ones((2, 2))), "visible must fit", "(2, 2)"),
    "added mask": (lambda w: show(w, visible=w * -1e9), "True where", "mask == 0"),
    "masked": (lambda w: show(w, visible=w * 0), "0 where visible is False", "mend the mask"),
    "long": (lambda w: show(np.ones((501, 1))), "at most 500 queries and keys", "501 and 1"),
    "many": (lambda w: show(np.ones((121, 1, 1))), "at most 120 layers and heads", "1 and 121"),
    "all": (lambda w: show(np.ones((20, 250_000, 1)).reshape(20, 500, 500)), "4,000,000 cells",
            "5,000,000 came"),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:divide by zero")
@pytest.mark.parametrize("name", BAD)
def test_what_does_not_fit_is_said_in_one_sentence(name):
    make, expected, came = BAD[name]
    with pytest.raises(ValueError) as caught:
        make(softmax(2, 3, 4)[0])
    text = str(caught.value)
    assert expected in text and came in text, text
    assert "\n" not in text and ": " in text  # what to do stands behind the colon


def test_rows_that_do_not_sum_to_one_are_shown_and_told():
    weights, _ = softmax(2, 3, 4)
    assert payload(show(weights).trace, "en")["loose"] is None
    assert payload(show(np.round(weights, 4)).trace, "en")["loose"] is None  # within a thousandth
    shown = show(weights[..., :3])
    assert np.array_equal(only(shown).weights[0], weights[..., :3].astype(np.float32))
    sums = weights[..., :3].sum(-1)
    for language in LANGUAGES:
        told = payload(shown.trace, language)["loose"]
        assert "6" in told and f"{sums.min():.4g}" in told and f"{sums.max():.4g}" in told
    assert payload(shown.trace, "en")["loose"] in repr(shown)
    half = weights.copy()
    half[1, 2] /= 2
    assert payload(show(half).trace, "en")["loose"].startswith("1 row does not sum to 1")


def test_the_page_holds_the_trace_and_labels_stay_text():
    weights, _ = softmax(2, 3)
    shown = show(weights, [HOSTILE, "\ud800"], ["a", "", "c"], title=HOSTILE)
    for language in LANGUAGES:
        text = shown.html(language, "dark")
        assert f'<html lang="{language}" data-theme="dark">' in text
        assert "<img" not in text and html.escape(HOSTILE) in text
        data = json.loads(re.search(r'id="heed-data">([^<]*)<', text)[1])
        assert Trace.from_json(data["trace"]).labels("queries") == (HOSTILE, "\ud800")
        assert data["stage"] in stage.STAGES and data["model"] in text
    assert "<b></b>" not in show(weights).html()  # no title, no line for it


def test_a_page_is_saved_in_the_language_that_was_asked_for(tmp_path):
    shown = show([[0.5, 0.5]], language="ko")
    shown.save(tmp_path / "a.html")
    assert (tmp_path / "a.html").read_text("utf-8") == shown.html("ko")
    shown.save(str(tmp_path / "a.html"), "en", "light")
    assert (tmp_path / "a.html").read_text("utf-8") == shown.html("en", "light")
    with pytest.raises(ValueError, match="no language 'xx'; there are en, ko"):
        shown.html("xx")
    with pytest.raises(ValueError, match="no theme 'blue'; there are auto, light, dark"):
        shown.html(theme="blue")


def test_a_notebook_frames_the_page_and_a_terminal_gets_a_line():
    shown = show(softmax(2, 3, 4)[0], title="Mine")
    framed = shown._repr_html_()
    assert "<iframe" in framed and html.escape(shown.html()) in framed
    assert "allow-same-origin" not in framed
    assert repr(shown).startswith("Mine: attention, layers 1 · heads 2 · queries 3 · keys 4\n")


def test_a_notebook_keeps_what_stands_for_the_picture_too():
    """For one that is not trusted: where frame and script are taken out, a still is left."""
    shown = show(softmax(2, 3, 4)[0], ["a", HOSTILE, "\ud800"], title=HOSTILE)
    for one, told in ((shown, shown), (shown.trace, shown.trace)):
        bundle = one._repr_mimebundle_()
        assert bundle["text/plain"] == repr(told) and bundle["text/html"] == one._repr_html_()
        assert bundle["image/svg+xml"] == still(shown.trace)
        rest = re.sub(r"(?s)<script.*?</script>|<iframe.*?</iframe>", "", bundle["text/html"])
        data = base64.b64decode(
            re.search(r'<img src="data:image/svg\+xml;base64,([^"]*)"', rest)[1]
        )
        assert data.decode() == bundle["image/svg+xml"] and "<iframe" not in rest
        assert say("en", "figures.still") in rest


def test_a_trace_and_its_parts_tell_themselves_in_a_line(translator):
    trace = translator.translate("Tom eats\nthree apples.", beam=3)
    alone = show(softmax(12, 12, 40, 40)[0], title=HOSTILE * 9).trace
    assert trace.model.name in repr(trace) and repr(trace.text) in repr(trace)
    assert "(12, 12, 40, 40)" in repr(alone)
    several = [trace, alone, trace.tree, trace.path()[0], trace.expansions[0], trace.axes[0],
               trace.attentions[0], trace.attention()]  # fmt: skip
    for one in several:
        assert "\n" not in repr(one) and len(repr(one)) < 500, type(one)


def test_no_torch_is_needed():
    program = (
        "import sys; from core import show; assert 'core.stage' not in sys.modules;"
        "show([[[0.5, 0.5]]]).html(); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
