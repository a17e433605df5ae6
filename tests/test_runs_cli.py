"""`framing annotate` as its users see it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from framing.cli.main import cli
from framing.errors import UsageError
from framing.testing import Canned, FaultServer
from tests.run_kit import ANSWER, corpus_file, ids, manifest

ASKED = ("--prompt", "joint/verbatim", "--codebook", "generic-frames")


def invoke(server: FaultServer, *args: str | Path, model: str = "any", stdin: bytes | None = None) -> Result:
    at = ("--backend", f"openai:{model}", "--base-url", server.base_url)
    return CliRunner().invoke(cli, ["annotate", *map(str, args), *ASKED, *at], input=stdin)


def test_a_dry_run_prints_requests_tokens_cost_and_time_and_sends_nothing(tmp_path: Path) -> None:
    with FaultServer(lambda _: ANSWER) as server:
        done = invoke(
            server, corpus_file(tmp_path, 30), "--out", tmp_path / "out", "--dry-run", model="gpt-4.1-mini"
        )
        assert server.stats.requests == 0
    told = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert told["requests"].startswith("30,")
    assert told["time"] == "about 1 min, at 1 s + 50 tokens/s an answer"
    assert "prices as of 2026-" in told["cost"]
    assert "to be checked" in told["cost"]
    assert told["nothing"] == "was sent"
    assert not (tmp_path / "out").exists()


def test_a_dry_run_of_a_model_without_a_price_says_so(tmp_path: Path) -> None:
    with FaultServer(lambda _: ANSWER) as server:
        done = invoke(server, corpus_file(tmp_path, 2), "--out", tmp_path / "out", "--dry-run")
    assert "unknown: no price for this model" in done.stdout


def test_a_packed_file_and_standard_input_are_read_like_any_other(tmp_path: Path) -> None:
    rows = corpus_file(tmp_path, 4).read_bytes()
    packed = tmp_path / "packed.jsonl.gz"
    packed.write_bytes(gzip.compress(rows))
    with FaultServer(lambda _: ANSWER) as server:
        assert invoke(server, packed, "--out", tmp_path / "one").exit_code == 0
        assert invoke(server, "-", "--out", tmp_path / "two", stdin=rows).exit_code == 0
    assert ids(tmp_path / "one") == ids(tmp_path / "two") == ["a0", "a1", "a2", "a3"]


def test_columns_may_have_other_names(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("guid,body\nn1,“The bridge is not safe” said Ana Ortiz.\n", "utf-8")
    with FaultServer(lambda _: ANSWER) as server:
        columns = ("--text-field", "body", "--id-field", "guid")
        assert invoke(server, path, "--out", tmp_path / "out", *columns).exit_code in (0, 5)
    assert ids(tmp_path / "out") == ["n1"]


def test_without_a_terminal_progress_is_plain_lines_and_quiet_is_nothing(tmp_path: Path) -> None:
    with FaultServer(lambda _: ANSWER) as server:
        articles = corpus_file(tmp_path, 3)
        told = invoke(server, articles, "--out", tmp_path / "out").stderr
        assert invoke(server, articles, "--out", tmp_path / "quiet", "--quiet").output == ""
    assert "\x1b" not in told
    assert "3 articles" in told
    assert "0 failed" in told


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--out", "s3://bucket/run"), "is an address: a folder is written on a disk"),
        (("--out", "run", "--workers", "0"), "belong to --engine ray"),
        (("--out", "run", "--engine", "ray", "--shard-size", "0"), "shard must be at least 1, not 0"),
        (("--out", "run", "--engine", "ray", "--ray-address", "ray://head:1"), "is a client's address"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    corpus = corpus_file(tmp_path, 2)
    with FaultServer(lambda _: ANSWER) as server:
        done = invoke(server, corpus, *more)
    assert isinstance(done.exception, UsageError)
    assert told in str(done.exception)
    assert list(tmp_path.iterdir()) == [corpus]


def test_parameters_of_reasoning_models_and_the_responses_api_are_passed_on(tmp_path: Path) -> None:
    with FaultServer(lambda _: ANSWER) as server:
        more = ("--param", "reasoning_effort=low", "--param", "max_tokens=900", "--param", "temperature=null")
        invoke(server, corpus_file(tmp_path, 1), "--out", tmp_path / "out", "--api", "responses", *more)
        body = server.requests[0].json
    assert body["store"] is False
    assert body["reasoning"] == {"effort": "low"}
    assert body["max_output_tokens"] == 900
    assert "temperature" not in body
    assert manifest(tmp_path / "out")["settings"]["params"]["reasoning_effort"] == "low"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"message": {"content": None, "refusal": "No."}, "finish_reason": "stop"}, "refusal"),
        ({"message": {"content": ANSWER[:90]}, "finish_reason": "length"}, "truncated"),
        ({"message": {"content": ""}, "finish_reason": "content_filter"}, "content_filter"),
    ],
)
def test_refusal_truncation_and_filter_are_problems_of_their_own_kinds(
    tmp_path: Path, answer: dict[str, object], kind: str
) -> None:
    with FaultServer(lambda _: Canned(200, {"model": "any", "choices": [answer]})) as server:
        invoke(server, corpus_file(tmp_path, 1), "--out", tmp_path / "out")
        assert server.stats.requests == 1
    row = json.loads((tmp_path / "out" / "analyses.jsonl").read_text("utf-8"))
    assert kind in {problem["kind"] for problem in row["problems"]}
