"""The parts of a run by themselves: the gate, the budget, prices, the store and the file of lines."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.backends.openai import RateLimits
from framing.errors import InputError, UsageError
from framing.messages import Message, Reply, Request, Usage
from framing.runs import Limits, Price, Prices
from framing.runs.budget import Bound, Budget, bound_of
from framing.runs.desk import Desk
from framing.runs.gate import Gate, Pace, Stopped
from framing.runs.lines import Line, Lines
from framing.runs.store import Store
from framing.tokens import count_tokens

# --- Pace and gate --------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.lists(st.floats(0, 5), min_size=2, max_size=60), st.integers(1, 600))
def test_no_minute_holds_more_than_the_pace_allows(arrivals: list[float], per_minute: int) -> None:
    pace, now, sent = Pace(per_minute), 0.0, []
    for pause in arrivals:
        now += pause
        sent.append(now + pace.take(1, now))
    for first in sent:
        assert sum(first <= other < first + 59.999 for other in sent) <= per_minute


def test_a_stopped_gate_lets_nobody_through() -> None:
    async def passing() -> None:
        gate = Gate(1)
        gate.stop.set()
        await gate.enter(1)

    with pytest.raises(Stopped):
        asyncio.run(passing())


def test_a_hold_never_grows_shorter() -> None:
    async def held() -> float:
        gate = Gate(1, clock=lambda: 100.0)
        gate.hold(9.0)
        gate.hold(2.0)
        return gate._held(1)

    assert asyncio.run(held()) == 9.0


@pytest.mark.parametrize(
    ("limits", "tokens", "waits"),
    [
        (RateLimits(remaining_requests=0, reset_requests=7.0), 10, 7.0),
        (RateLimits(remaining_requests=1, reset_requests=7.0), 10, 0.0),
        (RateLimits(remaining_tokens=500, reset_tokens=3.0), 501, 3.0),
        (RateLimits(remaining_tokens=500, reset_tokens=3.0), 500, 0.0),
        (RateLimits(remaining_requests=0), 10, 0.0),
        (None, 10, 0.0),
    ],
)
def test_what_the_server_says_is_left_is_not_overdrawn(
    limits: RateLimits | None, tokens: int, waits: float
) -> None:
    async def held() -> float:
        gate = Gate(4, clock=lambda: 50.0)
        gate.saw(limits)
        return gate._held(tokens)

    assert asyncio.run(held()) == waits


# --- Desk -----------------------------------------------------------------------------------------------


def turns(order: list[tuple[str, bool]], *, hungry: bool) -> list[str]:
    """The order in which pieces of work (name, whether it begins an article) get their turn."""
    done: list[str] = []

    async def piece(desk: Desk, name: str, begins: bool) -> None:
        await desk.turn(begins=begins)
        done.append(name)

    async def work() -> None:
        desk = Desk(lambda: hungry)
        await asyncio.gather(*(piece(desk, name, begins) for name, begins in order))

    asyncio.run(work())
    return done


def test_what_ends_an_article_goes_before_what_begins_one_unless_slots_are_free() -> None:
    order = [("begin 1", True), ("begin 2", True), ("end 1", False), ("end 2", False)]
    assert turns(order, hungry=False) == ["end 1", "end 2", "begin 1", "begin 2"]
    assert turns(order, hungry=True) == ["begin 1", "begin 2", "end 1", "end 2"]


def test_between_two_pieces_of_work_the_event_loop_has_a_turn() -> None:
    seen: list[str] = []

    async def piece(desk: Desk, name: str) -> None:
        await desk.turn(begins=False)
        seen.append(name)

    async def network() -> None:
        for _ in range(4):
            await asyncio.sleep(0)
            seen.append("network")

    async def work() -> None:
        desk = Desk(lambda: False)
        await asyncio.gather(piece(desk, "a"), piece(desk, "b"), network())

    asyncio.run(work())
    assert "network" in seen[seen.index("a") : seen.index("b")]


def test_one_that_gave_up_waiting_takes_no_turn() -> None:
    async def work() -> None:
        desk = Desk(lambda: False)
        gone, waiting = (asyncio.ensure_future(desk.turn(begins=False)) for _ in range(2))
        await asyncio.sleep(0)
        gone.cancel()
        await waiting
        assert gone.cancelled()

    asyncio.run(asyncio.wait_for(work(), 5))


# --- Budget ---------------------------------------------------------------------------------------------

PRICE = Price(input=2.0, output=8.0, cached_input=0.5)


def test_cached_input_costs_its_own_price() -> None:
    assert PRICE.of(1_000_000, 500_000, 400_000) == pytest.approx(0.6 * 2 + 0.4 * 0.5 + 4)


@settings(deadline=None)
@given(st.text(), st.text())
def test_the_bound_of_a_request_is_never_below_its_tokens(system: str, user: str) -> None:
    request = Request((Message("system", system), Message("user", user)), '{"type":"object"}')
    texts = [system, user, '{"type":"object"}']
    assert bound_of(request).input_tokens >= sum(count_tokens(text).n for text in texts)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6), st.floats(0, 1)), max_size=40))
def test_whatever_is_asked_the_cost_stays_within_the_budget(asked: list[tuple[int, int, float]]) -> None:
    budget = Budget("m", PRICE, max_requests=None, max_cost=5.0)
    opened: list[tuple[Bound, Usage]] = []
    for sent, got, share in asked:
        bound = Bound(sent, got)
        if budget.fits(bound):
            budget.reserve(bound)
            opened.append((bound, Usage(int(sent * share), int(got * share))))
        elif opened:
            budget.settle(*opened.pop(0))
    for bound, usage in opened:
        budget.settle(bound, usage)
    assert budget.cost <= 5.0 + 1e-9


def test_a_cost_without_a_bound_on_answers_cannot_be_kept() -> None:
    budget = Budget("m", PRICE, max_requests=None, max_cost=5.0)
    with pytest.raises(UsageError, match="set the parameter max_tokens"):
        budget.fits(Bound(10, None))


@pytest.mark.parametrize("name", ["concurrency", "requests_per_minute", "max_cost"])
def test_a_limit_of_nothing_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match=f"{name} must be more than 0"):
        Limits(**{name: 0})  # type: ignore[arg-type]


# --- Prices ---------------------------------------------------------------------------------------------


def test_the_shipped_prices_say_whose_and_when() -> None:
    prices = Prices.shipped()
    assert prices.source
    assert prices.as_of
    for price in prices.models.values():
        assert price.source
        assert price.as_of >= "2026-01"
        assert 0 <= price.cached_input < price.input < price.output


def test_a_price_may_have_a_source_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "prices.json"
    rows = {
        "a": {"input": 1, "output": 2},
        "b": {"input": 1, "output": 2, "source": "contract", "as_of": "2031-05"},
    }
    path.write_text(json.dumps({"source": "list", "as_of": "2031-04", "per_million_tokens": rows}), "utf-8")
    prices = Prices.load(path)
    assert prices.models["a"] == Price(1, 2, 1, "list", "2031-04")
    assert prices.models["b"] == Price(1, 2, 1, "contract", "2031-05")


def test_a_dated_snapshot_has_the_price_of_its_model_and_an_unknown_model_none() -> None:
    prices = Prices({"m-1": PRICE})
    assert prices.find("m-1-2031-04-02") is PRICE
    assert prices.find("m-1-mini") is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "is no file of prices"),
        ("[]", "a file of prices is"),
        ('{"per_million_tokens": {"m": {"input": 1}}}', "'m': a price has 'input', 'output'"),
        ('{"per_million_tokens": {"m": {"input": 1, "output": -2}}}', "prices are numbers from 0 on"),
        ('{"per_million_tokens": {"m": {"input": 1, "output": "2"}}}', "prices are numbers from 0 on"),
    ],
)
def test_a_bad_file_of_prices_says_what_is_wrong(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "prices.json"
    path.write_text(content)
    with pytest.raises(InputError, match=reason):
        Prices.load(path)


# --- Store and lines ------------------------------------------------------------------------------------

KEY = "ab" * 32
FIRST = Reply("first", "m", usage=Usage(1, 1, 0, 1))


def test_a_reply_is_given_back_as_it_was() -> None:
    reply = Reply("text “x”", "m", "length", Usage(5, 6, 2, 1))
    store = Store(Path(":memory:"))
    store.answered(store.sending(10, 20), KEY, reply)
    assert store.reply(KEY) == reply
    assert store.reply("cd" * 32) is None
    store.close()


def test_requests_that_a_dead_process_left_open_count_as_lost(tmp_path: Path) -> None:
    store = Store(tmp_path / "s")
    store.refused(store.sending(1, 1), lost=False)
    store.refused(store.sending(10, 20), lost=True)
    store.sending(100, 200)
    store.close()
    store = Store(tmp_path / "s")
    totals = store.totals()
    store.close()
    assert (totals.answered, totals.refused, totals.lost) == (0, 1, 2)
    assert totals.lost_usage == Usage(110, 220, 0, 2)


def test_what_is_kept_survives_the_process_and_what_is_not_yet_kept_may_not(tmp_path: Path) -> None:
    async def work(store: Store) -> None:
        sent = store.sending(10, 20)
        await store.kept()
        shutil.copytree(tmp_path / "live", tmp_path / "sent")
        store.answered(sent, KEY, FIRST)
        await store.kept()
        shutil.copytree(tmp_path / "live", tmp_path / "answered")

    (tmp_path / "live").mkdir()
    live = Store(tmp_path / "live" / "s")
    asyncio.run(work(live))
    live.close()
    found = {}
    for name in ("sent", "answered"):
        copy = Store(tmp_path / name / "s")
        found[name] = (copy.reply(KEY), copy.totals().lost)
        copy.close()
    assert found == {"sent": (None, 1), "answered": (FIRST, 0)}


def test_one_commit_takes_along_all_that_was_written_in_a_turn(tmp_path: Path) -> None:
    commits: list[str] = []

    async def one(store: Store, number: int) -> None:
        store.answered(store.sending(1, 1), f"{number:064x}", Reply("text", "m"))
        await store.kept()

    async def many(store: Store) -> None:
        await asyncio.gather(*(one(store, number) for number in range(50)))

    store = Store(tmp_path / "s")
    store._db.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None)
    asyncio.run(many(store))
    store._db.set_trace_callback(None)
    store.close()
    assert len(commits) == 1


def test_notes_that_nobody_waits_for_are_committed_after_a_while(tmp_path: Path) -> None:
    store = Store(tmp_path / "s")
    for number in range(1, 101):
        store.register(number, f"a{number}", "")
    shutil.copytree(tmp_path, tmp_path / "copy", ignore=shutil.ignore_patterns("copy"))
    store.close()
    copy = Store(tmp_path / "copy" / "s")
    assert copy.article(64) == ("a64", "a64", "", False)
    copy.close()


def test_an_id_that_comes_again_and_again_is_found_another_without_trying_all_before_it(tmp_path: Path) -> None:
    tried: list[str] = []
    store = Store(tmp_path / "s")
    store.register(1, "x-3", "")
    store._db.set_trace_callback(lambda sql: tried.append(sql) if sql.startswith("INSERT INTO articles") else None)
    names = [store.register(number, "x", "") for number in range(2, 102)]
    store._db.set_trace_callback(None)
    store.close()
    assert names == ["x", "x-2", *(f"x-{number}" for number in range(4, 102))]
    assert len(tried) <= 2 * len(names) + 2


def test_a_disk_that_is_full_says_so_and_keeps_what_was_stored(tmp_path: Path) -> None:
    store = Store(tmp_path / "s")
    store.answered(store.sending(1, 1), KEY, FIRST)
    store.commit()
    store._db.execute("PRAGMA max_page_count = 1")
    with pytest.raises(InputError, match=r"cannot be written: .*full.* make room"):
        store.answered(store.sending(1, 1), "cd" * 32, Reply("x" * 1_000_000, "m"))
    with pytest.raises(InputError, match="cannot be written"):
        asyncio.run(store.kept())  # whoever wrote in the same turn learns of it
    with pytest.raises(InputError):
        store.close()
    again = Store(tmp_path / "s")
    assert again.reply(KEY) == FIRST
    again.close()


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / "s").write_bytes(b"not a database, but long enough to have a header" * 40)
    with pytest.raises(InputError, match="is not the store of a run"):
        Store(tmp_path / "s")


def number(line: bytes) -> int:
    return int(json.loads(line))


@settings(deadline=None, max_examples=40)
@given(st.permutations(range(1, 9)), st.integers(0, 8), st.integers(0, 40))
def test_lines_come_out_in_order_once_each_wherever_the_writer_dies(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], died: int, torn: int
) -> None:
    folder = tmp_path_factory.mktemp("lines")

    def work(numbers: list[int]) -> None:
        store = Store(folder / "s")
        lines = Lines(folder / "lines", store, in_order=True)
        for n in range(1, 9):
            known = store.article(n)
            if known and known[3]:
                lines.put(n, None)
            else:
                store.register(n, f"a{n}", "")
        for n in numbers:
            known = store.article(n)
            if known and not known[3]:
                lines.put(n, Line(b"%d\n" % n, failed=False))
        lines.close()
        store.close()

    work(order[:died])
    with (folder / "lines").open("ab") as file:
        file.write(b"9" * torn)
    work(order)
    assert [number(line) for line in (folder / "lines").read_bytes().splitlines()] == list(range(1, 9))


@pytest.mark.parametrize("replaced", [False, True])
def test_a_rewriting_that_dies_is_finished_when_the_file_is_opened_again(tmp_path: Path, replaced: bool) -> None:
    path = tmp_path / "lines"
    store = Store(tmp_path / "s")
    lines = Lines(path, store, in_order=True)
    for n in (1, 2, 3):
        store.register(n, f"a{n}", "")
        lines.put(n, Line(b"%d\n" % n, failed=n == 2))
    # As `without_failed` does it, up to the moment of death.
    store.moved(lines._copied(keep_failed=False))
    if replaced:
        lines._new.replace(path)
    lines.close()
    lines = Lines(path, store, in_order=True)
    assert path.read_bytes() == b"1\n3\n"
    assert [(place.number, place.start) for place in store.places(in_order=True)] == [(1, 0), (3, 2)]
    lines.close()
    store.close()
