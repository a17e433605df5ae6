"""The tables of a comparison: plain rows, so that they print, export and plot without this library."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

from framing.errors import MissingDependencyError
from framing.text import Span

if TYPE_CHECKING:
    import pandas

__all__ = [
    "Agreement",
    "Aligned",
    "Comparison",
    "Contrast",
    "Failure",
    "FrameRow",
    "FrameUse",
    "FrameVoice",
    "Instrument",
    "Noise",
    "Reading",
    "Section",
    "Tension",
]

Section = Literal["statements", "claims", "frames"]
OVERALL = "all frames"
"""Stands for a single frame in rows that take all of them together."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """One prompt on one backend, what it found and what that cost.

    `articles` counts all that were asked about, in all repeats; `failed` those that gave no answer at all,
    `incomplete` those that lost something. Findings are totals over all repeats, tokens as servers counted them.
    """

    name: str
    prompt: str | None
    backend: str
    model: str | None
    sections: tuple[Section, ...]
    articles: int
    failed: int
    incomplete: int
    statements: int
    claims: int
    frames: int
    requests: int
    input_tokens: int
    output_tokens: int
    cached_tokens: int

    def cost(self, *, input_price: float, output_price: float) -> float:
        """What these requests cost, at prices for a million tokens; tokens from a cache count in full."""
        return (self.input_tokens * input_price + self.output_tokens * output_price) / 1e6


@dataclass(frozen=True, slots=True)
class Failure:
    """An article that an instrument gave no answer about, and why."""

    instrument: str
    document: str
    repeat: int
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One item as one instrument gives it, in `times` of its repeats (the first of them is shown).

    `voice` is the name of the speaker, "narrator", "unattributed" or "unnamed source".
    """

    instrument: str
    spans: tuple[Span, ...]
    text: str
    kind: str | None
    voice: str
    checkworthy: bool | None = None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Aligned:
    """One statement or claim of an article, as the instruments that found it read it.

    `missing` are the instruments that were asked for such items and did not give this one. `differs` names
    what the readings disagree about: "extent", "kind", "voice", "checkworthy".
    """

    document: str
    section: Section
    readings: tuple[Reading, ...]
    missing: tuple[str, ...]
    differs: tuple[str, ...]

    @property
    def unanimous(self) -> bool:
        """Whether every instrument that was asked found it, and all read it alike."""
        return not self.missing and not self.differs


@dataclass(frozen=True, slots=True)
class FrameRow:
    """One frame of an article: which instruments gave it, which did not, which call it primary.

    `voices` are (instrument, voices of its evidence). `times` are (instrument, repeats that gave it).
    """

    document: str
    frame: str
    given: tuple[str, ...]
    missing: tuple[str, ...]
    primary: tuple[str, ...]
    voices: tuple[tuple[str, tuple[str, ...]], ...]
    times: tuple[tuple[str, int], ...]
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Krippendorff's alpha (nominal) of a frame being given or not, over `n` articles.

    between: the instruments are the coders. within: the repeats of one instrument are (`instrument` None: of
    all of them, each with itself). `agreement` is the share of agreeing pairs. Alpha is None where only one
    value was ever used. An article that an instrument failed on disagrees with whatever the others say of it.
    """

    frame: str
    scope: Literal["between", "within"]
    instrument: str | None
    alpha: float | None
    low: float | None
    high: float | None
    agreement: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two instruments on the same articles: F1 of one against the other, and labels where both found an item.

    `both` counts items found by both (one to one), `only_a` and `only_b` the others. `same_kind` and
    `same_voice` are shares of the items found by both; None for frames.
    """

    section: Section
    a: str
    b: str
    f1: float | None
    low: float | None
    high: float | None
    both: int
    only_a: int
    only_b: int
    same_kind: float | None
    same_voice: float | None
    n: int


@dataclass(frozen=True, slots=True)
class FrameUse:
    """How often an instrument gives a frame, and how much more often than the others do on average.

    `share` is of all `n` articles, failed ones included; `difference` is share − mean share of the others.
    """

    frame: str
    instrument: str
    share: float
    others: float
    difference: float
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Noise:
    """How much two runs disagree: of two instruments (`between`), of one with itself (`within`).

    `excess` = between − within is what the change of instrument adds to chance; its interval is over articles.
    Disagreement is 1 − F1 for statements and claims, the share of differing labels for frames.
    """

    what: str
    between: float | None
    within: float | None
    excess: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Tension:
    """How far the instruments differ on one article: 1 − mean F1 of all pairs, from 0 (alike) to 1.

    `failed` are the instruments that gave no answer about it (in any repeat); they differ from all others.
    """

    document: str
    disagreement: float
    statements: float | None
    claims: float | None
    frames: float | None
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FrameVoice:
    """Who uses a frame, by its evidence, as one instrument reads the articles of one outlet.

    The counts are passages. `speakers` are (name, passages), most first. `carriers` says it in one word;
    "nobody" stands for a frame without evidence.
    """

    instrument: str
    outlet: str | None
    frame: str
    articles: int
    narrator: int
    sources: int
    unattributed: int
    speakers: tuple[tuple[str, int], ...]

    @property
    def carriers(self) -> Literal["outlet only", "sources only", "both", "nobody"]:
        others = self.sources + self.unattributed
        if self.narrator:
            return "both" if others else "outlet only"
        return "sources only" if others else "nobody"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two or more instruments on the same articles, as tables.

    One article at a time: `items` (statements and claims) and `frame_rows`. Over all articles: `agreement`,
    `contrasts`, `frame_use`, `noise` (with repeats only), `tensions` (most first), `frame_voices`.
    `level` is that of all intervals, `overlap` the IoU from which two passages are the same item.
    """

    documents: tuple[str, ...]
    repeats: int
    codebook: str | None
    overlap: float
    level: float
    instruments: tuple[Instrument, ...]
    failures: tuple[Failure, ...]
    items: tuple[Aligned, ...]
    frame_rows: tuple[FrameRow, ...]
    agreement: tuple[Agreement, ...]
    contrasts: tuple[Contrast, ...]
    frame_use: tuple[FrameUse, ...]
    noise: tuple[Noise, ...]
    tensions: tuple[Tension, ...]
    frame_voices: tuple[FrameVoice, ...]

    def found_by_all(self) -> tuple[Aligned, ...]:
        """The items that no instrument missed that was asked for them."""
        return tuple(item for item in self.items if not item.missing)

    def found_by_one(self) -> tuple[Aligned, ...]:
        """The items that one instrument alone found, of several that were asked for them."""
        return tuple(item for item in self.items if len(item.readings) == 1 and item.missing)

    def to_json(self, *, indent: int | None = None) -> str:
        """All tables as one JSON object."""
        return json.dumps(self, default=_plain, ensure_ascii=False, indent=indent)

    def to_frames(self) -> dict[str, pandas.DataFrame]:
        """Every table as a pandas data frame, under its name; needs pandas (else MissingDependencyError).

        `items` has a row for each reading, with the number of its item; tuples of names are joined by "; ".
        """
        try:
            import pandas
        except ImportError:
            raise MissingDependencyError("Comparison.to_frames", "pandas") from None
        tables = {f.name: getattr(self, f.name) for f in fields(self) if f.name in _TABLES}
        frames = {name: pandas.DataFrame([_flat(row) for row in rows]) for name, rows in tables.items()}
        frames["items"] = pandas.DataFrame(list(_readings(self.items)))
        return frames


_TABLES = (
    "instruments",
    "failures",
    "frame_rows",
    "agreement",
    "contrasts",
    "frame_use",
    "noise",
    "tensions",
    "frame_voices",
)


def _plain(row: Any) -> dict[str, Any]:
    """The fields of a row, and what follows from them and is told with them."""
    values = {field.name: getattr(row, field.name) for field in fields(row)}
    return values | ({"carriers": row.carriers} if isinstance(row, FrameVoice) else {})


def _flat(row: Any) -> dict[str, Any]:
    return {name: _cell(value) for name, value in _plain(row).items()}


def _readings(items: tuple[Aligned, ...]) -> Any:
    for number, item in enumerate(items, 1):
        for reading in item.readings:
            yield {
                "item": number,
                "document": item.document,
                "section": item.section,
                **_flat(reading),
                "missing": _cell(item.missing),
                "differs": _cell(item.differs),
            }


def _cell(value: Any) -> Any:
    if not isinstance(value, tuple):
        return value
    return "; ".join(_part(part) for part in value)


def _part(part: Any) -> str:
    if isinstance(part, Span):
        return f"{part.start}-{part.end}"
    if isinstance(part, tuple):
        head, rest = part
        return f"{head}: {', '.join(rest) if isinstance(rest, tuple) else rest}"
    return str(part)
