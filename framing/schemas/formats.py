"""What a wire format is: a name, a schema for the server, and a reader for the reply."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from typing import ClassVar

from framing.codebooks import Codebook
from framing.errors import UsageError
from framing.schemas.draft import Draft, Task
from framing.schemas.strict import Schema

__all__ = ["WireFormat"]


class WireFormat(ABC):
    """One way for a model to write its answer down.

    name: as prompts quote it. numbered: replies name sentences by number, so a prompt has to show the article
    with its sentences numbered. structured: there is a JSON schema for the server to enforce.
    """

    name: ClassVar[str]
    numbered: ClassVar[bool]
    structured: ClassVar[bool] = True
    tasks: ClassVar[tuple[Task, ...]] = ("statements", "claims", "frames", "joint")

    def check(self, *, task: Task, codebook: Codebook | None = None) -> None:
        """Raise UsageError for a task that the format cannot express, or that lacks the codebook it needs."""
        self._check_task(task)
        if task in ("frames", "joint") and codebook is None:
            raise UsageError(f"the task {task!r} needs a codebook: name one, such as 'policy-frames'")

    def schema(self, *, task: Task, codebook: Codebook | None = None) -> Schema | None:
        """The JSON Schema of a reply, in the strict subset; None for a format without one. Raises as `check`."""
        self.check(task=task, codebook=codebook)
        return self._schema(task, codebook)

    def schema_text(self, *, task: Task, codebook: Codebook | None = None) -> str | None:
        """The schema as compact JSON, as a `Request` carries it."""
        schema = self.schema(task=task, codebook=codebook)
        return None if schema is None else json.dumps(schema, ensure_ascii=False, separators=(",", ":"))

    @abstractmethod
    def read(self, text: str, *, task: Task, codebook: Codebook | None = None) -> Draft:
        """The draft in the text of a reply. Never raises for what the text holds: that is in its flaws.

        Without a codebook, frame codes are taken as they stand.
        """

    @abstractmethod
    def _schema(self, task: Task, codebook: Codebook | None) -> Schema | None: ...

    def _check_task(self, task: Task) -> None:
        if task not in self.tasks:
            raise UsageError(
                f"the wire format {self.name!r} cannot express the task {task!r}; it can: {', '.join(self.tasks)}"
            )
