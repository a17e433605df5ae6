"""The formats by name; the module of one is imported when it is used."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import cast

from framing.errors import UnknownNameError
from framing.interop.exchange import Format

__all__ = ["FORMATS", "FormatInfo", "load_format"]


@dataclass(frozen=True, slots=True)
class FormatInfo:
    """A format: what it is for, and what speaks it: a module, or "module:NAME" where it speaks several.

    `reads_back`: whether what is written can be read as it stands, so that an export is checked against it.
    """

    title: str
    where: str
    reads_back: bool = True


FORMATS: dict[str, FormatInfo] = {
    "inception": FormatInfo("UIMA CAS XMI, one an article and coder", "framing.interop.inception:XMI"),
    "inception-json": FormatInfo("the same as UIMA CAS JSON", "framing.interop.inception:JSON"),
    "brat": FormatInfo("standoff, a .txt and an .ann an article", "framing.interop.brat"),
    "webanno-tsv": FormatInfo("WebAnno TSV 3.3, one an article and coder", "framing.interop.webanno"),
    "refi-qda": FormatInfo("a project for NVivo, MAXQDA, ATLAS.ti (.qdpx, .qdc)", "framing.interop.refi"),
    "csv": FormatInfo("tables for R, a unit a row, a coder a column", "framing.interop.csvfiles:CSV"),
    "csv-excel": FormatInfo(
        "the same for a spreadsheet: byte order mark, semicolons", "framing.interop.csvfiles:EXCEL"
    ),
    "spss": FormatInfo("the same as .sav, with value labels", "framing.interop.statistics:SPSS"),
    "stata": FormatInfo("the same as .dta, with value labels", "framing.interop.statistics:STATA"),
    "label-studio": FormatInfo(
        "the labelling page, tasks and export of Label Studio", "framing.interop.label_studio", reads_back=False
    ),
}


def load_format(name: str) -> Format:
    """The format of that name; raises UnknownNameError."""
    if name not in FORMATS:
        raise UnknownNameError("format", name, tuple(FORMATS))
    module, _, attribute = FORMATS[name].where.partition(":")
    loaded = import_module(module)
    return cast(Format, getattr(loaded, attribute) if attribute else loaded)
