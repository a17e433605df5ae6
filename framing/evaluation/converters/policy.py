"""Corpora coded with the policy frames of Boydstun et al. (2014): Media Frames Corpus, SemEval-2023 task 3."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from framing.annotations import Findings, FrameLabel
from framing.codebooks import load_codebook
from framing.evaluation.converters.building import fault, frame_findings, marked_frames, read_json, read_text
from framing.evaluation.gold import GoldArticle
from framing.text import Document, Span

__all__ = ["media_frames", "policy_codes", "semeval_2023_task_3"]

CODEBOOK = "policy-frames.v1"
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
"""Codes of the Media Frames Corpus end in .0 for a passage, .1 for the headline, .2 for the frame that comes first."""


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
            if not line.strip():
                continue
            name, tab, listed = line.partition("\t")
            if not tab:
                raise fault(labels, number, f"expected id, tab and frames between commas, not {line!r}")
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


@cache
def policy_codes() -> tuple[str, ...]:
    """The codes of the codebook, which counts the fifteen policy frames in their published order."""
    return load_codebook(CODEBOOK).codes


def media_frames(path: Path) -> Iterator[GoldArticle]:
    """The Media Frames Corpus (Card et al. 2015): an annotations file into which the texts have been put.

    The release has no texts; its scripts put those that one may fetch into `output/<issue>.json`, as `text` of each
    entry. Codes are n.0 for a passage, n.1 for the headline and n.2 for the primary frame; n from 1 to 15 are the
    policy frames. The gold frames are those that at least half of an article's coders marked; the primary frame is
    `primary_frame`, or where the file lacks it the one that more than half of the coders name. Irrelevant articles,
    and those that nobody coded for frames, are left out.
    """
    entries = read_json(path)
    if not isinstance(entries, dict):
        raise fault(path, None, "expected an object of articles by name")
    for name, entry in entries.items():
        try:
            article = _article(path, name, entry)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise fault(path, None, f"{name!r} is not an entry of the corpus: {error!r}") from error
        if article is not None:
            yield article


def _article(path: Path, name: str, entry: dict[str, Any]) -> GoldArticle | None:
    if not isinstance(entry.get("text"), str):
        raise fault(path, None, f"{name!r} has no text: put each article's text into its entry as 'text'")
    primary, framing = _policy_frame(entry.get("primary_frame")), entry["annotations"]["framing"]
    if entry.get("irrelevant") or not (framing or primary):
        return None
    document = Document(id=f"mfc/{name}", text=entry["text"], title=entry.get("title"), language="en")
    coders = {coder: _coded(document, marks) for coder, marks in framing.items()}
    return GoldArticle(
        id=document.id,
        document=document,
        source="Media Frames Corpus",
        licence="annotations GPL-3; texts as licensed to you",
        gold=_majority(coders, primary),
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
        elif span := _span(document, mark):
            passages.setdefault(frame, []).append(span)
    found = marked_frames(document.text, CODEBOOK, passages)
    return Findings(frames=tuple(f.model_copy(update={"primary": f.frame == primary}) for f in found.frames))


def _span(document: Document, mark: dict[str, Any]) -> Span:
    """A passage; the scripts of the release allow its end to lie two characters beyond the text, and no more."""
    start, end, length = int(mark["start"]), int(mark["end"]), len(document.text)
    if end > length + 2:
        raise ValueError(f"a passage ends at {end} in a text of {length} characters, which is another text")
    return Span(min(start, length), min(end, length))


def _majority(coders: Mapping[str, Findings], primary: str | None) -> Findings:
    votes = Counter(label.frame for found in coders.values() for label in found.frames)
    first = Counter(label.frame for found in coders.values() for label in found.frames if label.primary)
    named = primary or next((frame for frame, count in first.items() if 2 * count > len(coders)), None)
    kept = [frame for frame in policy_codes() if 2 * votes[frame] >= max(len(coders), 1) or frame == named]
    return Findings(frames=tuple(FrameLabel(codebook=CODEBOOK, frame=f, primary=f == named) for f in kept))


def _policy_frame(code: float | str | None) -> str | None:
    number = int(float(code)) if code is not None else 0
    codes = policy_codes()
    return codes[number - 1] if 1 <= number <= len(codes) else None
