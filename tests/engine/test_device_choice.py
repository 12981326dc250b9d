"""Which device a job goes to: where its model is, where it fits, and none idle while it could do something."""

import threading
import time

from hypothesis import given
from hypothesis import strategies as st

from studio.engine.device_choice import Standing, Standings, assign, best
from studio.engine.inbox import EngineInbox
from studio.messages import Submit

HERE, EMPTY, SMALL = Standing(here=True, used_bytes=5), Standing(), Standing(fits=False)
DEVICES = 3
STANDING = st.builds(Standing, st.booleans(), st.booleans(), st.integers(0, 3))


def jobs(*names: str) -> list[Submit]:
    return [Submit(name, "paint", {}) for name in names]


def test_a_job_goes_where_its_model_is_and_else_to_the_emptiest() -> None:
    assert best([EMPTY, HERE]) == 1
    assert best([HERE, EMPTY], {0}) == 0, "where it is comes first, even if that is busy"
    assert best([SMALL, EMPTY]) == 1
    assert best([Standing(used_bytes=2), Standing(used_bytes=1)]) == 1
    assert best([Standing(used_bytes=2), Standing(used_bytes=1)], {1}) == 0


def test_a_job_lets_those_pass_that_suit_an_idle_device_better() -> None:
    a, b = [HERE, EMPTY], [EMPTY, HERE]
    assert assign(jobs("a1", "a2", "b1"), {"a1": a, "a2": a, "b1": b}, ()) == {"a1": 0, "b1": 1}
    assert assign(jobs("a2", "b1"), {"a2": a, "b1": b}, {0}) == {"b1": 1}
    assert assign(jobs("a2"), {"a2": a}, {0}) == {"a2": 1}, "rather a second copy than an idle device"
    assert assign(jobs("a"), {"a": [HERE, SMALL]}, {0}) == {}, "it waits for the device that it fits on"


@given(
    st.lists(st.lists(STANDING, min_size=DEVICES, max_size=DEVICES), max_size=5), st.sets(st.integers(0, DEVICES - 1))
)
def test_no_device_rests_while_something_waits_that_it_could_do(table: list[Standings], busy: set[int]) -> None:
    waiting = jobs(*map(str, range(len(table))))
    standings = {str(at): row for at, row in enumerate(table)}
    meant = assign(waiting, standings, busy)
    assert len({*meant.values()}) == len(meant)
    assert not busy & {*meant.values()}
    idle = {*range(DEVICES)} - busy - {*meant.values()}
    left = [standings[order.job] for order in waiting if order.job not in meant]
    assert not [row for row in left if any(row[at].fits for at in idle)]
    if len(busy) < DEVICES and table:
        assert meant or not any(best(row) not in busy for row in table), "something begins wherever anything can"


def test_two_threads_share_an_inbox_and_each_job_begins_once() -> None:
    inbox = EngineInbox(2, lambda order: [HERE, EMPTY] if order.job.startswith("a") else [EMPTY, HERE])
    begun: list[tuple[str, int]] = []
    both = threading.Barrier(2)

    def work(device: int) -> None:
        both.wait()
        while not inbox.closed:
            if taken := inbox.begin(device):
                begun.append((taken[0].job, device))
                time.sleep(0.001)
                inbox.end(device)
            else:
                inbox.wait(device=device)

    threads = [threading.Thread(target=work, args=(device,)) for device in (0, 1)]
    for thread in threads:
        thread.start()
    names = [f"{'ab'[number % 2]}{number}" for number in range(60)]
    for order in jobs(*names):
        inbox.put(order)
    taken_back = {name for name in names if name.endswith("7") and inbox.remove(name)}
    while len(begun) + len(taken_back) < len(names):
        time.sleep(0.005)
    inbox.close()
    for thread in threads:
        thread.join(10)
    assert sorted(name for name, _ in begun) == sorted({*names} - taken_back)
    assert {device for _, device in begun} == {0, 1}


def test_each_device_has_its_running_job_and_frees_its_own_models() -> None:
    inbox = EngineInbox(2, lambda order: [EMPTY, EMPTY])
    for order in jobs("one", "two", "three"):
        inbox.put(order)
    first, second = inbox.begin(0), inbox.begin(1)
    assert first
    assert second
    assert inbox.begin(0) is None or inbox.running("three")
    inbox.ask_unload()
    assert [inbox.take_unload(device) for device in (0, 1, 0)] == [True, True, False]
    inbox.close(cancel=False)
    assert not first[1].cancelled
    inbox.close()
    assert first[1].cancelled
    assert second[1].cancelled
