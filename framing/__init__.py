"""Framing analysis of news articles: who speaks, what is claimed, how it is framed, all anchored in the text."""

from framing._version import __version__
from framing.annotations import Analysis
from framing.text import Document, Span

__all__ = ["Analysis", "Document", "Span", "__version__"]
