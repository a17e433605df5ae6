"""Reading a codebook file, and telling every fault in it at once, each with its line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from framing.codebooks.consistency import Place, Reason, inconsistencies, thin_examples
from framing.codebooks.model import Codebook, Frame, Question, Role
from framing.errors import Fault

__all__ = ["read_codebook"]

_FIELDS: dict[str, type[BaseModel]] = {"frames": Frame, "questions": Question, "roles": Role}
_MAX_DEPTH = 20
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_codebook(path: Path) -> tuple[Codebook | None, tuple[Fault, ...]]:
    """The codebook in the file `path`, or every fault that keeps it from being one."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        return None, (Fault(path, None, f"cannot be read: {error.strerror}"),)
    except UnicodeDecodeError as error:
        return None, (Fault(path, None, f"is not UTF-8 text (byte {error.start})"),)
    try:
        source = _Source.of(text)
    except yaml.YAMLError as error:
        return None, (_syntax_fault(path, error),)
    if not isinstance(source.data, dict):
        return None, (Fault(path, 1, f"a codebook is a mapping of keys, not {_kind(source.data)}"),)
    codebook, reasons = _validated(source.data)
    reasons += _file_name(path, source.data)
    found = source.faults | {(source.line(place), reason) for place, reason in reasons}
    return (None if found else codebook), tuple(Fault(path, line, reason) for line, reason in sorted(found))


def _validated(data: dict[str, Any]) -> tuple[Codebook | None, list[Reason]]:
    reasons = [*inconsistencies(data), *thin_examples(data)]
    try:
        return Codebook.model_validate(data), reasons
    except ValidationError as error:
        # What does not fit together was told above, with its place; here it would come without.
        shape = [detail for detail in error.errors(include_url=False) if detail["type"] != "value_error"]
        return None, [*reasons, *map(_shape_reason, shape)]


def _file_name(path: Path, data: dict[str, Any]) -> Iterator[Reason]:
    name, version = data.get("name"), data.get("version")
    if isinstance(name, str) and isinstance(version, int) and path.stem != f"{name}.v{version}":
        yield ("name",), f"the file must be called '{name}.v{version}.yaml', not {path.name!r}"


def _syntax_fault(path: Path, error: yaml.YAMLError) -> Fault:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    return Fault(path, mark.line + 1 if mark else None, f"not YAML: {problem}")


# --- From YAML to data with lines -------------------------------------------------------------------


@dataclass(slots=True)
class _Source:
    """The data of a YAML text, the line of every place in it, and what was wrong on the way."""

    lines: dict[Place, int] = field(default_factory=dict)
    faults: set[tuple[int, str]] = field(default_factory=set)
    data: Any = None
    _seen: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, text: str) -> _Source:
        _refuse_deep_nesting(text)
        source = cls()
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            source.data = None if node is None else source._value(loader, node, ())
        finally:
            loader.dispose()
        return source

    def line(self, place: Place) -> int:
        """The line of `place`, or of the nearest thing around it that has one."""
        while place not in self.lines and place:
            place = place[:-1]
        return self.lines.get(place, 1)

    def _value(self, loader: Any, node: yaml.Node, place: Place) -> Any:
        # An alias repeats a node: a few lines of them unfold into more than memory holds.
        if id(node) in self._seen:
            self.faults.add((self.line(place), "an alias (*name) is not allowed here: write the content out"))
            return None
        line = node.start_mark.line + 1
        self.lines.setdefault(place, line)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(loader, node, line)
        self._seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            return [self._value(loader, item, (*place, at)) for at, item in enumerate(node.value)]
        return self._mapping(loader, node, place)

    def _scalar(self, loader: Any, node: yaml.ScalarNode, line: int) -> Any:
        try:
            return loader.construct_object(node)
        except ValueError:
            self.faults.add((line, f"{node.value!r} looks like a date or number but is none: put it in quotes"))
            return node.value

    def _mapping(self, loader: Any, node: yaml.Node, place: Place) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = str(key_node.value)
            if key in found:
                self.faults.add((line, f"key {key!r} is given twice"))
                continue
            self.lines[(*place, key)] = line
            found[key] = self._value(loader, value_node, (*place, key))
        return found


def _refuse_deep_nesting(text: str) -> None:
    """Raise YAMLError before the composer, which recurses (and in C never notices), meets a deep nest."""
    depth = 0
    event: Any
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _MAX_DEPTH:
            raise yaml.MarkedYAMLError(problem="nests too deeply", problem_mark=event.start_mark)


# --- What pydantic found, in the words of somebody who writes YAML ----------------------------------


def _shape_reason(error: ErrorDetails) -> Reason:
    place, given = tuple(error["loc"]), error["input"]
    key = place[-1] if place else ""
    match error["type"]:
        case "extra_forbidden":
            return place, f"unknown key {key!r}{_nearest(place)}"
        case "missing":
            return place, f"key {key!r} is missing"
        case "string_type":
            return place, f"{_called(place)} must be text, not {_kind(given)}{_quoting_hint(given)}"
        case "tuple_type":
            return place, f"{_called(place)} must be a list, not {_kind(given)}"
        case "model_type" | "model_attributes_type":
            return place, f"{_called(place)} must be a mapping of keys, not {_kind(given)}"
        case "string_pattern_mismatch":
            return place, f"{_called(place)} {given!r} {_SLUGS.get(str(key), 'is not well formed')}"
        case "string_too_short" | "too_short":
            return place, f"{_called(place)} is empty"
        case _:
            return place, f"{_called(place)}: {error['msg']}, not {given!r}"


_SLUGS = {
    "name": "is not a name: lower-case letters and digits, joined by hyphens",
    "language": "is not a language code such as 'en' or 'pt-BR'",
    "code": "is not a code: lower-case letters, digits and underscores, a letter first",
    "other": "is not a code: lower-case letters, digits and underscores, a letter first",
    "frame": "is not a code: lower-case letters, digits and underscores, a letter first",
}


def _called(place: Place) -> str:
    named = [part for part in place if isinstance(part, str)]
    if isinstance(place[-1], int):
        return f"{named[-1]}[{place[-1]}]"
    return str(place[-1])


def _nearest(place: Place) -> str:
    model: type[BaseModel] = _FIELDS.get(str(place[0]), Codebook) if len(place) > 1 else Codebook
    close = difflib.get_close_matches(str(place[-1]), model.model_fields, n=1, cutoff=0.6)
    return f": did you mean {close[0]!r}?" if close else f"; known: {', '.join(model.model_fields)}"


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return f"the truth value {str(value).lower()}"
    return f"the text {value!r}" if isinstance(value, str) else f"{value!r}"


def _quoting_hint(value: Any) -> str:
    if isinstance(value, dict):
        return ": put a text that holds a colon in quotes"
    return "" if value is None or isinstance(value, list) else ": put it in quotes"
