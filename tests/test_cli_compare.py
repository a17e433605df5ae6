"""`framing compare`: what it prints for one article, for many, and when something is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from framing.annotations import Statement
from framing.cli.main import cli
from framing.comparison import Comparison, compare_analyses
from framing.errors import FramingError
from framing.evaluation.gold import load_gold
from framing.reports.side_by_side import render_comparison
from framing.text import Document, Span
from tests.invented import AGE, COST, SAFE, analysis, claimed, coded, framed, said

FILE = Path(__file__).parents[1] / "datasets" / "newsroom" / "gold.jsonl"
ORACLE = f"oracle:{FILE}"
GOLD = load_gold(FILE)


def invoke(*args: str) -> Result:
    return CliRunner().invoke(cli, ["compare", *args], env={"COLUMNS": "140"})


def printed(comparison: Comparison, *, width: int = 160, only_differences: bool = False) -> str:
    console = Console(width=width)
    with console.capture() as capture:
        render_comparison(comparison, console, titles={"d": "The bridge"}, only_differences=only_differences)
    return capture.get()


@pytest.fixture
def story(tmp_path: Path) -> str:
    path = tmp_path / "story.txt"
    path.write_text(GOLD[0].document.text, "utf-8")
    return str(path)


@pytest.fixture
def stories(tmp_path: Path) -> str:
    path = tmp_path / "stories.jsonl"
    path.write_text("".join(a.document.model_dump_json() + "\n" for a in GOLD[:4]), "utf-8")
    return str(path)


def test_one_article_is_shown_side_by_side(story: str) -> None:
    result = invoke(story, "--prompts", "joint/rows,joint/indexed", "--backends", ORACLE)
    assert result.exit_code == 0
    for part in ("joint/rows.v1", "joint/indexed.v1", "Statements", "Claims", "Frames", "Who uses the frames"):
        assert part in result.output
    assert "0 by one alone" in result.output


def test_many_articles_are_shown_in_tables(stories: str) -> None:
    result = invoke(stories, "--prompts", "joint/rows", "--backends", f"rules,{ORACLE}")
    assert result.exit_code == 0
    for part in (
        "4 articles",
        "Agreement on frames",
        "Each against each",
        "Use of frames",
        "Where they differ most",
    ):
        assert part in result.output


def test_with_repeats_difference_is_told_from_noise(stories: str) -> None:
    result = invoke(stories, "--prompts", "joint/rows", "--backends", f"rules,{ORACLE}", "--repeat", "2")
    assert "each asked 2 times" in result.output
    assert "Difference or noise" in result.output


def test_json_is_the_whole_comparison(stories: str) -> None:
    result = invoke(stories, "--prompts", "joint/rows", "--backends", f"rules,{ORACLE}", "--format", "json")
    assert set(json.loads(result.output)) == set(Comparison.__dataclass_fields__)


def test_the_cost_stands_beside_what_was_found_where_prices_are_given() -> None:
    comparison = compare_analyses({"a": [analysis()], "b": [analysis()]})
    console = Console(width=160)
    with console.capture() as capture:
        render_comparison(
            comparison, console, cost=lambda instrument: instrument.cost(input_price=2, output_price=10)
        )
    assert "0.0030" in capture.get()  # 1,000 tokens in at 2 and 100 out at 10 a million


def test_a_failed_article_is_told_and_the_exit_code_says_so(story: str, tmp_path: Path) -> None:
    stranger = tmp_path / "stranger.txt"
    stranger.write_text("The oracle has no gold for this article.", "utf-8")
    result = invoke(story, str(stranger), "--prompts", "joint/rows", "--backends", f"rules,{ORACLE}")
    assert result.exit_code == 5
    assert "no article whose gold is known" in result.output


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--backends", "rules"], "nothing to compare"),
        (["--backends", "rules,nobody"], "nobody"),
        (["--prompts", "joint/none"], "joint/none"),
        (["--price", "cheap"], "IN/OUT"),
    ],
)
def test_a_command_that_cannot_mean_anything_says_what_to_do(story: str, args: list[str], words: str) -> None:
    defaults = [] if "--backends" in args else ["--backends", ORACLE]
    error = invoke(story, *defaults, *args).exception
    assert isinstance(error, FramingError)
    assert words in str(error)


@pytest.mark.parametrize("line", ["{not json", "[1]", '{"id": "a"}', "7"])
def test_a_line_that_is_no_article_is_named_with_its_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "articles.jsonl"
    good = Document(id="a", text="It is closed.").model_dump_json()
    path.write_text(f"{good}\n{line}\n", "utf-8")
    error = invoke(str(path), "--backends", f"rules,{ORACLE}").exception
    assert isinstance(error, FramingError)
    assert f"{path.name}:2" in str(error)


# --- The page ---------------------------------------------------------------------------------------


def test_the_page_marks_what_is_alike_what_differs_and_what_one_alone_found() -> None:
    one = analysis(statements=[said(SAFE), said(COST, "S2", "indirect")], claims=[claimed(AGE)])
    other = analysis(statements=[said(SAFE, kind="mixed")], claims=[claimed(AGE)])
    lines = printed(compare_analyses({"a": [one], "b": [other]})).splitlines()
    assert any(line.startswith("~") and SAFE in line and "direct" in line and "mixed" in line for line in lines)
    assert any(line.startswith("1") and COST in line and "—" in line for line in lines)
    assert any(line.startswith("=") and AGE in line for line in lines)


def test_only_the_differences_are_shown_where_these_are_wanted() -> None:
    one = analysis(statements=[said(SAFE), said(COST, "S2", "indirect")])
    other = analysis(statements=[said(SAFE)])
    page = printed(compare_analyses({"a": [one], "b": [other]}), only_differences=True)
    assert SAFE not in page
    assert COST in page


def test_what_an_instrument_is_not_asked_for_is_said() -> None:
    frames = analysis(frames=[framed("economic")], prompt="frames/rows.v1")
    page = printed(compare_analyses({"joint": [coded("d", "economic")], "frames": [frames]}))
    assert "not asked" in page


def test_markup_in_an_article_is_shown_as_it_is() -> None:
    text = "[bold]It is safe[/bold], said Ana Ortiz."
    words = "[bold]It is safe[/bold]"
    statement = Statement(id="Q1", speaker=None, kind="block", spans=(Span(0, len(words)),), text=words)
    one = analysis(statements=[statement], text=text, speakers=())
    assert words in printed(compare_analyses({"a": [one], "b": [analysis(text=text, speakers=())]}))


def test_with_many_outlets_the_voices_are_shown_for_all_together() -> None:
    given = {
        name: [
            analysis(str(n), frames=[framed("economic", (COST, "S2"))], outlet=f"The Invented Post {n}")
            for n in range(4)
        ]
        for name in ("a", "b")
    }
    page = printed(compare_analyses(given))
    assert "all 4 outlets together" in page
    assert "Tom Reyes 4" in page
