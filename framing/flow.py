"""One conversation with a model: ask, read the answer, and have it repaired once where it has flaws.

The conversation is a generator that yields requests and is sent replies; `drive` and `adrive` carry them to and
from a backend. What was asked and what came of it is therefore written once, for both.

What is kept after a repair round: the corrected answer, if it has fewer flaws than the answer before it and still
holds every item that was right in that one; otherwise the answer before it, with its flaws. So a model that drops
or rewrites what was right while it corrects the rest loses nothing for us. What stays wrong is a Problem, and so
are faulty items that the model "corrected" by leaving them out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from typing import TYPE_CHECKING

from framing.annotations import Problem
from framing.errors import BackendError
from framing.messages import Reply, Request, Usage
from framing.schemas import Anchor, Draft, Flaw, Locator

if TYPE_CHECKING:
    from framing.backends import ModelBackend

__all__ = ["Conversation", "Outcome", "adrive", "converse", "correction", "drive"]

LISTED_FLAWS = 40
"""So many flaws are shown to the model at once; more do not make its next answer better."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a conversation came to.

    draft: the answer that was kept, its flaws included; replies: everything the model said, in order;
    usage: what all of it cost; problems: what is missing from `draft`, one for each flaw that stayed, and one
    for a reply that was refused, cut off or filtered.
    """

    draft: Draft
    replies: tuple[Reply, ...]
    usage: Usage
    problems: tuple[Problem, ...]


Conversation = Generator[Request, Reply, Outcome]


def converse(request: Request, read: Callable[[str], Draft], *, repairs: int = 1) -> Conversation:
    """Ask `request`, `read` the answer, and ask up to `repairs` times for a corrected one.

    `read` never raises: whatever it cannot read is a Flaw of the Draft. A refusal, a reply cut off at the token
    limit and a filtered one are not asked again: what they hold is kept, and a Problem says what happened.
    A BackendError on the first request ends the conversation; on a repair it becomes a Problem, so that
    the answer that was already paid for is not lost.
    """
    reply = yield request
    replies = [reply]
    draft, problems = _read(reply, read), list(_ended_early(reply))
    while reply.finish == "stop" and len(replies) <= repairs and (faults := _repairable(draft)):
        request = request.following(reply.text, correction(faults))
        try:
            reply = yield request
        except BackendError as error:
            problems.append(Problem(kind="backend", reason=f"the answer could not be repaired: {error}"))
            break
        replies.append(reply)
        repaired = _read(reply, read)
        if reply.finish in ("refusal", "content_filter") or not _better(repaired, draft):
            break
        problems.extend((*_ended_early(reply), *_left_out(repaired, draft)))
        draft = repaired
    problems.extend(_problem(flaw) for flaw in draft.flaws)
    return Outcome(draft, tuple(replies), reduce(add, (r.usage for r in replies)), tuple(problems))


def drive(conversation: Conversation, backend: ModelBackend) -> Outcome:
    """Hold the conversation with `backend`; raises its BackendError where the first request fails."""
    try:
        request = next(conversation)
        while True:
            try:
                reply = backend.complete(request)
            except BackendError as error:
                request = conversation.throw(error)
            else:
                request = conversation.send(reply)
    except StopIteration as end:
        return _outcome(end)


async def adrive(conversation: Conversation, backend: ModelBackend) -> Outcome:
    """`drive`, asynchronously."""
    try:
        request = next(conversation)
        while True:
            try:
                reply = await backend.acomplete(request)
            except BackendError as error:
                request = conversation.throw(error)
            else:
                request = conversation.send(reply)
    except StopIteration as end:
        return _outcome(end)


def correction(flaws: tuple[Flaw, ...]) -> str:
    """The message that shows a model what is wrong with its answer and asks for all of it again."""
    lines = [f"- {flaw.item}: {flaw.reason}" for flaw in flaws[:LISTED_FLAWS]]
    if len(flaws) > LISTED_FLAWS:
        lines.append(f"- and {len(flaws) - LISTED_FLAWS} more of the same kind")
    return (
        "Your answer has these faults:\n\n"
        + "\n".join(lines)
        + "\n\nGive the whole answer again, in the same format, with these faults corrected. "
        "Repeat every other item unchanged; add nothing else."
    )


def _outcome(end: StopIteration) -> Outcome:
    outcome: Outcome = end.value
    return outcome


def _read(reply: Reply, read: Callable[[str], Draft]) -> Draft:
    if reply.finish == "refusal":
        return Draft()
    if not reply.text.strip():
        empty = Flaw("reply", "the answer is empty", reply.text, kind="invalid_reply")
        return Draft(flaws=(empty,)) if reply.finish == "stop" else Draft()
    draft = read(reply.text)
    if reply.finish == "content_filter":
        # The text may be the filter's own words: that they cannot be read is no news then.
        return replace(draft, flaws=tuple(flaw for flaw in draft.flaws if _is_item(flaw)))
    return draft


def _ended_early(reply: Reply) -> Iterator[Problem]:
    match reply.finish:
        case "refusal":
            yield Problem(kind="refusal", reason="the model declined to answer", raw=reply.text)
        case "length":
            reason = "the answer was cut off at the limit of output tokens; raise max_tokens or ask for less"
            yield Problem(kind="truncated", reason=reason, raw=reply.text[-200:])
        case "content_filter":
            reason = "the server's content filter stopped the answer"
            yield Problem(kind="content_filter", reason=reason, raw=reply.text)


def _problem(flaw: Flaw) -> Problem:
    return Problem(kind=flaw.kind, reason=flaw.reason, raw=flaw.raw, item=flaw.item or None)


def _repairable(draft: Draft) -> tuple[Flaw, ...]:
    """The flaws that are worth asking about: an item given twice costs nothing, a refusal is not argued with."""
    return () if _refused(draft) else tuple(flaw for flaw in draft.flaws if _problem(flaw).loses)


def _refused(draft: Draft) -> bool:
    return any(flaw.kind == "refusal" for flaw in draft.flaws)


def _better(repaired: Draft, before: Draft) -> bool:
    if _refused(repaired) or _items(before) - _items(repaired):
        return False
    return len(_repairable(repaired)) < len(_repairable(before))


def _left_out(repaired: Draft, before: Draft) -> Iterator[Problem]:
    missing = _count(before) - _count(repaired)
    if missing > 0:
        raw = [flaw.raw for flaw in _repairable(before) if _is_item(flaw)]
        reason = f"{missing} of {len(raw)} faulty item(s) were left out of the corrected answer"
        yield Problem(kind="invalid_item", reason=reason, raw=raw)


def _count(draft: Draft) -> int:
    faulty = {flaw.item[: flaw.item.rindex("]")] for flaw in _repairable(draft) if _is_item(flaw)}
    return _items(draft).total() + len(faulty)


def _is_item(flaw: Flaw) -> bool:
    """Whether the flaw is one of an item (`claims[3]`) and not of the reply or of a whole list."""
    return "]" in flaw.item


def _items(draft: Draft) -> Counter[tuple[str, ...]]:
    """The items of a draft by what they point at, however they are numbered, ordered or hinted."""
    items: Counter[tuple[str, ...]] = Counter()
    items.update(("speaker", speaker.name or speaker.key) for speaker in draft.speakers)
    items.update(("statement", *_passage(statement.where)) for statement in draft.statements)
    items.update(("claim", *_passage(claim.where)) for claim in draft.claims)
    for frame in draft.frames:
        items[("frame", frame.frame)] += 1
        items.update(("evidence", frame.frame, *_passage(evidence.where)) for evidence in frame.evidence)
    items.update(("answer", answer.question) for answer in draft.answers)
    return items


def _passage(where: tuple[Locator, ...]) -> tuple[str, ...]:
    return tuple(
        f"{locator.first}-{locator.last}:{locator.start}:{locator.end}"
        if isinstance(locator, Anchor)
        else " ".join(locator.text.split())
        for locator in where
    )
