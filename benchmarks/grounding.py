"""The processor time of 30 look-ups in one text, building its forms included: `python benchmarks/grounding.py`.

Three kinds of quotations (verbatim; noisy: white space, quotation marks, dashes, case, ellipses; and not in
the text, with and without asking for the suggestion) by the length of an invented text. The growth is the time
per word against that of the shortest text: 1.0 is linear. Then texts that are hard on purpose.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import library  # noqa: F401

from framing.grounding import Grounder, Location, NotFound

VOCABULARY = """
the of and to in that was for on with as by at from it border talks council river mayor minister harvest vote
budget school doctors region coastal island harbor traffic winter energy prices workers union bridge reform plan
committee evidence report village growth decline 40 million 3.5 percent couldn’t won’t — said asked
"""
WORDS = VOCABULARY.split()
LENGTHS = (2_500, 5_000, 10_000, 20_000, 40_000, 80_000)
COUNT, REPEATS = 30, 9


def article(words: int, rng: random.Random) -> str:
    paragraphs, left = [], words
    while left > 0:
        sentences = [" ".join(rng.choices(WORDS, k=rng.randint(8, 24))).capitalize() for _ in range(4)]
        if rng.random() < 0.3:
            sentences[1] = f"“{sentences[1]},” she said, “{rng.choice(WORDS)} {sentences[2]}.”"
        sentences[2] += " “never again” "
        sentences[3] += " · " + str(rng.randrange(10**9))
        paragraphs.append(". ".join(sentences) + ".")
        left -= len(paragraphs[-1].split())
    return "\n\n".join(paragraphs)


def cut(text: str, rng: random.Random) -> str:
    start = text.index(" ", rng.randrange(len(text) - 600)) + 1
    return text[start : text.index(" ", start + rng.randint(60, 240))]


def noisy(quote: str, rng: random.Random) -> str:
    quote = quote.translate(str.maketrans("“”’—", '""\'-')).replace("\n\n", " ")
    change = rng.randrange(4)
    if change == 0:
        return quote.upper()
    if change == 1 and len(quote.split()) > 12:
        words = quote.split()
        if not any(word.endswith("'t") for word in words[5:7]):  # no ellipsis may leave out a negation
            return " ".join([*words[:5], "…", *words[7:]])
    return quote.replace(" ", "  ", 3) if change == 2 else quote


def invented(quote: str, rng: random.Random) -> str:
    words = quote.split()
    words[len(words) // 2] = "zebra"
    return " ".join(words)


def run(text: str, quotes: list[str], *, suggest: bool = False) -> tuple[float, int]:
    """Milliseconds (the best of several runs, each with a new Grounder) and how many were found."""
    times, found = [], 0
    for _ in range(REPEATS):
        began = time.process_time()
        grounder = Grounder(text)
        results = [grounder.locate(quote) for quote in quotes]
        if suggest:
            _ = [result.suggestion for result in results if isinstance(result, NotFound)]
        times.append((time.process_time() - began) * 1000)
        found = sum(isinstance(result, Location) for result in results)
    return min(times), found


def lengths() -> None:
    kinds: dict[str, tuple[Callable[[str, random.Random], str], bool]] = {
        "exact": (lambda quote, rng: quote, False),
        "noisy": (noisy, False),
        "not found": (invented, False),
        "with suggestion": (invented, True),
    }
    print(f"{'kind':<16}{'words':>8}{'found':>7}{'ms for 30':>11}{'growth':>8}")
    for kind, (change, suggest) in kinds.items():
        base = 0.0
        for words in LENGTHS:
            rng = random.Random(words)
            text = article(words, rng)
            quotes = [change(cut(text, rng), rng) for _ in range(COUNT)]
            ms, found = run(text, quotes, suggest=suggest)
            base = base or ms / words
            print(f"{kind:<16}{words:>8,}{found:>7}{ms:>11.2f}{ms / words / base:>8.2f}")


def hard() -> None:
    texts = {
        "one letter, 5 MB": ("a" * 5_000_000, "a" * 40),
        "line breaks": ("word\n\n" * 400_000, "word again"),
        "words of one letter": ("a " * 1_000_000, "a b"),
        "quotation marks": ("“" * 2_000_000, "“a”"),
        "dots": (". " * 1_000_000, "end ... of"),
        "entities": ("&amp;" * 400_000, "a & b"),
        "decomposed letters": ("e\u0301 " * 400_000, "é è"),
        "ellipses to try": ("we know … they said " * 50_000, "we know … they never said … we know"),
        "interruptions": ("“Yes,” she said, “we do.” " * 50_000, "Yes, we do. No, we do."),
    }
    print(f"\n{'hard text':<22}{'half, s':>9}{'whole, s':>10}{'ratio':>7}")
    for name, (text, quote) in texts.items():
        seconds = []
        for part in (text[: len(text) // 2], text):
            began = time.process_time()
            result = Grounder(part).locate(quote)
            _ = result.suggestion if isinstance(result, NotFound) else None
            seconds.append(time.process_time() - began)
        print(f"{name:<22}{seconds[0]:>9.3f}{seconds[1]:>10.3f}{seconds[1] / seconds[0]:>7.2f}")


if __name__ == "__main__":
    lengths()
    hard()
