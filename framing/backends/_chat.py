"""Messages in the form that a model was trained on: its own chat template, with the messages kept apart.

The texts of the messages never pass through the template. It is rendered with a placeholder for each, and comes
out as pieces: its own text, in which `<|im_start|>` and the like are control tokens, and the texts of messages, in
which they are the letters that stand there. So an article cannot open a message of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from framing.messages import Message

__all__ = ["ChatTemplate", "Piece", "UnusableTemplateError"]

_PLACEHOLDER = re.compile("\ue000(\\d+)\ue001")
_A_DAY = date(2025, 1, 1)


class UnusableTemplateError(Exception):
    """The template cannot say these messages; becomes a BackendError and never leaves this package."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a prompt. Control tokens are read in it only where it is `trusted`."""

    text: str
    trusted: bool


@dataclass(frozen=True, slots=True)
class ChatTemplate:
    """The Jinja template that a model carries, and the texts of its first and last token."""

    source: str
    bos: str = ""
    eos: str = ""

    def pieces(self, messages: Sequence[Message]) -> tuple[Piece, ...]:
        """The prompt for `messages`, up to where the model's answer begins; raises UnusableTemplateError.

        Where the template knows no system message, it stands at the head of the first one of the user.
        """
        try:
            return self._pieces(messages)
        except UnusableTemplateError:
            if len(messages) < 2 or messages[0].role != "system":
                raise
            system, user, *more = messages
            return self._pieces((replace(user, content=f"{system.content}\n\n{user.content}"), *more))

    def _pieces(self, messages: Sequence[Message]) -> tuple[Piece, ...]:
        rendered = self._rendered(messages)
        parts = _PLACEHOLDER.split(rendered)
        shown = [int(part) for part in parts[1::2]]
        if shown != list(range(len(messages))):
            raise UnusableTemplateError("it does not show every message once and in order")
        pieces = (
            Piece(messages[int(part)].content, trusted=False) if at % 2 else Piece(part, trusted=True)
            for at, part in enumerate(parts)
        )
        return tuple(piece for piece in pieces if piece.text)

    def _rendered(self, messages: Sequence[Message]) -> str:
        from jinja2 import TemplateError
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        env = ImmutableSandboxedEnvironment(
            trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
        )
        env.filters["tojson"] = lambda value, **_: json.dumps(value, ensure_ascii=False)
        shown = [{"role": m.role, "content": f"\ue000{at}\ue001"} for at, m in enumerate(messages)]
        try:
            return env.from_string(self.source).render(
                messages=shown,
                bos_token=self.bos,
                eos_token=self.eos,
                add_generation_prompt=True,
                raise_exception=_raise,
                # Templates that tell the model today's date would make another prompt of it every day.
                strftime_now=_A_DAY.strftime,
            )
        except (TemplateError, TypeError, ValueError) as error:
            raise UnusableTemplateError(str(error)) from error


def _raise(reason: str) -> None:
    raise UnusableTemplateError(reason)
