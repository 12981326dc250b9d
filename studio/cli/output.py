"""What a command says: results on stdout, sentences on stderr; neither steers a terminal, and neither ends a job."""

import contextlib
import io
import json
import os
import sys
from pathlib import Path
from typing import Any, TextIO

import click
import msgspec
from msgspec.structs import asdict

from studio.errors import UserError
from studio.printable import printable, printable_json
from studio.text import english


class OutputError(UserError):
    """Results cannot be written any more; `is_left`: nobody reads them, which `| head` means by it."""

    def __init__(self, error: OSError) -> None:
        super().__init__(
            f"The results could not be written ({(error.strerror or str(error)).lower()}); what was made is kept in "
            "the library. Choose another place for the output.",
            code="output",
        )
        self.is_left = isinstance(error, BrokenPipeError)


def out(line: str) -> None:
    """A line for people. Raises OutputError."""
    _write(printable(line))


def out_path(path: str | Path) -> None:
    """A path alone on its line: as it is for programs, harmless on a terminal. Raises OutputError."""
    _write(printable(str(path)) if sys.stdout.isatty() else os.fsencode(path))


def out_json(value: Any) -> None:
    """One JSON value on one line. Raises OutputError."""
    _write(printable_json(_encoded(value)))


def print_json(value: Any) -> None:
    """One JSON document; a list of records with all their fields, for programs that read it. Raises OutputError."""
    if isinstance(value, list):
        value = [_fields(row) if isinstance(row, msgspec.Struct) else row for row in value]
    _write(printable_json(_encoded(value, indent=2)))


def say(text: str) -> None:
    """A sentence for the person at the terminal: what is on stdout is for programs."""
    try:
        click.echo("\n".join(printable(line) for line in text.splitlines()), err=True)
    except OSError:  # nobody can be told
        silence(sys.stderr)


def silence(stream: TextIO) -> None:
    """What is written to it goes nowhere from now on: what waits in it would fail once more at the end."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


class Aside(io.TextIOBase):
    """For what plugins print while they are imported: it goes to stderr, and where that is full it goes nowhere."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:
            silence(self._stream)
        return len(text)

    def fileno(self) -> int:
        return self._stream.fileno()

    def writable(self) -> bool:
        return True


def _fields(row: msgspec.Struct) -> dict[str, Any]:
    """Without what a sentence was made of: programs compare the sentence."""
    return {name: value for name, value in asdict(row).items() if name != "templates"}


def _encoded(value: Any, indent: int = 0) -> str:
    try:
        data = msgspec.json.encode(value, enc_hook=english)
    except UnicodeEncodeError:  # a file name that is no text
        return json.dumps(msgspec.to_builtins(value, enc_hook=english), indent=indent or None)
    return (msgspec.json.format(data, indent=indent) if indent else data).decode()


def _write(text: str | bytes) -> None:
    try:
        click.echo(text)
    except OSError as error:
        silence(sys.stdout)
        raise OutputError(error) from error
