"""Words as they are compared: typography and case evened out, contractions and numerals taken apart.

Every word keeps the span of the untouched article it came from; what is compared is never what is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from framing.grounding.forms import BREAK, Form, lower
from framing.text import Span
from framing.voices.lexicon import FUNCTION_WORDS

__all__ = ["NEGATIONS", "Gap", "Word", "listed", "words_of"]


def listed(words: str) -> frozenset[str]:
    """The words of a string."""
    return frozenset(words.split())


NEGATIONS = listed("not no never none nobody nothing nowhere neither nor without cannot hardly scarcely")

_WORD = rf"[^\W_]+(?:['{BREAK}][^\W_]+)*"
_TOKEN = re.compile(
    r"(?P<ellipsis>\[?…\]?)|(?P<open>\[)(?![^\W\d_]\][^\W_])|(?P<close>\])"
    r"|(?P<number>[$£€¥]?\d+(?:[.,:]\d+)*(?:st|nd|rd|th|s|m|bn|k)?(?![^\W_]))"
    r"|(?P<percent>%|per cent\b)"
    rf"|(?P<partial>\[[^\W\d_]\]{_WORD}|[^\W\d_]+\['?[^\W\d_]{{1,4}}\](?![^\W_]))|(?P<word>{_WORD})"
)
_CLITIC = re.compile(r"(.+?)(n't|'(?:s|re|ve|ll|d|m))|(can)(not)")
_FULL = {"n't": "not", "'s": "is", "'re": "are", "'ve": "have", "'ll": "will", "'d": "would", "'m": "am"}
_BEFORE_NOT = {"ca": "can", "wo": "will", "sha": "shall"}
_SMALL_NUMBERS = """two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty"""
_TENS = "thirty forty fifty sixty seventy eighty ninety"
_NUMERALS = {word: str(number) for number, word in enumerate(_SMALL_NUMBERS.split(), 2)}
_NUMERALS |= {word: str(10 * tens) for tens, word in enumerate(_TENS.split(), 3)}
"""“One” is not among them: it is more often a pronoun."""
_NOT_LETTERS = re.compile(rf"[\[\]{BREAK}]")

_LIGHT = FUNCTION_WORDS | listed("""
    get gets got go goes going gone went come comes came thing things way ways time day days year years today
    end future past moment point lot kind bit one ones own same able really actually simply well right know
    think mean want need like
""")
"""Words that tell little about which utterance they come from."""
_LIGHT_WEIGHT = 0.25


Gap = Literal["ellipsis", "break"]


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a quotation.

    `key` is what is compared (“n't” is “not”, “four” is “4”), `form` how it is spelled, `stem` the key
    without its ending. `glued`: it goes on with the word before. `unit` numbers the sentences of the
    quotation, `piece` its uninterrupted stretches. `gap`: words may have been left out before it.
    """

    span: Span
    form: str
    key: str
    stem: str
    number: bool = False
    glued: bool = False
    bracketed: bool = False
    capital: bool = False
    unit: int = 0
    piece: int = 0
    gap: Gap | None = None

    @property
    def weight(self) -> float:
        """How much it tells that two quotations share this word."""
        return 1.0 if self.number or self.key not in _LIGHT else _LIGHT_WEIGHT

    @property
    def content(self) -> bool:
        return self.weight == 1.0


def words_of(folded: Form, start: int, end: int) -> Iterator[Word]:
    """The words of `start:end` of a folded text; the span of one in brackets takes in the brackets beside it."""
    text, inside, gap = lower(folded.text), False, False
    for match in _TOKEN.finditer(text, start, end):
        kind = match.lastgroup
        if kind in ("open", "close"):
            inside = kind == "open"
        elif kind == "ellipsis":
            gap = True
        else:
            for at, form, glued in _parts(match):
                first, last = at, at + len(form)
                if inside:
                    first, last = first - (text[first - 1] == "["), last + (text[last : last + 1] == "]")
                form = _NOT_LETTERS.sub("", form)
                yield Word(
                    folded.origin(first, last),
                    form,
                    key := "percent" if kind == "percent" else _key(form),
                    _stem(key),
                    number=kind == "number" or form in _NUMERALS,
                    glued=glued,
                    bracketed=inside or kind == "partial",
                    capital=folded.text[at].isupper(),
                    gap="ellipsis" if gap else None,
                )
                gap = False


def _parts(match: re.Match[str]) -> Iterator[tuple[int, str, bool]]:
    """A word, or a word and what is contracted with it: “is” and “n't”."""
    clitic = _CLITIC.fullmatch(match[0]) if match.lastgroup == "word" else None
    if clitic is None:
        yield match.start(), match[0], False
        return
    base, tail = (part for part in clitic.groups() if part)
    yield match.start(), base, False
    yield match.start() + len(base), tail, True


def _key(form: str) -> str:
    if form[0].isdigit():
        return form.replace(",", "")
    return _FULL.get(form) or _BEFORE_NOT.get(form) or _NUMERALS.get(form) or form


@lru_cache(16_384)
def _stem(word: str) -> str:
    """A word without its regular endings; rough, and the same for “give”, “gives” and “giving”."""
    for ending in ("ing", "ed", "es", "s", "ly"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word.removesuffix(ending)
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
        word = word[:-1]
    word = word.removesuffix("e") if len(word) > 3 else word
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word
