"""The analyses that a run has written, whoever did its work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from framing.annotations import Analysis
from framing.errors import InputError
from framing.runs.sharded.folders import committed, is_sharded, read_lines

__all__ = ["ANALYSES", "read_analyses"]

ANALYSES = "analyses.jsonl"


def read_analyses(folder: str | Path) -> Iterator[Analysis]:
    """The analyses of a run folder (or of a jsonl file of them), one at a time; raises InputError."""
    if is_sharded(Path(folder)):
        yield from _sharded_analyses(Path(folder))
        return
    path = Path(folder) / ANALYSES if Path(folder).is_dir() else Path(folder)
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    yield Analysis.model_validate_json(line)
                except ValueError as error:
                    raise InputError(f"{path}:{number}", _not_an_analysis(error)) from None
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror}") from None


def _sharded_analyses(folder: Path) -> Iterator[Analysis]:
    """Those of all shards that are committed, in the order of the input."""
    for done in committed(folder):
        for number, line in enumerate(read_lines(done), 1):
            try:
                yield Analysis.model_validate_json(line)
            except ValueError as error:
                raise InputError(f"{done}, row {number}", _not_an_analysis(error)) from None


def _not_an_analysis(error: ValueError) -> str:
    """Its first fault: where one is wrong in a file of something else, all are."""
    if not isinstance(error, ValidationError):
        return f"is not an analysis: {error}"
    first, *others = error.errors(include_url=False, include_input=False)
    place = ".".join(map(str, first["loc"]))
    more = f" (and {len(others):,} more)" if others else ""
    told = f"{place}: {first['msg']}" if place else first["msg"]
    return f"is not an analysis, as `framing analyze` and `annotate` write them: {told}{more}"
