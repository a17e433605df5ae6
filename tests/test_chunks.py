"""Long articles are cut without losing a character."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from framing.chunks import split
from framing.text import Document, Span

WORDS = st.lists(st.sampled_from(["One.", "two", "three,", "Four!", "\n\n", "\n", "“5”", "a" * 40]), max_size=80)


def test_a_short_article_is_one_chunk_without_context() -> None:
    (chunk,) = split(Document(id="a", text="One.\n\nTwo."), max_chars=100)
    assert (chunk.own, chunk.context) == (Span(0, 10), Span(0, 0))


def test_chunks_are_cut_on_paragraph_borders_and_see_the_paragraph_before() -> None:
    document = Document(id="a", text="First paragraph here.\n\nSecond paragraph here.\n\nThird one.")
    chunks = split(document, max_chars=30, context_chars=30)
    assert [c.own.of(document.text).strip() for c in chunks] == [
        "First paragraph here.",
        "Second paragraph here.",
        "Third one.",
    ]
    assert chunks[1].context.of(document.text).strip() == "First paragraph here."
    assert chunks[2].window == Span(23, len(document.text))


def test_a_paragraph_that_is_too_long_is_cut_between_sentences() -> None:
    document = Document(id="a", text="The first sentence. The second sentence. The third sentence.")
    assert [c.own.of(document.text) for c in split(document, max_chars=25)] == [
        "The first sentence. ",
        "The second sentence. ",
        "The third sentence.",
    ]


@given(WORDS, st.integers(10, 90), st.integers(0, 60))
@settings(deadline=None)
def test_own_spans_cover_the_article_in_order_and_none_is_too_long(
    words: list[str], max_chars: int, context_chars: int
) -> None:
    document = Document(id="a", text=" ".join(words))
    chunks = split(document, max_chars=max_chars, context_chars=context_chars)
    assert "".join(c.own.of(document.text) for c in chunks) == document.text
    assert all(len(c.own) <= max_chars for c in chunks)
    assert all(c.context.end in (0, c.own.start) and len(c.context) <= context_chars for c in chunks)
