"""REFI-QDA 1.0 for NVivo, MAXQDA, ATLAS.ti and others: a project (.qdpx) and its codebook (.qdc).

What is a code: the kind of a statement or claim, a frame of a codebook, Mention, Cue, Source. A coded passage is a mark,
a code on a whole source a label of the article; coders are users, links are links between passages. What else is coded
stands as JSON in the description of the passage. The standard counts code points of the plain text; that text is written
with line feeds alone, because programs disagree on whether CRLF is one position or two.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5
from xml.etree import ElementTree as ET

from framing.errors import UsageError
from framing.interop.adapting import CONTINUES, split
from framing.interop.exchange import CodedArticle, ExportReport, Imported, NotHeld, Scheme, counted
from framing.interop.files import made_folder
from framing.interop.marks import Link, Mark, Markup, mark_up
from framing.interop.offsets import Alignment, align, plain_text, without_xml_controls
from framing.interop.reficodes import CODED, LEADING, SPEAKERS, Code, code_path, codes
from framing.interop.refireading import read_project
from framing.text import Document, Span

__all__ = ["read", "write"]

_PROJECT = "urn:QDA-XML:project:1.0"
_CODEBOOK = "urn:QDA-XML:codebook:1.0"
_SPACE = UUID("6f1c6a3e-5b0d-4f6e-9a53-0d6f0c9b2a11")
_ORIGIN = "framing"
_NAME_LENGTH = 80
_MOMENT = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the archive: equal labels make equal archives."""


def write(articles: Sequence[CodedArticle], out: Path, scheme: Scheme) -> ExportReport:
    """Write the project to `out` (.qdpx) and the codebook beside it (.qdc)."""
    if out.suffix != ".qdpx":
        raise UsageError(f"a REFI-QDA project is one file: --out {out}.qdpx")
    made_folder(out.parent)
    project = _Project(codes(articles, scheme))
    lost = [lost for article in articles for lost in project.add(article)]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {"project.qde": project.xml(out.stem), **project.texts}.items():
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), data, zipfile.ZIP_DEFLATED)
    codebook = out.with_suffix(".qdc")
    codebook.write_bytes(_codebook(project.codes))
    return ExportReport((out, codebook), counted(articles), tuple(lost))


def read(path: Path, documents: Mapping[str, Document], scheme: Scheme) -> Imported:
    """Read a project; raises GoldError with the line of the project file where it is faulty."""
    return read_project(path, documents, scheme)


def guid(*parts: str) -> str:
    """The same identity for the same parts, always."""
    return str(uuid5(_SPACE, json.dumps(parts)))


@dataclass(slots=True)
class _Selected:
    mark: Mark
    span: Span | None
    code: tuple[str, ...]
    guid: str


class _Project:
    def __init__(self, known: tuple[Code, ...]) -> None:
        self.codes = known
        self.texts: dict[str, bytes] = {}
        self._users: dict[str, str] = {}
        self._sources = ET.Element("Sources")
        self._links = ET.Element("Links")

    def add(self, article: CodedArticle) -> Iterator[NotHeld]:
        """Add an article with what its coders found; gives what cannot be added."""
        document = article.document
        text = plain_text(document.text)
        name = guid("source", document.id)
        self.texts[f"sources/{name}.txt"] = text.encode("utf-8")
        about = {
            "guid": name,
            "name": without_xml_controls(document.id),
            "plainTextPath": f"internal://{name}.txt",
        }
        source = ET.SubElement(self._sources, "TextSource", about)
        alignment = align(document.text, text)
        whole: list[ET.Element] = []
        speakers: list[tuple[str, Mapping[str, str]]] = []
        for coder, found in article.codings.items():
            user = self._users.setdefault(coder, guid("user", coder))
            markup = split(mark_up(found, document))
            yield from (NotHeld(document.id, coder, item, what) for item, what in markup.lost)
            selected = list(_selected(markup, alignment, document.id, coder))
            for one in selected:
                if one.mark.spans and one.span is None:
                    told = "it begins or ends inside a line end or on a byte order mark"
                    yield NotHeld(document.id, coder, one.mark.features.get("id") or one.mark.layer, told)
                elif one.span is not None:
                    _selection(source, one, user, text)
                elif one.mark.layer == "Speaker":
                    speakers.append((coder, one.mark.features))
                else:
                    whole += _on_source(one, user)
            whole.append(_coding(guid("coded", document.id, coder), CODED, user))
            self._link(markup.links, {one.mark.key: one.guid for one in selected if one.span is not None})
        source.extend(whole)
        if speakers:
            described = ET.Element("Description")
            described.text = json.dumps({SPEAKERS: speakers})
            source.insert(0, described)

    def _link(self, links: Sequence[Link], guids: Mapping[str, str]) -> None:
        for link in links:
            if link.start in guids and link.end in guids:
                ends = {"originGUID": guids[link.start], "targetGUID": guids[link.end]}
                name = guid("link", link.name, *ends.values())
                ET.SubElement(
                    self._links, "Link", {"guid": name, "name": link.name, "direction": "OneWay", **ends}
                )

    def xml(self, name: str) -> bytes:
        about = {"xmlns": _PROJECT, "name": without_xml_controls(name), "origin": _ORIGIN}
        root = ET.Element("Project", about)
        users = ET.SubElement(root, "Users")
        for coder, user in self._users.items():
            ET.SubElement(users, "User", {"guid": user, "name": without_xml_controls(coder)})
        root.append(_codes_element("CodeBook", self.codes))
        root.append(self._sources)
        if len(self._links):
            root.append(self._links)
        return _serialised(root)


def _on_source(one: _Selected, user: str) -> Iterator[ET.Element]:
    yield _coding(guid("coding", one.guid), one.code, user)
    if one.mark.features.get("primary"):
        yield _coding(guid("leading", one.guid), (*one.code[:-1], LEADING, one.code[-1]), user)


def _selected(markup: Markup, alignment: Alignment, article: str, coder: str) -> Iterator[_Selected]:
    wholes = {(mark.layer, mark.features["id"]): mark for mark in markup.marks if "id" in mark.features}
    for mark in markup.marks:
        code = code_path(wholes.get((mark.layer, mark.features.get(CONTINUES, "")), mark))
        span: Span | None = None
        if mark.spans:
            try:
                span = alignment.seen(mark.spans[0])
            except ValueError:
                span = None
        yield _Selected(mark, span, code, guid("mark", article, coder, mark.key))


def _selection(source: ET.Element, one: _Selected, user: str, text: str) -> None:
    assert one.span is not None
    about = {
        "guid": one.guid,
        "name": " ".join(without_xml_controls(one.span.of(text)).split())[:_NAME_LENGTH],
        "startPosition": str(one.span.start),
        "endPosition": str(one.span.end),
        "creatingUser": user,
    }
    element = ET.SubElement(source, "PlainTextSelection", about)
    if one.mark.features:
        ET.SubElement(element, "Description").text = json.dumps(one.mark.features)
    element.append(_coding(guid("coding", one.guid), one.code, user))


def _coding(name: str, path: tuple[str, ...], user: str) -> ET.Element:
    element = ET.Element("Coding", {"guid": name, "creatingUser": user})
    ET.SubElement(element, "CodeRef", {"targetGUID": guid("code", *path)})
    return element


def _codes_element(tag: str, known: Sequence[Code]) -> ET.Element:
    root = ET.Element(tag)
    elements: dict[tuple[str, ...], ET.Element] = {(): ET.SubElement(root, "Codes")}
    for code in known:
        name = without_xml_controls(code.path[-1])
        about = {"guid": guid("code", *code.path), "name": name, "isCodable": str(code.codable).lower()}
        element = ET.SubElement(elements[code.path[:-1]], "Code", {**about, "color": code.colour})
        if code.description:
            ET.SubElement(element, "Description").text = without_xml_controls(code.description)
        elements[code.path] = element
    return root


def _codebook(known: Sequence[Code]) -> bytes:
    root = _codes_element("CodeBook", known)
    root.set("xmlns", _CODEBOOK)
    root.set("origin", _ORIGIN)
    return _serialised(root)


def _serialised(root: ET.Element) -> bytes:
    ET.indent(root)
    data = io.BytesIO()
    ET.ElementTree(root).write(data, encoding="utf-8", xml_declaration=True)
    return data.getvalue()
