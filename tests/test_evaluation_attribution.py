"""Who says what, scored."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from typing import Any

import pytest

from framing.annotations import NARRATOR, Claim, Evidence, Findings, FrameLabel, Speaker, Statement, StatementKind
from framing.evaluation.attribution import attribution_counts, attribution_measures, attributions
from framing.evaluation.claims import claim_counts, claim_measures, evidence_counts, evidence_measures
from framing.evaluation.labelled import labelled_counts, labelled_measures
from framing.evaluation.quoted import kind_by_marks, quoted_pieces
from framing.evaluation.reporting import reports_speech
from framing.evaluation.scores import point_scores
from framing.evaluation.sources import head_name, head_span, same_name
from framing.evaluation.tally import Tally
from framing.text import Document, Span
from tests.shared import shared

TEXT = (
    "“The ferry is late,” Mayor Ines Vardal said. “It is always late.” She hopes that boats improve. "
    "Two sailors said that the engine had failed."
)


def span(words: str, start: int = 0) -> Span:
    at = TEXT.index(words, start)
    return Span(at, at + len(words))


def statement(
    name: str,
    *words: str,
    speaker: str | None = "vardal",
    kind: StatementKind = "direct",
    cue: str | None = "said",
) -> Statement:
    spans = tuple(span(piece) for piece in words)
    text = Document(id="d", text=TEXT).excerpt(spans)
    return Statement(id=name, speaker=speaker, kind=kind, spans=spans, text=text, cue=cue)


VARDAL = Speaker(id="vardal", name="Ines Vardal", mentions=(span("Mayor Ines Vardal"), span("She")))
SAILORS = Speaker(id="sailors", name=None, mentions=(span("Two sailors"),))
GOLD = Findings(
    speakers=(VARDAL, SAILORS),
    statements=(
        statement("s1", "“The ferry is late,”", "“It is always late.”"),
        statement("s2", "that boats improve", kind="indirect", cue="hopes"),
        statement("s3", "that the engine had failed", speaker="sailors", kind="indirect"),
    ),
)


def scored(predicted: Findings, gold: Findings = GOLD) -> dict[str, float | None]:
    counts = attribution_counts(attributions(gold, text=TEXT), attributions(predicted, text=TEXT), text=TEXT)
    return {s.name: s.value for s in point_scores(Tally.of({"d": counts}), attribution_measures())}


def test_gold_against_itself_scores_1_everywhere() -> None:
    assert set(scored(GOLD).values()) == {1.0}


def test_nothing_found_scores_0_and_leaves_speakers_unjudged() -> None:
    found = scored(Findings())
    assert found["content/iou/all"] == found["pieces/iou"] == found["joint recall/all"] == 0.0
    assert found["speaker/all"] is None


def test_without_gold_and_prediction_a_content_score_is_undefined() -> None:
    assert scored(Findings(), Findings())["content/iou/all"] is None


def test_a_hope_is_not_speech() -> None:
    without_hope = GOLD.model_copy(update={"statements": (GOLD.statements[0], GOLD.statements[2])})
    found = scored(without_hope)
    assert found["content/iou/speech"] == 1.0
    assert found["content/iou/all"] == pytest.approx(2 * 2 / (2 + 3))


def test_two_statements_for_a_joined_one_lose_a_statement_but_no_piece() -> None:
    apart = (statement("a", "“The ferry is late,”"), statement("b", "“It is always late.”"))
    found = scored(GOLD.model_copy(update={"statements": (*apart, *GOLD.statements[1:])}))
    assert found["pieces/iou"] == 1.0
    assert found["content/exact/direct+mixed"] == 0.0
    assert found["content/iou/direct+mixed"] == pytest.approx(2 * 0.5 * 1.0 / 1.5)


def test_a_find_is_a_find_whatever_its_kind() -> None:
    called_mixed = GOLD.statements[2].model_copy(update={"kind": "mixed"})
    found = scored(GOLD.model_copy(update={"statements": (*GOLD.statements[:2], called_mixed)}))
    assert found["content/iou/indirect"] == found["content/iou/direct+mixed"] == 1.0


def test_the_wrong_speaker_costs_the_speaker_and_the_joint_score_only() -> None:
    swapped = GOLD.statements[0].model_copy(update={"speaker": "sailors"})
    found = scored(GOLD.model_copy(update={"statements": (swapped, *GOLD.statements[1:])}))
    assert found["content/iou/all"] == 1.0
    assert found["speaker/all"] == pytest.approx(2 / 3)
    assert (found["speaker/named"], found["speaker/unnamed"]) == (0.5, 1.0)
    assert found["joint recall/all"] == pytest.approx(2 / 3)


def test_an_unnamed_source_is_right_by_the_place_of_its_mention() -> None:
    elsewhere = SAILORS.model_copy(update={"mentions": (span("engine"),)})
    found = scored(GOLD.model_copy(update={"speakers": (VARDAL, elsewhere)}))
    assert found["speaker/unnamed"] == 0.0


def test_a_statement_without_a_source_is_not_judged_for_its_speaker() -> None:
    unattributed = GOLD.statements[2].model_copy(update={"speaker": None})
    gold = GOLD.model_copy(update={"statements": (*GOLD.statements[:2], unattributed)})
    assert scored(GOLD, gold)["speaker/all"] == 1.0


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("Symone Albrecht, the mayor's press secretary,", "Symone Albrecht"),
        ("the mayor's press secretary, Symone Albrecht,", "Symone Albrecht"),
        ("Mr. Orlo's campaign manager Tess Wendell", "Tess Wendell"),
        ("Sen. Ada Lorne (R-SC)", "Sen. Ada Lorne"),
        ("Verd County (Ohio) Sheriff Joe Pallin", "Verd County Sheriff Joe Pallin"),
        ("a spokesman for Mr. Orlo", None),
        ("the Orlo campaign", None),
        ("two officials", None),
        ("He", None),
        ("The Vardal Gazette", "Vardal Gazette"),
    ],
)
def test_the_name_of_a_source_is_that_of_its_head(source: str, name: str | None) -> None:
    assert head_name(source, [Span(0, len(source))]) == name


def test_the_head_of_a_source_is_its_last_word_before_what_describes_it() -> None:
    source = "two officials at the agency"
    head = head_span(source, [Span(0, len(source))])
    assert head is not None
    assert head.of(source) == "officials"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ines Vardal", "Vardal", True),
        ("Mayor Vardal", "Ines Vardal", True),
        ("I. Vardal", "Ines Vardal", True),
        ("Ines Vardal", "Per Vardal", False),
        ("Vardal", "Orlo", False),
        ("Vardal’s", "Ines Vardal", True),
    ],
)
def test_names_are_the_same_when_nothing_in_them_disagrees(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same
    assert same_name(other, one) is same


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("“It is late.”", "direct"),
        ("''It is late,''", "direct"),
        ("that it was “late”", "mixed"),
        ("that it was late", "indirect"),
        ("“It is late,” and “that is that.”", "mixed"),
        ("the ‘late’ ferry", "indirect"),
    ],
)
def test_the_kind_of_a_statement_by_its_marks(text: str, kind: str) -> None:
    assert kind_by_marks(text, [Span(0, len(text))]) == kind


def test_a_quotation_that_its_paragraph_does_not_close_ends_with_the_paragraph() -> None:
    text = "“One.\n\n“Two.” Three."
    assert [piece.of(text) for piece in quoted_pieces(text, [Span(0, len(text))])] == ["“One.", "“Two.”"]


@pytest.mark.parametrize(
    "cue", ["said", "told reporters", "According to", "criticism of", ":", "has vowed", "urging"]
)
def test_cues_of_saying(cue: str) -> None:
    assert reports_speech(cue)


@pytest.mark.parametrize("cue", ["believes", "hopes", "wanted", "plans", "is expected", "fearing"])
def test_cues_of_thinking(cue: str) -> None:
    assert not reports_speech(cue)


def claims(*found: tuple[str, str, str | None]) -> Findings:
    return Findings(
        speakers=(VARDAL, SAILORS),
        claims=tuple(
            Claim(id=f"c{n}", voice=voice, kind=kind, spans=(span(words),), text=words)
            for n, (words, voice, kind) in enumerate(found)
        ),
    )


def test_claims_are_scored_for_place_voice_and_kind() -> None:
    gold = claims(("The ferry is late", "vardal", "factual"), ("the engine had failed", "sailors", "causal"))
    found = claims(("The ferry is late", "vardal", "factual"), ("the engine had failed", NARRATOR, "factual"))
    counts = claim_counts(gold, found)
    values = {s.name: s.value for s in point_scores(Tally.of({"d": counts}), claim_measures())}
    assert (values["content/exact"], values["voice"], values["kind"]) == (1.0, 0.5, 0.5)
    assert values["check-worthiness"] is None


def evidence(*found: tuple[str, str]) -> Findings:
    return Findings(
        frames=tuple(
            FrameLabel(
                codebook="b.v1",
                frame=frame,
                evidence=(Evidence(spans=(span(words),), text=words, voice=NARRATOR),),
            )
            for frame, words in found
        )
    )


def test_evidence_counts_only_under_its_own_frame() -> None:
    counts = evidence_counts(
        evidence(("economic", "The ferry is late")), evidence(("morality", "The ferry is late"))
    )
    values = {s.name: s.value for s in point_scores(Tally.of({"d": counts}), evidence_measures())}
    assert (values["content/iou"], values["with its frame/exact"]) == (0.0, 1.0)


def labelled(rows: Sequence[dict[str, Any]]) -> list[tuple[str, tuple[Span, ...]]]:
    return [(row["label"], (Span(row["start"], row["end"]),)) for row in rows]


def test_labelled_passages_score_as_in_nervaluate() -> None:
    wanted = json.loads(shared("data/metric_fixtures/fixtures.json").read_text())["nervaluate"]
    counts = labelled_counts(labelled(wanted["true"][0]), labelled(wanted["pred"][0]))
    values = {s.name: s.value for s in point_scores(Tally.of({"d": counts}), labelled_measures("x"))}
    for scheme, theirs in (("strict", "strict"), ("exact", "exact"), ("partial", "partial"), ("type", "ent_type")):
        reference, right = wanted["overall"][theirs], counts[f"labelled/{scheme}"]
        assert right / counts["labelled/predicted"] == pytest.approx(reference["precision"], abs=1e-9)
        assert right / counts["labelled/gold"] == pytest.approx(reference["recall"], abs=1e-9)
        assert values[f"x/{scheme}"] == pytest.approx(reference["f1"], abs=1e-9)


def test_tagged_sequences_score_as_in_seqeval() -> None:
    wanted = json.loads(shared("data/metric_fixtures/fixtures.json").read_text())["seqeval"]
    counts = labelled_counts(*(tagged(wanted[side][0]) for side in ("true", "pred")))
    values = {s.name: s.value for s in point_scores(Tally.of({"d": counts}), labelled_measures("x"))}
    assert values["x/strict"] == pytest.approx(wanted["f1_micro"], abs=1e-9)
    assert counts["labelled/strict"] / counts["labelled/predicted"] == pytest.approx(wanted["p"], abs=1e-9)
    assert counts["labelled/strict"] / counts["labelled/gold"] == pytest.approx(wanted["r"], abs=1e-9)


def tagged(tags: Sequence[str]) -> list[tuple[str, tuple[Span, ...]]]:
    starts = [at for at, tag in enumerate(tags) if tag.startswith("B-")]
    return [
        (tags[at][2:], (Span(at, at + 1 + len([*itertools.takewhile(lambda t: t[0] == "I", tags[at + 1 :])])),))
        for at in starts
    ]
