"""Files and folders of exports: names that any file system takes, and bytes or an error that says why not."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, unquote

from framing.errors import Fault, GoldError, InputError, UsageError

__all__ = ["file_bytes", "made_folder", "name_of", "safe_name"]

_PLAIN = " !#$&'()+,;=@[]{}~"
_LONGEST = 200


def safe_name(name: str) -> str:
    """`name` as a file name: what some file system refuses is percent-encoded, and `name_of` gives it back.

    Raises UsageError for a name that is too long for a file name.
    """
    safe = quote(name, safe=_PLAIN)
    if safe.strip(". ") != safe:
        safe = "".join(f"%{ord(c):02X}" if c in ". " else c for c in safe)
    if len(safe) > _LONGEST:
        raise UsageError(
            f"{name[:40]!r}… is too long for a file name: give the article or the coder a shorter name"
        )
    return safe


def name_of(file_name: str) -> str:
    """The name that `safe_name` wrote."""
    return unquote(file_name)


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
