"""The test kit: a server that fails on demand and can be repeated, and a network that is shut."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from framing.testing import Canned, Faults, FaultServer, NetworkRefusedError, http_date, no_network

REFUSAL = "I am sorry, but I cannot help with that."
MODELS = "/models"
CHAT = "/chat/completions"


def get(server: FaultServer, path: str) -> tuple[int, Any]:
    return exchange(server, path, None)


def post(server: FaultServer, path: str, body: Any) -> tuple[int, Any]:
    return exchange(server, path, json.dumps(body).encode())


def exchange(server: FaultServer, path: str, body: bytes | None) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(server.base_url + path, data=body) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def chat(text: str = "hello there") -> dict[str, Any]:
    return {"model": "m", "messages": [{"role": "user", "content": text}]}


# --- Network --------------------------------------------------------------------------------------------


def test_a_host_beyond_loopback_is_refused() -> None:
    with no_network(), pytest.raises(NetworkRefusedError, match="example"):
        socket.create_connection(("example.org", 80))


@pytest.mark.parametrize("address", ["93.184.216.34", "10.0.0.1", "0.0.0.0"])
def test_an_address_beyond_loopback_is_refused(address: str) -> None:
    with no_network(), socket.socket() as sock:
        with pytest.raises(NetworkRefusedError):
            sock.connect((address, 80))
        with pytest.raises(NetworkRefusedError):
            sock.connect_ex((address, 80))


def test_a_datagram_beyond_loopback_is_refused() -> None:
    with (
        no_network(),
        socket.socket(type=socket.SOCK_DGRAM) as sock,
        pytest.raises(NetworkRefusedError),
    ):
        sock.sendto(b"x", ("8.8.8.8", 53))


def test_an_asynchronous_connection_beyond_loopback_is_refused() -> None:
    with no_network(), pytest.raises(NetworkRefusedError):
        asyncio.run(asyncio.wait_for(asyncio.open_connection("example.org", 80), 5))


def test_loopback_is_open() -> None:
    with no_network(), socket.create_server(("127.0.0.1", 0)) as listening:
        socket.create_connection(("localhost", listening.getsockname()[1])).close()
        with socket.socket(type=socket.SOCK_DGRAM) as sock:
            assert sock.sendto(b"x", ("127.0.0.1", 9)) == 1


def test_the_network_is_as_before_afterwards() -> None:
    before = socket.socket.connect, socket.getaddrinfo
    with no_network():
        assert socket.socket.connect is not before[0]
    assert (socket.socket.connect, socket.getaddrinfo) == before


def test_all_tests_of_this_project_run_without_a_network() -> None:
    with pytest.raises(NetworkRefusedError):
        socket.create_connection(("example.org", 80))


# --- Answers --------------------------------------------------------------------------------------------


def test_the_answer_function_gives_the_text() -> None:
    with FaultServer(lambda asked: asked["messages"][0]["content"].upper()) as server:
        status, reply = post(server, CHAT, chat())
    assert status == 200
    assert reply["choices"][0]["message"]["content"] == "HELLO THERE"
    assert reply["usage"]["prompt_tokens"] == 2


def test_the_responses_endpoint_gives_its_own_envelope() -> None:
    with FaultServer(lambda _: "one two") as server:
        _, reply = post(server, "/responses", {"model": "m", "input": "a b c"})
    assert reply["output"][0]["content"][0]["text"] == "one two"
    assert (reply["usage"]["input_tokens"], reply["usage"]["output_tokens"]) == (3, 2)


def test_models_are_listed_and_other_paths_are_not_found() -> None:
    with FaultServer(lambda _: "x") as server:
        assert get(server, MODELS)[1]["data"][0]["id"] == "test-model"
        assert get(server, "/nothing")[0] == 404


def test_a_canned_answer_is_sent_as_it_stands() -> None:
    with FaultServer(lambda _: Canned(418, {"tea": True}, {"x-pot": "short"})) as server:
        assert post(server, CHAT, chat()) == (418, {"tea": True})


def test_a_body_that_is_not_json_is_a_bad_request() -> None:
    with FaultServer(lambda _: "x") as server:
        assert exchange(server, CHAT, b"{")[0] == 400


def test_what_the_answer_function_raises_is_raised_by_the_server() -> None:
    def broken(asked: Any) -> str:
        raise LookupError("a fault of the test")

    with pytest.raises(LookupError, match="a fault of the test"), FaultServer(broken) as server:
        assert post(server, CHAT, chat())[0] == 500


def test_requests_are_kept_in_order_with_their_headers_and_attempts() -> None:
    with FaultServer(lambda _: "x") as server:
        for text in ("a", "b", "a"):
            post(server, CHAT, chat(text))
        received = server.requests
    assert [r.json["messages"][0]["content"] for r in received] == ["a", "b", "a"]
    assert [r.attempt for r in received] == [1, 1, 2]
    assert received[0].headers["content-length"] == str(len(received[0].body))
    assert received[0].path == "/v1/chat/completions"


def test_a_connection_carries_many_requests_one_after_another() -> None:
    with FaultServer(lambda _: "x") as server:
        connection = http.client.HTTPConnection(server.base_url.split("/")[2])
        for _ in range(3):
            connection.request("GET", "/v1" + MODELS)
            with connection.getresponse() as response:
                response.read()
        connection.close()
        assert server.stats.requests == 3


def test_a_request_that_arrives_in_pieces_is_put_together() -> None:
    body = json.dumps(chat()).encode()
    head = b"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body)
    with FaultServer(lambda asked: asked["model"]) as server:
        host, port = server.base_url.split("/")[2].split(":")
        with socket.create_connection((host, int(port))) as sock:
            for byte in head + body:
                sock.sendall(bytes([byte]))
            assert sock.recv(4096).startswith(b"HTTP/1.1 200 OK\r\n")


def test_requests_that_arrive_at_once_are_answered_in_order() -> None:
    body = json.dumps(chat()).encode()
    head = b"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body)
    with FaultServer(lambda _: "x", latency=0.01) as server:
        host, port = server.base_url.split("/")[2].split(":")
        with socket.create_connection((host, int(port))) as sock:
            sock.sendall((head + body) * 3)
            received = b""
            while received.count(b"chatcmpl-test") < 3:
                received += sock.recv(65536)
    assert received.count(b"HTTP/1.1 200 OK") == 3


def test_requests_are_answered_side_by_side() -> None:
    with FaultServer(lambda _: "x", latency=0.1) as server, ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: post(server, CHAT, chat(str(n))), range(8)))
        assert server.stats.peak > 1


# --- Faults ---------------------------------------------------------------------------------------------


def statuses(seed: int) -> list[int]:
    with FaultServer(lambda _: "x", faults=Faults(seed, rate_limit=0.3, server_error=0.2)) as server:
        return [post(server, CHAT, chat(str(n % 25)))[0] for n in range(50)]


def test_a_run_can_be_repeated_fault_by_fault() -> None:
    assert statuses(1) == statuses(1)
    assert set(statuses(1)) == {200, 429, 500}
    assert statuses(1) != statuses(2)


def test_faults_and_statuses_are_counted() -> None:
    with FaultServer(lambda _: "x", faults=Faults(server_error=1, attempts=1)) as server:
        post(server, CHAT, chat())
        post(server, CHAT, chat())
        stats = server.stats
    assert stats.statuses == {500: 1, 200: 1}
    assert stats.faults == {"server_error": 1}


def test_no_fault_meets_the_list_of_models() -> None:
    with FaultServer(lambda _: "x", faults=Faults(server_error=1)) as server:
        assert get(server, MODELS)[0] == 200


@pytest.mark.parametrize(
    ("faults", "content", "refusal", "finish"),
    [
        (Faults(malformed=1), '{"a": 1', None, "stop"),
        (Faults(truncated=1), '{"a"', None, "length"),
        (Faults(refusal=1), None, REFUSAL, "stop"),
    ],
)
def test_the_model_spoils_its_answer(faults: Faults, content: Any, refusal: Any, finish: str) -> None:
    with FaultServer(lambda _: '{"a": 1}', faults=faults) as server:
        choice = post(server, CHAT, chat())[1]["choices"][0]
    message = {"role": "assistant", "content": content, "refusal": refusal}
    assert (choice["message"], choice["finish_reason"]) == (message, finish)


@pytest.mark.parametrize(
    ("faults", "part", "status"),
    [
        (Faults(truncated=1), {"type": "output_text", "text": "ab", "annotations": []}, "incomplete"),
        (
            Faults(refusal=1),
            {"type": "refusal", "refusal": "I am sorry, but I cannot help with that."},
            "completed",
        ),
    ],
)
def test_the_responses_endpoint_spoils_its_answer_too(faults: Faults, part: Any, status: str) -> None:
    with FaultServer(lambda _: "abcd", faults=faults) as server:
        reply = post(server, "/responses", {"model": "m", "input": "a"})[1]
    assert (reply["output"][0]["content"], reply["status"]) == ([part], status)


def test_a_broken_answer_is_no_json() -> None:
    with FaultServer(lambda _: "x", faults=Faults(broken=1)) as server, pytest.raises(json.JSONDecodeError):
        post(server, CHAT, chat())


def test_a_reset_breaks_in_mid_body_and_then_before_the_first_byte() -> None:
    body = json.dumps(chat()).encode()
    with FaultServer(lambda _: "x" * 1000, faults=Faults(reset=1)) as server:
        for beginning in (True, False):
            connection = http.client.HTTPConnection(server.base_url.split("/")[2])
            connection.request("POST", "/v1" + CHAT, body)
            if beginning:
                response = connection.getresponse()
                with pytest.raises((ConnectionResetError, http.client.IncompleteRead)):
                    response.read()
                response.close()
            else:
                with pytest.raises(ConnectionResetError):
                    connection.getresponse()
            connection.close()


def limited(**options: Any) -> Message:
    """The headers of a 429."""
    with FaultServer(lambda _: "x", faults=Faults(rate_limit=1), **options) as server:
        request = urllib.request.Request(server.base_url + CHAT, json.dumps(chat()).encode())
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request)
        with caught.value as error:
            assert error.code == 429
            return error.headers


def test_retry_after_comes_in_seconds_as_a_date_or_not_at_all() -> None:
    assert limited(retry_after=1.5)["retry-after"] == "1.5"
    assert "retry-after" not in limited(retry_after=None)
    date = parsedate_to_datetime(limited(retry_after=60, retry_after_as="date")["retry-after"])
    assert 59 <= date.timestamp() - time.time() <= 62


def test_a_date_of_http_is_rounded_up_so_that_nobody_comes_too_early() -> None:
    assert parsedate_to_datetime(http_date(0.2)).timestamp() >= time.time()


def test_a_limit_of_requests_a_minute_is_kept_and_told() -> None:
    with FaultServer(lambda _: "x", requests_per_minute=2) as server:
        assert [post(server, CHAT, chat())[0] for _ in range(3)] == [200, 200, 429]


# --- Batches --------------------------------------------------------------------------------------------


def upload(server: FaultServer, lines: list[dict[str, Any]]) -> str:
    content = "".join(json.dumps(line) + "\n" for line in lines)
    form = (
        '--xx\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nbatch\r\n'
        '--xx\r\nContent-Disposition: form-data; name="file"; filename="b.jsonl"\r\n\r\n'
        f"{content}\r\n--xx--\r\n"
    )
    url = server.base_url + "/files"
    headers = {"Content-Type": 'multipart/form-data; boundary="xx"'}
    with urllib.request.urlopen(urllib.request.Request(url, form.encode(), headers)) as response:
        identifier: str = json.load(response)["id"]
        return identifier


def batch_of(count: int) -> list[dict[str, Any]]:
    return [
        {"custom_id": f"d{n}", "method": "POST", "url": "/v1" + CHAT, "body": chat(f"text {n}")}
        for n in range(count)
    ]


def run_batch(server: FaultServer, lines: list[dict[str, Any]]) -> dict[str, Any]:
    asked = {"input_file_id": upload(server, lines), "endpoint": "/v1" + CHAT, "completion_window": "24h"}
    batch: dict[str, Any] = post(server, "/batches", asked)[1]
    assert batch["status"] == "validating"
    assert get(server, f"/batches/{batch['id']}")[1]["status"] == "in_progress"
    ended: dict[str, Any] = get(server, f"/batches/{batch['id']}")[1]
    assert ended == get(server, f"/batches/{batch['id']}")[1]
    return ended


def lines_of(server: FaultServer, file: str | None) -> list[dict[str, Any]]:
    if file is None:
        return []
    with urllib.request.urlopen(f"{server.base_url}/files/{file}/content") as response:
        return [json.loads(line) for line in response]


def test_a_batch_is_answered_line_by_line_in_another_order() -> None:
    with FaultServer(lambda asked: asked["messages"][0]["content"].upper()) as server:
        batch = run_batch(server, batch_of(20))
        lines = lines_of(server, batch["output_file_id"])
    texts = {line["custom_id"]: line["response"]["body"]["choices"][0]["message"]["content"] for line in lines}
    assert texts == {f"d{n}": f"TEXT {n}" for n in range(20)}
    assert [line["custom_id"] for line in lines] != [f"d{n}" for n in range(20)]
    assert (batch["status"], batch["error_file_id"]) == ("completed", None)
    assert batch["request_counts"] == {"total": 20, "completed": 20, "failed": 0}


def test_requests_of_a_batch_that_fail_go_to_the_error_file() -> None:
    with FaultServer(lambda _: "x", faults=Faults(server_error=0.5)) as server:
        batch = run_batch(server, batch_of(20))
        good, bad = (lines_of(server, batch[f"{kind}_file_id"]) for kind in ("output", "error"))
    assert {line["response"]["status_code"] for line in bad} == {500}
    assert sorted(line["custom_id"] for line in good + bad) == sorted(f"d{n}" for n in range(20))


def test_a_batch_whose_time_ran_out_names_the_requests_that_were_not_made() -> None:
    with FaultServer(lambda _: "x", faults=Faults(timeout=0.5)) as server:
        batch = run_batch(server, batch_of(20))
        bad = lines_of(server, batch["error_file_id"])
    assert batch["status"] == "expired"
    assert {line["error"]["code"] for line in bad} == {"batch_expired"}


def test_lines_of_a_batch_can_be_missing_or_there_twice() -> None:
    with FaultServer(lambda _: "x", faults=Faults(missing=0.3, duplicated=0.3)) as server:
        batch = run_batch(server, batch_of(40))
        names = [line["custom_id"] for line in lines_of(server, batch["output_file_id"])]
    assert 0 < len(set(names)) < 40
    assert len(names) > len(set(names))


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([], "empty"),
        (batch_of(2) + batch_of(1), "custom_id is used twice"),
        ([{**batch_of(1)[0], "url": "/v1/responses"}], "not for /v1/chat/completions"),
    ],
)
def test_a_batch_that_is_wrong_fails_as_a_whole(lines: list[dict[str, Any]], reason: str) -> None:
    with FaultServer(lambda _: "x") as server:
        batch = run_batch(server, lines)
    assert batch["status"] == "failed"
    assert reason in batch["errors"]["data"][0]["message"]


def test_a_batch_can_be_cancelled() -> None:
    with FaultServer(lambda _: "x") as server:
        file = upload(server, batch_of(1))
        batch = post(server, "/batches", {"input_file_id": file, "endpoint": "/v1" + CHAT})[1]
        assert post(server, f"/batches/{batch['id']}/cancel", {})[1]["status"] == "cancelled"
        assert get(server, f"/batches/{batch['id']}")[1]["status"] == "cancelled"


def test_files_and_batches_are_listed_and_unknown_ones_are_not_found() -> None:
    with FaultServer(lambda _: "x") as server:
        file = upload(server, batch_of(1))
        assert [listed["id"] for listed in get(server, "/files")[1]["data"]] == [file]
        assert get(server, f"/files/{file}")[1]["purpose"] == "batch"
        assert get(server, "/batches")[1]["data"] == []
        assert get(server, "/files/none")[0] == 404
        assert get(server, "/batches/none")[0] == 404
        assert post(server, "/batches", {"input_file_id": "none"})[0] == 400
        assert post(server, "/files", {})[0] == 400


def test_a_deleted_file_is_gone() -> None:
    with FaultServer(lambda _: "x") as server:
        url = f"{server.base_url}/files/{upload(server, batch_of(1))}"
        with urllib.request.urlopen(urllib.request.Request(url, method="DELETE")) as response:
            assert json.load(response)["deleted"] is True
        assert get(server, "/files")[1]["data"] == []
