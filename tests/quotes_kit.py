"""Articles of quotations, made in a line, and what is found in two of them."""

from __future__ import annotations

from pathlib import Path

from framing import Analysis, Document, Span, Speaker, Statement
from framing.annotations import DocumentInfo, Findings, Provenance, StatementKind
from framing.quotes import Requote, RequoteKind, find_requotes

ROOT = Path(__file__).parent.parent
Article = tuple[Document, Analysis]


def analyzed(document: Document, findings: Findings) -> Article:
    info, made = DocumentInfo.of(document), Provenance(framing_version="0", backend="by hand")
    return document, Analysis(
        document=info, speakers=findings.speakers, statements=findings.statements, provenance=made
    )


def article(
    *paragraphs: str, id: str = "a", by: str | None = "Ada Brook", kind: StatementKind = "direct"
) -> Article:
    """An article of quotations; in each paragraph `{…}` is a statement, several are one interrupted statement."""
    text, speakers, statements = "", [Speaker(id="P1", name=by)], []
    for number, paragraph in enumerate(paragraphs, 1):
        name, _, quoted = paragraph.rpartition(": {")
        speaker = "P1"
        if name:
            paragraph = "{" + quoted
            speaker = f"P{len(speakers) + 1}"
            speakers.append(Speaker(id=speaker, name=name))
        spans = []
        for at, char in enumerate(paragraph):
            if char == "{":
                start = at - paragraph[:at].count("{") - paragraph[:at].count("}")
            elif char == "}":
                end = at - paragraph[:at].count("{") - paragraph[:at].count("}")
                spans.append(Span(len(text) + start, len(text) + end))
        text += paragraph.replace("{", "").replace("}", "") + "\n\n"
        said = " … ".join(span.of(text) for span in spans)
        statements.append(Statement(id=f"Q{number}", speaker=speaker, kind=kind, spans=tuple(spans), text=said))
    document = Document(id=id, text=text)
    return analyzed(document, Findings(speakers=tuple(speakers), statements=tuple(statements)))


def pair(a: str, b: str) -> tuple[Requote, ...]:
    """What is found between two articles that each quote one statement of one speaker."""
    return find_requotes([article(a), article(b, id="b")])


def only(found: tuple[Requote, ...]) -> Requote:
    (requote,) = found
    return requote


def kinds(a: str, b: str) -> frozenset[RequoteKind]:
    return only(pair(a, b)).kinds


def changes(requote: Requote) -> list[tuple[str, str]]:
    return [(change.a, change.b) for change in requote.diff if change.op != "equal"]
