"""What tests of corpus runs share: articles, answers, a server, and the command in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from framing import Analyzer, Document
from framing.annotations import Analysis
from framing.backends import BackendOptions, Retries, Structured, load_backend
from framing.codebooks import load_codebook
from framing.runs import read_analyses
from framing.testing import FaultServer

BOOK = load_codebook("generic-frames")
QUICK = Retries(attempts=8, first_wait=0.02, longest_wait=0.1)

STORY = (
    "“The bridge is not safe,” said Mayor Ana Ortiz on Monday. “It has to close.”\n\n"
    "Tom Reyes, who owns the mill, said the closure would cost him $3 million."
)
"""An invented story; its people and places do not exist."""

ANSWER = json.dumps(
    {
        "speakers": [{"id": 1, "name": "Ana Ortiz", "role": "Mayor"}],
        "statements": [{"quote": ["The bridge is not safe"], "cue": "said", "speaker": 1, "kind": "direct"}],
        "claims": [{"quote": ["The bridge is not safe"], "voice": 1, "kind": "factual", "checkworthy": True}],
        "frames": [{"quote": ["cost him $3 million"], "frame": "economic_consequences"}],
    }
)


def story(number: int) -> Document:
    return Document(id=f"a{number}", text=f"Story {number}.\n\n{STORY}")


def stories(count: int) -> list[Document]:
    return [story(number) for number in range(count)]


def asked_number(request: Any) -> int:
    """Which story a request is about."""
    return int(request["messages"][1]["content"].split("Story ")[1].split(".")[0])


def analyzer(
    server: FaultServer,
    *,
    model: str = "any",
    retries: Retries = QUICK,
    structured: Structured = "json_schema",
    **options: Any,
) -> Analyzer:
    spoken = BackendOptions(retries=retries, structured=structured)
    backend = load_backend(f"openai:{model}", base_url=server.base_url, options=spoken)
    return Analyzer(backend, **{"prompt": "joint/verbatim", "codebook": BOOK, **options})


def corpus_file(folder: Path, count: int) -> Path:
    path = folder / "articles.jsonl"
    path.write_text("".join(json.dumps({"id": s.id, "text": s.text}) + "\n" for s in stories(count)), "utf-8")
    return path


def lines(folder: Path) -> list[Analysis]:
    return list(read_analyses(folder))


def ids(folder: Path) -> list[str]:
    return [analysis.document.id for analysis in lines(folder)]


def manifest(folder: Path) -> Any:
    return json.loads((folder / "run.json").read_text("utf-8"))


def paid_twice(server: FaultServer) -> int:
    """Requests beyond the first with the same body."""
    bodies = Counter(received.body for received in server.requests)
    return bodies.total() - len(bodies)


def command(
    server: FaultServer, inputs: Path, out: Path, *more: str, group: int | None = None
) -> subprocess.Popen[bytes]:
    """`framing annotate` as a process (group=0: with a process group of its own)."""
    words = ["annotate", str(inputs), "--out", str(out), "--backend", "openai:any"]
    words += ["--base-url", server.base_url, "--prompt", "joint/verbatim", "--codebook", "generic-frames", *more]
    foreign = ("OPENAI_", "FRAMING_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return subprocess.Popen(
        [sys.executable, "-m", "framing", *words],
        cwd=Path(__file__).parent.parent,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        process_group=group,
    )
