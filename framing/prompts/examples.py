"""Worked examples for few-shot prompts, checked against their own text before a model sees them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from framing.codebooks import Codebook
from framing.prompts.passage import Passage, fence_suffix, fenced
from framing.schemas import Anchor, Draft, Locator, Quote, Task, WireFormat
from framing.text import Document

__all__ = ["Example", "ShownExample", "example_faults"]


class ShownExample(NamedTuple):
    """An example as a template sees it: its article in a fence, and the reply to it."""

    article: str
    reply: str


@dataclass(frozen=True, slots=True)
class Example:
    """An article and the reply to it, in the wire format of the prompt that shows it."""

    document: Document
    reply: str

    @classmethod
    def of(cls, article: str, reply: str) -> Example:
        return cls(Document(id="example", text=article.strip()), reply.strip())

    def is_of(self, document: Document) -> bool:
        """Whether it shows this very article, however its white space is laid out."""
        if self.document.sha256 == document.sha256:
            return True
        return self.document.text.split() == document.text.split()

    def shown(self, *, numbered: bool) -> ShownExample:
        return ShownExample(_shown_article(self.document, numbered), self.reply)


def _shown_article(document: Document, with_numbers: bool) -> str:
    text = Passage(document).numbered if with_numbers else document.text
    return fenced("article", text, fence_suffix([document.text]))


def example_faults(
    examples: Sequence[Example], *, wire: WireFormat, task: Task, codebook: Codebook | None = None
) -> Iterator[tuple[int, str]]:
    """What is wrong with the replies: items that cannot be read, and passages that are not in their article.

    Each fault comes with the number of its example, from 0. Without a codebook, frame codes are not checked.
    """
    for number, example in enumerate(examples):
        draft = wire.read(example.reply, task=task, codebook=codebook)
        for reason in _reasons(example.document, draft):
            yield number, reason


def _reasons(document: Document, draft: Draft) -> Iterator[str]:
    for flaw in draft.flaws:
        yield f"{flaw.item}: {flaw.reason}"
    located = [(passage.item, passage.where) for frame in draft.frames for passage in frame.evidence]
    located += [(item.item, item.where) for item in draft.statements]
    located += [(item.item, item.where) for item in draft.claims]
    located += [(item.item, item.where) for item in draft.answers]
    for item, where in located:
        for locator in where:
            if missing := _missing(document, locator):
                yield f"{item}: {missing}"


def _missing(document: Document, locator: Locator) -> str:
    if isinstance(locator, Quote):
        return "" if locator.text in document.text else f"{locator.text!r} is not in the article"
    return _missing_anchor(document, locator)


def _missing_anchor(document: Document, anchor: Anchor) -> str:
    sentences = document.sentences
    if anchor.last > len(sentences):
        return f"there is no sentence {anchor.last}: the article has {len(sentences)}"
    for words, number in ((anchor.start, anchor.first), (anchor.end, anchor.last)):
        sentence = " ".join(sentences[number - 1].of(document.text).split())
        if words and words not in sentence:
            return f"{words!r} is not in sentence {number}"
    return ""
