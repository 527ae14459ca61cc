"""Formulas: one source each, every part known to the scripts, which make none themselves."""

import re

import pytest

from core import stage
from core.formulas import LATEX, equation, length, mathml, parameter, rendered
from core.scores import Letters, score_functions
from tests.core.test_scripts import SOURCES


def tags(formula):
    return {formula[0]}.union(*(tags(part) for part in formula[1:] if isinstance(part, list)))


def test_every_tag_is_known_to_the_scripts():
    known = re.search(r"MATH_TAGS = new Set\(\[(.*?)\]\)", stage.script("decode"), re.DOTALL)[1]
    letters = Letters()
    scores = [score.formula(letters) for score in score_functions().values()]
    for latex in (*LATEX.values(), *map(equation, scores), length("h_t")):
        assert tags(mathml(latex)) <= {*re.findall(r'"(\w+)"', known)}, latex


def test_what_is_named_is_rendered():
    assert rendered("state") == {"state": mathml("h_t")}
    with pytest.raises(KeyError):
        rendered("nothing")


def test_no_formula_has_two_sources():
    assert len({*LATEX.values()}) == len(LATEX)


def test_a_parameter_is_a_letter():
    assert mathml(parameter("W_a"))[1][1] == ["msub", ["mi", "W"], ["mi", "a"]]
    assert mathml(parameter("beta"))[1][1] == ["mi", "β"]
    assert mathml(parameter("W"))[1][1] == ["mi", "W"]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_scripts_make_no_formulas(path):
    if path.name not in ("dom.js", "typeset.js"):  # which build and draw what was sent
        text = path.read_text(encoding="utf-8")
        assert not re.search(r'"m(?:i|o|n|row|sub|sup|subsup|frac|sqrt|over|under)"', text)
