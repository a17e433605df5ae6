"""One conversation with a model: ask, read the answer, and have it repaired once where it has flaws.

The conversation is a generator that yields requests and is sent replies; `drive` and `adrive` carry them to and
from a backend. What was asked and what came of it is therefore written once, for both.

What is kept after a repair round: the corrected answer, if it still holds every passage that was right in the
answer before it, and has more right ones or fewer flaws; otherwise the answer before it, with its flaws. So a
model that drops or rewrites what was right while it corrects the rest loses nothing for us. What stays wrong
is a Problem, and so are faulty items that the model "corrected" by leaving them out.
"""

from __future__ import annotations

import re
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
    """The flaws that are worth asking about: an item given twice, or a key that nobody asked for, costs nothing,
    and a refusal is not argued with."""
    return () if _refused(draft) else tuple(flaw for flaw in draft.flaws if _problem(flaw).loses)


def _refused(draft: Draft) -> bool:
    return any(flaw.kind == "refusal" for flaw in draft.flaws)


def _better(repaired: Draft, before: Draft) -> bool:
    right, right_before = _passages(repaired), _passages(before)
    if _refused(repaired) or right_before - right:
        return False
    return right != right_before or len(_repairable(repaired)) < len(_repairable(before))


def _left_out(repaired: Draft, before: Draft) -> Iterator[Problem]:
    faulty = [flaw for flaw in _repairable(before) if _is_item(flaw)]
    accounted = _passages(repaired).total() + sum(map(_is_item, repaired.flaws))
    missing = _passages(before).total() + len(faulty) - accounted
    if missing > 0:
        reason = f"{missing} of {len(faulty)} faulty item(s) were left out of the corrected answer"
        yield Problem(kind="invalid_item", reason=reason, raw=[flaw.raw for flaw in faulty])


_ITEM = re.compile(r"\w+\[\d+\]")


def _is_item(flaw: Flaw) -> bool:
    """Whether it is a whole item that is flawed (`claims[3]`), and not the reply, a list, or a part of an item."""
    return _ITEM.fullmatch(flaw.item) is not None


def _passages(draft: Draft) -> Counter[tuple[str, ...]]:
    """What the items of a draft point at, however they are numbered, ordered, grouped or hinted."""
    found: Counter[tuple[str, ...]] = Counter()
    found.update(("speaker", speaker.name or speaker.key) for speaker in draft.speakers)
    found.update(("statement", _passage(at)) for statement in draft.statements for at in statement.where)
    found.update(("claim", _passage(at)) for claim in draft.claims for at in claim.where)
    for frame in draft.frames:
        found[("frame", frame.frame)] += 1
        found.update(
            ("evidence", frame.frame, _passage(at)) for evidence in frame.evidence for at in evidence.where
        )
    found.update(("answer", answer.question) for answer in draft.answers)
    return found


def _passage(at: Locator) -> str:
    if isinstance(at, Anchor):
        return f"{at.first}-{at.last}:{at.start}:{at.end}"
    return " ".join(at.text.split())
