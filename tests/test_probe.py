"""`structured="auto"`: which way of structured output a server has is found out once, and kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from framing.backends import BackendOptions, Retries, ServerBackend, load_backend, settled
from framing.cli.main import cli
from framing.errors import AuthenticationError, BadRequestError, ServerError, UsageError
from framing.messages import Message, Request
from framing.runs import Limits, annotate, run
from framing.testing import Canned, FaultServer
from tests.run_kit import ANSWER, QUICK, analyzer, manifest, stories

Answer = Callable[[Any], str | Canned]
WORD = '{"word":"framing"}'
ASK = Request((Message("user", "hello"),))


def refused(status: int, message: str) -> Canned:
    return Canned(status, {"error": {"message": message, "type": "internal_server_error", "code": None}})


def form(request: Any) -> str:
    """The way in which a request tells the schema."""
    told = request.get("response_format")
    if told is None:
        return "none"
    return "json_object_schema" if "schema" in told else str(told["type"])


def server_of(*taken: str, refusal: Canned | str, model: str = "Hello!") -> Answer:
    """A server that takes some ways of structured output, obeys the strict ones, and refuses the others."""

    def answer(request: Any) -> str | Canned:
        way = form(request)
        if way not in (*taken, "none"):
            return refusal
        strict = way in ("json_schema", "json_object_schema")
        return WORD if strict else "{}" if way == "json_object" else model

    return answer


def mode_of(answer: Answer, **options: Any) -> tuple[str, int]:
    """The way that is settled on, and how many requests it took."""
    with FaultServer(answer) as server:
        chosen = BackendOptions(structured="auto", retries=QUICK, **options)
        backend = settled(load_backend("openai:any", base_url=server.base_url, options=chosen))
        assert isinstance(backend, ServerBackend)
        return backend.options.structured, server.stats.requests


NO_SCHEMA = refused(400, "response_format of type json_schema is not supported")
LITERAL = refused(500, "[{'type': 'literal_error', 'loc': ('body', 'type'), 'msg': \"Input should be 'text'\"}]")


@pytest.mark.parametrize(
    ("answer", "mode", "requests"),
    [
        (server_of("json_schema", refusal=NO_SCHEMA), "json_schema", 1),
        (server_of("json_object_schema", refusal=LITERAL), "json_object_schema", 2),
        (server_of("json_object", refusal=NO_SCHEMA), "json_object", 3),
        (server_of(refusal=NO_SCHEMA), "none", 4),
        (server_of(refusal="Hello!"), "none", 4),
    ],
)
def test_the_strictest_way_that_is_taken_and_obeyed_is_settled_on(
    answer: Answer, mode: str, requests: int
) -> None:
    assert mode_of(answer) == (mode, requests)


def test_an_error_500_without_a_reason_is_asked_once_more_and_then_another_way_is_tried() -> None:
    answer = server_of("json_object", refusal=refused(500, "Internal Server Error"))
    assert mode_of(answer) == ("json_object", 5)


def test_the_responses_api_is_probed_in_its_own_form() -> None:
    def answer(request: Any) -> str | Canned:
        return WORD if request["text"]["format"]["type"] == "json_schema" else NO_SCHEMA

    assert mode_of(answer, api="responses") == ("json_schema", 1)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Canned(401, {"error": {"message": "no"}}), AuthenticationError),
        (Canned(404, {"error": {"message": "no such model"}}), BadRequestError),
        (Canned(503, {"error": {"message": "loading"}}), ServerError),
    ],
)
def test_an_error_that_no_other_way_would_heal_is_raised(answer: Canned, error: type[Exception]) -> None:
    with pytest.raises(error):
        mode_of(lambda _: answer)


def test_what_is_not_settled_cannot_be_asked() -> None:
    options = BackendOptions(structured="auto", retries=Retries(attempts=1))
    with FaultServer(lambda _: "x") as server:
        backend = load_backend("openai:any", base_url=server.base_url, options=options)
        assert isinstance(backend, ServerBackend)
        with pytest.raises(UsageError, match="settled"):
            backend.complete(ASK)
        assert server.stats.requests == 0


def test_a_backend_with_a_way_of_its_own_is_left_as_it_is() -> None:
    backend = load_backend("openai:any", base_url="http://127.0.0.1:9/v1")
    assert not isinstance(backend, ServerBackend) or settled(backend) is backend


# --- Runs -----------------------------------------------------------------------------------------------


def only_objects(request: Any) -> str | Canned:
    if form(request) != "json_object":
        return NO_SCHEMA
    return ANSWER if "Story" in request["messages"][1]["content"] else "{}"


def test_a_run_probes_once_keeps_the_way_and_counts_the_requests(tmp_path: Path) -> None:
    with FaultServer(only_objects) as server:
        made = analyzer(server, structured="auto")
        assert not annotate(stories(3), out=tmp_path, analyzer=made).failed
        assert server.stats.requests == 3 + 3
        told = manifest(tmp_path)
        annotate(stories(5), out=tmp_path, analyzer=made)
        assert server.stats.requests == 3 + 3 + 2
    assert told["settings"]["structured"] == "json_object"
    assert told["structured_tried"]["json_object"] == "taken"
    assert "not supported" in told["structured_tried"]["json_schema"]
    assert told["requests"] == {"answered": 4, "refused": 2, "lost": 0}


def test_a_folder_that_was_begun_in_one_way_refuses_another(tmp_path: Path) -> None:
    with FaultServer(only_objects) as server:
        annotate(stories(1), out=tmp_path, analyzer=analyzer(server, structured="auto"))
        with pytest.raises(UsageError, match='structured was "json_object", now "none"'):
            annotate(stories(1), out=tmp_path, analyzer=analyzer(server, structured="none"))
        annotate(stories(2), out=tmp_path, analyzer=analyzer(server, structured="json_object"))


def test_a_probe_keeps_to_the_number_of_requests_allowed(tmp_path: Path) -> None:
    with FaultServer(only_objects) as server:
        with pytest.raises(UsageError, match="limit of 2 requests"):
            run(
                stories(1),
                out=tmp_path,
                analyzer=analyzer(server, structured="auto"),
                limits=Limits(max_requests=2),
            )
        assert server.stats.requests == 2


def test_the_command_settles_before_it_asks(tmp_path: Path) -> None:
    article = tmp_path / "a.txt"
    article.write_text("Story 1.\n\nThe bridge is closed.", "utf-8")
    with FaultServer(only_objects) as server:
        asked = ["analyze", str(article), "--backend", "openai:any", "--base-url", server.base_url]
        done = CliRunner().invoke(cli, [*asked, "--structured", "auto", "--format", "jsonl"])
        assert [form(received.json) for received in server.requests][:4] == [
            "json_schema",
            "json_object_schema",
            "json_object",
            "json_object",
        ]
    assert json.loads(done.stdout.splitlines()[0])["document"]["id"] == "a"


def test_a_500_that_calls_the_request_wrong_ends_a_run_at_once(tmp_path: Path) -> None:
    with FaultServer(lambda _: LITERAL) as server:
        report = run(stories(3), out=tmp_path, analyzer=analyzer(server), limits=Limits(concurrency=1))
        assert server.stats.requests == 1
    assert isinstance(report.error, BadRequestError)
    assert "Input should be" in str(report.stopped)
