"""From the text of a reply to a JSON object, whatever the model wrapped around it or left off its end.

Tolerated, because nothing can be misread: a code fence, and prose before or after the one object. What a model
that reasons aloud wrote between <think> and </think> before its answer is no part of the answer. Line breaks and
other control characters that stand in a text as they are (RFC 8259 has them escaped; small models write them) mean
one thing only: they are read, and the reply has a flaw of kind "detail" that says so.
Everything else is noted: each item that had to be skipped or was cut off is a `Flaw` of its own, and the
items before and after it are read all the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, TypeVar

from framing.annotations import ProblemKind
from framing.schemas.draft import Flaw

__all__ = ["UNREADABLE", "BadItem", "Notes", "answer_in", "near", "read_object", "unreadable_reply"]

T = TypeVar("T")


class _Unreadable(str):
    """A text, so that a list that is quoted in a flaw with one in it can still be written down."""


UNREADABLE: Any = _Unreadable("(unreadable)")
"""Stands in a list for an element that is already noted as a flaw, so that the others keep their numbers."""


class BadItem(Exception):
    """One item of a reply cannot be read; becomes a `Flaw` and never leaves this package."""

    def __init__(self, reason: str, *, kind: ProblemKind = "invalid_item") -> None:
        super().__init__(reason)
        self.kind = kind


class Notes:
    """The flaws of one reply, in the order in which they were met."""

    def __init__(self) -> None:
        self._flaws: list[Flaw] = []

    def flaw(self, item: str, reason: str, raw: Any = None, *, kind: ProblemKind = "invalid_item") -> None:
        self._flaws.append(Flaw(item, reason, raw, kind))

    def unasked(self, given: Mapping[Any, Any], known: Sequence[str], *, within: str = "") -> None:
        """Note each key that nobody asked for: a detail, since what was asked for is read all the same."""
        for key in given:
            if key not in known:
                item = f"{within}.{key}" if within else str(key)
                reason = f"{key!r} was not asked for{near(str(key), known)}"
                self.flaw(item, reason, given[key], kind="detail")

    def attempt(self, item: str, raw: Any, read: Callable[[Any, str], T]) -> T | None:
        """`read(raw, item)`; None, with a flaw, where it raises BadItem."""
        try:
            return read(raw, item)
        except BadItem as bad:
            self.refused(item, raw, bad)
            return None

    def refused(self, item: str, raw: Any, bad: BadItem) -> None:
        """Note an item that cannot be read."""
        self.flaw(item, str(bad), raw, kind=bad.kind)

    def each(self, section: str, raws: Sequence[Any], read: Callable[[Any, str], T]) -> tuple[T, ...]:
        """What `read` makes of every element that it can read; each of the others is a flaw."""
        tried = (
            self.attempt(f"{section}[{number}]", raw, read)
            for number, raw in enumerate(raws)
            if raw is not UNREADABLE
        )
        return tuple(found for found in tried if found is not None)

    def take(self, others: Notes) -> None:
        """Note what others noted, too."""
        self._flaws.extend(others._flaws)

    @property
    def truncated(self) -> bool:
        """Whether it is already noted that the reply breaks off."""
        return any(flaw.kind == "truncated" for flaw in self._flaws)

    def all(self) -> tuple[Flaw, ...]:
        return tuple(self._flaws)


def near(name: str, known: Iterable[str]) -> str:
    """“; did you mean 'x'?” for the nearest of `known`, or nothing: a hint for people, never a repair."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else ""


# --- The answer -------------------------------------------------------------------------------------

_REASONING = re.compile(r"\s*<(think(?:ing)?)>.*?</\1>", re.DOTALL | re.IGNORECASE)
_OPENED = re.compile(r"\s*<think(?:ing)?>", re.IGNORECASE)
# Some servers put the opening tag into the prompt, so that the reply holds the closing one alone. A text in JSON
# cannot hold a line break, so that a tag at the end of a line is none of an article's.
_CLOSED = re.compile(r"(?!\s*[{\[]).*?</think(?:ing)?>(?=[^\S\n]*\n)", re.DOTALL | re.IGNORECASE)


def answer_in(text: str, notes: Notes) -> str | None:
    """The reply without the reasoning before it; None, with a flaw, where it ends before the reasoning does."""
    if match := _REASONING.match(text) or _CLOSED.match(text):
        return text[match.end() :]
    if not _OPENED.match(text):
        return text
    notes.flaw("reply", "the reply breaks off inside its reasoning: there is no answer", text, kind="truncated")
    return None


# --- The object -------------------------------------------------------------------------------------

_FENCE = re.compile(r"```[\w-]*[^\S\n]*\n(.*?)(?:\n[^\S\n]*```|\Z)", re.DOTALL)
_REFUSAL = re.compile(
    r"\b(?:I|we)(?:['’]m| am|['’]re| are)? (?:sorry|can['’]?t|cannot|won['’]t|will not|unable|not able)\b"
    r"|\bas an ai\b|\bI must decline\b",
    re.IGNORECASE,
)


def read_object(text: str, notes: Notes) -> dict[str, Any] | None:
    """The JSON object of a reply; None, with a flaw at "reply", where there is not exactly one."""
    answer = answer_in(text, notes)
    return None if answer is None else _object(answer, notes)


def _object(text: str, notes: Notes) -> dict[str, Any] | None:
    body = _unfenced(text)
    start = body.find("{")
    listed = body.find("[")
    if start < 0 or (0 <= listed < start and not body[:listed].strip()):
        unreadable_reply(text, notes)
        return None
    for strict in (True, False):
        heard = Notes()
        try:
            found, end = _decoder(heard, strict=strict).raw_decode(body, start)
            break
        except RecursionError:
            notes.flaw("reply", "nested too deeply to be an answer", text, kind="invalid_reply")
            return None
        except json.JSONDecodeError as error:
            if not strict or not error.msg.startswith(_CONTROL):
                notes.take(heard)
                return _salvage(body, start, notes, strict=strict)
            notes.flaw("reply", _UNESCAPED, body[max(0, error.pos - 40) : error.pos + 40], kind="detail")
    notes.take(heard)
    if _holds_object(body[end:]):
        notes.flaw("reply", "several JSON objects where one is expected", text, kind="invalid_reply")
        return None
    return dict(found)


def unreadable_reply(text: str, notes: Notes) -> None:
    """Note a reply that holds no answer at all, under the kind that says why."""
    if not text.strip():
        notes.flaw("reply", "the reply is empty", text, kind="invalid_reply")
    elif _REFUSAL.search(text[:300]):
        notes.flaw("reply", "the model declined to answer", text, kind="refusal")
    else:
        notes.flaw("reply", "the reply is not a JSON object of the form asked for", text, kind="invalid_reply")


def _unfenced(text: str) -> str:
    """The content of the only code fence that holds JSON, else the text itself."""
    if text.lstrip().startswith("{"):
        return text
    holding = [body for body in _FENCE.findall(text) if body.lstrip()[:1] in ("{", "[")]
    return str(holding[0]) if len(holding) == 1 else text


def _holds_object(rest: str) -> bool:
    at = rest.find("{")
    while at >= 0:
        try:
            found, _ = json.JSONDecoder().raw_decode(rest, at)
        except (ValueError, RecursionError):
            at = rest.find("{", at + 1)
        else:
            if found:
                return True
            at = rest.find("{", at + 1)
    return False


_CONTROL = "Invalid control character"
_UNESCAPED = (
    "line breaks, tabs or the like stand in a text as they are, where JSON has \\n or \\t: read all the same"
)


def _decoder(notes: Notes, *, strict: bool) -> json.JSONDecoder:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                notes.flaw("reply", f"the key {key!r} is given twice; the first is not used", found[key])
            found[key] = value
        return found

    return json.JSONDecoder(object_pairs_hook=unique, strict=strict)


# --- What is left of a damaged one --------------------------------------------------------------------

_KEY = re.compile(r'[\s,]*("(?:[^"\\]|\\.)*")\s*:\s*', re.DOTALL)
_NEXT_OBJECT = re.compile(r"\}\s*(?:,\s*(?=\{)|(?=\]))")
_NEXT_STRING = re.compile(r'"\s*(?:,\s*(?=")|(?=\]))')


def _salvage(text: str, at: int, notes: Notes, *, strict: bool) -> dict[str, Any] | None:
    """The complete members, and the complete elements of the lists, of an object that is damaged or cut."""
    found, end = _members(text, at + 1, notes, json.JSONDecoder(strict=strict))
    rest = text[end:].strip()
    if not found and (text[:at].strip() or (rest and not rest.startswith('"'))):
        unreadable_reply(text, notes)
        return None
    if rest and not rest.startswith("}"):
        notes.flaw("reply", "the reply breaks off or is not JSON from here on", rest, kind="truncated")
    elif not rest and not notes.truncated:
        notes.flaw("reply", "the reply breaks off before its end", text[-80:], kind="truncated")
    return found or None


def _members(text: str, at: int, notes: Notes, decoder: json.JSONDecoder) -> tuple[dict[str, Any], int]:
    """The members of an object up to the first that cannot be read, and where that one begins."""
    found: dict[str, Any] = {}
    while match := _KEY.match(text, at):
        key, value = json.loads(match[1], strict=False), match.end()
        try:
            found[key], at = decoder.raw_decode(text, value)
        except (ValueError, RecursionError):
            if text[value : value + 1] == "[":
                found[key], at = _elements(text, value + 1, key, notes, decoder)
            elif text[value : value + 1] == "{":
                found[key], at = _members(text, value + 1, notes, decoder)
                break
            else:
                break
    return found, at


def _elements(text: str, at: int, key: str, notes: Notes, decoder: json.JSONDecoder) -> tuple[list[Any], int]:
    items: list[Any] = []
    while True:
        at = _past_space(text, at, ",")
        if text[at : at + 1] == "]":
            return items, at + 1
        if at >= len(text):
            return items, at
        try:
            value, end = decoder.raw_decode(text, at)
            after = _past_space(text, end)
            if text[after : after + 1] not in (",", "]"):
                raise ValueError("an element ends in a comma or with the list")
        except (ValueError, RecursionError):
            value = UNREADABLE
            end = _next_element(text, at)
            cut = end == len(text)
            reason = "cut off: the reply ends inside it" if cut else "not valid JSON"
            notes.flaw(f"{key}[{len(items)}]", reason, text[at:end], kind="truncated" if cut else "invalid_item")
        items.append(value)
        at = end


def _next_element(text: str, at: int) -> int:
    border = (_NEXT_OBJECT if text[at] == "{" else _NEXT_STRING).search(text, at + 1)
    return border.end() if border else len(text)


def _past_space(text: str, at: int, more: str = "") -> int:
    while at < len(text) and (text[at].isspace() or text[at] in more):
        at += 1
    return at
