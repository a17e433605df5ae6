"""Statements without a model: one case a way of reporting. All people and outlets are invented."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from framing.backends.rules.marks import find_quotations
from framing.backends.rules.statements import Report, Scope, find_reports
from framing.evaluation.matching import match, overlap
from framing.text import Document, Span, paragraph_spans

Found = tuple[str, str | None, str | None, tuple[str, ...]]


def reports(text: str, *, scope: Scope = "speech") -> tuple[Report, ...]:
    return find_reports(Document(id="case", text=text), scope=scope)


def found(text: str, *, scope: Scope = "speech") -> list[Found]:
    """Kind, source, cue and contents of every report, as they stand in the text."""
    return [
        (
            report.kind,
            report.source.of(text) if report.source else None,
            report.cue.of(text) if report.cue else None,
            tuple(span.of(text) for span in report.spans),
        )
        for report in reports(text, scope=scope)
    ]


# --- Direct quotation ---------------------------------------------------------------------------------

DIRECT: dict[str, tuple[str, Found]] = {
    "the cue follows": (
        "“The bridge is safe,” Mara Okafor said.",
        ("direct", "Mara Okafor", "said", ("“The bridge is safe,”",)),
    ),
    "the cue is inverted and its subject has a relative clause": (
        "“The bridge is safe,” said Mara Okafor, who runs the agency.",
        ("direct", "Mara Okafor, who runs the agency", "said", ("“The bridge is safe,”",)),
    ),
    "the cue interrupts a sentence": (
        "“The bridge,” Okafor said, “is safe.”",
        ("direct", "Okafor", "said", ("“The bridge,”", "“is safe.”")),
    ),
    "a quotation that follows without a cue goes on": (
        "“The bridge is safe,” she said. “We tested it twice.”",
        ("direct", "she", "said", ("“The bridge is safe,”", "“We tested it twice.”")),
    ),
    "the cue precedes with a comma": (
        "Okafor said, “The bridge is safe.”",
        ("direct", "Okafor", "said", ("“The bridge is safe.”",)),
    ),
    "the cue precedes with a colon and several sentences follow": (
        "Okafor said: “The bridge is safe. We tested it.”",
        ("direct", "Okafor", "said", ("“The bridge is safe. We tested it.”",)),
    ),
    "the hearer and the day stand between": (
        "Okafor told reporters on Tuesday, “The bridge is safe.”",
        ("direct", "Okafor", "told", ("“The bridge is safe.”",)),
    ),
    "a question is followed by its cue": (
        "“Is the bridge safe?” Okafor asked.",
        ("direct", "Okafor", "asked", ("“Is the bridge safe?”",)),
    ),
    "a question is followed by an inverted cue": (
        "“Is it safe?” asked the mayor. “Nobody knows.”",
        ("direct", "the mayor", "asked", ("“Is it safe?”", "“Nobody knows.”")),
    ),
    "the subject has an age between commas": (
        "“We tested it,” Okafor, 45, said.",
        ("direct", "Okafor, 45,", "said", ("“We tested it,”",)),
    ),
    "the place of saying stands between two pieces": (
        "“We won,” the coach said in a statement, “and we deserved it.”",
        ("direct", "the coach", "said", ("“We won,”", "“and we deserved it.”")),
    ),
    "an adverbial before the cue is the narrator's": (
        "After the vote, Okafor said, “We lost.”",
        ("direct", "Okafor", "said", ("“We lost.”",)),
    ),
    "a colon is cue enough": (
        "Okafor was clear: “Never again.”",
        ("direct", "Okafor", ":", ("“Never again.”",)),
    ),
    "a possessive before a colon names the speaker": (
        "The mayor's response: “No.”",
        ("direct", "The mayor's", ":", ("“No.”",)),
    ),
    "the sentence before says who speaks": (
        "Okafor was blunt. “The bridge will fall.”",
        ("direct", "Okafor", None, ("“The bridge will fall.”",)),
    ),
    "a verb of manner is a cue": (
        "“Get out,” she snapped.",
        ("direct", "she", "snapped", ("“Get out,”",)),
    ),
    "a broadcaster is told, not telling": (
        "“No,” Ann Tull, who chairs the council, told Radio Fen.",
        ("direct", "Ann Tull, who chairs the council,", "told", ("“No,”",)),
    ),
    "a phrase of several words is a cue": (
        "“Never again,” Okafor went on.",
        ("direct", "Okafor", "went on", ("“Never again,”",)),
    ),
}

MARKS: dict[str, tuple[str, Found]] = {
    "single curly marks with possessives and contractions inside": (
        "‘The bridge is safe,’ she said. ‘The boys’ school isn’t.’",
        ("direct", "she", "said", ("‘The bridge is safe,’", "‘The boys’ school isn’t.’")),
    ),
    "single straight marks": (
        "'We won,' he said in '98.",
        ("direct", "he", "said", ("'We won,'",)),
    ),
    "double straight marks": (
        '"It\'s safe," she said.',
        ("direct", "she", "said", ('"It\'s safe,"',)),
    ),
    "two single marks for a double one": (
        "''The bridge is safe,'' she said.",
        ("direct", "she", "said", ("''The bridge is safe,''",)),
    ),
    "backticks that open": (
        "``The bridge is safe,'' she said.",
        ("direct", "she", "said", ("``The bridge is safe,''",)),
    ),
    "the comma after the closing mark": (
        "‘It is safe’, said Okafor.",
        ("direct", "Okafor", "said", ("‘It is safe’",)),
    ),
    "a quotation in a quotation is no report of its own": (
        "“He told me ‘no way’ twice,” Okafor said.",
        ("direct", "Okafor", "said", ("“He told me ‘no way’ twice,”",)),
    ),
    "elided words do not open a quotation": (
        "‘I don’t know,’ he said, ‘but ’tis so.’",
        ("direct", "he", "said", ("‘I don’t know,’", "‘but ’tis so.’")),
    ),
    "feet and inches are no marks": (
        "The 6' 5\" guard said he'd go.",
        ("indirect", "The 6' 5\" guard", "said", ("he'd go",)),
    ),
    "a mark of another kind closes": (
        '“The bridge is safe," she said.',
        ("direct", "she", "said", ('“The bridge is safe,"',)),
    ),
    "a mark lost before the cue": (
        "“The bridge is safe, Okafor said. “It was tested.”",
        ("direct", "Okafor", "said", ("“The bridge is safe", "“It was tested.”")),
    ),
}

# --- Indirect and mixed -------------------------------------------------------------------------------

INDIRECT: dict[str, tuple[str, Found]] = {
    "a clause without that": (
        "Okafor said the bridge was safe.",
        ("indirect", "Okafor", "said", ("the bridge was safe",)),
    ),
    "a clause with that, which belongs to it": (
        "Okafor said that the bridge was safe.",
        ("indirect", "Okafor", "said", ("that the bridge was safe",)),
    ),
    "the hearer is not reported": (
        "Okafor told the city council that the bridge was safe.",
        ("indirect", "Okafor", "told", ("that the bridge was safe",)),
    ),
    "the day is not reported": (
        "Okafor said last week that the bridge was safe.",
        ("indirect", "Okafor", "said", ("that the bridge was safe",)),
    ),
    "the cue follows its clause": (
        "The bridge was safe, Okafor said.",
        ("indirect", "Okafor", "said", ("The bridge was safe",)),
    ),
    "the cue stands inside its clause": (
        "The bridge, Okafor said, was safe.",
        ("indirect", "Okafor", "said", ("The bridge", "was safe")),
    ),
    "the inverted cue follows its clause": (
        "The bridge has failed, says engineer Ann Tull in Fenwick.",
        ("indirect", "engineer Ann Tull in Fenwick", "says", ("The bridge has failed",)),
    ),
    "according to, before": (
        "According to Okafor, the bridge is safe.",
        ("indirect", "Okafor", "According to", ("the bridge is safe",)),
    ),
    "according to, behind": (
        "The bridge is safe, according to a report by the agency.",
        ("indirect", "a report by the agency", "according to", ("The bridge is safe",)),
    ),
    "as somebody noted, before": (
        "As Okafor noted, the bridge is old.",
        ("indirect", "Okafor", "noted", ("the bridge is old",)),
    ),
    "as somebody noted, behind": (
        "The bridge is old, as Okafor noted.",
        ("indirect", "Okafor", "noted", ("The bridge is old",)),
    ),
    "a demand": (
        "Okafor called for a new bridge.",
        ("indirect", "Okafor", "called for", ("a new bridge",)),
    ),
    "an accusation": (
        "Okafor accused the mayor of lying.",
        ("indirect", "Okafor", "accused", ("the mayor of lying",)),
    ),
    "a request keeps who is to act": (
        "Okafor urged the council to build a new bridge.",
        ("indirect", "Okafor", "urged", ("the council to build a new bridge",)),
    ),
    "a question": (
        "Okafor asked whether the bridge was safe.",
        ("indirect", "Okafor", "asked", ("whether the bridge was safe",)),
    ),
    "a denial": ("Okafor denied the claim.", ("indirect", "Okafor", "denied", ("the claim",))),
    "a promise": ("Okafor promised to resign.", ("indirect", "Okafor", "promised", ("to resign",))),
    "a negated infinitive keeps its negation": (
        "Okafor promised not to resign.",
        ("indirect", "Okafor", "promised", ("not to resign",)),
    ),
    "the passive, whose subject is part of the charge": (
        "The mayor was accused by Okafor of lying.",
        ("indirect", "Okafor", "was accused", ("The mayor", "of lying")),
    ),
    "the passive, whose subject only hears": (
        "She was told the bridge was safe.",
        ("indirect", None, "was told", ("the bridge was safe",)),
    ),
    "a noun with a possessive": (
        "Okafor's claim that the bridge is safe was met with silence.",
        ("indirect", "Okafor's", "claim", ("that the bridge is safe",)),
    ),
    "a noun behind a verb that leaves the reporting to it": (
        "Okafor made the claim that the bridge was safe.",
        ("indirect", "Okafor", "made the claim", ("that the bridge was safe",)),
    ),
    "a noun with by": (
        "It was a request by Okafor to raise taxes.",
        ("indirect", "Okafor", "request", ("to raise taxes",)),
    ),
    "a poll that finds": (
        "A new poll found that most voters want a bridge.",
        ("indirect", "A new poll", "found", ("that most voters want a bridge",)),
    ),
    "a subject with an apposition": (
        "Okafor, the agency's director, said the bridge was safe.",
        ("indirect", "Okafor, the agency's director,", "said", ("the bridge was safe",)),
    ),
    "a subject with party and state": (
        "Rep. Ann Tull, R-Ohio, said the bridge was safe.",
        ("indirect", "Rep. Ann Tull, R-Ohio,", "said", ("the bridge was safe",)),
    ),
    "two subjects": (
        "Okafor and Tull said the bridge was safe.",
        ("indirect", "Okafor and Tull", "said", ("the bridge was safe",)),
    ),
    "a subject without a name": (
        "Officials briefed on the plan said it was dead.",
        ("indirect", "Officials briefed on the plan", "said", ("it was dead",)),
    ),
    "a subject behind an adverbial clause": (
        "When asked about the bridge, Okafor said it was safe.",
        ("indirect", "Okafor", "said", ("it was safe",)),
    ),
    "a name in brackets": (
        "[Okafor] said the bridge was safe.",
        ("indirect", "Okafor", "said", ("the bridge was safe",)),
    ),
    "a dateline is not the subject": (
        "WASHINGTON, May 3 (Fenwire) — Okafor said the bridge was safe.",
        ("indirect", "Okafor", "said", ("the bridge was safe",)),
    ),
    "a relative pronoun that is the subject of the report": (
        "The bridge, which Okafor said was safe, fell.",
        ("indirect", "Okafor", "said", ("which", "was safe")),
    ),
    "hearsay without a source": (
        "The firm has reportedly closed the bridge.",
        ("indirect", None, "reportedly", ("The firm has", "closed the bridge")),
    ),
    "a headline that names its source": (
        "Okafor: Bridge Is Safe",
        ("indirect", "Okafor", ":", ("Bridge Is Safe",)),
    ),
}

MIXED: dict[str, tuple[str, Found]] = {
    "quoted words within a clause": (
        "Okafor said the bridge was “safe as houses” for now.",
        ("mixed", "Okafor", "said", ("the bridge was “safe as houses” for now",)),
    ),
    "what somebody is called": (
        "Okafor called the report “a disgrace.”",
        ("mixed", "Okafor", "called", ("the report “a disgrace.”",)),
    ),
    "a description ends before the next verb": (
        "Okafor described the plan as “a gift to thieves” and left.",
        ("mixed", "Okafor", "described", ("the plan as “a gift to thieves”",)),
    ),
    "a comma inside the mark ends the clause": (
        "Okafor called the plan “dead,” a word she likes.",
        ("mixed", "Okafor", "called", ("the plan “dead,”",)),
    ),
    "a quotation that is named after its hearer": (
        "Tull, who opposes the plan, told The Valley Herald it was “dead.”",
        ("mixed", "Tull, who opposes the plan,", "told", ("it was “dead.”",)),
    ),
    "a headline with single marks": (
        "Bridge 'will fall', says Okafor",
        ("mixed", "Okafor", "says", ("Bridge 'will fall'",)),
    ),
}


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in DIRECT.items()])
def test_a_direct_quotation_is_found_with_its_cue_and_source(case: tuple[str, Found]) -> None:
    assert found(case[0]) == [case[1]]


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in MARKS.items()])
def test_quotation_marks_of_all_conventions_are_read(case: tuple[str, Found]) -> None:
    assert found(case[0]) == [case[1]]


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in INDIRECT.items()])
def test_an_indirect_report_is_found_with_its_bounds(case: tuple[str, Found]) -> None:
    assert found(case[0]) == [case[1]]


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in MIXED.items()])
def test_a_report_with_quoted_words_is_mixed(case: tuple[str, Found]) -> None:
    assert found(case[0]) == [case[1]]


NOTHING = {
    "a policy's name": "The “Bridges First” policy costs millions.",
    "a title": "She read “The Old Bridge” twice.",
    "a scare quote": "The so-called “experts” met again.",
    "a list after a colon": "She gave three reasons: the cost, the time and the risk.",
    "a colon that opens no speech": "Here is what we know:\n\nThe bridge is safe.",
    "nouns that look like cues": "The state needs a bridge. Calls for reform grew. Reports differ.",
    "a rubric before a colon": "Analysis: Why Bridges Fall",
    "a name that follows a verb of naming": "The city runs a programme called Atlas.",
    "a rule that denies, with nobody who speaks": "It denied visitors the jobs they wanted.",
    "apostrophes alone": "The boys' and girls' teams won; rock 'n' roll's '90s are over.",
}


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in NOTHING.items()])
def test_what_nobody_says_is_left_out(text: str) -> None:
    assert found(text) == []


# --- Several reports ----------------------------------------------------------------------------------


def test_a_second_verb_with_the_same_subject_begins_a_report_of_its_own() -> None:
    assert found("Okafor said the bridge was safe and added that it had been tested.") == [
        ("indirect", "Okafor", "said", ("the bridge was safe",)),
        ("indirect", "Okafor", "added", ("that it had been tested",)),
    ]


def test_a_participle_of_saying_begins_a_report_of_the_same_source() -> None:
    assert found("Okafor said the bridge was safe, adding that it had been tested.") == [
        ("indirect", "Okafor", "said", ("the bridge was safe",)),
        ("indirect", "Okafor", "adding", ("that it had been tested",)),
    ]


def test_a_contrast_with_another_speaker_ends_the_report() -> None:
    assert found("Okafor said the bridge was safe, but the mayor said it was not.") == [
        ("indirect", "Okafor", "said", ("the bridge was safe",)),
        ("indirect", "the mayor", "said", ("it was not",)),
    ]


def test_a_report_within_a_report_knows_its_outer_one() -> None:
    text = "According to The Valley Herald, Okafor said that the bridge was safe."
    outer, inner = reports(text)
    assert (outer.within, inner.within) == (None, 0)
    assert [r.source.of(text) for r in (outer, inner) if r.source] == ["The Valley Herald", "Okafor"]


def test_a_belief_that_somebody_reports_is_not_a_report_of_its_own() -> None:
    assert len(found("Okafor said that Tull believes the bridge is safe.", scope="all")) == 1


@pytest.mark.parametrize(
    ("text", "cue", "content"),
    [
        ("Okafor believes the bridge is safe.", "believes", "the bridge is safe"),
        ("Okafor wants to build a bridge.", "wants", "to build a bridge"),
        ("Okafor opposes the plan.", "opposes", "the plan"),
        ("Okafor declined to comment.", "declined", "to comment"),
    ],
)
def test_beliefs_and_intentions_are_reports_only_when_asked_for(text: str, cue: str, content: str) -> None:
    assert found(text) == []
    assert found(text, scope="all") == [("indirect", "Okafor", cue, (content,))]


def test_what_is_expected_has_no_source() -> None:
    assert found("The mayor is expected to resign.", scope="all") == [
        ("indirect", None, "is expected", ("The mayor", "to resign"))
    ]


def test_the_source_of_an_anonymous_quotation_keeps_its_description() -> None:
    text = "“It’s dead,” said an official with knowledge of the plan, who asked not to be named."
    assert found(text) == [
        (
            "direct",
            "an official with knowledge of the plan, who asked not to be named",
            "said",
            ("“It’s dead,”",),
        )
    ]


# --- Over paragraphs ----------------------------------------------------------------------------------


def test_a_quotation_goes_on_in_the_next_paragraph_when_its_mark_does_not_close() -> None:
    text = "“The first part goes on.\n\n“The second part ends,” Okafor said."
    assert found(text) == [("direct", "Okafor", "said", ("“The first part goes on.", "“The second part ends,”"))]


def test_a_colon_may_be_followed_by_a_quotation_of_two_paragraphs() -> None:
    text = "Okafor said: “The first part goes on.\n\n“The second part ends.”\n\nThe council met."
    assert found(text) == [("direct", "Okafor", "said", ("“The first part goes on.", "“The second part ends.”"))]


def test_a_missing_closing_mark_swallows_no_further_paragraph() -> None:
    text = "“The bridge is safe,” she said. “We tested it.\n\nThe council met on Friday."
    assert found(text) == [("direct", "she", "said", ("“The bridge is safe,”", "“We tested it."))]


def test_a_single_mark_after_a_colon_opens_even_when_it_never_closes() -> None:
    assert found("He said: 'The first part goes on.\n\n'The second ends,' he added.\n\nIt rained.") == [
        ("direct", "He", "said", ("'The first part goes on.",)),
        ("direct", "he", "added", ("'The second ends,'",)),
    ]


def test_a_quotation_after_another_report_is_not_joined_to_the_one_before() -> None:
    text = "“It is safe,” Okafor said. Tull said it was not. “Ask anybody.”"
    first, second, third = reports(text)
    assert (len(first.spans), third.carried) == (1, None)
    assert third.source
    assert second.source
    assert third.source.of(text) == second.source.of(text) == "Tull"


def test_a_mark_that_slipped_to_the_sentence_before_still_opens() -> None:
    assert found('It was late." We tested the bridge twice," Okafor said.') == [
        ("direct", "Okafor", "said", ('We tested the bridge twice,"',))
    ]


def test_a_quotation_that_fills_the_next_paragraph_continues_the_statement() -> None:
    (report,) = reports("“The bridge is safe,” Okafor said.\n\n“We tested it twice.”\n\nThe council met.")
    assert (report.carried, len(report.spans)) == (None, 2)


def test_a_quotation_may_begin_in_the_paragraph_after_its_colon() -> None:
    text = "Okafor said:\n\n“The bridge is safe.”\n\nThe council met."
    assert found(text) == [("direct", "Okafor", "said", ("“The bridge is safe.”",))]


def test_a_block_without_marks_lasts_while_its_speaker_says_i() -> None:
    text = (
        "Okafor continued:\n\nI have never seen such a bridge. We tested it.\n\nIt stands firm.\n\n"
        "And I will walk over it myself.\n\nThe council met on Friday."
    )
    ((kind, source, cue, spans),) = found(text)
    assert (kind, source, cue) == ("block", "Okafor", "continued")
    assert spans == (
        "I have never seen such a bridge. We tested it.",
        "It stands firm.",
        "And I will walk over it myself.",
    )


def test_a_block_without_first_person_is_one_paragraph() -> None:
    text = "Okafor added:\n\nThe bridge stands firm.\n\nThe council met on Friday and Okafor left."
    assert found(text) == [("block", "Okafor", "added", ("The bridge stands firm.",))]


def test_a_block_ends_where_the_next_cue_opens_another() -> None:
    text = "Okafor said:\n\nI tested it.\n\nTull replied:\n\nI thank you for it.\n\nThe council met."
    assert found(text) == [
        ("block", "Okafor", "said", ("I tested it.",)),
        ("block", "Tull", "replied", ("I thank you for it.",)),
    ]


def test_a_block_from_an_outlet_holds_the_reports_in_it() -> None:
    text = (
        "The Valley Herald reported Tuesday:\n\nOkafor said the bridge was safe.\n\n“We tested it,” she said.\n\n"
        "The council meets every month."
    )
    block, *inner = reports(text)
    assert (block.kind, len(block.spans)) == ("block", 2)
    assert [report.within for report in inner] == [0, 0]
    assert [report.source.of(text) for report in inner if report.source] == ["Okafor", "she"]


def test_cues_that_open_nothing_do_not_nest_without_end() -> None:
    assert reports("The Valley Herald reported:\n\n" * 2_000) == ()


# --- Marks --------------------------------------------------------------------------------------------


def marked(text: str) -> list[tuple[str, int, bool]]:
    quotations = find_quotations(text, paragraph_spans(text))
    return [(q.span.of(text), q.level, q.closed) for q in quotations]


def test_nested_marks_have_levels() -> None:
    assert marked("“He said ‘go’ to me,” she said.") == [("“He said ‘go’ to me,”", 0, True), ("‘go’", 1, True)]


def test_an_odd_number_of_straight_marks_ends_with_its_paragraph() -> None:
    assert marked('"A," she said. "B goes on.\n\nNothing here.') == [
        ('"A,"', 0, True),
        ('"B goes on.', 0, False),
    ]


def test_a_mark_that_opens_may_be_used_to_close() -> None:
    assert marked("Called “crooks“ by all.") == [("“crooks“", 0, True)]


def test_a_plural_possessive_closes_no_quotation() -> None:
    assert marked("Sanders’ claim of “no rush” was odd.") == [("“no rush”", 0, True)]


# --- What holds for every text ------------------------------------------------------------------------

FRAGMENTS = [
    "Okafor",
    "she",
    "said",
    "according to",
    "told reporters",
    "that",
    "the bridge",
    "is safe",
    "called for",
    "was accused by",
    "claim",
    "“",
    "”",
    "‘",
    "’",
    '"',
    "'",
    "''",
    ",",
    ".",
    ":",
    ";",
    " - ",
    "(",
    "[",
    "]",
    "\n\n",
    "\n",
    "I",
    "who",
    "and",
    "to",
    "Mr.",
]
texts = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(FRAGMENTS), max_size=60).map(" ".join),
    st.lists(st.sampled_from(FRAGMENTS), max_size=60).map("".join),
)


@given(text=texts, scope=st.sampled_from(["speech", "all"]))
@example(text="“\ud800”said", scope="all")
@example(text="said:\n\nsaid:\n\n“", scope="speech")
@settings(deadline=None, max_examples=400)
def test_every_span_lies_in_the_text_in_order(text: str, scope: Scope) -> None:
    all_reports = reports(text, scope=scope)
    for index, report in enumerate(all_reports):
        assert report.spans
        assert all(span and span.end <= len(text) for span in report.spans)
        assert all(a.end <= b.start for a, b in zip(report.spans, report.spans[1:], strict=False))
        for mention in (report.cue, report.source):
            assert mention is None or (mention and mention.end <= len(text))
        for link in (report.carried, report.within):
            assert link is None or 0 <= link < index
    starts = [report.spans[0].start for report in all_reports]
    assert starts == sorted(starts)


@given(text=texts)
@settings(deadline=None, max_examples=200)
def test_quotations_nest_and_stay_in_their_paragraph(text: str) -> None:
    paragraphs = paragraph_spans(text)
    for quotation in find_quotations(text, paragraphs):
        assert paragraphs[quotation.paragraph].covers(quotation.span)
        assert quotation.span.covers(quotation.inner)
        assert quotation.inner


# --- A whole article ----------------------------------------------------------------------------------


def test_blocks_and_nested_reports_of_a_real_article_are_kept_apart(shared_data: Callable[[str], Path]) -> None:
    """The shared article has four blocks (the second of six paragraphs); the last quotes an outlet's reports."""
    text = shared_data("seeds/000_af5995a95a004934.txt").read_text(encoding="utf-8")
    found = reports(text)
    blocks = [index for index, report in enumerate(found) if report.kind == "block"]
    assert [len(found[index].spans) for index in blocks] == [1, 6, 2, 5]
    inner = [report.kind for report in found if report.within == blocks[-1]]
    assert inner == ["mixed", "mixed", "direct", "indirect", "direct"]
    assert all(report.source for report in found)
    assert not any(text[span.start : span.end].startswith("“Remain in") for r in found for span in r.spans)


# --- Against people's marks ---------------------------------------------------------------------------

FLOORS = {"all": 0.68, "direct and mixed": 0.85}


def _polnear(path: Path) -> Iterator[tuple[str, list[tuple[Span, ...]], list[tuple[Span, ...]]]]:
    """Texts with the contents that people marked: all of them, and those of direct and mixed quotation."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        marked = [item for item in row["gold"]["attributions"] if item["content"]]
        spans = [tuple(Span(c["start"], c["end"]) for c in item["content"]) for item in marked]
        quoted = [s for s, item in zip(spans, marked, strict=True) if item["quote_type"] in ("direct", "mixed")]
        yield row["text"], spans, quoted


def _f1(found: int, predicted: int, gold: int) -> float:
    return 2 * found / (predicted + gold)


def test_the_shared_sample_is_read_as_well_as_before(shared_data: Callable[[str], Path]) -> None:
    counts = {"all": [0, 0, 0], "quoted": [0, 0, 0]}
    for text, gold, quoted in _polnear(shared_data("data/polnear/dev.jsonl")):
        predicted = [report.spans for report in reports(text, scope="all")]
        for name, wanted in (("all", gold), ("quoted", quoted)):
            pairs = match(overlap(wanted, predicted), criterion="iou")
            for place, number in enumerate((len(pairs), len(predicted), len(wanted))):
                counts[name][place] += number
    assert _f1(*counts["all"]) >= FLOORS["all"]
    assert counts["quoted"][0] / counts["quoted"][2] >= FLOORS["direct and mixed"]
