"""The front matter of a prompt file: what it may say, and what is wrong with what it says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt
from pydantic_core import ErrorDetails
from yaml import MappingNode, Node, SequenceNode

from framing.schemas import Task

__all__ = [
    "INPUTS",
    "PASSAGE_INPUTS",
    "FewShot",
    "FrontMatter",
    "Shots",
    "key_lines",
    "nearest",
    "shape_reason",
]

PASSAGE_INPUTS = ("article", "context", "sentences", "title", "outlet", "published", "language")
"""Inputs that differ from article to article; they may stand in the last message only."""
INPUTS = (*PASSAGE_INPUTS, "codebook", "examples")


class FewShot(BaseModel):
    """A worked example: an article and the reply to it in the prompt's own wire format."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    article: Annotated[str, Field(min_length=1)]
    reply: Annotated[str, Field(min_length=1)]


class Shots(BaseModel):
    """Labelled articles of a data set that ships with the library, to be shown as worked examples.

    `codebook` names the one whose labels are shown, where the task is to find frames.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    dataset: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    articles: Annotated[tuple[str, ...], Field(min_length=1)]
    codebook: str | None = None


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
    shots: Shots | None = None


def key_lines(node: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], int]]:
    """Every key and every element under `node` by its path, such as ("shots", "articles", "0"), with its line."""
    inner: list[tuple[str, Node, Node]] = []
    if isinstance(node, MappingNode):
        inner = [(str(key.value), key, value) for key, value in node.value]
    elif isinstance(node, SequenceNode):
        inner = [(str(number), value, value) for number, value in enumerate(node.value)]
    for name, place, value in inner:
        yield (*path, name), place.start_mark.line
        yield from key_lines(value, (*path, name))


def nearest(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f": did you mean {close[0]!r}?" if close else ""


def shape_reason(detail: ErrorDetails) -> str:
    """What is wrong with the shape of the front matter, with the names that it may have meant."""
    loc: tuple[Any, ...] = tuple(detail["loc"])
    key, given = str(loc[-1]) if isinstance(loc[-1], str) else str(loc[0]), detail["input"]
    match detail["type"]:
        case "extra_forbidden":
            known = _keys_beside(loc)
            return f"unknown key {key!r}{nearest(key, known) or '; known: ' + ', '.join(known)}"
        case "missing":
            return f"key {key!r} is missing"
        case "literal_error":
            choices = INPUTS if loc[0] == "inputs" else ("statements", "claims", "frames", "joint")
            return f"{given!r} is none of {', '.join(choices)}{nearest(str(given), choices)}"
        case _:
            return f"{key}: {detail['msg']}, not {given!r}"


def _keys_beside(loc: tuple[Any, ...]) -> tuple[str, ...]:
    parts: dict[Any, type[BaseModel]] = {"examples": FewShot, "shots": Shots}
    part = parts.get(loc[0], FrontMatter) if len(loc) > 1 else FrontMatter
    return tuple(field.alias or name for name, field in part.model_fields.items())
