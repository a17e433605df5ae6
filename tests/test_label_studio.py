"""Label Studio: what a page configured by us writes is read back span by span, and faulty exports name the place.

The page itself is asked in tests/interop, with the real program in a real browser.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from framing.annotations import NARRATOR, UNATTRIBUTED, Findings, FrameLabel, Speaker, Statement
from framing.codebooks import load_codebook
from framing.errors import GoldError
from framing.interop import GOLD, CodedArticle, Imported, Scheme
from framing.interop.label_studio import labelling_configuration, read, write
from framing.text import Document, Span
from tests.interop_kit import NASTY, coded_articles, documents

Json = dict[str, Any]
TEXT = "“The harbour 😀 will close,” Mara Quist said.\r\nRents, she added,  would rise."
DOCUMENT = Document(id="n1", text=TEXT)


def accepted(task: Json, **given: Any) -> Json:
    """The task as it is exported when each prediction was submitted unchanged by the coder of its name."""
    annotations = [
        {
            "id": number,
            "completed_by": {"id": number, "email": prediction["model_version"]},
            "was_cancelled": False,
            "ground_truth": prediction["model_version"] == GOLD,
            "updated_at": "2031-04-16T08:00:00Z",
            "result": prediction["result"],
        }
        for number, prediction in enumerate(task.get("predictions", ()), start=1)
    ]
    return {"data": task["data"], "annotations": annotations, "drafts": []} | given


def exported(path: Path, tasks: Sequence[Json]) -> Path:
    file = path / "export.json"
    numbered = [{"id": number} | task for number, task in enumerate(tasks, start=1)]
    file.write_text(json.dumps(numbered), encoding="utf-8")
    return file


def sent(articles: Sequence[CodedArticle], folder: Path, scheme: Scheme | None = None) -> list[Json]:
    write(articles, folder, scheme or Scheme())
    tasks: list[Json] = json.loads((folder / "tasks.json").read_text(encoding="utf-8"))
    return tasks


def holdable(found: Findings) -> Findings:
    """What the page can hold: all but how a text was found, and who a speaker is whom nothing mentions."""
    exact = {"grounding": "exact"}
    return found.model_copy(
        update={
            "speakers": tuple(s for s in found.speakers if s.mentions),
            "statements": tuple(
                s.model_copy(
                    update={
                        **exact,
                        "cue": s.cue if s.cue_span else None,
                    }
                )
                for s in found.statements
            ),
            "claims": tuple(c.model_copy(update={**exact, "stated_voice": None}) for c in found.claims),
            "frames": tuple(
                label.model_copy(update={"evidence": tuple(e.model_copy(update=exact) for e in label.evidence)})
                for label in found.frames
            ),
        }
    )


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_every_span_label_coder_and_link_comes_back(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("ls")
    articles = data.draw(coded_articles())
    assume(any(found != Findings() for article in articles for found in article.codings.values()))
    tasks = sent(articles, folder)
    back = read(exported(folder, [accepted(task) for task in tasks]), documents(articles), Scheme())
    for before, after in zip(articles, back.articles, strict=True):
        assert before.document.id == after.document.id
        for coder, found in before.codings.items():
            known = after.codings[coder]
            assert known.problems == ()
            mentioned = known.model_copy(update={"speakers": tuple(s for s in known.speakers if s.mentions)})
            assert mentioned == holdable(found)
