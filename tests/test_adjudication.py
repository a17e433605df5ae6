"""Coders side by side: what they agree on, what they do not, and the gold that decisions make of it."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from framing.annotations import Claim, Evidence, Findings, FrameLabel, Speaker, Statement
from framing.cli.main import cli
from framing.errors import FramingError, GoldError, UsageError
from framing.evaluation.aligned import Group, align
from framing.evaluation.coders import coder_agreement
from framing.evaluation.gold import GoldArticle, iter_faults, load_gold, write_gold
from framing.interop.adjudication import Decision, contrast, group_id, named, read_decisions, write_disagreements
from framing.interop.merging import Adjudicated, adjudicate
from framing.text import Document, Span
from tests.shared import ROOT

NEWSROOM = load_gold(ROOT / "datasets" / "newsroom" / "gold.jsonl")
TEXT = "Ada Berg said the dam is safe. The dam will close in May, said Ola Lind, an engineer. Berg said so, too."
BOOK = "policy-frames.v1"


def at(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


def statement(words: str, *, speaker: str = "x", kind: str = "indirect", name: str = "s1") -> Statement:
    return Statement.model_validate(
        {"id": name, "speaker": speaker, "kind": kind, "spans": [at(words)], "text": words, "cue": "said"}
    )


def berg(name: str = "x", *, role: str | None = None) -> Speaker:
    return Speaker(id=name, name="Ada Berg", mentions=(at("Ada Berg"),), role=role)


def lind(name: str = "y") -> Speaker:
    return Speaker(id=name, name="Ola Lind", mentions=(at("Ola Lind"),), role="engineer")


def frame(code: str, *passages: str, primary: bool = False) -> FrameLabel:
    evidence = tuple(Evidence(spans=(at(words),), text=words, voice="narrator") for words in passages)
    return FrameLabel(codebook=BOOK, frame=code, primary=primary, evidence=evidence)


def article(**coders: Findings) -> GoldArticle:
    return GoldArticle(id="a", document=Document(id="a", text=TEXT), gold=Findings(), coders=coders)


def decided(coded: GoldArticle, **rows: str) -> dict[str, Decision]:
    """One decision for every disagreement."""
    return {group_id("a", group): Decision(2, **{"decision": "one", **rows}) for group in open_(coded)}


def open_(coded: GoldArticle) -> tuple[Group, ...]:
    return align(coded).disagreements()


def made(coded: GoldArticle, decisions: Mapping[str, Decision]) -> Adjudicated:
    return adjudicate([coded], decisions)


def refused(coded: GoldArticle, decisions: Mapping[str, Decision]) -> str:
    with pytest.raises(GoldError) as error:
        adjudicate([coded], decisions, path="open.csv")
    return str(error.value)


def meaning(found: Findings) -> dict[str, object]:
    """What findings say, without the ids they happen to use; speakers by what they are called."""
    called = {s.id: (s.name, s.role, s.kind) for s in found.speakers}
    within = {s.id: s.spans for s in found.statements}
    return {
        "statements": sorted(
            (s.spans, s.kind, str(called.get(s.speaker or "")), s.cue or "", str(within.get(s.within or "")))
            for s in found.statements
        ),
        "claims": sorted(
            (c.spans, c.kind or "", str(called.get(c.voice, c.voice)), str(c.checkworthy)) for c in found.claims
        ),
        "frames": sorted(
            (f.frame, f.primary, sorted((e.spans, str(called.get(e.voice, e.voice))) for e in f.evidence))
            for f in found.frames
        ),
    }


# --- Side by side -------------------------------------------------------------------------------------


def test_coders_who_mark_the_same_have_no_disagreement_whatever_ids_they_use() -> None:
    one = Findings(speakers=(berg(),), statements=(statement("the dam is safe"),))
    other = Findings(speakers=(berg("z"),), statements=(statement("the dam is safe", speaker="z", name="s9"),))
    assert open_(article(one=one, other=other)) == ()


def test_a_statement_that_one_coder_lacks_differs_in_presence() -> None:
    one = Findings(speakers=(berg(),), statements=(statement("the dam is safe"),))
    (group,) = open_(article(one=one, other=Findings(speakers=(berg(),))))
    assert (group.kind, group.differs, group.place) == ("statement", ("presence",), at("the dam is safe"))


def test_two_versions_of_one_statement_differ_in_what_differs() -> None:
    one = Findings(speakers=(berg(), lind()), statements=(statement("The dam will close in May", speaker="y"),))
    other = Findings(
        speakers=(berg(), lind()),
        statements=(statement("dam will close in May", speaker="x", kind="mixed"),),
    )
    (group,) = open_(article(one=one, other=other))
    assert group.differs == ("spans", "kind", "speaker")


def contrasts(coded: GoldArticle) -> list[tuple[str, str, str]]:
    aligned = align(coded)
    return [(named(aligned, g), contrast(aligned, g, "one"), contrast(aligned, g, "other")) for g in open_(coded)]


def test_a_contrast_shows_the_fields_that_differ_and_nothing_else() -> None:
    close, may = statement("The dam will close in May", speaker="y"), statement("The dam will close", speaker="y")
    one = Findings(speakers=(berg(role="mayor"), lind()), statements=(close,))
    other = Findings(speakers=(berg(), lind()), statements=(may.model_copy(update={"kind": "direct"}),))
    assert contrasts(article(one=one, other=other)) == [
        ("speaker Ada Berg", "mayor", "no role"),
        ("statement", "31–56 The dam will close in May · indirect", "31–49 The dam will close · direct"),
    ]


def test_a_contrast_with_nothing_shows_the_whole_item() -> None:
    one = Findings(speakers=(berg(),), statements=(statement("the dam is safe"),))
    ((_, has, lacks),) = contrasts(article(one=one, other=Findings(speakers=(berg(),))))
    assert (has, lacks) == ("indirect · Ada Berg · said · the dam is safe", "")


def test_every_field_that_coders_can_differ_in_is_shown_in_words() -> None:
    first, safe = statement("The dam will close in May"), statement("the dam is safe", name="s2")
    inner = safe.model_copy(update={"speaker": None, "within": "s1", "source": at("Ada Berg")})
    claim = Claim(id="c1", voice="x", kind=None, spans=(at("the dam is safe"),), text="the dam is safe")
    one = Findings(
        speakers=(berg(),), statements=(first, safe), claims=(claim,), frames=(frame("economic", primary=True),)
    )
    other = Findings(
        speakers=(berg(),),
        statements=(first, inner),
        claims=(claim.model_copy(update={"voice": "narrator", "checkworthy": True}),),
        frames=(frame("economic"),),
    )
    assert contrasts(article(one=one, other=other)) == [
        (f"frame {BOOK}/economic", "primary", "yes"),
        ("claim", "Ada Berg · nothing said", "narrator · checkworthy"),
        (
            "statement",
            "Ada Berg · no source · within no other",
            "nobody · 0–8 Ada Berg · within another statement",
        ),
    ]


def test_a_speaker_stands_where_they_are_first_mentioned() -> None:
    both = berg().model_copy(update={"mentions": (at("Ada Berg"), at("Berg said so"))})
    found = Findings(speakers=(both.model_copy(update={"role": "mayor"}),))
    (group,) = open_(article(one=found, other=Findings(speakers=(both,))))
    assert group.place == at("Ada Berg")


def test_passages_of_a_frame_are_compared_where_all_gave_the_frame() -> None:
    one = Findings(frames=(frame("economic", "the dam is safe"), frame("political", "the dam is safe")))
    other = Findings(frames=(frame("economic", "The dam will close in May", primary=True),))
    differs = [(group.kind, group.label, group.differs) for group in open_(article(one=one, other=other))]
    assert differs == [
        ("frame", f"{BOOK}/economic", ("primary",)),
        ("frame", f"{BOOK}/political", ("presence",)),
        ("evidence", f"{BOOK}/economic", ("presence",)),
        ("evidence", f"{BOOK}/economic", ("presence",)),
    ]


def test_three_coders_are_laid_side_by_side() -> None:
    found = Findings(speakers=(berg(),), statements=(statement("the dam is safe"),))
    shorter = Findings(speakers=(berg(),), statements=(statement("dam is safe"),))
    aligned = align(article(one=found, two=Findings(), three=shorter))
    (group,) = aligned.of("statement")
    assert set(group.items) == {"one", "three"}
    assert group.differs == ("presence", "spans")


def test_a_coder_who_has_not_coded_the_article_is_refused() -> None:
    with pytest.raises(UsageError, match="was not coded by 'two', but by one"):
        align(article(one=Findings()), coders=("one", "two"))


def test_agreement_is_what_the_datasheet_of_newsroom_says() -> None:
    found = coder_agreement(NEWSROOM, resamples=0)
    measured = {
        "statements: found by both, F1": 0.97,
        "statements: with the same borders, F1": 0.95,
        "statements: same kind, where both found it": 0.98,
        "statements: kind, alpha (nominal)": 0.98,
        "statements: same speaker, where both found it": 1.00,
        "statements: same cue, where both found it": 0.99,
        "speakers: found by both, F1": 0.99,
        "speakers: kind, alpha (nominal)": 0.97,
        "claims: found by both, F1": 0.75,
        "claims: with the same borders, F1": 0.69,
        "claims: kind, alpha (nominal)": 0.97,
        "claims: checkworthy, alpha (nominal)": 0.97,
        "claims: same voice, where both found it": 0.99,
        f"{BOOK}: sets of frames, alpha (masi)": 0.63,
        f"{BOOK}: primary frame, percent agreement": 0.92,
        f"{BOOK}: primary frame, alpha (nominal)": 0.90,
    }
    assert {name: round(found[name].value or 0, 2) for name in measured} == measured


def test_agreement_is_the_same_whoever_comes_first() -> None:
    one, other = (coder_agreement(NEWSROOM[:6], coders=names, resamples=0) for names in ("AB", "BA"))
    for name in (
        "statements: found by both, F1",
        "claims: with the same borders, F1",
        "claims: kind, alpha (nominal)",
    ):
        assert one[name].value == pytest.approx(other[name].value)


# --- Adjudication -------------------------------------------------------------------------------------


@pytest.mark.parametrize("coder", ["A", "B"])
def test_a_coder_who_is_always_right_has_made_the_gold(coder: str) -> None:
    for labelled in NEWSROOM:
        groups = align(labelled).disagreements()
        decisions = {group_id(labelled.id, group): Decision(2, coder) for group in groups if coder in group.items}
        absent = {
            group_id(labelled.id, group): Decision(2, "none") for group in groups if coder not in group.items
        }
        done = adjudicate([labelled], {**decisions, **absent})
        assert done.undecided == 0
        assert meaning(done.articles[0].gold) == meaning(labelled.coders[coder])
        assert list(iter_faults(done.articles[0])) == []


def test_what_one_coder_has_coded_alone_is_the_gold() -> None:
    alone = NEWSROOM[0].model_copy(update={"coders": {"A": NEWSROOM[0].coders["A"]}, "gold": Findings()})
    done = made(alone, {})
    assert meaning(done.articles[0].gold) == meaning(alone.coders["A"])
    assert done.decided == done.undecided == 0


def test_an_article_that_nobody_has_coded_stays_as_it_is() -> None:
    assert made(article(), {}).articles == (article(),)


ONE = Findings(speakers=(berg(), lind()), statements=(statement("the dam is safe"),))
OTHER = Findings(speakers=(berg(), lind()), statements=(statement("dam is safe", kind="mixed"),))
DIFFERENT = article(one=ONE, other=OTHER)


def test_a_row_without_a_decision_is_a_problem_of_the_gold_with_what_each_coder_has() -> None:
    done = made(DIFFERENT, decided(DIFFERENT, decision=""))
    (problem,) = done.articles[0].gold.problems
    assert done.articles[0].gold.statements == ()
    assert problem.loses
    assert problem.raw == {
        "one": "indirect · Ada Berg · said · the dam is safe",
        "other": "mixed · Ada Berg · said · dam is safe",
    }


def test_an_item_that_is_decided_against_is_not_in_the_gold_and_no_problem() -> None:
    done = made(DIFFERENT, decided(DIFFERENT, decision="None"))
    assert done.articles[0].gold.statements == ()
    assert done.articles[0].gold.problems == ()


def test_a_row_may_give_other_words_another_kind_and_another_speaker() -> None:
    rows = decided(DIFFERENT, passage="said  the dam is\nsafe", value="direct", speaker="Ola Lind")
    found = made(DIFFERENT, rows).articles[0].gold
    (only,) = found.statements
    assert (only.text, only.kind) == ("said the dam is safe", "direct")
    assert next(s.name for s in found.speakers if s.id == only.speaker) == "Ola Lind"
    nobody = made(DIFFERENT, decided(DIFFERENT, speaker="nobody")).articles[0].gold
    assert nobody.statements[0].speaker is None


def test_words_that_stand_in_several_places_are_those_at_the_disagreement() -> None:
    found = made(DIFFERENT, decided(DIFFERENT, passage="dam")).articles[0].gold
    assert found.statements[0].spans == (at("dam"),)


def test_words_in_pieces_are_pieces() -> None:
    found = made(DIFFERENT, decided(DIFFERENT, passage="Ada Berg … the dam is safe")).articles[0].gold
    assert found.statements[0].spans == (at("Ada Berg"), at("the dam is safe"))


def test_a_claim_takes_the_voice_that_is_decided_on() -> None:
    claim = Claim(id="c1", voice="x", kind="factual", spans=(at("the dam is safe"),), text="the dam is safe")
    coded = article(
        one=Findings(speakers=(berg(),), claims=(claim,)),
        other=Findings(speakers=(berg(),), claims=(claim.model_copy(update={"voice": "narrator"}),)),
    )
    assert made(coded, decided(coded, decision="one")).articles[0].gold.claims[0].voice == "p1"
    assert made(coded, decided(coded, decision="other")).articles[0].gold.claims[0].voice == "narrator"
    rows = decided(coded, decision="one", speaker="unattributed")
    assert made(coded, rows).articles[0].gold.claims[0].voice == "unattributed"


def test_a_frame_may_be_made_the_primary_one() -> None:
    coded = article(one=Findings(frames=(frame("economic"),)), other=Findings())
    assert made(coded, decided(coded, value="primary")).articles[0].gold.frames[0].primary
    assert not made(coded, decided(coded)).articles[0].gold.frames[0].primary


def test_a_speaker_has_the_mentions_of_all_coders_and_the_description_that_is_decided_on() -> None:
    later = Speaker(id="x", name="Ada Berg", mentions=(at("Ada Berg"), at("Berg said so,")), role="mayor")
    coded = article(one=Findings(speakers=(berg(),)), other=Findings(speakers=(later,)))
    (speaker,) = made(coded, decided(coded, decision="other")).articles[0].gold.speakers
    assert (speaker.role, len(speaker.mentions)) == ("mayor", 2)
    (kept,) = made(coded, {}).articles[0].gold.speakers
    assert kept.role is None


def test_a_speaker_whom_only_one_coder_lists_and_nothing_refers_to_is_left_out() -> None:
    coded = article(one=Findings(speakers=(berg(), lind())), other=Findings(speakers=(berg(),)))
    assert [speaker.name for speaker in made(coded, {}).articles[0].gold.speakers] == ["Ada Berg"]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"decision": "three"}, "'three' is none of one, other, none"),
        ({"passage": "the dike is safe"}, "'the dike is safe' does not stand in the article"),
        ({"passage": "Berg"}, "stands in the article 2 times: give more of the words"),
        ({"speaker": "Mr Nobody"}, "no speaker 'Mr Nobody' in this article; there are 'Ada Berg', 'Ola Lind'"),
        ({"value": "shouted"}, "value: Input should be 'direct'"),
    ],
)
def test_a_decision_that_cannot_be_followed_is_told_with_its_line(row: dict[str, str], told: str) -> None:
    error = refused(DIFFERENT, decided(DIFFERENT, **row))
    assert told in error
    assert "open.csv:2" in error


def test_a_decision_on_codings_that_have_changed_is_told() -> None:
    rows = decided(DIFFERENT)
    changed = article(one=ONE, other=OTHER.model_copy(update={"statements": ()}))
    assert "has an article been coded anew since?" in refused(changed, rows)


def test_two_primary_frames_are_told() -> None:
    coded = article(
        one=Findings(frames=(frame("economic", primary=True),)),
        other=Findings(frames=(frame("political", primary=True),)),
    )
    by = {"economic": "one", "political": "other"}
    rows = {group_id("a", g): Decision(2, by[g.label.rpartition("/")[2]]) for g in open_(coded)}
    assert "'economic' and 'political' are both primary" in refused(coded, rows)


def test_a_speaker_cannot_be_decided_away() -> None:
    coded = article(one=Findings(speakers=(berg(),)), other=Findings(speakers=(berg(role="mayor"),)))
    assert "decide on the statements instead" in refused(coded, decided(coded, decision="none"))


# --- Tables and commands ------------------------------------------------------------------------------


def filled(path: Path, **cells: str) -> Sequence[Mapping[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [{**row, **cells} for row in csv.DictReader(file)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return rows


def test_a_table_says_what_each_coder_has_and_is_read_back(tmp_path: Path) -> None:
    table = tmp_path / "open.csv"
    assert write_disagreements(table, [align(DIFFERENT)]) == 1
    (row,) = filled(table, decision="other")
    assert (row["article"], row["kind"], row["differs"]) == ("a", "statement", "spans, kind")
    assert row["CODER: other"] == "mixed · Ada Berg · said · dam is safe"
    assert "Ada Berg said the dam is safe." in row["context"]
    assert read_decisions(table) == {row["id"]: Decision(2, "other")}


def test_a_table_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "open.csv").write_text("decisions", encoding="utf-8")
    with pytest.raises(UsageError, match="decisions may stand in it"):
        write_disagreements(tmp_path / "open.csv", [align(DIFFERENT)])


def test_a_table_of_something_else_is_told(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("unit,A,B\nx,1,0\n", encoding="utf-8")
    with pytest.raises(GoldError, match="no column 'id': is it a table of disagreements"):
        read_decisions(tmp_path / "other.csv")


def test_a_row_that_stands_twice_is_told(tmp_path: Path) -> None:
    text = "id,decision,passage,value,speaker\nx,one,,,\nx,one,,,\n"
    (tmp_path / "twice.csv").write_text(text, encoding="utf-8")
    with pytest.raises(GoldError, match=r"twice.csv:3.*stands already on line 2"):
        read_decisions(tmp_path / "twice.csv")


def test_agree_refuses_what_does_not_fit_the_file(tmp_path: Path) -> None:
    write_gold(tmp_path / "coded.jsonl", [DIFFERENT])
    (tmp_path / "table.csv").write_text("unit,A,B\nx,1,0\n", encoding="utf-8")
    for told, *arguments in (
        ("leave out --level", "coded.jsonl", "--level", "nominal"),
        ("holds no labelled articles", "table.csv", "--coder", "A"),
        ("nobody in", "coded.jsonl", "--coder", "three"),
        ("no article that two coders have coded", "coded.jsonl", "--coder", "one"),
    ):
        name, *more = arguments
        result = CliRunner().invoke(cli, ["agree", str(tmp_path / name), *more])
        assert isinstance(result.exception, FramingError)
        assert told in str(result.exception)
