"""The rules that turn answers into frames."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.codebooks.rules import RuleError, parse_rule

CODES = ("a", "b", "c", "d")


def holds(rule: str, **answers: bool | None) -> bool | None:
    return parse_rule(rule).holds(answers)


@pytest.mark.parametrize(
    ("rule", "yes", "expected"),
    [
        ("a", "a", True),
        ("a", "b", False),
        ("not a", "b", True),
        ("not not a", "a", True),
        ("a and b", "a", False),
        ("a and b", "ab", True),
        ("a or b", "b", True),
        ("a or b and c", "a", True),
        ("(a or b) and c", "a", False),
        ("not a and b", "b", True),
        ("not (a and b)", "ab", False),
        ("2 of (a, b, c)", "ac", True),
        ("2 of (a, b, c)", "c", False),
        ("mean(a, b) >= 0.5", "b", True),
        ("mean(a, b) > 0.5", "b", False),
        ("mean(a, b, c) <= 0.34", "c", True),
        ("mean(a, b, c) < 0.3", "c", False),
        ("2 of (a, b, c) or mean(c, d) >= 1", "cd", True),
    ],
)
def test_a_rule_reads_as_it_is_written(rule: str, yes: str, expected: bool) -> None:
    assert parse_rule(rule).holds({code: code in yes for code in CODES}) is expected


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("", "expected the code of a question, but the rule ends there"),
        ("a b", "expected 'and', 'or' or the end, found 'b'"),
        ("a and", "expected the code of a question, but the rule ends there"),
        ("(a or b", "expected '\\)', but the rule ends there"),
        ("a; b", "expected 'and', 'or' or the end, found ';'"),
        ("A", "expected the code of a question, found 'A'"),
        ("and", "expected the code of a question, found 'and'"),
        ("a.b", "found '.'"),
        ("4 of (a, b, c)", "4 of 3 questions decides nothing"),
        ("0 of (a, b)", "0 of 2 questions decides nothing"),
        ("1.5 of (a, b)", "1.5 of 2 questions decides nothing"),
        ("2 of (a, a)", "a question is counted twice"),
        ("2 of (a, b or c)", "expected '\\)', found 'or'"),
        ("mean(a, b)", "expected one of >= > <= <, but the rule ends there"),
        ("mean(a, b) >= x", "expected a number, found 'x'"),
        ("mean(a, b) >= 50", "lies between 0 and 1, not 50"),
        ("(" * 99 + "a" + ")" * 99, "nests deeper than 40 levels"),
        ("not " * 5000 + "a", "nests deeper than 40 levels"),
        ("__import__('os')", "expected the code of a question, found '__import__'"),
    ],
)
def test_a_rule_that_cannot_be_read_says_why(rule: str, reason: str) -> None:
    with pytest.raises(RuleError, match=reason):
        parse_rule(rule)


def test_the_questions_of_a_rule_come_once_in_the_order_of_the_text() -> None:
    assert parse_rule("b and not a or 1 of (c, b)").questions == ("b", "a", "c")


def test_an_open_answer_leaves_a_rule_open_only_where_it_matters() -> None:
    assert holds("a or b", a=True, b=None) is True
    assert holds("a and b", a=False, b=None) is False
    assert holds("a or b", a=False, b=None) is None
    assert holds("not a", a=None) is None
    assert holds("2 of (a, b, c)", a=True, b=True) is True
    assert holds("mean(a, b) >= 0.5", a=True) is True


# Every rule that the grammar can write, each with what it means in Python.
Meaning = tuple[str, str]
CODE = st.sampled_from(CODES)
SEVERAL = st.lists(CODE, min_size=1, max_size=4, unique=True)


def _count(codes: list[str], least: int) -> Meaning:
    least = min(least, len(codes))
    return f"{least} of ({', '.join(codes)})", f"(({' + '.join(codes)}) >= {least})"


def _mean(codes: list[str], op: str, quarter: int) -> Meaning:
    share = quarter / 4
    return f"mean({', '.join(codes)}) {op} {share}", f"(({' + '.join(codes)}) {op} {share} * {len(codes)})"


RULES = st.recursive(
    st.one_of(
        CODE.map(lambda code: (code, code)),
        st.builds(_count, SEVERAL, st.integers(1, 4)),
        st.builds(_mean, SEVERAL, st.sampled_from([">=", ">", "<=", "<"]), st.integers(0, 4)),
    ),
    lambda inner: st.one_of(
        inner.map(lambda m: (f"not ({m[0]})", f"(not {m[1]})")),
        st.tuples(inner, inner).map(lambda p: (f"({p[0][0]}) and ({p[1][0]})", f"({p[0][1]} and {p[1][1]})")),
        st.tuples(inner, inner).map(lambda p: (f"({p[0][0]}) or ({p[1][0]})", f"({p[0][1]} or {p[1][1]})")),
    ),
    max_leaves=8,
)


@given(RULES, st.fixed_dictionaries(dict.fromkeys(CODES, st.booleans())))
@settings(deadline=None)
def test_with_all_questions_answered_a_rule_means_what_it_says(rule: Meaning, answers: Mapping[str, bool]) -> None:
    source, meaning = rule
    assert parse_rule(source).holds(answers) is bool(eval(meaning, {}, dict(answers)))


@given(RULES, st.fixed_dictionaries(dict.fromkeys(CODES, st.sampled_from([True, False, None]))))
@settings(deadline=None)
def test_what_a_rule_decides_stays_so_however_the_open_answers_turn_out(
    rule: Meaning, answers: Mapping[str, bool | None]
) -> None:
    parsed = parse_rule(rule[0])
    decided = parsed.holds(answers)
    still_open = [code for code in CODES if answers[code] is None]
    for turn in itertools.product([True, False], repeat=len(still_open)):
        closed = parsed.holds({**answers, **dict(zip(still_open, turn, strict=True))})
        assert closed is not None
        assert decided in (None, closed)


@given(st.text(alphabet="ab (),<>=.0123mean of not and or;'é", max_size=40))
@settings(deadline=None)
def test_any_text_is_a_rule_or_a_rule_error(source: str) -> None:
    try:
        rule = parse_rule(source)
    except RuleError:
        return
    assert rule.holds(dict.fromkeys(rule.questions, True)) is not None
