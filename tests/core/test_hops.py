"""Models that look at a story several times: what they compute, on tiny random ones."""

import random

import numpy as np
import pytest
import torch

from core.answerer import Answerer
from core.facts import ANSWERS
from core.models.hops import HopsConfig, HopsModel
from core.refusals import WrongVerb
from core.stories import generator
from core.stories.story import BadStory
from core.stories.tongue import tongue
from core.tasks.stories import answers, drawn
from core.tasks.stories.corpus import Corpus, batch, encoded
from core.tokenisers.words import Words
from core.trace import Trace
from core.views import stories as view
from core.whatif import Replaced, WhatIf

WORDS = tongue("eng")
CLASSIC = WORDS.examples[0]


@pytest.fixture(scope="module")
def vocabulary():
    return Words.train(WORDS.sentences(), 4000)


def model_of(vocabulary, hops=2, seed=0, **options):
    torch.manual_seed(seed)
    sizes = {"size": 12, "dropout": 0.0, **options}
    config = HopsConfig(len(vocabulary), vocabulary.encode(".")[0], hops=hops, **sizes)
    model = HopsModel(config).eval()
    with torch.no_grad():
        for value in model.parameters():
            value.normal_(std=0.5)
    return model


@pytest.fixture(scope="module", params=(1, 2, 3))
def model(request, vocabulary):
    return model_of(vocabulary, request.param)


@pytest.fixture(scope="module")
def stories():
    return drawn(WORDS, "test", 9)


def read(stories, vocabulary):
    ready = batch(encoded(stories, vocabulary), vocabulary)
    return type(ready)(*map(torch.from_numpy, ready))


def test_the_fast_loss_is_that_of_what_is_shown(model, stories, vocabulary):
    ready = read(stories, vocabulary)
    found = model.loss(ready)
    decoded = model.decode(ready.given, model.start(model.encode(ready.source, ready.visible)))
    logits = model.logits(decoded.combined).flatten(0, 1)
    plain = torch.nn.functional.cross_entropy(logits, ready.wanted.flatten(), reduction="sum")
    torch.testing.assert_close(found.plain, plain, rtol=1e-4, atol=1e-3)
    assert found.count == ready.wanted.numel()
    gradients = [
        torch.autograd.grad(one, model.words[0].weight, retain_graph=True)[0]
        for one in (found.smoothed, plain)
    ]
    torch.testing.assert_close(*gradients, rtol=1e-3, atol=1e-3)


def test_each_look_shares_itself_out_among_the_words_of_the_statements(model, stories, vocabulary):
    ready = read(stories, vocabulary)
    decoded = model.decode(ready.given, model.start(model.encode(ready.source, ready.visible)))
    block = decoded.attention("cross")
    weights = block.all("weights")[:, :, 0].detach()  # (B, K, T, S)
    torch.testing.assert_close(weights.sum(-1), torch.ones(weights.shape[:3]))
    stop = vocabulary.encode(".")[0]
    last = (ready.source == stop).long().cumsum(1).argmax(1)  # where the question begins
    for row, place in enumerate(last.tolist()):
        assert float(weights[row, :, :, place + 1 :].abs().max()) == 0
        assert bool(block.visible[row, 0, 0, : place + 1].all())


def test_padding_changes_nothing(model, stories, vocabulary):
    together = answers(model, vocabulary, stories)
    assert together == [answers(model, vocabulary, [one])[0] for one in stories]


def test_a_step_is_the_same_as_reading_all_at_once(model, stories, vocabulary):
    ready = read(stories, vocabulary)
    state = model.start(model.encode(ready.source, ready.visible))
    at_once = model.logits(model.decode(ready.given, state).combined)
    for t in range(2):
        prediction = model.step(ready.given[:, t], state)
        torch.testing.assert_close(prediction.logits, at_once[:, t], rtol=1e-4, atol=1e-4)
        state = prediction.state


def test_the_order_of_statements_counts_and_their_words_do(vocabulary):
    model = model_of(vocabulary)
    one, other = drawn(WORDS, "order", 1, least=6, most=6)[0], None
    other = one.__class__(one.statements[::-1], one.question, one.answer)
    first, second = (
        model.decode(r.given, model.start(model.encode(r.source))).combined
        for r in (read([one], vocabulary), read([other], vocabulary))
    )
    assert not torch.allclose(first, second)


def test_facts_say_what_there_is(model):
    facts = model.facts()
    assert facts.does == ANSWERS and "hops" in facts.has
    assert facts.attention("cross").layers == model.config.hops
    assert facts.parameters == sum(one.numel() for one in model.parameters())
    scorer = model.scorer("cross", model.config.hops, 1)
    assert scorer.score is model.scores[-1]
    with pytest.raises(LookupError):
        model.scorer("cross", model.config.hops + 1, 1)
    with pytest.raises(ValueError, match="at least one"):
        HopsConfig(10, hops=0)


def test_a_batch_has_one_length_of_answers_and_all_stories_once(vocabulary):
    corpus = Corpus(drawn(WORDS, "corpus", 50), vocabulary, 8)
    seen = [list(corpus.batches(random.Random(seed))) for seed in (1, 2)]
    assert [len(some) for some in seen] == [7, 7]
    for some in seen:
        assert sum(len(one.source) for one in some) == 50
        assert {one.given.shape[1] for one in some} == {1, 2}
        assert all((one.source[~one.visible] == vocabulary.pad).all() for one in some)


def test_it_learns_a_few_stories_by_heart(vocabulary):
    torch.manual_seed(1)
    stories = [generator.story(random.Random(seed), WORDS, most=6) for seed in range(24)]
    model = HopsModel(HopsConfig(len(vocabulary), vocabulary.encode(".")[0], size=24, dropout=0.0))
    ready = read(stories, vocabulary)
    optimiser = torch.optim.Adam(model.parameters(), 0.01)
    for _ in range(150):
        loss = model.loss(ready)
        optimiser.zero_grad()
        loss.smoothed.backward()
        optimiser.step()
    assert answers(model.eval(), vocabulary, stories) == [one.answer for one in stories]
    assert loss.plain / loss.count < 0.05


@pytest.fixture(scope="module")
def answerer(vocabulary):
    return Answerer("eng-stories", "eng", "eng", model_of(vocabulary), vocabulary)


class TestAnswerer:
    def test_an_answer_is_a_trace(self, answerer):
        trace = answerer.answer(CLASSIC.replace("\n", " "))
        assert trace.typed == CLASSIC  # a sentence a line
        assert trace.blocks["cross"].shape == (2, 1)
        assert Trace.from_json(trace.to_json()) == trace
        assert len(trace.path()) <= 2

    def test_what_is_no_story_is_refused(self, answerer):
        for text, key in (("", "empty"), ("Joe went to the zoo. Where is Joe?", "unknown")):
            with pytest.raises(BadStory) as bad:
                answerer.answer(text)
            assert bad.value.key == key
        assert bad.value.values == {"words": "zoo"}
        with pytest.raises(WrongVerb):
            answerer.translate("I love you.")

    def test_weights_can_be_given(self, answerer):
        size = len(answerer.read_source(CLASSIC))
        row = tuple(np.eye(size)[3])
        trace = answerer.answer(CLASSIC, weights=[Replaced(0, row, layer=1)])
        np.testing.assert_array_equal(trace.blocks["cross"].weights[0, 0, 0], row)
        assert trace.whatif == WhatIf(weights=(Replaced(0, row, layer=1),))

    def test_what_travels_has_lines_and_what_follows(self, answerer):
        found = view.payload(answerer.answer(CLASSIC), "en")
        lines = found["lines"]
        assert [line["text"] for line in lines] == CLASSIC.split("\n")
        assert lines[0]["tokens"] == (0, 6) and lines[-1]["tokens"][1] == 43
        assert all(a["tokens"][1] == b["tokens"][0] for a, b in zip(lines, lines[1:]))
        assert lines[2]["parts"]["who"] == "Joe" and lines[2]["parts"]["what"] == "milk"
        assert found["truth"]["answer"] == "kitchen" and found["truth"]["support"] == [0, 3]
        odd = view.payload(answerer.answer(CLASSIC.replace("Joe before", "Anna before")), "ko")
        assert odd["truth"]["answer"] is None and "Anna" in odd["truth"]["told"]

    def test_a_page_of_its_own_shows_the_question(self, answerer):
        page = view.page(answerer.answer(CLASSIC))
        assert "Where was Joe before the office?" in page and '"stage": "stories"' in page
