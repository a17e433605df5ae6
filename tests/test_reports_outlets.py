"""Outlets beside each other, and a corpus of many: what the pages say, without a browser."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.annotations import Analysis
from framing.cli.main import cli
from framing.errors import GroundingError, UsageError
from framing.reports import article_page, corpus_page, outlets_page
from framing.reports.cast import shared_cast
from framing.reports.outlet_groups import OTHERS, by_outlet
from framing.reports.periods import day_of, periods_of
from framing.reports.tables import Table
from framing.reports.voices import voices
from framing.text import Document
from tests.report_samples import HOSTILE, article, hostile, labelled, long_article, newsroom


def event(name: str = "immigration-1") -> list[tuple[Document, Analysis]]:
    return [(gold.document, labelled(gold)) for gold in newsroom() if gold.id.startswith(f"newsroom/{name}-")]


# --- Outlets ------------------------------------------------------------------------------------------


def test_a_source_has_one_letter_and_colour_in_all_articles_and_no_two_share_a_letter() -> None:
    people, heard = shared_cast([voices(analysis, document.text) for document, analysis in event()])
    sheriff = next(person for person in people if person.name == "Roy Castellane")
    looks = {(v.tag, v.colour) for own in heard for v in own if v.name == "Roy Castellane"}
    assert looks == {(sheriff.tag, sheriff.colour)}
    assert len(sheriff.voices) == 3
    assert len({person.tag for person in people}) == len(people)


def test_an_unnamed_source_is_never_taken_for_that_of_another_article() -> None:
    people, _ = shared_cast([voices(analysis, document.text) for document, analysis in event()])
    for person in people:
        if len(person.voices) > 1:
            assert all(voice.named for voice in person.voices.values())


def test_people_are_in_every_article_that_has_them_once_and_nobody_is_lost() -> None:
    heard = [voices(analysis, document.text) for document, analysis in event()]
    people, shown = shared_cast(heard)
    sources = sum(voice.id not in ("narrator", "unattributed") for own in heard for voice in own)
    assert sum(len(person.voices) for person in people) == sources
    assert [[voice.id for voice in own] for own in shown] == [[voice.id for voice in own] for own in heard]


def test_the_page_tells_whom_each_outlet_quotes_and_what_others_word_otherwise() -> None:
    html = outlets_page(event(), title="The bridge")
    for part in ("The bridge", "Whom each outlet quotes", "How each outlet frames it", "in other words"):
        assert part in html
    for state in ("alone", "shared", "otherwise"):
        assert f'data-state="{state}"' in html


def test_every_item_of_every_article_has_a_key_of_its_own() -> None:
    html = outlets_page(event())
    keys = re.findall(r'<li class="note" id="n(\d+)"', html)
    items = sum(len([*analysis.grounded_texts()]) for _, analysis in event())
    assert len(keys) == len({*keys}) == items


def test_outlets_of_one_name_are_told_apart_by_their_articles() -> None:
    pairs = [(d.model_copy(update={"outlet": "One"}), a) for d, a in event()]
    html = outlets_page(pairs)
    assert all(f"One: {document.id}" in html for document, _ in pairs)


@pytest.mark.parametrize("pairs", [event()[:1], [event()[0], event()[0]]], ids=["one", "twice the same"])
def test_less_than_two_articles_are_refused_as_are_two_of_one_id(pairs: list[tuple[Document, Analysis]]) -> None:
    with pytest.raises(UsageError):
        outlets_page(pairs)


def test_an_analysis_of_another_text_is_refused() -> None:
    (document, analysis), (other, _), *_ = event()
    with pytest.raises(GroundingError, match="belongs to the text"):
        outlets_page([(document, analysis), (other, analysis)])


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_articles_add_no_script(name: str) -> None:
    analysis, document = hostile(HOSTILE[name])
    html = outlets_page([(document, analysis), event()[0]], title=document.text)
    assert html.count("<script>") == 1


def test_compare_puts_articles_side_by_side_and_says_what_it_needs(tmp_path: Path) -> None:
    stories = []
    for document, _ in event()[:2]:
        story = tmp_path / f"{document.id.rpartition('/')[2]}.txt"
        story.write_text(document.text, encoding="utf-8")
        stories.append(str(story))
    page = tmp_path / "page.html"
    run = CliRunner()
    given_ = ["compare", "--outlets", *stories, "--format", "html", "--out", str(page), "--title", "A bridge"]
    done = run.invoke(cli, given_)
    assert done.exit_code == 0, done.output
    assert "<bdi>A bridge</bdi>" in page.read_text(encoding="utf-8")
    assert "add --format html" in str(run.invoke(cli, ["compare", "--outlets", *stories]).exception)
    two = [*given_, "--backends", "rules,mock:x"]
    assert "name one of each" in str(run.invoke(cli, two).exception)


# --- A corpus of many ---------------------------------------------------------------------------------


def of_outlet(name: str | None, number: int, published: str | None = None) -> Analysis:
    analysis = labelled(article("immigration-1-a"))
    told = {"id": f"a{number}", "outlet": name, "published": published}
    return analysis.model_copy(update={"document": analysis.document.model_copy(update=told)})


def test_beyond_forty_outlets_the_smallest_are_taken_together_and_no_article_is_lost() -> None:
    listed = [of_outlet(f"o{min(n, 60)}", n) for n in range(100)]
    groups = by_outlet(listed)
    assert len(groups) == 41
    assert [*groups][-1] == OTHERS
    assert next(iter(groups)) == "o60"
    assert sum(map(len, groups.values())) == len(listed)


def test_a_source_of_many_outlets_is_told_with_the_first_and_the_number_of_the_others() -> None:
    html = corpus_page([of_outlet(f"o{n}", n) for n in range(9)])
    assert re.search(r"o\d, o\d, o\d, o\d and 5 more", html)


def test_without_outlets_and_dates_the_page_says_frames_and_has_no_time() -> None:
    html = corpus_page([of_outlet(None, n) for n in range(3)])
    assert "<h2>Frames</h2>" in html
    assert "Frames over time" not in html
    assert "(None)" not in html


def test_a_date_that_is_written_otherwise_is_left_out_and_told() -> None:
    days = [f"2031-0{n % 3 + 1}-01" for n in range(15)]
    html = corpus_page([of_outlet("o", n, day) for n, day in enumerate([*days, "March 3, 2031"])])
    assert "Articles without a date (YYYY-MM-DD) are left out here: 1." in html


@pytest.mark.parametrize("published", [None, "", "March 3, 2031", "2031-02-30", "2031-02", "2031-02-011"])
def test_what_is_no_day_is_none(published: str | None) -> None:
    assert day_of(published) is None


def test_a_time_has_its_day() -> None:
    assert day_of("2031-02-03T04:05:06Z") == date(2031, 2, 3)


@pytest.mark.parametrize(
    ("apart", "number", "last"),
    [(0, 4, "2031-01-01"), (1, 40, "2031-02"), (10, 40, "2032-Q1"), (60, 40, "2037")],
)
def test_the_finest_period_that_still_holds_some_articles_is_taken(apart: int, number: int, last: str) -> None:
    days = [date(2031, 1, 1) + timedelta(days=apart * n) for n in range(number)]
    assert periods_of(days)[-1].name == last


@settings(deadline=None)
@given(st.lists(st.dates(), min_size=1, max_size=60))
def test_periods_keep_the_order_of_days(days: list[date]) -> None:
    found = periods_of(sorted(days))
    assert [period.place for period in found] == sorted(period.place for period in found)


# --- Shaded tables ------------------------------------------------------------------------------------


def test_a_cell_is_shaded_by_its_share_of_the_row_and_totals_are_not() -> None:
    table = Table(
        "t", ("x", "a", "b", "all"), (("r", "1", "3", "4"), ("s", "–", "0", "0")), shaded="row", totals=1
    )
    assert [table.shades(row) for row in table.rows] == [(0, 0.25, 0.75, 0), (0, 0, 0, 0)]


def test_a_cell_is_shaded_against_the_largest_of_the_table() -> None:
    table = Table("t", ("x", "a"), (("r", "1,000"), ("s", "250")), shaded="table")
    assert [table.shades(row) for row in table.rows] == [(0, 1), (0, 0.25)]


# --- Size ---------------------------------------------------------------------------------------------


def test_a_page_of_900_words_stays_under_a_megabyte_and_a_half_however_much_is_marked() -> None:
    analysis, document = long_article(words=900, items=400)
    assert len(article_page(analysis, document).encode()) < 1_500_000
    other = document.model_copy(update={"id": "other", "outlet": "The Invented Post"})
    same = analysis.model_copy(update={"document": analysis.document.model_copy(update={"id": "other"})})
    assert len(outlets_page([(document, analysis), (other, same)]).encode()) < 1_500_000
