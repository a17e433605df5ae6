"""What a reader of the result must know about the article itself, before anything is found in it."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

from framing.annotations import Problem
from framing.text import Document

__all__ = ["english_share", "screen"]

_REST = r"[^.!?\n]{0,120}"
_ADDRESSES_THE_MODEL = re.compile(
    rf"""(?ix)
    \b (?: ignore | disregard | forget | override ) \b [^.!?\n]{{0,40}}?
       \b (?: instructions? | prompts? | rules | directions | guidelines ) \b {_REST}
    | \b you \s are \s (?: now \s )? (?: an? \s )?
       (?: ai | assistant | chatbot | (?: large \s )? language \s model ) \b {_REST}
    | \b (?: answer | respond | reply | return | output ) \s+ (?: only \s+ | just \s+ )? (?: with \s+ )?
       (?: an \s empty \s (?: list | array ) | \[\s*\] | \{{\s*\}} )
    | \b (?: system | developer ) \s prompt \b {_REST}
    | <\| (?: im_start | im_end | system | user | assistant | endoftext ) \|> | \[/?INST\]
    """
)
_TOGETHER = (
    (
        ("ignore", "disregard", "forget", "override"),
        ("instruction", "prompt", "rules", "directions", "guidelines"),
    ),
    (("you",), ("assistant", "chatbot", "model")),
    (("[", "{", "empty"), ("answer", "respond", "reply", "return", "output")),
    (("prompt",), ("system", "developer")),
    (("|", "]"), ("<|", "[inst", "[/inst")),
)
"""Every match of the pattern above holds one of each of two such groups, or “you” and the word “ai”. What is quickly told to
be missing stands first: the pattern itself is slow."""
_AI = re.compile(r"ai(?<=\bai)\b")
_BEGINNINGS = (*_TOGETHER[0][0], *_TOGETHER[1][0], *_TOGETHER[2][1], *_TOGETHER[3][1], *_TOGETHER[4][1])
"""How its matches begin."""
_TAKEN_FOR_PLAIN = {"ı": "i", "İ": "i", "ſ": "s", "\u212a": "k"}
_TAG = re.compile(
    r"</?(?:p|div|span|a|br|html|body|head|script|style|h[1-6]|ul|li|img|table|article)\b[^<>]*>", re.I
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_ENGLISH_WORDS = (
    "the of and to a in that is was for it with as his on be at by he this had not are but from or have an they "
    "which one you were her all she there would their we him been has when who will more no if out so said what "
    "up its about into than them can only other new some could time these two may then do first any my now such "
    "like our over me even most after also did many before must through"
)
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_FEW_WORDS = 40
_SURELY_ENGLISH = 0.30
_ENGLISH_SHARE = 0.18  # running English has 35-50 % of these words; French, Spanish, German under 8 %
_LAST_LATIN = "\u024f"
_LETTERS = string.ascii_letters.encode()


def screen(document: Document, *, language: str = "en") -> tuple[Problem, ...]:
    """Problems of the article as a text: how it was read, markup, control characters, a language other than the
    one that it is asked about in, and sentences that address a language model (reported, never obeyed)."""
    return (
        *_reading(document),
        *_markup(document),
        *_controls(document),
        *_language(document, _primary(language)),
        *_instructions(document),
    )


def english_share(text: str) -> float | None:
    """The share of common English function words among the words of `text`; None under 40 words."""
    words = _WORD.findall(text[:50_000].lower())
    if len(words) < _FEW_WORDS:
        return None
    return sum(map(_ENGLISH.__contains__, words)) / len(words)


def _reads_as_english(text: str) -> bool:
    """Whether the English share is surely high enough: of the words between spaces that are English words, among all
    the words there can be at most. Two words have something between them that is no letter. Half an article often
    holds enough for all of it."""
    text = text[:50_000]
    between = len(text.encode("ascii", "replace").translate(None, _LETTERS))
    enough = _ENGLISH_SHARE * (between + 1)
    known = 0
    for line in text.split("\n"):
        known += sum(map(_ENGLISH.__contains__, line.split()))
        if known > enough:
            return True
    return False


def _other_script(text: str) -> float | None:
    """The share of letters of other scripts than Latin, where they are most: this can be told of few words, and where
    no spaces part them."""
    letters = [letter for letter in text[:50_000] if letter.isalpha()]
    others = sum(letter > _LAST_LATIN for letter in letters)
    return others / len(letters) if others * 2 > len(letters) else None


def _reading(document: Document) -> Iterator[Problem]:
    for note in document.notes:
        yield Problem(kind="input", reason=note)


def _markup(document: Document) -> Iterator[Problem]:
    tags = _TAG.findall(document.text) if "<" in document.text else []
    if len(tags) >= 3:
        yield Problem(
            kind="input",
            reason=f"{len(tags)} HTML tags in the text: it was analysed as it is; extract the article first, "
            "or markup will be taken for its words",
            raw=tags[0],
        )


def _controls(document: Document) -> Iterator[Problem]:
    if count := document.text.count("\x00"):
        yield Problem(kind="input", reason=f"{count} NUL character(s) in the text, kept: offsets count them")


def _language(document: Document, wanted: str) -> Iterator[Problem]:
    """Languages other than English are only known where they are declared."""
    asked = "the rules are for English" if wanted == "en" else f"the prompt is for {wanted!r}"
    if document.language and _primary(document.language) != wanted:
        yield Problem(kind="language", reason=f"the article is marked as {document.language!r}; {asked}")
        return
    if wanted == "en" and _reads_as_english(document.text):
        return
    if wanted == "en" and (other := _other_script(document.text)) is not None:
        reason = (
            f"the article does not read as English ({other:.0%} of its letters are not Latin): check the results"
        )
        yield Problem(kind="language", reason=reason)
        return
    if (share := english_share(document.text)) is None:
        return
    words = f"({share:.0%} common English words)"
    if wanted == "en" and share < _ENGLISH_SHARE:
        reason = f"the article does not read as English {words}: check the results"
        yield Problem(kind="language", reason=reason)
    elif wanted != "en" and share > _SURELY_ENGLISH:
        yield Problem(kind="language", reason=f"the article reads as English {words}; {asked}")


def _primary(language: str) -> str:
    """The primary subtag of a language tag ("en" of "en-GB"), by its two letters where English is meant."""
    tag = language.lower().replace("_", "-").split("-")[0]
    return "en" if tag in {"eng", "english"} else tag


def _instructions(document: Document) -> Iterator[Problem]:
    plain = _in_plain_letters(document.text)
    if not _may_address_a_model(plain):
        return
    end = 0
    for begin in sorted(at for word in _BEGINNINGS for at in _all(word, plain)):
        match = _ADDRESSES_THE_MODEL.match(document.text, begin) if begin >= end else None
        if match is None:
            continue
        end = match.end()
        place = f"{match.start()}–{match.end()}"
        reason = f"the article addresses a language model at {place}: treated as text, not obeyed"
        yield Problem(kind="instruction", reason=reason, raw=match.group())


def _may_address_a_model(plain: str) -> bool:
    for some, others in _TOGETHER:
        if any(word in plain for word in some) and any(word in plain for word in others):
            return True
    return "you" in plain and _AI.search(plain) is not None


def _all(word: str, text: str) -> Iterator[int]:
    """Where a word, or the beginning of a longer one, stands."""
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + len(word))


def _in_plain_letters(text: str) -> str:
    """Small letters without accents, as a pattern that ignores case reads them; of another script each is a “?”."""
    for letter, plain in _TAKEN_FOR_PLAIN.items():
        text = text.replace(letter, plain)
    return text.encode("ascii", "replace").decode("ascii").lower()
