"""Codings of several coders, read from tables and from gold; and what the package shows of itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import framing.evaluation as package
from framing.annotations import Findings, FrameLabel
from framing.errors import GoldError
from framing.evaluation.agreement import Codings, krippendorff_alpha
from framing.evaluation.codings import codings_by_label, frame_agreement, read_codings
from framing.evaluation.gold import GoldArticle
from framing.text import Document


def file_of(tmp_path: Path, name: str, content: str) -> Path:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    return path


LONG = "unit,coder,value\nu1,Ada,1\nu1,Bo,2\nu2,Ada,1\nu2,Bo,1\n"
WIDE = "unit,Ada,Bo\nu1,1,2\nu2,1,1\n"


def test_long_and_wide_tables_say_the_same(tmp_path: Path) -> None:
    long, wide = (read_codings(file_of(tmp_path, f"{n}.csv", text)) for n, text in enumerate((LONG, WIDE)))
    assert long == wide
    assert long.values == ((1.0, 2.0), (1.0, 1.0))


def test_an_empty_cell_is_a_unit_not_coded(tmp_path: Path) -> None:
    codings = read_codings(file_of(tmp_path, "a.csv", "unit,Ada,Bo\nu1,left,\nu2,left,right\n"))
    assert codings.values == (("left", None), ("left", "right"))


def test_lists_in_json_are_sets_of_labels(tmp_path: Path) -> None:
    lines = '{"unit": "u1", "Ada": ["a", "b"], "Bo": ["a"]}\n{"unit": "u2", "Ada": [], "Bo": []}\n'
    codings = read_codings(file_of(tmp_path, "a.jsonl", lines))
    assert codings.values == ((frozenset("ab"), frozenset("a")), (frozenset(), frozenset()))
    assert krippendorff_alpha(codings, level="masi") < 1


def test_sets_are_also_compared_label_by_label() -> None:
    codings = Codings.of([[frozenset("ab"), frozenset("a")], [frozenset(), None]])
    assert {label: given.values for label, given in codings_by_label(codings).items()} == {
        "a": ((True, True), (False, None)),
        "b": ((True, False), (False, None)),
    }


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_table_may_have_semicolons_or_tabs(tmp_path: Path, delimiter: str) -> None:
    assert read_codings(file_of(tmp_path, "a.csv", WIDE.replace(",", delimiter))).values == (
        (1.0, 2.0),
        (1.0, 1.0),
    )


def test_units_of_one_article_are_a_cluster(tmp_path: Path) -> None:
    text = "unit,cluster,Ada,Bo\nu1,art1,1,2\nu2,art1,1,1\nu3,art2,2,2\n"
    assert read_codings(file_of(tmp_path, "a.csv", text)).clusters == ("art1", "art1", "art2")


@pytest.mark.parametrize(
    ("name", "content", "line", "reason"),
    [
        ("a.csv", "", None, "no codings"),
        ("a.csv", "item,Ada\nx,1\n", 2, "no column 'unit'"),
        ("a.csv", LONG + "u1,Bo,1\n", 6, "coder 'Bo' has coded unit 'u1' before"),
        ("a.csv", WIDE + "u1,1,1\n", 4, "unit 'u1' is empty or stands in the file before"),
        ("a.csv", WIDE + "u3,1\n", 4, "more or fewer cells"),
        ("a.csv", "unit,coder,value\nu1,,1\n", 2, "a unit and a coder"),
        ("a.jsonl", "{", 1, "not JSON"),
        ("a.jsonl", "[1]", 1, "not an object"),
    ],
)
def test_a_table_that_does_not_fit_is_named_with_its_line(
    tmp_path: Path, name: str, content: str, line: int | None, reason: str
) -> None:
    with pytest.raises(GoldError, match=reason) as raised:
        read_codings(file_of(tmp_path, name, content))
    assert raised.value.faults[0].line == line


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="cannot be read"):
        read_codings(tmp_path / "none.csv")
    (tmp_path / "latin.csv").write_bytes(b"unit,Ada\n\xe9,1\n")
    with pytest.raises(GoldError, match="not UTF-8"):
        read_codings(tmp_path / "latin.csv")


def test_coders_of_gold_are_compared_label_by_label_and_set_by_set() -> None:
    def found(*frames: str) -> Findings:
        return Findings(frames=tuple(FrameLabel(codebook="b.v1", frame=frame) for frame in frames))

    articles = [
        GoldArticle(
            id=str(n),
            document=Document(id=str(n), text="x"),
            gold=found(*one),
            coders={"A": found(*one), "B": found(*other)},
        )
        for n, (one, other) in enumerate([(("a",), ("a",)), (("a", "b"), ("a",)), (("b",), ("b",)), ((), ())])
    ]
    agreed = frame_agreement(articles, codebook="b.v1", resamples=50)
    assert [score.name for score in agreed[""]] == ["alpha (masi)", "alpha (jaccard)"]
    assert agreed["a"][0].value == 1.0
    assert (agreed["b"][0].value or 0) < 1.0
    assert agreed["b"][0].n == 4


def test_every_public_name_is_there_and_listed_in_order() -> None:
    assert package.__all__ == sorted(package.__all__)
    assert all(callable(getattr(package, name)) or name == "CONVERTERS" for name in package.__all__)
    with pytest.raises(AttributeError, match="no attribute 'bleu'"):
        getattr(package, "bleu")  # noqa: B009


def test_importing_the_package_loads_neither_numpy_nor_scipy() -> None:
    code = "import sys, framing.evaluation; sys.exit(int(bool({'numpy', 'scipy', 'yaml'} & set(sys.modules))))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_statistics_programs_write_for_missing_is_no_coding(tmp_path: Path) -> None:
    path = tmp_path / "codings.csv"
    path.write_text("unit,Ines,Jonas\n1,yes,NA\n2,no,no\n3,.,yes\n4,nan,\n5,no,none\n")
    assert read_codings(path).values == (
        ("yes", None),
        ("no", "no"),
        (None, "yes"),
        (None, None),
        ("no", "none"),
    )


@pytest.mark.parametrize("content", ["unit,Ines\n1,yes\n", "unit,Ines,Jonas\n1,yes,\n2,,no\n"])
def test_codings_that_nobody_else_made_are_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "codings.csv"
    path.write_text(content)
    with pytest.raises(GoldError, match="agreement takes two"):
        read_codings(path)
