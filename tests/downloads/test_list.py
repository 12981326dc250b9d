"""The list of downloads: one after the other, paused, cancelled, and gone on with by the next start."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import hub_server as faults
import pytest
from hub_server import FakeHub

from studio import settings
from studio.downloads import Download, DownloadList, DownloadOrder, DownloadState, Hub

WEIGHTS = "unet/diffusion_pytorch_model.fp16.safetensors"
ORDER = DownloadOrder("maker/tiny", "Tiny", ("maker/tiny",))


class Lists:
    """Makes lists on one home, one after the other."""

    def __init__(self, home: Path, hub: Hub) -> None:
        self.home, self.hub = home, hub
        self.made: list[DownloadList] = []
        self.finished: list[Download] = []

    def open(self) -> DownloadList:
        made = DownloadList(self.home, self.home / "cache", self.hub, lambda: None, self.finished.append, patience=0.01)
        self.made.append(made)
        return made


@pytest.fixture
def lists(studio_home: Path, hub: Hub) -> Iterator[Lists]:
    lists = Lists(studio_home, hub)
    yield lists
    for each in lists.made:
        each.close()


def wait(condition: Callable[[], object]) -> None:
    while not condition():
        time.sleep(0.005)


def parts(hub: Hub) -> list[Path]:
    return [part for part in hub.cache.rglob("*.part") if size(part) > 1000]


def size(part: Path) -> int:
    try:
        return part.stat().st_size
    except FileNotFoundError:  # it became whole, or was removed, since it was found
        return 0


def test_it_ends_in_the_catalogue(lists: Lists, hub: Hub, hub_server: FakeHub) -> None:
    downloads = lists.open()
    download = downloads.add(ORDER)
    assert downloads.add(ORDER) is download
    wait(lambda: lists.finished)
    assert download.state is DownloadState.DONE
    assert settings.load().models == (str(hub.cache / "models--maker--tiny"),)
    assert (download.license, download.progress.done_bytes) == ("mit", download.progress.total_bytes)
    downloads.clear()
    assert list(downloads) == []


def test_a_pause_keeps_what_was_fetched(lists: Lists, hub: Hub, hub_server: FakeHub) -> None:
    hub_server.bytes_per_s = 4e6
    downloads = lists.open()
    download = downloads.add(ORDER)
    wait(lambda: parts(hub))
    downloads.pause(download)
    assert download.state is DownloadState.PAUSED
    hub_server.bytes_per_s = 0
    downloads.resume(download)
    wait(lambda: lists.finished)
    first, second = [request.start for request in hub_server.gets(WEIGHTS)]
    assert first == 0 < second


def test_the_next_start_goes_on_with_the_same_files(lists: Lists, hub: Hub, hub_server: FakeHub) -> None:
    hub_server.bytes_per_s = 4e6
    lists.open().add(ORDER)
    wait(lambda: parts(hub))
    lists.made[0].close()
    hub_server.bytes_per_s = 0
    paused = DownloadOrder("maker/other", "Other", ("maker/other",))
    (download,) = lists.open()
    wait(lambda: lists.finished)
    assert download.state is DownloadState.DONE
    assert hub_server.gets(WEIGHTS)[-1].start > 0
    failed = lists.made[1].add(paused)
    wait(lambda: failed.state is DownloadState.FAILED)
    assert failed.error
    assert failed.error.code == "missing_model"
    lists.made[1].close()
    assert [each.state for each in lists.open()] == [DownloadState.FAILED]


def test_a_revision_that_moved_meanwhile_is_told(lists: Lists, hub: Hub, hub_server: FakeHub) -> None:
    hub_server.bytes_per_s = 4e6
    downloads = lists.open()
    download = downloads.add(ORDER)
    wait(lambda: parts(hub))
    downloads.pause(download)
    hub_server.versions["maker/tiny"] = 1
    downloads.resume(download)
    wait(lambda: download.state is DownloadState.FAILED)
    assert download.error
    assert download.error.code == "moved"
    downloads.resume(download)
    wait(lambda: lists.finished)


def test_what_is_cancelled_leaves_nothing_begun(lists: Lists, hub: Hub, hub_server: FakeHub) -> None:
    hub_server.bytes_per_s = 4e6
    downloads = lists.open()
    running = downloads.add(ORDER)
    waiting = downloads.add(DownloadOrder("maker/none", "None", ("maker/none",)))
    wait(lambda: parts(hub))
    downloads.cancel(waiting)
    downloads.cancel(running)
    assert [each.state for each in downloads] == [DownloadState.CANCELLED] * 2
    wait(lambda: not parts(hub))
    assert settings.load().models == ()


def test_two_studios_on_one_home_do_not_fetch_each_others(lists: Lists, hub: Hub, hub_server: FakeHub) -> None:
    hub_server.faults[WEIGHTS] = [faults.says(404)]
    first = lists.open()
    download = first.add(ORDER)
    wait(lambda: download.state is DownloadState.FAILED)
    assert list(lists.open()) == []
    assert {thread.name for thread in threading.enumerate()} >= {"downloads"}
