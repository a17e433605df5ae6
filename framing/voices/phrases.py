"""What a source mention is: a pronoun, a name, several names, or a description; and of whom.

“Ann Roe, head of the Fund,” names Ann Roe; so does “the Fund's head, Ann Roe,”; “Roe's aides” does not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from framing.text import Span
from framing.voices import lexicon as lx
from framing.voices.names import Name
from framing.voices.roles import Role, read_role

__all__ = ["PART", "PRONOUNS", "Phrase", "read_phrase"]

Form = Literal["pronoun", "relative", "speaker", "name", "compound", "description", "nothing"]

PRONOUNS: dict[str, str] = {
    **dict.fromkeys(("he", "him", "his", "himself"), "m"),
    **dict.fromkeys(("she", "her", "hers", "herself"), "f"),
    **dict.fromkeys(("they", "them", "their", "theirs", "themselves"), "they"),
    **dict.fromkeys(("it", "its", "itself"), "it"),
}
_RELATIVE = frozenset({"who", "whom", "whose", "which", "that"})
_FIRST_PERSON = frozenset(["i", "me", "my", "mine", "myself", "we", "us", "our", "ours", "ourselves"])
_LEADING = re.compile(
    r"(?:(?:but|and|or|by|within|among|to|from|according to|only|even|both|for|that|as|with|of|then|while|when"
    r"|(?:much |far |no |little )?(?:more|less|fewer|rather|other) than)\s+)+",
    re.IGNORECASE,
)
_CUT = re.compile(
    r",|\(|\[|:|;|\s-+\s|\s?[–—]|\s(?:who|whom|whose|which|that|including|like|such as|along with|when"
    r"|where|while)\b"
)
_POST = re.compile(
    r"\s(?:of|for|in|at|from|with|on|by|to|under|close|familiar|briefed|among|about|against|between|across|inside"
    r"|near|than|over|[a-z]+ing|made|conducted|compiled|surveyed|polled|involved|aware|present)\b"
)
_PARTY = re.compile(r"(?<=\x01) \([RDI]\b[^)]{0,20}\)?|(?<=\x01), [RDI]-[\x01A-Z][\w.\x01]*")
_PORTFOLIO = re.compile(r" (?:of|for) (?:the )?[A-Z]\w+ (?=\x01)")
_AND = re.compile(r"\s(?:and|or|&|as well as)\s")
_AND_NAME = re.compile(r", (?:and|as well as) (?:\w+ ){0,3}?\x01")
PART = re.compile(r"(\w+) of (?:them|these|those|whom)", re.IGNORECASE)
"""“One of them”."""
_ACTS = re.compile(r"(\x01+) [a-z]+(?<!retir)ed \x01+$")
"""No noun phrase but a clause: “Roe praised Poe”."""
_ISSUED = re.compile(r"(?:[Tt]he |[Aa]n? )?(\x01+)(?:[’']s?)? (?:[\w-]+ )*?\w+$")
_ISSUED_BY = re.compile(r",? by (?:the )?(\x01+)(?=[,.;]|$)")
_APPOSED = re.compile(r"(?:,|\s-+|\s?[–—])\s(?:the )?(\x01+)\s?(?:[,(–—]|who\b|$)")
_EMPHASIS = re.compile(r"\s(?:himself|herself|itself|themselves|alone|too|also)$")
_APOSTROPHE = re.compile("[’']")
_QUOTE = re.compile(r"[“”\"]|''")
_WORD = re.compile(r"[\w’'.&/-]+")
_QUANTIFIERS = lx.DETERMINERS - {"the", "his", "her", "their", "its", "my", "our", "your"}
_MANY = frozenset(
    [
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "many",
        "several",
        "some",
        "both",
        "few",
        "most",
        "all",
    ]
)
_ARTICLES = frozenset({"the", "a", "an", "this", "that", "these", "those", "one", "every", "each"})
_NAME = "\x01"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A source mention, read. `span` is the mention without the words that introduce it.

    `pronoun`: “m”, “f”, “they” or “it”. `names`: the name of a name; the names of a compound; those in a
    description. `text`: the description as it stands, up to what only comments on it; `words` its words in lower
    case, the determiner apart; `head` its noun; `proper` the name of a body that its noun ends, as
    “Selby town council”.
    """

    form: Form
    span: Span
    pronoun: str | None = None
    names: tuple[Name, ...] = ()
    text: str = ""
    determiner: str | None = None
    words: tuple[str, ...] = ()
    head: str = ""
    role: Role | None = None
    proper: str | None = None

    @property
    def plural(self) -> bool:
        if self.head in lx.QUANTITIES or self.determiner in _MANY:
            return True
        if self.determiner in {"a", "an", "another", "one", "every", "each"}:
            return False
        return self.head in lx.PLURAL_PEOPLE or bool(re.search(r"(?<![sui])s$", self.head))


def read_phrase(flat: str, span: Span, names: Sequence[Name]) -> Phrase:
    """Read the source mention at `span`. `names` are those that overlap it, in order."""
    span = _trimmed(flat, span)
    words = _WORD.findall(span.of(flat))
    if len(words) == 1 or (len(words) == 2 and words[1].casefold() in PRONOUNS):
        pronoun = _pronoun(_APOSTROPHE.split(words[0].casefold())[0], span)
        if pronoun is not None:
            return pronoun
    if not words:
        return Phrase("nothing", span)
    if PART.fullmatch(span.of(flat)):
        return _description(flat, span, span.of(flat), words[0], ())
    if lead := _LEADING.match(flat, span.start, span.end):
        span = Span(lead.end(), span.end) if lead.end() < span.end else span
    return _noun_phrase(flat, span, [name for name in names if name.kind != "role"])


def _trimmed(flat: str, span: Span) -> Span:
    text = span.of(flat)
    left = len(text) - len(text.lstrip(" \n\r“”\"‘'([,.;:–—-"))
    right = len(text.rstrip(' \n\r“”"([],;:–—-')) if left < len(text) else len(text)
    return Span(span.start + left, span.start + max(left, right))


def _pronoun(word: str, span: Span) -> Phrase | None:
    if word in PRONOUNS:
        return Phrase("pronoun", span, pronoun=PRONOUNS[word])
    if word in _RELATIVE:
        return Phrase("relative", span, text=word)
    if word in {"you", "your", "yours", "yourself"}:
        return Phrase("nothing", span)
    return Phrase("speaker", span) if word in _FIRST_PERSON else None


def _noun_phrase(flat: str, span: Span, names: list[Name]) -> Phrase:
    masked = _mask(flat, span, names)
    cut = _CUT.search(masked)
    head = masked[: cut.start()] if cut else masked
    if _QUOTE.search(head):
        return _description(flat, span, masked, masked, names)
    rest = masked[len(head) :]
    post = _POST.search(head)
    core = _EMPHASIS.sub("", (head[: post.start()] if post else head).rstrip())
    if _joins(core, head, rest):
        listed = tuple(name for name in names if not name.possessive) or tuple(names)
        text = span.of(flat) if _AND_NAME.search(rest) else span.of(flat)[: len(head)]
        return Phrase("compound", span, names=listed, text=text.strip(" ,"), words=_lower(text))
    if acts := _ACTS.match(core):
        return Phrase("name", span, names=(next(n for n in names if n.span.end >= span.start + acts.end(1)),))
    if name := _name_at_end(core, span, names):
        some = name.kind == "group" and _quantifier(core)
        if not some and not (name.kind == "group" and re.match(r"\swho\b", rest)):
            return Phrase("name", span, names=(name,))
        return _description(flat, span, masked if not some else head, core, names)
    name = _name_after_office(head, core, span, names) or _apposed(core, rest, span.start + len(head), names)
    if name is not None and not _is_plural(core):
        return Phrase("name", span, names=(name,))
    if name := _issuer(core, masked, span, names):
        return Phrase("name", span, names=(name,))
    return _description(flat, span, head, core, names)


def _mask(flat: str, span: Span, names: list[Name]) -> str:
    """The text of the span with every name written as a run of one control character."""
    text, at, pieces = flat, span.start, []
    for name in names:
        start, end = max(name.span.start, span.start, at), min(name.span.end, span.end)
        if start < end:
            pieces += [text[at:start], _NAME * (end - start)]
            at = end
    masked = "".join((*pieces, text[at : span.end]))
    for pattern in (_PARTY, _PORTFOLIO):
        masked = pattern.sub(lambda match: _NAME * len(match[0]), masked)
    return masked


def _joins(core: str, head: str, rest: str) -> bool:
    """Whether two sources are joined, rather than one described twice."""
    if joined := _AND.search(core):
        left, right = core[: joined.start()], core[joined.end() :]
        if _NAME not in core:
            return _determiner(right) is not None
        described = (
            _NAME not in left and right.endswith(_NAME) and not left.casefold().startswith(("the ", "both "))
        )
        return not described or _is_plural(left)
    if re.match(rf"(?:the |The )?{_NAME}", head) and re.search(rf"\sand (?:\w+ )?{_NAME}", head):
        return True
    return _NAME in core and bool(_AND_NAME.search(rest))


def _name_at_end(core: str, span: Span, names: list[Name]) -> Name | None:
    bare = re.sub(r"[’']s?$", "", core)
    if not bare.endswith(_NAME):
        return None
    end = span.start + len(bare)
    for name in reversed(names):
        if name.span.start < end:
            return name
    return None


def _name_after_office(head: str, core: str, span: Span, names: list[Name]) -> Name | None:
    """“Former Secretary of State and presidential candidate Ann Roe”: one person, two offices."""
    name = _name_at_end(head.rstrip(), span, names)
    if name is None or name.kind not in {"person", "unknown"} or not _AND.search(head):
        return None
    return name if _determiner(core) is None and read_role(core) else None


def _apposed(core: str, rest: str, offset: int, names: list[Name]) -> Name | None:
    """“The mayor, Ann Roe,” · “the biggest union, the Union of Miners,”."""
    match = _APPOSED.match(rest)
    if match is None:
        return None
    start = offset + match.start(1)
    kinds = {"organization", "unknown"} if _noun(core) in lx.BODIES else {"person", "unknown"}
    return next((n for n in names if n.span.start == start and n.kind in kinds), None)


def _issuer(core: str, masked: str, span: Span, names: list[Name]) -> Name | None:
    """Who speaks by a document: “the Guild’s report”, “Home Office figures”, “a study by the Institute”."""
    noun = _noun(core)
    if noun not in lx.TEXTS:
        return None
    made, issued = _ISSUED_BY.match(masked, len(core)), _ISSUED.match(core)
    found = made or issued
    start = span.start + found.start(1) if found else -1
    name = next((name for name in names if name.span.start == start), None)
    if name is None or made or name.kind == "organization":
        return name
    return name if name.possessive and noun in lx.WRITINGS else None


def _noun(core: str) -> str:
    """The last word of a noun phrase without what follows its head."""
    words = _lower(core)
    return words[-1] if words else ""


def _description(flat: str, span: Span, head: str, core: str, names: Sequence[Name]) -> Phrase:
    determiner = _determiner(core)
    text = span.of(flat)[: len(head)].strip(" ,.")
    words = _lower(text)
    lowered = _lower(span.of(flat)[: len(core)]) or words
    kept = words[1:] if determiner in _ARTICLES and len(words) > 1 else words
    noun = lowered[-1] if lowered else ""
    within = tuple(name for name in names if name.span.end <= span.start + len(core))
    return Phrase(
        "description",
        span,
        names=within,
        text=text,
        determiner=determiner,
        words=kept,
        head=noun,
        role=read_role(text) or None,
        proper=_proper(flat, span, core, determiner, within),
    )


def _proper(flat: str, span: Span, core: str, determiner: str | None, names: Sequence[Name]) -> str | None:
    """“Selby town council”: a body that is told by a name and the noun of its kind."""
    if not names or names[0].possessive or determiner not in {None, "the"}:
        return None
    start = span.start + (len("the ") if determiner else 0)
    if names[0].span.start != start or _noun(core) not in lx.ORGANIZATION_HEADS:
        return None
    return " ".join(flat[start : span.start + len(core)].split())


def _lower(text: str) -> tuple[str, ...]:
    return tuple(word.casefold().rstrip(".").replace("’", "'") for word in _WORD.findall(text))


def _determiner(core: str) -> str | None:
    first = core.split(" ", 1)[0].casefold()
    return first if first in lx.DETERMINERS else None


def _quantifier(core: str) -> str | None:
    determiner = _determiner(core)
    return determiner if determiner in _QUANTIFIERS else None


def _is_plural(core: str) -> bool:
    words = _lower(core)
    last = words[-1] if words else ""
    return last in lx.PLURAL_PEOPLE or (last.endswith("s") and last[:-1] in lx.ROLES)
