"""A corpus run: every article exactly once, nothing paid twice, never over the limits."""

from __future__ import annotations

import asyncio
import csv
import json
from pathlib import Path
from typing import Any

import pytest

import framing
from framing import Document
from framing.annotations import Findings
from framing.backends import Retries
from framing.backends.mock import Mock
from framing.codebooks import Codebook
from framing.errors import (
    AuthenticationError,
    BackendError,
    BadRequestError,
    QuotaError,
    ServerError,
    UsageError,
)
from framing.runs import Limits, Price, Prices, RunOptions, Snapshot, annotate, plan, run
from framing.testing import Canned, Faults, FaultServer
from tests.run_kit import (
    ANSWER,
    BOOK,
    QUICK,
    analyzer,
    asked_number,
    corpus_file,
    ids,
    lines,
    manifest,
    paid_twice,
    stories,
    story,
)

EIGHT = Limits(concurrency=8)
MONEY = Prices({"any": Price(input=100.0, output=100.0, cached_input=100.0)}, currency="EUR")


def refusal(status: int, code: str, message: str = "no") -> Canned:
    return Canned(status, {"error": {"message": message, "code": code, "type": code}})


# --- What is written ----------------------------------------------------------------------------------


def test_every_article_has_one_line_in_the_order_of_the_input(tmp_path: Path) -> None:
    with FaultServer(lambda _: ANSWER, jitter=0.05) as server:
        report = annotate(stories(40), out=tmp_path, analyzer=analyzer(server), limits=EIGHT)
    assert ids(tmp_path) == [story.id for story in stories(40)]
    assert (report.articles, report.new, report.failed, report.complete) == (40, 40, 0, True)


def test_as_completed_writes_in_another_order_but_as_completely(tmp_path: Path) -> None:
    with FaultServer(lambda _: ANSWER, jitter=0.1) as server:
        options = RunOptions(as_completed=True)
        annotate(stories(30), out=tmp_path, analyzer=analyzer(server), limits=EIGHT, options=options)
    assert ids(tmp_path) != [story.id for story in stories(30)]
    assert sorted(ids(tmp_path)) == sorted(story.id for story in stories(30))


def test_the_tables_have_one_row_an_item(tmp_path: Path) -> None:
    with FaultServer(lambda _: ANSWER) as server:
        annotate(stories(3), out=tmp_path, analyzer=analyzer(server))
    with (tmp_path / "statements.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["document"] for row in rows] == ["a0", "a1", "a2"]
    first = lines(tmp_path)[0].statements[0]
    assert (rows[0]["text"], int(rows[0]["start"])) == (first.text, first.spans[0].start)
    assert rows[0]["spans"] == ";".join(f"{span.start}-{span.end}" for span in first.spans)
    assert rows[0]["name"] == "Ana Ortiz"


def test_the_manifest_says_what_was_asked_and_what_it_came_to(tmp_path: Path) -> None:
    with FaultServer(lambda _: ANSWER) as server:
        annotate(stories(3), out=tmp_path, analyzer=analyzer(server, params={"seed": 7}), limits=EIGHT)
    said = manifest(tmp_path)
    assert said["status"] == "finished"
    assert said["models"] == ["any"]
    assert said["settings"]["params"] == {"seed": 7}
    assert said["settings"]["codebook"] == {BOOK.ref: BOOK.fingerprint}
    assert said["settings"]["structured"] == "json_schema"
    assert said["articles"] == {"written": 3, "failed": 0}
    assert said["requests"] == {"answered": 3, "refused": 0, "lost": 0}
    assert said["usage"]["output_tokens"] == 3 * len(ANSWER.split())
    assert said["cost"] is None
    assert said["versions"]["framing"] == framing.__version__


def test_an_article_with_an_id_that_was_there_gets_another_one_and_says_so(tmp_path: Path) -> None:
    twins = [story(1), Document(id="a1", text=story(2).text)]
    with FaultServer(lambda _: ANSWER) as server:
        annotate(twins, out=tmp_path, analyzer=analyzer(server))
    assert ids(tmp_path) == ["a1", "a1-2"]
    assert "an earlier article has the id 'a1' too" in lines(tmp_path)[1].problems[0].reason


def test_equal_articles_are_asked_about_once(tmp_path: Path) -> None:
    same = [Document(id=f"copy{n}", text=story(1).text) for n in range(10)]
    with FaultServer(lambda _: ANSWER, latency=0.05) as server:
        annotate(same, out=tmp_path, analyzer=analyzer(server))
    assert server.stats.requests == 1
    assert len({analysis.statements for analysis in lines(tmp_path)}) == 1


def test_a_row_without_an_article_is_a_failed_line_and_no_end(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    rows = [json.dumps({"id": "a", "text": story(1).text}), "{broken", json.dumps({"id": "c", "text": " "})]
    path.write_text("\n".join([*rows, json.dumps({"id": "d", "text": story(2).text})]), "utf-8")
    with FaultServer(lambda _: ANSWER) as server:
        report = annotate(path, out=tmp_path / "out", analyzer=analyzer(server))
    assert ids(tmp_path / "out") == ["a", "in-2", "c", "d"]
    assert (report.articles, report.failed) == (4, 2)
    broken, empty = lines(tmp_path / "out")[1:3]
    assert broken.problems[0].kind == empty.problems[0].kind == "unreadable"
    assert f"{path}:2: not JSON" in broken.problems[0].reason
    assert f"{path}:3: has an empty text" in empty.problems[0].reason
    assert not broken.complete


def test_rules_run_over_a_corpus_too(tmp_path: Path) -> None:
    report = annotate(stories(5), out=tmp_path, analyzer=framing.Analyzer("rules", codebook=BOOK))
    assert (report.articles, report.requests) == (5, 0)
    assert all(analysis.statements for analysis in lines(tmp_path))


def test_it_runs_inside_a_running_event_loop(tmp_path: Path) -> None:
    async def notebook() -> int:
        return annotate(stories(2), out=tmp_path, analyzer=framing.Analyzer("rules", codebook=BOOK)).articles

    assert asyncio.run(notebook()) == 2


# --- Going on -----------------------------------------------------------------------------------------


def test_the_same_call_again_asks_nothing(tmp_path: Path) -> None:
    with FaultServer(lambda _: ANSWER) as server:
        annotate(stories(10), out=tmp_path, analyzer=analyzer(server))
        before = (tmp_path / "analyses.jsonl").read_bytes()
        report = annotate(stories(10), out=tmp_path, analyzer=analyzer(server))
    assert (server.stats.requests, report.new, report.articles) == (10, 0, 10)
    assert (tmp_path / "analyses.jsonl").read_bytes() == before


def test_more_articles_may_follow_later(tmp_path: Path) -> None:
    with FaultServer(lambda _: ANSWER) as server:
        annotate(stories(5), out=tmp_path, analyzer=analyzer(server))
        annotate(stories(8), out=tmp_path, analyzer=analyzer(server))
    assert server.stats.requests == 8
    assert len(ids(tmp_path)) == 8


def test_a_torn_last_line_is_mended_from_the_stored_replies(tmp_path: Path) -> None:
    with FaultServer(lambda _: ANSWER) as server:
        annotate(stories(5), out=tmp_path, analyzer=analyzer(server))
        path = tmp_path / "analyses.jsonl"
        whole = path.read_bytes()
        path.write_bytes(whole[:-100])
        annotate(stories(5), out=tmp_path, analyzer=analyzer(server))
        assert path.read_bytes() == whole
        path.write_bytes(whole + b'{"document":{"id":"torn')
        annotate(stories(5), out=tmp_path, analyzer=analyzer(server))
        assert path.read_bytes() == whole
    assert server.stats.requests == 5


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"prompt": "joint/rows"}, "prompts was"),
        ({"codebook": "policy-frames"}, "codebook was"),
        ({"params": {"temperature": 1}}, 'params was {}, now {"temperature": 1}'),
        ({"model": "other"}, 'backend was "openai:any", now "openai:other"'),
    ],
)
def test_a_folder_made_with_other_settings_is_refused_and_told_apart(
    tmp_path: Path, change: dict[str, Any], told: str
) -> None:
    with FaultServer(lambda _: ANSWER) as server:
        annotate(stories(1), out=tmp_path, analyzer=analyzer(server))
        with pytest.raises(UsageError) as caught:
            annotate(stories(1), out=tmp_path, analyzer=analyzer(server, **change))
    assert told in str(caught.value)
    assert server.stats.requests == 1


def test_an_input_that_changed_is_refused(tmp_path: Path) -> None:
    with FaultServer(lambda _: ANSWER) as server:
        annotate(stories(3), out=tmp_path, analyzer=analyzer(server))
        changed = [story(0), Document(id="a1", text="Another text."), story(2)]
        with pytest.raises(UsageError, match="article 2 was 'a1' with another text"):
            annotate(changed, out=tmp_path, analyzer=analyzer(server))


def test_retry_failed_asks_again_about_those_only_and_keeps_the_order(tmp_path: Path) -> None:
    down = True

    def moody(request: Any) -> str | Canned:
        return refusal(500, "server_error") if down and asked_number(request) % 3 == 1 else ANSWER

    once = Retries(attempts=1)
    with FaultServer(moody) as server:
        report = annotate(stories(9), out=tmp_path, analyzer=analyzer(server, retries=once), limits=EIGHT)
        assert report.failed == 3
        failed = [analysis for analysis in lines(tmp_path) if not analysis.complete]
        assert [analysis.problems[-1].kind for analysis in failed] == ["backend"] * 3
        unmoved = annotate(stories(9), out=tmp_path, analyzer=analyzer(server, retries=once))
        assert (unmoved.failed, unmoved.new, server.stats.requests) == (3, 0, 9)
        down = False
        report = annotate(
            stories(9), out=tmp_path, analyzer=analyzer(server), options=RunOptions(retry_failed=True)
        )
    assert (report.failed, report.new, server.stats.requests) == (0, 3, 12)
    assert ids(tmp_path) == [story.id for story in stories(9)]
    assert all(analysis.complete for analysis in lines(tmp_path))


def test_another_sample_asks_anew(tmp_path: Path) -> None:
    with FaultServer(lambda _: ANSWER) as server:
        annotate(stories(2), out=tmp_path / "first", analyzer=analyzer(server))
        with pytest.raises(UsageError, match="sample was 0, now 1"):
            annotate(stories(2), out=tmp_path / "first", analyzer=analyzer(server), options=RunOptions(sample=1))


# --- Faults -------------------------------------------------------------------------------------------


def test_faults_lose_no_article_and_cost_few_requests(tmp_path: Path) -> None:
    faults = Faults(seed=3, rate_limit=0.10, malformed=0.05, reset=0.02)
    with FaultServer(lambda _: ANSWER, faults=faults, latency=0.01, retry_after=0.0) as server:
        report = annotate(stories(300), out=tmp_path, analyzer=analyzer(server), limits=EIGHT)
    assert (report.articles, report.failed) == (300, 0)
    assert server.stats.requests <= 1.25 * 300
    assert {*server.stats.faults} == {"rate_limit", "malformed", "reset"}
    for analysis in lines(tmp_path):
        assert analysis.statements or not analysis.complete


def test_a_429_with_retry_after_holds_all_workers(tmp_path: Path) -> None:
    told: list[float] = []

    def limited(request: Any) -> str | Canned:
        if asked_number(request) == 3 and not told:
            told.append(1.0)
            return Canned(429, {"error": {"message": "slow down"}}, {"retry-after": "1"})
        return ANSWER

    with FaultServer(limited, latency=0.02) as server:
        annotate(stories(30), out=tmp_path, analyzer=analyzer(server), limits=Limits(concurrency=4))
    gaps = [b.time - a.time for a, b in zip(server.requests, server.requests[1:], strict=False)]
    assert max(gaps) >= 0.9
    assert sum(gap > 0.5 for gap in gaps) == 1


def test_a_waiting_retry_holds_no_slot(tmp_path: Path) -> None:
    def first_fails(request: Any) -> str | Canned:
        number = asked_number(request)
        return refusal(500, "server_error") if number == 0 and len(seen_by(number)) == 1 else ANSWER

    def seen_by(number: int) -> list[Any]:
        return [received for received in server.requests if asked_number(received.json) == number]

    slow = Retries(attempts=3, first_wait=0.6)
    with FaultServer(first_fails) as server:
        annotate(
            [story(1), story(0), *stories(10)[2:]],
            out=tmp_path,
            analyzer=analyzer(server, retries=slow),
            limits=Limits(concurrency=1),
        )
    order = [asked_number(received.json) for received in server.requests]
    assert order[1] == 0
    assert order.index(0, 2) > 3


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refusal(401, "invalid_api_key"), AuthenticationError),
        (refusal(429, "insufficient_quota"), QuotaError),
        (refusal(400, "invalid_request_error"), BadRequestError),
    ],
)
def test_what_no_retry_heals_stops_at_once_and_keeps_what_was_done(
    tmp_path: Path, answer: Canned, error: type[BackendError]
) -> None:
    broken = True

    def until_five(request: Any) -> str | Canned:
        return answer if broken and asked_number(request) >= 5 else ANSWER

    with FaultServer(until_five, latency=0.02) as server:
        with pytest.raises(error):
            annotate(stories(200), out=tmp_path, analyzer=analyzer(server), limits=Limits(concurrency=2))
        assert server.stats.requests <= 8
        assert ids(tmp_path) == ["a0", "a1", "a2", "a3", "a4"]
        assert manifest(tmp_path)["status"] == "stopped"
        broken = False
        report = annotate(stories(20), out=tmp_path, analyzer=analyzer(server), limits=EIGHT)
    assert (report.articles, report.failed) == (20, 0)


def test_an_article_that_is_too_long_for_the_model_fails_alone(tmp_path: Path) -> None:
    too_long = refusal(400, "context_length_exceeded", "This model's maximum context length is 8192 tokens.")
    with FaultServer(lambda request: too_long if asked_number(request) == 2 else ANSWER) as server:
        report = annotate(stories(5), out=tmp_path, analyzer=analyzer(server))
    assert (report.articles, report.failed) == (5, 1)
    assert "maximum context length" in lines(tmp_path)[2].problems[-1].reason


def test_a_server_that_is_down_stops_the_run_and_fails_no_article(tmp_path: Path) -> None:
    with FaultServer(lambda _: refusal(503, "overloaded")) as server, pytest.raises(ServerError):
        annotate(
            stories(20), out=tmp_path, analyzer=analyzer(server, retries=Retries(attempts=2, first_wait=0.01))
        )
    assert ids(tmp_path) == []


def test_one_odd_article_does_not_end_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = framing.Analyzer(Mock(lambda _: ANSWER), prompt="joint/verbatim", codebook=BOOK)
    conclude = tool.conclude

    def stumbling(document: Document, *args: Any, **named: Any) -> Any:
        if document.id == "a1":
            raise IndexError("odd")
        return conclude(document, *args, **named)

    monkeypatch.setattr(tool, "conclude", stumbling)
    report = annotate(stories(3), out=tmp_path, analyzer=tool)
    assert (report.articles, report.failed) == (3, 1)
    assert "IndexError('odd')" in lines(tmp_path)[1].problems[-1].reason


class Stumbling:
    """An extractor that has a fault of its own."""

    address = "stumbling"

    def extract(self, document: Document, codebook: Codebook | None) -> Findings:
        if document.id == "a1":
            raise IndexError("odd")
        return Findings()


def test_one_article_at_which_an_extractor_stumbles_does_not_end_a_run(tmp_path: Path) -> None:
    report = annotate(stories(3), out=tmp_path, analyzer=framing.Analyzer(Stumbling(), codebook=BOOK))
    assert (report.articles, report.failed) == (3, 1)
    assert "the article cannot be taken apart: IndexError('odd')" in lines(tmp_path)[1].problems[-1].reason


# --- Limits -------------------------------------------------------------------------------------------


def test_never_more_requests_are_open_than_allowed(tmp_path: Path) -> None:
    with FaultServer(lambda _: ANSWER, latency=0.02) as server:
        annotate(stories(40), out=tmp_path, analyzer=analyzer(server), limits=Limits(concurrency=5))
    assert server.stats.peak == 5


def test_the_number_of_requests_is_never_exceeded_and_more_may_be_allowed_later(tmp_path: Path) -> None:
    with FaultServer(lambda _: ANSWER, latency=0.01) as server:
        report = run(stories(30), out=tmp_path, analyzer=analyzer(server), limits=Limits(8, max_requests=11))
        assert (server.stats.requests, report.articles) == (11, 11)
        assert "the limit of 11 requests is reached" in (report.stopped or "")
        report = run(stories(30), out=tmp_path, analyzer=analyzer(server), limits=Limits(8, max_requests=15))
        assert (server.stats.requests, report.articles) == (15, 15)


def test_failed_attempts_count_as_requests(tmp_path: Path) -> None:
    faults = Faults(seed=1, rate_limit=0.5)
    with FaultServer(lambda _: ANSWER, faults=faults) as server:
        run(stories(30), out=tmp_path, analyzer=analyzer(server), limits=Limits(4, max_requests=20))
    assert server.stats.requests == 20


def test_the_cost_is_never_exceeded(tmp_path: Path) -> None:
    faults = Faults(seed=5, reset=0.1)
    most = 3.0
    limits = Limits(8, max_cost=most, prices=MONEY)
    with FaultServer(lambda _: ANSWER, faults=faults, latency=0.01) as server:
        report = run(
            stories(60), out=tmp_path, analyzer=analyzer(server, params={"max_tokens": 200}), limits=limits
        )
    assert report.cost is not None
    assert 1.0 < report.cost <= most
    assert 0 < report.articles < 60
    assert "maximum cost of 3" in (report.stopped or "")
    assert manifest(tmp_path)["cost"]["currency"] == "EUR"


def test_a_maximum_cost_needs_a_price(tmp_path: Path) -> None:
    with (
        FaultServer(lambda _: ANSWER) as server,
        pytest.raises(UsageError, match="no price is known for the model"),
    ):
        annotate(stories(1), out=tmp_path, analyzer=analyzer(server), limits=Limits(max_cost=1.0))


def test_requests_a_minute_are_sent_evenly(tmp_path: Path) -> None:
    with FaultServer(lambda _: ANSWER) as server:
        annotate(stories(8), out=tmp_path, analyzer=analyzer(server), limits=Limits(8, requests_per_minute=600))
    gaps = [b.time - a.time for a, b in zip(server.requests, server.requests[1:], strict=False)]
    assert sum(gaps) >= 0.4


def test_the_limits_in_the_servers_headers_are_kept_without_a_single_429(tmp_path: Path) -> None:
    def counted(request: Any) -> Canned:
        left = 5 - len([r for r in server.requests if r.time >= window[0]])
        if left < 0:
            return Canned(429, {"error": {"message": "limit"}}, {"retry-after": "1"})
        reset = window[0] + 1.0 - server.requests[-1].time
        if left == 0:
            window[0] = window[0] + 1.0
        headers = {"x-ratelimit-remaining-requests": str(left), "x-ratelimit-reset-requests": f"{reset:.3f}s"}
        return Canned(200, completion, headers)

    completion = {"model": "any", "choices": [{"message": {"content": ANSWER}, "finish_reason": "stop"}]}
    window = [0.0]
    with FaultServer(counted) as server:
        window[0] = server._loop.time()
        annotate(stories(9), out=tmp_path, analyzer=analyzer(server), limits=Limits(concurrency=2))
    assert server.stats.statuses == {200: 9}


# --- Before and meanwhile -----------------------------------------------------------------------------


def test_a_plan_sends_nothing_and_counts_what_would_be_sent(tmp_path: Path) -> None:
    with FaultServer(lambda _: ANSWER) as server:
        articles, limits = corpus_file(tmp_path, 20), Limits(prices=MONEY)
        made = plan(articles, out=tmp_path / "out", analyzer=analyzer(server), limits=limits)
        assert server.stats.requests == 0
    assert not (tmp_path / "out").exists()
    assert (made.articles, made.requests, made.bad_rows) == (20, 20, 0)
    assert made.cost == pytest.approx((made.input_tokens + made.output_tokens) / 1e4)
    assert made.cost is not None
    assert made.max_cost is not None
    assert made.max_cost > made.cost


def test_a_plan_for_a_model_without_a_price_says_so(tmp_path: Path) -> None:
    with FaultServer(lambda _: ANSWER) as server:
        assert plan(stories(2), out=tmp_path, analyzer=analyzer(server)).cost is None


def test_the_watch_sees_the_run_from_its_beginning_to_its_end(tmp_path: Path) -> None:
    seen: list[Snapshot] = []
    with FaultServer(lambda _: ANSWER, latency=0.05) as server:
        path = corpus_file(tmp_path, 60)
        annotate(path, out=tmp_path / "out", analyzer=analyzer(server), limits=Limits(4), watch=seen.append)
    assert (seen[0].written, seen[-1].written) == (0, 60)
    assert seen[-1].read == 1.0
    assert seen[-1].usage.requests == 60


def test_a_run_without_retries_of_its_own_uses_those_of_the_backend(tmp_path: Path) -> None:
    with FaultServer(lambda _: ANSWER, faults=Faults(seed=1, rate_limit=0.3, attempts=1)) as server:
        report = annotate(stories(20), out=tmp_path, analyzer=analyzer(server, retries=QUICK))
    assert report.failed == 0
    assert server.stats.requests == 20 + server.stats.faults["rate_limit"]
    assert paid_twice(server) == server.stats.faults["rate_limit"]
