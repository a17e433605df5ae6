"""What an article looks like inside a prompt: fenced off, because it is material and never an instruction."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

from framing.text import Document, Span

__all__ = ["Passage", "Sentence", "fence_suffix", "fenced", "numbered"]


class Sentence(NamedTuple):
    """A sentence under its number in the whole article, counted from 1; `opens` marks the first of a paragraph."""

    number: int
    text: str
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """The part of a document that one request asks about.

    `span` is that part (None: all of it); `context` is a preceding part that is shown for orientation only.
    Sentences keep the numbers they have in the whole document, so that the answers for several parts of
    one article speak of the same sentences.
    """

    document: Document
    span: Span | None = None
    context: Span | None = None

    @property
    def text(self) -> str:
        return self.span.of(self.document.text) if self.span else self.document.text

    @property
    def context_text(self) -> str:
        return self.context.of(self.document.text) if self.context else ""

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences of this part, each on one line; of one that the part cuts, what lies in the part."""
        text, part = self.document.text, self.span or Span(0, len(self.document.text))
        openings = {paragraph.start for paragraph in self.document.paragraphs}
        found = []
        for number, sentence in enumerate(self.document.sentences, 1):
            start, end = max(part.start, sentence.start), min(part.end, sentence.end)
            if start < end:
                found.append(Sentence(number, " ".join(text[start:end].split()), sentence.start in openings))
        return tuple(found)

    def inputs(self, *, sentences: bool) -> dict[str, str]:
        """The inputs of a template that come from the article, each inside its own fence; "" where there is none.

        A title with which the article begins anyway is not repeated. `sentences` says whether the template
        wants them numbered, which costs a pass over the text.
        """
        document = self.document
        title = document.title or ""
        texts = {
            "article": self.text,
            "context": self.context_text,
            "title": "" if document.text.startswith(title) else title,
            "outlet": document.outlet or "",
            "published": document.published or "",
            "language": document.language or "",
        }
        suffix = fence_suffix(texts.values())
        found = {name: fenced(name, text, suffix) for name, text in texts.items()}
        found["sentences"] = fenced("article", numbered(self.sentences), suffix) if sentences else ""
        return found


# --- Fences -------------------------------------------------------------------------------------------

_TAGS = ("article", "context", "title", "outlet", "published", "language")


def fenced(tag: str, text: str, suffix: str = "") -> str:
    """`text` between tags that it cannot close, given the suffix for all texts of the same prompt."""
    return f"<{tag}{suffix}>\n{text}\n</{tag}{suffix}>" if text else ""


def fence_suffix(texts: Iterable[str]) -> str:
    """What to add to the tags so that none of `texts` holds one of them: nothing, or "-2", "-3" …

    The same texts always give the same suffix, so that a repeated request is the same request.
    """
    joined = "\n".join(texts)
    if "<" not in joined:
        return ""
    tags = "|".join(_TAGS)
    taken = {match[1].lower() for match in re.finditer(rf"<\s*/?\s*(?:{tags})((?:-\d+)?)", joined, re.IGNORECASE)}
    return next(suffix for suffix in _suffixes() if suffix not in taken)


def _suffixes() -> Iterator[str]:
    yield ""
    for number in count(2):
        yield f"-{number}"


def numbered(sentences: Iterable[Sentence]) -> str:
    """One sentence a line, its number before it; a blank line opens a paragraph."""
    lines: list[str] = []
    for sentence in sentences:
        if sentence.opens and lines:
            lines.append("")
        lines.append(f"{sentence.number} {sentence.text}")
    return "\n".join(lines)
