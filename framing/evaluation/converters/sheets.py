"""The first sheet of an .xlsx workbook as rows of text, which is how some corpora are released.

A workbook is a zip of XML (ECMA-376): cells hold a number, a text of their own, or an index into a table of texts.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from framing.errors import Fault, GoldError

__all__ = ["read_sheet"]

_COLUMN = re.compile(r"[A-Z]+")
_SHEET = re.compile(r"xl/worksheets/sheet\d+\.xml")
_TEXTS = "xl/sharedStrings.xml"


def read_sheet(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The number and the cells of every row; an empty cell is "". Raises GoldError where it is no workbook."""
    try:
        with ZipFile(path) as book:
            names = sorted(filter(_SHEET.fullmatch, book.namelist()), key=lambda name: (len(name), name))
            texts = [_text(item) for item in _root(book, _TEXTS)] if _TEXTS in book.namelist() else []
            sheet = _root(book, names[0])
    except OSError as error:
        raise GoldError((Fault(path, None, f"cannot be read: {error.strerror}"),)) from error
    except (BadZipFile, IndexError, KeyError, ElementTree.ParseError) as error:
        raise GoldError((Fault(path, None, f"not an .xlsx workbook: {error}"),)) from error
    for position, row in enumerate((e for e in sheet.iter() if _tag(e) == "row"), start=1):
        yield int(row.get("r", position)), _cells(row, texts)


def _cells(row: ElementTree.Element, texts: list[str]) -> list[str]:
    cells: list[str] = []
    for cell in row:
        place = _COLUMN.match(cell.get("r", ""))
        at = _number(place.group()) if place else len(cells)
        cells += [""] * (at + 1 - len(cells))
        cells[at] = _value(cell, texts)
    return cells


def _value(cell: ElementTree.Element, texts: list[str]) -> str:
    if cell.get("t") == "inlineStr":
        return _text(cell)
    value = next((part.text or "" for part in cell if _tag(part) == "v"), "")
    return texts[int(value)] if cell.get("t") == "s" and value else value


def _number(letters: str) -> int:
    """Column A is 0, Z is 25, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _text(element: ElementTree.Element) -> str:
    """All runs of a text, without its phonetic reading."""
    if _tag(element) == "rPh":
        return ""
    own = (element.text or "") if _tag(element) == "t" else ""
    return own + "".join(_text(part) for part in element)


def _root(book: ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(book.read(name))


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
