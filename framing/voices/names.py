"""Names in running text: where they stand, and what the words in and around each say about it.

A name is a run of capitalised words. Words that are no names (function words, weekdays) split a run;
titles and roles are set apart from the name proper; the rest is a person, an organisation, a group, a
place, or something the text gives no evidence about. One regular expression, one pass, linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from framing.text import Document, Span
from framing.voices import lexicon as lx

__all__ = ["Name", "NameKind", "find_names", "flatten", "key_of"]

NameKind = Literal["person", "organization", "group", "place", "role", "unknown"]

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĢĪİĶŁĻŃŇŅŌŐŒŘŚŠŞŢŤŪŮŰŹŻŽ"
_TOKEN = (
    rf"(?:(?:[{_UPPER}]\.(?:-?[{_UPPER}]\.)*(?=\W|$)|(?:Mrs?|Ms|Dr|Sens?|Reps?|Gov|Gen|Lt|Col|Sgt|Capt|Maj"
    rf"|Cmdr|Adm|Profs?|Rev|Hon|St|Jr|Sr|Messrs|Pres|Atty|Det|Supt|Amb|Inc|Corp|Co|Ltd)\."
    rf"|[{_UPPER}]\w*(?:[’'‑-](?![sS]\b)\w+|&\w+)*))"
)
_RUN = re.compile(
    rf"(?<![\w’'@#/-])(?:(?:{lx.PARTICLES}) )?{_TOKEN}(?: {{1,2}}(?:(?:{lx.PARTICLES}) )?{_TOKEN})*"
    r"(?:, ?(?:Jr|Sr)\b\.?)?"
)
_PIECE = re.compile(rf"(?:(?:{lx.PARTICLES}) (?=[{_UPPER}]))?{_TOKEN}|(?:Jr|Sr)\b\.?")
_POSSESSIVE = re.compile(r"[’']s\b|(?<=s)[’'](?= )")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;\n•–—*][”’\"')\]]*\s*|[“‘\"(\[]\s*|\s')$")
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?$|I{2,3}$|IV$")
_TAIL = re.compile(rf" (?:of|for|on|to)(?: the)? (?={_TOKEN})")
_NEW_PLACE = re.compile(r"New (?:York|Jersey|Mexico|Hampshire|Orleans|Zealand|Delhi|England)\b")
_ACRONYM_AFTER = re.compile(r",? \((?:the )?[“\"]?([A-Z][A-Z&.]{1,7})[”\"]?\)")


@dataclass(frozen=True, slots=True)
class Name:
    """One occurrence of a name.

    `span` covers title and name, `bare` the name alone (empty for a bare title, where `tokens` is empty
    too). `words` are all words of the span in lower case without final stops. `headline`: it stands in a
    line of capitals. `article`: “the” comes right before it. `evidence`: something other than its being
    capitalised says that it names a person.
    """

    span: Span
    bare: Span
    tokens: tuple[str, ...]
    title: str | None
    kind: NameKind
    possessive: bool = False
    headline: bool = False
    article: bool = False
    starts: bool = False
    evidence: bool = False
    alias: str | None = None

    @property
    def key(self) -> tuple[str, ...]:
        return key_of(self.tokens)

    @property
    def honorific(self) -> str | None:
        """“m” or “f” where a title of address tells."""
        for word in (self.title or "").casefold().replace(".", "").split():
            if word in lx.MALE_HONORIFICS:
                return "m"
            if word in lx.FEMALE_HONORIFICS:
                return "f"
        return None


def key_of(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """What two spellings of one name have in common."""
    return tuple(token.casefold().replace(".", "").replace("’", "'") for token in tokens)


def flatten(document: Document) -> str:
    """The text, same length, with line breaks inside paragraphs and no-break spaces as plain spaces."""
    text = document.text.replace("\xa0", " ").replace("\t", " ")
    if "\n" not in text and "\r" not in text:
        return text
    pieces: list[str] = []
    at = 0
    for paragraph in document.paragraphs:
        pieces.append(text[at : paragraph.start])
        pieces.append(paragraph.of(text).replace("\n", " ").replace("\r", " "))
        at = paragraph.end
    pieces.append(text[at:])
    return "".join(pieces)


# --- Scanning ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int

    @property
    def low(self) -> str:
        return self.text.casefold().rstrip(".").replace("’", "'")


def find_names(flat: str) -> tuple[Name, ...]:
    """Every name in `flat` (see `flatten`), in order, none overlapping another."""
    names: list[Name] = []
    headlines = _headlines(flat)
    line = 0
    for match in _RUN.finditer(flat):
        if names and match.start() < names[-1].span.end:
            continue
        while line < len(headlines) and headlines[line].end <= match.start():
            line += 1
        headline = line < len(headlines) and match.start() in headlines[line]
        for run in _split(flat, match):
            if name := _read(flat, run, headline):
                names.append(name)
    return tuple(names)


def _headlines(flat: str) -> list[Span]:
    """Lines in which nearly all the longer words are capitalised."""
    found: list[Span] = []
    start = 0
    for line in flat.split("\n"):
        if 0 < len(line) < 250:
            words = [
                word for word in re.findall(r"[^\W\d_]{4,}", line) if word.casefold() not in lx.FUNCTION_WORDS
            ]
            capitals = sum(1 for word in words if word[0].isupper())
            if len(words) >= 3 and capitals >= 0.8 * len(words):
                found.append(Span(start, start + len(line)))
        start += len(line) + 1
    return found


def _split(flat: str, match: re.Match[str]) -> Iterator[tuple[_Token, ...]]:
    """The runs of tokens that a run of capitalised words holds once the words that are no names are out."""
    run: list[_Token] = []
    at_start = bool(_SENTENCE_START.search(flat, max(0, match.start() - 6), match.start()))
    for piece in _PIECE.finditer(flat, match.start(), match.end()):
        token = _Token(piece[0], piece.start(), piece.end())
        if _is_no_name(token, run, at_start and piece.start() == match.start(), flat):
            yield from _nonempty(run)
            run = []
            continue
        run.append(token)
        if _POSSESSIVE.match(flat, token.end):
            yield from _nonempty(run)
            run = []
    yield from _nonempty(run)


def _nonempty(run: list[_Token]) -> Iterator[tuple[_Token, ...]]:
    if run:
        yield tuple(run)


def _is_no_name(token: _Token, run: list[_Token], at_start: bool, flat: str) -> bool:
    low = token.low
    if low in {"may", "will", "march", "april", "june", "august"}:
        follows = flat[token.end : token.end + 2].strip()
        given = low != "march" and follows[:1].isupper() and not at_start
        return not given and not (run and low == "may" and not follows[:1].isdigit())
    if low == "new":
        return at_start and not _NEW_PLACE.match(flat, token.start)
    if low in lx.CALENDAR or low in lx.FUNCTION_WORDS:
        return not (token.text.isupper() and len(token.text) > 1 and low in {"us", "it", "who"})
    if lx.PERIODS.match(low) and flat[token.end : token.end + 3].strip(". ").isdigit():
        return True
    return at_start and low not in lx.GIVEN_NAMES and low not in lx.ROLES and _starts_no_name(token, flat)


def _starts_no_name(token: _Token, flat: str) -> bool:
    """Whether a sentence's first word is capitalised for that reason alone."""
    return bool(lx.SENTENCE_ADVERBS.match(token.low)) and flat[token.end : token.end + 1] == " "


# --- Reading one run --------------------------------------------------------------------------------


def _read(flat: str, run: tuple[_Token, ...], headline: bool) -> Name | None:
    start = run[0].start
    before = flat[max(0, start - 24) : start]
    article = before[-4:].casefold() in {"the ", " the"} and (len(before) < 5 or not before[-5].isalpha())
    starts = bool(_SENTENCE_START.search(before)) or (article and bool(_SENTENCE_START.search(before[:-4])))
    run, end = _organization_tail(flat, run)
    title, tokens = ((), run) if headline else _cut_title(run)
    kind, evidence = _kind(title, tokens, article=article, headline=headline)
    while kind == "person" and len(tokens) > 1 and _describes(tokens[0]):
        title, tokens = (*title, tokens[0]), tokens[1:]
    if kind == "organization":
        title, tokens = (), run
    if tokens and not title and before.endswith("of ") and tokens[0].low in lx.PORTFOLIOS and len(tokens) > 2:
        tokens, evidence, kind = tokens[1:], True, "person"
    first = title[0].start if title else tokens[0].start
    bare = Span(tokens[0].start, tokens[-1].end) if tokens else Span(end, end)
    alias = _ACRONYM_AFTER.match(flat, end) if kind == "organization" else None
    return Name(
        span=Span(first, end),
        bare=Span(bare.start, max(bare.end, end)) if kind == "organization" else bare,
        tokens=_bare_tokens(tokens) if kind != "organization" else _org_tokens(flat, first, end),
        title=flat[title[0].start : title[-1].end] if title else None,
        kind=kind,
        possessive=bool(_POSSESSIVE.match(flat, end)),
        headline=headline,
        article=article,
        starts=starts,
        evidence=evidence,
        alias=alias[1] if alias else None,
    )


def _describes(token: _Token) -> bool:
    return token.low in lx.PARTIES_AND_PEOPLES or (
        token.text.isupper() and len(token.text) > 2 and "." not in token.text
    )


def _bare_tokens(tokens: tuple[_Token, ...]) -> tuple[str, ...]:
    """The words of a name, “de Blasio” as two, without “Jr.” and its like."""
    words = [word for token in tokens for word in token.text.split(" ")]
    while len(words) > 1 and _SUFFIX.match(words[-1]):
        words.pop()
    return tuple(words)


def _org_tokens(flat: str, start: int, end: int) -> tuple[str, ...]:
    return tuple(flat[start:end].split())


def _organization_tail(flat: str, run: tuple[_Token, ...]) -> tuple[tuple[_Token, ...], int]:
    """“Center” goes on “for Responsive Politics”: names of organisations take in what follows of/for."""
    end = run[-1].end
    if run[-1].low not in lx.ORGANIZATION_HEADS or _POSSESSIVE.match(flat, end):
        return run, end
    for _ in range(3):
        tail = _TAIL.match(flat, end)
        following = _RUN.match(flat, tail.end()) if tail else None
        if following is None or any(map(_is_not_in_organization, _PIECE.findall(following[0]))):
            break
        end = following.end()
        if (joined := re.compile(r" and (?=[A-Z])").match(flat, end)) is None:
            break
        following = _RUN.match(flat, joined.end())
        if following is None or not _PIECE.fullmatch(following[0]):
            break
        end = following.end()
    return run, end


def _is_not_in_organization(word: str) -> bool:
    low = word.casefold().rstrip(".")
    return low in lx.ROLES or low in lx.CALENDAR or low in lx.FUNCTION_WORDS


def _cut_title(run: tuple[_Token, ...]) -> tuple[tuple[_Token, ...], tuple[_Token, ...]]:
    """The words up to the last title or role word that still leaves a name after it; and that name."""
    cut = 0
    for index, token in enumerate(run):
        last = index == len(run) - 1
        if token.low in lx.ROLES or token.low in lx.HONORIFICS:
            if last and index > cut and not _all_titles(run[cut:index]):
                continue
            cut = index + 1
        elif index == cut and token.low in lx.TITLE_PARTS and not last:
            continue
    return run[:cut], run[cut:]


def _all_titles(tokens: tuple[_Token, ...]) -> bool:
    return all(t.low in lx.TITLE_PARTS or t.low in lx.ROLES or t.low in lx.PARTIES_AND_PEOPLES for t in tokens)


def _kind(
    title: tuple[_Token, ...], tokens: tuple[_Token, ...], *, article: bool, headline: bool
) -> tuple[NameKind, bool]:
    if not tokens:
        return "role", False
    lows = [token.low for token in tokens]
    whole = " ".join(lows)
    if whole in lx.PLACES:
        return "place", False
    if lows[-1] in lx.ORGANIZATION_HEADS or (lows[0] in {"center", "centre", "bank", "university", "house"}):
        named = title and (title[-1].low in lx.HONORIFICS or len(tokens) == 1)
        if named and title[-1].low not in lx.PARTIES_AND_PEOPLES | lx.PORTFOLIOS:
            return "person", True
        if not (len(tokens) == 2 and lows[0] in lx.GIVEN_NAMES):
            return "organization", False
    if _is_group(lows):
        return "group", False
    if lows[-1] in lx.PARTIES_AND_PEOPLES:
        return "unknown", False
    if title:
        return "person", True
    acronym = len(tokens) == 1 and tokens[0].text.isupper() and 1 < len(tokens[0].text.replace(".", "")) < 7
    if acronym and not headline:
        return "organization", False
    return _person_or_unknown(tokens, lows, article=article)


def _is_group(lows: list[str]) -> bool:
    last = lows[-1]
    singular = last[:-1] if last.endswith("s") else last
    if last.endswith("s") and (singular in lx.PARTIES_AND_PEOPLES or singular in lx.ROLES):
        return len(lows) == 1 or lows[0] not in lx.GIVEN_NAMES
    return len(lows) == 1 and last in lx.PARTIES_AND_PEOPLES


def _person_or_unknown(tokens: tuple[_Token, ...], lows: list[str], *, article: bool) -> tuple[NameKind, bool]:
    if len(tokens) > 1 and not article:
        initial = any(len(token.text.replace(".", "")) <= 2 and "." in token.text for token in tokens[:-1])
        if lows[0] in lx.GIVEN_NAMES or initial or _SUFFIX.match(tokens[-1].text):
            return "person", True
    return "unknown", False
