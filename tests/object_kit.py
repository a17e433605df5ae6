"""An object store on loopback, for whatever reads `s3://bucket/…`."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

from tests.run_kit import STORY

__all__ = ["KEYS", "OBJECTS", "object_store"]

OBJECTS = {
    "news/2031/b.jsonl": b'{"id": "b1", "text": "One."}\n{"text": "Two."}\n\nnot json\n{"id": "b5", "text": "Five."}\n',
    "news/a.txt": STORY.encode(),
    "news/notes.bin": b"\x00",
}
KEYS = {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "AWS_EC2_METADATA_DISABLED": "true"}
"""What the environment must say where the store is asked."""


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


@contextmanager
def object_store() -> Iterator[str]:
    """The options that lead an s3 address to loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), ObjectStore)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"?scheme=http&region=here&endpoint_override=127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
