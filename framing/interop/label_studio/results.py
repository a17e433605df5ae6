"""The results of one annotation, read as marks: regions, what is said of each, and the arrows between them.

An arrow need not be named where the regions that it joins allow one name only, and may be drawn either way round
where they allow one direction only. What cannot be read becomes a `Problem` that holds the result.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, cast

from pydantic import BaseModel

from framing.annotations import Findings, Problem, ProblemKind
from framing.interop.exchange import Scheme
from framing.interop.label_studio.controls import (
    CONTINUES,
    EVIDENCE,
    FIELDS,
    FRAMES,
    PRIMARY,
    RELATIONS,
    UNLABELLED,
    layer_of,
)
from framing.interop.label_studio.places import TaskText
from framing.interop.marks import LINKS, Link, LinkName, Mark, MarkLayer, Markup
from framing.interop.unmarking import read_marks
from framing.text import Document, Span

__all__ = ["Result", "read_results"]


class Value(BaseModel):
    """Of a region and what is said of it. `text` is what the page showed, or what was typed."""

    start: int | None = None
    end: int | None = None
    text: str | tuple[str, ...] | None = None
    labels: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


class Result(BaseModel):
    """One entry of an annotation's `result`."""

    type: str
    id: str = ""
    from_name: str = ""
    value: Value = Value()
    from_id: str = ""
    to_id: str = ""
    direction: Literal["left", "right", "bi"] | None = None
    labels: tuple[str, ...] | None = None


@dataclass(slots=True)
class _Region:
    """A stretch of text with its label, and what was answered about it."""

    key: str
    group: str
    layer: MarkLayer
    label: str
    span: Span
    answers: dict[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        return f"{self.layer} at {self.span.start}–{self.span.end}"


_Arrow = tuple[str, _Region, _Region]
_ID = re.compile(r"(?P<layer>Statement|Claim)-(?P<id>(?:[A-Za-z0-9]|_[0-9a-f]+_)+)-\d+")


def read_results(results: Sequence[Result], document: Document, text: TaskText, scheme: Scheme) -> Findings:
    """What one coder found in `document`, whose task has `text`."""
    reading = _Reading(text)
    found = read_marks(reading.markup(results), document, scheme)
    return found.model_copy(update={"problems": (*reading.problems, *found.problems)})


class _Reading:
    def __init__(self, text: TaskText) -> None:
        self._text = text
        self._regions: dict[tuple[str, str], _Region] = {}
        """By id and group: a region may have a label of several groups."""
        self._frames: dict[tuple[str, str], dict[str, str]] = {}
        self.problems: list[Problem] = []

    def markup(self, results: Sequence[Result]) -> Markup:
        relations = [result for result in results if result.type == "relation"]
        labels = [result for result in results if result.type == "labels"]
        for result in labels:
            self._region(result)
        for result in results:
            if result.type not in ("relation", "labels"):
                self._answer(result)
        arrows = [arrow for result in relations if (arrow := self._arrow(result))]
        whole = self._joined(arrows)
        links = [
            Link(cast(LinkName, name), whole[one.key], whole[other.key])
            for name, one, other in arrows
            if name != CONTINUES
        ]
        return Markup((*self._of_the_article(), *self._marks(whole)), tuple(dict.fromkeys(links)))

    # --- Regions --------------------------------------------------------------------------------------

    def _region(self, result: Result) -> None:
        value, group = result.value, result.from_name
        known = [(label, layer) for label in value.labels if (layer := layer_of(group, label))]
        if len(known) != 1 or len(value.labels) != 1:
            self._problem(result, f"{group!r} has {list(value.labels)!r}, not one of the labels known here")
            return
        said = value.text if isinstance(value.text, str) else None
        try:
            span, remark = self._text.span(_offset(value.start), _offset(value.end), said)
        except ValueError as error:
            self._problem(result, str(error))
            return
        if remark:
            self._problem(result, remark, kind="detail")
        (label, layer) = known[0]
        self._regions[result.id, group] = _Region(f"{result.id}/{group}", group, layer, label, span)

    def _answer(self, result: Result) -> None:
        """What was said of the article, or of a region."""
        if result.from_name.startswith((FRAMES, PRIMARY)):
            return self._frame(result)
        group, _, name = result.from_name.rpartition(".")
        region = self._regions.get((result.id, group))
        asked = {field.name: field for field in FIELDS.get(region.layer, ())} if region else {}
        if region is None or name not in asked:
            return self._problem(result, f"{result.from_name!r} is asked of no region that could be read")
        texts = result.value.text
        given = (
            result.value.choices if asked[name].choices else (texts,) if isinstance(texts, str) else texts or ()
        )
        told = [answer.strip() for answer in given if answer.strip()]
        if len(told) > 1:
            self._problem(result, f"{result.from_name!r} has {len(told)} answers; the first is taken")
        if told:
            region.answers[name] = told[0]
        return None

    def _frame(self, result: Result) -> None:
        control, _, codebook = result.from_name.partition(":")
        for code in result.value.choices:
            frame = self._frames.setdefault((codebook, code), {"codebook": codebook, "frame": code})
            if f"{control}:" == PRIMARY:
                frame["primary"] = "true"

    def _of_the_article(self) -> Iterator[Mark]:
        for (codebook, code), features in self._frames.items():
            yield Mark(f"{FRAMES}{codebook}/{code}", "Frame", (), features)

    # --- Arrows ---------------------------------------------------------------------------------------

    def _arrow(self, result: Result) -> _Arrow | None:
        """The arrow as it was drawn, or turned round where only that can be meant."""
        ends = (result.from_id, result.to_id) if result.direction != "left" else (result.to_id, result.from_id)
        names = result.labels or RELATIONS
        fitting = list(self._fitting(names, *ends)) or list(self._fitting(names, *reversed(ends)))
        if len({name for name, _, _ in fitting}) == 1:
            return fitting[0]
        if fitting:
            self._problem(result, f"an arrow without a name could be {' or '.join(n for n, _, _ in fitting)} here")
        else:
            self._problem(result, f"an arrow {' or '.join(names)} cannot join these two")
        return None

    def _fitting(self, names: Sequence[str], start: str, end: str) -> Iterator[_Arrow]:
        for one in self._with_id(start):
            for other in self._with_id(end):
                for name, (starts, ends) in LINKS.items():
                    if name in names and one.layer in starts and other.layer in ends:
                        yield name, one, other
                if CONTINUES in names and one.group == other.group:
                    yield CONTINUES, one, other

    def _with_id(self, name: str) -> list[_Region]:
        return [region for (known, _), region in self._regions.items() if known == name]

    def _joined(self, arrows: Sequence[_Arrow]) -> dict[str, str]:
        """For the key of every region, that of the passage that it is a piece of."""
        whole = {region.key: region.key for region in self._regions.values()}
        for name, one, other in arrows:
            if name == CONTINUES:
                first, second = whole[one.key], whole[other.key]
                whole = {key: first if root == second else root for key, root in whole.items()}
        return whole

    # --- Marks ----------------------------------------------------------------------------------------

    def _marks(self, whole: Mapping[str, str]) -> Iterator[Mark]:
        pieces: dict[str, list[_Region]] = {}
        for region in self._regions.values():
            pieces.setdefault(whole[region.key], []).append(region)
        names = self._names()
        for key, regions in pieces.items():
            regions.sort(key=lambda region: region.span)
            first = regions[0]
            if others := {region.label for region in regions} - {first.label}:
                self._problem(None, f"{first.place}: its other pieces are labelled {', '.join(sorted(others))}")
            answers = {name: value for region in reversed(regions) for name, value in region.answers.items()}
            spans = tuple(region.span for region in regions)
            yield Mark(key, first.layer, spans, self._features(first, answers, names))

    def _features(self, region: _Region, answers: dict[str, str], names: dict[str, str]) -> dict[str, str]:
        features = dict(answers)
        if given := _given_id(region):
            features["id"] = given
        if "checkworthy" in features:
            features["checkworthy"] = str(features["checkworthy"] == "yes").lower()
        if region.layer == "Mention":
            return self._of_a_mention(region, features, names)
        if region.layer in ("Statement", "Claim") and region.label != UNLABELLED:
            features["kind"] = region.label
        if region.layer == "Evidence":
            features |= {"codebook": region.group.removeprefix(EVIDENCE), "frame": region.label}
        if region.layer in ("Claim", "Evidence") and (speaker := features.pop("speaker", None)):
            if voice := features.get("voice"):
                self._problem(
                    None, f"{region.place}: its voice is both {voice!r} and {speaker!r}; the latter is taken"
                )
            features["voice"] = speaker
        return features

    def _of_a_mention(self, region: _Region, features: dict[str, str], names: dict[str, str]) -> dict[str, str]:
        features.pop("unnamed", None)
        speaker = features.get("speaker")
        if speaker is None:
            reason = (
                f"{region.place}: nothing says whose mention it is; it is a speaker of its own, without a name"
            )
            self._problem(None, reason, kind="detail")
        elif name := names.pop(speaker, None):
            features["name"] = name
        return features

    def _names(self) -> dict[str, str]:
        """The name of every speaker that goes by the words which stand at its mentions."""
        mentions = [region.answers for region in self._regions.values() if region.layer == "Mention"]
        known = {told["speaker"] for told in mentions if "speaker" in told}
        otherwise = {
            told.get("speaker", "")
            for told in mentions
            if "name" in told or "unnamed" in told or told.get("kind") == "unnamed"
        }
        return {speaker: speaker for speaker in known - otherwise}

    def _problem(self, result: Result | None, reason: str, *, kind: ProblemKind = "invalid_item") -> None:
        raw = result.model_dump(mode="json", exclude_defaults=True) if result else None
        self.problems.append(Problem(kind=kind, reason=reason, raw=raw))


def _offset(given: int | None) -> int:
    if given is None:
        raise ValueError("a region without offsets")
    return given


def _given_id(region: _Region) -> str | None:
    """The id of a statement or claim that was in the task."""
    found = _ID.fullmatch(region.key.partition("/")[0])
    if found is None or found["layer"] != region.layer:
        return None
    return re.sub(r"_([0-9a-f]+)_", lambda code: chr(int(code[1], 16)), found["id"])
