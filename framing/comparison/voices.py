"""Whose voice it is, told alike over analyses that number their speakers each in its own way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from framing.annotations import NARRATOR, UNATTRIBUTED, Analysis, Claim, Statement
from framing.comparison.runs import Answers
from framing.comparison.tables import FrameVoice
from framing.evaluation.sources import same_name

__all__ = ["UNNAMED", "frame_voices", "same_voice", "voice_name", "voice_of"]

UNNAMED = "unnamed source"


def voice_of(item: Statement | Claim) -> str:
    """The speaker's id, or "narrator" or "unattributed"."""
    return item.voice if isinstance(item, Claim) else item.speaker or UNATTRIBUTED


def voice_name(analysis: Analysis, voice: str) -> str:
    """A voice as people call it: a name, "narrator", "unattributed" or "unnamed source"."""
    return voice if voice in (NARRATOR, UNATTRIBUTED) else analysis.speaker(voice).name or UNNAMED


def same_voice(one: Analysis, voice: str, other: Analysis, voice_there: str) -> bool:
    """Whether a voice of one analysis is a voice of another one of the same article.

    Two speakers are the same where they share a mention, or where their names can be of one source. Two
    unnamed sources of the same passage are taken to be the same: nothing in an article tells them apart.
    """
    fixed = {NARRATOR, UNATTRIBUTED}
    if voice in fixed or voice_there in fixed:
        return voice == voice_there
    a, b = one.speaker(voice), other.speaker(voice_there)
    if set(a.mentions) & set(b.mentions):
        return True
    if a.name is None or b.name is None:
        return a.name is b.name
    return same_name(a.name, b.name)


def frame_voices(answers: Answers, outlets: Mapping[str, str | None]) -> tuple[FrameVoice, ...]:
    """Who carries each frame, for each instrument and outlet, over all its answers."""
    passages: dict[tuple[str, str | None, str], Counter[str]] = {}
    articles: dict[tuple[str, str | None, str], set[str]] = {}
    for run in answers.asked_for("frames"):
        for document, analysis in run.analyses.items():
            for label in analysis.frames if analysis else ():
                place = (run.instrument, outlets.get(document), label.frame)
                articles.setdefault(place, set()).add(document)
                voices = (voice_name(analysis, evidence.voice) for evidence in label.evidence if analysis)
                passages.setdefault(place, Counter()).update(voices)
    order = {name: at for at, name in enumerate(answers.instruments)}
    keys = sorted(passages, key=lambda key: (key[1] or "", key[2], order[key[0]]))
    return tuple(_row(key, passages[key], len(articles[key])) for key in keys)


def _row(key: tuple[str, str | None, str], passages: Counter[str], articles: int) -> FrameVoice:
    named = [(name, count) for name, count in passages.items() if name not in (NARRATOR, UNATTRIBUTED)]
    instrument, outlet, frame = key
    return FrameVoice(
        instrument=instrument,
        outlet=outlet,
        frame=frame,
        articles=articles,
        narrator=passages[NARRATOR],
        sources=sum(count for _, count in named),
        unattributed=passages[UNATTRIBUTED],
        speakers=tuple(sorted(named, key=_most_first)),
    )


def _most_first(counted: tuple[str, int]) -> tuple[int, str]:
    name, count = counted
    return -count, name


def names_of(analysis: Analysis, voices: Iterable[str]) -> tuple[str, ...]:
    """The names of several voices, each once, in order."""
    return tuple(dict.fromkeys(voice_name(analysis, voice) for voice in voices))
