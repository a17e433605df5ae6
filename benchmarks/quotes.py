"""The processor time of comparing quotations, by the number of articles: `python benchmarks/quotes.py`.

The articles are the 36 of `datasets/newsroom`, each copied with other letters in all but the function words, so
that copies have hardly an utterance in common and the number of pairs grows with that of the articles.
Growth is the time per article against that of the fewest: 1.0 is linear. The last rows are true copies:
every quotation stands in all of them, and the number of pairs grows too.
"""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import library  # noqa: F401

from framing.annotations import Analysis, DocumentInfo, Findings, Provenance
from framing.quotes import find_requotes
from framing.text import Document
from framing.voices.lexicon import FUNCTION_WORDS

GOLD = Path(__file__).parent.parent / "datasets" / "newsroom" / "gold.jsonl"
COPIES = (1, 2, 4, 8, 16)
ALPHABET = "abcdefghijklmnopqrstuvwxyz"
Article = tuple[Document, Analysis]


def articles(number: int, *, respelled: bool) -> list[Article]:
    found: list[Article] = []
    for line in GOLD.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        findings = Findings.model_validate(row["gold"])
        document = Document.model_validate({**row["document"], "id": f"{row['id']}/{number}"})
        if respelled and number:
            document = document.model_copy(update={"text": respell(document.text, number)})
        info, made = DocumentInfo.of(document), Provenance(framing_version="0", backend="gold")
        found.append((document, Analysis(document=info, speakers=findings.speakers,
                                         statements=findings.statements, provenance=made)))  # fmt: skip
    return found


def respell(text: str, number: int) -> str:
    """The same text with other letters in all words that are no function words, its length and marks kept."""
    turned = str.maketrans(ALPHABET, ALPHABET[number:] + ALPHABET[:number])
    return re.sub(r"[a-z]+", lambda m: m[0] if m[0] in FUNCTION_WORDS else m[0].translate(turned), text)


def main() -> None:
    print(f"{'':>12}{'articles':>10}{'pairs':>8}{'seconds':>9}{'ms/article':>12}{'growth':>8}")
    for name, respelled, copies in (("no copies", True, COPIES), ("copies", False, COPIES[1:4])):
        least = 0.0
        for count in copies:
            given = [article for number in range(count) for article in articles(number, respelled=respelled)]
            start = time.process_time()
            pairs = len(find_requotes(given))
            seconds = time.process_time() - start
            each = 1_000 * seconds / len(given)
            least = least or each
            print(f"{name:>12}{len(given):>10}{pairs:>8}{seconds:>9.2f}{each:>12.2f}{each / least:>8.2f}")


if __name__ == "__main__":
    main()
