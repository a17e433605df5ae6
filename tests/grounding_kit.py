"""An invented article full of traps, and the changes a quotation of it may or may not undergo.

People, places and outlets are invented. Each change takes a quotation (and a source of chance) and gives back
the changed one, or None where it does not apply; `LEGITIMATE` names the grounding each must get, and every one of
`DEFECTS` must be refused.
"""

from __future__ import annotations

import html
import random
import re
import unicodedata
from collections.abc import Callable

from framing.text import Span, sentence_spans

__all__ = ["ARTICLE", "DEFECTS", "LEGITIMATE", "Change", "letters", "quotations"]

ARTICLE = """\
Harbor town splits over the night ferry

OSTERVIK — The council of Ostervik voted on Tuesday to end the night ferry, a service that has carried 1.4 \
million passengers since 1987 and costs the town $3.2 million a year. The vote was 11–10.

“We cannot keep paying for empty boats,” said Mayor Ilse Brandt, “and I will not ask the schools to pay for \
them. The money isn’t there.” She had warned in March that “the reserve… is gone” by the end of the winter.

Opponents say the figures are wrong. Tomás Eriksen, who leads the dockworkers’ union, counted 212 passengers \
on one night in May. “They never counted the nurses,” he said. “They never counted the bakers, the cleaners \
or the people who drive the snow-ploughs [in winter]. Nobody who works at night was ever asked.”

He continued: “My naïve hope was that somebody would come down to the quay and look. Nobody came.

“So we counted ourselves, every night, for 40 nights in a row — and we have the lists.”

The ferry’s defenders have also gone to court. A judge in the re-opened case refused to stop the vote but \
called the town’s study ‘thin at best’. The study, which runs to 1,280 pages, was paid for by Nordhavn & \
Sons, the company that wants to build a bridge. It predicts that the bridge would carry 9,500 cars a day by \
2035, or 40 percent more than the ferry.

That forecast is disputed. The transport office puts the number at 3,900; a professor at the college in \
Lyngås, Åse Møller, thinks that even this is too high. “You can’t count a car twice and call it two cars,” \
Møller told the Ostervik Courier. “I don’t know who checked this. I know that I didn’t.”

Not everyone on the island is angry. “I’m 84 and I go to bed at nine,” said Greta Holm 👵🏼, who has lived \
next to the quay for half a century. “The horn will not wake me any more.” Her neighbor, a night\u00a0nurse, \
moved out in April.

The decision is final, the mayor says. The decision is not final, the union says. Both sides expect a second \
vote in the autumn, when three of the 21 seats on the council are up for election… and when the first storms \
arrive.

“We will be back,” Eriksen said. “We will be back with the nurses, with the bakers and with the lists.”
"""

Change = Callable[[str, random.Random], str | None]


def quotations() -> list[Span]:
    """Every sentence of five words and more, and stretches of words inside each."""
    spans: list[Span] = []
    for sentence in sentence_spans(ARTICLE):
        words = [
            Span(m.start() + sentence.start, m.end() + sentence.start)
            for m in _TOKEN.finditer(sentence.of(ARTICLE))
        ]
        if len(words) >= 5:
            spans += [Span(words[a].start, words[b].end) for a, b in _stretches(len(words))]
    return sorted(set(spans))


def _stretches(count: int) -> list[tuple[int, int]]:
    middle = [(at, at + 7) for at in range(0, count - 8, 3)]
    return [(0, count - 1), *middle, (1, count - 1), (0, count - 2)]


def letters(text: str) -> str:
    """The letters and digits of a text in composed lower case: what no legitimate change alters."""
    while (plain := html.unescape(text)) != text:
        text = plain
    text = unicodedata.normalize("NFC", text)
    return "".join(char for char in text.lower() if char.isalnum())


_TOKEN = re.compile(r"\S+")
_WORD = re.compile(r"[^\W\d_]{3,}")
_NEGATION = re.compile(r"\b(?:not|never|cannot|nobody)\b ?|n['’]t\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")


def _differing(change: Callable[[str], str]) -> Change:
    def apply(quote: str, rng: random.Random) -> str | None:
        changed = change(quote)
        return changed if changed != quote else None

    return apply


def _replacing(old: str, new: str) -> Change:
    return _differing(lambda quote: quote.replace(old, new))


# --- What a quotation may undergo -------------------------------------------------------------------


def _straight(quote: str) -> str:
    return quote.translate(str.maketrans("“”’‘", "\"\"''"))


def _entities(quote: str) -> str:
    quote = html.escape(quote)
    return "".join(char if char.isascii() else f"&#{ord(char)};" for char in quote)


def _hidden(quote: str, rng: random.Random) -> str | None:
    word = rng.choice(_WORD.findall(quote) or [""])
    return quote.replace(word, word[:2] + "\u00ad" + word[2:], 1) if word else None


def _wrapped_in(opening: str, closing: str) -> Change:
    return lambda quote, rng: opening + quote.strip("“”‘’") + closing if quote[0].isalnum() else None


def _stopped(quote: str, rng: random.Random) -> str | None:
    return quote + rng.choice(",.") if quote[-1].isalnum() else None


def _broken_lines(quote: str, rng: random.Random) -> str | None:
    words = quote.split(" ")
    if len(words) < 2:
        return None
    at = rng.randrange(1, len(words))
    return " ".join(words[:at]) + "\n" + " ".join(words[at:])


LEGITIMATE: dict[str, tuple[Change, str]] = {
    "verbatim": (lambda quote, rng: quote, "exact"),
    "white space around it": (lambda quote, rng: f"\n {quote}  ", "exact"),
    "straight marks": (_differing(_straight), "typography"),
    "single for double marks": (_differing(lambda q: q.replace("“", "‘").replace("”", "’")), "typography"),
    "TeX marks": (_differing(lambda q: q.replace("“", "``").replace("”", "''")), "typography"),
    "low and angle marks": (_differing(lambda q: q.replace("“", "„").replace("”", "«")), "typography"),
    "decomposed letters": (_differing(lambda q: unicodedata.normalize("NFD", q)), "typography"),
    "entities": (_differing(_entities), "typography"),
    "entities escaped twice": (_differing(lambda q: html.escape(_entities(q))), "typography"),
    "two spaces": (_replacing(" ", "  "), "typography"),
    "no-break spaces": (_differing(lambda q: q.replace(" ", "\u00a0")), "typography"),
    "thin spaces": (_replacing(" ", "\u2009"), "typography"),
    "broken lines": (_broken_lines, "typography"),
    "a soft hyphen": (_hidden, "typography"),
    "a zero-width space": (lambda quote, rng: quote.replace(" ", " \u200b", 1), "typography"),
    "a dash for a dash": (_differing(lambda q: q.replace(" — ", "--").replace("–", "-")), "typography"),
    "non-breaking hyphens": (_replacing("-", "\u2011"), "typography"),
    "an ellipsis of dots": (_replacing("…", "..."), "typography"),
    "an ellipsis of spaced dots": (_replacing("…", " . . . "), "typography"),
    "in quotation marks": (_wrapped_in("“", "”"), "typography"),
    "in straight marks": (_wrapped_in('"', '"'), "typography"),
    "a stop added": (_stopped, "typography"),
    "ellipses around it": (_wrapped_in("… ", " …"), "typography"),
    "upper case": (_differing(str.upper), "case"),
    "lower case": (_differing(str.lower), "case"),
    "title case": (_differing(lambda q: re.sub(r"\b[a-z](?=[a-z]{3})", lambda m: m[0].upper(), q)), "case"),
    "upper case, straight marks, entities": (_differing(lambda q: html.escape(_straight(q).upper())), "case"),
}


# --- What it may not --------------------------------------------------------------------------------


def _inner(quote: str) -> list[str] | None:
    words = quote.split()
    return words if len(words) > 4 else None


def _without_negation(quote: str, rng: random.Random) -> str | None:
    inside = [match for match in _NEGATION.finditer(quote) if match.start() > 0 and match.end() < len(quote)]
    return quote[: inside[0].start()] + quote[inside[0].end() :] if inside else None


def _with_word(word: str) -> Change:
    def apply(quote: str, rng: random.Random) -> str | None:
        words = quote.split()
        at = rng.randrange(1, len(words))
        return " ".join([*words[:at], word, *words[at:]])

    return apply


def _other_number(quote: str, rng: random.Random) -> str | None:
    numbers = list(_NUMBER.finditer(quote))
    if not numbers:
        return None
    number = rng.choice(numbers)
    other = rng.choice([str(int(number[0]) + 1), number[0] + "0", number[0][:-1] or "7", "90"])
    return quote[: number.start()] + other + quote[number.end() :] if other != number[0] else None


def _swapped(quote: str, rng: random.Random) -> str | None:
    words = quote.split()
    at = rng.randrange(len(words) - 1)
    if letters(words[at]) == letters(words[at + 1]) or "" in (letters(words[at]), letters(words[at + 1])):
        return None
    words[at], words[at + 1] = words[at + 1], words[at]
    return " ".join(words)


def _without_word(quote: str, rng: random.Random) -> str | None:
    if (words := _inner(quote)) is None:
        return None
    at = rng.randrange(1, len(words) - 1)
    return " ".join(words[:at] + words[at + 1 :]) if letters(words[at]) else None


def _other_word(quote: str, rng: random.Random) -> str | None:
    words = _WORD.findall(quote)
    return quote.replace(rng.choice(words), "zebra", 1) if words else None


def _other_ending(quote: str, rng: random.Random) -> str | None:
    words = [m for m in _WORD.finditer(quote) if quote[m.end() : m.end() + 1] == " "]
    at = rng.choice(words).end() if words else 0
    return quote[:at] + rng.choice(["s", "ed", "ing"]) + quote[at:] if at else None


def _spliced(mark: str) -> Change:
    """The beginning of the quotation, and the end of the article's last sentence but far behind it."""

    def apply(quote: str, rng: random.Random) -> str | None:
        start = ARTICLE.index(quote)
        far = "Both sides expect a second vote in the autumn"
        return quote + mark + far if ARTICLE.index(far) - start - len(quote) > 600 else None

    return apply


def _elided_negation(quote: str, rng: random.Random) -> str | None:
    words = quote.split()
    inner = [at for at in range(2, len(words) - 2) if re.search(r"^not$|n’t$|^never$|^cannot$", words[at])]
    return " ".join([*words[: inner[0]], "…", *words[inner[0] + 1 :]]) if inner else None


def _bracketed_negation(quote: str, rng: random.Random) -> str | None:
    return _with_word("[not]")(quote, rng)


def _bracketed_number(quote: str, rng: random.Random) -> str | None:
    words = quote.split()
    inner = [at for at in range(1, len(words) - 1) if words[at].strip(",.").isdigit()]
    return " ".join([*words[: inner[0]], "[77]", *words[inner[0] + 1 :]]) if inner else None


def _cut_in_word(quote: str, rng: random.Random) -> str | None:
    return quote[:-1] if quote[-2:].isalnum() else None


DEFECTS: dict[str, Change] = {
    "a negation dropped": _without_negation,
    "a negation added": _with_word("not"),
    "never added": _with_word("never"),
    "a number changed": _other_number,
    "two words swapped": _swapped,
    "a word left out": _without_word,
    "a word changed": _other_word,
    "an ending changed": _other_ending,
    "an invented word": _with_word("allegedly"),
    "an invented half": lambda quote, rng: quote + " and nobody in the whole town doubts it",
    "two distant sentences": _spliced(" "),
    "two distant sentences with an ellipsis": _spliced(" … "),
    "two distant sentences with a bracket": _spliced(" [and] "),
    "a negation under an ellipsis": _elided_negation,
    "a negation in a bracket": _bracketed_negation,
    "a number under a bracket": _bracketed_number,
    "the last letter cut off": _cut_in_word,
}
