"""Corpora of single sentences: what can be checked (PoliClaim), what is subjective (CheckThat)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from framing.annotations import Findings
from framing.evaluation.converters.building import fault, frame_findings, read_rows, read_text
from framing.evaluation.gold import GoldArticle
from framing.text import Document

__all__ = ["checkable", "checkthat_subjectivity", "policlaim", "subjective"]

_YES, _NO = ("1", "1.0", "yes", "true"), ("0", "0.0", "no", "false")


def policlaim(path: Path) -> Iterator[GoldArticle]:
    """PoliClaim (Ni et al. 2024) from one csv of a speech, or a folder of them.

    The sentence stands in the column SENTENCES, sentence or text, the label in golden, label or is_claim. The
    sentences before and after are kept in the document's `meta`.
    """
    for file in sorted(path.rglob("*.csv")) if path.is_dir() else [path]:
        text, label = _columns(file)
        rows = list(read_rows(file, columns=[text, label]))
        for at, (line, row) in enumerate(rows):
            answer = row[label].strip().casefold()
            if answer not in (*_YES, *_NO):
                raise fault(file, line, f"label {row[label]!r} is neither 0 nor 1")
            around = {
                "before": rows[at - 1][1][text] if at else "",
                "after": rows[at + 1][1][text] if at + 1 < len(rows) else "",
            }
            document = Document(id=f"policlaim/{file.stem}/{at}", text=row[text], language="en", meta=around)
            yield GoldArticle(
                id=document.id,
                document=document,
                source="PoliClaim",
                licence="see the release",
                event=file.stem,
                gold=checkable(answer in _YES),
            )


def checkthat_subjectivity(path: Path) -> Iterator[GoldArticle]:
    """CheckThat! task on subjectivity, from a tsv with columns sentence_id, sentence and label (SUBJ or OBJ)."""
    for line, row in read_rows(path, columns=["sentence_id", "sentence", "label"], delimiter="\t"):
        if row["label"] not in ("SUBJ", "OBJ"):
            raise fault(path, line, f"label {row['label']!r} is neither 'SUBJ' nor 'OBJ'")
        document = Document(id=f"checkthat/{row['sentence_id']}", text=row["sentence"])
        yield GoldArticle(
            id=document.id,
            document=document,
            source="CheckThat! subjectivity",
            licence="see the release",
            gold=subjective(row["label"]),
        )


def checkable(is_claim: bool) -> Findings:
    """The label of the codebook `checkworthiness.v1` that PoliClaim's answer amounts to."""
    frame = "checkable" if is_claim else "not_checkable"
    return frame_findings("checkworthiness.v1", [frame], primary=frame)


def subjective(label: str) -> Findings:
    frame = "subjective" if label == "SUBJ" else "objective"
    return frame_findings("subjectivity", [frame], primary=frame)


def _columns(path: Path) -> tuple[str, str]:
    header = read_text(path).partition("\n")[0].strip().split(",")
    return _first(path, header, ("SENTENCES", "sentence", "text")), _first(
        path, header, ("golden", "label", "is_claim")
    )


def _first(path: Path, header: Sequence[str], names: Sequence[str]) -> str:
    for name in names:
        if name in header:
            return name
    raise fault(path, 1, f"no column {' or '.join(map(repr, names))}; the file has {', '.join(header)}")
