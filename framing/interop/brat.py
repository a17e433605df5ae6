"""brat standoff: a .txt and an .ann an article, a folder a coder, and the configuration of the annotator.

brat (server/src/annotation.py) counts code points of a text with line feeds, keeps no mark over a line end (it becomes
fragments) and lets no two fragments touch. Values of a fixed list are attributes, everything else is JSON in a note.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import get_args

from framing.annotations import NARRATOR, UNATTRIBUTED, ClaimKind, SpeakerKind, StatementKind
from framing.interop.adapting import LAYER_NAMES, anchored
from framing.interop.bratreading import SPANS, fragments, read_standoff
from framing.interop.exchange import CodedArticle, ExportReport, Imported, NotHeld, Scheme, counted
from framing.interop.files import made_folder, safe_name
from framing.interop.marks import LINKS, Link, Mark, mark_up
from framing.interop.offsets import align, plain_text
from framing.text import Document, Span

__all__ = ["read", "write"]

_WORDS = {
    "kind": (*get_args(StatementKind), *get_args(ClaimKind), *get_args(SpeakerKind)),
    "voice": (NARRATOR, UNATTRIBUTED),
    "primary": ("true",),
    "checkworthy": ("true", "false"),
}


def write(articles: Sequence[CodedArticle], out: Path, scheme: Scheme) -> ExportReport:
    """Write OUT/<coder>/<article>.txt and .ann, and annotation.conf for each coder."""
    words = _words(articles, scheme)
    files: list[Path] = []
    lost: list[NotHeld] = []
    for article in articles:
        text = plain_text(article.document.text)
        alignment = align(article.document.text, text)
        for coder, found in article.codings.items():
            markup = anchored(mark_up(found, article.document), article.document.text)
            lines: list[str] = []
            lost += [NotHeld(article.document.id, coder, item, what) for item, what in markup.lost]
            placed = {}
            for mark in markup.marks:
                try:
                    spans = [alignment.seen(span) for span in mark.spans]
                    placed[mark.key] = _mark(mark, spans, text, lines, words)
                except ValueError as error:
                    place = mark.features.get("id") or mark.layer
                    lost.append(NotHeld(article.document.id, coder, place, str(error)))
            lines += _relations(markup.links, placed)
            stem = made_folder(out / safe_name(coder)) / safe_name(article.document.id)
            for suffix, content in ((".txt", text), (".ann", "".join(f"{line}\n" for line in lines))):
                files.append(stem.with_name(stem.name + suffix))
                files[-1].write_text(content, encoding="utf-8", newline="")
    for coder in dict.fromkeys(coder for article in articles for coder in article.codings):
        files.append(out / safe_name(coder) / "annotation.conf")
        files[-1].write_text(_configuration(words), encoding="utf-8", newline="\n")
    return ExportReport(tuple(files), counted(articles), tuple(lost))


def read(path: Path, documents: Mapping[str, Document], scheme: Scheme) -> Imported:
    """Read a folder of folders of coders, the folder of one, or one .ann file with its .txt.

    Raises GoldError with file and line of every fault.
    """
    return read_standoff(path, documents, scheme)


def _mark(
    mark: Mark, spans: Sequence[Span], text: str, lines: list[str], words: Mapping[str, tuple[str, ...]]
) -> str:
    """Add the lines of one mark; gives its id. Raises ValueError where nothing of it can be marked."""
    held = fragments(spans, text)
    if not held:
        raise ValueError("it marks line ends only")
    name = f"T{sum(line.startswith('T') for line in lines) + 1}"
    places = ";".join(f"{span.start} {span.end}" for span in held)
    lines.append(f"{name}\t{LAYER_NAMES[mark.layer]} {places}\t{' '.join(span.of(text) for span in held)}")
    note: dict[str, object] = {}
    for feature, value in mark.features.items():
        if value in words.get(feature, ()):
            number = sum(line.startswith("A") for line in lines) + 1
            lines.append(f"A{number}\t{feature.capitalize()} {name} {value}")
        else:
            note[feature] = value
    if held != list(spans):
        note[SPANS] = [[span.start, span.end] for span in spans]
    if note:
        lines.append(f"#{name[1:]}\tAnnotatorNotes {name}\t{json.dumps(note)}")
    return name


def _relations(links: Sequence[Link], placed: Mapping[str, str]) -> Iterator[str]:
    number = 0
    for link in links:
        if link.start in placed and link.end in placed:
            number += 1
            yield f"R{number}\t{link.name.capitalize()} Arg1:{placed[link.start]} Arg2:{placed[link.end]}"


def _words(articles: Sequence[CodedArticle], scheme: Scheme) -> dict[str, tuple[str, ...]]:
    """The values that are attributes: those of fixed lists, and the frames and codebooks."""
    labels = [label for article in articles for found in article.codings.values() for label in found.frames]
    books = [(book.ref, book.codes) for book in scheme.codebooks]
    frames = dict.fromkeys([code for _, codes in books for code in codes] + [label.frame for label in labels])
    refs = dict.fromkeys([ref for ref, _ in books] + [label.codebook for label in labels])
    words = {**_WORDS, "frame": tuple(frames), "codebook": tuple(refs)}
    return {feature: tuple(w for w in values if re.fullmatch(r"\S+", w)) for feature, values in words.items()}


def _configuration(words: Mapping[str, tuple[str, ...]]) -> str:
    lines = ["[entities]", *LAYER_NAMES.values(), "", "[relations]"]
    for name, (starts, ends) in LINKS.items():
        lines.append(f"{name.capitalize()}\tArg1:{'|'.join(starts)}, Arg2:{'|'.join(ends)}")
    lines += ["<OVERLAP>\tArg1:<ANY>, Arg2:<ANY>, <OVL-TYPE>:<ANY>", "", "[events]", "", "[attributes]"]
    where = {
        "kind": "Statement|Claim|Mention",
        "voice": "Claim|Evidence",
        "primary": "ArticleFrame",
        "checkworthy": "Claim",
    }
    for feature, values in words.items():
        if values:
            arguments = where.get(feature, "Evidence|ArticleFrame")
            lines.append(f"{feature.capitalize()}\tArg:{arguments}, Value:{'|'.join(values)}")
    return "\n".join(lines) + "\n"
