"""Wire formats: what a model is asked for can be enforced, and what it answers is read without loss."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.annotations import NARRATOR, UNATTRIBUTED, Claim, Evidence, Findings, FrameLabel, Statement
from framing.codebooks import Codebook, list_codebooks, load_codebook
from framing.errors import UnknownNameError, UsageError
from framing.grounding import Grounder, Location
from framing.schemas import (
    SECTIONS,
    Anchor,
    Draft,
    Locator,
    Quote,
    Task,
    list_wire_formats,
    wire_format,
    write_reply,
)
from framing.schemas.rows import join_row, split_row
from framing.text import Span
from tests.wire_samples import DOCUMENT, SPEAKERS, findings

POLICY = load_codebook("policy-frames")
GENERIC = load_codebook("generic-frames")
FRAC = load_codebook("frac-frames")
TASKS: tuple[Task, ...] = ("statements", "claims", "frames", "joint")
SECTION_FORMATS = ("verbatim", "indexed", "rows", "lines")


def read(wire: str, reply: object, task: Task = "statements", codebook: Codebook | None = None) -> Draft:
    text = reply if isinstance(reply, str) else json.dumps(reply, ensure_ascii=False)
    return wire_format(wire).read(text, task=task, codebook=codebook)


def reasons(draft: Draft) -> list[tuple[str, str]]:
    return [(flaw.item, flaw.kind) for flaw in draft.flaws]


# --- Schemas ------------------------------------------------------------------------------------------


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        if "type" in schema:
            yield schema
        for value in schema.values():
            yield from objects(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from objects(value)


def all_schemas() -> Iterator[tuple[str, Task, Codebook, dict[str, Any]]]:
    for info in list_codebooks():
        codebook = load_codebook(info.ref)
        for name in list_wire_formats():
            for task in wire_format(name).tasks:
                if name == "questions" and not codebook.questions:
                    continue
                schema = wire_format(name).schema(task=task, codebook=codebook)
                if schema is not None:
                    yield name, task, codebook, schema


def test_every_schema_keeps_to_the_strict_subset() -> None:
    allowed = {"type", "properties", "required", "additionalProperties", "items", "enum"}
    for name, task, _, schema in all_schemas():
        assert schema["type"] == "object", (name, task)
        for part in objects(schema):
            assert set(part) <= allowed, (name, task, part)
            if part["type"] == "object":
                assert part["additionalProperties"] is False
                assert part["required"] == list(part["properties"])
            if part["type"] == "array":
                assert part["items"]


def test_the_codes_of_the_codebook_are_the_values_a_frame_can_take() -> None:
    schema = wire_format("verbatim").schema(task="frames", codebook=POLICY)
    assert schema is not None
    assert schema["properties"]["frames"]["items"]["properties"]["frame"]["enum"] == list(POLICY.codes)


def test_a_primary_frame_is_asked_for_only_where_the_codebook_names_one() -> None:
    def asked(codebook: Codebook) -> bool:
        schema = wire_format("rows").schema(task="frames", codebook=codebook)
        return schema is not None and "primary" in schema["properties"]

    assert asked(POLICY)
    assert not asked(GENERIC)


def test_evidence_is_written_before_the_label() -> None:
    for name in ("verbatim", "indexed"):
        schema = wire_format(name).schema(task="frames", codebook=POLICY)
        assert schema is not None
        assert list(schema["properties"]["frames"]["items"]["properties"])[-1] == "frame"


def test_lines_have_no_schema() -> None:
    assert wire_format("lines").schema_text(task="statements") is None


def test_the_schema_text_is_compact_json() -> None:
    text = wire_format("rows").schema_text(task="statements")
    assert text is not None
    assert json.dumps(json.loads(text), separators=(",", ":")) == text


def test_an_unknown_format_lists_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match="'row'; known: verbatim, indexed, rows, lines"):
        wire_format("row")


def test_a_frame_task_without_a_codebook_is_refused() -> None:
    with pytest.raises(UsageError, match="needs a codebook"):
        wire_format("rows").schema(task="joint")


def test_questions_need_a_codebook_that_asks_some() -> None:
    with pytest.raises(UsageError, match="policy-frames"):
        wire_format("questions").schema(task="frames", codebook=POLICY)


def test_questions_cannot_express_statements() -> None:
    with pytest.raises(UsageError, match="it can: frames"):
        wire_format("questions").read("{}", task="statements")


# --- The oracle: what is written is read back ---------------------------------------------------------


GROUNDER = Grounder(DOCUMENT.text)


def assert_located(where: tuple[Locator, ...], spans: tuple[Span, ...]) -> None:
    assert len(where) == len(spans)
    for locator, span in zip(where, spans, strict=True):
        if isinstance(locator, Quote):
            assert locator.text == span.of(DOCUMENT.text)
        else:
            found = GROUNDER.locate_anchor(locator, DOCUMENT.sentences)
            assert isinstance(found, Location)
            assert found.spans == (span,)
            assert found.grounding in ("exact", "typography")


@pytest.mark.parametrize("codebook", [POLICY, GENERIC, FRAC], ids=lambda book: book.ref)
@pytest.mark.parametrize("wire", SECTION_FORMATS)
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_everything_the_oracle_writes_is_read_back_at_its_place(
    wire: str, codebook: Codebook, data: st.DataObject
) -> None:
    gold = data.draw(findings(codebook))
    reply = write_reply(wire, gold, task="joint", document=DOCUMENT, codebook=codebook)
    draft = read(wire, reply, "joint", codebook)
    assert draft.flaws == ()
    used = {statement.speaker for statement in gold.statements} | {claim.voice for claim in gold.claims}
    heard = [speaker for speaker in gold.speakers if speaker.id in used]
    assert [(s.name, s.role) for s in draft.speakers] == [(s.name, s.role) for s in heard]
    keys = {None: None, NARRATOR: NARRATOR, UNATTRIBUTED: None}
    keys |= {speaker.id: draft.speakers[n].key for n, speaker in enumerate(heard)}
    for statement, read_back in zip(gold.statements, draft.statements, strict=True):
        assert (keys[statement.speaker], statement.kind) == (read_back.speaker, read_back.kind)
        assert_located(read_back.where, statement.spans)
    for claim, made in zip(gold.claims, draft.claims, strict=True):
        assert (keys[claim.voice], claim.kind, claim.checkworthy) == (made.voice, made.kind, made.checkworthy)
        assert_located(made.where, claim.spans)
    for label, frame in zip(gold.frames, draft.frames, strict=True):
        assert (label.frame, label.primary) == (frame.frame, frame.primary)
        for evidence, passage in zip(label.evidence, frame.evidence, strict=True):
            assert_located(passage.where, evidence.spans)


@pytest.mark.parametrize("task", ["statements", "claims", "frames"])
@pytest.mark.parametrize("wire", SECTION_FORMATS)
@settings(deadline=None, max_examples=15)
@given(data=st.data())
def test_a_task_is_answered_with_its_own_sections_only(wire: str, task: Task, data: st.DataObject) -> None:
    gold = data.draw(findings(POLICY))
    draft = read(wire, write_reply(wire, gold, task=task, document=DOCUMENT, codebook=POLICY), task, POLICY)
    assert draft.flaws == ()
    for section in ("statements", "claims", "frames"):
        assert len(getattr(draft, section)) == (len(getattr(gold, section)) if section in SECTIONS[task] else 0)


@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_explained_labels_come_back_with_their_evidence(data: st.DataObject) -> None:
    gold = data.draw(findings(POLICY))
    reply = write_reply("explained", gold, task="frames", document=DOCUMENT, codebook=POLICY)
    draft = read("explained", reply, "frames", POLICY)
    assert draft.flaws == ()
    assert [(f.frame, f.primary) for f in draft.frames] == [(f.frame, f.primary) for f in gold.frames]
    for label, frame in zip(gold.frames, draft.frames, strict=True):
        for evidence, passage in zip(label.evidence, frame.evidence, strict=True):
            assert_located(passage.where, evidence.spans)


@pytest.mark.parametrize("name", ["generic-frames", "narrative-frames"])
@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_answers_to_questions_come_back_as_the_frames_they_were_written_for(
    name: str, data: st.DataObject
) -> None:
    codebook = load_codebook(name)
    gold = data.draw(findings(codebook))
    reply = write_reply("questions", gold, task="frames", document=DOCUMENT, codebook=codebook)
    draft = read("questions", reply, "frames", codebook)
    assert draft.flaws == ()
    assert {frame.frame for frame in draft.frames} == {label.frame for label in gold.frames}
    assert [answer.question for answer in draft.answers] == [question.code for question in codebook.questions]


def test_with_a_part_of_the_article_only_what_lies_in_it_is_written() -> None:
    inside, outside = Span(0, 6), Span(61, 67)
    gold = Findings(
        speakers=SPEAKERS,
        statements=(
            Statement(id="a", speaker="s2", kind="indirect", spans=(inside,), text=DOCUMENT.excerpt((inside,))),
            Statement(id="b", speaker="s1", kind="indirect", spans=(outside,), text=DOCUMENT.excerpt((outside,))),
        ),
    )
    reply = write_reply("verbatim", gold, task="statements", document=DOCUMENT, within=Span(0, 60))
    draft = read("verbatim", reply)
    assert [statement.where for statement in draft.statements] == [(Quote("Bridge"),)]
    assert [speaker.name for speaker in draft.speakers] == ["Jonas Lind | Lind"]


def test_the_frames_of_another_codebook_are_not_written() -> None:
    label = FrameLabel(codebook="other-book.v1", frame="economic")
    reply = write_reply("rows", Findings(frames=(label,)), task="frames", document=DOCUMENT, codebook=POLICY)
    assert json.loads(reply)["frames"] == []


def test_a_passage_that_fills_its_sentences_needs_no_words() -> None:
    first, second = DOCUMENT.sentences[1:3]
    spans = (Span(first.start, second.end),)
    gold = Findings(
        statements=(Statement(id="a", speaker=None, kind="block", spans=spans, text=DOCUMENT.excerpt(spans)),)
    )
    reply = write_reply("rows", gold, task="statements", document=DOCUMENT)
    assert json.loads(reply)["statements"] == ["2-3||||block"]


@pytest.mark.parametrize(
    ("passage", "start", "end"),
    [
        ("the bridge will not pay.", "the", ""),
        ("bridge that nobody needs", "bridge that", "needs"),
        ("bridge", "bridge#1", "bridge#1"),
    ],
)
def test_an_anchor_is_as_short_as_it_can_be_without_meaning_two_places(passage: str, start: str, end: str) -> None:
    at = DOCUMENT.text.index(passage, DOCUMENT.text.index("It is a bridge"))
    spans = (Span(at, at + len(passage)),)
    gold = Findings(
        statements=(Statement(id="a", speaker=None, kind="block", spans=spans, text=DOCUMENT.excerpt(spans)),)
    )
    row = json.loads(write_reply("rows", gold, task="statements", document=DOCUMENT))["statements"][0]
    assert split_row(row)[1:3] == [start, end]


def test_words_can_be_meant_the_second_time_that_a_sentence_holds_them() -> None:
    draft = read("rows", {"speakers": [], "statements": ["1|it#2|end||direct"]})
    assert draft.statements[0].where == (Anchor(1, 1, "it", "end", 2, None),)


# --- Wrappings that are tolerated ---------------------------------------------------------------------

ONE = {
    "speakers": [{"id": 1, "name": "Ada Berg", "role": None}],
    "statements": [{"quote": ["Nobody asked."], "cue": "said", "speaker": 1, "kind": "direct"}],
}


@pytest.mark.parametrize(
    "wrapped",
    [
        "{}",
        "\n\n{}\n",
        "```json\n{}\n```",
        "```\n{}\n```",
        "Here is the annotation:\n\n```json\n{}\n```\nLet me know!",
        "Here is the annotation: {}",
        "{}\n\nI left out [the headline] and {{other}} things.",
        "```json\n{}",
    ],
)
def test_a_fence_or_prose_around_the_one_object_does_no_harm(wrapped: str) -> None:
    draft = read("verbatim", wrapped.replace("{}", json.dumps(ONE)).replace("{{", "{").replace("}}", "}"))
    assert draft.flaws == ()
    assert [statement.where for statement in draft.statements] == [(Quote("Nobody asked."),)]


def test_a_fence_inside_a_text_is_part_of_the_text() -> None:
    quote = "```json\n{}\n```"
    reply = {**ONE, "statements": [{**ONE["statements"][0], "quote": [quote]}]}
    assert read("verbatim", reply).statements[0].where == (Quote(quote),)


@pytest.mark.parametrize(
    "before",
    [
        '<think>Who speaks? {"speakers": []} perhaps.</think>',
        "<think>\n\n</think>\n\n",
        "\n<THINKING>I cannot help thinking of {}.</THINKING>\n",
        "Who speaks? Nobody, or {}.\n</think>\n\n",
        "<think>Here:</think>\n```json\n",
    ],
    ids=["draft", "empty", "long tag", "closing tag alone", "fence"],
)
def test_reasoning_before_the_object_is_no_part_of_the_answer(before: str) -> None:
    draft = read("verbatim", before + json.dumps(ONE))
    assert draft.flaws == ()
    assert [statement.where for statement in draft.statements] == [(Quote("Nobody asked."),)]


@pytest.mark.parametrize("wire", [*SECTION_FORMATS, "explained", "questions"])
def test_a_reply_that_ends_in_its_reasoning_is_cut_off_and_no_draft_is_taken_for_the_answer(wire: str) -> None:
    task: Task = "statements" if wire in SECTION_FORMATS else "frames"
    draft = read(wire, f"<think>First: {json.dumps(ONE)}", task, GENERIC)
    assert reasons(draft) == [("reply", "truncated")]


@pytest.mark.parametrize("quote", ["</think>", "a </think> {", "<think>a</think>", "</think>\n"])
def test_the_tags_of_reasoning_inside_a_text_are_text(quote: str) -> None:
    reply = {**ONE, "statements": [{**ONE["statements"][0], "quote": [f"Say {quote} x"]}]}
    assert read("verbatim", reply).statements[0].where == (Quote(f"Say {quote} x"),)
    prose = read("verbatim", f"```json\n{json.dumps(reply)}\n```")
    assert prose.statements[0].where == (Quote(f"Say {quote} x"),)


def test_reasoning_alone_is_an_empty_reply() -> None:
    draft = read("verbatim", "<think>I cannot say.</think>")
    assert [(flaw.kind, flaw.reason) for flaw in draft.flaws] == [("invalid_reply", "the reply is empty")]


def test_two_objects_are_not_chosen_between() -> None:
    draft = read("verbatim", f"{json.dumps(ONE)}\nor rather\n{json.dumps(ONE)}")
    assert reasons(draft) == [("reply", "invalid_reply")]
    assert draft.statements == ()


def test_a_bare_text_is_a_quotation_of_one_piece() -> None:
    reply = {**ONE, "statements": [{**ONE["statements"][0], "quote": "Nobody asked."}]}
    assert read("verbatim", reply).statements[0].where == (Quote("Nobody asked."),)


# --- Replies that are no answer -----------------------------------------------------------------------


@pytest.mark.parametrize("wire", [*SECTION_FORMATS, "explained", "questions"])
@pytest.mark.parametrize(
    "reply", ["", "  \n", "I found nothing worth mentioning.", "[]", "null", "42", '"{"', "{hello}", "[" * 9999]
)
def test_a_reply_that_is_no_answer_is_one_flaw_with_the_whole_reply(wire: str, reply: str) -> None:
    draft = read(wire, reply, "frames", GENERIC)
    assert reasons(draft) == [("reply", "invalid_reply")]
    assert draft.flaws[0].raw == reply
    assert draft.frames == ()


@pytest.mark.parametrize("wire", [*SECTION_FORMATS, "explained", "questions"])
@pytest.mark.parametrize(
    "reply",
    [
        "I'm sorry, but I can't help with that.",
        "As an AI I do not annotate.",
        "I’m unable to process this article.",
    ],
)
def test_a_refusal_is_known_as_one(wire: str, reply: str) -> None:
    assert reasons(read(wire, reply, "frames", GENERIC)) == [("reply", "refusal")]


@settings(deadline=None, max_examples=300)
@given(
    st.text(max_size=60) | st.text(alphabet='{}[]",:|0123456789 \n"ab+-!truefalsn', max_size=80),
    st.sampled_from(list_wire_formats()),
)
def test_no_reply_whatever_raises(reply: str, wire: str) -> None:
    draft = read(wire, reply, "frames", GENERIC)
    assert draft.flaws or draft.frames or draft.answers or wire == "lines" or json.loads(reply)["frames"] == []


# --- Replies that are damaged -------------------------------------------------------------------------


@pytest.mark.parametrize("wire", ["verbatim", "indexed", "rows"])
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_a_truncated_reply_keeps_its_complete_items_and_says_that_it_was_cut(
    wire: str, data: st.DataObject
) -> None:
    gold = data.draw(findings(POLICY))
    whole = write_reply(wire, gold, task="joint", document=DOCUMENT, codebook=POLICY)
    cut = data.draw(st.integers(1, len(whole) - 1))
    full, part = read(wire, whole, "joint", POLICY), read(wire, whole[:cut], "joint", POLICY)
    assert any(flaw.kind == "truncated" for flaw in part.flaws)
    assert [s.raw for s in part.statements] == [s.raw for s in full.statements][: len(part.statements)]
    assert [c.raw for c in part.claims] == [c.raw for c in full.claims][: len(part.claims)]


def test_the_item_in_which_a_reply_ends_is_named() -> None:
    text = json.dumps({"frames": ["1|||economic", "2|||morality"], "primary": "economic"})
    draft = read("rows", text[: text.index("morality") + 3], "frames", POLICY)
    assert [frame.frame for frame in draft.frames] == ["economic"]
    assert ("frames[1]", "truncated") in reasons(draft)


def test_an_item_that_is_not_json_costs_only_itself() -> None:
    good = '{"quote":["a"],"cue":null,"speaker":null,"kind":"direct"}'
    bad = '{"quote":["he said "no" to it"],"cue":null,"speaker":null,"kind":"direct"}'
    other = good.replace('"a"', '"b"')
    draft = read("verbatim", f'{{"speakers":[],"statements":[{good},{bad},{other}]}}')
    assert [statement.where for statement in draft.statements] == [(Quote("a"),), (Quote("b"),)]
    assert reasons(draft) == [("statements[1]", "invalid_item")]
    assert draft.flaws[0].raw == bad + ","


def test_answers_before_the_cut_are_kept() -> None:
    codes = [question.code for question in GENERIC.questions]
    text = json.dumps({"answers": {code: {"sentence": None, "answer": False} for code in codes}})
    draft = read("questions", text[: text.index(codes[3])], "frames", GENERIC)
    assert [answer.question for answer in draft.answers] == codes[:3]
    assert draft.flaws[0].kind == "truncated"


def test_a_row_with_an_unescaped_quotation_mark_costs_only_itself() -> None:
    draft = read("rows", '{"speakers":[],"statements":["1|||"|direct","2|"No|||direct","3||||block"]}')
    assert [statement.item for statement in draft.statements] == ["statements[2]"]
    assert [item for item, _ in reasons(draft)] == ["statements[0]", "statements[1]"]


@settings(deadline=None, max_examples=40)
@given(quote=st.text(st.sampled_from('ab "\\\n\r\t\x00\x1f“'), min_size=1))
def test_a_line_break_that_stands_in_a_text_as_it_is_is_read_and_noted(quote: str) -> None:
    quote = f"a{quote}b"
    written = quote.replace("\\", "\\\\").replace('"', '\\"')
    whole = json.dumps({**ONE, "statements": [{**ONE["statements"][0], "quote": ["HERE"]}]})
    draft = read("verbatim", whole.replace("HERE", written))
    assert [statement.where for statement in draft.statements] == [(Quote(quote),)]
    noted = [("reply", "detail")] if any(mark in quote for mark in "\n\r\t\0\x1f") else []
    assert reasons(draft) == noted


def test_a_reply_with_raw_line_breaks_that_is_cut_off_keeps_what_came_before() -> None:
    good = '{"quote":["a\nb"],"cue":null,"speaker":null,"kind":"direct"}'
    draft = read("verbatim", f'{{"speakers":[],"statements":[{good},{good[:20]}')
    assert [statement.where for statement in draft.statements] == [(Quote("a\nb"),)]
    assert reasons(draft)[0] == ("reply", "detail")
    assert ("statements[1]", "truncated") in reasons(draft)


def test_a_key_given_twice_is_not_lost_in_silence() -> None:
    draft = read("verbatim", '{"speakers":[],"speakers":[],"statements":[]}')
    assert reasons(draft) == [("reply", "invalid_item")]


# --- Items that cannot be read ------------------------------------------------------------------------


def statement(**changes: object) -> dict[str, Any]:
    return {"at": "1", "start": "", "end": "", "speaker": None, "kind": "direct", **changes}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kind": "quoted"}, "none of direct, indirect, mixed, block"),
        ({"kind": "Direct"}, "did you mean 'direct'"),
        ({"speaker": "Ada Berg"}, "number of a speaker"),
        ({"speaker": -1}, "number of a speaker"),
        ({"speaker": True}, "number of a speaker"),
        ({"speaker": 0}, "does not exist"),
        ({"at": "0"}, "counted from 1"),
        ({"at": "7-5"}, "runs backwards"),
        ({"at": "first"}, "not the number of a sentence"),
        ({"at": 1.5}, "not the number of a sentence"),
        ({"at": ""}, "names no passage"),
        ({"start": 3}, "start must be a text"),
    ],
)
def test_an_item_that_cannot_be_read_is_a_flaw_and_the_others_are_read(
    changes: dict[str, object], reason: str
) -> None:
    bad = statement(**changes)
    draft = read("indexed", {"speakers": [], "statements": [statement(), bad, statement(at="2")]})
    assert [s.item for s in draft.statements] == ["statements[0]", "statements[2]"]
    assert [(flaw.item, flaw.raw) for flaw in draft.flaws] == [("statements[1]", bad)]
    assert reason in draft.flaws[0].reason


@pytest.mark.parametrize("raw", [None, 3, "a text", ["a list"]])
def test_an_entry_that_is_no_object_is_a_flaw(raw: object) -> None:
    draft = read("indexed", {"speakers": [], "statements": [raw]})
    assert [(flaw.item, flaw.raw) for flaw in draft.flaws] == [("statements[0]", raw)]


def test_a_missing_field_is_named() -> None:
    draft = read("indexed", {"speakers": [], "statements": [{"at": "1", "start": "", "end": "", "speaker": 1}]})
    assert draft.flaws[0].reason == "'kind' missing"


def test_an_unknown_field_is_noted_and_the_item_is_kept() -> None:
    draft = read("indexed", {"speakers": [], "statements": [statement(mood="angry")]})
    assert len(draft.statements) == 1
    assert [(flaw.item, flaw.raw, flaw.kind) for flaw in draft.flaws] == [
        ("statements[0].mood", "angry", "detail")
    ]


def test_a_section_nobody_asked_for_is_noted() -> None:
    draft = read("verbatim", {**ONE, "quotes": [{"text": "more"}]})
    assert [(flaw.item, flaw.raw, flaw.kind) for flaw in draft.flaws] == [("quotes", [{"text": "more"}], "detail")]


@pytest.mark.parametrize("wrong", [{"statements": []}, {"speakers": {}, "statements": []}])
def test_a_section_that_is_missing_or_no_list_is_a_flaw(wrong: dict[str, object]) -> None:
    assert reasons(read("verbatim", wrong)) == [("speakers", "invalid_reply")]


def test_a_sentence_number_beyond_the_article_is_left_to_the_article() -> None:
    draft = read("rows", {"speakers": [], "statements": ["4711||||direct"]})
    assert draft.statements[0].where == (Anchor(4711, 4711),)
    assert draft.flaws == ()


def test_four_hundred_items_are_four_hundred_items() -> None:
    rows = [f"{number}||||indirect" for number in range(1, 401)]
    assert len(read("rows", {"speakers": [], "statements": rows}).statements) == 400


def test_a_repeated_item_is_a_flaw_not_a_second_item() -> None:
    draft = read("rows", {"speakers": [], "statements": ["1||||direct", "2||||direct", "1||||mixed"]})
    assert len(draft.statements) == 2
    assert reasons(draft) == [("statements[2]", "duplicate")]


def test_a_speaker_number_given_twice_is_a_flaw() -> None:
    draft = read("rows", {"speakers": ["1|Ada Berg|", "1|Jonas Lind|"], "statements": []})
    assert [speaker.name for speaker in draft.speakers] == ["Ada Berg"]
    assert reasons(draft) == [("speakers[1]", "duplicate")]


def test_an_unnamed_speaker_has_no_name() -> None:
    draft = read("rows", {"speakers": ["1||two officials"], "statements": []})
    assert (draft.speakers[0].name, draft.speakers[0].role) == (None, "two officials")


def test_a_further_piece_joins_the_item_before_it() -> None:
    draft = read("rows", {"speakers": [], "statements": ["2||May,”||direct", "3|||| +"]})
    assert [s.where for s in draft.statements] == [(Anchor(2, 2, None, "May,”"), Anchor(3, 3))]


@pytest.mark.parametrize("rows", [["1||||+"], ["x||||direct", "2||||+"]])
def test_a_further_piece_of_nothing_is_a_flaw(rows: list[str]) -> None:
    draft = read("rows", {"speakers": [], "statements": rows})
    assert draft.statements == ()
    assert reasons(draft)[-1] == (f"statements[{len(rows) - 1}]", "invalid_item")


def test_the_outlet_is_voice_zero_and_nobody_is_an_empty_voice() -> None:
    draft = read(
        "rows", {"speakers": [], "claims": ["1|||0|factual!", "2||||causal", "3|||2|predictive"]}, "claims"
    )
    assert [(c.voice, c.checkworthy) for c in draft.claims] == [(NARRATOR, True), (None, False), ("2", False)]


# --- Frames -------------------------------------------------------------------------------------------


def test_a_code_that_is_nearly_right_is_refused_and_the_right_one_is_named() -> None:
    draft = read("rows", {"frames": ["1|||economics", "2|||morality"], "primary": "morality"}, "frames", POLICY)
    assert [frame.frame for frame in draft.frames] == ["morality"]
    assert draft.flaws[0].reason == "'economics' is no frame of policy-frames.v1; did you mean 'economic'?"


def test_the_passages_of_one_code_become_one_label() -> None:
    rows = ["1|||economic", "4|||morality", "2|||economic"]
    draft = read("rows", {"frames": rows, "primary": "economic"}, "frames", POLICY)
    assert [(frame.frame, len(frame.evidence)) for frame in draft.frames] == [("economic", 2), ("morality", 1)]
    assert [frame.primary for frame in draft.frames] == [True, False]


def test_the_same_passage_and_code_twice_is_a_duplicate() -> None:
    draft = read("rows", {"frames": ["1|||economic"] * 2, "primary": "economic"}, "frames", POLICY)
    assert reasons(draft) == [("frames[1]", "duplicate")]


def test_no_frame_is_an_answer_where_the_codebook_allows_it() -> None:
    assert read("rows", {"frames": []}, "frames", GENERIC).flaws == ()


@pytest.mark.parametrize(
    ("wire", "reply"),
    [
        ("verbatim", '{"frames":[],"primary":null}'),
        ("rows", '{"frames":[],"primary":null}'),
        ("lines", "frames:\nnone"),
        ("explained", '{"considered":[],"primary":null}'),
    ],
)
def test_no_frame_is_a_flaw_where_the_codebook_demands_one(wire: str, reply: str) -> None:
    draft = read(wire, reply, "frames", POLICY)
    assert len(draft.flaws) == 1
    assert "does not allow the answer that no frame applies" in draft.flaws[0].reason


def test_a_codebook_of_one_label_takes_the_first_and_names_the_others() -> None:
    draft = read("rows", {"frames": ["1|||economic", "1|||morality"]}, "frames", FRAC)
    assert [frame.frame for frame in draft.frames] == ["economic"]
    assert [(flaw.item, flaw.raw["frame"]) for flaw in draft.flaws] == [("frames[1]", "morality")]


@pytest.mark.parametrize(
    ("primary", "reason"), [(None, "must be named"), ("political", "none of the frames given")]
)
def test_the_primary_frame_must_be_one_of_the_frames(primary: str | None, reason: str) -> None:
    draft = read("rows", {"frames": ["1|||economic"], "primary": primary}, "frames", POLICY)
    assert reason in draft.flaws[0].reason
    assert not draft.frames[0].primary


def test_a_frame_that_was_weighed_and_refused_is_no_label() -> None:
    entry = {"quote": ["a"], "frame": "economic", "because": "no money in it", "holds": False}
    other = {**entry, "frame": "morality", "holds": True}
    draft = read("explained", {"considered": [entry, other], "primary": "morality"}, "frames", POLICY)
    assert [frame.frame for frame in draft.frames] == ["morality"]


def test_a_question_left_out_or_unknown_is_a_flaw() -> None:
    codes = [question.code for question in GENERIC.questions]
    answers: dict[str, Any] = {code: {"sentence": None, "answer": False} for code in codes[1:]}
    answers["q99"] = {"sentence": 1, "answer": True}
    draft = read("questions", {"answers": answers}, "frames", GENERIC)
    assert [item for item, _ in reasons(draft)] == ["answers.q99", f"answers.{codes[0]}"]


def test_a_key_that_nobody_asked_for_costs_no_answer_and_no_label() -> None:
    codes = [question.code for question in GENERIC.questions]
    answers: dict[str, Any] = {code: {"sentence": None, "answer": False} for code in codes}
    answers[codes[0]]["why"] = "There is none."
    draft = read("questions", {"answers": answers, "mood": "grim"}, "frames", GENERIC)
    assert len(draft.answers) == len(codes)
    assert reasons(draft) == [("mood", "detail"), (f"answers.{codes[0]}.why", "detail")]
    entry = {"quote": ["a"], "frame": "economic", "because": "money", "holds": True, "score": 1}
    draft = read("explained", {"considered": [entry], "primary": "economic", "mood": "grim"}, "frames", POLICY)
    assert [frame.frame for frame in draft.frames] == ["economic"]
    assert reasons(draft) == [("mood", "detail"), ("considered[0].score", "detail")]


@pytest.mark.parametrize("raw", [True, {"answer": "yes", "sentence": 1}, {"answer": True, "sentence": "x"}])
def test_an_answer_that_cannot_be_read_stays_open(raw: object) -> None:
    codes = [question.code for question in GENERIC.questions]
    answers: dict[str, Any] = {code: {"sentence": None, "answer": False} for code in codes}
    answers[codes[0]] = raw
    draft = read("questions", {"answers": answers}, "frames", GENERIC)
    assert codes[0] not in [answer.question for answer in draft.answers]
    assert [(flaw.item, flaw.raw) for flaw in draft.flaws] == [(f"answers.{codes[0]}", raw)]


# --- Rows and lines -----------------------------------------------------------------------------------


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), max_size=8), min_size=1, max_size=6))
def test_bars_and_backslashes_inside_words_survive_a_row(fields: list[str]) -> None:
    assert split_row(join_row(fields)) == fields


@pytest.mark.parametrize(("row", "count"), [("1|direct", 2), ("1|a|b|c|1|direct", 6)])
def test_a_row_with_too_few_or_too_many_fields_is_a_flaw(row: str, count: int) -> None:
    draft = read("rows", {"speakers": [], "statements": [row]})
    assert f"this one has {count}" in draft.flaws[0].reason


@pytest.mark.parametrize("row", [["1", "", "", "", "direct"], {"at": "1"}, 7, None])
def test_a_row_that_is_no_text_is_a_flaw(row: object) -> None:
    draft = read("rows", {"speakers": [], "statements": [row]})
    assert [(flaw.item, flaw.raw) for flaw in draft.flaws] == [("statements[0]", row)]


LINES = """Here are the rows.

```
**Speakers:**
- 1|Ada Berg|mayor

## Statements
1. 2|||1|direct
* 5-7 | | | 1 | block
not a row at all
```"""


def test_lines_are_read_through_fences_bullets_and_blank_lines() -> None:
    draft = read("lines", LINES)
    assert [speaker.name for speaker in draft.speakers] == ["Ada Berg"]
    assert [s.where for s in draft.statements] == [(Anchor(2, 2),), (Anchor(5, 7),)]


def test_a_line_that_cannot_be_read_is_a_flaw_under_its_number() -> None:
    assert [(flaw.item, flaw.raw) for flaw in read("lines", LINES).flaws] == [
        ("line 1", "Here are the rows."),
        ("line 10", "not a row at all"),
    ]


def test_reasoning_before_the_lines_is_skipped() -> None:
    rows = "speakers:\n1|Ada Berg|mayor\nstatements:\n2|||1|direct"
    assert read("lines", f"<think>\n1|a|b\n</think>\n\n{rows}") == read("lines", rows)
    assert read("lines", f"Who speaks?\n</think>\n{rows}") == read("lines", rows)


def test_a_list_without_its_heading_is_missing() -> None:
    draft = read("lines", "speakers:\n1|Ada Berg|mayor")
    assert reasons(draft) == [("statements", "invalid_reply")]


def test_frames_as_lines_need_no_heading_and_name_the_primary_one() -> None:
    draft = read("lines", "3|||economic\n4|||morality\nprimary: morality", "frames", POLICY)
    assert [(frame.frame, frame.primary) for frame in draft.frames] == [("economic", False), ("morality", True)]
    assert draft.flaws == ()


def test_none_is_an_answer_in_lines() -> None:
    assert read("lines", "none", "frames", GENERIC) == Draft(asked=("frames",))


# --- The oracle's limits ------------------------------------------------------------------------------


def test_what_the_gold_leaves_open_is_written_as_its_plainest_value() -> None:
    span = (Span(0, 6),)
    gold = Findings(claims=(Claim(id="c", voice=NARRATOR, kind=None, spans=span, text="Bridge"),))
    claims = read("rows", write_reply("rows", gold, task="claims", document=DOCUMENT), "claims").claims
    assert [(claim.kind, claim.checkworthy) for claim in claims] == [("factual", False)]


def test_frames_that_no_answers_give_cannot_be_written_as_answers() -> None:
    content = GENERIC.model_dump()
    content["frames"][-1]["rule"] = None
    book = Codebook.model_validate(content)
    spans = (Span(0, 6),)
    evidence = (Evidence(spans=spans, text="Bridge", voice=NARRATOR),)
    gold = Findings(frames=(FrameLabel(codebook=book.ref, frame=book.codes[-1], evidence=evidence),))
    with pytest.raises(UsageError, match=book.codes[-1]):
        write_reply("questions", gold, task="frames", document=DOCUMENT, codebook=book)
