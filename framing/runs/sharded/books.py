"""What the shards of a run come to, summed up as a store of one process would tell it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from framing.messages import Usage
from framing.runs.prices import Price
from framing.runs.sharded.folders import REPLIES, SHARDS, committed, summary_of, totals_of
from framing.runs.sharded.ledger import Account
from framing.runs.sharded.worker import account_of, opened
from framing.runs.store import Store, Totals

__all__ = ["ShardBooks"]


class ShardBooks:
    """The shards of a run folder as they are when this is made, while nobody works on them.

    done: numbers of committed shards; kept: articles that are done in others. `store` keeps the facts of the run as a whole.
    """

    def __init__(self, folder: Path, store: Store, price: Price | None) -> None:
        self._store, self._price = store, price
        self._summaries = {int(done.name): summary_of(done) for done in committed(folder)}
        self.done = set(self._summaries)
        self._totals = {number: totals_of(summary) for number, summary in self._summaries.items()}
        self._open: dict[int, Totals] = {}
        self.kept = 0
        self._models = {model for summary in self._summaries.values() for model in summary["models"]}
        for work in sorted((folder / SHARDS).glob("*.work")):
            # A shard that is committed and at work again counts once: its work began with all of its replies.
            if (work / REPLIES).exists():
                # Of a driver that was killed, the workers may take a second to follow.
                with closing(opened(work / REPLIES)) as replies:
                    self._open[int(work.stem)] = self._totals[int(work.stem)] = replies.totals()
                    self._models.update(replies.models())
                    self.kept += replies.counts()[0] if int(work.stem) not in self.done else 0

        # Finding out how the server is asked is no shard's work.
        self._own = store.totals()
        self._models.update(store.models())

    @property
    def committed(self) -> int:
        return len(self.done)

    def with_failed(self) -> set[int]:
        """Committed shards that have failed articles."""
        return {number for number, summary in self._summaries.items() if summary["failed"]}

    def finished_account(self) -> Account:
        """What was spent on shards that nobody has at work."""
        finished = [totals for number, totals in self._totals.items() if number not in self._open]
        accounts = [account_of(totals, self._price) for totals in (self._own, *finished)]
        return Account(sum(one.requests for one in accounts), sum(one.cost for one in accounts))

    def open_accounts(self) -> dict[int, Account]:
        """What was spent on each shard that is not finished."""
        return {number: account_of(totals, self._price) for number, totals in self._open.items()}

    # --- As a store tells it ------------------------------------------------------------------------------

    def totals(self) -> Totals:
        every = [self._own, *self._totals.values()]
        return Totals(
            sum(one.answered for one in every),
            sum(one.refused for one in every),
            sum(one.lost for one in every),
            sum((one.usage for one in every), Usage()),
            sum((one.lost_usage for one in every), Usage()),
        )

    def counts(self) -> tuple[int, int]:
        """(articles of committed shards, those of them that failed)."""
        every = self._summaries.values()
        return sum(one["articles"] for one in every), sum(one["failed"] for one in every)

    def models(self) -> list[str]:
        return sorted(self._models)

    def fact(self, name: str) -> Any:
        return self._store.fact(name)

    def set_fact(self, name: str, value: Any) -> None:
        self._store.set_fact(name, value)
