"""Pairs are read with their faults told, split without overlap, and served once an epoch."""

import gzip
import random
from collections import Counter

import pytest

from core.corpus import Pair, read_pairs, readable, split_pairs
from core.tasks.translation.corpus import Corpus, batch
from core.tokenisers import tokeniser
from tests.conftest import sentence_pairs

LINES = [
    b"Go.\tVa !",
    b"no tab here",
    b"one\ttwo\tthree",
    b"\tempty source",
    b"empty target\t ",
    b"",
    b"\xff\xfe\tnot UTF-8",
    b"I sing.\tJe chante.\r",
    "  Tom  \t  안녕 ".encode(),
    *[b"I eat.\tJe mange."] * 50,
]


@pytest.mark.parametrize("name", ["pairs.tsv", "pairs.tsv.gz"])
def test_broken_lines_are_told_by_their_number(tmp_path, name):
    path, told = tmp_path / name, []
    data = b"\n".join(LINES)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    pairs = read_pairs(path, told.append)
    assert pairs == [
        ("Go.", "Va !"), ("one", "two"), ("I sing.", "Je chante."), ("Tom", "안녕"),
        *[("I eat.", "Je mange.")] * 50,
    ]  # fmt: skip
    *lines, total, wider = told
    for number, line in zip((2, 4, 5, 6, 7), lines, strict=True):
        assert f"{name}, line {number}:" in line and "left out" in line
    assert "found 1 of 1" in told[0] and "found 0 of 1" in told[3] and "UTF-8" in told[4]
    assert total == f"{name}: 5 of 59 lines left out"
    assert wider == f"{name}: 1 lines have more than two columns; the first two are taken"


def test_of_many_complaints_ten_are_told_and_a_total(tmp_path):
    path, told = tmp_path / "pairs.tsv", []
    path.write_text("a\tb\n" * 300 + "broken\n" * 30)
    assert len(read_pairs(path, told.append)) == 300
    assert len(told) == 11 and told[-1] == "pairs.tsv: 30 of 330 lines left out"


def test_a_file_of_which_much_is_unusable_is_refused(tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text("a\tb\n" * 300 + "broken\n" * 40)
    with pytest.raises(ValueError, match="40 of 340 lines cannot be used, more than 10%"):
        read_pairs(path, lambda line: None)
    path.write_bytes("é\tà\n".encode("latin-1") * 20 + b"a\tb\n" * 80)
    with pytest.raises(ValueError, match="20 of its 100 lines are not, the first is line 1; save"):
        read_pairs(path, lambda line: None)


@pytest.mark.parametrize("encoding", ["latin-1", "cp949"])
def test_another_encoding_is_refused_however_few_lines_show_it(tmp_path, encoding):
    """In such a file the lines that can be read are those without an accent."""
    path, told = tmp_path / "pairs.tsv", []
    letters = {"latin-1": "Été", "cp949": "여름"}[encoding]
    path.write_bytes(f"a\tb\n{letters}\tc\n".encode(encoding) + b"a\tb\n" * 300)
    with pytest.raises(ValueError, match=r"pairs\.tsv is not UTF-8: 1 .* line 2; .*iconv -f"):
        read_pairs(path, told.append)
    assert told == []


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_lines_end_as_any_system_ends_them(tmp_path, ends):
    path = tmp_path / "pairs.tsv"
    path.write_bytes(f"Go.\tVa !{ends}Hi.\tSalut !{ends}".encode())
    assert read_pairs(path, print) == [("Go.", "Va !"), ("Hi.", "Salut !")]


def test_a_file_is_unpacked_by_what_it_is_and_not_by_its_name(tmp_path):
    text, path = b"Go.\tVa !\n", tmp_path / "pairs"
    packed = gzip.compress(text * 99)
    path.write_bytes(packed)
    assert len(read_pairs(path, print)) == 99
    plain = tmp_path / "pairs.tsv.gz"
    plain.write_bytes(text)
    assert read_pairs(plain, print) == [("Go.", "Va !")]
    plain.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(ValueError, match=r"pairs\.tsv\.gz cannot be unpacked .*: it is cut off"):
        read_pairs(plain, print)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty: it should have source, tab and target"),
        (b"\n\n", "is empty"),
        (b"PK\x03\x04...", "is a zip archive: unpack it"),
        (b'"Go.","Va !"\n' * 9, "has no tab at all.*a spreadsheet saves it as tab-separated"),
        (b"1276\tGo.\t2\tVa !\n" * 9, "the first column should hold sentences.*cut -f2,4"),
        (b"Go.\t17\tVa !\n" * 9, "the second column should hold sentences.*9 of 9 are numbers"),
        ("Été\tb\n".encode("utf-16")[:-1], "begins as UTF-16, but is none"),
    ],
    ids=["empty", "blank", "zip", "commas", "numbers first", "numbers second", "cut"],
)
def test_what_is_no_file_of_pairs_is_told_with_what_to_do(tmp_path, content, told):
    path = tmp_path / "pairs.tsv"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=rf"pairs\.tsv:? .*{told}"):
        read_pairs(path, lambda line: None)


@pytest.mark.parametrize("name", [".", "none.tsv"])
def test_a_folder_or_nothing_is_told(tmp_path, name):
    with pytest.raises(ValueError, match="give a file with source, tab and target"):
        read_pairs(tmp_path / name, print)


def test_the_third_column_of_tatoeba_is_no_fault(tmp_path):
    """Its attribution stands in all lines, or in some of them."""
    path, told = tmp_path / "fra.txt", []
    source = "CC-BY 2.0 (France) Attribution: tatoeba.org #2877272 (CM) & #1158250 (Wittydev)"
    path.write_text(f"Go.\tVa !\t{source}\n" * 40 + "Hi.\tSalut !\n" * 40, encoding="utf-8")
    assert read_pairs(path, told.append) == [("Go.", "Va !")] * 40 + [("Hi.", "Salut !")] * 40
    assert told == ["fra.txt: 40 lines have more than two columns; the first two are taken"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_mark_of_the_encoding_is_read_as_one(tmp_path, encoding):
    path, told = tmp_path / "pairs.tsv", []
    path.write_bytes("Été\t여름\r\nb\tc\r\n".encode(encoding))
    assert read_pairs(path, told.append) == [("Été", "여름"), ("b", "c")] and not told


def test_the_quotation_marks_of_a_spreadsheet_are_taken_off(tmp_path):
    path, told = tmp_path / "p.tsv", []
    path.write_text('Go.\t"Va !"\n"She said ""no""."\t"Elle a dit ""non""."\n', encoding="utf-8")
    assert read_pairs(path, told.append) == [
        Pair("Go.", "Va !"), Pair('She said "no".', 'Elle a dit "non".')
    ]  # fmt: skip
    (line,) = told
    assert "3 texts" in line and "quotation marks" in line


def test_a_line_break_in_a_cell_of_a_spreadsheet_is_no_end(tmp_path):
    path, told = tmp_path / "p.tsv", []
    path.write_bytes(
        'Go.\tVa !\r\n"He sang.\nThen he left."\t"Il a chanté.\nPuis il est parti."\r\n'
        'no tab\r\n"She said\n""no""."\tNon.\r\n'.encode()
        + b"a\tb\r\n" * 40
    )
    assert read_pairs(path, told.append)[:3] == [
        Pair("Go.", "Va !"), Pair("He sang. Then he left.", "Il a chanté. Puis il est parti."),
        Pair('She said "no".', "Non."),
    ]  # fmt: skip
    assert "3 texts" in told[0] and "3 texts have a line break inside" in told[1]
    assert "line 5: expected two" in told[2] and "1 of 44 lines" in told[3]


@pytest.mark.parametrize("lost", ['"Go.\tVa !', 'Go.\t"', 'Go.\t"Va !', '3" wide\tlarge'])
def test_a_lone_mark_joins_no_lines(tmp_path, lost):
    """Neither where it is never closed, nor where another one far below seems to close it."""
    for last in ("Hi.\tSalut !", 'Hi."\tSalut !', 'Hi.\tSalut !"'):
        path = tmp_path / "p.tsv"
        path.write_text("\n".join([lost, *["a\tb"] * 30, last]), encoding="utf-8")
        found = read_pairs(path, lambda line: None)
        assert found == [Pair(*line.split("\t")) for line in (lost, *["a\tb"] * 30, last)]


@pytest.mark.parametrize(
    "names",
    [
        "source\ttarget", "English\tFrench", "eng\tfra", "EN\tKO", "영어\t프랑스어", "원문\t번역문",
        "english_text\tfrench_text", "Source (English)\tTarget (French)", '"English"\t"français"',
        "src\ttgt\tlicence", "sentence1\tsentence2",
    ],
)  # fmt: skip
def test_names_of_the_columns_are_no_pair(tmp_path, names):
    path, told = tmp_path / "p.tsv", []
    path.write_text(f"{names}\nGo.\tVa !\nSource.\tCible.\n", encoding="utf-8")
    assert read_pairs(path, told.append) == [Pair("Go.", "Va !"), Pair("Source.", "Cible.")]
    (line,) = [line for line in told if "name the columns" in line]
    assert "p.tsv, line 1: " in line and "left out" in line


@pytest.mark.parametrize(
    "pair",
    ["English\tAnglais", "Hi\tHa", "no\tnon", "English.\tFrench.", "text\ttexte", "Go.\tVa !"],
)
def test_a_first_pair_that_looks_like_names_is_one(tmp_path, pair):
    path, told = tmp_path / "p.tsv", []
    path.write_text(f"{pair}\nHi.\tSalut !\n", encoding="utf-8")
    assert len(read_pairs(path, told.append)) == 2 and told == []


def test_marks_that_people_wrote_stay(tmp_path):
    path, told = tmp_path / "p.tsv", []
    path.write_text('"Go."\t"Va !"\nShe said "no".\tElle a dit "non".\n', encoding="utf-8")
    assert read_pairs(path, told.append)[0] == Pair('"Go."', '"Va !"') and told == []


def test_utf_16_without_a_mark_is_refused(tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_bytes("Go.\tVa !\n".encode("utf-16-le"))
    with pytest.raises(ValueError, match="UTF-16; save it as UTF-8"):
        read_pairs(path, lambda line: None)


def test_a_file_without_pairs_is_told(tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text("nothing\nhere\n")
    with pytest.raises(ValueError, match=r"pairs\.tsv has no line"):
        read_pairs(path, lambda line: None)


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    """Pairs of which some share a source but for case, width and spacing."""
    plain = [Pair(*pair) for pair in sentence_pairs()]
    return [
        *plain,
        *(Pair(f"  {s.upper()}", t + " bis") for s, t in plain[::3]),
        *(Pair(s.replace(" ", "\u3000"), t + " ter") for s, t in plain[::5]),
        *(Pair("Go.", f"Va {i}") for i in range(5)),
    ]


def key(text: str) -> str:
    return " ".join(text.replace("\u3000", " ").casefold().split())


def test_the_parts_share_no_source(pairs):
    split = split_pairs(pairs, 10, 1)
    parts = [
        {key(pair.source) for pair in split.train},
        set(map(key, split.valid)),
        set(map(key, split.test)),
    ]
    assert [len(part) for part in parts[1:]] == [10, 10]
    assert sum(map(len, parts)) == len({key(pair.source) for pair in pairs})
    assert not parts[0] & parts[1] and not parts[0] & parts[2] and not parts[1] & parts[2]


def test_every_pair_is_in_one_part(pairs):
    split = split_pairs(pairs, 10, 1)
    held = [t for part in (split.valid, split.test) for targets in part.values() for t in targets]
    assert Counter([pair.target for pair in split.train] + held) == Counter(p.target for p in pairs)
    for part in (split.valid, split.test):
        for source, targets in part.items():
            assert targets == [p.target for p in pairs if key(p.source) == key(source)]
            assert 3 <= len(source.split()) <= 20


@pytest.mark.parametrize("text", ["私は毎日歌います。", "我每天都唱歌。", "ฉันร้องเพลงทุกวัน"])
def test_a_script_without_spaces_is_held_out_by_its_characters(text):
    made = [Pair(f"{text}{chr(ord(text[0]) + i)}", "I sing.") for i in range(30)]
    long = [Pair(text * 20 + text[:i], "I sing.") for i in range(5)]
    split = split_pairs([*made, *long], 9, 1)
    assert len(split.test) == len(split.valid) == 1
    assert all(len(source) <= 60 for source in [*split.test, *split.valid])
    assert split_pairs([Pair("Donaudampfschifffahrt", "x")] * 40, 9, 1).test == {}


def test_the_seed_alone_decides_the_split(pairs):
    assert split_pairs(pairs, 10, 1) == split_pairs(pairs, 10, 1)
    assert split_pairs(pairs, 10, 1).test != split_pairs(pairs, 10, 2).test


def test_a_small_corpus_keeps_most_for_training(pairs):
    split = split_pairs(pairs, 2000, 1)
    assert len(split.test) == len(split.valid) == len({key(p.source) for p in pairs}) // 20
    tiny = split_pairs(pairs[:5], 2000, 1)
    assert (len(tiny.train), tiny.valid, tiny.test) == (5, {}, {})


@pytest.fixture(params=["pieces", "characters", "words"])
def splits(request, pairs):
    return tokeniser(request.param).train((side for pair in pairs for side in pair), 400)


@pytest.mark.parametrize("tokens", [1, 30, 200, 10**6])
def test_an_epoch_serves_each_pair_once(pairs, splits, tokens):
    corpus = Corpus(pairs, splits, tokens)
    pad, start, end = splits.pad, splits.start, splits.end
    expected = Counter((tuple([*splits.encode(s), end]), tuple(splits.encode(t))) for s, t in pairs)
    for seed in range(3):
        served = Counter()
        for ready in corpus.batches(random.Random(seed)):
            assert len({*map(len, (ready.source, ready.given, ready.wanted))}) == 1
            assert pad not in ready.source and (ready.source[:, -1] == end).all()
            for source, given, wanted, real in zip(*(part.tolist() for part in ready), strict=True):
                size = wanted.index(end)
                assert real == [i <= size for i in range(len(wanted))]
                assert given[: size + 1] == [start, *wanted[:size]]
                assert set(given[size + 1 :]) <= {pad} and set(wanted[size + 1 :]) <= {pad}
                served[tuple(source), tuple(wanted[:size])] += 1
        assert served == expected


def test_padding_is_told_by_lengths_where_another_mark_pads():
    """Some tokenisers pad with the mark that ends a text."""

    class Marks:
        start, end, pad = 1, 2, 2

    ready = batch([([5, 2], [7, 2, 8]), ([6, 2], [7])], Marks)
    assert ready.wanted.tolist() == [[7, 2, 8, 2], [7, 2, 2, 2]]
    assert ready.real.tolist() == [[True] * 4, [True, True, False, False]]


def test_held_out_sentences_that_decoding_does_not_read_are_no_measure(splits):
    many = "Tom sings. " * splits.most
    held = {"I sing.": ["Je chante.", many], many: ["Tom"], "I eat.": [many, "Je mange."]}
    left = readable(held, splits)
    assert left == {"I sing.": ["Je chante."], "I eat.": ["Je mange."]}
    assert readable({"I sing.": [many]}, splits) == {}


def test_longer_pairs_than_decoding_reads_are_left_out_and_counted(pairs, splits):
    many = "Tom sings. " * splits.most
    corpus = Corpus([*pairs, Pair(many, "Tom"), Pair("Tom", many * 2)], splits, 200)
    assert corpus.too_long == 2
    assert sum(map(len, corpus.groups.values())) == len(pairs)
    with pytest.raises(ValueError, match="of 1 pairs none is short enough"):
        Corpus([Pair(many, "Tom")], splits, 200)


def test_each_epoch_has_as_many_batches_but_an_order_of_its_own(pairs, vocabulary):
    for tokens in range(20, 200, 7):
        corpus = Corpus(pairs, vocabulary, tokens)
        assert len({sum(1 for _ in corpus.batches(random.Random(s))) for s in range(20)}) == 1
    first, again, other = (
        [ready.given.tolist() for ready in corpus.batches(random.Random(seed))]
        for seed in (1, 1, 2)
    )
    assert first == again != other


def test_batches_are_about_as_large_as_asked(pairs, vocabulary):
    sizes = [ready.given.size for ready in Corpus(pairs, vocabulary, 60).batches(random.Random(0))]
    assert max(sizes) <= 60 + 3 * max(len(vocabulary.encode(t)) + 1 for _, t in pairs)
