"""Asking by file: what is exported, what is read back, and everything that can be wrong with either."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from framing import Analyzer, Document, InputError, UsageError
from framing.annotations import Analysis
from framing.backends import BackendOptions
from framing.backends.batch import BatchModel
from framing.batch import Batch, Results
from framing.cli.main import cli
from framing.errors import BadRequestError
from framing.evaluation.gold import load_gold
from framing.messages import Message, Request
from framing.testing import FaultServer, Oracle
from framing.testing._api import chat_completion, response

GOLD = load_gold(Path(__file__).parents[1] / "datasets" / "newsroom" / "gold.jsonl", limit=3)
ARTICLES = [article.document for article in GOLD]
ORACLE = Oracle(GOLD)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def answer_of(body: dict[str, Any], name: str = "joint_rows") -> str:
    """What the oracle says to a request body."""
    shown = body.get("messages") or body.get("input") or []
    messages = tuple(Message(message["role"], message["content"]) for message in shown)
    return ORACLE.complete(Request(messages, schema_name=name)).text


def result(line: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The result line of a batch that went well, with changes."""
    completed = chat_completion(line["body"], answer_of(line["body"]), None)
    whole = {"status_code": 200, "request_id": "r", "body": completed}
    return {"id": "b", "custom_id": line["custom_id"], "response": whole, "error": None, **changes}


class Files:
    """A batch, its requests file and its results file in a folder."""

    def __init__(self, folder: Path, batch: Batch | None = None, articles: Sequence[Document] = ARTICLES) -> None:
        self.batch = batch or Batch("m", prompt="joint/rows")
        self.articles = list(articles)
        self.requests, self.results = folder / "requests.jsonl", folder / "results.jsonl"
        self.exported = self.batch.export(self.articles, self.requests)

    def answered(self, rows: Sequence[Any]) -> Results:
        text = "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)
        self.results.write_text(text, "utf-8")
        return self.batch.read(self.articles, self.requests, [self.results])


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def reasons(results: Results) -> list[str]:
    return [fault.reason for fault in results.faults]


def without_batch(analysis: Analysis) -> dict[str, Any]:
    """An analysis without what tells that it was asked for by file."""
    whole = analysis.model_dump(mode="json")
    for key in ("backend", "model", "usage"):
        del whole["provenance"][key]
    return whole


# --- Export -----------------------------------------------------------------------------------------


def test_a_request_is_a_line_of_openais_batch_format(files: Files) -> None:
    first = lines(files.requests)[0]
    assert set(first) == {"custom_id", "method", "url", "body"}
    assert (first["method"], first["url"]) == ("POST", "/v1/chat/completions")
    assert first["body"]["model"] == "m"
    assert first["body"]["response_format"]["json_schema"]["strict"] is True
    assert first["body"]["max_completion_tokens"] == 8000
    assert (files.exported.articles, files.exported.requests, files.exported.too_large) == (3, 3, False)
    assert files.exported.bytes == files.requests.stat().st_size


def test_the_body_is_the_one_that_a_server_would_be_sent(files: Files) -> None:
    received = []

    def answer(body: Any) -> str:
        received.append(body)
        return answer_of(body)

    from framing.backends import load_backend

    with FaultServer(answer) as server:
        backend = load_backend(
            "openai:m",
            base_url=server.base_url,
            options=BackendOptions(max_tokens_field="max_completion_tokens"),
        )
        Analyzer(backend, prompt="joint/rows").analyze(ARTICLES[0])
    assert received == [lines(files.requests)[0]["body"]]


def test_the_responses_endpoint_is_asked_where_it_is_wanted(tmp_path: Path) -> None:
    files = Files(tmp_path, Batch("m", prompt="joint/rows", options=BackendOptions(api="responses")))
    first = lines(files.requests)[0]
    assert first["url"] == "/v1/responses"
    body = response(first["body"], answer_of(first["body"]), None)
    read = files.answered([{"custom_id": first["custom_id"], "response": {"status_code": 200, "body": body}}])
    assert next(read.analyses()).statements


def test_names_are_the_same_each_time_and_safe_for_every_server(tmp_path: Path) -> None:
    odd = [
        Document(id=name, text="It is closed.") for name in ("plain-1", "newsroom/a b", "x" * 200, "sha-0", "é")
    ]
    names = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        files = Files(folder, Batch("m", prompt=("statements/rows", "frames/rows")), odd)
        names.append([line["custom_id"] for line in lines(files.requests)])
    assert names[0] == names[1]
    assert len(set(names[0])) == 10
    assert all(len(name) <= 64 and name.replace("-", "").replace("_", "").isalnum() for name in names[0])
    assert all(name.isascii() for name in names[0])
    assert names[0][0] == "plain-1_statements-rows-v1_1"


def test_a_long_article_is_several_requests(tmp_path: Path) -> None:
    files = Files(tmp_path, Batch("m", prompt="joint/rows", max_chars=1_000), ARTICLES[:1])
    ids = [line["custom_id"] for line in lines(files.requests)]
    assert len(ids) > 2
    assert [name.rpartition("_")[2] for name in ids] == [str(n) for n in range(1, len(ids) + 1)]


def test_a_requests_file_is_never_overwritten(files: Files) -> None:
    with pytest.raises(UsageError, match="exists already"):
        files.batch.export(ARTICLES, files.requests)


def test_two_articles_with_one_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="two articles have the id"):
        Batch("m").export([ARTICLES[0], ARTICLES[0]], tmp_path / "r.jsonl")


def test_an_article_without_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no text"):
        Batch("m").export([Document(id="void", text=" ")], tmp_path / "r.jsonl")


def test_a_batch_is_not_asked_directly() -> None:
    with pytest.raises(BadRequestError, match="export"):
        BatchModel("m").complete(Request((Message("user", "Hello"),)))


# --- Import -----------------------------------------------------------------------------------------


def test_answers_in_any_order_are_what_a_direct_answer_would_have_been(files: Files) -> None:
    rows = [result(line) for line in lines(files.requests)]
    random.Random(1).shuffle(rows)
    read = files.answered(rows)
    direct = [Analyzer(ORACLE, prompt="joint/rows", repairs=0).analyze(article) for article in ARTICLES]
    assert read.faults == ()
    assert [without_batch(a) for a in read.analyses()] == [without_batch(a) for a in direct]


def test_the_analysis_says_that_it_was_asked_for_by_file_and_what_it_cost(files: Files) -> None:
    made = next(files.answered([result(line) for line in lines(files.requests)]).analyses()).provenance
    assert (made.backend, made.model, made.prompt) == ("batch:m", "m", "joint/rows.v1")
    assert made.usage.input_tokens > 0
    assert made.usage.requests == 1


def test_answers_from_elsewhere_are_texts_under_their_names(files: Files) -> None:
    rows = [{"custom_id": line["custom_id"], "text": answer_of(line["body"])} for line in lines(files.requests)]
    read = files.answered(rows)
    assert read.faults == ()
    assert all(analysis.statements for analysis in read.analyses())


def test_the_chunks_of_an_article_come_together_again(tmp_path: Path) -> None:
    files = Files(tmp_path, Batch("m", prompt="joint/rows", max_chars=1_500), ARTICLES[:1])
    (analysis,) = files.answered([result(line) for line in lines(files.requests)]).analyses()
    assert analysis.provenance.chunks == files.exported.requests
    assert analysis.provenance.usage.requests == files.exported.requests
    assert analysis.statements


def _failed(line: dict[str, Any], how: str) -> list[Any]:
    """Result lines in which the request of `line` goes wrong."""
    error = {"error": {"message": "The server had an error.", "code": "server_error"}}
    match how:
        case "missing":
            return []
        case "error":
            return [result(line, response=None, error={"code": "batch_expired", "message": "Too late."})]
        case "status":
            return [result(line, response={"status_code": 500, "body": error})]
        case "no reply":
            return [result(line, response={"status_code": 200, "body": {"choices": []}})]
        case "error with status 200":
            return [result(line, response={"status_code": 200, "body": error})]
        case _:
            return ["{not json", {"answer": 42}, {"custom_id": line["custom_id"]}]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("missing", "has no answer"),
        ("error", "batch_expired: Too late."),
        ("status", "HTTP 500: The server had an error."),
        ("no reply", "holds no reply of the model"),
        ("error with status 200", "The server had an error."),
        ("unreadable", "has no answer"),
    ],
)
def test_an_article_whose_request_failed_is_a_failed_analysis_in_its_place(
    files: Files, how: str, said: str
) -> None:
    first, second, third = lines(files.requests)
    read = files.answered([result(third), *_failed(second, how), result(first)])
    analyses = list(read.analyses())
    assert [a.document.id for a in analyses] == [article.id for article in ARTICLES]
    assert [a.answered for a in analyses] == [True, False, True]
    assert {p.kind for p in analyses[1].problems if p.loses} == {"backend"}
    assert any(said in reason for reason in reasons(read))


def test_lines_that_are_no_answers_are_each_reported_with_their_line(files: Files) -> None:
    rows = [result(line) for line in lines(files.requests)]
    read = files.answered([*rows, "{not json", {"answer": 42}, {"custom_id": "x"}, "[]"])
    assert [fault.line for fault in read.faults] == [4, 5, 6, 7]


def test_one_failed_chunk_of_several_leaves_the_others(tmp_path: Path) -> None:
    files = Files(tmp_path, Batch("m", prompt="joint/rows", max_chars=1_500), ARTICLES[:1])
    (analysis,) = files.answered([result(line) for line in lines(files.requests)[1:]]).analyses()
    assert analysis.answered
    assert not analysis.complete
    assert [p.item for p in analysis.problems if p.kind == "backend"] == ["chunk 1 of 2"]


def test_a_filtered_and_a_truncated_answer_are_problems_of_their_own_kind(files: Files) -> None:
    first, second, third = lines(files.requests)
    filtered = {"error": {"message": "Filtered.", "code": "content_filter"}}
    cut = chat_completion(second["body"], answer_of(second["body"])[:80], "truncated")
    refused = chat_completion(third["body"], "I cannot help with that.", "refusal")
    rows = [
        result(first, response={"status_code": 400, "body": filtered}),
        result(second, response={"status_code": 200, "body": cut}),
        result(third, response={"status_code": 200, "body": refused}),
    ]
    kinds = [{p.kind for p in analysis.problems} for analysis in files.answered(rows).analyses()]
    assert "content_filter" in kinds[0]
    assert "truncated" in kinds[1]
    assert "refusal" in kinds[2]


def test_an_unknown_name_is_reported(files: Files) -> None:
    rows = [result(line) for line in lines(files.requests)]
    read = files.answered([*rows, {"custom_id": "stranger", "text": "{}"}])
    assert reasons(read) == [f"'stranger' answers no request in {files.requests}"]


def test_the_same_answer_twice_is_reported_and_used_once(files: Files) -> None:
    rows = [result(line) for line in lines(files.requests)]
    read = files.answered([*rows, rows[0]])
    assert "the same answer" in reasons(read)[0]
    assert all(not [p for p in a.problems if p.kind == "duplicate"] for a in read.analyses())


def test_of_two_answers_that_differ_the_first_is_used_and_the_analysis_says_so(files: Files) -> None:
    rows = [result(line) for line in lines(files.requests)]
    read = files.answered([*rows, {"custom_id": rows[0]["custom_id"], "text": '{"speakers": []}'}])
    first = next(read.analyses())
    assert "another answer, the first is used" in reasons(read)[0]
    assert first.statements
    assert "duplicate" in {problem.kind for problem in first.problems}


@pytest.mark.parametrize("error_first", [True, False])
def test_an_answer_is_worth_more_than_an_error_under_the_same_name(files: Files, error_first: bool) -> None:
    rows = [result(line) for line in lines(files.requests)]
    failed = result(lines(files.requests)[0], response=None, error={"code": "x", "message": "y"})
    read = files.answered([failed, *rows] if error_first else [*rows, failed])
    assert next(read.analyses()).answered
    assert len(read.faults) == 1


def test_the_error_file_is_a_further_results_file(files: Files, tmp_path: Path) -> None:
    first, *rest = lines(files.requests)
    files.results.write_text("".join(json.dumps(result(line)) + "\n" for line in rest), "utf-8")
    errors = tmp_path / "errors.jsonl"
    errors.write_text(json.dumps(_failed(first, "status")[0]) + "\n", "utf-8")
    read = files.batch.read(ARTICLES, files.requests, [files.results, errors])
    assert len(read.faults) == 1
    assert [a.answered for a in read.analyses()] == [False, True, True]


def test_a_results_file_that_is_not_there_is_an_input_error(files: Files) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        files.batch.read(ARTICLES, files.requests, ["nowhere.jsonl"])


# --- What was exported must be what would be asked now ----------------------------------------------


def _changed(text: str) -> Document:
    return ARTICLES[0].model_copy(update={"text": text})


@pytest.mark.parametrize(
    ("batch", "articles", "said"),
    [
        (Batch("m", prompt="joint/rows"), [_changed(ARTICLES[0].text + " More."), *ARTICLES[1:]], "the article"),
        (Batch("m", prompt="joint/rows", codebook="immigration"), ARTICLES, "the instructions"),
        (Batch("n", prompt="joint/rows"), ARTICLES, "model ('m' then, 'n' now)"),
        (Batch("m", prompt="joint/rows", params={"temperature": 1}), ARTICLES, "temperature (0 then, 1 now)"),
        (Batch("m", prompt="joint/rows"), ARTICLES[1:], "is about no article given now"),
        (Batch("m", prompt="joint/rows"), [*ARTICLES, Document(id="new", text="News.")], "was not exported"),
        (Batch("m", prompt="joint/indexed"), ARTICLES, "was not exported"),
    ],
    ids=["text", "codebook", "model", "parameter", "fewer", "more", "prompt"],
)
def test_requests_that_would_not_be_exported_now_are_refused_and_it_says_why(
    files: Files, batch: Batch, articles: list[Document], said: str
) -> None:
    files.results.write_text("", "utf-8")
    with pytest.raises(InputError) as caught:
        batch.read(articles, files.requests, [files.results])
    assert said in str(caught.value)
    assert "export again" in str(caught.value)


def test_a_requests_file_that_is_none_is_refused_with_its_line(files: Files) -> None:
    files.requests.write_text('{"custom_id": "a"}\n', "utf-8")
    with pytest.raises(InputError, match=r"requests\.jsonl:1"):
        files.answered([])


# --- Command line -----------------------------------------------------------------------------------


def test_the_commands_export_and_import(tmp_path: Path) -> None:
    articles = tmp_path / "articles.jsonl"
    articles.write_text("".join(document.model_dump_json() + "\n" for document in ARTICLES), "utf-8")
    requests, results, out = (tmp_path / name for name in ("requests.jsonl", "results.jsonl", "out"))
    asked = ["--prompt", "joint/rows", "--model", "m"]
    exported = CliRunner().invoke(cli, ["batch", "export", str(articles), *asked, "-o", str(requests)])
    assert exported.exit_code == 0
    assert "3 requests about 3 articles" in exported.output
    rows = [result(line) for line in lines(requests)]
    results.write_text("".join(json.dumps(row) + "\n" for row in rows[1:]), "utf-8")
    command = ["batch", "import", str(articles), *asked, str(requests), str(results), "--out", str(out)]
    imported = CliRunner().invoke(cli, command)
    assert imported.exit_code == 5
    assert "3 articles, 1 failed" in imported.output
    analyses = [Analysis.model_validate(row) for row in lines(out / "analyses.jsonl")]
    assert [a.answered for a in analyses] == [False, True, True]
    report = json.loads((out / "import.json").read_text("utf-8"))
    assert report["failed"] == 1
    assert "has no answer" in report["faults"][0]


def test_importing_needs_articles_requests_and_results() -> None:
    result = CliRunner().invoke(cli, ["batch", "import", "a", "b", "--model", "m", "--out", "x"])
    assert isinstance(result.exception, UsageError)
