"""What the documents show is what the program does: their commands are run and their output is compared."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from framing.cli.main import cli

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([ROOT / "README.md", *ROOT.glob("docs/*.md")])
_BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


def shown() -> Iterator[tuple[str, str, list[str]]]:
    """Every (document, command, lines of output) in the console blocks; `…` stands for left-out lines."""
    for path in DOCUMENTS:
        for block in _BLOCK.findall(path.read_text(encoding="utf-8")):
            for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                yield path.name, command, [line.rstrip() for line in output.splitlines() if line.strip()]


CASES = [case for case in shown() if case[1].startswith("framing ")]


def test_the_readme_shows_commands() -> None:
    assert any(document == "README.md" for document, _, _ in CASES)


@pytest.mark.parametrize("document", sorted({document for document, _, _ in CASES}))
def test_the_commands_of_a_document_print_what_is_shown(
    document: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In their order: what one writes into out/, a later one may read."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")
    for _, command, output in (case for case in CASES if case[0] == document):
        args = [str(tmp_path / arg) if arg.startswith("out/") else arg for arg in shlex.split(command)[1:]]
        result = CliRunner().invoke(cli, args, catch_exceptions=False)
        assert result.exit_code == 0, f"{command}\n{result.output}"
        printed = [line.rstrip() for line in result.output.splitlines()]
        for line in output:
            if line.strip() != "…":
                assert line in printed, f"{document} shows {line!r}; `{command}` prints\n{result.output}"


def told() -> Iterator[tuple[str, list[str]]]:
    """Every (document, words of a command) in the indented lines, with those that a backslash continues."""
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8").replace("\\\n", " ")
        for line in re.findall(r"^ {4}framing (\S.*)$", text, re.MULTILINE):
            yield path.name, shlex.split(line, comments=True)


def flaws(words: list[str]) -> Iterator[str]:
    """What of a command does not exist."""
    command: click.Command = cli
    for word in words:
        if isinstance(command, click.Group) and not word.startswith("-"):
            found = command.get_command(click.Context(command), word)
            if found is None:
                yield f"there is no command {word!r}"
                return
            command = found
        elif word.startswith("--"):
            known = {name for param in command.params for name in param.opts}
            if word.partition("=")[0] not in known | {"--help"}:
                yield f"{command.name} has no option {word!r}"


@pytest.mark.parametrize("document", sorted({document for document, _ in told()}))
def test_every_command_and_option_that_a_document_names_is_there(document: str) -> None:
    assert [(" ".join(words), flaw) for name, words in told() if name == document for flaw in flaws(words)] == []
