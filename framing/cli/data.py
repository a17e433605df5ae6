"""`framing data`: check hand-labelled articles, count what is in them, exchange them with other programs."""

from __future__ import annotations

from pathlib import Path

import click

from framing.cli.exchange import exporting, importing
from framing.cli.tables import print_table
from framing.errors import Fault, GoldError, UsageError

__all__ = ["data"]


@click.group()
def data() -> None:
    """Hand-labelled articles: check, count, convert, exchange with other programs."""


@data.command("check")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """Check every span, name and split of gold FILEs; every fault is told with its line."""
    from framing.evaluation import check_gold

    faults: list[Fault] = []
    for file in files:
        articles, found = check_gold(file)
        faults.extend(found)
        if not found:
            click.echo(f"{file}: {len(articles)} articles, no fault")
    if faults:
        raise GoldError(tuple(faults))


@data.command("stats")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--codebook", metavar="NAME", help="Also tell how far the coders agree on its frames.")
def stats(file: Path, codebook: str | None) -> None:
    """How many articles, speakers, statements, claims and frames FILE has, by split and kind."""
    from framing.evaluation import frame_agreement, gold_statistics, load_gold
    from framing.evaluation.tables import SCORE_COLUMNS, score_rows

    articles = load_gold(file)
    rows = []
    for name, found in gold_statistics(articles).items():
        rows.append((name, ", ".join(f"{k} {v}" for k, v in found.items()) if isinstance(found, dict) else found))
    print_table(("what", "how many"), rows)
    if codebook is not None:
        agreed = frame_agreement(articles, codebook=codebook)
        table = {f"{label or 'sets'}: {score.name}": score for label, found in agreed.items() for score in found}
        click.echo(f"\nagreement of the coders on {codebook}")
        print_table(SCORE_COLUMNS[:4], [row[:4] for row in score_rows(table)])


@data.command("convert")
@click.argument("name", metavar="NAME", required=False)
@click.argument("path", metavar="PATH", required=False, type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Gold file; else NAME.jsonl.")
def convert(name: str | None, path: Path | None, out: Path | None) -> None:
    """Convert the public release of a corpus, fetched to PATH, into a gold file.

    Without NAME: list the corpora, what PATH must be, and their licences.
    """
    from framing.evaluation import CONVERTERS, write_gold
    from framing.evaluation import convert as read

    if name is None:
        rows = [(key, converter.expects, converter.licence) for key, converter in CONVERTERS.items()]
        print_table(("corpus", "PATH is", "licence"), rows)
        return
    if path is None:
        raise UsageError(f"say where the release of {name!r} is: framing data convert {name} PATH")
    target = out or Path(f"{name.replace(':', '-')}.jsonl")
    count = write_gold(target, read(name, path))
    click.echo(f"{count} articles written to {target}")


data.add_command(exporting)
data.add_command(importing)
