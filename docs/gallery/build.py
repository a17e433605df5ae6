"""Make the example pages of docs/gallery, and their pictures, from the invented articles of datasets/newsroom.

    make gallery

The pages stay out of the repository; of the pictures those are kept that the README shows.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import framing
from framing.annotations import Analysis, DocumentInfo, Findings, Provenance
from framing.comparison import compare_analyses
from framing.evaluation import GoldArticle, load_gold, load_suite, score_suite
from framing.evaluation.outcomes import Condition, Outcome, ask_all
from framing.quotes import find_requotes
from framing.reports import article_page, comparison_page, corpus_page, evaluation_page, outlets_page, page_name

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SHOWN = "newsroom/immigration-1-b"
LABELS = "labels of the newsroom set"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


def labelled(article: GoldArticle, found: Findings, *, by: str = LABELS) -> Analysis:
    made = Provenance(framing_version=framing.__version__, backend=by, codebook="policy-frames.v1")
    held = {name: getattr(found, name) for name in Findings.model_fields}
    return Analysis(document=DocumentInfo.of(article.document), provenance=made, **held)


def evaluation(articles: Sequence[GoldArticle]) -> str:
    """The smoke suite: the rules, and beside them the second pass of the labels."""
    suite = load_suite(ROOT / "eval" / "smoke")
    suite = suite.model_copy(update={"gates": ()})  # they are for a change of the rules, not for a picture
    scored = [article for article in articles if article.split == suite.dataset.split]
    rules = ask_all(
        framing.Analyzer("rules", codebook="policy-frames").analyze,
        [article.document for article in scored],
        condition=Condition(backend="rules"),
    )
    second = [
        Outcome(
            condition=Condition(backend="second pass of the labels"),
            repeat=0,
            document=article.id,
            seconds=0,
            analysis=labelled(article, article.coders["B"]),
        )
        for article in scored
    ]
    run = score_suite(suite, scored, [*rules, *second], resamples=2_000)
    return evaluation_page(run, scored)


def pages() -> dict[str, str]:
    """HTML by file name."""
    articles = load_gold(ROOT / "datasets" / "newsroom" / "gold.jsonl")
    pairs = [(article.document, labelled(article, article.gold)) for article in articles]
    made = {page_name(d.id): article_page(a, d) for d, a in pairs}
    links = {d.id: page_name(d.id) for d, _ in pairs}
    shown = next(article for article in articles if article.id == SHOWN)
    both = {
        LABELS: [labelled(shown, shown.gold)],
        "rules": [framing.analyze(shown.document, backend="rules", codebook="policy-frames")],
    }
    made["article.html"] = made[page_name(SHOWN)]
    made["comparison.html"] = comparison_page(compare_analyses(both), [shown.document])
    event = SHOWN.rpartition("-")[0]
    made["outlets.html"] = outlets_page(
        [(d, a) for d, a in pairs if d.id.startswith(f"{event}-")], title="The bridge at Orrin City", links=links
    )
    made["corpus.html"] = corpus_page(
        [a for _, a in pairs],
        title="The newsroom set: 36 invented articles",
        links=links,
        requotes=find_requotes(pairs),
    )
    made["evaluation.html"] = evaluation(articles)
    return made


def photograph(names: Sequence[str]) -> None:
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("FRAMING_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        for name in names:
            page.set_viewport_size({"width": 1280, "height": 720 if name == "outlets" else 860})
            page.goto((HERE / f"{name}.html").as_uri())
            if name == "article":
                page.locator("#text p a[data-tag=B]").first.hover()
            if name == "evaluation":
                page.locator("section", has_text="F1 of each frame").first.evaluate("e => e.scrollIntoView()")
                page.wait_for_timeout(800)  # the page scrolls smoothly
            page.screenshot(path=HERE / f"{name}.png")
        browser.close()


def main() -> None:
    for name, html in pages().items():
        (HERE / name).write_text(html, encoding="utf-8", newline="\n")
    photograph(["article", "outlets", "comparison", "evaluation"])
    print(f"pages and pictures in {HERE}")


if __name__ == "__main__":
    main()
