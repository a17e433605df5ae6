"""Quotations compared: what holds for any two, what is found in whole articles, and how it is shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.style import Style

from framing import Analyzer, Document, read_document
from framing.annotations import Findings
from framing.cli.main import cli
from framing.errors import InputError
from framing.quotes import Change, Requote, RequoteKind, find_requotes
from framing.reports.wordings import word_diff
from tests.quotes_kit import ROOT, Article, analyzed, article, only, pair
from tests.shared import shared

# --- Properties -------------------------------------------------------------------------------------

_SENTENCES = """The harbour board isn’t a bridge of nine rusty trains, and we will not [really] close it … unless
rain comes. But Ada doesn’t know"""
_VOCABULARY = _SENTENCES.split()
_QUOTES = st.lists(st.sampled_from(_VOCABULARY), min_size=1, max_size=14)


@st.composite
def _two_wordings(draw: st.DrawFn) -> tuple[str, str]:
    """A quotation and another that was made from it by a few changes."""
    words = draw(_QUOTES)
    other = list(words)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(other)))
        other[at : at + draw(st.integers(0, 2))] = draw(st.lists(st.sampled_from(_VOCABULARY), max_size=2))
    return f"{{“{' '.join(words)}”}}", f"{{“{' '.join(other) or 'none'}”}}"


def _mirrored(change: Change) -> Change:
    turned = {"insert": "delete", "delete": "insert"}.get(change.op, change.op)
    return Change.model_validate(
        {
            "op": turned,
            "a": change.b,
            "b": change.a,
            "a_spans": change.b_spans,
            "b_spans": change.a_spans,
            "marked": change.marked,
        }
    )


@settings(deadline=None)
@given(_QUOTES)
def test_a_text_against_itself_is_identical(words: list[str]) -> None:
    text = f"{{“{' '.join(words)}, said of the rotten harbour bridge”}}"
    assert {frozenset({"identical"})} <= {found.kinds for found in pair(text, text)}


@settings(deadline=None)
@given(_two_wordings())
def test_the_order_of_the_articles_only_turns_the_pairs_round(wordings: tuple[str, str]) -> None:
    a, b = article(wordings[0]), article(wordings[1], id="b")
    forth, back = find_requotes([a, b]), find_requotes([b, a])
    assert len(forth) == len(back)
    turned = {(r.b.spans, r.a.spans): r for r in back}
    for found in forth:
        other = turned[(found.a.spans, found.b.spans)]
        assert found.kinds == other.kinds
        assert found.diff == tuple(map(_mirrored, other.diff))
        assert {(c.left_out_by, c.text) for c in found.cuts} == {
            ("b" if c.left_out_by == "a" else "a", c.text) for c in other.cuts
        }


@settings(deadline=None)
@given(_two_wordings())
def test_spans_hold_their_texts_and_the_diff_leads_from_one_wording_to_the_other(
    wordings: tuple[str, str],
) -> None:
    a, b = article(wordings[0])[0], article(wordings[1], id="b")[0]
    for found in pair(*wordings):
        assert a.excerpt(found.a.spans) == found.a.text
        assert b.excerpt(found.b.spans) == found.b.text
        for change in found.diff:
            assert a.excerpt(change.a_spans) == change.a
            assert b.excerpt(change.b_spans) == change.b
            assert bool(change.a) == (change.op != "insert")
            assert bool(change.b) == (change.op != "delete")
        # A change may begin inside a contraction (does|n’t): the letters are compared, not the words.
        assert "".join(_plain(" ".join(change.a for change in found.diff))) == "".join(_plain(found.a.text))
        assert "".join(_plain(" ".join(change.b for change in found.diff))) == "".join(_plain(found.b.text))


def _plain(text: str) -> Iterator[str]:
    return (word.strip(".,…") for word in text.split() if word.strip(".,…"))


@settings(deadline=None)
@given(_two_wordings())
def test_identical_means_that_nothing_differs(wordings: tuple[str, str]) -> None:
    for found in pair(*wordings):
        assert ("identical" in found.kinds) == (found.kinds == {"identical"})
        if found.kinds == {"identical"}:
            assert [change.op for change in found.diff] == ["equal"]


# --- The texts it was made for ----------------------------------------------------------------------


def test_the_seed_article_quotes_one_statement_twice_and_phrases_of_two_others() -> None:
    document = read_document(shared("seeds/000_af5995a95a004934.txt"))
    found = find_requotes([(document, Analyzer("rules", codebook=None).analyze(document))])
    assert [(r.a.speaker, r.b.speaker, r.words) for r in found[:3]] == [
        ("Biden", "Biden", 26),
        ("Biden", "Biden", 2),
        ("Symone Sanders", "Symone Sanders", 5),
    ]
    assert found[0].kinds == {"part", "changed", "ellipsis"}
    assert {(r.a.speaker, r.b.speaker, frozenset(r.kinds)) for r in found[3:]} == {
        ("Symone Sanders", "Symone Sanders", frozenset({"part", "changed"}))
    }
    assert len(found) == 5


def newsroom() -> dict[str, list[Article]]:
    """The articles of the newsroom set with their gold labels, by event."""
    events: dict[str, list[Article]] = {}
    for line in (ROOT / "datasets/newsroom/gold.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        document = Document.model_validate(row["document"])
        events.setdefault(row["event"], []).append(analyzed(document, Findings.model_validate(row["gold"])))
    return events


@pytest.fixture(scope="module")
def planted() -> dict[str, tuple[Requote, ...]]:
    return {event: find_requotes(articles) for event, articles in newsroom().items()}


_PLANTED: list[tuple[str, str, str, set[RequoteKind]]] = [
    (
        "immigration-1",
        "Roy Castellane",
        "This isn’t a border policy, it’s an open invitation",
        {"part", "qualifier_cut", "style"},
    ),
    ("immigration-1", "Roy Castellane", "an Open Invitation", {"part", "qualifier_cut"}),
    (
        "gun_policy-1",
        "Mack Delaughter",
        "They will take your property on the word of an ex-roommate, and you will find out when there are "
        "deputies on your porch",
        {"part", "changed"},
    ),
    (
        "gun_policy-2",
        "Harlan Stroud",
        "A right that may be exercised only ten times is a peculiar sort of right",
        {"changed"},
    ),
    (
        "immigration-2",
        "Maureen Garland",
        "I am against these people finding out from a removal van",
        {"changed", "negation_changed"},
    ),
    (
        "climate-2",
        "Judith Marlowe",
        "I would rather tell people the truth in 2030 than pull them off a roof",
        {"part"},
    ),
    (
        "crime-2",
        "Marcus Ferrante",
        "I said I’d stop jailing people for being broke, and I did it, and I would do it again",
        {"part", "changed"},
    ),
    ("climate-1", "Thomas Rusk", "Safe, Needed and Ready", {"part", "changed"}),
]


@pytest.mark.parametrize(("event", "speaker", "text", "expected"), _PLANTED)
def test_the_planted_rewordings_of_the_newsroom_set_are_found(
    planted: dict[str, tuple[Requote, ...]], event: str, speaker: str, text: str, expected: set[RequoteKind]
) -> None:
    found = [pair for pair in planted[event] if (pair.b.text, pair.a.speaker) == (text, speaker)]
    assert expected in [pair.kinds for pair in found]


def test_no_utterance_of_the_newsroom_set_is_found_in_another_event_or_with_another_speaker() -> None:
    everything = [each for articles in newsroom().values() for each in articles]
    for found in find_requotes(everything):
        assert found.a.document.rpartition("-")[0] == found.b.document.rpartition("-")[0]
        assert "different_speaker" not in found.kinds


# --- On the terminal --------------------------------------------------------------------------------

_FIRST = "“The old bridge must not close before winter,” said Mayor Ada Brook on Monday."
_SECOND = "“The old bridge must close before the winter,” Mayor Ada Brook said."


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    paths = []
    for name, text in (("first", _FIRST), ("second", _SECOND)):
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
        paths.append(str(tmp_path / f"{name}.txt"))
    return paths


def quotes(*args: str) -> Result:
    return CliRunner().invoke(cli, ["quotes", *args])


def test_the_text_format_is_a_table_and_a_marked_diff(files: list[str]) -> None:
    result = quotes(*files)
    assert result.exit_code == 0
    assert "1 pair of quotations of the same utterance in 2 articles" in result.output
    assert "changed, negation changed" in result.output
    assert "The old bridge must [-not-] close before {+the+} winter" in result.output


def test_the_json_format_is_an_array_of_requotes(files: list[str]) -> None:
    first, second = (json.loads(quotes(*files, "--format", "json").stdout) for _ in range(2))
    assert first == second
    assert first[0]["kinds"] == ["changed", "negation_changed"]
    assert [Requote.model_validate(item).a.document for item in first] == ["first"]


def test_articles_that_quote_nothing_twice_are_no_error(files: list[str]) -> None:
    result = quotes(files[0])
    assert result.exit_code == 0
    assert result.output.strip() == "0 pairs of quotations of the same utterance in 1 article"


def test_min_words_is_an_option(files: list[str]) -> None:
    assert quotes(*files, "--min-words", "30", "--format", "json").stdout.strip() == "[]"


def test_one_unreadable_file_is_an_input_error(files: list[str], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="missing"):
        CliRunner().invoke(cli, ["quotes", files[0], str(tmp_path / "missing.txt")], catch_exceptions=False)


def test_an_article_that_quotes_the_markup_of_the_terminal_is_shown_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "hostile.txt"
    path.write_text(
        "“The [bold]harbour[/bold] board sold us,” said Ada Brook.\n\n"
        "“The [bold]harbour[/bold] board sold us,” she said.",
        encoding="utf-8",
    )
    assert "The [bold]harbour[/bold] board sold us" in quotes(str(path)).output


def test_with_colours_lost_words_are_struck_out_and_new_ones_green() -> None:
    found = only(
        pair("{“The old bridge must close before winter.”}", "{“The old bridge should close before winter.”}")
    )
    line = word_diff(found, marks=False)
    assert line.plain == "The old bridge must should close before winter"
    styles = {line.plain[span.start : span.end]: Style.parse(str(span.style)) for span in line.spans}
    assert styles["must"].strike
    assert styles["must"].color == Style.parse("red").color
    assert styles["should"] == Style.parse("green")


def test_the_diff_keeps_the_punctuation_of_the_second_wording() -> None:
    found = only(pair("{“Safe, it is needed; and it is ready.”}", "{“Safe, needed and ready!”}"))
    assert word_diff(found, marks=True).plain == "Safe [-it is-], needed and [-it is-] ready"


def test_the_schema_in_the_documentation_names_every_field_and_kind() -> None:
    written = (ROOT / "docs/quotes.md").read_text(encoding="utf-8")
    schema = Requote.model_json_schema()
    for model in (schema, *schema["$defs"].values()):
        for field in model["properties"]:
            assert f"`{field}`" in written
    for kind in schema["properties"]["kinds"]["items"]["enum"]:
        assert f"`{kind}`" in written
