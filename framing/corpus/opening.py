"""Files as streams of bytes, unpacked on the way; nothing is ever held whole."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from framing.corpus.places import opened_raw, without_options
from framing.errors import InputError, MissingDependencyError

__all__ = ["Meter", "bare_name", "is_packed", "opened"]

Stream = IO[bytes]


class Meter:
    """How far the reading of several files has come, in bytes as they lie on disk."""

    def __init__(self, total: int) -> None:
        self.total = total
        self._before = 0
        self._file: Stream | None = None

    def begin(self, file: Stream | None) -> None:
        """Take `file` for the one that is being read now."""
        if self._file is not None:
            self._before += self._position()
        self._file = file

    @property
    def fraction(self) -> float | None:
        """The share that is read, 0 to 1; None where the whole is not known (standard input)."""
        if self.total <= 0:
            return None
        return min(1.0, (self._before + self._position()) / self.total)

    def _position(self) -> int:
        try:
            return self._file.tell() if self._file is not None else 0
        except (ValueError, OSError):  # closed, or a pipe
            return 0


@contextmanager
def opened(path: str, meter: Meter) -> Iterator[Stream]:
    """The unpacked bytes of a file, or of standard input for "-"; raises InputError where there is none."""
    if path == "-":
        yield sys.stdin.buffer
        return
    try:
        with opened_raw(path) as file:
            meter.begin(file)
            with _unpacked(path, file) as stream:
                yield stream
                meter.begin(None)
    except (EOFError, OSError, zlib.error, lzma.LZMAError) as error:
        raise InputError(path, f"cannot be read: {error}") from error


def bare_name(path: str) -> tuple[str, str]:
    """(stem, suffix) of a file's name, seen through compression: "a.jsonl.gz" → ("a", ".jsonl")."""
    name = Path(without_options(path))
    if name.suffix.lower() in _PACKED:
        name = Path(name.stem)
    return name.stem, name.suffix.lower()


def is_packed(path: str) -> bool:
    return Path(without_options(path)).suffix.lower() in _PACKED


def _unpacked(path: str, file: Stream) -> Any:
    unpack = _PACKED.get(Path(without_options(path)).suffix.lower())
    return unpack(file) if unpack else file


def _zstandard(file: Stream) -> Stream:
    try:
        import zstandard
    except ImportError:
        raise MissingDependencyError("reading .zst files", "framing-toolkit[zstd]") from None
    return io.BufferedReader(cast(io.RawIOBase, zstandard.open(cast(BinaryIO, file), "rb")))


_PACKED: dict[str, Callable[[Stream], Any]] = {
    ".gz": lambda file: gzip.GzipFile(fileobj=file),
    ".bz2": bz2.BZ2File,
    ".xz": lzma.LZMAFile,
    ".zst": _zstandard,
}
