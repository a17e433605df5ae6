"""Locating quoted texts: what must be found, where and how it is labelled, and what must never be."""

from __future__ import annotations

import random
import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.grounding import Grounder, Location, NotFound, expand_to_marks
from framing.schemas import Anchor
from framing.text import Span, sentence_spans
from tests.grounding_kit import ARTICLE, DEFECTS, LEGITIMATE, letters, quotations

GROUNDER = Grounder(ARTICLE)
QUOTATIONS = quotations()


def locate(text: str, quote: str) -> Location:
    result = Grounder(text).locate(quote)
    assert isinstance(result, Location), result
    return result


def refused(text: str, quote: str) -> NotFound:
    result = Grounder(text).locate(quote)
    assert isinstance(result, NotFound), [span.of(text) for span in result.spans]
    return result


def texts(text: str, result: Location) -> list[str]:
    return [span.of(text) for span in result.spans]


# --- Every quotation of an article, changed in every way --------------------------------------------


@pytest.mark.parametrize("change", LEGITIMATE)
def test_a_legitimate_change_is_found_at_its_place_under_its_label(change: str) -> None:
    apply, grounding = LEGITIMATE[change]
    rng, tried = random.Random(change), 0
    for span in QUOTATIONS:
        quote = apply(span.of(ARTICLE), rng)
        if quote is None:
            continue
        tried += 1
        result = GROUNDER.locate(quote, near=span)
        assert isinstance(result, Location), (quote, result)
        assert len(result.spans) == 1
        assert letters(result.spans[0].of(ARTICLE)) == letters(span.of(ARTICLE))
        assert result.spans[0].overlaps(span)
        assert result.grounding == grounding, (quote, result)
    assert tried >= 5


def words(text: str) -> str:
    return f" {' '.join(map(letters, text.split()))} "


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_is_never_found(defect: str) -> None:
    rng, tried = random.Random(defect), 0
    for span in QUOTATIONS:
        for _ in range(3):
            quote = DEFECTS[defect](span.of(ARTICLE), rng)
            if quote is None or words(quote) in words(ARTICLE):
                continue
            tried += 1
            for near in (None, span):
                result = GROUNDER.locate(quote, near=near)
                assert isinstance(result, NotFound), (quote, result)
                assert result.reason
    assert tried >= 5


def test_an_ellipsis_in_a_sentence_gives_the_two_parts_it_keeps() -> None:
    tried = 0
    for span in QUOTATIONS:
        words = [Span(m.start() + span.start, m.end() + span.start) for m in re.finditer(r"\S+", span.of(ARTICLE))]
        left_out = Span(words[3].end, words[-3].start) if len(words) > 7 else None
        if (
            left_out is None
            or re.search("(?i)no[tb]|never|n’t|[“”‘]|[.!?…]", left_out.of(ARTICLE))
            or len(left_out) > 60
        ):
            continue
        head, tail = Span(span.start, words[3].end), Span(words[-3].start, span.end)
        for mark in (" … ", " ... ", "...", " [...] ", " (…) ", " [and so on] "):
            result = GROUNDER.locate(head.of(ARTICLE) + mark + tail.of(ARTICLE), near=span)
            if mark == " [and so on] " and re.search(r"\d", left_out.of(ARTICLE)):
                assert isinstance(result, NotFound)
                continue
            assert isinstance(result, Location), (head.of(ARTICLE), mark, tail.of(ARTICLE), result)
            assert result.grounding == "elided"
            assert [letters(piece.of(ARTICLE)) for piece in result.spans] == [
                letters(s.of(ARTICLE)) for s in (head, tail)
            ]
            tried += 1
    assert tried > 50


PLAIN_CHANGES = sorted(change for change in LEGITIMATE if "entities" not in change)


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(QUOTATIONS), st.lists(st.sampled_from(PLAIN_CHANGES), max_size=4), st.booleans(), st.randoms()
)
def test_legitimate_changes_add_up(span: Span, changes: list[str], escaped: bool, rng: random.Random) -> None:
    quote = span.of(ARTICLE)
    for change in [*changes, "entities escaped twice"][: None if escaped else -1]:
        quote = LEGITIMATE[change][0](quote, rng) or quote
    result = GROUNDER.locate(quote, near=span)
    assert isinstance(result, Location), (quote, result)
    assert letters(result.spans[0].of(ARTICLE)) == letters(span.of(ARTICLE))


# --- The article changed, the quotation plain -------------------------------------------------------


@pytest.mark.parametrize(
    "change", ["decomposed letters", "entities", "entities escaped twice", "two spaces", "straight marks"]
)
def test_a_changed_article_gives_its_own_characters(change: str) -> None:
    changed = LEGITIMATE[change][0](ARTICLE, random.Random(0))
    assert changed is not None
    grounder = Grounder(changed)
    for span in QUOTATIONS:
        result = grounder.locate(span.of(ARTICLE))
        assert isinstance(result, Location), span.of(ARTICLE)
        places = result.alternatives or (result.spans,)
        assert all(letters(place[0].of(changed)) == letters(span.of(ARTICLE)) for place in places)


@pytest.mark.parametrize("hyphen", ["-", "\u2010", "\u00ad"])
def test_words_divided_at_line_ends_are_found(hyphen: str) -> None:
    divided = re.sub(r"([a-zé]{3})([a-zé]{4,})", rf"\1{hyphen}\n\2", ARTICLE)
    grounder = Grounder(divided)
    for span in QUOTATIONS:
        result = grounder.locate(span.of(ARTICLE))
        assert isinstance(result, Location), span.of(ARTICLE)
        found = result.spans[0].of(divided)
        assert letters(found) == letters(span.of(ARTICLE))


def test_a_hyphen_at_a_line_end_may_belong_to_its_word() -> None:
    text = "The anti-\nimmigration party wants less immi-\ngration."
    assert texts(text, locate(text, "anti-immigration party wants less immigration")) == [text[4:-1]]
    assert refused(text, "party wants less immi-grations")
    assert refused("They re-sign it today-\nand go.", "resign it")


# --- Labels and choices -----------------------------------------------------------------------------


def test_a_verbatim_occurrence_goes_before_an_even_typography() -> None:
    text = "It isn’t true, he said. It isn't true, she said."
    result = locate(text, "It isn't true")
    assert (result.spans[0].start, result.grounding) == (24, "exact")


def test_an_equal_case_goes_before_another() -> None:
    text = "THE VOTE IS FINAL. Then: the vote is final."
    assert locate(text, "the vote is final").spans[0].start == 25


def test_several_occurrences_without_a_hint_are_ambiguous() -> None:
    text = "We will win. She said so. We will win."
    result = locate(text, "We will win.")
    assert result.grounding == "ambiguous"
    assert result.spans == (Span(0, 12),)
    assert result.alternatives == ((Span(0, 12),), (Span(26, 38),))


@pytest.mark.parametrize(
    ("near", "start"), [(Span(0, 4), 0), (Span(26, 38), 26), (Span(20, 24), 26), (Span(30, 31), 26)]
)
def test_a_hint_chooses_the_nearest_occurrence(near: Span, start: int) -> None:
    result = Grounder("We will win. She said so. We will win.").locate("We will win.", near=near)
    assert isinstance(result, Location)
    assert (result.spans[0].start, result.grounding, result.alternatives) == (start, "exact", ())


def test_a_hint_that_covers_two_occurrences_leaves_them_ambiguous() -> None:
    text = "No more, no more, they cried."
    result = Grounder(text).locate("more", near=Span(0, len(text)))
    assert isinstance(result, Location)
    assert result.grounding == "ambiguous"


def test_a_far_hint_still_finds_the_only_occurrence() -> None:
    text = "A rare phrase. " + "Nothing to see here. " * 500
    result = Grounder(text).locate("A rare phrase", near=Span(len(text) - 5, len(text)))
    assert isinstance(result, Location)
    assert result.spans[0].start == 0


def test_only_what_lies_within_the_window_counts() -> None:
    text = "We will win. She said so. We will win."
    result = Grounder(text).locate("We will win.", within=Span(13, len(text)))
    assert isinstance(result, Location)
    assert (result.spans[0].start, result.grounding) == (26, "exact")
    outside = Grounder(text).locate("She said so", within=Span(20, len(text)))
    assert isinstance(outside, NotFound)
    assert "part of the text" in outside.reason


@pytest.mark.parametrize("quote", ["", "  ", "…", "“”", "—, .", "[…]"])
def test_a_quotation_without_letters_is_refused_with_its_reason(quote: str) -> None:
    assert re.search("empty|no letter", refused(ARTICLE, quote).reason)


def test_nothing_is_found_in_an_empty_text() -> None:
    assert refused("", "word").suggestion is None


# --- Whole words and numbers ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("a party in town", "art"),
        ("110 million people", "10 million"),
        ("40 people", "4"),
        ("3.5 percent", "3"),
        ("3.5 percent", "5 percent"),
        ("3.5 percent", ".5 percent"),
        ("1,200 boats", "200 boats"),
        ("1,200 boats", "1"),
        ("at 10:30 tonight", "at 10"),
        ("about 40–50 boats", "50 boats"),
        ("in 2020-21", "in 2020"),
        ("fell to −5 degrees", "5 degrees"),
        ("fell to -5 degrees", "5 degrees"),
        ("5 degrees", "-5 degrees"),
        ("costs $4 million", "4 million"),
        ("costs US$4", "US"),
        ("rose 40% in May", "rose 40"),
        ("they can’t come", "they can"),
        ("they can't come", "they can"),
        ("they can&#8217;t come", "they can"),
        ("they don’t come", "don"),
        ("a non-violent march", "violent march"),
        ("a pro-ferry vote", "a pro"),
        ("in the U.S. today", "S. today"),
        ("R&D costs", "D costs"),
        ("R&amp;D costs", "D costs"),
        ("immi\u00adgration", "gration"),
        ("immi-\ngration", "gration"),
        ("cafe\u0301 talk", "cafe"),
        ("O’Brien came", "Brien came"),
        ("F-16 jets", "16 jets"),
        ("He said &quot;yes", "quot;yes"),
        ("that&#8217;s it", "8217"),
        ("one &amp; two", "amp"),
        ("one &amp; two", "one &amp"),
    ],
)
def test_a_part_of_a_word_or_number_is_not_found(text: str, quote: str) -> None:
    refused(text, quote)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("40 million people", "40"),
        ("costs $4 million", "$4 million"),
        ("Harris’s plan", "Harris"),
        ("they’re late", "they"),
        ("the border—they said—is open", "they said"),
        ("the border--they said--is open", "they said"),
        ("“word”", "word"),
        ("_word_ and *word2*", "word2"),
        ("in the U.S. today", "U.S."),
        ("in the U.S. today", "U.S"),
        ("pre- and post-war", "pre"),
        ("end.Next sentence", "Next sentence"),
        ("他说中国人很好", "中国"),
        ("40&nbsp;million", "40"),
        ("word\u200b next", "word"),
    ],
)
def test_a_whole_word_or_number_is_found_verbatim(text: str, quote: str) -> None:
    result = locate(text, quote)
    assert (texts(text, result), result.grounding) == ([quote], "exact")


def test_a_stop_is_not_tolerated_where_the_article_asks() -> None:
    assert refused("He lied? she asked.", "He lied.")
    assert texts("He lied? she asked.", locate("He lied? she asked.", "He lied?")) == ["He lied?"]


# --- What a quotation may leave out -----------------------------------------------------------------

SPEECH = """“We closed the bridge in May,” said Ada Quist, the engineer, “because it was not safe. It is safe now.”

“I walked over it this morning,” Quist told “Vale FM.” “And I’d do it again! Trust me,” she added. “It holds.

“It will hold for a hundred years.”

“That is nonsense,” said Bo Lind. Ada Quist replied: “Then come and look at it with me.”

The “old bridge” in the east and the “new bridge” in the west are both closed.
"""


@pytest.mark.parametrize(
    ("quote", "pieces"),
    [
        (
            "We closed the bridge in May, because it was not safe.",
            ["We closed the bridge in May,", "because it was not safe."],
        ),
        (
            "We closed the bridge in May because it was not safe",
            ["We closed the bridge in May,", "because it was not safe"],
        ),
        (
            "“We closed the bridge in May,” “because it was not safe”",
            ["We closed the bridge in May,", "because it was not safe"],
        ),
        (
            "I walked over it this morning. And I'd do it again!",
            ["I walked over it this morning,", "And I’d do it again!"],
        ),
        (
            "Trust me. It holds. It will hold for a hundred years.",
            ["Trust me,", "It holds.", "It will hold for a hundred years."],
        ),
        ("it holds, it will hold for", ["It holds.", "It will hold for"]),
    ],
)
def test_an_interrupted_quotation_may_be_joined(quote: str, pieces: list[str]) -> None:
    result = locate(SPEECH, quote)
    assert result.grounding == "elided"
    assert [piece.strip("“”") for piece in texts(SPEECH, result)] == pieces


@pytest.mark.parametrize(
    "quote",
    [
        "That is nonsense. Then come and look at it with me.",  # two speakers
        "That is nonsense … come and look at it with me.",
        "The old bridge new bridge in the west",  # marks that quote nothing
        "We closed the bridge in May because it was safe.",
        "We closed the bridge in May, it was not safe.",
        "because it was … safe. It is safe now.",
        "because it was [so very] safe. It is safe now.",
        "We closed the bridge in May … said Ada Quist, the engineer",  # out of the quotation
        "It is safe now. It holds.",
        "It is safe now. … I walked over it this morning",  # nothing tells that the same person goes on
        "We … safe",
        "It will hold … We closed the bridge",  # the wrong order
    ],
)
def test_what_the_article_does_not_join_is_refused(quote: str) -> None:
    refused(SPEECH, quote)


@pytest.mark.parametrize(
    ("quote", "pieces"),
    [
        ("[W]e closed the bridge in May", ["We closed the bridge in May"]),
        ("We closed [the old bridge] in May", ["We closed", "in May"]),
        ("We closed the bridge [over the Vale] in May", ["We closed the bridge in May"]),
        ("[The bridge] will hold for a hundred years", ["will hold for a hundred years"]),
        ("It is safe now [she said]", ["It is safe now"]),
        ("I walked over it … And I’d do it again", ["I walked over it", "And I’d do it again"]),
    ],
)
def test_ellipses_and_brackets_keep_their_parts(quote: str, pieces: list[str]) -> None:
    result = locate(SPEECH, quote)
    assert (texts(SPEECH, result), result.grounding) == (pieces, "elided")


@pytest.mark.parametrize("text", ["They said […] it was late.", "They said ... it [the ferry] was late."])
def test_the_articles_own_ellipses_and_brackets_are_verbatim(text: str) -> None:
    assert locate(text, text).grounding == "exact"


def test_a_negation_is_seen_however_it_is_written() -> None:
    for word in ("couldn’t", "couldn't", "couldn&#8217;t", "n\u00adot", "NEVER"):
        text = f"We said that we {word} really build the bridge in town."
        assert "left out hold" in refused(text, "We said that we … build the bridge").reason


def test_whole_sentences_may_be_left_out_with_their_negations() -> None:
    text = "“The bridge is open,” she said. “It was not easy. The ferry stops in May.”"
    assert texts(text, locate(text, "The bridge is open … The ferry stops")) == [
        "The bridge is open",
        "The ferry stops",
    ]
    assert refused(text, "The bridge is open … easy. The ferry stops")


def test_a_quotation_in_shreds_is_refused() -> None:
    assert "more than 20" in refused("we say so and " * 40, "we say … " * 30 + "so and").reason


def test_letters_under_a_heap_of_marks_do_no_harm() -> None:
    text = "a" + "\u0301\u0323" * 5000 + " and the rest of it"
    assert locate(text, "and the rest").grounding == "exact"
    assert locate(text, "AND the rest").grounding == "case"


def test_two_numbers_do_not_become_one() -> None:
    assert refused("They counted 40 of the 3 million birds here.", "They counted 40 … million birds here")


def test_nothing_may_hide_beside_the_articles_own_bracket() -> None:
    text = "We hope that [the mayor] and the council come to see it."
    assert refused(text, "We hope that [the mayor] the council come to see it.")


def test_an_elided_quotation_may_be_ambiguous_or_hinted() -> None:
    text = "We will build the new bridge soon. " + "The town waits. " * 50 + "We will build the old bridge soon."
    quote = "We will build … bridge soon"
    assert locate(text, quote).grounding == "ambiguous"
    hinted = Grounder(text).locate(quote, near=Span(len(text) - 20, len(text)))
    assert isinstance(hinted, Location)
    assert (hinted.spans[0].start > 500, hinted.grounding) == (True, "elided")


# --- Suggestions ------------------------------------------------------------------------------------


def test_a_suggestion_is_the_passage_that_was_perhaps_meant() -> None:
    result = refused(ARTICLE, "the service has carried 2.4 million passengers since 1987")
    assert result.suggestion is not None
    assert "carried 1.4 million passengers since 1987" in result.suggestion
    assert result.suggestion in ARTICLE


def test_nothing_is_suggested_for_what_is_like_nothing() -> None:
    assert refused(ARTICLE, "Quantum zebras juggle xylophones").suggestion is None


def test_a_repr_of_what_is_not_found_starts_no_search() -> None:
    assert repr(refused("one", "two")) == "NotFound(quote='two', reason='it is not in the text')"


# --- Marks ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "inner", "whole"),
    [
        ("He said, “We won,” and left.", "We won", "“We won,”"),
        ("He said, “We won”, and left.", "We won", "“We won”"),
        ('He said, "We won."', "We won.", '"We won."'),
        ("He said, ``We won,'' and left.", "We won", "``We won,''"),
        (
            "Il dit « On a gagné » hier.".replace("« ", "«\u00a0").replace(" »", "\u00a0»"),
            "On a gagné",
            "«\u00a0On a gagné\u00a0»",
        ),
        ("Er sagte: „Wir kommen.“", "Wir kommen.", "„Wir kommen.“"),
        ("&ldquo;We won&rdquo;", "We won", "&ldquo;We won&rdquo;"),
        ("He said, ‘We won,’ and left.", "We won", "‘We won,’"),
        ("the dogs’ home", "the dogs", "the dogs"),
        ("He said “we won” and left", "we won” and", "“we won” and"),
        ("He said, “We won,” and left.", "“We won,”", "“We won,”"),
        ("“Yes,” we won, “no.”", "we won", "we won"),
        ("We won", "We won", "We won"),
    ],
)
def test_a_span_grows_to_the_marks_around_it(text: str, inner: str, whole: str) -> None:
    start = text.index(inner)
    assert expand_to_marks(text, Span(start, start + len(inner))).of(text) == whole


# --- Sentences and words ----------------------------------------------------------------------------

ANCHORED = "The ferry stops. It isn’t full, and it isn’t cheap. Nobody will miss it, and nobody will pay."
SENTENCES = sentence_spans(ANCHORED)


def anchored(first: int, last: int, start: str | None = None, end: str | None = None) -> Location | NotFound:
    return Grounder(ANCHORED).locate_anchor(Anchor(first, last, start, end), SENTENCES)


@pytest.mark.parametrize(
    ("anchor", "text", "grounding"),
    [
        ((1, 1, None, None), "The ferry stops.", "exact"),
        ((1, 2, "ferry", "full"), "ferry stops. It isn’t full", "exact"),
        ((1, 2, "The", "isn't cheap"), "The ferry stops. It isn’t full, and it isn’t cheap", "typography"),
        ((2, 2, "it isn't full", "CHEAP"), "It isn’t full, and it isn’t cheap", "case"),
        ((2, 2, "isn’t", "full"), "isn’t full", "exact"),
        ((3, 3, "Nobody will", "nobody will"), "Nobody will miss it, and nobody will", "exact"),
        ((2, 3, "and it", None), "and it isn’t cheap. Nobody will miss it, and nobody will pay.", "exact"),
    ],
)
def test_an_anchor_reaches_from_its_start_to_its_end(
    anchor: tuple[int, int, str | None, str | None], text: str, grounding: str
) -> None:
    result = anchored(*anchor)
    assert isinstance(result, Location), result
    assert (texts(ANCHORED, result), result.grounding) == ([text], grounding)


def test_an_anchor_whose_words_stand_twice_is_ambiguous_and_the_longest() -> None:
    result = anchored(2, 2, "isn’t", None)
    assert isinstance(result, Location)
    assert result.grounding == "ambiguous"
    assert texts(ANCHORED, result) == ["isn’t full, and it isn’t cheap."]
    assert [spans[0].of(ANCHORED) for spans in result.alternatives][1:] == ["isn’t cheap."]


@pytest.mark.parametrize(
    ("anchor", "reason"),
    [
        ((0, 1, None, None), "there is no sentence 0: the text has 3, counted from 1"),
        ((1, 4, None, None), "there is no sentence 4: the text has 3, counted from 1"),
        ((2, 1, None, None), "sentence 1 comes before sentence 2"),
        ((1, 2, "bus", None), "the start 'bus' is not in sentence 1"),
        ((1, 2, None, "pay"), "the end 'pay' is not in sentence 2"),
        ((1, 1, "stop", None), "the start 'stop' is not in sentence 1"),
        ((1, 1, "stops", "ferry"), "the end 'ferry' stands before the start 'stops'"),
        ((1, 1, "", None), "the start '' is not in sentence 1"),
    ],
)
def test_an_anchor_that_cannot_be_says_why(anchor: tuple[int, int, str | None, str | None], reason: str) -> None:
    result = anchored(*anchor)
    assert isinstance(result, NotFound)
    assert result.reason == reason


# --- Any text at all --------------------------------------------------------------------------------

TRAPS = st.text(
    st.sampled_from("abAB é\u0301İßﬁ0123.,;:-–—…'’‘“”\"«» \u00a0\n\r\t\u00ad\u200b[]()?!$%&#/👵中")
    | st.characters(),
    max_size=60,
)
PIECES = st.sampled_from(
    ["word", " ", "isn’t", "&amp;", "&quot;", "...", ". . .", "--", "''", "-\n", "\n\n", "“", "”", "3.5", "A"]
)
ANY = st.lists(PIECES | TRAPS, max_size=12).map("".join)


@settings(deadline=None, max_examples=400)
@given(ANY, ANY)
def test_what_is_found_in_any_text_has_the_letters_of_the_quotation(text: str, quote: str) -> None:
    result = Grounder(text).locate(quote)
    if isinstance(result, NotFound):
        assert result.suggestion is None or result.suggestion in text
        return
    for spans in result.alternatives or (result.spans,):
        assert all(span and span.end <= len(text) for span in spans)
        assert all(before.end <= after.start for before, after in pairwise(spans))
        if result.grounding in ("exact", "typography"):
            assert _plain(spans[0].of(text)) == _plain(quote)
        if result.grounding == "exact":
            assert spans[0].of(text) == quote.strip()


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", re.sub(r"[^\w$%]|_", "", unicodedata.normalize("NFKC", letters(text))))


@settings(deadline=None, max_examples=200)
@given(st.lists(ANY.filter(lambda word: any(map(str.isalnum, word))), min_size=3, max_size=9), st.data())
def test_every_stretch_of_whole_words_of_any_text_is_found_verbatim(words: list[str], data: st.DataObject) -> None:
    words = ["".join(word.split()) for word in words]
    first = data.draw(st.integers(0, len(words) - 2))
    last = data.draw(st.integers(first + 1, len(words) - 1))
    text, quote = " ".join(words), " ".join(words[first:last])
    result = Grounder(text).locate(quote)
    if not any(map(str.isalnum, letters(quote))):
        return
    assert isinstance(result, Location), result
    assert result.grounding in ("exact", "ambiguous")
