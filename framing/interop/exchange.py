"""What goes into a file of another program and what comes out of it: articles, each with what every coder found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from framing.annotations import Findings
from framing.text import Document

if TYPE_CHECKING:
    from framing.codebooks import Codebook

__all__ = [
    "GOLD",
    "LAYERS",
    "CodedArticle",
    "ExportReport",
    "Format",
    "Imported",
    "Layer",
    "NotHeld",
    "Scheme",
    "counted",
]

GOLD = "gold"
"""The name under which adjudicated labels travel among those of the coders."""

Layer = Literal["statements", "claims", "frames"]
LAYERS: tuple[Layer, ...] = ("statements", "claims", "frames")
"""What can be coded. Speakers travel with every layer: all of them name speakers."""


@dataclass(frozen=True, slots=True)
class CodedArticle:
    """One article and what each coder found in it, by coder; `GOLD` is the name of the adjudicated labels.

    A coder whose findings are empty is one who has not begun (a blind export), or who found nothing.
    """

    document: Document
    codings: Mapping[str, Findings] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scheme:
    """What is coded: the layers, and the codebooks whose frames are the labels to choose from."""

    layers: tuple[Layer, ...] = LAYERS
    codebooks: tuple[Codebook, ...] = ()

    def codebook_ref(self) -> str | None:
        """The codebook that a frame without one belongs to: the only one of the scheme, else None."""
        return self.codebooks[0].ref if len(self.codebooks) == 1 else None


@dataclass(frozen=True, slots=True)
class NotHeld:
    """Something that the format cannot hold. `item` is its place (an id, "text"), `coder` None for the article."""

    article: str
    coder: str | None
    item: str
    what: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.article, self.coder, self.item, self.what) if part)


@dataclass(frozen=True, slots=True)
class ExportReport:
    """The files that were written, how many items of each kind are in them, and what is not in them.

    `notes` tell what a user should know before opening the files.
    """

    files: tuple[Path, ...]
    written: Mapping[str, int]
    not_held: tuple[NotHeld, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file held. An item that could not be read is a `Problem` in the findings of its coder.

    `notes` tell what else was left aside, such as layers of another project in the same file.
    """

    articles: tuple[CodedArticle, ...]
    notes: tuple[str, ...] = ()


class Format(Protocol):
    """A file format of another program; `framing.interop.FORMATS` names modules and objects that are one."""

    def write(self, articles: Sequence[CodedArticle], out: Path, scheme: Scheme) -> ExportReport:
        """Write `articles` to the file or folder `out`."""

    def read(self, path: Path, documents: Mapping[str, Document], scheme: Scheme) -> Imported:
        """Read what coders did, on the texts of `documents` (by id), which alone are believed.

        Raises GoldError with file and place where the file is faulty, or its text is not that of the document.
        """


def counted(articles: Sequence[CodedArticle]) -> dict[str, int]:
    """How many articles, codings and items of each kind there are."""
    counts = Counter({"articles": len(articles)})
    for found in (coding for article in articles for coding in article.codings.values()):
        counts["codings"] += 1
        counts["speakers"] += len(found.speakers)
        counts["statements"] += len(found.statements)
        counts["claims"] += len(found.claims)
        counts["frames"] += len(found.frames)
    return dict(counts)
