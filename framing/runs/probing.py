"""The way of structured output, settled once for a run folder: every request of a run is asked in the same way."""

from __future__ import annotations

import asyncio

from framing.analyzer import Analyzer
from framing.backends import ServerBackend, StructuredMode
from framing.backends._probe import PROBE, probe, with_mode
from framing.errors import BackendError, UsageError
from framing.messages import Reply, Usage
from framing.runs.budget import Budget, bound_of
from framing.runs.manifest import SETTINGS
from framing.runs.store import Store

__all__ = ["TRIED", "settled_analyzer"]

TRIED = "structured_tried"
"""The fact that says what became of each way that was tried."""


def settled_analyzer(analyzer: Analyzer, store: Store, budget: Budget) -> Analyzer:
    """The analyzer, or, where its way of structured output is `auto`, one with the way of this run folder: that
    in which it was begun, or the one that the server takes. Requests that find it out count like any others.

    Raises the BackendError of a server that cannot be asked at all, UsageError where no request is allowed.
    """
    backend = analyzer.backend
    if not isinstance(backend, ServerBackend) or backend.options.structured != "auto":
        return analyzer
    begun = store.fact(SETTINGS)
    if begun and "structured" in begun:
        return analyzer.with_backend(with_mode(backend, begun["structured"]))

    def ask(asked: ServerBackend, mode: StructuredMode) -> Reply:
        return asyncio.run(_asked(asked, mode, store, budget))

    found = probe(backend, ask=ask)
    store.set_fact(TRIED, found.tried)
    return analyzer.with_backend(with_mode(backend, found.mode))


async def _asked(backend: ServerBackend, mode: StructuredMode, store: Store, budget: Budget) -> Reply:
    key = PROBE.key(f"{backend.address}#{mode}")
    if known := store.reply(key):
        return known
    bound = bound_of(PROBE)
    if not budget.fits(bound):
        raise UsageError(
            f"the way of structured output cannot be found out: {budget.told()}; name it, or allow more"
        )
    budget.reserve(bound)
    sent = store.sending(bound.input_tokens, bound.output_tokens or 0)
    store.commit()
    try:
        reply = await backend.acomplete(PROBE)
    except BackendError:
        store.refused(sent, lost=False)
        budget.settle(bound, Usage())
        raise
    finally:
        await backend.aclose()
    store.answered(sent, key, reply)
    store.commit()
    budget.settle(bound, reply.usage)
    return reply
