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
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import yaml
from jinja2 import TemplateError, TemplateSyntaxError
from pydantic import ValidationError

from framing.errors import Fault, UnknownNameError
from framing.messages import Role
from framing.prompts.examples import Example, example_faults
from framing.prompts.front import INPUTS, PASSAGE_INPUTS, FrontMatter, key_lines, nearest, shape_reason
from framing.prompts.shots import Drawn, draw
from framing.prompts.templates import environment, included, undeclared
from framing.schemas import WireFormat, list_wire_formats, wire_format

__all__ = ["PromptSource", "read_prompt_file"]

_ROLES = ("system", "user", "assistant")


@dataclass(frozen=True, slots=True)
class PromptSource:
    """A file without faults: its front matter, the template of each message, and what it includes.

    `drawn` are the examples that it takes from labelled articles.
    """

    path: Path
    front: FrontMatter
    messages: tuple[tuple[Role, str], ...]
    included: tuple[tuple[str, str], ...] = ()
    drawn: Drawn = field(default_factory=Drawn)

    @property
    def fingerprint(self) -> str:
        """ "sha256:" and 16 hex digits over all that a model is shown; the layout of the file does not count.

        That is the front matter, the messages, the included files, and the text and the reply of drawn examples.
        """
        front = self.front.model_dump(by_alias=True, mode="json", exclude=None if self.front.shots else {"shots"})
        parts: list[object] = [front, self.messages, self.included]
        if self.front.shots:
            parts.append([(shot.document.sha256, shot.reply) for shot in self.drawn.examples])
        text = json.dumps(parts, ensure_ascii=True, sort_keys=True)
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
        self.inner: dict[tuple[str, ...], int] = {}

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
        wire = self._check(front, used)
        drawn = self._examples(front, wire) if wire else Drawn()
        return PromptSource(
            self.path,
            front,
            tuple((cast(Role, m.role), m.template) for m in messages),
            tuple(sorted(files.items())),
            drawn,
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
        self.inner = {path: line + 2 for path, line in key_lines(node)}
        try:
            return FrontMatter.model_validate(data)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                self.fault(self._line(detail["loc"]) or 1, shape_reason(detail))
            return None

    def _line(self, path: Sequence[str | int]) -> int | None:
        """The line of a part of the front matter, or of the nearest thing around it that is there."""
        names = tuple(map(str, path))
        lines = (self.inner.get(names[:depth]) for depth in range(len(names), 0, -1))
        return next((line for line in lines if line), None)

    def _messages(self, body: str, body_line: int) -> list[_Message]:
        markers = list(_MARKER.finditer(body))
        if body[: markers[0].start() if markers else len(body)].strip():
            self.fault(body_line, "text before the first role marker: begin with <!-- system --> or <!-- user -->")
        found = []
        for at, marker in enumerate(markers):
            line = body_line + body[: marker.start()].count("\n")
            if marker[1] not in _ROLES:
                self.fault(line, f"unknown role {marker[1]!r}{nearest(marker[1], _ROLES)}")
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

    def _check(self, front: FrontMatter, used: list[_Used]) -> WireFormat | None:
        """The wire format, where the prompt can be answered in it."""
        wanted = f"{front.name}.v{front.version}.md"
        if self.path.name != wanted:
            self.fault(self.lines["name"], f"the file must be called {wanted!r}, not {self.path.name!r}")
        self._check_inputs(front, used)
        try:
            wire = wire_format(front.wire)
        except UnknownNameError as error:
            self.fault(self.lines["schema"], f"{error}{nearest(front.wire, list_wire_formats())}")
            return None
        names = {variable.name for variable in used}
        needed = "sentences" if wire.numbered else "article"
        if needed not in names:
            self.fault(self.lines["schema"], f"the wire format {wire.name!r} needs {{{{ {needed} }}}} in the body")
        if front.task in ("frames", "joint") and "codebook" not in names:
            self.fault(self.lines["task"], f"the task {front.task!r} needs the codebook in the body")
        if front.task in wire.tasks:
            return wire
        self.fault(self.lines["schema"], f"the wire format {wire.name!r} cannot express the task {front.task!r}")
        return None

    def _examples(self, front: FrontMatter, wire: WireFormat) -> Drawn:
        """The drawn examples, after all were held against their own texts."""
        own = tuple(Example.of(shot.article, shot.reply) for shot in front.examples)
        for number, reason in example_faults(own, wire=wire, task=front.task):
            self.fault(self._line(("examples", number)), f"examples[{number}]: {reason}")
        if not front.shots:
            return Drawn()
        drawn, bad = draw(front.shots, wire=wire, task=front.task)
        for one in bad:
            self.fault(self._line(one.place), f"{one.place[-1]}: {one}")
        for number, reason in example_faults(drawn.examples, wire=wire, task=front.task, codebook=drawn.codebook):
            self.fault(self._line(("shots",)), f"{drawn.examples[number].document.id}: {reason}")
        return drawn

    def _check_variables(self, messages: list[_Message], used: list[_Used]) -> None:
        for variable in used:
            if variable.name not in INPUTS:
                near = nearest(variable.name, INPUTS) or f"; known: {', '.join(INPUTS)}"
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
        for key in ("examples", "shots"):
            if getattr(front, key) and "examples" not in front.inputs:
                self.fault(self.lines[key], f"{key} are given, but 'examples' is not listed under inputs")


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
