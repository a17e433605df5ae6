"""Whether a stretch of text begins and ends at the borders of whole words and whole numbers."""

from __future__ import annotations

import html
import re
import unicodedata

from framing.grounding.forms import INVISIBLE
from framing.text import Span

__all__ = ["is_whole", "next_start", "words_in"]

_REACH = 24
_HIDDEN = re.compile(f"[{INVISIBLE}]")
_BORDER = re.compile(r"[\W_]")
_WORD = re.compile(r"[^\W_]+(?:['’.,-][^\W_]+)*")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_DIVIDED_BEFORE = re.compile(r"[^\W_][-‐][ \t]*\r?\n[ \t]*$")
_DIVIDED_AFTER = re.compile(r"[-‐][ \t]*\r?\n[ \t]*[^\W\d_]")
_CLITIC = re.compile(r"['’ʼ](?:s|re|ve|ll|d|m)(?![^\W_])", re.IGNORECASE)
"""What follows a whole word after an apostrophe, as the Penn Treebank divides words; *n't* is not among them."""

_ENTITY_END = re.compile(r"\w{2,8};")
_ENTITY_START = re.compile(r"&#?\w{2,8}$")

_APOSTROPHES = "'’ʼ"
_HYPHENS = "-‐‑"
_IN_WORDS = _APOSTROPHES + _HYPHENS + "&"
_IN_NUMBERS = ".,:/-‐‑‒–—−"
_MINUS = ".-‑–−"
_UNITS = "%‰°"
_SURELY_BEFORE = '“"('
_SURELY_AFTER = '.,!?”"'
"""Signs beside which a letter, or a small one, is the first or the last of its word."""


def is_whole(text: str, span: Span) -> bool:
    """Whether no word and no number is cut at either end of `span` (not empty).

    Hyphenated words, dotted abbreviations and numbers with their sign, currency and per cent are whole only
    as a whole; a possessive or contracted ending may be left off, a negation (*n't*) never.
    """
    return _begins_whole(text, span.start) and _ends_whole(text, span.end)


def next_start(text: str, at: int) -> int:
    """The first offset after `at` where a whole word, number or sign may begin, given that none begins at `at`."""
    if not text[at].isalnum() or _UNSPACED.match(text[at]):
        return at + 1
    match = _BORDER.search(text, at + 1)
    return match.start() if match else len(text)


def words_in(text: str) -> list[str]:
    return _WORD.findall(text)


def _begins_whole(text: str, start: int) -> bool:
    if start == 0 or (text[start - 1] == " " and text[start - 2 : start - 1] != "-"):
        return True
    if text[start - 1] in _SURELY_BEFORE and text[start].isalpha():
        return True
    before, first = _visible(text[max(0, start - _REACH) : start]), text[start]
    if not before or _UNSPACED.match(first):
        return True
    last, second = before[-1], before[-2:-1]
    if last in "&#" and _ENTITY_END.match(text, start):
        return False
    if not first.isalnum():
        if _CLITIC.match(text, start):
            return True
        joins = first in _IN_WORDS or (first in _IN_NUMBERS and last.isdigit())
        return not (joins and last.isalnum() and text[start + 1 : start + 2].isalnum())
    if last.isalnum():
        return bool(_UNSPACED.match(last))
    if unicodedata.category(last)[0] == "M" or (last in _IN_WORDS and second.isalnum()):
        return False
    if last.isspace():
        return not _DIVIDED_BEFORE.search(before)
    if first.isdigit():
        return not (unicodedata.category(last) == "Sc" or _continues_number(last, second))
    return not (last == "." and second.isupper() and not before[-3:-2].isalnum())


def _continues_number(last: str, second: str) -> bool:
    """Whether a digit after these two characters goes on with a number: "3.5", "-5", ".5"."""
    return last in _IN_NUMBERS and (second.isdigit() or (last in _MINUS and not second.strip()))


def _ends_whole(text: str, end: int) -> bool:
    if end == len(text) or text[end] == " " or (text[end] in _SURELY_AFTER and text[end - 1].islower()):
        return True
    after, last = _visible(text[end : end + _REACH]), text[end - 1]
    if not after or _UNSPACED.match(last):
        return True
    first, second = after[0], after[1:2]
    if first == ";" and _ENTITY_START.search(text[max(0, end - _REACH) : end]):
        return False
    if unicodedata.category(first)[0] == "M":
        return False
    if not last.isalnum():
        joins = last in _IN_WORDS or (last in _IN_NUMBERS and first.isdigit()) or _is_currency(last)
        inside = _is_currency(last) or text[max(0, end - 2) : end - 1].isalnum()
        return not (joins and first.isalnum() and inside)
    if first.isalnum():
        return bool(_UNSPACED.match(first))
    if first in _APOSTROPHES and second.isalnum():
        return bool(_CLITIC.match(after))
    if (first in _IN_WORDS and second.isalnum()) or _DIVIDED_AFTER.match(after):
        return False
    if _is_currency(first):
        return not (last.isdigit() or second.isdigit())
    if last.isdigit():
        return not (first in _UNITS or (first in _IN_NUMBERS and second.isdigit()))
    return not (
        first == "." and second.isupper() and last.isupper() and not text[max(0, end - 2) : end - 1].isalnum()
    )


def _is_currency(char: str) -> bool:
    return unicodedata.category(char) == "Sc"


def _visible(context: str) -> str:
    """A few characters around a place as a reader sees them."""
    if "&" in context:
        context = html.unescape(context)
    return context if context.isascii() else _HIDDEN.sub("", context)
