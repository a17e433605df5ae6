"""Files of every format, damaged anyhow: each is read as sound gold, or is a fault of this library's own telling."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from framing.annotations import Claim, Evidence, Findings, FrameLabel, Speaker, Statement
from framing.errors import GoldError
from framing.evaluation import GoldArticle
from framing.evaluation.gold import iter_faults
from framing.interop import FORMATS, CodedArticle, Scheme, export, load_format, merged_gold
from framing.text import Document, Span
from tests.test_label_studio import accepted, exported

TEXT = "One.\r\n\r\n\U0001f600 “No,” said\r\nMara Quist. Rents  rose."
DOCUMENT = Document(id="a1", text=TEXT)
QUOTED, QUIST, RENTS = Span(10, 15), Span(22, 32), Span(34, 46)
FOUND = Findings(
    speakers=(Speaker(id="S1", name="Mara Quist", mentions=(QUIST,)),),
    statements=(
        Statement(id="Q1", speaker="S1", kind="direct", spans=(QUOTED,), text=QUOTED.of(TEXT), source=QUIST),
    ),
    claims=(Claim(id="C1", voice="narrator", kind="factual", spans=(RENTS,), text=RENTS.of(TEXT)),),
    frames=(
        FrameLabel(
            codebook="policy-frames.v1",
            frame="economic",
            primary=True,
            evidence=(Evidence(spans=(QUOTED,), text=QUOTED.of(TEXT), voice="S1"),),
        ),
    ),
)
ONE = CodedArticle(DOCUMENT, {"anna": FOUND, "ben": Findings()})
WORDS = (
    b"null",
    b"[]",
    b"{}",
    b'""',
    b"true",
    b"1e9",
    b"-1",
    b"0",
    b"9" * 20,
    b"\xff",
    b"\x00",
    b"",
    b"anna",
    b"[[1]]",
)

Damage = Callable[[bytes], bytes]
place = st.floats(0, 1, exclude_max=True)


def cut(at: float) -> Damage:
    return lambda data: data[: int(at * len(data))]


def without(at: float, length: int) -> Damage:
    return lambda data: data[: int(at * len(data))] + data[int(at * len(data)) + length :]


def doubled(at: float, length: int) -> Damage:
    return lambda data: data[: int(at * len(data)) + length] + data[int(at * len(data)) :]


def replaced(at: float, word: bytes) -> Damage:
    """One number or word of the file is another."""

    def change(data: bytes) -> bytes:
        words = list(re.finditer(rb'"[^"]*"|-?\w+', data))
        if not words:
            return data
        found = words[int(at * len(words))]
        return data[: found.start()] + word + data[found.end() :]

    return change


damages = st.lists(
    st.builds(cut, place)
    | st.builds(without, place, st.integers(1, 40))
    | st.builds(doubled, place, st.integers(1, 40))
    | st.builds(replaced, place, st.sampled_from(WORDS)),
    min_size=1,
    max_size=3,
)


def damaged(data: bytes, changes: list[Damage]) -> bytes:
    for change in changes:
        data = change(data)
    return data


def damaged_archive(data: bytes, changes: list[Damage], at: float) -> bytes:
    """The same archive, with one of its files damaged."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = list(members)[int(at * len(members))]
    members[name] = damaged(members[name], changes)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return written.getvalue()


def sent(form: str, folder: Path) -> Path:
    """What the program would hand back of the labels, undamaged."""
    out = folder / ("p.qdpx" if form == "refi-qda" else "out")
    export((ONE,), out, Scheme(), form=form)
    if form != "label-studio":
        return out
    tasks = json.loads((out / "tasks.json").read_text(encoding="utf-8"))
    return exported(folder, [accepted(task) for task in tasks])


@pytest.mark.parametrize("form", FORMATS)
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(which=place, inside=place, changes=damages, whole=st.booleans())
def test_a_damaged_file_is_read_or_told(
    form: str, which: float, inside: float, changes: list[Damage], whole: bool, tmp_path: Path
) -> None:
    path = sent(form, tmp_path)
    files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
    file = files[int(which * len(files))]
    data = file.read_bytes()
    in_archive = file.suffix == ".qdpx" and not whole
    file.write_bytes(damaged_archive(data, changes, inside) if in_archive else damaged(data, changes))
    try:
        read = load_format(form).read(path, {"a1": DOCUMENT}, Scheme())
    except GoldError:
        return
    gold = merged_gold([GoldArticle(id="a1", document=DOCUMENT, gold=Findings())], read.articles)
    assert [reason for article in gold for reason in iter_faults(article)] == []
