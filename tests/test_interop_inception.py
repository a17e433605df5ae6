"""INCEpTION: CAS as XMI and JSON go out and come back, INCEpTION's own exports are read, faults are named."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings

from framing.annotations import Claim, Findings, FrameLabel, Speaker, Statement
from framing.codebooks import load_codebook
from framing.errors import GoldError
from framing.interop import GOLD, CodedArticle, Scheme, export, load_format
from framing.text import Document, Span, excerpt
from tests.interop_kit import PIECES, coded_articles, documents

FORMS = ("inception", "inception-json")
TEXT = "\U0001f600 “No,”\r\nsaid Mara Quist."
DOCUMENT = Document(id="x/1", text=TEXT)
QUOTED, QUIST = Span(2, 7), Span(14, 24)
STATEMENT = Statement(id="Q1", speaker="S1", kind="direct", spans=(QUOTED,), text="“No,”", source=QUIST)
FOUND = Findings(
    speakers=(Speaker(id="S1", name="Mara Quist", mentions=(QUIST,)),),
    statements=(STATEMENT,),
    frames=(FrameLabel(codebook="policy-frames.v1", frame="economic", primary=True),),
)
ONE = CodedArticle(DOCUMENT, {"anna": FOUND})
SCHEME = Scheme(codebooks=(load_codebook("policy-frames"),))


@pytest.mark.parametrize("form", FORMS)
@settings(deadline=None, max_examples=30)
@given(coded_articles(pieces=(*PIECES, "\x00", "\x0b")))
def test_all_that_was_coded_comes_back(form: str, articles: tuple[CodedArticle, ...]) -> None:
    with TemporaryDirectory() as folder:
        report = export(articles, Path(folder), Scheme(), form=form)
        back = load_format(form).read(Path(folder), documents(articles), Scheme())
    said = {lost.item for lost in report.not_held}
    if said <= {"text"}:
        assert {a.document.id: a.codings for a in back.articles} == {a.document.id: a.codings for a in articles}
    assert ("text" in said) == (
        form == "inception" and any(set("\x00\x0b") & set(a.document.text) for a in articles)
    )


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    export((ONE,), tmp_path, SCHEME, form="inception")
    return tmp_path


def read(path: Path) -> tuple[CodedArticle, ...]:
    return load_format("inception").read(path, documents([ONE]), SCHEME).articles


def fault(path: Path) -> str:
    with pytest.raises(GoldError) as error:
        read(path)
    return str(error.value)


def test_offsets_are_code_units_in_the_file(exported: Path) -> None:
    assert 'begin="3" end="8"' in (exported / "anna" / "x_u002f_1.xmi").read_text(encoding="utf-8")


def test_the_layers_have_slots_for_links(exported: Path) -> None:
    system = (exported / "TypeSystem.xml").read_text(encoding="utf-8")
    assert "<name>framing.Statement</name>" in system
    assert "<elementType>framing.StatementSourceLink</elementType>" in system


def test_the_frames_of_the_codebook_are_a_tagset(exported: Path) -> None:
    lines = (exported / "tagsets" / "policy-frames.v1.tsv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("policy-frames.v1\t")
    assert [line.split("\t")[0] for line in lines[2:]] == list(load_codebook("policy-frames").codes)


def test_a_single_file_is_read_with_the_type_system_above_it(exported: Path) -> None:
    assert read(exported / "anna" / "x_u002f_1.xmi") == (ONE,)


def zipped(members: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def test_a_project_export_keeps_annotators_apart_and_its_curation_is_gold(exported: Path, tmp_path: Path) -> None:
    cas = (exported / "anna" / "x_u002f_1.xmi").read_bytes()
    system = (exported / "TypeSystem.xml").read_bytes()
    inner = {
        name: zipped({f"{user}.xmi": cas, "TypeSystem.xml": system})
        for name, user in (
            ("annotation/x_u002f_1.xmi/ben.zip", "ben"),
            ("annotation/x_u002f_1.xmi/INITIAL_CAS.zip", "INITIAL_CAS"),
            ("curation/x_u002f_1.xmi/CURATION_USER.zip", "CURATION_USER"),
        )
    }
    project = tmp_path / "project.zip"
    project.write_bytes(zipped({"exportedproject.json": b"{}", **inner}))
    (article,) = read(project)
    assert article.codings == {"ben": FOUND, GOLD: FOUND}


def test_marks_drawn_by_hand_need_no_ids(tmp_path: Path) -> None:
    export((CodedArticle(DOCUMENT, {"anna": Findings()}),), tmp_path, SCHEME, form="inception-json")
    file = tmp_path / "anna" / "x_u002f_1.json"
    cas = json.loads(file.read_text(encoding="utf-8"))
    sofa = next(fs["%ID"] for fs in cas["%FEATURE_STRUCTURES"] if fs["%TYPE"] == "uima.cas.Sofa")
    mention = {"%ID": 90, "%TYPE": "framing.Mention", "@sofa": sofa, "begin": 15, "end": 25, "name": "Mara Quist"}
    link = {"%ID": 91, "%TYPE": "framing.StatementSourceLink", "role": "source", "@target": 90}
    links = {"%ID": 92, "%TYPE": "uima.cas.FSArray", "%ELEMENTS": [91]}
    statement = {"%ID": 93, "%TYPE": "framing.Statement", "@sofa": sofa, "begin": 3, "end": 8, "kind": "direct"}
    cas["%FEATURE_STRUCTURES"] += [mention, link, links, {**statement, "@sourceLink": 92}]
    cas["%VIEWS"]["_InitialView"]["%MEMBERS"] += [90, 93]
    file.write_text(json.dumps(cas), encoding="utf-8")
    (article,) = read(tmp_path)
    (found,) = article.codings["anna"].statements
    assert (found.speaker, found.source, found.text) == ("p1", QUIST, "“No,”")


def test_other_annotations_are_left_aside_and_told(exported: Path) -> None:
    file, system = exported / "anna" / "x_u002f_1.xmi", exported / "TypeSystem.xml"
    for path in (file, system):
        path.write_text(path.read_text(encoding="utf-8").replace("ArticleFrame", "Sentiment"), encoding="utf-8")
    imported = load_format("inception").read(exported, documents([ONE]), SCHEME)
    assert imported.notes == ("left aside: 1 annotations of framing.Sentiment",)


def test_an_offset_outside_the_text_is_told_with_its_file(exported: Path) -> None:
    file = exported / "anna" / "x_u002f_1.xmi"
    file.write_text(file.read_text(encoding="utf-8").replace('end="8"', 'end="800"'), encoding="utf-8")
    assert "x_u002f_1.xmi: is no CAS that can be read: UserWarning: Not mapping external offset [800]" in fault(
        exported
    )


def test_an_annotation_of_no_length_is_a_problem_of_its_coder(exported: Path) -> None:
    file = exported / "anna" / "x_u002f_1.xmi"
    file.write_text(file.read_text(encoding="utf-8").replace('end="8"', 'end="3"'), encoding="utf-8")
    (article,) = read(exported)
    assert article.codings["anna"].statements == ()
    assert [p.reason for p in article.codings["anna"].problems if p.loses] == [
        "Statement at 2–2: it marks a place of no length, and no text"
    ]


def test_another_text_is_told_with_its_line(exported: Path) -> None:
    file = exported / "anna" / "x_u002f_1.xmi"
    file.write_text(file.read_text(encoding="utf-8").replace("Mara", "Lara"), encoding="utf-8")
    assert "its text is not that of article 'x/1': line 2 differs from character 6: 'Mara Quist.'" in fault(
        exported
    )


def test_broken_xml_is_told_with_its_line(exported: Path) -> None:
    file = exported / "anna" / "x_u002f_1.xmi"
    file.write_bytes(file.read_bytes()[:-20])
    assert "x_u002f_1.xmi:2: is no CAS that can be read: XMLSyntaxError" in fault(exported)


def test_an_article_that_was_not_asked_about_is_told(exported: Path) -> None:
    (exported / "anna" / "x_u002f_1.xmi").rename(exported / "anna" / "y.xmi")
    assert "y.xmi: neither its name nor its folder's is that of an article labelled" in fault(exported)


def test_a_folder_without_a_cas_is_told(tmp_path: Path) -> None:
    assert "holds no CAS" in fault(tmp_path)


def test_a_broken_archive_is_told(tmp_path: Path) -> None:
    (tmp_path / "p.zip").write_bytes(b"PK\x03\x04nothing")
    assert "p.zip: is no zip archive that can be read" in fault(tmp_path / "p.zip")


def test_pieces_of_one_claim_come_back_as_one(tmp_path: Path) -> None:
    spans = (Span(2, 7), Span(9, 13))
    claim = Claim(id="C1", voice="narrator", kind=None, spans=spans, text=excerpt(TEXT, spans))
    article = CodedArticle(DOCUMENT, {"anna": Findings(claims=(claim,))})
    export((article,), tmp_path, SCHEME, form="inception")
    assert read(tmp_path) == (article,)
    file = tmp_path / "anna" / "x_u002f_1.xmi"
    file.write_text(file.read_text(encoding="utf-8").replace('continues="C1"', 'continues="C7"'), encoding="utf-8")
    (back,) = read(tmp_path)
    assert [p.reason for p in back.codings["anna"].problems] == [
        "Claim at 9–13: it continues 'C7', and there is no such Claim"
    ]


ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
    '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
    '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">',
)


@pytest.mark.parametrize("doctype", ENTITIES)
@pytest.mark.parametrize("name", ["anna/x_u002f_1.xmi", "TypeSystem.xml"])
def test_no_entity_is_expanded_and_no_dtd_read(doctype: str, name: str, exported: Path) -> None:
    file = exported / name
    head, end, rest = file.read_text(encoding="utf-8").partition("?>")
    file.write_text(f"{head}{end}\n{doctype}{rest}", encoding="utf-8")
    assert "x_u002f_1.xmi:2: has a DTD, which no such file needs: refused" in fault(exported)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda data: data[: len(data) // 2], r"x_u002f_1.xmi:\d+: is no CAS that can be read"),
        (lambda data: data.replace("é".encode(), b"\xe9"), r"x_u002f_1.xmi:2: is no CAS that can be read"),
        (lambda data: data.replace(b"encoding='UTF-8'", b"encoding='X-9'", 1), r"x_u002f_1.xmi(:1)?: is no CAS"),
        (lambda data: data.replace(b"framing:Statement", b"framing:Utterance"), r"is no CAS .*Utterance"),
        (lambda data: b"", r"x_u002f_1.xmi(:1)?: is no CAS that can be read"),
    ],
)
def test_a_file_that_was_damaged_is_told_with_its_place(
    change: Callable[[bytes], bytes], told: str, exported: Path
) -> None:
    file = exported / "anna" / "x_u002f_1.xmi"
    file.write_bytes(change(file.read_bytes().replace(b"Mara", "Mar\u00e9".encode())))
    assert re.search(told, fault(exported))


def test_a_truncated_json_is_told_with_its_line(tmp_path: Path) -> None:
    export((ONE,), tmp_path, SCHEME, form="inception-json")
    file = tmp_path / "anna" / "x_u002f_1.json"
    file.write_bytes(file.read_bytes()[:-40])
    assert re.search(r"x_u002f_1.json:\d+: is no CAS that can be read: JSONDecodeError", fault(tmp_path))


def test_names_in_an_archive_lead_nowhere_on_the_disk(exported: Path, tmp_path: Path) -> None:
    cas, system = ((exported / name).read_bytes() for name in ("anna/x_u002f_1.xmi", "TypeSystem.xml"))
    archive = tmp_path / "inner" / "p.zip"
    archive.parent.mkdir()
    names = {"../../anna/x_u002f_1.xmi": cas, "../../anna/TypeSystem.xml": system, "/tmp/anna/readme.txt": b"x"}
    archive.write_bytes(zipped(names))
    (article,) = read(archive)
    assert article.codings == {"anna": FOUND}
    assert [path.name for path in archive.parent.iterdir()] == ["p.zip"]


def test_zips_in_zips_in_zips_are_refused(tmp_path: Path) -> None:
    (tmp_path / "p.zip").write_bytes(zipped({"a.zip": zipped({"b.zip": zipped({"c.zip": b""})})}))
    assert "p.zip/a.zip/b.zip: is a zip in a zip in a zip" in fault(tmp_path / "p.zip")


def test_an_archive_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "p.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in range(3):
            archive.writestr(f"anna/{name}.xmi", bytes(1 << 20))
    with zipfile.ZipFile(tmp_path / "p.zip") as archive:
        sizes = [member.file_size for member in archive.infolist()]
    data = (tmp_path / "p.zip").read_bytes()
    (tmp_path / "p.zip").write_bytes(data.replace(sizes[0].to_bytes(4, "little"), (1 << 30).to_bytes(4, "little")))
    assert "holds more than 1024 MB of texts and labels" in fault(tmp_path / "p.zip")


def test_an_archive_gives_no_more_than_it_says_it_holds(tmp_path: Path) -> None:
    (tmp_path / "p.zip").write_bytes(zipped({"anna/x_u002f_1.xmi": b"<x/>" * 9}))
    data = (tmp_path / "p.zip").read_bytes()
    (tmp_path / "p.zip").write_bytes(data.replace((36).to_bytes(4, "little"), (4).to_bytes(4, "little")))
    assert "p.zip: is no zip archive that can be read" in fault(tmp_path / "p.zip")
