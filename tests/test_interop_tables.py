"""CSV for R and spreadsheets, .sav and .dta: what is written, that it comes back, and faults in edited files."""

from __future__ import annotations

import csv
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner
from hypothesis import given, settings

from framing.annotations import Findings, FrameLabel
from framing.cli.main import cli
from framing.codebooks import load_codebook
from framing.errors import GoldError, UsageError
from framing.evaluation import load_gold, read_codings
from framing.interop import CodedArticle, Scheme, export, load_format
from framing.text import Document
from tests.interop_kit import coded_articles, documents
from tests.shared import ROOT

GOLD_FILE = ROOT / "datasets" / "newsroom" / "gold.jsonl"
DOCUMENT = Document(id="a1", text="=SUM(1) said Mara Quist.")
LABEL = FrameLabel(codebook="policy-frames.v1", frame="economic", primary=True)
ONE = CodedArticle(DOCUMENT, {"anna": Findings(frames=(LABEL,)), "ben": Findings()})
SCHEME = Scheme(codebooks=(load_codebook("policy-frames"),))


@pytest.mark.parametrize("form", ["csv", "csv-excel"])
@settings(deadline=None, max_examples=40)
@given(coded_articles())
def test_all_that_was_coded_comes_back_from_csv(form: str, articles: tuple[CodedArticle, ...]) -> None:
    with TemporaryDirectory() as folder:
        report = export(articles, Path(folder), Scheme(), form=form)
        assert report.not_held == ()
        assert load_format(form).read(Path(folder), documents(articles), Scheme()).articles == articles


@pytest.mark.parametrize("form", ["spss", "stata"])
@settings(deadline=None, max_examples=15)
@given(coded_articles())
def test_all_that_was_coded_comes_back_from_statistics_programs(
    form: str, articles: tuple[CodedArticle, ...]
) -> None:
    with TemporaryDirectory() as folder:
        assert export(articles, Path(folder), Scheme(), form=form).not_held == ()
        assert load_format(form).read(Path(folder), documents(articles), Scheme()).articles == articles


def written(tmp_path: Path, *articles: CodedArticle, form: str = "csv") -> Path:
    export(articles or (ONE,), tmp_path / "out", SCHEME, form=form)
    return tmp_path / "out"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_frame_is_a_unit_and_a_coder_a_column(tmp_path: Path) -> None:
    frames = {row["unit"]: (row["anna"], row["ben"]) for row in rows(written(tmp_path) / "frames.csv")}
    assert frames["policy-frames.v1/economic@a1"] == ("1", "0")
    assert frames["policy-frames.v1/morality@a1"] == ("0", "0")
    assert len(frames) == len(load_codebook("policy-frames").codes)


def test_the_tables_are_what_agree_reads(tmp_path: Path) -> None:
    codings = read_codings(written(tmp_path) / "frames.csv")
    assert codings.coders == ("anna", "ben")
    assert set(codings.clusters) == {"a1"}


def test_who_has_not_coded_an_article_is_missing_and_not_zero(tmp_path: Path) -> None:
    other = CodedArticle(Document(id="a2", text="No."), {"anna": Findings(frames=(LABEL,))})
    frames = {row["unit"]: row["ben"] for row in rows(written(tmp_path, ONE, other) / "frames.csv")}
    assert frames["policy-frames.v1/economic@a1"] == "0"
    assert frames["policy-frames.v1/economic@a2"] == ""


def test_quanteda_finds_its_columns(tmp_path: Path) -> None:
    (article,) = rows(written(tmp_path) / "articles.csv")
    assert (article["doc_id"], article["text"]) == ("a1", DOCUMENT.text)


def test_a_cell_like_a_formula_is_told_and_not_changed(tmp_path: Path) -> None:
    report = export((ONE,), tmp_path, SCHEME, form="csv")
    assert report.notes[0].startswith("1 cells begin as a formula does")
    assert rows(tmp_path / "articles.csv")[0]["text"].startswith("=SUM(1)")


def test_excel_gets_its_byte_order_mark_and_semicolons(tmp_path: Path) -> None:
    data = (written(tmp_path, form="csv-excel") / "frames.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfunit;cluster;anna;ben\r\n")


def test_a_table_filled_in_by_hand_is_read(tmp_path: Path) -> None:
    table = tmp_path / "frames.csv"
    table.write_text(
        "unit;cluster;anna;ben\np.v1/economic@a1;a1;1;0\np.v1/morality@a1;a1; 1 ;\n", encoding="utf-8-sig"
    )
    (article,) = load_format("csv").read(table, documents([ONE]), Scheme()).articles
    assert [label.frame for label in article.codings["anna"].frames] == ["economic", "morality"]
    assert article.codings["ben"].frames == ()


def test_an_empty_cell_among_others_is_read_as_absent_and_told(tmp_path: Path) -> None:
    table = tmp_path / "frames.csv"
    table.write_text("unit,anna,ben\np.v1/economic@a1,1,\np.v1/morality@a1,,\n", encoding="utf-8")
    (article,) = load_format("csv").read(table, documents([ONE]), Scheme()).articles
    assert list(article.codings) == ["anna"]
    (problem,) = article.codings["anna"].problems
    assert problem.reason == "1 of 2 frames have an empty cell, read as 0: morality"
    assert not problem.loses


def test_what_a_spreadsheet_leaves_around_a_table_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("unit;anna;\np.v1/economic@a1;1;\n;;\n\n;;\n", encoding="utf-8")
    (article,) = load_format("csv").read(tmp_path / "t.csv", documents([ONE]), Scheme()).articles
    assert {coder: len(found.frames) for coder, found in article.codings.items()} == {"anna": 1}


@pytest.mark.parametrize("name", ["left/right", "a@b", "100%", "a%2Fb", "a,b", 'a"b', "a\nb", "é"])
def test_a_unit_has_its_frame_whatever_that_is_called(name: str, tmp_path: Path) -> None:
    label = FrameLabel(codebook=name, frame=name, primary=True)
    article = CodedArticle(Document(id="a@1/x", text="No."), {"anna": Findings(frames=(label,))})
    folder = written(tmp_path, article)
    (back,) = load_format("csv").read(folder / "frames.csv", documents([article]), SCHEME).articles
    assert [(f.codebook, f.frame) for f in back.codings["anna"].frames] == [(name, name)]


@pytest.mark.parametrize("coder", ["unit", "cluster"])
def test_a_coder_called_like_a_column_is_refused(coder: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=f"a coder cannot be called '{coder}'"):
        written(tmp_path, CodedArticle(DOCUMENT, {coder: Findings()}))


def test_a_name_that_a_file_cuts_short_is_told_at_export(tmp_path: Path) -> None:
    article = CodedArticle(Document(id="a1 ", text="No."), {"anna": Findings(frames=(LABEL,))})
    with pytest.raises(UsageError, match="what was written as 'spss' cannot be read again: call the article"):
        written(tmp_path, article, form="spss")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("unit,anna\np.v1/economic@a1,yes\n", "t.csv:2: 'anna' has 'yes' for 'p.v1/economic@a1': 1, 0 or nothing"),
        ("unit,anna\np.v1/economic@a9,1\n", "t.csv:2: unit 'p.v1/economic@a9' is not CODEBOOK/FRAME@ARTICLE"),
        ("unit,anna\nx,1,2\n", "t.csv:2: this row has 3 cells, the header 2"),
        ("unit,anna,anna\np.v1/economic@a1,1,0\n", "t.csv:1: the column 'anna' stands there twice"),
        ("unit,anna\np.v1/a@a1,1\np.v1/a@a1,0\n", "t.csv:3: unit 'p.v1/a@a1' stands there twice"),
        ("unit,anna,\np.v1/economic@a1,1,0\n", "t.csv:2: a column without a name has a value here"),
        ("anna\n1\n", "t.csv:1: no table of marks"),
        ("article,coder,layer\na1,,Claim\n", "t.csv:2: names no coder"),
        ("colour\nred\n", "t.csv:1: no table of marks"),
        ("article,coder,layer\na9,anna,Claim\n", "t.csv:2: there is no article 'a9'"),
        ("article,coder,layer\na1,anna,Clam\n", "t.csv:2: unknown layer 'Clam'"),
        (
            "article,coder,layer,spans\na1,anna,Claim,5-900\n",
            "t.csv:2: 5-900 is not inside a text of 24 characters",
        ),
        ("article,coder,layer,spans\na1,anna,Claim,5 to 9\n", "t.csv:2: not a span: '5 to 9'"),
        (
            "article,coder,layer,spans,text\na1,anna,Claim,0-4,Some\n",
            "t.csv:2: the text is 'Some', but the spans hold '=SUM'",
        ),
        ("article,coder,layer,mark,spans,links\na1,anna,Claim,c,0-4,voice=m\n", "there is no mark 'm'"),
        ("article,coder,layer,mark,spans\na1,b,Cue,c,0-4\na1,b,Cue,c,0-4\n", "the mark 'c' stands there twice"),
        ("article,coder,layer,spans,links\na1,anna,Claim,0-4,because=m\n", "t.csv:2: unknown link 'because'"),
    ],
)
def test_a_fault_names_its_line(content: str, fault: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(content, encoding="utf-8")
    with pytest.raises(GoldError) as error:
        load_format("csv").read(tmp_path / "t.csv", documents([ONE]), Scheme())
    assert fault in str(error.value)


def test_a_file_in_another_encoding_names_its_line(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes("unit,anna\ncafé,1\n".encode("cp1252"))
    with pytest.raises(GoldError, match=r"t\.csv:2: not UTF-8 at byte 13: save it as “CSV UTF-8”"):
        load_format("csv").read(tmp_path / "t.csv", documents([ONE]), Scheme())


def test_a_table_filled_in_beside_its_marks_is_not_passed_over(tmp_path: Path) -> None:
    blind = CodedArticle(DOCUMENT, {"anna": Findings()})
    folder = written(tmp_path, blind)
    table = (folder / "frames.csv").read_text(encoding="utf-8")
    (folder / "frames.csv").write_text(table.replace("economic@a1,a1,", "economic@a1,a1,1"), encoding="utf-8")
    with pytest.raises(
        GoldError, match=r"frames\.csv: does not say what the table of marks says \('anna', 'economic'"
    ):
        load_format("csv").read(folder, documents([ONE]), Scheme())
    (article,) = load_format("csv").read(folder / "frames.csv", documents([ONE]), Scheme()).articles
    assert [label.frame for label in article.codings["anna"].frames] == ["economic"]


def test_spss_knows_what_a_number_means_and_what_is_missing(tmp_path: Path) -> None:
    pyreadstat = pytest.importorskip("pyreadstat")
    other = CodedArticle(Document(id="a2", text="No."), {"anna b.": Findings(frames=(LABEL,))})
    folder = written(tmp_path, ONE, other, form="spss")
    columns, about = pyreadstat.read_sav(str(folder / "frames.sav"), output_format="dict")
    place = columns["unit"].index("policy-frames.v1/economic@a2")
    assert columns["ben"][place] is None
    assert columns["v4_anna_b_"][place] == 1.0
    assert about.column_names_to_labels["v4_anna_b_"] == "anna b."
    assert about.variable_value_labels["ben"] == {0.0: "absent", 1.0: "present"}
    columns, about = pyreadstat.read_sav(str(folder / "primary.sav"), output_format="dict")
    assert about.variable_value_labels["anna"][columns["anna"][0]] == "economic"


@pytest.mark.parametrize("form", ["spss", "stata"])
@pytest.mark.parametrize("coder", ["LE", "by", "str5", "using", "v3_a_b", "Unit", "é", "a" * 40])
def test_a_coder_may_be_called_as_no_variable_can_be(coder: str, form: str, tmp_path: Path) -> None:
    article = CodedArticle(DOCUMENT, {coder: Findings(frames=(LABEL,)), "a b": Findings()})
    assert export((article,), tmp_path, SCHEME, form=form).not_held == ()
    assert load_format(form).read(tmp_path, documents([article]), SCHEME).articles == (article,)


def test_a_name_that_stata_refuses_is_told(tmp_path: Path) -> None:
    article = CodedArticle(DOCUMENT, {"a" * 81: Findings(frames=(LABEL,))})
    with pytest.raises(UsageError, match=r"\.dta cannot hold this table: .*too long.* \(longest: 'aaa"):
        export((article,), tmp_path, SCHEME, form="stata")


def test_stata_knows_what_a_number_means_and_what_is_missing(tmp_path: Path) -> None:
    pyreadstat = pytest.importorskip("pyreadstat")
    other = CodedArticle(Document(id="a2", text="No."), {"anna": Findings(frames=(LABEL,))})
    folder = written(tmp_path, ONE, other, form="stata")
    columns, about = pyreadstat.read_dta(str(folder / "frames.dta"), output_format="dict")
    cells = dict(zip(columns["unit"], zip(columns["anna"], columns["ben"], strict=True), strict=True))
    assert cells["policy-frames.v1/economic@a1"] == (1.0, 0.0)
    assert cells["policy-frames.v1/economic@a2"] == (1.0, None)
    assert about.variable_value_labels["ben"] == {0: "absent", 1: "present"}


def test_two_coders_of_one_name_in_a_statistics_file_are_a_fault(tmp_path: Path) -> None:
    pyreadstat = pytest.importorskip("pyreadstat")
    pandas = pytest.importorskip("pandas")
    cells = pandas.DataFrame({"unit": ["p.v1/a@a1"], "v1": [1.0], "v2": [0.0]})
    pyreadstat.write_sav(cells, str(tmp_path / "t.sav"), column_labels={"v1": "anna", "v2": "anna"})
    with pytest.raises(GoldError, match=r"t\.sav: the column 'anna' stands there twice"):
        load_format("spss").read(tmp_path / "t.sav", documents([ONE]), Scheme())


@pytest.mark.parametrize("form", ["spss", "stata"])
def test_a_file_of_another_kind_is_refused(form: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"unit,coder\n" * 50)
    with pytest.raises(GoldError, match="file that can be read"):
        load_format(form).read(tmp_path / "x", {}, Scheme())


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="cannot be read: No such file"):
        load_format("csv").read(tmp_path / "t.csv", {}, Scheme())


def test_the_newsroom_comes_back_through_the_command_line(tmp_path: Path) -> None:
    runner, out, back = CliRunner(), tmp_path / "out", tmp_path / "back.jsonl"
    exported = runner.invoke(
        cli, ["data", "export", str(GOLD_FILE), "--to", "csv", "--out", str(out)], catch_exceptions=False
    )
    assert exported.exit_code == 0
    assert "36 articles, 108 codings" in exported.output
    imported = runner.invoke(
        cli,
        ["data", "import", str(out), "--from", "csv", "--articles", str(GOLD_FILE), "--out", str(back)],
        catch_exceptions=False,
    )
    assert imported.exit_code == 0, imported.output
    before, after = load_gold(GOLD_FILE), load_gold(back)
    from framing.interop.unmarking import in_text_order

    assert [in_text_order(article.gold) for article in before] == [article.gold for article in after]
    assert [{c: in_text_order(f) for c, f in a.coders.items()} for a in before] == [a.coders for a in after]
