"""Models that look at a grid: what they compute, on tiny random ones, and their facade."""

import numpy as np
import pytest
import torch

from core.captioner import Captioner
from core.facts import CAPTIONS
from core.models import reorder
from core.models.picture import PictureConfig, PictureModel
from core.pictures.board import BadBoard, Placed, read
from core.pictures.photo import BEGINS
from core.pictures.seen import pixels
from core.pictures.tongue import tongue
from core.refusals import WrongVerb
from core.tasks.pictures import captioned, held
from core.tasks.pictures.corpus import batch
from core.tokenisers.words import Words
from core.trace import PICTURE, Trace
from core.views import pictures as view
from core.whatif import Replaced
from tests.core.views.test_wiretypes import conforms

WORDS = tongue("eng")
BOARD = "fox 36,3,18; pizza 20,26,32"


@pytest.fixture(scope="module")
def vocabulary():
    return Words.train(WORDS.sentences(), 1000)


def model_of(vocabulary, **options):
    torch.manual_seed(0)
    sizes = {"size": 16, "channels": 8, "dropout": 0.0, **options}
    model = PictureModel(PictureConfig(len(vocabulary), **sizes)).eval()
    with torch.no_grad():
        for value in model.parameters():
            value.normal_(std=0.3)
    return model


@pytest.fixture(
    scope="module",
    params=({}, {"wiring": "bahdanau"}, {"cell": "GRU", "score": "general"}),
    ids=("luong", "bahdanau", "gru"),
)
def model(request, vocabulary):
    return model_of(vocabulary, **request.param)


@pytest.fixture(scope="module")
def boards():
    return held(1, 6)


def ready_of(boards, vocabulary):
    found = batch(boards, [WORDS.captions(one)[0] for one in boards], vocabulary)
    return type(found)(*map(torch.from_numpy, found))


def test_a_grid_of_states_and_what_attention_makes_of_it(model, boards, vocabulary):
    ready = ready_of(boards, vocabulary)
    with torch.no_grad():
        memory = model.encode(ready.source)
        assert memory.states.shape == (6, 64, 16) and memory.grid == (8, 8)
        (block,) = model.decode(ready.given, model.start(memory)).attentions
    weights = block.all("weights")
    torch.testing.assert_close(weights.sum(-1), torch.ones(weights.shape[:-1]))
    context = weights[:, 0, 0] @ memory.states
    torch.testing.assert_close(context, block.all("context")[:, 0, 0], rtol=1e-4, atol=1e-5)


def test_a_step_is_the_same_as_reading_all_at_once(model, boards, vocabulary):
    ready = ready_of(boards, vocabulary)
    with torch.no_grad():
        state = model.start(model.encode(ready.source))
        whole = model.logits(model.decode(ready.given, state).combined)
        for t in range(ready.given.shape[1]):
            found = model.step(ready.given[:, t], state)
            torch.testing.assert_close(found.logits, whole[:, t], rtol=1e-4, atol=1e-4)
            state = reorder(found.state, torch.arange(len(boards)))


def test_a_picture_is_read_alone_as_in_company(model, boards, vocabulary):
    together = captioned(model, vocabulary, boards)
    for one, seen in zip(boards, together, strict=True):
        (alone,) = captioned(model, vocabulary, [one])
        assert alone.caption == seen.caption
        np.testing.assert_allclose(alone.weights, seen.weights, atol=1e-5)


def test_what_cannot_be_built_is_refused():
    odd = ({"cell": "X"}, {"wiring": "x"}, {"channels": 12}, {"size": 0}, {"score": None})
    for options in odd:
        with pytest.raises(ValueError):
            PictureConfig(10, **options)


def test_facts_say_what_it_has(model):
    facts = model.facts()
    assert facts.does == CAPTIONS and {"picture", "cross-attention"} <= {*facts.has}
    assert facts.parameters == sum(value.numel() for value in model.parameters())
    assert "8 × 8" in model.made_of()


@pytest.fixture(scope="module")
def captioner(vocabulary):
    return Captioner("eng-pictures", "eng", "eng", model_of(vocabulary), vocabulary)


class TestCaptioner:
    def test_a_caption_is_a_trace_of_a_picture(self, captioner):
        trace = captioner.caption(BOARD)
        axis = trace.axis("source")
        assert (axis.kind, axis.grid, len(axis.items)) == (PICTURE, (8, 8), 64)
        assert trace.typed == BOARD and Trace.from_json(trace.to_json()) == trace
        (seen,) = captioned(captioner.model, captioner.vocabulary, [read(BOARD)])
        assert trace.text == seen.caption or trace.search.limit > len(seen.tokens)

    def test_every_way_to_give_a_picture(self, captioner, tmp_path):
        found = pixels(BOARD)
        placed = [Placed("fox", 36, 3, 18), Placed("pizza", 20, 26, 32)]
        assert captioner.caption(placed).typed == BOARD
        own = captioner.caption(found)
        assert own.typed.startswith(BEGINS)
        assert own.text == captioner.caption(BOARD).text  # the same pixels
        import base64

        path = tmp_path / "mine.png"
        path.write_bytes(base64.b64decode(own.typed.removeprefix(BEGINS)))
        assert captioner.caption(path) == own == captioner.caption(path.read_bytes())

    def test_what_is_no_picture_is_refused(self, captioner):
        for bad in ("", "wolf 1,2,20", f"{BEGINS}AAAA", b"no"):
            with pytest.raises(BadBoard):
                captioner.caption(bad)
        with pytest.raises(WrongVerb):
            captioner.translate("I love you.")

    def test_what_ifs_are_those_of_any_model(self, captioner):
        row = tuple(np.eye(64)[9])
        trace = captioner.caption(BOARD, weights=[Replaced(0, row)], prefix="a fox")
        np.testing.assert_array_equal(trace.blocks["cross"].weights[0, 0, 0], row)
        assert trace.text.startswith("a fox") and trace.path()[0].forced
        assert len(captioner.caption(BOARD, beam=3).leaves) == 3

    def test_a_forced_pass_has_gradients_by_the_pixels(self, captioner):
        trace = captioner.caption(BOARD)
        found = captioner.forced(trace, gradient_of=[0])
        assert found.gradients.source.shape == (64, 8 * 8 * 3)
        assert np.abs(found.gradients.source).sum() > 0
        row = trace.rows().weights[0, 0, 0]
        np.testing.assert_allclose(found.attentions["cross"].weights[0, 0, 0], row, atol=1e-4)

    @pytest.mark.parametrize("language", ["en", "ko"])
    def test_what_travels(self, captioner, language):
        found = view.payload(captioner.caption(BOARD), language)
        conforms(found, view.wire.Payload)
        labels = {"en": ["fox", "pizza", "elsewhere"], "ko": ["여우", "피자", "그 밖의 칸"]}
        assert [one["label"] for one in found["groups"]] == labels[language]
        cells = [cell for group in found["groups"] for cell in group["cells"]]
        assert sorted(cells) == list(range(64))
        assert not found["own"] and found["truth"]["right"] is False
        own = view.payload(captioner.caption(pixels(BOARD)), language)
        assert own["own"] and own["placed"] == [] and own["truth"]["right"] is None
        assert own["pixels"] == found["pixels"]

    def test_pages_of_their_own_and_notebooks(self, captioner):
        trace = captioner.caption(BOARD)
        assert '"stage": "pictures"' in view.page(trace, "ko", "dark")
        assert "srcdoc" in trace._repr_html_()
        own = captioner.caption(pixels(BOARD))
        still = own._repr_mimebundle_()["image/svg+xml"]
        assert len(still) < 100_000 and own.typed not in still
