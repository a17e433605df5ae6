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
from framing.annotations import Analysis
from framing.assembly import Part, assemble
from framing.backends.mock import Mock
from framing.corpus import Fields, write_tables
from framing.corpus.fields import document_of
from framing.evaluation.gold import load_gold
from framing.flow import Outcome, converse
from framing.messages import Reply, Usage
from framing.runs.lines import Line, Lines
from framing.runs.store import Store
from framing.screening import screen
from framing.testing import Oracle


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
        print(f"{name:44}{best / count * 1000:8.3f}")
        return made

    def documents() -> list[Document]:
        return [Document(id=f"a{number}", text=text) for number, text in enumerate(texts)]

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
    clock("key of the request", lambda question: question.request.key("m"), lambda: asked)
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
        kept(Path(folder), clock, answers, lines, made)


def invented(count: int, prompt: str) -> tuple[list[str], list[str]]:
    numbers = range(count)
    return ["\n\n".join(paragraphs(number)) for number in numbers], [answer(number, prompt) for number in numbers]


def labelled(prompt: str) -> tuple[list[str], list[str]]:
    """The articles of the newsroom, and what the model that knows answers about each."""
    gold = load_gold(Path(__file__).parents[1] / "datasets" / "newsroom" / "gold.jsonl")
    analyzer = Analyzer(oracle := Oracle(gold), prompt=prompt)
    asked = [analyzer.questions(article.document)[0].request for article in gold]
    return [article.document.text for article in gold], [oracle.complete(request).text for request in asked]


def kept(folder: Path, clock: Any, answers: list[str], lines: list[str], made: list[Analysis]) -> None:
    store = Store(folder / "store")
    file = Lines(folder / "lines", store, in_order=True)
    numbers = iter(range(1, 10**9))
    keys = iter(f"{number:064x}" for number in range(10**9))

    def keep(text: str) -> None:
        store.reply(key := next(keys))
        store.answered(store.sending(1, 1), key, Reply(text, "m"))

    def write(line: str) -> None:
        number = next(numbers)
        store.article(number)
        store.register(number, f"a{number}", "")
        file.put(number, Line(line.encode() + b"\n", failed=False))

    clock("reply looked up, noted, stored", keep, lambda: answers)
    clock("line written and noted", write, lambda: lines)
    clock("line read again", Analysis.model_validate_json, lambda: lines)
    clock("tables", lambda analyses: write_tables(analyses, folder, "csv"), lambda: [made])
    file.close()
    store.close()


if __name__ == "__main__":
    main()
