"""REFI-QDA: projects go out and come back, are what an independent reader expects, and faults name their line."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings

from framing.annotations import Evidence, Findings, FrameLabel, Speaker, Statement
from framing.codebooks import load_codebook
from framing.errors import GoldError, UsageError
from framing.interop import CodedArticle, Scheme, export, load_format
from framing.text import Document, Span
from tests.interop_kit import PIECES, coded_articles, documents

TEXT = "One.\r\n\r\n\U0001f600 “No,” said\r\nMara Quist."
DOCUMENT = Document(id="a1", text=TEXT)
QUOTED, QUIST = Span(10, 15), Span(22, 32)
FOUND = Findings(
    speakers=(Speaker(id="S1", name="Mara Quist", mentions=(QUIST,)),),
    statements=(
        Statement(id="Q1", speaker="S1", kind="direct", spans=(QUOTED,), text=QUOTED.of(TEXT), source=QUIST),
    ),
    frames=(
        FrameLabel(
            codebook="policy-frames.v1",
            frame="economic",
            primary=True,
            evidence=(Evidence(spans=(QUOTED,), text=QUOTED.of(TEXT), voice="S1"),),
        ),
    ),
)
ONE = CodedArticle(DOCUMENT, {"anna": FOUND, "ben": Findings()})
SCHEME = Scheme(codebooks=(load_codebook("policy-frames"),))


@settings(deadline=None, max_examples=40)
@given(coded_articles(pieces=PIECES))
def test_all_that_was_coded_comes_back_but_for_what_is_reported(articles: tuple[CodedArticle, ...]) -> None:
    with TemporaryDirectory() as folder:
        report = export(articles, Path(folder) / "p.qdpx", Scheme(), form="refi-qda")
        back = load_format("refi-qda").read(Path(folder) / "p.qdpx", documents(articles), Scheme())
    if not report.not_held:
        assert back.articles == articles
    if not any("\r\n" in a.document.text or "\ufeff" in a.document.text for a in articles):
        assert report.not_held == ()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    report = export((ONE,), tmp_path / "p.qdpx", SCHEME, form="refi-qda")
    assert report.not_held == ()
    return tmp_path / "p.qdpx"


def read(path: Path) -> tuple[CodedArticle, ...]:
    return load_format("refi-qda").read(path, documents([ONE]), SCHEME).articles


def rewritten(path: Path, change: Callable[[str, bytes], bytes]) -> Path:
    data = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(data, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    path.write_bytes(data.getvalue())
    return path


def edited(path: Path, *changes: tuple[str, str]) -> Path:
    def change(name: str, data: bytes) -> bytes:
        if not name.endswith(".qde"):
            return data
        text = data.decode("utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        return text.encode("utf-8")

    return rewritten(path, change)


def fault(path: Path) -> str:
    with pytest.raises(GoldError) as error:
        read(path)
    return str(error.value)


def test_an_independent_reader_finds_users_codes_and_passages(project: Path, tmp_path: Path) -> None:
    pyrefiqda = pytest.importorskip("pyrefiqda.refiproject")
    found = pyrefiqda.RefiProject.load(project, extract_dir=str(tmp_path / "x"))
    assert [user.name for user in found.users.user] == ["anna", "ben"]
    (source,) = found.sources.text_source
    text = (tmp_path / "x" / "sources" / source.plain_text_path.removeprefix("internal://")).read_text("utf-8")
    passages = {text[s.start_position : s.end_position] for s in source.plain_text_selection}
    assert passages == {"“No,”", "Mara Quist"}
    assert {code.name for code in found.code_book.codes.code} >= {"Statement", "Claim", "Frames", "Mention"}


def test_the_codebook_file_is_one_that_an_independent_reader_reads(project: Path) -> None:
    codebooks = pytest.importorskip("pyrefiqda.reficodebook")
    top = codebooks.RefiCodebook.load(project.with_suffix(".qdc")).codes.code
    (frames,) = [code for code in top if code.name == "Frames"]
    assert [code.name for code in frames.code] == ["policy-frames.v1"]
    described = {code.name: code.description for code in frames.code[0].code}
    assert described["economic"].startswith(load_codebook("policy-frames").frame("economic").name)


def test_the_plain_text_has_line_feeds_alone(project: Path) -> None:
    with zipfile.ZipFile(project) as archive:
        (name,) = [name for name in archive.namelist() if name.startswith("sources/")]
        assert archive.read(name).decode("utf-8") == TEXT.replace("\r\n", "\n")


def test_equal_labels_make_equal_projects(project: Path, tmp_path: Path) -> None:
    export((ONE,), tmp_path / "again" / "p.qdpx", SCHEME, form="refi-qda")
    assert (tmp_path / "again" / "p.qdpx").read_bytes() == project.read_bytes()


def with_crlf(name: str, data: bytes) -> bytes:
    return data.replace(b"\n", b"\r\n") if name.startswith("sources/") else data


def test_a_program_that_writes_crlf_and_counts_one_is_understood(project: Path) -> None:
    assert read(rewritten(project, with_crlf)) == (ONE,)


def test_a_program_that_writes_crlf_and_counts_two_is_understood(project: Path) -> None:
    moved = [
        (f'startPosition="{a}" endPosition="{b}"', f'startPosition="{c}" endPosition="{d}"')
        for a, b, c, d in ((8, 13, 10, 15), (19, 29, 22, 32))
    ]
    assert read(edited(rewritten(project, with_crlf), *moved)) == (ONE,)


def test_guids_in_braces_and_capitals_are_the_same(project: Path) -> None:
    def braced(name: str, data: bytes) -> bytes:
        if not name.endswith(".qde"):
            return data
        changed = re.sub(
            r'(UID|uid|creatingUser)="([0-9a-f-]{36})"', lambda m: f'{m[1]}="{{{m[2].upper()}}}"', data.decode()
        )
        return changed.encode("utf-8")

    assert read(rewritten(project, braced)) == (ONE,)


def test_a_frame_coded_by_hand_needs_no_description(project: Path) -> None:
    def bare(name: str, data: bytes) -> bytes:
        return re.sub(rb"<Description>\{.*?</Description>", b"", data) if name.endswith(".qde") else data

    (article,) = read(rewritten(project, bare))
    (label,) = article.codings["anna"].frames
    assert (label.frame, label.primary, label.evidence[0].text) == ("economic", True, "“No,”")


def test_codes_of_other_work_are_left_aside_and_told(project: Path) -> None:
    edited(project, ('name="Mention"', 'name="Lovely"'))
    imported = load_format("refi-qda").read(project, documents([ONE]), SCHEME)
    assert imported.notes == ("left aside: 1 codings with Lovely",)


def test_a_source_that_was_not_asked_about_is_told(project: Path) -> None:
    edited(project, ('name="a1"', 'name="memo"'))
    imported = load_format("refi-qda").read(project, documents([ONE]), SCHEME)
    assert imported.notes == ("source 'memo' is none of the articles that were labelled",)


def test_a_passage_outside_the_text_is_a_problem_with_its_line(project: Path) -> None:
    (article,) = read(edited(project, ('endPosition="29"', 'endPosition="2900"')))
    (problem,) = article.codings["anna"].problems
    assert "19–2900 is not inside a text of 30 characters" in problem.reason
    assert "project.qde" in problem.reason


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ((("<Sources>", "<Sources"),), "not well-formed XML"),
        ((("<Project", '<!DOCTYPE x [<!ENTITY a "b">]>\n<Project'),), "p.qdpx/project.qde:2: has a DTD"),
        ((("internal://", "internal://x"),), "is not in the archive"),
        ((('CodeRef targetGUID="', 'CodeRef targetGUID="0'),), "that is not defined"),
    ],
)
def test_a_fault_names_its_line(project: Path, changes: tuple[tuple[str, str], ...], told: str) -> None:
    assert told in fault(edited(project, *changes))


def test_another_text_is_told_with_its_line(project: Path) -> None:
    changed = rewritten(
        project, lambda name, data: data.replace(b"Quist", b"Twist") if "sources" in name else data
    )
    assert "line 4 differs from character 6: 'Quist.' in the article, 'Twist.' in the file" in fault(changed)


def test_an_archive_without_a_project_is_told(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "p.qdpx", "w") as archive:
        archive.writestr("readme.txt", "nothing")
    assert fault(tmp_path / "p.qdpx").endswith("holds no project (.qde)")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda data: b"no zip at all", "p.qdpx: is no zip archive that can be read"),
        (lambda data: data[: len(data) // 2], "p.qdpx: is no zip archive that can be read"),
        (lambda data: b"", "p.qdpx: is no zip archive that can be read"),
    ],
)
def test_a_damaged_archive_is_told(project: Path, change: Callable[[bytes], bytes], told: str) -> None:
    project.write_bytes(change(project.read_bytes()))
    assert told in fault(project)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda data: data[: len(data) // 2], r"project\.qde:\d+: not well-formed XML"),
        (lambda data: b"", r"project\.qde:1: not well-formed XML: no element found"),
        (lambda data: data.replace(b"anna", b"ann\xe9"), r"project\.qde:\d+: not well-formed XML"),
        (
            lambda data: data.replace(b"utf-8", b"x-9", 1),
            r"project\.qde:1: XML in an encoding that is not read here: unknown encoding",
        ),
    ],
)
def test_a_damaged_project_is_told_with_its_line(
    project: Path, change: Callable[[bytes], bytes], told: str
) -> None:
    damaged = rewritten(project, lambda name, data: change(data) if name.endswith(".qde") else data)
    assert re.search(told, fault(damaged))


def test_names_in_a_project_lead_nowhere_on_the_disk(project: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(project, "a") as archive:
        archive.writestr("../../escaped.txt", "x")
        archive.writestr("/tmp/film.mp4", "x")
    assert read(project) == (ONE,)
    assert not list(tmp_path.parent.rglob("escaped.txt"))


def test_a_project_is_written_to_a_file_of_its_kind(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"--out .*p\.qdpx"):
        export((ONE,), tmp_path / "p", SCHEME, form="refi-qda")
