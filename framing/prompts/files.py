"""A prompt file, taken apart, and every fault in it with its line.

    ---
    name: verbatim
    version: 1
    …
    ---
    <!-- system -->
    Instructions, the codebook, examples.
    <!-- user -->
    {{ article }}

The front matter is YAML; the body is a Jinja template for each message, rendered in a sandbox where an
undefined variable is an error.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, cast

import yaml
from jinja2 import TemplateError, TemplateSyntaxError
from pydantic import BaseModel, ConfigDict, Field, StrictInt, ValidationError
from pydantic_core import ErrorDetails

from framing.errors import Fault, UnknownNameError
from framing.messages import Role
from framing.prompts.templates import environment, included, undeclared
from framing.schemas import Task, list_wire_formats, wire_format

__all__ = ["INPUTS", "PASSAGE_INPUTS", "FewShot", "FrontMatter", "PromptSource", "read_prompt_file"]

PASSAGE_INPUTS = ("article", "context", "sentences", "title", "outlet", "published", "language")
"""Inputs that differ from article to article; they may stand in the last message only."""
INPUTS = (*PASSAGE_INPUTS, "codebook", "examples")
_ROLES = ("system", "user", "assistant")


class FewShot(BaseModel):
    """A worked example: an article and the reply to it in the prompt's own wire format."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    article: Annotated[str, Field(min_length=1)]
    reply: Annotated[str, Field(min_length=1)]


class FrontMatter(BaseModel):
    """What a prompt file says of itself. `params` are sampling parameters; `schema` the wire format."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    version: Annotated[StrictInt, Field(ge=1)]
    task: Task
    wire: Annotated[str, Field(alias="schema")]
    inputs: tuple[
        Literal[
            "article", "context", "sentences", "title", "outlet", "published", "language", "codebook", "examples"
        ],
        ...,
    ]
    description: Annotated[str, Field(min_length=1)]
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")] = "en"
    params: dict[str, str | int | float | bool | None] = {}
    examples: tuple[FewShot, ...] = ()


@dataclass(frozen=True, slots=True)
class PromptSource:
    """A file without faults: its front matter, the template of each message, and what it includes."""

    path: Path
    front: FrontMatter
    messages: tuple[tuple[Role, str], ...]
    included: tuple[tuple[str, str], ...] = ()

    @property
    def fingerprint(self) -> str:
        """ "sha256:" and 16 hex digits over front matter, messages and included files; layout does not count."""
        front = self.front.model_dump(by_alias=True, mode="json")
        text = json.dumps([front, self.messages, self.included], ensure_ascii=True, sort_keys=True)
        return "sha256:" + hashlib.sha256(text.encode("ascii")).hexdigest()[:16]


# --- Reading ------------------------------------------------------------------------------------------


def read_prompt_file(path: Path) -> tuple[PromptSource | None, tuple[Fault, ...]]:
    """The prompt in a file, or every fault that keeps it from being one, in the order of its lines."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        return None, (Fault(path, None, f"cannot be read: {error.strerror}"),)
    except UnicodeDecodeError as error:
        return None, (Fault(path, None, f"is not UTF-8 text (byte {error.start})"),)
    reader = _FileReader(path, text)
    source = reader.source()
    faults = sorted(reader.faults, key=lambda fault: fault.line or 0)
    return (None if faults else source), tuple(faults)


_FRONT = re.compile(r"---[^\S\n]*\n(.*?)^---[^\S\n]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_MARKER = re.compile(r"^<!--[^\S\n]*(\w+)[^\S\n]*-->[^\S\n]*$", re.MULTILINE)


class _FileReader:
    def __init__(self, path: Path, text: str) -> None:
        self.path, self.text = path, text.replace("\r\n", "\n")
        self.faults: list[Fault] = []
        self.lines: dict[str, int] = {}

    def fault(self, line: int | None, reason: str) -> None:
        self.faults.append(Fault(self.path, line, reason))

    def source(self) -> PromptSource | None:
        match = _FRONT.match(self.text)
        if match is None:
            self.fault(1, "a prompt begins with its front matter, YAML between two lines '---'")
            return None
        front = self._front(match[1])
        body_line = match[0].count("\n") + 1
        messages = self._messages(self.text[match.end() :], body_line)
        used, files = self._variables(messages)
        self._check_variables(messages, used)
        if front is None:
            return None
        self._check(front, used)
        return PromptSource(
            self.path,
            front,
            tuple((cast(Role, m.role), m.template) for m in messages),
            tuple(sorted(files.items())),
        )

    def _front(self, text: str) -> FrontMatter | None:
        try:
            node = yaml.compose(text, yaml.SafeLoader)
            data = yaml.safe_load(text)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            self.fault(mark.line + 2 if mark else 1, f"not YAML: {getattr(error, 'problem', None) or error}")
            return None
        if not isinstance(data, dict) or not isinstance(node, yaml.MappingNode):
            self.fault(1, "the front matter is a mapping of keys")
            return None
        for key, _ in node.value:
            if key.value in self.lines:
                self.fault(key.start_mark.line + 2, f"key {key.value!r} is given twice")
            self.lines.setdefault(key.value, key.start_mark.line + 2)
        try:
            return FrontMatter.model_validate(data)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                self.fault(self.lines.get(str(detail["loc"][0]), 1), _shape_reason(detail))
            return None

    def _messages(self, body: str, body_line: int) -> list[_Message]:
        markers = list(_MARKER.finditer(body))
        if body[: markers[0].start() if markers else len(body)].strip():
            self.fault(body_line, "text before the first role marker: begin with <!-- system --> or <!-- user -->")
        found = []
        for at, marker in enumerate(markers):
            line = body_line + body[: marker.start()].count("\n")
            if marker[1] not in _ROLES:
                self.fault(line, f"unknown role {marker[1]!r}{_nearest(marker[1], _ROLES)}")
            end = markers[at + 1].start() if at + 1 < len(markers) else len(body)
            found.append(_Message(marker[1], body[marker.end() : end].strip("\n"), line + 1))
        if found and found[-1].role != "user":
            self.fault(found[-1].line - 1, "the last message must be the user's: it holds the article")
        if not found:
            self.fault(body_line, "no message: begin with <!-- system --> or <!-- user -->")
        return found

    def _variables(self, messages: list[_Message]) -> tuple[list[_Used], dict[str, str]]:
        """Every variable of every message, with its line; and the text of every included file."""
        used: list[_Used] = []
        files: dict[str, str] = {}
        env = environment(self.path.parent)
        for at, message in enumerate(messages):
            try:
                tree = env.parse(message.template)
                used += [_Used(name, at, message.line + line - 1) for name, line in undeclared(tree)]
                for name, text, line in included(env, tree):
                    files[name] = text
                    at_line = message.line + line - 1
                    used += [_Used(variable, at, at_line) for variable, _ in undeclared(env.parse(text))]
            except TemplateSyntaxError as error:
                here = error.name is None
                line = message.line + error.lineno - 1 if here else message.line
                self.fault(line, f"not a Jinja template: {'' if here else f'{error.name}: '}{error.message}")
            except TemplateError as error:
                self.fault(message.line, f"cannot be included: {error}")
        return used, files

    def _check(self, front: FrontMatter, used: list[_Used]) -> None:
        wanted = f"{front.name}.v{front.version}.md"
        if self.path.name != wanted:
            self.fault(self.lines["name"], f"the file must be called {wanted!r}, not {self.path.name!r}")
        self._check_inputs(front, used)
        try:
            wire = wire_format(front.wire)
        except UnknownNameError as error:
            self.fault(self.lines["schema"], f"{error}{_nearest(front.wire, list_wire_formats())}")
            return
        if front.task not in wire.tasks:
            self.fault(
                self.lines["schema"], f"the wire format {wire.name!r} cannot express the task {front.task!r}"
            )
        names = {variable.name for variable in used}
        needed = "sentences" if wire.numbered else "article"
        if needed not in names:
            self.fault(self.lines["schema"], f"the wire format {wire.name!r} needs {{{{ {needed} }}}} in the body")
        if front.task in ("frames", "joint") and "codebook" not in names:
            self.fault(self.lines["task"], f"the task {front.task!r} needs the codebook in the body")

    def _check_variables(self, messages: list[_Message], used: list[_Used]) -> None:
        for variable in used:
            if variable.name not in INPUTS:
                near = _nearest(variable.name, INPUTS) or f"; known: {', '.join(INPUTS)}"
                self.fault(variable.line, f"unknown variable {variable.name!r}{near}")
            elif variable.name in PASSAGE_INPUTS and variable.message < len(messages) - 1:
                self.fault(
                    variable.line,
                    f"{variable.name!r} changes with the article and may stand in the last message only: "
                    "what comes before it is then the same for all articles, and servers charge it once",
                )

    def _check_inputs(self, front: FrontMatter, used: list[_Used]) -> None:
        lines = {variable.name: variable.line for variable in reversed(used) if variable.name in INPUTS}
        for name, line in lines.items():
            if name not in front.inputs:
                self.fault(line, f"{name!r} is used here but not listed under inputs")
        for name in front.inputs:
            if name not in lines:
                self.fault(self.lines["inputs"], f"{name!r} is listed under inputs but not used in the body")


@dataclass(frozen=True, slots=True)
class _Message:
    role: str
    template: str
    line: int


@dataclass(frozen=True, slots=True)
class _Used:
    name: str
    message: int
    line: int


def _nearest(name: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    return f": did you mean {close[0]!r}?" if close else ""


def _shape_reason(detail: ErrorDetails) -> str:
    loc: tuple[Any, ...] = tuple(detail["loc"])
    key, given = str(loc[-1]) if isinstance(loc[-1], str) else str(loc[0]), detail["input"]
    known = tuple(field.alias or name for name, field in FrontMatter.model_fields.items())
    match detail["type"]:
        case "extra_forbidden":
            return f"unknown key {key!r}{_nearest(key, known) or '; known: ' + ', '.join(known)}"
        case "missing":
            return f"key {key!r} is missing"
        case "literal_error":
            choices = INPUTS if loc[0] == "inputs" else ("statements", "claims", "frames", "joint")
            return f"{given!r} is none of {', '.join(choices)}{_nearest(str(given), choices)}"
        case _:
            return f"{key}: {detail['msg']}, not {given!r}"
