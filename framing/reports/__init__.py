"""Results as people read them: on the terminal, and as HTML pages that work from a file.

Names load with their first use: importing this package loads no template engine, no charts and no statistics.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from framing.reports.article import article_page
    from framing.reports.comparison import comparison_page
    from framing.reports.corpus import corpus_page
    from framing.reports.evaluation import evaluation_page
    from framing.reports.outlets import outlets_page
    from framing.reports.pages import page_name, save_pages

_HOME = {
    "article_page": "article",
    "comparison_page": "comparison",
    "corpus_page": "corpus",
    "evaluation_page": "evaluation",
    "outlets_page": "outlets",
    "page_name": "pages",
    "save_pages": "pages",
}

__all__ = [
    "article_page",
    "comparison_page",
    "corpus_page",
    "evaluation_page",
    "outlets_page",
    "page_name",
    "save_pages",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
