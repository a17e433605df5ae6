"""The same utterance quoted more than once: what is found, and what is said to differ. All texts are invented."""

from __future__ import annotations

import pytest

from framing import Document, Span, Speaker, Statement
from framing.annotations import Findings
from framing.errors import GroundingError, UsageError
from framing.quotes import Requote, find_requotes
from tests.quotes_kit import analyzed, article, changes, kinds, only, pair

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
