"""What a run would ask for, without asking."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from framing.analyzer import Analyzer
from framing.backends import Extractor
from framing.corpus import BadRow, Fields
from framing.runs.api import Inputs, entries_of
from framing.runs.limits import Limits
from framing.runs.local import STORE
from framing.runs.prices import Price
from framing.text import Document
from framing.tokens import count_tokens

__all__ = ["Plan", "plan"]

_SAMPLE = 200
_OUTPUT = 600
"""Tokens of an answer, where the run folder holds none to go by."""
_TOKENS_A_SECOND = 50.0
_FIRST_TOKEN = 1.0


@dataclass(frozen=True, slots=True)
class Plan:
    """An estimate. Each article counts whole, also where the folder holds its replies already.

    counted: so many articles were rendered and counted, evenly spread; the others are taken to be like them,
    character for character. exact: whether the tokens of those were counted by the model's own vocabulary.
    output_tokens: by the replies in the folder, or else an assumption (`output_assumed`); max_output_tokens: the
    most that is possible, None without max_tokens. Costs are None where no price is known, `max_cost` also
    where the output has no bound; `price` is the one that they rest on.
    seconds: at 1 s and 50 tokens a second an answer, and the rates allowed.
    """

    articles: int
    bad_rows: int
    counted: int
    exact: bool
    requests: int
    input_tokens: int
    output_tokens: int
    output_assumed: bool
    max_output_tokens: int | None
    cost: float | None
    max_cost: float | None
    seconds: float
    price: Price | None = None


def plan(
    inputs: Inputs,
    *,
    out: str | Path,
    analyzer: Analyzer,
    fields: Fields | None = None,
    limits: Limits | None = None,
) -> Plan:
    """What `annotate` with the same arguments would need; reads the input, sends nothing, writes nothing."""
    bounds = limits or Limits()
    model = analyzer.backend.address.partition(":")[2] or analyzer.backend.address
    sample = _Sample(analyzer, model)
    for entry in entries_of(inputs, fields):
        sample.add(entry)
    known = _known_output(Path(out) / STORE)
    requests, sent = sample.scaled(sample.requests), sample.scaled(sample.tokens)
    got = round(requests * (_OUTPUT if known is None else known))
    most = None if sample.max_output is None else sample.scaled(sample.max_output)
    price = bounds.prices.find(model)
    return Plan(
        articles=sample.articles,
        bad_rows=sample.bad_rows,
        counted=sample.counted,
        exact=sample.exact,
        requests=requests,
        input_tokens=sent,
        output_tokens=got,
        output_assumed=known is None,
        max_output_tokens=most,
        cost=price.of(sent, got) if price else None,
        max_cost=price.of(sent, most) if price and most is not None else None,
        seconds=_seconds(requests, sent + got, got, bounds),
        price=price,
    )


class _Sample:
    """Articles met so far; every so-manieth of them is counted, fewer the more there are."""

    def __init__(self, analyzer: Analyzer, model: str) -> None:
        self._analyzer, self._model = analyzer, model
        self.articles = self.bad_rows = 0
        self.requests = self.tokens = self.counted = 0
        self.max_output: int | None = 0
        self.exact = True
        self._chars = self._counted_chars = 0
        self._prompts: dict[str, int] = {}

    def add(self, entry: Document | BadRow) -> None:
        if isinstance(entry, BadRow) or not entry.text.strip():
            self.bad_rows += 1
            return
        self.articles += 1
        self._chars += len(entry.text)
        every = max(1, self.articles // _SAMPLE)
        if self.articles % every == 0 and not isinstance(self._analyzer.backend, Extractor):
            self._count(entry)

    def scaled(self, amount: int) -> int:
        return round(amount * self._chars / self._counted_chars) if self._counted_chars else 0

    def _count(self, document: Document) -> None:
        self.counted += 1
        self._counted_chars += len(document.text)
        for question in self._analyzer.questions(document):
            self.requests += 1
            for message in question.request.messages:
                self.tokens += self._tokens(message.content, constant=message.role == "system")
            self.tokens += self._tokens(question.request.schema or "", constant=True)
            limit = dict(question.request.params).get("max_tokens")
            whole = self.max_output
            self.max_output = whole + limit if isinstance(limit, int) and whole is not None else None

    def _tokens(self, text: str, *, constant: bool) -> int:
        if constant and text in self._prompts:
            return self._prompts[text]
        count = count_tokens(text, self._model)
        self.exact = self.exact and count.exact
        if constant:
            self._prompts[text] = count.n
        return count.n


def _known_output(path: Path) -> float | None:
    """Mean output tokens of the replies that the folder holds."""
    if not path.exists():
        return None
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        try:
            mean: float | None = db.execute("SELECT AVG(output) FROM replies").fetchone()[0]
        except sqlite3.DatabaseError:  # in use by a run, or none of ours: the run itself will say so
            return None
    return mean


def _seconds(requests: int, tokens: int, output: int, limits: Limits) -> float:
    answering = (requests * _FIRST_TOKEN + output / _TOKENS_A_SECOND) / limits.concurrency
    by_requests = requests / limits.requests_per_minute * 60 if limits.requests_per_minute else 0.0
    by_tokens = tokens / limits.tokens_per_minute * 60 if limits.tokens_per_minute else 0.0
    return max(answering, by_requests, by_tokens)
