"""Small samples of the corpora as jsonl of {id, text, gold, meta}, one reader for each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from framing.annotations import Findings
from framing.evaluation.converters.building import attributed, fault, frame_findings, read_text
from framing.evaluation.converters.framesets import narrative_coders
from framing.evaluation.converters.sentences import checkable, subjective
from framing.evaluation.gold import GoldArticle
from framing.text import Document, Span

__all__ = ["SAMPLES", "read_sample"]

Row = dict[str, Any]
Read = Callable[[Document, Row], tuple[Findings, dict[str, Findings]]]


def read_sample(name: str, path: Path) -> Iterator[GoldArticle]:
    """The articles of one sample; raises GoldError with the line of the first row that does not fit."""
    read = SAMPLES[name]
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            meta = {**row.get("meta", {}), **({"context": row["context"]} if "context" in row else {})}
            document = Document(id=row["id"], text=row["text"], title=meta.get("title"), meta=meta)
            gold, coders = read(document, row["gold"])
        except (json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            raise fault(path, number, f"not a row of the sample {name!r}: {error!r}") from error
        yield GoldArticle(id=document.id, document=document, source=f"sample of {name}", gold=gold, coders=coders)


def _polnear(document: Document, gold: Row) -> tuple[Findings, dict[str, Findings]]:
    marked = (
        (
            item["id"],
            _spans(item["source"]),
            _spans(item["cue"]),
            _spans(item["content"]),
            None if item["quote_type"] == "none" else item["quote_type"],
        )
        for item in gold["attributions"]
        if item["content"]
    )
    return attributed(document, marked), {}


def _gvfc(_: Document, gold: Row) -> tuple[Findings, dict[str, Findings]]:
    return frame_findings("gun-violence.v1", gold["frames"], primary=gold["primary"]), {}


def _narrative(_: Document, gold: Row) -> tuple[Findings, dict[str, Findings]]:
    answers = {question: answer["by_annotator"] for question, answer in gold["answers"].items()}
    return frame_findings("narrative-frames.v1", gold["frames"]), narrative_coders(answers)


def _frac(_: Document, gold: Row) -> tuple[Findings, dict[str, Findings]]:
    return frame_findings("frac-frames.v1", [gold["frame"]], primary=gold["frame"]), {}


def _policlaim(_: Document, gold: Row) -> tuple[Findings, dict[str, Findings]]:
    return checkable(gold["is_claim"]), {}


def _subjectivity(_: Document, gold: Row) -> tuple[Findings, dict[str, Findings]]:
    return subjective(gold["label"]), {}


SAMPLES: dict[str, Read] = {
    "checkthat": _subjectivity,
    "frac": _frac,
    "gvfc": _gvfc,
    "narrative-frames": _narrative,
    "policlaim": _policlaim,
    "polnear": _polnear,
}


def _spans(pieces: list[Row]) -> list[Span]:
    return [Span(piece["start"], piece["end"]) for piece in pieces]
