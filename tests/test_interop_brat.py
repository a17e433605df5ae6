"""brat: standoff files go out and come back, hold what brat's own rules allow, and faults name their line."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings

from framing.annotations import Claim, Findings, Speaker, Statement
from framing.codebooks import load_codebook
from framing.errors import GoldError
from framing.interop import CodedArticle, Scheme, export, load_format
from framing.interop.bratreading import fragments
from framing.text import Document, Span
from tests.interop_kit import coded_articles, documents

TEXT = "\U0001f600 “No,” said\r\nMara Quist."
DOCUMENT = Document(id="x/1", text=TEXT)
QUOTED, QUIST = Span(2, 7), Span(14, 24)
FOUND = Findings(
    speakers=(Speaker(id="S1", name="Mara Quist", mentions=(QUIST,)),),
    statements=(Statement(id="Q1", speaker="S1", kind="direct", spans=(QUOTED,), text="“No,”", source=QUIST),),
    claims=(Claim(id="C1", voice="narrator", kind="factual", spans=(Span(8, 24),), text=TEXT[8:24]),),
)
ONE = CodedArticle(DOCUMENT, {"anna": FOUND})
SCHEME = Scheme(codebooks=(load_codebook("policy-frames"),))


@settings(deadline=None, max_examples=60)
@given(coded_articles())
def test_all_that_was_coded_comes_back_but_for_what_is_reported(articles: tuple[CodedArticle, ...]) -> None:
    with TemporaryDirectory() as folder:
        report = export(articles, Path(folder), Scheme(), form="brat")
        back = load_format("brat").read(Path(folder), documents(articles), Scheme())
        for file in Path(folder).rglob("*.ann"):
            _check_by_the_rules_of_brat(file)
    lost = {(lost.article, lost.coder) for lost in report.not_held}
    given = {a.document.id: a.codings for a in back.articles}
    for article in articles:
        for coder, found in article.codings.items():
            if (article.document.id, coder) not in lost:
                assert given[article.document.id][coder] == found
    if not any(re.search("[\r\n\x85\u2028\ufeff]", a.document.text) for a in articles):
        assert not lost


def _check_by_the_rules_of_brat(file: Path) -> None:
    """What brat's server checks of an annotation that is bound to text."""
    text = file.with_suffix(".txt").read_bytes().decode("utf-8")
    for line in file.read_bytes().decode("utf-8").splitlines():
        if line.startswith("T"):
            _, head, said = line.split("\t", 2)
            spans = [tuple(map(int, pair.split(" "))) for pair in head.split(" ", 1)[1].split(";")]
            assert said == " ".join(text[start:end] for start, end in spans)
            assert all(later[0] > before[1] for before, later in pairwise(spans))


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    report = export((ONE,), tmp_path, SCHEME, form="brat")
    assert report.not_held == ()
    return tmp_path


def read(path: Path) -> tuple[CodedArticle, ...]:
    return load_format("brat").read(path, documents([ONE]), SCHEME).articles


def test_a_mark_over_a_line_end_is_fragments(exported: Path) -> None:
    lines = (exported / "anna" / "x_u002f_1.ann").read_text(encoding="utf-8").splitlines()
    (claim,) = [line for line in lines if "\tClaim" in line]
    assert claim.split("\t")[1:] == ["Claim 8 12;13 23", "said Mara Quist"]
    assert "R1\tSource Arg1:T2 Arg2:T1" in lines


def test_fragments_are_on_one_line_and_do_not_touch() -> None:
    assert fragments([Span(0, 4), Span(4, 6)], "ab\n\ncdef") == [Span(0, 2), Span(4, 6)]


def test_the_configuration_lists_the_frames(exported: Path) -> None:
    configuration = (exported / "anna" / "annotation.conf").read_text(encoding="utf-8")
    assert "Frame\tArg:Evidence|ArticleFrame, Value:economic|" in configuration


def test_an_attribute_changed_in_brat_wins(exported: Path) -> None:
    file = exported / "anna" / "x_u002f_1.ann"
    file.write_text(file.read_text(encoding="utf-8").replace("T2 direct", "T2 mixed"), encoding="utf-8")
    (article,) = read(exported)
    assert article.codings["anna"].statements[0].kind == "mixed"


def test_a_mark_moved_in_brat_is_where_it_was_moved(exported: Path) -> None:
    file = exported / "anna" / "x_u002f_1.ann"
    moved = file.read_text(encoding="utf-8").replace("8 12;13 23\tsaid Mara Quist", "13 17\tMara")
    file.write_text(moved, encoding="utf-8")
    (article,) = read(file)
    assert article.codings["anna"].claims[0].text == "Mara"


def test_what_others_put_there_is_left_aside_and_told(exported: Path) -> None:
    file = exported / "anna" / "x_u002f_1.ann"
    extra = (
        "T9\tDrug 2 4\t“N\nA9\tNegated T9\nR9\tBinds Arg1:T9 Arg2:T9\n*\tEquiv T1 T2\n#9\tAnnotatorNotes T1\thm\n"
    )
    file.write_text(file.read_text(encoding="utf-8") + extra, encoding="utf-8")
    imported = load_format("brat").read(exported, documents([ONE]), SCHEME)
    assert imported.notes == (
        "left aside: 1 annotations of the type 'Drug'",
        "left aside: 1 lines of the kind '*'",
        "left aside: 1 notes in people's own words",
        "left aside: 1 relations of the type 'Binds'",
    )
    assert imported.articles == (ONE,)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("T9\tClaim 2 900\tNo", "'2 900' is not inside a text of 24 characters"),
        ("T9\tClaim 2-4\tNo", "not an annotation: 'T9\\tClaim 2-4\\tNo'"),
        ("T9\tClaim 2 4\tNo", "the words are 'No', but the text has '“N' there"),
        ("A9\tKind", "not an attribute"),
        ("A9\tKind T77 direct", "there is no annotation 'T77'"),
        ("R9\tSource T1 T2", "not a relation"),
        ("R9\tSource Arg1:T1 Arg2:T77", "there is no annotation 'T77'"),
    ],
)
def test_a_fault_names_its_line(line: str, told: str, exported: Path) -> None:
    file = exported / "anna" / "x_u002f_1.ann"
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([*lines, line]) + "\n", encoding="utf-8")
    with pytest.raises(GoldError) as error:
        read(exported)
    assert f"x_u002f_1.ann:{len(lines) + 1}: {told}" in str(error.value)


def test_another_text_is_told(exported: Path) -> None:
    file = exported / "anna" / "x_u002f_1.txt"
    file.write_text(file.read_text(encoding="utf-8").replace("Quist", "Twist"), encoding="utf-8")
    with pytest.raises(GoldError, match=r"x_u002f_1\.txt: is not the text of article 'x/1': line 2 differs"):
        read(exported)


def test_an_article_that_was_not_asked_about_is_told(exported: Path) -> None:
    (exported / "anna" / "x_u002f_1.ann").rename(exported / "anna" / "y.ann")
    with pytest.raises(GoldError, match="'y' is none of the articles that were labelled"):
        read(exported)
