"""The pages of comparisons, corpora, evaluations and coding guides in a real browser."""

from __future__ import annotations

import pytest

from framing.codebooks import load_codebook
from framing.comparison import compare_analyses
from framing.quotes import find_requotes
from framing.reports import comparison_page, corpus_page, evaluation_page, guide_page, outlets_page
from framing.reports.guide import GUIDED
from tests.browser.conftest import Open
from tests.browser.test_article_page import serious
from tests.report_samples import HOSTILE, article, hostile, labelled, newsroom
from tests.test_reports import EASY, tiny_run, two_readings
from tests.test_reports_outlets import event

_COLUMN = """at => [...document.querySelectorAll(`.side[data-at="${at}"]`)].map(p => p.textContent).join('')"""


def comparison() -> str:
    given, document = two_readings(EASY[1])
    return comparison_page(compare_analyses(given), [document])


def corpus() -> str:
    pairs = [(gold.document, labelled(gold)) for gold in newsroom()[:9]]
    return corpus_page([analysis for _, analysis in pairs], requotes=find_requotes(pairs))


def evaluation() -> str:
    return evaluation_page(tiny_run(), [article(name) for name in EASY], resamples=100)


def outlets() -> str:
    return outlets_page(event(), title="The bridge at Orrin City")


def guide() -> str:
    return guide_page(load_codebook("generic-frames"), layers=GUIDED)


def test_every_column_of_a_comparison_is_the_article_to_the_letter(open_page: Open) -> None:
    page = open_page(comparison())
    text = article(EASY[1]).document.text
    assert page.evaluate(_COLUMN, "0-0") == text
    assert page.evaluate(_COLUMN, "0-1") == text


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_article_stays_text_in_a_comparison(name: str, open_page: Open) -> None:
    analysis, document = hostile(HOSTILE[name])
    other = analysis.model_copy(update={"claims": ()})
    page = open_page(comparison_page(compare_analyses({"a": [analysis], "b": [other]}), [document]))
    assert page.evaluate(_COLUMN, "0-0") == document.text
    assert page.evaluate("window.hurt") is None
    assert page.locator("script").count() == 1


def test_differences_are_shown_alone_on_demand(open_page: Open) -> None:
    page = open_page(comparison())
    told = page.locator("#shown")
    statements = len(article(EASY[1]).gold.statements)
    assert told.inner_text() == f"{statements} of {statements} statements"
    assert page.locator(".side .same").count() > 0
    page.get_by_role("checkbox", name="only differences").check()
    assert told.inner_text() == f"2 of {statements} statements"
    assert page.locator(".side .same").count() == 0
    assert page.locator(".side .only").count() > 0
    assert page.locator(".side .missing").count() > 0
    hidden = page.locator(".para[hidden]").count()
    assert 0 < hidden < page.locator(".para").count()
    page.get_by_role("radio", name="claims").check()
    assert told.inner_text().startswith("0 of")


def test_a_card_tells_what_each_instrument_has(open_page: Open) -> None:
    page = open_page(comparison())
    page.locator(".side a.only").first.hover()
    card = page.locator("#card").inner_text()
    for part in ("not found by second", "first", "second", "missing"):
        assert part in card


@pytest.mark.parametrize("made", [comparison, corpus, evaluation, outlets, guide])
@pytest.mark.parametrize(("dark", "width"), [(False, 1360), (True, 390)], ids=["light desk", "dark phone"])
def test_axe_finds_no_serious_fault(made: object, dark: bool, width: int, open_page: Open, axe: str) -> None:
    assert callable(made)
    assert serious(open_page(made(), dark=dark, width=width), axe) == []


@pytest.mark.parametrize("made", [comparison, corpus, evaluation, outlets, guide])
def test_nothing_is_wider_than_a_phone(made: object, open_page: Open) -> None:
    assert callable(made)
    page = open_page(made(), width=390, height=844)
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_chart_has_its_table_beneath_it(open_page: Open) -> None:
    page = open_page(corpus())
    charts = page.locator("figure.chart")
    assert charts.count() >= 3
    for at in range(charts.count()):
        section = charts.nth(at).locator("xpath=..")
        section.locator("summary").click()
        assert section.locator("table tbody tr").first.is_visible()


def test_every_column_of_outlets_is_its_article_to_the_letter(open_page: Open) -> None:
    page = open_page(outlets())
    texts = page.evaluate("() => [...document.querySelectorAll('article.text')].map(e => e.textContent)")
    assert texts == [document.text for document, _ in event()]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_article_stays_text_between_outlets(name: str, open_page: Open) -> None:
    analysis, document = hostile(HOSTILE[name])
    page = open_page(outlets_page([(document, analysis), event()[0]]))
    assert page.locator("article.text").first.evaluate("e => e.textContent") == document.text
    assert page.evaluate("window.hurt") is None
    assert page.locator("script").count() == 1


def test_what_others_word_otherwise_is_marked_alone_on_demand(open_page: Open) -> None:
    page = open_page(outlets())
    count = "() => [...document.querySelectorAll('.note')].filter(n => !n.hidden).length"
    everything = page.evaluate(count)
    page.get_by_role("radio", name="what others word otherwise").check()
    wanted = page.locator(".note[data-state=otherwise]").count()
    assert 0 < wanted < everything
    assert page.evaluate(count) == wanted
    assert page.locator("#shown").inner_text().startswith(f"{wanted} of ")
    assert page.locator("article.text .own").count() == 0


def test_a_card_tells_where_else_a_statement_is_printed(open_page: Open) -> None:
    page = open_page(outlets())
    page.get_by_role("radio", name="what others word otherwise").check()
    page.locator("article.text a.t1").first.hover()
    assert "in other words" in page.locator("#card").inner_text()


def test_articles_are_found_and_sorted(open_page: Open) -> None:
    page = open_page(corpus())
    rows = page.locator("#articles tbody tr:visible")
    everything = rows.count()
    page.get_by_role("searchbox", name="Find").fill("no such words")
    assert rows.count() == 0
    page.get_by_role("searchbox", name="Find").fill("heartland ledger")
    assert 0 < rows.count() < everything
    assert page.locator("#found").inner_text() == f"{rows.count()} of {everything}"
    page.get_by_role("searchbox", name="Find").fill("")
    page.get_by_role("button", name="Statements").click()
    counts = [int(cell) for cell in page.locator("#articles tbody td:nth-child(6)").all_inner_texts()]
    assert counts == sorted(counts)
    page.get_by_role("button", name="Statements").press("Enter")
    turned = [int(cell) for cell in page.locator("#articles tbody td:nth-child(6)").all_inner_texts()]
    assert turned == sorted(counts, reverse=True)


def test_of_many_articles_the_first_hundred_are_shown_until_all_are_wanted(open_page: Open) -> None:
    analysis = labelled(article(EASY[0]))
    listed = [
        analysis.model_copy(update={"document": analysis.document.model_copy(update={"id": f"a{number}"})})
        for number in range(130)
    ]
    page = open_page(corpus_page(listed))
    assert page.locator("#articles tbody tr:visible").count() == 100
    assert page.locator("#found").inner_text() == "100 of 130 shown"
    page.get_by_role("button", name="Show all").click()
    assert page.locator("#articles tbody tr:visible").count() == 130
