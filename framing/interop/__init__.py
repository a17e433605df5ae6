"""Exchange with the programs in which people label texts: formats of files, written and read back.

    from framing.interop import FORMATS, load_format

A format is a module with `write` and `read` (`Format`), loaded when it is used. Spans, labels, coders and speaker
links come back as they went; what a format cannot hold stands in the `ExportReport`, and what a file of another
program says that cannot be read is a `Problem` of its coder.
"""

from framing.interop.articles import coded_articles, merged_gold, renamed, with_analyses
from framing.interop.exchange import (
    GOLD,
    LAYERS,
    CodedArticle,
    ExportReport,
    Format,
    Imported,
    Layer,
    NotHeld,
    Scheme,
    counted,
)
from framing.interop.export import export
from framing.interop.formats import FORMATS, FormatInfo, load_format

__all__ = [
    "FORMATS",
    "GOLD",
    "LAYERS",
    "CodedArticle",
    "ExportReport",
    "Format",
    "FormatInfo",
    "Imported",
    "Layer",
    "NotHeld",
    "Scheme",
    "coded_articles",
    "counted",
    "export",
    "load_format",
    "merged_gold",
    "renamed",
    "with_analyses",
]
