"""From a template and what it shows to one self-contained HTML page: nothing in it is fetched from anywhere."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

__all__ = ["exact", "page_name", "render_page", "save_pages"]

_TEMPLATES = Path(__file__).parent / "templates"
_UNSAFE = re.compile(r"[^\w.-]+", re.ASCII)
# A parser turns CR into LF and drops NUL, a lone surrogate cannot be written; the others move or hide the text
# around them, so they are shown.
_SHOWN = re.compile("([\r\0\u2028\u2029\u202a-\u202e\u2066-\u2069\x01-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff])")
_BREAKS = "\u2028\u2029"
_NO_BOX = "\r"


def render_page(template: str, *, scripts: tuple[str, ...] = (), context: dict[str, Any]) -> str:
    """The page of a template under `templates/`, with the scripts it names written into it.

    Its content security policy lets those scripts run and no other, and nothing be loaded: whatever an article
    holds, it stays text.
    """
    code = "\n".join((_TEMPLATES / name).read_text(encoding="utf-8") for name in scripts)
    digest = base64.b64encode(hashlib.sha256(code.encode("utf-8")).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{digest}'"
    made = _environment().get_template(template)
    return made.render(context, script=_markup(code), policy=policy)


def exact(text: str) -> Markup:
    """Text as markup that a parser reads back as the same characters, however hostile they are.

    Controls that have no shape, or that would turn the direction of what follows, stand each in a box of its own
    with their code beside it. NUL cannot stand in HTML at all: U+FFFD stands for it.
    """
    from markupsafe import escape

    parts = _SHOWN.split(text)
    return _markup("".join(_boxed(part) if number % 2 else escape(part) for number, part in enumerate(parts)))


def page_name(document_id: str) -> str:
    """A file name for the page of a document, unlike that of any other, also where case makes no difference."""
    plain = _UNSAFE.sub("-", document_id.lower()).strip("-.")[:80]
    if plain and plain == document_id:
        return f"{plain}.html"
    digest = hashlib.sha256(document_id.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{plain or 'article'}-{digest}.html"


def save_pages(pages: Mapping[str, str], folder: Path) -> tuple[Path, ...]:
    """Write the page of each document id into `folder`, which is made; gives the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = tuple(folder / page_name(name) for name in pages)
    for file, page in zip(files, pages.values(), strict=True):
        file.write_text(page, encoding="utf-8", newline="\n")
    return files


def _boxed(control: str) -> str:
    if control == _NO_BOX:
        return "&#13;"
    kind = "ctl br" if control in _BREAKS else "ctl"
    held = "\ufffd" if control == "\0" or "\ud800" <= control <= "\udfff" else control
    return f'<span class="{kind}" data-code="U+{ord(control):04X}">{held}</span>'


def _markup(text: str) -> Markup:
    from markupsafe import Markup

    return Markup(text)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["exact"] = exact
    environment.filters["plain"] = _plain
    environment.filters["count"] = _count
    return environment


def _plain(code: str) -> str:
    """A code as words: "public_sentiment" → "public sentiment"."""
    return code.replace("_", " ")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
