"""Child: one engine process and the threads that talk with it, so that no pipe ever blocks anybody else."""

import contextlib
import os
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from queue import SimpleQueue
from typing import BinaryIO

import msgspec

from studio.client._output import PluginOutput
from studio.messages import Command, Event, Log, decode_event, encode

STRAGGLER_S = 2.0
"""For how long a pipe is read on after the process has ended: its own children may hold the other end open."""


class Child:
    """A started engine. `on_event` and `on_exit` are called on threads of the child."""

    def __init__(
        self,
        argv: Sequence[str],
        environ: Mapping[str, str] | None,
        on_event: Callable[["Child", Event], None],
        on_exit: Callable[["Child", int], None],
    ) -> None:
        """Raises OSError when the process cannot be started."""
        self._on_event, self._on_exit = on_event, on_exit
        self._outbox: SimpleQueue[bytes | None] = SimpleQueue()
        self._noise = PluginOutput(lambda text: on_event(self, Log(text)))
        self._process, commands, events = _spawn(argv, environ)
        self.pid = self._process.pid
        assert self._process.stdout is not None
        self._threads = [
            _thread("engine-events", self._read_events, events),
            _thread("engine-noise", self._read_noise, self._process.stdout),
        ]
        _thread("engine-commands", self._write_commands, commands)
        _thread("engine-exit", self._await_exit)

    def send(self, command: Command) -> None:
        """Never blocks, and is no error when the process is gone: its end is told by `on_exit`."""
        self._outbox.put(encode(command))

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        """Ends even a process that is stopped or hangs."""
        self._process.kill()

    def last_lines(self, count: int = 1) -> list[str]:
        """The last that it printed; meant for after its end."""
        return self._noise.last_lines(count)

    def _write_commands(self, descriptor: int) -> None:
        with open(descriptor, "wb", buffering=0) as pipe, contextlib.suppress(OSError):
            while (data := self._outbox.get()) is not None:
                while data:
                    data = data[pipe.write(data) :]

    def _read_events(self, descriptor: int) -> None:
        with open(descriptor, "rb") as pipe:
            for line in pipe:
                try:
                    event = decode_event(line)
                except msgspec.DecodeError:
                    event = Log(f"The engine sent a message that cannot be read ({len(line)} bytes).")
                self._on_event(self, event)
        try:
            self._process.wait(STRAGGLER_S)
        except subprocess.TimeoutExpired:  # its pipe is closed, so it is of no use any more
            self._process.kill()

    def _read_noise(self, pipe: BinaryIO) -> None:
        with pipe:
            while data := os.read(pipe.fileno(), 65536):
                self._noise.feed(data)
        self._noise.close()

    def _await_exit(self) -> None:
        code = self._process.wait()
        for thread in self._threads:
            thread.join(STRAGGLER_S)
        self._outbox.put(None)
        self._on_exit(self, code)


def _spawn(argv: Sequence[str], environ: Mapping[str, str] | None) -> tuple["subprocess.Popen[bytes]", int, int]:
    """The process, the end to write commands to and the end to read events from."""
    commands_out, commands_in = os.pipe()
    events_out, events_in = os.pipe()
    try:
        process = subprocess.Popen(
            [*argv, "--commands", str(commands_out), "--events", str(events_in)],
            stdin=subprocess.DEVNULL,
            # Read here rather than in the engine: native code that prints while it holds the interpreter's lock would
            # wait for a reader that waits for the lock, and the last words of a crash would be lost.
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=(commands_out, events_in),
            env=environ,
        )
    except OSError:
        os.close(commands_in)
        os.close(events_out)
        raise
    finally:
        os.close(commands_out)
        os.close(events_in)
    return process, commands_in, events_out


def _thread(name: str, target: Callable[..., None], *arguments: object) -> threading.Thread:
    thread = threading.Thread(target=target, args=arguments, name=name, daemon=True)
    thread.start()
    return thread
