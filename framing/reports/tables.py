"""Tables of a page, each with the chart that draws it where charts can be made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markupsafe import Markup

__all__ = ["Table", "interval", "number", "percent", "signed"]


@dataclass(frozen=True, slots=True)
class Table:
    """The first `words` columns hold words, the others figures. `chart` is an SVG that draws the same rows."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    about: str = ""
    words: int = 1
    chart: Markup | None = None


def number(value: float | None, *, digits: int = 2) -> str:
    return "undefined" if value is None else f"{value:.{digits}f}"


def signed(value: float | None, *, digits: int = 2) -> str:
    return "undefined" if value is None else f"{value:+.{digits}f}".replace("-", "−")


def percent(value: float | None) -> str:
    return "undefined" if value is None else f"{value * 100:.0f} %"


def interval(low: float | None, high: float | None, *, scale: float = 1, digits: int = 2) -> str:
    """ "0.41 to 0.63"; "none" where there is no interval."""
    if low is None or high is None:
        return "none"
    return f"{low * scale:.{digits}f} to {high * scale:.{digits}f}".replace("-", "−")
