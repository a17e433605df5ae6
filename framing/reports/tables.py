"""Tables of a page, each with the chart that draws it where charts can be made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from markupsafe import Markup

__all__ = ["Table", "interval", "number", "percent", "signed"]


@dataclass(frozen=True, slots=True)
class Table:
    """The first `words` columns hold words, the others figures. `chart` is an SVG that draws the same rows.

    `shaded` gives the counts of a table a ground that is the darker the larger they are: against the largest of
    the whole table, or as a share of their row. The last `totals` columns have none.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    about: str = ""
    words: int = 1
    chart: Markup | None = None
    shaded: Literal["table", "row"] | None = None
    totals: int = 0

    def shades(self, row: tuple[str, ...]) -> tuple[float, ...]:
        """How dark the ground of each cell of `row` is, from 0 to 1."""
        if self.shaded is None:
            return (0,) * len(row)
        counts = self._counts(row)
        whole = sum(counts) if self.shaded == "row" else max(max(self._counts(other)) for other in self.rows)
        return tuple(count / (whole or 1) for count in counts)

    def _counts(self, row: tuple[str, ...]) -> list[int]:
        """The figures of a row; 0 where there is none."""
        counted = range(self.words, len(row) - self.totals)
        plain = [cell.replace(",", "") for cell in row]
        return [int(cell) if at in counted and cell.isdecimal() else 0 for at, cell in enumerate(plain)]


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
