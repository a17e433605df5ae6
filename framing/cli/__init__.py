"""The command `framing`: thin, and the only place that reads environment variables."""

from framing.cli.main import main

__all__ = ["main"]
