"""INCEpTION, by UIMA CAS as XMI or JSON (through dkpro-cassis, Apache 2.0): one CAS an article and coder.

    OUT/TypeSystem.xml            the layers, for Settings → Layers → Import
    OUT/tagsets/<set>.tsv         what coders choose from, for Settings → Tagsets → Import
    OUT/<coder>/<article>.xmi     or .json, for Settings → Documents → Import

What INCEpTION exports is read too: `annotation/<document>/<user>` with zipped XMI or JSON, and its curation as gold.
UIMA counts UTF-16 code units; cassis converts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from framing.errors import MissingDependencyError
from framing.interop.adapting import LINKS_OF, SLOTS, anchored, split
from framing.interop.castypes import LINK_TYPE, tagsets, type_name, type_system
from framing.interop.exchange import CodedArticle, ExportReport, Imported, NotHeld, Scheme, counted
from framing.interop.files import made_folder, safe_name
from framing.interop.marks import Markup, mark_up
from framing.interop.offsets import without_xml_controls
from framing.text import Document

if TYPE_CHECKING:
    from cassis import Cas, TypeSystem

__all__ = ["JSON", "XMI", "InceptionFormat"]

TYPE_SYSTEM = "TypeSystem.xml"


@dataclass(frozen=True, slots=True)
class InceptionFormat:
    """Writes one of the two serialisations and reads both."""

    suffix: Literal[".xmi", ".json"]

    def write(self, articles: Sequence[CodedArticle], out: Path, scheme: Scheme) -> ExportReport:
        """Write the type system, the tagsets and the CASes; raises MissingDependencyError without dkpro-cassis."""
        _require_cassis()
        system = type_system(scheme)
        files = [made_folder(out) / TYPE_SYSTEM, *_write_tagsets(out, scheme)]
        system.to_xml(files[0])
        lost: list[NotHeld] = []
        for article in articles:
            for coder, found in article.codings.items():
                markup = split(anchored(mark_up(found, article.document), article.document.text))
                lost += [NotHeld(article.document.id, coder, item, what) for item, what in markup.lost]
                path = made_folder(out / safe_name(coder)) / (safe_name(article.document.id) + self.suffix)
                self._write_cas(_cas(markup, article.document, system, xml=self.suffix == ".xmi"), path)
                files.append(path)
            if self.suffix == ".xmi" and without_xml_controls(article.document.text) != article.document.text:
                told = "characters that XML cannot hold; U+FFFD stands in their places"
                lost.append(NotHeld(article.document.id, None, "text", told))
        return ExportReport(tuple(files), counted(articles), tuple(lost))

    def read(self, path: Path, documents: Mapping[str, Document], scheme: Scheme) -> Imported:
        """Read a folder or zip of CASes, of our own export or INCEpTION's, or one file.

        Raises GoldError with the file of every fault, MissingDependencyError without dkpro-cassis.
        """
        _require_cassis()
        from framing.interop.casreading import read_cases

        return read_cases(path, documents, scheme)

    def _write_cas(self, cas: Cas, path: Path) -> None:
        if self.suffix == ".xmi":
            cas.to_xmi(path)
        else:
            cas.to_json(path)


XMI = InceptionFormat(".xmi")
JSON = InceptionFormat(".json")


def _require_cassis() -> None:
    try:
        import cassis  # noqa: F401
    except ImportError:
        raise MissingDependencyError("INCEpTION's formats", "framing-toolkit[interop]") from None


def _write_tagsets(out: Path, scheme: Scheme) -> list[Path]:
    """A set a file: its name, its language, then a tag a line with what it means."""
    folder = made_folder(out / "tagsets")
    files = []
    for name, tags in tagsets(scheme).items():
        lines = [(name, f"made from {name}"), ("en", "en"), *tags]
        text = "".join(f"{tag}\t{' '.join(told.split()) or tag}\n" for tag, told in lines)
        files.append(folder / f"{name}.tsv")
        files[-1].write_text(text, encoding="utf-8", newline="\n")
    return files


def _cas(markup: Markup, document: Document, system: TypeSystem, *, xml: bool) -> Cas:
    from cassis import Cas

    text = without_xml_controls(document.text) if xml else document.text
    cas = Cas(typesystem=system, sofa_string=text, sofa_mime="text/plain")
    array = system.get_type("uima.cas.FSArray")
    added: dict[str, Any] = {}
    for mark in markup.marks:
        (span,) = mark.spans
        values = {name: without_xml_controls(value) if xml else value for name, value in mark.features.items()}
        added[mark.key] = system.get_type(type_name(mark.layer))(begin=span.start, end=span.end, **values)
    for mark in markup.marks:
        for name in LINKS_OF[mark.layer]:
            link_type = system.get_type(LINK_TYPE[mark.layer, name])
            ends = [link.end for link in markup.links if link.name == name and link.start == mark.key]
            links = [link_type(role=name, target=added[end]) for end in ends]
            if links:
                setattr(added[mark.key], SLOTS[name], array(elements=links))
    cas.add_all(added.values())
    return cas
