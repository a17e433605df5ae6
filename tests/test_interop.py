"""What all formats of other programs stand on: offsets, marks, and which coder's labels go where."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.annotations import NARRATOR, UNATTRIBUTED, Findings, Problem, Speaker, Statement
from framing.errors import UsageError
from framing.evaluation import GoldArticle
from framing.evaluation.gold import iter_faults
from framing.interop import (
    GOLD,
    CodedArticle,
    Scheme,
    coded_articles,
    counted,
    load_format,
    merged_gold,
    renamed,
)
from framing.interop.marks import Link, Mark, Markup, mark_up
from framing.interop.offsets import Utf16, align, without_xml_controls
from framing.interop.unmarking import read_marks
from framing.text import Document, Span
from tests.interop_kit import NASTY, findings, texts

TEXT = "“The harbour will close,” Mara Quist said. Rents would rise by a third."
DOCUMENT = Document(id="n1", text=TEXT)
QUOTED, QUIST, SAID, RENTS = Span(0, 25), Span(26, 36), Span(37, 41), Span(43, 71)


def read(*marks: Mark, links: tuple[Link, ...] = (), scheme: Scheme | None = None) -> Findings:
    return read_marks(Markup(marks, links), DOCUMENT, scheme or Scheme())


def reasons(found: Findings) -> list[str]:
    return [problem.reason for problem in found.problems]


# --- Offsets ------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(texts())
def test_code_units_are_those_of_the_encoding(text: str) -> None:
    utf16 = Utf16(text)
    for offset in range(len(text) + 1):
        units = len(text[:offset].encode("utf-16-le")) // 2
        assert utf16.units(offset) == units
        assert utf16.points(units) == offset


def test_an_offset_inside_a_character_is_refused() -> None:
    with pytest.raises(ValueError, match="in the middle of a character"):
        Utf16("a\U0001f600b").points(2)


@pytest.mark.parametrize("units", [-1, 5])
def test_an_offset_outside_the_text_is_refused(units: int) -> None:
    with pytest.raises(ValueError, match="outside the text"):
        Utf16("a\U0001f600b").points(units)


def changed(text: str, newline: str) -> str:
    return newline.join(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n"))


@settings(deadline=None)
@given(texts(), st.sampled_from(["\n", "\r\n", "\r"]), st.data())
def test_a_span_that_the_changed_text_can_hold_comes_back(text: str, newline: str, data: st.DataObject) -> None:
    seen = changed(text, newline)
    alignment = align(text, seen)
    start = data.draw(st.integers(0, len(text)))
    span = Span(start, data.draw(st.integers(start, len(text))))
    try:
        there = alignment.seen(span)
    except ValueError:
        return
    assert alignment.original(there) == span
    assert changed(there.of(seen), "\n") == changed(span.of(text), "\n").removeprefix("\ufeff")


def test_a_word_after_changed_line_ends_is_found() -> None:
    text = "\ufeffOne\r\n\r\ntwo\rthree"
    seen = "One\n\ntwo\nthree"
    span = align(text, seen).original(Span(seen.index("three"), len(seen)))
    assert span.of(text) == "three"


def test_a_span_that_begins_inside_a_line_end_cannot_be_held() -> None:
    with pytest.raises(ValueError, match="is inside a line end"):
        align("a\r\nb", "a\nb").seen(Span(2, 4))


def test_a_last_line_end_may_be_lacking() -> None:
    assert align("One.\n", "One.").original(Span(0, 4)) == Span(0, 4)


def test_another_text_is_refused_with_the_place() -> None:
    with pytest.raises(ValueError, match=r"line 2 differs from character 3: 'o' in the article, 'x' in the file"):
        align("One\ntwo", "One\ntwx")


def test_a_text_that_lacks_lines_is_refused() -> None:
    with pytest.raises(ValueError, match="the article has 3 lines, the file 1"):
        align("One\ntwo\nthree", "One")


def test_what_xml_cannot_hold_is_replaced_without_moving_an_offset() -> None:
    assert without_xml_controls("a\x00b\x1f\tc\uffff") == "a\ufffdb\ufffd\tc\ufffd"
    assert align("a\x00b\r\n", "a\ufffdb\n").original(Span(2, 3)) == Span(2, 3)


# --- Marks --------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_findings_come_back_from_their_marks(data: st.DataObject) -> None:
    document = Document(id="x", text=data.draw(texts()))
    found = data.draw(findings(document.text))
    markup = mark_up(found, document)
    assert markup.lost == ()
    assert read_marks(markup, document, Scheme()) == found


def test_a_statement_is_its_sources_when_a_coder_links_them() -> None:
    (statement,) = read(
        Mark("a", "Statement", (QUOTED,), {"kind": "direct"}),
        Mark("b", "Mention", (QUIST,), {"name": "Mara Quist"}),
        Mark("c", "Cue", (SAID,)),
        links=(Link("source", "a", "b"), Link("cue", "a", "c")),
    ).statements
    assert (statement.id, statement.speaker, statement.source) == ("s1", "p1", QUIST)
    assert (statement.cue, statement.cue_span, statement.text) == ("said", SAID, QUOTED.of(TEXT))


def test_a_link_is_newer_than_the_feature_and_the_conflict_is_told() -> None:
    found = read(
        Mark("a", "Statement", (QUOTED,), {"kind": "direct", "speaker": "S1"}),
        Mark("b", "Mention", (QUIST,), {"speaker": "S2"}),
        links=(Link("source", "a", "b"),),
    )
    assert found.statements[0].speaker == "S2"
    assert reasons(found) == ["Statement at 0–25: its speaker is 'S1', but the link says 'S2', which is taken"]


def test_a_claim_without_a_voice_has_the_one_it_stands_in_and_that_is_told() -> None:
    found = read(
        Mark("a", "Statement", (QUOTED,), {"kind": "direct"}),
        Mark("b", "Claim", (Span(1, 23),)),
        Mark("c", "Claim", (RENTS,)),
    )
    assert [claim.voice for claim in found.claims] == [UNATTRIBUTED, NARRATOR]
    assert reasons(found) == ["2 claims or passages name no voice: each has the one that it stands in"]
    assert not found.problems[0].loses


def test_an_unknown_kind_is_a_problem_with_its_place_and_text() -> None:
    found = read(Mark("a", "Statement", (QUOTED,), {"kind": "quoted"}))
    assert found.statements == ()
    (problem,) = found.problems
    assert problem.loses
    assert problem.reason.startswith("Statement at 0–25: kind: Input should be 'direct'")
    assert problem.raw == {"layer": "Statement", "text": QUOTED.of(TEXT), "kind": "quoted"}


def test_a_mark_of_no_length_is_a_problem_and_so_ends_what_leads_to_it() -> None:
    found = read(
        Mark("a", "Statement", (QUOTED,), {"kind": "direct"}),
        Mark("b", "Mention", (Span(26, 26),), {"speaker": "S1"}),
        Mark("c", "Claim", (RENTS, Span(5, 5)), {"voice": NARRATOR}),
        links=(Link("source", "a", "b"),),
    )
    assert (found.claims, found.speakers, found.statements[0].source) == ((), (), None)
    assert reasons(found) == [
        "Mention at 26–26: it marks a place of no length, and no text",
        "Claim at 43–71 … 5–5: it marks a place of no length, and no text",
    ]


def test_evidence_implies_its_frame() -> None:
    (label,) = read(
        Mark("a", "Evidence", (RENTS,), {"codebook": "x.v1", "frame": "economic", "voice": NARRATOR})
    ).frames
    assert (label.codebook, label.frame, label.primary, len(label.evidence)) == ("x.v1", "economic", False, 1)


def test_a_frame_without_a_codebook_is_a_problem_when_there_are_several() -> None:
    found = read(Mark("a", "Frame", (), {"frame": "economic"}))
    assert reasons(found) == ["Frame at the article: nothing says of which codebook its frame is (--codebook)"]


def test_a_link_between_the_wrong_layers_is_a_problem() -> None:
    found = read(Mark("a", "Mention", (QUIST,)), Mark("b", "Cue", (SAID,)), links=(Link("cue", "a", "b"),))
    assert reasons(found) == ["Mention at 26–36: a link 'cue' cannot go from a Mention to a Cue"]


def test_an_id_used_twice_is_given_to_the_first_only() -> None:
    found = read(
        Mark("a", "Claim", (QUOTED,), {"id": "s1", "voice": NARRATOR}),
        Mark("b", "Claim", (RENTS,), {"id": "s1", "voice": NARRATOR}),
    )
    assert [claim.id for claim in found.claims] == ["s1", "c1"]
    assert "used twice" in reasons(found)[0]


def test_an_id_means_one_thing_among_speakers_statements_and_claims() -> None:
    found = read(
        Mark("a", "Mention", (QUIST,), {"speaker": "s1"}),
        Mark("b", "Statement", (QUOTED,), {"id": "s1", "kind": "direct", "speaker": "s1"}),
        Mark("c", "Claim", (RENTS,), {"voice": "c1"}),
    )
    assert [speaker.id for speaker in found.speakers] == ["c1", "s1"]
    assert ([s.id for s in found.statements], [c.id for c in found.claims]) == (["s2"], ["c2"])
    assert ["used twice" in reason for reason in reasons(found)] == [True]
    article = GoldArticle(id="n1", document=DOCUMENT, gold=found)
    assert list(iter_faults(article)) == []


def test_a_speaker_of_an_unknown_kind_stays_without_it_and_that_is_told() -> None:
    found = read(
        Mark("a", "Mention", (QUIST,), {"speaker": "S1", "name": "Mara Quist", "kind": "human"}),
        Mark("b", "Statement", (QUOTED,), {"kind": "direct", "speaker": "S1"}),
    )
    assert [(s.name, s.kind) for s in found.speakers] == [("Mara Quist", None)]
    assert found.statements[0].speaker == "S1"
    assert reasons(found) == [
        "Mention at 26–36: 'human' is no kind of speaker: person, group, organization, unnamed"
    ]


def test_two_names_of_one_speaker_are_a_problem() -> None:
    found = read(
        Mark("a", "Mention", (QUIST,), {"speaker": "S1", "name": "Mara Quist"}),
        Mark("b", "Mention", (SAID,), {"speaker": "S1", "name": "Q"}),
    )
    assert [speaker.name for speaker in found.speakers] == ["Mara Quist"]
    assert reasons(found) == ["Mention at 37–41: its name is 'Q', that of another mention 'Mara Quist'"]


def test_what_marks_cannot_say_is_told() -> None:
    statement = Statement(id="s", speaker=None, kind="direct", spans=(RENTS, QUOTED), text="", within="t")
    found = Findings(statements=(statement,), problems=(Problem(kind="detail", reason="x"),))
    assert mark_up(found, DOCUMENT).lost == (
        ("s", "the order of its pieces is not that of the text"),
        ("s", "it stands within 't', which is no statement"),
        ("problems[0]", "a problem (detail) is no label"),
    )


# --- Whose labels -------------------------------------------------------------------------------------


def gold(**coders: Findings) -> GoldArticle:
    return GoldArticle(
        id="n1", document=DOCUMENT, gold=Findings(speakers=(Speaker(id="g", name="G"),)), coders=coders
    )


def test_gold_travels_beside_every_coder() -> None:
    (article,) = coded_articles([gold(A=Findings(), B=Findings())])
    assert list(article.codings) == [GOLD, "A", "B"]
    assert counted([article]) == {
        "articles": 1,
        "codings": 3,
        "speakers": 1,
        "statements": 0,
        "claims": 0,
        "frames": 0,
    }


def test_a_blind_article_has_no_labels() -> None:
    (article,) = coded_articles([gold(A=Findings())], coders=("C", "D"), blind=True)
    assert article.codings == {"C": Findings(), "D": Findings()}


def test_a_coder_that_is_not_there_is_refused() -> None:
    with pytest.raises(UsageError, match="there is no coder 'C'; the file has A, gold"):
        coded_articles([gold(A=Findings())], coders=("C",))


def test_a_coder_called_gold_is_refused() -> None:
    with pytest.raises(UsageError, match="call them something else"):
        coded_articles([gold(gold=Findings())])


def test_an_import_replaces_one_coder_and_leaves_the_others() -> None:
    new = Findings(speakers=(Speaker(id="n", name="N"),))
    before = gold(A=Findings(), B=Findings())
    (merged,) = merged_gold([before], [CodedArticle(DOCUMENT, {"B": new})])
    assert merged.coders == {"A": Findings(), "B": new}
    assert merged.gold == before.gold


def test_a_coder_can_be_taken_for_gold() -> None:
    new = Findings(speakers=(Speaker(id="n", name="N"),))
    (merged,) = merged_gold([gold()], [CodedArticle(DOCUMENT, {"judge": new})], gold="judge")
    assert (merged.gold, merged.coders) == (new, {})


def test_an_import_of_one_layer_keeps_the_others() -> None:
    statement = Statement(id="s", speaker=None, kind="direct", spans=(QUOTED,), text=QUOTED.of(TEXT))
    before = Findings(statements=(statement,), speakers=(Speaker(id="a", name="A"),))
    new = Findings(speakers=(Speaker(id="b", name="B"),))
    (merged,) = merged_gold([gold(A=before)], [CodedArticle(DOCUMENT, {"A": new})], layers=("claims",))
    assert merged.coders["A"].statements == (statement,)
    assert [speaker.id for speaker in merged.coders["A"].speakers] == ["a", "b"]


def test_an_id_that_means_two_people_is_refused() -> None:
    before = Findings(speakers=(Speaker(id="a", name="A"),))
    new = Findings(speakers=(Speaker(id="a", name="B"),))
    with pytest.raises(UsageError, match="speaker 'a' is 'A' in one layer and 'B' in another"):
        merged_gold([gold(A=before)], [CodedArticle(DOCUMENT, {"A": new})], layers=("claims",))


def test_labels_of_an_article_that_is_not_there_are_refused() -> None:
    with pytest.raises(UsageError, match="'n2' is not among the articles"):
        merged_gold([gold()], [CodedArticle(Document(id="n2", text="x"), {})])


def coded(name: str, *coders: str) -> CodedArticle:
    return CodedArticle(
        Document(id=name, text="x"), {c: Findings(speakers=(Speaker(id=c, name=c),)) for c in coders}
    )


def coders_of(*articles: CodedArticle) -> list[dict[str, str]]:
    return [{name: found.speakers[0].id for name, found in article.codings.items()} for article in articles]


def test_coders_can_be_called_otherwise() -> None:
    given = renamed(
        [coded("n1", "annotator-1", "annotator-2"), coded("n2", "annotator-2")], {"annotator-2": "ben"}
    )
    assert coders_of(*given) == [{"annotator-1": "annotator-1", "ben": "annotator-2"}, {"ben": "annotator-2"}]


def test_two_coders_can_change_names() -> None:
    assert coders_of(*renamed([coded("n1", "a", "b")], {"a": "b", "b": "a"})) == [{"b": "a", "a": "b"}]


def test_one_person_may_have_had_two_names() -> None:
    given = renamed(
        [coded("n1", "annotator-1"), coded("n2", "annotator-2")], {"annotator-1": "a", "annotator-2": "a"}
    )
    assert coders_of(*given) == [{"a": "annotator-1"}, {"a": "annotator-2"}]


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        ({"annotator-9": "anna"}, "no coder 'annotator-9' to rename; the file has 'annotator-1', 'annotator-2'"),
        (
            {"annotator-1": "annotator-2"},
            "'n1' was coded by 'annotator-1' and 'annotator-2': both cannot be called",
        ),
        ({"annotator-1": "gold"}, "--gold annotator-1 takes those of"),
    ],
)
def test_a_name_that_would_lose_a_coding_is_refused(names: dict[str, str], reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        renamed([coded("n1", "annotator-1", "annotator-2")], names)


def test_an_unknown_format_names_those_that_exist() -> None:
    with pytest.raises(UsageError, match="unknown format 'xls'"):
        load_format("xls")


def test_the_nasty_text_is_nasty() -> None:
    assert Utf16(NASTY).units(len(NASTY)) == len(NASTY) + 3
