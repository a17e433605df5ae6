"""A project's export in the format JSON: every task with its text and the annotations of everybody who worked on it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from framing.annotations import Findings
from framing.errors import Fault, GoldError
from framing.interop.exchange import GOLD, LAYERS, CodedArticle, Imported, Scheme
from framing.interop.label_studio.places import TaskText
from framing.interop.label_studio.results import Result, read_results
from framing.text import Document

__all__ = ["read"]


class _User(BaseModel):
    id: int
    email: str = ""


class _Annotation(BaseModel):
    id: int
    completed_by: int | _User | None = None
    was_cancelled: bool = False
    ground_truth: bool = False
    updated_at: str = ""
    result: tuple[Result, ...]

    @property
    def coder(self) -> str:
        """The e-mail address of who made it where the export tells it, else the number of the user."""
        if isinstance(self.completed_by, _User) and self.completed_by.email:
            return self.completed_by.email
        number = self.completed_by.id if isinstance(self.completed_by, _User) else self.completed_by
        return f"annotator-{number or 'unknown'}"


class _Draft(BaseModel):
    user: str | int | None = None


class _Task(BaseModel):
    id: int
    data: dict[str, Any]
    annotations: tuple[_Annotation, ...]
    drafts: tuple[_Draft | int, ...] = Field(default=())


def read(path: Path, documents: Mapping[str, Document], scheme: Scheme) -> Imported:
    """What every annotator found, one coder each, by e-mail address or number (`annotator-1`).

    An annotation marked as ground truth is also the gold of its article. Of two by one coder on one article the
    later counts. Skipped tasks, drafts and what was overruled are told in the notes.

    Raises GoldError where the file is no such export, or the text of a task is not that of its article.
    """
    articles: dict[str, CodedArticle] = {}
    notes: list[str] = []
    for task in _tasks(path):
        document = _document(path, task, documents)
        if document.id in articles:
            raise _fault(path, task, f"article {document.id!r} stands already in another task of this file")
        text = _text(path, task, document)
        codings = {
            coder: read_results(annotation.result, document, text, scheme)
            for coder, annotation in _valid(task, document.id, notes).items()
        }
        articles[document.id] = CodedArticle(document, codings)
    listed = tuple(article for article in articles.values() if article.codings)
    return Imported(listed, (*notes, *_other_layers(listed, scheme)))


def _tasks(path: Path) -> tuple[_Task, ...]:
    try:
        content = json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise GoldError((Fault(path, None, f"cannot be read: {error.strerror}"),)) from error
    except UnicodeDecodeError as error:
        raise GoldError((Fault(path, None, f"not UTF-8: {error.reason} at byte {error.start}"),)) from error
    except json.JSONDecodeError as error:
        reason = f"not JSON: {error.msg} at column {error.colno}"
        told = f"{reason}; export the project in the format JSON (not CSV, TSV or CoNLL)"
        raise GoldError((Fault(path, error.lineno, told),)) from error
    except RecursionError as error:
        raise GoldError((Fault(path, None, "not an export: its lists stand within lists without end"),)) from error
    if other := _other_than_json(content):
        raise GoldError((Fault(path, None, f"{other}: export the project in the format JSON"),))
    try:
        return TypeAdapter(tuple[_Task, ...]).validate_python(content)
    except ValidationError as error:
        raise GoldError(tuple(_faults(path, content, error))) from error


def _other_than_json(content: Any) -> str | None:
    """What a list is instead, where no task of it has `annotations`: the short form of an export, or bare tasks."""
    if not isinstance(content, list) or not content:
        return None
    if any(isinstance(task, dict) and "annotations" in task for task in content):
        return None
    if any(isinstance(task, dict) and "annotation_id" in task for task in content):
        return "is JSON-MIN, which keeps no arrows and not what was answered about which region"
    return "has no annotations"


def _faults(path: Path, content: Any, error: ValidationError) -> Iterator[Fault]:
    for item in error.errors(include_url=False):
        first, *rest = item["loc"] or ("file",)
        task = content[first] if isinstance(content, list) and isinstance(first, int) else None
        number = task.get("id") if isinstance(task, dict) else None
        place = f"task {number if number is not None else first}"
        yield Fault(path, None, f"{'.'.join(map(str, (place, *rest)))}: {item['msg']}")


def _document(path: Path, task: _Task, documents: Mapping[str, Document]) -> Document:
    name = task.data.get("id")
    if not isinstance(name, str):
        raise _fault(path, task, "its data has no 'id' that names the article: was it imported from tasks.json?")
    if name not in documents:
        raise _fault(path, task, f"{name!r} is not among the articles")
    return documents[name]


def _text(path: Path, task: _Task, document: Document) -> TaskText:
    text = task.data.get("text")
    if not isinstance(text, str):
        raise _fault(path, task, "its data has no 'text'")
    try:
        return TaskText(document, text)
    except ValueError as error:
        raise _fault(path, task, f"its text is not that of article {document.id!r}: {error}") from error


def _valid(task: _Task, article: str, notes: list[str]) -> dict[str, _Annotation]:
    """The annotation that counts of every coder, and the gold where one is marked as ground truth."""
    valid: dict[str, _Annotation] = {}
    for annotation in sorted(task.annotations, key=lambda made: (made.updated_at, made.id)):
        if annotation.was_cancelled:
            notes.append(f"{article}: {annotation.coder} skipped it (annotation {annotation.id})")
            continue
        for coder in dict.fromkeys((annotation.coder, GOLD) if annotation.ground_truth else (annotation.coder,)):
            if earlier := valid.get(coder):
                notes.append(
                    f"{article}: {coder} has two annotations; {annotation.id} is later than {earlier.id} and counts"
                )
            valid[coder] = annotation
    for draft in task.drafts:
        who = draft.user if isinstance(draft, _Draft) else None
        notes.append(f"{article}: a draft of {who or 'somebody'} was not submitted, and is not read")
    return valid


def _other_layers(articles: Sequence[CodedArticle], scheme: Scheme) -> Iterator[str]:
    findings: list[Findings] = [found for article in articles for found in article.codings.values()]
    for layer in LAYERS:
        count = sum(len(getattr(found, layer)) for found in findings)
        if count and layer not in scheme.layers:
            yield f"{count} {layer} are in the file, but not asked for (--layer {layer})"


def _fault(path: Path, task: _Task, reason: str) -> GoldError:
    return GoldError((Fault(path, None, f"task {task.id}: {reason}"),))
