"""Quotations of the same utterance on the terminal: a table of them, and a word diff of each."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from framing.quotes import Cut, Requote, Wording, kinds_in_order
from framing.text import JOINER

__all__ = ["render_requotes", "word_diff"]

_UNNAMED = "unnamed"
_HARMLESS = frozenset({"identical", "part", "style"})
_ALARMING = frozenset({"qualifier_cut", "negation_changed", "number_changed", "different_speaker"})


def render_requotes(requotes: Sequence[Requote], console: Console, *, articles: int) -> None:
    """Print a table of `requotes`, then each with its differences; `articles` is how many were read."""
    found = f"{len(requotes):,} {'pair' if len(requotes) == 1 else 'pairs'} of quotations of the same utterance"
    console.print(Text(f"{found} in {articles:,} {'article' if articles == 1 else 'articles'}", style="bold"))
    if requotes:
        console.print(_table(requotes))
    marks = console.color_system is None or console.no_color
    for number, requote in enumerate(requotes, 1):
        console.print()
        console.print(_head(number, requote))
        for line in (word_diff(requote, marks=marks), *map(_cut, requote.cuts)):
            console.print(Padding(line, (0, 0, 0, 3), expand=False))


def _table(requotes: Sequence[Requote]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for title in ("", "speaker", "a", "b", "words", "what differs"):
        table.add_column(title, overflow="fold")
    for number, requote in enumerate(requotes, 1):
        places = _place(requote.a), _place(requote.b)
        table.add_row(str(number), _speakers(requote), *places, str(requote.words), _kinds(requote))
    return table


def _head(number: int, requote: Requote) -> Text:
    head = Text(f"{number}  ", style="dim").append(_speakers(requote), style="not dim bold").append("  ")
    for at, side in enumerate((requote.a, requote.b)):
        offsets = ", ".join(f"{span.start}–{span.end}" for span in side.spans)
        head.append(" → " if at else "").append(_place(side), style="not dim").append(f" [{offsets}]")
    return head


def _speakers(requote: Requote) -> str:
    a, b = requote.a.speaker or _UNNAMED, requote.b.speaker or _UNNAMED
    return a if a == b else f"{a} / {b}"


def _place(wording: Wording) -> str:
    return f"{wording.document} {wording.statement}"


def _kinds(requote: Requote) -> Text:
    line = Text()
    for kind in kinds_in_order(requote.kinds):
        style = "red" if kind in _ALARMING else "" if kind in _HARMLESS else "yellow"
        line.append(", " if line else "").append(kind.replace("_", " "), style=style)
    return line


def _cut(cut: Cut) -> Text:
    line = Text("✂ ", style="red").append(f"{cut.left_out_by} leaves off ", style="red")
    line.append(f"“{' '.join(cut.text.split())}”")
    return line.append(f" {'before it' if cut.where == 'before' else 'after it'}", style="dim")


# --- The word diff ----------------------------------------------------------------------------------


def word_diff(requote: Requote, *, marks: bool) -> Text:
    """Wording b with its differences from a: lost words struck out, new ones green; [-a-]{+b+} with `marks`."""
    line = Text()
    at = 0
    for change in requote.diff:
        if change.b_spans:
            start, end = _offset(requote.b, change.b_spans[0].start), _offset(requote.b, change.b_spans[-1].end)
            line.append(_single_spaced(requote.b.text[at:start]))
            at = end
        elif line:
            line.append(" ")
        if change.op == "equal":
            line.append(_single_spaced(change.b))
            continue
        if change.a:
            line.append(_marked("[-", change.a, "-]", marks), style="red strike")
        if change.a and change.b and not marks:
            line.append(" ")
        if change.b:
            line.append(_marked("{+", change.b, "+}", marks), style="green")
        if not change.b_spans and not at:
            line.append(" ")
    return line.append(_single_spaced(requote.b.text[at:]))


def _marked(before: str, text: str, after: str, marks: bool) -> str:
    text = _single_spaced(text)
    return f"{before}{text}{after}" if marks else text


def _single_spaced(text: str) -> str:
    """The text on one line; white space at its ends is one space."""
    words = " ".join(text.split())
    return f"{' ' * text[:1].isspace()}{words}{' ' * (text[-1:].isspace() and bool(words))}"


def _offset(wording: Wording, offset: int) -> int:
    """Where an offset of the article lies in the text of a wording."""
    passed = 0
    for span in wording.spans:
        if offset <= span.end:
            return passed + max(0, offset - span.start)
        passed += len(span) + len(JOINER)
    raise ValueError(f"{offset!r} is not in {wording.spans!r}")
