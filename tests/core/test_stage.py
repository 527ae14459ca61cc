"""The stage's page is whole, its text stays text, and its words are there in every language."""

import html
import json
import re

import numpy as np
import pytest

from core.heads import MEAN, head_name
from core.trace import PATH, READ, TEXT, WRITTEN, Attention, Axis, Model, Score, Trace
from core.tree import CUT, END, ENDED, KEPT, Candidate, DecodeStep, Expansion, Search, Token, Tree
from core.views import decode, search
from core.wire import frozen
from core.words import LANGUAGES, say, section

HOSTILE = (
    "<script>window.hit=1</script>", "<img src=x onerror='window.hit=1'>", "</style>", "</script>",
    "<!--", "]]>", "$x$", "**b**", "{{x}}", "{token}", "&amp;", "\u2028", "مرحبا", "👩‍👩‍👧",
)  # fmt: skip


def pieces(words) -> tuple[Token, ...]:
    """The tokens of `words`, each a word or a tuple of its pieces, and the end of sentence."""
    found = []
    for word, parts in enumerate(words):
        for place, part in enumerate((parts,) if isinstance(parts, str) else parts):
            piece = part if place else f"▁{part}"
            text = f" {part}" if word and not place else part
            found.append(Token(len(found) + 10, piece, text, word))
    return (*found, Token(3, END, "", len(words), mark=True))


def made(source=("I", "know", "that"), target=("Je", ("sav", "ais"), "que"), attends=True, **other):
    """A trace of random numbers that are consistent with one another; D = 12."""
    random, read, written = np.random.default_rng(7), pieces(source), pieces(target)
    states = frozen(random.uniform(-1, 1, (len(read), 12)), np.float16)
    visible = np.ones(len(read), bool)
    visible[list(other.get("masked", ()))] = False
    steps, expansions, rows, total = [], [], [], 0.0
    for t, token in enumerate(written):
        scores = random.normal(0, 2, len(read)).astype(np.float32)
        weights = np.where(visible, np.exp(scores), 0)
        weights = (weights / weights.sum()).astype(np.float32)
        odds = np.log(np.sort(random.dirichlet(np.full(12, 0.4)))[::-1] + 1e-9)
        before, total = total, total + float(odds[0])
        fate = ENDED if token.piece == END else KEPT
        listed = [(token.id, token.piece, fate), *((900 + i, f"▁w{i}", CUT) for i in range(1, 10))]
        rows.append((scores, weights, visible))
        expansions.append(
            Expansion(
                run=t,
                step=t - 1 if t else None,
                entropy=float(-(np.exp(odds) * odds).sum()),
                candidates=tuple(
                    Candidate(id, piece, odd, before + odd, before + odd, fate, rank, None)
                    for rank, (odd, (id, piece, fate)) in enumerate(
                        zip(odds.tolist(), listed, strict=False), 1
                    )
                ),
                context=frozen((weights @ states.astype(np.float32))[None, None], np.float16)
                if attends
                else None,
                state=frozen(random.uniform(-1, 1, 12), np.float16),
                combined=frozen(random.uniform(-1, 1, 12), np.float16),
            )
        )
        steps.append(
            DecodeStep(
                parent=t - 1 if t else None,
                token=token,
                log_prob=float(odds[0]),
                total=total,
                score=total,
                rank=1,
                fate=fate,
                expansion=expansions[-1],
                forced=t in other.get("forced", ()),
            )
        )
    score = Score("concat", r"v_a^\top \tanh(W_a[h_t; \bar{h}_s])", "Luong et al. 2015")
    typed = "".join(token.text for token in read)
    model = Model("eng-fra-concat", "eng", "fra", "LSTM", score if attends else None, 997)
    search = Search(1, 1, 100, "none", 0.6)
    scores, weights, visible = (np.array(part)[None, None] for part in zip(*rows))
    cross = Attention(
        "cross", WRITTEN, "source", frozen(scores), frozen(weights), frozen(visible, bool),
        sums_states=True,
    )  # fmt: skip
    axes = (Axis("source", TEXT, read, states), Axis(WRITTEN, PATH), Axis(READ, PATH))
    tree = Tree(search, tuple(expansions), tuple(steps), (len(steps) - 1,))
    return Trace(model, typed, axes, (cross,) if attends else (), tree)


def held(page: str) -> dict:
    return json.loads(re.search(r'id="heed-data">(.*?)</script>', page, re.DOTALL)[1])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("attends", [True, False])
def test_the_page_fetches_nothing(language, attends):
    page = decode.page(made(attends=attends), language)
    away = set(re.findall(r"\b\w+://[^\s\"'`)]*", page))
    assert away <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML"}
    assert not re.search(r"@import|url\(|<link|\bsrc=|\bimport\b *[({\"]", page)
    assert "default-src 'none'" in page


def test_the_page_holds_the_trace():
    trace = made()
    found = held(decode.page(trace, step=3))  # from 1, as in a link; from 0 for the script
    assert Trace.from_json(found["trace"]) == trace
    assert found["open"]["step"] == 2


def test_what_was_typed_stays_text():
    trace = made(source=HOSTILE, target=HOSTILE)
    page, plain = decode.page(trace), decode.page(made())
    for markup in ("<script", "</script", "<img", "</style", "<!--", "<"):
        assert page.count(markup) == plain.count(markup)
    assert Trace.from_json(held(page)["trace"]) == trace
    broken = made(source=("\ud800", "\x00"))
    decode.page(broken).encode("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_several_heads_one_or_their_mean_is_drawn(transformer, language):
    """A whole trace of a Transformer draws the mean by itself; on the way it is one attention."""
    trace = transformer.translate("I sing now.", limit=6)
    for block, chosen in ((MEAN, {}), ("cross.2", {"head": "cross.2"}),
                          ("cross.2.1", {"head": "cross.2.1"})):  # fmt: skip
        found = held(decode.page(trace, language, **chosen))
        assert Trace.from_json(found["trace"]) == trace.only(block)
        assert found["head"] == head_name(block, language)
        assert found["head"] in decode.page(trace, language, **chosen).partition("<div")[0]
        assert len(found["trace"]) < len(trace.to_json())
    assert decode.named(trace, "cross.2.1") == "heed-eng-fra-transformer-cross.2.1"
    assert decode.named(trace) == "heed-eng-fra-transformer"
    words = decode.payload(trace, language)["strings"]
    assert words == {
        **section(language, "stage"), **section(language, "stage_heads"),
        **section(language, "stage_stream"), **section(language, "hold"),
    }  # fmt: skip
    with pytest.raises(LookupError, match=r"'cross\.9'"):
        decode.payload(trace, language, "cross.9")
    one = trace.only("cross.1.2")  # what has one attention is drawn as it is
    assert decode.payload(one, language)["head"] is None
    assert Trace.from_json(decode.payload(one, language)["trace"]) == one


def test_searches_travel_with_one_attention(transformer):
    runs = {"beam": transformer.translate("I sing now.", beam=3, limit=5)}
    (run,) = search.payload(runs, {"beam": "Beam"}, "en", "cross.1.2")["runs"]
    assert Trace.from_json(run["trace"]) == runs["beam"].only("cross.1.2")


def test_a_notebook_shows_the_page():
    frame = decode.notebook(made(source=HOSTILE))
    assert html.unescape(re.search(r'srcdoc="([^"]*)"', frame)[1]) == decode.page(
        made(source=HOSTILE)
    )
    assert HOSTILE[0] not in frame and "<img src=x" not in frame


def test_the_payload_is_plain_and_always_the_same():
    trace = made()
    first = decode.payload(trace, "ko")
    assert json.loads(json.dumps(first)) == first == decode.payload(trace, "ko")
    assert first["strings"] == {**section("ko", "stage"), **section("ko", "hold")}
    assert "equation" not in decode.payload(made(attends=False), "en")["formulas"]


def test_an_unknown_string_is_named():
    assert say("en", "stage.entropy", value="0.41") == "Entropy 0.41 nats"
    with pytest.raises(KeyError, match=r"stage\.nothing"):
        say("en", "stage.nothing")
