"""What must fit together inside a codebook, whatever shape the rest of it is in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from framing.codebooks.rules import RESERVED, RuleError, parse_rule

__all__ = ["Place", "Reason", "inconsistencies", "thin_examples", "whole_parts"]

Place = tuple[str | int, ...]
"""Where something stands in the data: keys and indices from the top, as in ("frames", 2, "code")."""
Reason = tuple[Place, str]

_INDICATOR = re.compile(r"\w[\w'’.&/-]*\*?(?: \w[\w'’.&/-]*\*?)*")


def inconsistencies(data: Mapping[str, Any]) -> Iterator[Reason]:
    """Every contradiction in `data`. Parts of a wrong type are passed over: those are faults of their own."""
    for part in ("frames", "questions", "roles"):
        yield from _repeated_codes(data, part)
    yield from _unknown_frames(data)
    yield from _rule_faults(data)
    for at, frame in whole_parts(data, "frames"):
        yield from _example_conflicts(frame, ("frames", at))
        yield from _indicator_faults(frame, ("frames", at))
    if data.get("primary") is True and data.get("labels") == "single":
        yield ("primary",), "a single label is the primary one already: say primary: false or labels: multi"


def thin_examples(data: Mapping[str, Any]) -> Iterator[Reason]:
    """Frames with too few example passages to show where their border runs."""
    for at, frame in whole_parts(data, "frames"):
        for key, least in (("positive", 2), ("negative", 1)):
            listed = frame.get(key, ())
            if isinstance(listed, Sequence) and not isinstance(listed, str) and len(listed) < least:
                place = ("frames", at, key) if key in frame else ("frames", at)
                yield (
                    place,
                    f"frame {frame.get('code')!r} needs at least {least} {key} example(s), has {len(listed)}",
                )


def whole_parts(data: Mapping[str, Any], part: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The entries of the list `part` that are mappings, with their index."""
    listed = data.get(part)
    if isinstance(listed, Sequence) and not isinstance(listed, str):
        for at, entry in enumerate(listed):
            if isinstance(entry, Mapping):
                yield at, entry


def _codes(data: Mapping[str, Any], part: str) -> dict[str, int]:
    """Each code with the index at which it stands first."""
    found: dict[str, int] = {}
    for at, entry in whole_parts(data, part):
        if isinstance(entry.get("code"), str):
            found.setdefault(entry["code"], at)
    return found


def _texts(entry: Mapping[str, Any], key: str) -> Iterator[tuple[int, str]]:
    listed = entry.get(key)
    if isinstance(listed, Sequence) and not isinstance(listed, str):
        for at, text in enumerate(listed):
            if isinstance(text, str):
                yield at, " ".join(text.split())


def _repeated_codes(data: Mapping[str, Any], part: str) -> Iterator[Reason]:
    first = _codes(data, part)
    for at, entry in whole_parts(data, part):
        code = entry.get("code")
        if isinstance(code, str) and first[code] != at:
            yield (part, at, "code"), f"{part[:-1]} code {code!r} is given twice"
        if part == "questions" and code in RESERVED:
            yield (part, at, "code"), f"question code {code!r} is a word of the rule grammar: choose another"


def _unknown_frames(data: Mapping[str, Any]) -> Iterator[Reason]:
    known = _codes(data, "frames")
    other = data.get("other")
    if isinstance(other, str) and other not in known:
        yield ("other",), f"other names the frame {other!r}, which the codebook does not have"
    for at, question in whole_parts(data, "questions"):
        frame = question.get("frame")
        if isinstance(frame, str) and frame not in known:
            yield (
                ("questions", at, "frame"),
                f"question {question.get('code')!r} names the frame {frame!r}, which the codebook does not have",
            )


def _rule_faults(data: Mapping[str, Any]) -> Iterator[Reason]:
    known = _codes(data, "questions")
    for at, frame in whole_parts(data, "frames"):
        if not isinstance(source := frame.get("rule"), str):
            continue
        place = ("frames", at, "rule")
        try:
            rule = parse_rule(source)
        except RuleError as error:
            yield place, str(error)
            continue
        for code in rule.questions:
            if code not in known:
                yield place, f"rule {source!r} names the question {code!r}, which the codebook does not have"


def _example_conflicts(frame: Mapping[str, Any], place: Place) -> Iterator[Reason]:
    positive = {text for _, text in _texts(frame, "positive")}
    for at, text in _texts(frame, "negative"):
        if text in positive:
            yield (*place, "negative", at), f"{text!r} stands among the positive examples and the negative ones"


def _indicator_faults(frame: Mapping[str, Any], place: Place) -> Iterator[Reason]:
    seen: set[str] = set()
    for at, text in _texts(frame, "indicators"):
        where = (*place, "indicators", at)
        if not _INDICATOR.fullmatch(text):
            yield where, f"indicator {text!r} is not made of words (a * may end a word, nothing else)"
        elif text.casefold() in seen:
            yield where, f"indicator {text!r} is given twice"
        seen.add(text.casefold())
