"""XML of other programs as nodes that know their line, so that a fault can name it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from xml.parsers import expat

from framing.errors import Fault, GoldError

__all__ = ["NO_DTD", "Node", "dtd_line", "parse_xml"]

NO_DTD = "has a DTD, which no such file needs: refused"


@dataclass(slots=True)
class Node:
    """An element; `tag` is its name without the namespace, `text` the character data directly in it."""

    tag: str
    attributes: dict[str, str]
    line: int
    children: list[Node] = field(default_factory=list)
    text: str = ""

    def of(self, *tags: str) -> Iterator[Node]:
        """The elements reached by this path of tags."""
        for child in self.children:
            if child.tag == tags[0]:
                if len(tags) == 1:
                    yield child
                else:
                    yield from child.of(*tags[1:])

    def said(self, tag: str) -> str:
        """The text of the first child of that name, or nothing."""
        return next((child.text for child in self.of(tag)), "")


def parse_xml(data: bytes, place: str) -> Node:
    """The root element; raises GoldError with the line of what is not well-formed, and for a DTD."""
    parser = expat.ParserCreate(namespace_separator="}")
    top = Node("", {}, 0)
    open_nodes = [top]

    def start(name: str, attributes: dict[str, str]) -> None:
        node = Node(name.rpartition("}")[2], attributes, parser.CurrentLineNumber)
        open_nodes[-1].children.append(node)
        open_nodes.append(node)

    def characters(text: str) -> None:
        open_nodes[-1].text += text

    def doctype(*_: object) -> None:
        raise GoldError((Fault(place, parser.CurrentLineNumber, NO_DTD),))

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: open_nodes.pop()
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise GoldError(
            (Fault(place, error.lineno, f"not well-formed XML: {expat.ErrorString(error.code)}"),)
        ) from error
    except (LookupError, ValueError) as error:  # an encoding that Python does not know, or of several bytes
        raise GoldError((Fault(place, 1, f"XML in an encoding that is not read here: {error}"),)) from error
    return top.children[0]


class _Enough(Exception):
    """What was asked about the beginning of a file is known."""


def dtd_line(data: bytes) -> int | None:
    """The line on which a document type is declared, where one is; no entity of it is looked at."""
    parser = expat.ParserCreate()
    lines: list[int] = []

    def doctype(*_: object) -> None:
        lines.append(parser.CurrentLineNumber)
        raise _Enough

    def start(*_: object) -> None:
        raise _Enough

    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = start
    with suppress(_Enough, expat.ExpatError, LookupError, ValueError):
        parser.Parse(data, True)
    return lines[0] if lines else None
