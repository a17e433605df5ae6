"""Words that report: verbs, nouns and phrases, by what they report and by what may follow them.

Four classes of report, after the types of attribution in the Penn Discourse Treebank (Prasad et al. 2006:
communication, propositional attitude, and control), with evidence kept apart:

* speech      saying, writing, and acts done by saying so (accuse, urge, announce)
* evidence    what a source shows without saying it (a poll finds), and hearsay (allegedly)
* cognition   belief, knowledge and feeling (believe, fear, oppose)
* intention   will and purpose (want, plan, seek)

What may follow a verb is its frames (subcategorisation, as in Levin 1993), a set of:

* s    a clause, with or without *that*             said (that) it was late
* c    a clause, with *that* only                   replied that it was late
* q    a quotation only, as a verb of manner of speaking does       “No,” she snapped
* w    a clause with a question word                asked whether it was late
* t    *to* and an infinitive                       promised to leave
* o    a hearer, then one of s, w, t                told reporters (that) it was late, urged them to leave
* n    a noun phrase that is what was said          announced the plan, denied the claim
* f    the person spoken of, then for/of/as …       accused him of lying, called it a farce

A particle or preposition that belongs to the verb stands after it: `call for`, `point out`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = [
    "HEARSAY",
    "MANNER_NOUNS",
    "NOUNS",
    "SOURCES_OF_EVIDENCE",
    "VERBS",
    "CueClass",
    "Noun",
    "Verb",
    "verb_forms",
]

CueClass = Literal["speech", "evidence", "cognition", "intention"]


@dataclass(frozen=True, slots=True)
class Verb:
    """One reading of a reporting verb: its lemma, what must follow it at once, its class and frames."""

    lemma: str
    particle: str
    kind: CueClass
    frames: frozenset[str]


@dataclass(frozen=True, slots=True)
class Noun:
    """A reporting noun; `frames` as for verbs, and the prepositions that may introduce what is reported."""

    lemma: str
    kind: CueClass
    frames: frozenset[str]
    prepositions: frozenset[str]


_SPEECH_VERBS = """
sq: say add state
sqw: explain note
sqn: claim
cqn: stress emphasize emphasise reiterate repeat
cq: mention remark comment observe allege maintain
sq: argue assert insist contend declare proclaim exclaim conclude concede surmise imply suggest admit predict
cq: counter retort reply respond quip joke muse opine reason boast brag lament complain caution testify vouch recount
cq: theorize theorise hint intimate posit speculate attest rejoin riposte affirm reaffirm aver profess write post
cqn: acknowledge confess recall forecast reveal disclose confirm clarify announce report
cq: tweet deny retweet relate certify
sqn: acknowledge
cn: propose recommend
cqot: promise pledge vow swear threaten
sqt: warrant
so: assure inform notify remind convince persuade warn advise tell caution reassure lecture
sqo: tell warn remind advise teach show
oqtw: ask beg implore urge press instruct order command direct exhort entreat beseech coach
ot: encourage invite challenge summon lobby forbid
qw: ask wonder inquire enquire
qn: demand request
w: discuss describe outline detail predict debate
q: shout yell cry whisper mutter murmur snap growl scream sigh laugh grin bark bellow chant mumble gasp thunder
q: interject interrupt ask begin conclude deadpan snarl shrug smile roar stammer blurt sneer sniff scoff echo text
q: email blog sing recite intone read gush sob wail squeal tease offer venture volunteer finish fume rage
q: elaborate interrupt chime fire continue
t: vow promise pledge threaten swear offer ask demand volunteer claim beg propose
n: criticize criticise denounce condemn slam blast decry deride mock ridicule lambaste chide rebuke reprimand
n: praise applaud commend laud hail tout defend dismiss reject dispute disavow disown renounce attack assail
n: announce demand propose reiterate emphasize underscore underline highlight cite invoke endorse question challenge
n: deny protest bemoan lament contradict refute rebut acknowledge concede admit disclose reveal hint
n: promise pledge recommend discuss recount describe explain detail outline welcome knock bash trash rip
n: castigate excoriate chastise admonish scold berate disparage belittle insult bemoan repudiate concede urge
fc: charge
f: accuse call label brand describe characterize characterise portray depict criticize criticise denounce blame
f: condemn fault credit praise rebuke slam blast attack deride mock dub term liken compare declare cast
f: paint ridicule decry dismiss hail identify chide commend applaud scold
"""

_SPEECH_PHRASES = """
sqn: point out
sqw: make clear | spell out
s: let know | see to it
sq: chime in | shoot back | fire back | weigh in | cry out | blurt out | hit back | fire off | sum up
sq: add in | call out | push back | tweet out | write back | snap back | read out | jump in | cut in | break in
n: call for | point to | push for | refer to | allude to | speak of | talk about | speak about | call out
n: warn of | warn against | warn about | complain about | complain of | object to | insist on | boast of | boast about
n: brag about | joke about | call on | appeal for | argue for | argue against | lobby for | advocate for
n: apologize for | apologise for | comment on | elaborate on | hint at | speak out about | speak out against | rail against | lash out
n: press for | plead for | campaign for | protest against | preach about | lecture on | double down
n: lay out | play down | brush off | back away from | ask for | touch on | weigh in on | hit back at | take issue with
n: speculate about | ask about | advocate | tick off | rattle off
oqt: call on | call upon | appeal to | plead with
f: lash out at | refer to | single out | take aim at | hit out at
q: go on | go on to say | have this to say | put it
"""

_EVIDENCE_VERBS = """
s: show find indicate suggest reveal demonstrate estimate conclude confirm report prove signal project
w: show reveal indicate
n: show reveal find document detail estimate indicate
"""

_COGNITION_VERBS = """
s: believe think feel know realize realise understand suspect doubt fear expect assume hope hear learn imagine
s: figure reckon worry agree guess recognize recognise remember forget notice suppose dream deem anticipate decide
s: determine calculate accept acknowledge bet trust wish gather foresee presume consider conclude
w: know wonder realize realise understand doubt decide consider question see
n: believe fear oppose support favor favour back endorse reject embrace welcome resent hate love like dislike prefer
n: want admire distrust expect anticipate tout regret appreciate consider accept trust doubt champion want
t: hope fear expect love hate like
ot: want expect like
f: consider regard view see deem perceive think
n: worry about | care about | believe in | think about | agree with | disagree with | look forward to | hope for
n: dream of | approve of | disapprove of | side with | agree on | agree to | opt for | think of | worry over
s: agree with | make up
f: look upon | think of
"""

_INTENTION_VERBS = """
t: decline refuse agree want plan intend hope seek wish decide aim mean prefer aspire expect prepare opt
t: resolve look strive endeavor endeavour consent hesitate conspire
n: seek want consider mull weigh plan eye contemplate pursue
n: aim for | look for | push for | strive for | plan for | plan on
"""

_NOUNS = """
speech s: claim statement allegation assertion suggestion accusation warning remark announcement declaration
speech s: admission argument acknowledgment complaint contention insistence prediction assurance confirmation charge
speech s: denial comment testimony explanation revelation disclosure concession pronouncement observation rumor rumour
speech s: report word news message reminder hint
speech st: promise pledge vow threat demand offer call request order proposal recommendation advice invitation
speech s: plea guarantee
speech pof: criticism denunciation condemnation description characterization characterisation praise mention critique
speech pof: rebuke mockery
speech pabout: comment remark claim question complaint statement joke warning
speech pfor: call praise criticism demand plea request
speech pon: comment remark attack
evidence s: evidence finding estimate sign indication proof poll study survey suspicion
cognition s: belief hope fear view opinion sense feeling conviction idea notion concern doubt worry impression thought
cognition s: expectation conclusion assumption recognition understanding realization realisation perception theory
cognition s: sentiment confidence conventional
cognition s: skepticism scepticism optimism regret dismay disappointment frustration alarm surprise disbelief
cognition pabout: optimism pessimism regret scepticism
cognition pat: dismay anger outrage alarm
cognition pover: dismay anger outrage alarm concern
cognition pfor: support hope disdain contempt respect admiration enthusiasm preference
cognition pof: fear dislike distrust opposition support view hatred
cognition pto: opposition objection
cognition pabout: concern fear worry doubt skepticism
intention t: plan intention desire decision willingness determination ambition wish refusal bid
intention t: reluctance commitment eagerness
intention pfor: plan desire
"""

_IRREGULAR = {
    "say": "says said said saying",
    "tell": "tells told told telling",
    "write": "writes wrote written writing",
    "read": "reads read read reading",
    "think": "thinks thought thought thinking",
    "feel": "feels felt felt feeling",
    "know": "knows knew known knowing",
    "understand": "understands understood understood understanding",
    "hear": "hears heard heard hearing",
    "find": "finds found found finding",
    "show": "shows showed shown showing",
    "swear": "swears swore sworn swearing",
    "begin": "begins began begun beginning",
    "teach": "teaches taught taught teaching",
    "see": "sees saw seen seeing",
    "mean": "means meant meant meaning",
    "seek": "seeks sought sought seeking",
    "choose": "chooses chose chosen choosing",
    "forget": "forgets forgot forgotten forgetting",
    "sing": "sings sang sung singing",
    "forbid": "forbids forbade forbidden forbidding",
    "bet": "bets bet bet betting",
    "make": "makes made made making",
    "spell": "spells spelled spelled spelling",
    "let": "lets let let letting",
    "shoot": "shoots shot shot shooting",
    "hit": "hits hit hit hitting",
    "go": "goes went gone going",
    "speak": "speaks spoke spoken speaking",
    "take": "takes took taken taking",
    "have": "has had had having",
    "put": "puts put put putting",
    "cut": "cuts cut cut cutting",
    "break": "breaks broke broken breaking",
    "lay": "lays laid laid laying",
    "foresee": "foresees foresaw foreseen foreseeing",
    "beseech": "beseeches besought besought beseeching",
    "cast": "casts cast cast casting",
    "strive": "strives strove striven striving",
    "rebut": "rebuts rebutted rebutted rebutting",
    "admit": "admits admitted admitted admitting",
    "rip": "rips ripped ripped ripping",
    "bar": "bars barred barred barring",
    "plan": "plans planned planned planning",
    "prefer": "prefers preferred preferred preferring",
    "refer": "refers referred referred referring",
    "opt": "opts opted opted opting",
    "infer": "infers inferred inferred inferring",
    "quip": "quips quipped quipped quipping",
    "brag": "brags bragged bragged bragging",
    "beg": "begs begged begged begging",
    "snap": "snaps snapped snapped snapping",
    "sob": "sobs sobbed sobbed sobbing",
    "slam": "slams slammed slammed slamming",
    "chat": "chats chatted chatted chatting",
    "blog": "blogs blogged blogged blogging",
    "grin": "grins grinned grinned grinning",
    "dub": "dubs dubbed dubbed dubbing",
    "compel": "compels compelled compelled compelling",
    "commit": "commits committed committed committing",
    "submit": "submits submitted submitted submitting",
    "forget ": "forgets forgot forgotten forgetting",
}

FormTag = Literal["base", "third", "past", "participle", "gerund"]


def _inflect(lemma: str) -> tuple[tuple[FormTag, str], ...]:
    """The forms of an English verb: irregular ones by table, the rest by spelling rule."""
    if lemma in _IRREGULAR:
        third, past, participle, gerund = _IRREGULAR[lemma].split()
    else:
        e_final = lemma.endswith("e")
        y_final = lemma.endswith("y") and lemma[-2] not in "aeiou"
        sibilant = lemma.endswith(("s", "x", "z", "ch", "sh"))
        third = lemma[:-1] + "ies" if y_final else lemma + ("es" if sibilant else "s")
        past = lemma + "d" if e_final else lemma[:-1] + "ied" if y_final else lemma + "ed"
        participle = past
        gerund = lemma[:-1] + "ing" if e_final and not lemma.endswith("ee") else lemma + "ing"
    return (("base", lemma), ("third", third), ("past", past), ("participle", participle), ("gerund", gerund))


def _verb_readings() -> dict[str, list[Verb]]:
    readings: dict[tuple[str, str, CueClass], set[str]] = {}
    sources: tuple[tuple[CueClass, str], ...] = (
        ("speech", _SPEECH_VERBS),
        ("speech", _SPEECH_PHRASES),
        ("evidence", _EVIDENCE_VERBS),
        ("cognition", _COGNITION_VERBS),
        ("intention", _INTENTION_VERBS),
    )
    for kind, table in sources:
        for line in table.strip().splitlines():
            frames, _, listed = line.partition(":")
            entries = listed.split("|") if " " in listed.strip() and "|" in listed else listed.split()
            if "|" not in listed and table is _SPEECH_PHRASES:
                entries = [listed]
            for entry in entries:
                lemma, _, particle = entry.strip().partition(" ")
                readings.setdefault((lemma, particle.strip(), kind), set()).update(frames.strip())
    by_lemma: dict[str, list[Verb]] = {}
    for (lemma, particle, kind), found in readings.items():
        by_lemma.setdefault(lemma, []).append(Verb(lemma, particle, kind, frozenset(found)))
    return by_lemma


def _all_forms() -> dict[str, tuple[tuple[FormTag, ...], tuple[Verb, ...]]]:
    table: dict[str, tuple[set[FormTag], list[Verb]]] = {}
    for lemma, verbs in _verb_readings().items():
        for tag, form in _inflect(lemma):
            tags, known = table.setdefault(form, (set(), []))
            tags.add(tag)
            known.extend(verb for verb in verbs if verb not in known)
    longest_first = {form: sorted(known, key=lambda v: -len(v.particle)) for form, (_, known) in table.items()}
    return {form: (tuple(sorted(tags)), tuple(longest_first[form])) for form, (tags, _) in table.items()}


VERBS = _all_forms()
"""Every inflected form of a reporting verb, with what forms it can be and its readings, longest particle first."""


def verb_forms(word: str) -> tuple[FormTag, ...]:
    """Which forms of a reporting verb the lower-case `word` can be; empty when it is none."""
    return VERBS[word][0] if word in VERBS else ()


def _noun_table() -> dict[str, tuple[Noun, ...]]:
    frames: dict[tuple[str, CueClass], tuple[set[str], set[str]]] = {}
    for line in _NOUNS.strip().splitlines():
        head, _, listed = line.partition(":")
        kind, _, marks = head.partition(" ")
        for lemma in listed.split():
            known, prepositions = frames.setdefault((lemma, kind), (set(), set()))  # type: ignore[arg-type]
            if marks.startswith("p"):
                prepositions.add(marks[1:])
            else:
                known.update(marks)
    nouns: dict[str, list[Noun]] = {}
    for (lemma, kind_), (known, prepositions) in frames.items():
        noun = Noun(lemma, kind_, frozenset(known), frozenset(prepositions))
        plural = lemma[:-1] + "ies" if lemma.endswith("y") and lemma[-2] not in "aeiou" else lemma + "s"
        for form in (lemma, plural):
            nouns.setdefault(form, []).append(noun)
    return {form: tuple(found) for form, found in nouns.items()}


NOUNS = _noun_table()
"""Reporting nouns in singular and plural."""

HEARSAY = frozenset(["reportedly", "allegedly", "supposedly", "purportedly", "apparently"])
"""Adverbs that report what somebody, not named, has said."""

SOURCES_OF_EVIDENCE = frozenset(
    ["poll", "polls", "polling", "survey", "surveys", "study", "studies", "data", "research", "report", "reports", "analysis", "findings", "results", "figures", "statistics", "records", "record", "documents", "document", "emails", "evidence", "numbers", "review", "investigation", "census", "transcript", "video", "footage", "audio", "audit", "filing", "filings", "estimate", "estimates", "average", "averages", "census", "memo", "letter", "ledgers", "graphics", "photograph", "photographs", "chart", "charts", "map", "maps", "article", "story", "book", "paper", "summary"]
)
"""Nouns whose referents show or find something without speaking."""

MANNER_NOUNS = frozenset(
    ["statement", "interview", "speech", "email", "e-mail", "letter", "tweet", "post", "op-ed", "memo", "report", "ad", "video"]
)
"""Where something was said: “in a statement”, “in an interview with …”."""
