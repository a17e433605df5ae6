"""Sentences as strings of word classes, in which a quotation is one token.

Every token becomes one letter (see `classes`), so that a rule of grammar reads off letters.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from framing.backends.rules.classes import CLOSED, disambiguated, word_class
from framing.backends.rules.lexicon import VERBS
from framing.backends.rules.marks import Quotation
from framing.text import Document, Span

__all__ = ["Unit", "units"]

_TOKEN = re.compile(
    r"""(?P<word>(?:[^\W_]\.){2,}                     # U.S.
      |(?:Mr|Mrs|Ms|Messrs|Dr|Sens?|Reps?|Govs?|Gen|Lt|Col|Sgt|Capt|Maj|Adm|Prof|Rev|Hon|Sr|Jr|St|No|Inc|Corp|Co
          |Jan|Feb|Aug|Sept|Oct|Nov|Dec|Calif|Fla|Mass|Conn|Pa|Va|Wis|Mich|Minn|Ill|Ariz|Tenn|Ky|Ga|vs)\.
      |[RDI]-(?:[A-Z]\.)+|[RDI]-[A-Z][a-z]{1,4}\.
      |[A-Z]\.(?=\ )
      |[$£€#@]?[^\W_]+(?:(?:[.,:](?=\d)|[-/&@_.](?=[^\W_])|['’](?=[^\W_]))[^\W_]+)*%?(?:(?<=s)['’])?)
    |(?P<dash>--+|[—–―]|(?<=\s)-(?=\s))
    |(?P<stop>[.!?…]+)
    |(?P<mark>[,;:])
    |(?P<open>[(\[{])
    |(?P<other>\S)""",
    re.VERBOSE,
)
_POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$", re.IGNORECASE)
_CONTRACTION = re.compile(r"(?:['’](?:ve|re|d|ll|m))$", re.IGNORECASE)
_BRACKET_REACH = 300
_LONGEST = 4_000
"""No sentence has more characters outside quotations; what has is cut, which keeps the work linear."""
_HEADLINE_LENGTH = 200
_NAME_LENGTH = 60


@dataclass(slots=True)
class Unit:
    """A sentence as tokens. `codes` has one letter a token, `low` its lower-case word.

    `quotes` maps the index of a Q token to its quotation. Offsets are those of the document.
    `title_case` says that it is written like a headline, so that capitals tell nothing of its words.
    """

    text: str
    span: Span
    paragraph: int
    title_case: bool = False
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    low: list[str] = field(default_factory=list)
    codes: str = ""
    quotes: dict[int, Quotation] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.codes)

    def tokens(self, first: int, last: int) -> Span:
        """The span from token `first` through token `last`."""
        return Span(self.starts[first], self.ends[last])

    def code(self, index: int) -> str:
        """The letter of a token; empty outside the sentence."""
        return self.codes[index] if 0 <= index < len(self.codes) else ""

    def word(self, index: int) -> str:
        """The lower-case word of a token; empty outside the sentence and for quotations."""
        return self.low[index] if 0 <= index < len(self.low) else ""

    def within(self, pieces: Sequence[tuple[int, int]], codes: str) -> bool:
        """Whether a token of one of these classes stands in one of the pieces (first and last tokens)."""
        return any(code in codes for first, last in pieces for code in self.codes[first : last + 1])

    def quoted(self, index: int) -> str:
        """What the quotation at token `index` says, without its marks."""
        return self.quotes[index].inner.of(self.text)

    def last_quoted(self, index: int) -> str:
        """The last character before the closing mark of the quotation at token `index`."""
        return self.text[self.quotes[index].inner.end - 1]

    def names(self, index: int) -> bool:
        """Whether the quotation at token `index` may be a name or title rather than somebody's words."""
        return len(self.quotes[index].inner) < _NAME_LENGTH and self.last_quoted(index) not in ".,!?…"

    def titled(self, index: int) -> bool:
        """Whether the quotation at token `index` is written like a title: most words are capitalised."""
        words = [word for word in self.quoted(index).split() if len(word) > 3]
        return bool(words) and sum(word[0].isupper() for word in words) * 2 > len(words)


# --- From text to units ------------------------------------------------------------------------------


def units(document: Document, quotations: Sequence[Quotation]) -> tuple[Unit, ...]:
    """The sentences of `document`; a quotation, however many sentences it has, is one token of one unit."""
    outer = [q for q in quotations if q.level == 0]
    starts = [p.start for p in document.paragraphs]
    read: list[Unit] = []
    first = 0
    for span in _whole_sentences(document, outer):
        while first < len(outer) and outer[first].span.end <= span.start:
            first += 1
        last = first
        while last < len(outer) and outer[last].span.start < span.end:
            last += 1
        paragraph = bisect_left(starts, span.start + 1) - 1
        read.extend(
            _read(document.text, piece, paragraph, quotes) for piece, quotes in _cut(span, outer[first:last])
        )
    return tuple(read)


def _whole_sentences(document: Document, outer: Sequence[Quotation]) -> Iterator[Span]:
    """Sentences, joined again where a border lies within a quotation or before the cue of one."""
    pending: Span | None = None
    index = 0
    for sentence in document.sentences:
        span = Span(pending.start, sentence.end) if pending else sentence
        while index < len(outer) and outer[index].span.end <= span.end:
            index += 1
        inside = index < len(outer) and outer[index].span.start < span.end
        if inside or (index and outer[index - 1].span.end == span.end and _cue_follows(document.text, span.end)):
            pending = span
            continue
        pending = None
        yield span
    if pending:
        yield pending


_CUE_FOLLOWS = re.compile(
    r"(?<=[?!…—–-].) (?:[\w.’'-]+ ){1,5}?(\w+)(?=[.,:;]| (?:in|on|at|of|to|during|after|about|when)\b)"
)


def _cue_follows(text: str, at: int) -> bool:
    """“Why?” Lee asked: after a question mark a splitter sees a border before the cue."""
    match = _CUE_FOLLOWS.match(text, at, at + 80)
    return match is not None and match[1] in VERBS and any(v.frames & {"s", "q"} for v in VERBS[match[1]][1])


def _cut(span: Span, quotes: Sequence[Quotation]) -> Iterator[tuple[Span, Sequence[Quotation]]]:
    """A sentence as it is, or in pieces between its quotations where it is too long to be one."""
    if len(span) - sum(len(q.span) for q in quotes) <= _LONGEST:
        yield span, quotes
        return
    at = span.start
    for quote in quotes:
        yield from ((piece, ()) for piece in _chopped(at, quote.span.start))
        yield quote.span, (quote,)
        at = quote.span.end
    yield from ((piece, ()) for piece in _chopped(at, span.end))


def _chopped(start: int, end: int) -> Iterator[Span]:
    for at in range(start, end, _LONGEST):
        yield Span(at, min(at + _LONGEST, end))


_DATELINE = re.compile(
    r"(?:[A-Z][A-Z.'’]+(?:[ ,/-]+[A-Z][A-Z.'’]+)*)(?:, [A-Z][\w. ]{0,20})?(?:, [A-Z][\w.]{0,8} \d\d?)?"
    r"(?: ?\([A-Z][\w ]{1,20}\))? ?(?:--?|[–—]) "
)
"""“WASHINGTON, May 3 (Reuters) — ”: where a story was written, before its first sentence."""


def _read(text: str, span: Span, paragraph: int, quotes: Sequence[Quotation]) -> Unit:
    unit = Unit(text, span, paragraph, _in_title_case(text, span))
    codes: list[str] = []
    dateline = _DATELINE.match(text, span.start, span.end)
    at = dateline.end() if dateline else span.start
    for quote in quotes:
        _scan(unit, codes, at, quote.span.start)
        unit.quotes[len(codes)] = quote
        _add(unit, codes, quote.span.start, quote.span.end, "Q", "")
        at = quote.span.end
    _scan(unit, codes, at, span.end)
    unit.codes = disambiguated(codes, unit.low)
    return unit


def _in_title_case(text: str, span: Span) -> bool:
    if len(span) > _HEADLINE_LENGTH:
        return False
    words = [word for word in span.of(text).split() if len(word) > 3 and word[0].isalpha()]
    return len(words) >= 4 and sum(word[0].isupper() for word in words) * 4 >= len(words) * 3


def _add(unit: Unit, codes: list[str], start: int, end: int, code: str, low: str) -> None:
    unit.starts.append(start)
    unit.ends.append(end)
    unit.low.append(low)
    codes.append(code)


def _scan(unit: Unit, codes: list[str], start: int, end: int) -> None:
    at, text, search = start, unit.text, _TOKEN.search
    while match := search(text, at, end):
        at = match.end()
        kind, token = match.lastgroup, match.group()
        if kind == "word":
            _add_word(unit, codes, match.start(), token)
        elif kind == "open":
            at = _bracket_end(unit.text, match.start(), end)
            # “[Sanders] said”: a square bracket holds words of the sentence, a round one an aside.
            if token == "[" and at > match.end() + 1:
                _scan(unit, codes, match.end(), at - 1)
            elif at > match.end():
                _add(unit, codes, match.start(), at, "B", "")
        elif kind == "dash":
            _add(unit, codes, match.start(), at, "-", token)
        elif kind in ("stop", "mark"):
            _add(unit, codes, match.start(), at, "." if kind == "stop" else token, token)


def _bracket_end(text: str, at: int, end: int) -> int:
    closing = {"(": ")", "[": "]", "{": "}"}[text[at]]
    found = text.find(closing, at, min(end, at + _BRACKET_REACH))
    return found + 1 if found >= 0 else at + 1


def _add_word(unit: Unit, codes: list[str], start: int, token: str) -> None:
    for first, last, code, low in _parts(token, unit.title_case and bool(codes)):
        _add(unit, codes, start + first, start + last, code, low)


@lru_cache(1 << 15)
def _parts(token: str, in_capitals: bool) -> tuple[tuple[int, int, str, str], ...]:
    """The tokens of one word, its possessive and contractions apart: (start, end, class, lower case)."""
    low = token.lower().replace("’", "'")
    if low in CLOSED:
        return ((0, len(token), word_class(token, low), low),)
    if match := _POSSESSIVE.search(token):
        owner = _parts(token[: match.start()], in_capitals) if match.start() else ()
        return (*owner, (match.start(), len(token), "s", "'s"))
    if (match := _CONTRACTION.search(token)) and match.start():
        suffix = match.group().lower().replace("’", "'")
        code = "m" if suffix in ("'d", "'ll") else "x"
        return (*_parts(token[: match.start()], in_capitals), (match.start(), len(token), code, suffix))
    plain = low if in_capitals and low in VERBS else token
    return ((0, len(token), word_class(plain, low), low),)
