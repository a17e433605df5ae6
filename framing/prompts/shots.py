"""Worked examples out of the labelled articles that ship with the library, answered by their own labels.

Only articles of the split `dev` are shown: what a prompt shows can no longer measure it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from framing._resources import resource_dir
from framing.annotations import Findings
from framing.codebooks import Codebook, load_codebook
from framing.errors import CodebookError, UnknownNameError, UsageError
from framing.prompts.examples import Example
from framing.prompts.front import Shots, nearest
from framing.schemas import SECTIONS, Task, WireFormat, write_reply
from framing.text import Document

__all__ = ["BadShot", "Drawn", "draw"]

SPLIT = "dev"


class BadShot(Exception):
    """Why an example cannot be shown, and the part of the front matter that asks for it; becomes a `Fault`."""

    def __init__(self, reason: str, *place: str | int) -> None:
        super().__init__(reason)
        self.place = ("shots", *place)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The examples that `shots` name, in their order, and the codebook by which their frames are labelled."""

    examples: tuple[Example, ...] = ()
    codebook: Codebook | None = None


class _Labelled(BaseModel):
    """What is read of a line of labelled data."""

    id: str
    document: Document
    split: str
    gold: Findings


def draw(shots: Shots, *, wire: WireFormat, task: Task) -> tuple[Drawn, tuple[BadShot, ...]]:
    """The articles that can be shown, with their labels as replies in `wire`; and why the others cannot."""
    examples: list[Example] = []
    faults: list[BadShot] = []
    try:
        codebook, path = _codebook(shots, task), _gold_file(shots.dataset)
    except BadShot as bad:
        return Drawn(), (bad,)
    for number, name in enumerate(shots.articles):
        try:
            if name in shots.articles[:number]:
                raise BadShot(f"{name!r} is named twice")
            labelled = _shown(path, name, codebook)
            examples.append(_example(labelled, wire, task, codebook))
        except BadShot as bad:
            faults.append(BadShot(str(bad), "articles", number))
    return Drawn(tuple(examples), codebook), tuple(faults)


def _shown(path: Path, name: str, codebook: Codebook | None) -> _Labelled:
    labelled = _labelled(path, path.stat().st_mtime_ns, name)
    if labelled is None:
        raise BadShot(_unknown(path, name))
    if labelled.split != SPLIT:
        raise BadShot(f"{name!r} is of the split {labelled.split!r}: only articles of {SPLIT!r} can be shown")
    refs = sorted({label.codebook for label in labelled.gold.frames})
    if codebook and not {codebook.ref, codebook.name} & set(refs):
        raise BadShot(f"{name!r} is labelled by {', '.join(refs) or 'no codebook'}, not by {codebook.ref}")
    return labelled


def _example(labelled: _Labelled, wire: WireFormat, task: Task, codebook: Codebook | None) -> Example:
    document = labelled.document
    try:
        reply = write_reply(wire.name, labelled.gold, task=task, document=document, codebook=codebook)
    except UsageError as error:
        raise BadShot(f"the labels of {labelled.id!r} cannot be written: {error}") from error
    return Example(document, reply)


def _codebook(shots: Shots, task: Task) -> Codebook | None:
    if "frames" not in SECTIONS[task]:
        if shots.codebook:
            raise BadShot(f"the task {task!r} shows no frames: leave the codebook out", "codebook")
        return None
    if not shots.codebook:
        raise BadShot(f"the task {task!r} needs 'codebook': the one whose labels are shown")
    try:
        return load_codebook(shots.codebook)
    except (UnknownNameError, CodebookError) as error:
        raise BadShot(str(error), "codebook") from error


# --- Reading labelled articles ------------------------------------------------------------------------


def _gold_file(dataset: str) -> Path:
    folder = resource_dir("datasets")
    path = folder / dataset / "gold.jsonl"
    if not path.is_file():
        known = sorted(file.parent.name for file in folder.glob("*/gold.jsonl"))
        raise BadShot(
            f"unknown dataset {dataset!r}{nearest(dataset, known) or '; known: ' + ', '.join(known)}", "dataset"
        )
    return path


@lru_cache(maxsize=128)
def _labelled(path: Path, changed: int, name: str) -> _Labelled | None:
    """The article with this id; `changed` is the time of the file's last change, so that none is kept too long."""
    for line, row in _rows(path):
        if row.get("id") == name:
            try:
                return _Labelled.model_validate(row)
            except ValidationError as error:
                found = error.errors(include_url=False)[0]
                where = ".".join(map(str, found["loc"]))
                raise BadShot(f"{path}:{line}: {where}: {found['msg']}") from error
    return None


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    row = json.loads(line)
                except ValueError as error:
                    raise BadShot(f"{path}:{number}: not JSON: {error}") from error
                yield number, row if isinstance(row, dict) else {}


def _unknown(path: Path, name: str) -> str:
    known = [str(row.get("id")) for _, row in _rows(path) if row.get("split") == SPLIT]
    return f"unknown article {name!r}{nearest(name, known) or '; known: ' + ', '.join(known)}"
