"""EngineProcess: the loop of an engine: commands come in over a pipe, jobs run one at a time on each device, events go
out."""

import contextlib
import os
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from typing import BinaryIO

import msgspec
import psutil

from studio import messages
from studio.engine.device_choice import Standings, best
from studio.engine.inbox import EngineInbox
from studio.engine.memory_file import MemoryFile
from studio.engine.runner import Runner
from studio.engine.running_job import RunningJob
from studio.engine.spin_limit import SpinLimit
from studio.errors import UserError
from studio.messages import Event, Submit, decode_command
from studio.models.service import ModelService

HEARTBEAT_S = 1.0
GRACE_S = 3.0
"""For how long a job may take to notice that its front is gone."""
LEAK_BUDGET_BYTES = 512 * 2**20
"""Of components that were given up and are still held by somebody, what an engine lives with."""
WARM_AFTER_S = 0.5
"""An engine that has had nothing to do for so long imports the weight libraries ahead of the first job."""


class EventPipe:
    """Where events go; any thread may send. A front that does not listen any more is no error here."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        data = messages.encode(event)
        # The listener sees the front's end too, by the end of the commands, and closes everything down.
        with self._lock, contextlib.suppress(BrokenPipeError):
            while data:
                data = data[self._pipe.write(data) or 0 :]


class EngineProcess:
    """This thread runs the jobs of the first device, others those of the other ones; a listener files jobs and cancels,
    one keeps the heart beating, and one looks for models once.

    `serve` returns when the front has asked for the end, or is gone.
    """

    def __init__(
        self,
        emit: EventPipe,
        runners: Sequence[Runner],
        service: ModelService,
        memory_file: MemoryFile | None = None,
        leak_budget_bytes: int = LEAK_BUDGET_BYTES,
    ) -> None:
        """`runners`: one for each device. `memory_file`: where to write down what is in memory, for other programs."""
        self._emit, self._runners, self._service = emit, runners, service
        self._memory_file, self._leak_budget_bytes = memory_file, leak_budget_bytes
        self.exit_code = 0
        """Why it has ended: RECYCLED, or 0."""
        self._inbox = EngineInbox(len(runners), self._standings)
        self._process = psutil.Process()

    def serve(self, commands: BinaryIO) -> None:
        for name, target in (
            ("listener", lambda: self._listen(commands)),
            ("heartbeat", self._beat),
            ("look", self._look),
        ):
            threading.Thread(target=target, name=name, daemon=True).start()
        others = [
            threading.Thread(target=self._work_or_end, args=(device,), name=f"jobs {device}", daemon=True)
            for device in range(1, len(self._runners))
        ]
        for thread in others:
            thread.start()
        if not self._inbox.wait(WARM_AFTER_S):
            self._service.warm()
        self._work(0)
        for thread in others:
            thread.join()

    # ---- the listener's thread

    def _listen(self, commands: BinaryIO) -> None:
        for line in commands:
            try:
                command = decode_command(line)
            except msgspec.DecodeError as error:
                self._emit(messages.Log(f"A command could not be read and was left out ({error})."))
                continue
            if isinstance(command, messages.Shutdown):
                break
            self._file(command)
        self._end()

    def _file(self, command: messages.Command) -> None:
        match command:
            case Submit():
                self._inbox.put(command)
            case messages.Cancel(job=id):
                if self._inbox.remove(id):
                    self._emit(messages.JobCancelled(id))
                elif running := self._inbox.running(id):
                    running.cancel()
            case messages.Withdraw(job=id):
                if self._inbox.remove(id):
                    self._emit(messages.Withdrawn(id))
            case messages.Resave(job=id) | messages.Discard(job=id):
                if running := self._inbox.running(id):
                    running.decide(command)
            case messages.Unload(components=[]):
                self._inbox.ask_unload()
            case messages.Unload() | messages.Pin() | messages.ReportMemory():
                threading.Thread(target=self._memory, args=(command,), name="memory", daemon=True).start()
            case messages.Plan():  # reads headers, and perhaps a picture
                threading.Thread(target=self._plan, args=(command,), name="plan", daemon=True).start()
            case messages.Operate():
                threading.Thread(target=self._operate, args=(command,), name="operate", daemon=True).start()
            case messages.Refresh():  # reads folders, perhaps of a slow disk: neither a job nor a cancel waits
                threading.Thread(target=self._refresh, name="refresh", daemon=True).start()

    def _end(self) -> None:
        """Cancel everything; whatever does not notice in time is ended with the process."""
        for job in self._inbox.close():
            self._emit(messages.JobCancelled(job))
        if self._memory_file:
            self._memory_file.remove()
        time.sleep(GRACE_S)
        os._exit(0)

    def _plan(self, asked: messages.Plan) -> None:
        order = Submit("", asked.task, asked.params)
        self._emit(self._runners[best(self._standings(order))].planned(asked))

    def _operate(self, asked: messages.Operate) -> None:
        self._emit(self._runners[0].operated(asked))

    def _memory(self, asked: messages.Unload | messages.Pin | messages.ReportMemory) -> None:
        if isinstance(asked, messages.Unload):
            self._service.unload(asked.components)
        elif isinstance(asked, messages.Pin):
            self._service.keep(asked.component, asked.pinned)
        self._emit(self._service.report())

    def _refresh(self) -> None:
        self._service.refresh()
        self._service.wait_for_scan()
        self._emit(messages.Models(self._service.infos(), self._service.left_out()))

    def _look(self) -> None:
        """Tell what was found in folders with many models, for which the start did not wait."""
        if self._service.wait_for_scan():
            self._emit(messages.Models(self._service.infos(), self._service.left_out()))

    # ---- the threads of the jobs, one for each device

    def _work_or_end(self, device: int) -> None:
        """What is raised there ends the process, as on the main thread, and its client starts another."""
        ended = False
        try:
            self._work(device)
            ended = True
        finally:
            if not ended:
                traceback.print_exc()
                os._exit(1)

    def _work(self, device: int) -> None:
        while not self._inbox.closed:
            if self._inbox.take_unload(device):
                self._runners[device].unload()
            elif work := self._inbox.begin(device):
                self._run(device, *work)
            else:
                self._inbox.wait(device=device)

    def _run(self, device: int, order: Submit, job: RunningJob) -> None:
        try:
            self._emit(messages.Begun(order.job, device))
            self._runners[device].run(order, job)
        finally:
            self._inbox.end(device)
        if self._service.leaked_bytes > self._leak_budget_bytes:
            self._recycle()

    def _recycle(self) -> None:
        """Give back what has not begun, and end: what plugins hold can be freed in no other way."""
        for told in self._service.take_leaks():
            self._emit(messages.Log(told))
        self.exit_code = messages.RECYCLED
        for waiting in self._inbox.close(cancel=False):
            self._emit(messages.Withdrawn(waiting))

    def _standings(self, order: Submit) -> Standings:
        """How each device stands to a job."""
        return [runner.standing(order) for runner in self._runners]

    # ---- the heartbeat's thread

    def _beat(self) -> None:
        spinning = SpinLimit()
        while True:
            spinning.look()
            if self._memory_file:
                self._memory_file.keep(self._service.report())
            self._emit(messages.Heartbeat(self._process.memory_info().rss, self._service.resident_bytes))
            time.sleep(HEARTBEAT_S)


def swept(sweep: Callable[[], list[str]], emit: Callable[[Event], None]) -> None:
    """Put the library in order, and tell what was found. One that cannot be opened tells so when it is needed."""
    try:
        found = sweep()
    except UserError as error:
        found = [error.message]
    for sentence in found:
        emit(messages.Log(sentence))
