"""Drafts become findings: pieces keep together, voices are told, and no speaker is lost in silence."""

from __future__ import annotations

import json

from framing.annotations import Findings, Speaker, Statement
from framing.assembly import Part, assemble
from framing.chunks import split
from framing.schemas import Task, wire_format
from framing.text import Document, Span

TEXT = (
    "That is so, Berg said.\n\n“The toll,” she said, “is low.” Lind called it too low, and Berg said that is so."
)
DOCUMENT = Document(id="toll", text=TEXT)


def findings(reply: object, task: Task = "statements", wire: str = "verbatim") -> Findings:
    draft = wire_format(wire).read(json.dumps(reply), task=task)
    return assemble(DOCUMENT, [Part(draft, split(DOCUMENT, max_chars=1_000)[0])], None)


def statement(*quote: str, speaker: int | None = None) -> dict[str, object]:
    return {"quote": quote, "cue": None, "speaker": speaker, "kind": "indirect"}


def test_a_piece_that_stands_twice_is_the_one_beside_the_other_pieces() -> None:
    found = findings({"speakers": [], "statements": [statement("too low", "that is so")]})
    assert found.statements[0].text == "too low … that is so"
    assert found.statements[0].grounding != "ambiguous"
    first = findings({"speakers": [], "statements": [statement("low")]})
    assert first.statements[0].grounding == "ambiguous"


def test_a_speaker_number_that_is_not_listed_is_a_problem() -> None:
    found = findings({"speakers": [], "statements": [statement("“The toll,”", speaker=7)]})
    assert found.statements[0].speaker is None
    assert [(problem.kind, problem.raw) for problem in found.problems] == [("unknown_speaker", "7")]


def heard() -> Findings:
    """What the offline rules hear in the article: Lind says what the second claim stands in."""
    start = TEXT.index("too low")
    said = Statement(id="Q1", speaker="S1", kind="indirect", spans=(Span(start, start + 7),), text="too low")
    name = TEXT.index("Lind")
    return Findings(
        speakers=(Speaker(id="S1", name="Lind", mentions=(Span(name, name + 4),)),), statements=(said,)
    )


def claimed(voice: int) -> Findings:
    reply = {
        "speakers": ["1|Berg|", "2|Lind|"],
        "claims": [f"3|too low|too low|{voice}|evaluative", "1|||0|factual!"],
    }
    draft = wire_format("rows").read(json.dumps(reply), task="claims")
    return assemble(DOCUMENT, [Part(draft, split(DOCUMENT, max_chars=1_000)[0])], None, heard=heard())


def test_without_statements_of_its_own_a_claim_stands_in_the_voice_that_was_heard_there() -> None:
    found = claimed(voice=2)
    assert [claim.voice for claim in found.claims] == ["narrator", "S1"]
    assert [speaker.name for speaker in found.speakers] == ["Lind"]
    assert found.statements == ()


def test_a_voice_that_was_not_heard_is_kept_beside_the_one_that_was() -> None:
    found = claimed(voice=1)
    names = {speaker.id: speaker.name for speaker in found.speakers}
    assert (names[found.claims[1].voice], names[found.claims[1].stated_voice or ""]) == ("Lind", "Berg")
    assert "voice_conflict" in [problem.kind for problem in found.problems]


def test_the_same_words_in_two_items_are_their_two_places_in_order() -> None:
    found = findings({"speakers": [], "statements": [statement("low"), statement("low", speaker=None)]})
    assert [s.spans[0].start for s in found.statements] == [TEXT.index("low"), TEXT.index("low", 60)]
    assert [problem.kind for problem in found.problems] == ["ambiguous", "ambiguous"]


NAMELESS = (
    "Two clerks in the harbour office warned that the pier would sink.\n\n"
    "A senior trooper told his wife that the gate was open. “The clerks know,” a resident said. "
    "“Nobody asked us,” a resident said."
)


def unnamed(*speakers: tuple[str | None, str]) -> Findings:
    """One statement of each source without a name, from its description and its words."""
    listed = [{"id": n, "name": None, "role": role} for n, (role, _) in enumerate(speakers, 1)]
    told = [statement(words, speaker=n) for n, (_, words) in enumerate(speakers, 1)]
    draft = wire_format("verbatim").read(json.dumps({"speakers": listed, "statements": told}), task="statements")
    document = Document(id="pier", text=NAMELESS)
    return assemble(document, [Part(draft, split(document, max_chars=1_000)[0])], None)


def test_a_nameless_source_is_found_by_the_noun_of_its_description() -> None:
    found = unnamed(
        ("two clerks of the port authority", "the pier would sink"), ("senior state trooper", "the gate was open")
    )
    assert [speaker.role for speaker in found.speakers] == ["Two clerks", "senior trooper"]
    assert ["is kept in its place" in problem.reason for problem in found.problems] == [True, True]


def test_a_description_that_the_article_lacks_is_left_out_and_said() -> None:
    found = unnamed(("diplomat", "the pier would sink"))
    assert (found.speakers[0].role, found.speakers[0].mentions) == (None, ())
    assert [problem.kind for problem in found.problems] == ["detail"]


def test_a_source_does_not_stand_in_what_it_says() -> None:
    (speaker,) = unnamed(
        ("the clerks", "“The clerks know,”"),
    ).speakers
    assert speaker.role == "The clerks"
    (clerks,) = unnamed(("clerks", "“The clerks know,”")).speakers
    assert clerks.mentions[0].of(NAMELESS) == "clerks"
    assert clerks.mentions[0].start == NAMELESS.index("clerks")


def test_two_sources_of_one_answer_stay_two_under_one_description() -> None:
    found = unnamed(("resident", "“The clerks know,”"), ("resident", "“Nobody asked us,”"))
    first, second = found.speakers
    assert [s.speaker for s in found.statements] == [first.id, second.id]
    assert first.mentions[0] < second.mentions[0]


def test_the_subject_of_the_cue_goes_before_a_pronoun_where_nothing_is_known_of_the_source() -> None:
    told = {"quote": ["the gate was open"], "cue": "told", "speaker": 1, "kind": "indirect"}
    reply = {"speakers": [{"id": 1, "name": None, "role": None}], "statements": [told]}
    document = Document(id="pier", text=NAMELESS)
    draft = wire_format("verbatim").read(json.dumps(reply), task="statements")
    (speaker,) = assemble(document, [Part(draft, split(document, max_chars=1_000)[0])], None).speakers
    assert [mention.of(NAMELESS) for mention in speaker.mentions] == ["A senior trooper"]


def test_of_words_that_stand_in_several_places_those_by_their_cue_are_meant() -> None:
    document = Document(id="plan", text="Lind had seen the plan. Berg denounced the plan, and the plan failed.")
    told = {"quote": ["the plan"], "cue": "denounced", "speaker": None, "kind": "indirect"}
    draft = wire_format("verbatim").read(json.dumps({"speakers": [], "statements": [told]}), task="statements")
    (found,) = assemble(document, [Part(draft, split(document, max_chars=1_000)[0])], None).statements
    assert found.grounding == "ambiguous"
    assert found.spans[0].start == document.text.index("the plan,")
