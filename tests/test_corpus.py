"""Files become documents, or say why not."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from framing.corpus import document_from_bytes, read_document
from framing.errors import InputError

ARTICLE = "The café’s owner said: “It is ‘naïve’ to wait.” A crème brûlée cost £4 in Zürich last year."


def test_the_id_of_an_article_is_its_file_name_without_suffix(tmp_path: Path) -> None:
    (tmp_path / "2031-04-02 bridge.txt").write_text(ARTICLE, encoding="utf-8")
    assert read_document(tmp_path / "2031-04-02 bridge.txt").id == "2031-04-02 bridge"


def test_a_hyphen_reads_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(ARTICLE.encode())))
    document = read_document("-")
    assert (document.id, document.text) == ("stdin", ARTICLE)


def test_line_ends_are_kept_as_they_are() -> None:
    assert document_from_bytes(b"One.\r\n\r\nTwo.\r", id="a", source="a").text == "One.\r\n\r\nTwo.\r"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides_and_is_not_part_of_the_text(encoding: str) -> None:
    assert document_from_bytes(ARTICLE.encode(encoding), id="a", source="a").text == ARTICLE


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
def test_other_encodings_are_detected_and_named_in_a_note(encoding: str) -> None:
    document = document_from_bytes((ARTICLE * 5).encode(encoding), id="a", source="a")
    assert "café" in document.text or encoding == "mac_roman"
    assert document.notes
    assert "not UTF-8" in document.notes[0]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b" \n\t ", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04 ...", "zip archive"),
        (b"\x89PNG\r\n", "picture"),
        (bytes(range(32)) * 40, "control bytes"),
        (b"\xff\xfe\x00\xd8", "UTF-16"),
    ],
)
def test_what_holds_no_article_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as caught:
        document_from_bytes(data, id="a", source="scoop.txt")
    assert caught.value.exit_code == 3
    assert str(caught.value).startswith("scoop.txt: ")


def test_a_missing_file_and_a_folder_are_input_errors(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_document(tmp_path / "nothing.txt")
    with pytest.raises(InputError, match="is a folder"):
        read_document(tmp_path)


def test_a_stray_nul_does_not_make_a_text_binary() -> None:
    document = document_from_bytes(b"Some words\x00 and more words of an article.", id="a", source="a")
    assert document.text[10] == "\x00"
