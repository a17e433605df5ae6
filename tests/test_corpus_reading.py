"""Corpora are read row by row; what holds no article is a row of its own, with its place."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import tempfile
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing import Document
from framing.annotations import Analysis, Problem
from framing.corpus import TABLES, BadRow, Entry, Fields, passed_over, read_corpus, write_tables
from framing.corpus.rows import csv_rows
from framing.errors import InputError, MissingDependencyError, UsageError

ROWS = [
    {"id": "a", "text": "One é “two”.", "outlet": "The Example"},
    {"id": 7, "text": "Three\n\nfour.", "year": 2031},
]


def jsonl(*rows: object) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def read(path: Path | str, **fields: str) -> list[Entry]:
    return list(read_corpus(path, Fields(**fields)))  # type: ignore[arg-type]


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def documents(entries: list[Entry]) -> list[Document]:
    return [entry for entry in entries if isinstance(entry, Document)]


def bad(entries: list[Entry]) -> list[BadRow]:
    return [entry for entry in entries if isinstance(entry, BadRow)]


# --- jsonl --------------------------------------------------------------------------------------------


def test_a_jsonl_row_becomes_a_document_and_other_columns_its_meta(tmp_path: Path) -> None:
    first, second = documents(read(written(tmp_path, "x.jsonl", jsonl(*ROWS))))
    assert (first.id, first.text, first.outlet, first.meta) == ("a", "One é “two”.", "The Example", {})
    assert (second.id, second.outlet, second.meta) == ("7", None, {"year": 2031})


def test_columns_may_have_other_names(tmp_path: Path) -> None:
    path = written(tmp_path, "x.jsonl", jsonl({"body": "Text.", "key": 5, "text": "teaser"}))
    (document,) = documents(read(path, text="body", id="key"))
    assert (document.id, document.text, document.meta) == ("5", "Text.", {"text": "teaser"})


def test_a_row_without_an_id_is_called_by_its_file_and_line(tmp_path: Path) -> None:
    path = written(tmp_path, "news.jsonl", b"\n" + jsonl({"text": "One."}, {"text": "Two.", "id": ""}))
    assert [document.id for document in documents(read(path))] == ["news-2", "news-3"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{nonsense", "not JSON"),
        (b"[1, 2]", "not an object but list"),
        (b'{"text": "caf\xe9"}', "not UTF-8"),
        (b'{"id": "x"}', "has no text in the field 'text'"),
        (b'{"text": 5}', "has int for a text"),
        (b'{"text": null}', "has no text"),
        (b'{"text": "  "}', "has an empty text"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_a_bad_row_says_its_line_and_the_others_are_read(tmp_path: Path, line: bytes, reason: str) -> None:
    path = written(tmp_path, "x.jsonl", jsonl(ROWS[0]) + line + b"\n" + jsonl(ROWS[1]))
    entries = read(path)
    assert [entry.id for entry in documents(entries)] == ["a", "7"]
    (row,) = bad(entries)
    assert row.source == f"{path}:2"
    assert reason in row.reason


def test_a_bad_row_keeps_its_own_id_where_it_has_one(tmp_path: Path) -> None:
    path = written(tmp_path, "x.jsonl", jsonl(*ROWS, {"id": "mine", "text": ""}, {"text": ""}))
    assert [row.id for row in bad(read(path))] == ["mine", "x-4"]


def test_a_byte_order_mark_is_no_part_of_the_first_row(tmp_path: Path) -> None:
    assert len(documents(read(written(tmp_path, "x.jsonl", b"\xef\xbb\xbf" + jsonl(*ROWS))))) == 2


def test_a_last_line_without_an_end_is_read(tmp_path: Path) -> None:
    assert len(documents(read(written(tmp_path, "x.jsonl", jsonl(*ROWS).rstrip(b"\n"))))) == 2


def test_a_text_column_that_is_in_no_row_is_a_mistake_of_the_call(tmp_path: Path) -> None:
    path = written(tmp_path, "x.jsonl", jsonl({"id": 1, "body": "x"}))
    with pytest.raises(UsageError, match=r"no column 'text' .* the columns are 'id', 'body'"):
        read(path)


def test_rows_are_read_as_they_are_asked_for(tmp_path: Path) -> None:
    path = written(tmp_path, "x.jsonl", jsonl(*[{"id": n, "text": "word " * 200} for n in range(2_000)]))
    corpus = read_corpus(path)
    rows = iter(corpus)
    assert len(list(islice(rows, 50))) == 50
    assert corpus.meter.fraction is not None
    assert 0 < corpus.meter.fraction < 0.2


def test_two_columns_cannot_be_one() -> None:
    with pytest.raises(UsageError, match="'text' cannot be two things"):
        Fields(title="text")


# --- csv and parquet ------------------------------------------------------------------------------------


def test_csv_cells_may_hold_line_breaks_quotes_and_long_articles(tmp_path: Path) -> None:
    long = "word " * 60_000
    data = f'id,text\na,"Said ""no"".\n\nThen left."\nb,"{long}"\n'
    first, second = documents(read(written(tmp_path, "x.csv", data.encode())))
    assert (first.text, second.text) == ('Said "no".\n\nThen left.', long)


@pytest.mark.parametrize(("name", "delimiter"), [("x.csv", ";"), ("x.csv", "|"), ("x.tsv", "\t"), ("x.csv", "\t")])
def test_the_delimiter_of_csv_is_seen_in_its_header(tmp_path: Path, name: str, delimiter: str) -> None:
    data = f"id{delimiter}text{delimiter}outlet\na{delimiter}One, two.{delimiter}The Example\n"
    (document,) = documents(read(written(tmp_path, name, data.encode())))
    assert (document.text, document.outlet) == ("One, two.", "The Example")


def test_a_csv_record_of_another_width_is_a_bad_row_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, "x.csv", b'id,text\na,"one\ntwo"\nb,two,three\nc,four\n')
    entries = read(path)
    assert [document.id for document in documents(entries)] == ["a", "c"]
    assert (bad(entries)[0].source, bad(entries)[0].reason) == (f"{path}:4", "has 3 cells, the header has 2")


def test_csv_bytes_that_are_no_utf8_are_replaced_and_noted(tmp_path: Path) -> None:
    (document,) = documents(read(written(tmp_path, "x.csv", b"id,text\na,caf\xe9 au lait\n")))
    assert document.text == "caf\ufffd au lait"
    assert "replaced by U+FFFD" in document.notes[0]


def test_an_empty_csv_file_is_a_bad_row(tmp_path: Path) -> None:
    assert "names its columns" in bad(read(written(tmp_path, "x.csv", b"")))[0].reason


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(), st.text()), min_size=1))
def test_what_the_csv_writer_wrote_is_read_back(cells: list[tuple[str, str]]) -> None:
    import csv

    clean = [tuple(cell.encode("utf-8", "replace").decode().replace("\0", "") for cell in row) for row in cells]
    file = io.StringIO(newline="")
    csv.writer(file).writerows([("id", "text"), *clean])
    rows = [row for _, row in csv_rows(io.BytesIO(file.getvalue().encode()), "x.csv")]
    assert rows == [{"id": id, "text": text} for id, text in clean]


def test_parquet_is_read_and_written(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    parquet.write_table(pyarrow.Table.from_pylist([{"id": "a", "text": "One.", "n": 3}]), tmp_path / "x.parquet")
    (document,) = documents(read(tmp_path / "x.parquet"))
    assert (document.id, document.text, document.meta) == ("a", "One.", {"n": 3})
    assert bad(read(written(tmp_path, "y.parquet", b"nonsense")))[0].id == "y"


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(MissingDependencyError, match=r"framing-toolkit\[parquet\]"):
        read(written(tmp_path, "x.parquet", b""))


# --- Files and folders ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("suffix", "pack"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)]
)
def test_packed_files_are_unpacked_on_the_way(tmp_path: Path, suffix: str, pack: Callable[[bytes], bytes]) -> None:
    path = written(tmp_path, f"x.jsonl{suffix}", pack(jsonl(*ROWS)))
    assert [document.id for document in documents(read(path))] == ["a", "7"]
    torn = written(tmp_path, f"y.jsonl{suffix}", pack(jsonl(*ROWS) * 500)[:-20])
    assert "cannot be read" in bad(read(torn))[-1].reason


def test_zstandard_is_unpacked_too(tmp_path: Path) -> None:
    zstandard = pytest.importorskip("zstandard")
    path = written(tmp_path, "x.jsonl.zst", zstandard.compress(jsonl(*ROWS)))
    assert len(documents(read(path))) == 2


def test_a_folder_is_all_its_files_by_name_with_paths_as_ids(tmp_path: Path) -> None:
    (tmp_path / "2031").mkdir()
    written(tmp_path, "b.txt", b"Two.")
    written(tmp_path / "2031", "a.txt", b"One.")
    written(tmp_path, "c.jsonl", jsonl({"id": "row", "text": "Three."}))
    written(tmp_path, "notes.pdf", b"%PDF")
    written(tmp_path, "z.txt", b"")
    entries = read(tmp_path)
    assert [entry.id for entry in entries] == ["2031/a", "b", "row", "z"]
    assert "is empty" in bad(entries)[0].reason


def test_hidden_files_of_a_folder_are_no_articles(tmp_path: Path) -> None:
    (tmp_path / ".trash").mkdir()
    written(tmp_path, "a.txt", b"One.")
    written(tmp_path, "._a.txt", b"\x00\x05\x16\x07")
    written(tmp_path / ".trash", "b.txt", b"Two.")
    assert [entry.id for entry in read(tmp_path)] == ["a"]
    assert passed_over([str(tmp_path)]) == ()


def test_files_of_other_kinds_in_a_folder_are_named(tmp_path: Path) -> None:
    written(tmp_path, "a.txt", b"One.")
    word, page = written(tmp_path, "b.docx", b"PK"), written(tmp_path, "c.html", b"<p>")
    assert passed_over([str(tmp_path), str(tmp_path / "a.txt"), "-"]) == (str(word), str(page))


def test_standard_input_is_jsonl_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(jsonl(*ROWS))))
    assert [document.id for document in documents(read("-"))] == ["a", "7"]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"One article.")))
    assert documents(read("-", format="txt"))[0].text == "One article."


def test_what_is_not_there_and_what_is_no_corpus_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file or folder"):
        read(tmp_path / "nothing.jsonl")
    with pytest.raises(UsageError, match=r"cannot tell the format from '.json'; .* one article a line"):
        read(written(tmp_path, "x.json", b"[]"))
    with pytest.raises(InputError, match="holds no file that ends in"):
        read(tmp_path, format="txt")
    with pytest.raises(UsageError, match="no input is given"):
        read_corpus([])


# --- Tables ---------------------------------------------------------------------------------------------


def analysis() -> Analysis:
    from framing import analyze

    story = "“The bridge is not safe,” said Mayor Ana Ortiz. “It has to close.”"
    return analyze(Document(id="a,b", text=story), backend="rules", codebook="generic-frames")


def test_parquet_tables_hold_what_csv_tables_hold(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    from pyarrow import parquet

    write_tables([analysis()], tmp_path, "parquet")
    write_tables([analysis()], tmp_path, "csv")
    for name, (columns, rows) in TABLES.items():
        table = parquet.read_table(tmp_path / f"{name}.parquet")
        assert tuple(table.column_names) == columns
        assert [tuple(row.values()) for row in table.to_pylist()] == list(rows(analysis()))
        with (tmp_path / f"{name}.csv").open(newline="") as file:
            assert len(list(csv.reader(file))) == 1 + table.num_rows


@settings(deadline=None)
@given(st.text(alphabet='a,;"“\n\r\t '))
def test_any_text_comes_back_from_a_csv_table_as_it_was(text: str) -> None:
    told = analysis().model_copy(update={"problems": (Problem(kind="input", reason=text),)})
    with tempfile.TemporaryDirectory() as folder:
        write_tables([told], Path(folder), "csv")
        with (Path(folder) / "problems.csv").open(newline="", encoding="utf-8") as file:
            (row,) = csv.DictReader(file)
    assert (row["document"], row["loses"], row["item"], row["reason"]) == ("a,b", "false", "", text)


def test_a_table_is_replaced_only_when_it_is_whole(tmp_path: Path) -> None:
    def breaks() -> list[Analysis]:
        raise InputError("x", "broken")

    (tmp_path / "claims.csv").write_text("old")
    with pytest.raises(InputError):
        write_tables((one for _ in range(1) for one in breaks()), tmp_path, "csv")
    assert (tmp_path / "claims.csv").read_text() == "old"
