"""The bundled newsroom set keeps what its datasheet promises."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from framing.annotations import NARRATOR, UNATTRIBUTED, Findings
from framing.text import Document

FOLDER = Path(__file__).parents[1] / "datasets" / "newsroom"
ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in (FOLDER / "gold.jsonl").read_text(encoding="utf-8").splitlines()
]
LABELLINGS = ("gold", "A", "B")

each_article = pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
each_labelling = pytest.mark.parametrize("which", LABELLINGS)


def document_of(row: dict[str, Any]) -> Document:
    return Document.model_validate(row["document"])


def findings_of(row: dict[str, Any], which: str) -> Findings:
    labels = row["gold"] if which == "gold" else row["coders"][which]
    return Findings.model_validate_json(json.dumps(labels))


def test_every_issue_has_two_events_in_three_slants() -> None:
    seen = Counter((row["document"]["meta"]["issue"], row["event"]) for row in ROWS)
    slants = {(row["event"], row["document"]["meta"]["slant"]) for row in ROWS}
    assert len(seen) == 12
    assert set(seen.values()) == {3}
    assert len(slants) == 36


def test_no_event_stands_on_both_sides_of_the_split() -> None:
    sides = {(row["event"], row["split"]) for row in ROWS}
    assert len(sides) == 12
    assert Counter(side for _, side in sides) == {"dev": 6, "test": 6}


@each_article
def test_the_article_has_between_250_and_900_words_and_starts_with_its_title(row: dict[str, Any]) -> None:
    document = document_of(row)
    assert 250 <= len(document.text.split()) <= 900
    assert document.text.split("\n", 1)[0] == document.title
    assert row["licence"] == "CC0-1.0"
    assert row["inclusion_probability"] is None


@each_labelling
@each_article
def test_every_text_is_what_its_spans_hold(row: dict[str, Any], which: str) -> None:
    document, found = document_of(row), findings_of(row, which)
    evidence = [item for label in found.frames for item in label.evidence]
    texts = [(i.text, i.spans) for i in found.statements] + [(i.text, i.spans) for i in found.claims]
    for text, spans in texts + [(i.text, i.spans) for i in evidence]:
        assert text == document.excerpt(spans)
    for statement in found.statements:
        assert all(left.end <= right.start for left, right in pairwise(statement.spans))
        if statement.cue is not None:
            assert statement.cue_span is not None
            assert statement.cue_span.of(document.text) == statement.cue


@each_labelling
@each_article
def test_every_voice_and_speaker_is_one_that_speaks(row: dict[str, Any], which: str) -> None:
    found = findings_of(row, which)
    ids = {speaker.id for speaker in found.speakers}
    assert {s.speaker for s in found.statements} - {None} == ids
    voices = {claim.voice for claim in found.claims} | {e.voice for f in found.frames for e in f.evidence}
    assert voices <= ids | {NARRATOR, UNATTRIBUTED}


@each_labelling
@each_article
def test_one_to_four_frames_one_of_them_primary(row: dict[str, Any], which: str) -> None:
    frames = findings_of(row, which).frames
    assert 1 <= len(frames) <= 4
    assert len({f.frame for f in frames}) == len(frames)
    assert sum(f.primary for f in frames) == 1
    assert all(f.evidence for f in frames)


@each_article
def test_every_source_is_a_mention_of_the_speaker(row: dict[str, Any]) -> None:
    found = findings_of(row, "gold")
    mentions = {speaker.id: speaker.mentions for speaker in found.speakers}
    for statement in found.statements:
        if statement.source is not None and statement.speaker is not None:
            assert any(statement.source.overlaps(mention) for mention in mentions[statement.speaker])


@each_article
def test_a_line_addressed_to_a_machine_carries_no_label(row: dict[str, Any]) -> None:
    document, found = document_of(row), findings_of(row, "gold")
    addressed = [p for p in document.paragraphs if p.of(document.text).startswith(("NOTE TO AI", "AI assistants"))]
    spans = [span for statement in found.statements for span in statement.spans]
    spans += [span for claim in found.claims for span in claim.spans]
    assert not any(span.overlaps(paragraph) for span in spans for paragraph in addressed)


def test_the_demo_article_is_one_of_the_set() -> None:
    demo = (FOLDER / "demo.txt").read_text(encoding="utf-8")
    assert demo in [row["document"]["text"] for row in ROWS]


def test_every_adjudication_names_an_article_and_a_reason() -> None:
    lines = (FOLDER / "adjudication.jsonl").read_text(encoding="utf-8").splitlines()
    ids = {row["id"] for row in ROWS}
    for entry in map(json.loads, lines):
        assert entry["id"] in ids
        assert entry["reason"]
