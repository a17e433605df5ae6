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

A particle or preposition that belongs to the verb stands after it: `call for`, `point out`. Verbs with several
meanings stand under each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from framing.backends.rules.inflection import FormTag, plural, verb_forms

__all__ = [
    "ASPECTUAL",
    "BE",
    "HEARSAY",
    "LIGHT_VERBS",
    "NOUNS",
    "PARTICLES",
    "SOURCES_OF_EVIDENCE",
    "VERBS",
    "CueClass",
    "FormTag",
    "Noun",
    "Verb",
    "words",
]


def words(listed: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(listed.split())


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


# --- Verbs -------------------------------------------------------------------------------------------

_VERBS: dict[CueClass, str] = {
    "speech": """
        sq: say add state argue assert insist contend declare proclaim exclaim conclude concede surmise imply
            suggest admit predict
        sqw: explain note
        sqn: claim acknowledge
        cq: mention remark comment observe allege maintain counter retort reply respond quip joke muse opine
            reason boast brag lament complain caution testify vouch recount theorize theorise hint intimate
            posit speculate attest rejoin riposte affirm reaffirm aver profess write post tweet retweet deny
            relate certify concur enthuse marvel plead whine grumble moan gripe fret gloat crow swear
        cqn: stress emphasize emphasise reiterate repeat confess recall forecast reveal disclose confirm clarify
            announce report decree divulge
        cn: propose recommend stipulate
        c: rule
        cqot: promise pledge vow swear threaten
        so: assure inform notify remind convince persuade warn tell caution reassure lecture
        sqo: tell warn remind
        oqtw: ask beg implore urge press instruct order command direct exhort entreat beseech coach
        ot: encourage invite challenge summon lobby forbid counsel advise tell warn remind persuade convince
        qw: ask wonder inquire enquire ponder
        qn: demand request
        w: discuss describe outline detail predict debate
        q: shout yell cry whisper mutter murmur snap growl scream sigh laugh grin bark bellow chant mumble gasp
            thunder interject interrupt ask begin conclude deadpan snarl shrug smile roar stammer blurt sneer sniff
            scoff echo text email blog sing recite intone read gush sob wail squeal tease offer venture volunteer
            finish fume rage elaborate chime fire continue
        t: vow promise pledge threaten swear offer ask demand volunteer claim beg propose
        n: criticize criticise denounce condemn slam blast decry deride mock ridicule lambaste chide rebuke
            reprimand praise applaud commend laud hail tout defend dismiss reject dispute disavow disown
            renounce attack assail announce demand propose reiterate emphasize underscore underline highlight
            cite invoke endorse question challenge deny protest bemoan lament contradict refute rebut
            acknowledge concede admit disclose reveal hint promise pledge recommend discuss recount describe
            explain detail outline welcome knock bash trash rip castigate excoriate chastise admonish scold
            berate disparage belittle insult repudiate urge reference echo rebuff
        fc: charge
        f: accuse call label brand describe characterize characterise portray depict criticize criticise denounce
            blame condemn fault credit praise rebuke slam blast attack deride mock dub term liken compare declare
            cast ridicule decry dismiss hail identify chide commend applaud scold quote
    """,
    "evidence": """
        s: show find indicate suggest reveal demonstrate estimate conclude confirm report prove signal project
        w: show reveal indicate
        n: show reveal find document detail estimate indicate
        f: put
        c: record
    """,
    "cognition": """
        s: believe think feel know realize realise understand suspect doubt fear expect assume hope hear learn
            imagine figure reckon worry agree guess recognize recognise remember forget notice suppose dream
            deem anticipate decide determine calculate accept acknowledge bet trust wish gather foresee presume
            consider conclude
        w: know wonder realize realise understand doubt decide consider question see
        n: believe fear oppose support favor favour back endorse reject embrace welcome resent hate love like
            dislike prefer want admire distrust expect anticipate tout regret appreciate consider accept trust
            doubt champion
        t: hope fear expect love hate like
        ot: want expect like
        f: consider regard view see deem perceive think
    """,
    "intention": """
        t: decline refuse agree want plan intend hope seek wish decide aim mean prefer aspire expect prepare opt
            resolve look strive endeavor endeavour consent hesitate conspire
        n: seek want consider mull weigh plan eye contemplate pursue
    """,
}

_PHRASES: dict[CueClass, str] = {
    "speech": """
        sqn: point out
        sqw: make clear, spell out
        s: let know, see to it
        sq: chime in, shoot back, fire back, weigh in, cry out, blurt out, hit back, fire off, sum up, add in,
            call out, push back, tweet out, write back, snap back, jump in, cut in, break in
        sq: go on to say, go on to add, go on to argue, go on to explain
        q: go on, put it, read out
        n: call for, point to, push for, refer to, allude to, speak of, talk about, speak about, call out,
            warn of, warn against, advise against, warn about, complain about, complain of, object to, insist on, boast of,
            boast about, brag about, joke about, call on, appeal for, argue for, argue against, lobby for,
            advocate for, apologize for, apologise for, comment on, elaborate on, hint at, speak out about,
            speak out against, rail against, lash out, press for, plead for, campaign for, protest against,
            preach about, lecture on, double down, lay out, play down, brush off, back away from, ask for,
            touch on, weigh in on, hit back at, take issue with, speculate about, ask about, tick off,
            rattle off
        oqt: call on, call upon, appeal to, plead with
        f: lash out at, refer to, single out, take aim at, hit out at
    """,
    "cognition": """
        s: agree with, make up
        n: worry about, care about, believe in, think about, agree with, disagree with, look forward to, hope for,
            dream of, approve of, disapprove of, side with, agree on, agree to, opt for, think of, worry over
        f: look upon, think of
    """,
    "intention": """
        n: aim for, look for, push for, strive for, plan for, plan on
    """,
}

# --- Nouns -------------------------------------------------------------------------------------------

_NOUNS: dict[CueClass, str] = {
    "speech": """
        s: claim statement allegation assertion suggestion accusation warning remark announcement declaration
            admission argument acknowledgment complaint contention insistence prediction assurance confirmation
            charge denial ruling comment testimony explanation revelation disclosure concession pronouncement
            observation rumor rumour report word news message reminder hint
        st: promise pledge vow threat demand offer call request order proposal recommendation advice invitation
            plea guarantee
        of: criticism denunciation condemnation description characterization characterisation praise mention
            critique rebuke mockery
        about: comment remark claim question complaint statement joke warning
        for: call praise criticism demand plea request
        on: comment remark attack
    """,
    "evidence": """
        s: evidence finding estimate sign indication proof poll study survey suspicion
    """,
    "cognition": """
        s: belief hope fear view opinion sense feeling conviction idea notion concern doubt worry impression
            thought expectation conclusion assumption recognition understanding realization realisation
            perception theory sentiment confidence skepticism scepticism optimism regret dismay disappointment
            frustration alarm surprise disbelief
        of: fear dislike distrust opposition support view hatred
        to: opposition objection
        for: support hope disdain contempt respect admiration enthusiasm preference
        about: concern fear worry doubt skepticism scepticism optimism pessimism regret
        at: dismay anger outrage alarm
        over: dismay anger outrage alarm concern
    """,
    "intention": """
        t: plan intention desire decision willingness determination ambition wish refusal bid reluctance commitment
            eagerness
        for: plan desire
    """,
}

# --- From tables to readings -------------------------------------------------------------------------


def _lines(table: dict[CueClass, str]) -> Iterator[tuple[CueClass, str, str]]:
    """The class, what stands before the colon, and the words of every line; indented lines go on."""
    for kind, text in table.items():
        head = ""
        for line in text.strip().splitlines():
            before, colon, after = line.rpartition(":")
            head = before.strip() if colon else head
            yield kind, head, after.strip()


def _verb_entries() -> Iterator[tuple[str, str, CueClass, str]]:
    for kind, frames, words in _lines(_VERBS):
        yield from ((lemma, "", kind, frames) for lemma in words.split())
    for kind, frames, words in _lines(_PHRASES):
        for phrase in filter(None, (part.strip() for part in words.split(","))):
            lemma, _, particle = phrase.partition(" ")
            yield lemma, particle, kind, frames


def _verb_table() -> dict[str, tuple[tuple[FormTag, ...], tuple[Verb, ...]]]:
    frames: dict[tuple[str, str, CueClass], set[str]] = {}
    for lemma, particle, kind, letters in _verb_entries():
        frames.setdefault((lemma, particle, kind), set()).update(letters)
    forms: dict[str, tuple[set[FormTag], list[Verb]]] = {}
    for (lemma, particle, kind), found in frames.items():
        verb = Verb(lemma, particle, kind, frozenset(found))
        for tag, form in verb_forms(lemma):
            tags, readings = forms.setdefault(form, (set(), []))
            tags.add(tag)
            if verb not in readings:
                readings.append(verb)
    return {
        form: (tuple(sorted(tags)), tuple(sorted(readings, key=lambda verb: -len(verb.particle))))
        for form, (tags, readings) in forms.items()
    }


def _noun_table() -> dict[str, tuple[Noun, ...]]:
    marks: dict[tuple[str, CueClass], tuple[set[str], set[str]]] = {}
    for kind, head, words in _lines(_NOUNS):
        for lemma in words.split():
            frames, prepositions = marks.setdefault((lemma, kind), (set(), set()))
            if head in ("s", "t", "st"):
                frames.update(head)
            else:
                prepositions.add(head)
    nouns: dict[str, tuple[Noun, ...]] = {}
    for (lemma, kind), (frames, prepositions) in marks.items():
        noun = Noun(lemma, kind, frozenset(frames), frozenset(prepositions))
        for form in (lemma, plural(lemma)):
            nouns[form] = (*nouns.get(form, ()), noun)
    return nouns


VERBS = _verb_table()
"""Every inflected form of a reporting verb: which forms it can be, and its readings, longest particle first."""
PARTICLES = {
    form: words(" ".join(verb.particle.partition(" ")[0] for verb in readings))
    for form, (_, readings) in VERBS.items()
    if all(verb.particle for verb in readings)
}
"""For forms that report only with a particle (“went on”), the words with which it may begin."""
NOUNS = _noun_table()
"""Reporting nouns in singular and plural."""

HEARSAY = words("reportedly allegedly supposedly purportedly")
"""Adverbs that report what somebody, not named, has said."""

SOURCES_OF_EVIDENCE = words("poll polls survey surveys study studies report reports data research")
"""What shows or finds something without speaking."""

BE = words("is was are were be been being am 's 're isn't wasn't aren't weren't get gets got")
"""Forms of *be*, and of *get* where it stands for it."""

ASPECTUAL = words("continue continues continued began begins started starts proceeded")
"""Verbs that tell how an act goes on, and leave what act it is to the infinitive: “continued to insist that …”."""

LIGHT_VERBS = words("""
    make makes made making issue issues issued issuing give gives gave giving offer offers offered release
    releases released express expresses expressed expressing voice voices voiced voicing repeat repeats
    repeated deny denies denied reject rejects rejected rejecting dismiss dismisses dismissed raise raises
    raised reiterate reiterated has have had took take signal signaled state stated send sent""")
"""Verbs that leave the reporting to their object: “made the claim that …”."""
