"""Pages without a browser: what is in them, and that every character of an article comes through."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.annotations import (
    NARRATOR,
    UNATTRIBUTED,
    Analysis,
    DocumentInfo,
    Problem,
    Provenance,
    Speaker,
    Statement,
)
from framing.cli.main import cli
from framing.comparison import compare_analyses
from framing.errors import GroundingError, UsageError
from framing.evaluation.outcomes import Condition, Outcome
from framing.evaluation.runner import SuiteRun, save_run, score_suite
from framing.evaluation.suite import Dataset, Suite
from framing.quotes import find_requotes
from framing.reports import article_page, comparison_page, corpus_page, evaluation_page, page_name, save_pages
from framing.reports.charts import Point, interval_chart, time_chart
from framing.reports.differences import changes
from framing.reports.mistakes import examples, frame_table, kind_table
from framing.reports.outlet_groups import wilson_interval
from framing.reports.segments import Mark, segments
from framing.reports.voices import voices, words_by_voice
from framing.text import Document, Span, excerpt
from tests.report_samples import GOLD, HOSTILE, article, hostile, labelled, newsroom

EASY = ("immigration-1-a", "immigration-1-b", "crime-1-a")


class _Reader(HTMLParser):
    """The text of the element with this id, and every tag and attribute of the page."""

    def __init__(self, wanted: str) -> None:
        super().__init__(convert_charrefs=True)
        self.wanted, self.text, self.inside = wanted, "", ""
        self.tags: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "action", "srcset")]
        if given.get("id") == self.wanted:
            self.inside = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self.inside:
            self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.text += data


def read(html: str, wanted: str = "text") -> _Reader:
    reader = _Reader(wanted)
    reader.feed(html)
    return reader


def bare(text: str, *, id: str = "d") -> tuple[Analysis, Document]:
    document = Document(id=id, text=text)
    made = Provenance(framing_version="0", backend="none")
    return Analysis(document=DocumentInfo.of(document), provenance=made), document


# --- Segments -----------------------------------------------------------------------------------------

LENGTH = 40
spans = st.tuples(st.integers(0, LENGTH - 1), st.integers(1, LENGTH)).map(
    lambda pair: Span(min(pair), max(pair)) if pair[0] != pair[1] else Span(pair[0], pair[0] + 1)
)
marks = st.lists(st.lists(spans, min_size=1, max_size=3).map(tuple), max_size=6).map(
    lambda listed: [Mark(key, held) for key, held in enumerate(listed)]
)


@settings(deadline=None)
@given(marks, st.lists(st.integers(-5, LENGTH + 5), max_size=4))
def test_segments_tile_the_text_and_each_character_has_exactly_its_marks(
    listed: list[Mark], cuts: list[int]
) -> None:
    found = segments(Span(0, LENGTH), listed, cuts=cuts)
    assert [piece.span.start for piece in found] == [0, *(piece.span.end for piece in found[:-1])]
    assert found[-1].span.end == LENGTH
    for piece in found:
        for at in range(piece.span.start, piece.span.end):
            assert {*piece.marks} == {mark.key for mark in listed if any(at in span for span in mark.spans)}


@settings(deadline=None)
@given(marks)
def test_each_mark_begins_once_and_where_it_starts(listed: list[Mark]) -> None:
    begun = [(key, piece.span.start) for piece in segments(Span(0, LENGTH), listed) for key in piece.begins]
    assert sorted(begun) == sorted((mark.key, min(span.start for span in mark.spans)) for mark in listed)


def test_the_widest_mark_comes_first() -> None:
    found = segments(Span(0, 9), [Mark(1, (Span(3, 5),)), Mark(2, (Span(0, 9),))])
    assert [piece.marks for piece in found] == [(2,), (2, 1), (2,)]


# --- Voices -------------------------------------------------------------------------------------------


def nested() -> tuple[Analysis, Document]:
    analysis, document = bare("Ann said that Bob said no no. Then rain fell.")
    inner, outer = Span(18, 28), Span(9, 28)
    statements = (
        Statement(id="s1", speaker="a", kind="indirect", spans=(outer,), text=excerpt(document.text, (outer,))),
        Statement(id="s2", speaker="b", kind="indirect", spans=(inner,), text=excerpt(document.text, (inner,))),
    )
    speakers = (Speaker(id="a", name="Ann"), Speaker(id="b", name="Bob"))
    return analysis.model_copy(update={"statements": statements, "speakers": speakers}), document


def test_a_word_belongs_to_the_innermost_statement_else_to_the_outlet() -> None:
    analysis, document = nested()
    assert words_by_voice(analysis, document.text) == {NARRATOR: 5, "a": 2, "b": 3}


@pytest.mark.parametrize("name", EASY)
def test_shares_add_up_to_the_whole_article(name: str) -> None:
    gold = article(name)
    heard = voices(labelled(gold), gold.document.text)
    assert sum(voice.words for voice in heard) == len(gold.document.text.split())
    assert sum(voice.share for voice in heard) == pytest.approx(1)
    assert heard[0].kind == "outlet"


def test_letters_go_on_after_z_and_colours_begin_anew() -> None:
    text = " ".join(f"“w{n}”" for n in range(30))
    analysis, document = bare(text)
    places = [Span(m.start(), m.end()) for m in re.finditer(r"\S+", text)]
    said = tuple(
        Statement(id=f"s{n}", speaker=f"p{n}", kind="direct", spans=(span,), text=span.of(text))
        for n, span in enumerate(places)
    )
    speakers = tuple(Speaker(id=f"p{n}", name=f"N{n}") for n in range(30))
    heard = voices(analysis.model_copy(update={"statements": said, "speakers": speakers}), document.text)
    assert [voice.tag for voice in heard[1:]][24:28] == ["Y", "Z", "AA", "AB"]
    assert [voice.colour for voice in heard[1:9]] == [1, 2, 3, 4, 5, 6, 7, 1]


def test_unattributed_speech_has_a_question_mark_and_takes_no_letter() -> None:
    analysis, document = bare("“No,” was heard. “Yes,” Ann said.")
    said = (
        Statement(id="s1", speaker=None, kind="direct", spans=(Span(0, 5),), text="“No,”"),
        Statement(id="s2", speaker="a", kind="direct", spans=(Span(17, 23),), text="“Yes,”"),
    )
    made = analysis.model_copy(update={"statements": said, "speakers": (Speaker(id="a", name="Ann"),)})
    assert [(v.id, v.tag) for v in voices(made, document.text)] == [
        (NARRATOR, ""),
        (UNATTRIBUTED, "?"),
        ("a", "A"),
    ]


# --- The article page ---------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet=st.characters(exclude_characters="\0"), max_size=80))
def test_any_text_comes_through_to_the_letter(text: str) -> None:
    analysis, document = bare(text)
    assert read(article_page(analysis, document)).text == document.text


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_article_adds_no_tag_to_its_page(name: str) -> None:
    analysis, document = hostile(HOSTILE[name])
    reader = read(article_page(analysis, document))
    assert reader.text == document.text
    assert reader.tags.count("script") == 1
    assert reader.tags.count("style") == 2
    assert not {"img", "iframe", "object", "embed", "base"}.intersection(reader.tags)


def test_nul_which_html_cannot_hold_is_shown_as_a_replacement_with_its_code() -> None:
    analysis, document = bare("a\0b")
    html = article_page(analysis, document)
    assert read(html).text == "a\ufffdb"
    assert 'data-code="U+0000"' in html


@pytest.mark.parametrize("name", EASY)
def test_nothing_is_fetched_and_only_the_page_s_own_script_may_run(name: str) -> None:
    gold = article(name)
    html = article_page(labelled(gold), gold.document)
    assert all(address.startswith(("#", "data:")) for address in read(html).addresses)
    policy = unescape(re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)[0])
    assert "default-src 'none'" in policy
    assert re.search(r"script-src 'sha256-[\w+/]{43}='$", policy)
    assert "url(" not in html
    assert len(html.encode()) < 1_500_000


def test_a_page_is_refused_for_another_text() -> None:
    analysis, _ = bare("one text")
    with pytest.raises(GroundingError, match="belongs to the text"):
        article_page(analysis, Document(id="d", text="another text"))


def test_a_problem_is_told_with_what_was_given_and_the_nearest_passage() -> None:
    analysis, document = bare("Rain fell on the town.")
    problem = Problem(
        kind="not_found", reason="nowhere in the article", raw={"text": "Snow fell"}, suggestion="Rain fell"
    )
    html = article_page(analysis.model_copy(update={"problems": (problem,)}), document)
    for part in ("Lost: not found", "nowhere in the article", "Snow fell", "Rain fell", "Something was lost"):
        assert part in html


def test_equal_analyses_give_equal_pages() -> None:
    gold = article(EASY[0])
    assert article_page(labelled(gold), gold.document) == article_page(labelled(gold), gold.document)


def test_frames_have_the_names_of_their_codebook_and_plain_words_without_it() -> None:
    gold = article(EASY[1])
    analysis = labelled(gold)
    own = analysis.model_copy(update={"provenance": analysis.provenance.model_copy(update={"codebook": "own.v1"})})
    assert "Capacity and resources" in article_page(analysis, gold.document)
    assert "capacity resources" in article_page(own, gold.document)


@settings(deadline=None)
@given(st.lists(st.text(max_size=20), max_size=6, unique=True))
def test_every_document_has_a_file_name_of_its_own_in_the_folder(names: list[str]) -> None:
    files = [page_name(name) for name in names]
    assert len({file.lower() for file in files}) == len(names)
    assert all(re.fullmatch(r"\w[\w.-]*\.html", file, re.ASCII) for file in files)


def test_pages_are_saved_under_their_names(tmp_path: Path) -> None:
    (file,) = save_pages({"a/b": "page"}, tmp_path / "new")
    assert file.parent == tmp_path / "new"
    assert file.read_text(encoding="utf-8") == "page"


# --- Comparison ---------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_changes_lead_from_one_wording_to_the_other(old: str, new: str) -> None:
    found = changes(old, new)
    assert "".join(change.text for change in found if change.kind != "new") == old
    assert "".join(change.text for change in found if change.kind != "gone") == new


def two_readings(name: str) -> tuple[dict[str, list[Analysis]], Document]:
    gold = article(name)
    whole = labelled(gold)
    changed = whole.statements[1].model_copy(update={"kind": "block"})
    other = whole.model_copy(update={"statements": (changed, *whole.statements[2:]), "frames": whole.frames[1:]})
    return {"first": [whole], "second": [other]}, gold.document


def test_a_comparison_shows_what_one_has_and_another_has_not() -> None:
    given_, document = two_readings(EASY[1])
    html = comparison_page(compare_analyses(given_), [document])
    for part in ("not found by second", "they differ in kind", "− not given", "One against the other"):
        assert part in html
    assert all(address.startswith(("#", "data:")) for address in read(html).addresses)


def test_a_comparison_needs_the_texts_that_it_shows() -> None:
    given_, document = two_readings(EASY[0])
    comparison = compare_analyses(given_)
    with pytest.raises(UsageError, match="needed to show"):
        comparison_page(comparison, [])
    assert document.text[:40] not in comparison_page(comparison, [], texts=0)


# --- Charts -------------------------------------------------------------------------------------------


def test_a_chart_is_an_svg_whose_text_is_text_and_whose_colours_are_the_page_s() -> None:
    chart = interval_chart([Point("a $5 <b> & more", 0.5, 0.2, 0.7)], name="x", title='Ti"tle')
    assert chart is not None
    assert chart.startswith('<svg role="img" aria-label="Ti&#34;tle"')
    assert ">a $5 &lt;b&gt; &amp; more</text>" in chart
    assert "var(--" in chart
    assert "#010101" not in chart
    assert "http" not in re.sub(r'xmlns(:\w+)?="[^"]+"', "", chart)


def test_equal_points_give_equal_charts_and_names_keep_two_charts_apart() -> None:
    points = {"s": [Point("2031-01", 0.1, 0.0, 0.2), Point("2031-02", 0.4, 0.2, 0.6)]}
    places = {"2031-01": 0, "2031-02": 1}
    assert time_chart(points, places, name="a", title="t") == time_chart(points, places, name="a", title="t")
    ids = [
        {*re.findall(r'\bid="([^"]+)"', str(time_chart(points, places, name=name, title="t")))} for name in "ab"
    ]
    assert not ids[0] & ids[1]


def test_no_points_no_chart() -> None:
    assert interval_chart([], name="x", title="t") is None
    assert time_chart({}, {}, name="x", title="t") is None


def test_without_matplotlib_the_page_comes_with_its_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("framing.reports.charts.can_draw", lambda: False)
    html = corpus_page([labelled(gold) for gold in newsroom()[:6]])
    assert 'class="chart"' not in html
    assert "Frames by outlet" in html
    assert "<table>" in html


# --- Corpus -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "n"), [(0, 7), (3, 11), (5, 5), (190, 1000)])
def test_wilson_intervals_are_those_of_statsmodels(count: int, n: int) -> None:
    from statsmodels.stats.proportion import proportion_confint

    assert wilson_interval(count, n) == pytest.approx(proportion_confint(count, n, method="wilson"))


def test_nothing_is_known_of_a_share_of_nothing() -> None:
    assert wilson_interval(0, 0) == (0, 1)


def test_an_article_without_an_answer_stays_in_the_denominator_and_is_told() -> None:
    gold = article(EASY[0])
    failed, _ = bare("Some text.", id="failed")
    problem = Problem(kind="backend", reason="the server failed")
    failed = failed.model_copy(
        update={
            "problems": (problem,),
            "document": failed.document.model_copy(update={"outlet": gold.document.outlet}),
        }
    )
    assert not failed.answered
    html = corpus_page([labelled(gold), failed])
    assert "1 article of 2 answered" in html
    assert "no answer" in html
    assert re.search(r"<bdi>50 %</bdi>", html)
    assert not re.search(r"<bdi>100 %</bdi></td>\s*<td[^>]*><bdi>0\.\d+ to 1\.00", html)


def test_the_corpus_page_links_articles_and_shows_a_lost_not() -> None:
    pairs = [(gold.document, labelled(gold)) for gold in newsroom() if "immigration-2" in gold.id]
    links = {document.id: f"articles/{page_name(document.id)}" for document, _ in pairs}
    html = corpus_page([analysis for _, analysis in pairs], links=links, requotes=find_requotes(pairs))
    assert {*links.values()} <= {*read(html).addresses}
    assert "negation changed" in html
    assert re.search(r"<(del|ins)>not</\1>", html)


# --- Evaluation ---------------------------------------------------------------------------------------

SUITE = Suite(
    name="tiny",
    title="Three articles",
    dataset=Dataset(path="datasets:newsroom/gold.jsonl"),
    codebook="policy-frames.v1",
    scorers=("statements", "claims", "frames", "primary"),
    family=("frames/micro F1",),
)


def tiny_run() -> SuiteRun:
    """The labels themselves against labels of which the first statement and the first frame are missing."""
    outcomes = []
    for gold in map(article, EASY):
        whole = labelled(gold)
        less = whole.model_copy(update={"statements": whole.statements[1:], "frames": whole.frames[1:]})
        for backend, analysis in (("whole", whole), ("less", less)):
            condition = Condition(backend=backend)
            made = Outcome(condition=condition, repeat=0, document=gold.id, seconds=0.5, analysis=analysis)
            outcomes.append(made)
    failed = Outcome(
        condition=Condition(backend="less"), repeat=0, document=outcomes[-1].document, seconds=9, error="no"
    )
    return score_suite(SUITE, [article(name) for name in EASY], [*outcomes[:-1], failed], resamples=200)


def test_an_evaluation_shows_scores_differences_mistakes_and_failures() -> None:
    html = evaluation_page(tiny_run(), [article(name) for name in EASY], resamples=200)
    for part in (
        "frames/micro F1",
        "less against whole",
        "Statement missed",
        "Cost and latency",
        "1 answer failed",
    ):
        assert part in html
    assert "Three articles" in html


def test_an_evaluation_needs_its_articles() -> None:
    with pytest.raises(UsageError, match="not among the articles"):
        evaluation_page(tiny_run(), [])


def test_right_and_wrong_frames_are_counted_and_a_failed_article_has_missed_all() -> None:
    run = tiny_run()
    articles = [article(name) for name in EASY]
    less = [outcome for outcome in run.outcomes if outcome.condition.backend == "less"]
    table = frame_table(articles, less, codebook=SUITE.codebook, name="less")
    given_ = sum(len(a.gold.frames) for a in articles)
    hits = sum(int(row[1]) for row in table.rows)
    missed = sum(int(row[2]) for row in table.rows)
    assert hits + missed == given_
    assert missed == 2 + len(articles[-1].gold.frames)
    assert all(sum(map(int, row[1:])) == len(articles) for row in table.rows)


def test_the_kinds_of_statement_add_up_to_the_gold() -> None:
    run = tiny_run()
    articles = [article(name) for name in EASY]
    whole = [outcome for outcome in run.outcomes if outcome.condition.backend == "whole"]
    table = kind_table(articles, whole, name="whole")
    assert sum(int(cell) for row in table.rows for cell in row[1:]) == sum(
        len(a.gold.statements) for a in articles
    )
    assert {row[0] for row in table.rows} <= {"direct", "indirect", "mixed", "block"}


def test_examples_of_mistakes_quote_the_article_and_are_at_most_so_many_of_a_kind() -> None:
    run = tiny_run()
    articles = [article(name) for name in EASY]
    less = [outcome for outcome in run.outcomes if outcome.condition.backend == "less"]
    found = examples(articles, less, scorers=SUITE.scorers, each=1)
    assert [example.kind for example in found] == ["statement missed", "frame missed"]
    held = "".join(text for text, mark in found[0].pieces if mark == "gold")
    assert held in articles[0].document.text


def test_an_example_begins_and_ends_with_whole_words() -> None:
    run = tiny_run()
    articles = [article(name) for name in EASY]
    less = [outcome for outcome in run.outcomes if outcome.condition.backend == "less"]
    for example in examples(articles, less, scorers=SUITE.scorers):
        text = next(a.document.text for a in articles if a.document.title == example.document)
        shown = "".join(piece for piece, _ in example.pieces).strip("…")
        at = text.index(shown)
        assert at == 0 or text[at - 1].isspace()
        assert at + len(shown) == len(text) or text[at + len(shown)].isspace()


# --- Commands -----------------------------------------------------------------------------------------


def invoke(*args: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(arg) for arg in args])


@pytest.fixture
def stories(tmp_path: Path) -> tuple[Path, Path]:
    files = (tmp_path / "one.txt", tmp_path / "two.txt")
    for file, who in zip(files, ("Ana Ortiz", "Ben Ross"), strict=True):
        file.write_text(f"“The bridge is not safe,” said {who} on Monday.\n\nRain fell.", encoding="utf-8")
    return files


def test_analyze_prints_a_page_or_saves_it(stories: tuple[Path, Path], tmp_path: Path) -> None:
    printed = invoke("analyze", stories[0], "--backend", "rules", "--format", "html").stdout
    assert read(printed).text.strip() == stories[0].read_text(encoding="utf-8")
    saved = tmp_path / "new" / "page.html"
    told = invoke("analyze", stories[0], "--backend", "rules", "--format", "html", "--out", saved)
    assert told.stdout == ""
    assert saved.read_text(encoding="utf-8").strip() == printed.strip()


def test_analyze_saves_several_pages_to_a_folder_and_refuses_to_put_them_into_one(
    stories: tuple[Path, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "pages"
    assert invoke("analyze", *stories, "--backend", "rules", "--format", "html", "--out", folder).exit_code == 0
    assert sorted(file.name for file in folder.iterdir()) == ["one.html", "two.html"]
    refused = invoke("analyze", *stories, "--backend", "rules", "--format", "html")
    assert isinstance(refused.exception, UsageError)


def test_compare_keeps_out_for_pages(stories: tuple[Path, Path], tmp_path: Path) -> None:
    texts: list[str | Path] = ["--format", "html", "--out", tmp_path / "page.txt"]
    for args in (["--out", tmp_path / "page.html"], texts):
        assert "save a page to a .html file" in str(invoke("compare", stories[0], *args).exception)


def test_compare_saves_a_page_of_what_two_instruments_found(tmp_path: Path) -> None:
    story = tmp_path / "story.txt"
    story.write_text(article(EASY[0]).document.text, encoding="utf-8")
    page = tmp_path / "page.html"
    backends = f"rules,oracle:{GOLD}"
    done = invoke(
        "compare", story, "--prompts", "joint/rows", "--backends", backends, "--format", "html", "--out", page
    )
    assert done.exit_code == 0, done.output
    assert "Piece by piece" in page.read_text(encoding="utf-8")


def test_report_makes_the_pages_of_a_corpus_run(stories: tuple[Path, Path], tmp_path: Path) -> None:
    run = tmp_path / "run"
    assert invoke("annotate", *stories, "--backend", "rules", "--out", run, "--quiet").exit_code == 0
    done = invoke("report", run, *stories, "--title", "Bridges")
    assert done.exit_code == 0
    index = run / "report" / "index.html"
    assert str(index) in done.output
    links = [a for a in read(index.read_text(encoding="utf-8")).addresses if a.startswith("articles/")]
    assert {(index.parent / link).is_file() for link in links} == {True}
    assert len({*links}) == 2


def article_links(index: Path) -> list[str]:
    return [a for a in read(index.read_text(encoding="utf-8")).addresses if a.startswith("articles/")]


def test_report_finds_the_articles_that_the_run_has_read(stories: tuple[Path, Path], tmp_path: Path) -> None:
    run = tmp_path / "run"
    invoke("annotate", *stories, "--backend", "rules", "--out", run, "--quiet")
    done = invoke("report", run)
    assert done.stderr == ""
    assert len({*article_links(run / "report" / "index.html")}) == 2


def test_report_makes_no_page_of_an_article_that_has_changed_and_says_so(
    stories: tuple[Path, Path], tmp_path: Path
) -> None:
    run = tmp_path / "run"
    invoke("annotate", *stories, "--backend", "rules", "--out", run, "--quiet")
    stories[0].write_text("Another text.", encoding="utf-8")
    done = invoke("report", run)
    assert done.exit_code == 0
    assert "1 article has no page, its text is not in the inputs or has changed: one" in done.stderr
    assert len({*article_links(run / "report" / "index.html")}) == 1


def test_report_says_which_input_is_gone_and_takes_another(stories: tuple[Path, Path], tmp_path: Path) -> None:
    run = tmp_path / "run"
    invoke("annotate", *stories, "--backend", "rules", "--out", run, "--quiet")
    moved = [story.rename(story.with_stem(f"moved-{story.stem}")) for story in stories]
    done = invoke("report", run)
    assert done.exit_code == 0
    assert "one.txt', which is not there any more" in done.stderr
    assert article_links(run / "report" / "index.html") == []
    assert invoke("report", run, *moved).stderr == ""
    assert len({*article_links(run / "report" / "index.html")}) == 2


def test_report_of_a_file_of_analyses_needs_the_articles_named(stories: tuple[Path, Path], tmp_path: Path) -> None:
    run = tmp_path / "run"
    invoke("annotate", *stories, "--backend", "rules", "--out", run, "--quiet")
    done = invoke("report", run / "analyses.jsonl", "--out", tmp_path / "pages")
    assert done.exit_code == 0
    assert "framing report RUN INPUT" in done.stderr


def test_report_puts_the_articles_on_one_event_side_by_side(tmp_path: Path) -> None:
    run, rows = tmp_path / "run", tmp_path / "rows.jsonl"
    told = [{"id": n, "text": f"“It is {n},” said Ana Ortiz.", "event": e} for n, e in ("ax", "bx", "cy")]
    rows.write_text("".join(json.dumps(row) + "\n" for row in told), encoding="utf-8")
    invoke("annotate", rows, "--backend", "rules", "--out", run, "--quiet")
    done = invoke("report", run, "--event-field", "event")
    assert done.exit_code == 0, done.output
    assert [file.name for file in (run / "report" / "events").iterdir()] == ["x.html"]
    assert "events/x.html" in read((run / "report" / "index.html").read_text(encoding="utf-8")).addresses
    assert "no article has a column 'evnt'" in str(invoke("report", run, "--event-field", "evnt").exception)


def test_report_makes_the_page_of_an_evaluation(tmp_path: Path) -> None:
    save_run(tiny_run(), tmp_path / "run")
    done = invoke("report", tmp_path / "run", "--out", tmp_path / "pages")
    assert done.exit_code == 0, done.output
    assert "Three articles" in (tmp_path / "pages" / "index.html").read_text(encoding="utf-8")


def test_report_refuses_a_file_without_analyses(tmp_path: Path) -> None:
    file = tmp_path / "analyses.jsonl"
    file.write_text("", encoding="utf-8")
    assert "holds no analysis" in str(invoke("report", file).exception)
    file.write_text(json.dumps({"x": 1}) + "\n", encoding="utf-8")
    told = str(invoke("report", file).exception)
    assert (
        "is not an analysis, as `framing analyze` and `annotate` write them: document: Field required (and" in told
    )
    assert "\n" not in told


def test_importing_the_room_loads_no_template_engine_and_no_charts() -> None:
    code = "import sys, framing.reports; print(sorted({'jinja2', 'matplotlib', 'numpy', 'rich'} & {*sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
