"""Many articles under several instruments: agreement, contrasts, over- and under-use, noise, tensions.

The article is the unit of every interval, as everywhere in this library; repeats of an article stay together. An
article that an instrument gave no answer about stays in: it has no items, its labels disagree with all others.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import combinations
from typing import Literal

import numpy as np

from framing.comparison.material import Material
from framing.comparison.runs import Run
from framing.comparison.tables import (
    OVERALL,
    Agreement,
    Contrast,
    FrameUse,
    Noise,
    Section,
    Tension,
)
from framing.comparison.voices import same_voice, voice_of
from framing.evaluation.agreement import Codings, agreement_measures, agreement_tally
from framing.evaluation.scores import Score, scores
from framing.evaluation.tally import Array, Measure, Sums, Tally, f1, quotient, ratio

__all__ = ["Statistics"]


class Statistics:
    """The tables over all articles. `resamples` are drawn for each interval, at this `level`."""

    def __init__(self, material: Material, *, resamples: int, level: float, seed: int) -> None:
        self.material, self.answers = material, material.answers
        self.resamples, self.level, self.seed = resamples, level, seed

    def _scores(self, tally: Tally, measures: Sequence[Measure]) -> tuple[Score, ...]:
        return scores(tally, measures, resamples=self.resamples, level=self.level, seed=self.seed)

    # --- Agreement --------------------------------------------------------------------------------

    def agreement(self) -> Iterator[Agreement]:
        """Between the instruments; with repeats also within all of them and within each."""
        instruments = self.material.instruments("frames")
        if len(instruments) < 2:
            return
        runs = self.answers.asked_for("frames")
        by_instrument = [[run for run in runs if run.instrument == name] for name in instruments]
        by_repeat = [[run for run in runs if run.repeat == repeat] for repeat in range(self.answers.repeats)]
        for frame in (OVERALL, *self.material.frames):
            yield self._agreement(frame, "between", None, by_repeat)
            if self.answers.repeats > 1:
                yield self._agreement(frame, "within", None, by_instrument)
                for name, group in zip(instruments, by_instrument, strict=True):
                    yield self._agreement(frame, "within", name, [group])

    def _agreement(
        self,
        frame: str,
        scope: Literal["between", "within"],
        instrument: str | None,
        groups: Sequence[Sequence[Run]],
    ) -> Agreement:
        """Alpha where each article is a unit in each group of runs, and the runs of the group are its coders."""
        units = [(document, group) for document in self.answers.documents for group in groups]
        codings = Codings(
            tuple(str(number) for number in range(len(units))),
            tuple(str(number) for number in range(len(groups[0]))),
            tuple(tuple(_coded(run, document, frame) for run in group) for document, group in units),
            tuple(document for document, _ in units),
        )
        level: Literal["masi", "nominal"] = "masi" if frame == OVERALL else "nominal"
        measures = agreement_measures(codings.used(), len(groups[0]), level=level)[:2]
        alpha, *rest = self._scores(agreement_tally(codings, level=level), measures)
        low, high = _bounds(alpha)
        share = rest[0].value if rest else None
        return Agreement(frame, scope, instrument, alpha.value, low, high, share, len(self.answers.documents))

    # --- Pairs of instruments ---------------------------------------------------------------------

    def contrasts(self) -> Iterator[Contrast]:
        for section in self.material.sections():
            for a, b in combinations(self.material.instruments(section), 2):
                yield self._contrast(section, a, b)

    def _contrast(self, section: Section, a: str, b: str) -> Contrast:
        runs = self.answers.asked_for(section)
        pairs = [
            (i, j)
            for i, j in self.material.run_pairs(section)
            if (runs[i].instrument, runs[j].instrument) == (a, b) and runs[i].repeat == runs[j].repeat
        ]
        rows = {document: self._contrasted(section, document, pairs) for document in self.answers.documents}
        tally = Tally.of(rows)
        score, kind, voice = self._scores(
            tally,
            (
                f1("F1", found="both", predicted="b", recalled="both", gold="a"),
                ratio("kind", "kind", "both"),
                ratio("voice", "voice", "both"),
            ),
        )
        total = tally.total()
        both = int(total["both"])
        low, high = _bounds(score)
        return Contrast(
            section=section,
            a=a,
            b=b,
            f1=score.value,
            low=low,
            high=high,
            both=both,
            only_a=int(total["a"]) - both,
            only_b=int(total["b"]) - both,
            same_kind=None if section == "frames" else kind.value,
            same_voice=None if section == "frames" else voice.value,
            n=len(rows),
        )

    def _contrasted(self, section: Section, document: str, pairs: Sequence[tuple[int, int]]) -> dict[str, float]:
        row = dict.fromkeys(("both", "a", "b", "kind", "voice"), 0.0)
        runs = self.answers.asked_for(section)
        for i, j in pairs:
            counts = self.material.counts(section, document, i, j)
            for name, value in (("both", counts.both), ("a", counts.a), ("b", counts.b)):
                row[name] += value
            one, other = runs[i].answer(document), runs[j].answer(document)
            if section == "frames" or one is None or other is None:
                continue
            for mine, theirs in self.material.matchings[section][document].between(i, j):
                row["kind"] += mine.kind == theirs.kind
                row["voice"] += same_voice(one, voice_of(mine), other, voice_of(theirs))
        return row

    # --- Over- and under-use ----------------------------------------------------------------------

    def frame_use(self) -> Iterator[FrameUse]:
        """The frames that any instrument gave, each with every instrument."""
        names = self.material.instruments("frames")
        if len(names) < 2:
            return
        runs = self.answers.asked_for("frames")
        rows: dict[str, dict[str, float]] = {}
        for document in self.answers.documents:
            rows[document] = {f"{name}\0{frame}": 0.0 for frame in self.material.frames for name in names}
            rows[document]["articles"] = 1.0
            for at, run in enumerate(runs):
                for frame in self.material.labels(document, at) or ():
                    rows[document][f"{run.instrument}\0{frame}"] += 1 / self.answers.repeats
        tally = Tally.of(rows)
        used = [f for f in self.material.frames if any(tally.total()[f"{name}\0{f}"] for name in names)]
        places = [(frame, name) for frame in used for name in names]
        measures = [_use(frame, name, names) for frame, name in places]
        for (frame, name), score in zip(places, self._scores(tally, measures), strict=True):
            low, high = _bounds(score)
            share = float(tally.total()[f"{name}\0{frame}"]) / len(rows)
            difference = score.value or 0.0
            yield FrameUse(frame, name, share, share - difference, difference, low, high, len(rows))

    # --- Noise ------------------------------------------------------------------------------------

    def noise(self) -> Iterator[Noise]:
        """Disagreement of runs of two instruments against that of two runs of one; needs repeats."""
        if self.answers.repeats < 2:
            return
        for section in self.material.sections():
            yield self._noise(OVERALL if section == "frames" else section, section)
        if "frames" in self.material.sections():
            for frame in self.material.frames:
                yield self._noise(frame, "frames", frame)

    def _noise(self, what: str, section: Section, frame: str | None = None) -> Noise:
        runs = self.answers.asked_for(section)
        rows: dict[str, dict[str, float]] = {}
        for document in self.answers.documents:
            row = dict.fromkeys(("between/shared", "between/size", "within/shared", "within/size"), 0.0)
            for i, j in self.material.run_pairs(section):
                scope = "within" if runs[i].instrument == runs[j].instrument else "between"
                shared, size = self._shared(section, document, i, j, frame)
                row[f"{scope}/shared"] += shared
                row[f"{scope}/size"] += size
            rows[document] = row
        measures = (
            Measure("between", lambda sums: _apart(sums, "between")),
            Measure("within", lambda sums: _apart(sums, "within")),
            Measure("excess", lambda sums: _apart(sums, "between") - _apart(sums, "within"), None, "open"),
        )
        between, within, excess = self._scores(Tally.of(rows), measures)
        low, high = _bounds(excess)
        return Noise(what, between.value, within.value, excess.value, low, high, len(rows))

    def _shared(self, section: Section, document: str, i: int, j: int, frame: str | None) -> tuple[float, float]:
        """What two runs share of one article, and how much they could."""
        if frame is None:
            counts = self.material.counts(section, document, i, j)
            return 2 * counts.both, counts.a + counts.b
        one, other = self.material.labels(document, i), self.material.labels(document, j)
        return float(one is not None and other is not None and (frame in one) == (frame in other)), 1

    # --- Articles ---------------------------------------------------------------------------------

    def tensions(self) -> tuple[Tension, ...]:
        """Every article, those on which the instruments differ most first."""
        rows = [self._tension(document) for document in self.answers.documents]
        return tuple(sorted(rows, key=lambda row: -row.disagreement))

    def _tension(self, document: str) -> Tension:
        apart = {section: self._apart(section, document) for section in self.material.sections()}
        silent = dict.fromkeys(run.instrument for run in self.answers.runs if run.answer(document) is None)
        return Tension(
            document=document,
            disagreement=float(np.mean(list(apart.values()))) if apart else 0.0,
            statements=apart.get("statements"),
            claims=apart.get("claims"),
            frames=apart.get("frames"),
            failed=tuple(silent),
        )

    def _apart(self, section: Section, document: str) -> float:
        runs = self.answers.asked_for(section)
        agreeing = []
        for i, j in self.material.run_pairs(section):
            if runs[i].instrument == runs[j].instrument:
                continue
            silent = runs[i].answer(document) is None or runs[j].answer(document) is None
            agreeing.append(0.0 if silent else self.material.counts(section, document, i, j).f1)
        return 1 - float(np.mean(agreeing))


def _coded(run: Run, document: str, frame: str) -> Hashable:
    """What a run says of a frame; a run without an answer says something that nobody else says."""
    analysis = run.answer(document)
    silence = f"no answer of {run.instrument} ({run.repeat})"
    if frame == OVERALL:
        return frozenset(label.frame for label in analysis.frames) if analysis else frozenset([silence])
    return str(any(label.frame == frame for label in analysis.frames)) if analysis else silence


def _use(frame: str, name: str, names: Sequence[str]) -> Measure:
    others = [other for other in names if other != name]

    def value(sums: Sums) -> Array:
        elsewhere = sum((sums[f"{other}\0{frame}"] for other in others), np.zeros(())) / len(others)
        return quotient(sums[f"{name}\0{frame}"] - elsewhere, sums["articles"])

    return Measure(f"{frame}/{name}", value, "articles", "open")


def _apart(sums: Sums, scope: str) -> Array:
    apart: Array = 1 - quotient(sums[f"{scope}/shared"], sums[f"{scope}/size"])
    return apart


def _bounds(score: Score) -> tuple[float | None, float | None]:
    return (score.interval.low, score.interval.high) if score.interval else (None, None)
