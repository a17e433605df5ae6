"""Files and folders of exports: names that any file system takes, and bytes or an error that says why not."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Collection
from pathlib import Path, PurePosixPath

from framing.errors import Fault, GoldError, InputError, UsageError

__all__ = ["file_bytes", "made_folder", "name_of", "safe_name", "unzipped"]

_UNSAFE = re.compile(r"[^A-Za-z0-9 ._-]|_(?=u[0-9a-f]{4})|^[. _-]|[. ]$")
_ESCAPED = re.compile(r"_u([0-9a-f]{4,6})_")
_LONGEST = 200
_NOT_A_ZIP = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(EOFError, NotImplementedError, OSError, OverflowError, RuntimeError, ValueError),
)
"""What zipfile raises for bytes that are no archive, or a damaged one."""
_LARGEST_ARCHIVE = 1024 * 1024 * 1024


def safe_name(name: str) -> str:
    """`name` as a file name that every file system and annotation tool takes; `name_of` gives it back.

    Letters, digits and - . _ stay; any other character is written as its code point, "/" as "_u002f_". Raises
    UsageError for a name that is too long for a file name.
    """
    safe = _UNSAFE.sub(lambda match: f"_u{ord(match[0]):04x}_", name)
    if not safe or len(safe) > _LONGEST:
        raise UsageError(f"{name[:40]!r} is empty or too long for a file name: rename the article or the coder")
    return safe


def name_of(file_name: str) -> str:
    """The name that `safe_name` wrote."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), file_name)


def made_folder(path: Path) -> Path:
    """The folder, made where it is lacking; raises InputError where that cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(str(path), f"cannot be a folder to write to: {error.strerror}") from error
    return path


def file_bytes(path: Path) -> bytes:
    """The content of a file; raises GoldError where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise GoldError((Fault(path, None, f"cannot be read: {error.strerror}"),)) from error


def unzipped(data: bytes, place: str, suffixes: Collection[str]) -> dict[PurePosixPath, bytes]:
    """The files of a zip archive whose names end so, in its order; nothing is written to the disk.

    Raises GoldError where it is none, or where these files are larger than a gigabyte.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            named = ((PurePosixPath(member.filename), member) for member in archive.infolist())
            members = {name: member for name, member in named if name.suffix.lower() in suffixes}
            if sum(member.file_size for member in members.values()) > _LARGEST_ARCHIVE:
                told = f"holds more than {_LARGEST_ARCHIVE >> 20} MB of texts and labels, and is not read"
                raise GoldError((Fault(place, None, told),))
            return {name: _content(archive, member) for name, member in members.items()}
    except _NOT_A_ZIP as error:
        raise GoldError((Fault(place, None, f"is no zip archive that can be read: {error}"),)) from error


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """What the archive says that there is: reading all would unpack as much as there may be."""
    with archive.open(member) as file:
        return file.read(member.file_size)
