"""`questions` and `explained`: frames by way of answers, for the task "frames".

In `questions` every yes/no question of the codebook is a property of its own, so that none can be left out, and
the codebook's rules turn the answers into frames:

    {"answers": {"q1": {"sentence": 3, "answer": true}, "q2": {"sentence": null, "answer": false}}}

In `explained` the model quotes a passage, says why the frame holds there or why its neighbour does, and only then
decides; a frame it weighed and refused is no label:

    {"considered": [{"quote": ["It is cheap"], "frame": "economic", "because": "…", "holds": true}],
     "primary": "economic"}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from framing.codebooks import Codebook
from framing.errors import UsageError
from framing.schemas.draft import Anchor, Draft, DraftAnswer, DraftEvidence, DraftFrame, Task
from framing.schemas.formats import WireFormat
from framing.schemas.indexed import sentence_range
from framing.schemas.labels import asks_primary, frame_code, settled_frames
from framing.schemas.reading import BadItem, Notes, near, read_object
from framing.schemas.strict import BOOLEAN, NULLABLE_INTEGER, STRING, Schema, array, choice, record
from framing.schemas.verbatim import quotes

__all__ = ["Explained", "Questions"]


class Questions(WireFormat):
    name = "questions"
    numbered = True
    tasks = ("frames",)

    def read(self, text: str, *, task: Task, codebook: Codebook | None = None) -> Draft:
        """The answers, and the frames that follow from them; the evidence of a frame is that of its yeses.

        A question that is not answered, or not readably, stays open and is a flaw: it makes no frame hold.
        """
        self._check_task(task)
        codebook = _with_questions(codebook)
        notes = Notes()
        root = read_object(text, notes)
        if root is None:
            return Draft(flaws=notes.all())
        notes.unasked(root, ("answers", "primary") if asks_primary(codebook) else ("answers",))
        given = root.get("answers")
        if not isinstance(given, Mapping):
            notes.flaw("answers", "'answers' must be an object with an answer to each question", given)
            return Draft(flaws=notes.all())
        answers = _answers(given, codebook, notes)
        if not (frames := _frames(answers, codebook)) and not codebook.allow_none:
            notes.flaw("frames", f"{codebook.ref} does not allow the answer that no frame applies", [])
        frames = settled_frames(frames, notes, codebook=codebook, primary=root.get("primary"))
        return Draft(frames=frames, answers=answers, flaws=notes.all())

    def check(self, *, task: Task, codebook: Codebook | None = None) -> None:
        super().check(task=task, codebook=codebook)
        _with_questions(codebook)

    def _schema(self, task: Task, codebook: Codebook | None) -> Schema:
        codebook = _with_questions(codebook)
        answer = record({"sentence": NULLABLE_INTEGER, "answer": BOOLEAN})
        properties = {"answers": record({question.code: answer for question in codebook.questions})}
        if asks_primary(codebook):
            properties["primary"] = choice(codebook.codes, nullable=True)
        return record(properties)


def _with_questions(codebook: Codebook | None) -> Codebook:
    if codebook is None or not codebook.questions:
        name = codebook.ref if codebook else "none"
        raise UsageError(f"the wire format 'questions' needs a codebook that asks questions; this one: {name}")
    return codebook


def _answers(given: Mapping[str, Any], codebook: Codebook, notes: Notes) -> tuple[DraftAnswer, ...]:
    known = tuple(question.code for question in codebook.questions)
    for code in given:
        if code not in known:
            notes.flaw(
                f"answers.{code}", f"{code!r} is no question of {codebook.ref}{near(code, known)}", given[code]
            )

    def read(raw: Any, item: str) -> DraftAnswer:
        return _answer(raw, item, notes)

    found = []
    for code in known:
        if code not in given:
            notes.flaw(f"answers.{code}", f"the question {code!r} is not answered")
        elif answer := notes.attempt(f"answers.{code}", given[code], read):
            found.append(answer)
    return tuple(found)


def _answer(raw: Any, item: str, notes: Notes) -> DraftAnswer:
    if not isinstance(raw, Mapping) or not isinstance(raw.get("answer"), bool):
        raise BadItem("an answer is an object with 'sentence' and 'answer', which is true or false")
    notes.unasked(raw, ("sentence", "answer"), within=item)
    sentence = raw.get("sentence")
    where = () if sentence is None else (Anchor(*sentence_range(sentence)),)
    return DraftAnswer(item.removeprefix("answers."), raw["answer"], where, raw, item)


def _frames(answers: tuple[DraftAnswer, ...], codebook: Codebook) -> tuple[DraftFrame, ...]:
    holding = codebook.frames_from_answers({answer.question: answer.answer for answer in answers})
    rules = dict(codebook.rules)
    return tuple(
        DraftFrame(
            code,
            evidence=tuple(
                DraftEvidence(answer.where, raw=answer.raw, item=answer.item)
                for answer in answers
                if answer.question in rules[code].questions and answer.answer and answer.where
            ),
            raw={answer.question: answer.answer for answer in answers if answer.question in rules[code].questions},
            item=f"frames.{code}",
        )
        for code in holding
    )


# --- Evidence and reasons before the label ------------------------------------------------------------

_FIELDS = ("quote", "frame", "because", "holds")


class Explained(WireFormat):
    name = "explained"
    numbered = False
    tasks = ("frames",)

    def read(self, text: str, *, task: Task, codebook: Codebook | None = None) -> Draft:
        self._check_task(task)
        notes = Notes()
        root = read_object(text, notes)
        if root is None:
            return Draft(flaws=notes.all())
        notes.unasked(root, ("considered", "primary") if asks_primary(codebook) else ("considered",))
        raws = root.get("considered")
        if not isinstance(raws, list):
            notes.flaw("considered", "'considered' must be a list", raws, kind="invalid_reply")
            return Draft(flaws=notes.all())

        def read(raw: Any, item: str) -> tuple[bool, DraftFrame]:
            return _considered(raw, item, codebook, notes)

        found = [frame for holds, frame in notes.each("considered", raws, read) if holds]
        if not found and codebook and not codebook.allow_none:
            notes.flaw("considered", f"{codebook.ref} does not allow the answer that no frame applies", raws)
        frames = settled_frames(found, notes, codebook=codebook, primary=root.get("primary"))
        return Draft(frames=frames, flaws=notes.all())

    def _schema(self, task: Task, codebook: Codebook | None) -> Schema:
        entry = {
            "quote": array(STRING),
            "frame": choice(codebook.codes) if codebook else STRING,
            "because": STRING,
            "holds": BOOLEAN,
        }
        properties = {"considered": array(record(entry))}
        if codebook and asks_primary(codebook):
            properties["primary"] = choice(codebook.codes, nullable=True)
        return record(properties)


def _considered(raw: Any, item: str, codebook: Codebook | None, notes: Notes) -> tuple[bool, DraftFrame]:
    if not isinstance(raw, Mapping):
        raise BadItem("not an object with named fields")
    if missing := [field for field in _FIELDS if field not in raw]:
        raise BadItem(f"{', '.join(map(repr, missing))} missing")
    notes.unasked(raw, _FIELDS, within=item)
    if not isinstance(raw["holds"], bool):
        raise BadItem(f"holds must be true or false, not {raw['holds']!r}")
    where = quotes(raw["quote"])
    evidence = (DraftEvidence(where, raw=raw, item=item),) if where else ()
    return raw["holds"], DraftFrame(frame_code(raw["frame"], codebook), evidence=evidence, raw=raw, item=item)
