"""What articles say reaches the terminal as text: no markup, no orders to the terminal, no ragged lines."""

from __future__ import annotations

import io

import pytest
from rich.text import Text

from framing import Document, analyze
from framing.cli.tables import print_table
from framing.reports.console import Hanging, text_console
from framing.reports.terminal import render


def _printed(value: object, width: int = 40) -> str:
    file = io.StringIO()
    text_console(width=width, file=file).print(value)
    return file.getvalue()


def test_control_characters_are_shown_and_not_sent() -> None:
    assert _printed("a\x1b[31mred\x1b]0;title \x00\x9b\u202e.") == "a␛[31mred␛]0;title ␀��.\n"


def test_control_characters_inside_a_styled_text_are_shown_too() -> None:
    assert _printed(Text("\x1b[2J", style="bold")) == "␛[2J\n"


def test_square_brackets_are_no_markup() -> None:
    assert _printed("[/b] [bold]x[/bold] :smile:") == "[/b] [bold]x[/bold] :smile:\n"


def test_a_table_shows_any_cell_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("outlet",), [("The [/b] Ledger",)])
    assert capsys.readouterr().out == "outlet\nThe [/b] Ledger\n"


def test_further_lines_hang_under_the_first() -> None:
    assert _printed(Hanging(Text("one two three four"), indent=2), width=11) == "one two\n  three\n  four\n"


def test_the_page_of_an_article_has_no_spaces_at_the_ends_of_lines_and_no_live_escapes() -> None:
    document = Document(
        id="a", title="T\x1b[31m", text="Ann Kehl said: “We \x1b[31mwill not\x1b[0m close it.”\n" * 3
    )
    file = io.StringIO()
    render(analyze(document, backend="rules"), document, text_console(width=30, file=file))
    lines = file.getvalue().splitlines()
    assert "\x1b" not in file.getvalue()
    assert [line for line in lines if line != line.rstrip()] == []


def test_one_word_is_not_one_words() -> None:
    document = Document(id="a", text="Flood")
    file = io.StringIO()
    render(analyze(document, backend="rules"), document, text_console(file=file))
    assert "1 word ·" in file.getvalue()
