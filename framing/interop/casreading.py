"""Read CASes that people have worked on: which article and coder a file is of, and what stands in it."""

from __future__ import annotations

import io
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from framing.errors import Fault, GoldError
from framing.interop.adapting import LINKS_OF, PIECE_FEATURES, SLOTS, joined, layer_named
from framing.interop.castypes import type_system
from framing.interop.exchange import GOLD, CodedArticle, Imported, Scheme
from framing.interop.files import file_bytes, name_of, unzipped
from framing.interop.marks import Link, Mark, Markup
from framing.interop.offsets import align
from framing.interop.unmarking import read_marks
from framing.interop.xmlnodes import NO_DTD, dtd_line
from framing.text import Document, Span

if TYPE_CHECKING:
    from cassis import Cas, TypeSystem

__all__ = ["read_cases", "whose"]

_TYPE_SYSTEM = "TypeSystem.xml"
_CASES = (".xmi", ".json")
_IN_ZIP = (*_CASES, ".xml", ".zip")
_CURATOR, _NOBODY = "CURATION_USER", "INITIAL_CAS"
_SETTINGS = ("exportedproject.json", "layers.json")
_OWN = ("uima.", "de.tudarmstadt.ukp.dkpro.core.api.segmentation.", "de.tudarmstadt.ukp.dkpro.core.api.metadata.")
"""What every CAS of INCEpTION holds beside annotations: types whose names begin so are passed over."""


@dataclass(frozen=True, slots=True)
class _File:
    place: str
    name: PurePosixPath
    """Where it lies within what is read."""
    data: bytes
    system: bytes | None


def read_cases(path: Path, documents: Mapping[str, Document], scheme: Scheme) -> Imported:
    """Every CAS under `path` as the coding of one coder; raises GoldError with all faults."""
    faults: list[Fault] = []
    codings: dict[str, dict[str, Any]] = {}
    aside: Counter[str] = Counter()
    for file in _files(path):
        who = whose(file.name, documents)
        if who is None:
            faults.append(
                Fault(file.place, None, "neither its name nor its folder's is that of an article labelled")
            )
            continue
        article, coder = who
        if coder == _NOBODY:
            continue
        try:
            markup = _markup(_loaded(file, scheme), documents[article], aside)
        except _NotACas as error:
            faults.append(Fault(file.place, error.line, error.reason))
            continue
        codings.setdefault(article, {})[coder] = read_marks(joined(markup), documents[article], scheme)
    if faults or not codings:
        raise GoldError(tuple(faults) or (Fault(path, None, "holds no CAS (.xmi, .json or .zip)"),))
    notes = [f"left aside: {count} annotations of {name}" for name, count in sorted(aside.items())]
    return Imported(tuple(CodedArticle(documents[a], found) for a, found in codings.items()), tuple(notes))


class _NotACas(Exception):
    def __init__(self, reason: str, line: int | None = None) -> None:
        self.reason, self.line = reason, line


# --- Files --------------------------------------------------------------------------------------------


def _files(path: Path) -> Iterator[_File]:
    if path.suffix == ".zip":
        yield from _in_zip(file_bytes(path), str(path), PurePosixPath(path.name))
    elif path.is_dir():
        for file in sorted(path.rglob("*")):
            name = PurePosixPath(file.relative_to(path).as_posix())
            if file.suffix == ".zip":
                yield from _in_zip(file_bytes(file), str(file), name)
            elif file.suffix in _CASES and file.name not in _SETTINGS:
                yield _File(str(file), name, file_bytes(file), _system_near(file, path))
    else:
        place = PurePosixPath(path.parent.name, path.name)
        yield _File(str(path), place, file_bytes(path), _system_near(path, path.parent.parent))


def _in_zip(data: bytes, place: str, name: PurePosixPath, *, inner: bool = False) -> Iterator[_File]:
    """A zip is one CAS with its type system (then its own name counts), or a whole project with zips in it."""
    members = unzipped(data, place, _IN_ZIP)
    cases = [member for member in members if member.suffix in _CASES and member.name not in _SETTINGS]
    if len(cases) == 1 and len(name.parts) > 1:
        system = members.get(cases[0].parent / _TYPE_SYSTEM)
        yield _File(f"{place}/{cases[0]}", name.with_suffix(cases[0].suffix), members[cases[0]], system)
        return
    for member in cases:
        yield _File(f"{place}/{member}", member, members[member], members.get(member.parent / _TYPE_SYSTEM))
    for member, content in members.items():
        if member.suffix == ".zip":
            if inner:
                raise GoldError(
                    (Fault(f"{place}/{member}", None, "is a zip in a zip in a zip: no project has these"),)
                )
            yield from _in_zip(content, f"{place}/{member}", member, inner=True)


def _system_near(file: Path, top: Path) -> bytes | None:
    for folder in [parent for parent in file.parents if parent == top or top in parent.parents]:
        if (folder / _TYPE_SYSTEM).is_file():
            return file_bytes(folder / _TYPE_SYSTEM)
    return None


def whose(name: PurePosixPath, documents: Mapping[str, Document]) -> tuple[str, str] | None:
    """(article, coder): <coder>/<article>.xmi as written here, or <article>/<coder>.xmi as INCEpTION writes it."""
    stem, folder = name_of(name.stem), name_of(name.parent.name)
    bare = name_of(PurePosixPath(name.parent.name).stem)
    if stem in documents:
        return stem, folder or "coder"
    for article in (folder, bare):
        if article in documents:
            return article, GOLD if stem == _CURATOR else stem
    return None


def _loaded(file: _File, scheme: Scheme) -> Cas:
    from cassis import load_cas_from_json, load_cas_from_xmi, load_typesystem

    for data in (file.data, file.system):
        if data and file.name.suffix == ".xmi" and (line := dtd_line(data)):
            raise _NotACas(NO_DTD, line)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            if file.name.suffix == ".json":
                return load_cas_from_json(io.BytesIO(file.data))
            system: TypeSystem = load_typesystem(io.BytesIO(file.system)) if file.system else type_system(scheme)
            return load_cas_from_xmi(io.BytesIO(file.data), typesystem=system)
    except Exception as error:  # cassis and lxml raise what they meet, from KeyError to XMLSyntaxError
        hint = "" if file.system or file.name.suffix == ".json" else f" (there is no {_TYPE_SYSTEM} beside it)"
        reason = f"is no CAS that can be read: {type(error).__name__}: {error}{hint}"
        raise _NotACas(reason, getattr(error, "lineno", None)) from error


# --- What stands in one -------------------------------------------------------------------------------


def _markup(cas: Cas, document: Document, aside: Counter[str]) -> Markup:
    try:
        alignment = align(document.text, cas.sofa_string or "")
    except ValueError as error:
        raise _NotACas(f"its text is not that of article {document.id!r}: {error}") from error
    marks: list[Mark] = []
    links: list[Link] = []
    lost: list[tuple[str, str]] = []
    for found in cas.select_all_fs():
        layer = layer_named(found.type.name)
        if layer is None:
            if not found.type.name.startswith(_OWN):
                aside[found.type.name] += 1
            continue
        begin, end = getattr(found, "begin", None), getattr(found, "end", None)  # a document-level layer has none
        place = f"{layer} at {begin}–{end} (xmi:id {found.xmiID})"
        try:
            spans = () if begin is None or end is None else (alignment.original(Span(begin, end)),)
        except (ValueError, TypeError) as error:
            lost.append((place, str(error)))
            continue
        marks.append(Mark(str(found.xmiID), layer, spans, _features(found, PIECE_FEATURES[layer])))
        for name in LINKS_OF[layer]:
            for target in _targets(getattr(found, SLOTS[name], None)):
                links.append(Link(name, str(found.xmiID), str(target)))
    keys = {mark.key for mark in marks}
    for link in links:
        if link.end not in keys:
            lost.append(
                (f"xmi:id {link.start}", f"its link {link.name!r} goes to what is no mark of these layers")
            )
    return Markup(tuple(marks), tuple(link for link in links if link.end in keys), tuple(lost))


def _features(found: Any, names: tuple[str, ...]) -> dict[str, str]:
    given = {name: getattr(found, name, None) for name in names}
    return {name: _written(value) for name, value in given.items() if value not in (None, "")}


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _targets(array: Any) -> Iterator[int]:
    for link in getattr(array, "elements", None) or ():
        if (target := getattr(link, "target", None)) is not None:
            yield target.xmiID
