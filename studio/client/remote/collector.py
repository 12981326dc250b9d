"""Collector: brings in what was ordered by a window or command line that ended, or was refused, before all was here."""

import threading
from pathlib import Path

import msgspec

from studio import messages
from studio.client.remote.front_file import FrontFile, KeptOrder
from studio.client.remote.front_link import FrontLink
from studio.client.remote.incoming import Incoming, LocalLibrary
from studio.client.remote.link import EngineLink, LinkDown, LinkRefused, RequestRefused
from studio.client.remote.order import RemoteOrder
from studio.client.remote.wire import Item
from studio.messages import LAST, Saved, Submit, decode_event

PAUSE_S = 5.0


class Collector:
    """Of one such front. Pictures appear in the library; nobody is told, and jobs that go on are not cancelled."""

    def __init__(
        self, link: EngineLink, file: FrontFile, host: str, library: LocalLibrary, stopped: threading.Event
    ) -> None:
        self._file, self._stopped = file, stopped
        self._is_full = False
        """Whether this disk takes nothing now."""
        self._link = FrontLink(link, file.name, host)
        self._incoming = Incoming(link, file.name, file.folder, library)

    def run(self, kept: dict[str, KeptOrder]) -> None:
        """Until its jobs have ended; what cannot be saved is tried again at the next start."""
        orders = {job: self._order(job, each) for job, each in kept.items()}
        try:
            while not self._stopped.is_set():
                try:
                    self._follow(orders)
                except LinkDown:
                    self._stopped.wait(PAUSE_S)
                    continue
                if not orders:
                    self._link.detach()
                    self._file.remove()
                return
        except (LinkRefused, LinkDown, RequestRefused):
            return  # the front that works now tells why
        finally:
            self._file.release()

    def _order(self, job: str, kept: KeptOrder) -> RemoteOrder:
        def heard(event: messages.Event) -> None:
            if isinstance(event, messages.Unsaved):
                self._is_full = True

        order = RemoteOrder(Submit(job, kept.task, kept.params, folder=kept.folder), self._incoming, heard)
        order.names = kept.names
        return order

    def _follow(self, orders: dict[str, RemoteOrder]) -> None:
        for order in orders.values():
            for file in self._file.folder.glob(f"{order.order.job}-*.png"):
                self._save_there(order, file)
        welcome, after = self._link.attach(), 0
        for job in orders.keys() - welcome.jobs:  # it never came there, or has ended
            del orders[job]
        while orders and not self._is_full and not self._stopped.is_set():
            if not welcome.resumed and after >= welcome.left:
                orders.clear()  # of a server that has ended: it runs nothing of this
                return
            for item in self._link.events(after):
                self._take(orders, item)
                after = item.number

    def _take(self, orders: dict[str, RemoteOrder], item: Item) -> None:
        try:
            event = decode_event(item.event)
        except msgspec.DecodeError:  # of a server that is newer
            return
        job = getattr(event, "job", "")
        if order := orders.get(job):
            order.take(event, item)
            if isinstance(event, (*LAST, messages.Withdrawn)):
                del orders[job]

    def _save_there(self, order: RemoteOrder, file: Path) -> None:
        """One that had been fetched."""
        index = file.stem.rpartition("-")[2]
        if index.isdecimal():
            saved = Saved(order.order.job, "", "", int(index), 0, 0)
            order.take(saved, Item(0, msgspec.Raw(b"null")))
