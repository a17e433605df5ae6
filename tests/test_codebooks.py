"""Codebooks: what is shipped, what a file may hold, and what every fault in one is called."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from framing.codebooks import (
    Codebook,
    check_codebook,
    codebook_skeleton,
    find_indicators,
    list_codebooks,
    load_codebook,
)
from framing.errors import CodebookError, UnknownNameError, UsageError

SHIPPED = (
    "checkworthiness.v1",
    "entman-functions.v1",
    "frac-frames.v1",
    "generic-frames.v1",
    "gun-violence.v1",
    "immigration.v1",
    "narrative-frames.v1",
    "policy-frames.v1",
)

SOUND = """\
name: my-book
version: 1
title: A book
description: What is coded.
citation: Nobody (2000).
licence: MIT
unit: document
labels: multi
allow_none: true
frames:
  - code: storm
    name: Storm
    definition: The weather is bad.
    positive:
      - It blew all night.
      - The roof is gone.
    negative:
      - The sun shone.
    indicators: [storm*, gale]
    rule: q1 or q2
  - code: calm
    name: Calm
    definition: The weather is good.
    positive: [Not a leaf stirred., The lake was a mirror.]
    negative: [It blew all night.]
questions:
  - {code: q1, frame: storm, text: "Did it blow?"}
  - {code: q2, frame: storm, text: "Did it rain?"}
"""


@pytest.fixture
def faults(tmp_path: Path) -> Callable[..., list[str]]:
    """The faults of `text` with `old` replaced by `new`, as "line: reason"."""

    def check(old: str = "", new: str = "", *, text: str = SOUND, name: str = "my-book.v1.yaml") -> list[str]:
        assert old in text
        path = tmp_path / name
        path.write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
        return [f"{fault.line}: {fault.reason}" for fault in check_codebook(path)]

    return check


@pytest.fixture
def load(tmp_path: Path) -> Callable[[str], Codebook]:
    def write_and_load(text: str) -> Codebook:
        path = tmp_path / "my-book.v1.yaml"
        path.write_text(text, encoding="utf-8")
        return load_codebook(path)

    return write_and_load


def book(**changes: Any) -> Codebook:
    return Codebook.model_validate({**yaml.safe_load(SOUND), **changes})


# --- Shipped codebooks ------------------------------------------------------------------------------


def test_the_shipped_codebooks_are_listed_by_name_and_version() -> None:
    assert tuple(info.ref for info in list_codebooks()) == SHIPPED


@pytest.mark.parametrize("ref", SHIPPED)
def test_a_shipped_codebook_has_no_fault(ref: str) -> None:
    path = next(info.path for info in list_codebooks() if info.ref == ref)
    assert check_codebook(path) == ()


@pytest.mark.parametrize("ref", SHIPPED)
def test_a_shipped_codebook_says_where_each_frame_ends(ref: str) -> None:
    for frame in load_codebook(ref).frames:
        assert frame.include, frame.code
        assert frame.exclude, frame.code


@pytest.mark.parametrize("ref", SHIPPED)
def test_every_frame_but_the_residual_one_has_indicators(ref: str) -> None:
    codebook = load_codebook(ref)
    without = {frame.code for frame in codebook.frames if not frame.indicators}
    assert without <= {codebook.other}


@pytest.mark.parametrize("ref", SHIPPED)
def test_no_example_stands_in_two_places_of_a_shipped_codebook_as_positive(ref: str) -> None:
    examples = [text for frame in load_codebook(ref).frames for text in frame.positive]
    assert len(set(examples)) == len(examples)


def test_the_policy_frames_are_the_fourteen_and_other() -> None:
    assert load_codebook("policy-frames").codes == (
        "economic",
        "capacity_resources",
        "morality",
        "fairness_equality",
        "legality_constitutionality",
        "policy_evaluation",
        "crime_punishment",
        "security_defense",
        "health_safety",
        "quality_of_life",
        "cultural_identity",
        "public_opinion",
        "political",
        "external_regulation",
        "other",
    )


def test_generic_frames_asks_twenty_questions_all_of_which_count() -> None:
    codebook = load_codebook("generic-frames")
    counted = [question for _, rule in codebook.rules for question in rule.questions]
    assert len(codebook.questions) == 20
    assert sorted(counted) == sorted(question.code for question in codebook.questions)


def test_each_frame_of_a_questionnaire_is_decided_by_its_own_questions() -> None:
    for ref in ("generic-frames", "narrative-frames"):
        codebook = load_codebook(ref)
        for code, rule in codebook.rules:
            assert {codebook.question(question).frame for question in rule.questions} == {code}


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def test_the_gun_violence_codes_are_those_of_the_gold_labels(shared_data: Callable[[str], Path]) -> None:
    gold = {frame for row in rows(shared_data("data/gvfc/dev.jsonl")) for frame in row["gold"]["frames"]}
    assert set(load_codebook("gun-violence").codes) == gold


def test_the_frac_codes_are_those_of_the_gold_labels(shared_data: Callable[[str], Path]) -> None:
    gold = {row["gold"]["frame"] for row in rows(shared_data("data/frac/dev.jsonl"))}
    assert set(load_codebook("frac-frames").codes) == gold


def test_the_narrative_rules_turn_every_gold_answer_sheet_into_the_gold_frames(
    shared_data: Callable[[str], Path],
) -> None:
    codebook = load_codebook("narrative-frames")
    meaning = {"yes": True, "no": False}
    for row in rows(shared_data("data/narrative_frames/dev.jsonl")):
        answers = {code: meaning.get(a["majority"]) for code, a in row["gold"]["answers"].items()}
        assert set(codebook.frames_from_answers(answers)) == set(row["gold"]["frames"]), row["id"]


def test_the_narrative_roles_are_those_of_the_gold_labels(shared_data: Callable[[str], Path]) -> None:
    sheets = rows(shared_data("data/narrative_frames/dev.jsonl"))
    gold = {role["role"] for row in sheets for role in row["gold"]["roles"]}
    assert {role.code for role in load_codebook("narrative-frames").roles} == gold


def test_no_shipped_example_is_taken_from_the_shared_data(shared_data: Callable[[str], Path]) -> None:
    texts = [
        row["text"]
        for name in ("gvfc", "frac", "policlaim")
        for row in rows(shared_data(f"data/{name}/dev.jsonl"))
    ]
    material = "\n".join(texts).lower()
    for ref in SHIPPED:
        for frame in load_codebook(ref).frames:
            for example in (*frame.positive, *frame.negative):
                assert example.lower() not in material


# --- Finding and loading ----------------------------------------------------------------------------


def test_a_name_without_version_means_the_newest(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "codebooks").mkdir()
    for version in (2, 10):
        text = SOUND.replace("version: 1", f"version: {version}")
        (tmp_path / "codebooks" / f"my-book.v{version}.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr("framing.codebooks.library.resource_dir", lambda name: tmp_path)
    assert load_codebook("my-book").ref == "my-book.v10"
    assert load_codebook("my-book.v2").ref == "my-book.v2"


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match=r"'policy-frame'; known: checkworthiness\.v1, .*policy-frames\.v1"):
        load_codebook("policy-frame")


def test_a_path_without_a_file_says_so() -> None:
    with pytest.raises(CodebookError, match=r"no/such\.v1\.yaml: cannot be read: No such file"):
        load_codebook("no/such.v1.yaml")


def test_a_folder_is_not_a_codebook(tmp_path: Path) -> None:
    with pytest.raises(CodebookError, match="cannot be read: Is a directory"):
        load_codebook(tmp_path)


def test_a_file_here_does_not_hide_a_shipped_codebook(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    Path("immigration").write_text("not a codebook", encoding="utf-8")
    assert load_codebook("immigration").ref == "immigration.v1"


def test_a_file_that_is_named_without_a_slash_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    Path("my-book.v1.yaml").write_text(SOUND, encoding="utf-8")
    assert load_codebook("my-book.v1.yaml").ref == "my-book.v1"


def test_loading_raises_every_fault_of_the_file_at_once(load: Callable[[str], Codebook]) -> None:
    with pytest.raises(CodebookError) as caught:
        load(SOUND.replace("title:", "titel:").replace("unit: document", "unit: page"))
    assert [fault.line for fault in caught.value.faults] == [1, 3, 7]


def test_frames_questions_and_roles_are_found_by_code() -> None:
    codebook = load_codebook("narrative-frames")
    assert codebook.frame("conflict").name == "Conflict"
    assert codebook.question("re6").frame == "resolution"
    with pytest.raises(UnknownNameError, match=r"frame of narrative-frames\.v1 'war'; known: conflict, economic"):
        codebook.frame("war")


def test_importing_codebooks_does_not_load_yaml() -> None:
    code = "import sys, framing.codebooks; print('yaml' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"


# --- Faults -----------------------------------------------------------------------------------------


def test_a_sound_file_has_no_fault(faults: Callable[..., list[str]]) -> None:
    assert faults() == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("title: A book", "titel: A book\ntitle: A book", "3: unknown key 'titel': did you mean 'title'?"),
        ("    name: Calm", "    nam: Calm\n    name: Calm", "22: unknown key 'nam': did you mean 'name'?"),
        ("title: A book\n", "", "1: key 'title' is missing"),
        ("    definition: The weather is good.\n", "", "21: key 'definition' is missing"),
        ("version: 1", "version: '1'", "2: version: Input should be a valid integer, not '1'"),
        ("title: A book", "title: 12", "3: title must be text, not 12: put it in quotes"),
        ("title: A book", "title: no", "3: title must be text, not the truth value false: put it in quotes"),
        ("title: A book", "title:", "3: title must be text, not nothing"),
        ("title: A book", "title: '  '", "3: title is empty"),
        (
            "title: A book",
            "title: 2000-13-13",
            "3: '2000-13-13' looks like a date or number but is none: put it in quotes",
        ),
        (
            "- It blew all night.",
            "- He said: it blew.",
            "15: positive[0] must be text, not a mapping: put a text that holds a colon in quotes",
        ),
        ("indicators: [storm*, gale]", "indicators: gale", "19: indicators must be a list, not the text 'gale'"),
        ("unit: document", "unit: page", "7: unit: Input should be 'document', 'sentence' or 'span', not 'page'"),
        ("title: A book", "title: A book\ntitle: B", "4: key 'title' is given twice"),
        ("code: calm", "code: storm", "21: frame code 'storm' is given twice"),
        ("code: q2", "code: q1", "28: question code 'q1' is given twice"),
        (
            "code: calm",
            "code: Dead Calm",
            "21: code 'Dead Calm' is not a code: lower-case letters, digits and underscores, a letter first",
        ),
        ("      - The roof is gone.\n", "", "14: frame 'storm' needs at least 2 positive example(s), has 1"),
        (
            "    negative:\n      - The sun shone.\n",
            "",
            "11: frame 'storm' needs at least 1 negative example(s), has 0",
        ),
        (
            "- The sun shone.",
            "- It blew  all night.",
            "18: 'It blew all night.' stands among the positive examples and the negative ones",
        ),
        ("unit:", "other: rest\nunit:", "7: other names the frame 'rest', which the codebook does not have"),
        (
            "{code: q2, frame: storm",
            "{code: q2, frame: strom",
            "28: question 'q2' names the frame 'strom', which the codebook does not have",
        ),
        ("q1 or q2", "q1 or q3", "20: rule 'q1 or q3' names the question 'q3', which the codebook does not have"),
        ("q1 or q2", "q1 or", "20: rule 'q1 or': expected the code of a question, but the rule ends there"),
        ("code: q2", "code: mean", "28: question code 'mean' is a word of the rule grammar: choose another"),
        ("gale]", "ga*le]", "19: indicator 'ga*le' is not made of words (a * may end a word, nothing else)"),
        ("gale]", "Storm*]", "19: indicator 'Storm*' is given twice"),
        ("version: 1", "version: 2", "1: the file must be called 'my-book.v2.yaml', not 'my-book.v1.yaml'"),
        (
            "labels: multi",
            "labels: single\nprimary: true",
            "9: a single label is the primary one already: say primary: false or labels: multi",
        ),
        ("frames:", "frames: []\nx:", "10: frames is empty"),
        (
            "title: A book",
            "title: &a A book\nroles: &b []\nquestions: *b",
            "5: an alias (*name) is not allowed here: write the content out",
        ),
    ],
)
def test_a_fault_is_told_with_its_line(faults: Callable[..., list[str]], old: str, new: str, fault: str) -> None:
    assert fault in faults(old, new)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("name: [my\nversion: 1\n", "2: not YAML: "),
        ("", "1: a codebook is a mapping of keys, not nothing"),
        ("just words", "1: a codebook is a mapping of keys, not the text 'just words'"),
        ("a: 1\n---\nb: 2\n", "2: not YAML: "),
        ("a: !!python/object/apply:os.getcwd ''\n", "1: not YAML: could not determine a constructor"),
        ("[" * 200, "1: not YAML: nests too deeply"),
        ("[" * 100_000, "1: not YAML: "),  # PyYAML 6.0.4 finds so many by itself
    ],
)
def test_a_file_that_is_no_codebook_at_all_has_one_fault(
    faults: Callable[..., list[str]], text: str, fault: str
) -> None:
    (found,) = faults(text=text)
    assert found.startswith(fault)


def test_a_file_that_is_not_utf8_says_so(tmp_path: Path) -> None:
    path = tmp_path / "my-book.v1.yaml"
    path.write_bytes(SOUND.encode("utf-16"))
    assert [str(fault) for fault in check_codebook(path)] == [f"{path}: is not UTF-8 text (byte 0)"]


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "my-book.v1.yaml"
    path.write_text(SOUND, encoding="utf-8-sig")
    assert check_codebook(path) == ()


def test_faults_come_in_the_order_of_the_file(faults: Callable[..., list[str]]) -> None:
    text = (
        SOUND.replace("title: A book", "title: 7").replace("code: calm", "code: storm").replace("q1 or q2", "q9")
    )
    assert [int(fault.split(":")[0]) for fault in faults(text=text)] == [3, 20, 21]


@given(st.text(alphabet=st.sampled_from("ab:-[]{}&*!|>\n \t'\"#,?0.é"), max_size=60))
@settings(deadline=None)
def test_no_text_breaks_the_check(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.v1.yaml"
    path.write_text(text, encoding="utf-8", newline="")
    assert check_codebook(path)


# --- Codebooks made in Python -----------------------------------------------------------------------


def test_a_codebook_made_in_python_must_fit_together_too() -> None:
    with pytest.raises(ValidationError, match="other names the frame 'rest'"):
        book(other="rest")


def test_a_codebook_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        book().title = "Another"  # type: ignore[misc]


# --- Fingerprint ------------------------------------------------------------------------------------


def test_the_fingerprint_ignores_comments_layout_and_the_order_of_keys(load: Callable[[str], Codebook]) -> None:
    data = yaml.safe_load(SOUND)
    backwards = yaml.safe_dump(dict(reversed(data.items())), sort_keys=False, width=20)
    assert load("# A comment\n" + backwards).fingerprint == load(SOUND).fingerprint


def test_the_fingerprint_is_the_same_whether_a_default_is_written_out_or_not() -> None:
    assert book(primary=False, url=None, roles=[]).fingerprint == book().fingerprint


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "A Book"},
        {"version": 2},
        {"allow_none": False},
        {"other": "calm"},
        {"questions": [{"code": c, "frame": "storm", "text": "Did it hail?"} for c in ("q1", "q2")]},
        {"frames": list(reversed(yaml.safe_load(SOUND)["frames"]))},
    ],
)
def test_the_fingerprint_changes_with_the_content(changes: dict[str, Any]) -> None:
    assert book(**changes).fingerprint != book().fingerprint


def test_a_fingerprint_is_short_enough_to_quote() -> None:
    scheme, _, digits = book().fingerprint.partition(":")
    assert (scheme, len(digits)) == ("sha256", 16)
    assert int(digits, 16) >= 0


# --- Answers ----------------------------------------------------------------------------------------


def test_answers_make_frames_in_the_order_of_the_codebook() -> None:
    codebook = load_codebook("narrative-frames")
    answers = dict.fromkeys(("mo2", "co1", "co3", "re2", "ec1"), True)
    assert codebook.frames_from_answers(answers) == ("conflict", "morality")


def test_an_answer_to_an_unknown_question_is_an_error() -> None:
    with pytest.raises(UnknownNameError, match=r"question of my-book\.v1 'q7'; known: q1, q2"):
        book().frames_from_answers({"q7": True})


def test_an_open_answer_makes_no_frame() -> None:
    assert book().frames_from_answers({"q1": None, "q2": False}) == ()


# --- Skeleton ---------------------------------------------------------------------------------------


def test_the_skeleton_passes_the_check(tmp_path: Path) -> None:
    path = tmp_path / "house-style-2.v1.yaml"
    path.write_text(codebook_skeleton("house-style-2"), encoding="utf-8")
    assert check_codebook(path) == ()
    assert load_codebook(path).ref == "house-style-2.v1"


def test_the_skeleton_explains_every_key() -> None:
    skeleton = codebook_skeleton("my-book")
    assert [key for key in Codebook.model_fields if f"\n{key}:" not in skeleton] == []


@pytest.mark.parametrize("name", ["", "My-Book", "my_book", "my book", "-book", "book-", "../book"])
def test_a_skeleton_needs_a_name_that_a_codebook_can_have(name: str) -> None:
    with pytest.raises(UsageError, match="is not a name for a codebook"):
        codebook_skeleton(name)


# --- Indicators -------------------------------------------------------------------------------------


def indicators(*words: str, other: tuple[str, ...] = ()) -> Codebook:
    data = yaml.safe_load(SOUND)
    data["frames"][0]["indicators"], data["frames"][1]["indicators"] = list(words), list(other)
    return Codebook.model_validate(data)


def found(codebook: Codebook, text: str) -> list[tuple[str, str]]:
    return [(code, span.of(text)) for code, span in find_indicators(codebook, text)]


@pytest.mark.parametrize(
    ("indicator", "text", "matches"),
    [
        ("storm", "A STORM, stormy weather, a brainstorm.", ["STORM"]),
        ("storm*", "Storms, stormy weather, a brainstorm.", ["Storms", "stormy"]),
        ("tax* cut*", "The tax\ncuts: taxing, cut.", ["tax\ncuts"]),
        ("so-called", "so called, so‑called, socalled", ["so called", "so‑called"]),
        ("women's rights", "Women’s rights and women's rights", ["Women’s rights", "women's rights"]),
        ("ICE", "ICE raids on thin ice, police", ["ICE"]),
        ("gun", "gun-control", ["gun"]),
        ("straße", "STRAßE", ["STRAßE"]),
    ],
)
def test_an_indicator_matches_whole_words(indicator: str, text: str, matches: list[str]) -> None:
    assert found(indicators(indicator), text) == [("storm", match) for match in matches]


def test_the_longest_indicator_at_a_place_counts() -> None:
    codebook = indicators("gun", other=("gun control",))
    assert found(codebook, "Gun control, gun shop") == [("calm", "Gun control"), ("storm", "gun")]


def test_an_indicator_of_two_frames_counts_for_both() -> None:
    assert found(indicators("wind", other=("wind",)), "Wind.") == [("storm", "Wind"), ("calm", "Wind")]


def test_letters_that_grow_in_lower_case_move_no_offset() -> None:
    assert found(indicators("storm"), "İİİ storm") == [("storm", "storm")]


def test_a_codebook_without_indicators_finds_nothing() -> None:
    assert find_indicators(indicators(), "storm") == ()


@given(st.text(alphabet=st.sampled_from("stormgale STORM-*'’\n.İß"), max_size=80))
@settings(deadline=None)
def test_what_is_found_is_a_word_of_the_text_in_order(text: str) -> None:
    hits = find_indicators(indicators("storm*", "gale"), text)
    assert [span for _, span in hits] == sorted(span for _, span in hits)
    for _, span in hits:
        assert span.of(text).lower().startswith(("storm", "gale"))
        assert not text[span.end : span.end + 1].isalnum()
        assert not text[max(span.start - 1, 0) : span.start].isalnum()


def test_every_occurrence_of_a_stem_is_found() -> None:
    codebook = load_codebook("policy-frames")
    text = "The mayor’s tax cuts, police said, cost jobs. " * 200
    assert len(find_indicators(codebook, text)) == 200 * len(find_indicators(codebook, text[:46]))
