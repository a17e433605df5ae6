"""Requests go through the Batch API of a server and come back, whatever happens on the way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from framing.backends.batch import LARGEST_FILE
from framing.backends.batch_api import BatchApi, parts_of, state_path
from framing.cli.main import cli
from framing.errors import AuthenticationError, BackendError, InputError, UsageError
from framing.testing import Canned, Faults, FaultServer
from tests.run_kit import ANSWER, corpus_file, ids, lines, stories

ASKED = ("--prompt", "joint/verbatim", "--codebook", "generic-frames", "--model", "any")


def framing(*args: str | Path) -> Result:
    return CliRunner().invoke(cli, [*map(str, args)])


def exported(folder: Path, count: int) -> Path:
    path = folder / "requests.jsonl"
    assert framing("batch", "export", corpus_file(folder, count), *ASKED, "-o", path).exit_code == 0
    return path


def fetched(server: FaultServer, requests: Path) -> Result:
    """Status is asked until the server has ended the batch, then it is fetched."""
    at = ("--base-url", server.base_url)
    while framing("batch", "status", requests, *at).exit_code:
        pass
    return framing("batch", "fetch", requests, *at)


def rows_of(folder: Path) -> list[tuple[str, Any]]:
    """The rows that were fetched, under the names of their requests."""
    rows = [json.loads(line) for line in (folder / "requests.results.jsonl").read_text().splitlines()]
    return [(row["custom_id"], row) for row in rows]


def test_export_submit_fetch_import_analyses_every_article(tmp_path: Path) -> None:
    requests = exported(tmp_path, 6)
    with FaultServer(lambda _: ANSWER) as server:
        assert framing("batch", "submit", requests, "--base-url", server.base_url).exit_code == 0
        assert fetched(server, requests).exit_code == 0
    results = tmp_path / "requests.results.jsonl"
    articles, out = tmp_path / "articles.jsonl", tmp_path / "out"
    framing("batch", "import", articles, requests, results, *ASKED, "--out", out)
    assert ids(out) == [story.id for story in stories(6)]
    assert all(analysis.statements for analysis in lines(out))


def test_submitting_again_starts_nothing(tmp_path: Path) -> None:
    requests = exported(tmp_path, 2)
    with FaultServer(lambda _: ANSWER) as server:
        api = BatchApi(base_url=server.base_url)
        first = api.submit(requests)
        assert api.submit(requests) == first
        assert sum(r.method == "POST" and r.path.endswith("/batches") for r in server.requests) == 1
        api.close()


def test_a_batch_that_was_started_but_not_noted_is_found_again(tmp_path: Path) -> None:
    requests = exported(tmp_path, 2)
    with FaultServer(lambda _: ANSWER) as server:
        api = BatchApi(base_url=server.base_url)
        (first,) = api.submit(requests)
        state = json.loads(state_path(requests).read_text())
        state["parts"][0] |= {"batch": None, "status": "new"}
        state_path(requests).write_text(json.dumps(state))
        (again,) = api.submit(requests)
        api.close()
    assert again.batch == first.batch


def test_what_expired_or_failed_is_in_the_results_as_an_error_and_told(tmp_path: Path) -> None:
    requests = exported(tmp_path, 30)
    with FaultServer(lambda _: ANSWER, faults=Faults(seed=2, timeout=0.2, server_error=0.2)) as server:
        framing("batch", "submit", requests, "--base-url", server.base_url)
        told = fetched(server, requests)
    assert told.exit_code == 5
    assert "expired" in told.output
    rows = [json.loads(line) for line in (tmp_path / "requests.results.jsonl").read_text().splitlines()]
    assert len(rows) == 30
    assert any((row["error"] or {}).get("code") == "batch_expired" for row in rows)
    framing("batch", "import", tmp_path / "articles.jsonl", requests, tmp_path / "requests.results.jsonl", *ASKED,
            "--out", tmp_path / "out")  # fmt: skip
    assert len(ids(tmp_path / "out")) == 30


def test_what_expired_failed_or_is_missing_is_asked_again_and_nothing_else(tmp_path: Path) -> None:
    requests, articles, out = exported(tmp_path, 40), tmp_path / "articles.jsonl", tmp_path / "out"
    faults = Faults(seed=2, attempts=1, timeout=0.1, server_error=0.1, rate_limit=0.1, missing=0.1, duplicated=0.1)
    with FaultServer(lambda _: ANSWER, faults=faults) as server:
        at = ("--base-url", server.base_url)
        framing("batch", "submit", requests, *at)
        assert fetched(server, requests).exit_code == 5
        before = {name for name, row in rows_of(tmp_path) if row["response"]}
        for _ in range(2):  # the second one finds nothing left to ask
            assert framing("batch", "submit", requests, "--again", *at).exit_code == 0
        assert fetched(server, requests).exit_code == 0
        uploads = [received.body for received in server.requests if received.path.endswith("/files")]
    good = {name for name, row in rows_of(tmp_path) if row["response"] and row["response"]["status_code"] == 200}
    assert len(good) == 40
    assert len(uploads) == 2
    assert 10 <= uploads[1].count(b"custom_id") <= 30
    assert before
    framing("batch", "import", articles, requests, tmp_path / "requests.results.jsonl", *ASKED, "--out", out)
    assert [analysis.answered for analysis in lines(out)] == [True] * 40


def test_a_request_that_the_server_calls_wrong_is_not_asked_again(tmp_path: Path) -> None:
    requests = exported(tmp_path, 3)
    with FaultServer(lambda _: Canned(400, {"error": {"message": "no such parameter"}})) as server:
        at = ("--base-url", server.base_url)
        framing("batch", "submit", requests, *at)
        fetched(server, requests)
        framing("batch", "submit", requests, "--again", *at)
        assert sum(r.method == "POST" and r.path.endswith("/batches") for r in server.requests) == 1


def test_status_waits_until_all_have_ended_and_tells_how_far_they_are(tmp_path: Path) -> None:
    requests = exported(tmp_path, 3)
    with FaultServer(lambda _: ANSWER) as server:
        at = ("--base-url", server.base_url)
        framing("batch", "submit", requests, *at)
        done = framing("batch", "status", requests, "--wait", "--every", "0.01", *at)
    assert done.exit_code == 0
    assert "0 of 1 batches ended, 0 answered" in done.stderr
    assert "1 of 1 batches ended, 3 answered" in done.stderr


def test_a_part_holds_at_most_what_the_batch_api_takes(tmp_path: Path) -> None:
    path = tmp_path / "requests.jsonl"
    path.write_bytes(b"{}\n" * 100_001)
    assert [part.last - part.first + 1 for part in parts_of(path)] == [50_000, 50_000, 1]
    assert LARGEST_FILE == 200_000_000


def test_fetching_before_the_end_saves_nothing_and_says_so(tmp_path: Path) -> None:
    requests = exported(tmp_path, 2)
    with FaultServer(lambda _: ANSWER) as server:
        at = ("--base-url", server.base_url)
        framing("batch", "submit", requests, *at)
        told = framing("batch", "fetch", requests, *at)
    assert (told.exit_code, (tmp_path / "requests.results.jsonl").read_bytes()) == (5, b"")
    assert "in_progress" in told.output


def test_a_file_is_cut_where_the_api_takes_no_more(tmp_path: Path) -> None:
    path = tmp_path / "requests.jsonl"
    path.write_bytes(b"12345\n" * 10)
    assert [(part.first, part.last) for part in parts_of(path, most_requests=4)] == [(1, 4), (5, 8), (9, 10)]
    assert [(part.first, part.last) for part in parts_of(path, most_bytes=18)][:2] == [(1, 3), (4, 6)]
    assert len(parts_of(path)) == 1


def test_mistakes_are_told_before_anything_is_sent(tmp_path: Path) -> None:
    path = tmp_path / "requests.jsonl"
    with FaultServer(lambda _: ANSWER) as server:
        api = BatchApi(base_url=server.base_url)
        with pytest.raises(InputError, match="cannot be read"):
            api.submit(path)
        path.write_bytes(b"")
        with pytest.raises(InputError, match="holds no requests"):
            api.submit(path)
        path.write_bytes(b'{"custom_id": "a"}\n')
        with pytest.raises(InputError, match="it has no 'url'"):
            api.submit(path)
        with pytest.raises(UsageError, match="was not submitted"):
            api.status(path)
        assert server.stats.requests == 0
        api.close()


def test_a_requests_file_that_changed_since_is_refused(tmp_path: Path) -> None:
    requests = exported(tmp_path, 2)
    with FaultServer(lambda _: ANSWER) as server:
        api = BatchApi(base_url=server.base_url)
        api.submit(requests)
        requests.write_bytes(requests.read_bytes() * 2)
        with pytest.raises(UsageError, match="is not the file that was submitted"):
            api.status(requests)
        api.close()


def test_the_official_server_wants_a_key_and_a_dead_one_is_a_backend_error(tmp_path: Path) -> None:
    with pytest.raises(AuthenticationError, match="no key"):
        BatchApi()
    requests = exported(tmp_path, 1)
    state_path(requests).write_text(
        json.dumps({"sha256": __import__("hashlib").sha256(requests.read_bytes()).hexdigest(), "parts": []})
    )
    assert BatchApi(base_url="http://127.0.0.1:9/v1").status(requests) == ()
    with pytest.raises(BackendError):
        BatchApi(base_url="http://127.0.0.1:9/v1")._start(parts_of(requests)[0], "/v1/chat/completions")
