"""The same utterance quoted more than once: what is found, and what is said to differ. All texts are invented."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.style import Style

from framing import Analysis, Analyzer, Document, Span, Speaker, Statement, read_document
from framing.annotations import DocumentInfo, Findings, Provenance, StatementKind
from framing.cli.main import cli
from framing.errors import GroundingError, InputError, UsageError
from framing.quotes import Change, Requote, RequoteKind, find_requotes
from framing.reports.wordings import word_diff
from tests.shared import shared

ROOT = Path(__file__).parent.parent
Article = tuple[Document, Analysis]


def analyzed(document: Document, findings: Findings) -> Article:
    info, made = DocumentInfo.of(document), Provenance(framing_version="0", backend="by hand")
    return document, Analysis(
        document=info, speakers=findings.speakers, statements=findings.statements, provenance=made
    )


def article(
    *paragraphs: str, id: str = "a", by: str | None = "Ada Brook", kind: StatementKind = "direct"
) -> Article:
    """An article of quotations; in each paragraph `{…}` is a statement, several are one interrupted statement."""
    text, speakers, statements = "", [Speaker(id="P1", name=by)], []
    for number, paragraph in enumerate(paragraphs, 1):
        name, _, quoted = paragraph.rpartition(": {")
        speaker = "P1"
        if name:
            paragraph = "{" + quoted
            speaker = f"P{len(speakers) + 1}"
            speakers.append(Speaker(id=speaker, name=name))
        spans = []
        for at, char in enumerate(paragraph):
            if char == "{":
                start = at - paragraph[:at].count("{") - paragraph[:at].count("}")
            elif char == "}":
                end = at - paragraph[:at].count("{") - paragraph[:at].count("}")
                spans.append(Span(len(text) + start, len(text) + end))
        text += paragraph.replace("{", "").replace("}", "") + "\n\n"
        said = " … ".join(span.of(text) for span in spans)
        statements.append(Statement(id=f"Q{number}", speaker=speaker, kind=kind, spans=tuple(spans), text=said))
    document = Document(id=id, text=text)
    return analyzed(document, Findings(speakers=tuple(speakers), statements=tuple(statements)))


def pair(a: str, b: str) -> tuple[Requote, ...]:
    """What is found between two articles that each quote one statement of one speaker."""
    return find_requotes([article(a), article(b, id="b")])


def only(found: tuple[Requote, ...]) -> Requote:
    (requote,) = found
    return requote


def kinds(a: str, b: str) -> frozenset[RequoteKind]:
    return only(pair(a, b)).kinds


def changes(requote: Requote) -> list[tuple[str, str]]:
    return [(change.a, change.b) for change in requote.diff if change.op != "equal"]


# --- One behaviour each -----------------------------------------------------------------------------


def test_the_same_words_are_identical() -> None:
    found = only(pair("{“The bridge will close in March.”}", "{“The bridge will close in March,”} she said."))
    assert found.kinds == {"identical"}
    assert (found.a.text, found.b.text) == ("The bridge will close in March", "The bridge will close in March")
    assert found.words == 6


@pytest.mark.parametrize(
    "other",
    [
        "{‘The council’s bridge — the old one — will close.’}",
        '{"The council\'s bridge, the old one, will close."}',
        "{“THE COUNCIL’S BRIDGE -- THE OLD ONE -- WILL CLOSE”}",
        "{“The coun\u00adcil’s bridge,\nthe old one, will close!”}",
        "{&quot;The council&#39;s bridge, the old one, will close&quot;}",
    ],
)
def test_typography_case_and_punctuation_make_no_difference(other: str) -> None:
    assert kinds("{“The council’s bridge — the old one — will close.”}", other) == {"identical"}


def test_an_interruption_makes_no_difference() -> None:
    found = only(
        pair("{“We will close it,”} she said, {“when the ice comes.”}", "{“We will close it when the ice comes.”}")
    )
    assert found.kinds == {"identical"}
    assert found.a.text == "We will close it … when the ice comes"
    assert len(found.a.spans) == 2


def test_a_quotation_inside_a_longer_one_is_a_part() -> None:
    found = only(
        pair("{“The bridge will close, and the ferry will run all night.”}", "{“The ferry will run all night.”}")
    )
    assert found.kinds == {"part"}
    assert found.a.text == "the ferry will run all night"


def test_a_quoted_phrase_is_found_in_a_block() -> None:
    block = article(
        "{I have seen the plans. They gave us a stubborn problem and a short week. So we work.}", kind="block"
    )
    phrase = article("{that it was a “stubborn problem.”}", id="b", kind="mixed")
    found = only(find_requotes([block, phrase]))
    assert (found.a.text, found.b.text) == ("stubborn problem", "stubborn problem")
    assert found.kinds == {"part"}


@pytest.mark.parametrize(
    "phrase", ["in the near future", "at the end of the day", "a problem", "Clean Rivers Act"]
)
def test_common_phrases_single_words_and_names_are_not_utterances(phrase: str) -> None:
    long = article(f"{{“We will look again at the trains and {phrase} as I told them.”}}")
    assert find_requotes([long, article(f"{{that “{phrase}” they would}}", id="b", kind="mixed")]) == ()


def test_other_words_are_told_as_changed() -> None:
    found = only(
        pair("{“The old bridge must close before winter.”}", "{“The old bridge should close before the winter.”}")
    )
    assert found.kinds == {"changed"}
    assert changes(found) == [("must", "should"), ("", "the")]


def test_words_left_out_without_a_sign_are_changed() -> None:
    found = only(
        pair(
            "{“You cannot freeze pay for nine years and then act surprised.”}",
            "{“You cannot freeze pay and then act surprised.”}",
        )
    )
    assert found.kinds == {"changed"}
    assert [change.op for change in found.diff] == ["equal", "delete", "equal"]


@pytest.mark.parametrize("sign", [" … ", " ... ", "… ", " […] ", " . . . "])
def test_words_left_out_at_an_ellipsis_are_told(sign: str) -> None:
    found = only(
        pair(
            "{“The council agreed, after a long night, to rebuild the pier.”}",
            f"{{“The council agreed{sign}to rebuild the pier.”}}",
        )
    )
    assert found.kinds == {"ellipsis"}
    assert changes(found) == [("after a long night", "")]


def test_words_left_out_where_the_quotation_breaks_off_are_told() -> None:
    long = article("{“She is a good engineer and he was a bad mayor.”}")
    short = article("{him “a bad mayor” and her “a good engineer”}", id="b", kind="mixed")
    assert [found.kinds for found in find_requotes([long, short])] == [{"part"}, {"part"}]
    in_order = article("{her “a good engineer” and him “a bad mayor”}", id="b", kind="mixed")
    found = only(find_requotes([long, in_order]))
    assert found.kinds == {"part", "break"}
    assert changes(found) == [("and he was", "")]


@pytest.mark.parametrize(
    ("other", "change"),
    [
        ("{“I will deal with [the flood] before the winter comes.”}", ("it", "[the flood]")),
        ("{“I will deal with it [properly] before the winter comes.”}", ("", "[properly]")),
        ("{“I will deal with it before the winter com[ing].”}", ("comes", "com[ing]")),
    ],
)
def test_words_in_brackets_are_told(other: str, change: tuple[str, str]) -> None:
    found = only(pair("{“I will deal with it before the winter comes.”}", other))
    assert found.kinds == {"bracketed"}
    assert changes(found) == [change]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("{“It is not a border policy.”}", "{“It isn’t a border policy.”}"),
        ("{“I cannot promise a doctor.”}", "{“I can’t promise a doctor.”}"),
        ("{“There were nine trains on Monday.”}", "{“There were 9 trains on Monday.”}"),
        ("{“They’ve not counted the ships.”}", "{“They haven’t counted the ships.”}"),
    ],
)
def test_contractions_and_numerals_are_style(a: str, b: str) -> None:
    assert kinds(a, b) == {"style"}


def test_a_contraction_is_told_as_a_whole() -> None:
    assert changes(only(pair("{“It is not a border policy.”}", "{“It isn’t a border policy.”}"))) == [
        ("is not", "isn’t")
    ]


@pytest.mark.parametrize("marker", ["but", "unless", "except", "if", "although", "however", "provided"])
def test_a_qualifier_cut_off_at_the_end_is_told(marker: str) -> None:
    qualifier = f"{marker} the city sends us money"
    found = only(
        pair(
            f"{{“This bridge is an open invitation, {qualifier}.”}}",
            "{“This bridge is an open invitation,”} she said.",
        )
    )
    assert found.kinds == {"part", "qualifier_cut"}
    (cut,) = found.cuts
    assert (cut.left_out_by, cut.where, cut.marker, cut.text) == ("b", "after", marker, qualifier)


def test_a_qualifier_after_an_interruption_or_in_a_sentence_of_its_own_is_told() -> None:
    short = "{“We will open the gates tomorrow,”} she said."
    for long in (
        "{“We will open the gates tomorrow,”} she said, {“unless it rains.”}",
        "{“We will open the gates tomorrow. But not for cars.”}",
    ):
        assert "qualifier_cut" in kinds(long, short)


def test_a_condition_cut_off_at_the_beginning_is_told() -> None:
    found = only(pair("{“If the money comes, we open the gates tomorrow.”}", "{“We open the gates tomorrow.”}"))
    (cut,) = found.cuts
    assert (cut.left_out_by, cut.where, cut.text) == ("b", "before", "If the money comes")


def test_a_negation_left_outside_the_marks_is_told_unless_the_outlet_says_it() -> None:
    long = article("{“It is not a climate agency, sir.”}")
    lost = article("{it “a climate agency, sir”}", id="b", kind="mixed")
    kept = article("{it is not “a climate agency, sir”}", id="b", kind="mixed")
    assert "qualifier_cut" in only(find_requotes([long, lost])).kinds
    assert only(find_requotes([long, kept])).kinds == {"part"}


@pytest.mark.parametrize(
    ("long", "short"),
    [
        ("{“The bridge will close, and the ferry will run.”}", "{“The bridge will close.”}"),
        ("{“The bridge will close now. If you ask me, I am glad.”}", "{“The bridge will close now.”}"),
        ("{“The bridge will close, but not today.”}", "{“The bridge will close, but next year.”}"),
    ],
)
def test_what_goes_on_without_a_qualifier_is_no_cut(long: str, short: str) -> None:
    assert all("qualifier_cut" not in found.kinds for found in pair(long, short))


def test_a_qualifier_that_the_outlet_reports_in_its_own_words_is_not_cut() -> None:
    assert "qualifier_cut" not in kinds(
        "{“The gates will open tomorrow, unless it rains.”}", "{“The gates will open tomorrow”} unless it rained."
    )


def test_a_lost_negation_is_told() -> None:
    found = only(
        pair(
            "{“I am not against these people,”} she said. {“I am against finding out from a van.”}",
            "{“I am against these people finding out from a van.”}",
        )
    )
    assert found.kinds == {"changed", "negation_changed"}


@pytest.mark.parametrize(("one", "other"), [("never", "always"), ("not", "now"), ("hardly", "certainly")])
def test_a_replaced_negation_is_told(one: str, other: str) -> None:
    a, b = (f"{{“The harbour will {word} be sold to strangers.”}}" for word in (one, other))
    assert kinds(a, b) == {"changed", "negation_changed"}


def test_a_changed_number_is_told() -> None:
    a, b = (f"{{“We counted {number} boats in the harbour.”}}" for number in ("1,100", "1,200"))
    assert kinds(a, b) == {"changed", "number_changed"}


def test_thousands_separators_are_no_change() -> None:
    a, b = (f"{{“We counted {number} boats in the harbour.”}}" for number in ("1,100", "1100"))
    assert kinds(a, b) == {"style"}


# --- Who is said to speak ---------------------------------------------------------------------------

_LONG = "“The harbour was sold to strangers while the council slept.”"


def _named(a: str | None, b: str | None, quote: str = _LONG) -> tuple[Requote, ...]:
    return find_requotes([article(f"{{{quote}}}", by=a), article(f"{{{quote}}}", id="b", by=b)])


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Ada Brook", "Brook"),
        ("Mayor Brook", "Ada Brook"),
        ("Ada Brook", None),
        ("World Health Board", "WHB"),
        ("the Harbour Guild", "Harbour Guild"),
        ("Ada J. Brook", "Ada Brook"),
    ],
)
def test_names_that_can_be_one_persons_are_not_different(a: str | None, b: str | None) -> None:
    assert only(_named(a, b)).kinds == {"identical"}


@pytest.mark.parametrize(("a", "b"), [("Ada Brook", "Ben Stone"), ("Ada Brook", "Carl Brook")])
def test_another_speaker_is_told(a: str, b: str) -> None:
    found = only(_named(a, b))
    assert found.kinds == {"identical", "different_speaker"}
    assert (found.a.speaker, found.b.speaker) == (a, b)


def test_short_phrases_of_different_speakers_are_not_one_utterance() -> None:
    assert _named("Ada Brook", "Ben Stone", "“a stubborn problem”") == ()


def test_a_phrase_without_a_named_speaker_in_another_article_is_not_enough() -> None:
    assert _named("Ada Brook", None, "“a stubborn problem”") == ()


def test_two_speakers_of_one_article_are_told_apart() -> None:
    found = find_requotes([article(f"{{{_LONG}}}", f"Ben Stone: {{{_LONG}}}")])
    assert only(found).kinds == {"identical", "different_speaker"}


# --- Where it looks ---------------------------------------------------------------------------------


def test_repetitions_within_one_article_are_found() -> None:
    found = only(find_requotes([article("{“The old pier is a rotten tooth.”}", "{“a rotten tooth”}")]))
    assert (found.a.document, found.b.document) == ("a", "a")
    assert (found.a.statement, found.b.statement) == ("Q1", "Q2")


def test_what_an_article_reports_in_its_own_words_is_not_compared() -> None:
    indirect = article("{that the harbour was sold to strangers while the council slept}", id="b", kind="indirect")
    assert find_requotes([article(f"{{{_LONG}}}"), indirect]) == ()


def test_of_a_mixed_statement_only_what_stands_in_marks_is_compared() -> None:
    mixed = article("{the harbour was sold to strangers “while the council slept soundly”}", id="b", kind="mixed")
    found = find_requotes([article("{“It was sold to strangers while the council slept soundly.”}"), mixed])
    assert only(found).b.text == "while the council slept soundly"


def test_single_marks_of_a_mixed_statement_are_read_with_their_apostrophes() -> None:
    mixed = article(
        "{she was tired of ‘the dockers’ rotten teeth and the men’s excuses’ by now}", id="b", kind="mixed"
    )
    found = only(find_requotes([article("{“I mean the dockers’ rotten teeth and the men’s excuses.”}"), mixed]))
    assert found.b.text == "the dockers’ rotten teeth and the men’s excuses"


def test_a_passage_that_two_nested_statements_hold_is_not_quoted_twice() -> None:
    text = "Ada Brook mocked Ben Stone’s claim of “a rotten tooth in the harbour.”"
    inner = Span(text.index("“"), len(text))
    outer = Span(text.index("Ben"), len(text))
    speakers = (Speaker(id="P1", name="Ada Brook"), Speaker(id="P2", name="Ben Stone"))
    statements = (
        Statement(id="Q1", speaker="P1", kind="mixed", spans=(outer,), text=outer.of(text)),
        Statement(id="Q2", speaker="P2", kind="direct", spans=(inner,), text=inner.of(text), within="Q1"),
    )
    assert (
        find_requotes([analyzed(Document(id="a", text=text), Findings(speakers=speakers, statements=statements))])
        == ()
    )


def test_sentences_that_share_a_few_words_are_not_one_utterance() -> None:
    assert (
        pair(
            "{“This is a challenging situation, as you heard the mayor and the governor say last night.”}",
            "{“Thank you for your trust in me, and there is no question that this is a challenging situation.”}",
        )
        == ()
    )


def test_two_passages_of_one_statement_are_two_pairs() -> None:
    between = "I have seen the plans and the accounts of nine years, and everything that the board ever wrote."
    block = article(f"{{The ferry runs all night. {between} We owe nobody an apology.}}", kind="block")
    quoted = article("{“We owe nobody an apology. The ferry runs all night.”}", id="b")
    texts = [found.a.text for found in find_requotes([block, quoted])]
    assert texts == ["The ferry runs all night", "We owe nobody an apology"]


def test_two_phrases_of_one_long_sentence_are_told_once_each() -> None:
    between = (
        "and whoever came to the harbour in those years was shown the plans of it by someone who had never in "
    )
    between += "all that time been asked by anyone to count the boats that lay there or the ropes that held them"
    block = article(f"{{We had a stubborn problem {between} and then a rotten tooth.}}", kind="block")
    other = article(f"{{They had a stubborn problem {between} and a rotten tooth.}}", id="b", kind="block")
    assert len(find_requotes([block, other])) == 1


def test_min_words_leaves_shorter_ones_out() -> None:
    articles = [article("{“The old pier is a rotten tooth.”}", "{“a rotten tooth”}")]
    assert find_requotes(articles, min_words=3)
    assert find_requotes(articles, min_words=4) == ()


def test_min_words_below_one_is_refused() -> None:
    with pytest.raises(UsageError, match="min_words"):
        find_requotes([], min_words=0)


def test_an_analysis_of_another_text_is_refused() -> None:
    (document, _), (_, other) = article("{“One.”}"), article("{“Two.”}")
    with pytest.raises(GroundingError, match="another text"):
        find_requotes([(document, other)])


def test_pairs_come_in_the_order_of_the_articles() -> None:
    articles = [article(f"{{{_LONG}}}", id=name) for name in ("x", "m", "a")]
    assert [(r.a.document, r.b.document) for r in find_requotes(articles)] == [("x", "m"), ("x", "a"), ("m", "a")]


def test_of_an_utterance_in_very_many_articles_each_quotation_is_in_some_pair() -> None:
    found = find_requotes([article(f"{{{_LONG}}}", id=str(number)) for number in range(120)])
    assert {side.document for pair in found for side in (pair.a, pair.b)} == {str(n) for n in range(120)}
    assert len(found) < 120 * 60


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
        assert list(_plain(" ".join(change.a for change in found.diff))) == list(_plain(found.a.text))
        assert list(_plain(" ".join(change.b for change in found.diff))) == list(_plain(found.b.text))


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
