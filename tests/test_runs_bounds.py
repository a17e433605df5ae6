"""A run keeps to what it may use, whatever the inputs are, and says how it ended: the command and real servers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from framing.cli.progress import ProgressLines, told
from framing.messages import Usage
from framing.runs import Limits, Snapshot, annotate
from framing.testing import Canned, FaultServer, http_date
from tests.run_kit import ANSWER, analyzer, asked_number, command, corpus_file, ids, lines, manifest, stories


def finished(server: FaultServer, inputs: Path, out: Path, *more: str) -> tuple[int, str]:
    process = command(server, inputs, out, *more)
    _, said = process.communicate(timeout=60)
    return process.returncode, said.decode()


def refusal(status: int, code: str, message: str) -> Canned:
    return Canned(status, {"error": {"message": message, "code": code}})


# --- Pace ---------------------------------------------------------------------------------------------


def test_a_429_whose_retry_after_is_a_date_holds_all_workers_until_then(tmp_path: Path) -> None:
    refused: list[int] = []

    def limited(request: Any) -> str | Canned:
        if asked_number(request) == 3 and not refused:
            refused.append(3)
            return Canned(429, {"error": {"message": "slow down"}}, {"retry-after": http_date(1)})
        return ANSWER

    with FaultServer(limited, latency=0.02) as server:
        annotate(stories(30), out=tmp_path, analyzer=analyzer(server), limits=Limits(concurrency=4))
    gaps = [b.time - a.time for a, b in zip(server.requests, server.requests[1:], strict=False)]
    assert max(gaps) >= 0.9
    assert sum(gap > 0.5 for gap in gaps) == 1


def test_tokens_a_minute_are_kept_by_what_the_server_counts(tmp_path: Path) -> None:
    def counted(_: Any) -> Canned:
        choice = {"message": {"content": ANSWER}, "finish_reason": "stop"}
        usage = {"prompt_tokens": 900, "completion_tokens": 100}
        return Canned(200, {"model": "any", "choices": [choice], "usage": usage})

    with FaultServer(counted) as server:
        allowed = Limits(1, tokens_per_minute=300_000)
        annotate(stories(6), out=tmp_path, analyzer=analyzer(server), limits=allowed)
    passed = server.requests[-1].time - server.requests[0].time
    assert passed >= 5 * 1_000 / 300_000 * 60 * 0.8


# --- Inputs -------------------------------------------------------------------------------------------


def parquet(folder: Path, rows: list[dict[str, str]]) -> Path:
    pytest.importorskip("pyarrow")
    from pyarrow import Table
    from pyarrow import parquet as written

    written.write_table(Table.from_pylist(rows), folder / "rows.parquet")
    return folder / "rows.parquet"


def zstandard(folder: Path, rows: list[dict[str, str]]) -> Path:
    packing = pytest.importorskip("zstandard")
    path = folder / "rows.jsonl.zst"
    path.write_bytes(packing.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    return path


def texts(folder: Path, rows: list[dict[str, str]]) -> Path:
    (folder / "texts").mkdir()
    for row in rows:
        (folder / "texts" / f"{row['id']}.txt").write_text(row["text"], "utf-8")
    return folder / "texts"


@pytest.mark.parametrize("made", [parquet, zstandard, texts])
def test_the_same_articles_in_another_form_are_the_same_run(tmp_path: Path, made: Any) -> None:
    path = made(tmp_path, [{"id": story.id, "text": story.text} for story in stories(3)])
    with FaultServer(lambda _: ANSWER) as server:
        code, said = finished(server, path, tmp_path / "out")
        assert code == 0, said
        annotate(stories(3), out=tmp_path / "other", analyzer=analyzer(server))
    digests = [analysis.document.sha256 for analysis in lines(tmp_path / "other")]
    assert ids(tmp_path / "out") == ["a0", "a1", "a2"]
    assert [analysis.document.sha256 for analysis in lines(tmp_path / "out")] == digests


# --- Ends ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (refusal(401, "invalid_api_key", "Incorrect API key."), "refuses the key"),
        (refusal(429, "insufficient_quota", "You exceeded your quota."), "no money left"),
        (refusal(400, "invalid_request_error", "Unknown model."), "Unknown model"),
    ],
)
def test_what_no_retry_heals_ends_the_command_with_its_reason_and_how_to_go_on(
    tmp_path: Path, answer: Canned, word: str
) -> None:
    with FaultServer(lambda request: ANSWER if asked_number(request) < 2 else answer) as server:
        code, said = finished(server, corpus_file(tmp_path, 40), tmp_path / "out", "--concurrency", "1")
        assert server.stats.requests == 3
    assert code == 4
    assert word in said
    assert "To go on: framing annotate" in said
    assert ids(tmp_path / "out") == ["a0", "a1"]


def test_a_maximum_cost_by_prices_of_ones_own_ends_the_command_before_it_is_exceeded(tmp_path: Path) -> None:
    prices = tmp_path / "prices.json"
    prices.write_text(json.dumps({"per_million_tokens": {"any": {"input": 50, "output": 50}}, "currency": "EUR"}))
    flags = ("--max-cost", "2", "--prices", str(prices), "--param", "max_tokens=100")
    with FaultServer(lambda _: ANSWER) as server:
        code, said = finished(server, corpus_file(tmp_path, 80), tmp_path / "out", *flags)
        assert 0 < server.stats.requests < 80
    assert code == 5
    assert "might exceed the maximum cost of 2" in said
    cost = manifest(tmp_path / "out")["cost"]
    assert (cost["currency"], cost["at_most"] <= 2) == ("EUR", True)


def test_retry_failed_asks_again_about_the_failed_articles_alone(tmp_path: Path) -> None:
    mended = False
    long = refusal(400, "context_length_exceeded", "maximum context length is 8192 tokens")

    def answered(request: Any) -> str | Canned:
        return long if asked_number(request) in (1, 3) and not mended else ANSWER

    articles, out = corpus_file(tmp_path, 5), tmp_path / "out"
    with FaultServer(answered) as server:
        code, said = finished(server, articles, out)
        assert (code, "2 failed; to ask again add --retry-failed" in said) == (5, True)
        mended = True
        assert finished(server, articles, out, "--retry-failed")[0] == 0
        assert [asked_number(received.json) for received in server.requests[5:]] == [1, 3]
    assert ids(out) == ["a0", "a1", "a2", "a3", "a4"]


# --- Progress -----------------------------------------------------------------------------------------

SEEN = Snapshot(1_200, 3, 0, 1_210, Usage(900_000, 100_000, 0, 1_210), 1.25, 60.0, 0.5)


def test_progress_tells_articles_rate_tokens_cost_failures_and_time_left() -> None:
    assert told(SEEN) == (
        "1,200 articles, 20.0/s, 1,210 requests, 1,000,000 tokens, cost 1.2500, 3 failed, 1:00 left"
    )


def test_lines_of_progress_come_every_ten_seconds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 0.0
    monkeypatch.setattr("framing.cli.progress.time.monotonic", lambda: now)
    show = ProgressLines()
    for now in (1.0, 9.9, 10.0, 15.0, 20.5):  # noqa: B007
        show(SEEN)
    assert capsys.readouterr().err == f"framing: {told(SEEN)}\n" * 2


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of its own is made as on Unix")
def test_on_a_terminal_there_is_a_bar(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    with FaultServer(lambda _: ANSWER, latency=0.05) as server:
        words = ["annotate", str(corpus_file(tmp_path, 20)), "--out", str(tmp_path / "out"), "--concurrency", "1"]
        words += ["--backend", "openai:any", "--base-url", server.base_url, "--prompt", "joint/verbatim"]
        root = Path(__file__).parent.parent
        environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
        process = subprocess.Popen(
            [sys.executable, "-m", "framing", *words], stderr=theirs, cwd=root, env=environment
        )
        os.close(theirs)
        said = b""
        try:
            while piece := os.read(ours, 4096):
                said += piece
        except OSError:  # how a terminal ends whose other side is closed
            pass
        assert process.wait(60) == 0
    os.close(ours)
    assert b"\x1b[" in said
    assert "━" in said.decode()
    assert b"20 articles in" in said
