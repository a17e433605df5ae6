"""What an article looks like inside a prompt: fenced off, because it is material and never an instruction."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count

from framing.text import Document, Span

__all__ = ["Passage", "fence_suffix", "fenced"]

_ODD_SPACES = tuple(sign for sign in map(chr, range(0x3001)) if sign.isspace() and sign not in " \n")
"""Where none of them is in an article, white space in a sentence is quickly seen to be even already."""


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
    def numbered(self) -> str:
        """The sentences of this part, one a line, its number in the whole article before it (counted from 1); a blank
        line opens a paragraph. Of a sentence that the part cuts, what lies in the part."""
        text = self.document.text
        first, last = (self.span.start, self.span.end) if self.span else (0, len(text))
        openings = {paragraph.start for paragraph in self.document.paragraphs}
        odd = any(space in text for space in _ODD_SPACES)
        lines: list[str] = []
        for number, sentence in enumerate(self.document.sentences, 1):
            if sentence.end <= first or sentence.start >= last:
                continue
            start = sentence.start
            shown = text[start if start > first else first : sentence.end if sentence.end < last else last]
            if odd or "\n" in shown or "  " in shown:
                shown = " ".join(shown.split())
            lines.append(f"\n{number} {shown}" if start in openings and lines else f"{number} {shown}")
        return "\n".join(lines)

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
        found["sentences"] = fenced("article", self.numbered, suffix) if sentences else ""
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
    listed = tuple(texts)
    if not any("<" in text for text in listed):
        return ""
    joined = "\n".join(listed)
    tags = "|".join(_TAGS)
    taken = {match[1].lower() for match in re.finditer(rf"<\s*/?\s*(?:{tags})((?:-\d+)?)", joined, re.IGNORECASE)}
    return next(suffix for suffix in _suffixes() if suffix not in taken)


def _suffixes() -> Iterator[str]:
    yield ""
    for number in count(2):
        yield f"-{number}"
