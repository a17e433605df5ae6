"""Corpora coded with the policy frames of Boydstun et al. (2014): Media Frames Corpus, SemEval-2023 task 3."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from framing.annotations import Findings, FrameLabel
from framing.evaluation.converters.building import fault, frame_findings, marked_frames, read_json, read_text
from framing.evaluation.gold import GoldArticle
from framing.text import Document, Span

__all__ = ["POLICY", "media_frames", "semeval_2023_task_3"]

CODEBOOK = "policy-frames.v1"
POLICY = (
    "economic",
    "capacity_resources",
    "morality",
    "fairness_equality",
    "legality_constitutionality",
    "policy_evaluation",
    "crime_punishment",
    "security_defense",
    "health_safety",
    "quality_of_life",
    "cultural_identity",
    "public_opinion",
    "political",
    "external_regulation",
    "other",
)
_SEMEVAL = {
    "Economic": "economic",
    "Capacity_and_resources": "capacity_resources",
    "Morality": "morality",
    "Fairness_and_equality": "fairness_equality",
    "Legality_Constitutionality_and_jurisprudence": "legality_constitutionality",
    "Policy_prescription_and_evaluation": "policy_evaluation",
    "Crime_and_punishment": "crime_punishment",
    "Security_and_defense": "security_defense",
    "Health_and_safety": "health_safety",
    "Quality_of_life": "quality_of_life",
    "Cultural_identity": "cultural_identity",
    "Public_opinion": "public_opinion",
    "Political": "political",
    "External_regulation_and_reputation": "external_regulation",
}
_PRIMARY = 0.2
"""Codes end in .0 for a passage, .1 for the headline, .2 for the frame that comes first."""


def semeval_2023_task_3(path: Path) -> Iterator[GoldArticle]:
    """SemEval-2023 task 3, subtask 2 (Piskorski et al. 2023), from the folder of one language.

    It holds `<split>-labels-subtask-2.txt` (id, tab, frames between commas) beside `<split>-articles-subtask-2/`.
    Train and dev become dev; test becomes test.
    """
    files = sorted(path.glob("*-labels-subtask-2.txt"))
    if not files:
        raise fault(path, None, "no *-labels-subtask-2.txt here; give the folder of one language, such as data/en")
    for labels in files:
        split = labels.name.partition("-")[0]
        for number, line in enumerate(read_text(labels).splitlines(), start=1):
            name, _, listed = line.partition("\t")
            keys = [key.strip().replace(":", "") for key in listed.split(",") if key.strip()]
            if wrong := [key for key in keys if key not in _SEMEVAL]:
                raise fault(labels, number, f"unknown frame {wrong[0]!r}")
            text = read_text(path / f"{split}-articles-subtask-2" / f"article{name}.txt")
            document = Document(id=f"semeval2023_t3/{path.name}/{name}", text=text, language=path.name)
            yield GoldArticle(
                id=document.id,
                document=document,
                split="test" if split == "test" else "dev",
                source="SemEval-2023 task 3",
                licence="see the release",
                gold=frame_findings(CODEBOOK, [_SEMEVAL[key] for key in keys]),
            )


def media_frames(path: Path) -> Iterator[GoldArticle]:
    """The Media Frames Corpus (Card et al. 2015): an annotations file into which the texts have been put.

    The release has no texts: they must be fetched under one's own licence and stand as `text` in each entry.
    Codes are n.0 for a passage, n.1 for the headline and n.2 for the primary frame; n from 1 to 15 are the policy
    frames. The gold frames are those that at least half of an article's coders marked, and `primary_frame`.
    """
    for name, entry in read_json(path).items():
        if not isinstance(entry.get("text"), str):
            raise fault(path, None, f"{name!r} has no text: put each article's text into its entry as 'text'")
        if entry.get("irrelevant") is True:
            continue
        document = Document(id=f"mfc/{name}", text=entry["text"], title=entry.get("title"), language="en")
        framing = entry["annotations"]["framing"]
        coders = {coder: _coded(document, marks) for coder, marks in framing.items()}
        yield GoldArticle(
            id=document.id,
            document=document,
            source="Media Frames Corpus",
            licence="annotations GPL-3; texts as licensed to you",
            gold=_majority(coders, _policy_frame(entry.get("primary_frame"))),
            coders=coders,
        )


def _coded(document: Document, marks: list[dict[str, Any]]) -> Findings:
    passages: dict[str, list[Span]] = {}
    primary: str | None = None
    for mark in marks:
        frame = _policy_frame(mark["code"])
        if frame is None:
            continue
        if round(float(mark["code"]) % 1, 1) == _PRIMARY:
            primary = frame
            passages.setdefault(frame, [])
        elif span := Span(int(mark["start"]), min(int(mark["end"]), len(document.text))):
            passages.setdefault(frame, []).append(span)
    found = marked_frames(document.text, CODEBOOK, passages)
    return Findings(frames=tuple(f.model_copy(update={"primary": f.frame == primary}) for f in found.frames))


def _majority(coders: Mapping[str, Findings], primary: str | None) -> Findings:
    votes = Counter(label.frame for found in coders.values() for label in found.frames)
    kept = [frame for frame in POLICY if 2 * votes[frame] >= max(len(coders), 1) or frame == primary]
    return Findings(frames=tuple(FrameLabel(codebook=CODEBOOK, frame=f, primary=f == primary) for f in kept))


def _policy_frame(code: float | str | None) -> str | None:
    number = int(float(code)) if code is not None else 0
    return POLICY[number - 1] if 1 <= number <= len(POLICY) else None
