"""Every short cut gives what the long way gives. People and places in these texts are invented."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from framing import screening
from framing.annotations import Speaker
from framing.assembly import sources
from framing.grounding import Grounder, words
from framing.grounding.forms import INVISIBLE, fold
from framing.schemas import Anchor
from framing.text import Document, Span
from framing.voices import Resolution, Source, headlines, names, resolve, roles
from framing.voices.cast import Cast
from framing.voices.reading import Reading
from framing.voices.speakers import _Resolver
from tests.grounding_kit import ARTICLE as FERRY

ARTICLE = """Fund to close the night ferry

Mira Tolland, head of the Coastal Fund, met Sen. Ines Calder on Monday. She said that the fund had no money.

“We have waited,” Tolland said. Her brother Mark, a nurse, told reporters that he would leave. The senator called
it plain. Owen Marsh and Lea Marsh of Selby said no; Marsh added that she knew it. He went on.

A spokesman for the fund, Jan de Groot, denied it. De Groot said two officials knew. One of them said more. “They
never asked,” she said. ANNA VOSS of Ohio said the league would vote. The league agreed. President Calder said so.
"""
PIECES = st.sampled_from(
    "Ada|van der |de |la|“|”| | |Mr.|U.S.|said|X|’s|-|é|É|\n|O’Neil|, Jr.|el |al-|von |1|@|NASA|.|The|the|a".split(
        "|"
    )
)
MIXED = st.lists(PIECES, max_size=24).map("".join)
QUICK = settings(deadline=None, max_examples=300)


@QUICK
@given(MIXED)
def test_runs_of_capitals_are_those_of_the_pattern_without_the_words_that_are_never_names(text: str) -> None:
    every = (m for m in names._RUN.finditer(text) if not names._is_never_a_name(m[0]))
    assert [m.span() for m in names._runs(text)] == [m.span() for m in every]


@QUICK
@given(MIXED)
def test_what_is_never_a_name_leaves_nothing_of_its_run(text: str) -> None:
    for match in names._RUN.finditer(text):
        if names._is_never_a_name(match[0]):
            assert list(names._split(text, match)) == []


@QUICK
@given(
    st.lists(
        st.sampled_from("The Town Votes to-Day the of council it’s asks 12 Ann-Marie “No,”".split()), max_size=30
    )
)
def test_no_line_that_reads_as_prose_has_a_headlines_capitals(listed: list[str]) -> None:
    line = " ".join(listed)
    longer = [w for w in re.findall(r"[^\W\d_]{3,}", line) if w.casefold() not in headlines._SMALL_WORDS]
    capitals = sum(1 for word in longer if word[0].isupper())
    assert not (headlines._is_prose(line) and len(longer) >= 3 and capitals >= 0.8 * len(longer))


class _Slow(Grounder):
    """Takes no text for plain."""

    _is_plain = False


SENTENCES = Document(id="ferry", text=FERRY).sentences


@QUICK
@given(st.data())
def test_words_of_a_sentence_are_found_where_folding_finds_them(data: st.DataObject) -> None:
    # Without the sentences whose signs are not plain, which go the long way anyway.
    text = re.sub("[\xa0👵🏼&[]", "-", FERRY)
    assert Grounder(text)._is_plain
    number = data.draw(st.integers(1, len(SENTENCES)))
    sentence = SENTENCES[number - 1]
    start = data.draw(st.integers(sentence.start, sentence.end - 1))
    end = data.draw(st.integers(start + 1, min(start + 40, sentence.end)))
    words = text[start:end].strip()
    assume(words)
    for anchor in (Anchor(number, number, start=words), Anchor(number, number, end=words)):
        assert Grounder(text).locate_anchor(anchor, SENTENCES) == _Slow(text).locate_anchor(anchor, SENTENCES)
    near = data.draw(st.sampled_from(SENTENCES))
    assert Grounder(text).locate(words, near=near) == _Slow(text).locate(words, near=near)


@pytest.mark.parametrize("text", ["a&nbsp;b", "a\xa0b", "cafe\u0301", "a\u200bb", "immi-\ngration", "a  b", "ﬁne"])
def test_a_text_in_which_something_is_folded_into_letters_or_spaces_is_not_plain(text: str) -> None:
    assert not Grounder(f"He said {text} so.")._is_plain


@QUICK
@given(st.text("aeé\u0301 \xa0\u200b\ufe0f;.…—-'“”’ﬁ\n\t`\u2000\u1fef", max_size=30))
def test_hidden_signs_and_divided_letters_fold_as_if_they_had_never_been(text: str) -> None:
    assume(not re.search(r"[^\W\d_]-\s*\n", text))
    shown = "".join(sign for sign in text if sign not in INVISIBLE)
    assert fold(text).text == fold(unicodedata.normalize("NFC", shown)).text


@QUICK
@given(
    st.lists(
        st.sampled_from(["the", "of", "and", "mayor", "pont", "—", "don’t", "12", "a-b", "é", "\n"]), max_size=120
    )
)
def test_what_is_quickly_taken_for_english_has_enough_english_words(listed: list[str]) -> None:
    text = " ".join(listed)
    share = screening.english_share(text)
    assert not screening._reads_as_english(text) or share is None or share >= screening._ENGLISH_SHARE


@QUICK
@given(st.lists(st.sampled_from("aZé9²ⓐ.,;:!?”“\"'’-–() \n$%&\u0301ß漢"), min_size=1, max_size=8), st.data())
def test_whole_words_are_those_of_the_closer_look(signs: list[str], data: st.DataObject) -> None:
    text = "".join(signs)
    start = data.draw(st.integers(0, len(text) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(text))))
    quick = words.is_whole(text, span)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(words, "_SURELY_BEFORE", ())
        patch.setattr(words, "_SURELY_AFTER", ())
        assert quick == words.is_whole(text, span)


LETTER_BY_LETTER = re.compile(
    rf", ((?:[^,.;:()“”\"\n—–]|{roles._STOP}){{3,120}}?)(?=[,;:)\n—–“”\"]|(?<!\b[A-Z])\.(?!\w)|\s--|,? who |$)"
)


@QUICK
@given(
    st.lists(
        st.sampled_from(
            [
                *("a", "mayor", ".", "Mr.", "J.", "Gov.", " who ", " ", " --", "-", "\n", ")", "“", "who", ", "),
                *("\t", "é", "U.S.", "x" * 40, "y" * 125),
            ]
        ),
        max_size=14,
    ).map("".join)
)
def test_an_apposition_ends_word_by_word_where_it_ends_letter_by_letter(text: str) -> None:
    quick, every = roles._APPOSED.match(f", {text}"), LETTER_BY_LETTER.match(f", {text}")
    found = quick[1] if quick and len(quick[1]) <= roles._LONGEST_APPOSITION else None
    assert found == (every[1] if every else None)


def test_the_role_of_a_figure_is_the_first_of_its_roles() -> None:
    flat = "Mira Tolland met Sen. Mira Tolland, a baker. Mira Tolland, head of the fund, left."
    for first in (True, False):
        cast = Cast(flat, names.find_names(flat))
        (figure,) = (figure for figure in cast.figures if figure.names)
        role = figure.role if first else figure.roles[0]
        assert role is not None
        assert role.text == "Sen."
        assert [known.head for known in figure.roles] == ["sen", "baker", "head"]


# --- The text is read for its pronouns only when somebody asks ------------------------------------------

PLACES = [
    Span(*m.span())
    for m in re.finditer(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+)?\b|\b[Ss]?he\b|the \w+|One of them", ARTICLE)
]
NAMES = st.sampled_from(
    "Mira Tolland|Tolland|Mark Tolland|Sen. Ines Calder|Ms. Marsh|Marsh|Lea Marsh|She|the fund|Anna Voss".split(
        "|"
    )
    + "Jan de Groot|the league|officials|Zoe Quist|President Calder|Calder|Mr. Calder".split("|")
)
SOURCES = st.lists(
    st.builds(
        lambda place, width, name: Source(
            None if name else place, Span(place.start, min(place.start + width, len(ARTICLE))), name=name
        ),
        st.sampled_from(PLACES),
        st.integers(1, 150),
        st.none() | NAMES,
    ),
    max_size=8,
)


class _Eager(_Resolver):
    """Reads the text up to every source before it hears it."""

    def _hear(self, index: int, phrase: object) -> None:
        self.reading.up_to(index)
        super()._hear(index, phrase)  # type: ignore[arg-type]


@QUICK
@given(SOURCES)
def test_speakers_are_the_same_whether_or_not_the_text_is_read_up_to_every_source(listed: list[Source]) -> None:
    document = Document(id="invented", text=ARTICLE)
    assert resolve(document, listed) == _Eager(document, listed).run()


def test_sources_named_in_full_need_no_pronouns(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    monkeypatch.setattr(Reading, "up_to", lambda self, source: read.append(source))
    found: Resolution = resolve(
        Document(id="invented", text=ARTICLE),
        [Source(None, Span(0, 9), name="Ines Calder"), Source(None, Span(0, 9), name="Owen Marsh")],
    )
    assert ([speaker.name for speaker in found.speakers], read) == (["Ines Calder", "Owen Marsh"], [])


# --- Pronouns beside a statement ---------------------------------------------------------------------


PRONOUN = re.compile(r"\b(?:he|she|they|it|who|I|we|his|her|their|its|both)\b", re.IGNORECASE)


@QUICK
@given(
    st.lists(
        st.sampled_from(
            "he|She|They|IT|who|I|i|we|his|her|their|its|both|İ|ı|ſhe|hıs|ıt|x| |,|’|é|_|wh".split("|")
        ),
        max_size=9,
    ).map("".join)
)
def test_pronouns_by_their_first_letters_are_those_of_the_list(text: str) -> None:
    assert [m.span() for m in sources._PRONOUN.finditer(text)] == [m.span() for m in PRONOUN.finditer(text)]


@QUICK
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 12)), min_size=1, max_size=3))
def test_pronouns_are_those_of_the_window_that_stand_outside_the_statement(cuts: list[tuple[int, int]]) -> None:
    text = "They hero who said it, their aunts both know he or she is in Ohio; we theirs."
    spans, at = [], 0
    for gap, width in cuts:
        if (end := at + gap + width) <= len(text):
            spans.append(Span(at + gap, end))
            at = end
    assume(spans)
    found = list(sources._pronouns(text, spans, spans, Span(0, len(text))))
    every = (Span(*m.span()) for m in sources._PRONOUN.finditer(text))
    near = (span for span in every if sources._distance(span, spans) <= sources._PRONOUN_REACH)
    assert found == [span for span in near if not sources._inside(span, spans)]


def test_a_speaker_without_a_new_mention_is_the_same_speaker() -> None:
    speaker = Speaker(id="S1", name="Ada Berg", mentions=(Span(0, 8),))
    found = sources.Sources(Document(id="a", text="Ada Berg said “Yes.”"), [speaker])
    assert found.of("S1", (Span(14, 20),), None) == Span(0, 8)
    assert found.speakers() == (speaker,)
    assert found.speakers()[0] is speaker
