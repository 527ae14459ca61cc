"""A folder says where its model comes from, or that nobody has said it."""

import hashlib
import json

import pytest

from core.about import ABOUT, About, fingerprint, languages, read_about, write_about


def test_it_reads_back(tmp_path):
    assert read_about(tmp_path) is None
    about = About("eng", "ko", "짝.tsv", "0f", 7, 20, 400)
    write_about(about, tmp_path)
    assert read_about(tmp_path) == about
    assert json.loads((tmp_path / ABOUT).read_text(encoding="utf-8"))["target"] == "ko"


@pytest.mark.parametrize("text", ["", "[]", "{", '{"source": "English"}', '{"more": 1}', "null"])
def test_what_cannot_be_read_is_named(tmp_path, text):
    (tmp_path / ABOUT).write_text(text)
    with pytest.raises(ValueError, match=r"about\.json cannot be read"):
        read_about(tmp_path)


def test_nobody_has_said_it():
    assert (About().source, About().target) == ("und", "und")


def test_languages_are_two_codes():
    assert languages("eng-fra") == ("eng", "fra") and languages("en-und") == ("en", "und")
    for wrong in ("eng", "eng-", "-fra", "eng_fra", "ENG-fra", "eng-fra-deu", "engl-fra", ""):
        with pytest.raises(ValueError, match="ISO 639 code"):
            languages(wrong)


def test_the_fingerprint_is_that_of_the_bytes(tmp_path):
    (tmp_path / "data").write_bytes(b"a\tb\n")
    assert fingerprint(tmp_path / "data") == hashlib.sha256(b"a\tb\n").hexdigest()
