"""The terminal, as what comes from articles may use it: as text, never as markup or as orders to the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderableType, RenderHook, RenderResult
from rich.segment import Segment
from rich.text import Text

__all__ = ["Hanging", "text_console"]

_PICTURES = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n"} | {0x7F: "\u2421"}
_WITHOUT_PICTURE = dict.fromkeys((*range(0x80, 0xA0), 0x202D, 0x202E), "\ufffd")
_VISIBLE = _PICTURES | _WITHOUT_PICTURE


def text_console(*, width: int | None = None, file: IO[str] | None = None) -> Console:
    """A console that prints strings letter for letter. Control characters, and marks that turn the direction of all
    that follows, would recolour, retitle or rewrite the reader's terminal: each is shown by its picture, or by U+FFFD."""
    console = Console(width=width, file=file, highlight=False, markup=False, emoji=False)
    console.push_render_hook(_Harmless())
    return console


class Hanging:
    """Text whose first line begins at column 0 and every further one at `indent`; no line ends in a space."""

    def __init__(self, text: Text, *, indent: int, first: int = 0) -> None:
        self._text, self._indent, self._first = text, indent, first

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        lines = self._text.wrap(console, max(1, options.max_width - self._indent))
        for number, line in enumerate(lines):
            line.rstrip()
            yield Text(" " * (self._indent if number else self._first)).append_text(line)


class _Harmless(RenderHook):
    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        return [_Visible(renderables)]


class _Visible:
    def __init__(self, renderables: Iterable[RenderableType]) -> None:
        self._renderables = renderables

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for renderable in self._renderables:
            for segment in console.render(renderable, options):
                plain = segment.control or segment.text.isprintable()
                yield segment if plain else Segment(segment.text.translate(_VISIBLE), segment.style)
