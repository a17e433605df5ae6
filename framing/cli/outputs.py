"""Files that a command is to write."""

from __future__ import annotations

import os
from pathlib import Path

from framing.errors import UsageError

__all__ = ["check_writable", "reason_of"]


def check_writable(out: Path) -> None:
    """Make the folder of the file `out` (or the folder, where it has no suffix), before a model is paid and not after.

    Raises UsageError where nothing can be written there.
    """
    folder = out.parent if out.suffix else out
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--out {str(out)!r} cannot be written: {reason_of(error)}") from error
    if out.suffix and out.is_dir():
        raise UsageError(f"--out {str(out)!r} cannot be written: it is a folder")
    if not os.access(out if out.exists() else folder, os.W_OK):
        raise UsageError(f"--out {str(out)!r} cannot be written: Permission denied")


def reason_of(error: OSError) -> str:
    """Why the system refuses, as a reader of a command line understands it."""
    if isinstance(error, FileExistsError | NotADirectoryError):
        return "a file stands where a folder is needed"
    return error.strerror or str(error)
