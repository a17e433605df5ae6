"""Who the drafts' speakers are: one person, one id, however many drafts name them and however they do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from framing.annotations import NARRATOR, Speaker
from framing.assembly.nameless import Key, describe
from framing.assembly.places import Locations, Part
from framing.schemas import DraftSpeaker
from framing.text import Span, covering
from framing.voices import Source, resolve

__all__ = ["Key", "People", "identify", "recognise"]


@dataclass(frozen=True, slots=True)
class People:
    """The speakers of an article and the id of each draft's key; a key that cannot be told has none."""

    speakers: tuple[Speaker, ...]
    ids: Mapping[Key, str]

    def id_of(self, part: int, key: str | None) -> str | None:
        if key is None or key == NARRATOR:
            return key
        return self.ids.get((part, key))


def identify(
    parts: Iterable[tuple[int, Part]], spoken: Mapping[Key, tuple[Span, ...]], locations: Locations
) -> People:
    """Unify the speakers of all drafts that say something; `spoken` maps a key to its first statement's spans.

    A speaker who says nothing, a name that stands nowhere in the article and a key that no speaker has
    become problems.
    """
    by_number = dict(parts)
    listed = {(number, s.key): (part, s) for number, part in by_number.items() for s in part.draft.speakers}
    keys = [key for key in spoken if key in listed]
    for number, unlisted in (key for key in spoken if key not in listed):
        reason = f"speaker {unlisted} is not among the speakers listed: what it says has no speaker"
        locations.report(
            "unknown_speaker", reason, item=by_number[number].item(f"speaker {unlisted}"), raw=unlisted
        )
    for key in (key for key in listed if key not in spoken):
        part, speaker = listed[key]
        reason = f"{speaker.name or speaker.role!r} is listed as a speaker but says nothing: left out"
        locations.report("detail", reason, item=part.item(f"speaker {speaker.key}"), raw=speaker.name)
    named = [key for key in keys if listed[key][1].name]
    resolution = resolve(locations.document, [_source(listed[key][1], covering(spoken[key])) for key in named])
    ids: dict[Key, str] = {}
    for key, found in zip(named, resolution.of, strict=True):
        if found is not None:
            ids[key] = found
            continue
        part, speaker = listed[key]
        reason = f"{speaker.name!r} stands nowhere in the article: its statements have no speaker"
        locations.report("unknown_speaker", reason, item=part.item(f"speaker {speaker.key}"), raw=speaker.name)
    nameless = [(key, listed[key], spoken[key]) for key in keys if not listed[key][1].name]
    unnamed, more = describe(nameless, resolution.speakers, locations)
    return People((*resolution.speakers, *unnamed), {**ids, **more})


def recognise(
    parts: Iterable[tuple[int, Part]],
    claimed: Mapping[Key, tuple[Span, ...]],
    known: Sequence[Speaker],
    locations: Locations,
) -> People:
    """The voices that drafts without statements name, among the speakers `known` from elsewhere.

    A voice is a known speaker when the article mentions both by the same words; any other is a speaker more.
    """
    named = identify(parts, claimed, locations)
    same = {
        speaker.id: twin.id
        for speaker in named.speakers
        if (twin := next((k for k in known if set(k.mentions) & set(speaker.mentions)), None))
    }
    more = [speaker for speaker in named.speakers if speaker.id not in same]
    first = len(known) + 1
    same |= {speaker.id: f"S{number}" for number, speaker in enumerate(more, first)}
    added = (speaker.model_copy(update={"id": same[speaker.id]}) for speaker in more)
    return People((*known, *added), {key: same[id] for key, id in named.ids.items()})


def _source(speaker: DraftSpeaker, at: Span) -> Source:
    return Source(span=None, at=at, name=speaker.name, role=speaker.role)
