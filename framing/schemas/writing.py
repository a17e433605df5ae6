"""The perfect reply: what a model would have to write so that reading and grounding give back given findings.

This is the other direction of every wire format. It serves the oracle, a backend that answers from gold: a prompt,
a format or a grounding rule that loses something of its answer would lose it of a model's answer, too.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple

from framing.annotations import NARRATOR, UNATTRIBUTED, Analysis, Claim, Findings, Speaker, Statement
from framing.codebooks import Codebook
from framing.errors import UsageError
from framing.schemas.draft import SECTIONS, Section, Task
from framing.schemas.labels import asks_primary
from framing.schemas.rows import ROW_FIELDS, join_row
from framing.schemas.sections import MORE
from framing.text import Document, Span, covering

__all__ = ["write_reply"]

_PRONOUNS = frozenset(
    "he she it they we i you who which that one both his her its their my our this these".split()
)


def write_reply(
    wire: str,
    gold: Analysis | Findings,
    *,
    task: Task,
    document: Document,
    codebook: Codebook | None = None,
    within: Span | None = None,
) -> str:
    """`gold` as the reply of a model in the wire format `wire`; with `within`, only what lies wholly in that part.

    Speakers of nothing that is written, and frames of other codebooks, are left out. A source without a name is
    described by the words in which the article names it nearest to what it says first. What a format always states
    but the gold leaves open is written as its plainest value: a claim without a kind as "factual", without a
    verdict as not check-worthy. Passages are taken to begin and end with a word.
    """
    writer = _Writer(gold, task, document, codebook, within)
    match wire:
        case "verbatim":
            return _json(writer.sections(task, writer.quoted))
        case "indexed":
            return _json(writer.sections(task, writer.indexed))
        case "rows":
            return _json(writer.rows(task))
        case "lines":
            return _lines(writer.rows(task))
        case "explained":
            return _json(writer.explained())
        case "questions":
            return _json(writer.questions())
        case _:
            raise UsageError(f"no replies can be written in the wire format {wire!r}")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _lines(rows: dict[str, Any]) -> str:
    lines: list[str] = []
    for section, listed in rows.items():
        if section == "primary":
            lines.append(f"primary: {listed or 'none'}")
        else:
            lines += [f"{section}:", *(listed or ["none"])]
    return "\n".join(lines)


class _Item(NamedTuple):
    """A passage, what is said about it, and the name of the field that a further piece marks with "+"."""

    spans: tuple[Span, ...]
    fields: dict[str, Any]
    label: str


class _Writer:
    def __init__(
        self,
        gold: Analysis | Findings,
        task: Task,
        document: Document,
        codebook: Codebook | None,
        within: Span | None,
    ) -> None:
        self.gold, self.document, self.codebook, self.within = gold, document, codebook, within
        self.statements = [statement for statement in gold.statements if self._inside(statement.spans)]
        self.claims = [claim for claim in gold.claims if self._inside(claim.spans)]
        sections = SECTIONS[task]
        said = [(s.speaker, s.spans) for s in self.statements if "statements" in sections]
        said += [(claim.voice, claim.spans) for claim in self.claims if "claims" in sections]
        self.first: dict[str | None, Span] = {}
        for speaker, spans in said:
            self.first.setdefault(speaker, covering(spans))
        self.speakers = [speaker for speaker in gold.speakers if speaker.id in self.first]
        self.numbers = {speaker.id: number for number, speaker in enumerate(self.speakers, 1)}

    def _inside(self, spans: Sequence[Span]) -> bool:
        return self.within is None or all(self.within.covers(span) for span in spans)

    # --- What there is to write -----------------------------------------------------------------------

    def items(self, section: Section) -> Iterator[_Item]:
        match section:
            case "statements":
                yield from map(self._statement, self.statements)
            case "claims":
                yield from map(self._claim, self.claims)
            case "frames":
                yield from self._frames()

    def _role(self, speaker: Speaker) -> str | None:
        """The role of a named source; the article's own words for one that has no name."""
        if speaker.name is not None or not speaker.mentions:
            return speaker.role
        text, first = self.document.text, self.first[speaker.id]
        sources = (s.source for s in self.statements if s.source and s.speaker == speaker.id)
        named = [*speaker.mentions, *sources]
        describing = [words for words in named if words.of(text).casefold() not in _PRONOUNS] or named
        nearest = min(describing, key=lambda words: max(first.start - words.end, words.start - first.end))
        whole = max((words for words in describing if words.overlaps(nearest)), key=len)
        return " ".join(whole.of(text).split())

    def _statement(self, statement: Statement) -> _Item:
        number = self.numbers[statement.speaker] if statement.speaker else None
        fields = {"cue": statement.cue, "speaker": number, "kind": statement.kind}
        return _Item(statement.spans, fields, "kind")

    def _claim(self, claim: Claim) -> _Item:
        voice = {NARRATOR: 0, UNATTRIBUTED: None}.get(claim.voice, self.numbers.get(claim.voice))
        kind = claim.kind or "factual"
        return _Item(claim.spans, {"voice": voice, "kind": kind, "checkworthy": bool(claim.checkworthy)}, "kind")

    def _frames(self) -> Iterator[_Item]:
        for label in self.gold.frames:
            if not self._of_codebook(label.codebook):
                continue
            if not label.evidence:
                yield _Item((), {"frame": label.frame}, "frame")
            for evidence in label.evidence:
                if self._inside(evidence.spans):
                    yield _Item(evidence.spans, {"frame": label.frame}, "frame")

    def _of_codebook(self, ref: str) -> bool:
        return self.codebook is not None and ref in (self.codebook.ref, self.codebook.name)

    def _primary(self, given: Sequence[_Item]) -> dict[str, str | None]:
        if not asks_primary(self.codebook):
            return {}
        codes = {item.fields["frame"] for item in given}
        leading = [label.frame for label in self.gold.frames if label.primary and label.frame in codes]
        return {"primary": leading[0] if leading else next(iter(sorted(codes)), None)}

    # --- How it is written ----------------------------------------------------------------------------

    def sections(self, task: Task, entries: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for section in SECTIONS[task]:
            if section == "speakers":
                found[section] = [
                    {"id": self.numbers[speaker.id], "name": speaker.name, "role": self._role(speaker)}
                    for speaker in self.speakers
                ]
            else:
                found[section] = [entry for item in self.items(section) for entry in entries(item)]
        if "frames" in found:
            found |= self._primary(list(self.items("frames")))
        return found

    def quoted(self, item: _Item) -> Iterator[dict[str, Any]]:
        yield {"quote": [span.of(self.document.text) for span in item.spans], **item.fields}

    def indexed(self, item: _Item) -> Iterator[dict[str, Any]]:
        fields = {key: value for key, value in item.fields.items() if key != "cue"}
        if not item.spans:
            yield {"at": "", "start": "", "end": "", **fields}
        for piece, span in enumerate(item.spans):
            yield {**self._anchor(span), **fields, **({item.label: MORE} if piece else {})}

    def rows(self, task: Task) -> dict[str, Any]:
        found = self.sections(task, self.indexed)
        for section in SECTIONS[task]:
            found[section] = [_row(section, entry) for entry in found[section]]
        return found

    def explained(self) -> dict[str, Any]:
        given = list(self.items("frames"))
        considered = [
            {**entry, "because": "It carries the frame.", "holds": True}
            for item in given
            for entry in self.quoted(item)
        ]
        return {"considered": considered, **self._primary(given)}

    def questions(self) -> dict[str, Any]:
        if self.codebook is None:
            raise UsageError("replies to questions need the codebook that asks them")
        given = list(self.items("frames"))
        passages: dict[str, Span] = {}
        for item in given:
            if item.spans:
                passages.setdefault(item.fields["frame"], item.spans[0])
        codes = {item.fields["frame"] for item in given}
        rules = dict(self.codebook.rules)
        answers: dict[str, dict[str, Any]] = {}
        for code, answer in _answers_for(codes, self.codebook).items():
            carried = [passages[frame] for frame in passages if frame in rules and code in rules[frame].questions]
            sentence = self._sentence(carried[0].start) if answer and carried else None
            answers[code] = {"sentence": sentence, "answer": answer}
        return {"answers": answers, **self._primary(given)}

    # --- Anchors --------------------------------------------------------------------------------------

    def _sentence(self, offset: int) -> int:
        """The number of the sentence that holds the character at `offset`."""
        return max(1, bisect_right(self.document.sentences, offset, key=lambda sentence: sentence.start))

    def _anchor(self, span: Span) -> dict[str, str]:
        """The sentences of a passage, and as few of its words as single it out there."""
        first, last = self._sentence(span.start), self._sentence(span.end - 1)
        opening, closing = self.document.sentences[first - 1], self.document.sentences[last - 1]
        start = end = ""
        if span.start > opening.start:
            start = self._singling(Span(span.start, min(span.end, opening.end)), opening, from_end=False)
        if span.end < closing.end:
            end = self._singling(Span(max(span.start, closing.start), span.end), closing, from_end=True)
        return {"at": str(first) if first == last else f"{first}-{last}", "start": start, "end": end}

    def _singling(self, part: Span, sentence: Span, *, from_end: bool) -> str:
        text = self.document.text
        words = part.of(text).split()
        choices = [" ".join(words[-count:] if from_end else words[:count]) for count in range(1, len(words) + 1)]
        choices = [words for words in choices if any(map(str.isalnum, words))] or choices[-1:]
        for chosen in choices:
            if len(_occurrences(chosen, sentence.of(text))) == 1 and not _NTH.search(chosen):
                return chosen
        at = (part.end if from_end else part.start) - sentence.start
        found = _occurrences(choices[0], sentence.of(text))
        nth = sum(1 for span in found if (span.end if from_end else span.start) <= at)
        return f"{choices[0]}#{max(1, nth)}"


_NTH = re.compile(r"\S#\d+$")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_BEFORE = r"(?<![^\W_])(?<![^\W_]['’&‐-])"
_AFTER = r"(?![^\W_])(?![&‐-][^\W_])(?!['’](?!(?:s|re|ve|ll|d|m)\b)[^\W_])"


def _occurrences(words: str, sentence: str) -> list[Span]:
    """Where the words stand as whole words, whatever marks are around them; mere marks stand as they are."""
    core = _EDGES.sub("", words)
    if not core:
        return [Span(*match.span()) for match in re.finditer(re.escape(words), sentence)]
    pattern = r"\s+".join(map(re.escape, core.split()))
    return [Span(*match.span()) for match in re.finditer(_BEFORE + pattern + _AFTER, sentence)]


def _row(section: Section, entry: dict[str, Any]) -> str:
    fields = ["" if entry[name] is None else str(entry[name]) for name in ROW_FIELDS[section]]
    if entry.get("checkworthy") and fields[-1] != MORE:
        fields[-1] += "!"
    return join_row(fields)


def _answers_for(codes: set[str], codebook: Codebook) -> dict[str, bool]:
    """Answers to all questions from which exactly these frames follow; raises UsageError where none do."""
    answers = {question.code: False for question in codebook.questions}
    for frames in _linked(codebook):
        asked = sorted({code for frame in frames for code in dict(codebook.rules)[frame].questions})
        wanted = codes & frames
        for values in product((True, False) if wanted else (False, True), repeat=len(asked)):
            tried = dict(zip(asked, values, strict=True))
            if set(codebook.frames_from_answers(tried)) & frames == wanted:
                answers |= tried
                break
    if set(codebook.frames_from_answers(answers)) != codes:
        raise UsageError(f"no answers to the questions of {codebook.ref} give the frames {sorted(codes)!r}")
    return answers


def _linked(codebook: Codebook) -> list[set[str]]:
    """The frames of a codebook, in groups that share no question with each other."""
    groups: list[tuple[set[str], set[str]]] = []
    for code, rule in codebook.rules:
        frames, asked = {code}, set(rule.questions)
        for group in [group for group in groups if group[1] & asked]:
            groups.remove(group)
            frames, asked = frames | group[0], asked | group[1]
        groups.append((frames, asked))
    return [frames for frames, _ in groups]
