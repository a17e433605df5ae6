"""Reports of an article, joined over its sentences and paragraphs.

A quotation without a cue of its own belongs to somebody: it goes on where the last one stopped, follows a colon,
or is spoken by whoever spoke last. What no cue governs and nobody can have said is a name or a scare quote.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from framing.backends.rules.blocks import Passage, block_end, is_outlet
from framing.backends.rules.drafts import Draft
from framing.backends.rules.phrases import Phrase, main_subject
from framing.backends.rules.sentences import Unit
from framing.text import Document, Span

__all__ = ["Item", "join"]


@dataclass(slots=True)
class Item:
    """A report in the making. `paragraph` and `sentence` are where it ends, `quoted` whether it holds a quotation.

    `opens` says that what is reported has yet to come; `carried` is the report whose speaker speaks on.
    """

    spans: list[Span]
    cue: Span | None
    source: Span | None
    paragraph: int
    quoted: bool
    opens: bool = False
    block: bool = False
    carried: Item | None = None
    sentence: int = -1


_UTTERANCE_WORDS = 3
_SCARE_WORDS = 4
"""A quotation of fewer words that no cue governs is a name, a title or a scare quote."""


def join(document: Document, passages: Sequence[Passage]) -> list[Item]:
    """The reports of all passages, in the order in which they were met."""
    joiner = _Joiner(document, passages)
    number = 0
    while number < len(passages):
        number = joiner.paragraph(number) + 1
    return joiner.items


class _Joiner:
    """Walks the paragraphs once.

    `last` is the report met last, `spoken` the last that holds a quotation, `before` the sentence before this one
    in the same paragraph.
    """

    def __init__(self, document: Document, passages: Sequence[Passage]) -> None:
        self.document, self.passages = document, passages
        self.items: list[Item] = []
        self.last: Item | None = None
        self.spoken: Item | None = None
        self.before: Unit | None = None
        self.sentence = 0

    def paragraph(self, number: int) -> int:
        """Read one paragraph, and the block that it opens; the number of the last paragraph read."""
        passage = self.passages[number]
        self.before = None
        for unit, drafts in zip(passage.units, passage.drafts, strict=True):
            self._sentence(number, unit, drafts)
            self.before = unit
            self.sentence += 1
        following = self.passages[number + 1] if number + 1 < len(self.passages) else None
        opener = passage.opener()
        if opener is None or following is None or following.begins_quoted or following.opens:
            return number
        if not (opener[1].verbal or following.is_first_person()):
            return number
        return self._block(number, *opener)

    def _block(self, number: int, unit: Unit, draft: Draft) -> int:
        last = block_end(self.passages, number + 1, unit, draft)
        block = self.last
        if block is None or not block.opens:
            return number
        block.spans.extend(self.document.paragraphs[number + 1 : last + 1])
        block.block, block.opens, block.paragraph, block.quoted = True, False, last, False
        if is_outlet(unit, draft):
            for inner in range(number + 1, last + 1):
                self.paragraph(inner)
            self.last = block
        return last

    def _sentence(self, number: int, unit: Unit, drafts: Sequence[Draft]) -> None:
        governed = {index for index in unit.quotes if any(draft.holds(index) for draft in drafts)}
        if 0 in unit.quotes and 0 not in governed and self._goes_on(number, unit):
            governed.add(0)
        for draft in drafts:
            self._add(number, unit, draft)
        for index in unit.quotes:
            if index not in governed:
                self._ungoverned(number, unit, index)

    def _add(self, number: int, unit: Unit, draft: Draft) -> None:
        spans = [unit.tokens(first, last) for first, last in draft.content]
        source = unit.tokens(*draft.source) if draft.source else None
        item = Item(spans, draft.cue, source, number, unit.within(draft.content, "Q"), opens=draft.opens)
        first = draft.content[0][0] if draft.content else -1
        before = self.last
        if before and not before.cue and self._resumes(number, unit, first):
            before.spans.extend(spans)
            before.cue, before.source = draft.cue, source
            before.paragraph, before.sentence = number, self.sentence
            return
        self._keep(item)

    def _keep(self, item: Item) -> None:
        item.sentence = self.sentence
        self.items.append(item)
        self.last = item
        if item.quoted:
            self.spoken = item

    def _resumes(self, number: int, unit: Unit, index: int) -> bool:
        """Whether the quotation at token `index` goes on from an open one in the paragraph before."""
        if self.last is None or index not in unit.quotes or not unit.quotes[index].resumed:
            return False
        return self.last.quoted and self.last.paragraph == number - 1

    def _innermost(self, last: Item) -> Item:
        """Of reports of the same sentence, one within the other, the one that is the quotation itself."""
        for item in reversed(self.items):
            if item.sentence != last.sentence:
                break
            if item is not last and item.quoted and _covers(last.spans, item.spans):
                return item
        return last

    def _follows_on(self, number: int, unit: Unit, last: Item) -> bool:
        """Whether a quotation that fills its paragraph follows one with a cue, with nothing of the writer between."""
        adjoining = last.paragraph == number - 1 and last.sentence == self.sentence - 1
        alone = unit.codes in ("Q", "Q.") and len(self.passages[number].units) == 1
        return adjoining and alone and last.quoted and last.cue is not None

    def _goes_on(self, number: int, unit: Unit) -> bool:
        """A quotation at the head of a sentence, with no cue of its own: join it to the report it belongs to."""
        last = self.last
        if last is None:
            return _is_utterance(unit, 0) and self._spoken_on(number, unit, None)
        if not last.opens and self.spoken and self.spoken.sentence == self.sentence - 1:
            last = self.spoken
        same = last.paragraph == number and last.quoted and last.sentence == self.sentence - 1
        if same:
            last = self._innermost(last)
        if last.opens or same or self._resumes(number, unit, 0) or self._follows_on(number, unit, last):
            last.spans.append(unit.quotes[0].span)
            last.opens, last.quoted, last.paragraph, last.sentence = False, True, number, self.sentence
            return True
        if not _is_utterance(unit, 0):
            return False
        return self._spoken_on(number, unit, last if number - last.paragraph <= 1 else None)

    def _spoken_on(self, number: int, unit: Unit, last: Item | None) -> bool:
        """Keep a quotation without a cue: said by whom the sentence before is about, or who spoke last."""
        source = _about(self.before) if self.before else None
        self._keep(Item([unit.quotes[0].span], None, source, number, True, carried=None if source else last))
        return True

    def _ungoverned(self, number: int, unit: Unit, index: int) -> None:
        """A quotation that no cue governs: kept when it is an utterance, left out when it is a name."""
        headline = number == 0 and index == 0 and unit.code(1) == ":"
        if headline and len(unit.quoted(index).split()) >= _UTTERANCE_WORDS:
            # “‘We Need It Now’: Council Builds Bridge”: who says so, the article will tell.
            source, cue = None, None
        elif unit.code(index - 1) == ":" and (unit.code(index + 1) in ("", ".") or _is_utterance(unit, index)):
            source, cue = _owner(unit, main_subject(unit, index - 1)), unit.tokens(index - 1, index - 1)
        elif len(unit.quoted(index).split()) >= _SCARE_WORDS and not unit.titled(index):
            source, cue = main_subject(unit, index), None
            if source is None:
                return
        else:
            return
        named = unit.tokens(*source) if source else None
        self._keep(Item([unit.quotes[index].span], cue, named, number, True))


def _covers(outer: Sequence[Span], inner: Sequence[Span]) -> bool:
    return all(any(span.covers(piece) for span in outer) for piece in inner)


def _owner(unit: Unit, subject: Phrase | None) -> Phrase | None:
    """“Lee's answer: …”: of the subject, the one whose words they are."""
    at = unit.codes.rfind("s", subject[0], subject[1]) if subject else -1
    return (subject[0], at) if subject and at > 0 and unit.code(at + 1) == "n" else subject


def _about(unit: Unit) -> Span | None:
    """The person that a sentence is about: “Lee was blunt. (“…”)”."""
    subject = main_subject(unit, len(unit))
    if subject is None:
        return None
    person = unit.codes[subject[0]] == "N" or unit.low[subject[0]] in ("he", "she", "they")
    return unit.tokens(*subject) if person else None


def _is_utterance(unit: Unit, index: int) -> bool:
    """Whether a quotation is a sentence of its own, or may be part of one, rather than a name."""
    said = unit.quoted(index).rstrip()
    alone = unit.codes in ("Q", "Q.")
    if alone and said[-1:] in ".!?…":
        return True
    return len(said.split()) >= _UTTERANCE_WORDS and (said[-1] in ".!?,…" or not unit.code(index + 1))
