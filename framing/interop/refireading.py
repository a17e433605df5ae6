"""Read a REFI-QDA project that people have worked on in some program."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, cast, get_args

from framing.errors import Fault, GoldError
from framing.interop.adapting import joined
from framing.interop.exchange import CodedArticle, Imported, Scheme
from framing.interop.files import file_bytes, unzipped
from framing.interop.marks import Link, LinkName, Mark, Markup
from framing.interop.offsets import Alignment, align, plain_text
from framing.interop.reficodes import CODED, SPEAKERS, Meaning, meaning
from framing.interop.reficodes import Path as CodePath
from framing.interop.unmarking import read_marks
from framing.interop.xmlnodes import Node, parse_xml
from framing.text import Document, Span

__all__ = ["read_project"]

_INTERNAL = "internal://"


def read_project(path: Path, documents: Mapping[str, Document], scheme: Scheme) -> Imported:
    """The sources that are articles labelled, each user a coder; raises GoldError with every fault and its line."""
    members = unzipped(file_bytes(path), str(path), (".qde", ".txt"))
    name = next((member for member in members if member.suffix.lower() == ".qde"), None)
    if name is None:
        raise GoldError((Fault(path, None, "holds no project (.qde)"),))
    project = _Project(parse_xml(members[name], f"{path}/{name}"), f"{path}/{name}", scheme)
    sources = {member.name.lower(): content for member, content in members.items()}
    coded = [
        CodedArticle(documents[article], project.codings(source, documents[article], sources))
        for source in project.root.of("Sources", "TextSource")
        if (article := project.article(source, documents))
    ]
    if project.faults:
        raise GoldError(tuple(project.faults))
    return Imported(tuple(coded), tuple(project.notes()))


class _Project:
    def __init__(self, root: Node, place: str, scheme: Scheme) -> None:
        self.root, self._place, self._scheme = root, place, scheme
        self.faults: list[Fault] = []
        self._aside: Counter[str] = Counter()
        self._told: list[str] = []
        self._users = {_key(user): user.attributes.get("name", "") for user in root.of("Users", "User")}
        self._codes: dict[str, CodePath] = {}
        for code in root.of("CodeBook", "Codes", "Code"):
            self._index(code, ())
        self._links = [
            (link.attributes.get("name", ""), _guid(link, "originGUID"), _guid(link, "targetGUID"))
            for link in root.of("Links", "Link")
        ]

    def notes(self) -> Iterator[str]:
        yield from self._told
        yield from (f"left aside: {count} {what}" for what, count in sorted(self._aside.items()))

    def article(self, source: Node, documents: Mapping[str, Document]) -> str | None:
        """The article that a source is: programs may add or cut a suffix of its name."""
        name = source.attributes.get("name", "")
        for known in (name, name.removesuffix(".txt")):
            if known in documents:
                return known
        self._told.append(f"source {name!r} is none of the articles that were labelled")
        return None

    def codings(self, source: Node, document: Document, sources: Mapping[str, bytes]) -> dict[str, Any]:
        text = self._text(source, sources)
        if text is None:
            return {}
        try:
            alignments = [align(document.text, text.lstrip("\ufeff")), align(document.text, plain_text(text))]
        except ValueError as error:
            self._fault(source, f"the text of source {document.id!r} is not that of the article: {error}")
            return {}
        alignment = self._counted(source, text.lstrip("\ufeff"), alignments)
        markups: dict[str, _Markup] = {}
        for node in source.of("PlainTextSelection"):
            self._passage(node, alignment, markups)
        for coding in source.of("Coding"):
            self._whole(coding, source, markups)
        for coder, who in _json(source).get(SPEAKERS, ()):
            found = markups.setdefault(coder, _Markup())
            found.marks.append(Mark(f"speaker.{len(found.marks)}", "Speaker", (), who))
        self._link(markups.values())
        return {
            coder: read_marks(joined(markup.whole()), document, self._scheme) for coder, markup in markups.items()
        }

    # --- Text -----------------------------------------------------------------------------------------

    def _text(self, source: Node, sources: Mapping[str, bytes]) -> str | None:
        if content := source.said("PlainTextContent"):
            return content
        name = source.attributes.get("plainTextPath", "")
        data = sources.get(PurePosixPath(name.removeprefix(_INTERNAL)).name.lower())
        if data is None:
            self._fault(source, f"its plain text {name!r} is not in the archive")
            return None
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self._fault(source, f"its plain text {name!r} is not UTF-8 at byte {error.start}")
            return None

    def _counted(self, source: Node, text: str, alignments: Sequence[Alignment]) -> Alignment:
        """Whether positions count CRLF as two code points or as one: what the names of the passages bear out."""
        if "\r\n" not in text:
            return alignments[0]
        hits = []
        for counted in (text, plain_text(text)):
            named = [
                (_span(n), " ".join(n.attributes.get("name", "").split())) for n in source.of("PlainTextSelection")
            ]
            hits.append(sum(bool(span and name and _says(span.of(counted), name)) for span, name in named))
        one = hits[1] > hits[0] or (
            hits[0] == hits[1] and "atlas" in self.root.attributes.get("origin", "").lower()
        )
        told = "one position" if one else "two positions"
        self._told.append(f"source {source.attributes.get('name')!r} has CRLF, which is read as {told}")
        return alignments[1] if one else alignments[0]

    # --- Codings --------------------------------------------------------------------------------------

    def _passage(self, node: Node, alignment: Alignment, markups: dict[str, _Markup]) -> None:
        span = _span(node)
        for coding in node.of("Coding"):
            coder = self._coder(coding, node)
            found = self._meaning(coding, whole=False)
            if found is None:
                continue
            markup = markups.setdefault(coder, _Markup())
            try:
                if span is None or not span:
                    raise ValueError("it has no startPosition before an endPosition")
                spans = (alignment.original(span),)
            except ValueError as error:
                markup.lost.append((f"line {node.line} of {self._place}", str(error)))
                continue
            key = f"{_key(node)}.{len(markup.marks)}"
            markup.marks.append(Mark(key, found.layer, spans, {**_strings(_json(node)), **found.features}))
            markup.keys.setdefault(_key(node), key)

    def _whole(self, coding: Node, source: Node, markups: dict[str, _Markup]) -> None:
        markup = markups.setdefault(self._coder(coding, source), _Markup())
        reference = next(coding.of("CodeRef"), coding)
        if self._codes.get(_guid(reference, "targetGUID")) == CODED:
            return
        if found := self._meaning(coding, whole=True):
            markup.marks.append(Mark(f"{_key(coding)}.{len(markup.marks)}", found.layer, (), found.features))

    def _meaning(self, coding: Node, *, whole: bool) -> Meaning | None:
        reference = next(coding.of("CodeRef"), coding)
        path = self._codes.get(_guid(reference, "targetGUID"))
        if path is None:
            self._fault(
                coding, f"a coding refers to a code {_guid(reference, 'targetGUID')!r} that is not defined"
            )
            return None
        found = meaning(path, whole=whole, scheme=self._scheme)
        if found is None:
            self._aside[f"codings with {' > '.join(path)}"] += 1
        return found

    def _coder(self, *nodes: Node) -> str:
        for node in nodes:
            if user := _guid(node, "creatingUser"):
                return self._users.get(user) or user
        return "coder"

    def _link(self, markups: Any) -> None:
        for markup in markups:
            for name, start, end in self._links:
                if start in markup.keys and end in markup.keys and name in get_args(LinkName):
                    markup.links.append(Link(cast(LinkName, name), markup.keys[start], markup.keys[end]))

    def _index(self, code: Node, above: CodePath) -> None:
        path = (*above, code.attributes.get("name", ""))
        self._codes[_key(code)] = path
        for child in code.of("Code"):
            self._index(child, path)

    def _fault(self, node: Node, reason: str) -> None:
        self.faults.append(Fault(self._place, node.line, reason))


class _Markup:
    def __init__(self) -> None:
        self.marks: list[Mark] = []
        self.links: list[Link] = []
        self.lost: list[tuple[str, str]] = []
        self.keys: dict[str, str] = {}
        """The mark of every passage, by its guid."""

    def whole(self) -> Markup:
        return Markup(tuple(self.marks), tuple(self.links), tuple(self.lost))


def _guid(node: Node, attribute: str) -> str:
    """A guid as all programs may write it: in braces or not, in capitals or not."""
    return node.attributes.get(attribute, "").strip("{}").lower()


def _key(node: Node) -> str:
    return _guid(node, "guid")


def _span(node: Node) -> Span | None:
    try:
        return Span(int(node.attributes["startPosition"]), int(node.attributes["endPosition"]))
    except (KeyError, ValueError):
        return None


def _says(passage: str, name: str) -> bool:
    said = " ".join(passage.split())
    return said.startswith(name) or (bool(said) and name.startswith(said))


def _json(node: Node) -> dict[str, Any]:
    """What the description says, where it is ours; people's own words are none of it."""
    try:
        described = json.loads(node.said("Description") or "{}")
    except ValueError:
        return {}
    return described if isinstance(described, dict) else {}


def _strings(described: Mapping[str, Any]) -> dict[str, str]:
    return {name: value for name, value in described.items() if isinstance(value, str)}
