"""Tokens that each prompt costs: in and out, for one article of datasets/newsroom with 25 items.

    python benchmarks/tokens.py [--codebook policy-frames] [--model o200k_base] [--items 25]

The article is the one nearest to 840 words. Its first 25 labelled items (statements, claims and passages of
frames, evenly over the three) are written by the oracle in the wire format of each prompt, so that every format
is measured on the same answer. "in" are the messages that the prompt sends, "schema" what structured output adds
(servers count some of it, or none); "out" is the answer; "both anchors" is the answer where every passage needs its first
and its last words.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from framing.annotations import Findings
from framing.codebooks import Codebook, load_codebook
from framing.evaluation.gold import GoldArticle, load_gold
from framing.prompts import Passage, Prompt, list_prompts
from framing.schemas import write_reply
from framing.text import Span
from framing.tokens import Count, count_tokens

GOLD = Path(__file__).parent.parent / "datasets" / "newsroom" / "gold.jsonl"
WORDS = 840


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--codebook", default="policy-frames")
    parser.add_argument("--model", default="o200k_base")
    parser.add_argument("--items", type=int, default=25)
    asked = parser.parse_args()
    article = min(load_gold(GOLD), key=lambda one: abs(len(one.document.text.split()) - WORDS))
    gold = first_items(article, asked.items)
    codebook = load_codebook(asked.codebook)
    words = len(article.document.text.split())
    print(f"{article.id}: {words} words, {count_tokens(article.document.text, asked.model).n} tokens")
    print(f"{len(gold.speakers)} speakers, {counted(gold)}; {codebook.ref}; counted for {asked.model}\n")
    print(f"{'prompt':<24}{'in':>8}{'schema':>8}{'out':>8}{'both anchors':>14}")
    for prompt in list_prompts():
        print(row(prompt, article, gold, codebook, asked.model))


def row(prompt: Prompt, article: GoldArticle, gold: Findings, codebook: Codebook, model: str) -> str:
    if prompt.wire.name == "questions" and not codebook.questions:
        return f"{prompt.ref:<24}{'(the codebook asks no questions)':>38}"
    request = prompt.request(Passage(article.document), codebook=codebook if prompt.needs_codebook else None)
    sent = count_tokens("\n".join(message.content for message in request.messages), model)
    schema = count_tokens(request.schema or "", model)
    answers = [
        count_tokens(reply(prompt, article, found, codebook), model) for found in (gold, shortened(gold, article))
    ]
    return f"{prompt.ref:<24}{shown(sent):>8}{shown(schema):>8}{shown(answers[0]):>8}{shown(answers[1]):>14}"


def reply(prompt: Prompt, article: GoldArticle, gold: Findings, codebook: Codebook) -> str:
    return write_reply(prompt.wire.name, gold, task=prompt.task, document=article.document, codebook=codebook)


def first_items(article: GoldArticle, count: int) -> Findings:
    """The first `count` items of the article, with the speakers that they need."""
    gold = article.gold
    labels = [(label, passage) for label in gold.frames for passage in label.evidence]
    frames = min(len(labels), count // 5)
    statements = gold.statements[: (count - frames + 1) // 2]
    claims = gold.claims[: count - frames - len(statements)]
    statements = gold.statements[: count - frames - len(claims)]
    kept = [passage for _, passage in labels[:frames]]
    voices = {statement.speaker for statement in statements} | {claim.voice for claim in claims}
    return Findings(
        speakers=tuple(speaker for speaker in gold.speakers if speaker.id in voices),
        statements=statements,
        claims=claims,
        frames=tuple(
            label.model_copy(update={"evidence": tuple(passage for passage in label.evidence if passage in kept)})
            for label in gold.frames
            if any(passage in kept for passage in label.evidence)
        ),
    )


def shortened(gold: Findings, article: GoldArticle) -> Findings:
    """The same items, each cut by a word at either end, so that none fills its sentences."""
    text = article.document.text

    def cut(spans: tuple[Span, ...]) -> tuple[Span, ...]:
        return tuple(_inner(span, text) for span in spans)

    return gold.model_copy(
        update={
            "statements": tuple(s.model_copy(update={"spans": cut(s.spans)}) for s in gold.statements),
            "claims": tuple(c.model_copy(update={"spans": cut(c.spans)}) for c in gold.claims),
            "frames": tuple(
                label.model_copy(
                    update={
                        "evidence": tuple(e.model_copy(update={"spans": cut(e.spans)}) for e in label.evidence)
                    }
                )
                for label in gold.frames
            ),
        }
    )


def _inner(span: Span, text: str) -> Span:
    words = span.of(text).split(" ")
    if len(words) < 4:
        return span
    return Span(span.start + len(words[0]) + 1, span.end - len(words[-1]) - 1)


def counted(gold: Findings) -> str:
    passages = sum(len(label.evidence) for label in gold.frames)
    total = len(gold.statements) + len(gold.claims) + passages
    return f"{total} items ({len(gold.statements)} statements, {len(gold.claims)} claims, {passages} passages of frames)"


def shown(count: Count) -> str:
    return f"{'' if count.exact else '~'}{count.n:,}"


if __name__ == "__main__":
    main()
