"""WebAnno TSV 3.3: files go out and come back, are laid out as the format's description says, and name their faults."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings

from framing.annotations import Claim, Findings, Speaker, Statement
from framing.errors import GoldError
from framing.interop import CodedArticle, Scheme, export, load_format
from framing.text import Document, Span
from tests.interop_kit import coded_articles, documents

TEXT = "\U0001f600 “No,” said\r\nMara Quist. Rents rose.\n\nToo\tfar \\."
DOCUMENT = Document(id="x/1", text=TEXT)
QUOTED, QUIST = Span(2, 7), Span(14, 24)
FOUND = Findings(
    speakers=(Speaker(id="S1", name="Mara [Quist]_|", mentions=(QUIST,)),),
    statements=(Statement(id="Q1", speaker="S1", kind="direct", spans=(QUOTED,), text="“No,”", source=QUIST),),
    claims=(Claim(id="C1", voice="narrator", kind="factual", spans=(Span(26, 29),), text="Ren"),),
)
ONE = CodedArticle(DOCUMENT, {"anna": FOUND})


@settings(deadline=None, max_examples=60)
@given(coded_articles())
def test_all_that_was_coded_comes_back_but_for_what_is_reported(articles: tuple[CodedArticle, ...]) -> None:
    with TemporaryDirectory() as folder:
        report = export(articles, Path(folder), Scheme(), form="webanno-tsv")
        back = load_format("webanno-tsv").read(Path(folder), documents(articles), Scheme())
    lost = {(lost.article, lost.coder) for lost in report.not_held if lost.item != "text"}
    given = {a.document.id: a.codings for a in back.articles}
    for article in articles:
        for coder, found in article.codings.items():
            if (article.document.id, coder) not in lost:
                assert given[article.document.id][coder] == found
    if not any(character.isspace() for article in articles for character in article.document.text):
        assert not lost


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    report = export((ONE,), tmp_path, Scheme(), form="webanno-tsv")
    assert report.not_held == ()
    return tmp_path / "anna" / "x_u002f_1.tsv"


def read(path: Path) -> tuple[CodedArticle, ...]:
    return load_format("webanno-tsv").read(path, documents([ONE]), Scheme()).articles


def test_rows_are_tokens_in_code_units_with_numbered_values(exported: Path) -> None:
    lines = exported.read_text(encoding="utf-8").split("\n")
    assert lines[0] == "#FORMAT=WebAnno TSV 3.3"
    assert lines[1] == "#T_SP=framing.Mention|speaker|name|role|kind"
    assert lines[4:6] == ["", ""]
    assert "#Text=\U0001f600 “No,” said\\r" in lines
    assert "#Text=Too\\tfar \\\\." in lines
    rows = {line.split("\t")[2]: line.split("\t") for line in lines if line[:1].isdigit()}
    assert rows["\U0001f600"][:2] == ["1-1", "0-2"]
    assert rows["Mara"][3:7] == ["S1[1]", "Mara \\[Quist\\]\\_\\|[1]", "*[1]", "*[1]"]
    assert rows["Ren"][:2] == ["3-1.1", "27-30"]


def test_a_link_is_a_slot_that_names_the_row_of_its_target(exported: Path) -> None:
    (row,) = [line for line in exported.read_text(encoding="utf-8").split("\n") if "\tNo\t" in line]
    assert "\tsource[2]\t2-1[1]\t" in row


def test_sentences_of_inception_leave_gaps_that_the_article_fills(exported: Path) -> None:
    text = exported.read_text(encoding="utf-8")
    exported.write_text(
        text.replace("#Text=Rents rose.\n#Text=\n#Text=\n", "#Text=Rents rose.\n"), encoding="utf-8"
    )
    assert exported.read_text(encoding="utf-8") != text
    assert read(exported) == (ONE,)


def test_a_mark_that_ends_in_white_space_is_cut_and_that_is_told(tmp_path: Path) -> None:
    claim = Claim(id="C1", voice="narrator", kind=None, spans=(Span(0, 2),), text=TEXT[:2])
    report = export(
        (CodedArticle(DOCUMENT, {"anna": Findings(claims=(claim,))}),), tmp_path, Scheme(), form="webanno-tsv"
    )
    assert [str(lost) for lost in report.not_held] == ["x/1: anna: C1: white space at its ends is cut off"]


def test_layers_of_other_work_are_left_aside_and_told(exported: Path) -> None:
    text = exported.read_text(encoding="utf-8").replace("framing.Claim", "custom.Sentiment")
    exported.write_text(text, encoding="utf-8")
    imported = load_format("webanno-tsv").read(exported, documents([ONE]), Scheme())
    assert imported.articles[0].codings["anna"].claims == ()
    assert imported.notes[0].startswith("left aside:")
    assert imported.notes[0].endswith("values of custom.Sentiment")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("#FORMAT=WebAnno TSV 3.3", "#FORMAT=WebAnno TSV 2", ":1: begins with '#FORMAT=WebAnno TSV 2'"),
        ("\t0-2\t", "\t0-1000000000000\t", "0-1000000000000 is no token of a text of"),
        ("\t0-2\t", "\tzero\t", "not the offsets of a token: 'zero'"),
        ("2-1[1]", "2-1[99]", "the link 'source' goes to '2-1[99]', where there is no mark"),
        ("#Text=Mara", "#Text=Lara", "its text is not that of article 'x/1': line 2 differs from character 1"),
        ("S1[1]", "S1[1", "not a value: 'S1[1'"),
        ("\tfar\t_\t", "\tfar\t", "cells, the header asks for"),
    ],
)
def test_a_fault_names_its_file(old: str, new: str, told: str, exported: Path) -> None:
    text = exported.read_text(encoding="utf-8")
    assert old in text
    exported.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(GoldError) as error:
        read(exported)
    assert "x_u002f_1.tsv" in str(error.value)
    assert told in str(error.value)
