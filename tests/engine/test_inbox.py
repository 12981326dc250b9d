"""What an engine has been given: a job is taken back or begun, never both."""

import threading

from studio.engine.inbox import EngineInbox
from studio.messages import Submit


def test_jobs_come_out_in_order_and_one_that_has_begun_is_not_taken_back() -> None:
    inbox = EngineInbox()
    for job in ("one", "two", "three"):
        inbox.put(Submit(job, "paint", {}))
    work = inbox.begin()
    assert work is not None
    assert work[0].job == work[1].id == "one"
    assert inbox.running("one") is work[1]
    assert not inbox.remove("one")
    assert inbox.remove("two")
    assert not inbox.remove("two")
    inbox.end()
    assert inbox.running("one") is None
    following = inbox.begin()
    assert following is not None
    assert following[0].job == "three"
    assert inbox.begin() is None


def test_freeing_the_models_comes_between_two_jobs_and_once() -> None:
    inbox = EngineInbox()
    assert not inbox.wait(0.0)
    inbox.ask_unload()
    assert inbox.wait(0.0)
    assert inbox.take_unload()
    assert not inbox.take_unload()


def test_the_end_cancels_the_running_job_and_hands_out_no_other() -> None:
    inbox = EngineInbox()
    inbox.put(Submit("one", "paint", {}))
    work = inbox.begin()
    assert work is not None
    inbox.put(Submit("two", "paint", {}))
    assert inbox.close() == ["two"]
    assert work[1].cancelled
    assert inbox.closed
    assert inbox.begin() is None


def test_whoever_waits_is_woken() -> None:
    inbox = EngineInbox()
    woken: list[bool] = []
    waiter = threading.Thread(target=lambda: woken.append(inbox.wait()))
    waiter.start()
    inbox.put(Submit("one", "paint", {}))
    waiter.join()
    assert woken == [True]


def test_a_job_taken_back_from_another_thread_never_runs_too() -> None:
    inbox = EngineInbox()
    taken: list[str] = []
    jobs = [str(number) for number in range(500)]
    for job in jobs:
        inbox.put(Submit(job, "paint", {}))
    thief = threading.Thread(target=lambda: taken.extend(job for job in reversed(jobs) if inbox.remove(job)))
    thief.start()
    begun = []
    while work := inbox.begin():
        begun.append(work[0].job)
        inbox.end()
    thief.join()
    assert sorted(begun + taken) == sorted(jobs)
