"""PolNeAR, the political news attribution relations corpus (Newell, Margolin & Ruths 2018, LREC)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from framing.annotations import Findings, StatementKind
from framing.evaluation.converters.building import attributed, fault, read_rows, read_text
from framing.evaluation.gold import GoldArticle
from framing.text import Document, Span

__all__ = ["polnear"]

_TEXT_BOUND = re.compile(r"^(T\d+)\t(\S+) ([\d; ]+)\t")
_ROLES = re.compile(r"(Source|Cue|Content)\d*:(\S+)")
_COMPARTMENTS = ("train", "dev", "test")
Marked = tuple[str, list[Span], list[Span], list[Span], StatementKind | None]


def polnear(path: Path) -> Iterator[GoldArticle]:
    """From the `data` folder of the release: `<compartment>/{text,attributions}` and `metadata.tsv`.

    The compartment `test` becomes the test split. Where several annotators worked on an article, the first by name
    is taken as gold and all stand under `coders`.
    """
    titles = _titles(path / "metadata.tsv")
    found = False
    for compartment in _COMPARTMENTS:
        for file in sorted((path / compartment / "text").glob("*.txt")):
            found = True
            yield _article(path / compartment, compartment, file, titles.get(file.stem))
    if not found:
        raise fault(path, None, "no <train|dev|test>/text/*.txt here; give the `data` folder of the release")


def _article(folder: Path, compartment: str, file: Path, title: str | None) -> GoldArticle:
    document = Document(id=f"polnear/{compartment}/{file.stem}", text=read_text(file), title=title, language="en")
    coders: dict[str, Findings] = {}
    for annotation in sorted((folder / "attributions").glob(f"{file.stem}_????.ann")):
        coders[annotation.stem.rpartition("_")[2]] = attributed(document, _read_brat(annotation))
    if not coders:
        raise fault(folder / "attributions", None, f"no annotation of {file.stem!r}")
    return GoldArticle(
        id=document.id,
        document=document,
        split="test" if compartment == "test" else "dev",
        source="PolNeAR 1.0.0",
        licence="see the release",
        gold=next(iter(coders.values())),
        coders=coders if len(coders) > 1 else {},
    )


def _read_brat(path: Path) -> list[Marked]:
    """Marked words first, since an event may refer to words that are marked below it."""
    lines = read_text(path).split("\n")
    spans: dict[str, list[Span]] = {}
    for bound in filter(None, map(_TEXT_BOUND.match, lines)):
        spans[bound[1]] = [Span(*map(int, piece.split())) for piece in bound[3].split(";")]
    events: list[Marked] = []
    for number, line in enumerate(lines, start=1):
        if not line.startswith("E"):
            continue
        name, _, rest = line.partition("\t")
        roles: dict[str, list[Span]] = {"Source": [], "Cue": [], "Content": []}
        for role, target in _ROLES.findall(rest):
            if target not in spans:
                raise fault(path, number, f"{role} refers to {target!r}, which is not marked in the file")
            roles[role].extend(spans[target])
        if roles["Content"]:
            parts = (sorted(roles["Source"]), sorted(roles["Cue"]), sorted(roles["Content"]))
            events.append((name, *parts, None))
    return events


def _titles(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    rows = read_rows(path, columns=["filename", "title"], delimiter="\t")
    return {Path(row["filename"]).stem: row["title"] for _, row in rows}
