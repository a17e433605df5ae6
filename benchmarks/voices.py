"""How long it takes to tell who speaks: per article of about 700 words, and how it grows with the text.

    python benchmarks/voices.py

The text is invented. Prints milliseconds an article and microseconds a character for growing texts.
"""

from __future__ import annotations

import re
import time

import library  # noqa: F401

from framing.text import Document, Span
from framing.voices import Source, resolve

PARAGRAPHS = """Mayor Mira Tolland said on Monday that the Selby Bridge would close for repairs before the winter.

“We have waited too long,” Tolland told reporters outside City Hall. “She knows it, and he knows it.”

Owen Marsh, head of the Coastal Rescue Union (CRU), said the CRU had warned her office twice. He added that
Sen. Ines Calder (D-Ohio) and former Gov. Max Lind had seen the letters, which Marsh called “plain enough.”

Two officials said the department knew. The officials said they had told Calder’s press secretary, Dana Prell.

Prell said no such letter had come. “Nobody wrote to me,” she said, according to the Harbor News.

The Ohio senator said the mayor was right. The union said it would wait, and critics said it had waited enough.
"""
SOURCE = re.compile(
    r"((?:[A-Z]\w+ )?[A-Z]\w+|he|she|He|She|[Tt]he \w+|[Tt]wo officials|critics) (?:said|told|added|called)"
)


def prepared(repeats: int) -> tuple[Document, list[Source]]:
    text = "\n\n".join([PARAGRAPHS] * repeats)
    found = [Span(*match.span(1)) for match in SOURCE.finditer(text)]
    sources = [Source(span, Span(span.end, min(span.end + 60, len(text)))) for span in found]
    document = Document(id="benchmark", text=text)
    _ = document.paragraphs
    return document, sources


def seconds(document: Document, sources: list[Source], runs: int) -> float:
    best = float("inf")
    for _ in range(runs):
        start = time.process_time()
        resolve(document, sources)
        best = min(best, time.process_time() - start)
    return best


def main() -> None:
    document, sources = prepared(5)
    words = len(document.text.split())
    took = seconds(document, sources, 20) * 1000
    print(f"an article of {words} words with {len(sources)} sources: {took:.1f} ms")
    print(f"{'characters':>12} {'seconds':>8} {'µs a character':>15}")
    for repeats in (50, 500, 5000):
        document, sources = prepared(repeats)
        took = seconds(document, sources, 1)
        print(f"{len(document.text):>12,} {took:>8.2f} {took / len(document.text) * 1e6:>15.2f}")


if __name__ == "__main__":
    main()
