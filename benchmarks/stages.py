"""Where the CPU time of one article goes, stage by stage, without a network.

    python benchmarks/stages.py [--prompt joint/rows] [--articles 100] [--rounds 7] [--newsroom]

The articles and answers are those of corpus_run.py: 100 that differ, but of few words, so that what is remembered of words
and names from one article to the next is remembered more often than in a real corpus. With `--newsroom` they are the
labelled articles of `datasets/newsroom`, each unlike the others, and their gold, in the wire format of the prompt. Each
figure is the least of several rounds, in ms of CPU an article. What the request itself costs (HTTP) is measured by
client_cpu.py.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import library  # noqa: F401
from material import answer, paragraphs

from framing import Analyzer, Document
from framing.analyzer import Question
from framing.annotations import Analysis, DocumentInfo, Provenance
from framing.assembly import Part, assemble
from framing.backends.mock import Mock
from framing.chunks import Chunk
from framing.corpus import Fields
from framing.corpus.fields import document_of
from framing.corpus.tables import GrowingTables
from framing.evaluation.gold import load_gold
from framing.flow import Outcome, converse
from framing.messages import Message, Reply, Request, Usage, json_text
from framing.runs import RunOptions, annotate
from framing.schemas import Draft
from framing.screening import screen
from framing.testing import Oracle
from framing.text import Span


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--prompt", default="joint/rows")
    parser.add_argument("--articles", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--newsroom", action="store_true")
    args = parser.parse_args()
    texts, answers = labelled(args.prompt) if args.newsroom else invented(args.articles, args.prompt)
    count = len(texts)
    print(f"{count} articles of {sum(len(text.split()) for text in texts) / count:.0f} words")
    rows = [json.dumps({"id": f"a{number}", "text": text}).encode() for number, text in enumerate(texts)]
    analyzer = Analyzer(Mock(lambda _: ""), prompt=args.prompt)

    def clock(name: str, work: Callable[[Any], Any], things: Callable[[], Sequence[Any]]) -> list[Any]:
        best, made = float("inf"), []
        for _ in range(args.rounds):
            given = things()
            start = time.process_time()
            made = [work(thing) for thing in given]
            best = min(best, time.process_time() - start)
        print(f"{name:46}{best / count * 1000:8.3f}")
        return made

    def documents() -> list[Document]:
        return [Document(id=f"a{number}", text=text) for number, text in enumerate(texts)]

    def unknown() -> list[Question]:
        json_text.cache_clear()
        return asked

    def read_row(row: bytes) -> Document:
        return document_of(json.loads(row), Fields(), source="", name="")

    def conversed(pair: tuple[Question, str]) -> Outcome:
        conversation = converse(pair[0].request, pair[0].read)
        next(conversation)
        try:
            conversation.send(Reply(pair[1], "m", usage=Usage(1, 1, 0, 1)))
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        raise AssertionError("the answer has flaws")

    clock("row to document", read_row, lambda: rows)
    clock("sentences and paragraphs", lambda document: document.sentences, documents)
    whole = documents()
    asked = clock("questions, all (sentences, template, schema)", lambda d: analyzer.questions(d)[0], documents)
    clock("key of the request", lambda question: question.request.key("m"), unknown)
    outcomes = clock("answer to draft", conversed, lambda: list(zip(asked, answers, strict=True)))
    for document in whole:
        _ = document.sentences
    together = list(zip(whole, asked, outcomes, strict=True))
    parts = [(document, [Part(o.draft, q.chunk, q.label)]) for document, q, o in together]
    clock("screening of the article", screen, lambda: whole)
    clock("draft to findings (places, speakers, voices)", lambda p: assemble(*p, analyzer.codebook), lambda: parts)
    made = clock("analysis, all (the two above, and checks)", lambda t: analyzer.conclude(t[0], [t[1]], [t[2]]),
                 lambda: together)  # fmt: skip
    lines = clock("analysis to JSON", Analysis.model_dump_json, lambda: made)
    with tempfile.TemporaryDirectory() as folder:
        kept(Path(folder), clock, lines, made)
        machinery = around(Path(folder), args)
        print(f"{'the run around it (loop, gate, store, commits)':46}{machinery:8.3f}")


def invented(count: int, prompt: str) -> tuple[list[str], list[str]]:
    numbers = range(count)
    return ["\n\n".join(paragraphs(number)) for number in numbers], [answer(number, prompt) for number in numbers]


def labelled(prompt: str) -> tuple[list[str], list[str]]:
    """The articles of the newsroom, and what the model that knows answers about each."""
    gold = load_gold(Path(__file__).parents[1] / "datasets" / "newsroom" / "gold.jsonl")
    analyzer = Analyzer(oracle := Oracle(gold), prompt=prompt)
    asked = [analyzer.questions(article.document)[0].request for article in gold]
    return [article.document.text for article in gold], [oracle.complete(request).text for request in asked]


def kept(folder: Path, clock: Any, lines: list[str], made: list[Analysis]) -> None:
    clock("line read again", Analysis.model_validate_json, lambda: lines)
    tables = GrowingTables(folder)
    clock("tables", lambda analysis: tables.add([tables.rendered(analysis)]), lambda: made)
    tables.close()


class Idle(Question):
    """Nothing is read in the answer."""

    def read(self, text: str) -> Draft:
        return Draft()


class Hollow(Analyzer):
    """Asks about each article in one word, and finds nothing in any."""

    def questions(self, document: Document) -> tuple[Question, ...]:
        whole = Chunk(Span(0, len(document.text)), Span(0, 0))
        request = Request((Message("user", document.id),))
        return (Idle(self.prompts[0], self.codebook, whole, "", request),)

    def conclude(self, document: Document, *given: Any, **more: Any) -> Analysis:
        return Analysis(document=DocumentInfo.of(document), provenance=Provenance(framing_version="", backend=""))


class Instant:
    """A model that answers at once."""

    address = "instant"

    async def acomplete(self, request: Request) -> Reply:
        return Reply("{}", "m", usage=Usage(1, 1, 0, 1))

    def complete(self, request: Request) -> Reply:
        raise AssertionError("a run asks asynchronously")

    def close(self) -> None: ...

    async def aclose(self) -> None: ...


def around(folder: Path, args: argparse.Namespace) -> float:
    """What a run needs beyond all that: turns of the event loop, the gate, the budget, commits, lines in order."""
    hollow = Hollow(Instant(), prompt=args.prompt, repairs=0)
    best, articles = float("inf"), [Document(id=f"a{number}", text="A text.") for number in range(1000)]
    for number in range(args.rounds):
        start = time.process_time()
        annotate(articles, out=folder / f"run{number}", analyzer=hollow, options=RunOptions(tables=None))
        best = min(best, time.process_time() - start)
    return best


if __name__ == "__main__":
    main()
