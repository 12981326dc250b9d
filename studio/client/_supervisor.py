"""Supervisor: starts an engine, watches it, and starts another when it has died, as long as that makes sense."""

import time
from collections.abc import Callable, Sequence

from studio import messages
from studio.client._child import Child
from studio.client._crashes import CrashHistory, reason
from studio.messages import Event
from studio.text import Text

SAFE_MODE = "--safe-mode"
WITHOUT = "--without"
MISMATCH = Text("The engine is of another version than this program: the studio was updated while it ran. Restart it.")
RECYCLED = Text(
    "The engine is restarted, because a plugin did not release its memory; the queue is kept."
)
SILENCE_S = 10.0
"""Without a sign of life for so long, an engine counts as hanging. Imports of native libraries take a few seconds."""


class Supervisor:
    """The engine's process and its history. All of it belongs to the client's thread, but for `silent_s` and `kill`."""

    def __init__(
        self,
        argv: Sequence[str],
        spawn: Callable[[Sequence[str]], Child],
        emit: Callable[[Event], None],
        silence_s: float = SILENCE_S,
    ) -> None:
        """`spawn`: starts a child; raises OSError."""
        self._argv, self._spawn, self._emit, self._silence_s = tuple(argv), spawn, emit, silence_s
        self.child: Child | None = None
        self.ready = False
        self._replaced: Child | None = None
        self._start_at: float | None = None
        self._heard_at = time.monotonic()
        self._told_silence = self._mismatched = self._stopped = False
        self._deaths = CrashHistory()
        self._loading = ""
        self._plugins: dict[str, str] = {}  # third-party plugin by task

    @property
    def silent_s(self) -> float:
        return time.monotonic() - self._heard_at if self.child else 0.0

    @property
    def wait_s(self) -> float:
        """For how long nothing need be looked after."""
        if self._start_at is not None:
            return max(0.0, self._start_at - time.monotonic())
        return min(1.0, self._silence_s / 2)

    def start(self) -> None:
        """Start an engine if there is none and none is about to be started."""
        if self.child is None and self._start_at is None:
            self._deaths.clear()
            self._begin()

    def kill(self) -> None:
        """End the engine so that another takes its place; for any thread."""
        if child := self.child:
            self._replaced = child
            child.kill()

    def restart(self) -> None:
        """What remains to be done after `kill`: its end starts another engine, unless there was none."""
        self._deaths.clear()
        if self.child is None:
            self._begin()

    def stop(self) -> None:
        """Start no other engine, and ask this one to end."""
        self._stopped, self._start_at = True, None
        if self.child:
            self.child.send(messages.Shutdown())

    def look_around(self) -> None:
        """Do what is due."""
        if self._start_at is not None and time.monotonic() >= self._start_at:
            self._begin()
        if self.silent_s > self._silence_s and not self._told_silence:
            self._told_silence = True
            self._emit(messages.Silent(self.silent_s))

    def hear(self, event: Event) -> None:
        """Keep what is known of the engine up to date."""
        self._heard_at = time.monotonic()
        if self._told_silence:
            self._told_silence = False
            self._emit(messages.Silent(0))
        if isinstance(event, messages.Starting):
            self._loading = event.plugin
            if event.protocol != messages.PROTOCOL and self.child:
                self._mismatched = True
                self.child.kill()
        elif isinstance(event, messages.Ready):
            self.ready, self._loading = True, ""
            self._plugins = {task.id: task.plugin for task in event.tasks if not task.builtin}

    def job_ended(self) -> None:
        """A job has ended in an orderly way, so this engine is a good one."""
        self._deaths.clear()

    def why(self, code: int) -> Text:
        """Why the engine has ended, as part of a sentence."""
        return Text("it was restarted") if self.child is self._replaced else reason(code)

    def bury(self, code: int, tasks: Sequence[str], *, closing: bool) -> None:
        """The engine has ended, while jobs of these tasks ran: start another if that makes sense."""
        child, was_ready, why = self.child, self.ready, self.why(code)
        assert child is not None
        self.child, self.ready = None, False
        if closing:
            return
        if child is self._replaced:
            self._emit(messages.Ended("The engine is restarted; the queue is kept.", code, restarting=True))
            self._begin()
            return
        if code == messages.RECYCLED:
            self._emit(messages.Ended(RECYCLED, code, restarting=True))
            self._begin()
            return
        at_work = {self._plugins.get(task, "") for task in tasks} or {self._loading}
        self._deaths.add(at_work.pop() if len(at_work) == 1 else "")
        if self._mismatched:
            self._give_up(MISMATCH, code)
        elif code == messages.CANNOT_START and not was_ready:
            self._give_up(Text(" ".join(child.last_lines()) or "The engine cannot be started."), code)
        elif self._deaths.hopeless:
            self._give_up(Text("The engine keeps stopping: {}. Look at the log, then restart it.", why), code)
        else:
            self._start_at = time.monotonic() + self._deaths.pause_s
            self._emit(self._ended(why, code))

    def _begin(self) -> None:
        if self._stopped:
            return
        self._start_at = None
        self.ready = self._told_silence = self._mismatched = False
        self._loading = ""
        self._heard_at = time.monotonic()
        try:
            self.child = self._spawn((*self._argv, *self._left_out()))
        except OSError as error:
            self._give_up(Text("The engine cannot be started: {}.", error), None)

    def _left_out(self) -> tuple[str, ...]:
        """After several deaths in a row: the plugin that was at work each time, else those of all third parties."""
        if not self._deaths.many:
            return ()
        return (WITHOUT, self._deaths.suspect) if self._deaths.suspect else (SAFE_MODE,)

    def _ended(self, why: Text, code: int) -> messages.Ended:
        message = Text("The engine stopped: {}. It is being restarted; the queue is kept.", why)
        suspect, safe_mode = self._deaths.suspect, self._deaths.many and not self._deaths.suspect
        if safe_mode:
            message = Text(
                "The engine stopped several times in a row ({}). It is started again in safe mode, without plugins of "
                "third parties; the queue is kept.",
                why,
            )
        elif self._deaths.many:
            message = Text(
                "The engine stopped several times in a row ({}); {} was at work each time. It is started again without "
                "that plugin; the queue is kept.",
                why, repr(suspect),
            )  # fmt: skip
        return messages.Ended(message, code, True, suspect, safe_mode)

    def _give_up(self, message: Text, code: int | None) -> None:
        """No engine, until somebody asks for one."""
        self._emit(messages.Ended(message, code, False, self._deaths.suspect))
