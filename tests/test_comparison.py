"""Instruments beside each other: alignment, differences, agreement, noise, voices."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing import Comparison, Document, UsageError, compare, compare_analyses
from framing.annotations import NARRATOR, Analysis, Problem, Speaker, Statement
from framing.backends.cache import Recorder, Replay
from framing.backends.mock import Mock
from framing.comparison.alignment import clusters, match_all
from framing.comparison.tables import OVERALL, Failure
from framing.errors import AuthenticationError, BackendError, MissingDependencyError, RateLimitError
from framing.evaluation.agreement import Codings, krippendorff_alpha
from framing.messages import Reply, Request, Usage
from framing.text import Span
from tests.invented import AGE, COST, SAFE, SWAPPED, TEXT, analysis, claimed, coded, framed, said, span

FAST = 200
"""Bootstrap draws that are enough where no interval is looked at."""


def compared(
    *, failures: Sequence[Failure] = (), frames: Sequence[str] = (), **analyses: list[Analysis]
) -> Comparison:
    return compare_analyses(analyses, failures=failures, frames=frames, resamples=FAST)


# --- One article ------------------------------------------------------------------------------------


def test_what_all_found_and_what_one_alone_found_are_told_apart() -> None:
    both = said(SAFE)
    found = compared(
        a=[analysis(statements=[both, said(COST, "S2", "indirect")])], b=[analysis(statements=[both])]
    )
    assert [item.readings[0].text for item in found.found_by_all()] == [SAFE]
    (alone,) = found.found_by_one()
    assert (alone.readings[0].text, alone.readings[0].instrument, alone.missing) == (COST, "a", ("b",))


def test_items_stand_in_the_order_of_the_text() -> None:
    found = compared(a=[analysis(statements=[said(COST)])], b=[analysis(statements=[said(SAFE)])])
    assert [item.readings[0].text for item in found.items] == [SAFE, COST]


@pytest.mark.parametrize(
    ("other", "differs"),
    [
        (said(SAFE), ()),
        (said(SAFE, kind="mixed"), ("kind",)),
        (said(SAFE, "S2"), ("voice",)),
        (said(SAFE, None), ("voice",)),
        (said("It is safe"), ("extent",)),
    ],
    ids=["alike", "kind", "speaker", "nobody", "extent"],
)
def test_the_readings_of_one_statement_say_what_they_differ_on(other: Statement, differs: tuple[str, ...]) -> None:
    (item,) = compared(a=[analysis(statements=[said(SAFE)])], b=[analysis(statements=[other])]).items
    assert item.differs == differs
    assert item.unanimous is not bool(differs)


def test_a_claim_can_differ_in_its_verdict_and_its_voice() -> None:
    mine, theirs = claimed(AGE), claimed(AGE, "S1", checkworthy=False)
    (item,) = compared(a=[analysis(claims=[mine])], b=[analysis(claims=[theirs])]).items
    assert item.differs == ("voice", "checkworthy")


def test_a_speaker_is_the_same_however_the_two_analyses_number_their_speakers() -> None:
    swapped = analysis(statements=[said(SAFE, "S2")], speakers=SWAPPED)
    (item,) = compared(a=[analysis(statements=[said(SAFE, "S1")])], b=[swapped]).items
    assert item.differs == ()


def test_a_speaker_under_a_shorter_name_is_the_same_speaker() -> None:
    short = (Speaker(id="S1", name="Ortiz", mentions=(span("Ortiz"),)),)
    (item,) = compared(
        a=[analysis(statements=[said(SAFE)])], b=[analysis(statements=[said(SAFE)], speakers=short)]
    ).items
    assert item.differs == ()


def test_two_unnamed_sources_of_one_passage_are_no_difference_and_a_named_one_is() -> None:
    unnamed = (Speaker(id="S1", name=None, role="an official"),)
    other = (Speaker(id="S1", name=None, role="officials"),)
    given = {
        "a": [analysis(statements=[said(SAFE)], speakers=unnamed)],
        "b": [analysis(statements=[said(SAFE)], speakers=other)],
    }
    assert compare_analyses(given).items[0].differs == ()
    named = {**given, "b": [analysis(statements=[said(SAFE)])]}
    assert compare_analyses(named).items[0].differs == ("voice",)


def test_a_frame_says_who_gave_it_who_calls_it_primary_and_in_whose_voice() -> None:
    one = analysis(frames=[framed("economic", (COST, "S2"), primary=True), framed("political")])
    other = analysis(frames=[framed("economic", (AGE, NARRATOR))])
    economic, political = compared(a=[one], b=[other]).frame_rows
    assert (economic.given, economic.missing, economic.primary) == (("a", "b"), (), ("a",))
    assert dict(economic.voices) == {"a": ("Tom Reyes",), "b": (NARRATOR,)}
    assert economic.differs == ("primary", "voice")
    assert (political.given, political.missing) == (("a",), ("b",))


def test_what_a_prompt_does_not_ask_for_is_not_missing_from_it() -> None:
    frames_only = analysis(frames=[framed("economic")], prompt="frames/rows.v1")
    joint = analysis(statements=[said(SAFE)], frames=[framed("economic")])
    found = compare_analyses({"joint": [joint], "frames": [frames_only]})
    assert found.items == ()
    assert [row.section for row in found.contrasts] == ["frames"]


# --- Alignment --------------------------------------------------------------------------------------

_PASSAGES = st.lists(
    st.tuples(st.integers(0, 200), st.integers(1, 40)).map(lambda p: Span(p[0], p[0] + p[1])),
    max_size=6,
    unique=True,
)


def _statements(spans: list[Span]) -> list[Statement]:
    return [
        Statement(id=f"Q{n}", speaker=None, kind="direct", spans=(s,), text="x") for n, s in enumerate(spans, 1)
    ]


@given(st.lists(_PASSAGES, min_size=2, max_size=4))
@settings(deadline=None, max_examples=80)
def test_every_item_stands_in_exactly_one_cluster_with_at_most_one_item_of_each_run(
    runs: list[list[Span]],
) -> None:
    found = clusters(match_all([_statements(run) for run in runs], threshold=0.5))
    held = sorted((run, item.spans[0]) for cluster in found for run, item in cluster.items())
    assert held == sorted((run, span) for run, spans in enumerate(runs) for span in spans)


@given(st.lists(_PASSAGES, min_size=2, max_size=4), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=60)
def test_clusters_do_not_depend_on_the_order_of_items(runs: list[list[Span]], chance: random.Random) -> None:
    def grouped(order: list[list[Span]]) -> set[frozenset[tuple[int, Span]]]:
        found = clusters(match_all([_statements(run) for run in order], threshold=0.5))
        return {frozenset((run, item.spans[0]) for run, item in cluster.items()) for cluster in found}

    shuffled = [chance.sample(run, len(run)) for run in runs]
    before, after = grouped(runs), grouped(shuffled)
    assert sorted(map(len, before)) == sorted(map(len, after))


def test_three_readings_of_one_passage_are_one_item() -> None:
    spans = [[Span(0, 20)], [Span(2, 22)], [Span(4, 24)]]
    assert len(clusters(match_all([_statements(run) for run in spans], threshold=0.5))) == 1


# --- Many articles ----------------------------------------------------------------------------------


def test_alpha_between_two_instruments_is_krippendorffs_alpha() -> None:
    a = [coded("1", "economic"), coded("2"), coded("3", "economic"), coded("4")]
    b = [coded("1", "economic"), coded("2", "economic"), coded("3", "economic"), coded("4")]
    found = {row.frame: row for row in compared(a=a, b=b).agreement}
    by_hand = krippendorff_alpha(Codings.of([[1, 1], [0, 1], [1, 1], [0, 0]]))
    assert found["economic"].alpha == pytest.approx(by_hand)
    assert (found["economic"].agreement, found["economic"].n) == (0.75, 4)


def test_a_frame_nobody_gave_has_no_alpha_but_a_row() -> None:
    rows = compared(
        a=[coded("1", "economic")], b=[coded("1", "economic")], frames=["economic", "morality"]
    ).agreement
    (morality,) = [row for row in rows if row.frame == "morality"]
    assert (morality.alpha, morality.agreement) == (None, 1.0)


def test_a_failed_article_stays_and_counts_as_a_disagreement() -> None:
    a = [coded("1", "economic"), coded("2", "economic")]
    found = compared(a=a, b=[coded("1", "economic")])
    economic = next(row for row in found.agreement if row.frame == "economic")
    assert (economic.agreement, economic.n) == (0.5, 2)
    assert [(f.instrument, f.document) for f in found.failures] == [("b", "2")]
    assert found.tensions[0].document == "2"
    assert (found.tensions[0].disagreement, found.tensions[0].failed) == (1.0, ("b",))
    assert next(use for use in found.frame_use if use.instrument == "b").share == 0.5


def test_two_instruments_that_fail_on_the_same_article_do_not_agree_on_it() -> None:
    lost = [Failure("a", "2", 0, "timeout"), Failure("b", "2", 0, "timeout")]
    found = compared(a=[coded("1")], b=[coded("1")], failures=lost, frames=["economic"])
    assert next(row for row in found.agreement if row.frame == "economic").agreement == 0.5
    assert {failure.reason for failure in found.failures} == {"timeout"}


def test_an_analysis_of_nothing_but_the_reason_why_is_a_failure() -> None:
    refused = analysis("1", problems=[Problem(kind="refusal", reason="the model declined to answer")])
    found = compared(a=[refused], b=[coded("1")])
    assert [failure.reason for failure in found.failures] == ["the model declined to answer"]
    assert [row.failed for row in found.instruments] == [1, 0]


def test_the_contrast_of_two_instruments_is_the_f1_of_one_against_the_other() -> None:
    a = [analysis(statements=[said(SAFE), said(COST, "S2", "indirect")])]
    b = [analysis(statements=[said(SAFE, kind="mixed")])]
    row = compared(a=a, b=b).contrasts[0]
    assert (row.section, row.both, row.only_a, row.only_b) == ("statements", 1, 1, 0)
    assert row.f1 == pytest.approx(2 / 3)
    assert (row.same_kind, row.same_voice) == (0.0, 1.0)


def test_over_use_is_the_share_of_one_over_the_mean_share_of_the_others() -> None:
    documents = [str(n) for n in range(40)]
    a = [coded(d, "economic") for d in documents]
    b = [coded(d, *(["economic"] if int(d) % 2 else [])) for d in documents]
    c = [coded(d) for d in documents]
    use = {row.instrument: row for row in compare_analyses({"a": a, "b": b, "c": c}).frame_use}
    assert [use[name].share for name in "abc"] == [1.0, 0.5, 0.0]
    assert use["a"].difference == pytest.approx(0.75)
    assert use["b"].difference == pytest.approx(0.0)
    assert use["a"].low is not None
    assert use["a"].low > 0


def test_the_articles_they_differ_on_most_come_first() -> None:
    a = [coded("same", "economic"), coded("other", "economic"), coded("half", "economic", "political")]
    b = [coded("same", "economic"), coded("other", "morality"), coded("half", "economic")]
    tensions = compared(a=a, b=b).tensions
    assert [row.document for row in tensions] == ["other", "half", "same"]
    assert tensions[0].frames == 1.0


# --- Repeats ----------------------------------------------------------------------------------------


def _noisy(name: str, flips: Sequence[int]) -> list[Analysis]:
    """One analysis of 30 articles for each number: every `number`-th article gets the frame."""
    return [coded(f"{name}{d}", *(["economic"] if d % step == 0 else [])) for step in flips for d in range(30)]


def test_a_prompt_that_disagrees_with_itself_adds_nothing_to_disagreement_by_being_another_one() -> None:
    both = _noisy("", [2, 3])
    (overall,) = [row for row in compared(a=both, b=both).noise if row.what == "economic"]
    assert overall.within is not None
    assert overall.within > 0
    assert overall.excess is not None
    assert overall.excess < 0  # of four pairs between them two are equal; of one prompt's pairs none is


def test_prompts_that_are_steady_and_differ_have_no_noise_and_much_excess() -> None:
    a, b = _noisy("", [2, 2]), _noisy("", [3, 3])
    found = compare_analyses({"a": a, "b": b})
    (row,) = [row for row in found.noise if row.what == "economic"]
    assert row.within == 0.0
    assert row.between == row.excess
    assert row.low is not None
    assert row.low > 0
    alphas = {(r.scope, r.instrument): r.alpha for r in found.agreement if r.frame == "economic"}
    assert alphas["within", None] == alphas["within", "a"] == 1.0
    assert (alphas["between", None] or 0) < 0.5


def test_without_repeats_nothing_is_said_of_noise() -> None:
    found = compared(a=[coded("1")], b=[coded("1", "economic")])
    assert found.noise == ()
    assert {row.scope for row in found.agreement} == {"between"}


def test_a_reading_says_in_how_many_repeats_it_was_given() -> None:
    full, empty = analysis(statements=[said(SAFE)]), analysis()
    (item,) = compared(a=[full, full], b=[full, empty]).items
    assert {reading.instrument: reading.times for reading in item.readings} == {"a": 2, "b": 1}


# --- Voices -----------------------------------------------------------------------------------------


def test_frames_are_told_by_outlet_own_voice_and_speaker() -> None:
    one = analysis(
        frames=[
            framed("economic", (COST, "S2"), (AGE, NARRATOR)),
            framed("political", (SAFE, "S1")),
            framed("morality", (AGE, NARRATOR)),
            framed("public_opinion"),
        ],
        outlet="The Invented Post",
    )
    rows = compared(a=[one], b=[analysis(outlet="The Invented Post")]).frame_voices
    assert {row.frame: row.carriers for row in rows} == {
        "economic": "both",
        "political": "sources only",
        "morality": "outlet only",
        "public_opinion": "nobody",
    }
    assert next(row for row in rows if row.frame == "economic").speakers == (("Tom Reyes", 1),)
    assert {row.outlet for row in rows} == {"The Invented Post"}


# --- What cannot be compared ------------------------------------------------------------------------


def test_one_instrument_is_no_comparison() -> None:
    with pytest.raises(UsageError, match="at least two"):
        compare_analyses({"a": [coded("1")]})


def test_two_texts_under_one_id_are_refused() -> None:
    with pytest.raises(UsageError, match="two different texts"):
        compared(a=[analysis("1")], b=[analysis("1", text=TEXT + " More.")])


def test_frames_of_two_codebooks_are_refused() -> None:
    other = analysis("1", codebook="generic-frames.v1")
    with pytest.raises(UsageError, match="different codebooks"):
        compared(a=[coded("1")], b=[other])


def test_nothing_to_compare_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="no article"):
        compared(a=[], b=[])


# --- Export -----------------------------------------------------------------------------------------


def test_the_json_holds_every_table_and_is_strict_json() -> None:
    found = compared(a=[coded("1", "economic")], b=[coded("1")])
    whole = json.loads(found.to_json(), parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert set(whole) == set(Comparison.__dataclass_fields__)
    assert whole["frame_voices"][0]["carriers"] == "nobody"


def test_the_tables_come_as_data_frames_where_pandas_is() -> None:
    pytest.importorskip("pandas")
    one = analysis("1", statements=[said(SAFE)], frames=[framed("economic", (COST, "S2"))])
    frames = compared(a=[one], b=[coded("1")]).to_frames()
    assert list(frames["items"]["text"]) == [SAFE]
    assert list(frames["items"]["missing"]) == ["b"]
    assert list(frames["frame_voices"]["speakers"]) == ["Tom Reyes: 1"]
    assert len(frames["instruments"]) == 2


def test_without_pandas_data_frames_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingDependencyError, match="pip install 'pandas'"):
        compared(a=[coded("1")], b=[coded("1")]).to_frames()


# --- Asking -----------------------------------------------------------------------------------------

ARTICLES = [Document(id=f"d{n}", text=f"{TEXT} Number {n} of the story ended there.") for n in range(3)]


def _one_frame(request: Request) -> Reply:
    """Nothing but one frame, in the format that is asked for."""
    frame = {"frame": "economic"}
    frames: dict[str, object] = {
        "joint_rows": "1|||economic",
        "joint_indexed": {"at": "1", "start": "", "end": "", **frame},
        "joint_verbatim": {"quote": ["It is safe"], **frame},
    }
    sections = {"speakers": [], "statements": [], "claims": [], "frames": [frames[request.schema_name]]}
    return Reply(json.dumps({**sections, "primary": "economic"}), "m", usage=Usage(10, 5, 0, 1))


def test_every_prompt_is_asked_about_every_article_as_often_as_wanted() -> None:
    backend = Mock(_one_frame)
    found = compare(ARTICLES, prompts=["joint/rows", "joint/indexed"], backends=[backend], repeat=2)
    assert len(backend.requests) == 3 * 2 * 2
    assert [row.name for row in found.instruments] == ["joint/rows.v1", "joint/indexed.v1"]
    assert [(row.articles, row.requests, row.input_tokens) for row in found.instruments] == [(6, 6, 60)] * 2
    assert found.instruments[0].cost(input_price=2.0, output_price=8.0) == pytest.approx((60 * 2 + 30 * 8) / 1e6)


def test_the_answers_are_the_same_with_many_at_a_time() -> None:
    def asked(concurrency: int) -> Comparison:
        prompts = ["joint/rows", "joint/indexed"]
        return compare(ARTICLES, prompts=prompts, backends=[Mock(_one_frame)], concurrency=concurrency)

    assert asked(1) == asked(4)


def test_a_backend_without_a_model_is_an_instrument_of_its_own() -> None:
    found = compare([TEXT], prompts=["joint/rows"], backends=["rules", Mock(_one_frame)])
    assert [row.name for row in found.instruments] == ["joint/rows.v1", "rules"]
    assert found.documents == ("article 1",)


def test_one_article_that_fails_does_not_stop_the_others() -> None:
    def answer(request: Request) -> Reply:
        if "Number 1" in request.messages[-1].content:
            raise RateLimitError("mock", "slow down")
        return _one_frame(request)

    found = compare(ARTICLES, prompts=["joint/rows", "joint/indexed"], backends=[Mock(answer)])
    assert {(failure.document, failure.reason) for failure in found.failures} == {("d1", "mock: slow down")}
    assert [row.failed for row in found.instruments] == [1, 1]


def test_an_article_without_text_is_a_failure_of_all() -> None:
    found = compare([*ARTICLES, Document(id="void", text=" ")], backends=["rules", Mock(_one_frame)])
    assert {(failure.instrument, failure.document) for failure in found.failures} == {
        ("rules", "void"),
        ("joint/verbatim.v1", "void"),
    }


def test_a_refused_key_is_not_tried_again_and_what_was_answered_before_is_kept() -> None:
    def answer(request: Request) -> Reply:
        if "Number 0" not in request.messages[-1].content:
            raise AuthenticationError("mock", "the key is refused")
        return _one_frame(request)

    backend = Mock(answer)
    found = compare(ARTICLES, prompts=["joint/rows", "joint/indexed"], backends=[backend])
    assert len(backend.requests) == 4
    assert [row.failed for row in found.instruments] == [2, 2]


def test_an_instrument_that_answered_nothing_raises_its_error() -> None:
    with pytest.raises(BackendError, match="no money"):
        compare(ARTICLES, backends=["rules", Mock([BackendError("mock", "no money")] * 3)])


def test_progress_is_told_article_by_article() -> None:
    told: list[tuple[int, int]] = []
    compare(ARTICLES, backends=["rules", Mock(_one_frame)], progress=lambda done, todo: told.append((done, todo)))
    assert told == [(n, 6) for n in range(1, 7)]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"prompts": ["joint/rows"], "backends": [Mock(_one_frame)]}, "nothing to compare"),
        ({"prompts": ["joint/rows", "joint/rows"], "backends": [Mock(_one_frame)]}, "given twice"),
        ({"backends": ["rules"]}, "nothing to compare"),
        ({"backends": ["rules", Mock(_one_frame)], "repeat": 0}, "at least 1"),
    ],
)
def test_what_cannot_mean_anything_is_a_usage_error(options: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        compare(ARTICLES, **options)  # type: ignore[arg-type]


def test_two_articles_with_one_id_are_refused() -> None:
    with pytest.raises(UsageError, match="'d0'"):
        compare([ARTICLES[0], ARTICLES[0]], backends=["rules", Mock(_one_frame)])


def test_repeats_of_recorded_replies_are_kept_apart_by_their_sample(tmp_path: Path) -> None:
    tape = tmp_path / "tape.jsonl"
    recorder = Recorder(Mock(_one_frame), tape)
    compare(ARTICLES[:1], prompts=["joint/rows"], backends=[recorder, "rules"], repeat=2)
    assert [json.loads(line)["sample"] for line in tape.read_text("utf-8").splitlines()] == [0, 1]
    replayed = compare(ARTICLES[:1], prompts=["joint/rows"], backends=[Replay(tape), "rules"], repeat=2)
    assert replayed.failures == ()


def test_the_overall_row_names_all_frames() -> None:
    assert compared(a=[coded("1")], b=[coded("1", "economic")]).agreement[0].frame == OVERALL
