"""Corpora of single sentences: what can be checked (PoliClaim), what is subjective (CheckThat)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from framing.annotations import Findings
from framing.evaluation.converters.building import column_of, fault, frame_findings, read_rows
from framing.evaluation.gold import GoldArticle
from framing.text import Document

__all__ = ["checkable", "checkthat_subjectivity", "policlaim", "subjective"]


def policlaim(path: Path) -> Iterator[GoldArticle]:
    """PoliClaim (Ni et al. 2024) from the release's folder `data`, or from one of its tables (.xlsx or .csv).

    Of the folder, `PoliClaim_test/…_merged` (four speeches) becomes the test split and `PoliClaim_train_golden` the
    dev split; what only a model labelled ("silver", "bronze") is left out. Sentences stand in SENTENCES, labels in
    golden or Golden, those of two annotators in label_1 and label_2, the speech in SPEECH or in the file's name.
    The sentences before and after are kept in the document's `meta`.
    """
    files = [path] if path.is_file() else sorted(path.rglob("PoliClaim_train_golden/*.xlsx"))
    files += [] if path.is_file() else sorted(path.rglob("PoliClaim_test/*gpt*_merged.xlsx"))
    files = files or sorted((*path.rglob("*.csv"), *path.rglob("*.xlsx")))
    if not files:
        raise fault(path, None, "no table here or below; give the folder `data` of the release, or a table of it")
    for file in files:
        yield from _speeches(file)


def _speeches(file: Path) -> Iterator[GoldArticle]:
    text, label = column_of(file, "SENTENCES"), column_of(file, "golden", "Golden")
    rows = list(read_rows(file, columns=[text, label]))
    speeches = [row.get("SPEECH") or file.stem.partition("_")[0] for _, row in rows]
    counted: Counter[str] = Counter()
    for at, (line, row) in enumerate(rows):
        speech = speeches[at]
        near = {"before": at - 1, "after": at + 1}
        around = {
            where: rows[n][1][text] if 0 <= n < len(rows) and speeches[n] == speech else ""
            for where, n in near.items()
        }
        document = Document(id=f"policlaim/{speech}/{counted[speech]}", text=row[text], language="en", meta=around)
        counted[speech] += 1
        yield GoldArticle(
            id=document.id,
            document=document,
            split="test" if file.parent.name == "PoliClaim_test" else "dev",
            source="PoliClaim",
            licence="see the release",
            event=speech,
            gold=checkable(_answer(file, line, row[label])),
            coders={
                f"annotator {n}": checkable(_answer(file, line, row[f"label_{n}"]))
                for n in (1, 2)
                if row.get(f"label_{n}")
            },
        )


def _answer(file: Path, line: int, cell: str) -> bool:
    if cell.strip() not in ("0", "0.0", "1", "1.0"):
        raise fault(file, line, f"label {cell!r} is neither 0 nor 1")
    return cell.strip().startswith("1")


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
