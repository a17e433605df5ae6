"""Word classes: the letter that stands for a token, and which forms of a word are verbs where they stand.

    Q quotation     B bracket      , ; : - .  punctuation (- a dash that stands alone)
    p he, they, I   o him, them    h her      d determiner, possessive, number     s 's
    N capitalised   n other word   r adverb   i preposition   a as   T to
    v verb of reporting, or a form that may be one            g its -ing form
    f other word in -ed, or past   e other word in -ing
    x be, have, do  m modal        t that     w who, which    W whether, what, how, if
    k and, or       K but, while, because …

The closed classes are those of Quirk et al. (1985, ch. 2); whatever is in none of them is told by its form.
"""

from __future__ import annotations

from collections.abc import Sequence

from framing.backends.rules.lexicon import NOUNS, PARTICLES, VERBS, FormTag, words

__all__ = ["CLOSED", "disambiguated", "word_class"]

_CLOSED = {
    "p": "he she they we i it you he/she she/he",
    "o": "him them me us himself herself themselves itself myself ourselves yourself",
    "h": "her",
    "d": """
        the a an this these those his their its my our your some any no every each all both either neither many
        several few most more much another other others such one two three four five six seven eight nine ten
        eleven twelve twenty thirty forty fifty sixty seventy eighty ninety dozens hundreds thousands half fewer
        less everyone nobody everybody someone somebody nothing anyone anybody""",
    "i": """
        of in on at by for with from into onto about against among amid between through during over under within
        without upon toward towards across behind beyond near inside outside per via despite like unlike around
        along above below following including throughout alongside off up out down than versus besides
        according""",
    "a": "as",
    "T": "to",
    "x": """
        is was are were be been being am has had have having do does did isn't wasn't aren't weren't hasn't hadn't
        haven't doesn't don't didn't get gets got""",
    "m": """
        will would can could may might must should shall won't wouldn't can't couldn't shouldn't cannot ought""",
    "t": "that",
    "w": "who which whose whom",
    "W": "what whether how why if when where whatever whoever",
    "k": "and or nor &",
    "K": "but while though although because since after before until unless yet so whereas once",
    "r": """
        not never also then even just still already now again later soon too only often here there first ever
        further instead however meanwhile today yesterday tomorrow tonight perhaps almost rather quite very long
        always repeatedly earlier recently afterward afterwards twice""",
}
CLOSED = {word: letter for letter, words in _CLOSED.items() for word in words.split()}
"""The letter of every word of a closed class, lower case, with straight apostrophes."""

_NOT_ADVERBS = words("""
    family italy july ally rally reply bully supply assembly anomaly monopoly jelly belly fly ugly early
    only likely friendly deadly lively lonely elderly costly daily weekly monthly""")
_NOT_PARTICIPLES = words("""
    united need seed speed breed deed feed weed creed red bed indeed hundred embed""")
_NOT_GERUNDS = words("""
    thing something anything nothing everything king ring spring string wing evening morning building meeting
    hearing rating funding beijing rulings ruling briefing during including following being""")
_IRREGULAR_PASTS = words("""
    came went took gave made left kept held won lost met sat stood ran rose fell brought built bought caught drew
    drove fought flew grew led paid sent spent struck sold wore became broke threw shook ate slept froze
    hung""")
_PLURAL_PEOPLE = words("people men women police children media press majority half percent rest")
_MORE_OFTEN_NOUNS = words("""
    email emails text texts post posts blog blogs state states need needs project projects view views name
    names force forces back campaign campaigns debate debates play plays means request requests tweet tweets
    thanks detail details press judge judges rule rules figure figures reference references echo
    welcome""")
"""Forms of reporting verbs that are nouns far more often."""
_STANDS_ALONE = words("""
    many some several few most others both all two three four five six seven eight nine ten one neither everyone
    nobody everybody someone somebody anyone this these those more half each another""")
"""Determiners that can be a subject without a noun: “many say”."""
_SAID_OF_GROUPS = words("say think believe argue want insist know feel hope")
"""What “the government”, “the committee” and their like do in the plural, as in British English."""
_NAMES_LIKE_CLOSED_WORDS = frozenset({"US", "May", "Will"})
"""Names of a country, a month and a man that only their capitals tell from closed words."""
_SINGULAR = words("one neither everyone nobody everybody someone somebody anyone this each another")


def word_class(token: str, low: str) -> str:
    """The letter of one word, by its form alone."""
    letter = CLOSED.get(low)
    if letter and token not in _NAMES_LIKE_CLOSED_WORDS:
        return letter
    if token[0].isupper() and (not token.isupper() or len(token) > 1):
        return "N"
    if token[0].isdigit() or token[0] in "$£€":
        return "d"
    if low in VERBS:
        return "g" if VERBS[low][0] == ("gerund",) else "v"
    return _class_by_ending(low)


def _class_by_ending(low: str) -> str:
    if low.endswith("ly") and low not in _NOT_ADVERBS:
        return "r"
    if low in _IRREGULAR_PASTS or (low.endswith("ed") and len(low) > 4 and low not in _NOT_PARTICIPLES):
        return "f"
    if low.endswith("ing") and len(low) > 5 and low not in _NOT_GERUNDS:
        return "e"
    return "n"


def disambiguated(codes: list[str], low: Sequence[str]) -> str:
    """The classes of a sentence, with verbs told from the nouns and adjectives that look like them."""
    for index, code in enumerate(codes):
        before = codes[index - 1] if index else ""
        if code == "t" and before == "i":
            codes[index] = "d"
        elif code == "s" and before in ("p", "w", "W"):
            codes[index] = "x"
        elif code == "d" and before == "N" and low[index][0].isdigit():
            codes[index] = "N"
        elif (
            code in "vg"
            and low[index] in PARTICLES
            and PARTICLES[low[index]].isdisjoint(low[index + 1 : index + 3])
        ):
            codes[index] = "e" if code == "g" else "f" if "past" in VERBS[low[index]][0] else "n"
        elif code in "vg" and _is_no_verb(codes, low, index):
            codes[index] = "n"
        elif code == "N" and index == 0:
            codes[index] = _sentence_initial(low[0], codes[1] if len(codes) > 1 else "")
    return "".join(codes)


def _is_no_verb(codes: Sequence[str], low: Sequence[str], index: int) -> bool:
    """Whether a form of a reporting verb is a noun (or adjective) where it stands."""
    if codes[index] == "g":
        return low[index] in NOUNS and index > 0 and codes[index - 1] in "dnNsh"
    return codes[index] == "v" and (_is_noun_after(codes, low, index) or _is_noun_before_verb(codes, low, index))


def _sentence_initial(word: str, following: str) -> str:
    """The class of a capitalised word that may owe its capital to its place."""
    if word in ("may", "will") and following in ("p", "d", "h"):
        return "m"
    if word.endswith("ly") and word not in _NOT_ADVERBS and following != "v":
        return "r"
    if word.endswith("ing") and word not in _NOT_GERUNDS and following not in ("v", ",", "s", "x"):
        return "g" if word in VERBS else "e"
    return "N"


def _is_noun_before_verb(codes: Sequence[str], low: Sequence[str], index: int) -> bool:
    """“the campaigns declined”: a form that may be a noun, right before a finite verb, is one."""
    word = low[index]
    if "past" in VERBS[word][0] or index + 1 >= len(codes) or not _may_be_noun(word):
        return False
    following = low[index + 1]
    return codes[index + 1] in "xmf" or (codes[index + 1] == "v" and "past" in VERBS[following][0])


def _may_be_noun(word: str) -> bool:
    return word in NOUNS or word in _MORE_OFTEN_NOUNS


def _is_noun_after(codes: Sequence[str], low: Sequence[str], index: int) -> bool:
    """Whether the word before makes a noun (or adjective) of a form that may be a verb."""
    at = index - 1
    while at >= 0 and codes[at] in "rB":
        at -= 1
    word = low[index]
    if at < 0:
        return word in NOUNS
    tags = VERBS[word][0]
    present = not {"past", "gerund"} & set(tags)
    match codes[at]:
        case "s" | "i":
            return True
        case "T":
            return tags == ("third",)
        case "h":
            return word in NOUNS or (word in _MORE_OFTEN_NOUNS and "past" not in tags)
        case "d":
            alone = low[at] in _STANDS_ALONE and word not in NOUNS
            return not alone or ("past" not in tags and ("third" in tags) != (low[at] in _SINGULAR))
        case "v" if at == index - 1 and present:
            return True
        case "f" if present:
            return True
    if word in _MORE_OFTEN_NOUNS and (codes[at] in "nfe" or (tags == ("base",) and codes[at] not in "Tmpwrxvk")):
        return True
    return _disagrees(codes, low, at, word, tags)


def _disagrees(codes: Sequence[str], low: Sequence[str], at: int, word: str, tags: tuple[FormTag, ...]) -> bool:
    """Whether the noun at `at` cannot be the subject of this form: “the news reports”, “Lee campaign”."""
    if codes[at] == "N" and tags == ("base",) and _may_be_noun(word):
        joined = at > 1 and "k" in codes[max(0, at - 3) : at]
        return not (low[at].endswith("s") or joined)
    if codes[at] != "n" or (word not in NOUNS and (tags != ("base",) or word in _SAID_OF_GROUPS)):
        return False
    plural = low[at] in _PLURAL_PEOPLE or (low[at].endswith("s") and not low[at].endswith("ss"))
    if "base" in tags and "past" not in tags:
        return not plural
    return "third" in tags and plural
