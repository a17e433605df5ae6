"""Converters of public corpora, on small files of the shape of each release: what is read, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from framing.codebooks import load_codebook
from framing.errors import GoldError, UnknownNameError
from framing.evaluation.converters import CONVERTERS, convert
from framing.evaluation.converters.framesets import _FRAC, _NARRATIVE
from framing.evaluation.converters.policy import _SEMEVAL
from framing.evaluation.converters.samples import SAMPLES
from framing.evaluation.gold import GoldArticle, iter_faults, write_gold
from framing.text import Span
from tests.shared import shared

TEXT = "“The harbour will close,” Mara Quist said. Rents would rise by a third."


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


def test_polnear_events_may_name_words_that_are_marked_below_them(tmp_path: Path) -> None:
    write(tmp_path / "dev/text/a_1.txt", TEXT)
    lines = ["T1\tContent 0 11\tx", "E1\tAttribution:T9 Content:T1 Content2:T2", "T2\tContent 12 25\tx"]
    write(tmp_path / "dev/attributions/a_1_4b22.ann", "\n".join(lines))
    assert one("polnear", tmp_path).gold.statements[0].spans == (Span(0, 11), Span(12, 25))


def test_polnear_events_that_name_nothing_are_named_with_their_line(tmp_path: Path) -> None:
    write(tmp_path / "dev/text/a_1.txt", TEXT)
    write(tmp_path / "dev/attributions/a_1_4b22.ann", "T1\tContent 0 25\tx\nE1\tAttribution:T1 Content:T2")
    with pytest.raises(GoldError, match=r"_4b22\.ann:2: Content refers to 'T2', which is not marked in the file"):
        list(convert("polnear", tmp_path))


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


def test_coders_of_narrative_frames_are_read_from_the_answers_beside_the_table(tmp_path: Path) -> None:
    header = "ID\tsource\tdate\ttext\tRE\tHI\tCO\tMO\tEC"
    lines = [header, "7\tQ\td\tx\tFalse\tFalse\tTrue\tTrue\tFalse)", "8\tQ\td\ty"]
    path = write(tmp_path / "articles_metadata.tsv", "\n".join(lines))
    answers = {
        "co1": ["yes", ["yes", "yes", -1]],
        "co2": ["no", ["yes", "no", -1]],
        "mo1": ["yes", ["no", "yes", -1]],
    }
    write(tmp_path / "full_annotations.json", json.dumps({"7": {"_source": "Q", "_text": -1, **answers}}))
    article = one("narrative-frames", path)
    assert article.frames() == {"conflict", "morality"}
    assert {name: article.frames(coder=name) for name in article.coders} == {
        "coder 1": {"conflict"},
        "coder 2": {"morality"},
    }


def test_frames_of_converters_are_codes_of_their_codebooks(tmp_path: Path) -> None:
    """The published numbers of policy frames and themes are places in the codebook."""
    published = (
        "economic capacity moral fair legal policy crime security health quality cultur public political ext other"
    )
    for name, code in zip(published.split(), load_codebook("policy-frames.v1").codes, strict=True):
        assert name in code
    themes = ["2nd", "control", "politics", "mental", "school", "race", "opinion", "culture", "economic"]
    for name, code in zip(themes, load_codebook("gun-violence.v1").codes, strict=True):
        assert name in code
    assert set(_SEMEVAL.values()) < set(load_codebook("policy-frames.v1").codes)
    assert set(_FRAC.values()) == set(load_codebook("frac-frames.v1").codes)
    assert set(_NARRATIVE.values()) == set(load_codebook("narrative-frames.v1").codes)


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


def test_the_primary_frame_is_that_of_most_coders_where_the_file_does_not_name_it(tmp_path: Path) -> None:
    headline = [{"code": 6.2, "start": 0, "end": 0}]
    entry = {"text": TEXT, "irrelevant": 0, "annotations": {"framing": {"a": headline, "b": headline, "c": []}}}
    article = one("mfc", write(tmp_path / "mfc.json", json.dumps({"i-1": entry})))
    assert article.primary() == "policy_evaluation"


def test_articles_that_nobody_coded_for_frames_are_no_articles_without_frames(tmp_path: Path) -> None:
    entry = {"text": TEXT, "irrelevant": False, "annotations": {"framing": {}, "tone": {"a": []}}}
    assert list(convert("mfc", write(tmp_path / "mfc.json", json.dumps({"i-1": entry})))) == []


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"annotations": {"framing": {}}}, "put each article's text"),
        ({"text": TEXT}, "'i-1' is not an entry of the corpus: KeyError"),
        ({"text": TEXT, "annotations": {"framing": {"a": [{"code": "x"}]}}}, "not an entry of the corpus"),
        (
            {"text": TEXT, "annotations": {"framing": {"a": [{"code": 1.0, "start": 0, "end": 999}]}}},
            "ends at 999 in a text of 71 characters, which is another text",
        ),
        ([], "not an entry of the corpus"),
    ],
)
def test_an_entry_of_media_frames_that_does_not_fit_is_named(tmp_path: Path, entry: Any, reason: str) -> None:
    with pytest.raises(GoldError, match=reason):
        list(convert("mfc", write(tmp_path / "mfc.json", json.dumps({"i-1": entry}))))


def test_media_frames_are_an_object(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="object of articles by name"):
        list(convert("mfc", write(tmp_path / "mfc.json", "[]")))
    with pytest.raises(GoldError, match=r"mfc\.json:1: not JSON"):
        list(convert("mfc", write(tmp_path / "mfc.json", "{")))


def test_propaganda_techniques_are_frames_with_evidence(tmp_path: Path) -> None:
    write(tmp_path / "articles/article5.txt", TEXT)
    write(tmp_path / "labels/article5.task2-TC.labels", "5\tDoubt\t0\t25\n5\tDoubt\t43\t71\n")
    article = one("ptc", tmp_path)
    assert [evidence.text for evidence in article.gold.frames[0].evidence] == [TEXT[:25], TEXT[43:71]]


def test_spans_without_techniques_count_only_where_no_file_has_techniques(tmp_path: Path) -> None:
    write(tmp_path / "train-articles/article5.txt", TEXT)
    write(tmp_path / "train-task1-SI.labels", "5\t0\t25\n")
    assert one("ptc", tmp_path).frames() == {"propaganda"}
    write(tmp_path / "train-task2-TC.labels", "5\tDoubt\t0\t25\n")
    assert one("ptc", tmp_path).frames() == {"Doubt"}


def test_an_article_without_propaganda_is_kept_and_one_whose_labels_are_not_released_is_not(
    tmp_path: Path,
) -> None:
    for place in ("train-articles/article5.txt", "train-articles/article6.txt", "test-articles/article7.txt"):
        write(tmp_path / place, TEXT)
    write(tmp_path / "train-task2-TC.labels", "5\tDoubt\t0\t25\n")
    assert {article.id: len(article.frames()) for article in convert("ptc", tmp_path)} == {"ptc/5": 1, "ptc/6": 0}


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        ("5\tDoubt\t0\tend\n", r"train\.labels:1: expected id, technique, start and end"),
        ("5\tDoubt\t9\t3\n", r"train\.labels:1: expected id"),
        ("5\tDoubt\t0\t4\n6\tDoubt\t0\t4\n", r"train\.labels:2: there is no article6\.txt"),
        ("", "no .*labels"),
    ],
)
def test_label_files_that_do_not_fit_are_named_with_their_line(tmp_path: Path, labels: str, reason: str) -> None:
    write(tmp_path / "article5.txt", TEXT)
    write(tmp_path / "train.labels", labels)
    with pytest.raises(GoldError, match=reason):
        list(convert("ptc", tmp_path))


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        ("11 Economic\n", r"dev-labels-subtask-2\.txt:1: expected id, tab and frames"),
        ("\n11\tMoney\n", r"dev-labels-subtask-2\.txt:2: unknown frame 'Money'"),
        ("12\tEconomic\n", r"article12\.txt: cannot be read"),
    ],
)
def test_labels_of_semeval_that_do_not_fit_are_named(tmp_path: Path, labels: str, reason: str) -> None:
    write(tmp_path / "en/dev-labels-subtask-2.txt", labels)
    write(tmp_path / "en/dev-articles-subtask-2/article11.txt", TEXT)
    with pytest.raises(GoldError, match=reason):
        list(convert("semeval-2023-task-3", tmp_path / "en"))


def basil(tmp_path: Path, phrases: Any, **changes: Any) -> Path:
    article = {
        "uuid": "empty",
        "triplet-uuid": "t",
        "title": "Harbour",
        "source": "NYT",
        "body-paragraphs": [["No rise.", "Rents rise."], ["A rise and a rise of rents."]],
        **changes,
    }
    write(tmp_path / "articles/2019/1_1.json", json.dumps(article))
    write(tmp_path / "annotations/2019/1_1_ann.json", json.dumps({"phrase-level-annotations": phrases}))
    return tmp_path


def test_basil_phrases_stand_at_their_offsets_in_the_sentence_they_are_counted_in(tmp_path: Path) -> None:
    phrases = [
        {"id": "p2", "txt": "rise", "start": 13, "end": 17, "bias": "lex"},
        {"id": "p1", "txt": "rise", "start": 0, "end": 4, "bias": "lex"},
        {"id": "title", "txt": "Harbour", "bias": "inf"},
    ]
    found = one("basil", basil(tmp_path, phrases))
    text = found.document.text
    lexical = next(label for label in found.gold.frames if label.frame == "lexical_bias")
    starts = [evidence.spans[0].start for evidence in lexical.evidence]
    assert starts == [text.index("rise of"), text.index("Rents rise") + 6]
    assert found.frames() == {"lexical_bias", "informational_bias"}
    assert (found.id, found.event) == ("basil/1_1", "t")


@pytest.mark.parametrize(
    ("phrases", "reason"),
    [
        ([{"id": "p9", "txt": "rise", "bias": "lex"}], "in sentence 'p9', which is not in the article"),
        ([{"id": "x", "txt": "rise", "bias": "lex"}], "in sentence 'x'"),
        ([{"id": "p0", "txt": "fall", "bias": "lex"}], "'fall' does not stand in sentence 'p0'"),
        ([{"id": "p0", "txt": "rise", "bias": "rel"}], "not of the release's shape: KeyError"),
        (["rise"], "not of the release's shape: TypeError"),
    ],
)
def test_phrases_of_basil_that_do_not_fit_are_named(tmp_path: Path, phrases: Any, reason: str) -> None:
    with pytest.raises(GoldError, match=f"1_1_ann.json: .*{reason}"):
        list(convert("basil", basil(tmp_path, phrases)))


def test_policlaim_keeps_the_sentences_around(tmp_path: Path) -> None:
    path = write(tmp_path / "AK2000.csv", "SENTENCES,golden\nRents rose by a third.,1\nThank you.,0\n")
    first, second = convert("policlaim", path)
    assert [*first.frames(), *second.frames()] == ["checkable", "not_checkable"]
    assert second.document.meta["before"] == "Rents rose by a third."


def workbook(path: Path, rows: list[list[str | float | None]]) -> Path:
    """A small .xlsx: texts in the shared table, numbers in the cells, nothing for None."""
    texts = list(dict.fromkeys(cell for row in rows for cell in row if isinstance(cell, str)))
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = [
            f'<c r="{chr(65 + at)}{number}" t="s"><v>{texts.index(cell)}</v></c>'
            if isinstance(cell, str)
            else f'<c r="{chr(65 + at)}{number}"><v>{cell:g}</v></c>'
            for at, cell in enumerate(row)
            if cell is not None
        ]
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    shared_texts = "".join(f"<si><t>{text}</t><rPh><t>x</t></rPh></si>" for text in texts)
    path.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(path, "w") as book:
        space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        book.writestr("xl/sharedStrings.xml", f"<sst {space}>{shared_texts}</sst>")
        sheet = f"<worksheet {space}><sheetData>{''.join(lines)}</sheetData></worksheet>"
        book.writestr("xl/worksheets/sheet1.xml", sheet)
    return path


def test_policlaim_is_read_from_the_workbooks_of_its_release(tmp_path: Path) -> None:
    workbook(tmp_path / "PoliClaim_train_golden/AK2003_G4_1.xlsx", [["SENTENCES", "golden"], ["Rents rose.", 1]])
    header: list[str | float | None] = ["SENTENCES", "SPEECH", "gpt-4", "Golden", "label_1", "label_2"]
    rows: list[list[str | float | None]] = [
        ["We thank you.", "AL2022", None, 0, 0, 0],
        ["Taxes fell.", "AK2022", 3, 1, 1, 0],
        [None, None, None, None, None, None],
    ]
    workbook(tmp_path / "PoliClaim_test/policlaim_gpt_with_human_eval_merged.xlsx", [header, *rows])
    workbook(
        tmp_path / "PoliClaim_train_silver_n_bronze/AZ2007_G4_1.xlsx", [["SENTENCES", "likelihood"], ["x", 3]]
    )
    train, thanks, taxes = convert("policlaim", tmp_path)
    assert [(a.id, a.split) for a in (train, thanks, taxes)] == [
        ("policlaim/AK2003/0", "dev"),
        ("policlaim/AL2022/0", "test"),
        ("policlaim/AK2022/0", "test"),
    ]
    assert thanks.document.meta == {"before": "", "after": ""}
    assert taxes.frames(coder="annotator 1") == {"checkable"}
    assert taxes.frames(coder="annotator 2") == {"not_checkable"}


def test_gvfc_is_read_from_its_workbook(tmp_path: Path) -> None:
    header: list[str | float | None] = ["news_title", "Q1 Relevant", "Q3 Theme1", "Q3 Theme2"]
    path = workbook(tmp_path / "GVFC.xlsx", [header, ["Guns at the fair", 1, 5, 99]])
    assert one("gvfc", path).frames() == {"school_public_space_safety"}


@pytest.mark.parametrize("content", [b"", b"sentence,label\n", b"PK\x03\x04"])
def test_what_is_no_workbook_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    with pytest.raises(GoldError, match=r"not an \.xlsx workbook"):
        list(convert("policlaim", tmp_path / "a.xlsx"))


def test_a_workbook_without_sheets_is_none(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "a.xlsx", "w") as book:
        book.writestr("xl/other.xml", "<x/>")
    with pytest.raises(GoldError, match=r"not an \.xlsx workbook"):
        list(convert("gvfc", tmp_path / "a.xlsx"))


def test_a_conversion_that_fails_leaves_no_half_a_file(tmp_path: Path) -> None:
    path = write(tmp_path / "frac.csv", "sentence,label,id,type\nRents rise.,1,a,comment\nx,2,b,comment\n")
    with pytest.raises(GoldError, match=r"frac\.csv:3"):
        write_gold(tmp_path / "frac.jsonl", convert("frac", path))
    assert [file.name for file in tmp_path.iterdir()] == ["frac.csv"]


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


@pytest.mark.parametrize("name", ["polnear", "ptc", "basil", "semeval-2023-task-3", "policlaim"])
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
