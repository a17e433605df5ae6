"""Days, months, quarters or years: the finest that still leaves several articles in each."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

__all__ = ["Period", "day_of", "periods_of"]

_ISO = re.compile(r"\d{4}-\d\d-\d\d(?!\d)")
_MOST = 40
_EACH = 4


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """`place` counts days, months, quarters or years, so that what lies between two periods can be seen."""

    place: int
    name: str


def day_of(published: str | None) -> date | None:
    """The day at the head of an ISO 8601 date or time; None where there is none, or it is written otherwise."""
    match = _ISO.match(published or "")
    try:
        return date.fromisoformat(match[0]) if match else None
    except ValueError:
        return None


def periods_of(days: Sequence[date]) -> tuple[Period, ...]:
    """The period of every day: the finest kind with at most forty periods and four articles in each on average."""
    found: tuple[Period, ...] = ()
    for kind in _KINDS:
        found = tuple(map(kind, days))
        number = len({*found})
        if number <= _MOST and len(days) >= _EACH * number:
            return found
    return found


def _month(day: date) -> Period:
    return Period(day.year * 12 + day.month - 1, f"{day:%Y-%m}")


def _quarter(day: date) -> Period:
    quarter = (day.month - 1) // 3
    return Period(day.year * 4 + quarter, f"{day:%Y}-Q{quarter + 1}")


_KINDS: tuple[Callable[[date], Period], ...] = (
    lambda day: Period(day.toordinal(), day.isoformat()),
    _month,
    _quarter,
    lambda day: Period(day.year, f"{day:%Y}"),
)
