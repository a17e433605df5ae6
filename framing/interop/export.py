"""Export that checks itself: what was written is read again, and every difference is in the report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel

from framing.annotations import Findings
from framing.errors import GoldError, UsageError
from framing.interop.exchange import CodedArticle, ExportReport, NotHeld, Scheme
from framing.interop.formats import FORMATS, load_format
from framing.interop.unmarking import in_text_order

__all__ = ["differences", "export"]


def export(articles: Sequence[CodedArticle], out: Path, scheme: Scheme, *, form: str) -> ExportReport:
    """Write `articles` to `out` in the format named `form`, read them again, and report what is not as it was.

    Raises UnknownNameError, MissingDependencyError, or UsageError where the format cannot begin to hold them: what
    was written cannot be read, such as a file that ends names at a white space of theirs.
    """
    spoken = load_format(form)
    report = spoken.write(articles, out, scheme)
    if not FORMATS[form].reads_back:
        return report
    documents = {article.document.id: article.document for article in articles}
    try:
        read = spoken.read(out, documents, scheme).articles
    except GoldError as error:
        told = f"what was written as {form!r} cannot be read again: call the article, coder or frame otherwise"
        raise UsageError(f"{told}\n{error}") from error
    back = {article.document.id: article.codings for article in read}
    known = {(lost.article, lost.coder, lost.item) for lost in report.not_held}
    found = [
        lost
        for article in articles
        for lost in _lost(article, back.get(article.document.id, {}))
        if (lost.article, lost.coder, lost.item) not in known
    ]
    return replace(report, not_held=(*report.not_held, *found))


def _lost(article: CodedArticle, back: Mapping[str, Findings]) -> Iterator[NotHeld]:
    for coder, found in article.codings.items():
        if coder not in back:
            yield NotHeld(article.document.id, coder, "", "the coding as a whole")
            continue
        for item, what in differences(found, back[coder]):
            yield NotHeld(article.document.id, coder, item, what)


def differences(found: Findings, back: Findings) -> Iterator[tuple[str, str]]:
    """(item, what) of everything in `found` that `back` does not say in the same way."""
    one, other = in_text_order(found), in_text_order(back)
    for layer in ("speakers", "statements", "claims"):
        given = {item.id: item for item in getattr(other, layer)}
        for item in getattr(one, layer):
            yield from _changed(item.id, item, given.get(item.id))
    labels = {(label.codebook, label.frame): label for label in other.frames}
    for label in one.frames:
        yield from _changed(label.frame, label, labels.get((label.codebook, label.frame)))


def _changed(place: str, item: BaseModel, back: BaseModel | None) -> Iterator[tuple[str, str]]:
    if back is None:
        yield place, "the whole item"
        return
    changed = [name for name in type(item).model_fields if getattr(item, name) != getattr(back, name)]
    if changed:
        yield place, f"its {', '.join(changed)}"
