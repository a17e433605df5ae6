"""Hand-labelled articles: one JSON object a line, every span checked against its text.

A line holds the article, what was found in it (the shape of `framing.Analysis` without provenance) after
adjudication, and what each coder found before. `event` names the event reported on: splits go by event, and
intervals may resample events. `inclusion_probability` is null where the article was not drawn at random.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from framing.annotations import NARRATOR, UNATTRIBUTED, Findings
from framing.errors import Fault, GoldError
from framing.text import Document, Span, excerpt

__all__ = ["GoldArticle", "check_gold", "gold_statistics", "iter_faults", "load_gold", "write_gold"]

Split = Literal["dev", "test"]


class GoldArticle(BaseModel):
    """One article with its labels. `source` says where it comes from, `licence` what may be done with it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    document: Document
    split: Split = "dev"
    source: str = ""
    licence: str = ""
    event: str | None = None
    inclusion_probability: Annotated[float, Field(gt=0, le=1)] | None = None
    gold: Findings
    coders: dict[str, Findings] = {}

    def frames(self, *, codebook: str | None = None, coder: str | None = None) -> frozenset[str]:
        """The frame labels, of one codebook where named, by a coder where named."""
        found = self.gold if coder is None else self.coders[coder]
        return frozenset(label.frame for label in found.frames if codebook in (None, label.codebook))

    def primary(self, *, codebook: str | None = None) -> str | None:
        """The frame labelled as primary, if there is one."""
        named = (f.frame for f in self.gold.frames if f.primary and codebook in (None, f.codebook))
        return next(named, None)


def load_gold(
    path: Path | str, *, split: Split | None = None, limit: int | None = None
) -> tuple[GoldArticle, ...]:
    """Read and check a gold file; then keep one split, and its first `limit` articles.

    Raises GoldError with every fault of the file, each with its line.
    """
    articles, faults = check_gold(path)
    if faults:
        raise GoldError(faults)
    kept = [article for article in articles if split in (None, article.split)]
    return tuple(kept[:limit])


def check_gold(path: Path | str) -> tuple[tuple[GoldArticle, ...], tuple[Fault, ...]]:
    """The articles of a file that can be read, and all faults in the order of the lines."""
    read: list[tuple[int, GoldArticle]] = []
    faults: list[Fault] = []
    for number, line in _lines(path, faults):
        try:
            article = GoldArticle.model_validate(json.loads(line))
        except json.JSONDecodeError as error:
            faults.append(Fault(path, number, f"not JSON: {error.msg} at column {error.colno}"))
        except ValidationError as error:
            faults.extend(Fault(path, number, reason) for reason in _reasons(error))
        else:
            read.append((number, article))
            faults.extend(Fault(path, number, reason) for reason in iter_faults(article))
    faults.extend(_faults_between(path, read))
    return tuple(article for _, article in read), tuple(sorted(faults, key=lambda fault: fault.line or 0))


def iter_faults(article: GoldArticle) -> Iterator[str]:
    """What is wrong in one article: texts that are not what their spans hold, names that name nothing."""
    if article.id != article.document.id:
        yield f"id {article.id!r} is not the id of its document, {article.document.id!r}"
    for owner, found in (("gold", article.gold), *((f"coders.{name}", f) for name, f in article.coders.items())):
        for reason in _faults_in(found, article.document.text):
            yield f"{owner}.{reason}"


def write_gold(path: Path | str, articles: Iterable[GoldArticle]) -> int:
    """Write one article a line, without what is at its default; gives their number.

    The file appears when all are written: articles that end in an error leave what was there before.
    """
    count, target = 0, Path(path)
    partial = target.with_name(f"{target.name}.part")
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as file:
            for article in articles:
                row = article.model_dump(mode="json", exclude_defaults=True)
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                count += 1
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return count


def gold_statistics(articles: Sequence[GoldArticle]) -> dict[str, Any]:
    """How many articles, words and labels of each kind there are: what `framing data stats` prints."""
    found = [article.gold for article in articles]
    return {
        "articles": len(articles),
        "words": sum(len(article.document.text.split()) for article in articles),
        "splits": dict(Counter(article.split for article in articles)),
        "events": len({article.event for article in articles if article.event}),
        "coders": dict(Counter(name for article in articles for name in article.coders)),
        "licences": dict(Counter(article.licence for article in articles)),
        "speakers": sum(len(f.speakers) for f in found),
        "statements": dict(Counter(s.kind for f in found for s in f.statements)),
        "claims": dict(Counter(c.kind or "unlabelled" for f in found for c in f.claims)),
        "frames": dict(Counter(f"{x.codebook}/{x.frame}" for f in found for x in f.frames).most_common()),
        "drawn at random": sum(article.inclusion_probability is not None for article in articles),
    }


def _lines(path: Path | str, faults: list[Fault]) -> Iterator[tuple[int, str]]:
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        faults.append(Fault(path, None, f"cannot be read: {error.strerror}"))
        return
    for number, raw in enumerate(content.split(b"\n"), start=1):
        try:
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip(" \t\r")
        except UnicodeDecodeError as error:
            faults.append(Fault(path, number, f"not UTF-8: {error.reason} at byte {error.start}"))
            continue
        if line:
            yield number, line


def _reasons(error: ValidationError) -> Iterator[str]:
    faults = error.errors(include_url=False)
    if any(item["loc"] == ("document",) and item["type"] == "missing" for item in faults):
        yield "no article of a gold file: it has no 'document'; `framing data convert` lists what can be made into one"
        return
    for item in faults:
        place = ".".join(str(part) for part in item["loc"]) or "line"
        yield f"{place}: {item['msg']}"


def _faults_in(found: Findings, text: str) -> Iterator[str]:
    speakers = {speaker.id for speaker in found.speakers}
    ids = Counter(
        [*(s.id for s in found.speakers), *(s.id for s in found.statements), *(c.id for c in found.claims)]
    )
    yield from (f"{name}: this id is used {count} times" for name, count in ids.items() if count > 1)
    for speaker in found.speakers:
        yield from _outside(f"speakers.{speaker.id}.mentions", speaker.mentions, text)
    for statement in found.statements:
        yield from _mismatch(f"statements.{statement.id}", statement.spans, statement.text, text)
        if statement.speaker is not None and statement.speaker not in speakers:
            yield f"statements.{statement.id}: there is no speaker {statement.speaker!r}"
    voices = speakers | {NARRATOR, UNATTRIBUTED}
    for claim in found.claims:
        yield from _mismatch(f"claims.{claim.id}", claim.spans, claim.text, text)
        if claim.voice not in voices:
            yield f"claims.{claim.id}: there is no voice {claim.voice!r}"
    for label in found.frames:
        for number, evidence in enumerate(label.evidence):
            place = f"frames.{label.frame}.evidence[{number}]"
            yield from _mismatch(place, evidence.spans, evidence.text, text)
            if evidence.voice not in voices:
                yield f"{place}: there is no voice {evidence.voice!r}"


def _mismatch(place: str, spans: Sequence[Span], said: str, text: str) -> Iterator[str]:
    outside = list(_outside(place, spans, text))
    yield from outside
    if not outside and (held := excerpt(text, spans)) != said:
        yield f"{place}: the text is {said!r}, but its spans hold {held!r}"


def _outside(place: str, spans: Sequence[Span], text: str) -> Iterator[str]:
    for span in spans:
        if not span or span.end > len(text):
            yield f"{place}: {span.start}–{span.end} is not inside a text of {len(text)} characters"


def _faults_between(path: Path | str, read: Sequence[tuple[int, GoldArticle]]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    splits: dict[str, tuple[Split, int]] = {}
    for number, article in read:
        if article.id in first:
            yield Fault(path, number, f"id {article.id!r} stands already on line {first[article.id]}")
        first.setdefault(article.id, number)
        if article.event is None:
            continue
        split, where = splits.setdefault(article.event, (article.split, number))
        if split != article.split:
            yield Fault(
                path, number, f"event {article.event!r} is in {split!r} on line {where}: keep it in one split"
            )
