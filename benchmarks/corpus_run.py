"""What a whole corpus run costs: client CPU an article, wall time over the ideal, memory.

    python benchmarks/corpus_run.py                        the table: 500 ms × 64 and × 256, faults, memory
    python benchmarks/corpus_run.py --one --articles 1000 --concurrency 64 --latency 0.5 [--profile FILE]

Articles of about 700 words (invented), answers of 25 items in the prompt's own wire format, a loopback server in a
process of its own, one client process for each row of the table. CPU is that of the client process from before the
first article is read until all files are written, without its start (imports, the codebook). Ideal wall time is
articles × latency / concurrency. Peak memory is that of the whole client process.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

STARTED = time.perf_counter()

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


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--one", action="store_true", help="one row, in this process")
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--latency", type=float, default=0.5)
    parser.add_argument("--prompt", default="joint/rows")
    parser.add_argument("--faults", action="store_true", help="10 %% 429, 5 %% malformed, 2 %% resets")
    parser.add_argument("--retry-after", type=float, default=1.0)
    parser.add_argument("--profile", help="write a cProfile of the client to this file")
    args = parser.parse_args()
    if args.one:
        print(json.dumps(one(args)))
        return
    print(
        f"{args.prompt}\n{'':38}{'CPU/article':>12}{'wall/ideal':>12}{'peak MB':>9}{'requests':>10}{'failed':>8}"
    )
    row("500 ms, 64 at a time", args)
    row("500 ms, 256 at a time", args, "--concurrency", "256", "--articles", "4000")
    row("the same with faults (64)", args, "--faults")
    row("memory: 20,000 articles, no latency", args, "--articles", "20000", "--latency", "0")


def row(name: str, args: argparse.Namespace, *more: str) -> None:
    command = [sys.executable, __file__, "--one", "--prompt", args.prompt, *more]
    done = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    ideal = f"{done['wall'] / done['ideal']:.2f}" if done["ideal"] else "–"
    cells = f"{done['cpu_ms']:>9.2f} ms{ideal:>12}{done['peak_mb']:>9.0f}"
    print(f"{name:38}{cells}{done['requests'] / done['articles']:>10.3f}{done['failed']:>8}", flush=True)


def one(args: argparse.Namespace) -> dict[str, Any]:
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(there, args), daemon=True)
    server.start()
    base_url = here.recv()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "articles.jsonl"
        with path.open("w") as file:
            for number in range(args.articles):
                text = "\n\n".join(paragraphs(number))
                file.write(json.dumps({"id": f"a{number}", "text": text}) + "\n")
        result = client(base_url, path, Path(folder) / "out", args)
    here.send("end")
    result["first_request_s"] = here.recv() - result.pop("began")
    server.join()
    return result


def client(base_url: str, path: Path, out: Path, args: argparse.Namespace) -> dict[str, Any]:
    began = time.time()
    from framing import Analyzer, Document
    from framing.backends import load_backend
    from framing.runs import Limits, annotate

    analyzer = Analyzer(load_backend("openai:any", base_url=base_url), prompt=args.prompt)
    # What is imported on first use belongs to the start.
    few = [Document(id=str(n), text="\n\n".join(paragraphs(-n))) for n in range(1, 9)]
    annotate(few, out=out.with_name("warm"), analyzer=analyzer)
    profile = None
    if args.profile:
        import cProfile

        profile = cProfile.Profile()
        profile.enable()
    cpu, start = cpu_seconds(), time.perf_counter()
    report = annotate(path, out=out, analyzer=analyzer, limits=Limits(concurrency=args.concurrency))
    wall, used = time.perf_counter() - start, cpu_seconds() - cpu
    if profile is not None:
        profile.disable()
        profile.dump_stats(args.profile)
    return {
        "articles": report.articles,
        "failed": report.failed,
        "requests": report.requests,
        "cpu_ms": used / report.articles * 1000,
        "wall": wall,
        "ideal": report.articles * args.latency / args.concurrency,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "items": items(out),
        "began": began,
    }


def items(out: Path) -> float:
    """Mean number of statements, claims and frame passages an article: the answers must have been understood."""
    lines = sum(sum(1 for _ in (out / f"{name}.csv").open()) - 1 for name in ("statements", "claims", "frames"))
    articles = sum(1 for _ in (out / "analyses.jsonl").open())
    return lines / articles


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


# --- Articles and answers -----------------------------------------------------------------------------


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


def serve(pipe: Connection, args: argparse.Namespace) -> None:
    from framing.testing import Faults, FaultServer

    known = [answer(number, args.prompt) for number in range(KINDS)]
    first: list[float] = []

    def reply(asked: Any) -> str:
        if not first:
            first.append(time.time())
        text = asked["messages"][1]["content"]
        return known[int(text.split("Article ", 1)[1].split(" ", 1)[0]) % KINDS]

    shares = {"rate_limit": 0.10, "malformed": 0.05, "reset": 0.02} if args.faults else {}
    with FaultServer(
        reply, faults=Faults(seed=1, **shares), latency=args.latency, retry_after=args.retry_after
    ) as server:
        pipe.send(server.base_url)
        pipe.recv()
    pipe.send(first[0] - args.latency)


if __name__ == "__main__":
    main()
