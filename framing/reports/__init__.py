"""Results as people read them: on the terminal, and as HTML pages that work from a file.

The rooms load on use: `import framing.reports` loads no template engine and no charts.
"""

from framing.reports.article import article_page
from framing.reports.comparison import comparison_page
from framing.reports.pages import page_name, save_pages

__all__ = ["article_page", "comparison_page", "page_name", "save_pages"]
