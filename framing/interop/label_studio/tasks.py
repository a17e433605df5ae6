"""Tasks for Label Studio: each article with its text, and what each coder found as a prediction to correct."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from framing.annotations import NARRATOR, UNATTRIBUTED, Findings
from framing.errors import UsageError
from framing.interop.exchange import CodedArticle, ExportReport, NotHeld, Scheme, counted
from framing.interop.label_studio.configuration import labelling_configuration
from framing.interop.label_studio.controls import (
    CONTINUES,
    FRAMES,
    PRIMARY,
    TEXT,
    group_of,
    label_of,
)
from framing.interop.label_studio.places import task_text
from framing.interop.marks import Mark, Markup, mark_up
from framing.text import Document, Span

__all__ = ["region_id", "results_of", "write"]

Result = dict[str, Any]
_UNHELD = {
    "grounding": "how a text was found is not shown",
    "stated_voice": "the voice that a model stated is not shown",
    "cue": "a cue that is not marked in the text is not shown",
}


def write(articles: Sequence[CodedArticle], out: Path, scheme: Scheme) -> ExportReport:
    """Write `config.xml` and `tasks.json` into the folder `out`.

    Where nobody has found anything in any article the tasks are blind; else every coder's findings are a prediction
    that bears the coder's name as its model version.
    """
    blind = not any(found != Findings() for article in articles for found in article.codings.values())
    tasks, not_held = [], []
    for article in articles:
        task, lost = _task(article, blind=blind)
        tasks.append(task)
        not_held += lost
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{str(out)!r} cannot be made a folder: {error.strerror}") from error
    configuration, file = out / "config.xml", out / "tasks.json"
    configuration.write_text(labelling_configuration(scheme, articles), encoding="utf-8", newline="\n")
    file.write_text(json.dumps(tasks, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
    return ExportReport((configuration, file), counted(articles), tuple(not_held))


def _task(article: CodedArticle, *, blind: bool) -> tuple[dict[str, Any], list[NotHeld]]:
    document = article.document
    data = {"id": document.id, "title": document.title or document.id, "text": task_text(document)}
    task: dict[str, Any] = {"data": data}
    not_held = []
    if data["text"] != document.text:
        not_held.append(NotHeld(document.id, None, "text", "a browser cannot show U+0000; U+FFFD stands for it"))
    if blind:
        return task, not_held
    task["predictions"] = []
    for coder, found in article.codings.items():
        results, lost = results_of(mark_up(found, document), document)
        task["predictions"].append({"model_version": coder, "result": results})
        not_held += [NotHeld(document.id, coder, place, what) for place, what in lost]
    return task, not_held


def results_of(markup: Markup, document: Document) -> tuple[list[Result], list[tuple[str, str]]]:
    """The results of a prediction, and (place, reason) of what they cannot say."""
    regions = {mark.key: region_id(mark) for mark in markup.marks}
    results: list[Result] = []
    named = {mark.features.get("speaker") for mark in markup.marks if "name" in mark.features}
    for mark in markup.marks:
        if mark.spans:
            results += _regions(mark, document.text, unnamed=mark.features.get("speaker") not in named)
    results += _of_the_article(markup.marks)
    for link in markup.links:
        results.append(_relation(link.name, regions[link.start], regions[link.end]))
    return results, [*markup.lost, *(lost for mark in markup.marks for lost in _lost(mark))]


def region_id(mark: Mark, piece: int = 0) -> str:
    """The id of a mark's region: statements and claims keep theirs. The page makes a CSS selector of it."""
    given = mark.features.get("id") if mark.layer in ("Statement", "Claim") else None
    name = re.sub(r"[^A-Za-z0-9]", lambda found: f"_{ord(found[0]):x}_", given or mark.key.rpartition(".")[2])
    return f"{mark.layer}-{name}-{piece}"


def _regions(mark: Mark, text: str, *, unnamed: bool) -> Iterator[Result]:
    group = group_of(mark)
    for piece, span in enumerate(mark.spans):
        value = {"start": span.start, "end": span.end, "text": span.of(text), "labels": [label_of(mark)]}
        yield _result(region_id(mark, piece), group, "labels", value)
    for name, kind, answer in _answers(mark):
        value = _place(mark.spans[0]) | {"text" if kind == "textarea" else "choices": [answer]}
        yield _result(region_id(mark), f"{group}.{name}", kind, value)
    if mark.layer == "Mention" and unnamed:
        value = _place(mark.spans[0]) | {"choices": ["yes"]}
        yield _result(region_id(mark), f"{group}.unnamed", "choices", value)
    for piece in range(1, len(mark.spans)):
        yield _relation(CONTINUES, region_id(mark, piece - 1), region_id(mark, piece))


def _answers(mark: Mark) -> Iterator[tuple[str, str, str]]:
    """The field, kind and value of everything that is asked of a region and known."""
    known = mark.features
    if speaker := known.get("speaker"):
        yield "speaker", "textarea", speaker
    if voice := known.get("voice"):
        named = voice not in (NARRATOR, UNATTRIBUTED)
        yield ("speaker", "textarea", voice) if named else ("voice", "choices", voice)
    if checkworthy := known.get("checkworthy"):
        yield "checkworthy", "choices", "yes" if checkworthy == "true" else "no"
    if mark.layer == "Mention":
        for name, kind in (("name", "textarea"), ("role", "textarea"), ("kind", "choices")):
            if value := known.get(name):
                yield name, kind, value


def _of_the_article(marks: Sequence[Mark]) -> Iterator[Result]:
    for control in (FRAMES, PRIMARY):
        chosen: dict[str, list[str]] = {}
        for mark in marks:
            if mark.layer == "Frame" and (control == FRAMES or "primary" in mark.features):
                chosen.setdefault(mark.features["codebook"], []).append(mark.features["frame"])
        for number, (codebook, frames) in enumerate(chosen.items()):
            name = f"{control.rstrip(':')}-{number}"
            yield _result(name, control + codebook, "choices", {"choices": list(dict.fromkeys(frames))})


def _lost(mark: Mark) -> Iterator[tuple[str, str]]:
    place = mark.features.get("id") or mark.features.get("frame") or mark.features.get("speaker") or mark.key
    if mark.layer == "Speaker":
        yield place, "a speaker whom the text mentions nowhere keeps its id alone, where it speaks"
    for feature, reason in _UNHELD.items():
        if feature in mark.features:
            yield place, reason
    for name, kind, value in _answers(mark):
        if kind == "textarea" and value != value.strip():
            yield place, f"white space around a {name} is not kept"


def _place(span: Span) -> dict[str, Any]:
    return {"start": span.start, "end": span.end}


def _result(name: str, control: str, kind: str, value: dict[str, Any]) -> Result:
    return {"id": name, "from_name": control, "to_name": TEXT, "type": kind, "value": value}


def _relation(name: str, start: str, end: str) -> Result:
    return {"type": "relation", "from_id": start, "to_id": end, "direction": "right", "labels": [name]}
