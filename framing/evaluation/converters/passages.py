"""Corpora of marked passages: propaganda techniques (PTC) and media bias (BASIL)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from framing.evaluation.converters.building import fault, marked_frames, read_json, read_text
from framing.evaluation.gold import GoldArticle
from framing.text import Document, Span

__all__ = ["basil", "propaganda_techniques"]

_BIAS = {"lex": "lexical_bias", "inf": "informational_bias"}


def propaganda_techniques(path: Path) -> Iterator[GoldArticle]:
    """PTC (Da San Martino et al. 2019; SemEval-2020 task 11) from a folder of `article<id>.txt` and label files.

    Label files (`*.labels` or `*.tsv`, in this folder or below) hold id, technique, start and end between tabs;
    files without techniques (span identification) hold id, start and end.
    """
    articles = {file.stem.removeprefix("article"): file for file in sorted(path.rglob("article*.txt"))}
    if not articles:
        raise fault(path, None, "no article<id>.txt here or below")
    passages: dict[str, dict[str, set[Span]]] = {name: {} for name in articles}
    for labels in sorted({*path.rglob("*.labels"), *path.rglob("*.tsv")}):
        for number, line in enumerate(read_text(labels).splitlines(), start=1):
            name, technique, span = _technique(labels, number, line)
            if name in passages:
                passages[name].setdefault(technique, set()).add(span)
    for name, file in articles.items():
        document = Document(id=f"ptc/{name}", text=read_text(file), language="en")
        marked = {technique: sorted(spans) for technique, spans in sorted(passages[name].items())}
        yield GoldArticle(
            id=document.id,
            document=document,
            source="PTC",
            licence="see the release",
            gold=marked_frames(document.text, "propaganda-techniques", marked),
        )


def basil(path: Path) -> Iterator[GoldArticle]:
    """BASIL (Fan et al. 2019) from the release: `articles/<year>/*.json` and `annotations/<year>/*_ann.json`.

    The text is the title and the sentences, a line each. A phrase belongs to the sentence that its id counts
    ("p7"), or to the title; the first place where it stands there is marked.
    """
    files = sorted((path / "articles").rglob("*.json"))
    if not files:
        raise fault(path, None, "no articles/<year>/*.json here; give the folder with articles and annotations")
    for file in files:
        article = read_json(file)
        annotations = path / "annotations" / file.parent.name / f"{file.stem}_ann.json"
        document, lines = _basil_document(article)
        passages: dict[str, list[Span]] = {}
        for phrase in read_json(annotations).get("phrase-level-annotations", []):
            span = _phrase(annotations, document.text, lines, phrase)
            passages.setdefault(_BIAS[phrase["bias"]], []).append(span)
        yield GoldArticle(
            id=document.id,
            document=document,
            source="BASIL",
            licence="see the release",
            event=article.get("triplet-uuid"),
            gold=marked_frames(document.text, "basil-bias", passages),
        )


def _technique(path: Path, number: int, line: str) -> tuple[str, str, Span]:
    cells = line.split("\t")
    try:
        start, end = int(cells[-2]), int(cells[-1])
        span = Span(start, end)
    except (IndexError, ValueError) as error:
        raise fault(path, number, f"expected id, technique, start and end between tabs, not {line!r}") from error
    return cells[0], cells[1] if len(cells) > 3 else "propaganda", span


def _basil_document(article: dict[str, Any]) -> tuple[Document, list[Span]]:
    title = article.get("title") or ""
    sentences = [sentence for paragraph in article["body-paragraphs"] for sentence in paragraph]
    lines: list[Span] = []
    at = 0
    for line in (title, *sentences):
        lines.append(Span(at, at + len(line)))
        at += len(line) + 1
    document = Document(
        id=f"basil/{article['uuid']}",
        text="\n".join((title, *sentences)),
        title=title or None,
        outlet=article.get("source"),
        published=article.get("date"),
        url=article.get("url"),
        language="en",
    )
    return document, lines


def _phrase(path: Path, text: str, lines: list[Span], phrase: dict[str, Any]) -> Span:
    place = phrase["id"]
    number = 0 if place == "title" else int(place.removeprefix("p")) + 1
    if not number < len(lines):
        raise fault(path, None, f"phrase {phrase['txt']!r} is in sentence {place!r}, which is not in the article")
    line = lines[number]
    start = text.find(phrase["txt"], line.start, line.end)
    if start < 0:
        raise fault(path, None, f"phrase {phrase['txt']!r} does not stand in sentence {place!r}")
    return Span(start, start + len(phrase["txt"]))
