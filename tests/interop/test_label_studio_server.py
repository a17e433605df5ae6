"""The real Label Studio: what it is given, what two people make of it through its API and in its page, what comes back.

`make test-interop` runs this; it starts the server once, which takes about a minute.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from framing.annotations import NARRATOR, UNATTRIBUTED, Claim, Evidence, Findings, FrameLabel, Speaker, Statement
from framing.cli.main import cli
from framing.codebooks import load_codebook
from framing.errors import GoldError
from framing.evaluation import load_gold
from framing.interop import GOLD, CodedArticle, Scheme
from framing.interop.label_studio import read, write
from framing.interop.unmarking import in_text_order
from framing.text import Document, Span, excerpt
from tests.interop.page import LabellingPage
from tests.interop.studio import Annotator, Studio
from tests.shared import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TEXT = (
    "  \U0001f600 “No &amp; <b>never</b>,”  said Mara Quist \U0001f600.\r\n  Ane\u0301  added\tthat "
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 rents rise.\r\r"
    "One CR\u2028and a separator.  \n\n<script>alert(1)</script> <!-- x --> a\u00a0cost of $money, שלום.  "
)
"""Invented, with all that moves offsets: astral and joined emoji, CRLF and lone CR, entities, tags, tabs, blanks."""
DOCUMENT = Document(id="invented/nasty", text=TEXT)
SCHEME = Scheme(codebooks=(load_codebook("policy-frames"),))


def place(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


def coding(*, kind: Any, claim: str, frame: str) -> Findings:
    """One of everything, on the invented text."""
    said, rents = (place("“No &amp; <b>never</b>,”"), place("rents rise")), place(claim)
    return Findings(
        speakers=(
            Speaker(
                id="S1", name="Mara Quist", role="head of <x> & y", kind="person", mentions=(place("Mara Quist"),)
            ),
            Speaker(id="S2", name=None, mentions=(place("Ane\u0301"),)),
        ),
        statements=(
            Statement(
                id="Q1",
                speaker="S1",
                kind=kind,
                spans=said,
                text=excerpt(TEXT, said),
                cue="said",
                cue_span=place("said"),
                source=place("Mara Quist"),
            ),
        ),
        claims=(
            Claim(id="C1", voice="S2", kind="causal", spans=(rents,), text=rents.of(TEXT), checkworthy=True),
            Claim(id="C 2", voice=UNATTRIBUTED, kind=None, spans=(place("שלום"),), text="שלום", checkworthy=False),
        ),
        frames=(
            FrameLabel(
                codebook="policy-frames.v1",
                frame=frame,
                primary=True,
                evidence=(Evidence(spans=(rents,), text=rents.of(TEXT), voice=NARRATOR),),
            ),
        ),
    )


ANNA = coding(kind="direct", claim="that \U0001f468\u200d\U0001f469\u200d\U0001f467 rents", frame="economic")
BEN = coding(kind="mixed", claim="rise.\r\rOne CR\u2028and", frame="quality_of_life")


@pytest.fixture
def project(studio: Studio, tmp_path: Path) -> int:
    """A project with the invented text, and two codings of it as predictions."""
    write([CodedArticle(DOCUMENT, {"anna": ANNA, "ben": BEN})], tmp_path / "sent", SCHEME)
    return studio.project(tmp_path / "sent", "nasty")


@pytest.fixture
def page(studio: Studio, browser: Browser) -> Iterator[LabellingPage]:
    """The page of the first annotator. An error on it fails the test, as does a request to anywhere else."""
    context = browser.new_context(viewport={"width": 1500, "height": 1400})
    opened = context.new_page()
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    labelling = LabellingPage(opened, studio)
    yield labelling
    context.close()
    assert labelling.errors == []
    assert [url for url in asked if not url.startswith((studio.url, "data:", "blob:"))] == []


def results(task: dict[str, Any], coder: str) -> Any:
    return next(p["result"] for p in task["predictions"] if p["model_version"] == coder)


def submit(who: Annotator, task: dict[str, Any], result: Any, **more: Any) -> None:
    who.asked("POST", f"/api/tasks/{task['id']}/annotations/", {"result": result, "lead_time": 1.0} | more)


def codings(studio: Studio, project: int, folder: Path) -> dict[str, Findings]:
    imported = read(studio.export(project, folder / "export.json"), {DOCUMENT.id: DOCUMENT}, SCHEME)
    return dict(imported.articles[0].codings) if imported.articles else {}


def test_what_two_annotators_submit_comes_back_span_by_span(studio: Studio, project: int, tmp_path: Path) -> None:
    task = studio.tasks(project)[DOCUMENT.id]
    submit(studio.anna, task, results(task, "anna"))
    submit(studio.ben, task, results(task, "ben"))
    assert list(codings(studio, project, tmp_path).values()) == [ANNA, BEN]


def test_the_server_keeps_the_text_as_it_is(studio: Studio, project: int) -> None:
    assert studio.tasks(project)[DOCUMENT.id]["data"]["text"] == TEXT


def test_a_prediction_submitted_unchanged_in_the_page_comes_back_whole(
    studio: Studio, project: int, page: LabellingPage, tmp_path: Path
) -> None:
    page.open(project, studio.tasks(project)[DOCUMENT.id]["id"])
    page.submit()
    found = codings(studio, project, tmp_path)
    assert list(found.values()) in ([ANNA], [BEN])


MARKED = (
    "\U0001f600 “No",
    "&amp; <b>never</b>",
    "Quist \U0001f600",
    "said Mara Quist \U0001f600.\r\n  Ane\u0301  added",
    "added\tthat",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 rents",
    "rise",
    "One CR\u2028and",
    "separator.  \n\n<script>",
    "<!-- x --> a\u00a0cost",
    "$money",
    "שלום",
)


def test_words_marked_with_the_mouse_come_back_at_their_code_points(
    studio: Studio, page: LabellingPage, tmp_path: Path
) -> None:
    write([CodedArticle(DOCUMENT)], tmp_path / "blind", SCHEME)
    project = studio.project(tmp_path / "blind", "blind")
    page.open(project, studio.tasks(project)[DOCUMENT.id]["id"])
    for words in MARKED:
        page.mark(TEXT, place(words), "indirect")
    page.submit()
    (found,) = codings(studio, project, tmp_path).values()
    assert [s.text for s in found.statements] == sorted(MARKED, key=lambda words: place(words))
    assert found.problems == ()


def test_skipped_tasks_and_drafts_are_told(studio: Studio, project: int, tmp_path: Path) -> None:
    task = studio.tasks(project)[DOCUMENT.id]
    submit(studio.anna, task, [], was_cancelled=True)
    studio.ben.asked("POST", f"/api/tasks/{task['id']}/drafts", {"result": results(task, "ben"), "lead_time": 1})
    imported = read(studio.export(project, tmp_path / "export.json"), {DOCUMENT.id: DOCUMENT}, SCHEME)
    assert imported.articles == ()
    assert any("skipped" in note for note in imported.notes)
    assert any("draft" in note for note in imported.notes)


def test_an_annotation_without_labels_is_a_coding(studio: Studio, project: int, tmp_path: Path) -> None:
    submit(studio.ben, studio.tasks(project)[DOCUMENT.id], [])
    assert list(codings(studio, project, tmp_path).values()) == [Findings()]


def test_a_ground_truth_is_the_gold(studio: Studio, project: int, tmp_path: Path) -> None:
    task = studio.tasks(project)[DOCUMENT.id]
    submit(studio.anna, task, results(task, "anna"), ground_truth=True)
    assert codings(studio, project, tmp_path)[GOLD] == ANNA


@pytest.mark.parametrize("form", ["JSON_MIN", "CSV"])
def test_the_other_export_formats_are_refused_with_what_to_do(
    studio: Studio, project: int, tmp_path: Path, form: str
) -> None:
    task = studio.tasks(project)[DOCUMENT.id]
    submit(studio.anna, task, results(task, "anna"))
    with pytest.raises(GoldError, match="export the project"):
        read(studio.export(project, tmp_path / "export", form), {DOCUMENT.id: DOCUMENT}, SCHEME)


def test_the_newsroom_goes_through_the_server_by_command(studio: Studio, tmp_path: Path) -> None:
    gold, sent, back = ROOT / "datasets/newsroom/gold.jsonl", tmp_path / "sent", tmp_path / "back.jsonl"
    run("export", gold, "--to", "label-studio", "--out", sent, "--coder", "A", "--coder", "B")
    project = studio.project(sent, "newsroom")
    for task in studio.tasks(project).values():
        submit(studio.anna, task, results(task, "A"))
        submit(studio.ben, task, results(task, "B"))
    exported = studio.export(project, tmp_path / "export.json")
    run("import", exported, "--from", "label-studio", "--articles", gold, "--out", back)
    before = {article.id: article for article in load_gold(gold)}
    for article in load_gold(back):
        for who, coder in ((studio.anna, "A"), (studio.ben, "B")):
            number = who.asked("GET", "/api/current-user/whoami")["id"]
            assert article.coders[f"annotator-{number}"] == in_text_order(before[article.id].coders[coder])


def run(*words: object) -> None:
    done = CliRunner().invoke(cli, ["data", *map(str, words)])
    assert (done.exception, done.return_value) in ((None, None), (None, 0)), done.output
