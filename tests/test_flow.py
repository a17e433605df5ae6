"""Ask, read, repair: what a conversation keeps and what it reports."""

from __future__ import annotations

import asyncio
import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.backends.mock import Answer, Mock
from framing.errors import AuthenticationError, BackendTimeoutError, RateLimitError
from framing.flow import LISTED_FLAWS, Outcome, adrive, converse, correction, drive
from framing.messages import Message, Reply, Request, Usage
from framing.schemas import Anchor, Draft, DraftClaim, DraftSpeaker, Flaw, Quote

REQUEST = Request((Message("system", "Find the claims."), Message("user", "The sky is blue.")))


def read(text: str) -> Draft:
    """A little wire format: a JSON list of claims; an item that is no string is a flaw."""
    try:
        items = json.loads(text)
    except ValueError as error:
        return Draft(flaws=(Flaw("reply", f"not JSON: {error}", text, kind="invalid_reply"),))
    claims = tuple(DraftClaim(None, None, (Quote(item),)) for item in items if isinstance(item, str))
    flaws = tuple(
        Flaw(f"claims[{n}]", "not a string", item) for n, item in enumerate(items) if not isinstance(item, str)
    )
    return Draft(claims=claims, flaws=flaws)


def outcome_of(*replies: Answer, repairs: int = 1) -> tuple[Outcome, Mock]:
    mock = Mock(replies)
    return drive(converse(REQUEST, read, repairs=repairs), mock), mock


def texts(outcome: Outcome) -> list[str]:
    return [q.text for claim in outcome.draft.claims for q in claim.where if isinstance(q, Quote)]


def kinds(outcome: Outcome) -> list[str]:
    return [problem.kind for problem in outcome.problems]


def test_an_answer_without_flaws_is_asked_for_once() -> None:
    outcome, mock = outcome_of('["a", "b"]')
    assert texts(outcome) == ["a", "b"]
    assert outcome.problems == ()
    assert mock.requests == [REQUEST]


def test_a_flawed_answer_is_shown_to_the_model_with_its_flaws() -> None:
    _, mock = outcome_of('["a", 1]', '["a", "b"]')
    _, _, answer, asked_again = mock.requests[1].messages
    assert answer == Message("assistant", '["a", 1]')
    assert asked_again.role == "user"
    assert "claims[1]: not a string" in asked_again.content


def test_a_correction_replaces_the_first_answer() -> None:
    outcome, _ = outcome_of('["a", 1]', '["a", "b"]')
    assert texts(outcome) == ["a", "b"]
    assert outcome.problems == ()


def test_a_flaw_that_stays_becomes_a_problem_with_its_raw_value() -> None:
    outcome, _ = outcome_of('["a", 1, 2]', '["a", "b", 2]')
    (problem,) = outcome.problems
    assert (problem.kind, problem.item, problem.raw) == ("invalid_item", "claims[2]", 2)


def test_a_reply_that_cannot_be_read_at_all_is_an_invalid_reply() -> None:
    outcome, _ = outcome_of("no", "still no")
    (problem,) = outcome.problems
    assert (problem.kind, problem.item, problem.raw) == ("invalid_reply", "reply", "no")


def test_repairs_are_bounded() -> None:
    outcome, mock = outcome_of("[1, 2, 3]", "[1, 2]", "[1]", '["a"]', repairs=2)
    assert len(mock.requests) == 3
    assert outcome.draft.flaws == (Flaw("claims[0]", "not a string", 1),)


def test_no_repair_is_asked_for_where_none_is_allowed() -> None:
    outcome, mock = outcome_of("[1]", repairs=0)
    assert len(mock.requests) == 1
    assert kinds(outcome) == ["invalid_item"]


def test_a_correction_that_loses_a_right_item_is_not_taken() -> None:
    outcome, _ = outcome_of('["a", "b", 1]', '["a", "c"]')
    assert texts(outcome) == ["a", "b"]
    assert kinds(outcome) == ["invalid_item"]


def test_a_correction_with_as_many_flaws_is_not_taken() -> None:
    outcome, _ = outcome_of('["a", 1]', '["a", 2]')
    assert [problem.raw for problem in outcome.problems] == [1]


def test_a_readable_correction_replaces_an_unreadable_answer_whatever_its_flaws() -> None:
    outcome, _ = outcome_of("no", '["a", 1, 2]')
    assert texts(outcome) == ["a"]
    assert kinds(outcome) == ["invalid_item", "invalid_item"]


def test_a_corrected_piece_may_join_an_item_that_was_right() -> None:
    drafts = iter(
        (
            Draft(
                claims=(DraftClaim(None, None, (Quote("a"),)),),
                flaws=(Flaw("claims[1]", "wrong", 1),),
            ),
            Draft(claims=(DraftClaim(None, None, (Quote("a"), Quote("b"))),)),
        )
    )
    outcome = drive(converse(REQUEST, lambda _: next(drafts)), Mock(["1", "2"]))
    assert texts(outcome) == ["a", "b"]
    assert outcome.problems == ()


def test_a_part_that_is_dropped_as_it_should_be_is_no_loss() -> None:
    claim = DraftClaim(None, None, (Quote("a"),))
    drafts = iter((Draft(claims=(claim,), flaws=(Flaw("claims[0].x", "not asked for"),)), Draft(claims=(claim,))))
    outcome = drive(converse(REQUEST, lambda _: next(drafts)), Mock(["1", "2"]))
    assert outcome.problems == ()


def test_a_right_item_given_twice_must_stay_twice() -> None:
    outcome, _ = outcome_of('["a", "a", 1]', '["a"]')
    assert texts(outcome) == ["a", "a"]


def test_faulty_items_left_out_of_the_correction_are_reported() -> None:
    outcome, _ = outcome_of('["a", 1, 2]', '["a", "b"]')
    assert texts(outcome) == ["a", "b"]
    (problem,) = outcome.problems
    assert problem.kind == "invalid_item"
    assert problem.raw == [1, 2]


def test_items_are_the_same_whatever_their_order_spacing_or_sentence_hint() -> None:
    drafts = iter(
        (
            Draft(
                speakers=(DraftSpeaker("s1", "Ann Example"),),
                claims=(
                    DraftClaim(None, None, (Quote("a  b", 3),)),
                    DraftClaim(None, None, (Anchor(1, 2),)),
                ),
                flaws=(Flaw("claims[2]", "wrong"),),
            ),
            Draft(
                speakers=(DraftSpeaker("other", "Ann Example"),),
                claims=(
                    DraftClaim(None, None, (Anchor(1, 2),)),
                    DraftClaim(None, None, (Quote("a b", 4),)),
                    DraftClaim(None, None, (Quote("c"),)),
                ),
            ),
        )
    )
    outcome = drive(converse(REQUEST, lambda _: next(drafts)), Mock(["1", "2"]))
    assert len(outcome.draft.claims) == 3
    assert outcome.problems == ()


def test_a_refusal_is_reported_and_not_argued_with() -> None:
    outcome, mock = outcome_of(Reply("I cannot help with that.", finish="refusal"))
    (problem,) = outcome.problems
    assert (problem.kind, problem.raw) == ("refusal", "I cannot help with that.")
    assert len(mock.requests) == 1


def test_a_refusal_that_only_the_reader_recognises_is_not_argued_with_either() -> None:
    refusal = Draft(flaws=(Flaw("reply", "the model declined to answer", "Sorry", kind="refusal"),))
    mock = Mock(["Sorry"])
    assert kinds(drive(converse(REQUEST, lambda _: refusal), mock)) == ["refusal"]


def test_a_repair_that_the_reader_takes_for_a_refusal_leaves_the_first_answer() -> None:
    drafts = iter(
        (
            Draft(flaws=(Flaw("claims[0]", "wrong", 1), Flaw("claims[1]", "wrong", 2))),
            Draft(flaws=(Flaw("reply", "the model declined to answer", "Sorry", kind="refusal"),)),
        )
    )
    outcome = drive(converse(REQUEST, lambda _: next(drafts)), Mock(["1", "Sorry"]))
    assert kinds(outcome) == ["invalid_item", "invalid_item"]


@pytest.mark.parametrize(
    "flaw",
    [
        Flaw("claims[1]", "the same as claims[0]", "a", kind="duplicate"),
        Flaw("claims[1].mood", "'mood' was not asked for", "a", kind="detail"),
    ],
    ids=lambda flaw: flaw.kind,
)
def test_a_flaw_that_loses_nothing_is_reported_but_not_paid_for_again(flaw: Flaw) -> None:
    mock = Mock(["1"])
    assert kinds(drive(converse(REQUEST, lambda _: Draft(flaws=(flaw,))), mock)) == [flaw.kind]
    assert len(mock.requests) == 1


def test_a_repair_is_asked_for_what_loses_something_alone() -> None:
    detail = Flaw("claims[0].mood", "'mood' was not asked for", "a", kind="detail")
    drafts = iter([Draft(flaws=(detail, Flaw("claims[1]", "not a string", 1))), Draft(flaws=(detail,))])
    mock = Mock(["1", "1"])
    drive(converse(REQUEST, lambda _: next(drafts)), mock)
    assert "claims[1]: not a string" in mock.requests[1].messages[-1].content
    assert "mood" not in mock.requests[1].messages[-1].content


def test_a_refused_repair_leaves_the_first_answer() -> None:
    outcome, _ = outcome_of('["a", 1]', Reply("No.", finish="refusal"))
    assert texts(outcome) == ["a"]
    assert kinds(outcome) == ["invalid_item"]


def test_of_a_truncated_answer_what_could_be_read_is_kept() -> None:
    outcome, mock = outcome_of(Reply('["a", 1]', finish="length"))
    assert texts(outcome) == ["a"]
    assert kinds(outcome) == ["truncated", "invalid_item"]
    assert len(mock.requests) == 1


def test_a_correction_that_is_cut_off_is_reported_as_truncated() -> None:
    outcome, _ = outcome_of("no", Reply('["a"]', finish="length"))
    assert texts(outcome) == ["a"]
    assert kinds(outcome) == ["truncated"]


@pytest.mark.parametrize("text", ["", "The prompt was filtered."])
def test_a_filtered_answer_has_its_own_kind_of_problem(text: str) -> None:
    outcome, mock = outcome_of(Reply(text, finish="content_filter"))
    (problem,) = outcome.problems
    assert (problem.kind, problem.raw) == ("content_filter", text)
    assert len(mock.requests) == 1


def test_of_a_filtered_answer_what_could_be_read_is_kept() -> None:
    outcome, _ = outcome_of(Reply('["a", 1]', finish="content_filter"))
    assert texts(outcome) == ["a"]
    assert kinds(outcome) == ["content_filter", "invalid_item"]


def test_an_empty_answer_is_never_taken_for_an_article_without_claims() -> None:
    outcome, mock = outcome_of(" \n", "")
    assert kinds(outcome) == ["invalid_reply"]
    assert len(mock.requests) == 2


def test_usage_counts_every_reply() -> None:
    first = Reply("[1]", usage=Usage(10, 2, 0, 1))
    second = Reply('["a"]', usage=Usage(15, 3, 8, 1))
    outcome, _ = outcome_of(first, second)
    assert outcome.usage == Usage(25, 5, 8, 2)
    assert outcome.replies == (first, second)


def test_an_error_on_the_first_request_is_raised() -> None:
    with pytest.raises(AuthenticationError):
        outcome_of(AuthenticationError("mock", "no key"))


def test_an_error_on_the_repair_keeps_the_answer_that_was_paid_for() -> None:
    outcome, _ = outcome_of('["a", 1]', RateLimitError("mock", "slow down"))
    assert texts(outcome) == ["a"]
    assert kinds(outcome) == ["backend", "invalid_item"]
    assert "slow down" in outcome.problems[0].reason


@pytest.mark.parametrize(
    "replies",
    [
        ('["a"]',),
        ('["a", 1]', '["a", "b"]'),
        ('["a", 1]', BackendTimeoutError("mock", "too slow")),
        (Reply("No.", finish="refusal"),),
    ],
)
def test_both_drivers_come_to_the_same_outcome(replies: tuple[Answer, ...]) -> None:
    apart = asyncio.run(adrive(converse(REQUEST, read), Mock(replies)))
    assert apart == outcome_of(*replies)[0]


def test_the_asynchronous_driver_raises_the_first_error_too() -> None:
    with pytest.raises(AuthenticationError):
        asyncio.run(adrive(converse(REQUEST, read), Mock([AuthenticationError("mock", "no key")])))


def test_a_long_list_of_flaws_is_shortened_and_says_so() -> None:
    flaws = tuple(Flaw(f"claims[{n}]", "wrong") for n in range(LISTED_FLAWS + 7))
    message = correction(flaws)
    assert f"claims[{LISTED_FLAWS - 1}]" in message
    assert f"claims[{LISTED_FLAWS}]" not in message
    assert "and 7 more" in message


ITEMS = st.lists(st.sampled_from(["a", "b", "c"]) | st.integers(0, 3), max_size=6)


@settings(deadline=None)
@given(ITEMS, ITEMS)
def test_no_item_is_lost_without_a_problem(first: list[str | int], second: list[str | int]) -> None:
    outcome, _ = outcome_of(json.dumps(first), json.dumps(second))
    right = Counter(item for item in first if isinstance(item, str))
    assert not right - Counter(texts(outcome))
    wrong = sum(not isinstance(item, str) for item in first)
    reported = sum(len(p.raw) if isinstance(p.raw, list) else 1 for p in outcome.problems)
    corrected = len(texts(outcome)) - right.total()
    assert corrected + reported >= wrong
