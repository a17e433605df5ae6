"""Inputs that lie elsewhere: an object store on loopback, and addresses that mean nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from framing.corpus import Fields, read_corpus
from framing.corpus.parts import parts_of, read_part
from framing.corpus.places import local_path
from framing.errors import InputError, UsageError
from framing.text import Document
from tests.object_kit import KEYS, OBJECTS, object_store

pytest.importorskip("pyarrow")


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The options that lead an s3 address to loopback."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    with object_store() as options:
        yield options


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


@pytest.mark.parametrize("out", ["s3://bucket/run", Path("s3://bucket/run"), "gs://bucket/run", "file:///run"])
def test_an_address_is_no_folder_to_write(out: str | Path) -> None:
    with pytest.raises(UsageError, match="is an address: a folder is written on a disk"):
        local_path(out)


@pytest.mark.parametrize("out", ["run", "/srv/run", "c:/run", "a:b/run", "s3/run"])
def test_a_path_is_a_folder_to_write(out: str) -> None:
    assert local_path(out) == Path(out)
