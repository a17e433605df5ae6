"""Tokens of every prompt and of the reply to it, for one article.

    python benchmarks/prompt_tokens.py [ID]

ID is an article of datasets/newsroom, such as newsroom/climate-2-c. Without it the article is an invented one of
840 words with 25 items: 13 statements, 5 claims and 7 passages for 4 frames, by 5 speakers. Counted in
o200k_base; a reply is what the oracle writes, compactly. "all anchors" is the reply when no passage begins or
ends with its sentence, so that each needs its first and its last words.
"""

from __future__ import annotations

import sys

import library  # noqa: F401

from framing._resources import resource_dir
from framing.annotations import NARRATOR, Claim, Evidence, Findings, FrameLabel, Speaker, Statement
from framing.codebooks import load_codebook
from framing.evaluation.gold import load_gold
from framing.prompts import Passage, Prompt, list_prompts
from framing.schemas import write_reply
from framing.text import Document, Span
from framing.tokens import count_tokens

POLICY, GENERIC = load_codebook("policy-frames"), load_codebook("generic-frames")

SENTENCES = (
    "The council of Varmby voted on Tuesday to close the old ferry and to build a toll bridge across the sound.",
    "“We have waited eleven years for this evening, and nobody will miss the queue,” said Mayor Ada Berg.",
    "The bridge will cost 312 million crowns, a third more than the figure the county gave in the spring.",
    "Jonas Lind, who leads the opposition, called the plan “a monument to vanity” and asked for a second vote.",
    "According to the harbour office, the ferry carried 41,000 cars last year, fewer than in any year since 1998.",
    "Edda Marn, 71, who sells coffee at the landing, does not know what she will do when the last boat has left.",
    "The court at Tarnholm has yet to decide whether the county may take the land of four farms on the shore.",
    "“The law protects us, or it protects nobody,” one of the farmers said.",
    "Traffic on the coast road has doubled since the quarry opened, the police wrote in a report to the council.",
    "The vote ended with nineteen members for the bridge, fourteen against it and two who stayed away.",
)


def invented(words: int = 840) -> Document:
    """Paragraphs of two sentences, so many words in all."""
    rounds = " ".join(SENTENCES * (words // 100)).split()[:words]
    sentences = [sentence + "." for sentence in " ".join(rounds).rstrip(".").split(". ")]
    paragraphs = [" ".join(sentences[at : at + 2]) for at in range(0, len(sentences), 2)]
    return Document(id="invented", text="\n\n".join(paragraphs))


def findings(document: Document, *, anchored: bool) -> Findings:
    """25 items spread over the article. Of three, one fills its sentence, one ends and one begins inside it."""

    def place(number: int) -> tuple[Span, ...]:
        sentence = document.sentences[number * len(document.sentences) // 25]
        words = sentence.of(document.text).split()
        cut_start = anchored or number % 3 == 1
        cut_end = anchored or number % 3 == 2
        start = sentence.start + (len(" ".join(words[:3])) + 1 if cut_start else 0)
        end = sentence.end - (len(" ".join(words[-3:])) + 1 if cut_end else 0)
        return (Span(start, end),)

    names = (
        ("Ada Berg", "Mayor"),
        ("Jonas Lind", None),
        (None, "one of the farmers"),
        ("harbour office", None),
        ("police", None),
    )
    speakers = tuple(Speaker(id=f"s{n}", name=name, role=role) for n, (name, role) in enumerate(names, 1))
    statements = tuple(
        Statement(
            id=f"q{n}",
            speaker=speakers[n % 5].id,
            kind=("direct", "indirect", "mixed")[n % 3],
            spans=place(n),
            text=document.excerpt(place(n)),
            cue="said",
        )
        for n in range(13)
    )
    claims = tuple(
        Claim(
            id=f"c{n}",
            voice=NARRATOR if n % 2 else speakers[0].id,
            kind="factual",
            spans=place(n),
            text=document.excerpt(place(n)),
            checkworthy=True,
        )
        for n in range(13, 18)
    )
    passages = [Evidence(spans=place(n), text=document.excerpt(place(n)), voice=NARRATOR) for n in range(18, 25)]
    frames = tuple(
        FrameLabel(codebook=book.ref, frame=code, primary=book.primary and n == 0, evidence=tuple(passages[n::4]))
        for book, codes in (
            (POLICY, ("economic", "political", "legality_constitutionality", "quality_of_life")),
            (GENERIC, GENERIC.codes[:4]),
        )
        for n, code in enumerate(codes)
    )
    return Findings(speakers=speakers, statements=statements, claims=claims, frames=frames)


def reply(prompt: Prompt, document: Document, gold: Findings) -> int:
    codebook = GENERIC if prompt.wire.name == "questions" else POLICY
    text = write_reply(prompt.wire.name, gold, task=prompt.task, document=document, codebook=codebook)
    return count_tokens(text).n


def main() -> None:
    document = invented()
    plain, anchored = findings(document, anchored=False), findings(document, anchored=True)
    if sys.argv[1:]:
        articles = {a.document.id: a for a in load_gold(resource_dir("datasets") / "newsroom" / "gold.jsonl")}
        if sys.argv[1] not in articles:
            raise SystemExit(f"no article {sys.argv[1]!r}; there are: {', '.join(articles)}")
        document = articles[sys.argv[1]].document
        plain = anchored = articles[sys.argv[1]].gold
    items = (
        len(plain.statements)
        + len(plain.claims)
        + sum(len(label.evidence) for label in plain.frames if label.codebook in (POLICY.ref, POLICY.name))
    )
    how = "counted" if count_tokens("").exact else "estimated"
    words, tokens = len(document.text.split()), count_tokens(document.text).n
    print(f"{document.id}: {words} words, {tokens} tokens ({how}), {items} items")
    print(f"{'prompt':24} {'static':>7} {'article':>8} {'in':>6} {'schema':>7} {'out':>6} {'all anchors':>12}")
    for prompt in list_prompts():
        if prompt.wire.name == "questions" and sys.argv[1:]:
            continue
        codebook = GENERIC if prompt.wire.name == "questions" else POLICY
        request = prompt.request(Passage(document), codebook=codebook)
        static, article = (count_tokens(message.content).n for message in request.messages)
        schema = count_tokens(request.schema or "").n
        out, most = reply(prompt, document, plain), reply(prompt, document, anchored)
        print(f"{prompt.ref:24} {static:7} {article:8} {static + article:6} {schema:7} {out:6} {most:12}")


if __name__ == "__main__":
    main()
