"""How long the offline rules take: by stage, for articles of about 700 words, and for texts of 1 and 4 MB.

    python benchmarks/rules.py [articles.jsonl]

Without a file the article is an invented one; with one, its articles (a `text` in each row) are read, and times
are per 700 words of them. Prints milliseconds of processor time an article by stage, seconds for 1,000 articles,
and how many times as long four times the text takes (4 is linear).
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import library  # noqa: F401

from framing.backends.rules import Rules, find_claims, find_frames
from framing.backends.rules.attribution import extract_statements
from framing.backends.rules.marks import find_quotations
from framing.backends.rules.statements import find_reports
from framing.codebooks import load_codebook
from framing.text import Document, covering
from framing.voices import Source, resolve

WORDS = 700
INVENTED = """Mayor Mira Tolland said on Monday that the Selby Bridge would close for repairs before the winter.

“We have waited too long,” Tolland told reporters outside City Hall, where 40 people had come. “She knows it, and
he knows it.”

Owen Marsh, head of the Coastal Rescue Union, said the union had warned her office twice since March 2019. He added
that Sen. Ines Calder (D-Ohio) and former Gov. Max Lind had seen the letters, which Marsh called “plain enough.”

Two officials said the department knew. One of them said that more than half of the $4.5 million was spent because
the contract, according to the Harbor News, had never been read.

Prell, a spokeswoman for the department, said no such letter had come. “Nobody wrote to me,” she said. The road was
busier than in any year of the decade, and 12 percent of the drivers used it at night.
"""

T = TypeVar("T")


class Clock:
    """Adds up processor time by stage."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)

    def run(self, stage: str, work: Callable[[], T]) -> T:
        start = time.process_time()
        done = work()
        self.spent[stage] += time.process_time() - start
        return done


def invented(characters: int) -> str:
    return "\n\n".join([INVENTED] * max(1, round(characters / len(INVENTED))))


def texts(paths: Sequence[str]) -> list[str]:
    if not paths:
        return [invented(4_200)] * 20
    return [json.loads(line)["text"] for line in Path(paths[0]).read_text(encoding="utf-8").splitlines()]


def by_stage(clock: Clock, text: str) -> None:
    codebook = load_codebook("policy-frames")
    document = Document(id="benchmark", text=text)
    clock.run("paragraphs and sentences", lambda: (document.paragraphs, document.sentences))
    clock.run("quotation marks (counted again in reports)", lambda: find_quotations(text, document.paragraphs))
    reports = clock.run("reports", lambda: find_reports(document))
    sources = [Source(report.source, covering(report.spans), report.carried) for report in reports]
    clock.run("speakers", lambda: resolve(document, sources))
    _, statements = extract_statements(document)
    clock.run("claims", lambda: find_claims(document, statements))
    clock.run("frames", lambda: find_frames(document, codebook, statements))


def whole(articles: Sequence[str]) -> float:
    start = time.process_time()
    for text in articles:
        Rules().extract(Document(id="benchmark", text=text), None)
    return time.process_time() - start


def main() -> None:
    articles = texts(sys.argv[1:])
    share = WORDS / sum(len(text.split()) for text in articles)
    whole(articles)
    clock = Clock()
    for text in articles:
        by_stage(clock, text)
    print(f"{'stage':<44} {'ms an article of 700 words':>28}")
    for stage, seconds in clock.spent.items():
        print(f"{stage:<44} {seconds * share * 1000:>28.2f}")
    best = min(whole(articles) for _ in range(5)) * share
    print(f"{'statements, speakers and claims together':<44} {best * 1000:>28.2f}")
    print(f"1,000 articles of 700 words: {best * 1000:.1f} s of one core")
    small, large = whole([invented(1_000_000)]), whole([invented(4_000_000)])
    print(f"1 MB: {small:.1f} s, 4 MB: {large:.1f} s, {large / small:.2f} times as long")


if __name__ == "__main__":
    main()
