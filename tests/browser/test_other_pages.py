"""The pages of comparisons, corpora and evaluations in a real browser."""

from __future__ import annotations

import pytest

from framing.comparison import compare_analyses
from framing.quotes import find_requotes
from framing.reports import comparison_page, corpus_page, evaluation_page
from tests.browser.conftest import Open
from tests.browser.test_article_page import serious
from tests.report_samples import HOSTILE, article, hostile, labelled, newsroom
from tests.test_reports import EASY, tiny_run, two_readings

_COLUMN = """at => [...document.querySelectorAll(`.side[data-at="${at}"]`)].map(p => p.textContent).join('')"""


def comparison() -> str:
    given, document = two_readings(EASY[1])
    return comparison_page(compare_analyses(given), [document])


def corpus() -> str:
    pairs = [(gold.document, labelled(gold)) for gold in newsroom()[:9]]
    return corpus_page([analysis for _, analysis in pairs], requotes=find_requotes(pairs))


def evaluation() -> str:
    return evaluation_page(tiny_run(), [article(name) for name in EASY], resamples=100)


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


@pytest.mark.parametrize("made", [comparison, corpus, evaluation])
@pytest.mark.parametrize(("dark", "width"), [(False, 1360), (True, 390)], ids=["light desk", "dark phone"])
def test_axe_finds_no_serious_fault(made: object, dark: bool, width: int, open_page: Open, axe: str) -> None:
    assert callable(made)
    assert serious(open_page(made(), dark=dark, width=width), axe) == []


@pytest.mark.parametrize("made", [comparison, corpus, evaluation])
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
