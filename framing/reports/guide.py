"""A coding guide for people, from what a model is asked: both read the same codebook, in the same words.

The general instructions are the sections of the shipped prompts (`*/verbatim`), without those that say how a machine
is to write its answer; the frames are the codebook's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from framing.codebooks import Codebook, Frame
from framing.errors import UsageError
from framing.prompts import Passage, load_prompt
from framing.text import Document

if TYPE_CHECKING:
    from markupsafe import Markup

__all__ = ["GUIDED", "Chapter", "Guided", "chapters", "guide_markdown", "guide_page"]

Guided = Literal["statements", "claims", "frames"]
GUIDED: tuple[Guided, ...] = ("statements", "claims", "frames")

RULES = (
    "Rules turn answers into frames: mean(…) is the share of these questions that are answered yes, 2 of (…) asks for "
    "at least two of them."
)
_FOR_MACHINES = frozenset({"", "Passages", "Reply", "Codes"})
"""Sections of a prompt that say how to write an answer; the codes are shown from the codebook itself."""
_HEADING = re.compile(r"^# (.+)$", re.MULTILINE)
_LISTS = (
    ("include", "Counts too"),
    ("exclude", "Does not count"),
    ("positive", "Examples"),
    ("negative", "Counter-examples"),
)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section of the instructions: its paragraphs and lists, in their order, then the steps of a decision."""

    title: str
    blocks: tuple[str | tuple[str, ...], ...]
    steps: tuple[str, ...] = ()


def chapters(codebook: Codebook, *, layers: Sequence[Guided] = ("frames",)) -> tuple[Chapter, ...]:
    """What is asked about `layers`, as the prompts ask it. Raises UsageError where there are none."""
    if not layers:
        raise UsageError(f"say what is coded: {', '.join(GUIDED)}")
    told: dict[str, str] = {}
    for layer in GUIDED:
        if layer in layers:
            told |= _sections(f"{layer}/verbatim", codebook)
    if "frames" in layers and codebook.questions:
        asked = _sections("frames/questions", codebook)
        told |= {title: text.replace(codebook.description, "", 1) for title, text in asked.items()}
    return tuple(_chapter(title, text, codebook) for title, text in told.items())


def guide_page(codebook: Codebook, *, layers: Sequence[Guided] = ("frames",)) -> str:
    """The guide as one HTML page to read or to print."""
    from framing.reports.pages import render_page

    return render_page(
        "guide.html",
        scripts=("theme.js",),
        context={
            "title": f"Coding guide: {codebook.title}" if "frames" in layers else "Coding guide",
            "book": codebook if "frames" in layers else None,
            "chapters": chapters(codebook, layers=layers),
            "lists": _LISTS,
            "rules": RULES,
            "linked": lambda text: _linked(text, codebook),
        },
    )


def guide_markdown(codebook: Codebook, *, layers: Sequence[Guided] = ("frames",)) -> str:
    """The guide as Markdown, to be changed and put elsewhere."""
    return "\n".join(_markdown(codebook, layers)) + "\n"


# --- The words of the prompts -----------------------------------------------------------------------------


def _sections(prompt: str, codebook: Codebook) -> dict[str, str]:
    """The sections of a prompt that people need, under their headings."""
    passage = Passage(Document(id="guide", text="An article."))
    system = load_prompt(prompt).render(passage, codebook=codebook)[0].content
    _, *parts = _HEADING.split(system)
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return {title: text.strip() for title, text in pairs if title not in _FOR_MACHINES}


def _chapter(title: str, text: str, codebook: Codebook) -> Chapter:
    """The frames are decided in steps, in the order in which a model is told; all else is prose."""
    if title != "Frames":
        return Chapter(title, tuple(_blocks(text, codebook)))
    steps = [line.strip() for line in text.removeprefix(codebook.description).splitlines() if line.strip()]
    return Chapter(title, (codebook.description,), tuple(steps))


def _blocks(text: str, codebook: Codebook) -> Iterator[str | tuple[str, ...]]:
    """Paragraphs, and runs of lines with a dash as lists; questions stand in a table of their own."""
    asked = {f"{question.code}: {question.text}" for question in codebook.questions}
    items: list[str] = []
    for line in (line.strip() for line in text.splitlines()):
        if line.startswith("- "):
            items.append(line.removeprefix("- "))
            continue
        if items:
            yield tuple(items)
            items = []
        if line and line not in asked:
            yield line
    if items:
        yield tuple(items)


# --- Markdown ---------------------------------------------------------------------------------------------


def _markdown(codebook: Codebook, layers: Sequence[Guided]) -> Iterator[str]:
    with_frames = "frames" in layers
    yield f"# Coding guide{f': {codebook.title}' if with_frames else ''}\n"
    if with_frames:
        source = f"{codebook.citation} {codebook.url or ''}".strip()
        yield f"{codebook.ref}, {codebook.fingerprint}. After: {source} Licence of this wording: {codebook.licence}.\n"
    for chapter in chapters(codebook, layers=layers):
        yield f"## {chapter.title}\n"
        for block in chapter.blocks:
            yield f"{block}\n" if isinstance(block, str) else "\n".join(f"- {item}" for item in block) + "\n"
        yield from (f"{number}. {step}" for number, step in enumerate(chapter.steps, start=1))
        yield from ("",) * bool(chapter.steps)
        if chapter.title == "Questions":
            yield from (f"- `{question.code}` {question.text}" for question in codebook.questions)
            yield ""
    if with_frames:
        yield "## Codes\n"
        if codebook.rules:
            yield f"{RULES}\n"
        for frame in codebook.frames:
            yield from _frame(frame)


def _frame(frame: Frame) -> Iterator[str]:
    yield f"### `{frame.code}` {frame.name}\n"
    yield f"{frame.definition}\n"
    if frame.rule:
        yield f"Holds where: `{frame.rule}`\n"
    for field, heading in _LISTS:
        if lines := getattr(frame, field):
            yield f"{heading}:\n"
            yield from (f"- {line}" for line in lines)
            yield ""


# --- HTML -------------------------------------------------------------------------------------------------


def _linked(text: str, codebook: Codebook) -> Markup:
    """Text in which the code of another frame leads to it."""
    from markupsafe import Markup

    from framing.reports.pages import exact

    several = [code for code in codebook.codes if "_" in code]
    if not several:
        return exact(text)
    parts = re.split(rf"\b({'|'.join(several)})\b", text)
    made = (
        Markup('<a href="#{0}">{0}</a>').format(part) if number % 2 else exact(part)
        for number, part in enumerate(parts)
    )
    return Markup("").join(made)
