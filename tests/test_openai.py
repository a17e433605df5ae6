"""Models on OpenAI-compatible servers, asked through real HTTP on loopback."""

from __future__ import annotations

import asyncio
import gc
import importlib.util
import json
import logging
import traceback
from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args

import pytest

from framing.backends import BackendOptions, ModelBackend, Retries, _retry, load_backend
from framing.backends._openai_errors import RateLimits, duration, retry_after
from framing.backends.openai import OpenAI
from framing.errors import (
    AuthenticationError,
    BackendConnectionError,
    BackendError,
    BackendTimeoutError,
    BadRequestError,
    FramingError,
    InputTooLongError,
    QuotaError,
    RateLimitError,
    RetryableError,
    ServerError,
    UsageError,
)
from framing.flow import Outcome, adrive, converse, drive
from framing.messages import Message, Reply, Request, Usage
from framing.schemas import Draft, DraftClaim, Flaw, Quote
from framing.testing import Canned, Faults, FaultServer, NetworkRefusedError, http_date

Way = Literal["sync", "httpx", "aiohttp"]
KEY = "sk-secret-0123456789"
SCHEMA = '{"type":"object","properties":{"é":{"type":"string"}}}'
REQUEST = Request((Message("system", "Find the claims."), Message("user", "The sky is blue.")), SCHEMA, "claims")
ONCE = Retries(attempts=1)


@pytest.fixture(params=get_args(Way))
def way(request: pytest.FixtureRequest) -> Way:
    """Each of the three ways in which a request can travel."""
    carrier: Way = request.param
    if carrier == "aiohttp" and importlib.util.find_spec("aiohttp") is None:
        pytest.skip("aiohttp is not installed (openai[aiohttp])")
    return carrier


def backend_for(server: FaultServer, way: Way = "sync", **options: Any) -> OpenAI:
    carrier = "auto" if way == "sync" else way
    chosen = BackendOptions(**{"retries": ONCE, "transport": carrier, **options})
    return OpenAI("gpt-x", base_url=server.base_url, api_key=KEY, options=chosen)


def ask(backend: ModelBackend, way: Way = "sync", request: Request = REQUEST) -> Reply:
    return backend.complete(request) if way == "sync" else asyncio.run(backend.acomplete(request))


def reply_to(answer: str | Canned, way: Way = "sync", **options: Any) -> Reply:
    with FaultServer(lambda _: answer) as server:
        return ask(backend_for(server, way, **options), way)


def sent(request: Request = REQUEST, **options: Any) -> dict[str, Any]:
    """The body of the HTTP request that `request` becomes."""
    with FaultServer(lambda _: "x") as server:
        ask(backend_for(server, **options), request=request)
        body: dict[str, Any] = server.requests[0].json
        return body


def chat(message: Mapping[str, Any], finish: str = "stop", **more: Any) -> Canned:
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish}
    return Canned(200, {"model": "gpt-x-2026-01-01", "choices": [choice], **more})


def failed(status: int, code: str | int | None = None, message: str = "because", **headers: str) -> Canned:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Canned(status, {"error": {"message": message, "code": code, "type": None}}, named)


# --- What is sent ---------------------------------------------------------------------------------------


def test_messages_model_and_schema_are_sent() -> None:
    body = sent()
    assert body["model"] == "gpt-x"
    assert body["messages"] == [
        {"role": "system", "content": "Find the claims."},
        {"role": "user", "content": "The sky is blue."},
    ]
    assert body["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "claims", "strict": True, "schema": json.loads(SCHEMA)},
    }


def test_text_outside_ascii_arrives_as_it_is() -> None:
    text = "“Ünïcode” \u2028 😀 \x00"
    assert sent(Request((Message("user", text),)))["messages"][0]["content"] == text


def test_a_request_without_a_schema_asks_for_free_text() -> None:
    assert "response_format" not in sent(Request((Message("user", "hello"),)))


@pytest.mark.parametrize(
    ("structured", "expected"),
    [
        ("json_object", {"type": "json_object"}),
        ("json_object_schema", {"type": "json_object", "schema": json.loads(SCHEMA)}),
        ("none", None),
    ],
)
def test_servers_without_structured_output_are_asked_in_the_way_chosen(structured: str, expected: Any) -> None:
    assert sent(structured=structured).get("response_format") == expected


@pytest.mark.parametrize("structured", ["json_object", "none"])
@pytest.mark.parametrize("api", ["chat", "responses"])
def test_a_server_that_takes_no_schema_is_told_it_in_words(structured: str, api: str) -> None:
    body = sent(structured=structured, api=api)
    first = body["messages" if api == "chat" else "input"][0]
    assert first["content"].startswith("Find the claims.\n\n")
    assert first["content"].endswith(SCHEMA)


def test_parameters_are_sent_under_their_names() -> None:
    params = (("reasoning_effort", "low"), ("seed", 7), ("temperature", 0.0), ("top_p", None))
    body = sent(Request((Message("user", "x"),), params=params))
    assert {name: body.get(name) for name, _ in params} == dict(params)
    assert "top_p" not in body


@pytest.mark.parametrize(
    ("options", "name"),
    [({}, "max_tokens"), ({"max_tokens_field": "max_completion_tokens"}, "max_completion_tokens")],
)
def test_the_token_limit_has_the_name_that_the_server_knows(options: dict[str, str], name: str) -> None:
    body = sent(Request((Message("user", "x"),), params=(("max_tokens", 9),)), **options)
    assert [key for key in body if "max" in key] == [name]


@pytest.mark.parametrize("url", ["https://api.openai.com/v1", "https://x.openai.azure.com/openai/v1"])
def test_official_servers_get_the_newer_name_of_the_token_limit(url: str) -> None:
    backend = OpenAI("gpt-x", base_url=url, api_key=KEY)
    body = json.loads(backend._wire.body(Request((Message("user", "x"),), params=(("max_tokens", 9),))))
    assert body["max_completion_tokens"] == 9


def test_a_misspelt_parameter_is_an_error_and_not_ignored() -> None:
    with pytest.raises(BadRequestError, match=r"'temprature'.*temperature.*'body\.temprature'"):
        sent(Request((Message("user", "x"),), params=(("temprature", 0),)))


def test_a_field_of_one_server_alone_is_passed_through() -> None:
    assert sent(Request((Message("user", "x"),), params=(("body.top_k", 5),)))["top_k"] == 5


def test_the_responses_api_is_asked_in_its_own_form_and_told_not_to_store() -> None:
    params = (("max_tokens", 9), ("reasoning_effort", "low"))
    body = sent(Request(REQUEST.messages, SCHEMA, "claims", params), api="responses")
    assert body["store"] is False
    assert body["input"][1] == {"role": "user", "content": "The sky is blue."}
    assert body["max_output_tokens"] == 9
    assert body["reasoning"] == {"effort": "low"}
    assert body["text"]["format"] == {
        "type": "json_schema",
        "name": "claims",
        "strict": True,
        "schema": json.loads(SCHEMA),
    }


def test_the_responses_api_has_no_seed() -> None:
    with pytest.raises(BadRequestError, match="unknown parameter 'seed'"):
        sent(Request((Message("user", "x"),), params=(("seed", 1),)), api="responses")


@pytest.mark.parametrize(
    ("structured", "form"),
    [
        ("json_object", {"type": "json_object"}),
        ("json_object_schema", {"type": "json_object", "schema": json.loads(SCHEMA)}),
        ("none", None),
    ],
)
def test_the_responses_api_takes_the_other_structures_too(structured: str, form: Any) -> None:
    body = sent(api="responses", structured=structured)
    assert body.get("text", {}).get("format") == form


def test_extra_headers_and_query_are_sent(way: Way) -> None:
    with FaultServer(lambda _: "x") as server:
        options = {"headers": {"api-key": "azure"}, "query": {"api-version": "2024-10-21"}}
        ask(backend_for(server, way, **options), way)
        received = server.requests[0]
    assert received.path == "/v1/chat/completions?api-version=2024-10-21"
    assert received.headers["api-key"] == "azure"
    assert received.headers["authorization"] == f"Bearer {KEY}"


def test_nothing_is_taken_from_the_environment(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {
        "OPENAI_API_KEY": "env-key",
        "OPENAI_ORG_ID": "env-org",
        "OPENAI_PROJECT_ID": "env-project",
        "OPENAI_ADMIN_KEY": "env-admin",
        "OPENAI_CUSTOM_HEADERS": "x-env: env-header",
        "OPENAI_BASE_URL": "http://127.0.0.1:9/env",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "ALL_PROXY": "http://127.0.0.1:9",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with FaultServer(lambda _: "x") as server:
        backend = OpenAI("gpt-x", base_url=server.base_url, options=BackendOptions(retries=ONCE))
        ask(backend, way)
        received = server.requests[0]
    assert received.headers["authorization"] == "Bearer none"
    assert "env" not in str(dict(received.headers))


# --- What comes back ------------------------------------------------------------------------------------


def test_a_reply_keeps_the_raw_text_the_model_named_and_the_usage(way: Way) -> None:
    usage = {"prompt_tokens": 12, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 8}}
    reply = reply_to(chat({"content": ' {"a": 1} '}, usage=usage), way)
    assert reply == Reply(' {"a": 1} ', "gpt-x-2026-01-01", "stop", Usage(12, 3, 8, 1))


@pytest.mark.parametrize("usage", [None, {}, {"prompt_tokens": None, "prompt_tokens_details": None}])
def test_a_server_that_counts_no_tokens_is_no_error(usage: Any) -> None:
    assert reply_to(chat({"content": "x"}, usage=usage)).usage == Usage(requests=1)


def test_a_reply_in_parts_is_joined() -> None:
    parts = [{"type": "text", "text": "a"}, {"type": "thinking", "text": "no"}, {"type": "text", "text": "b"}]
    assert reply_to(chat({"content": parts})).text == "ab"


def test_half_an_emoji_becomes_a_replacement_character() -> None:
    body = '{"choices":[{"message":{"content":"a\\ud83d \\ud83d\\ude00"},"finish_reason":"stop"}]}'
    assert reply_to(Canned(200, body)).text == "a\ufffd 😀"


@pytest.mark.parametrize(
    ("answer", "finish", "text"),
    [
        (chat({"content": '{"a'}, "length"), "length", '{"a'),
        (chat({"content": None}, "content_filter"), "content_filter", ""),
        (chat({"content": None, "refusal": "No."}), "refusal", "No."),
        (chat({"content": "yes", "refusal": None}, "eos"), "stop", "yes"),
    ],
)
def test_the_way_an_answer_ended_is_kept(answer: Canned, finish: str, text: str) -> None:
    reply = reply_to(answer)
    assert (reply.finish, reply.text) == (finish, text)


@pytest.mark.parametrize("code", ["content_filter", "content_policy_violation"])
def test_an_article_that_a_filter_keeps_from_the_model_is_a_filtered_reply(code: str, way: Way) -> None:
    reply = reply_to(failed(400, code, "the prompt triggered the policy"), way)
    assert (reply.finish, reply.text) == ("content_filter", "the prompt triggered the policy")


def responses(content: list[dict[str, str]], **more: Any) -> Canned:
    output = [{"type": "reasoning", "summary": []}, {"type": "message", "content": content}]
    usage = {"input_tokens": 5, "output_tokens": 6, "input_tokens_details": {"cached_tokens": 4}}
    return Canned(200, {"model": "m", "status": "completed", "output": output, "usage": usage, **more})


@pytest.mark.parametrize(
    ("answer", "finish", "text"),
    [
        (responses([{"type": "output_text", "text": "a"}, {"type": "output_text", "text": "b"}]), "stop", "ab"),
        (responses([{"type": "refusal", "refusal": "No."}]), "refusal", "No."),
        (
            responses([{"type": "output_text", "text": "a"}], incomplete_details={"reason": "max_output_tokens"}),
            "length",
            "a",
        ),
        (responses([], incomplete_details={"reason": "content_filter"}), "content_filter", ""),
    ],
)
def test_the_responses_api_is_read_the_same_way(answer: Canned, finish: str, text: str) -> None:
    reply = reply_to(answer, api="responses")
    assert (reply.finish, reply.text, reply.model) == (finish, text, "m")
    assert reply.usage == Usage(5, 6, 4, 1)


@pytest.mark.parametrize("api", ["chat", "responses"])
@pytest.mark.parametrize("body", [{}, [], {"choices": []}, {"choices": None}, {"choices": [{}]}, "null"])
def test_an_answer_without_a_reply_is_a_server_error(api: str, body: Any) -> None:
    with pytest.raises(ServerError, match="holds no reply of the model"):
        reply_to(Canned(200, body), api=api)


def test_a_response_that_failed_is_a_server_error() -> None:
    with pytest.raises(ServerError, match="no luck"):
        reply_to(responses([], status="failed", error={"message": "no luck"}), api="responses")


# --- Errors ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (failed(401, "invalid_api_key"), AuthenticationError),
        (failed(403), AuthenticationError),
        (failed(402), QuotaError),
        (failed(429, "insufficient_quota"), QuotaError),
        (failed(429, "billing_hard_limit_reached"), QuotaError),
        (failed(429, "rate_limit_exceeded"), RateLimitError),
        (failed(429, "rate_limit_exceeded", "Request too large for gpt-x"), InputTooLongError),
        (failed(400), BadRequestError),
        (failed(404), BadRequestError),
        (failed(413), BadRequestError),
        (failed(422), BadRequestError),
        (failed(408), BackendTimeoutError),
        (failed(409), ServerError),
        (failed(500), ServerError),
        (failed(503), ServerError),
        (failed(529), ServerError),
        (Canned(502, "<html><h1>Bad Gateway</h1></html>"), ServerError),
        (Canned(401, '"no"'), AuthenticationError),
    ],
)
def test_every_status_has_its_error(answer: Canned, error: type[BackendError], way: Way) -> None:
    with pytest.raises(BackendError) as caught:
        reply_to(answer, way)
    assert type(caught.value) is error
    assert caught.value.status == answer.status
    assert caught.value.backend == "openai:gpt-x"


@pytest.mark.parametrize(
    ("code", "error"), [(429, RateLimitError), (401, AuthenticationError), (None, ServerError)]
)
def test_an_error_that_a_gateway_sends_with_status_200_is_an_error(
    code: int | None, error: type[BackendError]
) -> None:
    with pytest.raises(error, match="upstream"):
        reply_to(Canned(200, {"error": {"message": "upstream", "code": code}}))


def test_the_reason_of_the_server_is_told() -> None:
    with pytest.raises(BadRequestError, match=r"openai:gpt-x: HTTP 404: no model 'gpt-x'; check the name"):
        reply_to(failed(404, message="no model 'gpt-x'"))


def test_a_server_without_structured_output_leads_to_the_option() -> None:
    with pytest.raises(BadRequestError, match="structured='json_object'"):
        reply_to(failed(400, message="response_format is not supported"))


def test_a_long_error_page_is_shortened() -> None:
    with pytest.raises(ServerError) as caught:
        reply_to(Canned(502, "word\n" * 10_000))
    assert len(str(caught.value)) < 600
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("faults", "error"),
    [
        (Faults(timeout=1), BackendTimeoutError),
        (Faults(reset=1), BackendConnectionError),
        (Faults(broken=1), BackendConnectionError),
        (Faults(rate_limit=1), RateLimitError),
        (Faults(server_error=1), ServerError),
    ],
)
def test_every_fault_of_the_network_has_its_error(faults: Faults, error: type[BackendError], way: Way) -> None:
    with FaultServer(lambda _: "x" * 1000, faults=faults) as server:
        backend = backend_for(server, way, timeout=0.2 if faults.timeout else 10)
        for _ in range(2):  # resets come in mid-body first, then before the first byte
            with pytest.raises(BackendError) as caught:
                ask(backend, way)
            assert type(caught.value) is error


def test_a_slow_drip_is_waited_for(way: Way) -> None:
    with FaultServer(lambda _: "x" * 1000, faults=Faults(drip=1)) as server:
        assert ask(backend_for(server, way, timeout=0.15), way).text == "x" * 1000


def test_a_server_that_is_not_there_is_a_connection_error(way: Way) -> None:
    with FaultServer(lambda _: "x") as server:
        backend = backend_for(server, way)
    with pytest.raises(BackendConnectionError, match="no connection"):
        ask(backend, way)


def test_a_server_beyond_loopback_is_not_reached_in_a_test(way: Way) -> None:
    options = BackendOptions(retries=ONCE, transport="auto" if way == "sync" else way)
    backend = OpenAI("gpt-x", base_url="http://models.invalid/v1", api_key=KEY, options=options)
    with pytest.raises(NetworkRefusedError, match=r"models\.invalid"):
        ask(backend, way)


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://x/v1", "http://", "http://x/v1?a=b", "", " "])
def test_a_base_url_that_is_none_is_a_usage_error(url: str) -> None:
    with pytest.raises(FramingError) as caught:
        OpenAI("gpt-x", base_url=url)
    assert isinstance(caught.value, UsageError if url else AuthenticationError)


def test_the_official_server_is_not_asked_without_a_key() -> None:
    with pytest.raises(AuthenticationError, match="OPENAI_API_KEY"):
        load_backend("openai:gpt-x")


# --- Secrets --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "message", [f"Incorrect API key provided: {KEY}.", "Incorrect API key provided: sk-abcd****wxyz.", "hidden!"]
)
def test_a_key_that_the_server_repeats_is_not_shown(
    message: str, way: Way, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(AuthenticationError) as caught:
        reply_to(failed(401, message=message), way, headers={"x-token": "hidden!"})
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + caplog.text
    assert "secret-0123" not in shown
    assert "wxyz" not in shown
    assert "hidden!" not in str(caught.value)


def test_a_backend_shows_its_server_but_no_secret() -> None:
    options = BackendOptions(headers={"api-key": KEY})
    backend = OpenAI("gpt-x", base_url="http://me:pass@localhost:8000/v1", api_key=KEY, options=options)
    assert repr(backend) == "<OpenAI 'openai:gpt-x' at http://localhost:8000/v1>"
    assert KEY not in repr(options)


# --- Retries --------------------------------------------------------------------------------------------


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between attempts; none is waited."""
    asked: list[float] = []

    async def asleep(seconds: float) -> None:
        asked.append(seconds)

    monkeypatch.setattr(_retry, "_sleep", asked.append)
    monkeypatch.setattr(_retry, "_asleep", asleep)
    return asked


def test_a_passing_fault_is_asked_again_until_it_has_passed(way: Way, pauses: list[float]) -> None:
    with FaultServer(lambda _: "x", faults=Faults(reset=1, attempts=3)) as server:
        reply = ask(backend_for(server, way, retries=Retries(attempts=4)), way)
        assert reply.text == "x"
        assert server.stats.requests == 4
    assert len(pauses) == 3


def test_retries_end(way: Way, pauses: list[float]) -> None:
    with FaultServer(lambda _: "x", faults=Faults(server_error=1)) as server:
        with pytest.raises(ServerError):
            ask(backend_for(server, way, retries=Retries(attempts=3)), way)
        assert server.stats.requests == 3


@pytest.mark.parametrize("answer", [failed(401), failed(400), failed(429, "insufficient_quota")])
def test_an_error_that_stays_is_asked_once(answer: Canned, way: Way, pauses: list[float]) -> None:
    with FaultServer(lambda _: answer) as server:
        with pytest.raises(BackendError):
            ask(backend_for(server, way, retries=Retries()), way)
        assert server.stats.requests == 1
    assert pauses == []


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_the_pause_that_the_server_asks_for_is_kept_also_above_two_minutes(
    form: Literal["seconds", "date"], way: Way, pauses: list[float]
) -> None:
    faults = Faults(rate_limit=1, attempts=1)
    with FaultServer(lambda _: "x", faults=faults, retry_after=300, retry_after_as=form) as server:
        ask(backend_for(server, way, retries=Retries()), way)
    assert 299 <= pauses[0] <= 302


def test_a_rate_limit_without_retry_after_backs_off(pauses: list[float]) -> None:
    with FaultServer(lambda _: "x", faults=Faults(rate_limit=1, attempts=4), retry_after=None) as server:
        ask(backend_for(server, retries=Retries()))
    assert pauses == sorted(pauses)
    assert pauses[0] <= 1 < pauses[-1]


def test_limits_that_the_server_tells_are_kept_and_waited_for(pauses: list[float]) -> None:
    with FaultServer(lambda _: "x", requests_per_minute=2, retry_after=None) as server:
        backend = backend_for(server)
        ask(backend)
        assert backend.limits is not None
        assert (backend.limits.limit_requests, backend.limits.remaining_requests) == (2, 1)
        ask(backend)
        with pytest.raises(RateLimitError) as caught:
            ask(backend)
        assert backend.limits.remaining_requests == 0
    assert caught.value.retry_after is not None
    assert 50 < caught.value.retry_after <= 60


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
        ({"retry-after": "Wed, 99 Foo 2015 07:28:00 GMT"}, None),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "6m0s"}, 360),
        ({"x-ratelimit-remaining-tokens": "5", "x-ratelimit-reset-tokens": "6m0s"}, None),
    ],
)
def test_what_headers_ask_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


def test_a_date_in_the_future_is_the_time_until_then() -> None:
    assert 39 <= (retry_after({"retry-after": http_date(40)}) or 0) <= 42


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1s", 1),
        ("20ms", 0.02),
        ("6m0s", 360),
        ("1h30m", 5400),
        ("12", 12),
        ("", None),
        ("x", None),
        ("1.2.3s", None),
    ],
)
def test_durations_of_rate_limit_headers(text: str, seconds: float | None) -> None:
    assert duration(text) == (None if seconds is None else pytest.approx(seconds))


def test_headers_without_limits_tell_none() -> None:
    assert RateLimits.of({"content-type": "text/html"}) is None


# --- Sessions -------------------------------------------------------------------------------------------


def read(text: str) -> Draft:
    try:
        return Draft(claims=tuple(DraftClaim(None, None, (Quote(item),)) for item in json.loads(text)))
    except ValueError:
        return Draft(flaws=(Flaw("", "not JSON", text),))


@pytest.mark.parametrize(
    "faults",
    [Faults(), Faults(malformed=1, attempts=1), Faults(truncated=1), Faults(refusal=1), Faults(malformed=1)],
)
def test_both_ways_of_asking_come_to_the_same_outcome(faults: Faults) -> None:
    def outcome(run: Callable[[OpenAI], Outcome]) -> Outcome:
        with FaultServer(lambda _: '["a", "b"]', faults=faults) as server:
            return run(backend_for(server))

    in_step = outcome(lambda backend: drive(converse(REQUEST, read), backend))
    apart = outcome(lambda backend: asyncio.run(adrive(converse(REQUEST, read), backend)))
    assert in_step == apart


def test_one_backend_serves_one_event_loop_after_another(way: Way) -> None:
    with FaultServer(lambda _: "x") as server:
        backend = backend_for(server, way)
        assert [ask(backend, way).text for _ in range(3)] == ["x", "x", "x"]


def test_nothing_stays_open_when_the_event_loop_ends(way: Way) -> None:
    with FaultServer(lambda _: "x") as server:
        backend = backend_for(server, way)
        ask(backend, way)
        assert backend._sessions == {}
        del backend
        gc.collect()  # a socket left open would warn here, and warnings are errors


def test_a_closed_backend_can_be_asked_again(way: Way) -> None:
    async def twice(backend: OpenAI) -> None:
        await backend.acomplete(REQUEST)
        await backend.aclose()
        await backend.acomplete(REQUEST)

    with FaultServer(lambda _: "x") as server:
        backend = backend_for(server, way)
        if way == "sync":
            backend.complete(REQUEST)
            backend.close()
            backend.complete(REQUEST)
        else:
            asyncio.run(twice(backend))
        assert server.stats.requests == 2


def test_as_many_requests_are_open_as_the_concurrency_allows() -> None:
    async def burst(backend: OpenAI) -> None:
        await asyncio.gather(*(backend.acomplete(REQUEST) for _ in range(40)))

    with FaultServer(lambda _: "x", latency=0.05) as server:
        asyncio.run(burst(backend_for(server, concurrency=8)))
        assert server.stats.peak == 8


def test_a_backend_is_a_model_backend_whose_errors_are_retryable_or_not() -> None:
    backend = OpenAI("gpt-x", api_key=KEY)
    assert isinstance(backend, ModelBackend)
    assert not issubclass(QuotaError, RetryableError)


def test_a_missing_aiohttp_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("framing.backends.openai.find_spec", lambda name: None)
    backend = OpenAI("gpt-x", api_key=KEY, options=BackendOptions(transport="aiohttp"))
    with pytest.raises(UsageError, match=r"openai\[aiohttp\]"):
        asyncio.run(backend.acomplete(REQUEST))


def test_a_web_page_for_an_answer_says_that_the_address_may_be_wrong() -> None:
    with pytest.raises(BackendConnectionError, match="is a web page, not JSON; check the base URL"):
        reply_to(Canned(200, "\n<!doctype html><title>Sign in</title>"))
