"""The group of commands. A command's module is imported when it is run, so that `framing --help` is quick."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from framing._version import __version__
from framing.cli.failures import tell
from framing.cli.outputs import reason_of
from framing.errors import FramingError, UsageError

__all__ = ["COMMANDS", "cli", "main"]

COMMANDS = {
    "agree": "How far coders agree: alpha, kappas, AC1, each with its interval.",
    "analyze": "Take articles apart: who speaks, what is claimed, how it is framed.",
    "annotate": "Analyse a corpus, durably: many articles into a folder.",
    "backends": "The backends that can answer: list them, show one.",
    "batch": "Ask by file: write requests in OpenAI's Batch format, read the answers back.",
    "codebooks": "Codebooks of frames: list, show, check, print as a guide for coders, begin a new one.",
    "compare": "Lay prompts side by side on the same articles: what each finds, and where they differ.",
    "data": "Hand-labelled articles: check them, count, convert public corpora.",
    "eval": "Score prompts against hand-labelled articles; compare and report runs.",
    "prevalence": "How common each frame is, corrected with a random hand-labelled sample.",
    "prompts": "Prompts: list them, show what one sends, check one.",
    "quotes": "Find utterances that are quoted more than once, and show how the wordings differ.",
    "report": "Make HTML pages of a run: the corpus, every article, or the scores of a suite.",
    "sample": "Draw a random sample to label by hand, and keep the probabilities.",
    "schema": "Print the JSON Schema of an analysis.",
}


class _Commands(click.Group):
    """Commands by name, each in the module of that name; the summaries stand here so that help imports none."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"framing.cli.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(__version__, prog_name="framing")
def cli(debug: bool) -> None:
    """Framing analysis of news articles, every piece anchored in the text.

    Exit codes: 0 fine, 2 usage, 3 input, 4 backend, 5 result incomplete.
    """


def main() -> None:
    """Run the command line; every expected error is one line on stderr and an exit code."""
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.Abort:
        click.echo("interrupted", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except FramingError as error:
        tell(error)
        sys.exit(error.exit_code)
    except OSError as error:
        if error.filename is None:
            raise
        refused = UsageError(f"{error.filename!r}: {reason_of(error)}")
        refused.__cause__ = error
        tell(refused)
        sys.exit(refused.exit_code)
    sys.exit(code if isinstance(code, int) else 0)
