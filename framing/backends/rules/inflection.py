"""The forms of English verbs and nouns: irregular ones by table, the rest by the rules of spelling."""

from __future__ import annotations

from typing import Literal

__all__ = ["FormTag", "plural", "verb_forms"]

FormTag = Literal["base", "third", "past", "participle", "gerund"]

_IRREGULAR = {
    "admit": "admits admitted admitted admitting",
    "bar": "bars barred barred barring",
    "beg": "begs begged begged begging",
    "begin": "begins began begun beginning",
    "beseech": "beseeches besought besought beseeching",
    "bet": "bets bet bet betting",
    "blog": "blogs blogged blogged blogging",
    "brag": "brags bragged bragged bragging",
    "break": "breaks broke broken breaking",
    "cast": "casts cast cast casting",
    "chat": "chats chatted chatted chatting",
    "choose": "chooses chose chosen choosing",
    "commit": "commits committed committed committing",
    "compel": "compels compelled compelled compelling",
    "cut": "cuts cut cut cutting",
    "dub": "dubs dubbed dubbed dubbing",
    "feel": "feels felt felt feeling",
    "find": "finds found found finding",
    "forbid": "forbids forbade forbidden forbidding",
    "foresee": "foresees foresaw foreseen foreseeing",
    "forget": "forgets forgot forgotten forgetting",
    "go": "goes went gone going",
    "grin": "grins grinned grinned grinning",
    "have": "has had had having",
    "hear": "hears heard heard hearing",
    "hit": "hits hit hit hitting",
    "infer": "infers inferred inferred inferring",
    "know": "knows knew known knowing",
    "lay": "lays laid laid laying",
    "let": "lets let let letting",
    "make": "makes made made making",
    "mean": "means meant meant meaning",
    "opt": "opts opted opted opting",
    "plan": "plans planned planned planning",
    "prefer": "prefers preferred preferred preferring",
    "put": "puts put put putting",
    "quip": "quips quipped quipped quipping",
    "read": "reads read read reading",
    "rebut": "rebuts rebutted rebutted rebutting",
    "refer": "refers referred referred referring",
    "rip": "rips ripped ripped ripping",
    "say": "says said said saying",
    "see": "sees saw seen seeing",
    "seek": "seeks sought sought seeking",
    "shoot": "shoots shot shot shooting",
    "show": "shows showed shown showing",
    "sing": "sings sang sung singing",
    "slam": "slams slammed slammed slamming",
    "snap": "snaps snapped snapped snapping",
    "sob": "sobs sobbed sobbed sobbing",
    "speak": "speaks spoke spoken speaking",
    "spell": "spells spelled spelled spelling",
    "strive": "strives strove striven striving",
    "submit": "submits submitted submitted submitting",
    "swear": "swears swore sworn swearing",
    "take": "takes took taken taking",
    "teach": "teaches taught taught teaching",
    "tell": "tells told told telling",
    "think": "thinks thought thought thinking",
    "understand": "understands understood understood understanding",
    "write": "writes wrote written writing",
}
"""Third person, past, participle and gerund of the verbs that form one of them otherwise."""


def verb_forms(lemma: str) -> tuple[tuple[FormTag, str], ...]:
    """Every form of a verb, with what it is."""
    third, past, participle, gerund = _IRREGULAR[lemma].split() if lemma in _IRREGULAR else _regular(lemma)
    return (("base", lemma), ("third", third), ("past", past), ("participle", participle), ("gerund", gerund))


def _regular(lemma: str) -> tuple[str, str, str, str]:
    if lemma.endswith("e"):
        past = lemma + "d"
    else:
        past = lemma[:-1] + "ied" if _ends_in_consonant_and_y(lemma) else lemma + "ed"
    drops_e = lemma.endswith("e") and not lemma.endswith("ee")
    gerund = lemma[:-1] + "ing" if drops_e else lemma + "ing"
    return plural(lemma), past, past, gerund


def plural(lemma: str) -> str:
    """The plural of a regular noun, which is also the third person of a regular verb."""
    if _ends_in_consonant_and_y(lemma):
        return lemma[:-1] + "ies"
    return lemma + ("es" if lemma.endswith(("s", "x", "z", "ch", "sh")) else "s")


def _ends_in_consonant_and_y(word: str) -> bool:
    return word.endswith("y") and word[-2:-1] not in tuple("aeiou")
