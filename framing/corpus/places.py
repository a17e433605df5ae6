"""Where files lie: on this machine, or behind an address (`s3://bucket/articles.jsonl`) that pyarrow opens."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from framing.errors import InputError, MissingDependencyError, UsageError

__all__ = ["files_in", "is_file", "is_remote", "joined", "local_path", "opened_raw", "size_of", "without_options"]

_BUFFER = 1 << 20


def is_remote(path: str) -> bool:
    """Whether a path is an address, such as `s3://bucket/key` or `gs://bucket/key`."""
    return "://" in path


def without_options(path: str) -> str:
    """An address without what may follow its "?"; any other path as it is."""
    return path.partition("?")[0] if is_remote(path) else path


def local_path(path: str | Path) -> Path:
    """A path to write to; raises UsageError for an address, of which a Path has lost a slash already."""
    if re.match(r"[a-z][a-z0-9+.-]+:/", str(path)):
        raise UsageError(
            f"{str(path)!r} is an address: a folder is written on a disk, where renaming is all or nothing. "
            "Name a path (that all workers see), and copy what it holds afterwards"
        )
    return Path(path)


def is_file(path: str) -> bool:
    return True if is_remote(path) else Path(path).is_file()


def joined(folder: str, place: str) -> str:
    """The file at `place` (as `files_in` gives it) of a folder."""
    if not is_remote(folder):
        return str(Path(folder) / place)
    address, mark, options = folder.partition("?")
    return f"{address.rstrip('/')}/{place}{mark}{options}"


def size_of(path: str) -> int:
    """Bytes as they are stored."""
    if not is_remote(path):
        return Path(path).stat().st_size
    system, inner = _system(path)
    return int(system.get_file_info(inner).size or 0)


def files_in(path: str) -> list[str] | None:
    """All files of a folder and of those in it, relative to it, by name; None where `path` is a file itself.

    Raises InputError where there is nothing.
    """
    if is_remote(path):
        return _remote_files(path)
    place = Path(path)
    if not place.exists():
        raise InputError(path, "no such file or folder")
    if not place.is_dir():
        return None
    return [file.relative_to(place).as_posix() for file in sorted(place.rglob("*")) if file.is_file()]


@contextmanager
def opened_raw(path: str) -> Iterator[IO[bytes]]:
    """The stored bytes; raises OSError where they cannot be read."""
    if not is_remote(path):
        with Path(path).open("rb") as file:
            yield file
        return
    system, inner = _system(path)
    with system.open_input_file(inner) as raw:
        yield io.BufferedReader(cast(io.RawIOBase, raw), _BUFFER)


def _remote_files(path: str) -> list[str] | None:
    from pyarrow import fs

    system, inner = _system(path)
    try:
        about = system.get_file_info(inner)
        if about.type == fs.FileType.File:
            return None
        if about.type == fs.FileType.NotFound:
            raise InputError(path, "no such file or folder")
        found = system.get_file_info(fs.FileSelector(inner, recursive=True))
    except OSError as error:
        raise InputError(path, f"cannot be read: {error}") from None
    prefix = len(inner.rstrip("/")) + 1
    names = (one.path[prefix:] for one in found if one.type == fs.FileType.File)
    return sorted(names, key=PurePosixPath)


def _system(path: str) -> tuple[Any, str]:
    """The file system that an address belongs to, and the path in it.

    Raises UsageError for an address with a key: addresses are written into results and manifests.
    """
    if "@" in path.partition("://")[2].partition("/")[0]:
        raise UsageError(
            f"keys do not belong into an address ({path.partition('://')[0]}://…): "
            "set them in the environment or in the files of the service"
        )
    try:
        from pyarrow import ArrowException, fs
    except ImportError:
        raise MissingDependencyError(
            f"reading {path.partition('://')[0]}://", "framing-toolkit[parquet]"
        ) from None
    try:
        system, inner = fs.FileSystem.from_uri(path)
    except (ArrowException, OSError, ValueError) as error:
        raise InputError(path, f"is no address that can be opened: {error}") from None
    return system, inner
