"""Charts as SVG inside a page: text stays text, and colours follow the page's theme.

They are drawn by matplotlib (extra `[report]`). Without it there is no chart, and the page shows the table alone.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["CEILING", "Point", "can_draw", "interval_chart", "time_chart"]

CEILING = "one coder against another"
"""The reference that is drawn as an upright bar, whatever else there is."""
# Stand-ins that matplotlib takes for colours; the page's own take their place in the finished drawing.
_INK, _MUTED, _RULE = "#010101", "#020202", "#030303"
_SERIES = tuple(f"#0{n}0{n}0f" for n in range(1, 8))
_OF_THE_PAGE = {
    _INK: "currentColor",
    _MUTED: "var(--muted)",
    _RULE: "var(--rule)",
    **{colour: f"rgb(var(--c{order}))" for colour, order in zip(_SERIES, (6, 2, 3, 4, 7, 1, 5), strict=True)},
}
_MARKERS = "osD^vPX"
_NAME = re.compile(r'(\bid="|url\(#|href="#)([^")]+)')
_WIDTH = 5.9
_LONGEST = 44
_TOPS = (0.1, 0.2, 0.5, 1)
_LEGEND = 78
"""Letters that stand beside each other in a legend."""
_TICKS = 5
_SCALE = 1.4
"""Pixels on the page for a point of the drawing: its 9-point text comes out at the size of a caption."""


@dataclass(frozen=True, slots=True)
class Point:
    """A value with its interval; `references` are marked beside it (a baseline, a human ceiling), by name."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    series: str = ""
    references: tuple[tuple[str, float], ...] = ()


def can_draw() -> bool:
    """Whether matplotlib is installed."""
    from importlib.util import find_spec

    return find_spec("matplotlib") is not None


def interval_chart(
    points: Sequence[Point], *, name: str, title: str, unit: str = "", zero: bool = False
) -> Markup | None:
    """A dot and its interval for every point, one row a label; series share the row, each with its own mark.

    With `zero` a line stands where nothing differs. `name` tells the parts of this drawing from those of others
    on the page; a screen reader reads `title`. None where nothing can be drawn.
    """
    if not points or not can_draw():
        return None
    with _style():
        return _svg(_intervals(points, unit, zero), name=name, title=title)


def _intervals(points: Sequence[Point], unit: str, zero: bool) -> Figure:
    labels = list(dict.fromkeys(point.label for point in points))
    series = list(dict.fromkeys(point.series for point in points))
    figure, (axes,) = _figure(0.5 + len(labels) * (0.16 + 0.17 * len(series)))
    for point in points:
        at = series.index(point.series)
        row = labels.index(point.label) + (at - (len(series) - 1) / 2) * 0.62 / max(len(series), 1)
        _dot(axes, point, row, at)
    if zero:
        axes.axvline(0, color=_MUTED, linewidth=1)
    else:
        axes.set_xlim(left=min(0, axes.get_xlim()[0]))
    _name_series(axes, series)
    _references(axes, points, labels)
    axes.set_yticks(range(len(labels)), [_short(label) for label in labels])
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.grid(axis="x", color=_RULE, linewidth=0.6)
    axes.set_xlabel(unit)
    _legend(axes, series, points)
    return figure


def time_chart(
    series: Mapping[str, Sequence[Point]], places: Mapping[str, int], *, name: str, title: str, unit: str = ""
) -> Markup | None:
    """A panel for each series: a line of shares over the labels of its points, with the interval as a band.

    `places` say where each label stands on the axis of time.
    """
    if not series or not can_draw():
        return None
    with _style():
        return _svg(_panels(series, places, unit), name=name, title=title)


def _panels(series: Mapping[str, Sequence[Point]], places: Mapping[str, int], unit: str) -> Figure:
    figure, panels = _figure(1.35 * len(series), panels=len(series))
    highest = max(p.value if p.high is None else p.high for points in series.values() for p in points)
    top = next(top for top in _TOPS if top >= min(highest, 1))
    for axes, (label, points) in zip(panels, series.items(), strict=True):
        at = [places[point.label] for point in points]
        axes.plot(at, [p.value for p in points], color=_SERIES[0], marker="o", markersize=4.5, clip_on=False)
        lows = [point.value if point.low is None else point.low for point in points]
        highs = [point.value if point.high is None else point.high for point in points]
        axes.fill_between(at, lows, highs, color=_SERIES[0], alpha=0.16, linewidth=0)
        axes.set_title(_short(label), loc="left", fontsize=9, color=_INK)
        axes.set_ylim(0, top)
        axes.set_yticks([0, top / 2, top])
        axes.grid(axis="y", color=_RULE, linewidth=0.6)
        axes.set_xticks([])
    shown = _spread(places)
    panels[-1].set_xticks([places[label] for label in shown], [_short(label) for label in shown])
    if unit:
        panels[0].set_title(f"{panels[0].get_title(loc='left')}, {unit}", loc="left", fontsize=9, color=_INK)
    figure.subplots_adjust(hspace=0.45)
    return figure


def _spread(places: Mapping[str, int]) -> list[str]:
    """Labels that stand far enough from each other to be read."""
    apart = (max(places.values()) - min(places.values())) / _TICKS
    shown: list[str] = []
    for label, place in sorted(places.items(), key=lambda pair: pair[1]):
        if not shown or place - places[shown[-1]] >= apart:
            shown.append(label)
    return shown


@contextmanager
def _style() -> Iterator[None]:
    """Text stays text, a dollar sign is no formula, and equal data give equal drawings."""
    from matplotlib import rc_context

    with rc_context({"svg.fonttype": "none", "text.parse_math": False, "svg.hashsalt": "framing"}):
        yield


def _figure(height: float, *, panels: int = 1) -> tuple[Figure, list[Axes]]:
    """A figure of its own: pyplot's global state is left alone."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(_WIDTH, max(height, 1.3)))
    figure.patch.set_alpha(0)
    made = [figure.add_subplot(panels, 1, at + 1) for at in range(panels)]
    for axes in made:
        axes.tick_params(colors=_MUTED, labelcolor=_INK, labelsize=9, length=0)
        axes.patch.set_alpha(0)
        for side, spine in axes.spines.items():
            spine.set_visible(side == "bottom")
            spine.set_color(_MUTED)
        axes.xaxis.label.set(color=_MUTED, fontsize=9)
    return figure, made


def _dot(axes: Axes, point: Point, row: float, at: int) -> None:
    colour = _SERIES[at % len(_SERIES)]
    if point.low is not None and point.high is not None:
        axes.plot([point.low, point.high], [row, row], color=colour, linewidth=2, solid_capstyle="round")
    axes.plot([point.value], [row], color=colour, marker=_MARKERS[at % len(_MARKERS)], markersize=6, clip_on=False)


def _references(axes: Axes, points: Sequence[Point], labels: Sequence[str]) -> None:
    names = list(dict.fromkeys(name for point in points for name, _ in point.references))
    for number, name in enumerate(names):
        places = {(value, labels.index(p.label)) for p in points for other, value in p.references if other == name}
        marker = "|" if name == CEILING else "x+Dsv^<"[number % 7]
        size = 12 if name == CEILING else 5
        xs, ys = zip(*sorted(places), strict=True)
        axes.plot(xs, ys, color=_MUTED, marker=marker, linestyle="none", markersize=size, markerfacecolor="none",
                  clip_on=False, label=_short(name))  # fmt: skip


def _name_series(axes: Axes, series: Sequence[str]) -> None:
    for at, name in enumerate(series if len(series) > 1 else ()):
        colour, marker = _SERIES[at % len(_SERIES)], _MARKERS[at % len(_MARKERS)]
        axes.plot([], [], color=colour, marker=marker, markersize=6, label=_short(name))


def _legend(axes: Axes, series: Sequence[str], points: Sequence[Point]) -> None:
    """Names for the marks, where there is more than one kind of them."""
    if len(series) > 1 or any(point.references for point in points):
        handles, names = axes.get_legend_handles_labels()
        columns = max(1, _LEGEND // (max(map(len, names)) + 6))
        axes.legend(handles, names, frameon=False, fontsize=9, labelcolor=_INK, loc="upper left",
                    bbox_to_anchor=(0, 0), borderaxespad=2.8, ncols=columns)  # fmt: skip


def _svg(figure: Figure, *, name: str, title: str) -> Markup:
    from markupsafe import Markup, escape

    drawn = io.StringIO()
    figure.savefig(drawn, format="svg", bbox_inches="tight", metadata={"Date": None, "Creator": None})
    svg = drawn.getvalue()
    svg = svg[svg.index("<svg") :]
    for stand_in, colour in _OF_THE_PAGE.items():
        svg = svg.replace(stand_in, colour)
    svg = re.sub(r"<metadata>.*?</metadata>|<defs>\s*<style.*?</style>\s*</defs>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font: [^;\"]*?([\d.]+px)[^;\"]*", r"font-size: \1", svg)
    svg = _NAME.sub(rf"\g<1>{name}-\g<2>", svg)
    head, inner = svg[: svg.index(">")], svg[svg.index(">") + 1 :]
    box = [float(side) for side in re.findall(r'viewBox="0 0 (\S+) (\S+)"', head)[0]]
    size = f'viewBox="0 0 {box[0]} {box[1]}" width="{box[0] * _SCALE:.0f}" height="{box[1] * _SCALE:.0f}"'
    return Markup(f'<svg role="img" aria-label="{escape(title)}" {size}>{inner}')


def _short(text: str) -> str:
    """On one line; of a long name the middle is left out, for what tells two names apart often stands at the end."""
    flat = " ".join(text.split())
    if len(flat) <= _LONGEST:
        return flat
    return f"{flat[: _LONGEST * 2 // 3].rstrip()} … {flat[-_LONGEST // 3 + 3 :].lstrip()}"
