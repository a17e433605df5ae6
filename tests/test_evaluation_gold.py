"""Gold files: what is checked, and what their faults read like; converters of the public releases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.errors import GoldError, UnknownNameError
from framing.evaluation.converters import CONVERTERS, convert
from framing.evaluation.converters.samples import SAMPLES
from framing.evaluation.gold import GoldArticle, check_gold, gold_statistics, iter_faults, load_gold, write_gold
from tests.shared import shared

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
    assert articles or found or not content.strip()


# --- Converters ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "folder", "count"),
    [
        ("polnear", "polnear", 60),
        ("gvfc", "gvfc", 200),
        ("narrative-frames", "narrative_frames", 120),
        ("frac", "frac", 150),
        ("policlaim", "policlaim", 200),
        ("checkthat", "checkthat2025_subj", 484),
    ],
)
def test_samples_convert_without_a_fault(name: str, folder: str, count: int) -> None:
    articles = list(convert(f"sample:{name}", shared(f"data/{folder}/dev.jsonl")))
    assert len(articles) == count
    assert [fault for article in articles for fault in iter_faults(article)] == []


def test_attributions_between_two_apostrophes_are_retyped_by_the_text() -> None:
    articles = convert("sample:polnear", shared("data/polnear/dev.jsonl"))
    kinds = [statement.kind for article in articles for statement in article.gold.statements]
    assert len(kinds) == 1711
    assert (kinds.count("direct"), kinds.count("mixed")) == (268, 228)


def one(name: str, path: Path) -> GoldArticle:
    (article,) = convert(name, path)
    assert list(iter_faults(article)) == []
    return article


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return path


def test_polnear_is_read_from_text_and_standoff_annotation(tmp_path: Path) -> None:
    write(tmp_path / "train/text/a_1.txt", TEXT)
    lines = [
        "T1\tContent 0 25\tx",
        "T2\tSource 26 36\tx",
        "T3\tCue 37 41\tx",
        "T4\tAttribution 37 41\tx",
        "E1\tAttribution:T4 Content:T1 Source:T2 Cue:T3",
    ]
    write(tmp_path / "train/attributions/a_1_4b22.ann", "\n".join(lines))
    write(tmp_path / "train/attributions/a_1_6b86.ann", "")
    article = one("polnear", tmp_path)
    (statement,) = article.gold.statements
    assert (statement.kind, statement.cue, article.gold.speakers[0].name) == ("direct", "said", "Mara Quist")
    assert set(article.coders) == {"4b22", "6b86"}


def test_gvfc_leaves_out_what_its_coders_left_out(tmp_path: Path) -> None:
    rows = [
        "news_title,Q1 Relevant,Q2 Focus,Q3 Theme1,Q3 Theme2",
        "Guns at the fair,1,1,5,3",
        "A fair,0,99,99,99",
        "Another,1,1,99,99",
    ]
    article = one("gvfc", write(tmp_path / "gvfc.csv", "\n".join(rows)))
    assert article.frames() == {"school_public_space_safety", "politics"}
    assert article.primary() == "school_public_space_safety"


def test_narrative_frames_are_read_from_columns(tmp_path: Path) -> None:
    line = '7\tThe Quay\tleft\t2019-01-01\t"He said ""no""."\tTrue\tFalse\tTrue\tFalse\tFalse'
    table = "ID\tsource\tmbfc\tdate\ttext\tRE\tHI\tCO\tMO\tEC\n" + line + "\n"
    article = one("narrative-frames", write(tmp_path / "articles.tsv", table))
    assert article.frames() == {"resolution", "conflict"}
    assert (article.document.text, article.document.outlet) == ('He said "no".', "The Quay")


def test_frac_labels_are_codes_of_merged_policy_frames(tmp_path: Path) -> None:
    path = write(tmp_path / "frac.csv", "sentence,label,id,type\nRents rise.,1,abc,comment\n")
    assert one("frac", path).frames() == {"economic"}


def test_semeval_frames_stand_beside_their_articles(tmp_path: Path) -> None:
    folder = tmp_path / "en"
    write(folder / "dev-labels-subtask-2.txt", "11\tEconomic,Legality_Constitutionality_and_jurisprudence\n")
    write(folder / "dev-articles-subtask-2/article11.txt", TEXT)
    assert one("semeval-2023-task-3", folder).frames() == {"economic", "legality_constitutionality"}


def test_media_frames_are_those_of_half_the_coders(tmp_path: Path) -> None:
    framing = {
        "ann": [{"code": 1.0, "start": 43, "end": 71}, {"code": 1.2, "start": 0, "end": 0}],
        "bob": [{"code": 13.0, "start": 0, "end": 25}],
        "cat": [{"code": 1.0, "start": 43, "end": 71}],
    }
    entry = {"text": TEXT, "irrelevant": False, "primary_frame": 1.0, "annotations": {"framing": framing}}
    left_out = {**entry, "irrelevant": True}
    article = one("mfc", write(tmp_path / "mfc.json", json.dumps({"i-1": entry, "i-2": left_out})))
    assert article.frames() == {"economic"}
    assert article.primary() == "economic"
    assert article.coders["ann"].frames[0].evidence[0].text == TEXT[43:71]


def test_media_frames_without_texts_say_what_to_do(tmp_path: Path) -> None:
    path = write(tmp_path / "mfc.json", json.dumps({"i-1": {"annotations": {"framing": {}}}}))
    with pytest.raises(GoldError, match="put each article's text"):
        list(convert("mfc", path))


def test_propaganda_techniques_are_frames_with_evidence(tmp_path: Path) -> None:
    write(tmp_path / "articles/article5.txt", TEXT)
    write(tmp_path / "labels/article5.task2-TC.labels", "5\tDoubt\t0\t25\n5\tDoubt\t43\t71\n")
    article = one("ptc", tmp_path)
    assert [evidence.text for evidence in article.gold.frames[0].evidence] == [TEXT[:25], TEXT[43:71]]


def test_basil_phrases_are_found_in_the_sentence_they_are_counted_in(tmp_path: Path) -> None:
    article = {
        "uuid": "u",
        "triplet-uuid": "t",
        "title": "Harbour",
        "source": "NYT",
        "body-paragraphs": [["No rise.", "Rents rise."], ["A rise of rents."]],
    }
    phrases = [{"id": "p1", "txt": "rise", "bias": "lex"}, {"id": "title", "txt": "Harbour", "bias": "inf"}]
    write(tmp_path / "articles/2019/1_1.json", json.dumps(article))
    write(tmp_path / "annotations/2019/1_1_ann.json", json.dumps({"phrase-level-annotations": phrases}))
    found = one("basil", tmp_path)
    assert found.frames() == {"lexical_bias", "informational_bias"}
    assert found.gold.frames[0].evidence[0].spans[0].start == found.document.text.index("Rents rise") + 6
    assert found.event == "t"


def test_policlaim_keeps_the_sentences_around(tmp_path: Path) -> None:
    path = write(tmp_path / "AK2000.csv", "SENTENCES,golden\nRents rose by a third.,1\nThank you.,0\n")
    first, second = convert("policlaim", path)
    assert [*first.frames(), *second.frames()] == ["checkable", "not_checkable"]
    assert second.document.meta["before"] == "Rents rose by a third."


def test_checkthat_labels_are_subjective_or_objective(tmp_path: Path) -> None:
    table = "sentence_id\tsentence\tlabel\tsolved_conflict\n1\tA shame.\tSUBJ\tFalse\n"
    assert one("checkthat", write(tmp_path / "dev.tsv", table)).frames() == {"subjective"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("gvfc", "news_title,Q1 Relevant,Q3 Theme1,Q3 Theme2\nx,1,12,99\n"),
        ("frac", "sentence,label,id,type\nx,2,a,comment\n"),
        (
            "narrative-frames",
            "ID\tsource\tdate\ttext\tRE\tHI\tCO\tMO\tEC\n1\ts\td\tt\tyes\tFalse\tTrue\tTrue\tTrue\n",
        ),
        ("policlaim", "SENTENCES,golden\nx,perhaps\n"),
        ("checkthat", "sentence_id\tsentence\tlabel\n1\tx\tMAYBE\n"),
    ],
)
def test_a_row_that_does_not_fit_is_named_by_its_line(tmp_path: Path, name: str, content: str) -> None:
    with pytest.raises(GoldError) as raised:
        list(convert(name, write(tmp_path / "table", content)))
    assert raised.value.faults[0].line == 2


@pytest.mark.parametrize("name", ["gvfc", "frac", "narrative-frames", "policlaim", "checkthat"])
def test_a_table_without_the_columns_says_which_it_misses(tmp_path: Path, name: str) -> None:
    with pytest.raises(GoldError, match="no column"):
        list(convert(name, write(tmp_path / "table", "a,b\n1,2\n")))


@pytest.mark.parametrize("name", ["polnear", "ptc", "basil", "semeval-2023-task-3"])
def test_an_empty_folder_says_what_is_expected(tmp_path: Path, name: str) -> None:
    with pytest.raises(GoldError, match="here"):
        list(convert(name, tmp_path))


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_sample_row_of_another_shape_is_named_by_its_line(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / "dev.jsonl", '\n{"id": "a", "text": "b", "gold": {}}\n')
    with pytest.raises(GoldError) as raised:
        list(convert(f"sample:{name}", path))
    assert raised.value.faults[0].line == 2


def test_an_unknown_converter_lists_the_known() -> None:
    with pytest.raises(UnknownNameError, match="sample:polnear"):
        convert("propbank", "x")
    assert set(CONVERTERS) > {"polnear", "gvfc", "mfc", "basil"}
