"""Inputs that lie elsewhere: an object store on loopback, and addresses that mean nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from framing.corpus import Fields, read_corpus
from framing.corpus.parts import parts_of, read_part
from framing.errors import InputError, UsageError
from framing.text import Document
from tests.run_kit import STORY

pytest.importorskip("pyarrow")

OBJECTS = {
    "news/2031/b.jsonl": b'{"id": "b1", "text": "One."}\n{"text": "Two."}\n\nnot json\n{"id": "b5", "text": "Five."}\n',
    "news/a.txt": STORY.encode(),
    "news/notes.bin": b"\x00",
}


class ObjectStore(BaseHTTPRequestHandler):
    """As much of S3 as reading takes: lists of a bucket called `bucket`, heads, and ranges of objects."""

    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        url = urlsplit(self.path)
        key = unquote(url.path).removeprefix("/bucket").strip("/")
        if not key:
            self._send(200, self._listed(parse_qs(url.query).get("prefix", [""])[0]), "application/xml", body=body)
        elif key not in OBJECTS:
            self._send(404, b"", "application/xml", body=body)
        else:
            self._object(OBJECTS[key], body=body)

    def _object(self, data: bytes, *, body: bool) -> None:
        asked = self.headers.get("Range")
        if asked is None:
            self._send(200, data, "application/octet-stream", body=body)
            return
        first, last = asked.removeprefix("bytes=").split("-")
        self._send(206, data[int(first) : int(last) + 1], "application/octet-stream", body=body)

    def _listed(self, prefix: str) -> bytes:
        found = {key: data for key, data in OBJECTS.items() if key.startswith(prefix)}
        rows = f"<KeyCount>{len(found)}</KeyCount>" + "".join(
            f"<Contents><Key>{key}</Key><Size>{len(data)}</Size></Contents>" for key, data in found.items()
        )
        return (
            '<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
            f"<Name>bucket</Name><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>"
        ).encode()

    def _send(self, status: int, data: bytes, kind: str, *, body: bool) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Last-Modified", "Wed, 01 Jan 2031 00:00:00 GMT")
        self.end_headers()
        if body:
            self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged."""


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The options that lead an s3 address to loopback."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    server = ThreadingHTTPServer(("127.0.0.1", 0), ObjectStore)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"?scheme=http&region=here&endpoint_override=127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_folder_of_an_object_store_is_read_like_one_here(bucket: str, tmp_path: Path) -> None:
    for key, data in OBJECTS.items():
        (tmp_path / key).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / key).write_bytes(data)
    there, here = list(read_corpus(f"s3://bucket/news{bucket}")), list(read_corpus(tmp_path / "news"))
    assert [entry.id for entry in there] == [entry.id for entry in here]
    assert [e.text for e in there if isinstance(e, Document)] == [e.text for e in here if isinstance(e, Document)]


def test_the_parts_of_an_object_hold_what_the_object_holds(bucket: str, tmp_path: Path) -> None:
    corpus = read_corpus(f"s3://bucket/news/2031/b.jsonl{bucket}")
    parts = list(parts_of(corpus, 2, written=tmp_path))
    assert [part.rows for part in parts] == [2, 2, 1]
    assert [entry for part in parts for entry in read_part(part, Fields())] == list(corpus)


def test_what_is_not_there_is_said_to_be_missing(bucket: str) -> None:
    with pytest.raises(InputError, match="no such file or folder"):
        read_corpus(f"s3://bucket/gone.jsonl{bucket}")


@pytest.mark.parametrize("address", ["nowhere://x/articles.jsonl", "file://"])
def test_an_address_that_means_nothing_is_refused(address: str) -> None:
    with pytest.raises(InputError):
        read_corpus(address)


def test_a_key_in_an_address_is_refused_before_it_is_written_anywhere() -> None:
    with pytest.raises(UsageError, match="keys do not belong into an address") as caught:
        read_corpus("s3://name:secret@bucket/articles.jsonl")
    assert "secret" not in str(caught.value)
