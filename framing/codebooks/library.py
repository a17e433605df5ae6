"""Where codebooks are found: those that come with the library by name, a user's own by path."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from framing._resources import resource_dir
from framing.errors import CodebookError, Fault, UnknownNameError

if TYPE_CHECKING:
    from framing.codebooks.model import Codebook

__all__ = ["CodebookInfo", "check_codebook", "list_codebooks", "load_codebook"]

_FILE = re.compile(r"(?P<name>[a-z0-9-]+)\.v(?P<version>[1-9]\d*)\.yaml")


@dataclass(frozen=True, slots=True)
class CodebookInfo:
    """One line of a list of codebooks."""

    ref: str
    title: str
    task: str
    unit: str
    labels: str
    language: str
    frames: int
    path: Path


def load_codebook(name_or_path: str | Path) -> Codebook:
    """A codebook by name ("policy-frames": its newest version; "policy-frames.v1": that one) or by path.

    What holds a slash or ends in .yaml or .yml is a path; so is any other name of an existing file that no
    shipped codebook has. Raises UnknownNameError, or CodebookError with every fault of the file.
    """
    from framing.codebooks.check import read_codebook

    codebook, faults = read_codebook(_located(name_or_path))
    if codebook is None:
        raise CodebookError(faults)
    return codebook


def check_codebook(path: str | Path) -> tuple[Fault, ...]:
    """Every fault of a codebook file, in the order of its lines; empty when there is none."""
    from framing.codebooks.check import read_codebook

    return read_codebook(Path(path))[1]


def list_codebooks() -> tuple[CodebookInfo, ...]:
    """The codebooks that come with the library, by name and version."""
    return tuple(_info(path) for path in _shipped().values())


def _info(path: Path) -> CodebookInfo:
    book = load_codebook(path)
    return CodebookInfo(
        book.ref, book.title, book.task, book.unit, book.labels, book.language, len(book.frames), path
    )


def _located(name_or_path: str | Path) -> Path:
    name = str(name_or_path)
    if isinstance(name_or_path, Path) or "/" in name or "\\" in name or name.endswith((".yaml", ".yml")):
        return Path(name)
    shipped = _shipped()
    versions = [ref for ref in shipped if name in (ref, ref.rpartition(".v")[0])]
    if versions:
        return shipped[versions[-1]]
    if Path(name).is_file():
        return Path(name)
    raise UnknownNameError(
        "codebook", name, tuple(shipped), hint="A codebook of your own is given by the path of its file"
    )


def _shipped() -> dict[str, Path]:
    """The path of every shipped codebook under its ref, by name and, within a name, by version."""
    found = [
        (match["name"], int(match["version"]), path)
        for path in (resource_dir("prompts") / "codebooks").iterdir()
        if (match := _FILE.fullmatch(path.name))
    ]
    return {f"{name}.v{version}": path for name, version, path in sorted(found)}
