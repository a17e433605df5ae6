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
    files without techniques (task 1, span identification) hold id, start and end, and are read only where there is
    none with techniques. An article without a line has no propaganda in it, but for those in a folder `test-…`, whose
    labels are not released: they are left out.
    """
    articles = {file.stem.removeprefix("article"): file for file in sorted(path.rglob("article*.txt"))}
    if not articles:
        raise fault(path, None, "no article<id>.txt here or below")
    rows = [row for labels in sorted({*path.rglob("*.labels"), *path.rglob("*.tsv")}) for row in _labels(labels)]
    if not rows:
        raise fault(path, None, "no *.labels or *.tsv with id, technique, start and end here or below")
    named = any(technique for *_, technique, _ in rows)
    passages: dict[str, dict[str, set[Span]]] = {name: {} for name in articles}
    for file, line, name, technique, span in rows:
        if name not in articles:
            raise fault(file, line, f"there is no article{name}.txt")
        if technique or not named:
            passages[name].setdefault(technique or "propaganda", set()).add(span)
    for name, file in articles.items():
        if not passages[name] and file.parent.name.startswith("test"):
            continue
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

    The text is the title and the sentences, a line each. A phrase stands at offsets into the sentence that its id
    counts ("p7"), or into the title.
    """
    files = sorted((path / "articles").rglob("*.json"))
    if not files:
        raise fault(path, None, "no articles/<year>/*.json here; give the folder with articles and annotations")
    for file in files:
        annotations = path / "annotations" / file.parent.name / f"{file.stem}_ann.json"
        article, marked = read_json(file), read_json(annotations)
        try:
            document, lines = _basil_document(file.stem, article)
            phrases = [(_BIAS[phrase["bias"]], phrase) for phrase in marked["phrase-level-annotations"]]
        except (KeyError, TypeError) as error:
            raise fault(
                annotations, None, f"it or its article is not of the release's shape: {error!r}"
            ) from error
        passages: dict[str, list[Span]] = {}
        for bias, phrase in phrases:
            passages.setdefault(bias, []).append(_phrase(annotations, document.text, lines, phrase))
        yield GoldArticle(
            id=document.id,
            document=document,
            source="BASIL",
            licence="see the release",
            event=article.get("triplet-uuid"),
            gold=marked_frames(document.text, "basil-bias", passages),
        )


def _labels(path: Path) -> Iterator[tuple[Path, int, str, str, Span]]:
    """(file, line, article, technique or "", passage) of every line."""
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        if not line.strip():
            continue
        cells = line.split("\t")
        try:
            span = Span(int(cells[-2]), int(cells[-1]))
        except (IndexError, ValueError) as error:
            reason = f"expected id, technique, start and end between tabs, not {line!r}"
            raise fault(path, number, reason) from error
        yield path, number, cells[0], cells[1] if len(cells) > 3 else "", span


def _basil_document(name: str, article: dict[str, Any]) -> tuple[Document, list[Span]]:
    title = article.get("title") or ""
    sentences = [sentence for paragraph in article["body-paragraphs"] for sentence in paragraph]
    lines: list[Span] = []
    at = 0
    for line in (title, *sentences):
        lines.append(Span(at, at + len(line)))
        at += len(line) + 1
    document = Document(
        id=f"basil/{name}",
        text="\n".join((title, *sentences)),
        title=title or None,
        outlet=article.get("source"),
        published=article.get("date"),
        url=article.get("url"),
        language="en",
    )
    return document, lines


def _phrase(path: Path, text: str, lines: list[Span], phrase: dict[str, Any]) -> Span:
    words, place = str(phrase.get("txt")), str(phrase.get("id"))
    number = 0 if place == "title" else int(digits) + 1 if (digits := place.removeprefix("p")).isdecimal() else -1
    if not 0 <= number < len(lines):
        raise fault(path, None, f"phrase {words!r} is in sentence {place!r}, which is not in the article")
    line = lines[number]
    start = line.start + phrase.get("start", 0)
    if text[start : start + len(words)] != words:
        start = text.find(words, line.start, line.end)  # the first release counts some of them otherwise
    if start < 0:
        raise fault(path, None, f"phrase {words!r} does not stand in sentence {place!r}")
    return Span(start, start + len(words))
