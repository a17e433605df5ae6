"""Rules: how the answers to yes/no questions make a frame hold.

    rule   = all { "or" all }
    all    = part { "and" part }
    part   = "not" part | "(" rule ")" | code
           | number "of" "(" code { "," code } ")"             at least so many answered yes
           | "mean" "(" code { "," code } ")" op number        the share answered yes; op: >= > <= <

A question left open (None, or not asked) may turn out either way: a rule is true only if it is true however
the open answers turn out, so an open answer never makes a frame hold.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

__all__ = ["RESERVED", "Rule", "RuleError", "parse_rule"]

RESERVED = frozenset({"and", "or", "not", "of", "mean"})
"""Words of the grammar, which no question may have as its code."""
_MAX_DEPTH = 40

_Answers = Mapping[str, bool | None]
_Bounds = tuple[bool, bool]
"""Whether something is true for certain, and whether it may be."""

_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
}


class RuleError(ValueError):
    """A rule cannot be read, or can never decide anything."""


@dataclass(frozen=True, slots=True)
class _Asked:
    code: str

    def bounds(self, answers: _Answers) -> _Bounds:
        answer = answers.get(self.code)
        return (answer is True, answer is not False)

    def codes(self) -> Iterator[str]:
        yield self.code


@dataclass(frozen=True, slots=True)
class _Not:
    part: _Node

    def bounds(self, answers: _Answers) -> _Bounds:
        certain, possible = self.part.bounds(answers)
        return (not possible, not certain)

    def codes(self) -> Iterator[str]:
        yield from self.part.codes()


@dataclass(frozen=True, slots=True)
class _Joined:
    parts: tuple[_Node, ...]
    every: bool

    def bounds(self, answers: _Answers) -> _Bounds:
        join = all if self.every else any
        found = [part.bounds(answers) for part in self.parts]
        return (join(certain for certain, _ in found), join(possible for _, possible in found))

    def codes(self) -> Iterator[str]:
        for part in self.parts:
            yield from part.codes()


@dataclass(frozen=True, slots=True)
class _Count:
    """Compares the number of yes answers among `items` with `number`."""

    items: tuple[_Asked, ...]
    op: str
    number: float

    def bounds(self, answers: _Answers) -> _Bounds:
        found = [item.bounds(answers) for item in self.items]
        compare = _COMPARISONS[self.op]
        ends = [compare(sum(f[end] for f in found), self.number) for end in (0, 1)]
        return (all(ends), any(ends))

    def codes(self) -> Iterator[str]:
        for item in self.items:
            yield item.code


_Node = _Asked | _Not | _Joined | _Count


@dataclass(frozen=True, slots=True)
class Rule:
    """A parsed rule. `source` is its text, `questions` the codes it asks for, in the order of the text."""

    source: str
    questions: tuple[str, ...]
    _root: _Node

    def holds(self, answers: _Answers) -> bool | None:
        """True or False where the answers decide the rule, None where open ones still could."""
        certain, possible = self._root.bounds(answers)
        return certain if certain == possible else None


def parse_rule(source: str) -> Rule:
    """Read a rule; raises RuleError, which says what was expected and what stands there."""
    parser = _Parser(source)
    root = parser.rule(0)
    if parser.peek():
        raise RuleError(f"rule {source!r}: expected 'and', 'or' or the end, found {parser.peek()!r}")
    return Rule(source, tuple(dict.fromkeys(root.codes())), root)


_TOKEN = re.compile(r"\s*(?:([A-Za-z_]\w*)|(\d+(?:\.\d+)?)|(>=|<=|[()<>,])|(\S))")
_CODE = re.compile(r"[a-z][a-z0-9_]*")


class _Parser:
    """Recursive descent; each method reads one line of the grammar."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = [match.group().strip() for match in _TOKEN.finditer(source)]
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def error(self, expected: str, found: str) -> RuleError:
        return RuleError(
            f"rule {self.source!r}: expected {expected}, found {found!r}"
            if found
            else f"rule {self.source!r}: expected {expected}, but the rule ends there"
        )

    def expect(self, token: str) -> None:
        if (found := self.take()) != token:
            raise self.error(repr(token), found)

    def rule(self, depth: int) -> _Node:
        return self.joined("or", lambda: self.joined("and", lambda: self.part(depth)))

    def joined(self, word: str, read: Callable[[], _Node]) -> _Node:
        parts = [read()]
        while self.peek() == word:
            self.take()
            parts.append(read())
        return parts[0] if len(parts) == 1 else _Joined(tuple(parts), every=word == "and")

    def part(self, depth: int) -> _Node:
        if depth > _MAX_DEPTH:
            raise RuleError(f"a rule nests deeper than {_MAX_DEPTH} levels")
        token = self.take()
        if token == "not":
            return _Not(self.part(depth + 1))
        if token == "(":
            inner = self.rule(depth + 1)
            self.expect(")")
            return inner
        if token == "mean":
            return self.mean()
        if token[:1].isdigit():
            return self.at_least(token)
        return _Asked(self.code(token))

    def at_least(self, token: str) -> _Count:
        self.expect("of")
        items = self.items()
        if not token.isdigit() or not 1 <= int(token) <= len(items):
            raise RuleError(f"rule {self.source!r}: {token} of {len(items)} questions decides nothing")
        return _Count(items, ">=", int(token))

    def mean(self) -> _Count:
        items = self.items()
        op, number = self.take(), self.peek()
        if op not in _COMPARISONS:
            raise self.error("one of >= > <= <", op)
        if not self.take()[:1].isdigit():
            raise self.error("a number", number)
        if not 0 <= float(number) <= 1:
            raise RuleError(f"rule {self.source!r}: a mean of yes/no answers lies between 0 and 1, not {number}")
        # Compared as a count, so that 0.33 of three questions suffers no rounding of a division.
        return _Count(items, op, float(number) * len(items))

    def items(self) -> tuple[_Asked, ...]:
        self.expect("(")
        codes = [self.code(self.take())]
        while self.peek() == ",":
            self.take()
            codes.append(self.code(self.take()))
        self.expect(")")
        if len(set(codes)) < len(codes):
            raise RuleError(f"rule {self.source!r}: a question is counted twice")
        return tuple(map(_Asked, codes))

    def code(self, token: str) -> str:
        if token in RESERVED or not _CODE.fullmatch(token):
            raise self.error("the code of a question", token)
        return token
