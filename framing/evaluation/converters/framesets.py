"""Corpora of frames with codebooks of their own: GVFC, Narrative Frames, FrAC."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from framing.annotations import Findings
from framing.codebooks import load_codebook
from framing.evaluation.converters.building import fault, frame_findings, read_json, read_rows
from framing.evaluation.gold import GoldArticle
from framing.text import Document

__all__ = ["frac", "frames_of_answers", "gvfc", "narrative_coders", "narrative_frames"]

_FRAC = {
    "1": "economic",
    "3": "morality",
    "4": "fairness_equality",
    "5": "legality_crime",
    "6": "political_policies",
    "8": "security_defense",
    "9": "health_safety",
    "11": "cultural_identity",
    "12": "public_opinion",
    "15": "other",
}
_NARRATIVE = {
    "CO": "conflict",
    "EC": "economic",
    "HI": "human_interest",
    "MO": "morality",
    "RE": "resolution",
}


def gvfc(path: Path) -> Iterator[GoldArticle]:
    """The Gun Violence Frame Corpus (Liu et al. 2019) from its table of headlines, .xlsx or saved as csv.

    Headlines that the coders judged irrelevant, or gave no theme (code 99), are left out, as its authors do.
    """
    themes = load_codebook("gun-violence.v1").codes  # which counts them as the corpus does
    for line, row in read_rows(path, columns=["news_title", "Q1 Relevant", "Q3 Theme1", "Q3 Theme2"]):
        codes = [row[name].strip().removesuffix(".0") for name in ("Q3 Theme1", "Q3 Theme2")]
        if row["Q1 Relevant"].strip().removesuffix(".0") != "1" or codes[0] in ("99", ""):
            continue
        if wrong := [
            code
            for code in codes
            if code not in ("99", "") and not (code.isdecimal() and 1 <= int(code) <= len(themes))
        ]:
            raise fault(path, line, f"theme {wrong[0]!r} is none of 1–9 and 99")
        frames = [themes[int(code) - 1] for code in codes if code not in ("99", "")]
        found = frame_findings("gun-violence.v1", frames, primary=frames[0])
        yield _article(f"gvfc/{line - 2}", row["news_title"], found, "GVFC")


def narrative_frames(path: Path) -> Iterator[GoldArticle]:
    """The Narrative Frames corpus (Frermann et al. 2023) from its `articles_metadata.tsv`.

    Where `full_annotations.json` of the release stands beside it, each coder's frames are read from it. A row that
    ends before its labels is left out (article 405 of the release).
    """
    columns = ["ID", "source", "date", "text", *_NARRATIVE]
    answers = path.with_name("full_annotations.json")
    given = read_json(answers) if answers.exists() else {}
    for line, row in read_rows(path, columns=columns, delimiter="\t", short_rows="leave out"):
        labels = {frame: row[key].rstrip(")") for key, frame in _NARRATIVE.items()}  # article 716 has "False)"
        if wrong := [label for label in labels.values() if label not in ("True", "False")]:
            raise fault(path, line, f"a frame is {wrong[0]!r}, neither 'True' nor 'False'")
        frames = [frame for frame, label in labels.items() if label == "True"]
        found = frame_findings("narrative-frames.v1", frames)
        article = _article(
            f"narrative_frames/{row['ID']}",
            row["text"],
            found,
            "Narrative Frames",
            outlet=row["source"],
            published=row["date"],
        )
        by_question = {name: cell[1] for name, cell in given.get(row["ID"], {}).items() if isinstance(cell, list)}
        yield article.model_copy(update={"coders": narrative_coders(by_question)})


def narrative_coders(by_question: Mapping[str, Sequence[str | int]]) -> dict[str, Findings]:
    """What each coder found, from the answers that the coders gave each question, in the order of the coders; any
    answer but yes and no is that of a coder who did not read the article."""
    coders: dict[str, dict[str, str]] = {}
    for question, answers in by_question.items():
        for number, answer in enumerate(answers, start=1):
            if answer in ("yes", "no"):
                coders.setdefault(f"coder {number}", {})[question] = str(answer)
    return {
        coder: frame_findings("narrative-frames.v1", sorted(frames_of_answers(answers)))
        for coder, answers in coders.items()
    }


def frames_of_answers(answers: Mapping[str, str]) -> frozenset[str]:
    """The narrative frames that a coder's yes/no answers amount to (codebook `narrative-frames.v1`)."""

    def yes(*names: str) -> int:
        return sum(answers.get(name) == "yes" for name in names)

    holds = {
        "conflict": yes("co1", "co2", "co3") >= 2,
        "economic": yes("ec1", "ec2", "ec3") >= 2,
        "human_interest": yes("hi1", "hi2", "hi5") >= 2,
        "morality": yes("mo1", "mo2") >= 1,
        "resolution": yes("re2", "re6") == 2,
    }
    return frozenset(frame for frame, held in holds.items() if held)


def frac(path: Path) -> Iterator[GoldArticle]:
    """FrAC, frames in articles and comments (Guida et al. 2025), from `final_gold_single.csv`; CC BY 4.0."""
    seen: Counter[str] = Counter()
    for line, row in read_rows(path, columns=["sentence", "label", "id", "type"]):
        code = row["label"].strip().removesuffix(".0")
        if code not in _FRAC:
            raise fault(path, line, f"label {code!r} is none of {', '.join(_FRAC)}")
        seen[row["id"]] += 1
        name = f"frac/{row['id']}/{seen[row['id']]}"
        found = frame_findings("frac-frames.v1", [_FRAC[code]], primary=_FRAC[code])
        yield _article(name, row["sentence"], found, "FrAC", licence="CC BY 4.0", event=row["id"])


def _article(
    name: str,
    text: str,
    found: Findings,
    source: str,
    *,
    licence: str = "see the release",
    outlet: str | None = None,
    published: str | None = None,
    event: str | None = None,
) -> GoldArticle:
    document = Document(id=name, text=text, outlet=outlet, published=published)
    return GoldArticle(id=name, document=document, source=source, licence=licence, event=event, gold=found)
