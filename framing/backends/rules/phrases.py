"""Sentences as strings of word classes, and the noun phrases and clauses in them.

Every token becomes one letter, so that a rule of grammar is a regular expression over letters. The letters:

    Q quotation     B bracket      , ; : - .  punctuation (- a dash that stands alone)
    p he, they, I   o him, them    h her      d determiner, possessive, number     s 's
    N capitalised   n other word   r adverb   i preposition   a as   T to
    v verb of reporting, or a form that may be one            g its -ing form
    f other word in -ed            e other word in -ing
    x be, have, do  m modal        t that     w who, which    W whether, what, how, if
    k and, or       K but, while, because …
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from framing.backends.rules.lexicon import NOUNS, VERBS
from framing.backends.rules.marks import Quotation
from framing.text import Document, Span

__all__ = [
    "DAYS",
    "Unit",
    "main_subject",
    "owner_before",
    "subject_after",
    "subject_before",
    "time_end",
    "units",
]

_CLOSED = {
    "p": "he she they we i it you he/she she/he",
    "o": "him them me us himself herself themselves itself myself ourselves yourself",
    "h": "her",
    "d": """the a an this these those his their its my our your some any no every each all both either neither many
        several few most more much another other others such one two three four five six seven eight nine ten eleven
        twelve twenty thirty forty fifty sixty seventy eighty ninety dozens hundreds thousands half fewer less
        everyone nobody everybody someone somebody nothing anyone anybody""",
    "i": """of in on at by for with from into onto about against among amid between through during over under
        within without upon toward towards across behind beyond near inside outside per via despite like unlike
        around along above below following including throughout alongside off up out down than versus besides""",
    "a": "as",
    "T": "to",
    "x": """is was are were be been being am has had have having do does did isn't wasn't aren't weren't hasn't
        hadn't haven't doesn't don't didn't isn’t wasn’t aren’t weren’t hasn’t hadn’t haven’t doesn’t don’t didn’t
        's-be get gets got""",
    "m": """will would can could may might must should shall won't wouldn't can't couldn't shouldn't won’t wouldn’t
        can’t couldn’t shouldn’t cannot ought""",
    "t": "that",
    "w": "who which whose whom",
    "W": "what whether how why if when where whatever whoever",
    "k": "and or nor &",
    "K": """but while though although because since after before until unless yet so whereas once when where""",
    "r": """not never also then even just still already now again once later soon too only often once here there
        yet first ever further instead however meanwhile today yesterday tomorrow tonight perhaps almost rather quite
        very long always repeatedly earlier recently afterward afterwards once more""",
}
_CODE = {word: code for code, words in reversed(_CLOSED.items()) for word in words.split()}
DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
_LY_NOUNS = frozenset(
    "family italy july ally rally reply bully supply assembly anomaly monopoly jelly belly fly ugly early only "
    "likely friendly deadly lively lonely elderly costly daily weekly monthly".split()
)
_LIST_ED = frozenset("united need seed speed breed deed feed weed creed red bed indeed hundred embed".split())
_NOT_GERUND = frozenset(
    """thing something anything nothing everything king ring spring string wing evening morning building meeting
    hearing rating funding beijing rulings ruling briefing during including following according being""".split()
)
_TOKEN = re.compile(
    r"""(?P<word>(?:[^\W_]\.){2,}                     # U.S.
      |(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Capt|Maj|Adm|Prof|Rev|Hon|Sr|Jr|St|No|Sens|Reps|Govs|Messrs|Inc|Corp|Co
          |Jan|Feb|Aug|Sept|Oct|Nov|Dec|Calif|Fla|Mass|Conn|Pa|Va|Wis|Mich|Minn|Ill|Ariz|Tenn|Ky|Ga|N\.C|S\.C|vs)\.
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


@dataclass(slots=True)
class Unit:
    """A sentence as tokens. `codes` has one letter a token, `low` its lower-case word.

    `quotes` maps the index of a Q token to its quotation. Offsets are those of the document.
    """

    text: str
    span: Span
    paragraph: int
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    low: list[str] = field(default_factory=list)
    codes: str = ""
    title_case: bool = False
    quotes: dict[int, Quotation] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.codes)

    def tokens(self, first: int, last: int) -> Span:
        """The span from token `first` through token `last`."""
        return Span(self.starts[first], self.ends[last])

    def code(self, index: int) -> str:
        return self.codes[index] if 0 <= index < len(self.codes) else ""

    def names(self, index: int) -> bool:
        """Whether the quotation at token `index` may be a name or title rather than somebody's words."""
        inner = self.quotes[index].inner.of(self.text)
        return len(inner) < 60 and inner[-1:] not in ".,!?…"

    def word(self, index: int) -> str:
        return self.low[index] if 0 <= index < len(self.low) else ""


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
        read.append(_read(document.text, span, paragraph, outer[first:last]))
    return tuple(read)


_CUE_FOLLOWS = re.compile(r"(?<=[?!…—–-].) (?:[\w.’'-]+ ){1,5}?(\w+)(?=[.,:;]| (?:in|on|at|of|to|during|after|about|when)\b)")


def _cue_follows(text: str, at: int) -> bool:
    """“Why?” Lee asked: after a question mark a splitter sees a border before the cue."""
    match = _CUE_FOLLOWS.match(text, at, at + 80)
    return match is not None and match[1] in VERBS and any(v.frames & {"s", "q"} for v in VERBS[match[1]][1])


def _whole_sentences(document: Document, outer: Sequence[Quotation]) -> Iterator[Span]:
    """Sentences, joined again where a border lies within a quotation."""
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


_DATELINE = re.compile(
    r"(?:[A-Z][A-Z.'’]+(?:[ ,/-]+[A-Z][A-Z.'’]+)*)(?:, [A-Z][\w. ]{0,20})?(?:, [A-Z][\w.]{0,8} \d\d?)?"
    r"(?: ?\([A-Z][\w ]{1,20}\))? ?(?:--?|[–—]) "
)
"""“WASHINGTON, May 3 (Reuters) — ”: where a story was written, before its first sentence."""


def _read(text: str, span: Span, paragraph: int, quotes: Sequence[Quotation]) -> Unit:
    unit = Unit(text, span, paragraph, title_case=_in_title_case(text, span))
    codes: list[str] = []
    dateline = _DATELINE.match(text, span.start, span.end)
    at = dateline.end() if dateline else span.start
    for quote in quotes:
        _scan(unit, codes, at, quote.span.start)
        unit.quotes[len(codes)] = quote
        _add(unit, codes, quote.span.start, quote.span.end, "Q", "")
        at = quote.span.end
    _scan(unit, codes, at, span.end)
    unit.codes = _disambiguated(codes, unit.low)
    return unit


def _add(unit: Unit, codes: list[str], start: int, end: int, code: str, low: str) -> None:
    unit.starts.append(start)
    unit.ends.append(end)
    unit.low.append(low)
    codes.append(code)


def _scan(unit: Unit, codes: list[str], start: int, end: int) -> None:
    at = start
    while match := _TOKEN.search(unit.text, at, end):
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
    end = start + len(token)
    low = token.lower().replace("’", "'")
    if low in _CODE:
        _add(unit, codes, start, end, _code(token, low), low)
    elif match := _POSSESSIVE.search(token):
        _add_word(unit, codes, start, token[: match.start()]) if match.start() else None
        _add(unit, codes, start + match.start(), end, "s", "'s")
    elif (match := _CONTRACTION.search(token)) and match.start():
        _add_word(unit, codes, start, token[: match.start()])
        suffix = match.group().lower().replace("’", "'")
        _add(unit, codes, start + match.start(), end, "m" if suffix in ("'d", "'ll") else "x", suffix)
    else:
        plain = low if unit.title_case and low in VERBS and codes else token
        _add(unit, codes, start, end, _code(plain, low), low)


_HEADLINE_LENGTH = 200


def _in_title_case(text: str, span: Span) -> bool:
    """Whether a sentence is written like a headline, so that capitals tell nothing of its words."""
    if len(span) > _HEADLINE_LENGTH:
        return False
    words = [word for word in span.of(text).split() if len(word) > 3 and word[0].isalpha()]
    return len(words) >= 4 and sum(word[0].isupper() for word in words) * 4 >= len(words) * 3


def _code(token: str, low: str) -> str:
    if code := _CODE.get(low):
        return code
    if token[0].isupper() and not token.isupper() or (token.isupper() and len(token) > 1):
        return "N"
    if token[0].isdigit() or token[0] in "$£€":
        return "d"
    if low in VERBS:
        return "g" if VERBS[low][0] == ("gerund",) else "v"
    if low.endswith("ly") and low not in _LY_NOUNS:
        return "r"
    if low in _PASTS:
        return "f"
    if low.endswith("ed") and len(low) > 4 and low not in _LIST_ED:
        return "f"
    if low.endswith("ing") and len(low) > 5 and low not in _NOT_GERUND:
        return "e"
    return "n"


_PASTS = frozenset(
    """came went took gave made left kept held won lost met sat stood ran rose fell brought built bought caught drew
    drove fought flew grew led paid sent spent struck sold wore became broke threw shook ate slept froze hung""".split()
)
_PLURAL_PEOPLE = frozenset("people men women police children media press majority half percent rest".split())


def _disambiguated(codes: list[str], low: list[str]) -> str:
    """Tell verbs of reporting from the nouns and adjectives that look like them, by the word before."""
    for index, code in enumerate(codes):
        if code == "t" and index and codes[index - 1] == "i":
            codes[index] = "d"
        elif code == "d" and index and codes[index - 1] == "N" and low[index][0].isdigit():
            codes[index] = "N"
        if code == "v":
            before = _meaningful_before(codes, index)
            if _is_noun_here(codes, low, index, before) or _before_verb(codes, low, index):
                codes[index] = "n"
        elif code == "N" and index == 0:
            codes[index] = _sentence_initial(low[0], codes[1] if len(codes) > 1 else "")
    return "".join(codes)


def _before_verb(codes: list[str], low: list[str], index: int) -> bool:
    """“the campaigns declined”: a form that may be a noun, right before a finite verb, is one."""
    tags = VERBS[low[index]][0]
    if "past" in tags or index + 1 >= len(codes) or low[index] not in NOUNS and low[index] not in _NOUNLIKE:
        return False
    following = low[index + 1]
    return codes[index + 1] in "xmf" or (codes[index + 1] == "v" and "past" in VERBS[following][0])


def _sentence_initial(word: str, following: str) -> str:
    """The class of a capitalised word that may owe its capital to its place."""
    if word.endswith("ly") and word not in _LY_NOUNS and following != "v":
        return "r"
    if word.endswith("ing") and word not in _NOT_GERUND and following not in ("v", ",", "s", "x"):
        return "g" if word in VERBS else "e"
    return "N"


def _meaningful_before(codes: list[str], index: int) -> int:
    at = index - 1
    while at >= 0 and codes[at] in "rB":
        at -= 1
    return at


def _is_noun_here(codes: list[str], low: list[str], index: int, before: int) -> bool:
    if before < 0:
        return low[index] in NOUNS
    code, tags = codes[before], VERBS[low[index]][0]
    if code == "s":
        return low[before] == "'s" or low[index] in NOUNS
    if code == "d":
        return not (low[before] in _SUBJECT_DETERMINERS and low[index] not in NOUNS) or tags == ("base",)
    if code == "h":
        return low[index] in NOUNS
    if code == "v" and before == index - 1 and not {"past", "gerund"} & set(tags):
        return True
    if code == "i" or (code == "T" and tags == ("third",)):
        return True
    if code in "nfe" and low[index] in _NOUNLIKE:
        return True
    if code == "f" and not {"past", "gerund"} & set(tags):
        return True
    if low[index] in _NOUNLIKE and tags == ("base",) and code not in "Tmpwrxvk":
        return True
    if code == "N" and tags == ("base",) and (low[index] in NOUNS or low[index] in _NOUNLIKE):
        joined = before > 1 and "k" in codes[max(0, before - 3) : before]
        return not (low[before].endswith("s") or joined)
    if code == "n" and low[index] in NOUNS:
        plural = low[before] in _PLURAL_PEOPLE or (low[before].endswith("s") and not low[before].endswith("ss"))
        if "base" in tags and "past" not in tags:
            return not plural
        if "third" in tags:
            return plural
    return False


_NOUNLIKE = frozenset(
    """email emails text texts post posts blog blogs state states need needs project projects view views name names
    force forces back campaign campaigns debate debates play plays means request requests tweet tweets thanks detail details press judge judges""".split()
)
"""Verbs that are nouns far more often; after another noun they are."""
_SUBJECT_DETERMINERS = frozenset(
    """many some several few most others both all two three four five six seven eight nine ten one neither everyone
    nobody everybody someone somebody anyone this these those more half each another""".split()
)


# --- Expressions of time ---------------------------------------------------------------------------

_TIMES = frozenset("year month week day hour minute moment night morning afternoon evening weekend time".split())
_TIMES |= {word + "s" for word in _TIMES}
_MONTHS = frozenset(
    """january february march april may june july august september october november december jan. feb. aug. sept.
    oct. nov. dec.""".split()
)


def time_end(unit: Unit, at: int) -> int:
    """The token after an expression of time that begins at `at` (“Tuesday night”, “last week”); else `at`."""
    if unit.word(at) in DAYS:
        return at + 2 if unit.word(at + 1) in _TIMES else at + 1
    if unit.word(at) in _MONTHS and unit.word(at + 1)[:1].isdigit():
        return at + 2
    if unit.word(at) in ("last", "this", "earlier", "later", "next", "that", "the"):
        end = at + 1
        while unit.word(end) in ("same", "past", "next", "previous", "following", "this", "last"):
            end += 1
        if unit.word(end) in _TIMES or (unit.word(end) in DAYS and end > at):
            return end + 2 if unit.word(end + 1) in ("ago", "earlier", "later", "before") else end + 1
        return at
    end = at
    while unit.code(end) == "d" or unit.word(end) in ("few", "couple"):
        end += 1
    if end > at and unit.word(end) in _TIMES and unit.word(end + 1) in ("ago", "earlier", "later", "before", "after"):
        return end + 2
    return at


# --- Noun phrases ------------------------------------------------------------------------------------

_NP_WORD = frozenset("dNnshfegBQvrik&apo")
_NOMINAL = frozenset("NndpoBsQhfv")


def subject_before(unit: Unit, last: int) -> tuple[int, int] | None:
    """The first and last token of the subject that ends at token `last`, appositions and relatives included."""
    while last >= 0 and unit.codes[last] == "r":
        last -= 1
    if last < 0:
        return None
    code = unit.codes[last]
    if code in ",-" and last >= 2:
        return _subject_with_insertion(unit, last)
    if code == "p":
        return (last, last)
    if code == "w":
        return _antecedent(unit, last)
    return _plain_subject(unit, last)


def _antecedent(unit: Unit, relative: int) -> tuple[int, int] | None:
    """What “who” or “which” stands for, with the pronoun: “Lee, who”."""
    if unit.low[relative] not in ("who", "which"):
        return None
    before = relative - 1
    while before >= 0 and unit.codes[before] in ",-":
        before -= 1
    if before >= 0 and unit.codes[before] in "NndsBo":
        noun = _plain_subject(unit, before)
        if noun:
            return (noun[0], relative)
    return (relative, relative)


def _subject_with_insertion(unit: Unit, mark: int) -> tuple[int, int] | None:
    """The subject before “, … ,” or “- … -”: names with appositions, ages, party labels and relatives."""
    kind = unit.codes[mark]
    low = mark
    candidate: tuple[int, int] | None = None
    for _ in range(5):
        open_mark = _previous(unit, low, kind)
        inside = open_mark + 1
        if open_mark < 0:
            break
        head = _plain_subject(unit, open_mark - 1) if open_mark >= 1 else None
        if head and _may_head(unit, head):
            candidate = head
            if _is_name(unit, head) or unit.code(inside) in "wi" or unit.codes[head[1]] in "p":
                break
        low = open_mark
    if candidate:
        return (candidate[0], mark)
    return None


def _previous(unit: Unit, before: int, kind: str) -> int:
    at = before - 1
    while at >= 0:
        code = unit.codes[at]
        if code == kind:
            return at
        if code in ";:." or (code == "Q" and kind == "-"):
            return -1
        at -= 1
    return -1


def _may_head(unit: Unit, noun: tuple[int, int]) -> bool:
    codes = unit.codes[noun[0] : noun[1] + 1]
    return codes[0] in "Ndhpnf" and any(c in "Nnpd" for c in codes)


def _is_name(unit: Unit, noun: tuple[int, int]) -> bool:
    return unit.codes[noun[1]] in "NB" or unit.codes[noun[0]] == "N"


_CLAUSE_VERB = frozenset("xm")


def _plain_subject(unit: Unit, last: int) -> tuple[int, int] | None:
    """The noun phrase that ends at `last` and has no insertion, with its “of …”, “for …” and the like."""
    first = last
    codes, low = unit.codes, unit.low
    while first >= 0:
        code = codes[first]
        if code in "dNnshBoefT" and not (first < last and _finite_here(unit, first)):
            pass
        elif code == "p":
            return (first, last) if first == last else (first + 1, last)
        elif code == "Q" and first < last and unit.names(first):
            pass
        elif code in "ir" and first < last:
            pass
        elif (
            code in "vg"
            and first < last
            and codes[first - 1 : first] in ("n", "N", "s", "d")
            and _reduced(unit, first)
        ):
            pass
        elif code == "k" and first < last and _joins_nouns(unit, first, last):
            pass
        elif code in "xvmf" and (opened := _relative_before(unit, first)) is not None:
            first = opened
            continue
        else:
            break
        first -= 1
    first = _contact_clause(unit, _trim_left(unit, first + 1, last), last)
    return (first, last) if first <= last and _has_head(unit, first, last) else None


def _contact_clause(unit: Unit, first: int, last: int) -> int:
    """“a word Lee (then repeated)”: a name after a noun that is no title begins a clause of its own."""
    at = last
    while at > first and unit.codes[at] == "N":
        at -= 1
    if at < last and unit.codes[at] == "n" and not _is_role(unit.low[at]) and unit.codes[first] == "d":
        return at + 1
    return first


_ROLES = frozenset(
    """chief head aide ally rival boss host mogul star whip czar guru pastor coach critic judge justice attorney
    surrogate delegate candidate nominee spokesperson chairperson chair co-chair general secretary vice deputy pal
    friend wife husband son daughter brother sister mother father uncle aunt cousin king queen prince princess pope
    pundit ex expert staff analyst pollster economist president leader lawyer professor member colleague hopeful
    heavyweight veteran legend giant site newspaper magazine outlet website network channel firm company group""".split()
)
_ROLE_ENDINGS = ("er", "or", "ist", "man", "woman", "men", "women", "ian", "ent", "ant", "ive", "ary", "ess")


def _is_role(word: str) -> bool:
    """Whether a noun can stand before a name as a title (“the former minister Lee”)."""
    return word in _ROLES or word.endswith(_ROLE_ENDINGS) or (word.endswith("s") and _is_role(word[:-1]))


def _finite_here(unit: Unit, at: int) -> bool:
    """A word in -ed (or an irregular past) between a subject and an object or adverbial."""
    return unit.codes[at] == "f" and unit.code(at - 1) in ("n", "N", "p", "r") and unit.code(at + 1) in tuple("dphoTie")


def _reduced(unit: Unit, at: int) -> bool:
    """A participle after its noun: “officials briefed on the matter”, “the people told to leave”."""
    return unit.code(at + 1) in "iTagb" and "past" in (VERBS.get(unit.low[at]) or ((), ()))[0]


def _joins_nouns(unit: Unit, at: int, last: int) -> bool:
    left, right = unit.code(at - 1), unit.code(at + 1)
    return left in tuple("NnBs") and right in tuple("NndshB") and not (left == "n" and right == "N")


def _relative_before(unit: Unit, verb: int) -> int | None:
    """The noun before “who/that/which … verb”, when the verb stands in a relative clause without commas."""
    for at in range(verb - 1, max(verb - 8, 0), -1):
        code = unit.codes[at]
        if code == "w" or code == "t":
            return at - 1 if unit.codes[at - 1] in "NndB" else None
        if code in ",;:-.Qk":
            return None
    return None


def _trim_left(unit: Unit, first: int, last: int) -> int:
    """Drop what stands before the noun phrase: prepositions with their nouns, adverbs, conjunctions."""
    codes = unit.codes
    while first <= last and codes[first] in "rkBsTao.":
        first += 1
    if first <= last and codes[first] in "ief" and codes[first] == "i":
        return _after_leading_phrase(unit, first, last)
    return first


def _after_leading_phrase(unit: Unit, first: int, last: int) -> int:
    """“In a statement Lee” → “Lee”: the last name or the last determiner that begins a phrase."""
    best = last + 1
    for at in range(first + 1, last + 1):
        code, before = unit.codes[at], unit.codes[at - 1]
        if (code == "N" and before in "nde") or (code == "d" and before in "nN"):
            best = at
    return best


def _has_head(unit: Unit, first: int, last: int) -> bool:
    return any(code in "NndoBhQ" for code in unit.codes[first : last + 1])


_NAME_GOES_ON = re.compile(r"[Nsh]*(?:iN|id[Nn]|[Nn])*")
_AFTER_NOUN = frozenset("of for at with from in on to by about".split())


def subject_after(unit: Unit, first: int, *, appositions: str = "wdNnhs") -> tuple[int, int] | None:
    """The inverted subject that begins at token `first`: “…,” said Ken Lee, who once ran the office."""
    codes = unit.codes
    if unit.code(first) in ("p", "w"):
        return (first, first)
    at = first
    while at < len(codes) and codes[at] in "dNnshfB" and not _finite_here(unit, at):
        at += 1
    if at == first or not _has_head(unit, first, at - 1):
        return None
    at = _with_prepositions(unit, first, at)
    at = _with_apposition(unit, at, appositions)
    return (first, at - 1)


def _with_prepositions(unit: Unit, first: int, at: int) -> int:
    codes = unit.codes
    bare_name = all(c in "NsB" for c in codes[first:at])
    while at < len(codes):
        follows = codes[at] in "iT" and (unit.low[at] == "of" or (not bare_name and unit.low[at] in _AFTER_NOUN))
        joins = codes[at] == "k" and unit.code(at + 1) in tuple("NndhB") and codes[at - 1] in "NnB"
        if not (follows or joins):
            return at
        end = at + 1
        while end < len(codes) and codes[end] in "dNnshBQe":
            end += 1
        if end == at + 1:
            return at
        at = end
    return at


def _with_apposition(unit: Unit, at: int, beginnings: str) -> int:
    """Extend over “, who …”, “, a professor at …” as far as the comma, stop or quotation that ends it."""
    codes = unit.codes
    while at + 1 < len(codes) and codes[at] in ",-" and codes[at + 1] in beginnings:
        end = at + 1
        while end < len(codes) and codes[end] not in ",;:.-Q" and not _new_verb(unit, end, at + 1):
            end += 1
        if end < len(codes) and codes[end] in "vx":
            return at
        if codes[at] == "-" and not (end < len(codes) and codes[end] == "-"):
            return at
        at = end
    return at


def _new_verb(unit: Unit, at: int, first: int) -> bool:
    """Whether a finite verb at `at` has no relative pronoun or *to* before it since `first`."""
    codes = unit.codes
    if codes[at] not in "vx" or codes[at - 1] in "T":
        return False
    return "w" not in codes[first:at] and not (codes[at] == "v" and _reduced(unit, at))


def owner_before(unit: Unit, last: int) -> tuple[int, int] | None:
    """The noun phrase before 's, without what it may depend on: “(criticism of) Mr. Lee” 's."""
    first = last
    while first >= 0 and unit.codes[first] in "NnB":
        first -= 1
    if first < 0 or unit.codes[first] not in "dh":
        first += 1
    return (first, last) if first <= last else None


def main_subject(unit: Unit, before: int) -> tuple[int, int] | None:
    """The subject of the sentence: its first noun phrase after what is set off at its head."""
    codes = unit.codes
    at = 0
    while at < before and codes[at] in "kKr,-.B":
        at += 1
    if at < before and codes[at] in "iaKWegfQT":
        comma = codes.find(",", at, before)
        at = comma + 1 if comma >= 0 else before
    while at < before and (codes[at] in "r," or time_end(unit, at) > at):
        at = max(at + 1, time_end(unit, at))
    found = subject_after(unit, at) if at < before else None
    return found if found and found[1] < before else None
