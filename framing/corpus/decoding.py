"""Bytes to text, saying what had to be assumed."""

from __future__ import annotations

import codecs

from framing.errors import InputError

__all__ = ["decode"]

_MARKS = (  # the longer mark first: UTF-32's begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FORMATS = (
    (b"%PDF", "a PDF: convert it to text first, e.g. with pdftotext"),
    (b"PK\x03\x04", "a zip archive or an office document: save it as plain text first"),
    (b"\x1f\x8b", "gzip-compressed: unpack it first"),
    (b"\xd0\xcf\x11\xe0", "an old office document: save it as plain text first"),
    (b"{\\rtf", "rich text (RTF): save it as plain text first"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
)
_TEXT_CONTROLS = frozenset(b"\t\n\r\f\x0b\x1b\x08\x00")
_SAMPLE = 65_536


def decode(data: bytes, *, source: str) -> tuple[str, tuple[str, ...]]:
    """The text in `data` and notes on what was assumed; line ends are kept as they are.

    UTF-8 unless a byte-order mark or the bytes say otherwise; then the encoding is detected and named in
    a note. Raises InputError when `data` is empty, holds no text, or is a known binary format.
    """
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise InputError(source, "is empty: there is no article to analyse")
    for magic, what in _FORMATS:
        if data.startswith(magic):
            raise InputError(source, f"is not a text file but {what}")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data, encoding, source), (f"read as {encoding.upper()} by its byte-order mark",)
    if _looks_binary(data):
        raise InputError(source, "is not a text file: it is full of control bytes")
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode("utf-8"), ()
    except UnicodeDecodeError as error:
        return _detected(data, source, error)


def _strict(data: bytes, encoding: str, source: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(source, f"claims to be {encoding.upper()} but is not: {error.reason}") from error


def _looks_binary(data: bytes) -> bool:
    sample = data[:_SAMPLE]
    controls = sum(1 for byte in sample if byte < 32 and byte not in _TEXT_CONTROLS)
    return controls * 50 > len(sample) or sample.count(0) * 20 > len(sample)


def _detected(data: bytes, source: str, error: UnicodeDecodeError) -> tuple[str, tuple[str, ...]]:
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best is None:
        raise InputError(
            source, f"is not UTF-8 (byte {error.start}) and its encoding cannot be told: save it as UTF-8"
        ) from error
    encoding = _preferred(data, best.encoding)
    return data.decode(encoding), (
        f"not UTF-8 (byte {error.start}): read as {encoding}, please check its accents",
    )


def _preferred(data: bytes, detected: str) -> str:
    """Western single-byte code pages look alike to a detector; of them, files in the wild are Windows-1252."""
    alike = {"cp1250", "cp1254", "cp1257", "cp1258", "latin_1", "iso8859_9", "iso8859_15", "mac_roman", "cp437"}
    if detected in alike | {"cp775", "cp850", "cp858", "hp_roman8", "mac_iceland", "mac_latin2", "mac_turkish"}:
        try:
            data.decode("cp1252")
        except UnicodeDecodeError:
            return detected
        return "cp1252"
    return detected
