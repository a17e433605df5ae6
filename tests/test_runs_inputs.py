"""What run.json says of the articles that a run has read, and whether they are found again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from framing.analyzer import Analyzer
from framing.corpus import Fields, read_corpus
from framing.errors import InputError
from framing.runs import annotate, recorded_inputs
from framing.text import Document

TEXT = "“The bridge is not safe,” said Ana Ortiz on Monday."


def made(folder: Path, inputs: object, fields: Fields | None = None) -> Path:
    annotate(inputs, out=folder, analyzer=Analyzer("rules"), fields=fields)  # type: ignore[arg-type]
    return folder


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    file = tmp_path / "articles.jsonl"
    file.write_text(json.dumps({"id": "one", "body": TEXT}) + "\n", encoding="utf-8")
    return file


def test_a_run_names_its_inputs_and_columns_so_that_they_can_be_read_again(articles: Path, tmp_path: Path) -> None:
    recorded = recorded_inputs(made(tmp_path / "run", [articles], Fields(text="body")))
    assert recorded is not None
    (document,) = read_corpus(*recorded)
    assert isinstance(document, Document)
    assert document.text == TEXT


def test_folder_and_articles_can_be_moved_together(articles: Path, tmp_path: Path) -> None:
    made(tmp_path / "run", articles, Fields(text="body"))
    there = tmp_path / "elsewhere"
    there.mkdir()
    for name in ("run", "articles.jsonl"):
        shutil.move(tmp_path / name, there / name)
    recorded = recorded_inputs(there / "run")
    assert recorded is not None
    assert len([*read_corpus(*recorded)]) == 1


def test_the_last_call_says_where_the_articles_are(articles: Path, tmp_path: Path) -> None:
    made(tmp_path / "run", [articles], Fields(text="body"))
    moved = articles.rename(tmp_path / "moved.jsonl")
    recorded = recorded_inputs(made(tmp_path / "run", [moved], Fields(text="body")))
    assert recorded is not None
    assert Path(recorded[0][0]).resolve() == moved.resolve()


def test_documents_leave_nothing_to_be_read_again(tmp_path: Path) -> None:
    assert recorded_inputs(made(tmp_path / "run", [Document(id="one", text=TEXT)])) is None


def test_a_folder_without_a_manifest_names_no_inputs(tmp_path: Path) -> None:
    assert recorded_inputs(tmp_path) is None


@pytest.mark.parametrize(
    "content", ["", "[]", '{"inputs": {"paths": 3, "fields": {}}}', '{"inputs": {"paths": []}}']
)
def test_a_manifest_that_cannot_be_read_says_so(content: str, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match="does not say which articles"):
        recorded_inputs(tmp_path)
