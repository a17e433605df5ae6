"""`framing schema`: the contract of an analysis."""

from __future__ import annotations

import json

import click

from framing.annotations import Analysis

__all__ = ["schema"]


@click.command()
def schema() -> None:
    """Print the JSON Schema of an analysis."""
    click.echo(json.dumps(Analysis.model_json_schema(mode="serialization"), indent=2, ensure_ascii=False))
