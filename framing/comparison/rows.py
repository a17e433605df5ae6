"""One article under several instruments: what all found, what only one found, where their readings differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from framing.annotations import Analysis, FrameLabel
from framing.comparison.alignment import Item, Matching, clusters
from framing.comparison.runs import Answers, Run
from framing.comparison.tables import Aligned, FrameRow, Reading, Section
from framing.comparison.voices import names_of, same_voice, voice_name, voice_of

__all__ = ["aligned_items", "frame_rows"]


def aligned_items(runs: Sequence[Run], document: str, section: Section, matching: Matching) -> Iterator[Aligned]:
    """The items of one article in one section; `matching` is of `runs`, which all ask for the section."""
    asked = tuple(dict.fromkeys(run.instrument for run in runs if run.answer(document) is not None))
    for members in clusters(matching):
        held = [(runs[at], item) for at, item in members.items()]
        readings = _readings(held, document)
        found = {reading.instrument for reading in readings}
        yield Aligned(
            document=document,
            section=section,
            readings=readings,
            missing=tuple(name for name in asked if name not in found),
            differs=_differences(held, document),
        )


def _readings(held: Sequence[tuple[Run, Item]], document: str) -> tuple[Reading, ...]:
    """One reading an instrument: that of its first repeat that has the item."""
    readings: dict[str, Reading] = {}
    for run, item in held:
        earlier = readings.get(run.instrument)
        if earlier is not None:
            readings[run.instrument] = replace(earlier, times=earlier.times + 1)
            continue
        readings[run.instrument] = Reading(
            instrument=run.instrument,
            spans=item.spans,
            text=item.text,
            kind=item.kind,
            voice=voice_name(_analysis(run, document), voice_of(item)),
            checkworthy=getattr(item, "checkworthy", None),
        )
    return tuple(readings.values())


def _differences(held: Sequence[tuple[Run, Item]], document: str) -> tuple[str, ...]:
    """What any two instruments disagree about; what only the repeats of one disagree about is noise."""
    pairs = [(a, b) for a, b in combinations(held, 2) if a[0].instrument != b[0].instrument]
    differ = {
        "extent": any(one.spans != other.spans for (_, one), (_, other) in pairs),
        "kind": any(one.kind != other.kind for (_, one), (_, other) in pairs),
        "voice": any(not _same_voice(a, b, document) for a, b in pairs),
        "checkworthy": any(_verdict(one) != _verdict(other) for (_, one), (_, other) in pairs),
    }
    return tuple(name for name, true in differ.items() if true)


def _same_voice(a: tuple[Run, Item], b: tuple[Run, Item], document: str) -> bool:
    (run, item), (other_run, other) = a, b
    return same_voice(_analysis(run, document), voice_of(item), _analysis(other_run, document), voice_of(other))


def _verdict(item: Item) -> bool | None:
    return getattr(item, "checkworthy", None)


def _analysis(run: Run, document: str) -> Analysis:
    analysis = run.answer(document)
    assert analysis is not None, "an item belongs to an answer"
    return analysis


# --- Frames -------------------------------------------------------------------------------------------


def frame_rows(answers: Answers, document: str) -> Iterator[FrameRow]:
    """The frames of one article: each that any run gave, most widely given first."""
    runs = [run for run in answers.asked_for("frames") if run.answer(document) is not None]
    asked = tuple(dict.fromkeys(run.instrument for run in runs))
    labels = _labels(runs, document)
    for code in sorted(labels, key=lambda code: (-len(labels[code]), code)):
        given = labels[code]
        primary = tuple(name for name, listed in given.items() if any(label.primary for _, label in listed))
        voices = tuple((name, _voices(listed, document)) for name, listed in given.items())
        yield FrameRow(
            document=document,
            frame=code,
            given=tuple(given),
            missing=tuple(name for name in asked if name not in given),
            primary=primary,
            voices=voices,
            times=tuple((name, len(listed)) for name, listed in given.items()),
            differs=tuple(
                name
                for name, true in (
                    ("primary", 0 < len(primary) < len(given)),
                    ("voice", _voices_differ(tuple(given.values()), document)),
                )
                if true
            ),
        )


def _labels(runs: Sequence[Run], document: str) -> dict[str, dict[str, list[tuple[Run, FrameLabel]]]]:
    """code → instrument → its labels, one for each repeat that gave the frame."""
    found: dict[str, dict[str, list[tuple[Run, FrameLabel]]]] = {}
    for run in runs:
        for label in _analysis(run, document).frames:
            found.setdefault(label.frame, {}).setdefault(run.instrument, []).append((run, label))
    return found


def _voices(listed: Sequence[tuple[Run, FrameLabel]], document: str) -> tuple[str, ...]:
    run, label = listed[0]
    return names_of(_analysis(run, document), (evidence.voice for evidence in label.evidence))


def _voices_differ(given: Sequence[Sequence[tuple[Run, FrameLabel]]], document: str) -> bool:
    """Whether the frame has a voice in one instrument's evidence that it has nowhere in another one's."""
    firsts = [listed[0] for listed in given]
    return any(
        not _voiced(one, other, document) or not _voiced(other, one, document)
        for one, other in combinations(firsts, 2)
    )


def _voiced(one: tuple[Run, FrameLabel], other: tuple[Run, FrameLabel], document: str) -> bool:
    (run, label), (other_run, other_label) = one, other
    here, there = _analysis(run, document), _analysis(other_run, document)
    return all(
        any(same_voice(here, mine.voice, there, theirs.voice) for theirs in other_label.evidence)
        for mine in label.evidence
    )
