"""Gold files: what is checked, and what their faults read like."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.errors import GoldError
from framing.evaluation.gold import check_gold, gold_statistics, load_gold, write_gold

TEXT = "“The harbour will close,” Mara Quist said. Rents would rise by a third."


def row(**changes: Any) -> dict[str, Any]:
    """A faultless line about invented people, with changes to its gold."""
    statement = {
        "id": "s1",
        "speaker": "q",
        "kind": "direct",
        "spans": [{"start": 0, "end": 25}],
        "text": TEXT[:25],
    }
    claim = {"id": "c1", "voice": "narrator", "kind": "predictive", "spans": [{"start": 43, "end": 71}]}
    evidence = {"spans": [{"start": 43, "end": 71}], "text": TEXT[43:71], "voice": "narrator"}
    gold = {
        "speakers": [{"id": "q", "name": "Mara Quist", "kind": "person", "mentions": [{"start": 26, "end": 36}]}],
        "statements": [{**statement, "cue": "said"}],
        "claims": [{**claim, "text": TEXT[43:71], "checkworthy": True}],
        "frames": [{"codebook": "policy-frames.v1", "frame": "economic", "primary": True, "evidence": [evidence]}],
    }
    return {
        "id": "n1",
        "document": {"id": "n1", "text": TEXT, "outlet": "The Quay (invented)"},
        "split": "dev",
        "source": "invented",
        "licence": "CC0",
        "event": "harbour",
        "inclusion_probability": None,
        "gold": {**gold, **changes},
        "coders": {"A": gold, "B": {"frames": []}},
    }


def file_of(tmp_path: Path, *rows: dict[str, Any] | str) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows), encoding="utf-8")
    return path


def faults(tmp_path: Path, *rows: dict[str, Any] | str) -> list[str]:
    return [str(fault).removeprefix(f"{tmp_path}/") for fault in check_gold(file_of(tmp_path, *rows))[1]]


def test_a_faultless_line_is_read_whole(tmp_path: Path) -> None:
    (article,) = load_gold(file_of(tmp_path, row()))
    assert article.frames(codebook="policy-frames.v1") == {"economic"}
    assert article.primary() == "economic"
    assert article.frames(coder="B") == frozenset()
    assert article.gold.claims[0].checkworthy is True


def test_what_is_written_is_read_back_the_same(tmp_path: Path) -> None:
    articles = load_gold(file_of(tmp_path, row()))
    assert write_gold(tmp_path / "again.jsonl", articles) == 1
    assert load_gold(tmp_path / "again.jsonl") == articles


def test_a_text_that_its_spans_do_not_hold_is_named_with_its_line(tmp_path: Path) -> None:
    claims = [{"id": "c1", "voice": "q", "kind": None, "spans": [{"start": 0, "end": 4}], "text": "Ships"}]
    assert faults(tmp_path, row(), {**row(claims=claims), "id": "n2"})[0] == (
        "gold.jsonl:2: id 'n2' is not the id of its document, 'n1'"
    )
    (fault,) = faults(tmp_path, row(claims=claims))
    assert fault == "gold.jsonl:1: gold.claims.c1: the text is 'Ships', but its spans hold '“The'"


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    outside = [{"id": "q", "name": None, "mentions": [{"start": 60, "end": 99}]}]
    found = faults(tmp_path, "{not json", row(speakers=outside), {**row(), "split": "train"})
    assert [fault.split(":")[1] for fault in found] == ["1", "2", "3"]
    assert "not JSON" in found[0]
    assert "speakers.q.mentions: 60–99 is not inside a text of 71 characters" in found[1]
    assert "split: Input should be 'dev' or 'test'" in found[2]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"speakers": []}, "statements.s1: there is no speaker 'q'"),
        ({"claims": [{**row()["gold"]["claims"][0], "voice": "x"}]}, "claims.c1: there is no voice 'x'"),
        ({"claims": row()["gold"]["claims"] * 2}, "c1: this id is used 2 times"),
        ({"statements": [{**row()["gold"]["statements"][0], "spans": []}]}, "statements.0.spans"),
        ({"statements": [{**row()["gold"]["statements"][0], "kind": "shouted"}]}, "statements.0.kind"),
        ({"extra": 1}, "extra: Extra inputs are not permitted"),
    ],
)
def test_a_fault_says_what_is_wrong(tmp_path: Path, changes: dict[str, Any], reason: str) -> None:
    found = faults(tmp_path, row(**changes))
    assert any(reason in fault for fault in found), found


def test_coders_are_checked_like_gold(tmp_path: Path) -> None:
    broken = row()
    broken["coders"]["A"] = row(speakers=[])["gold"]
    assert "coders.A.statements.s1: there is no speaker 'q'" in faults(tmp_path, broken)[0]


def test_an_id_stands_once_in_a_file(tmp_path: Path) -> None:
    assert faults(tmp_path, row(), row()) == ["gold.jsonl:2: id 'n1' stands already on line 1"]


def test_an_event_stays_in_one_split(tmp_path: Path) -> None:
    other = {**row(), "id": "n2", "split": "test", "document": {"id": "n2", "text": TEXT}}
    assert "event 'harbour' is in 'dev' on line 1" in faults(tmp_path, row(), other)[0]


def test_loading_a_file_with_faults_raises_all_of_them(tmp_path: Path) -> None:
    with pytest.raises(GoldError) as raised:
        load_gold(file_of(tmp_path, "{", "[]"))
    assert [fault.line for fault in raised.value.faults] == [1, 2]


def test_a_missing_file_and_a_wrong_encoding_are_faults(tmp_path: Path) -> None:
    assert "cannot be read" in str(check_gold(tmp_path / "none.jsonl")[1][0])
    (tmp_path / "latin.jsonl").write_bytes(b'{"id": "\xe9"}\n')
    assert "latin.jsonl:1: not UTF-8" in str(check_gold(tmp_path / "latin.jsonl")[1][0])


@pytest.mark.parametrize("probability", [0, 1.5, -0.1])
def test_an_inclusion_probability_is_one(tmp_path: Path, probability: float) -> None:
    assert "inclusion_probability" in faults(tmp_path, {**row(), "inclusion_probability": probability})[0]


def test_a_split_and_a_limit_are_taken_in_the_order_of_the_file(tmp_path: Path) -> None:
    rows = [{**row(), "id": name, "event": name, "document": {"id": name, "text": TEXT}} for name in "abc"]
    rows[0]["split"] = "test"
    path = file_of(tmp_path, *rows)
    assert [a.id for a in load_gold(path, split="dev")] == ["b", "c"]
    assert [a.id for a in load_gold(path, limit=1)] == ["a"]


def test_statistics_count_what_there_is(tmp_path: Path) -> None:
    found = gold_statistics(load_gold(file_of(tmp_path, row())))
    assert found["articles"] == found["speakers"] == found["events"] == 1
    assert found["statements"] == {"direct": 1}
    assert found["frames"] == {"policy-frames.v1/economic": 1}


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_no_bytes_crash_the_reader(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.jsonl"
    path.write_bytes(content)
    articles, found = check_gold(path)
    assert articles or found or not content.removeprefix(b"\xef\xbb\xbf").strip()


def test_a_line_of_another_format_is_told_how_to_become_gold(tmp_path: Path) -> None:
    path = tmp_path / "other.jsonl"
    path.write_text('{"id": "a", "text": "x", "gold": {}, "meta": {}}\n', encoding="utf-8")
    _, (fault,) = check_gold(path)
    assert "it has no 'document'; `framing data convert`" in str(fault)
