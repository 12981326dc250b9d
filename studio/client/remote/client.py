"""RemoteClient: a `Client` whose engine is behind the server of another machine; results come into this library."""

import contextlib
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import msgspec
from msgspec.structs import replace

from studio import form, messages
from studio.client.remote.address import RemoteEngine
from studio.client.remote.collector import Collector
from studio.client.remote.front_file import FrontFile, left
from studio.client.remote.front_link import WAIT_S, FrontLink
from studio.client.remote.incoming import Incoming, LocalLibrary
from studio.client.remote.link import EngineLink, LinkDown, LinkRefused, RequestRefused
from studio.client.remote.order import RemoteOrder
from studio.client.remote.outgoing import Contents
from studio.client.remote.sender import Sender
from studio.client.remote.wire import UNKNOWN_FRONT, Item
from studio.errors import UserError
from studio.form import TaskForm
from studio.messages import Command, Event, Submit, decode_event
from studio.text import Text

PAUSES_S = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Between tries to reach it; the last one again and again."""
FIRST_TRIES = 4
"""Of one that was never reached, before it is given up."""


class RemoteClient:
    """Three threads: one follows what happens there, one sends what is asked, one tells it to `on_event`."""

    def __init__(
        self, on_event: Callable[[Event], None], engine: RemoteEngine, *, home: Path, library_dir: Path,
        wait_s: float = WAIT_S, pauses_s: Sequence[float] = PAUSES_S,
    ) -> None:  # fmt: skip
        """Raises UserError for a file of certificates that cannot be used."""
        self._on_event, self._engine, self._home, self._pauses_s = on_event, engine, home, pauses_s
        self._wait_s = wait_s
        self._link, self._library = EngineLink(engine), LocalLibrary(library_dir)
        self._contents = Contents(self._link, self._library.path)
        self._file = FrontFile(home, uuid.uuid4().hex)
        self._front = FrontLink(self._link, self._file.name, engine.host, wait_s)
        self._incoming = Incoming(self._link, self._file.name, self._file.folder, self._library)
        self._forms: dict[str, TaskForm] = {}
        self._lock = threading.RLock()
        self._orders: dict[str, RemoteOrder] = {}
        self._orphans: dict[str, RemoteOrder] = {}
        """Jobs that were told as interrupted and may go on there: their pictures are wanted."""
        self._ready: messages.Ready | None = None
        self._after = self._left = self._tries = 0
        self._is_down = self._was_reached = self._closing = self._is_detached = False
        self._stopped, self._wanted, self._up = threading.Event(), threading.Event(), threading.Event()
        self._told: SimpleQueue[Event | None] = SimpleQueue()
        self._teller = threading.Thread(target=self._tell, name="remote-events", daemon=True)
        self._reader = threading.Thread(target=self._run, name="remote-reader", daemon=True)
        self._sender = Sender(self._up, self._stopped, pauses_s)

    # ---- for any thread

    def start(self) -> None:
        if self._reader.ident is None:
            self._file.claim()
            for thread in (self._teller, self._reader, self._sender):
                thread.start()
        else:
            self._wanted.set()
            self._sender.put(lambda: self._front.ask("start"), lasts=False)

    def submit(self, order: Submit) -> None:
        if self._closing:
            raise RuntimeError("this client is closed")
        if not self._ready or self._is_down or order.engine not in ("", self._ready.engine):
            self._told.put(messages.Withdrawn(order.job))
            return
        made = RemoteOrder(order, self._incoming, self._told.put)
        with self._lock:
            self._orders[order.job] = made
        self._sender.put(partial(self._send_order, made), wanted=lambda: not made.answered)

    def cancel(self, job: str) -> None:
        self._end(messages.Cancel(job), messages.JobCancelled(job))

    def withdraw(self, job: str) -> None:
        self._end(messages.Withdraw(job), messages.Withdrawn(job))

    def resave(self, job: str, folder: str | None = None) -> None:
        if order := self._orders.get(job):
            threading.Thread(target=self._settle, args=(order, lambda: order.resave(folder)), daemon=True).start()

    def discard(self, job: str) -> None:
        if order := self._orders.get(job):
            threading.Thread(target=self._settle, args=(order, order.discard), daemon=True).start()

    def send(self, command: Command) -> None:
        if isinstance(command, messages.Operate):
            self._told.put(messages.Operated(command.request, problem=messages.NO_PREVIEW))
            return
        if isinstance(command, messages.Plan):
            self._sender.put(lambda: self._send_plan(command), lasts=False)
        elif not isinstance(command, messages.Shutdown):  # which is the server's own affair
            self._sender.put(lambda: self._front.send(command), lasts=False)

    @property
    def silent_s(self) -> float:
        """Beyond the time for which nothing need be heard."""
        return max(0.0, time.monotonic() - self._link.heard_at - self._wait_s) if self._ready else 0.0

    def restart(self) -> None:
        self._wanted.set()
        self._sender.put(lambda: self._front.ask("restart"), lasts=False)

    def close(self, timeout_s: float = 5.0) -> None:
        """What is not here by then comes in when the engine is used the next time."""
        self._closing = True
        for job in [*self._orders]:
            self.cancel(job)
        self._sender.put(self._detach_if_done, lasts=False)
        self._wanted.set()
        own = threading.current_thread()
        if self._reader.ident is not None and self._reader is not own:
            self._reader.join(timeout_s if self._up.is_set() else min(timeout_s, 0.5))
        self._stopped.set()
        self._sender.close(timeout_s)
        with self._lock:
            left_over, self._orders = self._orders, {}
        for job in left_over:
            self._told.put(messages.JobCancelled(job))
        self._told.put(None)
        if self._teller.ident is not None and self._teller is not own:
            self._teller.join(timeout_s)
        if left_over or self._orphans:
            self._file.release()
        else:
            self._file.remove()
        self._library.close()
        self._link.close()

    def _end(self, command: messages.Cancel | messages.Withdraw, answer: Event) -> None:
        made = self._orders.get(command.job)
        if made is None:
            return
        if made.drop(answer):
            self._forget_answered(made)
        else:
            self._sender.put(lambda: self._front.send(command), wanted=lambda: not made.answered)

    def _settle(self, order: RemoteOrder, how: Callable[[], None]) -> None:
        how()
        self._forget_answered(order)

    def _forget_answered(self, order: RemoteOrder) -> None:
        if order.answered:
            with self._lock:
                if self._orders.get(order.order.job) is order:
                    del self._orders[order.order.job]
            self._keep()

    def _keep(self) -> None:
        """On the disk, in case that this program ends before all is here."""
        with self._lock:
            kept = {job: order.kept for job, order in {**self._orphans, **self._orders}.items() if order.sent}
            if not self._stopped.is_set():
                self._file.save(self._engine.url, kept)

    # ---- the teller's thread

    def _tell(self) -> None:
        while (event := self._told.get()) is not None:
            self._on_event(event)

    # ---- the sender's thread

    def _send_order(self, made: RemoteOrder) -> None:
        order = made.order
        try:
            params, made.names = self._translated(order.task, order.params)
            self._contents.send(made.names, lambda: made.answered or self._stopped.is_set())
            if not made.claim():
                return
            self._keep()
            self._front.send(replace(order, params=params, folder=""))
            if made.answered:  # the server was restarted meanwhile, and it was told as not begun
                self._front.send(messages.Withdraw(order.job))
        except LinkRefused:
            raise  # the reader gives all of them up
        except UserError as error:
            self._fail(made, error.message, error.code, error.field)
        except RequestRefused as error:
            if error.status in (404, 409):  # it was restarted, or has made room: once more from the beginning
                self._contents.forget()
                raise LinkDown(Text(error.message)) from None
            self._fail(made, error.message, error.code, error.field)

    def _fail(self, made: RemoteOrder, message: str, code: str, field: str | None) -> None:
        made.tell(messages.Failed(made.order.job, message, code, field, user=True))
        self._forget_answered(made)

    def _send_plan(self, plan: messages.Plan) -> None:
        """Of what is there already: to ask what a job takes is no reason to send a picture."""
        with contextlib.suppress(UserError):
            params, names = self._translated(plan.task, plan.params)
            if self._contents.are_there(names):
                self._front.send(replace(plan, params=params))
                return
        self._told.put(messages.Planned(plan.request))

    def _translated(self, task: str, params: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        known = self._forms.get(task)
        return self._contents.translated(known, params) if known else (params, {})

    def _detach_if_done(self) -> None:
        if not self._orders and not self._orphans and not self._is_detached:
            self._front.detach()
            self._is_detached = True

    # ---- the reader's thread

    def _run(self) -> None:
        self._told.put(messages.Starting(0, Text("Asking the engine at {}", self._engine.host)))
        while not self._is_over:
            try:
                self._attach()
                self._follow()
            except LinkDown as error:
                self._up.clear()
                self._lost(error)
            except LinkRefused as error:
                self._give_up(error.message)
        with contextlib.suppress(LinkDown, LinkRefused, RequestRefused):
            self._detach_if_done()

    @property
    def _is_over(self) -> bool:
        return self._stopped.is_set() or (self._closing and not self._orders)

    def _attach(self) -> None:
        self._link.authorize()
        welcome = self._front.attach()
        if not welcome.resumed:
            self._after, self._left = 0, welcome.left
            self._renewed()
        for job in self._orphans.keys() - welcome.jobs:  # it never came there, or has ended
            del self._orphans[job]
        if not self._was_reached:
            self._was_reached = True
            threading.Thread(target=self._collect, name="remote-collector", daemon=True).start()
        self._up.set()

    def _follow(self) -> None:
        while not self._is_over:
            try:
                items = self._front.events(self._after, at_once=self._is_down)
            except RequestRefused as error:
                if error.code != UNKNOWN_FRONT:
                    raise LinkDown(Text(error.message)) from None
                return  # it begins again
            for item in items:
                self._take(item)
                self._after = item.number
                if item.number == self._left:
                    self._interrupt()
            self._works()

    def _works(self) -> None:
        """What was lost is back."""
        self._tries = 0
        if self._is_down:
            self._is_down = False
            if self._ready:
                self._told.put(self._ready)

    def _take(self, item: Item) -> None:
        try:
            event = decode_event(item.event)
        except msgspec.DecodeError:  # of a server that is newer
            return
        match event:
            case messages.Ready():
                self._forms = {task.id: form.read(task) for task in event.tasks}
                self._ready = event
            case messages.Models(models=models):
                self._ready = self._ready and replace(self._ready, models=models)
            case messages.Ended():
                self._ready = None
        job = getattr(event, "job", "")
        if not job:
            self._told.put(event)
        elif order := self._orders.get(job):
            order.take(event, item)
            if isinstance(event, messages.Begun | messages.Started):
                self._keep()
            self._forget_answered(order)
        elif orphan := self._orphans.get(job):
            orphan.take(event, item)
            if isinstance(event, (*messages.LAST, messages.Withdrawn)):
                del self._orphans[job]
                self._keep()

    def _renewed(self) -> None:
        """The server knows nothing of the jobs; what one of them had made may lie there still."""
        self._ready = None
        self._contents.forget()
        with self._lock:
            waiting = [order for order in self._orders.values() if not order.begun]
        for order in waiting:
            if not order.answered:
                order.tell(messages.Withdrawn(order.order.job))
            self._forget_answered(order)
        if not self._left:
            self._interrupt()

    def _interrupt(self) -> None:
        """What ran there has ended with the server, and all that it had made is here."""
        self._orphans.clear()
        why = Text(
            "The server of the engine at {} was restarted while this job ran. What it had made until then is kept.",
            self._engine.host,
        )
        with self._lock:
            begun = [order for order in self._orders.values() if order.begun]
        for order in begun:
            order.tell(messages.Interrupted(order.order.job, why))
            self._forget_answered(order)

    def _lost(self, error: LinkDown) -> None:
        self._tries += 1
        if not self._was_reached and (error.untrusted or self._tries >= FIRST_TRIES):
            self._give_up(Text("The engine at {} cannot be reached: {}.", self._engine.host, error.reason))
            return
        if self._tries > 1 and self._was_reached and not self._is_down:  # the first is at once, and nobody need know
            self._is_down = True
            told = error.told or Text(
                "The connection to the engine at {} is lost ({}). It is tried again; jobs there go on, and the queue "
                "is kept.",
                self._engine.host, error.reason,
            )  # fmt: skip
            self._told.put(messages.Ended(told, None, restarting=True))
        pause = self._pauses_s[min(self._tries, len(self._pauses_s)) - 1]
        self._wanted.wait(max(pause, min(error.after_s, self._pauses_s[-1])))
        self._wanted.clear()

    def _give_up(self, message: Text) -> None:
        """Until somebody asks for it again; jobs that were sent may go on there meanwhile."""
        self._up.clear()
        why = Text(
            "{} This job may go on there; what it makes comes into the library once the engine is back.", message
        )
        with self._lock:
            orders, self._orders = self._orders, {}
        for job, order in orders.items():
            if order.sent:  # which it may have begun by now
                order.tell(messages.Interrupted(job, why))
                if not order.answered:  # pictures of it wait for their user's word first
                    self._orders[job] = order
                    continue
                order.orphan()
                self._orphans[job] = order
            elif not order.answered:
                order.tell(messages.Withdrawn(job))
        self._keep()
        self._is_down, self._tries = True, 0
        if self._closing:
            self._stopped.set()
            return
        self._told.put(messages.Ended(message, None, restarting=False))
        self._wanted.wait()
        self._wanted.clear()

    def _collect(self) -> None:
        for file, orders in left(self._home, self._engine.url):
            Collector(self._link, file, self._engine.host, self._library, self._stopped).run(orders)
