"""What waits for a front that does not ask: bounded, in order, and of what only shows the newest alone."""

import asyncio

from studio.messages import Finished, Heartbeat, Progress, Ready, Revealed, Saved
from studio.server.remote import event_store
from studio.server.remote.event_store import EventStore


def numbers(store: EventStore, wait_s: float = 0.0) -> list[int]:
    return [each.number for each in asyncio.run(store.next(wait_s))]


def test_of_progress_and_previews_the_newest_waits() -> None:
    store = EventStore()
    for event in (
        Progress("a", 1, 4), Progress("a", 1, 4, preview=b"x"), Progress("b", 1, 4), Progress("a", 2, 4),
        Saved("a", "", "", 0, 8, 8), Progress("a", 3, 4, preview=b"y"), Heartbeat(), Heartbeat(), Finished("a", 1.0),
    ):  # fmt: skip
        store.put(event)
    assert numbers(store) == [3, 4, 5, 6, 8, 9]
    assert store.jobs == {"a", "b"}
    assert [type(event) for event in store.acknowledge(5)] == [Progress, Progress, Saved]
    assert numbers(store) == [6, 8, 9]


def test_what_is_for_show_goes_first_when_there_is_too_much() -> None:
    store = EventStore()
    store.put(Saved("a", "", "", 0, 8, 8))
    for _ in range(20):
        store.put(Revealed("a", "unet", {"jpeg": "x" * (event_store.MOST_BYTES // 10)}))
    store.put(Finished("a", 1.0))
    assert sum(len(each.data) for each in store._stored) <= event_store.MOST_BYTES
    assert isinstance(store.acknowledge(99)[0], Saved)


def test_an_answer_has_its_bounds() -> None:
    store = EventStore()
    for number in range(event_store.BATCH + 10):
        store.put(Finished(str(number), 1.0))
    assert len(numbers(store)) == event_store.BATCH
    store.acknowledge(10_000)
    for _ in range(3):
        store.put(Revealed("a", "unet", {"jpeg": "x" * (event_store.BATCH_BYTES // 2)}))
    assert len(numbers(store)) == 1


def test_a_heartbeat_alone_is_waited_with_and_a_new_question_ends_the_former() -> None:
    async def ask() -> None:
        store = EventStore()
        store.put(Heartbeat())
        first = asyncio.create_task(store.next(30.0))
        await asyncio.sleep(0.01)
        assert not first.done()
        second = asyncio.create_task(store.next(30.0))
        assert await first == []
        store.put(Ready([], [], [], []))
        assert [type(each.event) for each in await second] == [Heartbeat, Ready]

    asyncio.run(ask())
