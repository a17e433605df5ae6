"""The engine ray against that of one process: the same articles, the same items, the same limits."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import framing
from framing import Analyzer, Document
from framing.annotations import Analysis
from framing.backends import Retries
from framing.errors import AuthenticationError, UsageError
from framing.runs import Limits, Price, Prices, Ray, RunOptions, Snapshot, annotate, read_analyses, run
from framing.testing import Canned, Faults, FaultServer
from tests.object_kit import object_store
from tests.ray.deadly import KILLER, Deadly
from tests.run_kit import (
    ANSWER,
    BOOK,
    STORY,
    analyzer,
    asked_number,
    corpus_file,
    ids,
    manifest,
    paid_twice,
    stories,
    story,
)

pytestmark = pytest.mark.usefixtures("ray")

TWO = Ray(workers=2, shard=10)
EIGHT = Limits(concurrency=8)
MONEY = Prices({"any": Price(input=100.0, output=100.0, cached_input=100.0)}, currency="EUR")


def rules() -> Analyzer:
    return Analyzer("rules", codebook=BOOK)


def analyses(folder: Path) -> list[Analysis]:
    return list(read_analyses(folder))


def mixed_corpus(folder: Path) -> Path:
    """Rows with ids that repeat, lines that are no JSON, blank lines, empty texts, rows without an id."""
    rows = [json.dumps({"id": f"a{n % 37}", "text": story(n).text}) for n in range(60)]
    rows[5:5] = ["not json", "", json.dumps({"id": "void", "text": " "}), json.dumps({"text": story(77).text})]
    rows[40:40] = [json.dumps({"id": "a3-2", "text": story(78).text}), "[1]"]
    path = folder / "mixed.jsonl"
    path.write_text("\n".join(rows), "utf-8")
    return path


# --- The same output ----------------------------------------------------------------------------------


def test_rules_give_the_same_analyses_item_by_item_whatever_the_rows(tmp_path: Path) -> None:
    corpus = mixed_corpus(tmp_path)
    local = annotate(corpus, out=tmp_path / "local", analyzer=rules())
    spread = annotate(corpus, out=tmp_path / "ray", analyzer=rules(), engine=TWO)
    assert analyses(tmp_path / "ray") == analyses(tmp_path / "local")
    assert (spread.articles, spread.failed, spread.new) == (local.articles, local.failed, local.new)
    for told in ("settings", "inputs", "articles"):
        assert manifest(tmp_path / "ray")[told] == manifest(tmp_path / "local")[told]
    about = manifest(tmp_path / "ray")["engine"]
    assert (about["name"], about["workers"], about["shards"]) == ("ray", 2, 7)


def test_a_model_gives_the_same_analyses_and_every_article_is_asked_about_once(tmp_path: Path) -> None:
    corpus = corpus_file(tmp_path, 60)
    with FaultServer(lambda _: ANSWER, latency=0.02, jitter=0.02) as server:
        annotate(corpus, out=tmp_path / "local", analyzer=analyzer(server), limits=EIGHT)
        assert server.stats.requests == 60
        report = annotate(corpus, out=tmp_path / "ray", analyzer=analyzer(server), limits=EIGHT, engine=TWO)
        assert server.stats.requests == 120
    assert analyses(tmp_path / "ray") == analyses(tmp_path / "local")
    assert (report.requests, manifest(tmp_path / "ray")["requests"]["answered"]) == (60, 60)
    assert manifest(tmp_path / "ray")["usage"] == manifest(tmp_path / "local")["usage"]


def test_the_tables_have_the_same_columns_and_rows(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    corpus, options = mixed_corpus(tmp_path), RunOptions(tables="parquet")
    annotate(corpus, out=tmp_path / "local", analyzer=rules(), options=options)
    annotate(corpus, out=tmp_path / "ray", analyzer=rules(), engine=TWO)
    for table in ("articles", "statements", "claims", "frames", "speakers", "problems"):
        whole = parquet.read_table(tmp_path / "local" / f"{table}.parquet")
        shards = sorted((tmp_path / "ray" / "shards").glob(f"*/{table}.parquet"))
        rows = [row for shard in shards for row in parquet.read_table(shard).to_pylist()]
        assert rows == whole.to_pylist()
        assert {tuple(parquet.read_table(shard).schema.names) for shard in shards} == {tuple(whole.schema.names)}


@pytest.mark.parametrize("suffix", ["csv", "parquet", "jsonl.gz"])
def test_other_formats_give_the_same_too(tmp_path: Path, suffix: str) -> None:
    corpus = written(tmp_path / f"articles.{suffix}", stories(25))
    annotate(corpus, out=tmp_path / "local", analyzer=rules())
    annotate(corpus, out=tmp_path / "ray", analyzer=rules(), engine=TWO)
    assert analyses(tmp_path / "ray") == analyses(tmp_path / "local")


def written(path: Path, documents: list[Document]) -> Path:
    import csv
    import gzip

    from pyarrow import Table, parquet

    rows = [{"id": document.id, "text": document.text} for document in documents]
    if path.suffix == ".parquet":
        parquet.write_table(Table.from_pylist(rows), path, row_group_size=7)
    elif path.suffix == ".gz":
        path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    else:
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, ["id", "text"])
            writer.writeheader()
            writer.writerows(rows)
    return path


def test_documents_and_addresses_are_inputs_as_well(tmp_path: Path) -> None:
    corpus = corpus_file(tmp_path, 15)
    annotate(stories(15), out=tmp_path / "documents", analyzer=rules(), engine=TWO)
    annotate(f"file://{corpus}", out=tmp_path / "address", analyzer=rules(), engine=TWO)
    assert analyses(tmp_path / "documents") == analyses(tmp_path / "address")
    assert ids(tmp_path / "address") == [one.id for one in stories(15)]


def test_an_object_store_is_read_by_an_engine_that_is_named(tmp_path: Path) -> None:
    with object_store() as options:
        address = f"s3://bucket/news{options}"
        framing.annotate(address, out=tmp_path / "local", analyzer=rules())
        framing.annotate(address, out=tmp_path / "ray", analyzer=rules(), engine="ray")
    assert len(analyses(tmp_path / "ray")) == 5
    assert analyses(tmp_path / "ray") == analyses(tmp_path / "local")


def test_as_completed_gives_the_same_in_another_order_and_more_workers_than_cores_are_no_harm(
    tmp_path: Path,
) -> None:
    corpus, options = corpus_file(tmp_path, 30), RunOptions(as_completed=True)
    with FaultServer(lambda _: ANSWER, jitter=0.1) as server:
        tool, four = analyzer(server), Ray(workers=4, shard=10)
        annotate(corpus, out=tmp_path / "ray", analyzer=tool, limits=EIGHT, options=options, engine=four)
        annotate(corpus, out=tmp_path / "local", analyzer=tool, limits=EIGHT)
    found = sorted(analyses(tmp_path / "ray"), key=lambda one: int(one.document.id[1:]))
    assert found == analyses(tmp_path / "local")


def test_the_watch_sees_the_run_to_its_end(tmp_path: Path) -> None:
    seen: list[Snapshot] = []
    annotate(stories(25), out=tmp_path, analyzer=rules(), engine=TWO, watch=seen.append)
    assert (seen[-1].written, seen[-1].read) == (25, 1.0)


# --- Death --------------------------------------------------------------------------------------------


def test_workers_that_are_killed_lose_no_article_and_pay_only_what_was_on_its_way_twice(
    tmp_path: Path, kill_a_worker: Callable[[], bool]
) -> None:
    corpus = corpus_file(tmp_path, 120)
    kills: list[bool] = []

    def killing() -> None:
        for wanted in (20, 60):
            while server.stats.requests < wanted:
                time.sleep(0.01)
            kills.append(kill_a_worker())

    with FaultServer(lambda _: ANSWER, latency=0.15) as server:
        killer = threading.Thread(target=killing)
        killer.start()
        report = annotate(corpus, out=tmp_path / "ray", analyzer=analyzer(server), limits=EIGHT, engine=TWO)
        killer.join()
        assert paid_twice(server) <= 2 * EIGHT.concurrency
        asked = server.stats.requests
        annotate(corpus, out=tmp_path / "calm", analyzer=analyzer(server), limits=EIGHT)
    assert kills == [True, True]
    assert (report.articles, report.failed) == (120, 0)
    assert analyses(tmp_path / "ray") == analyses(tmp_path / "calm")
    said = manifest(tmp_path / "ray")["requests"]
    assert said["answered"] == 120
    assert asked <= said["answered"] + said["lost"]


def test_an_article_that_kills_its_worker_three_times_is_a_failed_row_and_the_others_are_there(
    tmp_path: Path,
) -> None:
    documents = stories(20)
    documents[7] = Document(id="a7", text=f"{STORY}\n\nIt was {KILLER}, she said.")
    report = annotate(documents, out=tmp_path / "ray", analyzer=Analyzer(Deadly(), codebook=BOOK), engine=TWO)
    assert (report.articles, report.failed) == (20, 1)
    found = analyses(tmp_path / "ray")
    assert [analysis.document.id for analysis in found] == [document.id for document in documents]
    assert "3 workers died at work on this article" in found[7].problems[0].reason
    assert all(analysis.complete for place, analysis in enumerate(found) if place != 7)


def test_an_article_that_kills_its_worker_is_tried_again_three_times_when_it_is_asked_for(tmp_path: Path) -> None:
    documents = [Document(id="a0", text=f"{STORY}\n\nIt was {KILLER}, she said."), *stories(5)[1:]]
    deadly, again = Analyzer(Deadly(), codebook=BOOK), RunOptions(retry_failed=True)
    for options in (RunOptions(), again):
        annotate(documents, out=tmp_path, analyzer=deadly, options=options, engine=Ray(workers=1, shard=10))
        assert [analysis.complete for analysis in analyses(tmp_path)] == [False, True, True, True, True]


def test_a_run_that_no_worker_can_go_on_with_is_gone_on_with_later(tmp_path: Path) -> None:
    broken = True

    def moody(request: Any) -> str | Canned:
        refused = Canned(401, {"error": {"message": "no", "code": "invalid_api_key"}})
        return refused if broken and asked_number(request) >= 25 else ANSWER

    corpus = corpus_file(tmp_path, 60)
    with FaultServer(moody, latency=0.02) as server:
        with pytest.raises(AuthenticationError):
            annotate(corpus, out=tmp_path / "ray", analyzer=analyzer(server), limits=EIGHT, engine=TWO)
        assert manifest(tmp_path / "ray")["status"] == "stopped"
        assert server.stats.requests <= 60
        broken = False
        report = annotate(corpus, out=tmp_path / "ray", analyzer=analyzer(server), limits=EIGHT, engine=TWO)
    assert (report.articles, report.failed) == (60, 0)
    assert ids(tmp_path / "ray") == [one.id for one in stories(60)]
    assert manifest(tmp_path / "ray")["requests"]["answered"] == 60


# --- Limits that hold for all -------------------------------------------------------------------------


def test_all_workers_together_have_no_more_requests_open_than_allowed(tmp_path: Path) -> None:
    with FaultServer(lambda _: ANSWER, latency=0.05) as server:
        annotate(stories(80), out=tmp_path, analyzer=analyzer(server), limits=Limits(6), engine=TWO)
    assert 3 < server.stats.peak <= 6


def test_all_workers_together_send_no_more_requests_than_allowed_and_more_may_be_allowed_later(
    tmp_path: Path,
) -> None:
    corpus = corpus_file(tmp_path, 60)
    with FaultServer(lambda _: ANSWER, latency=0.02) as server:
        limits = Limits(8, max_requests=33)
        report = run(corpus, out=tmp_path / "ray", analyzer=analyzer(server), limits=limits, engine=TWO)
        assert server.stats.requests == 33
        assert "the limit of 33 requests is reached" in (report.stopped or "")
        assert (report.articles % 10, report.articles + report.kept) == (0, 33)
        limits = Limits(8, max_requests=41)
        report = run(corpus, out=tmp_path / "ray", analyzer=analyzer(server), limits=limits, engine=TWO)
        assert (server.stats.requests, report.requests) == (41, 41)
        annotate(corpus, out=tmp_path / "ray", analyzer=analyzer(server), limits=EIGHT, engine=TWO)
    assert (server.stats.requests, paid_twice(server)) == (60, 0)


def test_all_workers_together_spend_no_more_than_allowed(tmp_path: Path) -> None:
    limits = Limits(8, max_cost=3.0, prices=MONEY)
    with FaultServer(lambda _: ANSWER, faults=Faults(seed=5, reset=0.1), latency=0.01) as server:
        report = run(
            stories(80),
            out=tmp_path,
            analyzer=analyzer(server, params={"max_tokens": 200}),
            limits=limits,
            engine=TWO,
        )
    assert report.cost is not None
    assert 1.0 < report.cost <= 3.0
    assert "maximum cost of 3" in (report.stopped or "")


def test_all_workers_together_keep_the_pace(tmp_path: Path) -> None:
    limits = Limits(16, requests_per_minute=1200)
    with FaultServer(lambda _: ANSWER, latency=0.02) as server:
        annotate(stories(80), out=tmp_path, analyzer=analyzer(server), limits=limits, engine=TWO)
    times = [received.time for received in server.requests]
    assert times[-1] - times[0] >= 0.95 * 79 / 20
    for start in times:
        # Twenty a second, and what a late task of this machine brings together.
        assert sum(start <= other < start + 1 for other in times) <= 20 + 5


def test_a_429_that_says_how_long_holds_the_workers(tmp_path: Path) -> None:
    with FaultServer(
        lambda _: ANSWER, faults=Faults(seed=3, rate_limit=0.1, malformed=0.05), latency=0.02, retry_after=0.5
    ) as server:
        report = annotate(stories(60), out=tmp_path, analyzer=analyzer(server), limits=EIGHT, engine=TWO)
    assert (report.articles, report.failed) == (60, 0)
    assert server.stats.requests <= 1.4 * 60


# --- Going on -----------------------------------------------------------------------------------------


def test_the_same_call_again_does_nothing_and_more_articles_may_follow(tmp_path: Path) -> None:
    with FaultServer(lambda _: ANSWER) as server:
        corpus = corpus_file(tmp_path, 25)
        annotate(corpus, out=tmp_path / "ray", analyzer=analyzer(server), engine=TWO)
        report = annotate(corpus, out=tmp_path / "ray", analyzer=analyzer(server), engine=TWO)
        assert (server.stats.requests, report.new, report.articles) == (25, 0, 25)
        corpus = corpus_file(tmp_path, 40)
        report = annotate(corpus, out=tmp_path / "ray", analyzer=analyzer(server), engine=TWO)
    assert (server.stats.requests, report.new, report.articles) == (40, 15, 40)
    assert ids(tmp_path / "ray") == [one.id for one in stories(40)]


def test_retry_failed_asks_again_about_those_only(tmp_path: Path) -> None:
    down = True

    def moody(request: Any) -> str | Canned:
        fails = down and asked_number(request) % 10 == 4
        return Canned(500, {"error": {"message": "no", "code": "server_error"}}) if fails else ANSWER

    once = Retries(attempts=1)
    corpus = corpus_file(tmp_path, 30)
    again = RunOptions(retry_failed=True)
    with FaultServer(moody) as server:
        report = annotate(corpus, out=tmp_path / "ray", analyzer=analyzer(server, retries=once), engine=TWO)
        assert (report.failed, server.stats.requests) == (3, 30)
        down = False
        report = annotate(corpus, out=tmp_path / "ray", analyzer=analyzer(server), engine=TWO, options=again)
        assert (report.failed, report.new, server.stats.requests) == (0, 3, 33)
        annotate(corpus, out=tmp_path / "local", analyzer=analyzer(server))
    assert analyses(tmp_path / "ray") == analyses(tmp_path / "local")


def test_other_settings_another_engine_and_a_changed_input_are_refused(tmp_path: Path) -> None:
    corpus = corpus_file(tmp_path, 25)
    annotate(corpus, out=tmp_path / "ray", analyzer=rules(), engine=TWO)
    with pytest.raises(UsageError, match="codebook was"):
        annotate(corpus, out=tmp_path / "ray", analyzer=Analyzer("rules", codebook="policy-frames"), engine=TWO)
    with pytest.raises(UsageError, match="are parquet, not csv: in some shards they would be missing"):
        annotate(corpus, out=tmp_path / "ray", analyzer=rules(), options=RunOptions(tables="csv"), engine=TWO)
    with pytest.raises(UsageError, match="holds shards: go on with the engine ray"):
        annotate(corpus, out=tmp_path / "ray", analyzer=rules())
    corpus.write_text(corpus.read_text("utf-8").replace("Story 12.", "Story 99."), "utf-8")
    with pytest.raises(UsageError, match=r"shard 000001 .* has changed"):
        annotate(corpus, out=tmp_path / "ray", analyzer=rules(), engine=TWO)
    annotate(corpus, out=tmp_path / "local", analyzer=rules())
    with pytest.raises(UsageError, match="go on without the engine ray"):
        annotate(corpus, out=tmp_path / "local", analyzer=rules(), engine=TWO)


def test_a_cluster_that_nobody_answers_for_is_told_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"127.0.0.1:{closed.getsockname()[1]}"
    with pytest.raises(UsageError, match="no cluster of Ray answers at"):
        annotate(stories(1), out=tmp_path / "ray", analyzer=rules(), engine=Ray(address))
    assert list(tmp_path.iterdir()) == []
