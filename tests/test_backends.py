"""Addresses of backends, scripted replies, recorded replies, and faults that repeat."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.backends import ModelBackend, Retries, _registry, _retry, list_backends, load_backend
from framing.backends._faults import FAULT_KINDS, Faults, spoiled
from framing.backends.cache import Recorder, Replay
from framing.backends.mock import Mock
from framing.errors import (
    BackendConnectionError,
    BackendError,
    BackendTimeoutError,
    BadRequestError,
    InputError,
    QuotaError,
    RateLimitError,
    ServerError,
    UnknownNameError,
    UsageError,
)
from framing.messages import Message, Reply, Request, Usage


def ask(text: str = "hello", **params: int) -> Request:
    return Request((Message("user", text),), params=tuple(sorted(params.items())))


# --- Addresses ------------------------------------------------------------------------------------------


def test_an_unknown_backend_lists_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match=r"'opnai'.*openai:MODEL.*rules.*mock:FILE"):
        load_backend("opnai:gpt-x")


@pytest.mark.parametrize("address", ["openai", "openai:", "mock", "cache"])
def test_an_address_without_its_model_says_how_it_is_written(address: str) -> None:
    name = address.rstrip(":")
    with pytest.raises(UsageError, match=f"'{name}' needs more: {name}:"):
        load_backend(address)


def test_listing_backends_imports_none_of_them() -> None:
    program = (
        "import sys, framing.backends as b; b.list_backends();"
        "print([m for m in sys.modules if m.startswith(('openai', 'httpx', 'tenacity', 'framing.backends.'))])"
    )
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    private = [f"framing.backends.{name}" for name in ("_options", "_protocols", "_registry")]
    assert sorted(json.loads(printed.replace("'", '"'))) == private


def test_every_backend_is_listed_with_its_address_and_a_summary() -> None:
    assert [info.name for info in list_backends()] == ["openai", "local", "rules", "cache", "mock", "oracle"]
    assert all(info.usage.startswith(info.name) and info.summary for info in list_backends())


class Parrot:
    """A plug-in that takes no model and is no backend."""


def point_to(name: str, attribute: str) -> EntryPoint:
    return EntryPoint(name, f"{__name__}:{attribute}", _registry.ENTRY_POINTS)


def plug_in(monkeypatch: pytest.MonkeyPatch, point: EntryPoint) -> None:
    monkeypatch.setattr(_registry, "entry_points", lambda group: [point] if group == point.group else [])
    _registry._known.cache_clear()
    monkeypatch.setattr(_registry, "_known", _registry._known.__wrapped__)


def test_a_plug_in_is_found_by_its_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    plug_in(monkeypatch, point_to("script", "Mock"))
    assert "script" in {info.name for info in list_backends()}


def test_a_plug_in_does_not_replace_a_built_in_backend(monkeypatch: pytest.MonkeyPatch) -> None:
    plug_in(monkeypatch, point_to("rules", "Parrot"))
    assert all(info.path != f"{__name__}:Parrot" for info in list_backends())


def test_a_plug_in_that_is_no_backend_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    plug_in(monkeypatch, point_to("parrot", "Parrot"))
    with pytest.raises(UsageError, match="Parrot' is no backend"):
        load_backend("parrot")


def test_a_backend_that_cannot_be_imported_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("broken", "no_such_package:Backend", _registry.ENTRY_POINTS)
    plug_in(monkeypatch, point)
    with pytest.raises(UsageError, match=r"'broken' cannot be loaded: .*no_such_package"):
        load_backend("broken")


def test_a_model_is_refused_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    plug_in(monkeypatch, point_to("parrot", "Parrot"))
    with pytest.raises(UsageError, match="'parrot' takes no model, but was given 'grey'"):
        load_backend("parrot:grey")


def test_the_address_of_a_server_does_not_trouble_a_backend_that_asks_none(tmp_path: Path) -> None:
    (tmp_path / "script.jsonl").write_text('"one"\n')
    backend = load_backend(f"mock:{tmp_path / 'script.jsonl'}", base_url="http://localhost", api_key="x")
    assert isinstance(backend, Mock)


# --- Mock -----------------------------------------------------------------------------------------------


def test_scripted_replies_come_in_order_and_requests_are_kept() -> None:
    mock = Mock(["one", Reply("two", model="m2", finish="length")])
    assert mock.complete(ask("a")) == Reply("one", model="mock", usage=Usage(requests=1))
    assert mock.complete(ask("b")) == Reply("two", model="m2", finish="length")
    assert mock.requests == [ask("a"), ask("b")]


def test_a_function_answers_from_the_request() -> None:
    assert Mock(lambda request: request.messages[-1].content.upper()).complete(ask("abc")).text == "ABC"


def test_a_scripted_exception_is_raised() -> None:
    with pytest.raises(QuotaError):
        Mock([QuotaError("mock", "no money")]).complete(ask())


def test_a_script_that_has_ended_says_how_often_it_was_asked() -> None:
    mock = Mock(["one"])
    mock.complete(ask())
    with pytest.raises(UsageError, match=r"asked 2 time.*'the last one'"):
        mock.complete(ask("the last one"))


def test_one_string_in_place_of_a_list_is_an_error_and_not_a_reply_a_character() -> None:
    with pytest.raises(UsageError, match="list of replies"):
        Mock("text")


def test_a_mock_is_a_model_backend_and_answers_asynchronously_too() -> None:
    mock = Mock(["one"])
    assert isinstance(mock, ModelBackend)
    assert asyncio.run(mock.acomplete(ask())).text == "one"


@pytest.mark.parametrize(
    ("faults", "error"),
    [
        (Faults(rate_limit=1), RateLimitError),
        (Faults(server_error=1), ServerError),
        (Faults(timeout=1), BackendTimeoutError),
        (Faults(reset=1), BackendConnectionError),
        (Faults(broken=1), BackendConnectionError),
    ],
)
def test_faults_of_the_server_are_raised(faults: Faults, error: type[BackendError]) -> None:
    with pytest.raises(error):
        Mock(lambda _: "x", faults=faults).complete(ask())


@pytest.mark.parametrize(
    ("faults", "text", "finish"),
    [
        (Faults(malformed=1), '["claim"', "stop"),
        (Faults(truncated=1), '["cl', "length"),
        (Faults(refusal=1), "I am sorry, but I cannot help with that.", "refusal"),
        (Faults(drip=1), '["claim"]', "stop"),
    ],
)
def test_faults_of_the_model_spoil_the_reply(faults: Faults, text: str, finish: str) -> None:
    reply = Mock(lambda _: '["claim"]', faults=faults).complete(ask())
    assert (reply.text, reply.finish) == (text, finish)


def test_a_fault_passes_after_the_attempts_that_may_fail() -> None:
    mock = Mock(lambda _: "x", faults=Faults(server_error=1, attempts=2), retries=Retries(first_wait=0))
    assert mock.complete(ask()).text == "x"
    assert len(mock.requests) == 3


def test_the_same_faults_meet_the_same_requests_in_any_order() -> None:
    def failing(order: Iterable[int]) -> set[int]:
        mock = Mock(lambda _: "x", faults=Faults(seed=3, rate_limit=0.4))
        failed = set()
        for number in order:
            try:
                mock.complete(ask(str(number)))
            except RateLimitError:
                failed.add(number)
        return failed

    forwards = failing(range(100))
    assert forwards == failing(reversed(range(100)))
    assert 20 < len(forwards) < 60


def test_a_script_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "script.jsonl"
    path.write_text('"one"\n\n{"text": "two", "finish": "length"}\n{"error": "rate_limit", "retry_after": 2}\n')
    mock = load_backend(f"mock:{path}")
    assert isinstance(mock, Mock)
    assert mock.address == f"mock:{path}"
    assert mock.complete(ask()).text == "one"
    assert mock.complete(ask()).finish == "length"
    with pytest.raises(RateLimitError) as caught:
        mock.complete(ask())
    assert caught.value.retry_after == 2


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("7", "a string 'text', not 7"),
        ('{"text": 1}', "a string 'text'"),
        ('{"text": "", "finish": "done"}', "'finish' is one of"),
        ('{"text": "", "usage": {"tokens": 1}}', "'usage' is not"),
        ('{"error": "weather"}', "'error' is one of"),
        ("{", "not JSON"),
    ],
)
def test_a_fault_in_a_script_is_named_with_its_line(tmp_path: Path, line: str, reason: str) -> None:
    path = tmp_path / "script.jsonl"
    path.write_text(f'"one"\n{line}\n"three"\n')
    with pytest.raises(InputError, match=f"script.jsonl:2: .*{reason}"):
        load_backend(f"mock:{path}")


def test_a_missing_script_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        load_backend(f"mock:{tmp_path / 'none.jsonl'}")


# --- Recordings -----------------------------------------------------------------------------------------


def test_a_recorded_reply_is_not_asked_for_again(tmp_path: Path) -> None:
    reply = Reply("é\ud800", model="m", finish="length", usage=Usage(1, 2, 3, 4))
    mock = Mock([reply])
    assert Recorder(mock, tmp_path / "r.jsonl").complete(ask()) == reply
    again = Recorder(mock, tmp_path / "r.jsonl").complete(ask())
    assert again == reply
    assert len(mock.requests) == 1


def test_a_recording_is_replayed_under_the_address_it_was_made_with(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    asyncio.run(Recorder(Mock(["one"]), path).acomplete(ask()))
    replay = load_backend(f"cache:{path}")
    assert isinstance(replay, Replay)
    assert replay.address == "mock"
    assert replay.complete(ask()).text == "one"
    assert asyncio.run(replay.acomplete(ask())).text == "one"


def test_a_request_that_was_not_recorded_is_refused(tmp_path: Path) -> None:
    Recorder(Mock(["one"]), tmp_path / "r.jsonl").complete(ask())
    with pytest.raises(BadRequestError, match="another prompt"):
        Replay(tmp_path / "r.jsonl").complete(ask(seed=1))


def test_failures_are_not_recorded(tmp_path: Path) -> None:
    recorder = Recorder(Mock([RateLimitError("mock", "slow down"), "one"]), tmp_path / "r.jsonl")
    with pytest.raises(RateLimitError):
        recorder.complete(ask())
    assert recorder.complete(ask()).text == "one"


def test_samples_of_one_request_are_kept_apart(tmp_path: Path) -> None:
    mock = Mock(["one", "two"])
    for sample in (0, 1):
        Recorder(mock, tmp_path / "r.jsonl", sample=sample).complete(ask())
    assert [Replay(tmp_path / "r.jsonl", sample=n).complete(ask()).text for n in (0, 1)] == ["one", "two"]


def test_a_line_that_was_being_written_when_its_writer_died_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    Recorder(Mock(["one"]), path).complete(ask("a"))
    with path.open("a") as file:
        file.write('{"key": "ab')
    Recorder(Mock(["two"]), path).complete(ask("b"))
    replay = Replay(path)
    assert [replay.complete(ask(text)).text for text in "ab"] == ["one", "two"]


def test_a_file_that_is_no_recording_is_an_input_error(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text('{"text": "one"}\n')
    with pytest.raises(InputError, match=r"r.jsonl:1: not a recorded reply"):
        Replay(path)


def test_an_empty_recording_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "r.jsonl").touch()
    with pytest.raises(InputError, match="holds no reply"):
        Replay(tmp_path / "r.jsonl")


def test_a_recording_of_several_backends_is_an_input_error(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    (tmp_path / "s.jsonl").write_text('"two"\n')
    for backend in (Mock(["one"]), load_backend(f"mock:{tmp_path / 's.jsonl'}")):
        assert isinstance(backend, ModelBackend)
        Recorder(backend, path).complete(ask())
    with pytest.raises(InputError, match="several backends"):
        Replay(path)


# --- Retries --------------------------------------------------------------------------------------------


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were asked for; none is waited."""
    asked: list[float] = []
    monkeypatch.setattr(_retry, "_sleep", asked.append)
    return asked


def failing(*errors: Exception) -> Mock:
    return Mock([*errors, "x"], retries=Retries(attempts=4, longest_retry_after=100, budget=150))


def test_a_passing_error_is_retried_after_a_pause(pauses: list[float]) -> None:
    assert failing(ServerError("mock", "down")).complete(ask()).text == "x"
    assert 0.5 <= pauses[0] <= 1


def test_retries_end_with_the_last_error(pauses: list[float]) -> None:
    with pytest.raises(ServerError, match="4"):
        failing(*(ServerError("mock", str(n)) for n in range(1, 6))).complete(ask())
    assert len(pauses) == 3


def test_an_error_that_stays_is_not_retried(pauses: list[float]) -> None:
    with pytest.raises(QuotaError):
        failing(QuotaError("mock", "no money")).complete(ask())
    assert pauses == []


def test_the_pause_that_the_server_asks_for_is_kept(pauses: list[float]) -> None:
    failing(RateLimitError("mock", "slow", retry_after=90)).complete(ask())
    assert 90 < pauses[0] < 91


def test_a_server_that_asks_for_too_long_a_pause_is_not_waited_for(pauses: list[float]) -> None:
    with pytest.raises(RateLimitError):
        failing(RateLimitError("mock", "slow", retry_after=101)).complete(ask())
    assert pauses == []


def test_the_time_spent_waiting_is_bounded(pauses: list[float]) -> None:
    with pytest.raises(RateLimitError):
        failing(*[RateLimitError("mock", "slow", retry_after=90)] * 3).complete(ask())
    assert len(pauses) == 1


def test_asynchronous_calls_wait_by_the_same_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    async def asleep(seconds: float) -> None:
        asked.append(seconds)

    monkeypatch.setattr(_retry, "_asleep", asleep)
    reply = asyncio.run(failing(RateLimitError("mock", "slow", retry_after=90)).acomplete(ask()))
    assert reply.text == "x"
    assert 90 < asked[0] < 91


def test_less_than_one_attempt_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="at least 1"):
        Retries(attempts=0)


@settings(deadline=None)
@given(st.integers(1, 10_000), st.none() | st.floats(0, 1e6))
def test_a_pause_lies_between_what_was_asked_and_the_longest(attempt: int, asked: float | None) -> None:
    policy = Retries(attempts=20_000, longest_retry_after=1e6, budget=1e9)
    seconds = policy.pause_after(RateLimitError("mock", "slow", retry_after=asked), attempt=attempt)
    assert seconds is not None
    assert (asked or 0) <= seconds <= (asked or 0) + policy.longest_wait


def test_a_retry_is_logged_with_its_reason(pauses: list[float], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "framing.backends")
    failing(ServerError("mock", "down for a moment")).complete(ask())
    assert "mock: down for a moment; asked again in" in caplog.text


# --- Faults ---------------------------------------------------------------------------------------------


def test_faults_come_in_their_shares() -> None:
    faults = Faults(seed=1, rate_limit=0.1, malformed=0.05, reset=0.02)
    drawn = [faults.draw(f"{number}", 1) for number in range(20_000)]
    assert drawn.count("rate_limit") / 20_000 == pytest.approx(0.1, abs=0.01)
    assert drawn.count("malformed") / 20_000 == pytest.approx(0.05, abs=0.01)
    assert drawn.count("reset") / 20_000 == pytest.approx(0.02, abs=0.005)


@settings(deadline=None)
@given(st.integers(), st.text(alphabet="abcdef", max_size=8), st.integers(1, 9))
def test_a_fault_follows_from_seed_request_and_attempt(seed: int, key: str, attempt: int) -> None:
    share = 1 / len(FAULT_KINDS)
    one, two = (Faults(seed, None, *[share] * len(FAULT_KINDS)) for _ in range(2))
    assert one.draw(key, attempt) == two.draw(key, attempt)


@pytest.mark.parametrize("shares", [{"reset": -0.1}, {"reset": 0.6, "drip": 0.6}])
def test_shares_that_cannot_be_are_a_usage_error(shares: dict[str, float]) -> None:
    with pytest.raises(UsageError, match="together at most 1"):
        Faults(**shares)  # type: ignore[arg-type]


def test_a_text_without_a_fault_is_untouched() -> None:
    assert spoiled("text", None) == "text"
