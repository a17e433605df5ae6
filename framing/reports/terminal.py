"""An analysis as a page of text: speakers with what they say, claims by voice, frames with evidence, problems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from rich.console import Console, Group, RenderableType
from rich.rule import Rule
from rich.text import Text

from framing.annotations import NARRATOR, UNATTRIBUTED, Analysis, Claim, FrameLabel, Problem, Speaker, Statement
from framing.reports.console import Hanging
from framing.text import Document, Span

__all__ = ["render"]

_VOICE_STYLES = ("cyan", "magenta", "green", "yellow", "blue", "bright_red", "bright_cyan", "bright_magenta")
_INDENT = 2


def render(analysis: Analysis, document: Document, console: Console) -> None:
    """Print `analysis`; texts stand with their offsets, so that each can be found again in the article."""
    console.print(_Page(analysis, document).page())


class _Page:
    def __init__(self, analysis: Analysis, document: Document) -> None:
        self.analysis, self.document = analysis, document
        self.styles = {
            speaker.id: _VOICE_STYLES[number % len(_VOICE_STYLES)]
            for number, speaker in enumerate(analysis.speakers)
        }

    def page(self) -> Group:
        return Group(
            *self._head(), *self._speakers(), *self._claims(), *self._frames(), *self._problems(), *self._foot()
        )

    # --- Sections ---------------------------------------------------------------------------------

    def _head(self) -> Iterator[RenderableType]:
        info = self.analysis.document
        yield Rule(Text(info.title or info.id, style="bold"), align="left", style="dim")
        words = len(self.document.text.split())
        facts = [info.outlet, info.published, _count(words, "word"), f"sha256 {info.sha256[:12]}"]
        yield Text(" · ".join(fact for fact in facts if fact), style="dim")

    def _speakers(self) -> Iterator[RenderableType]:
        statements = self.analysis.statements
        yield _heading("Who says what", f"{_count(len(self.analysis.speakers), 'speaker')}, "
                       f"{_count(len(statements), 'statement')}")  # fmt: skip
        for speaker in self.analysis.speakers:
            said = [s for s in statements if s.speaker == speaker.id]
            if said:
                yield self._speaker_line(speaker, said)
                yield from map(self._statement, said)
        unattributed = [s for s in statements if s.speaker is None]
        if unattributed:
            yield Text(f"● {UNATTRIBUTED}", style="dim")
            yield from map(self._statement, unattributed)

    def _claims(self) -> Iterator[RenderableType]:
        claims = self.analysis.claims
        checkable = sum(1 for claim in claims if claim.checkworthy)
        yield _heading("What is claimed", f"{_count(len(claims), 'claim')}, {checkable} to check")
        for voice in dict.fromkeys(claim.voice for claim in claims):
            yield self._voice_line(voice)
            yield from map(self._claim, (claim for claim in claims if claim.voice == voice))

    def _frames(self) -> Iterator[RenderableType]:
        frames = self.analysis.frames
        codebook = self.analysis.provenance.codebook or "no codebook"
        yield _heading("How it is framed", f"{_count(len(frames), 'frame')}, {codebook}")
        for label in frames:
            yield self._frame_line(label)
            for evidence in label.evidence:
                yield self._passage(evidence.text, evidence.spans, self._voice_text(evidence.voice))

    def _problems(self) -> Iterator[RenderableType]:
        if not self.analysis.problems:
            return
        yield _heading("Problems", "nothing is left out silently")
        for problem in self.analysis.problems:
            yield self._problem(problem)

    def _foot(self) -> Iterator[RenderableType]:
        made = self.analysis.provenance
        parts = [f"framing {made.framing_version}", made.backend]
        if made.model and not made.backend.endswith(made.model):
            parts.append(f"answered by {made.model}")
        if made.prompt:
            parts.append(f"prompt {made.prompt}")
        if made.usage.requests:
            parts.append(f"{made.usage.input_tokens:,} tokens in, {made.usage.output_tokens:,} out")
        yield Text()
        yield Text(" · ".join(parts), style="dim")

    # --- Lines ------------------------------------------------------------------------------------

    def _speaker_line(self, speaker: Speaker, said: list[Statement]) -> RenderableType:
        line = self._voice_head(speaker.id)
        if speaker.role and speaker.name:
            line.append(f", {speaker.role}")
        counts = f"  {_count(len(said), 'statement')}, {_count(len(speaker.mentions), 'mention')}"
        return Hanging(line.append(counts, style="dim"), indent=_INDENT)

    def _voice_line(self, voice: str) -> RenderableType:
        return Hanging(self._voice_head(voice), indent=_INDENT)

    def _voice_head(self, voice: str) -> Text:
        line = Text("● ", style=self.styles.get(voice, "bold"))
        return line.append(self._voice_name(voice), style=f"bold {self.styles.get(voice, '')}".strip())

    def _voice_text(self, voice: str) -> Text:
        return Text(self._voice_name(voice), style=self.styles.get(voice, "bold"))

    def _voice_name(self, voice: str) -> str:
        if voice == NARRATOR:
            return "the outlet itself"
        if voice == UNATTRIBUTED:
            return UNATTRIBUTED
        speaker = self.analysis.speaker(voice)
        return speaker.name or f"{speaker.role or 'a source'} (unnamed)"

    def _statement(self, statement: Statement) -> RenderableType:
        note = Text(statement.kind)
        if statement.cue:
            note.append(f", “{statement.cue}”")
        if statement.within:
            note.append(f", reported in {statement.within}")
        if statement.grounding != "exact":
            note.append(f", found by {statement.grounding}")
        return self._passage(statement.text, statement.spans, note)

    def _claim(self, claim: Claim) -> RenderableType:
        note = Text(claim.kind or "")
        if claim.checkworthy:
            note.append(", check" if claim.kind else "check")
        return self._passage(claim.text, claim.spans, note)

    def _frame_line(self, label: FrameLabel) -> RenderableType:
        line = Text("★ " if label.primary else "· ", style="yellow" if label.primary else "dim")
        line.append(label.frame, style="bold")
        voices = Counter(self._voice_name(evidence.voice) for evidence in label.evidence)
        shares = ", ".join(f"{voice} {count}" for voice, count in voices.most_common())
        line.append(f"  {shares}" if shares else "  no evidence given", style="dim")
        return Hanging(line, indent=_INDENT)

    def _passage(self, text: str, spans: Iterable[Span], note: Text) -> RenderableType:
        line = Text(" ".join(text.split()))
        line.append(f"  [{_offsets(spans)}] ", style="dim")
        note.stylize("italic dim")
        return Hanging(line.append_text(note), indent=_INDENT, first=_INDENT)

    def _problem(self, problem: Problem) -> RenderableType:
        line = Text("✗ " if problem.loses else "! ", style="red" if problem.loses else "yellow")
        line.append(problem.kind, style="bold").append(f"  {problem.item}: " if problem.item else "  ")
        line.append(problem.reason)
        if problem.suggestion:
            line.append(f"  nearest: “{problem.suggestion}”", style="dim")
        return Hanging(line, indent=_INDENT, first=_INDENT)


def _heading(title: str, note: str) -> RenderableType:
    line = Text(title, style="bold underline").append(f"  {note}", style="not underline dim")
    return Group(Text(), Hanging(line, indent=_INDENT))


def _offsets(spans: Iterable[Span]) -> str:
    return ", ".join(f"{span.start}–{span.end}" for span in spans)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
