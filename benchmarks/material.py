"""What the benchmarks of corpus runs are about: invented articles, and the answers of a perfect model."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

NAMES = [
    "Ada Berg",
    "Tomas Lind",
    "Ruth Okafor",
    "Ines Vidal",
    "Karl Mohr",
    "Lena Novak",
    "Omar Haddad",
    "Petra Sandel",
]
ROLES = ["mayor", "engineer", "teacher", "union leader", "nurse", "professor", "farmer", "lawyer"]
NOUNS = [
    "bridge",
    "harbour",
    "school",
    "budget",
    "clinic",
    "railway",
    "market",
    "river",
    "council",
    "factory",
    "forest",
    "station",
]
VERBS = ["needs", "closes", "costs", "delays", "changes", "strains", "supports", "threatens"]
REST = [
    "more than anyone in the town had expected",
    "before the end of the coming winter",
    "for many years to come",
]
KINDS = 100
"""So many different articles there are, apart from their numbers."""
FRAMES = ["economic", "political", "health_safety", "quality_of_life", "public_opinion", "policy_evaluation"]


def write_articles(path: Path, count: int) -> None:
    """A jsonl file of `count` articles of about 700 words."""
    with path.open("w") as file:
        for number in range(count):
            file.write(json.dumps({"id": f"a{number}", "text": text_of(number)}) + "\n")


def text_of(number: int) -> str:
    return f"Article {number} of the day{_rest(number % KINDS)}"


@cache
def _rest(kind: int) -> str:
    return "\n\n".join(paragraphs(kind)).partition(" of the day")[2]


def number_of(text: str) -> int:
    """Which article a request is about."""
    return int(text.split("Article ", 1)[1].split(" ", 1)[0])


def paragraphs(number: int) -> list[str]:
    """An article: its number, then paragraphs of two sentences, of which the first are quotations."""
    chance = random.Random(number % KINDS)
    made = [f"Article {number} of the day is about the {chance.choice(NOUNS)}."]
    for place in range(25):
        also = f"and the {chance.choice(NOUNS)}"
        said = f"The {chance.choice(NOUNS)} {chance.choice(VERBS)} {chance.choice(REST)} {also}"
        who = chance.randrange(len(NAMES))
        after = f"Nobody in the {chance.choice(NOUNS)} {chance.choice(VERBS)} it {chance.choice(REST)}."
        quoted = f"“{said},” said {NAMES[who]}, the {ROLES[who]}."
        told = f"{said} in {chance.randrange(1990, 2030)}."
        made.append(f"{quoted if place < 10 else told} {after}")
    return made


def answer(number: int, prompt: str) -> str:
    """The reply of a perfect model: ten statements, nine claims, six passages of frames."""
    from framing.annotations import Claim, Evidence, Findings, FrameLabel, Speaker, Statement
    from framing.codebooks import load_codebook
    from framing.prompts import load_prompt
    from framing.schemas.writing import write_reply
    from framing.text import Document, Span

    text = "\n\n".join(paragraphs(number))
    document = Document(id="a", text=text)
    places = list(spans(text))
    people = {f"S{n}": name for n, name in enumerate(NAMES, 1)}
    statements = []
    for at, place in enumerate(places[1:11], 1):
        speaker = next(key for key, name in people.items() if f"said {name}" in text[place[0] : place[1]])
        span = Span(place[0], text.index("”", place[0]) + 1)
        whole = {"spans": (span,), "text": span.of(text), "kind": "direct", "speaker": speaker}
        statements.append(Statement.model_validate({"id": f"Q{at}", **whole}))
    ends = [Span(start, text.index(".", start) + 1) for start, _ in places[11:]]
    findings = Findings(
        speakers=tuple(
            Speaker(id=key, name=name, role=role) for (key, name), role in zip(people.items(), ROLES, strict=True)
        ),
        statements=tuple(statements),
        claims=tuple(
            Claim(id=f"C{n}", voice="narrator", kind="factual", spans=(s,), text=s.of(text), checkworthy=True)
            for n, s in enumerate(ends[:9], 1)
        ),
        frames=tuple(
            FrameLabel(
                codebook="policy-frames.v1",
                frame=frame,
                primary=frame == FRAMES[0],
                evidence=(Evidence(spans=(s,), text=s.of(text), voice="narrator"),),
            )
            for frame, s in zip(FRAMES, ends[9:], strict=False)
        ),
    )
    loaded = load_prompt(prompt)
    return write_reply(
        loaded.wire.name, findings, task=loaded.task, document=document, codebook=load_codebook("policy-frames")
    )


def spans(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for paragraph in text.split("\n\n"):
        yield start, start + len(paragraph)
        start += len(paragraph) + 2
