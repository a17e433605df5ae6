"""Names in running text: where they stand, and what the words in and around each say about it.

A name is a run of capitalised words. Words that are no names (function words, weekdays) split a run;
titles and roles are set apart from the name proper; the rest is a person, an organisation, a group, a
place, or something the text gives no evidence about. One regular expression, one pass, linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from framing.text import Document, Span
from framing.voices import lexicon as lx
from framing.voices.headlines import is_headline
from framing.voices.kinds import SUFFIX, NameKind, classify, low_form

__all__ = ["Name", "NameKind", "find_names", "flatten", "key_of"]

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĢĪİĶŁĻŃŇŅŌŐŒŘŚŠŞŢŤŪŮŰŹŻŽ"
_TOKEN = (
    rf"(?:(?:[{_UPPER}]\.(?:-?[{_UPPER}]\.)*(?=\W|$)|(?:Mrs?|Ms|Dr|Sens?|Reps?|Gov|Gen|Lt|Col|Sgt|Capt|Maj"
    rf"|Cmdr|Adm|Profs?|Rev|Hon|St|Jr|Sr|Messrs|Pres|Atty|Det|Supt|Amb|Inc|Corp|Co|Ltd)\."
    rf"|[{_UPPER}]\w*(?:[’'‑-](?![sS]\b)\w+|&\w+|\.(?:com|org|net|gov|edu)\b)*))"
)
_RUN = re.compile(
    rf"(?<![\w’'@#/-])(?:(?:{lx.PARTICLES}) )?{_TOKEN}(?: {{1,2}}(?:(?:{lx.PARTICLES}) )?{_TOKEN})*"
    r"(?:, ?(?:Jr|Sr)\b\.?)?"
)
_PARTICLE_BEFORE = re.compile(rf"(?<![\w’'@#/-])(?:{lx.PARTICLES}) $")
_PARTICLE_ENDS = "".join(sorted({particle[-1] for particle in lx.PARTICLES.split("|")}))
_CAPITAL = re.compile(
    rf"[{_UPPER}](?<![\w’'@#/-].)(?:(?<![{_PARTICLE_ENDS}] .)\w*() (?!(?:{lx.PARTICLES}) )[a-z])?"
)
"""Where a word begins with a capital: the one sign of a run that can be looked for quickly. The group is there where no
other word can belong to its run."""
_LONGEST_PARTICLE = max(map(len, lx.PARTICLES.split("|"))) + 1
_PIECE = re.compile(rf"(?:(?:{lx.PARTICLES}) (?=[{_UPPER}]))?{_TOKEN}|(?:Jr|Sr)\b\.?")
_POSSESSIVE = re.compile(r"[’']s\b|(?<=s)[’'](?= )")
_OPENS = frozenset(' \n“‘"([')
_MARKS_OPENING = frozenset('“‘"([')
_CLOSES = frozenset("”’\"')]")
_ENDS = frozenset(".!?:;\n•–—*")
_APOSTROPHES = frozenset("’'")
_TAIL = re.compile(rf" (?:of|for|on|to)(?: the)? (?={_TOKEN})")
_OFFICE = re.compile(r"(?:ecretary|inister|irector|hief|peaker|ommissioner) (?:of|for) (?:the )?$")
_JOINT = re.compile(r"(?:[’']s?|(?: &(?:amp;)?)) (?=[A-Z])")
"""What joins two runs of capitals to one name: the apostrophe of an owner, an ampersand."""
_AND = re.compile(r" and (?=[A-Z])")
_AMPERSAND = re.compile(r" &(?:amp;)? ")
_OWNER = re.compile(r"[’']s? [A-Z]")
_AGENTS = re.compile(r"(?:[^aeiou]ers|[aeiou]{2}ers|tors|sors|ists|ants|ents|ians|yees)$")
_CONTRACTION = re.compile(r"(.+)'(?:d|ll|m|re|ve|s)$|.+n't$")
_NAMES_AND_WORDS = frozenset({"may", "will", "march", "april", "june", "august"})
_SURE_NAMES = lx.GIVEN_NAMES | lx.PLACES
_BODY_NOUNS = lx.BODIES - lx.ROLES
_NEW_PLACE = re.compile(r"New (?:York|Jersey|Mexico|Hampshire|Orleans|Zealand|Delhi|England)\b")
_BODY_AFTER = re.compile(
    r", (?:a|an|the|its|one of the) (?:[a-z’'-]+ ){0,4}?([a-z-]+)(?=[,.;)]| (?:that|which|based|of|for|in)\b)"
)
_BODY_BEFORE = re.compile(r"\b(?:[Aa]n?|[Tt]he|[Ii]ts|state's) (?:[a-z’'-]+ ){0,4}?([a-z-]+), (?:the )?$")
_ACRONYM_AFTER = re.compile(r",? \((?:the )?[“\"]?([A-Z][A-Z&.]{1,7})[”\"]?\)")


class Name(NamedTuple):
    """One occurrence of a name.

    `span` covers title and name, `bare` the name alone (empty for a bare title, where `tokens` is empty
    too) and `key` what they have in common with other spellings of it. `headline`: it stands in a
    line of capitals. `article`: “the” comes right before it. `evidence`: something other than its being
    capitalised says that it names a person. `noun`: what kind of body it is explained to be beside it.
    """

    span: Span
    bare: Span
    tokens: tuple[str, ...]
    key: tuple[str, ...]
    title: str | None
    kind: NameKind
    possessive: bool = False
    headline: bool = False
    article: bool = False
    evidence: bool = False
    alias: str | None = None
    noun: str | None = None

    @property
    def honorific(self) -> str | None:
        """“m” or “f” where a title of address tells."""
        return _address(self.title) if self.title else None


@lru_cache(1024)
def _address(title: str) -> str | None:
    for word in title.casefold().replace(".", "").split():
        if word in lx.MALE_HONORIFICS:
            return "m"
        if word in lx.FEMALE_HONORIFICS:
            return "f"
    return None


@lru_cache(8192)
def key_of(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """What two spellings of one name have in common."""
    return tuple(token.casefold().replace(".", "").replace("’", "'").replace("&amp;", "&") for token in tokens)


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


class _Token(NamedTuple):
    text: str
    start: int
    end: int
    low: str


def find_names(flat: str, *, phrase: bool = False) -> tuple[Name, ...]:
    """Every name in `flat` (see `flatten`), in order, none overlapping another.

    `phrase` says that `flat` is a noun phrase and not running text: its capitals are no headline's.
    """
    names: list[Name] = []
    end = line_end = 0
    capitals = False
    for match in _runs(flat):
        start = match.start()
        if start < end:
            continue
        if start >= line_end and not phrase:
            line_end = flat.find("\n", start) + 1 or len(flat) + 1
            capitals = is_headline(flat[flat.rfind("\n", 0, start) + 1 : line_end - 1])
        for run in _split(flat, match):
            if run[0].start < end:
                continue
            name = _read(flat, run if capitals else _with_what_is_owned(flat, run), capitals)
            names.append(name)
            end = name.span.end
    return tuple(names)


def _runs(flat: str) -> Iterator[re.Match[str]]:
    """The runs of capitalised words that may hold a name, of those that `_RUN.finditer` finds: from capital to capital,
    not letter by letter."""
    end = 0
    for capital in _CAPITAL.finditer(flat):
        if capital.lastindex and _is_never_a_name(capital[0][:-2]):
            continue
        at = capital.start()
        if at < end:
            continue
        if flat[at - 1 : at] == " " and flat[at - 2] in _PARTICLE_ENDS:
            particle = _PARTICLE_BEFORE.search(flat, max(end, at - _LONGEST_PARTICLE), at)
            at = particle.start() if particle else at
        if match := _RUN.match(flat, at):
            end = match.end()
            if not _is_never_a_name(match[0]):
                yield match


def _split(flat: str, match: re.Match[str]) -> Iterator[tuple[_Token, ...]]:
    """The runs of tokens that a run of capitalised words holds once the words that are no names are out."""
    run: list[_Token] = []
    at_start = _starts_sentence(flat, match.start())
    start = match.start()
    for word, begin, end in _pieces(match[0]):
        token = _Token(word, start + begin, start + end, low_form(word))
        if _is_no_name(token, run, at_start and not begin, flat):
            yield from _nonempty(run)
            run = []
            continue
        run.append(token)
        if flat[token.end : token.end + 1] in _APOSTROPHES and _POSSESSIVE.match(flat, token.end):
            yield from _nonempty(run)
            run = []
    yield from _nonempty(run)


def _with_what_is_owned(flat: str, run: tuple[_Token, ...]) -> tuple[_Token, ...]:
    """“Growers’” with the “Council” after it, “Hale” with “& Sons”: one name."""
    while joint := _JOINT.match(flat, run[-1].end):
        following = _RUN.match(flat, joint.end())
        if following is None:
            return run
        added = next(_split(flat, following), ())
        if not added or added[0].start != joint.end():
            return run
        if "&" in joint[0]:
            if run[-1].low in lx.GIVEN_NAMES and added[0].low in lx.GIVEN_NAMES:
                return run
        elif not _is_body(flat, run, added):
            return run
        run = (*run, *added)
    return run


def _is_body(flat: str, run: tuple[_Token, ...], owned: tuple[_Token, ...]) -> bool:
    """Whether “Growers’ Council” is a body of growers; “Sanders’ Council” names a person and his council."""
    owner = run[-1].low
    start = run[0].start
    agents = flat[max(0, start - 4) : start].casefold() == "the " and _AGENTS.search(owner)
    return bool(agents or _owns_bodies(owner)) and any(token.low in lx.ORGANIZATION_HEADS for token in owned)


def _owns_bodies(low: str) -> bool:
    return low in lx.OWNING_PLURALS or low in lx.COMMON_NOUNS


@lru_cache(8192)
def _pieces(run: str) -> tuple[tuple[str, int, int], ...]:
    """The words of a run of capitals, a particle together with its name, and where each begins and ends in it."""
    if " " not in run:
        return ((run, 0, len(run)),)
    return tuple((piece[0], *piece.span()) for piece in _PIECE.finditer(run))


def _starts_sentence(flat: str, at: int) -> bool:
    """Whether only marks that open something stand between `at` and the end of another sentence."""
    at -= 1
    while at >= 0 and flat[at] in _OPENS:
        if flat[at] == "\n" or flat[at] in _MARKS_OPENING:
            return True
        at -= 1
    while at >= 0 and flat[at] in _CLOSES:
        at -= 1
    return at < 0 or flat[at] in _ENDS


def _nonempty(run: list[_Token]) -> Iterator[tuple[_Token, ...]]:
    if run:
        yield tuple(run)


def _is_no_name(token: _Token, run: list[_Token], at_start: bool, flat: str) -> bool:
    sense = _sense(token.text)
    if sense == "period" and flat[token.end : token.end + 3].strip(". ").isdigit():
        return True
    if sense == "word" or sense == "period":
        return at_start and token.low not in _SURE_NAMES and _starts_no_name(token, flat)
    if sense == "month":
        follows = flat[token.end : token.end + 2].strip()
        given = token.low != "march" and follows[:1].isupper() and not at_start
        return not given and not (run and token.low == "may" and not follows[:1].isdigit())
    if sense == "new":
        return at_start and not _NEW_PLACE.match(flat, token.start)
    return sense == "never"


@lru_cache(8192)
def _sense(word: str) -> Literal["word", "month", "new", "period", "never", "always"]:
    """What can be said of a capitalised word without looking around: that it is part of a name always, or never; else
    which question to ask there."""
    low = low_form(word)
    if low in _NAMES_AND_WORDS:
        return "month"
    if word.endswith(".") and len(word) == 2:
        return "always"
    if low == "new":
        return "new"
    if _is_contraction(low):
        return "never"
    if low in lx.CALENDAR or low in lx.FUNCTION_WORDS:
        return "always" if _is_acronym(word, low) else "never"
    return "period" if lx.PERIODS.match(low) else "word"


@lru_cache(8192)
def _is_never_a_name(word: str) -> bool:
    """Whether a capitalised word that stands alone is no name wherever it stands."""
    return _sense(word) == "never"


def _is_acronym(word: str, low: str) -> bool:
    """“US”, “IT”, “WHO”."""
    return word.isupper() and len(word) > 1 and low in {"us", "it", "who"}


def _is_contraction(low: str) -> bool:
    """“I’d”, “We’ve”, “Didn’t”."""
    match = _CONTRACTION.match(low) if "'" in low else None
    return match is not None and (match[1] is None or match[1] in lx.FUNCTION_WORDS)


def _starts_no_name(token: _Token, flat: str) -> bool:
    """Whether a sentence's first word is capitalised for that reason alone."""
    if _OWNER.match(flat, token.end) and _owns_bodies(token.low):
        return False
    if token.low in lx.SENTENCE_OPENERS:
        return not flat[token.end : token.end + 2].strip()[:1].islower()
    if flat[token.end : token.end + 2].strip()[:1].isupper():
        return token.low not in lx.ROLES and bool(lx.SENTENCE_ADVERBS.match(token.low))
    return token.low in lx.COMMON_NOUNS or bool(lx.SENTENCE_ADVERBS.match(token.low) and token.low not in lx.ROLES)


# --- Reading one run --------------------------------------------------------------------------------


def _read(flat: str, run: tuple[_Token, ...], headline: bool) -> Name:
    start = run[0].start
    before = flat[max(0, start - 24) : start]
    article = before[-4:].casefold() in {"the ", " the"} and (len(before) < 5 or not before[-5].isalpha())
    run, end = _organization_tail(flat, run)
    opening = headline or run[0].low not in lx.CONDITIONS or _starts_sentence(flat, start)
    texts = tuple([token.text for token in run])
    cut, kind, evidence = classify(texts, article, headline, opening)
    doubtful = kind == "unknown" or (cut and run[cut - 1].low in lx.CONDITIONS)
    noun = _body_noun(flat, first=start, end=end) if doubtful or kind == "organization" else None
    if (doubtful and noun and not headline) or _holds_ampersand(flat, run):
        cut, kind, evidence = 0, "organization", False
    if kind != "organization" and len(run) - cut > 1 and run[cut].low in lx.PORTFOLIOS and _OFFICE.search(before):
        run, texts, evidence, kind = run[cut + 1 :], texts[cut + 1 :], True, "person"
        cut = 0
    title, tokens = run[:cut], run[cut:]
    first = run[0].start
    begin, finish = (tokens[0].start, tokens[-1].end) if tokens else (end, end)
    organization = kind == "organization"
    words = tuple(flat[first:end].split()) if organization else _bare_tokens(texts[cut:])
    alias = _ACRONYM_AFTER.match(flat, end) if organization else None
    return Name(
        Span(first, end),
        Span(begin, max(finish, end) if organization else finish),
        words,
        key_of(words),
        flat[first : title[-1].end] if title else None,
        kind,
        possessive=flat[end : end + 1] in _APOSTROPHES and _POSSESSIVE.match(flat, end) is not None,
        headline=headline,
        article=article,
        evidence=evidence,
        alias=alias[1] if alias else None,
        noun=noun,
    )


def _holds_ampersand(flat: str, run: tuple[_Token, ...]) -> bool:
    """Whether an ampersand joins two words of a name."""
    if len(run) < 2 or "&" not in flat[run[0].end : run[-1].start]:
        return False
    return any(_AMPERSAND.match(flat, token.end) for token in run[:-1])


@lru_cache(8192)
def _bare_tokens(texts: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a name, “de Blasio” as two, without “Jr.” and its like."""
    words: list[str] = []
    for text in texts:
        words += text.split(" ")
    while len(words) > 1 and SUFFIX.match(words[-1]):
        words.pop()
    return tuple(words)


def _organization_tail(flat: str, run: tuple[_Token, ...]) -> tuple[tuple[_Token, ...], int]:
    """“Center” goes on “for Responsive Politics”: names of organisations take in what follows of/for."""
    end = run[-1].end
    if run[-1].low not in lx.ORGANIZATION_HEADS or _POSSESSIVE.match(flat, end):
        return run, end
    for _ in range(3):
        tail = _TAIL.match(flat, end)
        following = _RUN.match(flat, tail.end()) if tail else None
        if following is None or _names_somebody(_PIECE.findall(following[0])):
            break
        end = following.end()
        if (joined := _AND.match(flat, end)) is None:
            break
        following = _RUN.match(flat, joined.end())
        if following is None or not _PIECE.fullmatch(following[0]):
            break
        end = following.end()
    return run, end


def _body_noun(flat: str, *, first: int, end: int) -> str | None:
    """The noun that explains a name as a body's: “…, a charity,” after it, “the insurer, …,” before it."""
    explained = _BODY_AFTER.match(flat, end)
    if explained is None and flat[end : end + 1] == ",":
        explained = _BODY_BEFORE.search(flat, max(0, first - 60), first)
    noun = explained[1] if explained else ""
    return noun if noun in _BODY_NOUNS else None


def _names_somebody(words: list[str]) -> bool:
    """Whether words after “of” are a person's, or no name at all: “of President Roe”, not “of Police Chiefs”."""
    lows = [word.casefold().rstrip(".") for word in words]
    if any(low in lx.CALENDAR or low in lx.FUNCTION_WORDS for low in lows):
        return True
    plural = lows[-1].endswith("s") and lows[-1][:-1] in lx.ROLES
    return not plural and any(low in lx.ROLES for low in lows)
