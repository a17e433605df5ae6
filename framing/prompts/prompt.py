"""Prompts: a measuring instrument in a file that one can read, cite, version and swap."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Template, TemplateError

from framing._resources import resource_dir
from framing.codebooks import Codebook
from framing.errors import Fault, PromptError, UnknownNameError, UsageError
from framing.messages import Message, Params, Request, Role
from framing.prompts.examples import Example
from framing.prompts.files import PromptSource, read_prompt_file
from framing.prompts.passage import Passage
from framing.prompts.templates import environment
from framing.schemas import Task, WireFormat, wire_format

__all__ = ["Prompt", "check_prompt", "list_prompts", "load_prompt"]

DEFAULT = "verbatim"
"""The prompt that a bare task name means: any model can answer it, and people can read what it answered."""


@dataclass(frozen=True)
class Prompt:
    """One prompt file. Equal prompts have equal fingerprints; two versions of a prompt have not."""

    source: PromptSource

    @classmethod
    def load(cls, name_or_path: str | Path) -> Prompt:
        """See `load_prompt`."""
        return load_prompt(name_or_path)

    @property
    def ref(self) -> str:
        """Task, name and version, as results quote it: "joint/verbatim.v1"."""
        return f"{self.task}/{self.name}.v{self.version}"

    @property
    def path(self) -> Path:
        return self.source.path

    @property
    def name(self) -> str:
        return self.source.front.name

    @property
    def version(self) -> int:
        return self.source.front.version

    @property
    def task(self) -> Task:
        return self.source.front.task

    @property
    def description(self) -> str:
        return self.source.front.description

    @property
    def language(self) -> str:
        """The language of the articles that it is written for."""
        return self.source.front.language

    @property
    def inputs(self) -> tuple[str, ...]:
        return self.source.front.inputs

    @property
    def params(self) -> Params:
        """The sampling parameters that the file asks for, sorted by name."""
        return tuple(sorted(self.source.front.params.items()))

    @cached_property
    def fingerprint(self) -> str:
        return self.source.fingerprint

    @cached_property
    def wire(self) -> WireFormat:
        return wire_format(self.source.front.wire)

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """The examples of the file: those written in it, then those drawn from labelled articles."""
        own = tuple(Example.of(shot.article, shot.reply) for shot in self.source.front.examples)
        return own + self.source.drawn.examples

    @property
    def needs_codebook(self) -> bool:
        return "codebook" in self.inputs

    def render(
        self, passage: Passage, *, codebook: Codebook | None = None, examples: Sequence[Example] = ()
    ) -> tuple[Message, ...]:
        """The messages that ask this prompt's questions about `passage`.

        Everything before the last message is the same for all passages, except that an example is never shown
        for its own article. `examples` follow those of the file. Raises UsageError where the prompt needs a
        codebook, or questions in it, and gets none, or another than the one by which its examples are labelled.
        """
        if self.needs_codebook and codebook is None:
            raise UsageError(f"the prompt {self.ref!r} needs a codebook: name one, such as 'policy-frames'")
        self.wire.check(task=self.task, codebook=codebook)
        self._check_labelled_by(codebook)
        shots = tuple(shot for shot in (*self.examples, *examples) if not shot.is_of(passage.document))
        if shots and "examples" not in self.inputs:
            raise UsageError(f"the prompt {self.ref!r} shows no examples: it has no input 'examples'")
        fixed = {"codebook": codebook, "examples": [shot.shown(numbered=self.wire.numbered) for shot in shots]}
        key = (codebook.fingerprint if codebook else None, tuple((s.document.sha256, s.reply) for s in shots))
        if key not in self._openings:
            self._openings[key] = self._messages(self._templates[:-1], fixed)
        varying = passage.inputs(sentences="sentences" in self.inputs)
        return self._openings[key] + self._messages(self._templates[-1:], {**fixed, **varying})

    def request(
        self, passage: Passage, *, codebook: Codebook | None = None, examples: Sequence[Example] = ()
    ) -> Request:
        """The whole request: messages, schema and parameters."""
        messages = self.render(passage, codebook=codebook, examples=examples)
        key = codebook.fingerprint if codebook else None
        if key not in self._schemas:
            self._schemas[key] = self.wire.schema_text(task=self.task, codebook=codebook)
        return Request(messages, self._schemas[key], f"{self.task}_{self.wire.name}", self.params)

    def _check_labelled_by(self, codebook: Codebook | None) -> None:
        wanted = self.source.drawn.codebook
        if wanted and (codebook is None or codebook.fingerprint != wanted.fingerprint):
            given = f"{codebook.ref!r} ({codebook.fingerprint})" if codebook else "none"
            raise UsageError(
                f"the examples of the prompt {self.ref!r} are labelled by the codebook {wanted.ref!r} "
                f"({wanted.fingerprint}), and it can be used with no other; this one: {given}"
            )

    @cached_property
    def _templates(self) -> tuple[tuple[Role, Template], ...]:
        env = environment(self.path.parent)
        return tuple((role, env.from_string(template)) for role, template in self.source.messages)

    @cached_property
    def _openings(self) -> dict[Hashable, tuple[Message, ...]]:
        """The messages before the last, under the codebook and the examples that they show."""
        return {}

    @cached_property
    def _schemas(self) -> dict[str | None, str | None]:
        """The text of the schema, under the codebook that it lists the frames of."""
        return {}

    def _messages(self, templates: Sequence[tuple[Role, Template]], given: dict[str, Any]) -> tuple[Message, ...]:
        inputs = {name: given[name] for name in self.inputs if name in given}
        try:
            return tuple(Message(role, template.render(inputs).strip()) for role, template in templates)
        except TemplateError as error:
            raise PromptError((Fault(self.path, None, f"cannot be rendered: {error}"),)) from error


# --- Finding them -------------------------------------------------------------------------------------

_FILE = re.compile(r"(?P<name>[a-z0-9-]+)\.v(?P<version>[1-9]\d*)\.md")


def load_prompt(name_or_path: str | Path) -> Prompt:
    """A prompt by name or by path.

    "joint" is the default prompt of that task, "joint/verbatim" the newest version of one prompt,
    "joint/verbatim.v1" exactly that one; what ends in .md is a path. Raises UnknownNameError, or PromptError
    with every fault of the file.
    """
    path = _located(name_or_path)
    source, faults = read_prompt_file(path)
    if source is None:
        raise PromptError(faults)
    return Prompt(source)


def check_prompt(path: str | Path) -> tuple[Fault, ...]:
    """Every fault of a prompt file, in the order of its lines; empty when there is none."""
    try:
        load_prompt(Path(path))
    except PromptError as error:
        return error.faults
    return ()


def list_prompts() -> tuple[Prompt, ...]:
    """The prompts that come with the library, by task, name and version."""
    return tuple(load_prompt(path) for path in _shipped().values())


def _located(name_or_path: str | Path) -> Path:
    name = str(name_or_path)
    if isinstance(name_or_path, Path) or name.endswith(".md"):
        return Path(name)
    shipped = _shipped()
    wanted = name if "/" in name else f"{name}/{DEFAULT}"
    versions = [ref for ref in shipped if wanted in (ref, ref.rpartition(".v")[0])]
    if not versions:
        raise UnknownNameError(
            "prompt", name, tuple(shipped), hint="A prompt of your own is given by the path of its .md file"
        )
    return shipped[versions[-1]]


def _shipped() -> dict[str, Path]:
    """The path of every shipped prompt under its ref, by task, name and, within a name, by version."""
    found = [
        (task, match["name"], int(match["version"]), path)
        for task in ("claims", "frames", "joint", "statements")
        for path in (resource_dir("prompts") / task).glob("*.md")
        if (match := _FILE.fullmatch(path.name))
    ]
    return {f"{task}/{name}.v{version}": path for task, name, version, path in sorted(found)}
