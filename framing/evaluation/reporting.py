"""Cues that report speech or writing, told apart from those that report a belief, a wish or a plan.

PolNeAR marks attributions of every kind, thoughts and intentions among them. A cue counts as speech when one of
its words is a verb or noun of saying (the communication verbs of Levin 1993, ch. 37, with their nominalisations).
"""

from __future__ import annotations

import re

__all__ = ["reports_speech"]

_VERBS = """
accuse acknowledge add address admit advise advocate affirm allege announce answer appeal argue ask assail
assert assure attack attest beg blame blast boast brag brand call caution cautioned chant characterize charge
cite claim clarify comment compare complain concede conclude condemn confess confide confirm congratulate
contend continue counter criticise criticize cry debunk declare decline decry defend demand denounce deny
depict deride describe detail disavow discuss dismiss dispute dub echo elaborate emphasise emphasize exclaim
exhort explain express fume grumble hail highlight hint holler implore imply inform inquire insist instruct
interject invoke joke label lament lash lecture lie list maintain mention mock mumble murmur note object
observe opine paint phrase plead pledge point portray post praise preach predict proclaim promise pronounce
propose protest publish query question quip quote rail read reassure rebuff rebuke rebut recall recite
recommend recount refer reference refute reiterate reject relate remark remind reply report reprimand request
respond retort retweet reveal ridicule roar rule say scoff scold scream shout sigh slam snap speak specify
state stress suggest summarize swear talk taunt tease tell testify thank threaten thunder tout trumpet tweet
urge utter voice vow warn weigh whisper write yell
"""
_IRREGULAR = """
begged bragged clarified clarifies cried cries decried decries denied denies dubbed implied implies lied lying
quipped railing read rebutted referred referring replied replies said says slammed snapped specified specifies
spoke spoken swore sworn testified testifies told written wrote
"""
_NOUNS = """
according account accusation allegation announcement answer appeal argument assertion assessment attack call
charge claim comment complaint conclusion condemnation contention criticism declaration demand denial
denunciation description explanation interview lecture letter message note pledge post prediction promise
proposal question quote recommendation refrain remark reminder reply report request response speech statement
suggestion summary testimony threat tweet warning words
"""
_WORD = re.compile(r"[^\W\d_]+")


def _forms(verb: str) -> set[str]:
    stem = verb[:-1] if verb.endswith("e") else verb
    return {verb, f"{verb}s", f"{verb}es", f"{stem}ed", f"{stem}ing", f"{stem}{stem[-1]}ing"}


_SPEECH = frozenset(
    {form for verb in _VERBS.split() for form in _forms(verb)}
    | set(_IRREGULAR.split())
    | {form for noun in _NOUNS.split() for form in (noun, f"{noun}s")}
)


def reports_speech(cue: str) -> bool:
    """Whether a cue reports something said or written; a bare colon does."""
    words = _WORD.findall(cue.casefold())
    return any(word in _SPEECH for word in words) if words else ":" in cue
