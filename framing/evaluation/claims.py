"""Claims and frame evidence, scored as passages: found or not, in whose voice, under which label."""

from __future__ import annotations

from collections.abc import Sequence

from framing.annotations import NARRATOR, UNATTRIBUTED, Analysis, Findings, Speaker
from framing.evaluation.labelled import labelled_counts, labelled_measures
from framing.evaluation.matching import CRITERIA, Passage, character_counts, match, overlap
from framing.evaluation.sources import same_name
from framing.evaluation.tally import Measure, f1, ratio
from framing.schemas import SECTIONS, Task

__all__ = ["claim_counts", "claim_measures", "evidence_counts", "evidence_measures"]

Found = Findings | Analysis


def claim_counts(gold: Found, predicted: Found) -> dict[str, float]:
    """The counts of one article: claims matched, and of those at IoU ≥ 0.5 the voice, kind and check-worthiness.

    Voices are the same where both are the narrator, both nobody, or speakers that share a name or a mention.
    The voice of an analysis follows from its statements. Where prompts did not ask for any, the offline rules heard
    them, and its voices are judged apart, as the rules'. The stated voice is what a model said.
    A kind or a check-worthiness that gold leaves open is not judged.
    """
    counts = _passage_counts([c.spans for c in gold.claims], [c.spans for c in predicted.claims])
    found = overlap([c.spans for c in gold.claims], [c.spans for c in predicted.claims])
    pairs = [(gold.claims[g], predicted.claims[p]) for g, p in match(found)]
    kinds = [(g.kind, p.kind) for g, p in pairs if g.kind is not None]
    worth = [(g.checkworthy, p.checkworthy) for g, p in pairs if g.checkworthy is not None]
    voices = sum(_same_voice(gold, g.voice, predicted, p.voice) for g, p in pairs)
    tasks = _tasks(predicted)
    by_rules = bool(tasks) and not any("statements" in SECTIONS[task] for task in tasks)
    stated = [_same_voice(gold, g.voice, predicted, p.stated_voice or p.voice) for g, p in pairs if tasks]
    counts |= {
        "voice/judged": 0 if by_rules else len(pairs),
        "voice/right": 0 if by_rules else voices,
        "rules/judged": len(pairs) if by_rules else 0,
        "rules/right": voices if by_rules else 0,
        "stated/judged": len(stated),
        "stated/right": sum(stated),
        "kind/judged": len(kinds),
        "kind/right": sum(a == b for a, b in kinds),
        "checkworthy/judged": len(worth),
        "checkworthy/right": sum(a == b for a, b in worth),
    }
    return counts


def claim_measures() -> tuple[Measure, ...]:
    return (
        *_passage_measures("content"),
        ratio("voice", "voice/right", "voice/judged"),
        ratio("voice by rules", "rules/right", "rules/judged"),
        ratio("stated voice", "stated/right", "stated/judged"),
        ratio("kind", "kind/right", "kind/judged"),
        ratio("check-worthiness", "checkworthy/right", "checkworthy/judged"),
    )


def evidence_counts(gold: Found, predicted: Found, *, codebook: str | None = None) -> dict[str, float]:
    """The counts of one article: passages matched within the same frame, added up over frames; and all of them
    as passages labelled with their frame."""
    total = labelled_counts(_labelled(gold, codebook), _labelled(predicted, codebook))
    frames = sorted({label.frame for found in (gold, predicted) for label in found.frames})
    for frame in frames or [""]:
        sides = [_evidence(found, frame, codebook) for found in (gold, predicted)]
        for name, count in _passage_counts(*sides).items():
            total[name] = total.get(name, 0.0) + count
    return total


def evidence_measures() -> tuple[Measure, ...]:
    return (*_passage_measures("content"), *labelled_measures("with its frame"))


def _passage_counts(gold: Sequence[Passage], predicted: Sequence[Passage]) -> dict[str, float]:
    found = overlap(gold, predicted)
    counts: dict[str, float] = {"gold": len(gold), "predicted": len(predicted)}
    for criterion in CRITERIA:
        counts[f"{criterion}/matched"] = len(match(found, criterion=criterion))
    shared, in_gold, in_predicted = character_counts(gold, predicted)
    return counts | {
        "characters/shared": shared,
        "characters/gold": in_gold,
        "characters/predicted": in_predicted,
    }


def _passage_measures(name: str) -> tuple[Measure, ...]:
    matched = [
        f1(
            f"{name}/{criterion}",
            found=f"{criterion}/matched",
            predicted="predicted",
            recalled=f"{criterion}/matched",
            gold="gold",
        )
        for criterion in CRITERIA
    ]
    characters = f1(
        f"{name}/characters",
        found="characters/shared",
        predicted="characters/predicted",
        recalled="characters/shared",
        gold="characters/gold",
    )
    return (*matched, characters)


def _evidence(found: Found, frame: str, codebook: str | None) -> list[Passage]:
    labels = [f for f in found.frames if f.frame == frame and codebook in (None, f.codebook)]
    return [evidence.spans for label in labels for evidence in label.evidence]


def _labelled(found: Found, codebook: str | None) -> list[tuple[str, Passage]]:
    labels = [label for label in found.frames if codebook in (None, label.codebook)]
    return [(label.frame, evidence.spans) for label in labels for evidence in label.evidence]


def _tasks(found: Found) -> list[Task]:
    """What the prompts asked a model for: the first part of the names under which an analysis has them."""
    prompts = found.provenance.prompt if isinstance(found, Analysis) else None
    named = {ref.partition("/")[0] for ref in (prompts or "").split(" + ")}
    return [task for task in SECTIONS if task in named]


def _same_voice(gold: Found, one: str, predicted: Found, other: str) -> bool:
    if {one, other} & {NARRATOR, UNATTRIBUTED}:
        return one == other
    a, b = _speaker(gold, one), _speaker(predicted, other)
    if a is None or b is None:
        return False
    if a.name and b.name and same_name(a.name, b.name):
        return True
    return any(x.overlaps(y) for x in a.mentions for y in b.mentions)


def _speaker(found: Found, name: str) -> Speaker | None:
    return next((speaker for speaker in found.speakers if speaker.id == name), None)
