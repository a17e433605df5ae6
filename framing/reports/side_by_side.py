"""A comparison as a page of text: one article side by side, or many articles in tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from string import ascii_uppercase

from rich.console import Console, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from framing.comparison import Aligned, Comparison, FrameRow, FrameVoice, Instrument, Reading
from framing.comparison.tables import OVERALL
from framing.text import Span

__all__ = ["render_comparison"]

_STYLES = {"alike": "dim", "differ": "yellow", "some": "magenta", "one": "cyan"}
_SIGNS = {"alike": "=", "differ": "~", "some": "+", "one": "1"}
_TENSIONS = 10
_OUTLETS = 3
"""With more outlets than these the voices are shown for all of them together."""

Cost = Callable[[Instrument], float | None]


def render_comparison(
    comparison: Comparison,
    console: Console,
    *,
    titles: Mapping[str, str] | None = None,
    cost: Cost | None = None,
    only_differences: bool = False,
) -> None:
    """Print a comparison. `titles` are those of documents, `cost` gives the cost of an instrument, if known."""
    page = _Page(comparison, titles or {}, cost, only_differences)
    for part in page.parts():
        console.print(part)


class _Page:
    def __init__(
        self, comparison: Comparison, titles: Mapping[str, str], cost: Cost | None, only_differences: bool
    ) -> None:
        self.comparison, self.titles, self.cost = comparison, titles, cost
        self.only_differences = only_differences
        names = [instrument.name for instrument in comparison.instruments]
        self.letters = {name: _letter(number) for number, name in enumerate(names)}

    def parts(self) -> Iterator[RenderableType]:
        comparison = self.comparison
        yield Rule(Text(self._headline(), style="bold"), align="left", style="dim")
        yield self._instruments()
        yield from self._failures()
        if len(comparison.documents) == 1:
            yield from self._side_by_side()
        else:
            yield from self._agreement()
            yield from self._contrasts()
            yield from self._frame_use()
        yield from self._noise()
        yield from self._tensions()
        yield from self._voices()

    def _headline(self) -> str:
        documents = self.comparison.documents
        what = self.titles.get(documents[0], documents[0]) if len(documents) == 1 else f"{len(documents)} articles"
        times = f", each asked {self.comparison.repeats} times" if self.comparison.repeats > 1 else ""
        return f"{what} · {len(self.letters)} instruments{times}"

    def _instruments(self) -> Table:
        table = _table("", "instrument", "failed", "statements", "claims", "frames", "tokens in", "out")
        if self.cost:
            table.add_column("cost", justify="right")
        for row in self.comparison.instruments:
            found = {"statements": row.statements, "claims": row.claims, "frames": row.frames}
            counts = [f"{n:,}" if name in row.sections else "not asked" for name, n in found.items()]
            spent = [f"{row.input_tokens:,}", f"{row.output_tokens:,}"] if row.requests else ["", ""]
            cells = [self.letters[row.name], row.name, f"{row.failed} of {row.articles}", *counts, *spent]
            if self.cost:
                price = self.cost(row)
                cells.append("" if price is None or not row.requests else f"{price:.4f}")
            table.add_row(*cells)
        return table

    def _failures(self) -> Iterator[RenderableType]:
        if not self.comparison.failures:
            return
        yield _heading("Failed", "each counts as a disagreement")
        for failure in self.comparison.failures:
            where = self.titles.get(failure.document, failure.document)
            yield Text(f"✗ {self.letters[failure.instrument]}  {where}: {failure.reason}", style="red")

    # --- One article ------------------------------------------------------------------------------

    def _side_by_side(self) -> Iterator[RenderableType]:
        yield Text("= all alike   ~ all, read differently   + some   1 one alone", style="dim")
        for section in ("statements", "claims"):
            items = [item for item in self.comparison.items if item.section == section]
            if items:
                yield from self._items(section, items)
        yield from self._frames()

    def _items(self, section: str, items: Sequence[Aligned]) -> Iterator[RenderableType]:
        counts = {name: sum(_state(item) == name for item in items) for name in _SIGNS}
        note = (
            f"{counts['alike']} alike, {counts['differ']} read differently, {counts['some']} found by some, "
            f"{counts['one']} by one alone"
        )
        yield _heading(section.capitalize(), note)
        asked = self._asked(section)
        table = _table("", "passage", *(self.letters[name] for name in asked), right=False)
        for item in items:
            state = _state(item)
            if self.only_differences and state == "alike":
                continue
            cells = [self._reading(item, name) for name in asked]
            table.add_row(Text(_SIGNS[state], style=_STYLES[state]), _passage(item), *cells)
        yield table

    def _asked(self, section: str) -> list[str]:
        return [row.name for row in self.comparison.instruments if section in row.sections]

    def _reading(self, item: Aligned, name: str) -> Text:
        found = [reading for reading in item.readings if reading.instrument == name]
        if not found:
            return Text("—", style="dim")
        reading = found[0]
        cell = Text(reading.kind or "", style="yellow" if "kind" in item.differs else "")
        voice = Text(f"{', ' if reading.kind else ''}{reading.voice}")
        voice.stylize("yellow" if "voice" in item.differs else "")
        cell.append_text(voice)
        if reading.checkworthy and item.section == "claims":
            cell.append(", check", style="yellow" if "checkworthy" in item.differs else "")
        if "extent" in item.differs:
            cell.append(f" [{_offsets(reading.spans)}]", style="yellow")
        return cell.append(self._times(reading.times), style="dim")

    def _times(self, times: int) -> str:
        return f" {times}/{self.comparison.repeats}" if self.comparison.repeats > 1 else ""

    def _frames(self) -> Iterator[RenderableType]:
        rows = self.comparison.frame_rows
        asked = self._asked("frames")
        if not rows or len(asked) < 2:
            return
        yield _heading("Frames", f"{self.comparison.codebook}; ★ primary, then the voices of the evidence")
        table = _table("", "frame", *(self.letters[name] for name in asked), right=False)
        for row in rows:
            state = "alike" if not row.missing else "one" if len(row.given) == 1 else "some"
            state = "differ" if state == "alike" and row.differs else state
            if self.only_differences and state == "alike":
                continue
            sign = Text(_SIGNS[state], style=_STYLES[state])
            table.add_row(sign, row.frame, *(self._frame(row, name) for name in asked))
        yield table

    def _frame(self, row: FrameRow, name: str) -> Text:
        if name not in row.given:
            return Text("—", style="dim")
        voices = dict(row.voices)[name]
        cell = Text("★ " if name in row.primary else "", style="yellow" if "primary" in row.differs else "")
        cell.append(", ".join(voices) or "no evidence", style="yellow" if "voice" in row.differs else "")
        return cell.append(self._times(dict(row.times)[name]), style="dim")

    # --- Many articles ----------------------------------------------------------------------------

    def _agreement(self) -> Iterator[RenderableType]:
        rows = {(row.frame, row.scope, row.instrument): row for row in self.comparison.agreement}
        between = [row for (_, scope, _), row in rows.items() if scope == "between" and row.agreement != 1]
        if not between:
            return
        yield _heading("Agreement on frames", "Krippendorff's alpha, interval over articles")
        repeated = self.comparison.repeats > 1
        columns = ("with itself",) if repeated else ()
        table = _table("frame", "alpha", "interval", "alike", *columns)
        for row in between:
            within = rows.get((row.frame, "within", None))
            more = (_number(within.alpha if within else None),) if repeated else ()
            name = f"{row.frame} (MASI)" if row.frame == OVERALL else row.frame
            table.add_row(name, _number(row.alpha), _interval(row.low, row.high), _percent(row.agreement), *more)
        yield table

    def _contrasts(self) -> Iterator[RenderableType]:
        rows = self.comparison.contrasts
        if not rows:
            return
        yield _heading("Each against each", "F1 of one against the other; labels where both found the item")
        table = _table("", "pair", "F1", "interval", "both", "only 1st", "only 2nd", "same kind", "same voice")
        for row in rows:
            pair = f"{self.letters[row.a]} – {self.letters[row.b]}"
            counts = (f"{row.both:,}", f"{row.only_a:,}", f"{row.only_b:,}")
            same = (_percent(row.same_kind), _percent(row.same_voice))
            table.add_row(row.section, pair, _number(row.f1), _interval(row.low, row.high), *counts, *same)
        yield table

    def _frame_use(self) -> Iterator[RenderableType]:
        rows = self.comparison.frame_use
        if not rows:
            return
        yield _heading("Use of frames", "share of articles; ▲▼ more or less than the others, interval without 0")
        names = list(dict.fromkeys(row.instrument for row in rows))
        table = _table("frame", *(self.letters[name] for name in names))
        cells: dict[str, list[Text]] = {}
        for row in rows:
            clear = row.low is not None and row.high is not None and (row.low > 0 or row.high < 0)
            sign = ("▲" if row.difference > 0 else "▼") if clear else " "
            style = "yellow" if clear else ""
            cells.setdefault(row.frame, []).append(Text(f"{_percent(row.share)} {sign}", style=style))
        for frame, listed in cells.items():
            table.add_row(frame, *listed)
        yield table

    def _noise(self) -> Iterator[RenderableType]:
        rows = [row for row in self.comparison.noise if row.between or row.within]
        if not rows:
            return
        yield _heading("Difference or noise", "how far two answers are apart; excess is what the prompts add")
        table = _table("", "of two prompts", "of one prompt", "excess", "interval")
        for row in rows:
            apart = (_percent(row.between), _percent(row.within), _percent(row.excess))
            table.add_row(row.what, *apart, _interval(row.low, row.high))
        yield table

    def _tensions(self) -> Iterator[RenderableType]:
        if len(self.comparison.documents) == 1:
            return
        yield _heading("Where they differ most", "1 − mean F1 of all pairs")
        table = _table("article", "apart", "statements", "claims", "frames", "failed")
        for row in self.comparison.tensions[:_TENSIONS]:
            parts = (_percent(row.statements), _percent(row.claims), _percent(row.frames))
            failed = " ".join(self.letters[name] for name in row.failed)
            title = self.titles.get(row.document, row.document)
            table.add_row(title, _percent(row.disagreement), *parts, failed)
        yield table

    def _voices(self) -> Iterator[RenderableType]:
        rows = self.comparison.frame_voices
        if not rows:
            return
        outlets = len({row.outlet for row in rows})
        by_outlet = 1 < outlets <= _OUTLETS
        note = "passages of evidence; the outlet's own voice against its sources"
        if outlets > _OUTLETS:
            rows, note = _together(rows), f"{note}; all {outlets} outlets together"
        yield _heading("Who uses the frames", note)
        columns = ("outlet",) if by_outlet else ()
        table = _table("frame", "", *columns, "used by", "own voice", "sources", "most", right=False)
        for row in sorted(rows, key=lambda row: (row.frame, row.outlet or "", self.letters[row.instrument])):
            more = (row.outlet or "",) if by_outlet else ()
            table.add_row(row.frame, self.letters[row.instrument], *more, *_carried(row))
        yield table


def _together(rows: Sequence[FrameVoice]) -> tuple[FrameVoice, ...]:
    """The same passages without regard to the outlet."""
    groups: dict[tuple[str, str], list[FrameVoice]] = {}
    for row in rows:
        groups.setdefault((row.instrument, row.frame), []).append(row)
    together = []
    for (instrument, frame), listed in groups.items():
        speakers: Counter[str] = Counter()
        for row in listed:
            speakers.update(dict(row.speakers))
        together.append(
            FrameVoice(
                instrument=instrument,
                outlet=None,
                frame=frame,
                articles=sum(row.articles for row in listed),
                narrator=sum(row.narrator for row in listed),
                sources=sum(row.sources for row in listed),
                unattributed=sum(row.unattributed for row in listed),
                speakers=tuple(speakers.most_common()),
            )
        )
    return tuple(together)


def _carried(row: FrameVoice) -> tuple[str, ...]:
    most = ", ".join(f"{name} {count}" for name, count in row.speakers[:2])
    if row.unattributed:
        most = f"{most}, unattributed {row.unattributed}".removeprefix(", ")
    return row.carriers, str(row.narrator), str(row.sources + row.unattributed), most


def _state(item: Aligned) -> str:
    if not item.missing:
        return "differ" if item.differs else "alike"
    return "one" if len(item.readings) == 1 else "some"


def _passage(item: Aligned) -> Text:
    widest = max(item.readings, key=_length)
    flat = " ".join(widest.text.split())
    return Text(flat if len(flat) <= 64 else f"{flat[:40]} … {flat[-20:]}")


def _length(reading: Reading) -> int:
    return sum(len(span) for span in reading.spans)


def _offsets(spans: Sequence[Span]) -> str:
    return ", ".join(f"{span.start}–{span.end}" for span in spans)


def _table(*columns: str, right: bool = True) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    names = {"", "instrument", "passage", "frame", "pair", "article", "outlet", "most", "used by"}
    for column in columns:
        table.add_column(column, justify="right" if right and column not in names else "left")
    return table


def _heading(title: str, note: str) -> Text:
    return Text("\n").append(title, style="bold underline").append(f"  {note}", style="dim")


def _letter(number: int) -> str:
    return ascii_uppercase[number] if number < len(ascii_uppercase) else f"#{number + 1}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:.0%}"


def _interval(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{low:.2f} to {high:.2f}"
