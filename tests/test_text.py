"""Spans, paragraphs, sentences, documents."""

from __future__ import annotations

import hashlib
from itertools import pairwise

import pytest
import sentencex
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from framing import text as texts
from framing.text import JOINER, Document, Span, covering, merge_spans, paragraph_spans, sentence_spans

TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from('.!?“”‘’" \n\r\t'), max_size=400)


def sentences(text: str) -> list[str]:
    return [span.of(text) for span in sentence_spans(text)]


def paragraphs(text: str) -> list[str]:
    return [span.of(text) for span in paragraph_spans(text)]


# --- Spans ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2)])
def test_a_span_runs_forwards_from_zero(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="not a span"):
        Span(start, end)


def test_a_span_that_is_read_from_json_runs_forwards_too() -> None:
    reader = TypeAdapter(Span)
    assert reader.validate_json('{"start": 2, "end": 3}') == Span(2, 3)
    with pytest.raises(ValidationError, match="not a span"):
        reader.validate_json('{"start": 3, "end": 2}')


def test_spans_that_touch_do_not_overlap() -> None:
    assert not Span(0, 3).overlaps(Span(3, 5))
    assert Span(0, 4).overlaps(Span(3, 5))


def test_a_span_covers_what_lies_wholly_inside_it() -> None:
    assert Span(0, 5).covers(Span(0, 5))
    assert not Span(0, 5).covers(Span(4, 6))


def test_the_covering_span_reaches_from_the_first_start_to_the_last_end() -> None:
    assert covering([Span(7, 9), Span(2, 4)]) == Span(2, 9)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 12)).map(lambda p: Span(p[0], p[0] + p[1]))))
def test_merging_keeps_exactly_the_same_characters(spans: list[Span]) -> None:
    merged = merge_spans(spans)
    assert {i for s in merged for i in range(s.start, s.end)} == {i for s in spans for i in range(s.start, s.end)}
    assert all(a.end < b.start for a, b in pairwise(merged))


# --- Paragraphs -------------------------------------------------------------------------------------


def test_blank_lines_separate_paragraphs() -> None:
    assert paragraphs("One.\n\nTwo.\n \t\nThree.") == ["One.", "Two.", "Three."]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\u2029"])
def test_any_convention_of_line_ends_is_understood(newline: str) -> None:
    assert paragraphs(f"One.{newline}{newline}Two.") == ["One.", "Two."]


def test_single_line_breaks_after_full_sentences_separate_paragraphs() -> None:
    assert paragraphs("He replied:\nI will.\nShe left.") == ["He replied:", "I will.", "She left."]


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    wrapped = "The council met on Monday to talk about\nthe bridge and about the money that the\nbridge will cost."
    assert paragraphs(wrapped) == [wrapped]


# --- Sentences --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He saw Mr. Lee. She left.", ["He saw Mr. Lee.", "She left."]),
        ("It is in the U.S. Then he left.", ["It is in the U.S.", "Then he left."]),
        ("At 3 p.m. on Jan. 5 it rained.", ["At 3 p.m. on Jan. 5 it rained."]),
        ("She speaks for me.. [She] knows.", ["She speaks for me..", "[She] knows."]),
        ("“Is it so?” he asked. “It is.”", ["“Is it so?” he asked.", "“It is.”"]),
        ("He said “I am. You are.” She left.", ["He said “I am.", "You are.”", "She left."]),
        ('"No." "Yes." He left.', ['"No."', '"Yes."', "He left."]),
        ("It rose 3.5 percent … and fell. No. 10 knew.", ["It rose 3.5 percent … and fell.", "No. 10 knew."]),
        ("Sen. J. D. Marsh (R-OH) spoke. 😀 Good.", ["Sen. J. D. Marsh (R-OH) spoke.", "😀 Good."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_no_sentence_crosses_a_paragraph_border() -> None:
    assert sentences("A headline without a stop\n\nThe first sentence.") == [
        "A headline without a stop",
        "The first sentence.",
    ]


@given(TEXTS)
@settings(deadline=None)
def test_sentences_are_ordered_disjoint_and_hold_every_visible_character(text: str) -> None:
    spans = sentence_spans(text)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    inside = {i for span in spans for i in range(span.start, span.end)}
    assert all(i in inside for i, char in enumerate(text) if not char.isspace())


# --- Documents --------------------------------------------------------------------------------------


def test_the_hash_is_of_the_text_in_utf_8() -> None:
    assert Document(id="a", text="né").sha256 == hashlib.sha256("né".encode()).hexdigest()


def test_lone_surrogates_are_replaced_without_moving_an_offset_and_it_is_noted() -> None:
    document = Document(id="a", text="a\ud800b\udfffc")
    assert document.text == "a\ufffdb\ufffdc"
    assert document.notes == ("2 lone surrogate(s) replaced by U+FFFD; offsets are unchanged",)


def test_an_excerpt_of_several_spans_marks_the_gap() -> None:
    document = Document(id="a", text="“X,” she said, “Y”")
    assert document.excerpt([Span(0, 4), Span(15, 18)]) == f"“X,”{JOINER}“Y”"


@pytest.mark.parametrize("mark", ["“", '"', "”", "‘", "’"])
def test_a_mark_before_a_sentence_belongs_to_it_even_typed_the_wrong_way_round(mark: str) -> None:
    text = f"He owns the window that broke. {mark}I want somebody to answer,” he said."
    assert [sentence[0] for sentence in sentences(text)] == ["H", mark]


@pytest.mark.parametrize("text", ["He was met by Mr. “", "He was met by Mr. (\n\nThey left.", "It is vs. ‘"])
def test_a_paragraph_that_ends_in_a_mark_after_an_abbreviation_keeps_its_last_sentence(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


_ENDS = st.sampled_from(
    'Word.|abcd.|x.|Sept.|Prof.|2019.|al.|ends!|so?|…|“|”|"|’|‘| | |The|He|he|A.|U.S.|(|)|\n\n|,”'.split("|")
)


@settings(deadline=None, max_examples=300)
@given(st.lists(_ENDS, max_size=24).map(" ".join) | st.lists(_ENDS, max_size=24).map("".join))
def test_an_end_that_needs_no_closer_look_is_where_the_closer_look_finds_it(text: str) -> None:
    quick = sentence_spans(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(texts, "_PLAIN_END_WIDTH", len(text) + 1)
        assert quick == sentence_spans(text)


def test_sentences_of_a_paragraph_crowded_with_single_marks_end_where_they_always_do() -> None:
    assert sentences("She said 'no' twice. " * 400) == ["She said 'no' twice."] * 400


def test_a_straight_single_mark_after_a_space_belongs_to_the_sentence_it_opens() -> None:
    assert sentences("'It is late,' she said. 'I am tired.") == ["'It is late,' she said.", "'I am tired."]


@pytest.mark.parametrize("space", "\x85\xa0\u2009\u202f\u3000")
def test_a_capital_before_a_wide_space_and_a_full_stop_is_read_like_any_other(space: str) -> None:
    text = f"It was plan B{space}. They left."
    assert sentences(text) == [f"It was plan B{space}.", "They left."]


@given(st.text("aA1 .!?'\"“”‘’()…\n\r\t\x85\xa0\u2028\u2029\u3000é", max_size=60))
@settings(deadline=None)
def test_sentences_hold_every_character_that_is_no_space_once_and_in_order(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


@pytest.mark.parametrize("odd", ["'' ", "'a' ", "`a` "])
def test_a_paragraph_of_marks_is_split_in_work_that_grows_with_its_length(
    odd: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    split = sentencex.segment
    squares: list[int] = []

    def counting(language: str, text: str) -> list[str]:
        squares.append(len(text) ** 2)
        return list(split(language, text))

    monkeypatch.setattr(sentencex, "segment", counting)
    text = odd * 5_000
    sentence_spans(text)
    assert sum(squares) < len(text) * 10_000
