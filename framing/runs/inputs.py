"""Where the articles of a run came from: a run keeps no text, but it says where to read it again."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from framing.corpus import Fields
from framing.corpus.places import is_remote
from framing.errors import InputError
from framing.runs.manifest import MANIFEST

__all__ = ["inputs_of", "recorded_inputs"]

_STANDARD_INPUT = "-"


def inputs_of(inputs: Any, fields: Fields | None, folder: Path) -> Mapping[str, Any] | None:
    """What run.json says of the inputs: their paths, seen from `folder`, and which column is what.

    None where they cannot be read again: Documents, or standard input.
    """
    listed: Iterable[Any] = (inputs,) if isinstance(inputs, str | Path) else inputs
    if not isinstance(listed, list | tuple) or not all(isinstance(path, str | Path) for path in listed):
        return None
    if _STANDARD_INPUT in map(str, listed):
        return None
    return {"paths": [_from(folder, path) for path in listed], "fields": asdict(fields or Fields())}


def recorded_inputs(folder: Path) -> tuple[tuple[str, ...], Fields] | None:
    """Paths and columns of the inputs that a run folder names; None where it names none.

    Raises InputError where run.json cannot be read. Whether the files are still the same is for the digest of each
    article to say (`Analysis.document.sha256`).
    """
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8")).get("inputs")
        if not told:
            return None
        paths = (path if is_remote(path) else str(folder / path) for path in told["paths"])
        return tuple(paths), Fields(**told["fields"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(str(folder / MANIFEST), f"does not say which articles were read: {error}") from None


def _from(folder: Path, path: str | Path) -> str:
    """Relative, so that folder and articles can be moved together; absolute from one drive to another."""
    if is_remote(str(path)):
        return str(path)
    try:
        return Path(os.path.relpath(Path(path).resolve(), folder.resolve())).as_posix()
    except ValueError:
        return str(Path(path).resolve())
